//! The inputs of the `sheets` tools; their doc comments are the descriptions in the published schemas.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// What a cell holds; an empty one holds an empty text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(in super::super) enum Cell {
    Text(String),
    Number(Number),
    Boolean(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(number.into())
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListSpreadsheets {
    /// Part of the title
    pub title: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpreadsheetId {
    /// Spreadsheet id
    pub spreadsheet_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetValues {
    /// Spreadsheet id
    pub spreadsheet_id: String,
    /// Range in A1 notation, such as `Budget!A2:D50`, `Budget!A2:D` or `Budget`
    pub range: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchGetValues {
    /// Spreadsheet id
    pub spreadsheet_id: String,
    /// Ranges in A1 notation
    pub ranges: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppendValues {
    /// Spreadsheet id
    pub spreadsheet_id: String,
    /// Sheet to append to, or a range in A1 notation whose first column is where the rows begin
    pub range: String,
    /// Rows of cells (at most 1,000 rows)
    pub values: Vec<Vec<Cell>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateValues {
    /// Spreadsheet id
    pub spreadsheet_id: String,
    /// Range in A1 notation; the rows are written from its first cell on
    pub range: String,
    /// Rows of cells (at most 1,000 rows)
    pub values: Vec<Vec<Cell>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateSpreadsheet {
    /// Title
    pub title: String,
    /// Titles of its sheets. Default: one named `Sheet1`
    pub sheets: Option<Vec<String>>,
}
