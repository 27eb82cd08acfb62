"""Makes the encrypted PDFs of this folder, with pypdf and cryptography from PyPI.

Their user's password is `kettle-7`, that of their owner `owner-9`.
"""

import io
import pathlib

from pypdf import PdfReader, PdfWriter

FOLDER = pathlib.Path(__file__).parent
ALGORITHMS = ["RC4-40", "RC4-128", "AES-128", "AES-256"]
LINES = [
    "Quill & Paper Ltd",
    "INVOICE",
    "Invoice number: 4711",
    "Invoice date: 5 January 2026",
    "Paper  12.50 GBP",
    "Total  12.50 GBP",
]


def plain() -> bytes:
    """Returns a PDF of one page with the lines."""
    shown = " ".join(f"({line}) Tj T*" for line in LINES)
    content = f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = "%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    rows = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return (out + f"startxref\n{start}\n%%EOF\n").encode()


for algorithm in ALGORITHMS:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain())))
    writer.encrypt("kettle-7", "owner-9", algorithm=algorithm)
    with open(FOLDER / f"{algorithm.lower()}.pdf", "wb") as file:
        writer.write(file)
