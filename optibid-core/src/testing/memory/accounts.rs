use super::{MemoryStore, State, already_exists, not_found};
use crate::id::{OrgId, UserId};
use crate::org::{Email, Org, User};
use crate::ports::{AccountStore, StoreError, Trail};
use async_trait::async_trait;

impl State {
    fn require_new_user(&self, user: &User) -> Result<(), StoreError> {
        if self.addresses.contains_key(&user.email) {
            return Err(already_exists("user", &user.email));
        }
        if self.users.contains_key(&user.id) {
            return Err(already_exists("user", user.id));
        }
        Ok(())
    }

    fn add_user(&mut self, user: &User) {
        self.addresses.insert(user.email.clone(), user.id);
        self.users.insert(user.id, user.clone());
    }
}

#[async_trait]
impl AccountStore for MemoryStore {
    async fn insert_org(&self, org: &Org, first: &User, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if state.orgs.contains_key(&org.id) {
                return Err(already_exists("organisation", org.id));
            }
            state.require_new_user(first)?;
            state.orgs.insert(org.id, org.clone());
            state.add_user(first);
            Ok(())
        })
    }

    async fn insert_user(&self, user: &User, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if !state.orgs.contains_key(&user.org) {
                return Err(not_found("organisation", user.org));
            }
            state.require_new_user(user)?;
            state.add_user(user);
            Ok(())
        })
    }

    async fn org(&self, id: OrgId) -> Result<Option<Org>, StoreError> {
        Ok(self.read(|state| state.orgs.get(&id).cloned()))
    }

    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        Ok(self.read(|state| {
            let id = state.addresses.get(email)?;
            state.users.get(id).cloned()
        }))
    }

    async fn user(&self, org: OrgId, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.read(|state| state.users.get(&id).filter(|user| user.org == org).cloned()))
    }

    async fn user_count(&self) -> Result<u64, StoreError> {
        Ok(self.read(|state| u64::try_from(state.users.len()).unwrap_or(u64::MAX)))
    }
}
