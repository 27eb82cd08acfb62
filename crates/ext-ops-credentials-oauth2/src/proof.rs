//! Proof that a reply belongs to the sign-in that asked for it: PKCE (RFC 7636) and the state.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ext_wire::SecretText;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// 256 bits, as RFC 7636 recommends.
const BYTES: usize = 32;

/// Secrets of one sign-in; made anew for each, and never kept.
pub(crate) struct Proof {
    /// Known to this program only, until the code is exchanged.
    pub(crate) verifier: SecretText,
    /// Comes back with the code.
    pub(crate) state: SecretText,
}

impl Proof {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        Ok(Self { verifier: random_text()?, state: random_text()? })
    }

    /// Returns what the provider is told of the verifier: S256, never `plain`.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose().as_bytes()))
    }
}

fn random_text() -> Result<SecretText, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    getrandom::fill(bytes.as_mut())?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into();
        let proof = Proof { verifier, state: "".into() };
        assert_eq!(proof.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn each_sign_in_has_its_own() {
        let (one, other) = (Proof::random().unwrap(), Proof::random().unwrap());
        let texts = [&one.verifier, &one.state, &other.verifier, &other.state];
        let different: std::collections::BTreeSet<_> =
            texts.iter().map(|text| text.expose().to_owned()).collect();
        assert_eq!(different.len(), 4);
        assert!(different.iter().all(|text| text.len() == 43));
    }
}
