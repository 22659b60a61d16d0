//! JSON from the network: the strict parser against that of `serde_json`.

use crate::web::json;
use serde_json::Value;

/// One JSON text.
pub fn document(data: &[u8]) {
    let lenient = serde_json::from_slice::<Value>(data);
    match (json::parse(data), lenient) {
        (Ok(value), lenient) => {
            assert_eq!(lenient.ok().as_ref(), Some(&value), "serde_json disagrees");
            let again = json::parse(value.to_string().as_bytes());
            assert_eq!(again, Ok(value), "another value after writing it");
        }
        (Err(error), Ok(_)) => {
            // Nothing else may be refused.
            assert!(error.message.contains("duplicate member"), "{error}");
        }
        (Err(error), Err(_)) => {
            assert!(error.message.len() < 1_000, "{error}");
            if let Some(altered) = error.altered {
                assert!(altered.to_string().contains('\u{fffd}'), "{altered}");
            }
        }
    }
}
