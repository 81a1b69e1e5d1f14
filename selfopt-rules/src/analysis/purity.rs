//! Whether code may run less often than it does without anybody noticing: it
//! does nothing but compute, comes to an end, and does not throw.
//!
//! Getters, setters and conversions that act are taken not to exist, as
//! everywhere in JavaScript tooling; what is read of `null` or `undefined`
//! throws and counts.

use selfopt_syntax::{MetBy, Node};

use super::arrays::is_array;
use super::expressions::{constant_value, is_asserted, is_initialized, unwrapped};
use super::functions::{Parameter, PlainFunction};
use super::presence::{is_pattern_present, is_present};
use super::primitives::{is_primitive, is_surely_number};
use super::pure_calls::pure_call;
use super::strings::is_string;
use super::types;
use crate::rule::RuleContext;

/// How deep expressions are looked into.
const MAX_DEPTH: u8 = 40;

/// What keeps code from running less often.
#[derive(Debug, Clone)]
pub struct Obstacle<'a> {
    /// Where.
    pub node: Node<'a>,
    /// Why, as a sentence without a period.
    pub reason: String,
}

impl<'a> Obstacle<'a> {
    pub(super) fn new(node: Node<'a>, reason: impl Into<String>) -> Self {
        Self { node, reason: reason.into() }
    }
}

/// How purity is known, or what stands against it.
pub type Pure<'a> = Result<MetBy, Obstacle<'a>>;

/// The weakest of several proofs.
pub fn weakest(proofs: impl IntoIterator<Item = MetBy>) -> MetBy {
    proofs.into_iter().max_by_key(|met_by| *met_by as u8).unwrap_or(MetBy::Syntax)
}

/// Shows that an array's method may leave out calls of `callback`.
pub fn pure_callback<'a>(ctx: RuleContext<'a>, callback: Node<'a>) -> Pure<'a> {
    Walk { ctx, function: None, depth: MAX_DEPTH, is_sure: true }.callback(callback)
}

/// Shows that `callback` may be called at another time, also where it never was.
pub fn pure_function<'a>(ctx: RuleContext<'a>, callback: Node<'a>) -> Pure<'a> {
    Walk { ctx, function: None, depth: MAX_DEPTH, is_sure: false }.callback(callback)
}

/// Shows that the expression may be evaluated at another time, or not at all.
pub fn pure_expression<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Pure<'a> {
    Walk { ctx, function: None, depth: MAX_DEPTH, is_sure: false }.expression(expression)
}

/// A look into one expression.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) ctx: RuleContext<'a>,
    /// The outermost callback that is looked into.
    function: Option<Node<'a>>,
    depth: u8,
    /// Whether the expression is evaluated in every call: what it throws
    /// whatever the element is, it throws in the first call already.
    is_sure: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn unsure(self) -> Self {
        Self { is_sure: false, ..self }
    }

    /// A function that an array's method calls.
    pub(super) fn callback(self, callback: Node<'a>) -> Pure<'a> {
        let ctx = self.ctx;
        let mut node = unwrapped(callback);
        if node.is("identifier") {
            if ctx.bindings().is_some_and(|bindings| bindings.is_global(node, "Boolean")) {
                return Ok(MetBy::Syntax);
            }
            // Callbacks inside callbacks may name each other without end.
            if self.function.is_none() {
                node = constant_value(ctx, node).map_or(node, unwrapped);
            }
        }
        let shown = callback.text().lines().next().unwrap_or_default();
        let function = PlainFunction::of(node).ok_or_else(|| {
            let reason = if node.has_token("async") {
                "the callback is `async`".to_owned()
            } else {
                format!("nothing shows what `{shown}` does")
            };
            Obstacle::new(callback, reason)
        })?;
        let walk = Self { function: self.function.or(Some(function.node)), ..self };
        let mut met = Vec::new();
        for parameter in &function.parameters {
            met.push(walk.parameter(parameter)?);
        }
        met.push(if function.is_expression_bodied() {
            walk.expression(function.body)?
        } else {
            walk.block(function.body)?
        });
        Ok(weakest(met))
    }

    fn parameter(self, parameter: &Parameter<'a>) -> Pure<'a> {
        let pattern = parameter.pattern;
        if parameter.is_plain {
            return Ok(MetBy::Syntax);
        }
        let has_default = pattern.parent().is_some_and(|p| p.child_by_field("value").is_some());
        let is_name = |item: Node<'a>| match item.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => true,
            "pair_pattern" => {
                item.child_by_field("key").is_some_and(|key| !key.is("computed_property_name"))
                    && item.child_by_field("value").is_some_and(|value| value.is("identifier"))
            }
            _ => false,
        };
        let is_known = pattern.is_any(&["object_pattern", "array_pattern"])
            && pattern.items().all(is_name)
            && !has_default;
        if !is_known {
            return Err(Obstacle::new(pattern, "nothing shows what taking this apart does"));
        }
        let is_list = || {
            let declared = types::type_of_pattern(self.ctx, pattern)?;
            let is_tuple = types::unwrapped_type(declared).is("tuple_type");
            (is_tuple || types::element_type(self.ctx, declared).is_some()).then_some(MetBy::Type)
        };
        let met_by = if pattern.is("array_pattern") {
            is_entry(self.ctx, pattern).or_else(is_list)
        } else {
            is_pattern_present(self.ctx, pattern)
        };
        met_by.ok_or_else(|| {
            let reason = format!("`{}` of `null` or `undefined` would throw", pattern.text());
            Obstacle::new(pattern, reason)
        })
    }

    fn block(self, block: Node<'a>) -> Pure<'a> {
        let mut walk = self.deeper(block)?;
        let mut met = Vec::new();
        for statement in block.items() {
            met.push(walk.statement(statement)?);
            if statement.is("if_statement") {
                walk.is_sure = false;
            }
        }
        Ok(weakest(met))
    }

    fn statement(self, statement: Node<'a>) -> Pure<'a> {
        let mut met = Vec::new();
        match statement.kind() {
            "empty_statement" => {}
            "statement_block" => return self.unsure().block(statement),
            "return_statement" => {
                if let Some(value) = statement.items().next() {
                    met.push(self.expression(value)?);
                }
            }
            "lexical_declaration" => {
                for declarator in statement.items() {
                    let is_name =
                        declarator.child_by_field("name").is_some_and(|n| n.is("identifier"));
                    let value = declarator.child_by_field("value").filter(|_| is_name);
                    let value = value.ok_or_else(|| unclear(declarator))?;
                    met.push(self.expression(value)?);
                }
            }
            "if_statement" => {
                let field = |name| statement.child_by_field(name);
                let condition = field("condition").ok_or_else(|| unclear(statement))?;
                met.push(self.expression(condition)?);
                let otherwise = field("alternative").and_then(|clause| clause.items().next());
                for branch in [field("consequence"), otherwise].into_iter().flatten() {
                    met.push(self.unsure().deeper(branch)?.statement(branch)?);
                }
            }
            _ => return Err(unclear(statement)),
        }
        Ok(weakest(met))
    }

    /// One expression, with all that it holds.
    pub(super) fn expression(self, expression: Node<'a>) -> Pure<'a> {
        let node = unwrapped(expression);
        let walk = self.deeper(node)?;
        let ctx = self.ctx;
        let field = |name| node.child_by_field(name).ok_or_else(|| unclear(node));
        match node.kind() {
            "string"
            | "number"
            | "true"
            | "false"
            | "null"
            | "undefined"
            | "this"
            | "regex"
            | "arrow_function"
            | "function_expression" => Ok(MetBy::Syntax),
            "identifier" => walk.name(node),
            "template_string" => walk.all(node, |walk, item| match item.kind() {
                "template_substitution" => walk.primitives(item.items()),
                _ => Ok(MetBy::Syntax),
            }),
            "ternary_expression" => Ok(weakest([
                walk.expression(field("condition")?)?,
                walk.unsure().expression(field("consequence")?)?,
                walk.unsure().expression(field("alternative")?)?,
            ])),
            "array" => walk.all(node, Self::expression),
            "object" => walk.all(node, |walk, item| match item.kind() {
                "shorthand_property_identifier" => walk.name(item),
                "pair"
                    if !item
                        .child_by_field("key")
                        .is_some_and(|k| k.is("computed_property_name")) =>
                {
                    walk.expression(item.child_by_field("value").ok_or_else(|| unclear(item))?)
                }
                _ => Err(unclear(item)),
            }),
            "unary_expression" => walk.unary(node, field("argument")?),
            "binary_expression" => walk.binary(node, field("left")?, field("right")?),
            "member_expression" => {
                if field("property")?.is("private_property_identifier") {
                    return Err(unclear(node));
                }
                walk.member(node, field("object")?)
            }
            "subscript_expression" => {
                let (object, index) = (field("object")?, field("index")?);
                let key = walk.primitives([index])?;
                Ok(weakest([key, walk.member(node, object)?]))
            }
            "call_expression" => pure_call(walk, node),
            _ if ctx.bindings().is_none() => Err(unclear(node)),
            _ => Err(unclear(node)),
        }
    }

    fn deeper(self, node: Node<'a>) -> Result<Self, Obstacle<'a>> {
        let depth = self.depth.checked_sub(1);
        let depth = depth.ok_or_else(|| Obstacle::new(node, "the expression is very deep"))?;
        Ok(Self { depth, ..self })
    }

    fn all(self, node: Node<'a>, check: impl Fn(Self, Node<'a>) -> Pure<'a>) -> Pure<'a> {
        let met: Result<Vec<_>, _> = node.items().map(|item| check(self, item)).collect();
        Ok(weakest(met?))
    }

    fn name(self, identifier: Node<'a>) -> Pure<'a> {
        let bindings = self.ctx.bindings();
        let is_host = |name: &str| bindings.is_some_and(|b| b.is_global(identifier, name));
        let is_hoisted = || {
            use selfopt_syntax::SymbolKind::{Function, Import};
            let symbol = bindings?.symbol(bindings?.symbol_of(identifier)?);
            Some(matches!(symbol.kind, Function | Import))
        };
        let is_there = is_initialized(self.ctx, identifier)
            || is_hoisted() == Some(true)
            || ["NaN", "Infinity", "undefined"].into_iter().any(is_host);
        if is_there || (self.is_sure && self.is_invariant(identifier)) {
            return Ok(MetBy::Syntax);
        }
        let reason = format!("`{}` may not have its value yet", identifier.text());
        Err(Obstacle::new(identifier, reason))
    }

    fn unary(self, node: Node<'a>, argument: Node<'a>) -> Pure<'a> {
        if ["!", "typeof", "void"].iter().any(|operator| node.has_token(operator)) {
            return self.expression(argument);
        }
        if node.has_token("delete") {
            return Err(Obstacle::new(node, "`delete` changes the object"));
        }
        self.numbers(node, [argument])
    }

    fn binary(self, node: Node<'a>, left: Node<'a>, right: Node<'a>) -> Pure<'a> {
        let has_any = |operators: &[&str]| operators.iter().any(|op| node.has_token(op));
        if has_any(&["&&", "||", "??"]) {
            return Ok(weakest([self.expression(left)?, self.unsure().expression(right)?]));
        }
        let is_nullish = |side: Node<'a>| unwrapped(side).is_any(&["null", "undefined"]);
        if has_any(&["===", "!=="])
            || (has_any(&["==", "!="]) && (is_nullish(left) || is_nullish(right)))
        {
            return Ok(weakest([self.expression(left)?, self.expression(right)?]));
        }
        if has_any(&["==", "!=", "<", ">", "<=", ">="]) {
            return self.primitives([left, right]);
        }
        if has_any(&["in", "instanceof"]) {
            return Err(unclear(node));
        }
        let is_text = |side| is_string(self.ctx, side).is_some();
        if has_any(&["+"]) && (is_text(left) || is_text(right)) {
            return self.primitives([left, right]);
        }
        self.numbers(node, [left, right])
    }

    /// Operands whose conversion does not throw.
    pub(super) fn primitives(self, operands: impl IntoIterator<Item = Node<'a>>) -> Pure<'a> {
        let mut met = Vec::new();
        for operand in operands {
            met.push(self.expression(operand)?);
            met.push(is_primitive(self.ctx, operand).ok_or_else(|| {
                let reason = format!("converting `{}` may throw", operand.text());
                Obstacle::new(operand, reason)
            })?);
        }
        Ok(weakest(met))
    }

    fn numbers(self, node: Node<'a>, operands: impl IntoIterator<Item = Node<'a>>) -> Pure<'a> {
        let mut met = Vec::new();
        for operand in operands {
            met.push(self.expression(operand)?);
            met.push(is_surely_number(self.ctx, operand).ok_or_else(|| unclear(node))?);
        }
        Ok(weakest(met))
    }

    /// A property of `object` is read.
    fn member(self, member: Node<'a>, object: Node<'a>) -> Pure<'a> {
        let inside = self.expression(object)?;
        if member.child_by_field("optional_chain").is_some() {
            return Ok(inside);
        }
        Ok(weakest([inside, self.present(object)?]))
    }

    /// `object` is neither `null` nor `undefined`, or is so from the first call on.
    pub(super) fn present(self, object: Node<'a>) -> Pure<'a> {
        let ctx = self.ctx;
        if let Some(met_by) = is_present(ctx, object) {
            return Ok(met_by);
        }
        let is_value =
            unwrapped(object).is_any(&["call_expression", "identifier"]) && !is_asserted(object);
        let by_value = || is_string(ctx, object).or_else(|| is_array(ctx, object));
        if let Some(met_by) = is_value.then(by_value).flatten() {
            return Ok(met_by);
        }
        if self.is_sure && self.is_invariant(object) {
            return Ok(MetBy::Syntax);
        }
        let reason =
            format!("nothing shows that `{}` is never `null` or `undefined`", object.text());
        Err(Obstacle::new(object, reason))
    }

    /// Whether the expression has the same value in every call.
    fn is_invariant(self, expression: Node<'a>) -> bool {
        let Some(function) = self.function else {
            return false;
        };
        let is_own = |node: Node<'a>| {
            let symbol = self
                .ctx
                .bindings()
                .and_then(|bindings| Some(bindings.symbol(bindings.symbol_of(node)?).declaration));
            symbol.is_some_and(|declaration| function.span().contains(declaration))
        };
        let is_arrow = function.is("arrow_function");
        expression.subtree().all(|node| match node.kind() {
            "identifier" | "shorthand_property_identifier" => !is_own(node),
            "this" => is_arrow,
            "call_expression" => false,
            _ => true,
        })
    }
}

fn unclear(node: Node<'_>) -> Obstacle<'_> {
    let shown: String = node.text().lines().next().unwrap_or_default().into();
    Obstacle::new(node, format!("`{shown}` may have an effect or throw"))
}

/// An entry of `Object.entries`, which is an array.
fn is_entry<'a>(ctx: RuleContext<'a>, pattern: Node<'a>) -> Option<MetBy> {
    let (call, _) = types::callback_parameter(pattern)?;
    let of = super::calls::MethodCall::of(unwrapped(call.receiver))?;
    (super::calls::is_global_method(ctx, &of, "Object", "entries"))
        .then(|| is_pattern_present(ctx, pattern))?
}
