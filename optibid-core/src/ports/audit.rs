use super::{Page, PageRequest, StoreError, Trail};
use crate::audit::AuditEntry;
use crate::id::OrgId;
use async_trait::async_trait;

/// Which audit entries of an organisation are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only of this subject, such as `bid/0199…`.
    pub subject: Option<String>,
    /// Only with this action.
    pub action: Option<String>,
    /// Which part of the list.
    pub page: PageRequest,
}

/// The audit trail: one linear chain of an installation, written by the trails of the other stores.
///
/// - Entries are numbered from 1 without gaps in the order they were committed.
/// - An organisation reads only its own entries.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait AuditStore: Send + Sync + 'static {
    /// Entries of the organisation, the latest first.
    async fn audit_entries(
        &self,
        org: OrgId,
        query: &AuditQuery,
    ) -> Result<Page<AuditEntry>, StoreError>;

    /// The whole chain from `after` (exclusive) on, in order: for verification.
    async fn audit_chain(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;

    /// Records an act that changes no other row.
    async fn record(&self, trail: &Trail) -> Result<(), StoreError>;
}
