//! Maintenance mode: reading goes on, writing is refused with a reason.

use super::App;
use crate::auth::{Permission, Principal};
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

const SETTING: &str = "maintenance";

/// Whether the installation refuses writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Maintenance {
    /// Whether it is on.
    pub enabled: bool,
    /// Shown to users who try to write.
    #[serde(default)]
    pub message: String,
}

impl App {
    /// Whether maintenance mode is on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn maintenance(&self) -> Result<Maintenance> {
        let stored = self.stores.settings.setting(SETTING).await?;
        let Some(text) = stored else {
            return Ok(Maintenance::default());
        };
        serde_json::from_str(&text).map_err(|e| {
            Error::new(Code::Internal, "the maintenance setting cannot be read").with_source(e)
        })
    }

    /// Switches maintenance mode.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for all but super admins.
    pub async fn set_maintenance(
        &self,
        who: &Principal,
        maintenance: Maintenance,
    ) -> Result<Maintenance> {
        who.require(Permission::Maintain)?;
        let text = serde_json::to_string(&maintenance)
            .map_err(|e| Error::new(Code::Internal, "the setting cannot be kept").with_source(e))?;
        let trail = self
            .trail(who, "maintenance.set", SETTING)
            .with_detail(&maintenance);
        self.stores
            .settings
            .set_setting(SETTING, &text, &trail)
            .await?;
        Ok(maintenance)
    }

    /// Passes when the caller may and the installation does write.
    pub(super) async fn may_write(&self, who: &Principal, permission: Permission) -> Result<()> {
        who.require(permission)?;
        self.not_in_maintenance().await
    }

    pub(super) async fn not_in_maintenance(&self) -> Result<()> {
        let maintenance = self.maintenance().await?;
        if maintenance.enabled {
            let message = format!(
                "in maintenance, nothing can be changed: {}",
                maintenance.message
            );
            return Err(Error::new(Code::Unavailable, message));
        }
        Ok(())
    }
}
