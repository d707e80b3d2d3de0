//! The asset and what a person writes of it.

use super::check::Check;
use super::kind::AssetKind;
use crate::error::{Error, Result, Violation};
use crate::id::{AssetId, OrgId};
use crate::market::{LocationCode, MarketId};
use crate::unit::Degrees;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a person writes of an asset: everything but identity and version.
///
/// ```
/// use optibid_core::asset::AssetContent;
/// let content: AssetContent = serde_json::from_str(
///     r#"{"name": "Rio Grande wind", "market": "ERCOT", "location": "HB_SOUTH", "latitude": "26.4",
///         "kind": {"type": "wind", "capacity": "0"}}"#,
/// )?;
/// let found = content.violations();
/// let fields: Vec<_> = found.iter().map(|v| (v.code.as_str(), v.field.as_str())).collect();
/// assert_eq!(fields, [("coordinate_missing", "longitude"), ("not_positive", "kind.capacity")]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AssetContent {
    /// A name for people, 1 to 120 characters.
    pub name: String,
    /// The market it trades in.
    pub market: MarketId,
    /// The location it settles at.
    pub location: LocationCode,
    /// Latitude; given together with the longitude or not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<Degrees>,
    /// Longitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<Degrees>,
    /// What it is, with its limits and costs.
    pub kind: AssetKind,
}

impl AssetContent {
    /// Most characters of a name.
    pub const MAX_NAME_CHARS: usize = 120;

    /// Every broken rule; empty when the content is good.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let mut check = Check::at("");
        self.check_name(&mut check);
        self.check_place(&mut check);
        let mut found = check.into_found();
        found.extend(self.kind.violations("kind"));
        found
    }

    /// The content, if no rule is broken.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::error::Code::Invalid) with every broken rule at once.
    pub fn checked(self) -> Result<Self> {
        let found = self.violations();
        if found.is_empty() {
            Ok(self)
        } else {
            Err(Error::invalid(found))
        }
    }

    fn check_name(&self, check: &mut Check) {
        let name = &self.name;
        let blank = name.trim().is_empty();
        check.require(
            !blank,
            "name_blank",
            "name",
            (name, "at least one character"),
        );
        let padded = !blank && name.trim() != name;
        check.require(
            !padded,
            "name_padded",
            "name",
            (name, "no blanks at its ends"),
        );
        let clean = !name.chars().any(char::is_control);
        check.require(
            clean,
            "name_not_printable",
            "name",
            (name, "no control characters"),
        );
        let characters = name.chars().count();
        let rule = format!("at most {} characters", Self::MAX_NAME_CHARS);
        let shown = format!("{characters} characters");
        let fits = characters <= Self::MAX_NAME_CHARS;
        check.require(fits, "name_too_long", "name", (&shown, &rule));
    }

    fn check_place(&self, check: &mut Check) {
        for (field, value, limit) in [
            ("latitude", self.latitude, 90),
            ("longitude", self.longitude, 180),
        ] {
            let Some(value) = value else { continue };
            let rule = format!("between -{limit} and {limit} degrees");
            let within = value.e7().unsigned_abs() <= limit * 10_000_000;
            check.require(within, "coordinate_out_of_range", field, (&value, &rule));
        }
        let rule = "latitude and longitude are given together";
        let missing = match (self.latitude, self.longitude) {
            (Some(_), None) => Some("longitude"),
            (None, Some(_)) => Some("latitude"),
            _ => None,
        };
        if let Some(field) = missing {
            check.require(false, "coordinate_missing", field, (&"", rule));
        }
    }
}

/// Identity of an asset that is about to be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewAsset {
    /// The asset's id.
    pub id: AssetId,
    /// Its owner.
    pub org: OrgId,
    /// When.
    pub at: Timestamp,
}

/// A battery, plant or load of an organisation.
///
/// Made by [`Asset::create`] and changed by [`Asset::edit`], which check the content; the fields
/// are open for reading and for adapters that read back what they stored.
///
/// ```
/// use optibid_core::asset::{Asset, AssetContent, AssetKind, NewAsset, Renewable};
/// use optibid_core::id::{AssetId, OrgId};
/// use optibid_core::market::{LocationCode, MarketId};
/// use optibid_core::unit::{Power, Price};
/// # use uuid::Uuid;
/// let solar = |mw| AssetContent {
///     name: "Valley solar".to_owned(),
///     market: MarketId::new("CAISO").unwrap(),
///     location: LocationCode::new("TH_NP15_GEN-APND").unwrap(),
///     latitude: None,
///     longitude: None,
///     kind: AssetKind::Solar(Renewable {
///         capacity: Power::from_megawatts(mw),
///         curtailment_cost: Price::ZERO,
///     }),
/// };
/// let at = "2024-05-01T00:00:00Z".parse()?;
/// let new = NewAsset {
///     id: AssetId::from_uuid(Uuid::from_u128(1)),
///     org: OrgId::from_uuid(Uuid::from_u128(2)),
///     at,
/// };
/// let asset = Asset::create(new, solar(50))?;
/// assert_eq!(asset.version, 1);
/// assert_eq!(asset.clone().edit(solar(60), at)?.version, 2);
/// assert!(asset.edit(solar(-1), at).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Asset {
    /// The id.
    pub id: AssetId,
    /// The owner.
    pub org: OrgId,
    /// A name for people.
    pub name: String,
    /// The market it trades in.
    pub market: MarketId,
    /// The location it settles at.
    pub location: LocationCode,
    /// Latitude, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<Degrees>,
    /// Longitude, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<Degrees>,
    /// What it is, with its limits and costs.
    pub kind: AssetKind,
    /// Number of changes, starting at 1: what optimistic updates compare.
    pub version: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Asset {
    /// A new asset at version 1.
    ///
    /// # Errors
    /// With every broken rule of the content.
    pub fn create(new: NewAsset, content: AssetContent) -> Result<Self> {
        let AssetContent {
            name,
            market,
            location,
            latitude,
            longitude,
            kind,
        } = content.checked()?;
        Ok(Self {
            id: new.id,
            org: new.org,
            name,
            market,
            location,
            latitude,
            longitude,
            kind,
            version: 1,
            created_at: new.at,
            updated_at: new.at,
        })
    }

    /// The asset with new content, one version on.
    ///
    /// # Errors
    /// With every broken rule of the content.
    pub fn edit(self, content: AssetContent, at: Timestamp) -> Result<Self> {
        let new = NewAsset {
            id: self.id,
            org: self.org,
            at,
        };
        let edited = Self::create(new, content)?;
        let version = self.version.saturating_add(1);
        Ok(Self {
            version,
            created_at: self.created_at,
            ..edited
        })
    }

    /// What a person wrote of it.
    #[must_use]
    pub fn content(&self) -> AssetContent {
        AssetContent {
            name: self.name.clone(),
            market: self.market.clone(),
            location: self.location.clone(),
            latitude: self.latitude,
            longitude: self.longitude,
            kind: self.kind.clone(),
        }
    }
}
