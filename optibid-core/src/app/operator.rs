//! Act from the machine that OptiBid runs on, where the database's file permissions are the lock.

use super::App;
use crate::auth::{Principal, Role};
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::org::Email;
use uuid::Uuid;

/// The operator of the installation, who has no user: the audit trail shows the nil id.
#[must_use]
pub fn operator() -> Principal {
    Principal {
        user: UserId::from_uuid(Uuid::nil()),
        org: OrgId::from_uuid(Uuid::nil()),
        role: Role::SuperAdmin,
        session: None,
        request_id: Some("command-line".to_owned()),
    }
}

impl App {
    /// The caller that a user is, without signing in: for the command line, which has the database
    /// itself in its hands. No network shell may call this.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::error::Code::NotFound) when no enabled user has the address.
    pub async fn act_as(&self, email: &str) -> Result<Principal> {
        let email = Email::new(email)?;
        let user = self.stores.accounts.user_by_email(&email).await?;
        let user = user
            .filter(|user| !user.disabled)
            .ok_or_else(|| Error::not_found("user", &email))?;
        Ok(Principal {
            user: user.id,
            org: user.org,
            role: user.role,
            session: None,
            request_id: Some("command-line".to_owned()),
        })
    }
}
