use crate::ports::Page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{Array, ArrayBuilder};

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(bound = "T: ToSchema")]
pub struct ListView<T> {
    /// The items.
    #[schema(schema_with = named::<T>)]
    pub items: Vec<T>,
    /// Pass as `after` to get the next part; absent when this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The items by their name, where the schema would write them out otherwise: so they are one type in a generated client, whether they
/// come in a list or alone.
fn named<T: ToSchema>() -> Array {
    ArrayBuilder::new()
        .items(Ref::from_schema_name(T::name()))
        .description(Some("The items."))
        .build()
}

impl<T> From<Page<T>> for ListView<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            next: page.next,
        }
    }
}
