//! Obtains a tool: from the cache, or through npm and into the cache.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::cache::{CachedTool, Resolved, ToolCache};
use super::error::{NpmError, ToolError, failed};
use super::integrity::{PinnedHash, sha512, sha512_of};
use super::npm::{NpmClient, Published, prepare};
use super::packages::{Hashed, Package, Program, Programs};
use super::range::{VersionRange, parse};
use super::unpack::unpack;

const MAX_MANIFEST_BYTES: u64 = 1 << 20;

/// What is to be obtained.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub program: Program,
    pub package: &'a Package,
    /// The versions that will do.
    pub range: &'a VersionRange,
    /// Those among them that are better.
    pub preferred: Option<&'a VersionRange>,
    /// The hash that the project pins.
    pub hash: Option<&'a PinnedHash>,
}

impl Request<'_> {
    /// The request in words, which stand for its answer later.
    fn text(&self) -> String {
        let preferred = self.preferred.map(|range| format!(" best {range}")).unwrap_or_default();
        let hash = self.hash.map(|hash| format!(" hash {}", hash.hex())).unwrap_or_default();
        format!("{}@{}{preferred}{hash}", self.package.name, self.range)
    }

    /// The tool as a person names it.
    pub(super) fn needed(&self) -> String {
        format!("{} {}", self.program, self.range)
    }

    /// The newest version that will do, a preferred one if there is any.
    fn best(&self, published: Vec<Published>) -> Option<Published> {
        let is_exact = self.range.exact().is_some();
        let score = |published: &Published| {
            let version = parse(&published.version)?;
            let is_stable = is_exact || !version.is_prerelease();
            let is_ours = self.package.below.is_none_or(|below| version.major() < below);
            let is_preferred =
                self.preferred.is_some_and(|range| range.contains(&published.version));
            (is_stable && is_ours).then_some((is_preferred, version))
        };
        published
            .into_iter()
            .filter_map(|published| Some((score(&published)?, published)))
            .max_by(|(a, _), (b, _)| a.cmp(b))
            .map(|(_, published)| published)
    }
}

/// A tool that was obtained, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obtained {
    pub tool: CachedTool,
    pub was_cached: bool,
}

/// Why not.
#[derive(Debug)]
pub(super) enum Failure {
    /// npm gave nothing: something else may do.
    Npm(NpmError),
    /// Nothing else may do.
    Final(ToolError),
}

impl<E: Into<ToolError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Final(error.into())
    }
}

/// What a request was answered with before, if that is still there.
pub(super) fn cached(request: &Request<'_>, cache: &ToolCache) -> Option<CachedTool> {
    let resolved = cache.resolved(&request.text())?;
    cache.find(request.program, &resolved.version, &resolved.integrity)
}

/// Obtains a tool. `announce` is called before anything is downloaded.
pub(super) async fn obtain(
    request: &Request<'_>,
    cache: &ToolCache,
    npm: &NpmClient,
    announce: &(dyn Fn(&str) + Send + Sync),
) -> Result<Obtained, Failure> {
    let found = || Some(Obtained { tool: cached(request, cache)?, was_cached: true });
    if let Some(obtained) = found() {
        return Ok(obtained);
    }
    let (locked, program) = (cache.clone(), request.program);
    let _lock = blocking(move || locked.lock(program)).await?;
    // Another process may have been at it.
    if let Some(obtained) = found() {
        return Ok(obtained);
    }
    cache.sweep(program);
    match download(request, cache, npm, announce).await {
        Err(Failure::Npm(error)) if error.is_passing() && request.hash.is_none() => {
            // One that was obtained for another request is better than none.
            match cache.newest(program, request.range) {
                Some(tool) => Ok(Obtained { tool, was_cached: true }),
                None => Err(Failure::Npm(error)),
            }
        }
        result => result,
    }
}

async fn download(
    request: &Request<'_>,
    cache: &ToolCache,
    npm: &NpmClient,
    announce: &(dyn Fn(&str) + Send + Sync),
) -> Result<Obtained, Failure> {
    let Request { program, package, .. } = *request;
    let scratch = cache.scratch(program.name())?;
    let work = scratch.path().join("npm");
    let into = scratch.path().join("download");
    for dir in [&work, &into] {
        fs::create_dir(dir).map_err(failed("create", dir))?;
    }
    prepare(&work)?;
    announce(&request.needed());
    let range = request.range.exact().unwrap_or_else(|| request.range.to_string());
    let published = npm.versions(&package.name, &range, &work).await.map_err(Failure::Npm)?;
    let not_found =
        || Failure::Npm(NpmError::NotFound { spec: format!("{}@{range}", package.name) });
    let Published { version, integrity } = request.best(published).ok_or_else(not_found)?;
    let name = format!("{program} {version}");
    let integrity = sha512_of(&integrity).map(str::to_owned).ok_or_else(|| ToolError::Package {
        tool: name.clone(),
        reason: "the registry gives no sha512 for it".to_owned(),
    })?;
    let resolved = Resolved {
        request: request.text(),
        version: version.clone(),
        integrity: integrity.clone(),
    };
    // A hash that is pinned is about the download, which is not kept.
    if request.hash.is_none()
        && let Some(tool) = cache.find(program, &version, &integrity)
    {
        cache.remember(&resolved)?;
        return Ok(Obtained { tool, was_cached: true });
    }
    let tarball =
        npm.download(&package.name, &version, &into, &work).await.map_err(Failure::Npm)?;
    let (cache, package, hash) = (cache.clone(), package.clone(), request.hash.cloned());
    let tool = blocking(move || {
        let checked =
            Checked { name: &name, tarball: &tarball, integrity: &integrity, hash: hash.as_ref() };
        let unfinished = cache.scratch(program.name())?;
        checked.unpack(&package, program, unfinished.path())?;
        let tool = cache.put(unfinished, program, &version, &integrity)?;
        cache.remember(&resolved)?;
        Ok(tool)
    })
    .await?;
    Ok(Obtained { tool, was_cached: false })
}

/// A download and what it must be.
struct Checked<'a> {
    name: &'a str,
    tarball: &'a Path,
    integrity: &'a str,
    hash: Option<&'a PinnedHash>,
}

impl Checked<'_> {
    /// Unpacks it, if it is what it must be.
    fn unpack(&self, package: &Package, program: Program, into: &Path) -> Result<(), ToolError> {
        let io = failed("read", self.tarball);
        if sha512(self.tarball).map_err(io)? != self.integrity {
            return Err(self.differs("the registry", self.integrity));
        }
        if package.hashed == Hashed::Tarball {
            self.check_pin(self.tarball, program)?;
        }
        let inside = into.join("package");
        fs::create_dir(&inside).map_err(failed("create", &inside))?;
        let refused = |reason| ToolError::Package { tool: self.name.to_owned(), reason };
        unpack(self.tarball, &inside).map_err(refused)?;
        if let Hashed::File(path) = package.hashed {
            self.check_pin(&inside.join(path), program)?;
        }
        let programs = programs(package.programs, &inside).map_err(refused)?;
        if !programs.contains_key(program.command()) {
            return Err(refused(format!("it holds no program `{program}`")));
        }
        link(&programs, into)?;
        open_to_all(into)
    }

    fn check_pin(&self, file: &Path, program: Program) -> Result<(), ToolError> {
        let promised_by = match program {
            Program::Esbuild => "selfopt",
            _ => "the project's `packageManager` field",
        };
        match self.hash {
            Some(hash) if !hash.is_of(file).map_err(failed("read", file))? => {
                Err(self.differs(promised_by, hash.hex()))
            }
            _ => Ok(()),
        }
    }

    fn differs(&self, promised_by: &'static str, expected: &str) -> ToolError {
        ToolError::Integrity {
            tool: self.name.to_owned(),
            promised_by,
            expected: expected.to_owned(),
        }
    }
}

/// The programs of an unpacked package by name, each with its path in it.
fn programs(programs: Programs, inside: &Path) -> Result<BTreeMap<String, PathBuf>, String> {
    let named: Vec<(String, String)> = match programs {
        Programs::Fixed(list) => {
            list.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect()
        }
        Programs::Manifest => {
            let manifest = manifest(inside).ok_or("its package.json cannot be read")?;
            let bin = manifest.get("bin").and_then(Value::as_object);
            let paths = bin.into_iter().flatten();
            paths
                .filter_map(|(name, path)| Some((name.clone(), path.as_str()?.to_owned())))
                .collect()
        }
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name =
        |name: &str| !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain);
    named
        .into_iter()
        .map(|(name, path)| {
            let path: PathBuf = Path::new(&path)
                .components()
                .filter(|part| !matches!(part, Component::CurDir))
                .collect();
            let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
            if is_name(&name) && is_inside && inside.join(&path).is_file() {
                Ok((name, path))
            } else {
                Err("it names a program that is not in it".to_owned())
            }
        })
        .collect()
}

/// The manifest of an unpacked package.
fn manifest(inside: &Path) -> Option<Value> {
    let path = inside.join("package.json");
    let is_small = fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= MAX_MANIFEST_BYTES);
    is_small.then(|| serde_json::from_slice(&fs::read(&path).ok()?).ok()).flatten()
}

/// The Node that a tool says it needs, if it does not run with this one.
pub(super) fn other_node_needed(tool: &CachedTool, node: &str) -> Option<String> {
    let manifest = manifest(&tool.dir.join("package"))?;
    let needed = manifest.get("engines")?.get("node")?.as_str()?.to_owned();
    (!VersionRange::parse(&needed)?.contains(node)).then_some(needed)
}

/// Links the programs into `bin`.
fn link(programs: &BTreeMap<String, PathBuf>, into: &Path) -> Result<(), ToolError> {
    let bin = into.join("bin");
    fs::create_dir(&bin).map_err(failed("create", &bin))?;
    for (name, path) in programs {
        let program = into.join("package").join(path);
        fs::set_permissions(&program, Permissions::from_mode(0o755))
            .map_err(failed("set the mode of", &program))?;
        let link = bin.join(name);
        symlink(Path::new("../package").join(path), &link).map_err(failed("create", &link))?;
    }
    Ok(())
}

/// Lets every user read what was unpacked, whatever the umask: commands may
/// run as another one.
pub(super) fn open_to_all(dir: &Path) -> Result<(), ToolError> {
    for entry in fs::read_dir(dir).map_err(failed("read", dir))? {
        let entry = entry.map_err(failed("read", dir))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed("read", dir))?);
        if kind.is_dir() {
            fs::set_permissions(&path, Permissions::from_mode(0o755))
                .map_err(failed("set the mode of", &path))?;
            open_to_all(&path)?;
        } else if kind.is_file() {
            let mode = entry.metadata().map_err(failed("read", &path))?.permissions().mode();
            let mode = if mode & 0o100 == 0 { 0o644 } else { 0o755 };
            fs::set_permissions(&path, Permissions::from_mode(mode))
                .map_err(failed("set the mode of", &path))?;
        }
    }
    Ok(())
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ToolError> + Send + 'static,
) -> Result<T, ToolError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(ToolError::Io {
            doing: "finish obtaining a tool".to_owned(),
            source: std::io::Error::other(error),
        }),
    }
}
