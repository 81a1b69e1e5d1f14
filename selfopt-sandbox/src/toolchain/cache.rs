//! The directory of obtained tools.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use selfopt_core::digest::Digest;
use serde::{Deserialize, Serialize};

use super::error::{ToolError, failed};
use super::packages::Program;
use super::range::{VersionRange, parse};
use super::repository::shim;

/// Written last into a tool's directory.
const MARKER: &str = "complete.json";

/// Records are small; a larger file is not one.
const MAX_RECORD_BYTES: u64 = 64 << 10;

/// Marks directories in the making.
const UNFINISHED: &str = ".new-";

/// The cache of one sandbox.
#[derive(Debug, Clone)]
pub(super) struct ToolCache {
    dir: PathBuf,
}

/// A tool in the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedTool {
    /// The program.
    pub program: Program,
    /// Its version.
    pub version: String,
    /// The registry's hash of the package.
    pub integrity: String,
    /// The directory.
    #[serde(skip)]
    pub dir: PathBuf,
}

/// What a request was resolved to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Resolved {
    pub request: String,
    pub version: String,
    pub integrity: String,
}

/// Held while a tool is obtained, so that others wait and find it.
#[derive(Debug)]
pub(super) struct CacheLock {
    _file: File,
}

impl ToolCache {
    /// The cache below a sandbox's base directory, made if it is not there.
    pub(super) fn open(base: &Path) -> Result<Self, ToolError> {
        let cache = Self::at(base);
        for dir in [&cache.dir, &cache.dir.join("requests"), &cache.dir.join("locks")] {
            fs::create_dir_all(dir).map_err(failed("create", dir))?;
        }
        // Commands may run as a user who must be able to pass.
        fs::set_permissions(&cache.dir, Permissions::from_mode(0o755))
            .map_err(failed("set the mode of", &cache.dir))?;
        Ok(cache)
    }

    fn at(base: &Path) -> Self {
        Self { dir: base.join("cache").join("toolchain") }
    }

    /// Waits until no other process obtains this program. Blocks.
    pub(super) fn lock(&self, program: Program) -> Result<CacheLock, ToolError> {
        let path = self.dir.join("locks").join(format!("{program}.lock"));
        let file = File::create(&path).map_err(failed("create", &path))?;
        file.lock().map_err(failed("lock", &path))?;
        Ok(CacheLock { _file: file })
    }

    /// A directory to work in; removed when dropped.
    pub(super) fn scratch(&self, label: &str) -> Result<tempfile::TempDir, ToolError> {
        tempfile::Builder::new()
            .prefix(&format!("{UNFINISHED}{label}-"))
            .tempdir_in(&self.dir)
            .map_err(failed("create a directory in", &self.dir))
    }

    /// Removes what processes left behind that died while they obtained this
    /// program. The caller holds its lock.
    pub(super) fn sweep(&self, program: Program) {
        let prefix = format!("{UNFINISHED}{program}-");
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                // What cannot be removed now is removed the next time.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// A directory whose `bin/yarn` starts the Yarn that a repository carries.
    pub(super) fn carried(&self, path: &str) -> Result<PathBuf, ToolError> {
        self.keep_program("carried", "yarn", shim(path).as_bytes())
    }

    /// A directory whose `bin/COMMAND` has this content.
    pub(super) fn keep_program(
        &self,
        label: &str,
        command: &str,
        content: &[u8],
    ) -> Result<PathBuf, ToolError> {
        let dir = self.dir.join(format!("{label}-{}", Digest::of(content).prefix(16)));
        if dir.join("bin").join(command).is_file() {
            return Ok(dir);
        }
        let unfinished = self.scratch(label)?;
        let bin = unfinished.path().join("bin");
        fs::create_dir(&bin).map_err(failed("create", &bin))?;
        let file = bin.join(command);
        fs::write(&file, content).map_err(failed("write", &file))?;
        for path in [unfinished.path(), &bin, &file] {
            fs::set_permissions(path, Permissions::from_mode(0o755))
                .map_err(failed("set the mode of", path))?;
        }
        match fs::rename(unfinished.path(), &dir) {
            Ok(()) => {
                let _ = unfinished.keep();
                Ok(dir)
            }
            Err(_) if dir.join("bin").join(command).is_file() => Ok(dir),
            Err(error) => Err(failed("create", &dir)(error)),
        }
    }

    /// What a request was resolved to before.
    pub(super) fn resolved(&self, request: &str) -> Option<Resolved> {
        let resolved: Resolved = read(&self.request_path(request))?;
        (resolved.request == request && parse(&resolved.version).is_some()).then_some(resolved)
    }

    /// Remembers what a request was resolved to.
    pub(super) fn remember(&self, resolved: &Resolved) -> Result<(), ToolError> {
        write(&self.request_path(&resolved.request), resolved)
    }

    /// A tool with exactly this content.
    pub(super) fn find(
        &self,
        program: Program,
        version: &str,
        integrity: &str,
    ) -> Option<CachedTool> {
        let dir = self.dir.join(directory_name(program, version, integrity));
        let tool = complete(&dir)?;
        let fits =
            tool.program == program && tool.version == version && tool.integrity == integrity;
        fits.then_some(tool)
    }

    /// The newest of a program that fits.
    pub(super) fn newest(&self, program: Program, range: &VersionRange) -> Option<CachedTool> {
        let fitting = self
            .tools()
            .into_iter()
            .filter(|tool| tool.program == program && range.contains(&tool.version));
        fitting.max_by_key(|tool| parse(&tool.version))
    }

    /// All tools, sorted.
    fn tools(&self) -> Vec<CachedTool> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let mut tools: Vec<_> = entries
            .filter(|entry| !entry.file_name().to_string_lossy().starts_with(UNFINISHED))
            .filter_map(|entry| complete(&entry.path()))
            .collect();
        tools.sort_by(|a, b| {
            (a.program, parse(&a.version), &a.dir).cmp(&(b.program, parse(&b.version), &b.dir))
        });
        tools
    }

    /// Puts a finished directory where it is found. If another process was
    /// faster, its directory is taken; both have the same content.
    pub(super) fn put(
        &self,
        unfinished: tempfile::TempDir,
        program: Program,
        version: &str,
        integrity: &str,
    ) -> Result<CachedTool, ToolError> {
        let dir = self.dir.join(directory_name(program, version, integrity));
        let tool = CachedTool {
            program,
            version: version.to_owned(),
            integrity: integrity.to_owned(),
            dir: dir.clone(),
        };
        write(&unfinished.path().join(MARKER), &tool)?;
        fs::set_permissions(unfinished.path(), Permissions::from_mode(0o755))
            .map_err(failed("set the mode of", unfinished.path()))?;
        if complete(&dir).is_none() && dir.exists() {
            // Its marker is broken, so nobody uses it.
            fs::remove_dir_all(&dir).map_err(failed("remove", &dir))?;
        }
        match fs::rename(unfinished.path(), &dir) {
            Ok(()) => {
                // The directory has another name now.
                let _ = unfinished.keep();
                Ok(tool)
            }
            Err(_) if complete(&dir).is_some_and(|there| there == tool) => Ok(tool),
            Err(error) => Err(failed("create", &dir)(error)),
        }
    }

    fn request_path(&self, request: &str) -> PathBuf {
        let name = Digest::of(request.as_bytes()).prefix(16).to_owned();
        self.dir.join("requests").join(format!("{name}.json"))
    }
}

/// The tools that sandboxes of this base directory have obtained, sorted.
pub fn cached_tools(base_dir: &Path) -> Vec<CachedTool> {
    let bases = crate::backend::bases(base_dir);
    bases.iter().flat_map(|base| ToolCache::at(base).tools()).collect()
}

/// `pnpm-9.15.0-0f1e2d3c4b5a6978`. Versions come from a parser, so they hold
/// no separators.
fn directory_name(program: Program, version: &str, integrity: &str) -> String {
    format!("{program}-{version}-{}", Digest::of(integrity.as_bytes()).prefix(16))
}

/// The tool of a directory, if it is complete.
fn complete(dir: &Path) -> Option<CachedTool> {
    let tool: CachedTool = read(&dir.join(MARKER))?;
    let is_its_own =
        dir.file_name()?.to_str()? == directory_name(tool.program, &tool.version, &tool.integrity);
    (is_its_own && dir.join("bin").is_dir()).then(|| CachedTool { dir: dir.to_owned(), ..tool })
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> Option<T> {
    let size = fs::metadata(path).ok()?.len();
    (size <= MAX_RECORD_BYTES).then(|| serde_json::from_slice(&fs::read(path).ok()?).ok()).flatten()
}

/// Writes a record at once: another process may read it now.
fn write(path: &Path, record: &impl Serialize) -> Result<(), ToolError> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(parent)?;
        file.write_all(&serde_json::to_vec(record)?)?;
        file.as_file().set_permissions(Permissions::from_mode(0o644))?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(failed("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(cache: &ToolCache, version: &str) -> CachedTool {
        let unfinished = cache.scratch("pnpm").unwrap();
        fs::create_dir(unfinished.path().join("bin")).unwrap();
        cache.put(unfinished, Program::Pnpm, version, "sha512-x").unwrap()
    }

    #[test]
    fn a_tool_is_found_by_its_content_only() {
        let dir = tempfile::tempdir().unwrap();
        let cache = ToolCache::open(dir.path()).unwrap();
        let tool = put(&cache, "9.15.0");
        assert_eq!(cache.find(Program::Pnpm, "9.15.0", "sha512-x"), Some(tool.clone()));
        assert_eq!(cache.find(Program::Pnpm, "9.15.0", "sha512-y"), None);
        assert_eq!(cache.find(Program::Yarn, "9.15.0", "sha512-x"), None);
        // Another process put the same there meanwhile.
        assert_eq!(put(&cache, "9.15.0"), tool);
        put(&cache, "9.9.0");
        put(&cache, "10.1.0");
        let range = VersionRange::parse("9").unwrap();
        assert_eq!(cache.newest(Program::Pnpm, &range), Some(tool));
        let versions: Vec<_> =
            cached_tools(dir.path()).into_iter().map(|tool| tool.version).collect();
        assert_eq!(versions, ["9.9.0", "9.15.0", "10.1.0"]);
    }

    #[test]
    fn what_is_incomplete_is_not_there_and_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let cache = ToolCache::open(dir.path()).unwrap();
        let tool = put(&cache, "9.15.0");
        fs::write(tool.dir.join(MARKER), "{").unwrap();
        assert_eq!(cache.find(Program::Pnpm, "9.15.0", "sha512-x"), None);
        assert!(cached_tools(dir.path()).is_empty());
        assert_eq!(put(&cache, "9.15.0"), tool);
        assert_eq!(cache.find(Program::Pnpm, "9.15.0", "sha512-x"), Some(tool));
    }

    #[test]
    fn a_request_is_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let cache = ToolCache::open(dir.path()).unwrap();
        let record = |version: &str| Resolved {
            request: "pnpm@9".into(),
            version: version.into(),
            integrity: "sha512-x".into(),
        };
        assert_eq!(cache.resolved("pnpm@9"), None);
        cache.remember(&record("9.15.0")).unwrap();
        assert_eq!(cache.resolved("pnpm@9"), Some(record("9.15.0")));
        assert_eq!(cache.resolved("pnpm@8"), None);
        cache.remember(&record("../x")).unwrap();
        assert_eq!(cache.resolved("pnpm@9"), None);
    }
}
