"""Layouts of invoices on a page, as invoicing programs print them."""
from random import Random

from .page import Page
from .purchase import Purchase, settle

FACES = ("sans", "serif", "mono", "dejavu")


def _page(rng: Random, p: Purchase) -> Page:
    if p.country.language == "ja":
        return Page(face="ja")
    # Only one of the fonts has the signs of the lira and the rupee.
    return Page(face="dejavu" if p.country.code in ("TR", "IN") else rng.choice(FACES))


def _tax_label(p: Purchase) -> str:
    rate = f"{p.rate * 100:.4g}".replace(".", p.country.point) + "%"
    return p["tax"] if any(c.isdigit() for c in p["tax"]) else f"{p['tax']} {rate}"


def _rows(p: Purchase):
    return [(item.name, item.quantity, p.num(item.unit), p.num(item.price)) for item in p.items]


def _totals(page, p, x, end, currency_on_total=True, bold=True):
    page.pair(p["net"], p.money(p.net), x, end)
    page.pair(_tax_label(p), p.money(p.tax), x, end)
    page.rule(x, end)
    page.y += 3
    page.pair(p["total"], p.money(p.total) if currency_on_total else p.num(p.total), x, end, 11 if bold else 9.5, bold)


def din5008_a(rng, p):
    """Letter in the German norm: sender in one small line, the window, the block of numbers right."""
    page = _page(rng, p)
    v = p.vendor
    if rng.random() < 0.6:
        page.right(535, 50, v.name, 16, True)
    page.put(60, 125, f"{v.name} · {v.street} · {v.city}", 6.5)
    for at, text in enumerate((p.buyer, p.buyer_street, p.buyer_city)):
        page.put(60, 143 + at * 13, text)
    info = [(p["number"], p.number), (p["customer"], rng.randint(10000, 99999)), (p["date"], p.date()),
            (p["delivery"], p.later(-rng.randint(1, 9)))]
    page.y = 143
    for label, value in info:
        page.pair(f"{label}:" if rng.random() < 0.5 else label, value, 360, 535)
    page.y = 260
    page.line(f"{p['invoice']} {p.number}" if rng.random() < 0.5 else p["invoice"], size=14, bold=True, gap=24)
    page.line(f"{p['dear']} {p.buyer},", gap=20)
    columns = [(60, "l"), (90, "l"), (330, "r"), (430, "r"), (535, "r")]
    rows = [(at, *row[:2], row[2], row[3]) for at, row in enumerate(_rows(p), 1)]
    page.table(("Pos", p["item"], p["qty"], p["unit"], p["amount"]), rows, columns)
    page.y += 8
    _totals(page, p, 360, 535)
    page.y += 24
    page.line(p["terms"])
    _footer(page, rng, p)
    return page


def _footer(page, rng, p, y=785):
    v = p.vendor
    left = [v.name, v.street, v.city]
    middle = [f"{p['phone']} {v.phone}", f"info@{v.domain}", f"www.{v.domain}"]
    right = [p["bank"], f"IBAN {v.tax_id[:2]}{rng.randint(10, 99)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)}", f"{p['vatid']} {v.tax_id}"]
    for column, lines in ((60, left), (240, middle), (400, right)):
        for at, line in enumerate(lines):
            page.put(column, y + at * 10, line, 7)


def us_invoice(rng, p):
    page = _page(rng, p)
    v = p.vendor
    for at, line in enumerate((v.name, v.street, v.city, v.phone)):
        page.put(60, 60 + at * 13, line, 13 if at == 0 else 9.5, at == 0)
    page.right(535, 64, p["invoice"].upper(), 22, True)
    page.y = 140
    page.put(60, page.y, p["billto"], 9.5, True)
    for label, value in ((p["number"], p.number), (p["date"], p.date()), (p["due"], p.later(30))):
        page.pair(label, value, 380, 535)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city), 1):
        page.put(60, 140 + at * 13, line)
    page.y = 230
    page.table((p["item"], p["qty"], p["unit"], p["amount"]), _rows(p), [(60, "l"), (350, "r"), (440, "r"), (535, "r")])
    page.y += 10
    _totals(page, p, 380, 535)
    if rng.random() < 0.4:
        page.pair(p["payable"], p.money(p.total), 380, 535, 11, True)
    page.y += 30
    page.line(p["thanks"], 297, align="c")
    return page


def stripe_like(rng, p):
    page = _page(rng, p)
    v = p.vendor
    page.put(50, 60, p["invoice"], 18, True)
    page.right(545, 60, v.name, 13, True)
    page.y = 90
    for label, value in ((p["number"], p.number), (p["date"], p.date()), (p["due"], p.later(rng.choice((0, 14, 30))))):
        page.put(50, page.y, label, 9, True)
        page.put(150, page.y, value, 9)
        page.y += 13
    page.y += 15
    page.put(50, page.y, v.name, 9, True)
    page.put(260, page.y, p["billto"], 9, True)
    for at, (left, right) in enumerate(((v.street, p.buyer), (v.city, p.buyer_street), (f"billing@{v.domain}", p.buyer_city)), 1):
        page.put(50, page.y + 13 * at, left, 9)
        page.put(260, page.y + 13 * at, right, 9)
    page.y += 75
    page.line(f"{p.money(p.total)} {p['due'].lower()} {p.later(14)}", 50, 15, True, 30)
    start, end = p.later(-30), p.later(0)
    page.put(50, page.y, p["item"], 8); page.right(360, page.y, p["qty"], 8)
    page.right(450, page.y, p["unit"], 8); page.right(545, page.y, p["amount"], 8)
    page.y += 16
    for item in p.items:
        page.put(50, page.y, item.name)
        page.right(360, page.y, item.quantity); page.right(450, page.y, p.money(item.unit)); page.right(545, page.y, p.money(item.price))
        page.y += 12
        page.put(50, page.y, f"{start} – {end}", 7.5)
        page.y += 16
    _totals(page, p, 300, 545)
    page.pair(p["payable"], p.money(p.total), 300, 545, 10, True)
    return page


def erp_table(rng, p):
    """Many columns, codes, a table of taxes at the end, carried sums."""
    page = _page(rng, p)
    v = p.vendor
    page.put(40, 45, v.name.upper() if rng.random() < 0.5 else v.name, 12, True)
    page.put(40, 58, f"{v.street}, {v.city}", 7.5)
    page.put(40, 68, f"{p['phone']} {v.phone}  {p['vatid']} {v.tax_id}", 7.5)
    page.put(320, 100, p["billto"], 8, True)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city), 1):
        page.put(320, 100 + at * 11, line, 8.5)
    page.put(40, 100, p["shipto"], 8, True)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city), 1):
        page.put(40, 100 + at * 11, line, 8.5)
    page.y = 170
    heads = (p["number"], p["date"], p["customer"], p["orderno"], p["due"])
    values = (p.number, p.date(), rng.randint(1000, 99999), rng.randint(10**5, 10**6), p.later(30))
    columns = [(40 + 105 * at, "l") for at in range(5)]
    page.table(heads, [values], columns, 7.5)
    page.y += 14
    rows = [(rng.randint(10**4, 10**5), item.name, item.quantity, "ST", p.num(item.unit), "0", f"{p.rate * 100:.4g}", p.num(item.price)) for item in p.items]
    columns = [(40, "l"), (95, "l"), (290, "r"), (310, "l"), (390, "r"), (420, "r"), (460, "r"), (555, "r")]
    page.table(("Art.", p["item"], p["qty"], "", p["unit"], "%", p["tax"].split()[0], p["amount"]), rows, columns, 8, 12)
    page.y += 20
    page.table((p["tax"].split()[0] + " %", p["net"], p["tax"].split()[0], p["total"]),
               [(f"{p.rate * 100:.4g}", p.num(p.net), p.num(p.tax), p.num(p.total))],
               [(40, "l"), (200, "r"), (300, "r"), (400, "r")], 8, 12)
    page.y += 10
    page.pair(f"{p['total']} {p.country.currency}", p.num(p.total), 380, 555, 11, True)
    page.line(p["terms"], 40, 8)
    return page


def utility_bill(rng, p):
    """A year's consumption: advance payments are taken off, the period is the loudest date."""
    page = _page(rng, p)
    v = p.vendor
    page.right(535, 50, v.name, 15, True)
    page.put(60, 110, f"{v.name}, {v.street}, {v.city}", 7)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city)):
        page.put(60, 128 + at * 13, line)
    page.y = 128
    for label, value in ((p["customer"], rng.randint(10**6, 10**7)), (p["number"], p.number), (p["date"], p.date())):
        page.put(340, page.y, label, 9)
        page.put(450, page.y, value, 9)
        page.y += 13
    page.y = 230
    page.line(p["invoice"], size=14, bold=True, gap=20)
    page.line(f"{p['period']}: {p.later(-380)} - {p.later(-15)}", gap=24)
    for item in p.items:
        page.pair(item.name, p.money(item.price), 60, 420)
    page.pair(p["net"], p.money(p.net), 60, 420)
    page.pair(_tax_label(p), p.money(p.tax), 60, 420)
    page.pair(p["total"], p.money(p.total), 60, 420, 11, True)
    if rng.random() < 0.5:
        page.y += 10
        page.line(f"{p['due']} {p.later(14)}")
    _footer(page, rng, p)
    return page


def hotel_folio(rng, p):
    page = _page(rng, p)
    v = p.vendor
    for at, line in enumerate((v.name, v.street, v.city, f"www.{v.domain}")):
        page.put(297, 50 + at * 13, line, 14 if at == 0 else 9, at == 0, "c")
    nights = rng.randint(1, 5)
    page.y = 130
    for label, value in ((p["guest"], p.buyer), ("Check-in", p.later(-nights)), ("Check-out", p.date()),
                         (p["number"], p.number), (p["date"], p.date())):
        page.put(60, page.y, f"{label}:", 9)
        page.put(170, page.y, value, 9)
        page.y += 13
    page.y += 14
    page.put(60, page.y, p["date"].split()[-1], 8.5, True); page.put(150, page.y, p["item"], 8.5, True); page.right(535, page.y, p["amount"], 8.5, True)
    page.y += 14
    for at, item in enumerate(p.items):
        page.put(60, page.y, p.later(at % nights - nights)); page.put(150, page.y, item.name); page.right(535, page.y, p.num(item.price))
        page.y += 13
    page.y += 10
    _totals(page, p, 330, 535)
    if rng.random() < 0.6:
        page.pair(p["card"], p.money(p.total), 330, 535)
        page.pair(p["payable"], p.money(0), 330, 535)
    return page


def freelancer(rng, p):
    """A letter by a person: buyer first, the seller's name under the greeting and at the foot."""
    page = _page(rng, p)
    v = p.vendor
    page.y = 70
    for line in (p.buyer, p.buyer_street, p.buyer_city):
        page.line(line)
    page.y += 15
    page.right(535, page.y, f"{v.city.split(',')[0].split()[-1]}, {p.date()}")
    page.y += 30
    page.line(f"{p['invoice']} {p.number}", size=12, bold=True, gap=26)
    page.line(f"{p['dear']},", gap=22)
    for item in p.items:
        page.put(60, page.y, f"{item.quantity} x {item.name}")
        page.right(480, page.y, p.money(item.price))
        page.y += 14
    page.y += 6
    _totals(page, p, 300, 480, bold=rng.random() < 0.5)
    page.y += 20
    page.line(p["terms"], gap=24)
    page.line(v.name, gap=14)
    page.line(f"{v.street}, {v.city}", size=8)
    page.line(f"{p['phone']} {v.phone}, {v.domain.split('.')[0]}@{v.domain}", size=8)
    page.line(f"{p['bank']}: {v.name}, {p['vatid']} {v.tax_id}", size=8)
    return page


def deposit_invoice(rng, p):
    """A final invoice: what was paid before is taken off what is left to pay."""
    page = us_invoice(rng, p) if rng.random() < 0.5 else stripe_like(rng, p)
    paid = round(p.total * rng.choice((0.2, 0.3, 0.5)), p.country.decimals)
    page.pair(p["deposit"], p.money(-paid), 300, 535)
    page.pair(p["payable"], p.money(round(p.total - paid, 2)), 300, 535)
    return page


def two_columns(rng, p):
    """Seller and buyer side by side under their labels."""
    page = _page(rng, p)
    v = p.vendor
    page.put(60, 55, p["invoice"], 20, True)
    page.right(535, 50, f"{p['number']} {p.number}")
    page.right(535, 64, f"{p['date']}: {p.date()}")
    swap = rng.random() < 0.4
    for x, label, lines in ((60, p["seller"], (v.name, v.street, v.city, f"{p['vatid']} {v.tax_id}")),
                            (320, p["billto"], (p.buyer, p.buyer_street, p.buyer_city))):
        x = 380 - x if swap else x
        page.put(x, 110, label, 9, True)
        for at, line in enumerate(lines, 1):
            page.put(x, 110 + at * 13, line)
    page.y = 200
    page.put(60, page.y, f"{p['delivery']}: {p.later(-4)}")
    page.put(320, page.y, f"{p['due']}: {p.later(14)}")
    page.y += 26
    page.table(("#", p["item"], p["qty"], p["unit"], p["amount"]), [(at, *row) for at, row in enumerate(_rows(p), 1)],
               [(60, "l"), (85, "l"), (350, "r"), (440, "r"), (535, "r")])
    page.y += 10
    _totals(page, p, 340, 535, currency_on_total=rng.random() < 0.7)
    page.y += 10
    page.line(f"{p['paid']}: {p.money(0)}", 340)
    page.line(f"{p['payable']}: {p.money(p.total)}", 340, bold=True)
    return page


def discounted(rng, p):
    """Discount and shipping between the items and the tax."""
    page = _page(rng, p)
    v = p.vendor
    p.discount = round(sum(i.price for i in p.items) * 0.1, p.country.decimals)
    p.shipping = round(4.9 * max(1.0, p.country.step * 100 if p.country.decimals == 0 else 1), p.country.decimals)
    settle(p)
    page.put(60, 50, v.name, 15, True)
    page.put(60, 64, f"www.{v.domain} | {v.phone}", 8)
    page.put(60, 110, f"{p['invoice']}", 14, True)
    page.y = 130
    for label, value in ((p["number"], p.number), (p["ordered"], p.later(-3)), (p["date"], p.date()), (p["orderno"], rng.randint(10**6, 10**7))):
        page.put(60, page.y, f"{label}: {value}", 9)
        page.y += 12
    page.put(340, 130, p["shipto"], 9, True)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city), 1):
        page.put(340, 130 + 12 * at, line, 9)
    page.y = 215
    for item in p.items:
        page.put(60, page.y, item.name); page.put(300, page.y, f"{item.quantity} × {p.money(item.unit)}"); page.right(535, page.y, p.money(item.price))
        page.y += 15
    page.y += 8
    page.pair(p["discount"], p.money(-p.discount), 340, 535)
    page.pair(p["shipping"], p.money(p.shipping), 340, 535)
    _totals(page, p, 340, 535)
    return page


# Layouts of the test part.


def din5008_b(rng, p):
    """The window lower, a column of particulars on the right edge, the sum in a sentence below."""
    page = _page(rng, p)
    v = p.vendor
    page.put(60, 45, v.name, 13, True)
    side = [v.name, v.street, v.city, "", f"{p['phone']} {v.phone}", f"{v.domain}", "", p["vatid"], v.tax_id, "", p["date"], p.date(), "", p["customer"], str(rng.randint(100, 99999))]
    for at, line in enumerate(side):
        page.put(440, 120 + at * 11, line, 8)
    page.put(60, 150, f"{v.name}, {v.street}, {v.city}", 6.5)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city)):
        page.put(60, 168 + at * 13, line)
    page.y = 310
    page.line(f"{p['invoice']} {p['number']} {p.number}", size=11, bold=True, gap=20)
    page.line(f"{p['period']} {p.later(-33)} - {p.later(-3)}", gap=18)
    page.table((p["item"], p["qty"], p["amount"]), [(r[0], r[1], p.money(i.price)) for r, i in zip(_rows(p), p.items)], [(60, "l"), (330, "r"), (420, "r")])
    page.y += 6
    _totals(page, p, 250, 420)
    page.y += 20
    page.line(f"{p['payable']}: {p.money(p.total)} {p['due'].lower()} {p.later(14)}")
    _footer(page, rng, p, 790)
    return page


def uk_services(rng, p):
    page = _page(rng, p)
    v = p.vendor
    page.put(297, 60, p["invoice"], 16, False, "c")
    page.put(60, 95, f"{p['seller']}: {v.name}")
    page.put(60, 108, f"{v.street}, {v.city}", 8)
    page.put(60, 130, f"{p['billto']}: {p.buyer}")
    page.put(60, 143, f"{p.buyer_street}, {p.buyer_city}", 8)
    page.put(60, 165, f"{p['number']}: {p.number}   {p['date']}: {p.date()}")
    page.put(60, 178, f"{p['terms']}")
    page.y = 215
    for item in p.items:
        page.pair(f"{item.name} ({item.quantity} @ {p.num(item.unit)})", p.num(item.price), 60, 500)
    page.y += 10
    page.pair(p["net"], p.num(p.net), 330, 500)
    page.pair(_tax_label(p), p.num(p.tax), 330, 500)
    page.pair(f"{p['total']} ({p.country.currency})", p.num(p.total), 330, 500, 10, True)
    page.y += 20
    page.line(f"{p['bank']}: {v.name} {rng.randint(10, 99)}-{rng.randint(10, 99)}-{rng.randint(10, 99)}", size=8)
    page.line(f"{p['vatid']} {v.tax_id}", size=8)
    return page


def saas_invoice(rng, p):
    page = _page(rng, p)
    v = p.vendor
    page.right(545, 50, p["receipt"] if rng.random() < 0.4 else p["invoice"], 20)
    page.put(50, 50, v.name.lower() if v.name.isascii() and " " not in v.name else v.name, 17, True)
    page.y = 110
    rows = [(p["number"], p.number), (p["date"], p.date()), (p["period"], f"{p.later(-30)} - {p.later(0)}"), (p["customer"], f"cus_{rng.randint(10**5, 10**6)}")]
    for label, value in rows:
        page.right(400, page.y, label, 8.5); page.right(545, page.y, value, 8.5)
        page.y += 13
    for at, line in enumerate((v.name, v.street, v.city, v.tax_id)):
        page.put(50, 110 + 12 * at, line, 8.5)
    page.put(50, 185, p["billto"], 8.5, True)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city), 1):
        page.put(50, 185 + 12 * at, line, 8.5)
    page.y = 260
    for item in p.items:
        page.put(50, page.y, item.name, 10); page.right(545, page.y, p.money(item.price), 10)
        page.y += 12
        page.put(50, page.y, f"{item.quantity} × {p.money(item.unit)}", 7.5)
        page.y += 18
    page.rule(50, 545)
    page.y += 4
    _totals(page, p, 360, 545)
    page.pair(f"{p['paid']} {p.date()}", p.money(p.total), 360, 545)
    if rng.random() < 0.5:
        page.pair(p["payable"], p.money(0), 360, 545, 10, True)
    return page


def erp_dense(rng, p):
    """Fixed pitch, labels above values in a frame, totals in one row."""
    page = _page(rng, p)
    if page.face not in ("ja", "dejavu"):
        page.face = "mono"
    v = p.vendor
    for at, line in enumerate((v.name, f"{v.street} {v.city}", f"{p['vatid']} {v.tax_id}")):
        page.put(40, 45 + at * 10, line, 8)
    page.put(330, 45, p["invoice"].upper(), 11, True)
    page.y = 62
    page.table((p["number"], p["date"]), [(p.number, p.date())], [(330, "l"), (460, "l")], 7.5, 11)
    page.y = 105
    page.put(40, page.y, p["billto"], 8); page.y += 11
    for line in (p.buyer, p.buyer_street, p.buyer_city):
        page.line(line, 40, 8, gap=10)
    page.y += 16
    page.table((p["item"], p["qty"], p["unit"], p["amount"]), _rows(p), [(40, "l"), (330, "r"), (430, "r"), (540, "r")], 8, 11, False)
    page.y = max(page.y + 30, 620)
    heads = (p["net"], _tax_label(p), p["total"])
    page.table(heads, [(p.num(p.net), p.num(p.tax), p.money(p.total))], [(200, "r"), (370, "r"), (540, "r")], 8.5, 12)
    page.y += 10
    page.line(f"{p['due']}: {p.later(30)}   {p['delivery']}: {p.later(-2)}", 40, 8)
    return page


def telecom_bill(rng, p):
    page = _page(rng, p)
    v = p.vendor
    page.put(60, 55, v.name, 16, True)
    for at, line in enumerate((p.buyer, p.buyer_street, p.buyer_city)):
        page.put(60, 110 + at * 13, line)
    page.y = 110
    for label, value in ((p["date"], p.date()), (p["period"], f"{p.later(-31)} - {p.later(-1)}"), (p["customer"], rng.randint(10**8, 10**9)), (p["number"], p.number), (p["due"], p.later(21))):
        page.put(330, page.y, label, 8.5, True); page.y += 11
        page.put(330, page.y, value, 9); page.y += 14
    page.y = max(page.y, 270)
    page.line(p["total"], 60, 11, gap=18)
    page.line(p.money(p.total), 60, 20, True, 34)
    for item in p.items:
        page.pair(item.name, p.money(item.price), 60, 400)
    page.pair(p["net"], p.money(p.net), 60, 400)
    page.pair(_tax_label(p), p.money(p.tax), 60, 400)
    page.pair(p["total"], p.money(p.total), 60, 400, bold=True)
    _footer(page, rng, p, 800)
    return page


def final_account(rng, p):
    """Deposits taken off one by one, with their own dates."""
    page = two_columns(rng, p)
    first = round(p.total * 0.3, p.country.decimals)
    page.y += 12
    page.pair(f"{p['deposit']} {p.later(-60)}", p.money(-first), 300, 535)
    page.pair(p["payable"], p.money(round(p.total - first, 2)), 300, 535, 10, True)
    return page


def garage(rng, p):
    page = _page(rng, p)
    v = p.vendor
    page.put(60, 50, v.name, 14, True)
    page.put(60, 64, f"{v.street} - {v.city} - {p['phone']} {v.phone}", 8)
    page.y = 100
    page.pair(f"{p['invoice']} {p.number}", p.date(), 60, 535, 11, True)
    page.y += 8
    page.line(f"{p['billto']}: {p.buyer}, {p.buyer_city}")
    page.line(f"KM 84.213   VIN WVW{rng.randint(10**6, 10**7)}")
    page.y += 12
    for item in p.items:
        page.put(60, page.y, item.name); page.right(360, page.y, f"{item.quantity},00"); page.right(535, page.y, p.num(item.price))
        page.y += 13
    page.y += 20
    page.put(60, page.y, f"{p['net']} {p.num(p.net)}"); page.put(220, page.y, f"{_tax_label(p)} {p.num(p.tax)}")
    page.right(535, page.y, f"{p['total']} {p.money(p.total)}", 11, True)
    return page


DEV = [din5008_a, us_invoice, stripe_like, erp_table, utility_bill, hotel_folio, freelancer, deposit_invoice, two_columns, discounted]
TEST = [din5008_b, uk_services, saas_invoice, erp_dense, telecom_bill, final_account, garage]
