//! Currencies of ISO 4217 and the digits that their amounts have.

/// Codes in circulation whose amounts have two decimals.
const TWO: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN \
BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL \
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP \
PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT \
TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
/// Those without decimals.
const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// Those with three.
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";

/// Currencies whose amounts are printed without decimals, whatever ISO 4217 says (CLDR).
const WHOLE: &str = "AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK PKR RSD SOS SYP YER";

/// A currency in circulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    digits: u32,
}

impl Currency {
    /// Returns the currency with this code, in capitals; `None` where there is none.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        // Nearly all that is asked for is another word of a text, and spared the search.
        matches!(code.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z', b'A'..=b'Z']).then_some(())?;
        let within = |codes: &'static str, digits| {
            let found = codes.split(' ').find(|known| *known == code)?;
            Some(Self { code: found, digits })
        };
        within(TWO, 2).or_else(|| within(NONE, 0)).or_else(|| within(THREE, 3))
    }

    /// Returns the code of ISO 4217.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Returns the digits behind the decimal separator, as ISO 4217 has them.
    #[must_use]
    pub const fn digits(self) -> u32 {
        self.digits
    }

    /// Returns whether amounts are printed without decimals.
    pub(crate) fn is_whole(self) -> bool {
        self.digits == 0 || WHOLE.split(' ').any(|code| code == self.code)
    }

    /// Returns every currency.
    pub fn all() -> impl Iterator<Item = Self> {
        [TWO, NONE, THREE].into_iter().flat_map(|codes| codes.split(' ')).filter_map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_iso_4217() {
        let digits = |code| Currency::of(code).map(Currency::digits);
        assert_eq!([digits("EUR"), digits("JPY"), digits("KWD")], [Some(2), Some(0), Some(3)]);
        assert_eq!([digits("eur"), digits("XYZ"), digits("")], [None; 3]);
        assert_eq!(Currency::all().count(), 157);
    }
}
