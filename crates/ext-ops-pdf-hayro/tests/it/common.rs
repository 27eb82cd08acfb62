//! PDFs that are made for a test.

use ext_ops_pdf_hayro::HayroPdf;
use ext_services::documents::{PageText, PdfReader};

/// Reads a PDF of one page of 600 by 800 points, of which the upper 700 are shown.
pub(crate) fn page(content: &str) -> PageText {
    page_with("", content, "")
}

/// Reads a PDF of one page that has more entries, and of more objects.
pub(crate) fn page_with(entries: &str, content: &str, objects: &str) -> PageText {
    let length = content.len();
    let pdf = format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /CropBox [0 100 600 800] {entries} \
         /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> \
         /ExtGState << /Thin << /ca 0 >> /Veil << /ca 0.3 >> /Mark << /BM /Multiply >> >> >> >>\nendobj\n\
         4 0 obj\n<< /Length {length} >>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n{objects}\
         trailer\n<< /Root 1 0 R /Size 100 >>\n%%EOF\n"
    );
    HayroPdf::new().text(pdf.as_bytes()).unwrap().remove(0)
}
