//! What a trader writes.

use super::draft::BidDraft;
use super::offer::{BidOffer, BidPeriod};
use crate::error::{Error, Result, Violation};
use crate::id::AssetId;
use crate::market::rules::OfferKind;
use crate::market::{LocationCode, MarketId, ProductId};
use crate::unit::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a trader writes: everything but identity and state.
///
/// In JSON the offer stands beside the other fields: `kind` names it, and `periods`, `commitment`,
/// `service`, `sink`, `spreads` or `blocks` hold it, as in [`BidDraft`]. Without a `kind` it is an
/// offer of curves, which is how the first version stored every bid.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BidDraft")]
pub struct BidContent {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The settlement location.
    pub location: LocationCode,
    /// The delivery day, in market time.
    pub delivery_day: Date,
    /// Currency of all prices.
    pub currency: Currency,
    /// The asset behind the bid, if one is.
    pub asset: Option<AssetId>,
    /// What is offered.
    pub offer: BidOffer,
    /// The trader's note.
    pub note: Option<String>,
}

impl BidContent {
    /// Most periods of a bid, whatever the market: the five-minute periods of a 25-hour day.
    pub const MAX_PERIODS: usize = 300;
    /// Most points of one curve, whatever the market; the largest limit of a venue is 256.
    pub const MAX_POINTS: usize = 300;
    /// Most characters of the note.
    pub const MAX_NOTE_CHARS: usize = 2_000;

    /// The curves, one a period, of the kinds of offer that have them; see [`BidOffer::curves`].
    #[must_use]
    pub fn curves(&self) -> &[BidPeriod] {
        self.offer.curves()
    }

    /// The curves to change, where the offer is one of curves alone.
    #[must_use]
    pub const fn curves_mut(&mut self) -> Option<&mut Vec<BidPeriod>> {
        self.offer.curves_mut()
    }

    /// Checks the limits that hold in every market, so that nobody stores or validates a bid
    /// without bounds.
    ///
    /// # Errors
    /// Names every limit passed: `too_many_periods`, `curve_too_long`, `note_too_long`.
    pub fn check_form(&self) -> Result<()> {
        let mut violations = Vec::new();
        for (path, periods) in self.offer.profiles() {
            let count = periods.len();
            if count > Self::MAX_PERIODS {
                let rule = format!("at most {} periods", Self::MAX_PERIODS);
                violations.push(Violation::new("too_many_periods", path, count, rule));
            }
        }
        for (i, offered) in self.curves().iter().take(Self::MAX_PERIODS).enumerate() {
            let points = offered.curve.points().len();
            if points > Self::MAX_POINTS {
                let field = format!("periods[{i}].curve.points");
                let rule = format!("at most {} points", Self::MAX_POINTS);
                violations.push(Violation::new("curve_too_long", field, points, rule));
            }
        }
        let characters = self.note.as_deref().map_or(0, |note| note.chars().count());
        if characters > Self::MAX_NOTE_CHARS {
            let rule = format!("at most {} characters", Self::MAX_NOTE_CHARS);
            let value = format!("{characters} characters");
            violations.push(Violation::new("note_too_long", "note", value, rule));
        }
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Error::invalid(violations))
        }
    }
}

impl TryFrom<BidDraft> for BidContent {
    type Error = Error;

    fn try_from(mut draft: BidDraft) -> Result<Self, Error> {
        let offer = draft
            .take_offer()
            .map_err(|error| Error::invalid(error.0))?;
        Ok(Self {
            market: draft.market,
            product: draft.product,
            location: draft.location,
            delivery_day: draft.delivery_day,
            currency: draft.currency,
            asset: draft.asset,
            offer,
            note: draft.note,
        })
    }
}

/// As a draft, without a copy of the offer.
impl Serialize for BidContent {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        BidDraft::from(self).serialize(serializer)
    }
}

impl From<&BidContent> for BidDraft {
    fn from(content: &BidContent) -> Self {
        let mut draft = Self {
            market: content.market.clone(),
            product: content.product.clone(),
            location: content.location.clone(),
            delivery_day: content.delivery_day,
            currency: content.currency,
            asset: content.asset,
            kind: OfferKind::Curve,
            commitment: None,
            service: None,
            periods: None,
            sink: None,
            spreads: None,
            blocks: None,
            note: content.note.clone(),
        };
        draft.put_offer(&content.offer);
        draft
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(points: &[(&str, &str)]) -> BidDraft {
        let point = |(quantity, price): &(&str, &str)| serde_json::json!({ "quantity": quantity, "price": price });
        serde_json::from_value(serde_json::json!({
            "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
            "delivery_day": "2026-11-22", "currency": "USD",
            "periods": [{
                "period": { "start": "2026-11-22T18:00:00Z", "resolution": "PT60M" },
                "curve": {
                    "side": "sell", "shape": "linear",
                    "points": points.iter().map(point).collect::<Vec<_>>(),
                },
            }],
        }))
        .unwrap()
    }

    fn faults(points: &[(&str, &str)]) -> Vec<(String, String, String)> {
        let error = BidContent::try_from(draft(points)).unwrap_err();
        let tell = |v: &Violation| (v.code.clone(), v.field.clone(), v.value.clone());
        error.violations().iter().map(tell).collect()
    }

    fn fault(code: &str, field: &str, value: &str) -> (String, String, String) {
        (
            code.to_owned(),
            format!("periods[0].curve.points{field}"),
            value.to_owned(),
        )
    }

    #[test]
    fn every_number_that_is_none_is_named_at_once() {
        let points = [("5", "24,57"), ("NaN", "30"), ("7.0001", "inf"), ("", "1")];
        let expected = [
            fault("decimal", "[0].price", "24,57"),
            fault("decimal", "[1].quantity", "NaN"),
            fault("decimal", "[2].quantity", "7.0001"),
            fault("decimal", "[2].price", "inf"),
            fault("decimal", "[3].quantity", ""),
        ];
        assert_eq!(faults(&points), expected);
    }

    #[test]
    fn a_curve_that_is_not_monotone_is_named_where_it_turns() {
        let expected = [fault("price_not_monotone", "[1].price", "20.00")];
        assert_eq!(faults(&[("5", "30"), ("6", "20")]), expected);
    }

    #[test]
    fn a_draft_has_the_json_of_the_content_it_becomes() {
        let draft = draft(&[("5", "24.57"), ("6", "30.00")]);
        let content = BidContent::try_from(draft.clone()).unwrap();
        assert_eq!(
            serde_json::to_value(&content).unwrap(),
            serde_json::to_value(&draft).unwrap()
        );
        assert_eq!(BidDraft::from(&content), draft);
    }
}
