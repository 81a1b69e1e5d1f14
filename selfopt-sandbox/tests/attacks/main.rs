//! Attacks on the sandbox: every script of `scripts/` on every backend that is
//! built in. Each must say what it tried, must be stopped, and by what the table
//! in `docs/security/attacks.md` says.
//!
//! `SELFOPT_ATTACKS=write cargo test -p selfopt-sandbox --features docker --test
//! attacks` runs all of them, prints the table and writes it.

mod aftermath;
mod run;
mod script;
mod table;
mod targets;

use libtest_mimic::{Arguments, Failed, Trial};
use selfopt_sandbox::LocalSandbox;

use run::Backend;
use script::Script;
use table::Table;

/// The backends that are built in.
fn backends() -> Vec<Backend> {
    vec![
        Backend {
            name: "bubblewrap",
            open: |base| {
                LocalSandbox::bubblewrap(base).unwrap_or_else(|error| {
                    panic!(
                        "bubblewrap is needed for these tests; run `cargo xtask setup`: {error:?}"
                    )
                })
            },
        },
        #[cfg(all(feature = "docker", target_os = "linux"))]
        Backend {
            name: "docker",
            open: |base| {
                LocalSandbox::docker(base).unwrap_or_else(|error| {
                    panic!("Docker is needed for these tests; run `cargo xtask setup`: {error:?}")
                })
            },
        },
    ]
}

fn main() {
    if std::env::var_os("SELFOPT_ATTACKS").is_some_and(|value| value == "write") {
        table::write(&backends());
        return;
    }
    let arguments = Arguments::from_args();
    let mut trials = vec![
        Trial::test("table::is_complete", || is_complete().map_err(Failed::from)),
        Trial::test("table::names_tests", || table::names_tests().map_err(Failed::from)),
        Trial::test("holes_are_seen", || holes_are_seen().map_err(Failed::from)),
    ];
    for backend in backends() {
        for script in Script::all() {
            let name = format!("{}::{}", backend.name, script.name);
            trials.push(Trial::test(name, move || check(&script, backend).map_err(Failed::from)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The attack is stopped, and by what the table says.
fn check(script: &Script, backend: Backend) -> Result<(), String> {
    let stopped = run::run(script, backend)?;
    let table = Table::read();
    let kept = table.cell(&script.name, backend.name).unwrap_or_default();
    if kept == stopped {
        return Ok(());
    }
    Err(format!(
        "stopped by `{stopped}`, and `{}` says `{kept}`; if that is right, write it anew: {}",
        table::PATH,
        table::COMMAND
    ))
}

/// The table has a line for every attack, in order, and no other.
fn is_complete() -> Result<(), String> {
    let scripts = Script::all();
    if scripts.len() < 30 {
        return Err(format!("{} attacks are few", scripts.len()));
    }
    let expected: Vec<_> =
        scripts.iter().map(|script| (script.name.as_str(), script.title.as_str())).collect();
    let table = Table::read();
    let kept: Vec<_> = table.attacks().collect();
    if kept == expected {
        return Ok(());
    }
    Err(format!("`{}` has other attacks; write it anew: {}", table::PATH, table::COMMAND))
}

/// Attacks that do no harm where they succeed, on plain processes, where they
/// do: a suite that sees no hole there would see none anywhere.
fn holes_are_seen() -> Result<(), String> {
    const HARMLESS: [&str; 3] = ["abstract-socket", "other-workspace", "tcp-host"];
    let processes = Backend {
        name: "process",
        open: |base| LocalSandbox::process(base).expect("plain processes work everywhere"),
    };
    for script in Script::all().iter().filter(|script| HARMLESS.contains(&script.name.as_str())) {
        match run::run(script, processes) {
            Err(why) if why.starts_with("it succeeded") => {}
            other => return Err(format!("`{}` on plain processes: {other:?}", script.name)),
        }
    }
    Ok(())
}
