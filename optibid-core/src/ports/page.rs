/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Most items to return.
    pub limit: u32,
    /// The [`Page::next`] of the page before; none for the first page. A text that never was one
    /// answers [`StoreError::NotFound`](super::StoreError::NotFound) of kind `cursor`.
    pub after: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            limit: 50,
            after: None,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page starts; none when nothing follows. It is a key of the last item, so
    /// rows that come or go meanwhile neither repeat nor hide another.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Turns every item into another.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}
