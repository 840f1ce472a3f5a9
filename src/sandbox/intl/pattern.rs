//! From date and time options to the en-US pattern that ICU chooses for them.
//!
//! In: the options. Out: the fields in order with the literals between them. Combinations for which ICU has no pattern
//! of its own and improvises ("2026 (day: 5)") are refused: they help nobody, and what they print depends on the widths.

use super::{
    options::{IntlError, Options},
    timezone::ZoneStyle,
};

/// What CLDR has before AM and PM. V8 shows it in parts only, and writes an ordinary space in text.
pub const NARROW_SPACE: &str = "\u{202f}";

/// How a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Narrow,
    Short,
    Long,
}

/// Which hours a day has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HourCycle {
    H11,
    H12,
    H23,
    H24,
}

impl HourCycle {
    pub fn name(self) -> &'static str {
        match self {
            Self::H11 => "h11",
            Self::H12 => "h12",
            Self::H23 => "h23",
            Self::H24 => "h24",
        }
    }

    pub fn is_12_hours(self) -> bool {
        matches!(self, Self::H11 | Self::H12)
    }
}

/// One element of a pattern. `padded` means two digits at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    Literal(&'static str),
    Weekday(Width),
    Era(Width),
    Year { two_digits: bool },
    Month { padded: bool },
    MonthName(Width),
    Day { padded: bool },
    Hour { padded: bool, cycle: HourCycle },
    Minute { padded: bool },
    Second { padded: bool },
    Fraction(i16),
    AmPm,
    DayPeriod(Width),
    ZoneName(ZoneStyle),
}

/// The date and time components asked for.
#[derive(Debug, Default)]
pub struct Components {
    pub weekday: Option<Width>,
    pub era: Option<Width>,
    pub year: Option<bool>,
    pub month: Option<Item>,
    pub day: Option<bool>,
    pub day_period: Option<Width>,
    pub hour: Option<bool>,
    pub minute: Option<bool>,
    pub second: Option<bool>,
    pub fraction: Option<i16>,
    pub zone: Option<ZoneStyle>,
}

impl Components {
    pub fn read(options: &Options) -> Result<Self, IntlError> {
        let width = |name| -> Result<Option<Width>, IntlError> {
            Ok(options.choice(name, &["narrow", "short", "long"])?.map(width))
        };
        // Whether the number is padded to two digits.
        let number = |name| -> Result<Option<bool>, IntlError> {
            Ok(options.choice(name, &["2-digit", "numeric"])?.map(|text| text == "2-digit"))
        };
        let month = options.choice("month", &["2-digit", "numeric", "narrow", "short", "long"])?;
        let zones = ["short", "long", "shortOffset", "longOffset"];
        Ok(Self {
            weekday: width("weekday")?,
            era: width("era")?,
            year: number("year")?,
            month: month.map(|text| match text {
                "2-digit" | "numeric" => Item::Month { padded: text == "2-digit" },
                _ => Item::MonthName(self::width(text)),
            }),
            day: number("day")?,
            day_period: width("dayPeriod")?,
            hour: number("hour")?,
            minute: number("minute")?,
            second: number("second")?,
            fraction: options.integer("fractionalSecondDigits", 1, 3)?,
            zone: options.choice("timeZoneName", &zones)?.map(|text| match text {
                "short" => ZoneStyle::Short,
                "long" => ZoneStyle::Long,
                "shortOffset" => ZoneStyle::ShortOffset,
                _ => ZoneStyle::LongOffset,
            }),
        })
    }

    pub fn has_date(&self) -> bool {
        self.weekday.is_some() || self.year.is_some() || self.month.is_some() || self.day.is_some()
    }

    pub fn has_time(&self) -> bool {
        self.day_period.is_some() || self.has_clock()
    }

    fn has_clock(&self) -> bool {
        self.hour.is_some() || self.minute.is_some() || self.second.is_some() || self.fraction.is_some()
    }

    /// The whole pattern: the date, the time, and what joins them.
    pub fn pattern(&self, cycle: HourCycle) -> Result<Vec<Item>, IntlError> {
        let mut pattern = self.date()?;
        let mut time = self.time(cycle)?;
        if let Some(zone) = self.zone {
            match time[..] {
                [] => {}
                [Item::Hour { .. }] => time.push(Item::Literal("h ")),
                _ => time.push(Item::Literal(" ")),
            }
            time.push(Item::ZoneName(zone));
        }
        if !pattern.is_empty() && !time.is_empty() {
            let clock = self.hour.is_some() && (self.minute.is_some() || cycle.is_12_hours());
            let plain_clock = clock && self.fraction.is_none() && self.zone.is_none();
            pattern.push(Item::Literal(match (&pattern[..], self.month) {
                ([Item::Weekday(_)], _) if plain_clock => " ",
                (_, Some(Item::MonthName(Width::Long))) => " at ",
                _ => ", ",
            }));
        }
        pattern.append(&mut time);
        Ok(pattern)
    }

    fn date(&self) -> Result<Vec<Item>, IntlError> {
        let month_and_separator = match self.month {
            Some(name @ Item::MonthName(_)) => Some((name, " ")),
            Some(number) => Some((number, "/")),
            None => None,
        };
        let year = self.year.map(|two_digits| Item::Year { two_digits });
        let day = self.day.map(|padded| Item::Day { padded });
        let mut items = match (year, month_and_separator, day) {
            (None, None, None) => vec![],
            (None, None, Some(day)) => vec![day],
            (None, Some((month, _)), None) => vec![month],
            (None, Some((month, separator)), Some(day)) => vec![month, Item::Literal(separator), day],
            (Some(year), None, None) => vec![year],
            (Some(year), Some((month, separator)), None) => vec![month, Item::Literal(separator), year],
            (Some(year), Some((month, separator)), Some(day)) => {
                let comma = if separator == " " { ", " } else { "/" };
                vec![month, Item::Literal(separator), day, Item::Literal(comma), year]
            }
            (Some(_), None, Some(_)) => return Err(no_pattern("year and day without month")),
        };
        let has_month_and_day = self.month.is_some() && self.day.is_some();
        if let Some(era) = self.era {
            let fits = self.year.is_some() || has_month_and_day || (items.is_empty() && self.weekday.is_none());
            if !fits {
                return Err(no_pattern("era without year"));
            }
            if !items.is_empty() {
                items.push(Item::Literal(" "));
            }
            items.push(Item::Era(era));
        }
        let Some(weekday) = self.weekday.map(Item::Weekday) else { return Ok(items) };
        if has_month_and_day {
            items.splice(0..0, [weekday, Item::Literal(", ")]);
        } else if items.is_empty() {
            items.push(weekday);
        } else if self.day.is_some() || (self.year.is_some() && self.month.is_some()) {
            items.extend([Item::Literal(" "), weekday]);
        } else {
            return Err(no_pattern("weekday with only a month or only a year"));
        }
        Ok(items)
    }

    fn time(&self, cycle: HourCycle) -> Result<Vec<Item>, IntlError> {
        let mut items = Vec::new();
        let has_minute = self.minute.is_some();
        let has_second = self.second.is_some() || (has_minute && self.fraction.is_some());
        if self.hour.is_some() && !has_minute && (has_second || self.fraction.is_some()) {
            return Err(no_pattern("hour and second without minute"));
        }
        if self.hour.is_none() && self.day_period.is_some() {
            if self.has_clock() || self.zone.is_some() {
                return Err(no_pattern("dayPeriod with time components other than hour"));
            }
            return Ok(self.day_period.map(Item::DayPeriod).into_iter().collect());
        }
        if let Some(padded) = self.hour {
            items.push(Item::Hour { padded: padded || !cycle.is_12_hours(), cycle });
        }
        if has_minute {
            if !items.is_empty() {
                items.push(Item::Literal(":"));
            }
            items.push(Item::Minute { padded: self.hour.is_some() || has_second });
        }
        if has_second {
            if !items.is_empty() {
                items.push(Item::Literal(":"));
            }
            items.push(Item::Second { padded: has_minute });
        }
        if let Some(digits) = self.fraction {
            if !has_minute && self.second == Some(true) {
                return Err(no_pattern("fractionalSecondDigits and a 2-digit second without minute"));
            }
            if !items.is_empty() {
                items.push(Item::Literal("."));
            }
            items.push(Item::Fraction(digits));
        }
        if self.hour.is_some() && cycle.is_12_hours() {
            let space = if self.day_period.is_some() && self.zone.is_none() { " " } else { NARROW_SPACE };
            items.extend([Item::Literal(space), self.day_period.map_or(Item::AmPm, Item::DayPeriod)]);
        }
        Ok(items)
    }
}

/// The pattern of a `dateStyle`, a `timeStyle`, or both.
pub fn styled(date: Option<&str>, time: Option<&str>, cycle: HourCycle) -> Result<Vec<Item>, IntlError> {
    let mut pattern = match date {
        None => vec![],
        Some(style) => {
            let month = match style {
                "short" => Item::Month { padded: false },
                "medium" => Item::MonthName(Width::Short),
                _ => Item::MonthName(Width::Long),
            };
            let weekday = (style == "full").then_some(Width::Long);
            let year = Some(style == "short");
            Components { weekday, year, month: Some(month), day: Some(false), ..Components::default() }.date()?
        }
    };
    if let Some(style) = time {
        let join = if matches!(date, Some("full" | "long")) { " at " } else { ", " };
        if !pattern.is_empty() {
            pattern.push(Item::Literal(join));
        }
        let second = (style != "short").then_some(false);
        let clock = Components { hour: Some(false), minute: Some(false), second, ..Components::default() };
        pattern.extend(clock.time(cycle)?);
        match style {
            "full" => pattern.extend([Item::Literal(" "), Item::ZoneName(ZoneStyle::Long)]),
            "long" => pattern.extend([Item::Literal(" "), Item::ZoneName(ZoneStyle::Short)]),
            _ => {}
        }
    }
    Ok(pattern)
}

fn width(text: &str) -> Width {
    match text {
        "narrow" => Width::Narrow,
        "short" => Width::Short,
        _ => Width::Long,
    }
}

fn no_pattern(what: &str) -> IntlError {
    IntlError::Range(format!("these date and time options have no en-US pattern: {what}; add or drop components"))
}
