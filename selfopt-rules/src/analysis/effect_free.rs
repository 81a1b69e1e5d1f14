//! Whether evaluating an expression leaves a trace: if not, it can be left out
//! where its value is not used.
//!
//! It may read anything and may throw. What it calls is the host's own or a
//! function of the file whose body is looked at in turn; what it changes, it
//! made itself. Getters and conversions that act are taken not to exist.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use super::array_use::{callback_arity, is_reading_method};
use super::arrays::is_array;
use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::unwrapped;
use super::fresh::{fixed_value, is_fresh_array};
use super::functions::{is_function, is_loop};
use super::known_code::waits;
use super::strings::is_string;
use super::types;
use crate::rule::RuleContext;

/// How many functions deep calls are followed.
const MAX_DEPTH: usize = 4;

const FUNCTIONS: [&str; 11] = [
    "BigInt",
    "Boolean",
    "Number",
    "String",
    "decodeURIComponent",
    "encodeURIComponent",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "structuredClone",
];
const CONSTRUCTORS: [&str; 9] =
    ["Array", "Date", "Error", "Map", "RegExp", "Set", "TypeError", "URL", "URLSearchParams"];
/// Names that only strings, numbers and dates give to methods.
const VALUE_METHODS: [&str; 14] = [
    "charAt",
    "charCodeAt",
    "codePointAt",
    "endsWith",
    "getTime",
    "padEnd",
    "padStart",
    "startsWith",
    "substring",
    "toFixed",
    "toISOString",
    "toLowerCase",
    "toUpperCase",
    "trim",
];

/// What evaluating an expression costs and how its harmlessness is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectFree {
    /// Whether it goes through data, or parses text, or asks a storage.
    pub is_costly: bool,
    /// How it is known that nothing else happens.
    pub met_by: MetBy,
}

/// Looks at all code that the expression runs. The error is the first place
/// that may leave a trace.
pub fn effect_free<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Result<EffectFree, Node<'a>> {
    let found = EffectFree { is_costly: false, met_by: MetBy::Syntax };
    let mut walk = Walk { ctx, regions: Vec::new(), found };
    walk.region(expression)?;
    Ok(walk.found)
}

struct Walk<'a> {
    ctx: RuleContext<'a>,
    /// The expression and the functions of the file that it calls.
    regions: Vec<Node<'a>>,
    found: EffectFree,
}

impl<'a> Walk<'a> {
    fn region(&mut self, region: Node<'a>) -> Result<(), Node<'a>> {
        if self.regions.contains(&region) {
            return Ok(());
        }
        if self.regions.len() > MAX_DEPTH {
            return Err(region);
        }
        self.regions.push(region);
        region.subtree().filter(|node| node.is_named()).try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: Node<'a>) -> Result<(), Node<'a>> {
        let field = |name| node.child_by_field(name).ok_or(node);
        self.found.is_costly |= is_loop(node);
        let is_harmless = match node.kind() {
            _ if waits(node) => false,
            "call_expression" => return self.call(node),
            "new_expression" => self.construction(node),
            "assignment_expression" | "augmented_assignment_expression" => {
                self.is_own_target(field("left")?)
            }
            "update_expression" => self.is_own_target(field("argument")?),
            "unary_expression" if node.has_token("delete") => false,
            "for_in_statement" => {
                let left = field("left")?;
                (node.has_token("const") || node.has_token("let") || self.is_own_target(left))
                    && (!node.has_token("of") || self.is_list(field("right")?))
            }
            "spread_element" if !node.parent().is_some_and(|parent| parent.is("object")) => {
                self.found.is_costly = true;
                node.items().next().is_some_and(|value| self.is_list(value))
            }
            "class" | "class_declaration" | "decorator" | "import" | "debugger_statement" => false,
            // Taking it apart asks the value for its iterator, which may be used up.
            "variable_declarator" if field("name")?.is("array_pattern") => {
                node.child_by_field("value").is_some_and(|value| self.is_list(value))
            }
            _ => true,
        };
        if is_harmless { Ok(()) } else { Err(node) }
    }

    fn call(&mut self, node: Node<'a>) -> Result<(), Node<'a>> {
        let ctx = self.ctx;
        let arguments: Vec<_> = node
            .child_by_field("arguments")
            .filter(|a| a.is("arguments"))
            .ok_or(node)?
            .items()
            .collect();
        let callee = unwrapped(node.child_by_field("function").ok_or(node)?);
        if FUNCTIONS.iter().any(|name| is_global_call(ctx, node, name)) {
            self.found.is_costly |= callee.text() == "structuredClone";
            return Ok(());
        }
        if callee.is("identifier") {
            let function = self.own_function(callee).ok_or(node)?;
            return self.region(function);
        }
        if is_function(callee) {
            return Ok(());
        }
        let call = MethodCall::of(node).ok_or(node)?;
        if self.global_method(&call, &arguments) || self.storage(&call) {
            return Ok(());
        }
        if VALUE_METHODS.contains(&call.name) {
            return Ok(());
        }
        let array = is_array(ctx, call.receiver);
        let text = is_string(ctx, call.receiver);
        let is_own = ["sort", "reverse", "fill", "splice", "push", "pop", "shift", "unshift"]
            .contains(&call.name)
            && self.is_own_array(call.receiver);
        self.found.is_costly |= is_own || (array.is_some() && call.name != "at");
        self.found.is_costly |=
            text.is_some() && ["split", "replace", "replaceAll"].contains(&call.name);
        let is_asked = array.is_some() && (is_reading_method(call.name) || is_own);
        let met_by = array.filter(|_| is_asked).or(text).ok_or(node)?;
        let is_handed_on = text.is_some() && call.name.starts_with("replace");
        if callback_arity(call.name).is_some() || call.name == "sort" || is_handed_on {
            arguments.iter().try_for_each(|argument| self.callback(*argument))?;
        }
        if met_by != MetBy::Syntax {
            self.found.met_by = met_by;
        }
        Ok(())
    }

    /// A function that is passed on is called, whatever for.
    fn callback(&mut self, argument: Node<'a>) -> Result<(), Node<'a>> {
        let node = unwrapped(argument);
        if !node.is("identifier") {
            return if node.is_any(&["member_expression", "call_expression"]) {
                Err(node)
            } else {
                Ok(())
            };
        }
        let is_plain = |name: &&str| self.ctx.bindings().is_some_and(|b| b.is_global(node, name));
        if ["Boolean", "Number", "String"].iter().any(is_plain) {
            return Ok(());
        }
        match fixed_value(self.ctx, node).map(unwrapped) {
            Some(value) if !is_function(value) => Ok(()),
            _ => self.region(self.own_function(node).ok_or(node)?),
        }
    }

    /// Functions of the host that read and compute.
    fn global_method(&mut self, call: &MethodCall<'a>, arguments: &[Node<'a>]) -> bool {
        let ctx = self.ctx;
        let is_of = |object: &str, names: &[&str]| {
            names.iter().any(|name| is_global_method(ctx, call, object, name))
        };
        if ["Math", "Number"].iter().any(|object| is_global_method(ctx, call, object, call.name)) {
            return true;
        }
        if is_of("Array", &["isArray", "of"])
            || is_of("Date", &["now", "UTC"])
            || is_of("Object", &["is", "hasOwn"])
        {
            return true;
        }
        let goes_through = is_of("Object", &["keys", "values", "entries", "getOwnPropertyNames"])
            || is_of("JSON", &["parse", "stringify"]);
        let lists = is_of("Object", &["fromEntries"]) || is_of("Array", &["from"]);
        let is_known = goes_through
            || (lists
                && arguments
                    .first()
                    .is_some_and(|list| unwrapped(*list).is("object") || self.is_list(*list)));
        let callbacks = arguments.get(1..).unwrap_or_default();
        let has_known = is_known && callbacks.iter().all(|a| self.callback(*a).is_ok());
        self.found.is_costly |= has_known;
        has_known
    }

    /// `localStorage.getItem(…)`, `window.localStorage.getItem(…)`.
    fn storage(&mut self, call: &MethodCall<'a>) -> bool {
        let receiver = unwrapped(call.receiver);
        let bindings = self.ctx.bindings();
        let is_host =
            |node: Node<'a>, name: &str| bindings.is_some_and(|b| b.is_global(node, name));
        let is_storage = ["localStorage", "sessionStorage"].iter().any(|name| {
            is_host(receiver, name)
                || (receiver.is("member_expression")
                    && receiver.child_by_field("property").is_some_and(|p| p.text() == *name)
                    && receiver
                        .child_by_field("object")
                        .is_some_and(|o| is_host(o, "window") || is_host(o, "globalThis")))
        });
        let is_read = is_storage && call.name == "getItem";
        self.found.is_costly |= is_read;
        is_read
    }

    fn construction(&mut self, node: Node<'a>) -> bool {
        let arguments: Vec<_> =
            node.child_by_field("arguments").into_iter().flat_map(Node::items).collect();
        let is_intl = node.child_by_field("constructor").is_some_and(|class| {
            class.is("member_expression")
                && class.child_by_field("object").is_some_and(|object| {
                    self.ctx.bindings().is_some_and(|b| b.is_global(object, "Intl"))
                })
        });
        if is_intl {
            self.found.is_costly = true;
            return true;
        }
        let Some(name) = CONSTRUCTORS.iter().find(|name| is_global_call(self.ctx, node, name))
        else {
            return false;
        };
        let is_filled = ["Map", "Set"].contains(name) && !arguments.is_empty();
        self.found.is_costly |= is_filled || ["RegExp", "URL", "URLSearchParams"].contains(name);
        !is_filled || arguments.iter().all(|list| self.is_list(*list))
    }

    /// The function of this file that a name stands for.
    fn own_function(&self, name: Node<'a>) -> Option<Node<'a>> {
        let bindings = self.ctx.bindings()?;
        let symbol = bindings.symbol(bindings.symbol_of(name)?);
        let function = if symbol.kind == SymbolKind::Function && !symbol.reassigned {
            types::declaration_of(self.ctx, symbol.name_span)?
        } else {
            unwrapped(fixed_value(self.ctx, name)?)
        };
        let kinds = ["function_declaration", "arrow_function", "function_expression"];
        (function.is_any(&kinds) && !function.has_token("async")).then_some(function)
    }

    /// Whether going through the value runs only the host's code.
    fn is_list(&mut self, value: Node<'a>) -> bool {
        let met_by = is_array(self.ctx, value).or_else(|| is_string(self.ctx, value));
        if met_by == Some(MetBy::Type) {
            self.found.met_by = MetBy::Type;
        }
        met_by.is_some()
    }

    /// A new array, or the name of one that this code made.
    fn is_own_array(&self, receiver: Node<'a>) -> bool {
        let node = unwrapped(receiver);
        let made = if node.is("identifier") && self.is_own_name(node) {
            fixed_value(self.ctx, node)
        } else {
            Some(node)
        };
        made.is_some_and(|made| is_fresh_array(self.ctx, made) == Some(MetBy::Syntax))
    }

    /// Whether writing there changes only what this code declared or made.
    fn is_own_target(&self, target: Node<'a>) -> bool {
        let target = unwrapped(target);
        match target.kind() {
            "identifier" => self.is_own_name(target),
            "member_expression" | "subscript_expression" => {
                target.child_by_field("object").map(unwrapped).is_some_and(|object| {
                    object.is("identifier")
                        && self.is_own_name(object)
                        && fixed_value(self.ctx, object)
                            .is_some_and(|made| unwrapped(made).is_any(&["object", "array"]))
                })
            }
            _ => false,
        }
    }

    fn is_own_name(&self, name: Node<'a>) -> bool {
        self.ctx.bindings().is_some_and(|bindings| {
            bindings.symbol_of(name).is_some_and(|id| {
                let declaration = bindings.symbol(id).declaration;
                self.regions.iter().any(|region| region.span().contains(declaration))
            })
        })
    }
}
