use super::{MemoryStore, already_exists, not_found, page};
use crate::auth::{RefreshToken, Session, TokenHash};
use crate::id::SessionId;
use crate::ports::{Identity, Page, SessionQuery, SessionStore, StoreError, Trail};
use async_trait::async_trait;
use jiff::Timestamp;

#[async_trait]
impl SessionStore for MemoryStore {
    async fn insert_session(
        &self,
        session: &Session,
        token: &RefreshToken,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if state.sessions.contains_key(&session.id) {
                return Err(already_exists("session", session.id));
            }
            if state.tokens.contains_key(&token.hash.0) {
                return Err(already_exists("refresh token", &token.hash.0));
            }
            state.sessions.insert(session.id, session.clone());
            state.tokens.insert(token.hash.0.clone(), token.clone());
            Ok(())
        })
    }

    async fn identity(&self, session: SessionId) -> Result<Option<Identity>, StoreError> {
        Ok(self.read(|state| {
            let session = state.sessions.get(&session)?.clone();
            let user = state.users.get(&session.user)?.clone();
            Some(Identity { session, user })
        }))
    }

    async fn sessions(&self, query: &SessionQuery) -> Result<Page<Session>, StoreError> {
        self.read(|state| {
            let newest = state.sessions.values().rev();
            let own = newest.filter(|s| s.org == query.org && s.user == query.user);
            let live = own.filter(|s| s.is_live(query.live_at));
            page(live, &query.page, |session| session.id)
        })
    }

    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        Ok(self.read(|state| state.tokens.get(&hash.0).cloned()))
    }

    async fn rotate_refresh_token(
        &self,
        used: &TokenHash,
        successor: &RefreshToken,
    ) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.tokens.contains_key(&successor.hash.0) {
            return Err(already_exists("refresh token", &successor.hash.0));
        }
        let token = state
            .tokens
            .get_mut(&used.0)
            .ok_or_else(|| not_found("refresh token", &used.0))?;
        if token.used_at.is_some() {
            let id = used.0.clone();
            return Err(StoreError::Conflict {
                kind: "refresh token",
                id,
                expected: 0,
                found: 1,
            });
        }
        token.used_at = Some(successor.issued_at);
        state
            .tokens
            .insert(successor.hash.0.clone(), successor.clone());
        Ok(())
    }

    async fn revoke_session(
        &self,
        session: SessionId,
        at: Timestamp,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let session = state
                .sessions
                .get_mut(&session)
                .ok_or_else(|| not_found("session", session))?;
            session.revoked_at.get_or_insert(at);
            Ok(())
        })
    }
}
