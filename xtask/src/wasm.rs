//! A Rust compiler that builds rule packs, and the official packs.
//!
//! Three routes, the cheapest first: the target is installed; `rustup` installs
//! it; where there is no way to rustup's server, Debian's compiler for web
//! browsers, with its own sources of the standard library, becomes a private
//! one below the user's cache. Compiler and library must be of one release, so
//! neither goes with the other's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{CommandLine, EVERYTHING, repository_root};

const TARGET: &str = "wasm32-unknown-unknown";

/// Packs in other languages, folders of `plugins/examples`.
const EXAMPLES: [&str; 2] = ["json-clone-c", "json-clone-js"];

/// Makes sure that packs can be built.
pub(crate) fn install() -> Result<()> {
    if has_target("rustc") {
        println!("{TARGET}: present");
        return Ok(());
    }
    let private = private_dir()?.join("rustc");
    if has_target(&private.display().to_string()) {
        println!("{TARGET}: present, private at {}", private.display());
        return Ok(());
    }
    let by_rustup = format!("timeout 60 rustup target add {TARGET}");
    if CommandLine::new(&by_rustup).run().is_ok() && has_target("rustc") {
        println!("{TARGET}: installed by rustup");
        return Ok(());
    }
    println!("{TARGET}: rustup cannot install it; taking Debian's compiler");
    from_debian(&private_dir()?).with_context(|| {
        format!(
            "there is no way here to get {TARGET}; `rustup target add {TARGET}` needs the network, \
             the other route needs apt-get and the package rustc-web (Debian 12 or newer)"
        )
    })?;
    ensure!(has_target(&private.display().to_string()), "the private compiler has no {TARGET}");
    println!("{TARGET}: made from Debian's packages, private at {}", private.display());
    Ok(())
}

/// Builds the official packs and puts them beside the program.
pub(crate) fn build_packs() -> Result<()> {
    install()?;
    CommandLine::new(&format!("cargo build {EVERYTHING} --bins --examples")).run()?;
    let target = target_dir();
    let program = target.join("debug/selfopt");
    let store = target.join("debug/test-packs/store");
    let selfopt = |line: &str| {
        // The packs have a workspace of their own, with a target directory of its own.
        let (program, store) = (program.display(), store.display());
        CommandLine::new(&format!("env -u CARGO_TARGET_DIR {program} --store {store} {line}")).run()
    };
    let build = |folder: &str, file: &str| {
        let out = target.join("debug").join(file);
        selfopt(&format!("pack build {folder} --out {}", out.display()))
    };
    // The official ones where `--packs-only` looks for them, the others where tests do.
    for pack in official_packs()? {
        build(&format!("plugins/packs/{pack}"), &format!("packs/{pack}.wasm"))?;
    }
    for pack in ["hostile", "settings"] {
        build(&format!("plugins/{pack}"), &format!("test-packs/{pack}.wasm"))?;
    }
    for example in EXAMPLES {
        selfopt(&format!("pack test plugins/examples/{example}"))?;
        let built =
            repository_root().join(format!("plugins/examples/{example}/dist/{example}.wasm"));
        std::fs::copy(built, target.join(format!("debug/test-packs/{example}.wasm")))?;
    }
    Ok(())
}

/// Does what the guide for authors of packs says, from `pack new` to a test,
/// with the versions that the packs here are locked to.
pub(crate) fn test_new_pack() -> Result<()> {
    let target = target_dir();
    let folder = target.join("debug/test-packs/new");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let pack = folder.join("my-pack");
    let (program, store) = (target.join("debug/selfopt"), target.join("debug/test-packs/store"));
    let (program, store, pack_name) = (program.display(), store.display(), pack.display());
    CommandLine::new(&format!("{program} --store {store} pack new {pack_name} --sdk .")).run()?;
    let root = repository_root();
    std::fs::copy(root.join("plugins/Cargo.lock"), pack.join("Cargo.lock"))?;
    let shared = root.join("plugins/target");
    let shared = format!("env CARGO_TARGET_DIR={}", shared.display());
    CommandLine::new(&format!("{shared} {program} --store {store} pack test {pack_name}")).run()?;
    // The pages natively, too: with the profile of this workspace, so that nothing that it has
    // compiled is compiled again.
    let native = format!("env CARGO_TARGET_DIR={} cargo test --quiet", target.display());
    let profile = "--config profile.dev.debug=\"line-tables-only\" --config profile.dev.package.\"*\".debug=false";
    CommandLine::new(&format!("{native} {profile}")).run_in(&pack)?;
    let packages: Vec<_> = std::iter::once("selfopt-pack".to_owned())
        .chain(official_packs()?.iter().map(|pack| format!("selfopt-pack-{pack}")))
        .collect();
    let tested = format!("--package {}", packages.join(" --package "));
    CommandLine::new(&format!("{native} {tested}")).run_in(&root.join("plugins"))
}

/// The folders of `plugins/packs`.
fn official_packs() -> Result<Vec<String>> {
    let mut packs = Vec::new();
    for entry in std::fs::read_dir(repository_root().join("plugins/packs"))? {
        packs.push(entry?.file_name().to_string_lossy().into_owned());
    }
    packs.sort();
    Ok(packs)
}

/// Where cargo builds.
pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| repository_root().join("target"), PathBuf::from)
}

fn has_target(rustc: &str) -> bool {
    let asked = CommandLine::new(&format!("{rustc} --print target-libdir --target {TARGET}"));
    let Some(dir) = asked.output() else {
        return false;
    };
    let Ok(entries) = std::fs::read_dir(dir.trim()) else {
        return false;
    };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore"))
}

/// Where `selfopt pack build` looks for it.
fn private_dir() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("selfopt/wasm32"))
}

fn from_debian(dir: &Path) -> Result<()> {
    let packages = debian_packages()?;
    let (downloads, prefix) = (dir.join("downloads"), dir.join("debian"));
    for folder in [&downloads, &prefix] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
    }
    CommandLine::new(&format!("apt-get download {}", packages.join(" "))).run_in(&downloads)?;
    for entry in std::fs::read_dir(&downloads)? {
        let path = entry?.path();
        CommandLine::new(&format!("dpkg -x {} {}", path.display(), prefix.display())).run()?;
    }
    std::fs::remove_dir_all(&downloads)?;
    let rustc = dir.join("rustc");
    write_wrapper(&rustc, &prefix)?;
    build_std(dir, &prefix, &rustc)
}

/// The compiler with what it needs of its own release.
fn debian_packages() -> Result<Vec<String>> {
    let depends = |package: &str| -> Result<Vec<String>> {
        let text = CommandLine::new(&format!("apt-cache depends {package}"))
            .output()
            .with_context(|| format!("apt does not know the package {package}"))?;
        let names = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
        Ok(names.map(|name| name.trim_matches(['<', '>']).to_owned()).collect())
    };
    let mut packages = vec!["rustc-web".to_owned(), "rust-web-src".to_owned()];
    let is_own = |name: &str| name.starts_with("libstd-rust-web") || name.starts_with("libllvm");
    let mut next = 0;
    while let Some(package) = packages.get(next).cloned() {
        for needed in depends(&package)? {
            if is_own(&needed) && !packages.contains(&needed) {
                packages.push(needed);
            }
        }
        next += 1;
    }
    Ok(packages)
}

/// A script that starts the compiler with its own libraries and a linker.
fn write_wrapper(rustc: &Path, prefix: &Path) -> Result<()> {
    let libraries = prefix.join("usr/lib/x86_64-linux-gnu");
    ensure!(libraries.is_dir(), "Debian's compiler is made for x86-64 here");
    let program = prefix.join("usr/bin/rustc");
    let linker = linker()?;
    let script = format!(
        "#!/bin/sh\n\
         # Written by `cargo xtask setup`: Debian's compiler with its own libraries.\n\
         export LD_LIBRARY_PATH='{}'\n\
         case \" $* \" in\n\
         *' {TARGET} '*) exec '{program}' -Clinker='{linker}' \"$@\" ;;\n\
         *) exec '{program}' \"$@\" ;;\n\
         esac\n",
        libraries.display(),
        program = program.display(),
        linker = linker.display(),
    );
    std::fs::write(rustc, script)?;
    CommandLine::new(&format!("chmod 755 {}", rustc.display())).run()
}

/// The linker comes with every Rust toolchain of rustup; else it is LLVM's.
fn linker() -> Result<PathBuf> {
    let sysroot = CommandLine::new("rustc --print sysroot").output().unwrap_or_default();
    let own = Path::new(sysroot.trim()).join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    if own.is_file() {
        return Ok(own);
    }
    for name in ["wasm-ld", "wasm-ld-22", "wasm-ld-19", "wasm-ld-16", "wasm-ld-14"] {
        let path = Path::new("/usr/bin").join(name);
        if path.is_file() {
            return Ok(path);
        }
    }
    bail!("no linker for WebAssembly; the Debian package `lld` has one")
}

/// Builds the standard library once and puts it where an installed target
/// would be. Without link-time optimization: libraries of bitcode alone link
/// into nothing else.
fn build_std(dir: &Path, prefix: &Path, rustc: &Path) -> Result<()> {
    let build = dir.join("std-build");
    if build.exists() {
        std::fs::remove_dir_all(&build)?;
    }
    std::fs::create_dir_all(build.join("src"))?;
    std::fs::write(
        build.join("Cargo.toml"),
        "[package]\nname = \"std-build\"\nedition = \"2021\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
         [profile.release]\npanic = \"abort\"\nlto = false\n[workspace]\n",
    )?;
    std::fs::write(build.join("src/lib.rs"), "")?;
    let line = format!(
        "env RUSTC_BOOTSTRAP=1 RUSTC={} RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR={} \
         cargo build --release --target {TARGET} -Zbuild-std=std,panic_abort",
        rustc.display(),
        build.join("target").display()
    );
    CommandLine::new(&line).run_in(&build)?;
    let libraries = prefix.join(format!("usr/lib/rustlib/{TARGET}/lib"));
    std::fs::create_dir_all(&libraries)?;
    for entry in std::fs::read_dir(build.join(format!("target/{TARGET}/release/deps")))? {
        let path = entry?.path();
        let is_library = path.extension().is_some_and(|extension| extension == "rlib");
        if let Some(name) = path.file_name().filter(|_| is_library) {
            std::fs::copy(&path, libraries.join(name))?;
        }
    }
    std::fs::remove_dir_all(&build)?;
    Ok(())
}
