"""Makes the samples, with libraries that write what office programs write.

pip install python-docx==1.2.0 openpyxl==3.1.5 odfpy==1.4.1; python make.py
"""

import datetime
from pathlib import Path

import docx
import openpyxl
from odf import opendocument, style, table, text

HERE = Path(__file__).parent
ROWS = [("Item", "Qty", "Price"), ("Coffee", 2, 3.2), ("Cake", 1, 4.5)]


def word():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Acme Ltd, 1 High Street"
    document.sections[0].footer.paragraphs[0].text = "VAT GB123456789"
    document.add_heading("Invoice 17", 1)
    document.add_paragraph("Date:\t2026-03-05")
    sheet = document.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, value in zip(sheet.add_row().cells, row):
            cell.text = str(value)
    document.add_paragraph("Total 10.90 € & thanks")
    document.save(HERE / "invoice.docx")


def excel():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Invoice"
    sheet.append(["Date", datetime.date(2026, 3, 5)])
    sheet.append([])
    for row in ROWS:
        sheet.append(row)
    sheet.append(["Total", None, "=C4*B4+C5"])
    sheet.append(["Paid", True])
    book.create_sheet("Notes").append(["second sheet"])
    hidden = book.create_sheet("Secret")
    hidden.append(["not to be seen"])
    hidden.sheet_state = "hidden"
    book.save(HERE / "invoice.xlsx")


def cells(document_table, rows):
    for row in rows:
        line = table.TableRow()
        for value in row:
            cell = table.TableCell(valuetype="string")
            cell.addElement(text.P(text=str(value)))
            line.addElement(cell)
        document_table.addElement(line)


def odt():
    document = opendocument.OpenDocumentText()
    layout = style.PageLayout(name="layout")
    document.automaticstyles.addElement(layout)
    master = style.MasterPage(name="Standard", pagelayoutname=layout)
    header = style.Header()
    header.addElement(text.P(text="Acme Ltd, 1 High Street"))
    master.addElement(header)
    document.masterstyles.addElement(master)
    document.text.addElement(text.H(outlinelevel=1, text="Invoice 17"))
    line = text.P(text="Date:")
    line.addElement(text.Tab())
    line.addText("2026-03-05")
    document.text.addElement(line)
    rows = table.Table(name="Items")
    cells(rows, ROWS)
    document.text.addElement(rows)
    document.text.addElement(text.P(text="Total 10.90 € & thanks"))
    document.save(HERE / "invoice.odt")


def ods():
    document = opendocument.OpenDocumentSpreadsheet()
    first = table.Table(name="Invoice")
    cells(first, ROWS)
    dated = table.TableRow()
    dated.addElement(table.TableCell(valuetype="date", datevalue="2026-03-05"))
    dated.addElement(table.TableCell(numbercolumnsrepeated=1000))
    first.addElement(dated)
    rest = table.TableRow(numberrowsrepeated=1048572)
    rest.addElement(table.TableCell(numbercolumnsrepeated=16384))
    first.addElement(rest)
    document.spreadsheet.addElement(first)
    second = table.Table(name="Notes")
    cells(second, [("second sheet",)])
    document.spreadsheet.addElement(second)
    document.save(HERE / "invoice.ods")


word()
excel()
odt()
ods()
