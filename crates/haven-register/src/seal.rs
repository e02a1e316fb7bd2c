//! Texts that only their handler can read: encrypted to an age key whose other half Haven never has.

use age::armor::ArmoredReader;
use age::x25519::Recipient;
use std::str::FromStr;

/// Why a text could not be encrypted.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The handler's key is not one.
    #[error("the handler's key: expected an age recipient, `age1…`, found something else")]
    Key,
    /// The encryption failed.
    #[error("the text could not be encrypted: {0}")]
    Encrypt(String),
}

/// Encrypts a text to the handler's key, in the armor of age.
///
/// # Errors
/// [`SealError`]; nothing of the text is in it.
pub fn seal(handler: &str, text: &str) -> Result<String, SealError> {
    let recipient = Recipient::from_str(handler.trim()).map_err(|_| SealError::Key)?;
    age::encrypt_and_armor(&recipient, text.as_bytes()).map_err(|error| SealError::Encrypt(error.to_string()))
}

/// Whether all of a text is an encrypted one: nothing readable stands before or behind the armor.
pub(crate) fn is_sealed(text: &str) -> bool {
    let text = text.trim();
    let armored = text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && text.ends_with("-----END AGE ENCRYPTED FILE-----");
    armored && text.matches("-----").count() == 4 && age::Decryptor::new(ArmoredReader::new(text.as_bytes())).is_ok()
}
