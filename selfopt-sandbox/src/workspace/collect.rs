//! Taking files out of a workspace: regular files only, found without
//! following a symbolic link, and no more of them than asked for.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustix::fs::{Dir, FileType, Mode, OFlags, fstat, openat};
use selfopt_core::{Bytes, CollectLimits, CollectedFile, SandboxError};

use super::beneath::Beneath;
use crate::failure::{failed, other};

/// Folders that are entered only if a pattern names them.
const PRUNED: [&str; 2] = ["node_modules", ".git"];

/// No tree of a project is as deep, and no walk needs as many steps.
const MAX_DEPTH: usize = 100;
const MAX_STEPS: usize = 2_000_000;

/// Collects what matches one of the patterns, sorted by path.
pub(crate) fn collect(
    root: &Path,
    globs: &[String],
    limits: CollectLimits,
) -> Result<Vec<CollectedFile>, SandboxError> {
    let mut walk = Walk {
        globs: glob_set(globs)?,
        pruned: PRUNED
            .into_iter()
            .filter(|name| !globs.iter().any(|glob| glob.contains(name)))
            .collect(),
        beginnings: globs.iter().map(|glob| beginning(glob)).collect(),
        limits,
        steps: 0,
        total: 0,
        files: Vec::new(),
    };
    let beneath = Beneath::open(root, None)?;
    walk.directory(beneath.root(), "", 0)?;
    walk.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.files)
}

/// The folders that a pattern names before its first wildcard.
fn beginning(glob: &str) -> String {
    let plain = glob.find(['*', '?', '[', '{', '\\', '!']).map_or(glob, |at| &glob[..at]);
    plain.rfind('/').map_or(String::new(), |at| plain[..=at].to_owned())
}

struct Walk {
    globs: GlobSet,
    pruned: Vec<&'static str>,
    /// What each pattern begins with before its first wildcard: no other
    /// folder can hold a match.
    beginnings: Vec<String>,
    limits: CollectLimits,
    steps: usize,
    total: u64,
    files: Vec<CollectedFile>,
}

impl Walk {
    fn directory(
        &mut self,
        directory: &OwnedFd,
        prefix: &str,
        depth: usize,
    ) -> Result<(), SandboxError> {
        if depth > MAX_DEPTH {
            return Err(too_much(format!("directories nested deeper than {MAX_DEPTH}")));
        }
        let entries = Dir::read_from(directory)
            .map_err(|error| failed("list", Path::new(prefix))(error.into()))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed("list", Path::new(prefix))(error.into()))?;
            let Ok(name) = entry.file_name().to_str() else {
                continue;
            };
            if name == "." || name == ".." || name.chars().any(char::is_control) {
                continue;
            }
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(too_much(format!("more than {MAX_STEPS} directory entries")));
            }
            let path = format!("{prefix}{name}");
            self.entry(directory, name, &path, depth)?;
        }
        Ok(())
    }

    fn may_hold(&self, folder: &str) -> bool {
        let folder = format!("{folder}/");
        self.beginnings
            .iter()
            .any(|one| one.starts_with(&folder) || folder.starts_with(one.as_str()))
    }

    fn entry(
        &mut self,
        directory: &OwnedFd,
        name: &str,
        path: &str,
        depth: usize,
    ) -> Result<(), SandboxError> {
        // Without blocking on a pipe, and without following a link.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let is_wanted = self.globs.is_match(path);
        if !is_wanted && self.pruned.contains(&name) {
            return Ok(());
        }
        let stat = rustix::fs::statat(directory, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW);
        let Ok(stat) = stat else { return Ok(()) };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory if self.may_hold(path) => {
                match openat(directory, name, flags | OFlags::DIRECTORY, Mode::empty()) {
                    Ok(child) => self.directory(&child, &format!("{path}/"), depth + 1),
                    Err(_) => Ok(()),
                }
            }
            FileType::RegularFile if is_wanted => {
                let opened = openat(directory, name, flags, Mode::empty())
                    .map_err(|error| failed("open", Path::new(path))(error.into()))?;
                let stat = fstat(&opened)
                    .map_err(|error| failed("look at", Path::new(path))(error.into()))?;
                if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile {
                    self.take(opened, path)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, file: OwnedFd, path: &str) -> Result<(), SandboxError> {
        let Bytes(limit) = self.limits.file_size;
        if self.files.len() >= self.limits.files {
            return Err(too_much(format!("more than {} files", self.limits.files)));
        }
        let mut bytes = Vec::new();
        File::from(file)
            .take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(failed("read", Path::new(path)))?;
        let size = bytes.len() as u64;
        if size > limit {
            return Err(too_much(format!("`{path}` is larger than {limit} bytes")));
        }
        self.total = self.total.saturating_add(size);
        if self.total > self.limits.total.0 {
            return Err(too_much(format!("more than {} bytes together", self.limits.total.0)));
        }
        self.files.push(CollectedFile { path: path.to_owned(), bytes });
        Ok(())
    }
}

fn glob_set(globs: &[String]) -> Result<GlobSet, SandboxError> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let glob = GlobBuilder::new(glob)
            .literal_separator(true)
            .build()
            .map_err(|error| other(format!("`{glob}` is not a pattern: {error}")))?;
        set.add(glob);
    }
    set.build().map_err(|error| other(format!("the patterns cannot be combined: {error}")))
}

fn too_much(what: String) -> SandboxError {
    SandboxError::TooMuch { what }
}
