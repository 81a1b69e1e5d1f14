//! Domain values as JSON text and back.

use serde::{Serialize, de::DeserializeOwned};

use selfopt_core::StoreError;

/// Writes a value. What would not read back (a number that is not finite
/// becomes `null`) is refused here, where it is still known who wrote it.
pub(crate) fn encode<T: Serialize + DeserializeOwned>(
    value: &T,
    what: impl FnOnce() -> String,
) -> Result<String, StoreError> {
    let written = serde_json::to_string(value)
        .and_then(|text| serde_json::from_str::<T>(&text).map(|_| text));
    written.map_err(|source| StoreError::Failed {
        doing: format!("write {}", what()),
        source: source.into(),
    })
}

/// Reads a value.
pub(crate) fn decode<T: DeserializeOwned>(
    text: &str,
    what: impl FnOnce() -> String,
) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|source| StoreError::Corrupt { what: what(), source: source.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survives(value: f64) -> bool {
        let text = encode(&value, || "a number".to_owned());
        text.is_ok_and(|text| {
            decode::<f64>(&text, || "a number".to_owned())
                .is_ok_and(|back| back.to_bits() == value.to_bits())
        })
    }

    #[test]
    fn numbers_read_back_to_the_last_bit() {
        for value in [0.1, -0.0, f64::MIN_POSITIVE, f64::MAX, 1e-320] {
            assert!(survives(value), "{value:e}");
        }
        // All magnitudes: serde_json's fast parsing is off by one unit in the
        // last place for some of these.
        let mut bits = 1_u64;
        for _ in 0..10_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let value = f64::from_bits(bits);
            assert!(!value.is_finite() || survives(value), "{value:e}");
        }
    }

    #[test]
    fn what_would_not_read_back_is_refused() {
        let error = encode(&f64::NAN, || "the gain".to_owned()).unwrap_err();
        assert_eq!(error.to_string(), "failed to write the gain");
    }
}
