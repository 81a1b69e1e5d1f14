//! Hashes of what is obtained: the registry's own (`sha512-BASE64`) and those
//! of `packageManager` fields (`sha512.HEX`).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

/// The sha512 of a list of hashes as registries write it; others are weaker
/// and do not count.
pub(super) fn sha512_of(integrity: &str) -> Option<&str> {
    let mut hashes = integrity.split_ascii_whitespace();
    // 64 bytes have 88 characters in base64.
    hashes.find(|hash| hash.strip_prefix("sha512-").is_some_and(|base64| base64.len() == 88))
}

/// The hash of a file as registries write it.
pub(super) fn sha512(path: &Path) -> io::Result<String> {
    Ok(format!("sha512-{}", STANDARD.encode(digest::<Sha512>(path)?)))
}

/// The hash of a `packageManager` field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinnedHash {
    algorithm: Algorithm,
    hex: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl PinnedHash {
    /// Reads `sha512.0f1e…`; `None` for what cannot be checked, such as sha1.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (algorithm, hex) = text.split_once('.')?;
        let (algorithm, n_bytes) = match algorithm {
            "sha224" => (Algorithm::Sha224, 28),
            "sha256" => (Algorithm::Sha256, 32),
            "sha384" => (Algorithm::Sha384, 48),
            "sha512" => (Algorithm::Sha512, 64),
            _ => return None,
        };
        let is_hash = hex.len() == n_bytes * 2 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| Self { algorithm, hex: hex.to_ascii_lowercase() })
    }

    /// The hash that a registry writes as `sha512-BASE64`.
    pub(super) fn of_integrity(integrity: &str) -> Option<Self> {
        let bytes = STANDARD.decode(integrity.strip_prefix("sha512-")?).ok()?;
        (bytes.len() == 64).then(|| Self { algorithm: Algorithm::Sha512, hex: hex(&bytes) })
    }

    /// Whether it is the hash of a file.
    pub(super) fn is_of(&self, path: &Path) -> io::Result<bool> {
        let digest = match self.algorithm {
            Algorithm::Sha224 => digest::<Sha224>(path)?,
            Algorithm::Sha256 => digest::<Sha256>(path)?,
            Algorithm::Sha384 => digest::<Sha384>(path)?,
            Algorithm::Sha512 => digest::<Sha512>(path)?,
        };
        Ok(hex(&digest) == self.hex)
    }

    /// The hexadecimal digits.
    pub(super) fn hex(&self) -> &str {
        &self.hex
    }
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

fn digest<D: Digest>(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut hasher = D::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_vec()),
            n_read => hasher.update(buffer.get(..n_read).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_hashed_as_others_hash_them() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        let expected = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        assert_eq!(sha512(file.path()).unwrap(), expected);
        assert_eq!(sha512_of(&format!("sha1-x {expected}")), Some(expected));
        assert!(PinnedHash::of_integrity(expected).unwrap().is_of(file.path()).unwrap());
        let hash = "sha224.23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7";
        assert!(PinnedHash::parse(hash).unwrap().is_of(file.path()).unwrap());
        let other = hash.replace("9da7", "9da8");
        assert!(!PinnedHash::parse(&other).unwrap().is_of(file.path()).unwrap());
    }

    #[test]
    fn what_is_weak_or_cut_is_no_hash() {
        assert_eq!(sha512_of("sha1-abc sha512-short"), None);
        assert_eq!(PinnedHash::of_integrity("sha512-eHg="), None);
        for text in ["", "sha1.a9993e36", "sha512.abc", "sha256", "sha224.zz"] {
            assert_eq!(PinnedHash::parse(text), None, "{text}");
        }
    }
}
