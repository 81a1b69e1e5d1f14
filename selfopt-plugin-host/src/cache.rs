//! Compiled packs on disk. A compiled pack is native code that is run without
//! a further look, so it is only ever read from a directory that nobody else
//! can write, and only when the code behind it carries a seal that was made
//! with a key of this directory.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::PackError;

const SEAL_LEN: usize = 32;
const KEY_LEN: usize = 32;

/// A compiled pack larger than this is not read.
const MAX_ENTRY_BYTES: u64 = 512 << 20;

/// A private directory of compiled packs.
#[derive(Debug, Clone)]
pub struct CompiledCache {
    dir: PathBuf,
    key: [u8; KEY_LEN],
}

impl CompiledCache {
    /// Opens or makes the directory. An error says why it is not trusted.
    pub fn open(dir: &Path) -> io::Result<Self> {
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent)?;
        }
        match DirBuilder::new().mode(0o700).create(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => check_private(dir)?,
        }
        let key = read_or_make_key(&dir.join("key"))?;
        Ok(Self { dir: dir.to_owned(), key })
    }

    /// The component of this key, from the directory or from `compile`. A
    /// damaged entry is made anew.
    pub(crate) fn load_or(
        &self,
        engine: &Engine,
        key: &str,
        compile: impl FnOnce() -> Result<Component, PackError>,
    ) -> Result<Component, PackError> {
        let path = self.dir.join(format!("{key}.cwasm"));
        if let Some(component) = self.load(engine, key, &path) {
            return Ok(component);
        }
        let component = compile()?;
        if let Ok(code) = component.serialize() {
            // The cache saves time; without it everything still works.
            let _ = self.store(key, &path, &code);
        }
        Ok(component)
    }

    fn load(&self, engine: &Engine, key: &str, path: &Path) -> Option<Component> {
        let file = OpenOptions::new().read(true).open(path).ok()?;
        let mut bytes = Vec::new();
        file.take(MAX_ENTRY_BYTES).read_to_end(&mut bytes).ok()?;
        let (seal, code) = bytes.split_at_checked(SEAL_LEN)?;
        self.mac(key, code).verify_slice(seal).ok()?;
        #[expect(
            unsafe_code,
            reason = "the seal shows that this host wrote exactly these bytes into its private directory"
        )]
        // SAFETY: `deserialize` must get what `serialize` made. The bytes in memory were sealed by
        // `store` with the key of a directory that only this user can read and write.
        let component = unsafe { Component::deserialize(engine, code) };
        component.ok()
    }

    fn store(&self, key: &str, path: &Path, code: &[u8]) -> io::Result<()> {
        let temporary = self.dir.join(format!("{key}.{}.tmp", std::process::id()));
        let seal = self.mac(key, code).finalize().into_bytes();
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)?;
        file.write_all(&seal)?;
        file.write_all(code)?;
        drop(file);
        fs::rename(&temporary, path)
    }

    /// The name is sealed too, so that one pack's code does not pass for another's.
    fn mac(&self, key: &str, code: &[u8]) -> Hmac<Sha256> {
        // HMAC takes keys of any length, so there is no error to lose.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key)
            .unwrap_or_else(|_| Hmac::<Sha256>::new(&[0; 64].into()));
        mac.update(key.as_bytes());
        mac.update(code);
        mac
    }
}

fn check_private(dir: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(dir)?;
    let refused = |why: &str| Err(io::Error::new(io::ErrorKind::PermissionDenied, why.to_owned()));
    if !metadata.is_dir() {
        return refused("it is no directory");
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return refused("it belongs to another user");
    }
    if metadata.mode() & 0o077 != 0 {
        return refused("other users have rights on it; `chmod 700` takes them away");
    }
    Ok(())
}

fn read_or_make_key(path: &Path) -> io::Result<[u8; KEY_LEN]> {
    let mut key = [0; KEY_LEN];
    let open = || OpenOptions::new().read(true).open(path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => {
            found?.read_exact(&mut key)?;
            return Ok(key);
        }
    }
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    // Written beside and linked into place: a process that comes second uses the first one's key.
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(&key)?;
    drop(file);
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => open()?.read_exact(&mut key)?,
    }
    Ok(key)
}
