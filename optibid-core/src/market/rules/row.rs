//! One row of the rule table: a typed value with its validity and its source.

use super::admission::{read_list, write_list};
use super::{
    BlockForm, Confidence, Gate, OfferKind, PriceOrder, ProductKind, Service, ServiceDuration,
    ShapeRule,
};
use crate::market::{MarketId, ProductId, Resolution};
use crate::unit::{Currency, Power, Price};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Text that is static in the built-in table and owned in rows that a caller adds.
pub type Text = Cow<'static, str>;

/// A rule's parameter with its typed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// Name of the market for people.
    MarketName(Text),
    /// Name of the product for people.
    ProductName(Text),
    /// Day-ahead or real-time.
    Kind(ProductKind),
    /// Zone of market time and the hour its trading day starts at.
    Zone {
        /// IANA name.
        name: Text,
        /// Hour, 0 for midnight.
        day_start_hour: i8,
    },
    /// Currency of prices and settlement.
    Currency(Currency),
    /// Unit in which the market quotes prices, where it is not the currency per MWh.
    QuoteUnit(Text),
    /// Length of the periods bid for.
    Interval(Resolution),
    /// Length of the periods settled, where it differs.
    SettlementInterval(Resolution),
    /// When bids close.
    Gate(Gate),
    /// Lowest price.
    Floor(Price),
    /// Highest price.
    Cap(Price),
    /// Price above which cost is verified.
    SoftCap(Price),
    /// Price step.
    PriceTick(Price),
    /// Quantity step.
    QuantityTick(Power),
    /// Smallest quantity.
    MinQuantity(Power),
    /// Fewest points of a curve.
    MinPoints(u16),
    /// Most points of a curve.
    MaxPoints(u16),
    /// Steps or lines.
    Shape(ShapeRule),
    /// Whether equal prices may follow each other.
    PriceOrder(PriceOrder),
    /// Whether one curve may run from charging to discharging.
    StorageCurve(bool),
    /// Whether offers of that kind are taken.
    Admits(OfferKind, bool),
    /// Smallest quantity of a virtual or spread bid, where it differs.
    VirtualMinQuantity(Power),
    /// Largest magnitude of a spread bid's price.
    SpreadLimit(Price),
    /// The ancillary services, under the venue's own names.
    Services(Cow<'static, [Service]>),
    /// How long a storage must be able to hold each service.
    ServiceDurations(Cow<'static, [ServiceDuration]>),
    /// Lowest price of capacity per MW and hour.
    ServiceFloor(Price),
    /// Highest price of capacity per MW and hour.
    ServiceCap(Price),
    /// Most points of a capacity curve.
    ServiceMaxPoints(u16),
    /// What block orders may be besides plain ones.
    BlockForms(Cow<'static, [BlockForm]>),
    /// Most block orders of a bid.
    MaxBlocks(u16),
    /// Largest volume of a block order.
    MaxBlockQuantity(Power),
    /// Most generations of linked block orders.
    MaxLinkDepth(u16),
    /// Most block orders of an exclusive group.
    MaxGroupSize(u16),
    /// Most loops of a bid.
    MaxLoops(u16),
}

/// Why texts do not make a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// No such parameter.
    #[error("{0:?} is not a rule parameter")]
    UnknownParameter(String),
    /// The value is not one of that parameter.
    #[error("{value:?} is not a value of {parameter}")]
    Value {
        /// The parameter's name.
        parameter: String,
        /// The value as given.
        value: String,
    },
}

impl Parameter {
    /// The parameter's name in files and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MarketName(_) => "market_name",
            Self::ProductName(_) => "product_name",
            Self::Kind(_) => "kind",
            Self::Zone { .. } => "zone",
            Self::Currency(_) => "currency",
            Self::QuoteUnit(_) => "quote_unit",
            Self::Interval(_) => "interval",
            Self::SettlementInterval(_) => "settlement_interval",
            Self::Gate(_) => "gate",
            Self::Floor(_) => "floor",
            Self::Cap(_) => "cap",
            Self::SoftCap(_) => "soft_cap",
            Self::PriceTick(_) => "price_tick",
            Self::QuantityTick(_) => "quantity_tick",
            Self::MinQuantity(_) => "min_quantity",
            Self::MinPoints(_) => "min_points",
            Self::MaxPoints(_) => "max_points",
            Self::Shape(_) => "shape",
            Self::PriceOrder(_) => "price_order",
            Self::StorageCurve(_) => "storage_curve",
            Self::Admits(kind, _) => kind.parameter(),
            Self::VirtualMinQuantity(_) => "virtual_min_quantity",
            Self::SpreadLimit(_) => "spread_limit",
            Self::Services(_) => "services",
            Self::ServiceDurations(_) => "service_durations",
            Self::ServiceFloor(_) => "service_floor",
            Self::ServiceCap(_) => "service_cap",
            Self::ServiceMaxPoints(_) => "service_max_points",
            Self::BlockForms(_) => "block_forms",
            Self::MaxBlocks(_) => "max_blocks",
            Self::MaxBlockQuantity(_) => "max_block_quantity",
            Self::MaxLinkDepth(_) => "max_link_depth",
            Self::MaxGroupSize(_) => "max_group_size",
            Self::MaxLoops(_) => "max_loops",
        }
    }

    /// Reads a parameter from its name and the text of its value (what `Display` writes).
    ///
    /// # Errors
    /// When there is no such parameter or the text is not one of its values.
    pub fn parse(name: &str, value: &str) -> Result<Self, RowError> {
        let bad = || RowError::Value {
            parameter: name.to_owned(),
            value: value.to_owned(),
        };
        let text = || (!value.trim().is_empty()).then(|| Text::Owned(value.to_owned()));
        let parsed = match name {
            "market_name" => text().map(Self::MarketName),
            "product_name" => text().map(Self::ProductName),
            "kind" => of_code(&ProductKind::ALL, ProductKind::code, value).map(Self::Kind),
            "zone" => zone(value),
            "currency" => value.parse().ok().map(Self::Currency),
            "quote_unit" => text().map(Self::QuoteUnit),
            "interval" => value.parse().ok().map(Self::Interval),
            "settlement_interval" => value.parse().ok().map(Self::SettlementInterval),
            "gate" => value.parse().ok().map(Self::Gate),
            "floor" => value.parse().ok().map(Self::Floor),
            "cap" => value.parse().ok().map(Self::Cap),
            "soft_cap" => value.parse().ok().map(Self::SoftCap),
            "price_tick" => value.parse().ok().map(Self::PriceTick),
            "quantity_tick" => value.parse().ok().map(Self::QuantityTick),
            "min_quantity" => value.parse().ok().map(Self::MinQuantity),
            "min_points" => value.parse().ok().map(Self::MinPoints),
            "max_points" => value.parse().ok().map(Self::MaxPoints),
            "shape" => of_code(&ShapeRule::ALL, ShapeRule::code, value).map(Self::Shape),
            "price_order" => {
                of_code(&PriceOrder::ALL, PriceOrder::code, value).map(Self::PriceOrder)
            }
            "storage_curve" => value.parse().ok().map(Self::StorageCurve),
            _ => match of_kind(name, value) {
                Some(parsed) => parsed,
                None => return Err(RowError::UnknownParameter(name.to_owned())),
            },
        };
        parsed.ok_or_else(bad)
    }
}

/// Reads a parameter of a kind of offer: nothing when there is none of that name, nothing inside when
/// the text is not one of its values.
fn of_kind(name: &str, value: &str) -> Option<Option<Parameter>> {
    use Parameter as P;
    if let Some(kind) = OfferKind::ALL.into_iter().find(|k| k.parameter() == name) {
        return Some(value.parse().ok().map(|admits| P::Admits(kind, admits)));
    }
    let form = |text: &str| of_code(&BlockForm::ALL, BlockForm::code, text);
    Some(match name {
        "virtual_min_quantity" => value.parse().ok().map(P::VirtualMinQuantity),
        "spread_limit" => value.parse().ok().map(P::SpreadLimit),
        "services" => read_list(value, Service::parse).map(P::Services),
        "service_durations" => read_list(value, ServiceDuration::parse).map(P::ServiceDurations),
        "service_floor" => value.parse().ok().map(P::ServiceFloor),
        "service_cap" => value.parse().ok().map(P::ServiceCap),
        "service_max_points" => value.parse().ok().map(P::ServiceMaxPoints),
        "block_forms" => read_list(value, form).map(P::BlockForms),
        "max_blocks" => value.parse().ok().map(P::MaxBlocks),
        "max_block_quantity" => value.parse().ok().map(P::MaxBlockQuantity),
        "max_link_depth" => value.parse().ok().map(P::MaxLinkDepth),
        "max_group_size" => value.parse().ok().map(P::MaxGroupSize),
        "max_loops" => value.parse().ok().map(P::MaxLoops),
        _ => return None,
    })
}

fn of_code<T: Copy>(all: &[T], code: fn(T) -> &'static str, value: &str) -> Option<T> {
    all.iter().copied().find(|item| code(*item) == value)
}

fn zone(value: &str) -> Option<Parameter> {
    let (name, hour) = match value.split_once(", day from ") {
        Some((name, hour)) => (name, hour.strip_suffix(":00")?.parse().ok()?),
        None => (value, 0),
    };
    crate::market::MarketZone::new(name, hour).ok()?;
    Some(Parameter::Zone {
        name: Text::Owned(name.to_owned()),
        day_start_hour: hour,
    })
}

/// The value alone, as text.
impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MarketName(text) | Self::ProductName(text) | Self::QuoteUnit(text) => f.pad(text),
            Self::Kind(kind) => f.pad(kind.code()),
            Self::Zone {
                name,
                day_start_hour: 0,
            } => f.pad(name),
            Self::Zone {
                name,
                day_start_hour,
            } => write!(f, "{name}, day from {day_start_hour:02}:00"),
            Self::Currency(currency) => currency.fmt(f),
            Self::Interval(length) | Self::SettlementInterval(length) => length.fmt(f),
            Self::Gate(gate) => gate.fmt(f),
            Self::Floor(price)
            | Self::Cap(price)
            | Self::SoftCap(price)
            | Self::PriceTick(price)
            | Self::SpreadLimit(price)
            | Self::ServiceFloor(price)
            | Self::ServiceCap(price) => price.fmt(f),
            Self::QuantityTick(power)
            | Self::MinQuantity(power)
            | Self::VirtualMinQuantity(power)
            | Self::MaxBlockQuantity(power) => power.fmt(f),
            Self::MinPoints(count)
            | Self::MaxPoints(count)
            | Self::ServiceMaxPoints(count)
            | Self::MaxBlocks(count)
            | Self::MaxLinkDepth(count)
            | Self::MaxGroupSize(count)
            | Self::MaxLoops(count) => count.fmt(f),
            Self::Shape(shape) => f.pad(shape.code()),
            Self::PriceOrder(order) => f.pad(order.code()),
            Self::StorageCurve(taken) | Self::Admits(_, taken) => taken.fmt(f),
            Self::Services(services) => write_list(f, services),
            Self::ServiceDurations(durations) => write_list(f, durations),
            Self::BlockForms(forms) => write_list(f, forms),
        }
    }
}

/// One dated rule of one product.
///
/// On the wire it is a [`RuleText`]: the parameter's name and its value as text.
///
/// ```
/// use optibid_core::market::rules::RuleRow;
/// let row: RuleRow = serde_json::from_str(
///     r#"{"market": "ERCOT", "product": "DAM", "parameter": "cap", "value": "5000",
///         "valid_from": "2022-01-01", "source": "market notice", "confidence": "verified"}"#,
/// )?;
/// assert_eq!(row.parameter.to_string(), "5000.00");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RuleText", into = "RuleText")]
pub struct RuleRow {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The parameter and its value.
    pub parameter: Parameter,
    /// First delivery day it holds for; it holds until a later row of the same parameter.
    pub valid_from: Date,
    /// The document or data it was read from.
    pub source: Text,
    /// How well it is known.
    pub confidence: Confidence,
}

/// A [`RuleRow`] as text, for files and the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// Name of the parameter, such as `cap`.
    pub parameter: String,
    /// The value as text: prices per MWh, quantities in MW, durations as ISO 8601.
    pub value: String,
    /// First delivery day it holds for.
    pub valid_from: Date,
    /// The document or data it was read from.
    pub source: String,
    /// How well it is known.
    pub confidence: Confidence,
}

impl From<RuleRow> for RuleText {
    fn from(row: RuleRow) -> Self {
        Self {
            parameter: row.parameter.name().to_owned(),
            value: row.parameter.to_string(),
            market: row.market,
            product: row.product,
            valid_from: row.valid_from,
            source: row.source.into_owned(),
            confidence: row.confidence,
        }
    }
}

impl TryFrom<RuleText> for RuleRow {
    type Error = RowError;
    fn try_from(text: RuleText) -> Result<Self, RowError> {
        Ok(Self {
            parameter: Parameter::parse(&text.parameter, &text.value)?,
            market: text.market,
            product: text.product,
            valid_from: text.valid_from,
            source: Text::Owned(text.source),
            confidence: text.confidence,
        })
    }
}
