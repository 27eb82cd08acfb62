//! Pictures of text: receipts that all have one layout, and screenshots that have nothing but text.

use image::{Rgb, RgbImage};

use crate::common::Random;

/// The letters of a display of five by seven dots, each by its columns, the lowest bit on top.
const LETTERS: &[(char, [u8; 5])] = &[
    ('0', [0x3e, 0x51, 0x49, 0x45, 0x3e]),
    ('1', [0x00, 0x42, 0x7f, 0x40, 0x00]),
    ('2', [0x42, 0x61, 0x51, 0x49, 0x46]),
    ('3', [0x21, 0x41, 0x45, 0x4b, 0x31]),
    ('4', [0x18, 0x14, 0x12, 0x7f, 0x10]),
    ('5', [0x27, 0x45, 0x45, 0x45, 0x39]),
    ('6', [0x3c, 0x4a, 0x49, 0x49, 0x30]),
    ('7', [0x01, 0x71, 0x09, 0x05, 0x03]),
    ('8', [0x36, 0x49, 0x49, 0x49, 0x36]),
    ('9', [0x06, 0x49, 0x49, 0x29, 0x1e]),
    ('A', [0x7e, 0x11, 0x11, 0x11, 0x7e]),
    ('B', [0x7f, 0x49, 0x49, 0x49, 0x36]),
    ('C', [0x3e, 0x41, 0x41, 0x41, 0x22]),
    ('D', [0x7f, 0x41, 0x41, 0x22, 0x1c]),
    ('E', [0x7f, 0x49, 0x49, 0x49, 0x41]),
    ('F', [0x7f, 0x09, 0x09, 0x09, 0x01]),
    ('G', [0x3e, 0x41, 0x49, 0x49, 0x7a]),
    ('H', [0x7f, 0x08, 0x08, 0x08, 0x7f]),
    ('I', [0x00, 0x41, 0x7f, 0x41, 0x00]),
    ('K', [0x7f, 0x08, 0x14, 0x22, 0x41]),
    ('L', [0x7f, 0x40, 0x40, 0x40, 0x40]),
    ('M', [0x7f, 0x02, 0x0c, 0x02, 0x7f]),
    ('N', [0x7f, 0x04, 0x08, 0x10, 0x7f]),
    ('O', [0x3e, 0x41, 0x41, 0x41, 0x3e]),
    ('P', [0x7f, 0x09, 0x09, 0x09, 0x06]),
    ('R', [0x7f, 0x09, 0x19, 0x29, 0x46]),
    ('S', [0x46, 0x49, 0x49, 0x49, 0x31]),
    ('T', [0x01, 0x01, 0x7f, 0x01, 0x01]),
    ('U', [0x3f, 0x40, 0x40, 0x40, 0x3f]),
    ('V', [0x1f, 0x20, 0x40, 0x20, 0x1f]),
    ('W', [0x3f, 0x40, 0x38, 0x40, 0x3f]),
    ('.', [0x00, 0x60, 0x60, 0x00, 0x00]),
    ('-', [0x08, 0x08, 0x08, 0x08, 0x08]),
];
/// Dots from a letter to the next, and from a line to the next.
const CELL: (usize, usize) = (6, 10);
const WORDS: [&str; 24] = [
    "BREAD", "MILK", "COFFEE", "TEA", "BUTTER", "RICE", "PASTA", "SALT", "SUGAR", "OIL", "WINE",
    "BEER", "APPLES", "PEARS", "ONIONS", "GARLIC", "CARROTS", "SOAP", "PAPER", "BAGS", "EGGS",
    "FLOUR", "HONEY", "NUTS",
];
const SHOPS: [&str; 5] = ["MARKET HALL", "CORNER SHOP", "SUPER STORE", "BIO GARDEN", "NIGHT KIOSK"];

fn pick<'a>(random: &mut Random, from: &[&'a str]) -> &'a str {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
    let at = (random.part() * (from.len() as f32 - 0.01)) as usize;
    from[at]
}

fn number(random: &mut Random, most: f32) -> u16 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    let number = random.between(0.0, most) as u16;
    number
}

fn price(random: &mut Random, most: f32) -> String {
    format!("{}.{:02}", number(random, most), number(random, 99.0))
}

/// Draws lines of text, dark on light or light on dark.
fn draw(lines: &[String], width: u32, height: u32, dot: usize, dark: bool) -> RgbImage {
    let (paper, ink) = if dark { (24, 230) } else { (246, 30) };
    let mut picture = RgbImage::from_pixel(width, height, Rgb([paper; 3]));
    for (row, line) in lines.iter().enumerate() {
        for (column, letter) in line.chars().enumerate() {
            let dots = LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, dots)| dots);
            for (x, bits) in dots.into_iter().flatten().enumerate() {
                for y in (0..7).filter(|y| bits >> y & 1 == 1) {
                    let left = ((column + 2) * CELL.0 + x) * dot;
                    let top = ((row + 2) * CELL.1 + y) * dot;
                    square(&mut picture, left, top, dot, ink);
                }
            }
        }
    }
    picture
}

fn square(picture: &mut RgbImage, left: usize, top: usize, side: usize, ink: u8) {
    for (x, y) in (0..side * side).map(|at| (left + at % side, top + at / side)) {
        let (x, y) = (u32::try_from(x).unwrap(), u32::try_from(y).unwrap());
        if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
            *pixel = Rgb([ink; 3]);
        }
    }
}

/// A receipt: shop, date and number, the same items, two of them at other prices, and another sum; all of it
/// at the same places.
pub(crate) fn receipt(seed: u64) -> RgbImage {
    let mut random = Random::new(seed + 100);
    let random = &mut random;
    let shop = SHOPS[usize::try_from(seed).unwrap() % SHOPS.len()];
    let mut lines = vec![
        format!("{:>8}{shop}", ""),
        format!("{:>8}MAIN STREET {}", "", number(random, 200.0)),
        String::new(),
        format!(
            "2026-{:02}-{:02}  NO {}",
            number(random, 11.0) + 1,
            number(random, 27.0) + 1,
            number(random, 9999.0)
        ),
        "--------------------------------".to_owned(),
    ];
    // Most is the same each time: only two amounts and the sum are others.
    let same = &mut Random::new(7);
    lines.extend(WORDS[..14].iter().enumerate().map(|(at, word)| {
        let price = if at % 7 == 3 { price(random, 30.0) } else { price(same, 30.0) };
        format!("{word:<24}{price:>8}")
    }));
    lines.push("--------------------------------".to_owned());
    lines.push(format!("{:<24}{:>8}", "TOTAL", price(random, 300.0)));
    lines.push(format!("{:<24}{:>8}", "TAX", price(random, 30.0)));
    lines.extend([String::new(), "   THANKS FOR SHOPPING WITH US".to_owned()]);
    draw(&lines, 440, 620, 2, false)
}

/// A screenshot of a page of text, every third one of a dark page.
pub(crate) fn screenshot(seed: u64) -> RgbImage {
    let mut random = Random::new(seed + 500);
    let mut lines = vec!["MESSAGES".to_owned(), String::new()];
    for _ in 0..26 {
        let mut line = String::new();
        while line.len() < 34 {
            line = format!("{line}{} ", pick(&mut random, &WORDS));
        }
        lines.push(line);
    }
    draw(&lines, 540, 640, 2, seed % 3 == 2)
}
