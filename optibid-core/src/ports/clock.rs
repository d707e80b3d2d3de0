use jiff::Timestamp;
use uuid::Uuid;

/// The time. Use cases read it here and nowhere else, so that a test can set it.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait Clock: Send + Sync + 'static {
    /// The current instant.
    fn now(&self) -> Timestamp;
}

/// New identities: UUIDs of version 7, which sort by time of creation.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait Ids: Send + Sync + 'static {
    /// A UUID that no other call ever returned.
    fn uuid(&self) -> Uuid;
}
