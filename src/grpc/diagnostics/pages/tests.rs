use super::*;
use crate::pb::AudienceInfo;

const LISTING: Listing = Listing {
    kind: "audiences",
    default: 3,
    max: 5,
};

/// A page of things of these names, each with a text of so many bytes.
fn page(names: &[Name], size: i32, token: &str, bytes: usize) -> (Vec<String>, String) {
    let page = LISTING.page(size, token).unwrap();
    let all = names.iter().map(|name| (name, name)).collect();
    let (told, next) = page.of(all, |name: &Name| AudienceInfo {
        name: name.to_string(),
        policy_json: "x".repeat(bytes),
        ..AudienceInfo::default()
    });
    (told.into_iter().map(|one| one.name).collect(), next)
}

/// All pages.
fn pages(names: &[Name], size: i32, bytes: usize) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut token = String::new();
    loop {
        let (told, next) = page(names, size, &token, bytes);
        pages.push(told);
        if next.is_empty() {
            return pages;
        }
        token = next;
    }
}

fn names(all: &[&str]) -> Vec<Name> {
    all.iter().map(|name| Name::new(name).unwrap()).collect()
}

#[test]
fn every_one_once_in_the_order_of_names() {
    let seven = names(&["g", "a", "c", "b", "f", "e", "d"]);
    for (size, expected) in [
        (0, vec!["abc", "def", "g"]),
        (1, vec!["a", "b", "c", "d", "e", "f", "g"]),
        (4, vec!["abcd", "efg"]),
        (5, vec!["abcde", "fg"]),
        (6, vec!["abcde", "fg"]),
        (i32::MAX, vec!["abcde", "fg"]),
    ] {
        let pages: Vec<String> = pages(&seven, size, 0)
            .iter()
            .map(|one| one.concat())
            .collect();
        assert_eq!(pages, expected, "{size}");
    }
    // No page is promised that would be empty.
    assert_eq!(pages(&names(&["a", "b", "c"]), 3, 0).len(), 1);
    assert_eq!(pages(&[], 0, 0), [Vec::<String>::new()]);
}

#[test]
fn a_page_is_short_before_it_is_too_long_and_never_empty() {
    let five = names(&["a", "b", "c", "d", "e"]);
    let mib = 1 << 20;
    let counts = |bytes| {
        pages(&five, 5, bytes)
            .iter()
            .map(Vec::len)
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(mib), [2, 2, 1]);
    assert_eq!(counts(5 * mib), [1; 5]);
}

#[test]
fn a_token_outlives_the_one_it_names() {
    let (_, token) = page(&names(&["a", "b", "c", "d"]), 2, "", 0);
    let (told, _) = page(&names(&["a", "aa", "bb", "d"]), 2, &token, 0);
    assert_eq!(told, ["bb", "d"]);
}

#[test]
fn anything_else_is_no_token() {
    let token = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let longest = Name::new(&"x".repeat(63)).unwrap();
    assert!(LISTING.page(0, &LISTING.write(&longest)).is_ok());
    for (size, text, field) in [
        (-1, String::new(), "page_size"),
        (i32::MIN, "?".into(), "page_size"),
        (0, "?".into(), "page_token"),
        (0, "orders".into(), "page_token"),
        (0, token("orders"), "page_token"),
        (0, token("issuers/orders"), "page_token"),
        (0, token("audiences/"), "page_token"),
        (0, token("audiences/Orders"), "page_token"),
        (0, format!("{}=", token("audiences/orders")), "page_token"),
        (0, URL_SAFE_NO_PAD.encode(b"audiences/\xff"), "page_token"),
        (0, "A".repeat(1 << 20), "page_token"),
    ] {
        match LISTING.page(size, &text) {
            Err(Failure::FieldInvalid { field: found, .. }) => assert_eq!(found, field),
            other => panic!("{other:?}"),
        }
    }
}
