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

/// How long ago: `now`, `20 s`, `3 min`, `2 h`, `4 d`. Seconds go by tens, so that a calm screen stays still.
#[must_use]
pub fn age(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs().max(0);
    match seconds {
        0..=9 => "now".to_owned(),
        10..=59 => format!("{} s", seconds / 10 * 10),
        60..=3_599 => format!("{} min", seconds / 60),
        3_600..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How long until then, as precise as a person can use.
#[must_use]
pub fn countdown(left: SignedDuration) -> String {
    let seconds = left.as_secs();
    match seconds {
        ..=0 => "closed".to_owned(),
        1..=3_599 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{} h {:02} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
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

/// Date and seconds in UTC, for logs and the audit trail.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
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
        assert_eq!(countdown(secs(59)), "00:59");
        assert_eq!(countdown(secs(3_661)), "1 h 01 min");
        assert_eq!(countdown(secs(90_000)), "1 d 01 h");
        assert_eq!(countdown(secs(-1)), "closed");
        let now = Timestamp::from_second(1_000_000).unwrap();
        assert_eq!(age(now, now - secs(75)), "1 min");
        assert_eq!(age(now, now + secs(75)), "now");
    }
}
