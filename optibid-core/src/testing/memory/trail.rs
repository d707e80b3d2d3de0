use super::{MemoryStore, first, page};
use crate::audit::AuditEntry;
use crate::id::OrgId;
use crate::ports::{
    AuditQuery, AuditStore, IdempotencyStore, KeyedAnswer, OutboxMessage, OutboxStore, Page,
    SettingStore, StoreError, Trail,
};
use async_trait::async_trait;
use jiff::Timestamp;

#[async_trait]
impl AuditStore for MemoryStore {
    async fn audit_entries(
        &self,
        org: OrgId,
        query: &AuditQuery,
    ) -> Result<Page<AuditEntry>, StoreError> {
        self.read(|state| {
            let wanted = state.chain.iter().rev().filter(|entry| {
                let draft = &entry.draft;
                draft.org == Some(org)
                    && query
                        .subject
                        .as_ref()
                        .is_none_or(|subject| *subject == draft.subject)
                    && query
                        .action
                        .as_ref()
                        .is_none_or(|action| *action == draft.action)
            });
            page(wanted, &query.page, |entry| entry.sequence)
        })
    }

    async fn audit_chain(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(self.read(|state| {
            let rest = state.chain.iter().filter(|entry| entry.sequence > after);
            first(rest.cloned(), limit)
        }))
    }

    async fn record(&self, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |_| Ok(()))
    }
}

#[async_trait]
impl OutboxStore for MemoryStore {
    async fn unpublished(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        Ok(self.read(|state| first(state.outbox.values().cloned(), limit)))
    }

    async fn mark_published(&self, sequences: &[u64]) -> Result<(), StoreError> {
        let mut state = self.lock();
        for sequence in sequences {
            state.outbox.remove(sequence);
        }
        Ok(())
    }
}

#[async_trait]
impl IdempotencyStore for MemoryStore {
    async fn answer(&self, org: OrgId, key: &str) -> Result<Option<KeyedAnswer>, StoreError> {
        Ok(self.read(|state| state.answers.get(&(org, key.to_owned())).cloned()))
    }

    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut state = self.lock();
        let kept = state.answers.len();
        state.answers.retain(|_, answer| answer.at >= before);
        Ok(u64::try_from(kept - state.answers.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl SettingStore for MemoryStore {
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.read(|state| state.settings.get(name).cloned()))
    }

    async fn set_setting(&self, name: &str, value: &str, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            state.settings.insert(name.to_owned(), value.to_owned());
            Ok(())
        })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
