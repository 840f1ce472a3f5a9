//! The documents that a world has: which there are, and what each says.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    super::{
        draw::{Draw, Stream},
        world::{DAY, Moment, NOW, World},
    },
    design::{self, DesignNote},
    meeting::{self, Meeting},
    params::Kind,
    policy,
    postmortem::{self, Postmortem},
    runbook::{self, Runbook},
};

/// The people who write documents; each is `World::person` of the same index, as in the chat.
pub(super) const PEOPLE: usize = 40;

/// The kinds of document, and how many there are of each.
const SHELVES: [(Kind, usize); 5] = [
    (Kind::MeetingTranscript, 25),
    (Kind::Runbook, runbook::SUBJECTS.len()),
    (Kind::DesignNote, design::SUBJECTS.len()),
    (Kind::Postmortem, 24),
    (Kind::Policy, policy::SUBJECTS.len()),
];

/// Postmortems of the current year; the others are older.
pub(in super::super) const RECENT_POSTMORTEMS: usize = 12;

/// The length of the one long transcript, the newest: some 25,000 tokens.
const LONG: usize = 104_000;

/// The user in whose name the server acts, by index.
pub(super) const SELF: usize = 0;

#[derive(Clone, Debug, Serialize)]
pub(in super::super) struct Person {
    pub(in super::super) name: String,
    pub(super) email: String,
}

pub(super) fn person(world: World, index: usize) -> Person {
    let person = world.person(index);
    Person { name: person.name, email: format!("{}@acme.example", person.handle) }
}

#[derive(Clone, Debug)]
pub(in super::super) struct Document {
    /// The document's place in the library.
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(in super::super) title: String,
    pub(in super::super) content: String,
    pub(super) folder: &'static str,
    pub(super) owner: Person,
    /// For a meeting with a customer: the domain of the customer.
    pub(super) customer_domain: Option<String>,
    pub(super) created: Moment,
    pub(super) updated: Moment,
    pub(super) version: usize,
}

pub(super) fn count() -> usize {
    SHELVES.iter().map(|(_, count)| count).sum()
}

/// The id of a document. Ids are the same in every world, so that a task can link a document.
pub(super) fn document_id(number: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    Draw::new(0, Stream::Id, number as u64).characters(alphabet, 33)
}

/// The first number of a kind's shelf.
fn shelf(kind: Kind) -> usize {
    SHELVES.iter().take_while(|(shelf, _)| *shelf != kind).map(|(_, count)| count).sum()
}

/// The customer, a `World::company` index, and the date of a meeting.
fn meeting(world: World, index: usize, draw: &mut Draw) -> Meeting {
    let date = Moment(NOW.0 - (index as i64 * 14 + draw.between(2, 13) as i64) * DAY);
    // Among the first 60 companies, which every CRM has.
    let company = draw.below(60) as u64;
    let (title, characters) = match index {
        0 => ("Annual account review 2026, full transcript".to_owned(), LONG),
        _ => {
            let occasion = draw.pick(&["Monthly call", "Roadmap session", "Support review"]);
            (format!("{occasion} with {}", world.company(company).name), draw.between(5_000, 9_000))
        }
    };
    Meeting { title, company, date, characters }
}

/// The long meeting's transcript, and the `World::company` index of the customer.
pub(in super::super) fn long_meeting(world: World) -> (u64, String) {
    let mut draw = draw(world, shelf(Kind::MeetingTranscript));
    let meeting = meeting(world, 0, &mut draw);
    (meeting.company, meeting::transcript(world, &mut draw, &meeting))
}

/// The postmortem with this index, from the newest on, and the day on which it was written.
fn postmortem(world: World, index: usize, draw: &mut Draw) -> (Moment, Postmortem) {
    let (year, place) = (index / RECENT_POSTMORTEMS, index % RECENT_POSTMORTEMS);
    let age = year * 365 + 8 + place * 25 + draw.below(17);
    let created = Moment(NOW.0 - age as i64 * DAY);
    (created, postmortem::generate(world, draw, Moment(created.0 - 2 * DAY)))
}

/// The postmortems of the current year, newest first.
pub(in super::super) fn recent_postmortems(world: World) -> Vec<Postmortem> {
    let first = shelf(Kind::Postmortem);
    (0..RECENT_POSTMORTEMS).map(|index| postmortem(world, index, &mut draw(world, first + index)).1).collect()
}

/// The runbook with this index.
pub(in super::super) fn runbook(world: World, index: usize) -> Runbook {
    runbook::generate(world, &mut draw(world, shelf(Kind::Runbook) + index), index)
}

/// The design note with this index.
pub(in super::super) fn design_note(world: World, index: usize) -> DesignNote {
    design::generate(&mut draw(world, shelf(Kind::DesignNote) + index), index)
}

fn draw(world: World, number: usize) -> Draw {
    world.draw(Stream::Document, number as u64)
}

impl Document {
    pub(super) fn generate(world: World, number: usize) -> Self {
        let mut rest = number;
        let kind = SHELVES.iter().find_map(|(kind, count)| match rest.checked_sub(*count) {
            Some(beyond) => {
                rest = beyond;
                None
            }
            None => Some(*kind),
        });
        let (kind, index) = (kind.unwrap_or(Kind::Policy), rest);
        let mut draw = draw(world, number);
        let mut customer_domain = None;
        let mut created = None;
        let (title, content) = match kind {
            Kind::MeetingTranscript => {
                let meeting = meeting(world, index, &mut draw);
                customer_domain = Some(world.company(meeting.company).domain);
                created = Some(meeting.date);
                let content = meeting::transcript(world, &mut draw, &meeting);
                (meeting.title, content)
            }
            Kind::Runbook => {
                let runbook = runbook::generate(world, &mut draw, index);
                (runbook.title, runbook.content)
            }
            Kind::DesignNote => {
                let note = design::generate(&mut draw, index);
                (note.title, note.content)
            }
            Kind::Postmortem => {
                let (day, postmortem) = postmortem(world, index, &mut draw);
                created = Some(day);
                (postmortem.title, postmortem.content)
            }
            Kind::Policy => policy::generate(&mut draw, index),
        };
        let created = created.unwrap_or(Moment(NOW.0 - draw.between(30, 900) as i64 * DAY));
        let age = ((NOW.0 - created.0) / 2) as usize;
        Self {
            number,
            id: document_id(number),
            kind,
            title,
            content,
            folder: folder(kind),
            owner: person(world, draw.below(PEOPLE)),
            customer_domain,
            created,
            updated: Moment(created.0 + draw.below(age) as i64),
            version: draw.between(1, 40),
        }
    }

    /// A document of the trial.
    pub(super) fn created(world: World, number: usize, kind: Kind, title: String, content: String) -> Self {
        Self {
            number,
            id: document_id(number),
            kind,
            title,
            content,
            folder: folder(kind),
            owner: person(world, SELF),
            customer_domain: None,
            created: NOW,
            updated: NOW,
            version: 1,
        }
    }

    /// What every tool shows of a document.
    pub(super) fn record(&self) -> Value {
        let mut properties = json!({});
        if let Some(domain) = &self.customer_domain {
            properties["customer_domain"] = domain.as_str().into();
        }
        json!({
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "url": format!("https://docs.acme.example/d/{}", self.id),
            "folder": self.folder,
            "owner": self.owner,
            "properties": properties,
            "size": self.content.len(),
            "version": self.version,
            "created_at": self.created,
            "updated_at": self.updated,
        })
    }
}

fn folder(kind: Kind) -> &'static str {
    match kind {
        Kind::MeetingTranscript => "Customers/Meetings",
        Kind::Runbook => "Engineering/Runbooks",
        Kind::DesignNote => "Engineering/Design",
        Kind::Postmortem => "Engineering/Postmortems",
        Kind::Policy => "Company/Policies",
    }
}
