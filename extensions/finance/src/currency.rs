//! Currency codes of ISO 4217.

/// Codes in circulation.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL \
BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD \
FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS \
KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK \
MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD \
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX \
USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Returns whether the word is a code, upper case.
pub(crate) fn is_code(word: &str) -> bool {
    word.len() == 3 && CODES.split(' ').any(|code| code == word)
}

/// Returns the code in upper case; `None` when the word is not one.
pub(crate) fn code(word: &str) -> Option<String> {
    let code = word.trim().to_ascii_uppercase();
    is_code(&code).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_codes() {
        assert_eq!(code(" eur "), Some("EUR".to_owned()));
        assert_eq!(code("EU "), None);
        assert_eq!(code("A B"), None);
        assert_eq!(code("XYZ"), None);
    }
}
