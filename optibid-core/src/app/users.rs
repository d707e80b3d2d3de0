//! Look after the users of an organisation.

use super::App;
use super::assets::Versioned;
use super::names::name_fault;
use super::versions::require_version;
use crate::auth::{Password, Permission, Principal, Role};
use crate::error::{Code, Error, Result};
use crate::id::UserId;
use crate::org::{Email, User};
use crate::ports::{Page, PageRequest, SessionsEnd, UserChange, UserQuery};
use serde_json::{Map, Value, json};

/// A user to add.
#[derive(Clone)]
pub struct NewUser {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The first password.
    pub password: String,
    /// The role.
    pub role: Role,
}

/// What an administrator says of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserContent {
    /// The name to show.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Whether signing in is refused.
    pub disabled: bool,
}

impl App {
    /// Adds a user to the caller's organisation.
    ///
    /// # Errors
    /// [`Code::Forbidden`] when the caller may not, or gives a role above the own one.
    pub async fn add_user(&self, who: &Principal, new: NewUser) -> Result<User> {
        self.may_write(who, Permission::ManageUsers).await?;
        require_rank(who, new.role)?;
        let mut faults: Vec<_> = name_fault(&new.name).into_iter().collect();
        let email = Email::new(&new.email).map_err(|v| faults.push(v)).ok();
        let password = email.as_ref().and_then(|e| {
            Password::new(&new.password, e)
                .map_err(|v| faults.push(v))
                .ok()
        });
        let (Some(email), Some(password), true) = (email, password, faults.is_empty()) else {
            return Err(Error::invalid(faults));
        };
        let user = User {
            id: UserId::from_uuid(self.environment.ids.uuid()),
            org: who.org,
            email,
            name: new.name.trim().to_owned(),
            role: new.role,
            password_hash: self.environment.passwords.hash(&password).await?,
            disabled: false,
            created_at: self.environment.clock.now(),
            version: 1,
        };
        let trail = self
            .trail(who, "user.add", format!("user/{}", user.id))
            .with_detail(&json!({ "role": user.role }));
        self.stores.accounts.insert_user(&user, &trail).await?;
        Ok(user)
    }

    /// Users of the caller's organisation, the newest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`] when the caller may not.
    pub async fn users(&self, who: &Principal, page: &PageRequest) -> Result<Page<User>> {
        who.require(Permission::ManageUsers)?;
        let query = UserQuery {
            page: page.clone(),
            ..UserQuery::default()
        };
        Ok(self.stores.accounts.users(who.org, &query).await?)
    }

    /// A user of the caller's organisation.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the organisation has no such user.
    pub async fn user(&self, who: &Principal, id: UserId) -> Result<User> {
        who.require(Permission::ManageUsers)?;
        self.own_user(who, id).await
    }

    /// Changes name, role or whether a user may sign in. Disabling ends the user's sessions at once.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for a user or a role above the own one, [`Code::Invalid`] when nobody would be left who manages
    /// the users, [`Code::Conflict`] when another change came first.
    pub async fn edit_user(
        &self,
        who: &Principal,
        id: UserId,
        change: Versioned<UserContent>,
    ) -> Result<User> {
        self.may_write(who, Permission::ManageUsers).await?;
        let before = self.own_user(who, id).await?;
        require_version("user", id, (before.version, change.expected))?;
        let content = change.value;
        require_rank(who, before.role)?;
        require_rank(who, content.role)?;
        if let Some(fault) = name_fault(&content.name) {
            return Err(fault.into());
        }
        let user = User {
            name: content.name.trim().to_owned(),
            role: content.role,
            disabled: content.disabled,
            version: before.version.saturating_add(1),
            ..before.clone()
        };
        let changes = changes(&before, &user);
        if changes.is_empty() {
            return Ok(before);
        }
        let relies_on = match manages(&before) && !manages(&user) {
            true => Some(self.other_manager(&before, &user).await?),
            false => None,
        };
        let at = self.environment.clock.now();
        let ends = (user.disabled && !before.disabled).then_some(SessionsEnd { at, keep: None });
        let trail = self
            .trail(who, "user.edit", format!("user/{id}"))
            .with_detail(&changes);
        let change = UserChange {
            user,
            relies_on,
            ends,
        };
        self.stores.accounts.update_user(&change, &trail).await?;
        Ok(change.user)
    }

    async fn own_user(&self, who: &Principal, id: UserId) -> Result<User> {
        let user = self.stores.accounts.user(who.org, id).await?;
        user.ok_or_else(|| Error::not_found("user", id))
    }

    /// Somebody else who manages the users of the organisation, with the version that was seen: the change is refused when
    /// that one changes first.
    async fn other_manager(&self, before: &User, after: &User) -> Result<(UserId, u64)> {
        for role in Role::ALL.into_iter().filter(|role| role.allows(MANAGES)) {
            let query = UserQuery {
                role: Some(role),
                disabled: Some(false),
                page: PageRequest {
                    limit: 2,
                    after: None,
                },
            };
            let found = self.stores.accounts.users(before.org, &query).await?;
            if let Some(other) = found.items.iter().find(|user| user.id != before.id) {
                return Ok((other.id, other.version));
            }
        }
        let rule = "must stay: nobody else who can sign in manages the users of the organisation";
        Err(match after.disabled {
            true => Error::field("last_admin", "disabled", true, rule),
            false => Error::field("last_admin", "role", after.role, rule),
        })
    }
}

const MANAGES: Permission = Permission::ManageUsers;

fn manages(user: &User) -> bool {
    user.role.allows(MANAGES) && !user.disabled
}

/// Passes when the caller's role covers that one.
fn require_rank(who: &Principal, role: Role) -> Result<()> {
    if who.role.covers(role) {
        return Ok(());
    }
    let message = format!("the role {} is below {role}", who.role);
    Err(Error::new(Code::Forbidden, message))
}

/// What changed, from what to what, for the audit trail.
fn changes(before: &User, after: &User) -> Map<String, Value> {
    let fields = [
        ("name", json!(before.name), json!(after.name)),
        ("role", json!(before.role), json!(after.role)),
        ("disabled", json!(before.disabled), json!(after.disabled)),
    ];
    let changed = fields.into_iter().filter(|(_, from, to)| from != to);
    changed
        .map(|(field, from, to)| (field.to_owned(), json!({ "from": from, "to": to })))
        .collect()
}
