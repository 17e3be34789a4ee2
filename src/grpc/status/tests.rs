use super::*;

fn cannot_tell() -> Failure {
    Failure::CannotTell {
        cause: Cause::KeyPending,
        issuer: "prod".into(),
        audience: "orders".into(),
        retry_after: Duration::from_secs(7),
    }
}

#[test]
fn every_failure_has_its_code_and_reason() {
    let field = || Failure::FieldInvalid {
        field: "required_scopes[0]".into(),
        description: "is no scope-token".into(),
        max: None,
    };
    let name = || "x".to_owned();
    for (failure, code, reason) in [
        (
            Failure::AudienceRequired,
            Code::InvalidArgument,
            "AUDIENCE_REQUIRED",
        ),
        (field(), Code::InvalidArgument, "FIELD_INVALID"),
        (
            Failure::BatchTooLarge { max: 256 },
            Code::InvalidArgument,
            "BATCH_TOO_LARGE",
        ),
        (
            Failure::MessageInvalid,
            Code::InvalidArgument,
            "MESSAGE_INVALID",
        ),
        (
            Failure::MessageTooLarge { max: 1 },
            Code::ResourceExhausted,
            "MESSAGE_TOO_LARGE",
        ),
        (
            Failure::AudienceNotConfigured {
                audience: name(),
                nearest: None,
            },
            Code::NotFound,
            "AUDIENCE_NOT_CONFIGURED",
        ),
        (
            Failure::IssuerNotConfigured {
                issuer: name(),
                nearest: Some("y".into()),
            },
            Code::NotFound,
            "ISSUER_NOT_CONFIGURED",
        ),
        (
            Failure::AudienceNotPermitted { audience: name() },
            Code::PermissionDenied,
            "AUDIENCE_NOT_PERMITTED",
        ),
        (cannot_tell(), Code::Unavailable, "KEY_PENDING"),
        (Failure::Draining, Code::Unavailable, "DRAINING"),
        (Failure::Deadline, Code::DeadlineExceeded, "DEADLINE"),
    ] {
        let bad_request = matches!(
            failure,
            Failure::AudienceRequired
                | Failure::FieldInvalid { .. }
                | Failure::BatchTooLarge { .. }
        );
        let status = failure.status(0);
        let details = status.get_error_details();
        let info = details.error_info().unwrap();
        assert_eq!((status.code(), info.reason.as_str()), (code, reason));
        assert_eq!(info.domain, "audient");
        assert_eq!(details.bad_request().is_some(), bad_request, "{reason}");
        assert_eq!(
            details.retry_info().is_some(),
            code == Code::Unavailable,
            "{reason}"
        );
    }
    assert!(
        Failure::Internal
            .status(0)
            .get_error_details()
            .error_info()
            .is_none()
    );
}

#[test]
fn a_client_that_retries_is_told_to_stop() {
    let pushback = |status: Status| status.metadata().contains_key(PUSHBACK);
    assert!(!pushback(cannot_tell().status(0)));
    assert!(pushback(cannot_tell().status(1)));
    assert!(pushback(Failure::MessageTooLarge { max: 1 }.status(0)));
    assert!(!pushback(Failure::AudienceRequired.status(3)));
}

#[test]
fn one_question_among_several_fails_with_the_same_details() {
    let status = detached(cannot_tell());
    assert_eq!(status.code, i32::from(Code::Unavailable));
    assert!(status.message.contains("\"prod\""), "{}", status.message);
    let kinds: Vec<&str> = (status.details.iter())
        .filter_map(|any| any.type_url.rsplit('.').next())
        .collect();
    assert_eq!(kinds, ["RetryInfo", "ErrorInfo"]);
    // No details: the status itself all the same.
    let status = detached(Failure::Internal);
    assert_eq!(status.code, i32::from(Code::Internal));
}

#[test]
fn a_token_in_the_place_of_a_name_is_not_repeated() {
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTcwMDAwMDAwMH0.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
    let asked = [
        token.to_owned(),
        format!("Bearer {token}"),
        // `{` and a line break.
        format!("ewog{token}"),
        token.split_once('.').unwrap().1.to_owned(),
    ];
    for audience in asked {
        let not_permitted = Failure::AudienceNotPermitted {
            audience: audience.clone(),
        };
        let nearest = None;
        for failure in [
            Failure::AudienceNotConfigured { audience, nearest },
            not_permitted,
        ] {
            let status = failure.status(0);
            let whole = String::from_utf8_lossy(status.details()).into_owned();
            assert!(status.message().contains("\"(a token)\""), "{status}");
            assert!(!whole.contains("eyJ"), "{whole}");
        }
    }
    // A value of aud is repeated: it helps.
    let value = format!("https://api.example.com/{}/eyewear", "long/".repeat(20));
    let status = Failure::AudienceNotPermitted {
        audience: value.clone(),
    };
    assert!(status.status(0).message().contains(&value[..60]));
}
