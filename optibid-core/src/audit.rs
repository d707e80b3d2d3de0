//! The audit trail: who did what when, in a chain of hashes that shows any change.

use crate::id::{OrgId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// A person or program that signed in.
    User(UserId),
    /// OptiBid itself: a job, the relay, the command line.
    System,
    /// The venue, by its answer or award.
    Venue,
}

/// What is to be recorded; the store adds sequence number and hashes in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDraft {
    /// The organisation concerned; none for the installation itself.
    pub org: Option<OrgId>,
    /// Who acted.
    pub actor: Actor,
    /// What was done: `bid.submit`, `user.login`.
    pub action: String,
    /// What it was done to: `bid/0199…`.
    pub subject: String,
    /// When.
    pub at: Timestamp,
    /// The request it came with, for correlation with the logs.
    pub request_id: Option<String>,
    /// Further facts, as JSON text without secrets.
    pub detail: String,
}

/// A recorded entry: a link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Position in the chain, from 1 without gaps.
    pub sequence: u64,
    /// What was recorded.
    pub draft: AuditDraft,
    /// Hash of the entry before (64 hex digits); all zeros for the first.
    pub previous: String,
    /// Hash of this entry.
    pub hash: String,
}

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl AuditDraft {
    /// Chains the draft to the entry before it.
    ///
    /// The hash is SHA-256 over sequence, previous hash and all fields, each preceded by its length,
    /// so that no two different entries have the same bytes.
    #[must_use]
    pub fn chain(self, sequence: u64, previous: &str) -> AuditEntry {
        let hash = self.digest(sequence, previous);
        AuditEntry {
            sequence,
            draft: self,
            previous: previous.to_owned(),
            hash,
        }
    }

    fn digest(&self, sequence: u64, previous: &str) -> String {
        let actor = match self.actor {
            Actor::User(user) => format!("user:{user}"),
            Actor::System => "system".to_owned(),
            Actor::Venue => "venue".to_owned(),
        };
        let org = self.org.map(|o| o.to_string()).unwrap_or_default();
        // Marked, so that a blank id is not the same as none.
        let request = self.request_id.as_ref().map(|id| format!("id:{id}"));
        let request = request.unwrap_or_default();
        let mut hasher = Sha256::new();
        let at = self.at.to_string();
        let parts = [
            &sequence.to_string(),
            previous,
            &org,
            &actor,
            &self.action,
            &self.subject,
            &at,
            &request,
            &self.detail,
        ];
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        hasher
            .finalize()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    }
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("audit chain broken at sequence {sequence}: {reason}")]
pub struct ChainError {
    /// First entry that does not fit.
    pub sequence: u64,
    /// Why.
    pub reason: &'static str,
}

/// Checks a chain entry by entry, so that it need not be in memory at once.
#[derive(Debug, Clone)]
pub struct ChainVerifier {
    next: u64,
    previous: String,
}

impl Default for ChainVerifier {
    fn default() -> Self {
        Self {
            next: 1,
            previous: GENESIS.to_owned(),
        }
    }
}

impl ChainVerifier {
    /// Checks the next entry.
    ///
    /// # Errors
    /// Names the first entry that is missing, out of place or altered.
    pub fn check(&mut self, entry: &AuditEntry) -> Result<(), ChainError> {
        let broken = |reason| {
            Err(ChainError {
                sequence: self.next,
                reason,
            })
        };
        if entry.sequence != self.next {
            return broken("the sequence has a gap or a repeat");
        }
        if entry.previous != self.previous {
            return broken("it does not follow the entry before it");
        }
        if entry.hash != entry.draft.digest(entry.sequence, &entry.previous) {
            return broken("its content was altered");
        }
        self.next += 1;
        self.previous.clone_from(&entry.hash);
        Ok(())
    }

    /// Number of entries that fitted, and the hash of the last.
    #[must_use]
    pub fn head(&self) -> (u64, &str) {
        (self.next - 1, &self.previous)
    }
}
