"""A page of placed texts, and the programs that make a PDF or a picture of it.

The same page goes through different producers, because each encodes text in its own way: one string
a line, kerned pieces, glyphs of a subset.
"""
import html
import io
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

WIDTH, HEIGHT = 595, 842
FONTS = {
    "sans": "/usr/share/fonts/truetype/liberation/LiberationSans-{}.ttf",
    "serif": "/usr/share/fonts/truetype/liberation/LiberationSerif-{}.ttf",
    "mono": "/usr/share/fonts/truetype/liberation/LiberationMono-{}.ttf",
    "dejavu": "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf",
    "ja": "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
}


def font_file(face: str, bold: bool) -> str:
    if face == "ja":
        return FONTS["ja"]
    if face == "dejavu":
        return FONTS[face].format("-Bold" if bold else "")
    return FONTS[face].format("Bold" if bold else "Regular")


@dataclass
class Text:
    x: float
    y: float  # of the baseline, from the top
    text: str
    size: float
    bold: bool
    align: str  # l, r, c


@dataclass
class Page:
    face: str = "sans"
    texts: list[Text] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    y: float = 60

    def put(self, x, y, text, size=9.5, bold=False, align="l"):
        if str(text).strip():
            self.texts.append(Text(x, y, str(text), size, bold, align))

    def right(self, x, y, text, size=9.5, bold=False):
        self.put(x, y, text, size, bold, "r")

    def line(self, text, x=60, size=9.5, bold=False, gap=13, align="l"):
        self.put(x, self.y, text, size, bold, align)
        self.y += gap

    def pair(self, left, right, x, end, size=9.5, bold=False, gap=13):
        # Programs set a label that would run into its value smaller.
        wide = (len(str(left)) + len(str(right)) + 2) * size * 0.62
        self.put(x, self.y, left, size * min(1, (end - x) / wide), bold)
        self.right(end, self.y, right, size, bold)
        self.y += gap

    def rule(self, x=60, end=535):
        self.rules.append((x, end, self.y - 9))

    def table(self, heads, rows, columns, size=9, gap=14, bold_head=True):
        """`columns`: (x, align) for each."""
        for row, bold in [(heads, bold_head)] + [(row, False) for row in rows]:
            for cell, (x, align) in zip(row, columns):
                self.put(x, self.y, cell, size, bold, align)
            self.y += gap


def reportlab_pdf(page: Page) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas
    out = io.BytesIO()
    pdf = canvas.Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    builtin = {"sans": "Helvetica", "serif": "Times-Roman", "mono": "Courier"}.get(page.face)
    plain = all(text.text.encode("cp1252", "ignore").decode("cp1252") == text.text for text in page.texts)
    for text in page.texts:
        if builtin and plain:
            name = builtin + ("-Bold" if text.bold and page.face != "serif" else "")
            name = "Times-Bold" if page.face == "serif" and text.bold else name
        else:
            name = f"{page.face}{int(text.bold)}"
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, font_file(page.face, text.bold)))
        pdf.setFont(name, text.size)
        draw = {"l": pdf.drawString, "r": pdf.drawRightString, "c": pdf.drawCentredString}[text.align]
        draw(text.x, HEIGHT - text.y, text.text)
    for x, end, y in page.rules:
        pdf.line(x, HEIGHT - y, end, HEIGHT - y)
    pdf.save()
    return out.getvalue()


def fpdf_pdf(page: Page) -> bytes:
    from datetime import datetime, timezone
    from fpdf import FPDF
    pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    pdf.set_creation_date(datetime(2024, 1, 1, tzinfo=timezone.utc))
    pdf.add_page()
    for bold in (False, True):
        pdf.add_font(page.face, "B" if bold else "", font_file(page.face, bold))
    for text in page.texts:
        pdf.set_font(page.face, "B" if text.bold else "", text.size)
        width = pdf.get_string_width(text.text)
        x = text.x - {"l": 0, "r": width, "c": width / 2}[text.align]
        pdf.text(x, text.y, text.text)
    for x, end, y in page.rules:
        pdf.line(x, y, end, y)
    return bytes(pdf.output())


def as_html(page: Page) -> str:
    family = {"sans": "Liberation Sans", "serif": "Liberation Serif", "mono": "Liberation Mono",
              "dejavu": "DejaVu Sans", "ja": "IPAGothic"}[page.face]
    spans = []
    for text in page.texts:
        weight = "font-weight:bold;" if text.bold else ""
        top = text.y - text.size
        place = {"l": f"left:{text.x}pt", "r": f"right:{WIDTH - text.x}pt",
                 "c": f"left:{text.x - 250}pt;width:500pt;text-align:center"}[text.align]
        spans.append(f'<div style="position:absolute;top:{top:.1f}pt;{place};font-size:{text.size}pt;{weight}'
                     f'white-space:pre;line-height:1.1">{html.escape(text.text)}</div>')
    for x, end, y in page.rules:
        spans.append(f'<div style="position:absolute;top:{y}pt;left:{x}pt;width:{end - x}pt;border-top:1pt solid #333"></div>')
    return (f'<html><head><meta charset="utf-8"><style>@page{{size:{WIDTH}pt {HEIGHT}pt;margin:0}}'
            f'body{{margin:0;font-family:"{family}"}}</style></head><body>'
            f'<div style="position:relative;width:{WIDTH}pt;height:{HEIGHT - 2}pt">{"".join(spans)}</div></body></html>')


def weasyprint_pdf(page: Page) -> bytes:
    from weasyprint import HTML
    return HTML(string=as_html(page)).write_pdf()


def chromium_pdf(page: Page) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "p.html"), Path(folder, "p.pdf")
        source.write_text(as_html(page))
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                        f"--user-data-dir={folder}", f"--print-to-pdf={target}", str(source)],
                       check=True, capture_output=True, timeout=60)
        return target.read_bytes()


PRODUCERS = {"reportlab": reportlab_pdf, "fpdf2": fpdf_pdf, "weasyprint": weasyprint_pdf, "chromium": chromium_pdf}
