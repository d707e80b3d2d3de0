//! Add users to an organisation.

use super::App;
use crate::auth::{Password, Permission, Principal, Role};
use crate::error::{Code, Error, Result, Violation};
use crate::id::UserId;
use crate::org::{Email, User};

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

impl App {
    /// Adds a user to the caller's organisation.
    ///
    /// # Errors
    /// [`Code::Forbidden`] when the caller may not, or asks for a role above the own one.
    pub async fn add_user(&self, who: &Principal, new: NewUser) -> Result<User> {
        self.may_write(who, Permission::ManageUsers).await?;
        if new.role == Role::SuperAdmin && who.role != Role::SuperAdmin {
            return Err(Error::new(
                Code::Forbidden,
                "only a super admin makes a super admin",
            ));
        }
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
        };
        let trail = self
            .trail(who, "user.add", format!("user/{}", user.id))
            .with_detail(&serde_json::json!({ "role": user.role }));
        self.stores.accounts.insert_user(&user, &trail).await?;
        Ok(user)
    }
}

/// What is wrong with a person's name, if anything is.
pub(super) fn name_fault(name: &str) -> Option<Violation> {
    let name = name.trim();
    let long = name.chars().count() > 200;
    long.then(|| Violation::new("length", "name", name, "at most 200 characters"))
}
