//! A file whose every function is taken as touched by a change that changes
//! nothing: what a change of each would be judged by.

use std::collections::BTreeMap;

use selfopt_syntax::Span;

use super::{Touched, TouchedFunction, source};
use crate::instrument::functions::{FunctionAt, functions};
use crate::instrument::source::Unreadable;

/// All functions of a file that changes are judged by.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The file against itself.
    pub touched: Touched,
    /// How many functions inside of each are judged with it, in the same order.
    pub inside: Vec<u64>,
}

/// Reads a file and tells which functions its changes would be judged by.
pub fn whole(path: &str, text: &str) -> Result<Whole, Unreadable> {
    let (before, after) = (source(path, text)?, source(path, text)?);
    let all = functions(&before);
    let mut owners: BTreeMap<Span, (&FunctionAt, u64)> = BTreeMap::new();
    for function in &all {
        let stack: Vec<&FunctionAt> =
            all.iter().filter(|around| around.span.contains(function.span)).collect();
        let owner = owner(&stack).unwrap_or(function);
        let (_, inside) = owners.entry(owner.span).or_insert((owner, 0));
        *inside += u64::from(owner.span != function.span);
    }
    let (functions, inside) = owners
        .into_values()
        .map(|(owner, inside)| {
            let one = || owner.clone();
            let touched = TouchedFunction {
                base: one(),
                candidate: one(),
                inner_base: one(),
                inner_candidate: one(),
            };
            (touched, inside)
        })
        .unzip();
    let touched = Touched {
        before,
        after,
        functions,
        outside: false,
        added_top_level: Vec::new(),
        removed_top_level: Vec::new(),
        lines: std::collections::BTreeSet::new(),
        in_place: None,
    };
    Ok(Whole { touched, inside })
}

/// As for a change: the innermost function with a path, or the innermost one
/// that can be wrapped.
fn owner<'f>(stack: &[&'f FunctionAt]) -> Option<&'f FunctionAt> {
    let mut inwards = stack.iter().rev();
    let exposed = inwards.clone().find(|one| one.path.is_some());
    exposed.or_else(|| inwards.find(|one| one.refusal.is_none())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(text: &str) -> Vec<(String, u64)> {
        let whole = whole("src/a.js", text).unwrap();
        let functions = whole.touched.functions.into_iter().map(|one| one.base.name);
        functions.zip(whole.inside).collect()
    }

    #[test]
    fn a_closure_belongs_to_the_function_that_can_be_named() {
        let text = "export function f(xs) { return xs.map((x) => [x].map((y) => y)); }\n\
                    export class A { m() { return () => 1; } constructor() {} get g() { return 1; } }\n\
                    on('x', () => 1);\n";
        let expected = [("f", 2), ("A.m", 1), ("A.constructor", 0), ("A.get g", 0), ("on/x", 0)];
        let found = owners(text);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (name, inside) in &expected[..3] {
            assert!(found.contains(&((*name).to_owned(), *inside)), "{name} in {found:?}");
        }
    }

    #[test]
    fn what_is_in_a_constructor_is_judged_by_itself() {
        let found = owners("class A { constructor() { this.f = () => 1; } }\n");
        assert_eq!(found.iter().map(|one| one.1).collect::<Vec<_>>(), [0, 0], "{found:?}");
    }

    #[test]
    fn a_file_that_is_no_code_is_refused() {
        assert!(whole("a.css", "a {}").is_err());
    }
}
