use crate::bid::{BidContent, BidPeriod, CurvePoint, CurveShape, CurveSide, OfferCurve};
use crate::error::{Error, Violation};
use crate::id::AssetId;
use crate::market::{DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::unit::{Currency, DecimalError, Power, Price};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The content of a bid as a client writes it.
///
/// It has the JSON of [`BidContent`], but its curves are not curves yet: [`TryFrom`] makes them, and
/// names every fault of every curve at once, each with the path of its field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BidDraft {
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// One curve a period, in order of time.
    pub periods: Vec<PeriodDraft>,
    /// The trader's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The curve offered in one delivery period, as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodDraft {
    /// The period.
    pub period: DeliveryPeriod,
    /// The curve.
    pub curve: CurveDraft,
}

/// A curve as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CurveDraft {
    /// What it offers.
    pub side: CurveSide,
    /// Steps or lines.
    pub shape: CurveShape,
    /// The points, from the first offered to the last.
    pub points: Vec<PointDraft>,
}

/// A point of a curve as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointDraft {
    /// Cumulative quantity in MW, at most three decimals.
    #[schema(example = "10.5", pattern = r"^-?[0-9]+(\.[0-9]+)?$")]
    pub quantity: String,
    /// Price per MWh, at most six decimals.
    #[schema(example = "24.57", pattern = r"^-?[0-9]+(\.[0-9]+)?$")]
    pub price: String,
}

impl TryFrom<BidDraft> for BidContent {
    type Error = Error;

    fn try_from(draft: BidDraft) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let mut periods = Vec::with_capacity(draft.periods.len());
        for (i, PeriodDraft { period, curve }) in draft.periods.into_iter().enumerate() {
            match curve.read(&format!("periods[{i}].curve")) {
                Ok(curve) => periods.push(BidPeriod { period, curve }),
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(Self {
            market: draft.market,
            product: draft.product,
            location: draft.location,
            delivery_day: draft.delivery_day,
            currency: draft.currency,
            asset: draft.asset,
            periods,
            note: draft.note,
        })
    }
}

impl CurveDraft {
    /// The curve, or every fault with its field under `path`.
    fn read(self, path: &str) -> Result<OfferCurve, Vec<Violation>> {
        let mut faults = Vec::new();
        let mut points = Vec::with_capacity(self.points.len());
        for (i, point) in self.points.iter().enumerate() {
            let at = |name| format!("{path}.points[{i}].{name}");
            let quantity = decimal(Power::parse(&point.quantity), &mut faults, at("quantity"));
            let price = decimal(Price::parse(&point.price), &mut faults, at("price"));
            points.extend(quantity.zip(price).map(|(q, p)| CurvePoint::new(q, p)));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        OfferCurve::new(self.side, self.shape, points).map_err(|error| {
            let under = |mut fault: Violation| {
                fault.field = format!("{path}.{}", fault.field);
                fault
            };
            error.0.into_iter().map(under).collect()
        })
    }
}

/// The value, or nothing and a fault of the field.
fn decimal<T>(
    read: Result<T, DecimalError>,
    faults: &mut Vec<Violation>,
    field: String,
) -> Option<T> {
    let error = match read {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let (value, rule) = match error {
        DecimalError::Empty => (
            String::new(),
            "must be a decimal number such as 24.57".to_owned(),
        ),
        DecimalError::Comma(value) => (
            value,
            "must have a decimal point, no comma and no thousands separator".to_owned(),
        ),
        DecimalError::NotADecimal(value) => (value, "must be a finite decimal number".to_owned()),
        DecimalError::TooFine { value, max } => {
            (value, format!("must have at most {max} decimals"))
        }
        DecimalError::OutOfRange(value) => (value, "must be smaller".to_owned()),
    };
    faults.push(Violation::new("decimal", field, value, rule));
    None
}

impl From<BidContent> for BidDraft {
    fn from(content: BidContent) -> Self {
        let point = |p: &CurvePoint| PointDraft {
            quantity: p.quantity.to_string(),
            price: p.price.to_string(),
        };
        let period = |p: BidPeriod| PeriodDraft {
            period: p.period,
            curve: CurveDraft {
                side: p.curve.side(),
                shape: p.curve.shape(),
                points: p.curve.points().iter().map(point).collect(),
            },
        };
        Self {
            market: content.market,
            product: content.product,
            location: content.location,
            delivery_day: content.delivery_day,
            currency: content.currency,
            asset: content.asset,
            periods: content.periods.into_iter().map(period).collect(),
            note: content.note,
        }
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
        assert_eq!(BidDraft::from(content), draft);
    }
}
