//! What goes wrong, and when.

use super::State;

/// A failure of some requests.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// `POST`, or nothing for any.
    pub(crate) method: &'static str,
    /// What the path ends with, or nothing for any.
    pub(crate) path: &'static str,
    /// Requests that are let through first.
    pub(crate) after: usize,
    /// Requests that fail then.
    pub(crate) times: usize,
    pub(crate) kind: Kind,
}

/// How.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The connection is cut before anything is done.
    Cut,
    /// It is done, and the connection is cut before the answer.
    CutAfter,
    /// No answer ever, nothing is done.
    Hang,
    /// It is done, and there is no answer ever.
    HangAfter,
    /// Another answer, nothing is done.
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: String },
}

impl Fault {
    pub(crate) fn once(method: &'static str, path: &'static str, kind: Kind) -> Self {
        Self { method, path, after: 0, times: 1, kind }
    }

    pub(crate) fn always(method: &'static str, path: &'static str, kind: Kind) -> Self {
        Self { times: usize::MAX, ..Self::once(method, path, kind) }
    }
}

impl Kind {
    pub(crate) fn status(status: u16) -> Self {
        Self::answer(status, &[], "Something went wrong")
    }

    pub(crate) fn answer(status: u16, headers: &[(&'static str, &str)], message: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self::Answer {
            status,
            headers,
            body: serde_json::json!({ "message": message }).to_string(),
        }
    }
}

impl State {
    /// The fault of a request, if it has one now.
    pub(super) fn fault(&mut self, method: &str, path: &str) -> Option<Kind> {
        let fits = |one: &&mut Fault| {
            (one.method.is_empty() || one.method == method)
                && path.ends_with(one.path)
                && one.times > 0
        };
        let fault = self.faults.iter_mut().find(fits)?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        fault.times -= 1;
        Some(fault.kind.clone())
    }
}
