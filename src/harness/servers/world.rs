//! What the built-in servers share: the people and companies that appear in all of them, and moments in time.
//!
//! An account that someone escalates in the chat is found in the CRM under the same domain, and the issue that the
//! message links is found on the issue tracker, because all of them ask the same [`World`], made from the same seed.

use serde::{Serialize, Serializer};

use super::draw::{Draw, Stream};

/// The moment at which every generated world stands still: 2026-11-01T00:00:00Z.
pub(super) const NOW: Moment = Moment(1_793_491_200);
pub(super) const DAY: i64 = 86_400;

/// The issues that the tracker has unless it is told otherwise; the chat links only to these.
pub(super) const ISSUES: u64 = 10_000;
/// The accounts that the CRM has unless it is told otherwise.
pub(super) const ACCOUNTS: u64 = 180;

/// A second since 1970; serialised as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) i64);

impl Moment {
    /// Reads an RFC 3339 timestamp, or a date, which means its midnight in UTC.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let zoned = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
        let timestamp: jiff::Timestamp =
            zoned.parse().map_err(|_| format!("`{text}` is not an ISO 8601 date or timestamp"))?;
        Ok(Self(timestamp.as_second()))
    }

    /// The calendar day, `2026-11-01`.
    pub(super) fn date(self) -> String {
        let mut text = self.to_string();
        text.truncate(10);
        text
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

pub(super) struct Person {
    pub(super) name: String,
    /// `mira.okafor`: unique, and the local part of the address.
    pub(super) handle: String,
}

pub(super) struct Company {
    pub(super) name: String,
    pub(super) domain: String,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    pub(super) seed: u64,
}

impl World {
    pub(super) fn draw(self, stream: Stream, index: u64) -> Draw {
        Draw::new(self.seed, stream, index)
    }

    /// The person with this index; different indices below 1,024 give different people.
    pub(super) fn person(self, index: usize) -> Person {
        let first = FIRST_NAMES[(index * 7 + self.offset(0)) % FIRST_NAMES.len()];
        let last = LAST_NAMES[(index * 11 + index / LAST_NAMES.len() + self.offset(1)) % LAST_NAMES.len()];
        Person {
            name: format!("{first} {last}"),
            handle: format!("{}.{}", first.to_ascii_lowercase(), last.to_ascii_lowercase()),
        }
    }

    /// The company with this index; different indices below 480 give different companies.
    pub(super) fn company(self, index: u64) -> Company {
        // 151 has no factor in common with 480, so the steps visit every pair of stem and trade once.
        let pair = (index as usize * 151 + self.offset(2)) % (COMPANY_STEMS.len() * COMPANY_TRADES.len());
        let (stem, trade) = (COMPANY_STEMS[pair % COMPANY_STEMS.len()], COMPANY_TRADES[pair / COMPANY_STEMS.len()]);
        let domain = format!("{stem}{trade}.example").to_ascii_lowercase();
        Company { name: format!("{stem} {trade}"), domain }
    }

    fn offset(self, which: u64) -> usize {
        self.draw(Stream::Person, which).below(480)
    }
}

const FIRST_NAMES: [&str; 32] = [
    "Mira", "Jonas", "Aiko", "Tomas", "Leila", "Ravi", "Ingrid", "Mateo", "Nadia", "Owen", "Priya", "Stefan", "Yara",
    "Caleb", "Hana", "Luca", "Amara", "Felix", "Noor", "Dario", "Elena", "Kofi", "Sana", "Viktor", "Zoe", "Bruno",
    "Chloe", "Emil", "Farah", "Gustav", "Iris", "Joel",
];
const LAST_NAMES: [&str; 32] = [
    "Okafor",
    "Lindqvist",
    "Tanaka",
    "Moreau",
    "Haddad",
    "Castillo",
    "Novak",
    "Bergman",
    "Iyer",
    "Fischer",
    "Rossi",
    "Kowalski",
    "Mbeki",
    "Sato",
    "Almeida",
    "Dubois",
    "Petrov",
    "Nakamura",
    "Olsen",
    "Varga",
    "Weiss",
    "Cohen",
    "Duarte",
    "Eriksen",
    "Farouk",
    "Greco",
    "Horvat",
    "Jansen",
    "Keller",
    "Lopez",
    "Meyer",
    "Nilsson",
];
const COMPANY_STEMS: [&str; 40] = [
    "Alder",
    "Brightwater",
    "Corvane",
    "Dunmore",
    "Eastfield",
    "Fernhill",
    "Glasshaven",
    "Hollin",
    "Ironvale",
    "Juniper",
    "Kestrel",
    "Larkspur",
    "Marrow",
    "Northgate",
    "Oakline",
    "Pinemoor",
    "Quillon",
    "Redstone",
    "Silverlake",
    "Thornbury",
    "Umbra",
    "Valebrook",
    "Westmark",
    "Yarrow",
    "Zephyra",
    "Amberly",
    "Blackfen",
    "Copperdale",
    "Driftwood",
    "Elmstead",
    "Foxglove",
    "Granite",
    "Heatherby",
    "Ivory",
    "Jasperline",
    "Kingsway",
    "Lumen",
    "Mossbank",
    "Nimbus",
    "Orchard",
];
const COMPANY_TRADES: [&str; 12] = [
    "Foods",
    "Logistics",
    "Robotics",
    "Textiles",
    "Optics",
    "Energy",
    "Travel",
    "Media",
    "Pharma",
    "Motors",
    "Outdoors",
    "Supply",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn people_and_companies_are_distinct() {
        let world = World { seed: 9 };
        assert_eq!((0..1024).map(|i| world.person(i).handle).collect::<BTreeSet<_>>().len(), 1024);
        assert_eq!((0..480).map(|i| world.company(i).domain).collect::<BTreeSet<_>>().len(), 480);
    }

    #[test]
    fn moments_are_read_and_written() {
        assert_eq!(NOW.to_string(), "2026-11-01T00:00:00Z");
        assert_eq!(Moment::parse("2026-11-01"), Ok(NOW));
        assert_eq!(Moment::parse("2026-11-01T02:00:00+02:00"), Ok(NOW));
        assert!(Moment::parse("yesterday").is_err_and(|message| message.contains("`yesterday`")));
    }
}
