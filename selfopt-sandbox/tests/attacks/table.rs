//! The table of attacks in the documentation.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Backend, run};
use crate::script::Script;

/// Where it is kept.
pub(crate) const PATH: &str = "docs/security/attacks.md";
/// What writes it.
pub(crate) const COMMAND: &str =
    "`SELFOPT_ATTACKS=write cargo test -p selfopt-sandbox --features docker --test attacks`";

/// The columns. What is not built in keeps what it says.
const COLUMNS: [&str; 2] = ["bubblewrap", "docker"];

const BEGIN: &str = "<!-- attacks: begin -->";
const END: &str = "<!-- attacks: end -->";

/// The table as it is kept: its head and its lines.
pub(crate) struct Table {
    head: Vec<String>,
    lines: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn read() -> Self {
        let text = page();
        let (_, rest) = text.split_once(BEGIN).expect("where the table begins");
        let (table, _) = rest.split_once(END).expect("where it ends");
        let mut lines = table.trim().lines().map(cells);
        let head = lines.next().unwrap_or_default();
        Self { head, lines: lines.skip(1).collect() }
    }

    /// Names and titles.
    pub(crate) fn attacks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines
            .iter()
            .filter_map(|line| Some((line.first()?.trim_matches('`'), line.get(1)?.as_str())))
    }

    /// What stopped an attack on a backend.
    pub(crate) fn cell(&self, attack: &str, backend: &str) -> Option<String> {
        let column = self.head.iter().position(|name| name == backend)?;
        let line = self
            .lines
            .iter()
            .find(|line| line.first().is_some_and(|name| name.trim_matches('`') == attack))?;
        line.get(column).cloned()
    }
}

/// Runs every attack on every backend, prints the table and writes it.
#[expect(clippy::print_stdout, reason = "this is what it is for")]
pub(crate) fn write(backends: &[Backend]) {
    let kept = Table::read();
    let mut table = format!("| attack | what it is | {} |\n", COLUMNS.join(" | "));
    table.push_str("|---|---|---|---|\n");
    let mut failed = Vec::new();
    for script in Script::all() {
        let mut cells = Vec::new();
        for column in COLUMNS {
            let Some(backend) = backends.iter().find(|backend| backend.name == column) else {
                cells.push(kept.cell(&script.name, column).unwrap_or_default());
                continue;
            };
            match run(&script, *backend) {
                Ok(stopped) => cells.push(stopped),
                Err(why) => {
                    failed.push(format!("{} on {column}: {why}", script.name));
                    cells.push("**not stopped**".to_owned());
                }
            }
        }
        let line = format!("| `{}` | {} | {} |\n", script.name, script.title, cells.join(" | "));
        print!("{line}");
        table.push_str(&line);
    }
    let text = page();
    let (before, rest) = text.split_once(BEGIN).expect("where the table begins");
    let (_, after) = rest.split_once(END).expect("where it ends");
    fs::write(path(), format!("{before}{BEGIN}\n{table}{END}{after}")).expect("written");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Every test that the page names for the proxy is where it says.
pub(crate) fn names_tests() -> Result<(), String> {
    let text = page();
    let (_, rest) = text.split_once("<!-- proxy: begin -->").expect("where the table begins");
    let (table, _) = rest.split_once("<!-- proxy: end -->").expect("where it ends");
    let lines: Vec<_> = table.trim().lines().skip(2).map(cells).collect();
    if lines.len() < 10 {
        return Err(format!("{} attacks on the proxy are few", lines.len()));
    }
    for line in lines {
        let test = line.last().cloned().unwrap_or_default();
        let named: Vec<&str> = test.split('`').collect();
        let [_, name, " in ", file, _] = named.as_slice() else {
            return Err(format!("no test in {line:?}"));
        };
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let source =
            fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        if !source.contains(&format!("fn {name}(")) {
            return Err(format!("there is no test `{name}` in `{}`", file.display()));
        }
    }
    Ok(())
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn page() -> String {
    fs::read_to_string(path()).unwrap_or_else(|error| panic!("{PATH}: {error}"))
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(PATH)
}
