//! Form fields, whose values a viewer draws where the file does not.

use crate::common::page_with;

const LABEL: &str = "BT /F1 12 Tf 50 704 Td (Total) Tj ET";

/// Reads a page with a label and a field beside it.
fn filled_in(field: &str) -> String {
    let objects = format!(
        "20 0 obj\n<< /Subtype /Widget /Rect [200 700 400 720] {field} >>\nendobj\n\
         21 0 obj\n<< /FT /Tx /V (12.00) /Kids [20 0 R] >>\nendobj\n\
         22 0 obj\n<< /Subtype /Form /BBox [0 0 200 20] /Length 39 /Resources << /Font << /F1 5 0 R >> >> >>\n\
         stream\nBT /F1 12 Tf 2 4 Td (drawn 12.00) Tj ET \nendstream\nendobj\n"
    );
    page_with("/Annots [20 0 R]", LABEL, &objects).text
}

#[test]
fn values_without_an_appearance_are_read_in_their_place() {
    let rows = [
        ("/FT /Tx /V (12.00)", "Total  12.00"),
        ("/FT /Tx /V <FEFF003120AC>", "Total  1\u{20ac}"),
        ("/FT /Ch /V (EUR)", "Total  EUR"),
        ("/Parent 21 0 R", "Total  12.00"),
        ("/FT /Tx /V (12.00) /AP << /N 22 0 R >>", "Total  drawn 12.00"),
        ("/FT /Tx", "Total"),
        ("/FT /Tx /V ()", "Total"),
        ("/FT /Tx /Ff 8192 /V (secret)", "Total"),
        ("/FT /Tx /F 2 /V (hidden)", "Total"),
        ("/FT /Btn /V /Yes", "Total"),
        ("/FT /Tx /Parent 20 0 R", "Total"),
    ];
    for (field, text) in rows {
        assert_eq!(filled_in(field), text, "{field}");
    }
}

#[test]
fn several_lines_begin_at_the_top() {
    let text = filled_in("/FT /Tx /Ff 4096 /V (one\\rtwo)");
    assert!(text.contains("one") && text.contains("two"), "{text:?}");
}
