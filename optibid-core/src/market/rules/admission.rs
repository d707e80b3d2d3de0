//! What kinds of offer a product takes, and the limits of each kind beyond a curve's.

use super::source::Sourced;
use crate::unit::{Power, Price};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The kinds of offer.
///
/// ```
/// use optibid_core::market::rules::OfferKind;
/// assert_eq!(OfferKind::ThreePart.code(), "three_part");
/// assert_eq!(OfferKind::default(), OfferKind::Curve);
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// An energy curve in each period.
    #[default]
    Curve,
    /// Start-up cost, cost at minimum, and an energy curve in each period.
    ThreePart,
    /// A financial energy curve without an asset: increment offer, decrement bid, convergence bid.
    Virtual,
    /// A financial bid on the price difference between two locations: up-to congestion, PTP obligation.
    Spread,
    /// A capacity curve for one ancillary service.
    AncillaryService,
    /// Block orders.
    Block,
}

impl OfferKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Curve,
        Self::ThreePart,
        Self::Virtual,
        Self::Spread,
        Self::AncillaryService,
        Self::Block,
    ];

    /// The name used in files and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Curve => "curve",
            Self::ThreePart => "three_part",
            Self::Virtual => "virtual",
            Self::Spread => "spread",
            Self::AncillaryService => "ancillary_service",
            Self::Block => "block",
        }
    }

    /// The name of the rule parameter that says whether a product admits the kind.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Curve => "admits_curve",
            Self::ThreePart => "admits_three_part",
            Self::Virtual => "admits_virtual",
            Self::Spread => "admits_spread",
            Self::AncillaryService => "admits_ancillary_service",
            Self::Block => "admits_block",
        }
    }

    /// Whether it is the kind that is meant when none is named.
    #[must_use]
    pub const fn is_curve(&self) -> bool {
        matches!(self, Self::Curve)
    }
}

impl fmt::Display for OfferKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// What a block order may be beyond the plainest one, which offers one volume in all of its periods,
/// all or none, and stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BlockForm {
    /// The volume differs between periods.
    Profile,
    /// Partial acceptance down to a minimum acceptance ratio.
    Curtailable,
    /// Accepted only with its parent.
    Linked,
    /// At most one of a group.
    Exclusive,
    /// Two blocks accepted together, one buying, one selling.
    Loop,
}

impl BlockForm {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Profile,
        Self::Curtailable,
        Self::Linked,
        Self::Exclusive,
        Self::Loop,
    ];

    /// The name used in files and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Curtailable => "curtailable",
            Self::Linked => "linked",
            Self::Exclusive => "exclusive",
            Self::Loop => "loop",
        }
    }
}

impl fmt::Display for BlockForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// Which way a service moves an asset's injection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ServiceDirection {
    /// More injection or less withdrawal.
    Up,
    /// Less injection or more withdrawal.
    Down,
    /// Either, on the venue's signal.
    Both,
}

impl ServiceDirection {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Up, Self::Down, Self::Both];

    /// The name used in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Both => "both",
        }
    }
}

/// An ancillary service under the venue's own name: `REGUP up`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Service {
    /// The venue's name.
    pub code: Cow<'static, str>,
    /// Which way it moves an asset.
    pub direction: ServiceDirection,
}

impl Service {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (code, direction) = text.split_once(' ')?;
        let direction = ServiceDirection::ALL
            .into_iter()
            .find(|d| d.code() == direction)?;
        (!code.is_empty()).then(|| Self {
            code: Cow::Owned(code.to_owned()),
            direction,
        })
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.direction.code())
    }
}

/// How long an asset must be able to hold a service without charging: `ECRS 60 min`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServiceDuration {
    /// The service, under the venue's name.
    pub code: Cow<'static, str>,
    /// Minutes at full award.
    pub minutes: u16,
}

impl ServiceDuration {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (code, rest) = text.split_once(' ')?;
        let minutes = rest.strip_suffix(" min")?.parse().ok()?;
        (!code.is_empty()).then(|| Self {
            code: Cow::Owned(code.to_owned()),
            minutes,
        })
    }
}

impl fmt::Display for ServiceDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} min", self.code, self.minutes)
    }
}

/// Which kinds of offer a product takes. A kind without a row is one that nobody knows about.
pub type Admissions = BTreeMap<OfferKind, Sourced<bool>>;

/// The rules of block orders.
#[derive(Debug, Clone, Default)]
pub struct BlockRules {
    /// The forms taken besides the plain block.
    pub forms: Option<Sourced<Cow<'static, [BlockForm]>>>,
    /// Most blocks of one bid, which is one portfolio at one location.
    pub max_blocks: Option<Sourced<u16>>,
    /// Largest volume of a block in a period, in MW.
    pub max_quantity: Option<Sourced<Power>>,
    /// Most blocks on the way from a linked block to the one without a parent, both counted.
    pub max_link_depth: Option<Sourced<u16>>,
    /// Most blocks of an exclusive group.
    pub max_group: Option<Sourced<u16>>,
    /// Most loops of one bid.
    pub max_loops: Option<Sourced<u16>>,
}

impl BlockRules {
    /// Whether the venue is known to take blocks of that form.
    #[must_use]
    pub fn takes(&self, form: BlockForm) -> bool {
        let known = self.forms.as_ref();
        known.is_some_and(|rule| rule.value.contains(&form))
    }
}

/// The rules of ancillary-service offers.
#[derive(Debug, Clone, Default)]
pub struct ServiceRules {
    /// The services, under the venue's own names.
    pub services: Option<Sourced<Cow<'static, [Service]>>>,
    /// How long a storage must be able to hold each.
    pub durations: Option<Sourced<Cow<'static, [ServiceDuration]>>>,
    /// Lowest price per MW and hour.
    pub floor: Option<Sourced<Price>>,
    /// Highest price per MW and hour.
    pub cap: Option<Sourced<Price>>,
    /// Most points of a capacity curve.
    pub max_points: Option<Sourced<u16>>,
}

/// A list as text: `profile, linked`; `none` when it is empty.
pub(super) fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    if items.is_empty() {
        return f.pad("none");
    }
    for (i, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
    }
    Ok(())
}

/// Reads what [`write_list`] writes.
pub(super) fn read_list<T: Clone>(
    text: &str,
    one: impl Fn(&str) -> Option<T>,
) -> Option<Cow<'static, [T]>> {
    if text == "none" {
        return Some(Cow::Owned(Vec::new()));
    }
    let items: Option<Vec<T>> = text.split(", ").map(one).collect();
    items.map(Cow::Owned)
}
