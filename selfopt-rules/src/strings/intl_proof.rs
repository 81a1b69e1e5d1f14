//! What must hold for a formatter of `Intl` to be made once.

use selfopt_syntax::{Bindings, MetBy, Node, Span};

use super::intl_call::{Construction, DATE_TIME_FORMAT};
use super::intl_options::{is_known_locale, objection, written_options};
use crate::analysis::functions::tries_around;
use crate::analysis::literals::string_value;
use crate::analysis::numbers::is_number;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// `Intl` is the host's.
pub(super) static IS_GLOBAL: Condition = Condition::new(
    "intl-is-global",
    "`Intl` is the host's, and the file declares none of its own.",
    MetBy::Syntax,
);
/// Nobody tests for it.
pub(super) static NOT_PROBED: Condition = Condition::new(
    "intl-is-not-probed",
    "Nothing in the file tests what `Intl` has, and no `try` would catch that something is missing.",
    MetBy::Syntax,
);
/// The locale is known.
pub(super) static LOCALE: Condition = Condition::new(
    "locale-is-literal",
    "The locale is written out, so that it does not depend on the host or the caller.",
    MetBy::Syntax,
);
/// The options are known.
pub(super) static OPTIONS: Condition = Condition::new(
    "options-are-literal",
    "The options are written out down to their values.",
    MetBy::Syntax,
);
/// So is the time zone.
pub(super) static TIME_ZONE: Condition = Condition::new(
    "time-zone-is-literal",
    "The time zone of a `DateTimeFormat` is written out: the host's can change.",
    MetBy::Syntax,
);
/// They are accepted.
pub(super) static VALID: Condition = Condition::new(
    "options-are-valid",
    "Current engines accept the locale and the options, so that nothing throws at load.",
    MetBy::Syntax,
);
/// The formatter stays where it is.
pub(super) static NO_ESCAPE: Condition = Condition::new(
    "formatter-does-not-escape",
    "Only the formatter's methods are used: it is not stored, returned, passed on or changed.",
    MetBy::Syntax,
);
/// It is a number's method.
pub(super) static IS_NUMBER: Condition = Condition::new(
    "value-is-number",
    "What `toLocaleString` is called on is a number.",
    MetBy::Syntax,
);

pub(super) fn prove_global(ctx: RuleContext<'_>, made: &Construction<'_>) -> Proof {
    let bindings = ctx.bindings();
    let at = made.intl.unwrap_or(made.node);
    let is_declared = bindings.is_none_or(|b| b.symbols().any(|(id, _)| b.name(id) == "Intl"));
    if is_declared {
        let reason = "the file has an `Intl` of its own";
        return Err(Refusal::new(&IS_GLOBAL, at, reason));
    }
    Ok(())
}

/// `given` are the arguments of the constructor, wherever they are written.
pub(super) fn prove_arguments(made: &Construction<'_>, given: &[Node<'_>]) -> Proof {
    let Some(&locale) = given.first() else {
        let reason = "without a locale the host's is taken";
        return Err(Refusal::new(&LOCALE, made.node, reason));
    };
    let locales: Option<Vec<String>> = if locale.is("array") {
        locale.items().map(string_value).collect()
    } else {
        string_value(locale).map(|locale| vec![locale])
    };
    let Some(locales) = locales.filter(|locales| !locales.is_empty()) else {
        let reason = format!("`{}` is not written out", locale.text());
        return Err(Refusal::new(&LOCALE, locale, reason));
    };
    let options = match given {
        [_] => Vec::new(),
        [_, object] => written_options(*object).map_err(|part| {
            let key = part.child_by_field("key");
            let is_zone = key.is_some_and(|key| key.text() == "timeZone");
            let reason = format!("`{}` is not written out", part.text());
            Refusal::new(if is_zone { &TIME_ZONE } else { &OPTIONS }, part, reason)
        })?,
        _ => {
            let reason = "there are more arguments than a locale and options";
            return Err(Refusal::new(&OPTIONS, made.node, reason));
        }
    };
    let has_zone = options.iter().any(|(name, _)| name == "timeZone");
    if made.formatter.name == DATE_TIME_FORMAT.name && !has_zone {
        let reason = "without `timeZone` the formatter keeps the zone of the time it is made";
        return Err(Refusal::new(&TIME_ZONE, made.node, reason));
    }
    let unknown = locales.iter().find(|locale| !is_known_locale(locale));
    let objection = match unknown {
        Some(locale) => Some(format!("the locale `{locale}` has an unusual form")),
        None => objection(made.formatter, &options),
    };
    objection.map_or(Ok(()), |reason| Err(Refusal::new(&VALID, made.node, reason)))
}

/// Where `Intl` or one of its classes may be missing, code looks before it
/// makes one; a constant does not.
pub(super) fn prove_not_probed(ctx: RuleContext<'_>, made: &Construction<'_>) -> Proof {
    let root = ctx.file.tree.root();
    let tries = tries_around(made.node, root).find(|outer| {
        let body = outer.child_by_field("body");
        body.is_some_and(|body| body.holds(made.node))
    });
    let references = ctx.bindings().into_iter().flat_map(Bindings::all_references);
    let is_intl = |span: Span| span.text(&ctx.file.text) == "Intl";
    let probe = references
        .filter(|r| is_intl(r.span) && (r.usage.is_read() || r.usage.is_write()))
        .map(|r| ctx.file.tree.smallest_containing(r.span))
        .find(|name| !is_called_through(*name));
    match tries.or(probe) {
        None => Ok(()),
        Some(at) => {
            let reason = "here a missing part of `Intl` is provided for";
            Err(Refusal::new(&NOT_PROBED, at, reason))
        }
    }
}

/// `new Intl.X(…)`, `Intl.x(…)`.
fn is_called_through(intl: Node<'_>) -> bool {
    let member = intl.parent().filter(|parent| parent.is("member_expression"));
    member.is_some_and(|member| {
        let is_callee = matches!(member.field(), Some("constructor" | "function"));
        is_callee
            && member.parent().is_some_and(|p| p.is_any(&["new_expression", "call_expression"]))
    })
}

pub(super) fn prove_number<'a>(
    ctx: RuleContext<'a>,
    made: &Construction<'a>,
    number: Node<'a>,
) -> Proof<MetBy> {
    if made.formatter.name == DATE_TIME_FORMAT.name {
        let reason = "for an invalid date this gives `Invalid Date`, where a formatter throws";
        return Err(Refusal::new(&IS_NUMBER, number, reason));
    }
    let is_conditional = made.node.subtree().any(|node| node.is("optional_chain"));
    is_number(ctx, number).filter(|_| !is_conditional).ok_or_else(|| {
        let reason = format!("nothing shows that `{}` is a number", number.text());
        Refusal::new(&IS_NUMBER, number, reason)
    })
}
