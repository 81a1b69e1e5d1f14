//! A place at the top of a module for a new constant.
//!
//! It lies behind the run of directives, imports and plain constants that the
//! file starts with. No code of the module runs before it, so whatever calls a
//! function of the module finds the constant initialized, with one exception:
//! in a cycle of imports, another module may call a function declaration while
//! this one has not started.

use selfopt_syntax::{Bindings, Edit, MetBy, Node};

use super::calls::is_global_call;
use super::execution::directive;
use super::expressions::{is_inert, unwrapped};
use super::functions::is_function;
use super::layout::Layout;
use crate::rule::RuleContext;

/// Where a constant can be declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModulePlace {
    offset: u32,
    before: String,
    after: String,
    layout: Layout,
}

impl ModulePlace {
    /// The place in this file, or why there is none.
    pub fn of(ctx: RuleContext<'_>) -> Result<Self, &'static str> {
        let file = ctx.file;
        if !file.tree.is_whole() {
            return Err("only a part of the file is known");
        }
        if !is_module(ctx) {
            return Err("nothing shows that the file is a module, and a script's constants \
                        are seen by other scripts");
        }
        let layout = Layout::of(file);
        let newline = layout.newline;
        let root = file.tree.root();
        let leading = root.items().take_while(|statement| is_leading(ctx, *statement));
        let Some(last) = leading.last() else {
            let offset = top_of(root).ok_or("the file has no statement")?;
            return Ok(Self { offset, before: String::new(), after: newline.repeat(2), layout });
        };
        let rest = &file.text[last.end() as usize..];
        let line = rest.lines().next().unwrap_or_default().trim_end();
        let own = line.trim_start();
        let is_comment = own.starts_with("//")
            || (own.starts_with("/*") && own.find("*/") == Some(own.len() - 2));
        if !own.is_empty() && !is_comment {
            return Err("the imports share their last line with other code");
        }
        let below = rest.lines().nth(1);
        let is_constant = last.is("lexical_declaration") && !is_require(ctx, last);
        let is_crowded = !is_constant && below.is_some_and(|line| !line.trim().is_empty());
        Ok(Self {
            offset: last.end() + u32::try_from(line.len()).unwrap_or_default(),
            before: newline.repeat(if is_constant { 1 } else { 2 }),
            after: if is_crowded { newline } else { "" }.to_owned(),
            layout,
        })
    }

    /// The constant of the file's head with exactly this initializer, if its
    /// name means nothing else anywhere in the file.
    pub fn existing<'a>(ctx: RuleContext<'a>, initializer: &str) -> Option<Node<'a>> {
        let bindings = ctx.bindings()?;
        let leading = ctx.file.tree.root().items().take_while(|item| is_leading(ctx, *item));
        let is_it = |declarator: &Node<'_>| {
            let value = declarator.child_by_field("value");
            declarator.child_by_field("type").is_none()
                && value.is_some_and(|value| value.text() == initializer)
        };
        let constants =
            leading.filter(|item| item.is("lexical_declaration") && item.has_token("const"));
        let name = constants.flat_map(declarators).find(is_it)?.child_by_field("name")?;
        let is_only =
            bindings.symbols().filter(|(id, _)| bindings.name(*id) == name.text()).count() == 1;
        is_only.then_some(name)
    }

    /// Declares `const name = initializer`.
    pub fn declare(&self, ctx: RuleContext<'_>, name: &str, initializer: &str) -> Edit {
        let next = ctx.file.text[self.offset as usize..].trim_start();
        // Without a semicolon the next line would go on with this one.
        let goes_on = next.starts_with(['(', '[', '/', '+', '-', '`', '*', '.', ',']);
        let is_code = !next.starts_with("//") && !next.starts_with("/*");
        let semicolon = if goes_on && is_code { ";" } else { self.layout.semicolon };
        let Self { before, after, .. } = self;
        Edit::insert(self.offset, format!("{before}const {name} = {initializer}{semicolon}{after}"))
    }

    /// How it is known that the constant is initialized when the code at `node`
    /// runs.
    pub fn precedes(&self, ctx: RuleContext<'_>, node: Node<'_>) -> MetBy {
        let outermost = node.ancestors().filter(|outer| is_function(*outer)).last();
        let is_hoisted = outermost.is_some_and(|function| {
            let parent = function.parent();
            let is_exported = parent.is_some_and(|parent| parent.is("export_statement"));
            let is_declaration =
                function.is_any(&["function_declaration", "generator_function_declaration"]);
            is_exported || (is_declaration && parent.is_some_and(|parent| parent.is("program")))
        });
        let root = ctx.file.tree.root();
        if is_hoisted && root.items().any(may_lead_back) { MetBy::Tests } else { MetBy::Syntax }
    }
}

/// Whether the statement imports at run time from somewhere that may import
/// this file in turn.
fn may_lead_back(statement: Node<'_>) -> bool {
    let clause = statement.items().find(|item| item.is("import_require_clause"));
    let source = statement.child_by_field("source").or_else(|| clause?.child_by_field("source"));
    let is_builtin = |source: Node<'_>| source.text()[1..].starts_with("node:");
    statement.is_any(&["import_statement", "export_statement"])
        && !statement.has_token("type")
        && source.is_some_and(|source| !is_builtin(source))
}

fn is_module(ctx: RuleContext<'_>) -> bool {
    let is_named = |extension: &&str| ctx.file.path.ends_with(*extension);
    let is_esm = |node: Node<'_>| node.is_any(&["import_statement", "export_statement"]);
    [".mjs", ".cjs", ".mts", ".cts"].iter().any(is_named)
        || ctx.file.tree.root().items().any(is_esm)
        || is_common_js(ctx)
}

/// Whether the file uses what CommonJS gives to modules. One that tests with
/// `typeof` whether it is there may also be loaded as a script.
fn is_common_js(ctx: RuleContext<'_>) -> bool {
    let text = &ctx.file.text;
    let references = ctx
        .bindings()
        .into_iter()
        .flat_map(Bindings::all_references)
        .filter(|r| r.symbol.is_none());
    let mut uses = references
        .filter(|r| ["require", "module", "exports", "define"].contains(&r.span.text(text)))
        .map(|r| ctx.file.tree.smallest_containing(r.span))
        .peekable();
    let is_tested = |name: Node<'_>| name.parent().is_some_and(|p| p.is("unary_expression"));
    uses.peek().is_some_and(|name| name.text() != "define") && !uses.any(is_tested)
}

fn is_leading(ctx: RuleContext<'_>, statement: Node<'_>) -> bool {
    match statement.kind() {
        "hash_bang_line" | "import_statement" => true,
        "export_statement" => statement.child_by_field("source").is_some(),
        "expression_statement" => directive(statement).is_some(),
        "lexical_declaration" => is_require(ctx, statement) || is_plain_constant(ctx, statement),
        "variable_declaration" => is_require(ctx, statement),
        _ => false,
    }
}

fn declarators(statement: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    statement.items().filter(|item| item.is("variable_declarator"))
}

/// `const x = require('x')`, `const { y } = require('x').y`.
fn is_require(ctx: RuleContext<'_>, statement: Node<'_>) -> bool {
    declarators(statement).all(|declarator| {
        let members = std::iter::successors(declarator.child_by_field("value"), |node| {
            node.is("member_expression").then(|| node.child_by_field("object"))?
        });
        members.last().is_some_and(|call| {
            let argument = || call.child_by_field("arguments")?.items().next();
            is_global_call(ctx, call, "require") && argument().is_some_and(|a| a.is("string"))
        })
    })
}

/// `const LIMIT = 5`, `const FORMAT = new Intl.NumberFormat('en-US')`.
fn is_plain_constant(ctx: RuleContext<'_>, statement: Node<'_>) -> bool {
    let is_made = |value: Node<'_>| {
        let constructor = value.child_by_field("constructor");
        let arguments = value.child_by_field("arguments");
        value.is("new_expression")
            && constructor.is_some_and(|c| {
                c.text().starts_with("Intl.")
                    || ["RegExp", "TextDecoder", "TextEncoder"].contains(&c.text())
            })
            && arguments.is_none_or(|all| all.items().all(|argument| is_inert(ctx, argument)))
    };
    statement.has_token("const")
        && declarators(statement).all(|declarator| {
            let is_name =
                declarator.child_by_field("name").is_some_and(|name| name.is("identifier"));
            let value = declarator.child_by_field("value").map(unwrapped);
            let is_plain =
                |value: Node<'_>| !is_function(value) && (is_inert(ctx, value) || is_made(value));
            is_name && value.is_some_and(is_plain)
        })
}

/// Before the first statement and the comments right above it, and behind
/// comments that belong to the file.
fn top_of(root: Node<'_>) -> Option<u32> {
    let nodes: Vec<_> = root.named_children().collect();
    let first = nodes.iter().position(|node| !node.is_comment())?;
    let text = root.tree().text();
    let mut top = first;
    for idx in (0..first).rev() {
        let between = &text[nodes[idx].end() as usize..nodes[idx + 1].start() as usize];
        if between.matches('\n').count() > 1 || is_about_file(nodes[idx].text()) {
            break;
        }
        top = idx;
    }
    Some(nodes[top].start())
}

/// Licences, plain block comments, and comments that tools look for at the top
/// of a file; not what is written about the statement below.
fn is_about_file(comment: &str) -> bool {
    let marks = [
        "@ts-check",
        "@ts-nocheck",
        "@jsx",
        "@flow",
        "@noflow",
        "@file",
        "@module",
        "@packageDocumentation",
        "-environment",
        "@license",
        "@preserve",
        "opyright",
        "SPDX-",
        "biome-ignore-all",
    ];
    let is_for_next =
        ["next", "ignore", "@ts-expect-error"].iter().any(|mark| comment.contains(mark));
    let is_plain_block = comment.starts_with("/*") && !comment.starts_with("/**");
    (is_plain_block && !is_for_next)
        || comment.starts_with("///")
        || marks.iter().any(|mark| comment.contains(mark))
}
