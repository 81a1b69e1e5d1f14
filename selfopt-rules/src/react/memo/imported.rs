//! React's functions by the names they have in a file, and imports of more.

use selfopt_syntax::{Edit, MetBy, Node};

use crate::analysis::imports::import_of;
use crate::analysis::layout::Layout;
use crate::analysis::literals::string_value;
use crate::analysis::names::declares;
use crate::react::hook::called_name;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// Elements are React's, and not those of another library that has JSX.
pub(in crate::react) static REACT_IS_IMPORTED: Condition = Condition::new(
    "react-is-imported",
    "The file imports from React, and the hook's name is free or React's.",
    MetBy::Syntax,
);

const SOURCES: [&str; 2] = ["react", "preact/compat"];

/// Whether the callee is React's function of this name: imported under it, or
/// read from what React exports.
pub(in crate::react) fn is_reacts<'a>(ctx: RuleContext<'a>, callee: Node<'a>, name: &str) -> bool {
    let is_member = callee.is("member_expression");
    let root = if is_member { callee.child_by_field("object") } else { Some(callee) };
    called_name(callee) == Some(name)
        && root.and_then(|root| import_of(ctx, root)).is_some_and(|import| {
            SOURCES.contains(&import.source.as_str())
                && import.export.map_or(is_member, |export| !is_member && export == name)
        })
}

/// How hooks are called in a file.
pub(in crate::react) struct Hooks {
    /// What stands before the names: `React.`, or nothing.
    prefix: String,
    /// Brings the names into scope, unless they are.
    pub(in crate::react) import: Option<Edit>,
}

impl Hooks {
    /// These of React's hooks, imported where they are not.
    pub(in crate::react) fn of<'a>(
        ctx: RuleContext<'a>,
        at: Node<'a>,
        names: &[&str],
    ) -> Proof<Self> {
        let refuse = |reason: String| Refusal::new(&REACT_IS_IMPORTED, at, reason);
        let imports: Vec<_> = react_imports(ctx).collect();
        let last = imports.last();
        let last = last.ok_or_else(|| refuse("the file imports nothing from React".to_owned()))?;
        let specifiers: Vec<_> = imports.iter().flat_map(Import::specifiers).collect();
        if let (Some(whole), []) = (imports.iter().find_map(Import::whole), &specifiers[..]) {
            return Ok(Self { prefix: format!("{}.", whole.text()), import: None });
        }
        let is_there = |hook: &str| {
            specifiers.iter().any(|specifier| {
                let name = specifier.child_by_field("name");
                name.is_some_and(|name| name.text() == hook)
                    && specifier.child_by_field("alias").is_none()
                    && !specifier.has_token("type")
            })
        };
        let missing: Vec<_> = names.iter().copied().filter(|name| !is_there(name)).collect();
        if let Some(taken) = missing.iter().find(|name| declares(ctx, name)) {
            return Err(refuse(format!("`{taken}` is something else in this file")));
        }
        let list = missing.join(", ");
        let import = if missing.is_empty() {
            None
        } else if let Some(specifier) = specifiers.last() {
            Some(Edit::insert(specifier.end(), format!(", {list}")))
        } else {
            let Layout { newline, semicolon, quote, .. } = Layout::of(ctx.file);
            let from = format!("{quote}{}{quote}{semicolon}", last.source);
            let text = format!("{newline}import {{ {list} }} from {from}");
            Some(Edit::insert(last.statement.end(), text))
        };
        Ok(Self { prefix: String::new(), import })
    }

    /// What a hook is called by.
    pub(in crate::react) fn callee(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// Whether the file imports anything from React.
pub(in crate::react) fn imports_react(ctx: RuleContext<'_>) -> bool {
    react_imports(ctx).next().is_some()
}

struct Import<'a> {
    statement: Node<'a>,
    source: String,
    is_type: bool,
}

fn react_imports(ctx: RuleContext<'_>) -> impl Iterator<Item = Import<'_>> {
    ctx.file.tree.root().items().filter(|node| node.is("import_statement")).filter_map(
        |statement| {
            let source = string_value(statement.child_by_field("source")?)?;
            let is_type = statement.has_token("type");
            SOURCES.contains(&source.as_str()).then_some(Import { statement, source, is_type })
        },
    )
}

impl<'a> Import<'a> {
    /// `name` and `type Name` between the braces.
    fn specifiers(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let is_type = self.is_type;
        self.statement.descendants().filter(move |node| node.is("import_specifier") && !is_type)
    }

    /// The name that React as a whole has.
    fn whole(&self) -> Option<Node<'a>> {
        let clause = self.statement.items().find(|part| part.is("import_clause"))?;
        if self.is_type {
            return None;
        }
        clause.items().find_map(|part| match part.kind() {
            "identifier" => Some(part),
            "namespace_import" => part.items().next(),
            _ => None,
        })
    }
}
