//! Writes a mutation: alone, or as one of several in a file.

use selfopt_syntax::Span;

use super::find::{Form, Mutation};
use crate::instrument::hook::Hook;
use crate::instrument::splice::Splices;

/// The text with this mutation only.
pub(super) fn alone(mutation: &Mutation, text: &str) -> String {
    let replaced = |span: Span, with: &str| {
        format!("{}{with}{}", &text[..span.start as usize], &text[span.end as usize..])
    };
    match &mutation.form {
        Form::Expression(span, other) => replaced(*span, &format!("({other})")),
        Form::Arguments(span, other) => replaced(*span, other),
        Form::Removed(span) => replaced(*span, ";"),
        Form::Return(at) => replaced(Span::at(*at), ";return;"),
    }
}

/// Adds the mutation to a file; it is run when the hook names `n`.
pub(super) fn among_others(mutation: &Mutation, n: u32, hook: &Hook, splices: &mut Splices) {
    let is_active = format!("({}||{{mutant:function(){{}}}}).mutant()==={n}", hook.expression);
    match &mutation.form {
        Form::Expression(span, other) => {
            splices.wrap(*span, format!("({is_active}?({other}):"), ")");
        }
        Form::Arguments(span, other) => {
            splices.wrap(*span, format!("...({is_active}?[{other}]:["), "])");
        }
        Form::Removed(span) => splices.wrap(*span, format!("{{if(!({is_active})){{"), "}}"),
        Form::Return(at) => splices.behind(*at, format!(";if({is_active})return;")),
    }
}
