//! Look at the organisation and rename it.

use super::App;
use super::assets::Versioned;
use super::names::org_name_fault;
use super::versions::require_version;
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::org::Org;

impl App {
    /// The caller's organisation.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::error::Code::NotFound) for a caller without one, such as the operator.
    pub async fn organisation(&self, who: &Principal) -> Result<Org> {
        let org = self.stores.accounts.org(who.org).await?;
        org.ok_or_else(|| Error::not_found("organisation", who.org))
    }

    /// Renames the caller's organisation.
    ///
    /// # Errors
    /// [`Code::Conflict`](crate::error::Code::Conflict) when another change came first.
    pub async fn rename_organisation(
        &self,
        who: &Principal,
        change: Versioned<String>,
    ) -> Result<Org> {
        self.may_write(who, Permission::ManageOrganisation).await?;
        let before = self.organisation(who).await?;
        require_version("organisation", who.org, (before.version, change.expected))?;
        if let Some(fault) = org_name_fault("name", &change.value) {
            return Err(fault.into());
        }
        let name = change.value.trim();
        if before.name == name {
            return Ok(before);
        }
        let detail = serde_json::json!({ "name": { "from": before.name, "to": name } });
        let trail = self
            .trail(who, "org.rename", format!("org/{}", who.org))
            .with_detail(&detail);
        let org = Org {
            name: name.to_owned(),
            version: before.version.saturating_add(1),
            ..before
        };
        self.stores.accounts.update_org(&org, &trail).await?;
        Ok(org)
    }
}
