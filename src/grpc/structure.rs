//! Claims → `google.protobuf.Struct`, for callers that want them typed. Lossy by
//! nature: its numbers are doubles. Whoever needs them exact asks for JSON.

use prost_types::value::Kind as WireKind;
use prost_types::{ListValue, Struct, Value as WireValue};

use crate::token::json::{Kind, Object, Value};

/// The claims as a Struct.
#[must_use]
pub fn structure(claims: &Object) -> Struct {
    Struct {
        fields: (claims.members())
            .map(|(name, member)| (name.to_owned(), value(member)))
            .collect(),
    }
}

/// Recursion is bounded by `json::MAX_DEPTH`.
fn value(from: Value<'_>) -> WireValue {
    let kind = match from.kind() {
        Kind::Null => WireKind::NullValue(0),
        Kind::Bool => WireKind::BoolValue(from.text() == "true"),
        Kind::String => WireKind::StringValue(from.as_str().unwrap_or_default().into_owned()),
        Kind::Number => number(from.text()),
        Kind::Array => WireKind::ListValue(ListValue {
            values: (from.elements().unwrap_or_default().into_iter())
                .map(value)
                .collect(),
        }),
        // Below the top level a name may stand twice: like most readers, the last wins.
        Kind::Object => WireKind::StructValue(Struct {
            fields: (from.members().unwrap_or_default().into_iter())
                .map(|(name, member)| (name.into_string(), value(member)))
                .collect(),
        }),
    };
    WireValue { kind: Some(kind) }
}

/// A double that is not finite has no JSON form (google/protobuf/struct.proto).
fn number(text: &str) -> WireKind {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => WireKind::NumberValue(number),
        _ => WireKind::StringValue(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_a_double_can_hold() {
        let claims = br#"{"a":1.5,"b":9007199254740993,"c":1e400,"d":{"x":1,"x":[null,true]}}"#;
        let fields = structure(&Object::parse(claims).unwrap()).fields;
        let kind = |name: &str| fields[name].kind.clone().unwrap();
        assert_eq!(kind("a"), WireKind::NumberValue(1.5));
        assert_eq!(kind("b"), WireKind::NumberValue(9_007_199_254_740_992.0));
        assert_eq!(kind("c"), WireKind::StringValue("1e400".into()));
        let WireKind::StructValue(nested) = kind("d") else {
            panic!()
        };
        let Some(WireKind::ListValue(last)) = &nested.fields["x"].kind else {
            panic!()
        };
        assert_eq!(last.values.len(), 2);
    }
}
