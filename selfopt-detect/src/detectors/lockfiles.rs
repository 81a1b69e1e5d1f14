//! Lock files: which package manager it is, and how dependencies are installed.

use selfopt_core::{
    Claim, CommandSource, Detector, Fact, PackageManager, PackageManagerName, SourceTree,
};

use super::manager_choice::{InUse, LOCKFILES, manager_in_use, present};
use super::manager_for;
use crate::ci;
use crate::evidence::{claim, note, quoted, whole_file};
use crate::manager::{frozen_install, plain_install};
use crate::manifest::Manifest;

pub(super) struct Lockfiles;

/// The largest lock file that is checked for being whole.
const MAX_CHECKED_BYTES: u64 = 32 << 20;

impl Detector for Lockfiles {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let manifest = match Manifest::root(tree) {
            Ok(Some(manifest)) => manifest,
            Ok(None) => return without_manifest(tree),
            // Reported by the detector of `package.json`.
            Err(_) => Manifest::default(),
        };
        let ci = ci::read(tree);
        let InUse { name: found, version, hash, confidence, source, evidence } =
            manager_in_use(tree, &manifest, &ci);
        // What the user names wins over what the files say.
        let name = manager_for(so_far, tree, &manifest, &ci);
        let mut claims = Vec::new();
        claims.extend(broken(tree));
        let lockfiles: Vec<_> = present(tree);
        let own = lockfiles.iter().find(|(_, manager)| same_family(*manager, name));
        let (cmd, confidence_of_install, line) = match own {
            Some((path, _)) => (frozen_install(name).to_owned(), 0.92, vec![whole_file(path)]),
            None => (plain_install(name), 0.8, evidence.clone()),
        };
        claims.push(claim(
            Fact::Install(Some(cmd)),
            confidence_of_install,
            CommandSource::Lockfile,
            line,
        ));
        for (path, manager) in lockfiles.iter().filter(|(_, manager)| !same_family(*manager, name))
        {
            claims.push(note(
                format!("`{path}` was written by {manager}, but {name} is in use"),
                "remove the lock file that is not in use, or set `commands.install` in `selfopt.toml`",
                whole_file(path),
            ));
        }
        claims.push(claim(
            Fact::PackageManager(PackageManager { name: found, version, hash }),
            confidence,
            source,
            evidence,
        ));
        claims
    }
}

fn without_manifest(tree: &dyn SourceTree) -> Vec<Claim> {
    if tree.contains("deno.json") || tree.contains("deno.jsonc") {
        let manager = PackageManager { name: PackageManagerName::Deno, version: None, hash: None };
        return vec![claim(
            Fact::PackageManager(manager),
            0.8,
            CommandSource::Framework,
            vec![whole_file("deno.json")],
        )];
    }
    let manager = PackageManager { name: PackageManagerName::None, version: None, hash: None };
    vec![
        claim(Fact::PackageManager(manager), 0.9, CommandSource::Synthesized, vec![]),
        note(
            "there is no `package.json` at the root, so nothing can be installed or run".to_owned(),
            "run SelfOpt in the folder that holds the project, or set the commands in `selfopt.toml`",
            whole_file("package.json"),
        ),
    ]
}

fn same_family(a: PackageManagerName, b: PackageManagerName) -> bool {
    a.program() == b.program()
}

/// Notes about lock files that no package manager would take.
fn broken(tree: &dyn SourceTree) -> Vec<Claim> {
    let readable = |path: &&str| {
        tree.entry(path).is_some_and(|entry| entry.size > 0 && entry.size <= MAX_CHECKED_BYTES)
    };
    LOCKFILES
        .iter()
        .map(|(path, _)| *path)
        .filter(readable)
        .filter_map(|path| {
            let text = tree.text(path)?;
            let conflict = text.lines().position(|line| line.starts_with("<<<<<<< "));
            let (line_idx, what) = match conflict {
                Some(line_idx) => (line_idx, "it holds a merge conflict".to_owned()),
                None if path.ends_with("n.json") || path.ends_with("k.json") => {
                    let error = serde_json::from_str::<serde::de::IgnoredAny>(&text).err()?;
                    (error.line().saturating_sub(1), error.to_string())
                }
                None => return None,
            };
            let line = quoted(path, line_idx, text.lines().nth(line_idx).unwrap_or_default());
            Some(note(
                format!("`{path}` is broken: {what}"),
                "restore the lock file, or write it anew with the package manager",
                line,
            ))
        })
        .collect()
}
