//! What can be done to a token: each entry one kind of fault, or of odd spelling.

use crate::chance::Chance;
use crate::draft::Draft;
use crate::{signatures, spelling, values};

/// When something is done. The names say what stands by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// To the members of header and claims.
    Members,
    /// To their JSON.
    Text,
    /// To the first two parts, before they are signed.
    Signed,
    /// To the signature's bytes.
    Signature,
    /// To any part, after they were signed.
    Unsigned,
    /// To the whole token.
    Whole,
}

impl Stage {
    pub(crate) const ALL: [Self; 6] = [
        Self::Members,
        Self::Text,
        Self::Signed,
        Self::Signature,
        Self::Unsigned,
        Self::Whole,
    ];
}

/// One kind.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) stage: Stage,
    /// Says what exactly was done; `None`: nothing, since it does not apply.
    pub(crate) run: fn(&mut Draft<'_>, &mut Chance) -> Option<String>,
}

macro_rules! mutations {
    ($($stage:ident { $($name:literal => $run:path,)* })*) => {
        /// All of them.
        pub(crate) const ALL: &[Mutation] = &[
            $($(Mutation { name: $name, stage: Stage::$stage, run: $run },)*)*
        ];
    };
}

mutations! {
    Members {
        "key/unsuitable" => signatures::unsuitable_key,
        "key/pinned" => signatures::pinned_key,
        "key/stranger" => signatures::stranger,
        "key/confusion" => signatures::confusion,
        "key/embedded" => signatures::embedded_key,
        "key/other-issuer" => signatures::other_issuer,
        "alg/none" => signatures::none,
        "alg/other" => values::alg_other,
        "alg/type" => values::alg_type,
        "alg/missing" => values::alg_missing,
        "kid/other" => values::kid_other,
        "kid/type" => values::kid_type,
        "kid/missing" => values::kid_missing,
        "typ/other" => values::typ_other,
        "typ/type" => values::typ_type,
        "typ/missing" => values::typ_missing,
        "crit/any" => values::crit,
        "header/b64" => values::b64,
        "header/unknown" => values::header_unknown,
        "header/twice" => values::header_twice,
        "claims/twice" => values::claims_twice,
        "claims/missing" => values::claims_missing,
        "claims/unknown" => values::claims_unknown,
        "time/exp-edge" => values::exp_edge,
        "time/nbf-edge" => values::nbf_edge,
        "time/iat-edge" => values::iat_edge,
        "time/number" => values::time_number,
        "time/type" => values::time_type,
        "aud/shape" => values::aud_shape,
        "aud/near" => values::aud_near,
        "iss/other" => values::iss_other,
        "iss/type" => values::iss_type,
        "scope/form" => values::scope_form,
        "claims/type" => values::claims_type,
        "cnf/any" => values::cnf,
    }
    Text {
        "json/blanks" => spelling::blanks,
        "json/escapes" => spelling::escapes,
        "json/mark" => spelling::mark,
        "json/depth" => spelling::depth,
        "json/surrogates" => spelling::surrogates,
        "json/trailing" => spelling::trailing,
        "json/no-object" => spelling::no_object,
        "json/value" => spelling::odd_value,
        "json/syntax" => spelling::syntax,
        "json/utf8" => spelling::utf8,
        "json/large" => spelling::large,
    }
    Signed {
        "base64-signed/padding" => spelling::signed_padding,
        "base64-signed/alphabet" => spelling::signed_alphabet,
        "base64-signed/blank" => spelling::signed_blank,
        "base64-signed/bits" => spelling::signed_bits,
        "base64-signed/foreign" => spelling::signed_foreign,
    }
    Signature {
        "signature/flip" => signatures::flip,
        "signature/cut" => signatures::cut,
        "signature/longer" => signatures::longer,
        "signature/empty" => signatures::empty,
        "signature/zeros" => signatures::zeros,
        "signature/der" => signatures::der,
        "signature/high-s" => signatures::high_s,
        "signature/swapped" => signatures::swapped,
        "signature/plus-order" => signatures::plus_order,
        "signature/other-key" => signatures::other_key,
        "signature/other-text" => signatures::other_text,
    }
    Unsigned {
        "base64/padding" => spelling::padding,
        "base64/alphabet" => spelling::alphabet,
        "base64/blank" => spelling::blank,
        "base64/bits" => spelling::bits,
        "base64/foreign" => spelling::foreign,
        "payload/changed" => signatures::payload_changed,
    }
    Whole {
        "whole/parts" => spelling::parts,
        "whole/around" => spelling::around,
        "whole/json" => spelling::json_serialization,
        "whole/character" => spelling::character,
    }
}
