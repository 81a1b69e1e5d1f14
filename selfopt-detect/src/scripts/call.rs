//! What one command calls: package scripts, other command lines, tasks of
//! every package, or a program.

use crate::kind::is_known;
use crate::manifest::Manifest;
use crate::shell::is_assignment;

/// What a command calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// Scripts of this package. Whether nothing but the scripts is called: no
    /// arguments, assignments or wrappers.
    Scripts {
        /// Their names.
        names: Vec<String>,
        /// Whether the call adds nothing.
        plain: bool,
    },
    /// Command lines given as arguments.
    Lines(Vec<String>),
    /// Tasks or scripts of other packages.
    Tasks(Vec<String>),
    /// A program with its arguments, without wrappers.
    Program(Vec<String>),
}

/// Commands of pnpm and Yarn that are no scripts.
const MANAGER_COMMANDS: [&str; 31] = [
    "install", "i", "ci", "add", "remove", "publish", "version", "link", "unlink", "pack", "audit",
    "outdated", "dlx", "exec", "run", "create", "config", "cache", "why", "info", "login", "init",
    "rebuild", "store", "licenses", "list", "ls", "workspaces", "workspace", "dedupe", "up",
];

/// Finds out what these words call.
pub(crate) fn resolve(words: &[String], manifest: &Manifest) -> Call {
    let core = unwrapped(words);
    let plain = core.len() == words.len();
    let Some((program, args)) = core.split_first() else { return Call::Program(Vec::new()) };
    match program.as_str() {
        "npm" | "pnpm" | "yarn" | "bun" => manager_call(program, args, plain, manifest),
        "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" => run_all(args, manifest),
        "concurrently" | "conc" => concurrently(args, manifest),
        "sh" | "bash" if args.first().is_some_and(|arg| arg == "-c") => {
            Call::Lines(args.get(1).cloned().into_iter().collect())
        }
        "turbo" | "nx" | "lerna" | "wsrun" | "ultra" => task_runner(program, args, manifest),
        "node" if args.first().is_some_and(|arg| arg == "--run") => {
            script_call(args.get(1).into_iter().cloned().collect(), plain && args.len() == 2, manifest)
        }
        _ => Call::Program(core.to_vec()),
    }
}

/// The words after assignments and wrappers such as `cross-env` and `npx`.
pub(crate) fn unwrapped(words: &[String]) -> &[String] {
    let mut rest = words;
    loop {
        let Some((first, args)) = rest.split_first() else { return rest };
        let second = args.first().map_or("", String::as_str);
        rest = match first.as_str() {
            _ if is_assignment(first) => args,
            "cross-env" | "cross-env-shell" | "env" | "time" | "exec" | "command" | "is-ci" | "nice" => {
                skip_flags(args)
            }
            "npx" | "bunx" | "pnpx" => skip_flags(args),
            "npm" | "pnpm" | "yarn" | "bun" if matches!(second, "exec" | "dlx" | "x") => {
                skip_flags(args.get(1..).unwrap_or_default())
            }
            "env-cmd" | "dotenv" | "dotenvx" | "c8" | "nyc" | "c8-nyc" | "if-node-version" | "retry"
            | "timeout" | "infisical" => {
                match args.iter().position(|word| is_known(word)) {
                    Some(at) => args.get(at..).unwrap_or_default(),
                    None => return rest,
                }
            }
            _ => return rest,
        };
    }
}

fn skip_flags(args: &[String]) -> &[String] {
    let n_flags = args.iter().take_while(|arg| arg.starts_with('-')).count();
    args.get(n_flags..).unwrap_or_default()
}

fn script_call(names: Vec<String>, plain: bool, manifest: &Manifest) -> Call {
    let mut found = Vec::new();
    for name in names {
        found.extend(matching(&name, manifest));
    }
    if found.is_empty() { Call::Program(Vec::new()) } else { Call::Scripts { names: found, plain } }
}

/// `npm test`, `pnpm -r build`, `yarn workspaces foreach run test`, …
fn manager_call(program: &str, args: &[String], plain: bool, manifest: &Manifest) -> Call {
    let is_everywhere = args.iter().any(|arg| {
        matches!(
            arg.as_str(),
            "-r" | "--recursive" | "--workspaces" | "-ws" | "--filter" | "-F" | "--workspace" | "workspaces"
                | "workspace" | "--cwd" | "--prefix" | "-C" | "--dir"
        ) || ["--filter=", "--workspace=", "--workspaces=", "-w=", "--prefix=", "--cwd="].iter().any(|start| arg.starts_with(start))
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
        let Some((name, more)) = named.split_first() else { return all(args) };
        let found = matching(name, manifest);
        return if found.is_empty() {
            // `yarn run jest`, `bun run file.ts`.
            if program == "bun" { all(args) } else { resolve(named, manifest) }
        } else {
            let plain = plain && more.is_empty() && is_quiet(flags) && is_quiet(rest.get(..rest.len() - named.len()).unwrap_or_default());
            Call::Scripts { names: found, plain }
        };
    }
    match (program, command.as_str()) {
        ("npm", "test" | "t" | "tst" | "start" | "stop") => {
            let name = if command.starts_with('t') { "test" } else { command };
            let call = script_call(vec![name.to_owned()], plain && rest.is_empty() && flags.is_empty(), manifest);
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
        matches!(flag.as_str(), "-s" | "--silent" | "--if-present" | "--sequential" | "--parallel" | "-q")
    })
}

/// The scripts that a call for every package names.
fn everywhere_tasks(args: &[String]) -> Vec<String> {
    let after_run = args.iter().position(|arg| arg == "run").map(|at| &args[at + 1..]);
    let mut rest = after_run.unwrap_or(args);
    let takes_value = |arg: &str| {
        matches!(
            arg,
            "--filter" | "-F" | "--workspace" | "-w" | "--include" | "--exclude" | "--concurrency"
                | "--workspace-concurrency" | "workspace" | "--cwd" | "--prefix" | "-C" | "--dir" | "--from"
        )
    };
    let mut tasks = Vec::new();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if takes_value(first) {
            rest = more.get(1..).unwrap_or_default();
        } else if !first.starts_with('-') && !matches!(first.as_str(), "workspaces" | "foreach" | "exec" | "run") {
            tasks.push(first.clone());
            break;
        }
    }
    tasks
}

/// `turbo run test`, `nx run-many --targets=a,b`, `lerna exec -- npm test`.
fn task_runner(program: &str, args: &[String], manifest: &Manifest) -> Call {
    if program == "lerna" {
        return match args.first().map(String::as_str) {
            Some("exec") => {
                let rest = args.iter().skip(1).position(|arg| is_known(arg)).map_or(&[][..], |at| &args[at + 1..]);
                match resolve(rest, manifest) {
                    Call::Scripts { names, .. } => Call::Tasks(names),
                    call => call,
                }
            }
            Some("run") => Call::Tasks(args.get(1).cloned().into_iter().collect()),
            Some("publish" | "version") => Call::Program(vec!["npm".into(), "publish".into()]),
            Some("bootstrap") => Call::Program(vec!["npm".into(), "install".into()]),
            _ => Call::Program(vec!["lerna-clean".into()]),
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
    if program == "turbo" {
        let named = args.iter().filter(|arg| !arg.starts_with('-') && *arg != "run");
        return Call::Tasks(named.cloned().collect());
    }
    if tasks.is_empty() {
        let named = args.iter().find(|arg| !arg.starts_with('-') && !matches!(arg.as_str(), "run" | "run-many" | "affected"));
        // `nx run app:build`.
        tasks.extend(named.map(|task| task.rsplit(':').next().unwrap_or(task).to_owned()).filter(|_| {
            program == "nx" && args.first().is_some_and(|arg| arg == "run")
        }).or_else(|| named.cloned()));
    }
    Call::Tasks(tasks)
}

/// `npm-run-all clean build:* --parallel lint`.
fn run_all(args: &[String], manifest: &Manifest) -> Call {
    let mut names = Vec::new();
    for arg in args.iter().filter(|arg| !arg.starts_with('-')) {
        let name = arg.split_whitespace().next().unwrap_or_default();
        let found = matching(name, manifest);
        if found.is_empty() {
            names.push(name.to_owned());
        }
        names.extend(found);
    }
    Call::Scripts { names, plain: true }
}

/// `concurrently "npm:lint" "npm run build -- --watch" -n a,b`.
fn concurrently(args: &[String], manifest: &Manifest) -> Call {
    let mut lines = Vec::new();
    let mut is_value = false;
    for arg in args {
        if arg.starts_with('-') {
            is_value = matches!(
                arg.as_str(),
                "-n" | "--names" | "-c" | "--prefix-colors" | "-p" | "--prefix" | "-m" | "--max-processes" | "-s" | "--success"
            );
        } else if is_value {
            is_value = false;
        } else if let Some(script) = arg.strip_prefix("npm:") {
            let (name, more) = script.split_once(' ').unwrap_or((script, ""));
            lines.extend(matching(name, manifest).iter().map(|name| format!("npm run {name} {more}")));
        } else {
            lines.push(arg.clone());
        }
    }
    Call::Lines(lines)
}

/// The scripts a name, a glob (`build:*`) or a pattern (`/^test:/`) stands for.
fn matching(name: &str, manifest: &Manifest) -> Vec<String> {
    let names = manifest.scripts.iter().map(|script| &script.name);
    if let Some(pattern) = name.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        // Enough of regular expressions for script names: anchors and a
        // literal start.
        let literal: String = pattern
            .trim_start_matches('^')
            .chars()
            .take_while(|c| c.is_alphanumeric() || "-_:/".contains(*c))
            .collect();
        let is_start = pattern.starts_with('^');
        return names
            .filter(|name| if is_start { name.starts_with(&literal) } else { name.contains(&literal) })
            .cloned()
            .collect();
    }
    if let Some((start, end)) = name.split_once('*') {
        let end = end.trim_start_matches('*');
        let is_deep = name.contains("**");
        return names
            .filter(|name| {
                name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(|middle| {
                    !middle.is_empty() && (is_deep || !middle.contains(':'))
                })
            })
            .cloned()
            .collect();
    }
    names.filter(|script| *script == name).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::whole_file;
    use crate::manifest::Script;
    use crate::shell::split;

    fn manifest(names: &[&str]) -> Manifest {
        let scripts = names.iter().map(|name| Script {
            name: (*name).to_owned(),
            text: String::new(),
            line: whole_file("package.json"),
        });
        Manifest { scripts: scripts.collect(), ..Manifest::default() }
    }

    fn call(line: &str) -> Call {
        let manifest = manifest(&["test", "lint", "build:a", "build:b", "build:b:c", "test:unit", "unit"]);
        resolve(&split(line)[0].words, &manifest)
    }

    fn scripts(names: &[&str], plain: bool) -> Call {
        Call::Scripts { names: names.iter().map(|name| (*name).to_owned()).collect(), plain }
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn calls_of_scripts_are_found() {
        let cases = [
            ("npm test", scripts(&["test"], true)),
            ("npm t", scripts(&["test"], true)),
            ("npm run lint", scripts(&["lint"], true)),
            ("npm run lint -- --fix", scripts(&["lint"], false)),
            ("npm run --silent lint", scripts(&["lint"], true)),
            ("yarn test:unit", scripts(&["test:unit"], true)),
            ("pnpm run /^test/", scripts(&["test", "test:unit"], true)),
            ("node --run lint", scripts(&["lint"], true)),
            ("cross-env A=1 yarn unit", scripts(&["unit"], false)),
            ("c8 --reporter text pnpm unit", scripts(&["unit"], false)),
            ("run-p build:*", scripts(&["build:a", "build:b"], true)),
            ("npm-run-all --parallel build:** 'lint src'", scripts(&["build:a", "build:b", "build:b:c", "lint"], true)),
        ];
        for (line, expected) in cases {
            assert_eq!(call(line), expected, "{line}");
        }
    }

    #[test]
    fn programs_lose_their_wrappers() {
        let cases = [
            ("npx jest --ci", "jest --ci"),
            ("NODE_ENV=test nyc --all mocha -R dot", "mocha -R dot"),
            ("pnpm exec playwright test", "playwright test"),
            ("yarn jest a", "jest a"),
            ("yarn run jest", "jest"),
            ("bun test", "bun test"),
            ("npm install", "npm install"),
            ("pnpm publish", "pnpm publish"),
            ("nyc report", "nyc report"),
        ];
        for (line, expected) in cases {
            assert_eq!(call(line), Call::Program(words(expected)), "{line}");
        }
    }

    #[test]
    fn tasks_of_other_packages_are_named() {
        let cases = [
            ("turbo run test", "test"),
            ("turbo run lint test --parallel", "lint test"),
            ("turbo --filter=./packages/* build", "build"),
            ("nx run-many --targets=lint,test:lib", "lint test:lib"),
            ("nx affected --target=build", "build"),
            ("nx test", "test"),
            ("nx run app:build", "build"),
            ("lerna run test --scope a", "test"),
            ("yarn lerna exec --concurrency 1 yarn test", "test"),
            ("pnpm -r --if-present test", "test"),
            ("pnpm --filter ./site build", "build"),
            ("pnpm run --parallel --filter=./packages/* typecheck", "typecheck"),
            ("yarn workspaces foreach -A --include 'x' run build", "build"),
            ("yarn workspace a test", "test"),
            ("npm run lint --workspaces --if-present", "lint"),
        ];
        for (line, expected) in cases {
            assert_eq!(call(line), Call::Tasks(words(expected)), "{line}");
        }
    }

    #[test]
    fn lines_given_as_arguments_are_taken_apart() {
        assert_eq!(
            call("concurrently -n a,b 'npm:lint' 'npm run unit -- -w'"),
            Call::Lines(vec!["npm run lint ".into(), "npm run unit -- -w".into()])
        );
        assert_eq!(call("sh -c 'a && b'"), Call::Lines(vec!["a && b".into()]));
    }
}
