//! The marks under two values.

use proptest::prelude::*;

use super::PLAIN;
use crate::cli::explain::near_miss::{align, lines, units};
use crate::cli::look::Look;
use crate::escape::escape;
use crate::pb::NearMiss;
use crate::pb::near_miss::Difference;

fn miss(presented: &str, accepted: &str, kinds: &[Difference]) -> NearMiss {
    NearMiss {
        presented: escape(presented),
        accepted: escape(accepted),
        differences: kinds.iter().map(|kind| (*kind).into()).collect(),
    }
}

#[test]
fn every_kind_is_marked_where_it_is() {
    use Difference::{
        Case, Lookalike, Path, PercentEncoding, Port, Scheme, TrailingSlash, Typo, UriPrefix,
        Whitespace,
    };
    let long = "segment/".repeat(20);
    let (long_slash, long_plain) = (
        format!("https://api/{long}"),
        format!("https://api/{}", &long[..159]),
    );
    let twice = (
        format!("http://api/{long}x"),
        format!("https://api/{long}y"),
    );
    let accepted = "https://api.example.com/orders";
    let drawn: Vec<String> = [
        (
            "https://api.example.com/orders/",
            accepted,
            &[TrailingSlash][..],
        ),
        (
            "https://api.example.com/orders",
            "https://api.example.com/orders/",
            &[TrailingSlash],
        ),
        ("http://api.example.com/orders", accepted, &[Scheme]),
        ("api.example.com/orders", accepted, &[Scheme]),
        ("spiffe://api.example.com/orders", accepted, &[Scheme]),
        ("https://API.Example.com/orders", accepted, &[Case]),
        ("https://api.example.com:8443/orders", accepted, &[Port]),
        ("https://api.example.com/ orders", accepted, &[Whitespace]),
        ("https://api.example.com/orders\n", accepted, &[Whitespace]),
        (
            "https%3A%2F%2Fapi.example.com%2Forders",
            accepted,
            &[PercentEncoding],
        ),
        ("https://api.example.com/ordеrs", accepted, &[Lookalike]),
        (
            "https://api.example.com/\u{200b}orders",
            accepted,
            &[Lookalike],
        ),
        ("orders", "api://orders", &[UriPrefix]),
        ("https://api.example.com/ordres", accepted, &[Typo]),
        ("https://api.example.com/order", accepted, &[Typo]),
        ("https://api.example.com/payments", accepted, &[Path]),
        (
            "https://api.example.com/orders/v1/items",
            "https://api.example.com/orders/v2/items",
            &[Path],
        ),
        (
            "http://API.example.com:80/orders/",
            accepted,
            &[Scheme, TrailingSlash, Case, Port],
        ),
        ("back\\slash", "backslash", &[Typo]),
        (&long_slash, &long_plain, &[TrailingSlash]),
        (&twice.0, &twice.1, &[]),
    ]
    .into_iter()
    .map(|(presented, accepted, kinds)| {
        lines(&miss(presented, accepted, kinds), 15, PLAIN).join("\n")
    })
    .collect();
    insta::assert_snapshot!("marks", drawn.join("\n\n"));
}

#[test]
fn values_that_are_cut_alike_have_no_marks_and_say_so() {
    let (a, b) = ("a".repeat(300), "a".repeat(301));
    let lines = lines(&miss(&a, &b, &[Difference::Typo]), 0, PLAIN);
    assert!(
        lines
            .iter()
            .any(|line| line.contains("beyond what is shown")),
        "{lines:?}"
    );
}

#[test]
fn the_marks_of_two_cuts_are_no_difference() {
    let columns = align("https://a/xyz…", "https://a/uvw…", &[Difference::Path]);
    let last = columns.last().unwrap();
    assert!(!last.differs && last.presented == Some('…'), "{columns:?}");
}

#[test]
fn an_escape_is_one_character() {
    assert_eq!(
        units("a\\u{435}\\\\b…"),
        ["a", "\\u{435}", "\\\\", "b", "…"]
    );
    // What only looks like the beginning of one is not.
    assert_eq!(units("\\u{4"), ["\\", "u", "{", "4"]);
    assert_eq!(units("\\u{10ffff}\\u{1234567}")[..2], ["\\u{10ffff}", "\\"]);
    assert_eq!(units(&"x".repeat(10_000)).len(), 512);
}

/// The length of the longest common subsequence, by the textbook.
fn longest(a: &[&str], b: &[&str]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y {
                diagonal + 1
            } else {
                above.max(row[at])
            };
            diagonal = above;
        }
    }
    row[b.len()]
}

fn any_kinds() -> impl Strategy<Value = Vec<Difference>> {
    let kind = (1..=10).prop_map(|kind| Difference::try_from(kind).unwrap());
    proptest::collection::vec(kind, 0..3)
}

proptest! {
    #[test]
    fn marks_are_what_is_outside_a_common_subsequence(
        a in "[abA/:.е\\\\ ]{0,24}", b in "[abA/:.е\\\\ ]{0,24}", kinds in any_kinds(),
    ) {
        let (a, b) = (escape(&a), escape(&b));
        let columns = align(&a, &b, &kinds);
        // Both values are there, whole and in order.
        prop_assert_eq!(columns.iter().filter_map(|c| c.presented).collect::<String>(), a.clone());
        prop_assert_eq!(columns.iter().filter_map(|c| c.accepted).collect::<String>(), b.clone());
        // What is not marked is common to both.
        for column in columns.iter().filter(|column| !column.differs) {
            prop_assert!(column.presented.is_some() && column.presented == column.accepted);
        }
        // And without a better rule, it is the most that can be.
        if kinds.len() != 1 {
            let common: String = columns.iter().filter(|c| !c.differs).filter_map(|c| c.presented).collect();
            prop_assert_eq!(units(&common).len(), longest(&units(&a), &units(&b)));
        }
        prop_assert_eq!(columns.iter().any(|column| column.differs), a != b);
    }

    #[test]
    fn marks_stay_under_their_values(
        // No longer than the wire sends: a value that was cut has a mark of its own.
        a in "[a-c/]{0,200}|[a-c/е]{0,36}", b in "[a-c/]{0,200}|[a-c/е]{0,36}",
        kinds in any_kinds(), width in 10_usize..140,
    ) {
        let look = Look { width, ..PLAIN };
        let lines = lines(&miss(&a, &b, &kinds), 4, look);
        let long = |line: &str| line.chars().count();
        for triple in lines.iter().skip(1).filter(|line| !line.contains("beyond")).collect::<Vec<_>>().chunks(3) {
            let [presented, accepted, marks] = triple else { panic!("{triple:?}") };
            prop_assert!(long(marks) <= long(presented).max(long(accepted)));
            prop_assert!(long(presented).max(long(accepted)) + 4 <= width.max(37));
            for (at, _) in marks.char_indices().filter(|(_, mark)| *mark == '^') {
                let of = |line: &str| line.chars().nth(at);
                prop_assert!(of(presented) != Some('…') || of(accepted) != Some('…'));
            }
        }
    }
}
