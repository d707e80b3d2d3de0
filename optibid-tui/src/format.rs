//! How numbers, times and spans are written.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use optibid_core::unit::Money;

/// Puts commas between the thousands of a decimal text.
#[must_use]
pub fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, rest) = digits
        .find('.')
        .map_or((digits, ""), |at| digits.split_at(at));
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// An amount with its sign and commas, without its currency.
#[must_use]
pub fn money(amount: Money) -> String {
    let text = grouped(&amount.to_string());
    if amount.minor() > 0 {
        format!("+{text}")
    } else {
        text
    }
}

/// A signed decimal: a plus before what is above zero.
#[must_use]
pub fn signed(text: &str) -> String {
    let zero = text.chars().all(|c| matches!(c, '0' | '.' | '-'));
    if text.starts_with('-') || zero {
        text.to_owned()
    } else {
        format!("+{text}")
    }
}

/// Parts per million as a percentage with one decimal.
#[must_use]
pub fn percent(ppm: i64) -> String {
    let tenths = (ppm + if ppm < 0 { -500 } else { 500 }) / 1_000;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.abs();
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

/// The most columns of an age up to 999 days.
pub const AGE: usize = 4;
/// The most columns of a duration up to 99,999 days.
pub const DURATION: usize = 6;

/// How long ago: `now`, `20s`, `3m`, `2h`, `4d`. Seconds go by tens, so that a calm screen stays still.
#[must_use]
pub fn age(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs().max(0);
    match seconds {
        0..=9 => "now".to_owned(),
        10..=59 => format!("{}s", seconds / 10 * 10),
        60..=3_599 => format!("{}m", seconds / 60),
        3_600..=172_799 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// How long ago, in a sentence: `just now`, `20s ago`.
#[must_use]
pub fn ago(now: Timestamp, at: Timestamp) -> String {
    match age(now, at).as_str() {
        "now" => "just now".to_owned(),
        age => format!("{age} ago"),
    }
}

/// How old data are: `fresh`, `20s old`.
#[must_use]
pub fn oldness(now: Timestamp, at: Timestamp) -> String {
    match age(now, at).as_str() {
        "now" => "fresh".to_owned(),
        age => format!("{age} old"),
    }
}

/// How long something takes, as precise as a person can use: `45s`, `3m05s`, `3h05m`, `2d04h`, `817d`.
#[must_use]
pub fn duration(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match seconds {
        0..=59 => format!("{seconds}s"),
        60..=3_599 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{}h{:02}m", seconds / 3_600, seconds % 3_600 / 60),
        86_400..=8_639_999 => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// How long until a gate closes.
#[must_use]
pub fn countdown(left: SignedDuration) -> String {
    if left.as_secs() <= 0 {
        return "closed".to_owned();
    }
    duration(left)
}

/// The wall clock of a zone, `17:00`.
#[must_use]
pub fn clock(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// The wall clock with the zone's abbreviation, `17:00 CDT`: it tells the two hours of a 25-hour day apart.
#[must_use]
pub fn clock_in(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M %Z").to_string()
}

/// Day and wall clock with the zone's abbreviation, `Sun 25 Aug 17:00 CDT`.
#[must_use]
pub fn stamp(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone())
        .strftime("%a %d %b %H:%M %Z")
        .to_string()
}

/// Date and wall clock with the zone's abbreviation, `25 Aug 17:00 CDT`.
#[must_use]
pub fn date_stamp(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone())
        .strftime("%d %b %H:%M %Z")
        .to_string()
}

/// Date with its year and wall clock with the zone's abbreviation, `2024-08-25 17:00 CDT`.
#[must_use]
pub fn full_stamp(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M %Z")
        .to_string()
}

/// Date and wall clock to the second with the zone's abbreviation, `2024-08-25 17:00:09 CDT`, for logs and the audit trail.
#[must_use]
pub fn exact_stamp(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}

/// A day with its weekday, `Sun 2024-08-25`.
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%a %Y-%m-%d").to_string()
}

/// The end of an id: ids of the same hour begin alike.
#[must_use]
pub fn short(id: &impl ToString) -> String {
    let text = id.to_string();
    text.get(text.len().saturating_sub(8)..)
        .unwrap_or(&text)
        .to_owned()
}

/// A count with its noun: `1 bid`, `3 bids`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use optibid_core::unit::Currency;

    #[test]
    fn thousands_are_grouped_and_signs_are_kept() {
        assert_eq!(grouped("1234567.50"), "1,234,567.50");
        assert_eq!(grouped("-999"), "-999");
        assert_eq!(grouped("-1000"), "-1,000");
        let amount = Money::from_minor(123_456, Currency::Usd);
        assert_eq!(money(amount), "+1,234.56");
        assert_eq!(signed("0.00"), "0.00");
        assert_eq!(percent(613_449), "61.3");
        assert_eq!(percent(-50_600), "-5.1");
    }

    #[test]
    fn spans_are_as_precise_as_a_person_can_use() {
        let secs = SignedDuration::from_secs;
        assert_eq!(countdown(secs(59)), "59s");
        assert_eq!(countdown(secs(195)), "3m15s");
        assert_eq!(countdown(secs(11_700)), "3h15m");
        assert_eq!(countdown(secs(3_661)), "1h01m");
        assert_eq!(countdown(secs(187_200)), "2d04h");
        assert_eq!(countdown(secs(-1)), "closed");
        assert_eq!(duration(secs(-1)), "0s");
        let now = Timestamp::from_second(100_000_000).unwrap();
        assert_eq!(age(now, now - secs(75)), "1m");
        assert_eq!(age(now, now + secs(75)), "now");
        assert_eq!(oldness(now, now - secs(9)), "fresh");
        assert_eq!(oldness(now, now - secs(10)), "10s old");
    }

    #[test]
    fn every_span_has_its_units_and_room_in_its_column() {
        let now = Timestamp::from_second(2_000_000_000).unwrap();
        let mut seconds = 1_i64;
        while seconds < 86_400 * 999 {
            let span = SignedDuration::from_secs(seconds);
            let (written, age) = (countdown(span), age(now, now - span));
            assert!(written.len() <= DURATION, "{seconds}: {written}");
            assert!(age.len() <= AGE, "{seconds}: {age}");
            assert!(written.ends_with(['s', 'm', 'h', 'd']), "{written}");
            // Read back it is the span, to the smaller of its two units.
            let (mut read, mut number, mut unit) = (0, 0, 1);
            for letter in written.chars() {
                match letter.to_digit(10) {
                    Some(digit) => number = number * 10 + i64::from(digit),
                    None => {
                        unit = match letter {
                            's' => 1,
                            'm' => 60,
                            'h' => 3_600,
                            _ => 86_400,
                        };
                        read += std::mem::take(&mut number) * unit;
                    }
                }
            }
            assert!(read <= seconds && seconds < read + unit, "{written}");
            seconds += 1 + seconds / 60;
        }
    }
}
