//! Names for constants at the top of a module.

use selfopt_syntax::Node;

use super::functions::is_function;
use super::names::fresh_name;
use crate::rule::RuleContext;

/// First words of function names that say what is done, not to what.
const VERBS: [&str; 38] = [
    "as",
    "build",
    "can",
    "check",
    "compare",
    "compute",
    "count",
    "create",
    "display",
    "extract",
    "find",
    "format",
    "get",
    "has",
    "is",
    "make",
    "match",
    "matches",
    "normalize",
    "parse",
    "print",
    "read",
    "remove",
    "render",
    "replace",
    "should",
    "show",
    "sort",
    "split",
    "strip",
    "test",
    "to",
    "transform",
    "update",
    "validate",
    "verify",
    "with",
    "write",
];

/// Last words of names that say what the value is, not what for.
const GENERIC: [&str; 21] = [
    "re",
    "reg",
    "regex",
    "regexp",
    "rx",
    "rgx",
    "pattern",
    "matcher",
    "format",
    "formatter",
    "fmt",
    "nf",
    "df",
    "dtf",
    "collator",
    "rules",
    "schema",
    "validator",
    "plural",
    "intl",
    "constructor",
];

/// A free name for a constant taken out of the code at `node`: what the code
/// calls it, or else what its function is about, with `noun` behind it; `alone`
/// where nothing has a name. Written the way the file writes its constants.
pub fn constant_name(ctx: RuleContext<'_>, node: Node<'_>, noun: &str, alone: &str) -> String {
    let local = node
        .parent()
        .filter(|parent| parent.is("variable_declarator"))
        .and_then(|declarator| declarator.child_by_field("name"));
    let names = local.into_iter().chain(node.ancestors().filter_map(function_name));
    let about = names.map(|name| subject(name.text())).find(|words| !words.is_empty());
    let mut words = about.unwrap_or_default();
    let last = if words.is_empty() { alone } else { noun };
    words.extend(last.split(' ').map(str::to_owned));
    in_style(ctx, &words)
}

/// A free name for a constant that is the same wherever it is used.
pub fn common_name(ctx: RuleContext<'_>, words: &str) -> String {
    in_style(ctx, &words.split(' ').map(str::to_owned).collect::<Vec<_>>())
}

fn in_style(ctx: RuleContext<'_>, words: &[String]) -> String {
    let base = if prefers_camel_case(ctx) {
        let tail = words.iter().skip(1).map(|word| capitalized(word));
        words[0].clone() + &tail.collect::<String>()
    } else {
        words.join("_").to_uppercase()
    };
    fresh_name(ctx.file, &base)
}

fn function_name(function: Node<'_>) -> Option<Node<'_>> {
    if !is_function(function) {
        return None;
    }
    let parent = function.parent()?;
    function
        .child_by_field("name")
        .or_else(|| parent.is("variable_declarator").then(|| parent.child_by_field("name"))?)
        .or_else(|| parent.is("pair").then(|| parent.child_by_field("key"))?)
        .filter(|name| name.is_any(&["identifier", "property_identifier"]))
}

/// `formatUsd` → `usd`, `emailRegex` → `email`, `isOk` → `ok`, `re` → nothing.
fn subject(name: &str) -> Vec<String> {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_$".contains(c)) {
        return Vec::new();
    }
    let mut words = words_of(name);
    while words.last().is_some_and(|word| GENERIC.contains(&word.as_str())) {
        words.pop();
    }
    if words.first().is_some_and(|word| VERBS.contains(&word.as_str())) {
        words.remove(0);
    }
    let is_named =
        words.first().is_some_and(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    if is_named && words.concat().len() > 2 { words } else { Vec::new() }
}

/// The words of a name, in lower case: `parseHTMLPage` → parse, html, page.
fn words_of(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (idx, &c) in chars.iter().enumerate() {
        let is_after_lower = idx > 0 && !chars[idx - 1].is_ascii_uppercase();
        let is_before_lower = chars.get(idx + 1).is_some_and(char::is_ascii_lowercase);
        if !c.is_ascii_alphanumeric()
            || (c.is_ascii_uppercase() && (is_after_lower || is_before_lower))
        {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// Whether most constants at the top of the file that are neither functions
/// nor made elsewhere have names like `maxItems`.
fn prefers_camel_case(ctx: RuleContext<'_>) -> bool {
    let made_here = [
        "string",
        "template_string",
        "number",
        "regex",
        "array",
        "object",
        "new_expression",
        "true",
        "false",
        "binary_expression",
        "as_expression",
        "satisfies_expression",
    ];
    let (mut n_camel, mut n_upper) = (0, 0);
    for statement in ctx.file.tree.nodes_of_kind("lexical_declaration") {
        let is_top = statement
            .parent()
            .is_some_and(|parent| parent.is_any(&["program", "export_statement"]));
        if !is_top || !statement.has_token("const") {
            continue;
        }
        for declarator in statement.items() {
            let value = declarator.child_by_field("value");
            let name = declarator.child_by_field("name");
            if let Some(name) = name.filter(|_| value.is_some_and(|v| v.is_any(&made_here))) {
                let is_upper = !name.text().contains(|c: char| c.is_ascii_lowercase());
                n_upper += u32::from(is_upper);
                n_camel += u32::from(!is_upper);
            }
        }
    }
    n_camel > n_upper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects() {
        let check = |name, expected: &str| assert_eq!(subject(name).join(" "), expected, "{name}");
        check("formatUsd", "usd");
        check("isProductCode", "product code");
        check("EMAIL_REGEX", "email");
        check("parseHTMLPage", "html page");
        check("re", "");
        check("formatter", "");
        check("_slugify$", "slugify");
        check("größe", "");
    }
}
