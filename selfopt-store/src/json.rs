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
    serde_json::from_str(text).map_err(|source| StoreError::Corrupt {
        what: what(),
        source: source.into(),
    })
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
        // The second one needs exact parsing: the fast path is off by one unit.
        for value in [
            0.1,
            51.248_177_777_777_77,
            -0.0,
            f64::MIN_POSITIVE,
            f64::MAX,
            1e-320,
        ] {
            assert!(survives(value), "{value:e}");
        }
    }

    #[test]
    fn what_would_not_read_back_is_refused() {
        let error = encode(&f64::NAN, || "the gain".to_owned()).unwrap_err();
        assert_eq!(error.to_string(), "failed to write the gain");
    }
}
