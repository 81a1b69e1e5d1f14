//! Calls through task runners: turbo, nx, lerna, npm-run-all, concurrently.

use super::call::{Call, resolve};
use super::names::matching;
use crate::kind::is_known;
use crate::manifest::Manifest;

/// `turbo run test`, `nx run-many --targets=a,b`, `lerna exec -- npm test`.
pub(super) fn task_runner(program: &str, args: &[String], manifest: &Manifest) -> Call {
    if program == "lerna" {
        return match args.first().map(String::as_str) {
            Some("exec") => {
                let rest = args
                    .iter()
                    .skip(1)
                    .position(|arg| is_known(arg))
                    .map_or(&[][..], |at| &args[at + 1..]);
                match resolve(rest, manifest) {
                    Call::Scripts { names, .. } => Call::Tasks(names),
                    call => call,
                }
            }
            Some("run") => {
                let task = args.iter().skip(1).find(|arg| !arg.starts_with('-'));
                Call::Tasks(task.cloned().into_iter().collect())
            }
            Some("publish" | "version") => Call::Program(vec!["npm".into(), "publish".into()]),
            Some("bootstrap") => Call::Program(vec!["npm".into(), "install".into()]),
            _ => Call::Program(vec!["true".into()]),
        };
    }
    let mut tasks = Vec::new();
    let mut takes_targets = false;
    for arg in args {
        if let Some((_, targets)) =
            arg.split_once('=').filter(|(flag, _)| matches!(*flag, "--targets" | "--target" | "-t"))
        {
            tasks.extend(targets.split(',').map(str::to_owned));
        } else if matches!(arg.as_str(), "-t" | "--target" | "--targets") {
            takes_targets = true;
        } else if arg.starts_with('-') {
            takes_targets = false;
        } else if takes_targets {
            tasks.extend(arg.split(',').map(str::to_owned));
        }
    }
    if program == "turbo" || program == "lage" {
        let named: Vec<&str> = args
            .iter()
            .map(String::as_str)
            .filter(|arg| !arg.starts_with('-') && *arg != "run")
            .collect();
        // `//#test` is the root's own script, `web#test` another package's.
        let own: Vec<_> = named.iter().filter_map(|task| task.strip_prefix("//#")).collect();
        if !own.is_empty() && own.len() == named.len() {
            let names = own.iter().flat_map(|name| matching(name, manifest)).collect();
            return Call::Scripts { names, plain: false };
        }
        let task = |name: &&str| name.rsplit('#').next().unwrap_or_default().to_owned();
        return Call::Tasks(named.iter().map(task).collect());
    }
    if tasks.is_empty() {
        let named = args.iter().find(|arg| {
            !arg.starts_with('-') && !matches!(arg.as_str(), "run" | "run-many" | "affected")
        });
        // `nx run app:build`.
        tasks.extend(
            named
                .map(|task| task.rsplit(':').next().unwrap_or(task).to_owned())
                .filter(|_| program == "nx" && args.first().is_some_and(|arg| arg == "run"))
                .or_else(|| named.cloned()),
        );
    }
    Call::Tasks(tasks)
}

/// `npm-run-all clean build:* --parallel lint`.
pub(super) fn run_all(args: &[String], manifest: &Manifest) -> Call {
    let mut names = Vec::new();
    let mut is_value = false;
    for arg in args {
        if arg.starts_with('-') {
            is_value = matches!(arg.as_str(), "--max-parallel" | "--npm-path");
            continue;
        }
        if std::mem::take(&mut is_value) {
            continue;
        }
        let name = arg.split_whitespace().next().unwrap_or_default();
        let found = matching(name, manifest);
        if found.is_empty() {
            names.push(name.to_owned());
        }
        names.extend(found);
    }
    Call::Scripts { names, plain: true }
}

/// How `concurrently` marks a script.
const MANAGERS: [&str; 5] = ["npm:", "pnpm:", "yarn:", "bun:", "node:"];

/// `concurrently "npm:lint" "npm run build -- --watch" -n a,b`.
pub(super) fn concurrently(args: &[String], manifest: &Manifest) -> Call {
    let mut lines = Vec::new();
    let mut is_value = false;
    for arg in args {
        if arg.starts_with('-') {
            is_value = matches!(
                arg.as_str(),
                "-n" | "--names"
                    | "-c"
                    | "--prefix-colors"
                    | "-p"
                    | "--prefix"
                    | "-m"
                    | "--max-processes"
                    | "-s"
                    | "--success"
            );
        } else if is_value {
            is_value = false;
        } else if let Some(script) = MANAGERS.iter().find_map(|start| arg.strip_prefix(start)) {
            let (name, more) = script.split_once(' ').unwrap_or((script, ""));
            lines.extend(
                matching(name, manifest).iter().map(|name| format!("npm run {name} {more}")),
            );
        } else {
            lines.push(arg.clone());
        }
    }
    Call::Lines(lines)
}
