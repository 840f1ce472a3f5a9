//! The inputs of the `forms` tools; their doc comments are the descriptions in the published schemas.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::tool::JsonObject;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartForm {
    /// Name of the form, such as travel-request
    pub form: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmitStep {
    /// Token of the step, from the answer before
    pub token: String,
    /// The value of each field by the field's name; for a choice the id of the option
    pub values: JsonObject,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestNumber {
    /// Number of a request, such as TR-2026-01234
    pub number: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}
