//! How a sealed value is found by equality: HMAC-SM3 (GB/T 15852.2 over GB/T 32905) under a key of the bureau.
//!
//! Equal values have equal look-ups, and nobody without the key can tell a value from its look-up by trying all of them.

use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;
use std::fmt;
use std::sync::Arc;

/// The key under which sealed values are found.
#[derive(Clone, PartialEq, Eq)]
pub struct Lookup(Arc<[u8; 32]>);

impl Lookup {
    /// A look-up under a key.
    pub fn new(key: [u8; 32]) -> Lookup {
        Lookup(Arc::new(key))
    }

    /// The look-up of a value, in lower-case hex.
    pub fn of(&self, value: &str) -> String {
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0[..]);
        let mut mac = Hmac::<Sm3>::new(&block.into());
        mac.update(value.as_bytes());
        crate::digest::hex(&mac.finalize().into_bytes())
    }
}

/// A key is never printed.
impl fmt::Debug for Lookup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Lookup")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HMAC by its definition (RFC 2104): H((K ^ opad) || H((K ^ ipad) || text)), the key padded to 64 bytes.
    fn by_definition(key: &[u8], text: &[u8]) -> String {
        let padded =
            |with: u8| -> Vec<u8> { (0..64).map(|place| key.get(place).copied().unwrap_or(0) ^ with).collect() };
        let inner = crate::digest::of(&[padded(0x36), text.to_vec()].concat());
        crate::digest::hex(&crate::digest::of(&[padded(0x5c), inner.to_vec()].concat()))
    }

    #[test]
    fn it_is_hmac_by_its_definition() {
        let key: [u8; 32] = std::array::from_fn(|place| place as u8);
        for text in ["", "330782200001010017", &"长".repeat(100)] {
            assert_eq!(Lookup::new(key).of(text), by_definition(&key, text.as_bytes()));
        }
        assert_ne!(Lookup::new([1; 32]).of("a"), Lookup::new([2; 32]).of("a"));
        assert_eq!(format!("{:?}", Lookup::new([7; 32])), "Lookup");
    }
}
