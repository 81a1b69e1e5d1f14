//! The bytes of a pack from a path or an address.

use std::io::Read as _;
use std::time::Duration;

use selfopt_core::digest::Digest;

use crate::error::CliError;

/// No pack is larger; see the limits of the host.
const MAX_BYTES: u64 = 32 << 20;

/// Reads or downloads a pack and compares it with its hash.
pub(crate) fn fetch(origin: &str, sha256: Option<&str>) -> Result<Vec<u8>, CliError> {
    let is_address = origin.contains("://");
    let wasm = fetch_unpinned(origin)?;
    let found = Digest::of(&wasm);
    match sha256 {
        Some(wanted) if wanted.eq_ignore_ascii_case(found.as_str()) => Ok(wasm),
        Some(wanted) => Err(CliError::usage(
            format!("`{origin}` has the SHA-256 {found}, not {wanted}"),
            "it is not the pack that was meant: ask its author, and do not add it",
        )),
        None if is_address => Err(CliError::usage(
            "a pack from an address needs `--sha256`",
            format!("what is there now has {found}; compare it with what its author says"),
        )),
        None => Ok(wasm),
    }
}

/// Reads or downloads a pack, whatever it is by now.
pub(crate) fn fetch_unpinned(origin: &str) -> Result<Vec<u8>, CliError> {
    if origin.contains("://") { download(origin) } else { read(origin) }
}

fn read(path: &str) -> Result<Vec<u8>, CliError> {
    let failed = |source| CliError::Io { doing: format!("read `{path}`"), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut wasm = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut wasm).map_err(failed)?;
    Ok(wasm)
}

fn download(address: &str) -> Result<Vec<u8>, CliError> {
    let rest = address.strip_prefix("http://");
    let is_local = rest.is_some_and(|rest| {
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        host == "127.0.0.1" || host == "localhost"
    });
    if !address.starts_with("https://") && !is_local {
        return Err(CliError::usage(
            format!("`{address}` is not an https address"),
            "download it yourself and name the file",
        ));
    }
    let config = ureq::Agent::config_builder()
        .https_only(!is_local)
        .timeout_global(Some(Duration::from_mins(2)))
        .max_redirects(5)
        .build();
    let failed = |error: ureq::Error| CliError::Io {
        doing: format!("download `{address}`"),
        source: std::io::Error::other(error),
    };
    let agent = ureq::Agent::new_with_config(config);
    let mut response = agent.get(address).call().map_err(failed)?;
    response.body_mut().with_config().limit(MAX_BYTES).read_to_vec().map_err(failed)
}
