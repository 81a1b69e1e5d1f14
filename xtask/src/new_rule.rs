//! `cargo xtask new-rule <pack>/<id>`: the two files of a rule, ready to be filled in.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::repository_root;
use crate::tidy::HEADINGS;

/// `<pack>/<id>`, both in kebab-case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleId {
    pack: String,
    name: String,
}

impl FromStr for RuleId {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once('/') {
            Some((pack, name)) if is_kebab_case(pack) && is_kebab_case(name) => {
                Ok(Self { pack: pack.to_owned(), name: name.to_owned() })
            }
            _ => bail!("`{text}` is not a rule id such as `core/array-includes-in-loop`"),
        }
    }
}

fn is_kebab_case(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_word) && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// Writes both files; neither may exist.
pub(crate) fn run(id: &RuleId) -> Result<()> {
    let crate_folder = repository_root().join("selfopt-rules");
    let source = crate_folder.join(format!("src/{}/{}.rs", id.pack, id.module()));
    let page = crate_folder.join(format!("rulebook/{}/{}.md", id.pack, id.name));
    for path in [&source, &page] {
        ensure!(!path.exists(), "`{}` exists already", path.display());
    }
    write(&source, &id.source())?;
    write(&page, &id.page())?;
    println!("wrote {}", source.display());
    println!("wrote {}", page.display());
    println!(
        "next: add `mod {module};` and the rule `{}` to src/{}/mod.rs (a new pack also needs \
         `mod {};` in src/lib.rs and a line in src/registry.rs), then fill in both files",
        id.type_name(),
        id.pack,
        id.pack,
        module = id.module(),
    );
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    let failed = || format!("failed to write `{}`", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    std::fs::write(path, text).with_context(failed)
}

impl RuleId {
    fn module(&self) -> String {
        self.name.replace('-', "_")
    }

    fn type_name(&self) -> String {
        let words = self.name.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        });
        words.collect()
    }

    fn source(&self) -> String {
        include_str!("new_rule/source.template")
            .replace("{{pack}}", &self.pack)
            .replace("{{id}}", &self.name)
            .replace("{{Type}}", &self.type_name())
    }

    fn page(&self) -> String {
        let sections = HEADINGS.map(|heading| format!("\n## {heading}\n\n{}\n", prompt(heading)));
        format!("# {}\n{}", self.name, sections.concat())
    }
}

/// What to write below a heading.
fn prompt(heading: &str) -> &str {
    match heading {
        "What it finds" => {
            "One paragraph, then the cases that must be found and that must not:\n\n\
             ```ts invalid\n```\n\n```ts valid\n```"
        }
        "Before and after" => {
            "```ts before\n```\n\n```ts after\n```\n\nThe same results on generated inputs:\n\n\
             ```js equivalent\n```"
        }
        "Fix safety" => {
            "Every condition of the rule, each with code that does not meet it:\n\n\
             - `name-it`: what must hold for the rewrite to change nothing else.\n\n\
             ```ts declined name-it\n```"
        }
        "Evidence" => {
            "A measured number, with engine and size; without one the rule is not merged."
        }
        "Options" => "None.",
        "Origin" => "Where the idea comes from.",
        _ => "To be written.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_two_kebab_case_words() {
        let id: RuleId = "core/array-includes-in-loop".parse().unwrap();
        assert_eq!(id.module(), "array_includes_in_loop");
        assert_eq!(id.type_name(), "ArrayIncludesInLoop");
        for wrong in
            ["core", "core/", "core/A", "core/a_b", "core/a--b", "core/1a", "a/b/c", "../x"]
        {
            assert!(wrong.parse::<RuleId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_files_name_the_rule() {
        let id: RuleId = "core/a-rule".parse().unwrap();
        assert!(id.source().contains("id: \"a-rule\",\n    pack: \"core\","));
        assert!(!id.source().contains("{{"));
        assert!(HEADINGS.iter().all(|heading| id.page().contains(&format!("## {heading}\n"))));
    }
}
