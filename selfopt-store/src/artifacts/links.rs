//! Links to artifacts in a local directory, which our own server opens. They
//! carry their end and an HMAC-SHA-256 over path and end.

use std::{fmt, fmt::Write as _, sync::Arc};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use selfopt_core::{ArtifactLinks, Clock, StoreError};
use sha2::Sha256;

use super::LocalArtifacts;

/// Makes and checks links to local artifacts.
#[derive(Clone)]
pub struct LocalLinks {
    artifacts: LocalArtifacts,
    base_url: String,
    signer: Hmac<Sha256>,
    clock: Arc<dyn Clock>,
}

impl LocalLinks {
    /// Links beneath a URL, under which the server gives out artifacts. The key
    /// stays with the server; 32 random bytes are best, any length works.
    pub fn new(
        artifacts: LocalArtifacts,
        base_url: &str,
        key: &[u8],
        clock: Arc<dyn Clock>,
    ) -> Self {
        let signer = Hmac::new_from_slice(key).expect("HMAC takes keys of any length");
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self { artifacts, base_url, signer, clock }
    }

    /// Whether a link with these parts opens the artifact now. `expires` is in
    /// seconds since 1970; the signature is compared in constant time.
    pub fn opens(&self, path: &str, expires: u64, signature: &str) -> bool {
        let signed = unhex(signature)
            .is_some_and(|signature| self.signed(path, expires).verify_slice(&signature).is_ok());
        signed && self.clock.now().0 / 1000 < expires
    }

    fn signed(&self, path: &str, expires: u64) -> Hmac<Sha256> {
        // The end has one length, so no other path and end give these bytes.
        self.signer.clone().chain_update(expires.to_be_bytes()).chain_update(path)
    }
}

#[async_trait]
impl ArtifactLinks for LocalLinks {
    async fn link(&self, path: &str, seconds: u32) -> Result<Option<String>, StoreError> {
        if !self.artifacts.exists(path).await? {
            return Ok(None);
        }
        let expires = self.clock.now().0 / 1000 + u64::from(seconds);
        let signature = self.signed(path, expires).finalize().into_bytes();
        let mut link = format!("{}/{}?expires={expires}&signature=", self.base_url, escaped(path));
        for byte in signature {
            let _ = write!(link, "{byte:02x}");
        }
        Ok(Some(link))
    }
}

impl fmt::Debug for LocalLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalLinks").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A path as part of a URL.
fn escaped(path: &str) -> String {
    let mut url = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                url.push(char::from(byte));
            }
            byte => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16)?).ok();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    rest.is_empty().then_some(bytes).flatten()
}
