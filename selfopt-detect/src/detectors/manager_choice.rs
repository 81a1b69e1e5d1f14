//! Which package manager a project uses: what it pins, its lock files, what it
//! demands, what its CI sets up, in this order.

use selfopt_core::{CommandSource, EvidenceLine, PackageManagerName, SourceTree};

use crate::ci::Ci;
use crate::evidence::{find_line, whole_file};
use crate::manifest::Manifest;
use crate::version_files::pin_of;

/// Lock files by the manager that writes them. Where several lie around, the
/// scripts' own words decide, then this order.
pub(super) const LOCKFILES: [(&str, PackageManagerName); 7] = [
    ("pnpm-lock.yaml", PackageManagerName::Pnpm),
    ("bun.lock", PackageManagerName::Bun),
    ("bun.lockb", PackageManagerName::Bun),
    ("package-lock.json", PackageManagerName::Npm),
    ("npm-shrinkwrap.json", PackageManagerName::Npm),
    ("yarn.lock", PackageManagerName::YarnClassic),
    ("deno.lock", PackageManagerName::Deno),
];

/// A package manager with what says so.
pub(crate) struct InUse {
    pub(crate) name: PackageManagerName,
    pub(crate) version: Option<String>,
    /// The hash behind the version: `sha512.…`.
    pub(crate) hash: Option<String>,
    pub(crate) confidence: f64,
    pub(crate) source: CommandSource,
    pub(crate) evidence: Vec<EvidenceLine>,
}

/// The package manager that this project uses.
pub(crate) fn manager_in_use(tree: &dyn SourceTree, manifest: &Manifest, ci: &Ci) -> InUse {
    let found = pinned(tree, manifest)
        .or_else(|| locked(tree, manifest, ci))
        .or_else(|| demanded(tree, manifest))
        .or_else(|| set_up(ci));
    let mut in_use = found.unwrap_or_else(|| InUse {
        name: PackageManagerName::Npm,
        version: None,
        hash: None,
        confidence: 0.75,
        source: CommandSource::Synthesized,
        evidence: vec![whole_file("package.json")],
    });
    if in_use.version.is_none() {
        in_use.version = pinned_by_version_manager(tree, manifest, in_use.name);
    }
    in_use
}

/// The version that volta, asdf or mise pin, where `package.json` pins none.
fn pinned_by_version_manager(
    tree: &dyn SourceTree,
    manifest: &Manifest,
    name: PackageManagerName,
) -> Option<String> {
    let pin = manifest.volta.get(name.program()).map(|field| field.value.clone());
    let version = pin.or_else(|| Some(pin_of(tree, name.program())?.version))?;
    let major: String = version.chars().take_while(char::is_ascii_digit).collect();
    let fits = match name {
        PackageManagerName::YarnClassic => major == "1" || major == "0",
        PackageManagerName::YarnBerry => major != "1" && major != "0",
        _ => true,
    };
    (fits && !major.is_empty()).then_some(version)
}

/// `packageManager` or `devEngines.packageManager`.
fn pinned(tree: &dyn SourceTree, manifest: &Manifest) -> Option<InUse> {
    let (field, name, version) = if let Some(field) = &manifest.package_manager {
        let (name, version) = field.value.split_once('@').unwrap_or((&field.value, ""));
        (field, name, version)
    } else {
        let (field, version) = manifest.dev_engines_manager.as_ref()?;
        (field, field.value.as_str(), version.as_deref().unwrap_or_default())
    };
    // A hash may follow: `10.1.0+sha512.…`.
    let (version, hash) = version.split_once('+').unwrap_or((version, ""));
    let version = version.trim();
    let manager = match name {
        "npm" => PackageManagerName::Npm,
        "pnpm" => PackageManagerName::Pnpm,
        "bun" => PackageManagerName::Bun,
        "yarn" if version.starts_with('1') && !version.starts_with("10") => {
            PackageManagerName::YarnClassic
        }
        "yarn" if version.is_empty() => yarn_kind(tree).0,
        "yarn" => PackageManagerName::YarnBerry,
        _ => return None,
    };
    Some(InUse {
        name: manager,
        version: (!version.is_empty()).then(|| version.to_owned()),
        hash: (!hash.is_empty()).then(|| hash.trim().to_owned()),
        confidence: 0.97,
        source: CommandSource::Script,
        evidence: vec![field.line.clone()],
    })
}

/// By the lock file that is there.
fn locked(tree: &dyn SourceTree, manifest: &Manifest, ci: &Ci) -> Option<InUse> {
    let present = present(tree);
    let (path, family) = match present.as_slice() {
        [] => return None,
        [only] => *only,
        several => {
            let spoken_of = |manager: PackageManagerName| mentions(manifest, ci, manager.program());
            let most =
                several.iter().map(|(_, manager)| spoken_of(*manager)).max().unwrap_or_default();
            *several.iter().find(|(_, manager)| spoken_of(*manager) == most)?
        }
    };
    let (name, line) = if family == PackageManagerName::YarnClassic {
        yarn_kind(tree)
    } else {
        (family, whole_file(path))
    };
    let version = ci
        .managers
        .iter()
        .find(|(manager, ..)| manager == name.program())
        .and_then(|(_, version, _)| version.clone())
        .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    let confidence = if present.len() == 1 { 0.93 } else { 0.7 };
    Some(InUse {
        name,
        version,
        hash: None,
        confidence,
        source: CommandSource::Lockfile,
        evidence: vec![line],
    })
}

/// By what refuses or configures the others, where no lock file is kept.
fn demanded(tree: &dyn SourceTree, manifest: &Manifest) -> Option<InUse> {
    let found = |name, evidence| InUse {
        name,
        version: None,
        hash: None,
        confidence: 0.85,
        source: CommandSource::Script,
        evidence: vec![evidence],
    };
    let managers = [
        ("pnpm", PackageManagerName::Pnpm),
        ("yarn", PackageManagerName::YarnClassic),
        ("bun", PackageManagerName::Bun),
        ("npm", PackageManagerName::Npm),
    ];
    for script in manifest.scripts.iter().filter(|script| script.name == "preinstall") {
        let allowed = script.text.split_once("only-allow ").map(|(_, rest)| rest.trim_start());
        let manager = managers
            .iter()
            .find(|(program, _)| allowed.is_some_and(|allowed| allowed.starts_with(program)));
        if let Some((_, name)) = manager {
            return Some(found(*name, script.line.clone()));
        }
    }
    let files = [
        ("pnpm-workspace.yaml", PackageManagerName::Pnpm),
        (".yarnrc.yml", PackageManagerName::YarnBerry),
        ("bunfig.toml", PackageManagerName::Bun),
    ];
    let (path, name) = files.into_iter().find(|(path, _)| tree.contains(path))?;
    Some(found(name, whole_file(path)))
}

/// By the action that sets it up in the CI.
fn set_up(ci: &Ci) -> Option<InUse> {
    let (manager, version, line) = ci.managers.first()?;
    let name = match manager.as_str() {
        "pnpm" => PackageManagerName::Pnpm,
        "bun" => PackageManagerName::Bun,
        _ => return None,
    };
    // A workflow may set up pnpm for one job among many that use npm.
    let program = name.program();
    let (own, npm) = (installs(ci, program), installs(ci, "npm"));
    (own > npm).then(|| InUse {
        name,
        version: version.clone(),
        hash: None,
        confidence: 0.7,
        source: CommandSource::Ci,
        evidence: vec![line.clone()],
    })
}

fn installs(ci: &Ci, program: &str) -> usize {
    let starts = [format!("{program} install"), format!("{program} i"), format!("{program} ci")];
    ci.commands
        .iter()
        .filter(|command| starts.iter().any(|start| command.cmd.starts_with(start.as_str())))
        .count()
}

/// How often scripts and workflows call a program.
fn mentions(manifest: &Manifest, ci: &Ci, program: &str) -> usize {
    let call = format!("{program} ");
    let in_scripts = manifest.scripts.iter().filter(|script| script.text.contains(&call)).count();
    let in_ci = ci.commands.iter().filter(|command| command.cmd.starts_with(&call)).count();
    in_scripts + in_ci
}

/// Yarn 1, or a later one: its lock file starts with `__metadata:`.
fn yarn_kind(tree: &dyn SourceTree) -> (PackageManagerName, EvidenceLine) {
    let text = tree.text("yarn.lock").unwrap_or_default();
    let head: String = text.lines().take(20).flat_map(|line| [line, "\n"]).collect();
    if head.contains("__metadata:") {
        return (
            PackageManagerName::YarnBerry,
            find_line("yarn.lock", &head, |line| line.starts_with("__metadata:")),
        );
    }
    if head.contains("yarn lockfile v1") {
        return (
            PackageManagerName::YarnClassic,
            find_line("yarn.lock", &head, |line| line.contains("yarn lockfile v1")),
        );
    }
    if tree.contains(".yarnrc.yml") {
        return (PackageManagerName::YarnBerry, whole_file(".yarnrc.yml"));
    }
    (PackageManagerName::YarnClassic, whole_file("yarn.lock"))
}

/// The lock files at the root.
pub(super) fn present(tree: &dyn SourceTree) -> Vec<(&'static str, PackageManagerName)> {
    LOCKFILES.into_iter().filter(|(path, _)| tree.contains(path)).collect()
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    fn check(files: &[(&str, &str)], version: Option<&str>, hash: Option<&str>) {
        let tree = MemoryTree::new(files.iter().copied());
        let manifest = Manifest::root_or_default(&tree);
        let in_use = manager_in_use(&tree, &manifest, &Ci::default());
        assert_eq!(
            (in_use.version.as_deref(), in_use.hash.as_deref()),
            (version, hash),
            "{files:?}"
        );
    }

    #[test]
    fn a_pin_keeps_its_hash_apart() {
        let pinned = r#"{"packageManager": "pnpm@9.15.0+sha512.0f1e"}"#;
        check(&[("package.json", pinned)], Some("9.15.0"), Some("sha512.0f1e"));
        check(&[("package.json", r#"{"packageManager": "npm@10.8.2"}"#)], Some("10.8.2"), None);
    }

    #[test]
    fn version_managers_pin_what_the_manifest_leaves_open() {
        let volta = r#"{"volta": {"node": "20.1.0", "yarn": "1.22.19"}}"#;
        let classic = ("yarn.lock", "# yarn lockfile v1\n");
        let berry = ("yarn.lock", "__metadata:\n  version: 8\n");
        check(&[("package.json", volta), classic], Some("1.22.19"), None);
        // Yarn 1 would not read this lock file.
        check(&[("package.json", volta), berry], None, None);
        let asdf = (".tool-versions", "pnpm 9.1.0\n");
        check(&[("package.json", "{}"), ("pnpm-lock.yaml", ""), asdf], Some("9.1.0"), None);
    }
}
