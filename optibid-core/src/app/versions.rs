//! A change builds on the version that its caller knows.

use crate::error::Result;
use crate::ports::StoreError;

/// Passes when the version found is the one that the change builds on.
pub(super) fn require_version(
    kind: &'static str,
    id: impl ToString,
    (found, expected): (u64, u64),
) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let id = id.to_string();
    let conflict = StoreError::Conflict {
        kind,
        id,
        expected,
        found,
    };
    Err(conflict.into())
}
