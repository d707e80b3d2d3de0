//! BidOffer curves: how much power at which price.

mod faults;
mod outline;
mod point;

pub use outline::CurveOutline;
pub use point::{CurveError, CurvePoint, CurveShape, CurveSide};

use crate::error::Violation;
use crate::unit::{DecimalError, Power, Price};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A monotone offer curve: more injection only at a price that is not lower.
///
/// It cannot be built with unordered points, a price that runs the wrong way or no point at all.
/// A venue's own limits (ticks, number of points, caps) are checked by
/// [`validate`](fn@crate::bid::validate).
///
/// ```
/// use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
/// use optibid_core::unit::{Power, Price};
/// let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
/// let curve = OfferCurve::storage(CurveShape::Step, vec![at(-10, 15), at(10, 40)])?;
/// assert_eq!(curve.cleared_at(Price::from_units(10)), Power::from_megawatts(-10));
/// assert_eq!(curve.cleared_at(Price::from_units(20)), Power::ZERO);
/// assert_eq!(curve.cleared_at(Price::from_units(40)), Power::from_megawatts(10));
/// # Ok::<(), optibid_core::bid::CurveError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(try_from = "Raw", deny_unknown_fields)]
pub struct OfferCurve {
    side: CurveSide,
    shape: CurveShape,
    points: Vec<CurvePoint>,
}

/// The points as texts, so that a price that is no number is reported under its own path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    side: CurveSide,
    shape: CurveShape,
    points: Vec<RawPoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPoint {
    quantity: String,
    price: String,
}

impl TryFrom<Raw> for OfferCurve {
    type Error = CurveError;
    fn try_from(raw: Raw) -> Result<Self, CurveError> {
        let mut faults = Vec::new();
        let mut points = Vec::with_capacity(raw.points.len());
        for (i, point) in raw.points.iter().enumerate() {
            let mut note = |name: &str, text: &str, error: &DecimalError| {
                let field = format!("points[{i}].{name}");
                faults.push(Violation::new(
                    "not_a_decimal",
                    field,
                    text,
                    error.to_string(),
                ));
            };
            let quantity = Power::parse(&point.quantity);
            let price = Price::parse(&point.price);
            if let Err(error) = &quantity {
                note("quantity", &point.quantity, error);
            }
            if let Err(error) = &price {
                note("price", &point.price, error);
            }
            if let (Ok(quantity), Ok(price)) = (quantity, price) {
                points.push(CurvePoint::new(quantity, price));
            }
        }
        if faults.is_empty() {
            Self::new(raw.side, raw.shape, points)
        } else {
            Err(CurveError(faults))
        }
    }
}

impl OfferCurve {
    /// Checks the points and builds the curve.
    ///
    /// # Errors
    /// Names every fault: no point, a quantity with the wrong sign, quantities that do not increase,
    /// a price that runs against the side's direction. The messages name `points[i]`.
    pub fn new(
        side: CurveSide,
        shape: CurveShape,
        points: Vec<CurvePoint>,
    ) -> Result<Self, CurveError> {
        let faults = faults::faults(side, shape, &points);
        if faults.is_empty() {
            Ok(Self {
                side,
                shape,
                points,
            })
        } else {
            Err(CurveError(faults))
        }
    }

    /// A supply curve.
    ///
    /// # Errors
    /// As [`OfferCurve::new`].
    pub fn sell(shape: CurveShape, points: Vec<CurvePoint>) -> Result<Self, CurveError> {
        Self::new(CurveSide::Sell, shape, points)
    }

    /// A demand curve.
    ///
    /// # Errors
    /// As [`OfferCurve::new`].
    pub fn buy(shape: CurveShape, points: Vec<CurvePoint>) -> Result<Self, CurveError> {
        Self::new(CurveSide::Buy, shape, points)
    }

    /// A storage curve from charging to discharging.
    ///
    /// # Errors
    /// As [`OfferCurve::new`].
    pub fn storage(shape: CurveShape, points: Vec<CurvePoint>) -> Result<Self, CurveError> {
        Self::new(CurveSide::Storage, shape, points)
    }

    /// What it offers.
    #[must_use]
    pub const fn side(&self) -> CurveSide {
        self.side
    }

    /// Steps or lines.
    #[must_use]
    pub const fn shape(&self) -> CurveShape {
        self.shape
    }

    /// The points as given.
    #[must_use]
    pub fn points(&self) -> &[CurvePoint] {
        &self.points
    }

    /// The points as signed injection, from the largest withdrawal to the largest injection.
    #[must_use]
    pub fn injection_points(&self) -> Vec<CurvePoint> {
        match self.side {
            CurveSide::Sell | CurveSide::Storage => self.points.clone(),
            CurveSide::Buy => self
                .points
                .iter()
                .rev()
                .map(|p| CurvePoint::new(p.quantity.reversed(), p.price))
                .collect(),
        }
    }

    /// Largest withdrawal (zero or negative) and largest injection (zero or positive) on offer.
    #[must_use]
    pub fn range(&self) -> (Power, Power) {
        let points = self.injection_points();
        let low = points
            .first()
            .map_or(Power::ZERO, |p| p.quantity.min(Power::ZERO));
        let high = points
            .last()
            .map_or(Power::ZERO, |p| p.quantity.max(Power::ZERO));
        (low, high)
    }

    /// The signed injection that clears when the price is `price` and all volume at it is taken.
    ///
    /// A sell block clears when the price is at or above its own, a buy block when the price is at
    /// or below its own. On a line the quantity is interpolated and cut to whole kW towards zero.
    /// At the one price where a storage curve both ends charging and begins discharging, it
    /// discharges.
    #[must_use]
    pub fn cleared_at(&self, price: Price) -> Power {
        self.outline().cleared_at(price)
    }

    /// The smallest and the largest signed injection that the curve accepts at `price`.
    ///
    /// They differ only where volume is offered at exactly that price: a venue may award any part
    /// of it. An award outside the range breaks the offer.
    ///
    /// ```
    /// use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
    /// use optibid_core::unit::{Power, Price};
    /// let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
    /// let mw = Power::from_megawatts;
    /// let curve = OfferCurve::sell(CurveShape::Step, vec![at(5, 20), at(8, 30)])?;
    /// assert_eq!(curve.accepted_range(Price::from_units(25)), (mw(5), mw(5)));
    /// assert_eq!(curve.accepted_range(Price::from_units(30)), (mw(5), mw(8)));
    /// # Ok::<(), optibid_core::bid::CurveError>(())
    /// ```
    #[must_use]
    pub fn accepted_range(&self, price: Price) -> (Power, Power) {
        self.outline().accepted_range(price)
    }

    /// The price of the last kW at a signed injection: for an injection the lowest price at which
    /// the curve accepts that much, for a withdrawal the highest.
    ///
    /// On a line it is rounded to the next 1e-6 at which the injection is really accepted. `None`
    /// for zero, which has no last kW, and for more than the curve offers.
    ///
    /// ```
    /// use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
    /// use optibid_core::unit::{Power, Price};
    /// let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
    /// let curve = OfferCurve::storage(CurveShape::Linear, vec![at(-10, 10), at(10, 30)])?;
    /// let price = curve.marginal_price(Power::from_megawatts(5));
    /// assert_eq!(price, Some(Price::from_units(25)));
    /// assert_eq!(curve.marginal_price(Power::from_megawatts(11)), None);
    /// # Ok::<(), optibid_core::bid::CurveError>(())
    /// ```
    #[must_use]
    pub fn marginal_price(&self, quantity: Power) -> Option<Price> {
        self.outline().marginal_price(quantity)
    }

    /// The curve made ready to be read at many prices.
    #[must_use]
    pub fn outline(&self) -> CurveOutline {
        CurveOutline::draw(self.shape, &self.injection_points())
    }
}

impl fmt::Display for OfferCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, point) in self.points.iter().enumerate() {
            let gap = if i == 0 { "" } else { ", " };
            write!(f, "{gap}{} MW @ {}", point.quantity, point.price)?;
        }
        Ok(())
    }
}
