//! Text that cannot be seen on the page, each beside a twin that can.

use crate::common::page;

/// A picture of one grey pixel, drawn over the whole page.
const SCAN: &str = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \u{7f} EI Q";
const TOTAL: &str = "BT /F1 12 Tf 50 700 Td (Total 12.00) Tj ET";

fn text(content: &str) -> String {
    page(content).text
}

#[test]
fn text_that_nobody_sees_is_left_out() {
    let former =
        |how: &str| format!("{TOTAL} q {how} BT /F1 12 Tf 50 600 Td (Total 77.00) Tj ET Q");
    let hidden = [
        ("without ink", former("3 Tr")),
        ("white on paper", former("1 g")),
        ("nearly white on paper", former("0.99 0.98 1 rg")),
        ("blue on blue", former("0 0 1 rg 0 500 600 150 re f")),
        ("transparent", former("/Thin gs")),
        ("clipped away", former("0 0 10 10 re W n")),
        ("below a rectangle", format!("{} 1 g 40 590 200 30 re f", former(""))),
        ("blackened", format!("{} 0 g 40 590 200 30 re f", former(""))),
        ("below the page", format!("{TOTAL} BT /F1 12 Tf 50 80 Td (Total 77.00) Tj ET")),
        ("beside the page", format!("{TOTAL} BT /F1 12 Tf 700 600 Td (Total 77.00) Tj ET")),
    ];
    for (how, content) in hidden {
        assert_eq!(text(&content), "Total 12.00", "{how}");
    }
}

#[test]
fn text_that_can_be_seen_is_kept() {
    let shown = |how: &str| format!("{TOTAL} q {how} BT /F1 12 Tf 50 600 Td (Paid 12.00) Tj ET Q");
    let seen = [
        ("black on paper", shown("")),
        ("grey on paper", shown("0.8 g")),
        ("white on blue", shown("0 0 1 rg 40 590 200 30 re f 1 g")),
        (
            "white on a round shape",
            shown("0 0 1 rg 40 590 m 240 590 l 250 630 240 620 40 620 c f 1 g"),
        ),
        ("white on a broad line", shown("0 0 1 RG 30 w 40 604 m 240 604 l S 1 g")),
        ("white on a picture", shown(&format!("{SCAN} 1 g"))),
        ("outlined in black, filled with white", shown("2 Tr 1 g 0 G")),
        ("struck through", format!("{} 0 g 45 603 100 1 re f", shown(""))),
        ("underlined", format!("{} 0 g 45 597 100 2 re f", shown(""))),
        ("below a veil", format!("{} q /Veil gs 1 g 40 590 200 30 re f Q", shown(""))),
        ("marked", format!("{} q /Mark gs 1 1 0 rg 40 590 200 30 re f Q", shown(""))),
        ("in a frame", format!("{} 40 590 200 30 re S", shown(""))),
        ("in a clip", shown("40 590 200 30 re W n")),
        (
            "below a rectangle that is clipped away",
            format!("{} 0 0 9 9 re W n 40 590 99 30 re f", shown("")),
        ),
    ];
    for (how, content) in seen {
        let text = text(&content);
        assert!(text.ends_with("Paid 12.00"), "{how}: {text:?}");
        assert!(text.starts_with("Total 12.00"), "{how}: {text:?}");
    }
}

#[test]
fn what_was_read_in_a_scan_is_kept_and_told() {
    let layer = "BT 3 Tr /F1 12 Tf 50 700 Td (Total 12.00) Tj ET";
    let outline = "50 700 m 60 712 l 120 712 l 120 700 l 55 698 l f";
    for (how, content) in [
        ("over the picture", format!("{SCAN} {layer}")),
        ("under the picture", format!("{layer} {SCAN}")),
        ("white, behind paper and picture", format!("q 1 g {TOTAL} 0 0 600 800 re f Q {SCAN}")),
        ("over letters that are drawn", format!("{outline} {layer}")),
    ] {
        let page = page(&content);
        assert_eq!((page.text.as_str(), page.layer), ("Total 12.00", 1.0), "{how}");
    }
    let stamp = "BT /F1 9 Tf 50 120 Td (Page 1) Tj ET";
    let page = page(&format!("{SCAN} {stamp}"));
    assert_eq!((page.text.as_str(), page.layer), ("Page 1", 0.0));
}

#[test]
fn a_page_that_paints_much_shows_all_of_its_text() {
    let marks = "300 300 m 310 310 l 320 305 l f ".repeat(3000);
    let content = format!("{marks} {TOTAL} q 1 g BT /F1 12 Tf 50 600 Td (Paid) Tj ET Q");
    assert_eq!(text(&content), "Total 12.00\nPaid");
}
