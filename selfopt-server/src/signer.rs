//! Addresses of artifacts that work without a token, for a while: a browser
//! that follows a link sends none.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use selfopt_core::{Millis, Timestamp};
use sha2::Sha256;

/// How long an address works.
const LIFETIME: Millis = Millis::from_minutes(10);

/// Signs addresses with a key of the service.
#[derive(Clone)]
pub(crate) struct Signer {
    key: Hmac<Sha256>,
}

impl Signer {
    pub(crate) fn new(key: &str) -> Self {
        let key = Hmac::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
        Self { key }
    }

    /// The query of an address, and when it stops working.
    pub(crate) fn sign(&self, path: &str, now: Timestamp) -> (String, Timestamp) {
        let expires = Timestamp(now.0.saturating_add(LIFETIME.0));
        let tag = self.tag(path, expires).finalize().into_bytes();
        let mut query = format!("expires={}&signature=", expires.0);
        for byte in tag {
            let _ = write!(query, "{byte:02x}");
        }
        (query, expires)
    }

    /// Whether the address is ours, unchanged, and still works.
    pub(crate) fn verifies(
        &self,
        path: &str,
        expires: Timestamp,
        signature: &str,
        now: Timestamp,
    ) -> bool {
        let Some(signature) = unhex(signature) else { return false };
        // In constant time; and the time is only looked at once it is ours.
        self.tag(path, expires).verify_slice(&signature).is_ok() && now < expires
    }

    /// Over the length of the path too, so that no other split says the same.
    fn tag(&self, path: &str, expires: Timestamp) -> Hmac<Sha256> {
        let mut mac = self.key.clone();
        mac.update(&u64::try_from(path.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(path.as_bytes());
        mac.update(&expires.0.to_be_bytes());
        mac
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_works_for_its_path_and_time_alone() {
        let signer = Signer::new("key");
        let now = Timestamp(1_000_000);
        let (query, expires) = signer.sign("repos/a/b.tar", now);
        let signature = query.rsplit('=').next().unwrap();
        let check = |signer: &Signer, path, expires, signature: &str, now| {
            signer.verifies(path, expires, signature, now)
        };
        assert!(check(&signer, "repos/a/b.tar", expires, signature, now));
        let later = Timestamp(expires.0 + 1);
        assert!(!check(&signer, "repos/a/b.tar", expires, signature, expires));
        assert!(!check(&signer, "repos/a/b.tar", later, signature, now));
        assert!(!check(&signer, "repos/a/c.tar", expires, signature, now));
        assert!(!check(&Signer::new("other"), "repos/a/b.tar", expires, signature, now));
        for forged in ["", "00", "zz", &signature[2..]] {
            assert!(!check(&signer, "repos/a/b.tar", expires, forged, now), "{forged}");
        }
    }
}
