//! Who is on the line, and whether that still holds.

use super::line::End;
use crate::state::AppState;
use optibid_core::api::CloseCode;
use optibid_core::auth::Principal;
use optibid_core::error::Code;
use optibid_core::event::Topic;

/// A signed-in client.
#[derive(Debug, Clone)]
pub(super) struct Login {
    token: String,
    request_id: Option<String>,
    /// Who it is.
    pub(super) who: Principal,
}

impl Login {
    /// Signs a client in.
    pub(super) async fn new(
        state: &AppState,
        token: String,
        request_id: Option<String>,
    ) -> Result<Self, End> {
        match state.app.authenticate(&token, request_id.clone()).await {
            Ok(who) => Ok(Self {
                token,
                request_id,
                who,
            }),
            Err(error) if error.code() == Code::Unauthenticated => {
                Err(End::Close(CloseCode::Unauthenticated))
            }
            Err(error) => {
                tracing::warn!(%error, "a WebSocket client could not be signed in");
                Err(End::Close(CloseCode::GoingAway))
            }
        }
    }

    /// Looks again: a token ends, a session is revoked, a role changes.
    pub(super) async fn renew(&mut self, state: &AppState, topics: &[Topic]) -> Result<(), End> {
        match state
            .app
            .authenticate(&self.token, self.request_id.clone())
            .await
        {
            Ok(who) => self.who = who,
            Err(error) if error.code() == Code::Unauthenticated => {
                return Err(End::Close(CloseCode::Unauthenticated));
            }
            // The database does not answer: the token was checked without it, so the line may stay.
            Err(error) => tracing::warn!(%error, "a WebSocket session could not be checked"),
        }
        let allowed = topics
            .iter()
            .all(|topic| self.who.role.allows(topic.permission()));
        if allowed {
            Ok(())
        } else {
            Err(End::Close(CloseCode::Forbidden))
        }
    }
}
