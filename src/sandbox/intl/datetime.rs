//! `Intl.DateTimeFormat` for en-US.
//!
//! In: the options as JSON, then instants in milliseconds since 1970. Out: the parts of the formatted text, or the
//! resolved options as JSON. `required` and `defaults` (each `date`, `time`, `any` or `all`) are the glue's way to say
//! which of the `toLocale…String` methods asks.

use serde_json::{Map, Value};

use super::{
    civil::Civil,
    options::{IntlError, Options},
    parts::Parts,
    pattern::{Components, HourCycle, Item, Width, styled},
    timezone::{Zone, ZoneStyle},
};

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const STYLES: [&str; 4] = ["full", "long", "medium", "short"];
/// The largest distance from 1970 that a JavaScript date can have.
const FURTHEST_MS: f64 = 8.64e15;

/// A formatter of dates and times: the options, checked and resolved.
pub struct DateTimeFormat {
    pattern: Vec<Item>,
    zone: Zone,
    locale: &'static str,
    date_style: Option<&'static str>,
    time_style: Option<&'static str>,
}

impl DateTimeFormat {
    pub fn new(options: &Options) -> Result<Self, IntlError> {
        options.only("calendar", "gregory")?;
        options.choice("formatMatcher", &["basic", "best fit"])?;
        let cycle = options.choice("hourCycle", &["h11", "h12", "h23", "h24"])?;
        let cycle = match (options.flag("hour12"), cycle) {
            (Some(true), _) => HourCycle::H12,
            // What V8 does for en-US: midnight is 24:00.
            (Some(false), _) => HourCycle::H24,
            (None, Some("h11")) => HourCycle::H11,
            (None, Some("h23")) => HourCycle::H23,
            (None, Some("h24")) => HourCycle::H24,
            (None, _) => HourCycle::H12,
        };
        let zone = Zone::new(options.text("timeZone").unwrap_or("UTC"))?;
        let date_style = options.choice("dateStyle", &STYLES)?;
        let time_style = options.choice("timeStyle", &STYLES)?;
        let required = options.text("required").unwrap_or("any");
        let defaults = options.text("defaults").unwrap_or("date");
        let mut components = Components::read(options)?;
        let pattern = if date_style.is_some() || time_style.is_some() {
            reject_mixture(options, required, date_style, time_style)?;
            styled(date_style, time_style, cycle)?
        } else {
            let given = (required != "time" && components.has_date()) || (required != "date" && components.has_time());
            if !given && defaults != "time" {
                (components.year, components.day) = (Some(false), Some(false));
                components.month = Some(Item::Month { padded: false });
            }
            if !given && defaults != "date" {
                (components.hour, components.minute, components.second) = (Some(false), Some(false), Some(false));
            }
            components.pattern(cycle)?
        };
        Ok(Self { pattern, zone, locale: options.locale()?, date_style, time_style })
    }

    /// Formats an instant. Anything that is not the time value of a valid date is a `RangeError`.
    pub fn format(&self, epoch_ms: f64) -> Result<Parts, IntlError> {
        if !epoch_ms.is_finite() || epoch_ms.abs() > FURTHEST_MS {
            return Err(IntlError::Range("Invalid time value".to_owned()));
        }
        let epoch_ms = epoch_ms.trunc() as i64;
        let seconds = epoch_ms.div_euclid(1000);
        let civil = Civil::new(epoch_ms, self.zone.offset(seconds));
        let mut parts = Parts::default();
        for item in &self.pattern {
            match *item {
                Item::ZoneName(style) => parts.push("timeZoneName", self.zone.display(style, seconds)),
                item => push_field(&mut parts, item, &civil, &self.pattern),
            }
        }
        Ok(parts)
    }

    /// What `resolvedOptions()` returns, as JSON.
    pub fn resolved(&self) -> String {
        let mut resolved = Map::new();
        let mut set = |name: &str, value: Value| resolved.insert(name.to_owned(), value);
        set("locale", self.locale.into());
        set("calendar", "gregory".into());
        set("numberingSystem", "latn".into());
        set("timeZone", self.zone.name.into());
        if let Some(cycle) = self.pattern.iter().find_map(|item| match item {
            Item::Hour { cycle, .. } => Some(cycle),
            _ => None,
        }) {
            set("hourCycle", cycle.name().into());
            set("hour12", cycle.is_12_hours().into());
        }
        if self.date_style.is_none() && self.time_style.is_none() {
            let mut fields: Vec<_> = self.pattern.iter().filter_map(|item| resolved_field(*item)).collect();
            // V8 searches ICU's pattern for the hour; in "kk'h' z" it finds the quoted letter first.
            let quoted = [Item::Hour { padded: true, cycle: HourCycle::H24 }, Item::Literal("h ")];
            if self.pattern.windows(2).any(|pair| pair == quoted) {
                fields.iter_mut().filter(|(_, name, _)| *name == "hour").for_each(|field| field.2 = "numeric".into());
            }
            fields.sort_by_key(|(position, ..)| *position);
            for (_, name, value) in fields {
                set(name, value);
            }
        }
        for (name, style) in [("dateStyle", self.date_style), ("timeStyle", self.time_style)] {
            if let Some(style) = style {
                set(name, style.into());
            }
        }
        Value::from(resolved).to_string()
    }
}

/// A style excludes the single components, and the styles of the half that the method does not print.
fn reject_mixture(
    options: &Options,
    required: &str,
    date_style: Option<&str>,
    time_style: Option<&str>,
) -> Result<(), IntlError> {
    let components = [
        "weekday",
        "era",
        "year",
        "month",
        "day",
        "dayPeriod",
        "hour",
        "minute",
        "second",
        "fractionalSecondDigits",
        "timeZoneName",
    ];
    if let Some(name) = components.into_iter().find(|name| options.has(name)) {
        let style = if date_style.is_some() { "dateStyle" } else { "timeStyle" };
        return Err(IntlError::Type(format!("{name} cannot be used together with {style}: use one or the other")));
    }
    match required {
        "date" if time_style.is_some() => {
            Err(IntlError::Type("timeStyle cannot be used to print a date only".to_owned()))
        }
        "time" if date_style.is_some() => {
            Err(IntlError::Type("dateStyle cannot be used to print a time only".to_owned()))
        }
        _ => Ok(()),
    }
}

fn push_field(parts: &mut Parts, item: Item, civil: &Civil, pattern: &[Item]) {
    let number = |padded: bool, value: u8| if padded { format!("{value:02}") } else { value.to_string() };
    match item {
        Item::Literal(text) => parts.push("literal", text),
        Item::Weekday(width) => parts.push("weekday", name(WEEKDAYS[civil.weekday], width)),
        Item::Era(width) => parts.push("era", era(civil.year > 0, width)),
        Item::Year { two_digits } => {
            let year = if civil.year > 0 { civil.year } else { 1 - civil.year };
            parts.push("year", if two_digits { format!("{:02}", year % 100) } else { year.to_string() });
        }
        Item::Month { padded } => parts.push("month", number(padded, civil.month as u8)),
        Item::MonthName(width) => parts.push("month", name(MONTHS[civil.month - 1], width)),
        Item::Day { padded } => parts.push("day", number(padded, civil.day)),
        Item::Hour { padded, cycle } => {
            let hour = match cycle {
                HourCycle::H11 => civil.hour % 12,
                HourCycle::H12 => (civil.hour + 11) % 12 + 1,
                HourCycle::H23 => civil.hour,
                HourCycle::H24 => (civil.hour + 23) % 24 + 1,
            };
            parts.push("hour", number(padded, hour));
        }
        Item::Minute { padded } => parts.push("minute", number(padded, civil.minute)),
        Item::Second { padded } => parts.push("second", number(padded, civil.second)),
        Item::Fraction(digits) => {
            let text = format!("{:03}", civil.millisecond);
            parts.push("fractionalSecond", &text[..usize::from(digits.unsigned_abs())]);
        }
        Item::AmPm => parts.push("dayPeriod", if civil.hour < 12 { "AM" } else { "PM" }),
        Item::DayPeriod(width) => parts.push("dayPeriod", day_period(civil, width, pattern)),
        Item::ZoneName(_) => {}
    }
}

/// English has the same three letters for every short name.
fn name(long: &'static str, width: Width) -> &'static str {
    match width {
        Width::Narrow => &long[..1],
        Width::Short => &long[..3],
        Width::Long => long,
    }
}

fn era(is_common: bool, width: Width) -> &'static str {
    match (width, is_common) {
        (Width::Narrow, true) => "A",
        (Width::Narrow, false) => "B",
        (Width::Short, true) => "AD",
        (Width::Short, false) => "BC",
        (Width::Long, true) => "Anno Domini",
        (Width::Long, false) => "Before Christ",
    }
}

/// Noon is the whole of the smallest field shown: the hour, the minute or the second that begins at 12.
fn day_period(civil: &Civil, width: Width, pattern: &[Item]) -> &'static str {
    let shows_minute = pattern.iter().any(|item| matches!(item, Item::Minute { .. }));
    let shows_second = pattern.iter().any(|item| matches!(item, Item::Second { .. }));
    let is_noon = civil.hour == 12 && !(shows_minute && civil.minute > 0) && !(shows_second && civil.second > 0);
    match civil.hour {
        12 if is_noon && width == Width::Narrow => "n",
        12 if is_noon => "noon",
        0..12 => "in the morning",
        12..18 => "in the afternoon",
        18..21 => "in the evening",
        _ => "at night",
    }
}

/// The option that a field resolves to, with its place in `resolvedOptions()`.
fn resolved_field(item: Item) -> Option<(u8, &'static str, Value)> {
    let width = |width| match width {
        Width::Narrow => "narrow",
        Width::Short => "short",
        Width::Long => "long",
    };
    let number = |padded| if padded { "2-digit" } else { "numeric" };
    let (position, name, value) = match item {
        Item::Literal(_) | Item::AmPm => return None,
        Item::Weekday(of) => (0, "weekday", width(of)),
        Item::Era(of) => (1, "era", width(of)),
        Item::Year { two_digits } => (2, "year", number(two_digits)),
        Item::Month { padded } => (3, "month", number(padded)),
        Item::MonthName(of) => (3, "month", width(of)),
        Item::Day { padded } => (4, "day", number(padded)),
        Item::DayPeriod(of) => (5, "dayPeriod", width(of)),
        Item::Hour { padded, .. } => (6, "hour", number(padded)),
        Item::Minute { padded } => (7, "minute", number(padded)),
        Item::Second { padded } => (8, "second", number(padded)),
        Item::Fraction(digits) => return Some((9, "fractionalSecondDigits", digits.into())),
        Item::ZoneName(style) => (
            10,
            "timeZoneName",
            match style {
                ZoneStyle::Short => "short",
                ZoneStyle::Long => "long",
                ZoneStyle::ShortOffset => "shortOffset",
                ZoneStyle::LongOffset => "longOffset",
            },
        ),
    };
    Some((position, name, value.into()))
}
