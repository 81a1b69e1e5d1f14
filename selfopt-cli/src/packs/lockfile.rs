//! `selfopt.lock`: the packs of a project, pinned. Meant to be committed; it
//! names packs and brings none, so that a repository cannot make anyone run
//! what they did not add themselves.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::CliError;

/// The file's name, at the project's root.
pub(crate) const LOCK_FILE: &str = "selfopt.lock";

const VERSION: u32 = 1;

const HEAD: &str = "# Written by `selfopt pack add` and `selfopt pack remove`.\n";

/// The packs of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockFile {
    version: u32,
    #[serde(default, rename = "pack", skip_serializing_if = "Vec::is_empty")]
    pub(crate) packs: Vec<LockedPack>,
}

/// One pinned pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedPack {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) sha256: String,
    /// The version of `selfopt:rules` that it speaks.
    pub(crate) interface: String,
    /// Where it came from: a path or an address.
    pub(crate) origin: String,
    /// Its rules.
    pub(crate) rules: Vec<String>,
}

impl Default for LockFile {
    fn default() -> Self {
        Self { version: VERSION, packs: Vec::new() }
    }
}

impl LockFile {
    /// Reads the file's text.
    pub(crate) fn parse(text: &str) -> Result<Self, CliError> {
        let broken = |reason: String| {
            CliError::usage(
                format!("`{LOCK_FILE}` cannot be read: {reason}"),
                "restore it from git, or remove it and add the packs again",
            )
        };
        let lock: Self =
            toml::from_str(text).map_err(|error| broken(error.message().to_owned()))?;
        if lock.version != VERSION {
            return Err(broken(format!("its version is {}, known is {VERSION}", lock.version)));
        }
        let is_hash = |text: &str| {
            text.len() == 64 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
        };
        match lock.packs.iter().find(|pack| !is_hash(&pack.sha256)) {
            Some(pack) => Err(broken(format!("`{}` has no SHA-256", pack.id))),
            None => Ok(lock),
        }
    }

    /// Reads the file of a project; none is an empty one.
    pub(crate) fn read(project: &Path) -> Result<Self, CliError> {
        match std::fs::read_to_string(project.join(LOCK_FILE)) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(CliError::Io { doing: format!("read `{LOCK_FILE}`"), source }),
        }
    }

    /// Writes the file of a project.
    pub(crate) fn write(&self, project: &Path) -> Result<(), CliError> {
        let path = project.join(LOCK_FILE);
        let text = toml::to_string(self).map_err(|error| {
            CliError::usage(format!("`{LOCK_FILE}` cannot be written: {error}"), "report it")
        })?;
        std::fs::write(&path, format!("{HEAD}{text}"))
            .map_err(|source| CliError::Io { doing: format!("write `{}`", path.display()), source })
    }

    /// Adds a pack, in the place of one with its id; packs are sorted by id.
    pub(crate) fn put(&mut self, pack: LockedPack) -> Option<LockedPack> {
        let replaced = self.take(&pack.id);
        self.packs.push(pack);
        self.packs.sort_by(|a, b| a.id.cmp(&b.id));
        replaced
    }

    /// Takes a pack out.
    pub(crate) fn take(&mut self, id: &str) -> Option<LockedPack> {
        let index = self.packs.iter().position(|pack| pack.id == id)?;
        Some(self.packs.remove(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(id: &str, version: &str) -> LockedPack {
        LockedPack {
            id: id.to_owned(),
            version: version.to_owned(),
            sha256: "0".repeat(64),
            interface: "0.1.0".to_owned(),
            origin: "a.wasm".to_owned(),
            rules: vec!["a-rule".to_owned()],
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(LockFile::read(dir.path()).unwrap(), LockFile::default());
        let mut lock = LockFile::default();
        assert_eq!(lock.put(pack("b/c", "1.0.0")), None);
        assert_eq!(lock.put(pack("a", "1.0.0")), None);
        assert_eq!(lock.put(pack("a", "2.0.0")), Some(pack("a", "1.0.0")));
        lock.write(dir.path()).unwrap();
        let back = LockFile::read(dir.path()).unwrap();
        assert_eq!(back, lock);
        let ids: Vec<_> = back.packs.iter().map(|pack| pack.id.as_str()).collect();
        assert_eq!(ids, ["a", "b/c"]);
    }

    #[test]
    fn what_it_cannot_mean_is_refused() {
        for text in [
            "version = 2",
            "version = 1\nextra = 1",
            "[[pack]]",
            "version = 1\n[[pack]]\nid = 'a'\nversion = '1'\nsha256 = '../x'\ninterface = ''\norigin = ''\nrules = []",
        ] {
            assert!(LockFile::parse(text).is_err(), "{text}");
        }
    }
}
