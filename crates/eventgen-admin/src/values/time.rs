//! Dates and times as ISO 8601, in the proleptic Gregorian calendar.

/// A date, by its days since 1970-01-01.
pub(crate) fn date(days: i64) -> String {
    // Counted from 0000-03-01, so that a leap day is the last of its year. An era has 400 years.
    let days = days.saturating_add(719_468);
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A time of day, by its units since midnight, of which a second has `10^digits`.
pub(crate) fn time(units: i64, digits: u32) -> String {
    let unit = 10_i64.pow(digits);
    let seconds = units.div_euclid(unit);
    let fraction = units.rem_euclid(unit);
    let (hours, minutes) = (seconds.div_euclid(3_600), seconds.rem_euclid(3_600) / 60);
    let whole = format!("{hours:02}:{minutes:02}:{:02}", seconds.rem_euclid(60));
    if fraction == 0 {
        whole
    } else {
        let fraction = format!("{fraction:0width$}", width = digits as usize);
        format!("{whole}.{}", fraction.trim_end_matches('0'))
    }
}

/// A date with a time, by its units since 1970-01-01T00:00.
pub(crate) fn date_time(units: i64, digits: u32) -> String {
    let day = 86_400 * 10_i64.pow(digits);
    format!("{}T{}", date(units.div_euclid(day)), time(units.rem_euclid(day), digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_those_of_the_calendar() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (-719_468, "0000-03-01"),
            (2_932_896, "9999-12-31"),
        ] {
            assert_eq!(date(days), expected);
        }
        assert_eq!(time(86_399_999, 3), "23:59:59.999");
        assert_eq!(date_time(1_700_000_000_120_000, 6), "2023-11-14T22:13:20.12");
        assert_eq!(date_time(-1, 9), "1969-12-31T23:59:59.999999999");
        // What no calendar has is no panic.
        date(i64::MAX);
        date_time(i64::MIN, 3);
    }
}
