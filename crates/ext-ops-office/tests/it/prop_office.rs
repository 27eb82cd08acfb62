//! Whatever stands in a document, its reader returns.

use ext_ops_office::OfficeReader;
use ext_services::documents::{MarkupKind, MarkupReader};
use ext_testing::archive;
use proptest::prelude::*;

fn document(content: &str) -> Vec<u8> {
    let names = [
        "word/document.xml",
        "content.xml",
        "styles.xml",
        "xl/workbook.xml",
        "ppt/presentation.xml",
        "ppt/_rels/presentation.xml.rels",
    ];
    archive(&names.map(|name| (name, content.as_bytes())))
}

/// Tags of all formats, opened and closed at random.
fn markup() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "p",
        "t",
        "tc",
        "tr",
        "tbl",
        "table",
        "table-row",
        "table-cell",
        "h",
        "s",
        "header",
        "footer",
        "tab",
        "br",
        "pPr",
        "Fallback",
        "annotation",
        "td",
        "li",
        "div",
    ]);
    let piece = (name, 0..4_u8, "[ -~é]{0,6}").prop_map(|(name, kind, text)| match kind {
        0 => format!("<{name}>"),
        1 => format!("</{name}>"),
        2 => format!("<{name} c='9999999' number-columns-repeated='-1'/>"),
        _ => text.replace(['<', '&'], " "),
    });
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn doc_03_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in MarkupKind::DOCUMENTS {
            let _ = OfficeReader.text(kind, &bytes);
        }
    }

    #[test]
    fn doc_03_any_marks(content in markup()) {
        let document = document(&format!("<r>{content}</r>"));
        for kind in MarkupKind::DOCUMENTS {
            let _ = OfficeReader.text(kind, &document);
        }
        let _ = OfficeReader.text(MarkupKind::Html, content.as_bytes());
    }

    #[test]
    fn text_of_paragraphs_comes_through(words in prop::collection::vec("[a-zé€]{1,8}", 1..20)) {
        let body: String = words.iter().map(|word| format!("<p><t>{word}</t></p>")).collect();
        let pages = OfficeReader.text(MarkupKind::Docx, &document(&format!("<r>{body}</r>")));
        prop_assert_eq!(&pages.unwrap()[0].text, &words.join("\n"));
    }
}
