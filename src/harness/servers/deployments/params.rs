//! The inputs of the `deployments` tools; their doc comments are the descriptions in the published schemas.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Environment {
    Staging,
    Production,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum Strategy {
    #[default]
    Rolling,
    BlueGreen,
    Canary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Phase {
    Progressing,
    Succeeded,
    Cancelled,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateDeployment {
    /// Name of the service to deploy, such as storefront-web
    pub service: String,
    /// Released version to deploy; list_versions gives those that there are
    pub version: String,
    /// Environment to deploy to
    pub environment: Environment,
    /// How pods are replaced. Default: rolling
    pub strategy: Option<Strategy>,
    /// Largest share of pods that may be unavailable meanwhile, in percent. Default: 25 (integer, 1 to 100)
    #[schemars(range(min = 1, max = 100))]
    pub max_unavailable: Option<u32>,
    /// Why this is deployed; shown in the history
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeploymentId {
    /// Deployment id (dep-...)
    pub deployment_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetDeployment {
    /// Deployment id (dep-...)
    pub deployment_id: String,
    /// Generation that was seen last: answer as soon as there is a newer one (long poll, at most 30 seconds). If
    /// omitted, answer at once
    pub after_generation: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListDeployments {
    /// Only deployments of this service
    pub service: Option<String>,
    /// Only deployments to this environment
    pub environment: Option<Environment>,
    /// Results to return (min 1, max 50). Default: 20
    #[schemars(range(min = 1, max = 50))]
    pub limit: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelDeployment {
    /// Deployment id (dep-...)
    pub deployment_id: String,
    /// Why it is cancelled; shown in the history
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceName {
    /// Name of the service, such as storefront-web
    pub service: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetLogs {
    /// Deployment id (dep-...)
    pub deployment_id: String,
    /// Only lines of this pod
    pub pod: Option<String>,
    /// Lines to return, newest last (min 1, max 200). Default: 50
    #[schemars(range(min = 1, max = 200))]
    pub tail: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}
