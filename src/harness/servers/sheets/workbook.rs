//! The spreadsheets that a world has, and their cells.

use serde_json::{Value, json};

use super::{
    super::{
        draw::{Draw, Stream},
        world::{DAY, Moment, NOW, World},
    },
    a1::{Area, column_letters},
    lead::{self, HEADER, MARKETS},
    params::Cell,
};

/// The titles of the spreadsheets that every world has.
const TITLES: [&str; 4] = ["Inbound leads 2026", "Sales pipeline", "Marketing budget 2026", "Event attendees"];
/// The columns of the sheets of the pipeline.
const PIPELINE: [&str; 5] = ["company", "contact", "email", "employees", "score"];

pub(super) const SPREADSHEETS: usize = TITLES.len();

/// The most rows that one call reads or writes.
pub(super) const MAX_ROWS: usize = 1_000;
/// The most rows that a sheet has.
const MAX_SHEET_ROWS: usize = 100_000;

pub(super) struct Workbook {
    pub(super) id: String,
    pub(super) title: String,
    owner: Value,
    created: Moment,
    pub(super) modified: Moment,
    sheets: Vec<Sheet>,
}

struct Sheet {
    title: String,
    rows: Vec<Vec<Cell>>,
}

/// Ids are the same in every world, like the titles.
pub(super) fn spreadsheet_id(number: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // Away from the ids of documents.
    Draw::new(0, Stream::Id, 1 << 32 | number as u64).characters(alphabet, 44)
}

fn texts(cells: &[&str]) -> Vec<Cell> {
    cells.iter().map(|cell| Cell::from(*cell)).collect()
}

/// A row of a person at a company, which begins with the columns of the pipeline.
fn visitor(world: World, draw: &mut Draw) -> Vec<Cell> {
    let (company, person) = (world.company(draw.below(480) as u64), world.person(100 + draw.below(900)));
    let email = format!("{}@{}", person.handle, company.domain);
    let mut cells = texts(&[&company.name, &person.name, &email]);
    cells.extend([draw.between(300, 4_000).into(), draw.between(60, 99).into()]);
    cells
}

fn sheets(world: World, number: usize) -> Vec<Sheet> {
    let mut draw = world.draw(Stream::Spreadsheet, 100 + number as u64);
    let sheet = |title: &str, header: &[&str], rows: Vec<Vec<Cell>>| Sheet {
        title: title.to_owned(),
        rows: std::iter::once(texts(header)).chain(rows).collect(),
    };
    match number {
        0 => vec![sheet("Leads", &HEADER, lead::leads(world).map(|lead| lead.cells()).collect())],
        1 => MARKETS
            .iter()
            .map(|(country, _)| {
                let rows = draw.between(4, 9);
                sheet(country, &PIPELINE, (0..rows).map(|_| visitor(world, &mut draw)).collect())
            })
            .collect(),
        2 => {
            let months =
                ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"];
            let mut row = |month: &&str| {
                let mut cells = texts(&[month]);
                cells.extend((0..4).map(|_| Cell::from(draw.between(8, 90) * 250)));
                cells
            };
            let rows = months.iter().map(&mut row).collect();
            vec![sheet("Budget", &["month", "search ads", "trade fairs", "print", "partners"], rows)]
        }
        _ => vec![sheet("Attendees", &PIPELINE, (0..400).map(|_| visitor(world, &mut draw)).collect())],
    }
}

impl Workbook {
    /// The spreadsheet with this number, without its sheets, which take long to make.
    pub(super) fn heading(world: World, number: usize) -> Self {
        let mut draw = world.draw(Stream::Spreadsheet, 200 + number as u64);
        let person = world.person(draw.below(40));
        let created = Moment(NOW.0 - draw.between(60, 600) as i64 * DAY);
        Self {
            id: spreadsheet_id(number),
            title: TITLES[number % SPREADSHEETS].to_owned(),
            owner: json!({ "name": person.name, "email": format!("{}@acme.example", person.handle) }),
            created,
            modified: Moment(NOW.0 - draw.between(3_600, 20 * DAY as usize) as i64),
            sheets: Vec::new(),
        }
    }

    pub(super) fn generate(world: World, number: usize) -> Self {
        Self { sheets: sheets(world, number), ..Self::heading(world, number) }
    }

    /// A spreadsheet of the trial with empty sheets.
    pub(super) fn created(world: World, number: usize, title: String, sheets: Vec<String>) -> Self {
        let sheets = sheets.into_iter().map(|title| Sheet { title, rows: Vec::new() }).collect();
        Self { id: spreadsheet_id(number), title, created: NOW, modified: NOW, sheets, ..Self::heading(world, 0) }
    }

    /// What a list shows.
    pub(super) fn record(&self) -> Value {
        json!({
            "id": self.id,
            "title": self.title,
            "url": format!("https://sheets.acme.example/d/{}", self.id),
            "owner": self.owner,
            "created_at": self.created,
            "modified_at": self.modified,
        })
    }

    /// What a list shows, and the sheets.
    pub(super) fn details(&self) -> Value {
        let sheet = |(index, sheet): (usize, &Sheet)| {
            let header = sheet.rows.first();
            json!({
                "index": index,
                "title": sheet.title,
                "row_count": sheet.rows.len(),
                "column_count": header.map_or(0, Vec::len),
                "header": header.map(Vec::as_slice).unwrap_or_default(),
            })
        };
        let mut record = self.record();
        record["locale"] = "en_GB".into();
        record["time_zone"] = "Europe/Berlin".into();
        record["sheets"] = self.sheets.iter().enumerate().map(sheet).collect();
        record
    }

    fn sheet(&self, area: &Area) -> Result<usize, String> {
        let Some(title) = &area.sheet else { return Ok(0) };
        self.sheets.iter().position(|sheet| sheet.title == *title).ok_or_else(|| {
            let known: Vec<_> = self.sheets.iter().map(|sheet| sheet.title.as_str()).collect();
            format!("NOT_FOUND: there is no sheet `{title}`; there are {}", known.join(", "))
        })
    }

    /// The values of a range, as far as the sheet reaches.
    pub(super) fn values(&self, range: &str) -> Result<Value, String> {
        let area = Area::parse(range)?;
        let sheet = &self.sheets[self.sheet(&area)?];
        let end = area.end_row.unwrap_or(usize::MAX).min(sheet.rows.len());
        let rows = sheet.rows.get(area.first_row..end).unwrap_or_default();
        if rows.len() > MAX_ROWS {
            return Err(format!(
                "INVALID_ARGUMENT: range `{range}` has {} rows, and at most {MAX_ROWS} are read at once",
                rows.len()
            ));
        }
        let cut = |row: &Vec<Cell>| {
            let end = area.end_column.unwrap_or(usize::MAX).min(row.len());
            row.get(area.first_column..end).unwrap_or_default().to_vec()
        };
        let values: Vec<_> = rows.iter().map(cut).collect();
        let range = name(&sheet.title, area.first_row, area.first_column, &values);
        Ok(json!({ "range": range, "major_dimension": "ROWS", "values": values }))
    }

    /// Writes rows after the last one of a sheet.
    pub(super) fn append(&mut self, range: &str, values: &[Vec<Cell>]) -> Result<Value, String> {
        let area = Area::parse(range)?;
        let sheet = self.sheet(&area)?;
        let first_row = self.sheets[sheet].rows.len();
        self.write(sheet, first_row, area.first_column, values)
    }

    /// Writes rows from the first cell of a range on.
    pub(super) fn update(&mut self, range: &str, values: &[Vec<Cell>]) -> Result<Value, String> {
        let area = Area::parse(range)?;
        let sheet = self.sheet(&area)?;
        self.write(sheet, area.first_row, area.first_column, values)
    }

    /// Empties the cells of a range.
    pub(super) fn clear(&mut self, range: &str) -> Result<Value, String> {
        let area = Area::parse(range)?;
        let sheet = self.sheet(&area)?;
        let rows = &mut self.sheets[sheet].rows;
        let end = area.end_row.unwrap_or(usize::MAX).min(rows.len());
        for row in rows.get_mut(area.first_row..end).unwrap_or_default() {
            let end = area.end_column.unwrap_or(usize::MAX).min(row.len());
            row.get_mut(area.first_column..end).unwrap_or_default().fill(Cell::from(""));
        }
        self.modified = NOW;
        Ok(json!({ "spreadsheet_id": self.id, "cleared_range": range }))
    }

    fn write(&mut self, sheet: usize, first_row: usize, column: usize, values: &[Vec<Cell>]) -> Result<Value, String> {
        if !(1..=MAX_ROWS).contains(&values.len()) {
            return Err(format!("INVALID_ARGUMENT: values must have from 1 to {MAX_ROWS} rows, not {}", values.len()));
        }
        if first_row + values.len() > MAX_SHEET_ROWS {
            return Err(format!("INVALID_ARGUMENT: a sheet has at most {MAX_SHEET_ROWS} rows"));
        }
        let Sheet { title, rows } = &mut self.sheets[sheet];
        rows.resize_with(rows.len().max(first_row + values.len()), Vec::new);
        for (row, cells) in rows[first_row..].iter_mut().zip(values) {
            row.resize(row.len().max(column + cells.len()), Cell::from(""));
            row[column..column + cells.len()].clone_from_slice(cells);
        }
        let range = name(title, first_row, column, values);
        self.modified = NOW;
        Ok(json!({
            "spreadsheet_id": self.id,
            "updated_range": range,
            "updated_rows": values.len(),
            "updated_cells": values.iter().map(Vec::len).sum::<usize>(),
        }))
    }
}

/// The range that these rows take.
fn name(sheet: &str, first_row: usize, first_column: usize, rows: &[Vec<Cell>]) -> String {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let (left, right) = (column_letters(first_column), column_letters(first_column + width - 1));
    format!("{sheet}!{left}{}:{right}{}", first_row + 1, first_row + rows.len().max(1))
}
