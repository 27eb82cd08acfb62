//! Notations in which a sign or a word stands where others have a separator.

use ext_amounts::{Currency, Found, Spaces, scan};

/// Reads the numbers of a text with their signs and currencies.
fn read(text: &str) -> Vec<(String, &'static str)> {
    let shown = |found: &Found| {
        let value = found.signed(found.reading.best()).to_string();
        (value, found.currency().map_or("", Currency::code))
    };
    scan(text, Spaces::Join).iter().map(shown).collect()
}

fn assert_one(text: &str, value: &str, code: &str) {
    assert_eq!(read(text), [(value.to_owned(), code)], "{text}");
}

#[test]
fn a_currency_in_the_place_of_the_separator() {
    for text in
        ["12€50", "Total : 12€50 TTC", "(TTC 12€50)", "12 € 50", "12 Euro 50", "Prix 12€50."]
    {
        assert_one(text, "12.50", "EUR");
    }
    for text in ["1 234€50", "1.234€50", "1234 € 50", "1\u{202f}234\u{a0}€\u{a0}50", "1 234 € 50"]
    {
        assert_one(text, "1234.50", "EUR");
    }
    assert_eq!(scan("1 234€50", Spaces::Join)[0].reading.only().map(|one| one.decimals), Some(2));
    assert!(!scan("1 234€50", Spaces::Join)[0].loose);
}

#[test]
fn raised_decimals_and_a_currency_in_brackets() {
    for (text, value, code) in [
        ("Total $119⁹⁹", "119.99", "USD"),
        ("84⁹⁹ €", "84.99", "EUR"),
        ("合計 6,380 (円)", "6380", "JPY"),
        ("Total 12.50 (EUR)", "12.50", "EUR"),
    ] {
        assert_one(text, value, code);
    }
    assert!(read("Hall 12⁹⁹").iter().all(|(value, _)| value != "12.99"));
    assert_eq!(read("100.00 (USD 117.00)").first().map(|(_, code)| *code), Some(""));
}

#[test]
fn a_name_of_the_hundredth_behind_the_decimals() {
    for (text, value, code) in [
        ("12 Euro 50 Cent", "12.50", "EUR"),
        ("12 € 5 cents", "12.05", "EUR"),
        ("12 euros et 50 centimes", "12.50", "EUR"),
        ("Итого: 12 345 руб. 50 коп.", "12345.50", "RUB"),
        ("12 345 грн 50 коп.", "12345.50", "UAH"),
        ("12 zł 50 gr", "12.50", "PLN"),
        ("12 Kč 50 h", "12.50", "CZK"),
        ("12 kr 50 øre", "12.50", "SEK"),
        ("12 lei și 50 bani", "12.50", "RON"),
        ("12 лв. 50 ст.", "12.50", "BGN"),
    ] {
        assert_eq!(read(text).first(), Some(&(value.to_owned(), code)), "{text}");
    }
}

#[test]
fn a_number_behind_a_currency_is_not_always_its_decimals() {
    let values = |text| read(text).into_iter().map(|(value, _)| value).collect::<Vec<_>>();
    for (text, expected) in [
        ("12 € 50 €", vec!["12", "50"]),
        ("12,00 € 50", vec!["12.00", "50"]),
        ("12 € 50 Stück", vec!["12", "50"]),
        ("12 € 50,00", vec!["12", "50.00"]),
        ("12 € 500", vec!["12", "500"]),
        ("12 € 50 gr", vec!["12", "50"]),
        ("12 EUR 50", vec!["12", "50"]),
        ("€12,50", vec!["12.50"]),
        ("12,50 €", vec!["12.50"]),
        ("$ 1,242 50", vec!["1242.50"]),
    ] {
        assert_eq!(values(text), expected, "{text}");
    }
}

#[test]
fn abbreviations_of_dinars_and_rials_stand_beside_three_decimals() {
    for (text, value, code) in [
        ("Total: BD 12.500", "12.500", "BHD"),
        ("BD 1,234.500", "1234.500", "BHD"),
        ("RO 7.250", "7.250", "OMR"),
        ("45,750 DT", "45.750", "TND"),
        ("DT 1.234,500", "1234.500", "TND"),
        ("KD 12.500", "12.500", "KWD"),
        ("BD 12", "12", ""),
        ("DT 12.50", "12.50", ""),
        ("RO 1234.50", "1234.50", ""),
    ] {
        assert_one(text, value, code);
    }
    assert!(read("RO12345678").is_empty());
}

#[test]
fn a_hyphen_closes_an_amount_in_yen() {
    assert_one("¥12,345-", "12345", "JPY");
    assert_one("￥12,345-", "12345", "JPY");
    assert_one("12,345円-", "12345", "JPY");
    assert_one("-¥12,345-", "-12345", "JPY");
    assert_one("€ 12,50-", "-12.50", "EUR");
    assert_one("KRW 12,345-", "-12345", "KRW");
    assert_one("12,-", "12", "");
    assert_one("1.234,- kr.", "1234", "DKK");
}

#[test]
fn what_follows_says_whose_dollar_it_is() {
    assert_one("$45.00 CDN", "45.00", "CAD");
    assert_one("1 234,50 $ CA", "1234.50", "CAD");
    assert_one("45,00 $CAD", "45.00", "CAD");
    assert_one("$1,234.50 AUD", "1234.50", "AUD");
    assert_one("$45.00", "45.00", "USD");
    assert_one("$45.00 EUR", "45.00", "USD");
    assert_one("12 500 F CFA", "12500", "XAF");
}

#[test]
fn a_toman_is_ten_rials() {
    assert_one("۱۲۳٬۴۵۶ تومان", "123456", "");
    assert_one("۱۲۳٬۴۵۶ ریال", "123456", "IRR");
}

#[test]
fn the_letter_of_the_rand() {
    for text in
        ["R1,234.50", "Total: R1234.50", "R 1 234,50", "Total: R 1 234,50", "Total R1 234.50"]
    {
        let value = read(text).pop().unwrap();
        assert_eq!(value, ("1234.50".to_owned(), "ZAR"), "{text}");
    }
    for text in ["Room R12", "Article R250", "MILK R 2.50", "R8"] {
        assert!(read(text).iter().all(|(_, code)| code.is_empty()), "{text}");
    }
}

#[test]
fn a_colon_before_the_hundredths_of_a_crown() {
    for text in ["1 234:50 kr", "kr 1 234:50", "1234:50 SEK", "Summa: 1\u{a0}234:50 kr"] {
        assert_one(text, "1234.50", "SEK");
    }
    for text in ["12:30", "10:30:50 kr", "kl. 12:30", "12:30 EUR"] {
        assert!(read(text).iter().all(|(value, _)| value != "12.30" && value != "10.30"), "{text}");
    }
}

#[test]
fn hundredths_alone() {
    assert_one("99¢", "0.99", "USD");
    assert_one("85p", "0.85", "GBP");
    assert_one("£0.99p", "0.99", "GBP");
    assert_one("Total 5p.", "0.05", "GBP");
    for text in ["5pcs", "1080p", "p. 85", "12p/34", "2pm"] {
        assert!(read(text).iter().all(|(_, code)| code.is_empty()), "{text} {:?}", read(text));
    }
}

#[test]
fn dong_and_lei() {
    for text in ["1.234.000 đồng", "1.234.000 đ", "1.234.000đ", "1.234.000 VNĐ"] {
        assert_one(text, "1234000", "VND");
    }
    assert_one("RO 1.234 lei", "1234", "RON");
    assert_one("RO 1.234", "1.234", "OMR");
}
