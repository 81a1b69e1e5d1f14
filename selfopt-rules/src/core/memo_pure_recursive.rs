//! `memo-pure-recursive`: a function computes the same again and again, because
//! it calls itself twice and more.

use selfopt_syntax::{Edit, MetBy, Node, SymbolId};

use super::lookup::capitalized;
use crate::analysis::effect_free::effect_free;
use crate::analysis::expressions::{constant_value, unwrapped};
use crate::analysis::functions::enclosing_function;
use crate::analysis::keys::is_number_by_syntax;
use crate::analysis::layout::Layout;
use crate::analysis::module_place::ModulePlace;
use crate::analysis::names::{declares, fresh_name};
use crate::analysis::strings::is_string;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};
use crate::strings::hoisting::HAS_PLACE;

static CALLS_OVERLAP: Condition = Condition::new(
    "calls-overlap",
    "One call makes two calls of itself and more, so that arguments come again: the benchmark \
     shows that they do, and that it pays.",
    MetBy::Benchmark,
);
static ONLY_ITS_ARGUMENT: Condition = Condition::new(
    "only-its-argument",
    "The result depends on the argument alone, and computing it leaves no trace: no clock, no \
     random number, no variable from outside, no other function.",
    MetBy::Syntax,
);
static ARGUMENT_IS_PRIMITIVE: Condition = Condition::new(
    "argument-is-primitive",
    "The one argument is a string or a number: its type says so, or all calls of a function that \
     is not exported show it.",
    MetBy::Syntax,
);
static RESULT_IS_PRIMITIVE: Condition = Condition::new(
    "result-is-primitive",
    "The result is a string, a number or a boolean, which nobody can change.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "memo-pure-recursive",
    pack: "core",
    version: "0.1.0",
    title: "the same computed by many calls of one function",
    why: "Each call makes two calls of itself and more, for arguments that were answered before: \
          the calls grow exponentially.",
    applicability: Applicability::NeedsProof,
    kinds: &["function_declaration"],
    literals: &["function "],
    risk: 3,
    typical_speedup: 18.5,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &CALLS_OVERLAP,
        &ONLY_ITS_ARGUMENT,
        &ARGUMENT_IS_PRIMITIVE,
        &RESULT_IS_PRIMITIVE,
        &HAS_PLACE,
    ],
};

/// How many results are kept.
const MAX_KEPT: u32 = 1000;

/// See `rulebook/core/memo-pure-recursive.md`.
pub(crate) struct MemoPureRecursive;

impl Rule for MemoPureRecursive {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let function = Function::of(ctx, node)?;
        Some(Match {
            span: function.name.span(),
            message: format!("every call of `{}` calls it again twice", function.name.text()),
            outcome: function.fix().into(),
        })
    }
}

/// A function at the top of the file with one parameter that calls itself.
struct Function<'a> {
    ctx: RuleContext<'a>,
    node: Node<'a>,
    name: Node<'a>,
    id: SymbolId,
    /// The parameter's name.
    parameter: Node<'a>,
    /// Its declared type, and that of the result.
    types: [Option<&'a str>; 2],
    /// The calls of itself.
    calls: Vec<Node<'a>>,
}

impl<'a> Function<'a> {
    fn of(ctx: RuleContext<'a>, node: Node<'a>) -> Option<Self> {
        let bindings = ctx.bindings()?;
        let name = node.child_by_field("name")?;
        let id = bindings.declared_at(name.start())?;
        let mut parameters = node.child_by_field("parameters")?.items();
        let only = parameters.next().filter(|_| parameters.next().is_none())?;
        let annotation = |node: Node<'a>, field| {
            node.child_by_field(field).and_then(|a| a.items().next()).map(Node::text)
        };
        let is_wrapped = only.is("required_parameter");
        let parameter = if is_wrapped { only.child_by_field("pattern")? } else { only };
        let has_default = only.child_by_field("value").is_some();
        let types = [annotation(only, "type"), annotation(node, "return_type")];
        let is_plain = parameter.is("identifier")
            && !has_default
            && !node.has_token("async")
            && enclosing_function(node).is_none()
            && node.child_by_field("type_parameters").is_none()
            && !bindings.symbol(id).reassigned;
        let calls: Vec<_> = node
            .subtree()
            .filter(|call| call.is("call_expression"))
            .filter(|call| {
                call.child_by_field("function").is_some_and(|callee| {
                    callee.is("identifier") && bindings.symbol_of(callee) == Some(id)
                })
            })
            .collect();
        let is_twice = |call: &Node<'a>| {
            let mut outer = call.ancestors().filter(|outer| outer.is_any(&STATEMENTS));
            let statement = outer.next();
            statement.is_some_and(|s| calls.iter().filter(|call| s.holds(**call)).count() >= 2)
        };
        let is_recursive = is_plain && calls.iter().any(is_twice);
        is_recursive.then_some(Self { ctx, node, name, id, parameter, types, calls })
    }

    fn fix(&self) -> Proof<Fix> {
        let ctx = self.ctx;
        self.prove_overlap()?;
        self.prove_pure()?;
        let argument = self.prove_argument()?;
        let result = self.prove_result()?;
        let place =
            ModulePlace::of(ctx).map_err(|reason| Refusal::new(&HAS_PLACE, self.node, reason))?;
        let met = vec![
            (&ARGUMENT_IS_PRIMITIVE, argument),
            (&RESULT_IS_PRIMITIVE, result),
            (
                &HAS_PLACE,
                place.precedes(ctx, self.node.child_by_field("body").unwrap_or(self.node)),
            ),
        ];
        let (name, parameter) = (self.name.text(), self.parameter.text());
        let cache = fresh_name(ctx.file, &format!("{name}Results"));
        let compute = fresh_name(ctx.file, &format!("compute{}", capitalized(name)));
        let result = fresh_name(ctx.file, "result");
        let Layout { newline, indent, semicolon, .. } = Layout::of(ctx.file);
        let types = match self.types {
            [Some(key), Some(value)] => format!("<{key}, {value}>"),
            _ => String::new(),
        };
        let body = self.node.child_by_field("body").unwrap_or(self.node);
        let head = selfopt_syntax::Span::new(self.node.start(), body.start());
        let mut lines = vec![format!("{}{{", head.text(&ctx.file.text))];
        if self.types[0] != Some("string") {
            // A `Map` does not tell -0 from 0.
            lines.push(format!(
                "{indent}if ({parameter} === 0) return {compute}({parameter}){semicolon}"
            ));
        }
        lines.extend([
            format!("{indent}let {result} = {cache}.get({parameter}){semicolon}"),
            format!("{indent}if ({result} === undefined) {{"),
            format!("{indent}{indent}{result} = {compute}({parameter}){semicolon}"),
            format!("{indent}{indent}if ({cache}.size >= {MAX_KEPT}) {cache}.clear(){semicolon}"),
            format!("{indent}{indent}{cache}.set({parameter}, {result}){semicolon}"),
            format!("{indent}}}"),
            format!("{indent}return {result}{semicolon}"),
            "}".to_owned(),
            String::new(),
            String::new(),
        ]);
        let mut edits = vec![
            place.declare(ctx, &cache, &format!("new Map{types}()")),
            Edit::insert(self.node.start(), lines.join(newline)),
            Edit::replace(self.name.span(), compute),
        ];
        edits.sort();
        Ok(Fix { title: format!("Keep the results of `{name}`"), edits, met })
    }

    /// Two calls of itself are made by the same expression.
    fn prove_overlap(&self) -> Proof {
        let both = ["binary_expression", "array", "arguments", "template_string", "object"];
        let is_both = |one: &Node<'a>| {
            one.ancestors()
                .take_while(|outer| outer.is_any(&both) || outer.is("parenthesized_expression"))
                .filter(|outer| !["&&", "||", "??"].iter().any(|op| outer.has_token(op)))
                .any(|outer| self.calls.iter().filter(|call| outer.holds(**call)).count() >= 2)
        };
        if self.calls.iter().any(is_both) {
            return Ok(());
        }
        let reason = "nothing shows that one call makes two";
        Err(Refusal::new(&CALLS_OVERLAP, self.calls[0], reason))
    }

    fn prove_pure(&self) -> Proof {
        let ctx = self.ctx;
        let refuse = |at: Node<'a>| {
            let shown = at.text().lines().next().unwrap_or_default();
            let reason = format!("`{shown}` may give another value, or leave a trace");
            Err(Refusal::new(&ONLY_ITS_ARGUMENT, at, reason))
        };
        if let Err(at) = effect_free(ctx, self.node) {
            return refuse(at);
        }
        let depends = |node: &Node<'a>| match node.kind() {
            "identifier" | "shorthand_property_identifier" => !self.is_stable(*node),
            "this" | "super" | "meta_property" => true,
            "property_identifier" => CHANGING.contains(&node.text()),
            "regex" => node.child_by_field("flags").is_some(),
            _ => false,
        };
        self.node.subtree().find(depends).map_or(Ok(()), refuse)
    }

    /// Whether a name in the function stands for its own, or never changes.
    fn is_stable(&self, name: Node<'a>) -> bool {
        let Some(bindings) = self.ctx.bindings() else {
            return false;
        };
        match bindings.symbol_of(name) {
            Some(id) => {
                id == self.id
                    || self.node.span().contains(bindings.symbol(id).declaration)
                    || constant_value(self.ctx, name).is_some_and(|value| {
                        unwrapped(value).is_any(&["string", "number", "true", "false"])
                    })
            }
            None => HOSTS.contains(&name.text()),
        }
    }

    fn prove_argument(&self) -> Proof<MetBy> {
        if matches!(self.types[0], Some("string" | "number")) && !declares(self.ctx, "Map") {
            return Ok(MetBy::Type);
        }
        let refuse = |at, reason: &str| Err(Refusal::new(&ARGUMENT_IS_PRIMITIVE, at, reason));
        let Some(bindings) = self.ctx.bindings().filter(|_| !declares(self.ctx, "Map")) else {
            return refuse(self.name, "`Map` means something else in this file");
        };
        if bindings.symbol(self.id).exported || self.ctx.file.language.is_typescript() {
            return refuse(self.parameter, "nothing shows what it is called with");
        }
        for reference in bindings.references(self.id) {
            let at = self.ctx.file.tree.smallest_containing(reference.span);
            let argument = at
                .parent()
                .filter(|call| call.child_by_field("function") == Some(at))
                .and_then(|call| call.child_by_field("arguments")?.items().next());
            let is_shown = argument.is_some_and(|argument| {
                is_number_by_syntax(self.ctx, argument) || is_string(self.ctx, argument).is_some()
            });
            if !is_shown {
                return refuse(at, "nothing shows that this call is with a string or number");
            }
        }
        Ok(MetBy::Syntax)
    }

    fn prove_result(&self) -> Proof<MetBy> {
        if matches!(self.types[1], Some("string" | "number" | "boolean")) {
            return Ok(MetBy::Type);
        }
        let returns = self.node.subtree().filter(|node| {
            node.is("return_statement") && enclosing_function(*node) == Some(self.node)
        });
        for statement in returns {
            let value = statement.items().next();
            if self.ctx.file.language.is_typescript()
                || !value.is_some_and(|value| self.is_primitive(value))
            {
                let reason = "nothing shows that this is no object";
                return Err(Refusal::new(&RESULT_IS_PRIMITIVE, statement, reason));
            }
        }
        Ok(MetBy::Syntax)
    }

    fn is_primitive(&self, value: Node<'a>) -> bool {
        let node = unwrapped(value);
        let is_one = |field| node.child_by_field(field).is_some_and(|part| self.is_primitive(part));
        match node.kind() {
            "string" | "template_string" | "number" | "true" | "false" | "unary_expression" => true,
            "binary_expression" => !["&&", "||", "??"].iter().any(|op| node.has_token(op)),
            "ternary_expression" => is_one("consequence") && is_one("alternative"),
            "identifier" => node.text() == self.parameter.text(),
            "call_expression" => self.calls.contains(&node),
            _ => false,
        }
    }
}

const STATEMENTS: [&str; 3] = ["expression_statement", "lexical_declaration", "return_statement"];

/// Properties that give another value each time, or by the machine's settings.
const CHANGING: [&str; 9] = [
    "exec",
    "lastIndex",
    "localeCompare",
    "now",
    "random",
    "test",
    "toLocaleLowerCase",
    "toLocaleString",
    "toLocaleUpperCase",
];
/// Names of the host that always mean the same.
const HOSTS: [&str; 15] = [
    "Array",
    "BigInt",
    "Boolean",
    "Error",
    "Infinity",
    "Math",
    "NaN",
    "Number",
    "RangeError",
    "String",
    "TypeError",
    "isNaN",
    "parseFloat",
    "parseInt",
    "undefined",
];
