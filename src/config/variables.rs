//! `${VAR}` and `${VAR:-default}` in strings; `$$` is a dollar.

use std::collections::BTreeMap;

/// Fills in variables.
///
/// # Errors
/// What is wrong and the fix; never a variable's value.
pub(super) fn expand(
    written: &str,
    environment: &BTreeMap<String, String>,
) -> Result<String, String> {
    let mut expanded = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            expanded.push('$');
            rest = after;
            continue;
        }
        let Some((inside, after)) = after
            .strip_prefix('{')
            .and_then(|open| open.split_once('}'))
        else {
            return Err("holds a $ that begins no ${VAR}; write $$ for a dollar".into());
        };
        expanded.push_str(&value(inside, environment)?);
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn value(inside: &str, environment: &BTreeMap<String, String>) -> Result<String, String> {
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let leads = name
        .bytes()
        .next()
        .is_some_and(|byte| !byte.is_ascii_digit());
    if !plain || !leads {
        return Err("holds a ${…} whose name is none; write ${NAME} or ${NAME:-default}".into());
    }
    let set = environment.get(name);
    match default {
        Some(default) if default.contains('$') => Err(format!(
            "the default of ${{{name}}} holds a $, which is not filled in; write it without"
        )),
        // As in a shell, `:-` stands in for an empty value too.
        Some(default) => Ok(set
            .filter(|set| !set.is_empty())
            .map_or(default, String::as_str)
            .into()),
        None => set.cloned().ok_or_else(|| {
            format!("the variable {name} is not set; set it, or write ${{{name}:-default}}")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(written: &str) -> Result<String, String> {
        let environment = [
            ("A", "one"),
            ("_b2", "two"),
            ("EMPTY", ""),
            ("COST", "$A${A}"),
        ];
        expand(
            written,
            &environment.map(|(k, v)| (k.into(), v.into())).into(),
        )
    }

    #[test]
    fn variables_are_filled_in() {
        for (written, wanted) in [
            ("", ""),
            ("plain } {", "plain } {"),
            ("${A}", "one"),
            ("x${A}y${_b2}z", "xoneytwoz"),
            ("${EMPTY}", ""),
            ("${EMPTY:-full}", "full"),
            ("${A:-full}", "one"),
            ("${NOPE:-}", ""),
            ("${NOPE:-a:-b}", "a:-b"),
            ("$$", "$"),
            ("$${A}", "${A}"),
            ("$$${A}", "$one"),
            // What a variable holds is not read again.
            ("${COST}", "$A${A}"),
        ] {
            assert_eq!(expanded(written).as_deref(), Ok(wanted), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_filled_in_is_told() {
        for (written, part) in [
            ("$", "write $$"),
            ("$A", "write $$"),
            ("a$", "write $$"),
            ("${A", "write $$"),
            ("${}", "name is none"),
            ("${1A}", "name is none"),
            ("${A-b}", "name is none"),
            ("${A:b}", "name is none"),
            ("${ A }", "name is none"),
            ("${NOPE}", "NOPE is not set"),
            ("${NOPE:-${A}}", "the default of ${NOPE}"),
        ] {
            let why = expanded(written).unwrap_err();
            assert!(why.contains(part), "{written}: {why}");
        }
    }
}
