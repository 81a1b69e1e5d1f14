//! Edits agree with replacing one after the other.

use proptest::prelude::*;
use selfopt_syntax::{Edit, EditConflict, Span, apply};

fn any_text() -> impl Strategy<Value = String> {
    "([a-c]|ż|🐢|\r\n|\n){0,40}"
}

/// A text and edits at random character boundaries of it, some of which conflict.
fn text_and_edits() -> impl Strategy<Value = (String, Vec<Edit>)> {
    (any_text(), prop::collection::vec((any::<u8>(), any::<u8>(), "[XYż]{0,3}"), 0..6)).prop_map(
        |(text, raw)| {
            let at: Vec<u32> = (0..)
                .zip(0..=text.len())
                .filter(|&(_, i)| text.is_char_boundary(i))
                .map(|(at, _)| at)
                .collect();
            let pick = |n: u8| at[usize::from(n) % at.len()];
            let edits = raw
                .into_iter()
                .map(|(a, b, with)| {
                    let (a, b) = (pick(a), pick(b));
                    Edit::replace(Span::new(a.min(b), a.max(b)), with)
                })
                .collect();
            (text, edits)
        },
    )
}

proptest! {
    #[test]
    fn all_at_once_is_one_by_one_from_the_back((text, edits) in text_and_edits()) {
        let mut reversed = edits.clone();
        reversed.reverse();
        let result = apply(&text, &edits);
        prop_assert_eq!(&result, &apply(&text, &reversed));
        match result {
            Ok(changed) => {
                let mut sorted = edits;
                sorted.sort();
                let mut expected = text;
                for Edit { span, replacement } in sorted.into_iter().rev() {
                    expected.replace_range(span.start as usize..span.end as usize, &replacement);
                }
                prop_assert_eq!(changed, expected);
            }
            Err(EditConflict::Overlap { first, second }) => {
                prop_assert!(first.start <= second.start && second.start < first.end);
            }
            Err(EditConflict::SameInsertion { offset }) => {
                prop_assert!(edits.iter().filter(|e| e.span == Span::at(offset)).count() > 1);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn any_span_is_applied_or_refused(text in any_text(), start in 0_u32..60, end in 0_u32..60) {
        let result = apply(&text, &[Edit { span: Span { start, end }, replacement: "-".into() }]);
        let fits = start <= end && text.get(start as usize..end as usize).is_some();
        prop_assert_eq!(result.is_ok(), fits);
    }
}
