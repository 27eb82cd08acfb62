#!/usr/bin/env python3
"""Make the sample mails and their truth, expected.json, in this folder.

usage: make_samples.py

All shops and people are made up. Needs the packages reportlab and pillow; the mails are committed,
so nobody who only uses them needs either. The same versions make the same bytes.
"""
import io
import json
import random
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen import canvas

HERE = Path(__file__).parent
ME = "Robin Example <robin@example.org>"


# Documents ------------------------------------------------------------------------------------

def pdf(lines, size=A4):
    """A PDF with a text layer. A line is a text, or cells as (x in points, text); a leading `#`
    makes it large."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=size, invariant=1)
    y = size[1] - 60
    for line in lines:
        cells = [(50, line)] if isinstance(line, str) else line
        for x, text in cells:
            large = text.startswith("#")
            page.setFont("Helvetica-Bold" if large else "Helvetica", 18 if large else 10)
            page.drawString(x, y, text.lstrip("# "))
        y -= 26 if any(text.startswith("#") for _, text in cells) else 15
    page.save()
    return out.getvalue()


def slip(lines, width=620, seed=1, tilt=1.4):
    """A photo-like picture of a till slip: paper on a table, a little turned, noisy, unevenly lit."""
    rng = random.Random(seed)
    font = ImageFont.load_default(size=26)
    height = 40 * len(lines) + 120
    paper = Image.new("L", (width, height), 246)
    draw = ImageDraw.Draw(paper)
    for number, line in enumerate(lines):
        left, _, right = line.partition("\t")
        y = 60 + 40 * number
        if right:
            draw.text((50, y), left, font=font, fill=35)
            draw.text((width - 50 - draw.textlength(right, font=font), y), right, font=font, fill=35)
        else:
            draw.text(((width - draw.textlength(left, font=font)) / 2, y), left, font=font, fill=35)
    table = Image.new("L", (width + 160, height + 160), 120)
    table.paste(paper, (80, 80))
    table = table.rotate(tilt, resample=Image.BICUBIC, fillcolor=120).filter(ImageFilter.GaussianBlur(0.7))
    shade = Image.linear_gradient("L").resize(table.size).point(lambda v: 205 + v // 6)
    table = Image.composite(table, Image.new("L", table.size, 60), shade)
    pixels = table.load()
    for _ in range(table.width * table.height // 60):
        x, y = rng.randrange(table.width), rng.randrange(table.height)
        pixels[x, y] = max(0, min(255, pixels[x, y] + rng.randint(-45, 45)))
    return table


def jpeg(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=62)
    return out.getvalue()


def scanned_pdf(image):
    """A PDF with nothing but a picture."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1)
    path = HERE / ".scan.jpg"
    path.write_bytes(jpeg(image))
    scale = min(500 / image.width, 780 / image.height)
    page.drawImage(str(path), 40, 30, image.width * scale, image.height * scale)
    page.save()
    path.unlink()
    return out.getvalue()


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


# Mails ----------------------------------------------------------------------------------------

def mail(name, sender, subject, date, text=None, html=None, files=(), charset="utf-8"):
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ME
    message["Subject"] = subject
    message["Date"] = date
    message["Message-ID"] = f"<{name}@mail.example>"
    if text is not None:
        message.set_content(text, charset=charset)
    if html is not None:
        if text is None:
            message.set_content(html, subtype="html", charset=charset)
        else:
            message.add_alternative(html, subtype="html", charset=charset)
    for filename, data in files:
        kind = {"pdf": ("application", "pdf"), "jpg": ("image", "jpeg"), "png": ("image", "png"), "xml": ("application", "xml")}
        main, sub = kind[filename.rsplit(".", 1)[1]]
        message.add_attachment(data, maintype=main, subtype=sub, filename=filename)
    return message


def write(name, message, receipts):
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"part-{number}-{name}")
    (HERE / f"{name}.eml").write_bytes(message.as_bytes())
    EXPECTED[f"{name}.eml"] = receipts


EXPECTED = {}


def receipt(vendor, date, amount, currency, tax=None):
    return {"vendor": vendor, "date": date, "amount": amount, "currency": currency, "tax": tax}


# Receipts -------------------------------------------------------------------------------------

def german_invoice():
    document = pdf([
        "Radhaus Lindenau GmbH", "Uferweg 12", "04177 Leipzig", "", "Frau", "Robin Example", "Musterallee 3", "04109 Leipzig", "",
        "# Rechnung", "Rechnungsnummer: RL-2026-0147", "Rechnungsdatum: 08.01.2026", "Leistungsdatum: 07.01.2026", "",
        [(50, "Pos."), (90, "Bezeichnung"), (340, "Menge"), (400, "Einzelpreis"), (490, "Gesamt")],
        [(50, "1"), (90, "Inspektion Trekkingrad"), (340, "1"), (400, "69,00"), (490, "69,00")],
        [(50, "2"), (90, "Kette 9-fach"), (340, "1"), (400, "24,50"), (490, "24,50")],
        [(50, "3"), (90, "Bremsbelag"), (340, "2"), (400, "8,25"), (490, "16,50")], "",
        [(340, "Nettobetrag"), (490, "110,00 EUR")], [(340, "MwSt. 19 %"), (490, "20,90 EUR")],
        [(340, "Gesamtbetrag"), (490, "130,90 EUR")], "",
        "Zahlbar bis 22.01.2026 ohne Abzug per Überweisung.", "IBAN: DE02 1203 0000 0000 2020 51", "USt-IdNr.: DE123456789",
    ])
    write("01-de-invoice", mail("01", "Radhaus Lindenau <buero@radhaus-lindenau.example>", "Ihr Fahrrad ist fertig", "Thu, 08 Jan 2026 17:05:00 +0100",
        "Guten Tag,\n\nanbei die Unterlagen zu Ihrem Auftrag.\n\nViele Grüße\nIhr Radhaus\n", files=[("RL-2026-0147.pdf", document)]),
        [receipt("Radhaus Lindenau GmbH", "2026-01-08", 130.90, "EUR", 20.90)])


def us_receipt():
    document = pdf([
        "# Blue Heron Books", "214 Harbor Street", "Astoria, OR 97103", "", "# Sales Receipt", "Receipt #: 88213", "Date: January 12, 2026", "",
        [(50, "Item"), (330, "Qty"), (400, "Price"), (480, "Amount")],
        [(50, "Tides of the Columbia (hardcover)"), (330, "1"), (400, "$28.00"), (480, "$28.00")],
        [(50, "Pocket field guide"), (330, "2"), (400, "$9.95"), (480, "$19.90")], "",
        [(400, "Subtotal"), (480, "$47.90")], [(400, "Sales tax"), (480, "$3.83")], [(400, "Total"), (480, "$51.73")], "",
        "Paid by Visa ending in 4417", "Thank you for shopping at Blue Heron Books!",
    ], size=LETTER)
    write("02-us-receipt", mail("02", "Blue Heron Books <hello@blueheronbooks.example>", "Thanks for stopping by", "Mon, 12 Jan 2026 13:20:00 -0800",
        "Your receipt is attached.\n", files=[("receipt.pdf", document)]),
        [receipt("Blue Heron Books", "2026-01-12", 51.73, "USD", 3.83)])


def invoice_and_receipt():
    head = lambda title: ["# Quillpad Ltd", "9 Tanner Row", "York YO1 6JB", "United Kingdom", "", f"# {title}", "Invoice number: QP-30051"]
    rows = [[(50, "Description"), (480, "Amount")], [(50, "Quillpad Team plan, January 2026"), (480, "£20.00")], "",
            [(360, "Subtotal"), (480, "£20.00")], [(360, "VAT 20%"), (480, "£4.00")], [(360, "Total"), (480, "£24.00")]]
    invoice = pdf(head("Invoice") + ["Invoice date: 15 January 2026", "Due date: 15 January 2026", "Bill to: Robin Example", ""] + rows)
    paid = pdf(head("Receipt") + ["Receipt number: 7719-2204", "Date paid: 15 January 2026", "Payment method: Mastercard ending in 9921", ""] + rows + [[(360, "Amount paid"), (480, "£24.00")]])
    write("03-gb-invoice-and-its-receipt", mail("03", "Quillpad <billing@quillpad.example>", "Your Quillpad invoice QP-30051", "Thu, 15 Jan 2026 08:00:00 +0000",
        "Hi Robin,\n\nyour invoice and the receipt for it are attached.\n", files=[("invoice-QP-30051.pdf", invoice), ("receipt-7719-2204.pdf", paid)]),
        [receipt("Quillpad Ltd", "2026-01-15", 24.00, "GBP", 4.00)])


def till_slip():
    lines = ["COBBLE LANE GROCERY", "17 Cobble Lane, Galway", "VAT No: IE1234567T", "", "Receipt No: 004512", "Date: 17/01/2026   18:42", "",
             "Brown bread\t2.40", "Butter 227g\t3.15", "Apples 1kg\t2.95", "Cheddar\t4.80", "", "TOTAL EUR\t13.30", "Cash\t20.00", "Change\t6.70", "", "Thank you, come again"]
    write("04-photo-of-a-till-slip", mail("04", "Robin <robin.phone@example.org>", "IMG_2041", "Sat, 17 Jan 2026 19:10:00 +0000", "Sent from my phone\n",
        files=[("IMG_2041.jpg", jpeg(slip(lines, seed=4)))]),
        [receipt("Cobble Lane Grocery", "2026-01-17", 13.30, "EUR")])


def scan():
    lines = ["PARKHAUS SEEBLICK AG", "Quaistrasse 8, 6004 Luzern", "CHE-123.456.789 MWST", "", "QUITTUNG", "Beleg-Nr. 55120", "Datum: 20.01.2026", "",
             "Parkzeit 4 h 10 min\t14.50", "", "Total CHF\t14.50", "inkl. MWST 8.1 %\t1.09", "Karte Maestro\t14.50", "", "Gute Fahrt!"]
    write("05-scanned-pdf", mail("05", "Scanner <scanner@office.example>", "Scan", "Wed, 21 Jan 2026 09:00:00 +0100", "Please find the document attached.\n",
        files=[("scan0007.pdf", scanned_pdf(slip(lines, seed=5, tilt=-0.8)))]),
        [receipt("Parkhaus Seeblick AG", "2026-01-20", 14.50, "CHF", 1.09)])


def html_receipt():
    html = """<html><head><style>td { padding: 4px }</style></head><body>
<h1>Receipt from Marigold Kitchen</h1><p>Order #MK-20931<br>Date: Jan 22, 2026</p>
<table><tr><th>Item</th><th>Price</th></tr>
<tr><td>Lentil bowl</td><td>$11.50</td></tr><tr><td>Mint lemonade</td><td>$4.25</td></tr>
<tr><td>Subtotal</td><td>$15.75</td></tr><tr><td>Tax</td><td>$1.42</td></tr><tr><td>Tip</td><td>$3.00</td></tr>
<tr><td><b>Total</b></td><td><b>$20.17</b></td></tr></table>
<p>Paid with Visa ending in 4417</p><p>Marigold Kitchen, 55 Alder Ave, Portland, OR</p></body></html>"""
    write("06-us-html-receipt", mail("06", "Marigold Kitchen <orders@marigold.example>", "Your receipt from Marigold Kitchen", "Thu, 22 Jan 2026 12:31:00 -0800", html=html),
        [receipt("Marigold Kitchen", "2026-01-22", 20.17, "USD", 1.42)])


def schema_order():
    html = """<html><head><script type="application/ld+json">
{"@context": "http://schema.org", "@type": "Order", "merchant": {"@type": "Organization", "name": "Fenwick & Daughters Lamps"},
 "orderNumber": "FD-5512", "orderDate": "2026-01-24T09:15:00+00:00", "orderStatus": "http://schema.org/OrderProcessing", "priceCurrency": "GBP", "price": "84.00",
 "acceptedOffer": [{"@type": "Offer", "itemOffered": {"@type": "Product", "name": "Desk lamp, brass"}, "price": "79.00", "priceCurrency": "GBP"},
  {"@type": "Offer", "itemOffered": {"@type": "Product", "name": "Bulb E14"}, "price": "5.00", "priceCurrency": "GBP"}],
 "paymentMethod": {"@type": "PaymentMethod", "name": "PayPal"}}
</script></head><body><p>Thank you for your order, Robin!</p><p>We are already wrapping your desk lamp. The total of your order is &pound;84.00.</p></body></html>"""
    write("07-gb-schema-org-order", mail("07", "Fenwick & Daughters <shop@fenwick.example>", "Order confirmation FD-5512", "Sat, 24 Jan 2026 09:15:30 +0000", html=html),
        [receipt("Fenwick & Daughters Lamps", "2026-01-24", 84.00, "GBP")])


def microdata_invoice():
    html = """<html><body><div itemscope itemtype="http://schema.org/Invoice">
<h2>Invoice <span itemprop="confirmationNumber">W-77120</span></h2>
<p itemprop="provider" itemscope itemtype="http://schema.org/Organization"><span itemprop="name">Brookvale Water</span></p>
<p>Billing date: <time itemprop="dateIssued" datetime="2026-01-26">26 January 2026</time></p>
<p>Amount due: <span itemprop="totalPaymentDue" itemscope itemtype="http://schema.org/PriceSpecification">A$<span itemprop="price" content="118.40">118.40</span><meta itemprop="priceCurrency" content="AUD"></span></p>
<p>Includes GST of A$10.76. Due date: 16 February 2026.</p></div></body></html>"""
    write("08-au-microdata-invoice", mail("08", "Brookvale Water <bills@brookvale.example>", "Your water bill is ready", "Mon, 26 Jan 2026 07:00:00 +1100", html=html),
        [receipt("Brookvale Water", "2026-01-26", 118.40, "AUD", 10.76)])


def french_invoice():
    html = """<html><body><h2>Facture</h2><p>Librairie du Vieux Pont SARL<br>3 quai des Brumes, 69002 Lyon<br>TVA intracommunautaire : FR12345678901</p>
<p>Facture n&deg; 2026-0088<br>Date de facture : 27/01/2026</p>
<table><tr><td>D&eacute;signation</td><td>Prix TTC</td></tr><tr><td>Atlas des rivi&egrave;res</td><td>39,90 &euro;</td></tr>
<tr><td>Carnet &agrave; spirale</td><td>6,50 &euro;</td></tr><tr><td>Total HT</td><td>43,98 &euro;</td></tr><tr><td>TVA 5,5 %</td><td>2,42 &euro;</td></tr>
<tr><td>Total TTC</td><td>46,40 &euro;</td></tr></table><p>R&eacute;gl&eacute;e par carte bancaire.</p></body></html>"""
    write("09-fr-html-invoice", mail("09", "Librairie du Vieux Pont <contact@vieuxpont.example>", "Votre facture n° 2026-0088", "Tue, 27 Jan 2026 15:00:00 +0100", html=html, charset="iso-8859-1"),
        [receipt("Librairie du Vieux Pont SARL", "2026-01-27", 46.40, "EUR", 2.42)])


def polish_receipt():
    text = ("Dziękujemy za zakup!\n\nParagon nr 2026/01/3311\nSprzedawca: Piekarnia Złoty Kłos sp. z o.o.\nul. Młyńska 4, 61-730 Poznań\nNIP: 1234563218\n"
            "Data wystawienia: 28.01.2026\n\nChleb żytni    12,90 zł\nDrożdżówka x4    18,00 zł\nKawa ziarnista    45,00 zł\n\nRazem    75,90 zł\nw tym VAT    5,62 zł\nZapłacono: BLIK\n")
    write("10-pl-plain-text", mail("10", "Piekarnia Złoty Kłos <sklep@zlotyklos.example>", "Paragon za zakupy", "Wed, 28 Jan 2026 10:12:00 +0100", text, charset="iso-8859-2"),
        [receipt("Piekarnia Złoty Kłos sp. z o.o.", "2026-01-28", 75.90, "PLN", 5.62)])


def japanese_receipt():
    text = ("このたびはお買い上げいただき、ありがとうございます。\n\n領収書\n領収書番号: 20260129-07\n発行日: 2026年1月29日\n店名: 文具の青葉堂\n\n"
            "万年筆  2,800円\nインク  700円\n\n合計  3,500円\n(内消費税  318円)\nお支払方法: クレジットカード\n")
    write("11-ja-plain-text", mail("11", "文具の青葉堂 <info@aobado.example>", "領収書のお知らせ", "Thu, 29 Jan 2026 11:00:00 +0900", text, charset="iso-2022-jp"),
        [receipt("文具の青葉堂", "2026-01-29", 3500, "JPY", 318)])


def ride():
    text = ("Thanks for riding, Robin!\n\nReceipt\nTrip on 30 January 2026\nTrip ID 5518203\n\nBase fare    CA$4.00\nDistance 7.2 km    CA$10.44\nHST    CA$1.88\n"
            "Total    CA$16.32\n\nPaid with Visa ending in 4417\n\nMaple Cabs Inc., 800 King St, Toronto\n")
    write("12-ca-plain-text-ride", mail("12", "Maple Cabs <receipts@maplecabs.example>", "Your Friday morning trip with Maple Cabs", "Fri, 30 Jan 2026 08:47:00 -0500", text),
        [receipt("Maple Cabs Inc.", "2026-01-30", 16.32, "CAD", 1.88)])


def forwarded():
    document = pdf([
        "Ferretería El Tornillo, S.L.", "Calle Mayor 21, 28013 Madrid", "CIF: B12345674", "", "# FACTURA", "Factura nº: F26-0311", "Fecha de factura: 31/01/2026", "Cliente: Robin Example", "",
        [(50, "Descripción"), (400, "Cantidad"), (480, "Importe")], [(50, "Taladro percutor"), (400, "1"), (480, "74,38 €")], [(50, "Juego de brocas"), (400, "1"), (480, "8,26 €")], "",
        [(360, "Base imponible"), (480, "82,64 €")], [(360, "IVA 21 %"), (480, "17,36 €")], [(360, "Total factura"), (480, "100,00 €")], "", "Forma de pago: tarjeta",
    ])
    inner = mail("13-inner", "El Tornillo <ventas@eltornillo.example>", "Su factura F26-0311", "Sat, 31 Jan 2026 12:00:00 +0100", "Adjuntamos su factura. Gracias por su compra.\n", files=[("F26-0311.pdf", document)])
    inner.set_boundary("part-inner-13")
    outer = MIMEMultipart()
    outer["From"], outer["To"], outer["Subject"] = "Sam <sam@example.org>", ME, "Fwd: Su factura F26-0311"
    outer["Date"], outer["Message-ID"] = "Sat, 31 Jan 2026 14:00:00 +0100", "<13@mail.example>"
    outer.attach(MIMEText("This came to me by mistake.\n"))
    outer.attach(MIMEMessage(inner))
    outer.set_boundary("part-outer-13")
    (HERE / "13-es-invoice-forwarded-as-attachment.eml").write_bytes(outer.as_bytes())
    EXPECTED["13-es-invoice-forwarded-as-attachment.eml"] = [receipt("Ferretería El Tornillo, S.L.", "2026-01-31", 100.00, "EUR", 17.36)]


def two_invoices():
    def invoice(number, date, what, net, tax, total):
        return pdf(["# Nordlicht Strom GmbH", "Hafenkai 2, 24103 Kiel", "", "# Rechnung", f"Rechnungsnummer: {number}", f"Rechnungsdatum: {date}", "",
                    [(50, what), (490, f"{net} EUR")], "", [(340, "Summe netto"), (490, f"{net} EUR")], [(340, "19 % MwSt."), (490, f"{tax} EUR")],
                    [(340, "Rechnungsbetrag"), (490, f"{total} EUR")], "", "Der Betrag wird per Lastschrift eingezogen."])
    files = [("Strom-Januar.pdf", invoice("NS-100871", "02.02.2026", "Strom Abschlag Januar", "50,00", "9,50", "59,50")),
             ("Strom-Februar.pdf", invoice("NS-100994", "02.03.2026", "Strom Abschlag Februar", "50,00", "9,50", "59,50"))]
    write("14-de-two-invoices", mail("14", "Nordlicht Strom <service@nordlicht.example>", "Ihre Rechnungen", "Mon, 02 Mar 2026 06:00:00 +0100", "Ihre Rechnungen finden Sie im Anhang.\n", files=files),
        [receipt("Nordlicht Strom GmbH", "2026-02-02", 59.50, "EUR", 9.50), receipt("Nordlicht Strom GmbH", "2026-03-02", 59.50, "EUR", 9.50)])


def paper_and_logo():
    logo = Image.new("RGB", (120, 60), (20, 90, 160))
    document = pdf(["# Studio Ottavia S.r.l.", "Via dei Mille 30, 40121 Bologna", "P.IVA 01234567890", "", "# Fattura", "Fattura n. 19/2026", "Data fattura: 03/02/2026", "",
                    [(50, "Descrizione"), (480, "Importo")], [(50, "Lezione di ceramica"), (480, "45,00 €")], "",
                    [(360, "Imponibile"), (480, "36,89 €")], [(360, "IVA 22%"), (480, "8,11 €")], [(360, "Totale fattura"), (480, "45,00 €")], "", "Pagamento: bonifico bancario"])
    write("15-it-invoice-with-logo", mail("15", "Studio Ottavia <info@ottavia.example>", "Fattura 19/2026", "Tue, 03 Feb 2026 18:00:00 +0100", "In allegato la fattura.\n", files=[("logo.png", png(logo)), ("fattura-19-2026.pdf", document)]),
        [receipt("Studio Ottavia S.r.l.", "2026-02-03", 45.00, "EUR", 8.11)])


def xrechnung():
    """An invoice that is nothing but XML (UBL), and a PDF that shows it."""
    def line(number, name, quantity, price, total):
        return (f"<cac:InvoiceLine><cbc:ID>{number}</cbc:ID><cbc:InvoicedQuantity unitCode=\"C62\">{quantity}</cbc:InvoicedQuantity>"
                f"<cbc:LineExtensionAmount currencyID=\"EUR\">{total}</cbc:LineExtensionAmount><cac:Item><cbc:Name>{name}</cbc:Name></cac:Item>"
                f"<cac:Price><cbc:PriceAmount currencyID=\"EUR\">{price}</cbc:PriceAmount></cac:Price></cac:InvoiceLine>\n")
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>
<cbc:ID>TW-2026-031</cbc:ID><cbc:IssueDate>2026-02-11</cbc:IssueDate><cbc:DueDate>2026-02-25</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Tischlerei Wendt GmbH</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Robin Example</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">76.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">400.00</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount currencyID="EUR">400.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">476.00</cbc:TaxInclusiveAmount><cbc:PrepaidAmount currencyID="EUR">100.00</cbc:PrepaidAmount><cbc:PayableAmount currencyID="EUR">376.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
{line(1, "Regal Eiche &amp; Esche", 1, "320.00", "320.00")}{line(2, "Montage", 2, "40.00", "80.00")}</Invoice>
"""
    document = pdf(["Tischlerei Wendt GmbH", "Am Sandtor 5, 28195 Bremen", "", "# Rechnung", "Rechnungsnummer: TW-2026-031", "Rechnungsdatum: 11.02.2026", "",
                    [(50, "Regal Eiche & Esche"), (490, "320,00")], [(50, "Montage"), (490, "80,00")], "", [(340, "Netto"), (490, "400,00")],
                    [(340, "19 % MwSt."), (490, "76,00")], [(340, "Gesamtbetrag EUR"), (490, "476,00")], "", "Anzahlung von 100,00 EUR erhalten, noch zu zahlen 376,00 EUR."])
    write("16-de-xrechnung-and-its-picture", mail("16", "Tischlerei Wendt <buero@tischlerei-wendt.example>", "Ihre Rechnung TW-2026-031", "Wed, 11 Feb 2026 16:40:00 +0100", "Anbei die Rechnung als XRechnung und zum Ansehen.\n",
          files=[("TW-2026-031.pdf", document), ("TW-2026-031.xml", xml.encode())]), [receipt("Tischlerei Wendt GmbH", "2026-02-11", 476.00, "EUR", 76.00)])


def dutch_receipt():
    text = ("Bedankt voor je aankoop!\n\nFactuur\nVerkoper: Fietsenmakerij De Spaak B.V.\nOudegracht 12, 3511 Utrecht\nBTW-nummer: NL001234567B01\n"
            "Factuurnummer: 2026-0417\nFactuurdatum: 13-02-2026\nVervaldatum: 27-02-2026\n\nBinnenband    8,95\nReparatie    35,00\n\nSubtotaal    € 36,32\nBTW 21%    € 7,63\nTotaal te betalen    € 43,95\n\nBetaald met pin\n")
    write("17-nl-plain-text", mail("17", "De Spaak <winkel@despaak.example>", "Je factuur van De Spaak", "Fri, 13 Feb 2026 17:30:00 +0100", text),
        [receipt("Fietsenmakerij De Spaak B.V.", "2026-02-13", 43.95, "EUR", 7.63)])


# Others ---------------------------------------------------------------------------------------

def not_receipts():
    parcel = """<html><body><p>Hallo Robin,</p><p>Ihr Paket ist unterwegs und wird voraussichtlich am Freitag, 06.02.2026 zugestellt.</p>
<p>Sendungsnummer: 00340434161094015902</p><table><tr><td>Warenwert</td><td>89,90 EUR</td></tr><tr><td>Versandkosten</td><td>0,00 EUR</td></tr></table>
<p>Die Rechnung finden Sie in Ihrem Kundenkonto.</p></body></html>"""
    write("not-delivery-notice", mail("n1", "Paketdienst Flink <noreply@flink.example>", "Ihre Sendung kommt am Freitag", "Thu, 05 Feb 2026 05:30:00 +0100", html=parcel), [])
    news = """<html><head><script type="application/ld+json">{"@context": "http://schema.org", "@type": "Product", "name": "Wool blanket", "offers": {"@type": "Offer", "price": "49.00", "priceCurrency": "USD"}}</script></head>
<body><h1>Winter sale: up to 40% off</h1><table><tr><td>Wool blanket</td><td>$49.00</td></tr><tr><td>Down pillow</td><td>$35.00</td></tr><tr><td>Total savings this week</td><td>$120.00</td></tr></table>
<p>Shop now, offer ends Sunday. <a href="https://nest.example/u">Unsubscribe</a></p></body></html>"""
    write("not-newsletter", mail("n2", "Nest & Nook <news@nest.example>", "Winter sale: 40% off blankets", "Fri, 06 Feb 2026 06:00:00 -0500", html=news), [])
    friend = ("Hi Robin,\n\nthat dinner was lovely! I still have the receipt: the total was 84.60 EUR with tip,\nso it's 42.30 EUR each. You can send it whenever, no hurry.\n\n"
              "Oh, and the train tickets for Easter are at 39.90 now, shall I book?\n\nHugs\nSam\n")
    write("not-friend-about-money", mail("n3", "Sam <sam@example.org>", "Dinner on Saturday", "Sun, 08 Feb 2026 20:15:00 +0100", friend), [])
    shipped = ("¡Buenas noticias, Robin!\n\nTu pedido 40-1182 ha sido enviado y llegará el martes.\nNúmero de seguimiento: ES99120034\n\nCafetera italiana    24,95 €\nTotal del pedido    24,95 €\nPagado con tarjeta\n")
    write("not-shipping-confirmation", mail("n4", "Casa Clara <pedidos@casaclara.example>", "Tu pedido 40-1182 está en camino", "Mon, 09 Feb 2026 09:00:00 +0100", shipped), [])
    statement = pdf(["Sparbank Musterstadt eG", "", "# Kontoauszug 2/2026", "Kontoinhaber: Robin Example", "IBAN: DE02 1203 0000 0000 2020 51", "",
                     [(50, "Datum"), (130, "Vorgang"), (480, "Betrag")], [(50, "02.02."), (130, "Lastschrift Nordlicht Strom, Rechnung NS-100871"), (480, "-59,50 EUR")],
                     [(50, "05.02."), (130, "Gehalt"), (480, "2.310,00 EUR")], [(50, "09.02."), (130, "Kartenzahlung Supermarkt"), (480, "-31,20 EUR")], "", [(360, "Neuer Saldo"), (480, "3.104,77 EUR")]])
    write("not-bank-statement", mail("n5", "Sparbank Musterstadt <postfach@sparbank.example>", "Neues Dokument in Ihrem Postfach", "Tue, 10 Feb 2026 04:00:00 +0100", "Ein neuer Kontoauszug liegt für Sie bereit.\n", files=[("Kontoauszug_2026_02.pdf", statement)]), [])


def main():
    random.seed(0)
    for make in (german_invoice, us_receipt, invoice_and_receipt, till_slip, scan, html_receipt, schema_order, microdata_invoice, french_invoice, polish_receipt,
                 japanese_receipt, ride, forwarded, two_invoices, paper_and_logo, xrechnung, dutch_receipt, not_receipts):
        make()
    (HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=2, ensure_ascii=False) + "\n")
    print(f"{len(EXPECTED)} mails, {sum(map(len, EXPECTED.values()))} receipts")


if __name__ == "__main__":
    main()
