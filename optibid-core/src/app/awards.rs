//! Read awards and positions.

use super::App;
use crate::auth::{Permission, Principal};
use crate::error::Result;
use crate::portfolio::{Award, Position, positions};
use crate::ports::AwardQuery;

/// Which awards are wanted.
pub type AwardFilter = AwardQuery;

impl App {
    /// Awards in order of start.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn awards(&self, who: &Principal, filter: &AwardFilter) -> Result<Vec<Award>> {
        who.require(Permission::ReadPortfolio)?;
        Ok(self.stores.portfolio.awards(who.org, filter).await?)
    }

    /// Net positions by market, product, location and period.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn positions(&self, who: &Principal, filter: &AwardFilter) -> Result<Vec<Position>> {
        positions(&self.awards(who, filter).await?)
    }
}
