//! Code that makes a formatter of `Intl`.

use selfopt_syntax::Node;

use crate::analysis::arrays::is_array;
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::rule::RuleContext;

/// A class of `Intl`.
#[derive(Debug)]
pub(super) struct Formatter {
    /// Its name.
    pub(super) name: &'static str,
    /// Its methods; they keep nothing and change nothing.
    pub(super) methods: &'static [&'static str],
    /// The methods that are bound to their formatter, so that they can be
    /// passed on without it.
    pub(super) bound: &'static [&'static str],
    /// Whether it can be called without `new`.
    pub(super) is_callable: bool,
    /// What constants that hold one are called behind another word, and alone.
    pub(super) nouns: (&'static str, &'static str),
}

const FORMATS: [&str; 5] =
    ["format", "formatToParts", "formatRange", "formatRangeToParts", "resolvedOptions"];

pub(super) static NUMBER_FORMAT: Formatter = Formatter {
    name: "NumberFormat",
    methods: &FORMATS,
    bound: &["format"],
    is_callable: true,
    nouns: ("format", "number format"),
};

pub(super) static DATE_TIME_FORMAT: Formatter = Formatter {
    name: "DateTimeFormat",
    methods: &FORMATS,
    bound: &["format"],
    is_callable: true,
    nouns: ("format", "date format"),
};

pub(super) static COLLATOR: Formatter = Formatter {
    name: "Collator",
    methods: &["compare", "resolvedOptions"],
    bound: &["compare"],
    is_callable: true,
    nouns: ("collator", "collator"),
};

static OTHERS: [Formatter; 3] = [
    Formatter {
        name: "PluralRules",
        methods: &["select", "selectRange", "resolvedOptions"],
        bound: &[],
        is_callable: false,
        nouns: ("plural rules", "plural rules"),
    },
    Formatter {
        name: "ListFormat",
        methods: &["format", "formatToParts", "resolvedOptions"],
        bound: &[],
        is_callable: false,
        nouns: ("list format", "list format"),
    },
    Formatter {
        name: "RelativeTimeFormat",
        methods: &["format", "formatToParts", "resolvedOptions"],
        bound: &[],
        is_callable: false,
        nouns: ("relative time format", "relative time format"),
    },
];

/// `new Intl.NumberFormat(locale, options)` or a call that makes one inside.
#[derive(Debug)]
pub(super) struct Construction<'a> {
    pub(super) formatter: &'static Formatter,
    /// The whole expression.
    pub(super) node: Node<'a>,
    /// The name `Intl`, where it is written.
    pub(super) intl: Option<Node<'a>>,
    /// The list of arguments with its parentheses, where there is one.
    pub(super) arguments: Option<Node<'a>>,
    /// `x` of `x.toLocaleString(locale, options)`.
    pub(super) number: Option<Node<'a>>,
}

impl<'a> Construction<'a> {
    /// Reads a construction by its words; whether `Intl` is the host's is not
    /// looked at.
    pub(super) fn of(node: Node<'a>) -> Option<Self> {
        Self::explicit(node).or_else(|| Self::in_method(node))
    }

    fn explicit(node: Node<'a>) -> Option<Self> {
        let is_new = node.is("new_expression");
        let callee = node
            .child_by_field(if is_new { "constructor" } else { "function" })
            .filter(|callee| callee.is("member_expression"))?;
        let intl = callee
            .child_by_field("object")
            .filter(|object| object.is("identifier") && object.text() == "Intl")?;
        let name = callee.child_by_field("property")?.text();
        let formatter =
            [&NUMBER_FORMAT, &DATE_TIME_FORMAT, &COLLATOR]
                .into_iter()
                .chain(&OTHERS)
                .find(|formatter| formatter.name == name && (is_new || formatter.is_callable))?;
        Some(Self {
            formatter,
            node,
            intl: Some(intl),
            arguments: node.child_by_field("arguments"),
            number: None,
        })
    }

    /// With options only: without, V8 keeps the formatter of the last locale.
    fn in_method(node: Node<'a>) -> Option<Self> {
        let names = ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"];
        let call = MethodCall::named(node, &names)?;
        let formatter = match call.name {
            "toLocaleString" => &NUMBER_FORMAT,
            "toLocaleDateString" | "toLocaleTimeString" => &DATE_TIME_FORMAT,
            _ => return None,
        };
        (call.arguments.len() > 1).then_some(Self {
            formatter,
            node,
            intl: None,
            arguments: node.child_by_field("arguments"),
            number: Some(call.receiver),
        })
    }

    /// Whether a use of the formatter only calls it: `x.format(…)`, or
    /// `list.map(x.format)` of an array.
    pub(super) fn is_harmless_use(&self, ctx: RuleContext<'a>, used: Node<'a>) -> bool {
        let value = wrapped(used);
        let Some(member) = value.parent().filter(|parent| {
            parent.is("member_expression") && parent.child_by_field("object") == Some(value)
        }) else {
            return false;
        };
        let name = member.child_by_field("property").map_or("", Node::text);
        let method = wrapped(member);
        let Some(parent) = method.parent() else {
            return false;
        };
        if parent.is("call_expression") && parent.child_by_field("function") == Some(method) {
            return self.formatter.methods.contains(&name);
        }
        let call = parent.is("arguments").then(|| parent.parent()).flatten();
        let is_callback = call.and_then(MethodCall::of).is_some_and(|call| {
            ["map", "sort", "toSorted", "flatMap"].contains(&call.name)
                && call.arguments.first().map(|first| unwrapped(*first)) == Some(member)
                && is_array(ctx, call.receiver).is_some()
        });
        is_callback && self.formatter.bound.contains(&name)
    }
}
