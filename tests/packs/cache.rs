//! Compiled packs on disk: used when they are what the host wrote, made anew
//! when not, and never taken from a directory that others can write.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use selfopt::packs::{CompiledCache, Limits, PackHost};

use crate::{HOSTILE, pack};

fn load(dir: &Path) {
    let cache = CompiledCache::open(dir).expect("the cache can be used");
    let host = PackHost::new(Limits::default(), Some(cache)).expect("the runtime starts");
    let pack = host.load(&pack(HOSTILE)).expect("the pack loads");
    assert_eq!(pack.info().id, "hostile");
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("the cache is there").flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "cwasm")).collect()
}

#[test]
fn a_compiled_pack_is_kept_privately_and_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("compiled");
    load(&cache);
    assert_eq!(fs::metadata(&cache).unwrap().mode() & 0o777, 0o700);
    let [entry] = entries(&cache).try_into().expect("one entry");
    assert_eq!(fs::metadata(&entry).unwrap().mode() & 0o777, 0o600);
    let inode = fs::metadata(&entry).unwrap().ino();
    load(&cache);
    assert_eq!(fs::metadata(&entry).unwrap().ino(), inode, "it was not written again");
}

#[test]
fn a_damaged_entry_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("compiled");
    load(&cache);
    let [entry] = entries(&cache).try_into().expect("one entry");
    let whole = fs::read(&entry).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for damaged in [&flipped[..], &whole[..middle], &whole[..10], b"", &whole[32..]] {
        fs::write(&entry, damaged).unwrap();
        load(&cache);
        assert_eq!(fs::read(&entry).unwrap(), whole, "{} bytes", damaged.len());
    }
}

#[test]
fn an_entry_of_another_installation_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let (mine, other) = (dir.path().join("mine"), dir.path().join("other"));
    load(&mine);
    load(&other);
    let [entry] = entries(&mine).try_into().expect("one entry");
    let foreign = other.join(entry.file_name().unwrap());
    let (own, theirs) = (fs::read(&entry).unwrap(), fs::read(&foreign).unwrap());
    assert_ne!(own[..32], theirs[..32], "seals differ by key");
    fs::write(&entry, &theirs).unwrap();
    load(&mine);
    assert_eq!(fs::read(&entry).unwrap()[..32], own[..32]);
}

#[test]
fn a_directory_that_others_can_write_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let open = dir.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let error = CompiledCache::open(&open).unwrap_err();
    assert!(error.to_string().contains("other users have rights"), "{error}");
    let link = dir.path().join("link");
    let private = dir.path().join("private");
    CompiledCache::open(&private).unwrap();
    std::os::unix::fs::symlink(&private, &link).unwrap();
    assert!(CompiledCache::open(&link).is_err(), "a link is no directory of ours");
}
