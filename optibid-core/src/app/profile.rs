//! Look after one's own account.

use super::App;
use super::names::name_fault;
use crate::auth::{Password, Principal, Session};
use crate::error::{Error, Result, Violation};
use crate::id::SessionId;
use crate::org::User;
use crate::ports::{Page, PageRequest, SessionQuery, SessionsEnd, UserChange};

/// A change of the own password.
#[derive(Clone)]
pub struct PasswordChange {
    /// The password so far.
    pub current: String,
    /// The password from now on.
    pub new: String,
}

impl App {
    /// Changes the caller's own name.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::error::Code::Invalid) when the name is too long, [`Code::Conflict`](crate::error::Code::Conflict)
    /// when another change of the user came at the same moment.
    pub async fn edit_profile(&self, who: &Principal, name: &str) -> Result<User> {
        self.not_in_maintenance().await?;
        if let Some(fault) = name_fault(name) {
            return Err(fault.into());
        }
        let (before, _) = self.me(who).await?;
        let name = name.trim();
        if before.name == name {
            return Ok(before);
        }
        let detail = serde_json::json!({ "name": { "from": before.name, "to": name } });
        let trail = self
            .trail(who, "user.profile", format!("user/{}", who.user))
            .with_detail(&detail);
        let change = UserChange {
            user: User {
                name: name.to_owned(),
                version: before.version.saturating_add(1),
                ..before
            },
            relies_on: None,
            ends: None,
        };
        self.stores.accounts.update_user(&change, &trail).await?;
        Ok(change.user)
    }

    /// Changes the caller's own password and ends all other sessions of the user.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::error::Code::Invalid), naming `current_password` when it is not the present one and
    /// `new_password` when it breaks the policy.
    pub async fn change_password(&self, who: &Principal, change: PasswordChange) -> Result<()> {
        self.not_in_maintenance().await?;
        let (before, _) = self.me(who).await?;
        let passwords = &self.environment.passwords;
        let hash = Some(before.password_hash.as_str());
        let mut faults = Vec::new();
        if !passwords.verify(&change.current, hash).await? {
            let rule = "must be the present password";
            faults.push(Violation::new(
                "wrong_password",
                "current_password",
                "…",
                rule,
            ));
        }
        let new = Password::new(&change.new, &before.email).map_err(|mut fault| {
            fault.field = "new_password".to_owned();
            faults.push(fault);
        });
        let (Ok(new), true) = (new, faults.is_empty()) else {
            return Err(Error::invalid(faults));
        };
        let change = UserChange {
            user: User {
                password_hash: passwords.hash(&new).await?,
                version: before.version.saturating_add(1),
                ..before
            },
            relies_on: None,
            ends: Some(SessionsEnd {
                at: self.environment.clock.now(),
                keep: who.session,
            }),
        };
        let trail = self.trail(who, "user.password", format!("user/{}", who.user));
        Ok(self.stores.accounts.update_user(&change, &trail).await?)
    }

    /// The caller's own live sessions, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn own_sessions(&self, who: &Principal, page: PageRequest) -> Result<Page<Session>> {
        let query = SessionQuery {
            org: who.org,
            user: who.user,
            live_at: self.environment.clock.now(),
            page,
        };
        Ok(self.stores.sessions.sessions(&query).await?)
    }

    /// Ends one of the caller's own live sessions, also in maintenance.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::error::Code::NotFound) when the caller has no such live session.
    pub async fn end_session(&self, who: &Principal, id: SessionId) -> Result<()> {
        let now = self.environment.clock.now();
        let identity = self.stores.sessions.identity(id).await?;
        identity
            .filter(|found| found.session.user == who.user && found.session.is_live(now))
            .ok_or_else(|| Error::not_found("session", id))?;
        let trail = self.trail(who, "session.end", format!("session/{id}"));
        let sessions = &self.stores.sessions;
        Ok(sessions.revoke_session(id, now, &trail).await?)
    }
}
