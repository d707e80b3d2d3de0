//! Read and verify the audit trail.

use super::App;
use crate::audit::{AuditEntry, ChainVerifier};
use crate::auth::{Permission, Principal};
use crate::error::Result;
use crate::ports::{AuditQuery, Page};
use serde::{Deserialize, Serialize};

/// Entries that verification holds in memory at once.
const BATCH: u32 = 1_000;

/// What walking the audit chain of the installation found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct AuditVerdict {
    /// Entries that fit, from the first on.
    pub entries: u64,
    /// Hash of the last entry that fits; keep it elsewhere to see later that none was cut off.
    pub head: String,
    /// Sequence of the first entry that does not fit; absent when the chain is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
    /// What is wrong with that entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl App {
    /// Entries of the caller's organisation, the latest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`](crate::error::Code::Forbidden) when the role does not read the trail.
    pub async fn audit_entries(
        &self,
        who: &Principal,
        query: &AuditQuery,
    ) -> Result<Page<AuditEntry>> {
        who.require(Permission::ReadAudit)?;
        Ok(self.stores.audit.audit_entries(who.org, query).await?)
    }

    /// Walks the whole chain of the installation, of all organisations, and says where it breaks.
    ///
    /// # Errors
    /// [`Code::Forbidden`](crate::error::Code::Forbidden) for all but super admins.
    pub async fn verify_audit(&self, who: &Principal) -> Result<AuditVerdict> {
        who.require(Permission::VerifyAudit)?;
        let mut verifier = ChainVerifier::default();
        loop {
            let after = verifier.head().0;
            let batch = self.stores.audit.audit_chain(after, BATCH).await?;
            let broken = batch.iter().find_map(|entry| verifier.check(entry).err());
            if broken.is_none() && !batch.is_empty() {
                continue;
            }
            let (entries, head) = verifier.head();
            return Ok(AuditVerdict {
                entries,
                head: head.to_owned(),
                broken_at: broken.as_ref().map(|b| b.sequence),
                reason: broken.map(|b| b.reason.to_owned()),
            });
        }
    }
}
