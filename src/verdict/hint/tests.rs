use super::*;

fn token(header: &str, payload: &str) -> Token {
    use base64::Engine as _;
    let part = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
    let text = format!("{}.{}.AA", part(header), part(payload));
    Token::parse(&text, 16 * 1024).unwrap()
}

fn claims(payload: &str) -> Claims {
    token("{}", payload).claims.unwrap()
}

#[test]
fn audiences_that_people_meet() {
    for (payload, expected) in [
        (
            r#"{"aud":"00000003-0000-0000-c000-000000000000"}"#,
            Some(Hint::MicrosoftGraph),
        ),
        (
            r#"{"aud":"https://graph.microsoft.com/"}"#,
            Some(Hint::MicrosoftGraph),
        ),
        (
            r#"{"aud":"client-1","at_hash":"x","nonce":"n"}"#,
            Some(Hint::IdToken),
        ),
        (
            r#"{"aud":"client-1","token_use":"id"}"#,
            Some(Hint::IdToken),
        ),
        (r#"{"aud":"client-1","typ":"ID"}"#, Some(Hint::IdToken)),
        // Keycloak's access token of an older version.
        (
            r#"{"aud":"client-1","typ":"Bearer","nonce":"n","at_hash":"x"}"#,
            None,
        ),
        (r#"{"aud":"client-1","nonce":"n"}"#, Some(Hint::IdToken)),
        (r#"{"aud":"client-1","nonce":"n","scope":"a"}"#, None),
        (
            r#"{"token_use":"access","client_id":"c"}"#,
            Some(Hint::CognitoAccess),
        ),
        (r#"{"aud":"api","token_use":"access"}"#, None),
        (
            r#"{"aud":"account","iss":"https://sso.example.com/realms/shop"}"#,
            Some(Hint::KeycloakAccount),
        ),
        (
            r#"{"aud":["account","other"],"iss":"https://sso.example.com/realms/shop"}"#,
            None,
        ),
        (
            r#"{"aud":"account","iss":"https://auth.example.com"}"#,
            None,
        ),
        (
            r#"{"aud":["https://t.eu.auth0.com/userinfo"],"iss":"https://t.eu.auth0.com/"}"#,
            Some(Hint::Userinfo),
        ),
        (
            r#"{"aud":["api","https://t.eu.auth0.com/userinfo"],"iss":"https://t.eu.auth0.com/"}"#,
            None,
        ),
        (
            r#"{"aud":"https://other.example.com/userinfo","iss":"https://t.eu.auth0.com/"}"#,
            None,
        ),
        (
            r#"{"aud":"https://x.okta.com","iss":"https://x.okta.com","cid":"0oa"}"#,
            Some(Hint::OktaOrg),
        ),
        (
            r#"{"aud":"https://x.okta.com","iss":"https://x.okta.com"}"#,
            None,
        ),
        (r"{}", None),
        (r#"{"aud":7,"token_use":7}"#, None),
    ] {
        assert_eq!(of_audience(&claims(payload)), expected, "{payload}");
    }
}

#[test]
fn issuers_that_people_meet() {
    const V1: &str = "https://sts.windows.net/7f2a/";
    const V2: &str = "https://login.microsoftonline.com/7f2a/v2.0";
    for (iss, accepted, expected) in [
        (V1, V2, Some(Hint::EntraV1)),
        (V2, V1, Some(Hint::EntraV2)),
        (V1, "https://login.microsoftonline.com/0000/v2.0", None),
        (
            V2,
            "https://login.microsoftonline.com/common/v2.0",
            Some(Hint::EntraTemplate),
        ),
        (
            V1,
            "https://login.microsoftonline.com/{tenantid}/v2.0",
            Some(Hint::EntraTemplate),
        ),
        (
            "kubernetes/serviceaccount",
            V1,
            Some(Hint::KubernetesLegacy),
        ),
        ("https://auth.example.com", V1, None),
        (
            "https://auth.example.com",
            "https://login.microsoftonline.com/common/v2.0",
            None,
        ),
    ] {
        let claims = claims(&format!(r#"{{"iss":"{iss}"}}"#));
        assert_eq!(
            of_issuer(&claims, &[accepted.into()]),
            expected,
            "{iss} {accepted}"
        );
    }
    assert_eq!(of_issuer(&claims("{}"), &[V1.into()]), None);
}

#[test]
fn only_microsofts_nonce_explains_a_signature() {
    let entra = r#"{"iss":"https://sts.windows.net/7f2a/"}"#;
    let nonce = r#"{"alg":"RS256","nonce":"n"}"#;
    assert_eq!(
        of_signature(&token(nonce, entra)),
        Some(Hint::MicrosoftGraph)
    );
    assert_eq!(of_signature(&token(r#"{"alg":"RS256"}"#, entra)), None);
    assert_eq!(
        of_signature(&token(nonce, r#"{"iss":"https://a.example"}"#)),
        None
    );
    assert_eq!(of_signature(&token(nonce, "{}")), None);
}

#[test]
fn scopes_that_stand_elsewhere() {
    let missing: [Box<str>; 1] = ["orders:read".into()];
    for (payload, presented, expected) in [
        (
            "{}",
            &["orders:read,orders:write"][..],
            Some(Hint::CommaScopes),
        ),
        (
            r#"{"permissions":["orders:read"]}"#,
            &[],
            Some(Hint::Permissions),
        ),
        (
            r#"{"roles":["orders:read","x"]}"#,
            &["openid"],
            Some(Hint::Roles),
        ),
        (r#"{"roles":["orders:write"]}"#, &[], None),
        (r#"{"roles":"orders:read"}"#, &[], None),
        ("{}", &[], None),
    ] {
        assert_eq!(
            of_scopes(&claims(payload), presented, &missing),
            expected,
            "{payload}"
        );
    }
}

#[test]
fn codes_differ() {
    let mut codes: Vec<_> = Hint::ALL.map(Hint::code).into();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Hint::ALL.len());
}
