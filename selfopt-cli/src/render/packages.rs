//! The packages of a workspace: where each is, and what it can run.

use std::fmt::Write as _;

use selfopt_core::{Project, WorkspacePackage, printable};

use super::grid;
use super::style::{BOLD, DIM, NAME, pad, plural};

/// Packages that a terminal is shown; JSON has them all.
const LISTED: usize = 40;
/// The widest column; longer names push the rest of their line.
const MAX_WIDTH: usize = 40;

/// A compact table; empty without packages.
pub(crate) fn table(project: &Project) -> String {
    let packages = &project.packages;
    if packages.is_empty() {
        return String::new();
    }
    let mut out = format!("{BOLD}{}{BOLD:#}\n", plural(packages.len(), "package", "packages"));
    let listed: Vec<_> = packages.iter().take(LISTED).map(cells).collect();
    let width = |column: fn(&Cells) -> &str| {
        let longest = listed.iter().map(|row| column(row).chars().count()).max();
        longest.unwrap_or_default().min(MAX_WIDTH)
    };
    let (names, paths) = (width(|row| &row.name), width(|row| &row.path));
    for row in &listed {
        let has = if row.has.is_empty() { "no commands found" } else { &row.has };
        let _ = writeln!(
            out,
            "  {NAME}{}{NAME:#} {} {DIM}{has}{DIM:#}",
            pad(&row.name, names),
            pad(&row.path, paths)
        );
    }
    let more = packages.len() - listed.len();
    if more > 0 {
        let _ = writeln!(out, "  and {more} more; `--format json` lists them all");
    }
    let _ = writeln!(out, "  one of them alone: `--package NAME`");
    out
}

/// All of them in Markdown; empty without packages.
pub(crate) fn markdown(project: &Project) -> String {
    if project.packages.is_empty() {
        return String::new();
    }
    let rows = project.packages.iter().map(|package| {
        let row = cells(package);
        let needs: Vec<_> = package.depends_on.iter().map(|name| code(name)).collect();
        [code(&row.name), code(&row.path), row.has, needs.join(", ")]
    });
    format!("\n{}", grid::table(["package", "folder", "commands", "depends on"], rows))
}

/// One line of a table.
struct Cells {
    name: String,
    path: String,
    has: String,
}

fn cells(package: &WorkspacePackage) -> Cells {
    let commands = [
        ("build", package.build_cmd.is_some()),
        ("typecheck", package.typecheck_cmd.is_some()),
        ("tests", package.test_cmd.is_some()),
        ("benchmark", package.bench.is_some()),
    ];
    let has: Vec<_> = commands.into_iter().filter_map(|(name, has)| has.then_some(name)).collect();
    Cells { name: one_line(&package.name), path: one_line(&package.path), has: has.join(", ") }
}

/// A name of the repository's choosing, on one line and without control
/// characters.
fn one_line(text: &str) -> String {
    printable(text.as_bytes()).replace(['\n', '\t'], " ")
}

fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

#[cfg(test)]
mod tests {
    use selfopt_core::config::Config;
    use selfopt_core::{MemoryTree, detection};

    use super::*;

    fn project(names: &[&str]) -> Project {
        let files = names.iter().enumerate().map(|(idx, name)| {
            let scripts = r#""scripts": {"build": "tsc", "test": "node --test"}"#;
            let name = serde_json::json!(name);
            (format!("packages/p{idx:02}/package.json"), format!("{{\"name\": {name}, {scripts}}}"))
        });
        let root = ("package.json".to_owned(), r#"{"workspaces": ["packages/*"]}"#.to_owned());
        let tree = MemoryTree::new(files.chain([root]));
        detection::detect(&tree, &selfopt_detect::detectors(), &Config::default(), "")
    }

    fn plain(styled: &str) -> String {
        anstream::adapter::strip_str(styled).to_string()
    }

    #[test]
    fn packages_are_listed_with_what_they_have() {
        let table = plain(&table(&project(&["@x/a", "long-name"])));
        insta::assert_snapshot!(table, @r"
        2 packages
          @x/a      packages/p00 build, tests
          long-name packages/p01 build, tests
          one of them alone: `--package NAME`
        ");
        assert_eq!(super::table(&project(&[])), "");
        assert_eq!(markdown(&project(&[])), "");
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let names: Vec<String> = (0..LISTED + 3).map(|n| format!("p{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let table = plain(&table(&project(&names)));
        assert!(table.contains("and 3 more; `--format json`"), "{table}");
        assert_eq!(table.lines().count(), LISTED + 3);
        assert_eq!(markdown(&project(&names)).lines().count(), LISTED + 3 + 3);
    }

    #[test]
    fn names_cannot_break_out_of_their_cell() {
        let project = project(&["a|b`c\u{1b}[31m\nd"]);
        let row = markdown(&project).lines().last().unwrap_or_default().to_owned();
        assert!(row.starts_with(r"| `a\|b'c"), "{row}");
        assert!(!row.contains('\u{1b}') && !table(&project).contains("\u{1b}[31m"));
    }
}
