//! The variable by which processes of a command are found again after they
//! left its process group.

use std::sync::atomic::{AtomicU64, Ordering};

use super::owner::Owner;

/// The variable's name.
pub(crate) const MARKER: &str = "SELFOPT_COMMAND";

/// The variable's value, unique to one command of one process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marker(String);

impl Marker {
    /// A new one.
    pub(crate) fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let Owner { pid_namespace, pid, start, .. } = Owner::current();
        // A fixed width: the length of the environment moves the stack, and
        // with it the timing, of what is measured.
        Self(format!("{pid_namespace}.{pid}.{start}.{count:08}"))
    }

    /// As in the environment.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The process that started the command, if the text is a marker of this
    /// boot.
    pub(crate) fn owner(text: &str) -> Option<Owner> {
        let mut parts = text.split('.');
        let pid_namespace = parts.next()?.to_owned();
        let pid = parts.next()?.parse().ok()?;
        let start = parts.next()?.parse().ok()?;
        parts.next()?;
        Some(Owner { boot: Owner::current().boot.clone(), pid_namespace, pid, start })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_names_its_owner() {
        let (one, other) = (Marker::next(), Marker::next());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), other.as_str().len());
        assert_eq!(Marker::owner(one.as_str()).as_ref(), Some(Owner::current()));
        assert_eq!(Marker::owner("something"), None);
    }
}
