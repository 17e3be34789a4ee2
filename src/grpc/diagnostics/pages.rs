//! Pages of named things, in the order of their names. A page token says after which
//! name to go on, so that it outlives a reload.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::grpc::status::Failure;
use crate::policy::Name;

/// Longest page token that is looked at, in bytes: the longest name takes less.
const MAX_TOKEN_BYTES: usize = 128;

/// Most bytes of one page, well below what clients of gRPC take by default (4 MiB).
/// A page that would be longer has fewer elements.
const MAX_PAGE_BYTES: usize = 3 * 1024 * 1024;

/// What is listed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listing {
    /// Goes into page tokens: one of another list is not taken.
    pub(super) kind: &'static str,
    /// Elements of a page if nothing is said.
    pub(super) default: usize,
    /// Most elements of a page.
    pub(super) max: usize,
}

/// Which page is wanted.
#[derive(Debug)]
pub(super) struct Page {
    listing: Listing,
    size: usize,
    after: Option<Name>,
}

impl Listing {
    /// Reads which page a request wants.
    ///
    /// # Errors
    /// A negative size, or a token that is none.
    pub(super) fn page(self, page_size: i32, page_token: &str) -> Result<Page, Failure> {
        let size = usize::try_from(page_size).map_err(|_| {
            let max = self.max;
            let description = format!("is negative: leave it out, or send 1 to {max}");
            invalid("page_size", description)
        })?;
        let after = match page_token {
            "" => None,
            token => Some(self.read(token).ok_or_else(|| {
                let description = "is none of this list: send next_page_token of the answer before";
                invalid("page_token", description.to_owned())
            })?),
        };
        Ok(Page {
            listing: self,
            size: if size == 0 {
                self.default
            } else {
                size.min(self.max)
            },
            after,
        })
    }

    fn read(self, token: &str) -> Option<Name> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        Name::new(text.strip_prefix(self.kind)?.strip_prefix('/')?)
    }

    fn write(self, name: &Name) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}/{name}", self.kind))
    }
}

impl Page {
    /// The elements of this page, and the token of the next one; empty after the last.
    pub(super) fn of<T, M: prost::Message>(
        &self,
        mut all: Vec<(&Name, T)>,
        tell: impl Fn(T) -> M,
    ) -> (Vec<M>, String) {
        all.sort_by_key(|(name, _)| *name);
        let wanted = |name: &Name| self.after.as_ref().is_none_or(|after| name > after);
        let mut elements = Vec::new();
        let mut bytes = 0;
        let mut last = None;
        for (name, one) in all.into_iter().filter(|(name, _)| wanted(name)) {
            let told = tell(one);
            bytes += told.encoded_len();
            let full = elements.len() == self.size || bytes > MAX_PAGE_BYTES;
            if let Some(last) = last.filter(|_| full) {
                return (elements, self.listing.write(last));
            }
            elements.push(told);
            last = Some(name);
        }
        (elements, String::new())
    }
}

fn invalid(field: &str, description: String) -> Failure {
    Failure::FieldInvalid {
        field: field.to_owned(),
        description,
        max: None,
    }
}

#[cfg(test)]
mod tests;
