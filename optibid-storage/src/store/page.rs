//! Parts of lists, cut by the key of the last item.

use crate::fault::not_found;
use optibid_core::ports::{Page, PageRequest, StoreError};
use std::str::FromStr;

/// Where the page starts.
pub(super) fn after<K: FromStr>(request: &PageRequest) -> Result<Option<K>, StoreError> {
    let parse = |text: &String| text.parse().map_err(|_| not_found("cursor", text));
    request.after.as_ref().map(parse).transpose()
}

/// How many rows to fetch: one more than wanted shows whether another page follows.
pub(super) fn fetch(request: &PageRequest) -> i64 {
    i64::from(request.limit) + 1
}

/// The page of the rows fetched.
pub(super) fn cut<T>(
    mut items: Vec<T>,
    request: &PageRequest,
    key: impl Fn(&T) -> String,
) -> Page<T> {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(key);
    Page { items, next }
}
