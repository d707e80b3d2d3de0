use super::Degrees;

/// A place on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Degrees north of the equator.
    pub latitude: Degrees,
    /// Degrees east of Greenwich.
    pub longitude: Degrees,
}

impl Place {
    /// The place of two coordinates, where both are known.
    #[must_use]
    pub fn of(latitude: Option<Degrees>, longitude: Option<Degrees>) -> Option<Self> {
        let (latitude, longitude) = latitude.zip(longitude)?;
        Some(Self {
            latitude,
            longitude,
        })
    }

    /// The way to another place along the surface in whole metres: the haversine formula on a sphere of 6,371,008.8 m, the mean
    /// radius of the IUGG, which is within 0.6 % of the ellipsoid.
    ///
    /// ```
    /// use optibid_core::unit::{Degrees, Place};
    /// let at = |north: &str, east: &str| Place {
    ///     latitude: Degrees::parse(north).unwrap(),
    ///     longitude: Degrees::parse(east).unwrap(),
    /// };
    /// let (nashville, los_angeles) = (at("36.12", "-86.67"), at("33.94", "-118.4"));
    /// assert_eq!(nashville.metres_to(los_angeles), 2_886_448);
    /// ```
    #[must_use]
    #[expect(
        clippy::disallowed_types,
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a distance is no amount: it sorts and is shown, and nothing is computed from it"
    )]
    pub fn metres_to(self, other: Self) -> u32 {
        const RADIUS: f64 = 6_371_008.8;
        let radians = |degrees: Degrees| (degrees.e7() as f64 / 1e7).to_radians();
        let (from, to) = (radians(self.latitude), radians(other.latitude));
        let north = (to - from) / 2.0;
        let east = (radians(other.longitude) - radians(self.longitude)) / 2.0;
        let part = north.sin().powi(2) + from.cos() * to.cos() * east.sin().powi(2);
        (2.0 * RADIUS * part.sqrt().min(1.0).asin()).round() as u32
    }
}
