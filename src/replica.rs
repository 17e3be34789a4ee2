//! This process among its equals: what it is called, and since when it runs.

use crate::token::numeric_date::NumericDate;

/// Where Linux tells the name of the host.
const KERNEL: &str = "/proc/sys/kernel/hostname";

/// A running audient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Its name.
    pub name: Box<str>,
    /// When the process started.
    pub started_at: NumericDate,
}

impl Replica {
    /// This process. It is called as the variable HOSTNAME says, which container
    /// runtimes set, else as the kernel does.
    #[must_use]
    pub fn here(started_at: NumericDate) -> Self {
        let kernel = || std::fs::read_to_string(KERNEL).ok();
        Self {
            name: name(std::env::var("HOSTNAME").ok(), kernel),
            started_at,
        }
    }
}

fn name(given: Option<String>, host: impl FnOnce() -> Option<String>) -> Box<str> {
    let written = |text: &String| !text.trim().is_empty();
    let name = given.filter(written).or_else(host);
    name.as_deref().unwrap_or_default().trim().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_counts_before_the_hosts() {
        let host = || Some("host-7\n".to_owned());
        assert_eq!(&*name(Some("pod-1".into()), host), "pod-1");
        assert_eq!(&*name(Some(String::new()), host), "host-7");
        assert_eq!(&*name(None, host), "host-7");
        assert_eq!(&*name(None, || None), "");
    }
}
