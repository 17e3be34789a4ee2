//! The table of attacks names every row, and every test of a row.

use std::collections::BTreeSet;

const TABLE: &str = include_str!("../../docs/design/attacks.md");

const SOURCES: [&str; 5] = [
    include_str!("algorithm_and_key.rs"),
    include_str!("forged_keys.rs"),
    include_str!("text_and_json.rs"),
    include_str!("values.rs"),
    include_str!("caches.rs"),
];

/// What a row says in its last column instead of a test.
const NO_TEST: &str = "none: ";

/// `A01` … `C07`, in order.
fn rows() -> Vec<String> {
    let numbered = |letter: char, last: u8| {
        (1..=last).flat_map(move |number| {
            let row = format!("{letter}{number:02}");
            let more = (row == "B10").then(|| "B10a".to_owned());
            std::iter::once(row).chain(more)
        })
    };
    let all = [('A', 18), ('B', 19), ('C', 7)];
    all.into_iter()
        .flat_map(|(letter, last)| numbered(letter, last))
        .collect()
}

/// Row and last column of each line of the table.
fn told() -> Vec<(String, String)> {
    let lines = TABLE.lines().filter_map(|line| {
        let line = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let cells: Vec<&str> = line.split(" | ").collect();
        assert_eq!(cells.len(), 4, "{line}");
        assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "{line}");
        Some((cells[0].to_owned(), cells[3].to_owned()))
    });
    lines.filter(|(row, _)| row != "row").collect()
}

/// The names of the tests: a function after `#[test]`.
fn tests() -> BTreeSet<String> {
    let sources = SOURCES.into_iter();
    let names = sources.flat_map(|source| {
        let after = source.split("#[test]\n").skip(1);
        after.map(|rest| {
            let name = rest.strip_prefix("fn ").expect("a function");
            name.split('(').next().unwrap().to_owned()
        })
    });
    names.collect()
}

#[test]
fn the_table_names_every_row_and_every_test() {
    let told = told();
    let in_order: Vec<&str> = told.iter().map(|(row, _)| &**row).collect();
    assert_eq!(in_order, rows());
    let mut named = BTreeSet::new();
    for (row, answer) in &told {
        if let Some(reason) = answer.strip_prefix(NO_TEST) {
            assert!(reason.len() > 20, "{row}: {reason}");
            continue;
        }
        let name = answer.trim_matches('`');
        let prefix = format!("{}_", row.to_lowercase());
        assert!(name.starts_with(&prefix), "{row}: {name}");
        assert!(named.insert(name.to_owned()), "{name} is there twice");
    }
    let tests = tests();
    assert_eq!(named, tests);
    assert!(tests.len() > 40, "{}", tests.len());
}
