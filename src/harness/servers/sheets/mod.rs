//! `sheets`: spreadsheets, as the interface of such a service shows them.
//!
//! Cells are read and written in ranges in A1 notation of at most 1,000 rows, so that reading the large sheet takes ten
//! calls, which may be in flight together. There is no filter: whoever looks for rows has to read them.

mod a1;
mod lead;
mod params;
mod workbook;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde_json::json;

pub(super) use self::lead::{Lead, MARKETS, wanted_leads};
use self::{
    params::{
        AppendValues, BatchGetValues, CreateSpreadsheet, GetValues, ListSpreadsheets, SpreadsheetId, UpdateValues,
    },
    workbook::{SPREADSHEETS, Workbook, spreadsheet_id},
};
use super::{
    ServerOptions,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::World,
};

/// The id of the spreadsheet with the leads.
#[cfg(test)]
pub(super) fn leads_id() -> String {
    spreadsheet_id(0)
}

/// The id of the spreadsheet with the sales pipeline.
pub(super) fn pipeline_id() -> String {
    spreadsheet_id(1)
}

pub(super) struct Sheets {
    world: World,
    /// The spreadsheets that were used or created, by number.
    workbooks: Mutex<BTreeMap<usize, Workbook>>,
}

impl Sheets {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let server = Self { world: World { seed: options.seed }, workbooks: Mutex::default() };
        Recorded::new("sheets", server, Self::tool_router())
    }

    fn workbooks(&self) -> MutexGuard<'_, BTreeMap<usize, Workbook>> {
        lock(&self.workbooks)
    }

    fn find<'a>(&self, workbooks: &'a mut BTreeMap<usize, Workbook>, id: &str) -> Result<&'a mut Workbook, String> {
        let beyond = workbooks.keys().copied().filter(|number| *number >= SPREADSHEETS);
        let number = (0..SPREADSHEETS).chain(beyond).find(|number| spreadsheet_id(*number) == id);
        let number =
            number.ok_or_else(|| format!("NOT_FOUND: there is no spreadsheet `{id}`; list_spreadsheets gives ids"))?;
        Ok(workbooks.entry(number).or_insert_with(|| Workbook::generate(self.world, number)))
    }
}

#[tool_router]
impl Sheets {
    /// List the spreadsheets that you can open. Returns `spreadsheets` (id, title, url, owner, created_at, modified_at).
    #[tool(annotations(title = "List spreadsheets", read_only_hint = true))]
    fn list_spreadsheets(&self, Parameters(input): Parameters<ListSpreadsheets>) -> Reply {
        let workbooks = self.workbooks();
        let beyond = workbooks.keys().copied().filter(|number| *number >= SPREADSHEETS);
        let records = (0..SPREADSHEETS).chain(beyond).map(|number| match workbooks.get(&number) {
            Some(workbook) => (workbook.title.clone(), workbook.record()),
            None => {
                let heading = Workbook::heading(self.world, number);
                let record = heading.record();
                (heading.title, record)
            }
        });
        let part = input.title.as_deref().unwrap_or_default().to_lowercase();
        let wanted = records.filter(|(title, _)| title.to_lowercase().contains(&part));
        reply(&json!({ "spreadsheets": wanted.map(|(_, record)| record).collect::<Vec<_>>() }))
    }

    /// Get a spreadsheet without its cells. Returns id, title, owner and more, and `sheets` (index, title, row_count,
    /// column_count, header), where `header` is the first row of each.
    #[tool(annotations(title = "Get spreadsheet", read_only_hint = true))]
    fn get_spreadsheet(&self, Parameters(input): Parameters<SpreadsheetId>) -> Reply {
        reply(&self.find(&mut self.workbooks(), &input.spreadsheet_id)?.details())
    }

    /// Read the cells of a range, at most 1,000 rows in one call. Returns `range` and `values`, an array of rows, each an
    /// array of strings, numbers and booleans.
    #[tool(annotations(title = "Get values", read_only_hint = true))]
    fn get_values(&self, Parameters(input): Parameters<GetValues>) -> Reply {
        reply(&self.find(&mut self.workbooks(), &input.spreadsheet_id)?.values(&input.range)?)
    }

    /// Read the cells of several ranges, at most 10 ranges of at most 1,000 rows together. Returns `value_ranges`, each
    /// with `range` and `values`.
    #[tool(annotations(title = "Get values of several ranges", read_only_hint = true))]
    fn batch_get_values(&self, Parameters(input): Parameters<BatchGetValues>) -> Reply {
        if !(1..=10).contains(&input.ranges.len()) {
            return refuse(format_args!("INVALID_ARGUMENT: give from 1 to 10 ranges, not {}", input.ranges.len()));
        }
        let mut workbooks = self.workbooks();
        let workbook = self.find(&mut workbooks, &input.spreadsheet_id)?;
        let read: Vec<_> = input.ranges.iter().map(|range| workbook.values(range)).collect::<Result<_, _>>()?;
        let rows: usize = read.iter().filter_map(|range| range["values"].as_array().map(Vec::len)).sum();
        if rows > workbook::MAX_ROWS {
            let most = workbook::MAX_ROWS;
            return refuse(format_args!(
                "INVALID_ARGUMENT: the ranges have {rows} rows, and at most {most} are read at once"
            ));
        }
        reply(&json!({ "spreadsheet_id": workbook.id, "value_ranges": read }))
    }

    /// Append rows after the last row of a sheet. Returns `updated_range`, `updated_rows` and `updated_cells`.
    #[tool(annotations(title = "Append values", read_only_hint = false, destructive_hint = false))]
    fn append_values(&self, Parameters(input): Parameters<AppendValues>) -> Reply {
        reply(&self.find(&mut self.workbooks(), &input.spreadsheet_id)?.append(&input.range, &input.values)?)
    }

    /// Write rows over the cells of a range, from its first cell on. Returns `updated_range`, `updated_rows` and
    /// `updated_cells`.
    #[tool(annotations(
        title = "Update values",
        read_only_hint = false,
        destructive_hint = true,
        idempotent_hint = true
    ))]
    fn update_values(&self, Parameters(input): Parameters<UpdateValues>) -> Reply {
        reply(&self.find(&mut self.workbooks(), &input.spreadsheet_id)?.update(&input.range, &input.values)?)
    }

    /// Empty the cells of a range; rows stay where they are. Returns `cleared_range`.
    #[tool(annotations(
        title = "Clear values",
        read_only_hint = false,
        destructive_hint = true,
        idempotent_hint = true
    ))]
    fn clear_values(&self, Parameters(input): Parameters<GetValues>) -> Reply {
        reply(&self.find(&mut self.workbooks(), &input.spreadsheet_id)?.clear(&input.range)?)
    }

    /// Create a spreadsheet with empty sheets. Returns the spreadsheet with its id and its `sheets`.
    #[tool(annotations(title = "Create spreadsheet", read_only_hint = false, destructive_hint = false))]
    fn create_spreadsheet(&self, Parameters(input): Parameters<CreateSpreadsheet>) -> Reply {
        let sheets = input.sheets.unwrap_or_else(|| vec!["Sheet1".to_owned()]);
        if input.title.trim().is_empty() || sheets.is_empty() {
            return refuse("INVALID_ARGUMENT: a spreadsheet needs a title and at least one sheet");
        }
        let mut workbooks = self.workbooks();
        let number = workbooks.keys().next_back().map_or(SPREADSHEETS, |last| SPREADSHEETS.max(last + 1));
        let workbook = Workbook::created(self.world, number, input.title, sheets);
        let answer = reply(&workbook.details());
        workbooks.insert(number, workbook);
        answer
    }
}

#[cfg(test)]
mod tests;
