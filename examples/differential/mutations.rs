//! What can be done to a token: each entry one kind of fault, or of odd spelling.

use crate::chance::Chance;
use crate::draft::Draft;
use crate::{base64url, claims, header, json, signatures, times, whole};

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
        "alg/other" => header::alg_other,
        "alg/type" => header::alg_type,
        "alg/missing" => header::alg_missing,
        "kid/other" => header::kid_other,
        "kid/type" => header::kid_type,
        "kid/missing" => header::kid_missing,
        "typ/other" => header::typ_other,
        "typ/type" => header::typ_type,
        "typ/missing" => header::typ_missing,
        "crit/any" => header::crit,
        "header/b64" => header::b64,
        "header/unknown" => header::header_unknown,
        "header/twice" => header::header_twice,
        "claims/twice" => claims::claims_twice,
        "claims/missing" => claims::claims_missing,
        "claims/unknown" => claims::claims_unknown,
        "time/exp-edge" => times::exp_edge,
        "time/nbf-edge" => times::nbf_edge,
        "time/iat-edge" => times::iat_edge,
        "time/number" => times::time_number,
        "time/type" => times::time_type,
        "aud/shape" => claims::aud_shape,
        "aud/near" => claims::aud_near,
        "iss/other" => claims::iss_other,
        "iss/type" => claims::iss_type,
        "scope/form" => claims::scope_form,
        "claims/type" => claims::claims_type,
        "cnf/any" => claims::cnf,
    }
    Text {
        "json/blanks" => json::blanks,
        "json/escapes" => json::escapes,
        "json/mark" => json::mark,
        "json/depth" => json::depth,
        "json/surrogates" => json::surrogates,
        "json/trailing" => json::trailing,
        "json/no-object" => json::no_object,
        "json/value" => json::odd_value,
        "json/syntax" => json::syntax,
        "json/utf8" => json::utf8,
        "json/large" => json::large,
    }
    Signed {
        "base64-signed/padding" => base64url::signed_padding,
        "base64-signed/alphabet" => base64url::signed_alphabet,
        "base64-signed/blank" => base64url::signed_blank,
        "base64-signed/bits" => base64url::signed_bits,
        "base64-signed/foreign" => base64url::signed_foreign,
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
        "base64/padding" => base64url::padding,
        "base64/alphabet" => base64url::alphabet,
        "base64/blank" => base64url::blank,
        "base64/bits" => base64url::bits,
        "base64/foreign" => base64url::foreign,
        "payload/changed" => signatures::payload_changed,
    }
    Whole {
        "whole/parts" => whole::parts,
        "whole/around" => whole::around,
        "whole/json" => whole::json_serialization,
        "whole/character" => whole::character,
    }
}
