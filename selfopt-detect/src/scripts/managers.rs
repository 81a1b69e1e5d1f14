//! Calls through npm, pnpm, Yarn and Bun.

use super::call::{Call, resolve, script_call, skip_flags};
use super::names::matching;
use crate::manifest::Manifest;

/// Commands of pnpm and Yarn that are no scripts.
const MANAGER_COMMANDS: [&str; 31] = [
    "install",
    "i",
    "ci",
    "add",
    "remove",
    "publish",
    "version",
    "link",
    "unlink",
    "pack",
    "audit",
    "outdated",
    "dlx",
    "exec",
    "run",
    "create",
    "config",
    "cache",
    "why",
    "info",
    "login",
    "init",
    "rebuild",
    "store",
    "licenses",
    "list",
    "ls",
    "workspaces",
    "workspace",
    "dedupe",
    "up",
];

/// `npm test`, `pnpm -r build`, `yarn workspaces foreach run test`, …
pub(super) fn manager_call(
    program: &str,
    args: &[String],
    plain: bool,
    manifest: &Manifest,
) -> Call {
    let is_everywhere = args.iter().any(|arg| {
        matches!(
            arg.as_str(),
            "-r" | "--recursive"
                | "--workspaces"
                | "-ws"
                | "--filter"
                | "-F"
                | "--workspace"
                | "workspaces"
                | "workspace"
                | "--cwd"
                | "--prefix"
                | "-C"
                | "--dir"
        ) || ["--filter=", "--workspace=", "--workspaces=", "-w=", "--prefix=", "--cwd="]
            .iter()
            .any(|start| arg.starts_with(start))
    });
    if is_everywhere && !args.iter().any(|arg| arg == "install" || arg == "i" || arg == "ci") {
        return Call::Tasks(everywhere_tasks(args));
    }
    let (flags, rest) = args.split_at(args.len() - skip_flags(args).len());
    let Some((command, rest)) = rest.split_first() else {
        return Call::Program(vec![program.to_owned()]);
    };
    let is_run = matches!(command.as_str(), "run" | "run-script" | "rum");
    let all = |words: &[String]| {
        let mut call = vec![program.to_owned()];
        call.extend_from_slice(words);
        Call::Program(call)
    };
    if is_run {
        let named = skip_flags(rest);
        let Some((name, more)) = named.split_first() else {
            return all(args);
        };
        let found = matching(name, manifest);
        return if found.is_empty() {
            // `yarn run jest`, `bun run file.ts`.
            if program == "bun" { all(args) } else { resolve(named, manifest) }
        } else {
            let plain = plain
                && more.is_empty()
                && is_quiet(flags)
                && is_quiet(rest.get(..rest.len() - named.len()).unwrap_or_default());
            Call::Scripts { names: found, plain }
        };
    }
    match (program, command.as_str()) {
        ("npm", "test" | "t" | "tst" | "start" | "stop") => {
            let name = if command.starts_with('t') { "test" } else { command };
            let call = script_call(
                vec![name.to_owned()],
                plain && rest.is_empty() && flags.is_empty(),
                manifest,
            );
            if call == Call::Program(Vec::new()) { all(args) } else { call }
        }
        ("npm" | "bun", _) => all(args),
        _ if MANAGER_COMMANDS.contains(&command.as_str()) => all(args),
        _ if manifest.script(command).is_some() => Call::Scripts {
            names: vec![command.clone()],
            plain: plain && rest.is_empty() && is_quiet(flags),
        },
        // `yarn jest`, `pnpm turbo run test`.
        _ => match resolve(args.get(flags.len()..).unwrap_or_default(), manifest) {
            Call::Scripts { names, .. } => Call::Scripts { names, plain: false },
            call => call,
        },
    }
}

/// Flags that change nothing but the output.
fn is_quiet(flags: &[String]) -> bool {
    flags.iter().all(|flag| {
        matches!(
            flag.as_str(),
            "-s" | "--silent" | "--if-present" | "--sequential" | "--parallel" | "-q"
        )
    })
}

/// The scripts that a call for every package names.
fn everywhere_tasks(args: &[String]) -> Vec<String> {
    let after_run = args.iter().position(|arg| arg == "run").map(|at| &args[at + 1..]);
    let mut rest = after_run.unwrap_or(args);
    let takes_value = |arg: &str| {
        matches!(
            arg,
            "--filter"
                | "-F"
                | "--workspace"
                | "-w"
                | "--include"
                | "--exclude"
                | "--concurrency"
                | "--workspace-concurrency"
                | "workspace"
                | "--cwd"
                | "--prefix"
                | "-C"
                | "--dir"
                | "--from"
        )
    };
    let mut tasks = Vec::new();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if takes_value(first) {
            rest = more.get(1..).unwrap_or_default();
        } else if !first.starts_with('-')
            && !matches!(first.as_str(), "workspaces" | "foreach" | "exec" | "run")
        {
            tasks.push(first.clone());
            break;
        }
    }
    tasks
}
