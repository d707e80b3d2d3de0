//! Query strings: parameters may come once, lists also repeated or with commas.

use crate::error::{ApiError, ApiResult};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use optibid_core::error::Error;
use serde::de::value::{Error as Fault, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// A query string whose errors name the parameter and its value.
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for ApiQuery<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> ApiResult<Self> {
        from_query(&parts.uri).map(Self)
    }
}

/// Reads the query string of an address.
///
/// # Errors
/// 422, naming a parameter that is not known, is missing, came twice or does not fit.
pub fn from_query<T: DeserializeOwned>(uri: &Uri) -> ApiResult<T> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = pairs
        .map_err(|e| Error::field("query", "query", "", e.body_text()))?
        .0;
    let mut given: Vec<(String, Given)> = Vec::new();
    for (name, value) in pairs {
        match given.iter_mut().find(|(known, _)| *known == name) {
            Some((_, Given(values))) => values.push(value),
            None => given.push((name, Given(vec![value]))),
        }
    }
    let reader = MapDeserializer::new(given.clone().into_iter());
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let rule = error.inner().to_string();
        let path = error.path().to_string();
        let name = path.split(['.', '[']).next().unwrap_or_default();
        let value = given.iter().find(|(known, _)| known == name);
        let value = value
            .map(|(_, Given(values))| values.join(","))
            .unwrap_or_default();
        let name = if matches!(name, "" | "?") {
            missing(&rule)
        } else {
            name
        };
        let shown: String = value.chars().take(200).collect();
        Error::field("query", name.to_owned(), shown, rule.clone()).into()
    })
}

/// The name in serde's message about a missing field, the one case without a path.
fn missing(rule: &str) -> &str {
    rule.strip_prefix("missing field `")
        .and_then(|r| r.strip_suffix('`'))
        .unwrap_or("query")
}

/// All values given for one parameter.
#[derive(Clone)]
struct Given(Vec<String>);

impl Given {
    fn one(self) -> Result<String, Fault> {
        let mut values = self.0.into_iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(Fault::custom("must be given once")),
        }
    }
}

impl IntoDeserializer<'_, Fault> for Given {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident, $rule:literal;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let value = self.one()?.parse().map_err(|_| Fault::custom($rule))?;
            visitor.$visit(value)
        }
    )+};
}

impl<'de> Deserializer<'de> for Given {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.one()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.one()?.into_deserializer())
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let parts: Vec<Self> = self
            .0
            .iter()
            .flat_map(|value| value.split(','))
            .map(|part| Self(vec![part.to_owned()]))
            .collect();
        visitor.visit_seq(SeqDeserializer::new(parts.into_iter()))
    }

    parsed! {
        deserialize_bool => visit_bool, "must be true or false";
        deserialize_u32 => visit_u32, "must be a whole number that is not negative";
        deserialize_u64 => visit_u64, "must be a whole number that is not negative";
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use optibid_core::bid::BidState;
    use optibid_core::market::MarketId;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        market: MarketId,
        limit: Option<u32>,
        #[serde(default)]
        draft: bool,
        #[serde(default)]
        state: Vec<BidState>,
    }

    fn read(query: &str) -> Result<Wanted, (String, String, String)> {
        let uri = format!("/api/x?{query}").parse().unwrap();
        from_query(&uri).map_err(|error: ApiError| {
            let found = error.error().violations()[0].clone();
            (found.field, found.value, found.rule)
        })
    }

    #[test]
    fn lists_come_repeated_or_with_commas() {
        let both = read("market=ERCOT&state=draft,validated&state=cleared&draft=true&limit=7");
        let states = vec![BidState::Draft, BidState::Validated, BidState::Cleared];
        let market = MarketId::new("ERCOT").unwrap();
        let wanted = Wanted {
            market,
            limit: Some(7),
            draft: true,
            state: states,
        };
        assert_eq!(both, Ok(wanted));
    }

    #[test]
    fn every_fault_names_its_parameter() {
        let named = |query| read(query).map_err(|(field, value, _)| format!("{field}={value}"));
        assert_eq!(named("market=ERCOT&shape=x"), Err("shape=x".to_owned()));
        assert_eq!(named("market=er%20cot"), Err("market=er cot".to_owned()));
        assert_eq!(named("market=A&market=B"), Err("market=A,B".to_owned()));
        assert_eq!(named("market=A&limit=-1"), Err("limit=-1".to_owned()));
        assert_eq!(named("market=A&limit=1.5"), Err("limit=1.5".to_owned()));
        assert_eq!(named("market=A&draft=yes"), Err("draft=yes".to_owned()));
        assert_eq!(
            named("market=A&state=draft,gone"),
            Err("state=draft,gone".to_owned())
        );
        assert_eq!(named("limit=1"), Err("market=".to_owned()));
    }
}
