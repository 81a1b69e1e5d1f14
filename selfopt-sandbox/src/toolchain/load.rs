//! The load driver: scripts of ours and the load library that they call, as one
//! tool. The library is a tree of packages, so npm puts it together from a lock
//! file of ours, which holds the hash of each; it checks them all.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use selfopt_core::digest::Digest;

use super::cache::{CachedTool, ToolCache};
use super::chain::ToolChain;
use super::error::{NpmError, ToolError, failed};
use super::obtain::{Failure, Obtained, blocking, open_to_all};
use super::packages::Program;
use super::resolve::{ToolResolver, ToolsChoice, of_registry};

/// The version of the load library.
const VERSION: &str = "9.0.0";

/// What the tool is made of, beside what the lock file names.
const FILES: [(&str, &str); 8] = [
    ("answers.cjs", include_str!("../../load/answers.cjs")),
    ("drive.cjs", include_str!("../../load/drive.cjs")),
    ("load.cjs", include_str!("../../load/load.cjs")),
    ("package-lock.json", include_str!("../../load/package-lock.json")),
    ("package.json", include_str!("../../load/package.json")),
    ("preload.cjs", include_str!("../../load/preload.cjs")),
    ("server.cjs", include_str!("../../load/server.cjs")),
    ("usage.cjs", include_str!("../../load/usage.cjs")),
];

impl ToolResolver {
    /// Adds the load driver, or a warning that there is none.
    pub(super) async fn load(&self, chain: &mut ToolChain) {
        match self.obtained_load().await {
            Ok(obtained) => chain.tools.push(of_registry(obtained, None)),
            Err(why) => chain.warnings.push(format!(
                "{} {VERSION}, which puts load on a server, is not to be had: {why}. The benchmark of `[http]` cannot run",
                Program::Autocannon
            )),
        }
    }

    async fn obtained_load(&self) -> Result<Obtained, String> {
        let found = || {
            let tool = self.cache.find(Program::Autocannon, VERSION, &integrity())?;
            Some(Obtained { tool, was_cached: true })
        };
        if let Some(obtained) = found() {
            return Ok(obtained);
        }
        if self.choice == ToolsChoice::Host {
            return Err("it was never obtained, and `--tools host` obtains nothing".into());
        }
        let said = |failure| match failure {
            Failure::Npm(error) => error.to_string(),
            Failure::Final(error) => error.to_string(),
        };
        let locked = self.cache.clone();
        let lock = blocking(move || locked.lock(Program::Autocannon)).await;
        let _lock = lock.map_err(|error| error.to_string())?;
        // Another process may have been at it.
        if let Some(obtained) = found() {
            return Ok(obtained);
        }
        self.cache.sweep(Program::Autocannon);
        (self.announce)(&format!("{} {VERSION}", Program::Autocannon));
        let tool = self.install_load().await.map_err(said)?;
        Ok(Obtained { tool, was_cached: false })
    }

    async fn install_load(&self) -> Result<CachedTool, Failure> {
        let unfinished = self.cache.scratch(Program::Autocannon.name())?;
        let inside = unfinished.path().join("package");
        write(&inside)?;
        self.npm.install(&inside).await.map_err(Failure::Npm)?;
        let library = inside.join("node_modules").join(Program::Autocannon.name());
        if !library.join("package.json").is_file() {
            let message = "`npm ci` left no packages".to_owned();
            return Err(Failure::Npm(NpmError::Failed { message }));
        }
        let cache = self.cache.clone();
        Ok(blocking(move || finish(unfinished, &cache)).await?)
    }
}

/// The digest of all that is ours, the lock file's hashes included.
fn integrity() -> String {
    let parts = FILES.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
    format!("sha256-{}", Digest::of_parts(parts))
}

fn write(inside: &Path) -> Result<(), ToolError> {
    fs::create_dir(inside).map_err(failed("create", inside))?;
    for (name, text) in FILES {
        let file = inside.join(name);
        fs::write(&file, text).map_err(failed("write", &file))?;
    }
    Ok(())
}

fn finish(unfinished: tempfile::TempDir, cache: &ToolCache) -> Result<CachedTool, ToolError> {
    use std::os::unix::fs::PermissionsExt as _;
    let entry = unfinished.path().join("package").join("load.cjs");
    fs::set_permissions(&entry, fs::Permissions::from_mode(0o755))
        .map_err(failed("set the mode of", &entry))?;
    let bin = unfinished.path().join("bin");
    fs::create_dir(&bin).map_err(failed("create", &bin))?;
    let link = bin.join(Program::Autocannon.command());
    symlink("../package/load.cjs", &link).map_err(failed("create", &link))?;
    open_to_all(unfinished.path())?;
    cache.put(unfinished, Program::Autocannon, VERSION, &integrity())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_package_is_pinned_by_a_hash() {
        let text = FILES.iter().find(|(name, _)| *name == "package-lock.json").unwrap().1;
        let lock: Value = serde_json::from_str(text).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        assert!(packages.len() > 2);
        for (path, package) in packages.iter().filter(|(path, _)| !path.is_empty()) {
            let integrity = package["integrity"].as_str().unwrap_or_default();
            assert!(integrity.starts_with("sha512-"), "{path}");
            // A registry is the user's choice, and a script would be executed.
            assert!(package.get("resolved").is_none(), "{path}");
            assert!(package.get("hasInstallScript").is_none(), "{path}");
        }
        let library = format!("node_modules/{}", Program::Autocannon.name());
        assert_eq!(packages[&library]["version"], VERSION);
    }
}
