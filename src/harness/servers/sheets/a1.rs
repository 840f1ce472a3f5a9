//! A1 notation: [`Area`] is the part of a spreadsheet that a text such as `Leads!A2:N1001` names.

/// A rectangle of cells, counted from 0. Ends are exclusive; without one it reaches as far as the sheet does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Area {
    /// The title of the sheet; the first one without.
    pub(super) sheet: Option<String>,
    pub(super) first_row: usize,
    pub(super) end_row: Option<usize>,
    pub(super) first_column: usize,
    pub(super) end_column: Option<usize>,
}

impl Area {
    /// Reads a range. What is neither a cell nor a range of cells is the title of a sheet.
    pub(super) fn parse(range: &str) -> Result<Self, String> {
        let (sheet, cells) = match range.rsplit_once('!') {
            Some((sheet, cells)) => (Some(sheet), Some(cells)),
            None if corners(range).is_some() => (None, Some(range)),
            None => (Some(range), None),
        };
        let sheet = sheet.map(|title| title.trim_matches('\'').to_owned());
        let Some(cells) = cells else {
            return Ok(Self { sheet, first_row: 0, end_row: None, first_column: 0, end_column: None });
        };
        let ((left, top), (right, bottom)) =
            corners(cells).ok_or_else(|| format!("INVALID_ARGUMENT: unable to parse range `{range}`"))?;
        if right < left || bottom.is_some_and(|bottom| bottom < top.unwrap_or(0)) {
            return Err(format!("INVALID_ARGUMENT: range `{range}` ends before it begins"));
        }
        let end_row = bottom.map(|bottom| bottom + 1);
        Ok(Self { sheet, first_row: top.unwrap_or(0), end_row, first_column: left, end_column: Some(right + 1) })
    }
}

/// A column and, if there is one, a row.
type Corner = (usize, Option<usize>);

/// The first and the last cell.
fn corners(cells: &str) -> Option<(Corner, Corner)> {
    match cells.split_once(':') {
        Some((first, last)) => Some((corner(first)?, corner(last)?)),
        None => {
            let cell = corner(cells)?;
            cell.1.map(|_| (cell, cell))
        }
    }
}

fn corner(text: &str) -> Option<Corner> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    if !(1..=2).contains(&letters) {
        return None;
    }
    let (letters, digits) = text.split_at(letters);
    let column = letters.bytes().fold(0, |column, letter| column * 26 + usize::from(letter - b'A') + 1) - 1;
    let row = match digits {
        "" => None,
        _ if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse::<usize>().ok().filter(|row| *row <= MAX_ROW)?.checked_sub(1)?)
        }
        _ => return None,
    };
    Some((column, row))
}

/// No sheet has more rows.
const MAX_ROW: usize = 100_000;

/// The letters of a column.
pub(super) fn column_letters(column: usize) -> String {
    let letter = |index: usize| char::from(b'A' + (index % 26) as u8);
    match column.checked_sub(26) {
        Some(rest) => [letter(rest / 26), letter(rest)].iter().collect(),
        None => letter(column).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        let area = |sheet: Option<&str>, first_row, end_row, first_column, end_column| {
            Ok(Area { sheet: sheet.map(str::to_owned), first_row, end_row, first_column, end_column })
        };
        for (range, expected) in [
            ("Leads!A2:N1001", area(Some("Leads"), 1, Some(1_001), 0, Some(14))),
            ("Leads!A2:N", area(Some("Leads"), 1, None, 0, Some(14))),
            ("Leads!A:AB", area(Some("Leads"), 0, None, 0, Some(28))),
            ("'To do'!B3", area(Some("To do"), 2, Some(3), 1, Some(2))),
            ("B3", area(None, 2, Some(3), 1, Some(2))),
            ("Leads", area(Some("Leads"), 0, None, 0, None)),
        ] {
            assert_eq!(Area::parse(range), expected, "{range}");
        }
        for range in
            ["Leads!", "Leads!a1", "Leads!A0", "Leads!A1:B0", "Leads!B1:A2", "Leads!A5:B2", "Leads!ABC1", "Leads!A1x"]
        {
            assert!(Area::parse(range).unwrap_err().contains(range), "{range}");
        }
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 13, 25, 26, 51, 52].map(column_letters), ["A", "N", "Z", "AA", "AZ", "BA"]);
    }
}
