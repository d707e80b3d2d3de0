//! How far an outcome may be off.

use crate::unit::{Money, Ratio, Rounding};
use serde::{Deserialize, Serialize};

/// The net of a day over equally likely price paths.
///
/// Sorted from the worst, `n` nets have their quantile at `p` at rank `(n + 1) p`, interpolated and kept within them, as the band of a
/// forecast has. CVaR (expected shortfall) at 5 % is the mean of the worst twentieth, the net on its edge in part (Rockafellar and
/// Uryasev 2002, Conditional value-at-risk for general loss distributions). Amounts are rounded half-even.
///
/// ```
/// use optibid_core::outcome::OutcomeRisk;
/// use optibid_core::unit::{Currency, Money};
/// let nets = (1..=100).rev().map(|units| Money::from_minor(100 * units, Currency::Usd)).collect();
/// let risk = OutcomeRisk::of(nets, Some(3)).ok_or("a hundred nets of one currency")?;
/// assert_eq!(risk.mean.to_string(), "50.50");
/// assert_eq!(risk.p5.to_string(), "5.05");
/// assert_eq!(risk.cvar.to_string(), "3.00"); // the mean of 1 to 5
/// assert_eq!(risk.shortfall_probability, Some("0.03".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct OutcomeRisk {
    /// Mean.
    pub mean: Money,
    /// Quantile at 5 %.
    pub p5: Money,
    /// Median.
    pub p50: Money,
    /// Quantile at 95 %.
    pub p95: Money,
    /// Mean of the worst 5 % (CVaR).
    pub cvar: Money,
    /// Share of the paths on which part of what clears cannot be delivered; absent without a battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall_probability: Option<Ratio>,
    /// The net on each path, in order of the paths: the same place is the same path in another answer on the same paths.
    pub nets: Vec<Money>,
}

/// Paths among which the worst one's share is the tail: the tail is a twentieth.
const TAIL: usize = 20;

impl OutcomeRisk {
    /// Sums up the nets of all paths; `short` of them fall short. None without a net, or where currencies differ.
    #[must_use]
    pub fn of(nets: Vec<Money>, short: Option<usize>) -> Option<Self> {
        let currency = nets.first()?.currency();
        if nets.iter().any(|net| net.currency() != currency) {
            return None;
        }
        let mut sorted: Vec<i64> = nets.iter().map(|net| net.minor()).collect();
        sorted.sort_unstable();
        let money = |minor: i128| {
            let minor = i64::try_from(minor).ok()?;
            Some(Money::from_minor(minor, currency))
        };
        let count = i128::try_from(sorted.len()).ok()?;
        let sum: i128 = sorted.iter().copied().map(i128::from).sum();
        let share = |some: usize| Some(Ratio::from_ppm(share(some, sorted.len())?));
        Some(Self {
            mean: money(Rounding::HalfEven.div(sum, count))?,
            p5: money(quantile(&sorted, 5)?)?,
            p50: money(quantile(&sorted, 50)?)?,
            p95: money(quantile(&sorted, 95)?)?,
            cvar: money(worst(&sorted)?)?,
            shortfall_probability: match short {
                Some(some) => Some(share(some)?),
                None => None,
            },
            nets,
        })
    }
}

/// A part of a count in parts per million, half-even.
fn share(part: usize, count: usize) -> Option<i64> {
    let (part, count) = (i128::try_from(part).ok()?, i128::try_from(count).ok()?);
    i64::try_from(Rounding::HalfEven.div(part * i128::from(Ratio::ONE.ppm()), count)).ok()
}

/// The value at rank `(n + 1) p` of sorted values, `p` in percent.
fn quantile(sorted: &[i64], percent: usize) -> Option<i128> {
    let rank = ((sorted.len() + 1) * percent).clamp(100, 100 * sorted.len().max(1));
    let (whole, part) = (rank / 100, i128::try_from(rank % 100).ok()?);
    let low = i128::from(*sorted.get(whole.checked_sub(1)?)?);
    let high = sorted.get(whole).map_or(low, |high| i128::from(*high));
    Some(Rounding::HalfEven.div(low * (100 - part) + high * part, 100))
}

/// The mean of the worst twentieth of sorted values.
fn worst(sorted: &[i64]) -> Option<i128> {
    let (whole, part) = (sorted.len() / TAIL, sorted.len() % TAIL);
    let all: i128 = sorted.iter().take(whole).copied().map(i128::from).sum();
    let edge = sorted.get(whole).copied().map_or(0, i128::from);
    let sum = all * i128::try_from(TAIL).ok()? + edge * i128::try_from(part).ok()?;
    Some(Rounding::HalfEven.div(sum, i128::try_from(sorted.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Currency;

    fn risk(nets: &[i64]) -> OutcomeRisk {
        let money = |minor: &i64| Money::from_minor(*minor, Currency::Eur);
        OutcomeRisk::of(nets.iter().map(money).collect(), None).unwrap()
    }

    fn minors(risk: &OutcomeRisk) -> [i64; 5] {
        [risk.mean, risk.p5, risk.p50, risk.p95, risk.cvar].map(Money::minor)
    }

    #[test]
    fn one_path_is_all_there_is() {
        assert_eq!(minors(&risk(&[-7])), [-7; 5]);
        assert!(OutcomeRisk::of(Vec::new(), None).is_none());
        let mixed = [Currency::Eur, Currency::Usd].map(|c| Money::from_minor(1, c));
        assert!(OutcomeRisk::of(mixed.to_vec(), None).is_none());
    }

    /// Thirty nets: rank 31 x 0.05 is 1.55, and the worst twentieth is one net and a half of the next.
    #[test]
    fn the_tail_takes_the_net_on_its_edge_in_part() {
        let mut nets: Vec<i64> = (1..=30).map(|i| 1_000 * i).collect();
        nets.reverse();
        let found = risk(&nets);
        assert_eq!(minors(&found), [15_500, 1_550, 15_500, 29_450, 1_333]);
        assert_eq!(found.nets.first().map(|net| net.minor()), Some(30_000));
    }

    #[test]
    fn the_tail_is_never_better_than_its_edge() {
        for count in 1..=120_i64 {
            let nets: Vec<i64> = (0..count).map(|i| (i * i * 37) % 1_009 - 500).collect();
            let found = risk(&nets);
            assert!(found.cvar.minor() <= found.p5.minor(), "{count}");
            assert!(
                found.p5.minor() <= found.p50.minor() && found.p50.minor() <= found.p95.minor()
            );
        }
    }
}
