//! What must hold before a day can be settled.

use super::input::SettlementInput;
use crate::error::Violation;
use crate::id::OrgId;
use crate::market::DeliveryPeriod;
use crate::portfolio::award::overlap;
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::fmt;

/// Every reason why the day cannot be settled for the organisation.
pub(super) fn violations(input: &SettlementInput, org: OrgId) -> Vec<Violation> {
    let mut check = Check {
        input,
        found: Vec::new(),
    };
    check.awards(org);
    if let Some(metered) = &input.metered {
        let prices: Vec<_> = input.real_time_prices.iter().map(|p| p.period).collect();
        let metered: Vec<_> = metered.iter().map(|m| m.period).collect();
        let whole = check.grid("real_time_prices", &prices) & check.grid("metered", &metered);
        if whole {
            check.coverage(&prices, &metered);
        }
    }
    check.costs();
    check.found
}

struct Check<'a> {
    input: &'a SettlementInput,
    found: Vec<Violation>,
}

impl Check<'_> {
    fn note(
        &mut self,
        code: &str,
        field: String,
        value: impl fmt::Display,
        rule: impl Into<String>,
    ) {
        self.found.push(Violation::new(code, field, value, rule));
    }

    /// Each award is of this organisation, market, location, currency and day, and comes once.
    fn awards(&mut self, org: OrgId) {
        let input = self.input;
        let mut seen = BTreeSet::new();
        for (i, award) in input.day_ahead.iter().enumerate() {
            let field = |name: &str| format!("day_ahead[{i}].{name}");
            if !seen.insert(award.id) {
                self.note(
                    "award_repeated",
                    field("id"),
                    award.id,
                    "each award settles once",
                );
            }
            if award.org != org {
                self.note(
                    "org_mismatch",
                    field("org"),
                    award.org,
                    format!("the owner, {org}"),
                );
            }
            if award.market != input.market {
                let rule = format!("the market that is settled, {}", input.market);
                self.note("market_mismatch", field("market"), &award.market, rule);
            }
            if award.location != input.location {
                let rule = format!("the location that is settled, {}", input.location);
                self.note(
                    "location_mismatch",
                    field("location"),
                    &award.location,
                    rule,
                );
            }
            if award.currency != input.currency {
                let rule = format!("the currency of the settlement, {}", input.currency);
                self.note("currency_mismatch", field("currency"), award.currency, rule);
            }
            self.in_day(&award.period, field("period"));
        }
    }

    fn in_day(&mut self, period: &DeliveryPeriod, field: String) {
        let day = &self.input.day;
        if period.start() < day.start() || day.end() < period.end() {
            let rule = format!(
                "on the delivery day {day}: from {} to {}",
                day.start(),
                day.end()
            );
            self.note("outside_day", field, period, rule);
        }
    }

    /// Periods lie on the day, and no instant is in two of them; tells whether the latter holds.
    fn grid(&mut self, list: &str, periods: &[DeliveryPeriod]) -> bool {
        for (i, period) in periods.iter().enumerate() {
            self.in_day(period, format!("{list}[{i}].period"));
        }
        let mut order: Vec<_> = periods.iter().enumerate().collect();
        order.sort_by_key(|(_, period)| period.start());
        let mut apart = true;
        for pair in order.windows(2) {
            if let [(i, before), (j, after)] = pair
                && after.start() < before.end()
            {
                apart = false;
                let rule = format!("apart from {list}[{i}], which is {before}");
                self.note(
                    "period_repeated",
                    format!("{list}[{j}].period"),
                    after,
                    rule,
                );
            }
        }
        apart
    }

    /// Every awarded or metered instant has a price, and every priced period that has either is
    /// metered in full.
    fn coverage(&mut self, prices: &[DeliveryPeriod], metered: &[DeliveryPeriod]) {
        let input = self.input;
        for (i, meter) in metered.iter().enumerate() {
            if prices.iter().any(|price| price.covers(meter)) {
                continue;
            }
            let crossed = prices.iter().any(|price| !overlap(price, meter).is_zero());
            let field = format!("metered[{i}].period");
            if crossed {
                let rule = "metering is as fine as the real-time prices, or finer";
                self.note("metering_too_coarse", field, meter, rule);
            } else {
                self.note(
                    "real_time_price_missing",
                    field,
                    meter,
                    "a real-time price is known",
                );
            }
        }
        for (i, award) in input.day_ahead.iter().enumerate() {
            if shared(&award.period, prices) != award.period.resolution().duration() {
                let field = format!("day_ahead[{i}].period");
                let rule = "real-time prices are known for the whole period";
                self.note("real_time_price_missing", field, award.period, rule);
            }
        }
        for (i, price) in prices.iter().enumerate() {
            let have = shared(price, metered);
            let awarded = input
                .day_ahead
                .iter()
                .any(|a| !overlap(&a.period, price).is_zero());
            let wanted = awarded || !have.is_zero();
            if wanted && have != price.resolution().duration() {
                let rule = "metered from its start to its end";
                let field = format!("real_time_prices[{i}].period");
                self.note("metering_missing", field, price, rule);
            }
        }
    }

    fn costs(&mut self) {
        for (i, fee) in self.input.fees.iter().enumerate() {
            if fee.name.trim().is_empty() {
                let field = format!("fees[{i}].name");
                self.note("name_blank", field, &fee.name, "at least one character");
            }
        }
        if let Some(cost) = self.input.degradation_cost
            && cost.micros() < 0
        {
            self.note(
                "negative",
                "degradation_cost".to_owned(),
                cost,
                "not below 0 per MWh",
            );
        }
    }
}

/// How much of `period` lies in `others`, which do not overlap each other.
fn shared(period: &DeliveryPeriod, others: &[DeliveryPeriod]) -> SignedDuration {
    others.iter().fold(SignedDuration::ZERO, |sum, other| {
        sum.saturating_add(overlap(period, other))
    })
}
