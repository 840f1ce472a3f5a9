//! Instants as calendar fields: the proleptic Gregorian calendar over the whole range of JavaScript dates.
//!
//! In: milliseconds since 1970 and an offset from UTC. Out: year, month, day, weekday and time of day.

/// The fields of one local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Astronomical: 0 is 1 BC.
    pub year: i64,
    /// 1 to 12.
    pub month: usize,
    /// 1 to 31.
    pub day: u8,
    /// 0 is Sunday.
    pub weekday: usize,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub millisecond: u16,
}

const DAY_MS: i64 = 86_400_000;

impl Civil {
    pub fn new(epoch_ms: i64, offset_seconds: i32) -> Self {
        let local = epoch_ms + i64::from(offset_seconds) * 1000;
        let (days, time) = (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS));
        // Years are counted from March, so that the leap day is the last day of a year; an era is 400 years.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month: month as usize,
            day: (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8,
            weekday: (days + 4).rem_euclid(7) as usize,
            hour: (time / 3_600_000) as u8,
            minute: (time / 60_000 % 60) as u8,
            second: (time / 1000 % 60) as u8,
            millisecond: (time % 1000) as u16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_ends_of_time_and_leap_days() {
        let cases = [
            (0, (1970, 1, 1, 4)),
            (-1, (1969, 12, 31, 3)),
            (951_782_400_000, (2000, 2, 29, 2)),
            (8_640_000_000_000_000, (275_760, 9, 13, 6)),
            (-8_640_000_000_000_000, (-271_821, 4, 20, 2)),
            (-62_198_755_200_000, (-1, 1, 1, 5)),
        ];
        for (ms, expected) in cases {
            let civil = Civil::new(ms, 0);
            assert_eq!((civil.year, civil.month, civil.day, civil.weekday), expected, "{ms}");
        }
        assert_eq!(Civil::new(0, -1).second, 59);
    }
}
