//! HMAC-SHA256 over the raw bytes of a request.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::secret::Secret;

/// `sha256=` and 64 hexadecimal characters, as bytes.
pub(super) fn parse(header: &str) -> Option<[u8; 32]> {
    let hex = header.strip_prefix("sha256=")?.as_bytes();
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut out = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (at, two) in out.iter_mut().zip(hex.chunks_exact(2)) {
        *at = digit(two[0])? << 4 | digit(two[1])?;
    }
    Some(out)
}

/// Whether the signature is that of the bytes; in constant time.
pub(super) fn fits(secret: &Secret, body: &[u8], given: &[u8; 32]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GitHub's documentation, "Validating webhook deliveries".
    const SIGNATURE: &str =
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn githubs_own_example_fits() {
        let secret = Secret::new("It's a Secret to Everybody");
        let given = parse(SIGNATURE).expect("a signature");
        assert!(fits(&secret, b"Hello, World!", &given));
        assert!(!fits(&secret, b"Hello, World?", &given));
        assert!(!fits(&Secret::new("It's a secret to everybody"), b"Hello, World!", &given));
        for byte in 0..32 {
            let mut other = given;
            other[byte] ^= 1;
            assert!(!fits(&secret, b"Hello, World!", &other), "{byte}");
        }
    }

    #[test]
    fn a_signature_has_one_form() {
        let upper = SIGNATURE.to_ascii_uppercase().replace("SHA256", "sha256");
        let sha1 = SIGNATURE.replace("sha256", "sha1");
        let long = format!("{SIGNATURE}00");
        let bad = [
            &SIGNATURE[..SIGNATURE.len() - 1],
            &upper,
            &sha1,
            &long,
            "",
            "sha256=",
            &SIGNATURE[7..],
        ];
        for bad in bad {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
