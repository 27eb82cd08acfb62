//! Office documents: those that libraries write, and those that attackers do.

use std::net::TcpListener;

use ext_ops_office::OfficeReader;
use ext_services::documents::{DocumentError, MarkupKind, MarkupReader};
use ext_testing::archive;

const DOCX: &[u8] = include_bytes!("../samples/invoice.docx");
const XLSX: &[u8] = include_bytes!("../samples/invoice.xlsx");
const ODT: &[u8] = include_bytes!("../samples/invoice.odt");
const ODS: &[u8] = include_bytes!("../samples/invoice.ods");

const SAMPLES: [(MarkupKind, &[u8]); 4] = [
    (MarkupKind::Docx, DOCX),
    (MarkupKind::Xlsx, XLSX),
    (MarkupKind::Odt, ODT),
    (MarkupKind::Ods, ODS),
];

fn read(kind: MarkupKind, document: &[u8]) -> Result<String, DocumentError> {
    let pages = OfficeReader.text(kind, document)?;
    Ok(pages.into_iter().map(|page| page.text).collect::<Vec<_>>().join("\u{c}"))
}

fn word(body: &str) -> String {
    format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>")
}

fn docx(body: &str) -> Vec<u8> {
    archive(&[("word/document.xml", word(body).as_bytes())])
}

fn too_large(result: &Result<String, DocumentError>) -> bool {
    matches!(result, Err(DocumentError::TooLarge { .. }))
}

#[test]
fn word_documents_are_read_with_their_tables_and_headers() {
    assert_eq!(
        read(MarkupKind::Docx, DOCX).unwrap(),
        "Acme Ltd, 1 High Street\nInvoice 17\nDate:  2026-03-05\nItem  Qty  Price\n\
         Coffee  2  3.2\nCake  1  4.5\nTotal 10.90 € & thanks\nVAT GB123456789"
    );
}

#[test]
fn sheets_are_pages_and_hidden_ones_are_none() {
    assert_eq!(
        read(MarkupKind::Xlsx, XLSX).unwrap(),
        "Date  2026-03-05\nItem  Qty  Price\nCoffee  2  3.2\nCake  1  4.5\nTotal\nPaid  TRUE\
         \u{c}second sheet"
    );
    assert_eq!(
        read(MarkupKind::Ods, ODS).unwrap(),
        "Item  Qty  Price\nCoffee  2  3.2\nCake  1  4.5\n2026-03-05\u{c}second sheet"
    );
}

#[test]
fn opendocument_texts_are_read_with_their_tables_and_headers() {
    assert_eq!(
        read(MarkupKind::Odt, ODT).unwrap(),
        "Acme Ltd, 1 High Street\nInvoice 17\nDate:  2026-03-05\nItem  Qty  Price\n\
         Coffee  2  3.2\nCake  1  4.5\nTotal 10.90 € & thanks"
    );
}

#[test]
fn what_nobody_sees_is_left_out() {
    let body = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>seen</w:t></w:r>\
        <w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>\
        <w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>\
        <w:r><w:instrText>HYPERLINK x</w:instrText></w:r>\
        <mc:AlternateContent xmlns:mc='m'><mc:Choice><w:t> once</w:t></mc:Choice>\
        <mc:Fallback><w:t> twice</w:t></mc:Fallback></mc:AlternateContent></w:p>";
    assert_eq!(read(MarkupKind::Docx, &docx(body)).unwrap(), "seen once");
    let content = "<o:text xmlns:o='o' xmlns:svg='s'><o:tracked-changes><o:p>deleted</o:p>\
        </o:tracked-changes><o:p>seen<o:annotation><o:p>comment</o:p></o:annotation>\
        <svg:title>picture</svg:title><o:title> title</o:title></o:p></o:text>";
    let odt = archive(&[("content.xml", content.as_bytes())]);
    assert_eq!(read(MarkupKind::Odt, &odt).unwrap(), "seen title");
}

#[test]
fn doc_03_documents_that_break_off_are_errors() {
    for (kind, whole) in SAMPLES {
        for percent in 0..100 {
            let part = &whole[..whole.len() * percent / 100];
            assert!(read(kind, part).is_err(), "{kind:?} at {percent} %");
        }
        assert!(read(kind, whole).is_ok());
    }
}

#[test]
fn doc_03_flipped_bytes_do_not_crash() {
    for (kind, whole) in SAMPLES {
        for at in (0..whole.len()).step_by(whole.len() / 400 + 1) {
            let mut flipped = whole.to_vec();
            flipped[at] ^= 0xff;
            // Right or wrong: it returns.
            let _ = read(kind, &flipped);
        }
    }
}

#[test]
fn doc_08_entities_end_the_reading() {
    for doctype in [
        "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>",
        "<!DOCTYPE w [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE w SYSTEM 'http://127.0.0.1:9/x.dtd'>",
    ] {
        let document = doctype.to_owned() + &word("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>");
        let docx = archive(&[("word/document.xml", document.as_bytes())]);
        let error = read(MarkupKind::Docx, &docx).unwrap_err();
        assert!(matches!(error, DocumentError::Malformed { .. }), "{error}");
        let odt = archive(&[("content.xml", document.as_bytes())]);
        assert!(read(MarkupKind::Odt, &odt).is_err());
    }
    let twin = docx("<w:p><w:r><w:t>a &amp; b</w:t></w:r></w:p>");
    assert_eq!(read(MarkupKind::Docx, &twin).unwrap(), "a & b");
}

#[test]
fn doc_08_a_million_groups_are_refused() {
    let deep = docx(&"<w:g>".repeat(1_000_000));
    assert!(read(MarkupKind::Docx, &deep).is_err());
    let deep = "<w:tbl><w:tr><w:tc>".repeat(50) + "<w:p><w:r><w:t>x</w:t></w:r></w:p>";
    let twin = docx(&(deep + &"</w:tc></w:tr></w:tbl>".repeat(50)));
    assert_eq!(read(MarkupKind::Docx, &twin).unwrap(), "x");
}

#[test]
fn doc_09_bombs_are_counted_while_they_are_inflated() {
    let padded = |bytes: usize| docx(&(" ".repeat(bytes) + "<w:p><w:r><w:t>x</w:t></w:r></w:p>"));
    let bomb = padded(100 << 20);
    assert!(bomb.len() < 200 << 10, "{} bytes", bomb.len());
    assert!(too_large(&read(MarkupKind::Docx, &bomb)));
    assert_eq!(read(MarkupKind::Docx, &padded(900 << 10)).unwrap(), "x");
    // In a part that only the library for sheets would look at.
    let noise = vec![b' '; 100 << 20];
    let sheet = archive(&[("xl/sharedStrings.xml", &noise), ("xl/workbook.xml", b"<workbook/>")]);
    assert!(too_large(&read(MarkupKind::Xlsx, &sheet)));
    let odt = archive(&[("styles.xml", &noise), ("content.xml", b"<a/>")]);
    assert!(too_large(&read(MarkupKind::Odt, &odt)));
}

#[test]
fn doc_09_an_archive_within_an_archive_is_not_opened() {
    let inner = archive(&[("bomb", &vec![0; 10 << 20])]);
    let body = word("<w:p><w:r><w:t>x</w:t></w:r></w:p>");
    let outer =
        archive(&[("word/document.xml", body.as_bytes()), ("word/embeddings/a.zip", &inner)]);
    assert_eq!(read(MarkupKind::Docx, &outer).unwrap(), "x");
}

#[test]
fn doc_09_an_archive_of_too_many_files_is_refused() {
    let names: Vec<String> = (0..5000).map(|number| format!("word/{number}.xml")).collect();
    let mut files: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let body = word("<w:p><w:r><w:t>x</w:t></w:r></w:p>");
    files.push(("word/document.xml", body.as_bytes()));
    assert!(too_large(&read(MarkupKind::Docx, &archive(&files))));
    let twin = &files[4900..];
    assert_eq!(read(MarkupKind::Docx, &archive(twin)).unwrap(), "x");
}

#[test]
fn doc_09_names_are_no_paths() {
    let folder = std::env::temp_dir();
    let name = format!("ext-ops-office-slip-{}", std::process::id());
    let body = word("<w:p><w:r><w:t>x</w:t></w:r></w:p>");
    let slip = format!("../../../../../../../../tmp/{name}");
    let absolute = folder.join(&name).display().to_string();
    let docx = archive(&[
        (&slip, b"slipped"),
        (&absolute, b"slipped"),
        ("word/../word/header1.xml", b"<a><t>slipped</t></a>"),
        ("word/document.xml", body.as_bytes()),
    ]);
    assert_eq!(read(MarkupKind::Docx, &docx).unwrap(), "x");
    assert!(!folder.join(&name).exists());
}

#[test]
fn doc_09_relationships_to_elsewhere_are_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/template.dotm", listener.local_addr().unwrap());
    let relations = format!(
        "<Relationships><Relationship Id='a' TargetMode='External' Type='attachedTemplate' \
         Target='{url}'/><Relationship Id='b' TargetMode='External' Type='aFChunk' \
         Target='file:///etc/passwd'/></Relationships>"
    );
    let body = word("<w:p><w:r><w:t>x</w:t></w:r></w:p><w:altChunk r:id='b' xmlns:r='r'/>");
    let docx = archive(&[
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/document.xml", body.as_bytes()),
    ]);
    assert_eq!(read(MarkupKind::Docx, &docx).unwrap(), "x");
    assert!(listener.accept().is_err(), "something was fetched");
}

/// Makes a workbook with one sheet.
fn xlsx(sheet: &str, strings: &str) -> Vec<u8> {
    let workbook = "<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>\
        <sheets><sheet name='A' sheetId='1' r:id='rId1'/></sheets></workbook>";
    let relations = "<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.xml' \
        Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet'/>\
        </Relationships>";
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    let root = "<Relationships><Relationship Id='rId1' Target='xl/workbook.xml' \
        Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument'/>\
        </Relationships>";
    archive(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
    ])
}

#[test]
fn doc_09_a_sheet_that_claims_to_be_huge_costs_nothing() {
    let sheet = "<dimension ref='A1:XFD1048576'/><sheetData>\
        <row r='1'><c r='A1'><v>1</v></c></row>\
        <row r='1048576'><c r='XFD1048576' t='s'><v>0</v></c></row></sheetData>";
    let strings =
        |count: &str| xlsx(sheet, &format!("<sst uniqueCount='{count}'><si><t>far</t></si></sst>"));
    for claim in ["4294967295", "99999999999999999999999"] {
        assert!(too_large(&read(MarkupKind::Xlsx, &strings(claim))), "{claim}");
    }
    assert_eq!(read(MarkupKind::Xlsx, &strings("1")).unwrap(), "1\nfar");
}

#[test]
fn doc_09_repeated_cells_have_an_end() {
    let sheet = "<o:body xmlns:o='o'><o:table><o:table-row>\
        <o:table-cell number-columns-repeated='4294967295'><o:p>x</o:p></o:table-cell>\
        </o:table-row></o:table></o:body>";
    let text = read(MarkupKind::Ods, &archive(&[("content.xml", sheet.as_bytes())])).unwrap();
    assert_eq!(text.matches('x').count(), 256);
}

#[test]
fn equal_rows_are_read_as_often_as_they_stand_there_and_empty_ones_not_at_all() {
    let sheet = |rows: &str| {
        let sheet = format!("<o:body xmlns:o='o'><o:table>{rows}</o:table></o:body>");
        read(MarkupKind::Ods, &archive(&[("content.xml", sheet.as_bytes())])).unwrap()
    };
    let cells = |item: &str| {
        format!("<o:table-cell><o:p>{item}</o:p></o:table-cell><o:table-cell value='2.5'/>")
    };
    let row = |item: &str, attributes: &str| {
        format!("<o:table-row {attributes}>{}</o:table-row>", cells(item))
    };
    let rows = [
        row("Tea", "o:number-rows-repeated='2'"),
        row("Cake", ""),
        "<o:table-row o:number-rows-repeated='1048573'><o:table-cell o:number-columns-repeated='1024'/>\
         </o:table-row>"
            .to_owned(),
        row("Total", "o:number-rows-repeated='1'"),
    ];
    assert_eq!(sheet(&rows.concat()), "Tea  2.5\nTea  2.5\nCake  2.5\nTotal  2.5");
    let many = sheet(&row("Tea", "o:number-rows-repeated='4294967295'"));
    assert_eq!(many.matches("Tea").count(), 256);
    // A table in a cell counts its own rows.
    let within = format!("<o:table><o:table-row>{}</o:table-row></o:table>", cells("Milk"));
    let outer = format!(
        "<o:table-row o:number-rows-repeated='2'><o:table-cell>{within}</o:table-cell></o:table-row>"
    );
    assert_eq!(sheet(&outer), "Milk  2.5\nMilk  2.5");
}

#[test]
fn encrypted_documents_say_so() {
    let manifest = "<manifest:manifest xmlns:manifest='m'><manifest:encryption-data \
        manifest:checksum='x'/></manifest:manifest>";
    let odt = archive(&[("META-INF/manifest.xml", manifest.as_bytes()), ("content.xml", b"\x01")]);
    assert!(matches!(read(MarkupKind::Odt, &odt), Err(DocumentError::Encrypted)));
}

#[test]
fn an_archive_of_something_else_is_malformed() {
    let other = archive(&[("readme.txt", b"hello")]);
    for (kind, _) in SAMPLES {
        let error = read(kind, &other).unwrap_err();
        assert!(matches!(error, DocumentError::Malformed { .. }), "{kind:?}: {error}");
    }
}

fn slide(attributes: &str, text: &str) -> String {
    format!(
        "<p:sld xmlns:p='p' xmlns:a='a' {attributes}><a:p><a:r><a:t>{text}</a:t></a:r>\
         <a:fld type='slidenum'><a:t>7</a:t></a:fld></a:p><a:tbl><a:tr><a:tc><a:p><a:t>a</a:t></a:p>\
         </a:tc><a:tc><a:p><a:t>b</a:t></a:p></a:tc></a:tr></a:tbl></p:sld>"
    )
}

fn relations(relations: &[(&str, &str, &str)]) -> String {
    let relation = |(id, kind, target): &(&str, &str, &str)| {
        format!("<Relationship Id='{id}' Type='http://x/{kind}' Target='{target}'/>")
    };
    let all: String = relations.iter().map(relation).collect();
    format!("<Relationships>{all}</Relationships>")
}

fn pptx(ids: &[&str], targets: &[(&str, &str, &str)]) -> Vec<u8> {
    let ids: String = ids.iter().map(|id| format!("<p:sldId id='256' r:id='{id}'/>")).collect();
    let shown = format!("<p:presentation xmlns:p='p' xmlns:r='r'>{ids}</p:presentation>");
    archive(&[
        ("ppt/presentation.xml", shown.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", relations(targets).as_bytes()),
        ("ppt/slides/slide1.xml", slide("", "first made").as_bytes()),
        ("ppt/slides/slide2.xml", slide("", "second made").as_bytes()),
        ("ppt/slides/slide3.xml", slide("show='0'", "hidden").as_bytes()),
        (
            "ppt/slides/_rels/slide2.xml.rels",
            relations(&[("rId1", "notesSlide", "../notesSlides/notesSlide1.xml")]).as_bytes(),
        ),
        (
            "ppt/notesSlides/notesSlide1.xml",
            b"<p:notes xmlns:p='p' xmlns:a='a'><a:p><a:t>say it</a:t></a:p></p:notes>",
        ),
    ])
}

#[test]
fn slides_are_pages_in_the_order_in_which_they_are_shown() {
    let targets = [
        ("rId1", "slide", "slides/slide1.xml"),
        ("rId2", "slide", "/ppt/slides/slide2.xml"),
        ("rId3", "slide", "slides/slide3.xml"),
        ("rId4", "slide", "slides/slide9.xml"),
    ];
    let shown = read(MarkupKind::Pptx, &pptx(&["rId2", "rId3", "rId1", "rId4", "rId8"], &targets));
    assert_eq!(shown.unwrap(), "second made\na  b\nsay it\u{c}first made\na  b");
    // A slide that is named a thousand times is read once, and one that none names is not.
    let again = read(MarkupKind::Pptx, &pptx(&["rId1"; 1000], &targets));
    assert_eq!(again.unwrap(), "first made\na  b");
    let malformed = read(MarkupKind::Pptx, &docx(""));
    assert!(matches!(malformed, Err(DocumentError::Malformed { .. })));
    let content = "<o:c xmlns:o='o' xmlns:d='d' xmlns:n='n'><d:page><o:p>one</o:p><n:notes><o:p>say it\
        </o:p></n:notes></d:page><d:page><o:table><o:table-row><o:table-cell><o:p>two</o:p>\
        </o:table-cell></o:table-row></o:table></d:page></o:c>";
    let odp = archive(&[("content.xml", content.as_bytes())]);
    assert_eq!(read(MarkupKind::Odp, &odp).unwrap(), "one\nsay it\u{c}two");
}
