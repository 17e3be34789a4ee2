use proptest::prelude::*;

use super::Difference::{
    Case, Lookalike, Path, PercentEncoding, Port, Scheme, TrailingSlash, Typo, UriPrefix,
    Whitespace,
};
use super::*;

/// What it shows, two values, and the kinds that explain them, either way round.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [Difference],
);

#[rustfmt::skip] // a table
const SINGLE: &[Row] = &[
    ("slash after a host", "https://a.example/", "https://a.example", &[TrailingSlash]),
    ("slash after a path", "https://a.example/v1/", "https://a.example/v1", &[TrailingSlash]),
    ("slash after a name", "orders/", "orders", &[TrailingSlash]),
    ("slash, short", "a/", "a", &[TrailingSlash]),
    ("slash after a query", "https://a.example?x/", "https://a.example?x", &[TrailingSlash]),
    ("other scheme", "http://a.example", "https://a.example", &[Scheme]),
    ("no scheme", "https://a.example", "a.example", &[Scheme]),
    ("scheme in other case is a scheme", "HTTPS://a.example", "https://a.example", &[Scheme]),
    ("scheme with all its characters", "a1+.-://orders", "orders", &[Scheme]),
    ("scheme before a path", "http://a.example/v1", "https://a.example/v1", &[Scheme]),
    ("scheme before a port", "ws://a.example:80", "wss://a.example:80", &[Scheme]),
    ("case of a name", "Orders", "orders", &[Case]),
    ("case of one letter is no typo", "https://A.example", "https://a.example", &[Case]),
    ("case of a path", "https://a.example/V1", "https://a.example/v1", &[Case]),
    ("case of api://", "API://orders", "api://orders", &[Case]),
    ("case, short", "A", "a", &[Case]),
    ("case of escapes is case first", "a%2f", "a%2F", &[Case]),
    ("port more", "https://a.example:443", "https://a.example", &[Port]),
    ("port other", "https://a.example:8443", "https://a.example:443", &[Port]),
    ("port before a path", "https://a.example:443/v1", "https://a.example/v1", &[Port]),
    ("port before a query", "https://a.example:1?x", "https://a.example?x", &[Port]),
    ("port before a fragment", "https://a.example:1#x", "https://a.example#x", &[Port]),
    ("port of an IPv6 address", "https://[::1]:443", "https://[::1]", &[Port]),
    ("port beyond 65535 is digits", "https://a.example:123456", "https://a.example", &[Port]),
    ("port after userinfo", "https://u:1@a.example:443", "https://u:1@a.example", &[Port]),
    ("port after api://", "api://orders:80", "api://orders", &[Port]),
    ("blank before", " orders", "orders", &[Whitespace]),
    ("blank after", "orders\n", "orders", &[Whitespace]),
    ("blank within", "or ders", "orders", &[Whitespace]),
    ("every blank", "\to\nr\u{b}d\u{c}e\rr s", "orders", &[Whitespace]),
    ("other blank", "orders api", "orders\tapi", &[Whitespace]),
    ("blank before a scheme", " https://a.example", "https://a.example", &[Whitespace]),
    ("escaped slash", "a%2Fb", "a/b", &[PercentEncoding]),
    ("escape in lower case", "a%2fb", "a/b", &[PercentEncoding]),
    ("escapes on both sides", "%61b", "a%62", &[PercentEncoding]),
    ("escaped URI", "https%3A%2F%2Fa.example", "https://a.example", &[PercentEncoding]),
    ("escaped UTF-8", "caf%C3%A9", "café", &[PercentEncoding]),
    ("escaped percent", "a%25b", "a%b", &[PercentEncoding]),
    ("escapes that are no character", "%ff%61", "%ffa", &[PercentEncoding]),
    ("Cyrillic", "оrders", "orders", &[Lookalike]),
    ("Cyrillic in a host", "https://а.example", "https://a.example", &[Lookalike]),
    ("Greek", "οrders", "orders", &[Lookalike]),
    ("zero width space", "ord\u{200b}ers", "orders", &[Lookalike]),
    ("soft hyphen", "ord\u{ad}ers", "orders", &[Lookalike]),
    ("byte order mark", "\u{feff}orders", "orders", &[Lookalike]),
    ("bidi override", "\u{202e}orders\u{202c}", "orders", &[Lookalike]),
    ("annotation anchor", "ord\u{fff9}ers", "orders", &[Lookalike]),
    ("full width", "ｏｒｄｅｒｓ", "orders", &[Lookalike]),
    ("other normal form", "cafe\u{301}", "café", &[Lookalike]),
    ("ligature", "ﬁle", "file", &[Lookalike]),
    ("both sides get a skeleton", "mоdem", "modem", &[Lookalike]),
    ("no-break space", "orders\u{a0}api", "orders api", &[Lookalike]),
    ("api://", "api://orders", "orders", &[UriPrefix]),
    ("api:// and a GUID", "api://0d3f", "0d3f", &[UriPrefix]),
    ("api:// before a URI", "api://https://a.example", "https://a.example", &[UriPrefix]),
    ("inserted", "ordders", "orders", &[Typo]),
    ("inserted in front", "xorders", "orders", &[Typo]),
    ("inserted behind", "ordersx", "orders", &[Typo]),
    ("substituted", "orderz", "orders", &[Typo]),
    ("transposed", "oredrs", "orders", &[Typo]),
    ("transposed, four characters", "abdc", "abcd", &[Typo]),
    ("characters, not bytes", "ордéрс", "ордерс", &[Typo]),
    ("five to four characters", "abcde", "abcd", &[Typo]),
    ("typo: both sides lose a slash", "https://a.example//", "https://a.example/", &[Typo]),
    ("typo before a combination", "Оrders", "orders", &[Typo]),
    ("typo where a combination holds too", "m\u{200b}xy", "m xy", &[Typo]),
    ("typo before path", "https://a.example/v1", "https://a.example/v2", &[Typo]),
    ("two schemes and nothing else", "http://", "https://", &[Typo]),
    ("a digit that looks alike is a typo in ASCII", "orders1", "ordersl", &[Typo]),
    ("other path", "https://a.example/v1/x", "https://a.example/v2/y", &[Path]),
    ("path and none", "https://a.example/orders", "https://a.example", &[Path]),
    ("query and path", "https://a.example?query", "https://a.example/orders", &[Path]),
    ("fragment and none", "https://a.example#orders", "https://a.example", &[Path]),
    ("path with the same port", "https://a.example:1/orders", "https://a.example:1", &[Path]),
    ("port in a path is path", "https://a.example/x:4431", "https://a.example/x", &[Path]),
    ("path of api://", "api://orders/read", "api://orders", &[Path]),
];

#[rustfmt::skip] // a table
const COMBINED: &[Row] = &[
    ("http and slash", "http://a.example/", "https://a.example", &[TrailingSlash, Scheme]),
    ("none and slash", "a.example/", "https://a.example", &[TrailingSlash, Scheme]),
    ("slash and case", "Orders/", "orders", &[TrailingSlash, Case]),
    ("slash and port", "https://a.example:443/", "https://a.example", &[TrailingSlash, Port]),
    ("slash and blank", "orders/ ", "orders", &[TrailingSlash, Whitespace]),
    ("slash and escape", "a%62c%2F", "abc", &[TrailingSlash, PercentEncoding]),
    ("slash and lookalike", "оrders/", "orders", &[TrailingSlash, Lookalike]),
    ("slash and api://", "api://orders/", "orders", &[TrailingSlash, UriPrefix]),
    ("scheme and case", "http://Orders", "https://orders", &[Scheme, Case]),
    ("scheme and port", "http://a.example:80", "https://a.example", &[Scheme, Port]),
    ("port drops before its scheme", "https://a.example:80", "a.example", &[Scheme, Port]),
    ("scheme and blank", "http://a.ex ample", "https://a.example", &[Scheme, Whitespace]),
    ("escaped scheme", "http%3A%2F%2Fa.example", "a.example", &[Scheme, PercentEncoding]),
    ("scheme and lookalike", "http://а.example", "https://a.example", &[Scheme, Lookalike]),
    ("scheme and api://", "api://a.example", "https://a.example", &[Scheme, UriPrefix]),
    ("case and port", "https://A.example:443", "https://a.example", &[Case, Port]),
    ("case and blank", " Orders", "orders", &[Case, Whitespace]),
    ("case and escape", "A%2Fb", "a/b", &[Case, PercentEncoding]),
    ("case of what was escaped", "%41/b", "a/b", &[Case, PercentEncoding]),
    ("case and lookalike", "ОRders", "orders", &[Case, Lookalike]),
    ("case and api://", "api://Orders", "orders", &[Case, UriPrefix]),
    ("API:// is api:// in another case", "API://orders", "orders", &[Case, UriPrefix]),
    ("port and blank", "https://a.example:443 ", "https://a.example", &[Port, Whitespace]),
    ("escaped port", "https://a.example%3A443", "https://a.example", &[Port, PercentEncoding]),
    ("full-width port", "https://a.example：443", "https://a.example", &[Port, Lookalike]),
    ("escaped blanks", "or%20d%09ers", "orders", &[Whitespace, PercentEncoding]),
    ("exotic blanks", "my\u{2003}orders\u{2003}api", "myordersapi", &[Whitespace, Lookalike]),
    ("blank and api://", " api://orders", "orders", &[Whitespace, UriPrefix]),
    ("escaped lookalike", "%D0%BErders", "orders", &[PercentEncoding, Lookalike]),
    ("escaped api://", "api%3A%2F%2Forders", "orders", &[PercentEncoding, UriPrefix]),
    ("lookalike and api://", "api://оrders", "orders", &[Lookalike, UriPrefix]),
    ("three: scheme, slash, case", "http://A.example/", "https://a.example", &[TrailingSlash, Scheme, Case]),
    ("three: scheme, slash, port", "http://a.example:80/", "https://a.example", &[TrailingSlash, Scheme, Port]),
    ("three: slash, blank, case", " Orders/", "orders", &[TrailingSlash, Case, Whitespace]),
    ("three: api://, case, slash", "api://Orders/", "orders", &[TrailingSlash, Case, UriPrefix]),
    ("three: escaped lookalike, slash", "%D0%BErders/", "orders", &[TrailingSlash, PercentEncoding, Lookalike]),
    ("three: api:// in no case is a scheme", "API://orders", "https://orders", &[Scheme, Case, UriPrefix]),
    ("four", " http://A.example/", "https://a.example", &[TrailingSlash, Scheme, Case, Whitespace]),
    ("a smaller set before an earlier kind", "api://http://Ab/", "Ab", &[TrailingSlash, Scheme, UriPrefix]),
    ("a combination before path", "https://A.example/ ", "https://a.example/", &[Case, Whitespace]),
];

#[rustfmt::skip] // a table
const NOT_NEAR: &[Row] = &[
    ("another name", "payments", "orders", &[]),
    ("another host", "https://b.example.org", "https://a.example", &[]),
    ("empty", "", "orders", &[]),
    ("empty after a slash", "/", "", &[]),
    ("empty after blanks", " \t", "", &[]),
    ("empty after blanks and slash", " ", "/", &[]),
    ("empty after an invisible", "\u{200b}", "", &[]),
    ("empty after a scheme", "http://", "ftps://", &[]),
    ("empty after api://", "api://", "", &[]),
    ("two slashes", "orders//", "orders", &[]),
    ("two edits", "orrderss", "orders", &[]),
    ("two edits in place", "0rder5", "orders", &[]),
    ("transposed over another", "sdrero", "orders", &[]),
    ("transposed and edited", "oredrz", "orders", &[]),
    ("typo in three characters", "abx", "abc", &[]),
    ("typo of four and three characters", "abcd", "abc", &[]),
    ("four bytes are not four characters", "éé", "éa", &[]),
    ("typo does not combine", "orderz/", "orders", &[]),
    ("path does not combine with case", "https://A.example/x1", "https://a.example/y2", &[]),
    ("path of another scheme", "http://a.example/x1", "https://a.example/y2", &[]),
    ("path of another port", "https://a.example:1/x1", "https://a.example:2/y2", &[]),
    ("path of no URI", "orders/read", "orders/write", &[]),
    ("path of no authority", "file:///orders", "file:///payments", &[]),
    ("port of no URI", "a.example:443", "a.example", &[]),
    ("no digits", "https://a.example:", "https://a.example:443", &[]),
    ("a number in userinfo", "https://u:1234@a.example", "https://u@a.example", &[]),
    ("scheme that starts with a digit", "1ab://orders", "orders", &[]),
    ("scheme that is none", "ht_tp://orders", "orders", &[]),
    ("api:// of a port is no URI without", "api://a.example:80", "a.example", &[]),
    ("looks alike, but both are ASCII", "nomad", "nornad", &[]),
    ("escaped once more: both are decoded", "a%252Fb", "a%2Fb", &[]),
    ("api:// twice: both lose one", "api://api://orders", "api://orders", &[]),
    ("escaped twice", "a%25252Fb", "a/b", &[]),
    ("broken escapes", "a%2", "a%2%", &[]),
    ("case beyond ASCII", "ÀÉÎ", "àéî", &[]),
    ("blank beyond ASCII is no blank", "ab\u{85}", "ab", &[]),
    ("escapes that are no character look like none", "or%FFders", "orders ", &[]),
];

fn sorted(kinds: &[Difference]) -> Option<Vec<Difference>> {
    let mut kinds = kinds.to_vec();
    kinds.sort_unstable();
    Some(kinds).filter(|kinds| !kinds.is_empty())
}

#[test]
fn explains_a_pair_either_way_round() {
    let mut wrong = Vec::new();
    for (name, one, other, kinds) in [SINGLE, COMBINED, NOT_NEAR].concat() {
        for (presented, accepted) in [(one, other), (other, one)] {
            let found = differences(presented, accepted);
            if found != sorted(kinds) {
                wrong.push(format!("{name}: {presented:?} {accepted:?}: {found:?}"));
            }
        }
        assert_eq!(differences(one, one), None, "{name}");
        assert_eq!(differences(other, other), None, "{name}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_every_kind_in_order() {
    let names = Difference::ALL.map(Difference::name);
    let expected = "trailing-slash scheme case port whitespace percent-encoding lookalike \
                    uri-prefix typo path";
    assert_eq!(names.join(" "), expected);
    assert!(Difference::ALL.is_sorted());
}

#[test]
fn looks_at_32_presented_values() {
    let presented = |before| [vec!["payments"; before], vec!["Orders"]].concat();
    assert_eq!(near_misses(presented(31), ["orders"]).len(), 1);
    assert_eq!(near_misses(presented(32), ["orders"]), []);
}

#[test]
fn looks_at_64_accepted_values() {
    let accepted = |before| [vec!["payments"; before], vec!["orders"]].concat();
    assert_eq!(near_misses(["Orders"], accepted(63)).len(), 1);
    assert_eq!(near_misses(["Orders"], accepted(64)), []);
}

#[test]
fn leaves_out_values_over_512_bytes() {
    // Of two bytes each, so that it is bytes that count.
    let (fits, long) = ("é".repeat(256), "é".repeat(256) + "/");
    let near = fits.clone() + " ";
    let short = fits.trim_end_matches('é').to_owned() + &"é".repeat(255);
    assert_eq!((fits.len(), long.len(), short.len()), (512, 513, 510));
    assert_eq!(near_misses([&*fits], [&*short]).len(), 1);
    for (presented, accepted) in [(&long, &fits), (&fits, &near)] {
        assert!(differences(presented, accepted).is_some());
        assert_eq!(near_misses([&**presented], [&**accepted]), []);
    }
}

#[test]
fn counts_values_before_leaving_out_long_ones() {
    let long = "x".repeat(513);
    let presented = [vec![&*long; 32], vec!["Orders"]].concat();
    let accepted = [vec![&*long; 64], vec!["orders"]].concat();
    assert_eq!(near_misses(presented.iter().copied(), ["orders"]), []);
    assert_eq!(near_misses(["Orders"], accepted.iter().copied()), []);
    let (presented, accepted) = (&presented[1..], &accepted[1..]);
    let found = near_misses(presented.iter().copied(), accepted.iter().copied());
    assert_eq!(found.len(), 1);
}

#[test]
fn orders_by_presented_then_accepted_each_pair_once() {
    let presented = ["orders/", "payments", "Orders", "orders/", "b.example"];
    let found = near_misses(
        presented,
        ["orders", "http://b.example", "ORDERS", "orders"],
    );
    let pairs: Vec<_> = (found.iter())
        .map(|near| (&*near.presented, &*near.accepted, &*near.differences))
        .collect();
    let expected: [(_, _, &[_]); 5] = [
        ("Orders", "ORDERS", &[Case]),
        ("Orders", "orders", &[Case]),
        ("b.example", "http://b.example", &[Scheme]),
        ("orders/", "ORDERS", &[TrailingSlash, Case]),
        ("orders/", "orders", &[TrailingSlash]),
    ];
    assert_eq!(pairs, expected);
}

#[test]
fn an_accepted_value_is_no_near_miss_of_itself() {
    assert_eq!(near_misses(["orders"], ["orders"]), []);
    assert_eq!(near_misses([], ["orders"]), []);
    assert_eq!(near_misses(["orders"], []), []);
}

#[test]
fn takes_no_skeleton_of_what_grows_out_of_hand() {
    let grows = |times| "\u{fdfa}".repeat(times) + "\u{200b}";
    let pair = |times| differences(&grows(times), "\u{fdfa}".repeat(times).as_str());
    // One character is a typo, but looking alike comes first.
    assert_eq!(pair(30), Some(vec![Lookalike]));
    assert_eq!(pair(32), Some(vec![Typo]));
}

/// Pieces that make near pairs likely.
fn value() -> impl Strategy<Value = String> {
    #[rustfmt::skip] // a list
    let pieces = [
        "https://", "http://", "api://", "API://", "://", "orders", "Orders", "оrders", "a.example",
        ":", ":443", "/", "//", "?", "#", " ", "\t", "%", "%2F", "%2f", "%20", "%25", "%41", "%FF",
        "%D0%B0", "a", "а", "A", "m", "rn", "l", "1", "\u{200b}", "\u{301}", "é", "\u{fdfa}", "[::1]",
    ];
    let built = prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..6);
    prop_oneof![9 => built.prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

/// A pair that shares most of its pieces.
fn pair() -> impl Strategy<Value = (String, String)> {
    let alike = (value(), value(), value(), value(), value());
    let alike = alike.prop_map(|(before, one, shared, other, after)| {
        (
            format!("{before}{one}{shared}"),
            format!("{other}{shared}{after}"),
        )
    });
    prop_oneof![(value(), value()), alike]
}

fn without(kinds: &[Difference], text: &str) -> Vec<u8> {
    let steps = STEPS.iter().filter(|kind| kinds.contains(kind));
    steps.fold(text.into(), |form, kind| kind.remove(&form).unwrap_or(form))
}

/// The rule, word for word: every set, one after the other.
fn by_rule(one: &str, other: &str) -> Option<Vec<Difference>> {
    let plain = |kinds: &[Difference], text| {
        let decode = kinds.contains(&PercentEncoding);
        without(if decode { &[PercentEncoding] } else { &[] }, text).is_ascii()
    };
    let explains = |kinds: &Vec<Difference>| {
        let forms = (without(kinds, one), without(kinds, other));
        let alike = kinds.contains(&Lookalike) && plain(kinds, one) && plain(kinds, other);
        forms.0 == forms.1 && !forms.0.is_empty() && !alike
    };
    let mut sets: Vec<Vec<Difference>> = (1..=255_u8)
        .map(|bits| {
            let kinds = Difference::ALL.into_iter().take(8).enumerate();
            kinds
                .filter_map(|(bit, kind)| (bits >> bit & 1 == 1).then_some(kind))
                .collect()
        })
        .collect();
    sets.sort_by_key(|set| (set.len(), set.clone()));
    let (singles, several) = sets.split_at(8);
    let chars = |text: &str| text.chars().count();
    // Optimal string alignment: a transposition is one edit.
    let typo = chars(one) >= 4 && chars(other) >= 4 && strsim::osa_distance(one, other) == 1;
    let path = || {
        let authority = |text: &str| {
            let (scheme, rest) = text.split_once("://")?;
            let valid = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
            let authority = rest.split(['/', '?', '#']).next()?;
            (valid && !authority.is_empty()).then(|| (scheme.to_owned(), authority.to_owned()))
        };
        authority(one).is_some() && authority(one) == authority(other)
    };
    if one == other {
        return None;
    }
    (singles.iter().find(|set| explains(set)).cloned())
        .or_else(|| typo.then(|| vec![Typo]))
        .or_else(|| several.iter().find(|set| explains(set)).cloned())
        .or_else(|| path().then(|| vec![Path]))
}

proptest! {
    #[test]
    fn is_what_the_rule_says((one, other) in pair()) {
        prop_assert_eq!(differences(&one, &other), by_rule(&one, &other));
    }

    #[test]
    fn is_symmetric((one, other) in pair()) {
        prop_assert_eq!(differences(&one, &other), differences(&other, &one));
    }

    #[test]
    fn is_nothing_between_equals(one in value()) {
        prop_assert_eq!(differences(&one, &one), None);
    }

    #[test]
    fn without_its_kinds_a_pair_is_equal((one, other) in pair()) {
        if let Some(kinds) = differences(&one, &other) {
            prop_assert!(kinds.is_sorted() && !kinds.is_empty());
            match *kinds {
                [Typo] => prop_assert_eq!(strsim::osa_distance(&one, &other), 1),
                [Path] => prop_assert!(one.contains("://") && other.contains("://")),
                _ => {
                    prop_assert!(!kinds.contains(&Typo) && !kinds.contains(&Path));
                    prop_assert_eq!(without(&kinds, &one), without(&kinds, &other));
                }
            }
        }
    }

    #[test]
    fn lists_what_each_pair_is(
        presented in prop::collection::vec(value(), 0..6),
        accepted in prop::collection::vec(value(), 0..6),
    ) {
        let found = near_misses(
            presented.iter().map(String::as_str),
            accepted.iter().map(String::as_str),
        );
        prop_assert!(found.is_sorted_by_key(|near| (near.presented.clone(), near.accepted.clone())));
        for (one, other) in presented.iter().flat_map(|one| accepted.iter().map(move |other| (one, other))) {
            let listed = found.iter().find(|near| *near.presented == **one && *near.accepted == **other);
            prop_assert_eq!(listed.map(|near| near.differences.clone()), differences(one, other));
        }
    }
}
