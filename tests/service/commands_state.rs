//! `audient issuers` and `audient audiences`, as a person or a program runs them.

use audient::policy::Name;
use serde_json::Value;
use tokio::process::Command;

use crate::support::{Service, Setup, in_time, ready, ready_with};

/// What a command printed, and its exit code.
struct Done {
    code: i32,
    out: String,
    complaint: String,
}

async fn run(addr: &str, args: &[&str]) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audient"));
    let command = command.args(args).args(["--addr", addr]).kill_on_drop(true);
    let done = in_time(command.output()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done {
        code: done.status.code().unwrap(),
        out: text(done.stdout),
        complaint: text(done.stderr),
    }
}

async fn ask(service: &Service, args: &[&str]) -> Done {
    run(&service.admin.to_string(), args).await
}

async fn json(service: &Service, args: &[&str]) -> Value {
    let done = ask(service, &[args, &["--output", "json"]].concat()).await;
    assert_eq!((done.code, done.complaint.as_str()), (0, ""));
    serde_json::from_str(&done.out).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_without_colours_where_there_is_no_terminal() {
    let (issuer, service) = ready().await;
    for (args, expected) in [
        (&["issuers"][..], "\nprod  fresh  "),
        (&["issuers", "prod"], "\nstate         fresh\n"),
        (&["issuers", "--keys"], &*issuer.mint.published[0].kid),
        (&["issuers", "prod", "--keys"], "4 usable, 0 ignored"),
        (&["audiences"], "\norders    yes        https://"),
        (&["audiences", "payments"], "\nleeway              30s\n"),
    ] {
        let done = ask(&service, args).await;
        assert_eq!((done.code, done.complaint.as_str()), (0, ""), "{args:?}");
        assert!(done.out.contains(expected), "{args:?}: {}", done.out);
        assert!(!done.out.contains('\u{1b}'), "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_pages_are_one_document() {
    let setup = Setup {
        change: Box::new(|config| {
            let one = config.audiences[0].clone();
            let more = (0..120).map(|index| {
                let mut audience = one.clone();
                audience.name = Name::new(&format!("a{index:03}")).unwrap();
                audience
            });
            config.audiences.extend(more);
        }),
        ..Setup::default()
    };
    let (_, service) = ready_with(setup).await;
    let all = json(&service, &["audiences"]).await;
    assert_eq!(all["audiences"].as_array().unwrap().len(), 122);
    assert_eq!(all.as_object().unwrap().len(), 1);
    let table = ask(&service, &["audiences"]).await.out;
    assert_eq!(table.lines().count(), 123);

    let bare = json(&service, &["issuers"]).await;
    assert_eq!(bare["issuers"][0]["key_infos"], Value::Null);
    for args in [&["issuers", "prod"][..], &["issuers", "--keys"]] {
        let whole = json(&service, args).await;
        let [one] = &whole["issuers"].as_array().unwrap()[..] else {
            panic!("{whole}")
        };
        assert_eq!(one["key_infos"].as_array().unwrap().len(), 4);
        assert_eq!(one["keys"]["state"], "KEY_SET_STATE_FRESH");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_name_is_usage_and_nobody_there_cannot_tell() {
    let (_, service) = ready().await;
    for (args, code, complaint) in [
        (["issuers", "pord"], 2, "did you mean \"prod\"?"),
        (["audiences", "order"], 2, "did you mean \"orders\"?"),
        (["issuers", ""], 2, "[NAME]"),
    ] {
        let done = ask(&service, &args).await;
        assert_eq!((done.code, done.out.as_str()), (code, ""), "{args:?}");
        assert!(done.complaint.contains(complaint), "{}", done.complaint);
    }
    for command in ["issuers", "audiences"] {
        let done = run("127.0.0.1:1", &[command]).await;
        assert_eq!((done.code, done.out.as_str()), (3, ""), "{command}");
        // Of a port that serves no diagnostics, likewise.
        let done = run(&service.listen.to_string(), &[command]).await;
        assert_eq!(done.code, 3, "{command}: {}", done.complaint);
    }
}
