//! Composes insertions that may meet at one place.
//!
//! [`selfopt_syntax::apply`] refuses two insertions at one offset, because
//! their order would be a guess. Here it is none: what closes comes before what
//! opens, inner closings before outer ones, outer openings before inner ones.

use selfopt_syntax::Span;

/// What stands first at one offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Closing,
    Behind,
    Before,
    Opening,
}

#[derive(Debug)]
struct Insertion {
    at: u32,
    rank: Rank,
    /// Within a rank: ascending.
    order: (i64, i64),
    text: String,
}

/// Insertions into one text.
#[derive(Debug, Default)]
pub(super) struct Splices {
    insertions: Vec<Insertion>,
}

impl Splices {
    /// `before` in front of `span` and `after` behind it. Of two equal spans
    /// the one that was added first is the outer one.
    pub(super) fn wrap(&mut self, span: Span, before: impl Into<String>, after: impl Into<String>) {
        let count = self.count();
        let (start, end) = (i64::from(span.start), i64::from(span.end));
        self.push(span.start, Rank::Opening, (-end, count), before.into());
        self.push(span.end, Rank::Closing, (-start, -count), after.into());
    }

    /// Inserts in front of what starts at `at`.
    pub(super) fn before(&mut self, at: u32, text: impl Into<String>) {
        let count = self.count();
        self.push(at, Rank::Before, (count, 0), text.into());
    }

    /// Inserts behind what ends at `at`.
    pub(super) fn behind(&mut self, at: u32, text: impl Into<String>) {
        let count = self.count();
        self.push(at, Rank::Behind, (count, 0), text.into());
    }

    /// The text with all insertions made.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.insertions.sort_by_key(|insertion| (insertion.at, insertion.rank, insertion.order));
        let mut changed = String::with_capacity(text.len() + self.insertions.len() * 128);
        let mut kept_to = 0;
        for insertion in &self.insertions {
            changed.push_str(Span::new(kept_to, insertion.at.max(kept_to)).text(text));
            changed.push_str(&insertion.text);
            kept_to = insertion.at;
        }
        changed.push_str(&text[kept_to as usize..]);
        changed
    }

    fn count(&self) -> i64 {
        i64::try_from(self.insertions.len()).unwrap_or(i64::MAX)
    }

    fn push(&mut self, at: u32, rank: Rank, order: (i64, i64), text: String) {
        self.insertions.push(Insertion { at, rank, order, text });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_nest_at_equal_places() {
        let mut splices = Splices::default();
        splices.wrap(Span::new(1, 3), "(", ")");
        splices.wrap(Span::new(0, 3), "[", "]");
        splices.wrap(Span::new(1, 3), "<", ">");
        splices.wrap(Span::new(3, 4), "{", "}");
        splices.before(3, "!");
        splices.behind(3, "?");
        assert_eq!(splices.apply("abcd"), "[a(<bc>)]?!{d}");
    }
}
