//! Encrypting and decrypting.

use std::{
    fmt,
    io::{self, BufReader, Read},
    iter,
    str::FromStr,
};

use age::{
    DecryptError, Decryptor, EncryptError, Encryptor,
    armor::{ArmoredReader, ArmoredWriter, Format},
    scrypt,
    secrecy::SecretString,
    x25519,
};
use ext_services::credentials::KeptCredential;
use ext_wire::SecretText;
use zeroize::Zeroizing;

use crate::{
    error::ExportError,
    format,
    limits::{MAX_BYTES, MAX_WORK_FACTOR},
};

/// Cost of trying a passphrase, as a power of two: about a second, and 256 MiB.
const WORK_FACTOR: u8 = 18;

/// Form in which the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain bytes.
    Binary,
    /// Text between a line at the begin and one at the end.
    Armored,
}

/// Protection of a file, by a passphrase or by keys: age knows no file with both.
#[derive(Debug)]
pub enum Protection {
    /// Passphrase that opens it.
    Passphrase(SecretText),
    /// Public keys; the identity of any of them opens it.
    Recipients(Vec<Recipient>),
}

/// Key that opens a file.
#[derive(Debug)]
pub enum Unlock {
    /// The passphrase.
    Passphrase(SecretText),
    /// Identities, of which one should fit.
    Identities(Identities),
}

/// A public key: `age1…`.
#[derive(Debug, Clone)]
pub struct Recipient(x25519::Recipient);

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Recipient {
    type Err = ExportError;

    fn from_str(text: &str) -> Result<Self, ExportError> {
        text.trim().parse().map(Self).map_err(ExportError::Recipient)
    }
}

/// Private keys.
pub struct Identities(Vec<x25519::Identity>);

impl Identities {
    /// Reads what `age-keygen` writes: a key in each line; empty lines and those with `#` count for
    /// nothing.
    ///
    /// # Errors
    /// [`ExportError::Identity`], [`ExportError::NoIdentity`].
    pub fn parse(text: &str) -> Result<Self, ExportError> {
        let lines = text.lines().map(str::trim).zip(1..);
        let lines = lines.filter(|(text, _)| !text.is_empty() && !text.starts_with('#'));
        let parsed =
            lines.map(|(text, line)| text.parse().map_err(|_| ExportError::Identity { line }));
        let identities: Vec<_> = parsed.collect::<Result<_, _>>()?;
        if identities.is_empty() {
            return Err(ExportError::NoIdentity);
        }
        Ok(Self(identities))
    }
}

impl std::fmt::Debug for Identities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Writes credentials into an encrypted file. The clear text is in memory only.
///
/// # Errors
/// [`ExportError::NoRecipient`]; [`ExportError::Failed`] when the system gives no random numbers;
/// [`ExportError::TooLarge`] for more than can be read again.
pub fn export(
    credentials: &[KeptCredential],
    protection: &Protection,
    form: Form,
) -> Result<Vec<u8>, ExportError> {
    let encryptor = encryptor(protection)?;
    let file = encrypt(encryptor, credentials, form);
    let file = file.map_err(|error| ExportError::Failed(error.to_string()))?;
    if file.len() > MAX_BYTES { Err(ExportError::TooLarge) } else { Ok(file) }
}

fn encryptor(protection: &Protection) -> Result<Encryptor, ExportError> {
    let made = match protection {
        Protection::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(secret(passphrase));
            recipient.set_work_factor(WORK_FACTOR);
            Encryptor::with_recipients(iter::once(&recipient as _))
        }
        Protection::Recipients(all) => {
            Encryptor::with_recipients(all.iter().map(|recipient| &recipient.0 as _))
        }
    };
    made.map_err(|error| match error {
        EncryptError::MissingRecipients => ExportError::NoRecipient,
        error => ExportError::Failed(error.to_string()),
    })
}

fn encrypt(
    encryptor: Encryptor,
    credentials: &[KeptCredential],
    form: Form,
) -> io::Result<Vec<u8>> {
    let form = match form {
        Form::Binary => Format::Binary,
        Form::Armored => Format::AsciiArmor,
    };
    let armored = ArmoredWriter::wrap_output(Vec::new(), form)?;
    let mut writer = encryptor.wrap_output(armored)?;
    format::write(credentials, &mut writer)?;
    writer.finish()?.finish()
}

/// An encrypted file whose beginning was read.
pub struct Export<'a> {
    file: Decryptor<ArmoredReader<BufReader<&'a [u8]>>>,
    length: usize,
}

impl<'a> Export<'a> {
    /// Reads the beginning of a file, binary or armored.
    ///
    /// # Errors
    /// [`ExportError::NotAge`], [`ExportError::TooLarge`].
    pub fn read(file: &'a [u8]) -> Result<Self, ExportError> {
        if file.len() > MAX_BYTES {
            return Err(ExportError::TooLarge);
        }
        let decryptor = Decryptor::new_buffered(ArmoredReader::new(file));
        let decryptor = decryptor.map_err(|_| ExportError::NotAge)?;
        Ok(Self { file: decryptor, length: file.len() })
    }

    /// Returns whether it is locked with a passphrase; else it is for identities.
    #[must_use]
    pub fn needs_passphrase(&self) -> bool {
        self.file.is_scrypt()
    }

    /// Decrypts all of it, then reads it.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn open(self, unlock: &Unlock) -> Result<Vec<KeptCredential>, ExportError> {
        let needs_passphrase = self.needs_passphrase();
        let opened = match unlock {
            Unlock::Passphrase(_) if !needs_passphrase => return Err(ExportError::NeedsIdentity),
            Unlock::Identities(_) if needs_passphrase => return Err(ExportError::NeedsPassphrase),
            Unlock::Passphrase(passphrase) => {
                let mut identity = scrypt::Identity::new(secret(passphrase));
                identity.set_max_work_factor(MAX_WORK_FACTOR);
                self.file.decrypt(iter::once(&identity as _))
            }
            Unlock::Identities(all) => {
                self.file.decrypt(all.0.iter().map(|identity| identity as _))
            }
        };
        let mut opened = opened.map_err(|error| not_opened(error, needs_passphrase))?;
        // Room for all of it, so that no copy is left behind by growing.
        let mut json = Zeroizing::new(Vec::with_capacity(self.length));
        opened.read_to_end(&mut json).map_err(|_| ExportError::Damaged)?;
        format::read(&json)
    }
}

impl std::fmt::Debug for Export<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an encrypted file of {} bytes", self.length)
    }
}

fn not_opened(error: DecryptError, with_passphrase: bool) -> ExportError {
    match error {
        DecryptError::ExcessiveWork { required, .. } => ExportError::Work(required),
        DecryptError::DecryptionFailed if with_passphrase => ExportError::WrongPassphrase,
        DecryptError::NoMatchingKeys => ExportError::WrongIdentity,
        _ => ExportError::Damaged,
    }
}

/// Copies a secret into a text that is overwritten as well.
fn secret(text: &SecretText) -> SecretString {
    SecretString::from(text.expose())
}
