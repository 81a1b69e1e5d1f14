//! `split-to-slice`: a text is cut into all its parts for one of them.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::split_part::{Part, Splitting};
use crate::analysis::comments::lost_comment;
use crate::analysis::expressions::{constant_value, unwrapped};
use crate::analysis::literals::string_value;
use crate::analysis::strings::is_string;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static IS_STRING: Condition = Condition::new(
    "receiver-is-string",
    "What is split is a string, by what the file shows or declares.",
    MetBy::Syntax,
);
static SEPARATOR: Condition = Condition::new(
    "separator-is-text",
    "The separator is a written-out string that is not empty: a regular expression matches \
     otherwise, and without one there is nothing to look for.",
    MetBy::Syntax,
);
static ONE_UNIT: Condition = Condition::new(
    "last-separator-is-one-unit",
    "Where the last part is taken, the separator is one UTF-16 unit: longer ones can overlap \
     themselves, and then the search from the end finds another place.",
    MetBy::Syntax,
);
static IS_SIMPLE: Condition = Condition::new(
    "receiver-is-a-name",
    "What is written more than once in the rewrite is a name or a path of names, which costs \
     nothing and gives the same again.",
    MetBy::Syntax,
);
static NOT_OPTIONAL: Condition =
    Condition::new("not-optional", "No `?.` stands between the text and its part.", MetBy::Syntax);
static COMPARED: Condition = Condition::new(
    "length-asks-for-separator",
    "The number of parts is only compared with one, which asks whether the separator occurs.",
    MetBy::Syntax,
);
static NO_COMMENT: Condition = Condition::new(
    "no-comment-is-lost",
    "No comment stands in the code that is replaced.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "split-to-slice",
    pack: "strings",
    version: "0.1.0",
    title: "text cut into all its parts for one of them",
    why: "`split` searches the whole text and makes an array and a string for every part, where \
          one search and one slice give the part that is used.",
    applicability: Applicability::NeedsProof,
    kinds: &["subscript_expression", "call_expression", "member_expression"],
    literals: &["split("],
    risk: 2,
    typical_speedup: 8.95,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &NOT_OPTIONAL,
        &SEPARATOR,
        &COMPARED,
        &ONE_UNIT,
        &IS_STRING,
        &IS_SIMPLE,
        &NO_COMMENT,
    ],
};

/// See `rulebook/strings/split-to-slice.md`.
pub(crate) struct SplitToSlice;

impl Rule for SplitToSlice {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let splitting = Splitting::of(node)?;
        let what = match splitting.part {
            Part::First => "the first part is used",
            Part::Last => "the last part is used",
            Part::Occurs { .. } | Part::Count => "their number is used",
        };
        Some(Match {
            span: splitting.whole.span(),
            message: format!("the text is cut into all its parts, and only {what}"),
            outcome: fix(ctx, &splitting).into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, splitting: &Splitting<'a>) -> Proof<Fix> {
    let Splitting { whole, receiver, separator, part, .. } = *splitting;
    if splitting.is_optional {
        let reason = "with `?.` there may be neither text nor part";
        return Err(Refusal::new(&NOT_OPTIONAL, whole, reason));
    }
    let written = string_value(separator).or_else(|| {
        let name = Some(unwrapped(separator)).filter(|node| node.is("identifier"))?;
        string_value(constant_value(ctx, name)?)
    });
    let Some(text) = written.filter(|text| !text.is_empty()) else {
        let reason = format!("`{}` is not a text to look for", separator.text());
        return Err(Refusal::new(&SEPARATOR, separator, reason));
    };
    if matches!(part, Part::Count) {
        let reason = "to count the parts, a loop is needed";
        return Err(Refusal::new(&COMPARED, whole, reason));
    }
    if matches!(part, Part::Last) && text.encode_utf16().count() > 1 {
        let reason = format!("`{}` is longer than one unit", separator.text());
        return Err(Refusal::new(&ONE_UNIT, separator, reason));
    }
    let Some(met_by) = is_string(ctx, receiver) else {
        let reason = format!("nothing shows that `{}` is a string", receiver.text());
        return Err(Refusal::new(&IS_STRING, receiver, reason));
    };
    let is_repeated = !matches!(part, Part::Occurs { .. });
    if is_repeated && !is_path(receiver) {
        let reason = format!("`{}` would be evaluated more than once", receiver.text());
        return Err(Refusal::new(&IS_SIMPLE, receiver, reason));
    }
    if let Some(comment) = lost_comment(whole, &[receiver]) {
        return Err(Refusal::new(&NO_COMMENT, comment, "this comment would be lost"));
    }
    Ok(Fix { title: title(part), edits: edits(splitting), met: vec![(&IS_STRING, met_by)] })
}

fn title(part: Part) -> String {
    let title = match part {
        Part::First => "Take the first part with one search",
        Part::Last => "Take the last part with one search",
        Part::Occurs { .. } | Part::Count => "Ask whether the separator occurs",
    };
    title.to_owned()
}

fn edits(splitting: &Splitting<'_>) -> Vec<Edit> {
    let Splitting { whole, receiver, separator, part, .. } = *splitting;
    let (text, by) = (receiver.text(), separator.text());
    match part {
        Part::First => {
            let choice =
                format!("{text}.includes({by}) ? {text}.slice(0, {text}.indexOf({by})) : {text}");
            let choice = if stands_alone(whole) { choice } else { format!("({choice})") };
            vec![Edit::replace(whole.span(), choice)]
        }
        Part::Last => {
            let rest = Span::new(receiver.end(), whole.end());
            vec![Edit::replace(rest, format!(".slice({text}.lastIndexOf({by}) + 1)"))]
        }
        Part::Occurs { is_negated } => {
            let rest = Span::new(receiver.end(), whole.end());
            let found = Edit::replace(rest, format!(".includes({by})"));
            let negation = is_negated.then(|| Edit::insert(whole.start(), "!"));
            negation.into_iter().chain([found]).collect()
        }
        Part::Count => Vec::new(),
    }
}

/// `name`, `this.name`, `a.b.c`.
fn is_path(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" | "this" => node.is_named(),
        "member_expression" => {
            node.child_by_field("optional_chain").is_none()
                && !node.has_token("?.")
                && node.child_by_field("property").is_some_and(|p| p.is("property_identifier"))
                && node.child_by_field("object").is_some_and(is_path)
        }
        _ => false,
    }
}

/// Whether `a ? b : c` can stand there without parentheses.
fn stands_alone(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        "variable_declarator" | "assignment_pattern" => node.field() != Some("name"),
        "assignment_expression" | "augmented_assignment_expression" => {
            node.field() == Some("right")
        }
        "subscript_expression" => node.field() == Some("index"),
        "return_statement"
        | "arguments"
        | "array"
        | "pair"
        | "arrow_function"
        | "template_substitution"
        | "parenthesized_expression"
        | "jsx_expression"
        | "required_parameter"
        | "public_field_definition"
        | "field_definition" => true,
        _ => false,
    }
}
