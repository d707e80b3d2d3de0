//! How the API describes an asset's kind: one object a kind, which holds the fields of the kind and its `type`.
//!
//! Derived, it would be `allOf` of the kind's fields and of `type`. The kinds refuse fields that they do not know, `type` among them, so that
//! no value at all would fit the description and no generator of clients could use it.

use super::AssetKind;
use crate::asset::{Battery, Load, Renewable, Thermal};
use utoipa::openapi::schema::{Discriminator, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

type Named = (String, RefOr<Schema>);

/// The fields of one kind with the `type` that stands for it.
fn tagged<T: PartialSchema>(tag: &str) -> RefOr<Schema> {
    let schema = T::schema();
    let RefOr::T(Schema::Object(mut object)) = schema else {
        return schema;
    };
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([tag]));
    let property = text.description(Some("What it is.")).build();
    object.properties.insert("type".to_owned(), property.into());
    object.required.insert(0, "type".to_owned());
    Schema::Object(object).into()
}

/// The kinds by their tags.
fn kinds() -> [(&'static str, Named); 5] {
    let named = |name: &str, schema| (name.to_owned(), schema);
    [
        (
            "battery",
            named("BatteryKind", tagged::<Battery>("battery")),
        ),
        ("solar", named("SolarKind", tagged::<Renewable>("solar"))),
        ("wind", named("WindKind", tagged::<Renewable>("wind"))),
        (
            "thermal",
            named("ThermalKind", tagged::<Thermal>("thermal")),
        ),
        ("load", named("LoadKind", tagged::<Load>("load"))),
    ]
}

impl PartialSchema for AssetKind {
    fn schema() -> RefOr<Schema> {
        let references = kinds().map(|(tag, (name, _))| (tag, Ref::from_schema_name(name)));
        let mapping = references
            .iter()
            .map(|(tag, reference)| (*tag, reference.ref_location.clone()));
        let discriminator = Discriminator::with_mapping("type", mapping);
        let one_of = references
            .iter()
            .fold(OneOfBuilder::new(), |one_of, (_, reference)| {
                one_of.item(reference.clone())
            });
        one_of
            .description(Some(
                "What an asset is, with the limits and costs of its kind.",
            ))
            .discriminator(Some(discriminator))
            .into()
    }
}

impl ToSchema for AssetKind {
    fn schemas(schemas: &mut Vec<Named>) {
        schemas.extend(kinds().map(|(_, named)| named));
        Battery::schemas(schemas);
        Renewable::schemas(schemas);
        Thermal::schemas(schemas);
        Load::schemas(schemas);
    }
}
