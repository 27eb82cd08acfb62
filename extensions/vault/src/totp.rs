//! One-time passwords by the clock (RFC 6238), of a seed in base32 or an `otpauth:` URL.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use spacedrive_sdk::{Error, Result, wire::SecretText};
use url::Url;
use zeroize::Zeroizing;

/// The URL of a seed with the usual digits and period.
const URL_START: &str = "otpauth://totp/vault?secret=";
const URL_END: &str = "&period=30&digits=6";

/// What is said of seeds of Steam, whose codes have letters.
const STEAM: &str = "Steam's one-time passwords are not supported";

/// A generator of codes.
#[derive(PartialEq, Eq)]
pub struct Totp {
    seed: Zeroizing<Vec<u8>>,
    algorithm: Algorithm,
    digits: u32,
    period: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha1,
    Sha256,
    Sha512,
}

/// What other programs keep beside a seed; left out: the usual.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Parameters<'a> {
    pub(crate) algorithm: Option<&'a str>,
    pub(crate) digits: Option<&'a str>,
    pub(crate) period: Option<&'a str>,
}

/// A code, and how long it holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The digits.
    pub code: String,
    /// Seconds that it holds from now on.
    pub seconds_left: u64,
}

impl Totp {
    /// Reads a seed in base32, or a URL such as `otpauth://totp/Mail?secret=…`.
    ///
    /// # Errors
    /// [`spacedrive_sdk::ErrorCode::BadInput`], without the text: it is secret.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("otpauth") => Self::of_url(text),
            Some("steam") => Err(Error::bad_input(STEAM)),
            _ => Self::of_seed(text),
        }
    }

    fn of_seed(text: &str) -> Result<Self> {
        let kept = |char: &char| !char.is_whitespace() && *char != '-' && *char != '=';
        let text: Zeroizing<String> = Zeroizing::new(
            text.chars().filter(kept).map(|char| char.to_ascii_uppercase()).collect(),
        );
        let seed = data_encoding::BASE32_NOPAD.decode(text.as_bytes());
        let seed = seed.ok().filter(|seed| !seed.is_empty());
        let seed = seed
            .ok_or_else(|| Error::bad_input("the seed of the one-time password is not base32"))?;
        Ok(Self { seed: Zeroizing::new(seed), algorithm: Algorithm::Sha1, digits: 6, period: 30 })
    }

    fn of_url(text: &str) -> Result<Self> {
        let url =
            Url::parse(text).map_err(|_| Error::bad_input("the `otpauth:` URL is not valid"))?;
        if url.host_str() != Some("totp") {
            return Err(Error::bad_input(
                "only time-based one-time passwords are supported: `otpauth://totp/…`",
            ));
        }
        let value = |name: &str| {
            let mut pairs = url.query_pairs();
            pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        if value("encoder").is_some_and(|encoder| encoder.eq_ignore_ascii_case("steam")) {
            return Err(Error::bad_input(STEAM));
        }
        let secret = value("secret")
            .ok_or_else(|| Error::bad_input("the `otpauth:` URL has no `secret`"))?;
        let [algorithm, digits, period] = ["algorithm", "digits", "period"].map(value);
        Self::of_seed(&secret)?.with(Parameters {
            algorithm: algorithm.as_deref(),
            digits: digits.as_deref(),
            period: period.as_deref(),
        })
    }

    fn with(mut self, parameters: Parameters<'_>) -> Result<Self> {
        if let Some(name) = parameters.algorithm {
            self.algorithm = algorithm(name)?;
        }
        if let Some(digits) = parameters.digits {
            self.digits = within(digits, 6, 8, "digits")?;
        }
        if let Some(period) = parameters.period {
            self.period = within(period, 1, 3600, "period")?.into();
        }
        Ok(self)
    }

    /// Writes the seed: alone where the rest is the usual, else as a URL.
    fn text(&self) -> SecretText {
        let seed = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(&self.seed));
        let algorithm = match self.algorithm {
            Algorithm::Sha1 => "",
            Algorithm::Sha256 => "&algorithm=SHA256",
            Algorithm::Sha512 => "&algorithm=SHA512",
        };
        let Self { period, digits, .. } = self;
        let seed = seed.as_str();
        of_url(&format!("{URL_START}{seed}&period={period}&digits={digits}{algorithm}"))
    }

    /// Returns the code at a time, in seconds since 1970.
    #[must_use]
    pub fn at(&self, seconds: u64) -> Code {
        let counter = (seconds / self.period).to_be_bytes();
        let hash = match self.algorithm {
            Algorithm::Sha1 => hash::<Hmac<Sha1>>(&self.seed, &counter),
            Algorithm::Sha256 => hash::<Hmac<Sha256>>(&self.seed, &counter),
            Algorithm::Sha512 => hash::<Hmac<Sha512>>(&self.seed, &counter),
        };
        let number = truncate(&hash) % 10u32.pow(self.digits);
        let width = usize::try_from(self.digits).unwrap_or(6);
        Code {
            code: format!("{number:0width$}"),
            seconds_left: self.period - seconds % self.period,
        }
    }
}

/// Writes a seed in base32 and its parameters as one text.
///
/// # Errors
/// [`spacedrive_sdk::ErrorCode::BadInput`] for a seed or a parameter that is not valid, or of Steam.
pub(crate) fn with_parameters(seed: &str, parameters: Parameters<'_>) -> Result<SecretText> {
    if parameters.digits.is_some_and(|digits| digits.eq_ignore_ascii_case("s")) {
        return Err(Error::bad_input(STEAM));
    }
    Ok(Totp::of_seed(seed)?.with(parameters)?.text())
}

/// Writes a seed as the URL that other programs want; a URL stays as it is.
pub(crate) fn to_url(seed: &SecretText) -> SecretText {
    if Totp::parse(seed.expose()).is_err() || seed.expose().contains(':') {
        return seed.clone();
    }
    let kept = |char: &char| !char.is_whitespace() && *char != '-' && *char != '=';
    let seed: String = seed.expose().chars().filter(kept).collect();
    format!("{URL_START}{seed}{URL_END}").into()
}

/// Returns the seed of a URL that [`to_url`] made; any other text stays as it is.
pub(crate) fn of_url(text: &str) -> SecretText {
    let seed = text.strip_prefix(URL_START).and_then(|rest| rest.strip_suffix(URL_END));
    seed.unwrap_or(text).into()
}

fn hash<M: Mac + KeyInit>(key: &[u8], counter: &[u8]) -> Vec<u8> {
    // A key of HMAC has any length.
    let Ok(mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.chain_update(counter).finalize().into_bytes().to_vec()
}

/// Takes 31 bits of a hash, as RFC 4226 does (section 5.3).
fn truncate(hash: &[u8]) -> u32 {
    let offset = usize::from(hash.last().copied().unwrap_or_default() & 0xf);
    let bytes = hash.iter().skip(offset).take(4);
    bytes.fold(0u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff
}

fn algorithm(name: &str) -> Result<Algorithm> {
    let name = name.to_ascii_uppercase().replace('-', "");
    match name.strip_prefix("HMAC").unwrap_or(&name) {
        "SHA1" => Ok(Algorithm::Sha1),
        "SHA256" => Ok(Algorithm::Sha256),
        "SHA512" => Ok(Algorithm::Sha512),
        _ => Err(Error::bad_input("the `algorithm` is not SHA1, SHA256 or SHA512")),
    }
}

fn within(text: &str, min: u32, max: u32, name: &str) -> Result<u32> {
    let number = text.parse().ok().filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| Error::bad_input(format!("`{name}` is not a number from {min} to {max}")))
}

#[cfg(test)]
mod tests {
    use spacedrive_sdk::ErrorCode;

    use super::*;

    /// The vectors of RFC 6238, appendix B.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let seeds = [
            ("SHA1", "12345678901234567890"),
            ("SHA256", "12345678901234567890123456789012"),
            ("SHA512", "1234567890123456789012345678901234567890123456789012345678901234"),
        ];
        let vectors = [
            (59, ["94287082", "46119246", "90693936"]),
            (1_111_111_109, ["07081804", "68084774", "25091201"]),
            (1_111_111_111, ["14050471", "67062674", "99943326"]),
            (1_234_567_890, ["89005924", "91819424", "93441116"]),
            (2_000_000_000, ["69279037", "90698825", "38618901"]),
            (20_000_000_000, ["65353130", "77737706", "47863826"]),
        ];
        for (time, codes) in vectors {
            for ((algorithm, seed), code) in seeds.iter().zip(codes) {
                let seed = data_encoding::BASE32.encode(seed.as_bytes());
                let url = format!("otpauth://totp/A?secret={seed}&algorithm={algorithm}&digits=8");
                assert_eq!(Totp::parse(&url).unwrap().at(time).code, code, "{algorithm} {time}");
            }
        }
    }

    #[test]
    fn a_seed_alone_has_the_usual_form() {
        let code = Totp::parse(" gezd gnbv-gy3t qojq gezd gnbv gy3t qojq ").unwrap().at(59);
        assert_eq!(code, Code { code: "287082".into(), seconds_left: 1 });
    }

    #[test]
    fn seeds_of_steam_are_named_as_such() {
        for text in ["steam://GEZDGNBV", "STEAM://x", "otpauth://totp/A?secret=GE&encoder=Steam"] {
            let error = Totp::parse(text).err().unwrap();
            assert!(error.message().contains("Steam"), "{error}");
        }
    }

    #[test]
    fn parameters_are_kept_with_the_seed_where_they_are_not_the_usual_ones() {
        let seed = "GEZDGNBVGY3TQOJQ";
        let text = |algorithm, digits, period| {
            let parameters = Parameters { algorithm, digits, period };
            with_parameters(seed, parameters).map(|text| text.expose().to_owned())
        };
        assert_eq!(text(None, None, None).unwrap(), seed);
        assert_eq!(text(Some("HMAC-SHA-1"), Some("6"), Some("30")).unwrap(), seed);
        let other = text(Some("HMAC-SHA-256"), Some("8"), Some("60")).unwrap();
        let url = format!("otpauth://totp/A?secret={seed}&digits=8&period=60&algorithm=SHA256");
        assert!(Totp::parse(&other).unwrap() == Totp::parse(&url).unwrap(), "{other}");
        assert!(text(None, Some("S"), Some("30")).unwrap_err().message().contains("Steam"));
        assert!(text(Some("MD5"), None, None).is_err());
    }

    #[test]
    fn what_is_not_a_seed_is_refused_without_being_shown() {
        for text in [
            "",
            "swordfish!",
            "otpauth://hotp/A?secret=GEZDGNBV",
            "otpauth://totp/A",
            "otpauth://totp/A?secret=GEZDGNBV&digits=12",
            "otpauth://totp/A?secret=GEZDGNBV&period=0",
            "otpauth://totp/A?secret=GEZDGNBV&algorithm=MD5",
            "otpauth://totp/A?secret=GEZDGNBV&encoder=steam",
            "steam://GEZDGNBV",
        ] {
            let error = Totp::parse(text).err().unwrap();
            assert_eq!(error.code(), ErrorCode::BadInput, "{text}");
            assert!(!error.message().contains("swordfish") && !error.message().contains("GEZD"));
        }
    }
}
