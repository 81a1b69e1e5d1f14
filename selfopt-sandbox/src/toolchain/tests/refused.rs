//! What comes from the registry and must not be used.

use std::fs;

use selfopt_core::PackageManagerName::Pnpm;
use tar::{Builder, EntryType, Header};

use super::super::ToolError;
use super::fake::{Fake, managed};

#[tokio::test]
async fn a_package_that_was_changed_is_refused() {
    let fake = Fake::new();
    fake.offer("pnpm", "9.15.0", "9.15.0", "pnpm");
    fake.publish("pnpm", "9.15.0", "evil");
    let error = fake.resolve(&managed(Pnpm, Some("9.15.0"), None, &[])).await.unwrap_err();
    let ToolError::Integrity { promised_by, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*promised_by, "the registry");
    fake.assert_nothing_is_kept();
}

#[tokio::test]
async fn hostile_packages_are_refused() {
    let cases = [
        ("package/../../../x", EntryType::Regular, ""),
        ("/tmp/x", EntryType::Regular, ""),
        ("package/bin", EntryType::Symlink, "/usr/bin"),
    ];
    for (path, kind, link) in cases {
        let fake = Fake::new();
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o755);
        header.set_size(0);
        header.set_cksum();
        let mut builder = Builder::new(fake.tarball("pnpm", "9.15.0"));
        builder.append(&header, [].as_slice()).unwrap();
        builder.into_inner().unwrap().finish().unwrap();
        fake.lists("pnpm", "9.15.0", &["9.15.0"]);
        let error = fake.resolve(&managed(Pnpm, Some("9.15.0"), None, &[])).await.unwrap_err();
        assert!(matches!(error, ToolError::Package { .. }), "{path}: {error:?}");
        fake.assert_nothing_is_kept();
    }
}

#[tokio::test]
async fn programs_outside_of_the_package_are_refused() {
    for path in ["../../../../bin/sh", "/bin/sh", "bin/none"] {
        let fake = Fake::new();
        let mut builder = Builder::new(fake.tarball("pnpm", "9.15.0"));
        let manifest = format!(r#"{{"name": "pnpm", "bin": {{"pnpm": "{path}"}}}}"#);
        let mut header = Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(manifest.len() as u64);
        builder.append_data(&mut header, "package/package.json", manifest.as_bytes()).unwrap();
        builder.into_inner().unwrap().finish().unwrap();
        fake.lists("pnpm", "9.15.0", &["9.15.0"]);
        let error = fake.resolve(&managed(Pnpm, Some("9.15.0"), None, &[])).await.unwrap_err();
        assert!(matches!(error, ToolError::Package { .. }), "{path}: {error:?}");
        fake.assert_nothing_is_kept();
    }
}

#[tokio::test]
async fn an_entry_without_a_strong_hash_is_refused() {
    let fake = Fake::new();
    fake.offer("pnpm", "9.15.0", "9.15.0", "pnpm");
    let answer = fake.tarball_path("pnpm", "9.15.0").with_extension("json");
    fs::write(
        answer,
        r#"{"version": "9.15.0", "dist.integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="}"#,
    )
    .unwrap();
    let error = fake.resolve(&managed(Pnpm, Some("9.15.0"), None, &[])).await.unwrap_err();
    assert!(error.to_string().contains("no sha512"), "{error}");
    fake.assert_nothing_is_kept();
}
