//! Time zones: the names that V8 accepts, their offsets (from jiff's bundled database) and their en-US names.
//!
//! In: a zone's name, then instants. Out: the canonical name, the offset, and names such as "PST" or "GMT+5:30".

use jiff::{Timestamp, tz::TimeZone};

use super::options::IntlError;

/// Line 1 holds pairs `long/short`. Every other line is `zone|aliases|periods`; periods are separated by `;`, each
/// `since@offset=pair,…` in seconds: from `since` on, that offset bears the names of that pair. An offset without a
/// pair, or a pair without a short name, is written as the offset.
const ZONES: &str = include_str!("zones.txt");

/// Four hundred Gregorian years, after which the calendar and every rule repeats.
const CYCLE: i64 = 146_097 * 86_400;
/// Seconds of 9999-01-01, beyond which jiff does not go; and of the year 1800, before which no zone has a rule.
const LATEST: i64 = 253_370_764_800;
const EARLIEST: i64 = -5_364_662_400;
/// 9999-12-31T23:59Z, from which on a zone has only the names that are its own, as before 1970: the first period.
const SHARED_NAMES_END: i64 = 253_402_300_740;

/// How a zone's name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneStyle {
    Short,
    Long,
    ShortOffset,
    LongOffset,
}

/// One time zone.
pub struct Zone {
    pub name: &'static str,
    periods: &'static str,
    zone: TimeZone,
}

impl Zone {
    /// Finds a zone by its IANA name, in any case.
    pub fn new(name: &str) -> Result<Self, IntlError> {
        let unknown = || {
            let message = "is not a time zone: use \"UTC\" or an IANA name such as \"America/New_York\"";
            IntlError::Range(format!("timeZone \"{name}\" {message}"))
        };
        let is_named = |line: &str| {
            let mut fields = line.splitn(3, '|');
            let canonical = fields.next().unwrap_or_default();
            let mut aliases = fields.next().unwrap_or_default().split(' ');
            name.eq_ignore_ascii_case(canonical) || aliases.any(|alias| name.eq_ignore_ascii_case(alias))
        };
        let line = ZONES.lines().skip(1).find(|line| !name.is_empty() && is_named(line)).ok_or_else(unknown)?;
        let (canonical, rest) = line.split_once('|').ok_or_else(unknown)?;
        let (_, periods) = rest.split_once('|').ok_or_else(unknown)?;
        let zone = TimeZone::get(canonical).map_err(|_| unknown())?;
        Ok(Self { name: canonical, periods, zone })
    }

    /// Seconds east of UTC at an instant.
    pub fn offset(&self, epoch_seconds: i64) -> i32 {
        let cycles_ahead = (epoch_seconds - LATEST).div_euclid(CYCLE) + 1;
        let within = (epoch_seconds - cycles_ahead.max(0) * CYCLE).max(EARLIEST);
        Timestamp::from_second(within).map_or(0, |timestamp| self.zone.to_offset(timestamp).seconds())
    }

    /// The zone's name at an instant.
    pub fn display(&self, style: ZoneStyle, epoch_seconds: i64) -> String {
        let offset = self.offset(epoch_seconds);
        let named = match style {
            ZoneStyle::Long => self.pair(epoch_seconds, offset).map(|(long, _)| long),
            ZoneStyle::Short => self.pair(epoch_seconds, offset).map(|(_, short)| short),
            ZoneStyle::ShortOffset | ZoneStyle::LongOffset => None,
        };
        match named {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => offset_name(offset, matches!(style, ZoneStyle::Long | ZoneStyle::LongOffset)),
        }
    }

    fn pair(&self, epoch_seconds: i64, offset: i32) -> Option<(&'static str, &'static str)> {
        let has_begun = |since: &str| {
            since.parse().map_or(true, |since: i64| since <= epoch_seconds && epoch_seconds < SHARED_NAMES_END)
        };
        let period = self.periods.rsplit(';').find_map(|period| {
            let (since, offsets) = period.split_once('@')?;
            has_begun(since).then_some(offsets)
        })?;
        let index = period.split(',').find_map(|entry| {
            let (of, index) = entry.split_once('=')?;
            (of.parse() == Ok(offset)).then(|| index.parse::<usize>().ok())?
        })?;
        ZONES.lines().next()?.split('|').nth(index)?.split_once('/')
    }
}

/// "GMT+5:30", or "GMT+05:30" if long; seconds only where there are any.
fn offset_name(offset: i32, long: bool) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes, seconds) = (offset.abs() / 3600, offset.abs() / 60 % 60, offset.abs() % 60);
    let hours = if long { format!("{hours:02}") } else { hours.to_string() };
    let minutes = if long || minutes + seconds > 0 { format!(":{minutes:02}") } else { String::new() };
    let seconds = if seconds > 0 { format!(":{seconds:02}") } else { String::new() };
    format!("GMT{sign}{hours}{minutes}{seconds}")
}

/// The canonical names, sorted.
pub fn zone_names() -> Vec<&'static str> {
    ZONES.lines().skip(1).filter_map(|line| line.split('|').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_season_and_the_rules() {
        let display = |zone: &str, style, at| Zone::new(zone).expect("a zone").display(style, at);
        let (winter, summer) = (1_700_000_000, 1_688_000_000);
        assert_eq!(display("us/pacific", ZoneStyle::Short, winter), "PST");
        assert_eq!(display("America/Los_Angeles", ZoneStyle::Long, summer), "Pacific Daylight Time");
        assert_eq!(display("Asia/Kolkata", ZoneStyle::Short, winter), "GMT+5:30");
        assert_eq!(display("Europe/Berlin", ZoneStyle::LongOffset, summer), "GMT+02:00");
        assert_eq!(display("America/New_York", ZoneStyle::ShortOffset, -3_000_000_000), "GMT-4:56:02");
        assert_eq!(Zone::new("asia/kolkata").map(|zone| zone.name), Ok("Asia/Calcutta"));
        for name in ["+02:00", "Foo/Bar", "", "UTC ", "America"] {
            assert!(Zone::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn offsets_reach_as_far_as_javascript_dates() {
        let zone = Zone::new("America/New_York").expect("a zone");
        let far = |years_of_cycle: i64| zone.offset(1_688_000_000 + years_of_cycle * CYCLE);
        assert_eq!([far(0), far(19), far(20), far(600), far(-600)], [-14_400, -14_400, -14_400, -14_400, -17_762]);
    }

    #[test]
    fn every_zone_of_the_table_is_in_the_database() {
        for name in zone_names() {
            assert!(Zone::new(name).is_ok(), "{name}");
        }
    }
}
