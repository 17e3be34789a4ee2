use super::*;
#[test]
#[ignore]
fn timing() {
    use std::time::Instant;
    let pad = |head: &str, unit: &str, tail: &str, n: usize| {
        let mut s = String::from(head);
        while s.len() + unit.len() + tail.len() <= n {
            s.push_str(unit);
        }
        s.push_str(tail);
        s
    };
    let all = |head: String, unit: &str| pad(&head, unit, "/", 512);
    let cases: Vec<(&str, Vec<String>, Vec<String>)> = vec![
        (
            "ascii plain",
            (0..32)
                .map(|i| all(format!("https://host{i}/"), "x"))
                .collect(),
            (0..64)
                .map(|i| all(format!("https://h{i}/"), "x"))
                .collect(),
        ),
        (
            "all kinds, ascii pad",
            (0..32)
                .map(|i| all(format!("api://http://Ho%41st {i}é:80/"), "x"))
                .collect(),
            (0..64)
                .map(|i| all(format!("https://h{i}/"), "x"))
                .collect(),
        ),
        (
            "all kinds, cyrillic pad",
            (0..32)
                .map(|i| all(format!("api://http://Ho%41st {i}é:80/"), "а"))
                .collect(),
            (0..64)
                .map(|i| all(format!("https://h{i}/"), "x"))
                .collect(),
        ),
        (
            "all kinds, FDFA",
            (0..32)
                .map(|i| all(format!("api://http://Ho%41st {i}é:80/"), "\u{fdfa}"))
                .collect(),
            (0..64)
                .map(|i| all(format!("https://h{i}/"), "x"))
                .collect(),
        ),
        (
            "all kinds both, FDFA",
            (0..32)
                .map(|i| all(format!("api://http://Ho%41st {i}é:80/"), "\u{fdfa}"))
                .collect(),
            (0..64)
                .map(|i| all(format!("api://http://Ho%42st {i}é:80/"), "\u{fdfa}"))
                .collect(),
        ),
        (
            "typo-ish",
            (0..32)
                .map(|i| pad("", "x", &format!("ab{i}"), 512))
                .collect(),
            (0..64)
                .map(|i| pad("", "x", &format!("{i}"), 512))
                .collect(),
        ),
        (
            "combining",
            (0..32)
                .map(|i| {
                    all(
                        format!("api://http://Ho%41st {i}é:80/"),
                        if i % 2 == 0 {
                            "\u{301}\u{323}"
                        } else {
                            "\u{323}\u{301}"
                        },
                    )
                })
                .collect(),
            (0..64)
                .map(|i| all(format!("https://h{i}/"), "x"))
                .collect(),
        ),
        (
            "ordinary",
            vec!["https://api.example.com/".into(), "orders".into()],
            (0..8)
                .map(|i| format!("https://api{i}.example.com"))
                .collect(),
        ),
    ];
    for (name, p, a) in &cases {
        let mut best = f64::MAX;
        let mut n = 0;
        for _ in 0..5 {
            let t = Instant::now();
            n = near_misses(p.iter().map(String::as_str), a.iter().map(String::as_str)).len();
            best = best.min(t.elapsed().as_secs_f64() * 1e3);
        }
        eprintln!("{name}: {best:.3} ms, {n} found");
    }
}
