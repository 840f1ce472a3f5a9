//! One issue: generated from its number alone, and serialised as the public REST interface returns it.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::value::RawValue;

use super::{
    super::{
        draw::{Draw, Stream},
        world::{DAY, Moment, NOW, World},
    },
    text::{self, AREAS, Kind},
};

/// Where the repository lives.
pub(super) const OWNER: &str = "acme";
pub(super) const REPO: &str = "storefront";
pub(super) const WEB: &str = "https://github.com/acme/storefront";

/// People who write issues; each is `World::person` of the same index.
pub(super) const USERS: usize = 48;
/// The first of them are the maintainers, to whom issues are assigned.
pub(super) const MAINTAINERS: usize = 9;

/// 2021-03-01: the first issue.
const FIRST_DAY: Moment = Moment(1_614_556_800);

/// Labels: the kinds, the priorities, some others, then one for each area.
pub(super) const LABELS: [(&str, &str, &str); 20] = [
    ("bug", "d73a4a", "Something isn't working"),
    ("enhancement", "a2eeef", "New feature or request"),
    ("question", "d876e3", "Further information is requested"),
    ("documentation", "0075ca", "Improvements or additions to documentation"),
    ("priority: high", "b60205", "Must be in the next release"),
    ("priority: medium", "fbca04", "Planned"),
    ("priority: low", "0e8a16", "When someone has time"),
    ("regression", "e99695", "Worked in an earlier release"),
    ("needs reproduction", "fef2c0", "Nobody has reproduced it yet"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("area: checkout", "c5def5", "Checkout and orders"),
    ("area: cart", "c5def5", "Cart and line items"),
    ("area: search", "c5def5", "Search and filters"),
    ("area: payments", "c5def5", "Payment providers"),
    ("area: inventory", "c5def5", "Stock and warehouses"),
    ("area: login", "c5def5", "Accounts and sessions"),
    ("area: webhooks", "c5def5", "Outgoing webhooks"),
    ("area: admin", "c5def5", "Admin dashboard"),
    ("area: images", "c5def5", "Image pipeline"),
    ("area: emails", "c5def5", "Transactional emails"),
];
const FIRST_PRIORITY: usize = 4;
const FIRST_AREA: usize = 10;

/// The index of a label by its name.
pub(super) fn label_index(name: &str) -> Option<usize> {
    LABELS.iter().position(|(label, ..)| *label == name)
}

#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) open: bool,
    /// `completed` or `not_planned`, of a closed issue.
    pub(super) reason: Option<&'static str>,
    pub(super) author: usize,
    pub(super) labels: Vec<usize>,
    pub(super) assignees: Vec<usize>,
    pub(super) comments: u32,
    /// 👍 and 👎.
    pub(super) reactions: [u32; 2],
    pub(super) created: Moment,
    pub(super) updated: Moment,
    pub(super) closed: Option<Moment>,
}

impl Issue {
    /// The issue with this number, of `total` that were opened over the life of the repository.
    pub(super) fn generate(world: World, number: u64, total: u64) -> Self {
        let mut draw = world.draw(Stream::Issue, number);
        let kind = match draw.below(100) {
            0..55 => Kind::Bug,
            55..80 => Kind::Enhancement,
            80..93 => Kind::Question,
            _ => Kind::Documentation,
        };
        let area = draw.below(AREAS.len());
        let open = draw.percent(if number * 10 > total * 9 { 60 } else { 24 });
        let mut labels = vec![kind as usize];
        match draw.below(100) {
            0..12 => labels.push(FIRST_PRIORITY),
            12..34 => labels.push(FIRST_PRIORITY + 1),
            34..58 => labels.push(FIRST_PRIORITY + 2),
            _ => {}
        }
        if draw.percent(10) {
            labels.push(draw.between(FIRST_PRIORITY + 3, FIRST_AREA - 1));
        }
        if draw.percent(25) {
            labels.push(FIRST_AREA + area);
        }
        let assignees = if draw.percent(35) { vec![draw.below(MAINTAINERS)] } else { Vec::new() };
        // A product of two makes most issues quiet and a few busy, as they are.
        let comments = (draw.below(50) * draw.below(50) / 50) as u32;
        let reactions = [(draw.below(40) * draw.below(40) / 40) as u32, draw.below(12) as u32 / 11];

        let span = NOW.0 - FIRST_DAY.0 - 2 * DAY;
        let step = span / total as i64;
        let created =
            Moment(FIRST_DAY.0 + (number as i64 - 1) * span / total as i64 + draw.below(step as usize) as i64);
        let later = |draw: &mut Draw, from: Moment, days: i64| {
            Moment(from.0 + draw.below((days * DAY).min(NOW.0 - from.0) as usize) as i64)
        };
        let closed = (!open).then(|| later(&mut draw, created, 90));
        let updated = closed.unwrap_or_else(|| later(&mut draw, created, 400));
        Self {
            number,
            title: text::title(kind, area, &mut draw),
            body: format!(
                "{}\n\nCustomers affected: {}",
                text::body(kind, area, &mut draw).trim_end(),
                customers_affected(world, number)
            ),
            open,
            reason: (!open).then(|| if draw.percent(80) { "completed" } else { "not_planned" }),
            author: draw.below(USERS),
            labels,
            assignees,
            comments,
            reactions,
            created,
            updated,
            closed,
        }
    }

    pub(super) fn state(&self) -> &'static str {
        if self.open { "open" } else { "closed" }
    }

    pub(super) fn url(&self) -> String {
        format!("{WEB}/issues/{}", self.number)
    }
}

/// How many customers an issue's reporter counted: a few for most, tens of thousands for a handful.
pub(super) fn customers_affected(world: World, number: u64) -> usize {
    let mut draw = world.draw(Stream::Impact, number);
    draw.below(200) * draw.below(200) + draw.below(100)
}

/// The users and labels as JSON, written out once: every issue holds several of them.
pub(super) struct Directory {
    pub(super) users: Vec<Box<RawValue>>,
    pub(super) handles: Vec<String>,
    pub(super) labels: Vec<Box<RawValue>>,
}

#[derive(Serialize)]
struct User<'a> {
    login: &'a str,
    id: usize,
    avatar_url: String,
    html_url: String,
}

#[derive(Serialize)]
struct Label {
    name: &'static str,
    color: &'static str,
    description: &'static str,
}

impl Directory {
    pub(super) fn new(world: World) -> Self {
        let handles: Vec<_> = (0..USERS).map(|index| world.person(index).handle.replace('.', "-")).collect();
        let users = handles.iter().enumerate().map(|(index, login)| {
            let id = 1_048_123 + index * 7_919;
            raw(&User {
                login,
                id,
                avatar_url: format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
                html_url: format!("https://github.com/{login}"),
            })
        });
        let labels = LABELS.iter().map(|&(name, color, description)| raw(&Label { name, color, description }));
        Self { users: users.collect(), labels: labels.collect(), handles }
    }

    /// An issue in the form in which the interface returns it.
    pub(super) fn record<'a>(&'a self, issue: &'a Issue) -> IssueRecord<'a> {
        IssueRecord { directory: self, issue }
    }
}

/// JSON that was written out before it is embedded.
pub(super) fn raw(value: &impl Serialize) -> Box<RawValue> {
    match serde_json::value::to_raw_value(value) {
        Ok(raw) => raw,
        Err(error) => unreachable!("plain records serialise: {error}"),
    }
}

pub(super) struct IssueRecord<'a> {
    directory: &'a Directory,
    issue: &'a Issue,
}

impl Serialize for IssueRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { directory, issue } = self;
        let user = |index: &usize| &*directory.users[*index];
        let mut record = serializer.serialize_struct("Issue", 15)?;
        record.serialize_field("id", &(2_000_000_000 + issue.number * 3_571))?;
        record.serialize_field("number", &issue.number)?;
        record.serialize_field("title", &issue.title)?;
        record.serialize_field("state", issue.state())?;
        record.serialize_field("state_reason", &issue.reason)?;
        record.serialize_field("user", user(&issue.author))?;
        record.serialize_field("labels", &issue.labels.iter().map(|i| &*directory.labels[*i]).collect::<Vec<_>>())?;
        record.serialize_field("assignees", &issue.assignees.iter().map(user).collect::<Vec<_>>())?;
        record.serialize_field("comments", &issue.comments)?;
        record.serialize_field("reactions", &Reactions::from(issue.reactions))?;
        record.serialize_field("created_at", &issue.created)?;
        record.serialize_field("updated_at", &issue.updated)?;
        record.serialize_field("closed_at", &issue.closed)?;
        record.serialize_field("html_url", &issue.url())?;
        record.serialize_field("body", &issue.body)?;
        record.end()
    }
}

/// An issue in the form of an export: flat, with names in place of nested records, as `gh issue list --json` gives it.
pub(super) struct ExportRecord<'a>(pub(super) &'a Directory, pub(super) Issue);

impl Serialize for ExportRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(directory, issue) = self;
        let mut record = serializer.serialize_struct("Issue", 12)?;
        record.serialize_field("number", &issue.number)?;
        record.serialize_field("title", &issue.title)?;
        record.serialize_field("state", issue.state())?;
        record.serialize_field("author", &directory.handles[issue.author])?;
        record.serialize_field("labels", &issue.labels.iter().map(|i| LABELS[*i].0).collect::<Vec<_>>())?;
        record.serialize_field(
            "assignees",
            &issue.assignees.iter().map(|i| &directory.handles[*i]).collect::<Vec<_>>(),
        )?;
        record.serialize_field("comments", &issue.comments)?;
        record.serialize_field("created_at", &issue.created)?;
        record.serialize_field("updated_at", &issue.updated)?;
        record.serialize_field("closed_at", &issue.closed)?;
        record.serialize_field("url", &issue.url())?;
        record.serialize_field("body", &issue.body)?;
        record.end()
    }
}

#[derive(Serialize)]
struct Reactions {
    total_count: u32,
    #[serde(rename = "+1")]
    up: u32,
    #[serde(rename = "-1")]
    down: u32,
}

impl From<[u32; 2]> for Reactions {
    fn from([up, down]: [u32; 2]) -> Self {
        Self { total_count: up + down, up, down }
    }
}
