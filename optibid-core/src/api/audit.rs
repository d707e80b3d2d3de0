use crate::audit::{Actor, AuditEntry};
use crate::id::OrgId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditView {
    /// Position in the installation's chain; an organisation's own entries have gaps between them.
    pub sequence: u64,
    /// The organisation concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// Who acted.
    pub actor: Actor,
    /// What was done: `bid.submit`, `user.login`.
    pub action: String,
    /// What it was done to: `bid/0199…`.
    pub subject: String,
    /// When.
    pub at: Timestamp,
    /// The request it came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Further facts, as JSON text: as it was hashed.
    pub detail: String,
    /// Hash of the entry before.
    pub previous: String,
    /// Hash of this entry.
    pub hash: String,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let draft = entry.draft;
        Self {
            sequence: entry.sequence,
            org: draft.org,
            actor: draft.actor,
            action: draft.action,
            subject: draft.subject,
            at: draft.at,
            request_id: draft.request_id,
            detail: draft.detail,
            previous: entry.previous,
            hash: entry.hash,
        }
    }
}
