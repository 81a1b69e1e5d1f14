//! How a script of one package is run from the root of the repository.

use selfopt_core::PackageManagerName;

use super::members::{Member, Reach};
use crate::manager::{exec_prefix, quote};

/// The call of a script, or of a target of Nx where Nx is what knows the
/// package.
pub(super) fn run(manager: PackageManagerName, member: &Member<'_>, script: &str) -> String {
    let exec = exec_prefix(manager);
    match member.reach {
        Reach::Manager => by_manager(manager, member, script),
        Reach::Lerna if member.is_named => {
            format!("{exec} lerna run {} --scope {}", quote(script), quote(&member.name))
        }
        Reach::Lerna => inside(member, &format!("{} run {}", manager.program(), quote(script))),
        Reach::Nx => nx_target(manager, &member.name, script),
    }
}

/// A target of Nx, really run: a result out of the cache proves nothing.
pub(super) fn nx_target(manager: PackageManagerName, project: &str, target: &str) -> String {
    let task = quote(&format!("{project}:{target}"));
    format!("{} nx run {task} --skip-nx-cache", exec_prefix(manager))
}

/// A command line in the package's folder.
pub(super) fn inside(member: &Member<'_>, cmd: &str) -> String {
    format!("cd {} && {cmd}", quote(member.folder))
}

/// In the package manager's own idiom: by name, or by folder where the package
/// has no name of its own.
fn by_manager(manager: PackageManagerName, member: &Member<'_>, script: &str) -> String {
    let script = quote(script);
    let name = quote(&member.name);
    let by_path = quote(&format!("./{}", member.folder));
    match (manager, member.is_named) {
        (PackageManagerName::Pnpm, true) => format!("pnpm --filter {name} run {script}"),
        (PackageManagerName::Pnpm, false) => format!("pnpm --filter {by_path} run {script}"),
        (PackageManagerName::YarnClassic | PackageManagerName::YarnBerry, true) => {
            format!("yarn workspace {name} run {script}")
        }
        (PackageManagerName::YarnClassic | PackageManagerName::YarnBerry, false) => {
            inside(member, &format!("yarn run {script}"))
        }
        (PackageManagerName::Bun, true) => format!("bun run --filter {name} {script}"),
        (PackageManagerName::Bun, false) => format!("bun run --filter {by_path} {script}"),
        // npm takes a folder for a name.
        _ if script == "test" => format!("npm test -w {name}"),
        _ => format!("npm run {script} -w {name}"),
    }
}
