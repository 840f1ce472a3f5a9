//! A listing as JUnit XML: a test case for each line. What is new or gone and not judged is skipped.

use super::{Line, Listing};
use crate::report::{compare::Direction, format};

pub fn junit(listing: &Listing) -> String {
    let failures = listing.lines.iter().filter(|line| line.is_bad()).count();
    let skipped = listing.lines.iter().filter(|line| is_skipped(line)).count();
    let counts =
        format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"", listing.lines.len());
    let name = attribute(&listing.title);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {counts}>\n  <testsuite name=\"{name}\" {counts}>\n"
    );
    listing.lines.iter().for_each(|line| text.push_str(&case(line)));
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn is_skipped(line: &Line) -> bool {
    line.verdict.is_none() && matches!(line.direction, Direction::New | Direction::Gone)
}

fn case(line: &Line) -> String {
    let open = format!("    <testcase classname=\"{}\" name=\"{}\"", attribute(&line.subject), attribute(&line.metric));
    let change = format!(
        "{}: baseline {}, now {} ({})",
        line.direction.name(),
        line.baseline,
        line.now,
        line.magnitude.map_or("no size", super::Magnitude::name)
    );
    if line.is_bad() {
        let message = line.reason.as_deref().unwrap_or(&change);
        format!(
            "{open}>\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
            attribute(message),
            element(&change)
        )
    } else if is_skipped(line) {
        format!("{open}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", attribute(&change))
    } else {
        format!("{open}/>\n")
    }
}

/// Within quotation marks, where an unescaped line end would become a space.
fn attribute(text: &str) -> String {
    element(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Between tags. XML has no way at all to write control characters and the last two of each plane.
fn element(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in format::visible(text).chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            other if u32::from(other) & 0xfffe == 0xfffe => shown.extend(other.escape_unicode()),
            other => shown.push(other),
        }
    }
    shown
}
