//! Years of other eras, and digits of Chinese.

use jiff::civil::Date;

/// Eras: how they are written, the year before their first, and how many years they have had.
const ERAS: [(&str, i16, i16); 9] = [
    ("令和", 2018, 81),
    ("平成", 1988, 31),
    ("昭和", 1925, 64),
    ("R", 2018, 81),
    ("H", 1988, 31),
    ("民國", 1911, 188),
    ("民国", 1911, 188),
    // The Buddhist era.
    ("พ.ศ.", -543, 2642),
    ("พศ", -543, 2642),
];

/// Years of the Buddhist era in which documents are dated.
const BUDDHIST: std::ops::RangeInclusive<i16> = 2450..=2642;
const BUDDHIST_OFFSET: i16 = 543;
/// Two digits below are of this century.
const CENTURY_TURNS: i16 = 80;

/// Returns the year of an era, counted from 1.
pub(super) fn of_era(era: &str, year: i16) -> Option<i16> {
    let (_, before, length) = ERAS.iter().find(|(name, ..)| *name == era)?;
    (1..=*length).contains(&year).then(|| before + year)
}

/// Returns the year that four or two digits mean: two digits are 1980 to 2079, 2569 is 2026.
pub(super) fn of_digits(year: i16) -> i16 {
    match year {
        0..CENTURY_TURNS => year + 2000,
        CENTURY_TURNS..100 => year + 1900,
        year if BUDDHIST.contains(&year) => year - BUDDHIST_OFFSET,
        _ => year,
    }
}

/// Reads a number in digits of Latin or Chinese: `26`, `二〇二六`, `十五`, `元`.
pub(super) fn number(text: &str) -> Option<i16> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| match c {
        '〇' | '零' | '○' => Some(0),
        '元' => Some(1),
        _ => "一二三四五六七八九".chars().zip(1i16..).find(|(han, _)| *han == c).map(|(_, d)| d),
    };
    if let Some((tens, ones)) = text.split_once('十') {
        let part = |part: &str, empty| match part.chars().next() {
            Some(han) if part.chars().count() == 1 => digit(han),
            Some(_) => None,
            None => Some(empty),
        };
        return Some(part(tens, 1)? * 10 + part(ones, 0)?);
    }
    text.chars().try_fold(0i16, |sum, c| sum.checked_mul(10)?.checked_add(digit(c)?))
}

/// Makes a date; `None` where there is no such day.
pub(super) fn date(year: Option<i16>, month: Option<i16>, day: Option<i16>) -> Option<Date> {
    Date::new(year?, month?.try_into().ok()?, day?.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_begin_with_their_first_year() {
        assert_eq!(of_era("令和", 1), Some(2019));
        assert_eq!(of_era("H", 31), Some(2019));
        assert_eq!(of_era("H", 32), None);
        assert_eq!(of_era("民國", 115), Some(2026));
        assert_eq!(of_era("พ.ศ.", 2569), Some(2026));
        assert_eq!([of_digits(2569), of_digits(26), of_digits(99)], [2026, 2026, 1999]);
    }

    #[test]
    fn chinese_numbers() {
        for (text, value) in [
            ("二〇二六", 2026),
            ("十", 10),
            ("十五", 15),
            ("二十", 20),
            ("三十一", 31),
            ("元", 1),
            ("八", 8),
            ("07", 7),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["日", "", "二二十", "99999"] {
            assert!(number(text).is_none_or(|number| text.is_empty() && number == 0), "{text}");
        }
    }
}
