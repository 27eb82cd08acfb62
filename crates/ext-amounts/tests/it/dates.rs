//! Dates printed in every form that is read.

use ext_amounts::scan_dates;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::select;

/// Forms in which one reading is left.
const SURE: [&str; 22] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y. %-m. %-d.",
    "%Y%m%d",
    "%Y%m%dT093000",
    "%-d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%B %-d, %Y",
    "%b %d %Y",
    "%Y-%b-%d",
    "%Y年%-m月%-d日",
    "%Y年%m月%d日",
    "請求日%Y年%-m月%-d日",
    "%Y년 %-m월 %-d일",
    "令和{R}年%-m月%-d日",
    "R{R}.%-m.%-d",
    "R{R}/%m/%d",
    "民國{M}年%-m月%-d日",
    "%-d/%-m/{B}",
    "{H}",
];

const MONTHS: [(&str, [&str; 12]); 5] = [
    (
        "{d}. {m} {y}",
        [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    ),
    (
        "{d} de {m} de {y}",
        [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
    ),
    (
        "{d} {m} {y}",
        [
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ],
    ),
    (
        "{d} {m} {t}",
        [
            "มกราคม",
            "กุมภาพันธ์",
            "มีนาคม",
            "เมษายน",
            "พฤษภาคม",
            "มิถุนายน",
            "กรกฎาคม",
            "สิงหาคม",
            "กันยายน",
            "ตุลาคม",
            "พฤศจิกายน",
            "ธันวาคม",
        ],
    ),
    (
        "{y}. {m} {d}.",
        [
            "január",
            "február",
            "március",
            "április",
            "május",
            "június",
            "július",
            "augusztus",
            "szeptember",
            "október",
            "november",
            "december",
        ],
    ),
];

/// Writes a number below a hundred in Chinese.
fn han(number: i32) -> String {
    let digit = |d: i32| "〇一二三四五六七八九".chars().nth(usize::try_from(d).unwrap()).unwrap();
    match (number / 10, number % 10) {
        (0, ones) => digit(ones).to_string(),
        (1, 0) => "十".to_owned(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens, 0) => format!("{}十", digit(tens)),
        (tens, ones) => format!("{}十{}", digit(tens), digit(ones)),
    }
}

fn han_date(date: Date) -> String {
    let year = date.year().to_string();
    let year: String = year.chars().map(|c| han(c.to_digit(10).unwrap().cast_signed())).collect();
    format!("{year}年{}月{}日", han(date.month().into()), han(date.day().into()))
}

fn print(form: &str, date: Date) -> String {
    let form = form
        .replace("{R}", &(date.year() - 2018).to_string())
        .replace("{M}", &(date.year() - 1911).to_string())
        .replace("{B}", &(date.year() + 543).to_string())
        .replace("{H}", &han_date(date));
    date.strftime(&form).to_string()
}

fn days() -> impl Strategy<Value = Date> {
    (2019i16..2045, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

/// The only date of a text, in both orders and whatever stands beside it.
fn only(text: &str) -> Option<(Option<Date>, Option<Date>, Option<Date>)> {
    let mut found = scan_dates(text);
    let date = found.pop().filter(|_| found.is_empty())?;
    Some((date.day_first, date.month_first, date.other))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_printed_is_read(date in days(), form in select(SURE.to_vec())) {
        let text = print(form, date);
        let (day_first, month_first, other) = only(&text).ok_or_else(|| TestCaseError::fail(text.clone()))?;
        prop_assert_eq!(day_first, Some(date), "{}", text);
        prop_assert!(form == "%-d/%-m/{B}" || month_first == day_first, "{}", text);
        prop_assert_eq!(other, None, "{}", text);
    }

    #[test]
    fn names_of_months_are_read(date in days(), language in 0usize..MONTHS.len()) {
        let (form, names) = MONTHS[language];
        let month = names[usize::try_from(date.month()).unwrap() - 1];
        let text = form
            .replace("{d}", &date.day().to_string())
            .replace("{m}", month)
            .replace("{y}", &date.year().to_string())
            .replace("{t}", &(date.year() + 543).to_string());
        prop_assert_eq!(only(&text).and_then(|found| found.0), Some(date), "{}", text);
    }

    #[test]
    fn the_right_date_is_among_the_readings_of_digits(
        date in days(), form in select(vec!["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%y", "%y-%m-%d", "%d.%m.%y", "%m-%d-%y", "%y年%-m月%-d日"]),
    ) {
        let text = print(form, date);
        let (day_first, month_first, other) = only(&text).ok_or_else(|| TestCaseError::fail(text.clone()))?;
        prop_assert!([day_first, month_first, other].contains(&Some(date)), "{}", text);
    }

    #[test]
    fn dates_stand_within_their_text(text in "[0-9年月日令和./\\- :a-zé５一十Rพ]{0,40}") {
        for found in scan_dates(&text) {
            prop_assert!(text.get(found.range.clone()).is_some_and(|date| !date.is_empty()), "{:?}", found);
        }
    }
}

#[test]
fn a_year_in_front_is_another_reading() {
    let dates = |text| {
        only(text).map(|(day, _, other)| (day.unwrap().to_string(), other.unwrap().to_string()))
    };
    assert_eq!(dates("24-03-05"), Some(("2024-03-05".to_owned(), "2005-03-24".to_owned())));
    assert_eq!(dates("05-03-18"), Some(("2018-03-05".to_owned(), "2005-03-18".to_owned())));
}

#[test]
fn long_numbers_are_no_dates() {
    for text in [
        "202601151",
        "20261345",
        "INV20260115",
        "2026-01-15-7",
        "12026-01-05",
        "R8.1.5.2",
        "1.2.3.2024.5",
    ] {
        assert_eq!(only(text), None, "{text}");
    }
}

#[test]
fn two_digits_beside_a_thai_month_are_of_the_buddhist_era() {
    let read = |text| scan_dates(text).first().and_then(|found| found.day_first);
    let day = Date::new(2026, 1, 7).ok();
    for text in ["7 ม.ค. 69", "7 มกราคม 69", "7 ม.ค. 2569", "7 Jan 26"] {
        assert_eq!(read(text), day, "{text}");
    }
}

#[test]
fn dates_of_few_languages_and_of_the_hijra() {
    let days = |text: &str| {
        let found = scan_dates(text);
        found.iter().filter_map(|it| Some(it.day_first?.to_string())).collect::<Vec<_>>()
    };
    for text in [
        "15 Jan '26",
        "2026. gada 15. janvāris",
        "2026. gada 15. janvārī",
        "2026.g. 15.janvāris",
        "Ngày 15 tháng 01 năm 2026",
        "15 tháng 1, 2026",
        "15. janúar 2026",
        "15 Ιανουαρίου 2026",
        "15 Januari 2026",
        "15 มกราคม 2569",
        "15 בינואר 2026",
        "15 يناير 2026",
        "15. siječnja 2026.",
        "15 януари 2026 г.",
        "۱۴۰۴/۱۰/۲۵",
        "تاریخ: 1404/10/25",
        "۲۵ دی ۱۴۰۴",
        "27 رجب 1447",
        "١٤٤٧/٠٧/٢٧",
        "27/07/1447 هـ",
    ] {
        assert_eq!(days(text), ["2026-01-15"], "{text}");
    }
    assert!(scan_dates("26 رجب 1447")[0].other.is_some());
    for text in ["1404/10/25", "Nr. 1447/07/26", "2026. gada"] {
        assert!(days(text).is_empty(), "{text}");
    }
}
