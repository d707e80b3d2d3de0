use super::{MemoryStore, State, already_exists, not_found, page, require_version};
use crate::id::{OrgId, UserId};
use crate::org::{Email, Org, User};
use crate::ports::{AccountStore, Page, SessionsEnd, StoreError, Trail, UserChange, UserQuery};
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

    fn require_user(&self, org: OrgId, id: UserId) -> Result<&User, StoreError> {
        let own = self.users.get(&id).filter(|user| user.org == org);
        own.ok_or_else(|| not_found("user", id))
    }

    fn end_sessions(&mut self, user: UserId, end: SessionsEnd) {
        let own = self.sessions.values_mut().filter(|s| s.user == user);
        for session in own.filter(|s| Some(s.id) != end.keep) {
            session.revoked_at.get_or_insert(end.at);
        }
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

    async fn update_user(&self, change: &UserChange, trail: &Trail) -> Result<(), StoreError> {
        let next = &change.user;
        self.write(trail, |state| {
            let kept = state.require_user(next.org, next.id)?;
            require_version("user", next.id, (kept.version, next.version))?;
            if let Some((id, version)) = change.relies_on {
                let other = state.require_user(next.org, id)?;
                require_version("user", id, (other.version, version.saturating_add(1)))?;
            }
            let (email, created_at) = (kept.email.clone(), kept.created_at);
            let user = User {
                email,
                created_at,
                ..next.clone()
            };
            state.users.insert(user.id, user);
            if let Some(end) = change.ends {
                state.end_sessions(next.id, end);
            }
            Ok(())
        })
    }

    async fn update_org(&self, org: &Org, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let kept = state.orgs.get_mut(&org.id);
            let kept = kept.ok_or_else(|| not_found("organisation", org.id))?;
            require_version("organisation", org.id, (kept.version, org.version))?;
            kept.name.clone_from(&org.name);
            kept.version = org.version;
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

    async fn users(&self, org: OrgId, query: &UserQuery) -> Result<Page<User>, StoreError> {
        self.read(|state| {
            let own = state.users.values().rev().filter(|user| user.org == org);
            let wanted = own.filter(|user| {
                query.role.is_none_or(|role| role == user.role)
                    && query.disabled.is_none_or(|off| off == user.disabled)
            });
            page(wanted, &query.page, |user| user.id)
        })
    }

    async fn user_count(&self) -> Result<u64, StoreError> {
        Ok(self.read(|state| u64::try_from(state.users.len()).unwrap_or(u64::MAX)))
    }
}
