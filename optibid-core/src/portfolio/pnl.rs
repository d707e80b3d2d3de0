//! Profit and loss, and the share of perfect foresight that was captured.

use super::settlement::{LineKind, SettlementStatement};
use crate::error::{Error, Result, Violation};
use crate::market::ProductId;
use crate::unit::{Currency, Money, Ratio, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one product brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct ProductRevenue {
    /// The product.
    pub product: ProductId,
    /// Energy sold less energy bought at its prices.
    pub amount: Money,
}

/// What a delivery day earned.
///
/// `net` = revenue of all products + fees - wear, to the last minor unit.
///
/// ```
/// use optibid_core::portfolio::ProfitAndLoss;
/// let day: ProfitAndLoss = serde_json::from_str(
///     r#"{"day": "2024-05-01", "currency": "USD",
///         "revenue": [{"product": "DAM", "amount": {"amount": "600.00", "currency": "USD"}}],
///         "fees": {"amount": "-10.00", "currency": "USD"},
///         "wear": {"amount": "40.00", "currency": "USD"},
///         "net": {"amount": "550.00", "currency": "USD"}}"#,
/// )?;
/// assert_eq!(day.net.minor(), 60_000 - 1_000 - 4_000);
/// assert_eq!(day.capture, None, "perfect foresight was not computed");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct ProfitAndLoss {
    /// The delivery day.
    pub day: Date,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Revenue of each product, by product.
    pub revenue: Vec<ProductRevenue>,
    /// Fees; negative when paid.
    pub fees: Money,
    /// What wear cost, as a positive amount.
    pub wear: Money,
    /// What is left.
    pub net: Money,
    /// The net of the best schedule in hindsight, where it was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perfect_foresight: Option<Money>,
    /// `net / perfect_foresight`, as [`capture_ratio`] defines it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Ratio>,
}

impl ProfitAndLoss {
    /// What the statements of one delivery day earned together.
    ///
    /// # Errors
    /// When there is no statement (`empty`), one is of another day or currency (`day_mismatch`,
    /// `currency_mismatch`; also of `perfect_foresight`) or comes twice (`statement_repeated`), or
    /// a sum is out of range.
    pub fn of(
        statements: &[SettlementStatement],
        perfect_foresight: Option<Money>,
    ) -> Result<Self> {
        let Some(first) = statements.first() else {
            return Err(Error::field(
                "empty",
                "statements",
                "",
                "at least one statement",
            ));
        };
        let found = mismatches(first, statements, perfect_foresight);
        if !found.is_empty() {
            return Err(Error::invalid(found));
        }
        let sums = Sums::of(statements, first.currency).ok_or_else(|| {
            Error::field(
                "out_of_range",
                "statements",
                first.day,
                "sums fit 64 bits of minor units",
            )
        })?;
        let capture = perfect_foresight.and_then(|best| capture_ratio(sums.net, best));
        let revenue = sums.revenue.into_iter();
        Ok(Self {
            day: first.day,
            currency: first.currency,
            revenue: revenue
                .map(|(product, amount)| ProductRevenue { product, amount })
                .collect(),
            fees: sums.fees,
            wear: sums.wear,
            net: sums.net,
            perfect_foresight,
            capture,
        })
    }
}

fn mismatches(
    first: &SettlementStatement,
    statements: &[SettlementStatement],
    perfect_foresight: Option<Money>,
) -> Vec<Violation> {
    let mut found = Vec::new();
    let currency_rule = format!("the currency of the first statement, {}", first.currency);
    for (i, statement) in statements.iter().enumerate() {
        if statement.day != first.day {
            let rule = format!("the day of the first statement, {}", first.day);
            let field = format!("statements[{i}].day");
            found.push(Violation::new("day_mismatch", field, statement.day, rule));
        }
        if statement.currency != first.currency {
            let field = format!("statements[{i}].currency");
            let value = statement.currency;
            found.push(Violation::new(
                "currency_mismatch",
                field,
                value,
                currency_rule.clone(),
            ));
        }
        if statements.iter().take(i).any(|s| s.id == statement.id) {
            let field = format!("statements[{i}].id");
            let rule = "each statement counts once";
            found.push(Violation::new(
                "statement_repeated",
                field,
                statement.id,
                rule,
            ));
        }
    }
    if let Some(best) = perfect_foresight
        && best.currency() != first.currency
    {
        let field = "perfect_foresight.currency";
        found.push(Violation::new(
            "currency_mismatch",
            field,
            best.currency(),
            currency_rule,
        ));
    }
    found
}

struct Sums {
    revenue: BTreeMap<ProductId, Money>,
    fees: Money,
    wear: Money,
    net: Money,
}

impl Sums {
    fn of(statements: &[SettlementStatement], currency: Currency) -> Option<Self> {
        let zero = Money::zero(currency);
        let mut sums = Self {
            revenue: BTreeMap::new(),
            fees: zero,
            wear: zero,
            net: zero,
        };
        for line in statements.iter().flat_map(|s| &s.lines) {
            match (line.kind, &line.product) {
                (LineKind::Degradation, _) => sums.wear = sums.wear.checked_sub(line.amount)?,
                (LineKind::DayAheadEnergy | LineKind::RealTimeImbalance, Some(product)) => {
                    let sum = sums.revenue.entry(product.clone()).or_insert(zero);
                    *sum = sum.checked_add(line.amount)?;
                }
                (LineKind::DayAheadEnergy | LineKind::RealTimeImbalance, None)
                | (LineKind::Fees, _) => sums.fees = sums.fees.checked_add(line.amount)?,
            }
        }
        let revenue = Money::sum(sums.revenue.values().copied(), currency)?;
        sums.net = revenue.checked_add(sums.fees)?.checked_sub(sums.wear)?;
        Some(sums)
    }
}

/// The capture ratio: realised net margin over the net margin of perfect foresight.
///
/// Both are revenue less wear (and fees, if any are counted) of the **same asset** over the **same
/// settled prices** under the **same constraints**: power, energy, efficiencies, cycle budget,
/// state of charge at the start, and at the end where it is prescribed. Perfect foresight is the
/// best schedule with all prices known beforehand. Then the ratio cannot be above one; it is
/// negative when the asset lost money. Where the constraints differ (a day that began fuller than
/// the reference's, an end left free) it may be above one: it is reported as it is, never cut.
///
/// Rounded half-even to 1e-6. `None` where it means nothing: perfect foresight that earns nothing
/// or loses, amounts in different currencies, or a ratio out of range. Over several days it is the
/// ratio of the sums, never the mean of the ratios.
///
/// ```
/// use optibid_core::portfolio::capture_ratio;
/// use optibid_core::unit::{Currency, Money, Ratio};
/// let usd = |cents| Money::from_minor(cents, Currency::Usd);
/// assert_eq!(capture_ratio(usd(84_000), usd(100_000)), Some(Ratio::from_ppm(840_000)));
/// assert_eq!(capture_ratio(usd(-500), usd(100_000)), Some(Ratio::from_ppm(-5_000)));
/// assert_eq!(capture_ratio(usd(84_000), usd(0)), None);
/// ```
#[must_use]
pub fn capture_ratio(net: Money, perfect_foresight: Money) -> Option<Ratio> {
    if net.currency() != perfect_foresight.currency() || perfect_foresight.minor() <= 0 {
        return None;
    }
    let numerator = i128::from(net.minor()) * i128::from(Ratio::ONE.ppm());
    let ppm = Rounding::HalfEven.div(numerator, i128::from(perfect_foresight.minor()));
    i64::try_from(ppm).ok().map(Ratio::from_ppm)
}
