//! Where packs are kept: by their hash, beside the runs, with the compiled
//! forms in a directory that is nobody else's.

use std::path::{Path, PathBuf};

use selfopt_core::digest::Digest;
use selfopt_plugin_host::{CompiledCache, Limits, PackHost};

use crate::args::Common;
use crate::error::CliError;
use crate::place::store_dir;
use crate::render;

/// The packs of this user.
pub(crate) struct PackStore {
    dir: PathBuf,
    compiled: PathBuf,
}

impl PackStore {
    pub(crate) fn of(common: &Common) -> Result<Self, CliError> {
        let store = store_dir(common)?;
        Ok(Self { dir: store.join("packs"), compiled: store.join("compiled") })
    }

    /// The runtime, with the cache where it can be trusted.
    pub(crate) fn host(&self) -> Result<PackHost, CliError> {
        self.host_with(Limits::default())
    }

    /// The runtime with other limits.
    pub(crate) fn host_with(&self, limits: Limits) -> Result<PackHost, CliError> {
        let cache = match CompiledCache::open(&self.compiled) {
            Ok(cache) => Some(cache),
            Err(error) => {
                render::warning(&format!(
                    "compiled packs are not kept: `{}` cannot be used: {error}",
                    self.compiled.display()
                ));
                None
            }
        };
        Ok(PackHost::new(limits, cache)?)
    }

    /// Keeps a pack.
    pub(crate) fn keep(&self, sha256: &Digest, wasm: &[u8]) -> Result<(), CliError> {
        let path = self.path(sha256.as_str());
        let failed = |source| CliError::Io { doing: format!("write `{}`", path.display()), source };
        std::fs::create_dir_all(&self.dir).map_err(failed)?;
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        std::fs::write(&temporary, wasm).map_err(failed)?;
        std::fs::rename(&temporary, &path).map_err(failed)
    }

    /// A kept pack, when it is there and still what its name says.
    pub(crate) fn get(&self, sha256: &str) -> Option<Vec<u8>> {
        let wasm = std::fs::read(self.path(sha256)).ok()?;
        (Digest::of(&wasm).as_str() == sha256).then_some(wasm)
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.dir.join(format!("{sha256}.wasm"))
    }
}

/// The WebAssembly builds of the built-in rules: `SELFOPT_PACKS`, or `packs`
/// beside the program.
pub(crate) fn official_dir() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("SELFOPT_PACKS") {
        return Some(PathBuf::from(dir));
    }
    let program = std::env::current_exe().ok()?;
    program.parent().map(Path::to_path_buf).map(|dir| dir.join("packs"))
}
