use super::{StoreError, Trail};
use async_trait::async_trait;

/// Settings of the installation that change at run time, such as maintenance mode.
///
/// - A name has one value: the one stored last.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait SettingStore: Send + Sync + 'static {
    /// The value last stored under the name.
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Stores a value under the name.
    async fn set_setting(&self, name: &str, value: &str, trail: &Trail) -> Result<(), StoreError>;

    /// Passes when the database answers: what readiness asks.
    async fn ping(&self) -> Result<(), StoreError>;
}
