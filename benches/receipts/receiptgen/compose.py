"""Documents put together by chance: the same parts in ever other places. Only for the dev part.

A ranker that has seen the parts of a document in many orders goes by what they say, and less by
where one program puts them.
"""
from random import Random

from .invoices import _page, _rows, _tax_label
from .mails import Body, _e, _imprint, _sender, _table, _wrap
from .purchase import Purchase, settle
from .slips import _cash, _center, _clock, _head, _items, _pair, _tax, _total


def _extras(rng: Random, p: Purchase) -> None:
    if rng.random() < 0.25:
        p.discount = round(sum(i.price for i in p.items) * rng.choice((0.05, 0.1, 0.2)), p.country.decimals)
    if rng.random() < 0.25:
        p.shipping = round(p.items[0].unit * 0.5, p.country.decimals)
    p.gross_prices = rng.random() < 0.3
    settle(p)


def _dates(rng: Random, p: Purchase) -> list[tuple[str, str]]:
    """Particulars of the document in any order: its number and date, and dates that are not its own."""
    found = [(p["number"], p.number), (p["date"], p.date())]
    maybe = [(p["due"], p.later(rng.choice((0, 7, 14, 30, 60)))), (p["delivery"], p.later(-rng.randint(0, 20))),
             (p["ordered"], p.later(-rng.randint(0, 30))), (p["period"], f"{p.later(-32)} - {p.later(-1)}"),
             (p["customer"], str(rng.randint(1000, 999999))), (p["orderno"], str(rng.randint(10**5, 10**7))),
             (p["period"], f"{p.later(0)} – {p.later(30)}"), ("Printed", p.later(rng.randint(0, 3)))]
    found += rng.sample(maybe, rng.randint(0, 4))
    rng.shuffle(found)
    return found


def _particulars(page, rng, p, x, end):
    rows = _dates(rng, p)
    style = rng.choice(("pairs", "left", "stacked", "table", "colon"))
    if style == "table" and len(rows) <= 5:
        columns = [(60 + 100 * at, "l") for at in range(len(rows))]
        return page.table([r[0] for r in rows], [[r[1] for r in rows]], columns, 8, 12)
    for label, value in rows:
        if style == "stacked":
            page.put(x, page.y, label, 8, rng.random() < 0.5); page.y += 11
            page.put(x, page.y, value, 9); page.y += 14
        elif style == "colon":
            page.put(x, page.y, f"{label}: {value}", 9); page.y += 13
        elif style == "left":
            page.put(x, page.y, label, 9); page.put(x + 105, page.y, value, 9); page.y += 13
        else:
            page.pair(label, value, x, end)


def _block(page, x, y, lines, size=9):
    for at, line in enumerate(lines):
        page.put(x, y + at * (size + 3), line, size)
    return y + len(lines) * (size + 3)


def invoice(rng: Random, p: Purchase):
    page = _page(rng, p)
    v = p.vendor
    _extras(rng, p)
    seller = [v.name] + ([v.street, v.city] if rng.random() < 0.8 else []) + ([f"{p['vatid']} {v.tax_id}"] if rng.random() < 0.4 else []) + ([f"{p['phone']} {v.phone}"] if rng.random() < 0.3 else []) + ([rng.choice((f"www.{v.domain}", f"info@{v.domain}"))] if rng.random() < 0.4 else [])
    buyer = [p.buyer] + ([p.buyer_street] if rng.random() < 0.85 else []) + [p.buyer_city]
    buyer_label = [rng.choice((p["billto"], p["billto"] + ":", p["shipto"]))] if rng.random() < 0.6 else []
    place = rng.choice(("top", "top", "top", "label", "line", "foot", "sign", "right"))
    page.y = 50
    if place == "top":
        page.y = _block(page, rng.choice((60, 60, 300)), page.y, seller, rng.choice((9, 10, 12))) + 10
    if place == "right":
        for line in seller:
            page.right(535, page.y, line); page.y += 12
    if rng.random() < 0.5:
        page.line(p["invoice"] if rng.random() < 0.7 else f"{p['invoice']} {p.number}", rng.choice((60, 400)), rng.choice((11, 16)), True, 22)
    if place == "line":
        page.put(60, page.y, rng.choice((" · ", ", ", " - ", " | ")).join((v.name, v.street, v.city)), 6.5); page.y += 16
    left = rng.random() < 0.7
    top = page.y
    bottom = _block(page, 60 if left else 340, top, buyer_label + buyer) + 8
    if place == "label":
        bottom = max(bottom, _block(page, 340 if left else 60, top, [rng.choice((p["seller"], p["seller"] + ":"))] + seller) + 8)
        page.y = bottom
        _particulars(page, rng, p, 60, 260)
    elif rng.random() < 0.5:
        page.y = top
        _particulars(page, rng, p, 340 if left else 60, 535 if left else 260)
        page.y = max(page.y, bottom) + 10
    else:
        page.y = bottom
        _particulars(page, rng, p, 60, 260)
    page.y += 14
    _lines_and_totals(page, rng, p)
    page.y += 16
    if rng.random() < 0.5:
        page.line(p["terms"])
    if rng.random() < 0.4:
        page.line(f"{p['bank']}: {v.name if rng.random() < 0.5 else ''} IBAN {v.tax_id[:2]}{rng.randint(10, 99)} {rng.randint(1000, 9999)} {rng.randint(1000, 9999)}", size=8)
    if place == "sign" or rng.random() < 0.15:
        page.y += 10
        page.line(v.name); page.line(f"{v.street}, {v.city}", size=8)
    if place == "foot" or rng.random() < 0.4:
        page.y = max(page.y, 780)
        page.line(rng.choice((" · ", ", ", " | ")).join((v.name, v.street, v.city, v.domain)), size=7)
        page.line(f"{p['vatid']} {v.tax_id}  {p['phone']} {v.phone}", size=7)
    return page


def _lines_and_totals(page, rng, p):
    marked = rng.random() < 0.4
    show = p.money if marked else p.num
    style = rng.choice(("table", "table", "codes", "short"))
    if style == "short":
        for item in p.items:
            page.pair(item.name, show(item.price), 60, 500)
    else:
        rows = [(*row[:2], show(i.unit), show(i.price)) for row, i in zip(_rows(p), p.items)]
        columns = [(60, "l"), (340, "r"), (430, "r"), (535, "r")]
        heads = (p["item"], p["qty"], p["unit"], p["amount"])
        if style == "codes":
            rows, heads, columns = [(rng.randint(100, 9999), *row) for row in rows], ("Nr", *heads), [(60, "l"), (100, "l"), *columns[1:]]
        page.table(heads, rows, columns)
    page.y += rng.choice((4, 14))
    x, end = rng.choice(((340, 535), (60, 300), (300, 480), (60, 535)))
    sums = [(p["net"], p.net)] if rng.random() < 0.75 else []
    if p.discount:
        sums.insert(0, (p["discount"], -p.discount))
    if p.shipping:
        sums.insert(0, (p["shipping"], p.shipping))
    sums += [(_tax_label(p), p.tax)] if rng.random() < 0.85 else []
    for label, value in sums:
        page.pair(label, p.money(value) if rng.random() < 0.6 else p.num(value), x, end)
    total = p.money(p.total) if rng.random() < 0.75 else p.num(p.total)
    how = rng.choice(("row", "row", "row", "above", "currency", "row_first"))
    if how == "above":
        page.right(end, page.y, p["total"]); page.y += 13
        page.right(end, page.y, total, 12, True); page.y += 16
    elif how == "currency":
        page.pair(f"{p['total']} {p.country.currency}", p.num(p.total), x, end, 10, True)
    else:
        page.pair(p["total"] + rng.choice(("", ":")), total, x, end, 10, True)
    chance = rng.random()
    if chance < 0.12:
        part = round(p.total * 0.4, p.country.decimals)
        page.pair(p["deposit"], p.money(-part), x, end)
        page.pair(p["payable"], p.money(round(p.total - part, 2)), x, end)
    elif chance < 0.2:
        page.pair(p["paid"], p.money(p.total), x, end)
        page.pair(p["payable"], p.money(0), x, end)
    elif chance < 0.3:
        page.pair(p["payable"], p.money(p.total), x, end)
    if rng.random() < 0.2:
        page.table((f"{p['tax'].split()[0]} %", p["net"], p["tax"].split()[0], p["total"]),
                   [(f"{p.rate * 100:.4g}%", p.num(p.net), p.num(p.tax), p.num(p.total))], [(60, "l"), (200, "r"), (300, "r"), (400, "r")], 8)


# What says that tax is in a sum, or not.
WITH = {"en": "incl. {}|inclusive of {}|Incl. of {}|(incl. {})|(Inclusive of {})", "de": "inkl. {}|incl. {}", "fr": "TTC|{} incluse", "es": "{} incluido|con {}", "it": "{} inclusa|iva incl.",
        "nl": "incl. {}|inclusief {}", "pt": "com {}|{} incluído", "pl": "z {}|brutto", "cs": "s {}|vč. {}", "sv": "inkl. {}", "da": "inkl. {}", "nb": "inkl. {}", "fi": "sis. {}",
        "hu": "bruttó", "ro": "cu {}", "tr": "{} dahil", "ja": "(税込)|税込"}
WITHOUT = {"en": "excl. {}|(Excluding {})|before {}|(Excl {})", "de": "ohne {}|exkl. {}|netto", "fr": "HT|hors {}", "es": "sin {}", "it": "esclusa {}|senza {}", "nl": "excl. {}", "pt": "sem {}",
           "pl": "netto|bez {}", "cs": "bez {}", "sv": "exkl. {}", "da": "ekskl. {}", "nb": "eks. {}", "fi": "ilman {}", "hu": "nettó", "ro": "fără {}", "tr": "{} hariç", "ja": "(税抜)|税抜"}


def _said(rng, p, words) -> str:
    return rng.choice(words[p.country.language].split("|")).format(p["tax"].split()[0])


def _priced(rng, p, width) -> list[str]:
    """Items as tills print them: with counts of any form, codes, and names above or below."""
    style = rng.choice(("one", "under", "count", "code", "x", "tax"))
    if style in ("one", "under", "count"):
        return _items(rng, p, width, style)
    lines = []
    point = p.country.point
    for item in p.items:
        code = f"{rng.randint(10**6, 10**8)}"
        if style == "code":
            lines += [_pair(f"{code}  {item.quantity}  {p.num(item.unit)}", p.num(item.price), width), item.name]
        elif style == "x":
            lines += [item.name, _pair(f"{item.quantity}{point}00 {rng.choice(('NOS', 'PCS', 'ST', 'x', 'UN'))} X {p.num(item.unit)}", p.num(item.price), width)]
        else:
            lines.append(_pair(f"{item.quantity} {item.name[:20]}", f"{p.num(item.price)} {rng.choice(('SR', 'A', 'B', 'T', 'S', '*'))}", width))
    return lines


def _sums(rng, p, width) -> list[str]:
    """Everything between the items and the money that was handed over."""
    lines = []
    tax = p["tax"].split()[0]
    if rng.random() < 0.3:
        count = sum(item.quantity for item in p.items)
        lines.append(rng.choice((_pair(p["qty"], str(count), width), f"{count} {p['item']}", f"Total {p['item']}(s): {count}", _pair(f"{p['total']} {p['qty']}", f"{count}  {p.num(p.total)}", width))))
    chance = rng.random()
    if chance < 0.15:
        off = round(p.total * 0.1, p.country.decimals)
        lines += [_pair(p["net"], p.num(p.total + off), width), _pair(p["discount"], p.num(-off), width)]
    elif chance < 0.35:
        lines += [_pair(p["net"], p.num(p.net), width), _tax(p, width)]
    elif chance < 0.5:
        lines += [_pair(f"{p['total']} {_said(rng, p, WITHOUT)}", p.num(p.net), width), _pair(f"{p['total']} {tax}" if rng.random() < 0.5 else tax, p.num(p.tax), width)]
    elif chance < 0.6:
        lines += [_pair(p["net"], p.num(p.total), width)]
    label = p["total"]
    if rng.random() < 0.25:
        label = f"{label} {_said(rng, p, WITH)}"
    if rng.random() < 0.12:
        label = f"{label} ({p.country.currency})"
    if rng.random() < 0.3:
        return lines + _rounded(rng, p, width, label)
    if rng.random() < 0.1:
        return lines + [label, _pair("", p.money(p.total), width)]
    return lines + [_total(p, width, rng, label)]


def _rounded(rng, p, width, label) -> list[str]:
    """A total that is rounded to coins; often by nothing."""
    step = rng.choice((0.05, 0.1, 1.0)) if p.country.decimals else 5
    due = round(round(p.total / step) * step, 2)
    if due == 0:
        due = p.total
    before, by = p.total, round(due - p.total, 2)
    p.total = due
    lines = [_pair(rng.choice((p["net"], label, p["total"])), p.num(before), width), _pair(p["rounding"], p.num(by), width)]
    after = rng.choice((p["payable"], p["total"], label, "Total rounded", ""))
    return lines + ([_pair(after, p.money(due) if rng.random() < 0.5 else p.num(due), width)] if after or rng.random() < 0.5 else [_pair(p["total"], p.num(due), width)])


def slip(rng: Random, p: Purchase, width=None):
    width = width or rng.choice((30, 34, 38, 40, 44))
    lines = _head(rng, p, width, rough=True)
    when = rng.choice((f"{p.date()} {_clock(rng)}", f"{p['date']}: {p.date()}", _pair(p.date(), _clock(rng), width), f"{p.date()}  {rng.randint(100, 9999)}  {_clock(rng)}"))
    meta = [f"{p['number']}: {p.number}", _center(p["receipt"], width), f"POS {rng.randint(1, 9)}  OP {rng.randint(1, 99):03}", f"{p['guest']}: {rng.randint(1, 9)}", "-" * width, "",
            f"{p['guest']}: {p.buyer}", f"Cashier {rng.choice(('LST', 'Manager', 'khoo', '03'))}"]
    meta = rng.sample(meta, rng.randint(1, 5))
    early = rng.random() < 0.7
    lines += ([when] if early else []) + meta
    if rng.random() < 0.3:
        lines.append(rng.choice((_pair(p["item"], p["amount"], width), f"{p['item']}  {p['qty']}  {p['unit']}  {p['amount']}", _pair("", p.country.currency, width))))
    lines += _priced(rng, p, width)
    lines.append(rng.choice(("", "-" * width, "=" * width)))
    lines += _sums(rng, p, width)
    if rng.random() < 0.75:
        lines += _cash(rng, p, width) if rng.random() < 0.8 else [_pair(p["paid"], p.num(p.total), width), _pair(p["change"], p.num(0), width)]
    net = round(p.total / (1 + p.rate), p.country.decimals)
    tax = p["tax"].split()[0]
    table = [f"{tax} {rng.choice(('Summary', ''))}  {p['amount']}  {tax}", f"{rng.choice(('SR', 'A', ''))} @ {p.rate * 100:.4g}%  {p.num(net)}  {p.num(round(p.total - net, 2))}"]
    tail = [[_tax(p, width)], [_pair(p["points"], str(rng.randint(10, 20000)), width)], [_pair(p["saved"], p.num(p.total * rng.uniform(0.05, 1.5)), width)],
            [f"{p['tip']} 10% {p.num(p.total * 0.1)} 15% {p.num(p.total * 0.15)}"], [_center(p["thanks"], width)], [_center(f"www.{p.vendor.domain}", width)], table, table,
            [f"{tax} {p.rate * 100:.4g}%  {p.num(p.net)}  {p.num(p.tax)}  {p.num(p.total)}"], [_center(p.vendor.name, width)]]
    for extra in rng.sample(tail, rng.randint(1, 5)):
        lines += extra
    lines += [] if early else [when]
    return misread(rng, lines) if rng.random() < 0.6 else lines


CONFUSED = {"O": "0", "0": "O", "I": "l", "l": "1", "S": "5", "B": "8", "m": "rn", "e": "c", "a": "à", "u": "ú", "E": "F", "G": "C", "t": "f", ".": "", "h": "n", "D": "O"}


def misread(rng: Random, lines: list[str]) -> list[str]:
    """Lines as a scan of a bad print gives them: letters taken for others, dots lost, edges cut."""
    rate = rng.choice((0.005, 0.015, 0.04))
    out = []
    for line in lines:
        letters = []
        for at, letter in enumerate(line):
            digits = letter.isdigit() or at + 1 < len(line) and line[at + 1].isdigit()
            if letter in CONFUSED and not digits and rng.random() < rate:
                letter = CONFUSED[letter]
            letters.append(letter)
        line = "".join(letters)
        if rng.random() < rate and len(line.strip()) > 8:
            line = line.strip()[rng.randint(1, 3):]
        if rng.random() < rate:
            line = line.replace(": ", "").replace(" ", "", 1)
        out.append(line)
    return out


def mail(rng: Random, p: Purchase) -> Body:
    v = p.vendor
    _extras(rng, p)
    third = rng.random() < 0.25
    service = rng.choice(("PayLane", "Zahlix", "Monetta", "Bezahlo", "SwiftPay"))
    title = rng.choice((p["receipt"], p["order"], p["invoice"], p["thanks"]))
    head = rng.choice((f"<b>{_e(v.name)}</b>", f"<img alt='{_e(v.name)}' src='https://{v.domain}/l.png'>", "", f"<table><tr><td>{_e(v.name)}</td><td>{_e(p.date())}</td></tr></table>"))
    if third:
        head = rng.choice((f"<b>{service}</b>", f"<img alt='{service}' src='x.png'>", ""))
    rows = [head]
    middle = [f"<h2>{_e(title)}</h2>", f"{_e(p['dear'])} {_e(p.buyer)},", _table(_dates(rng, p))]
    if third:
        middle.append(rng.choice((f"{_e(p['paidto'])} {_e(v.name)}", _table([(p["paidto"], v.name)]), f"{_e(p['seller'])}<br><b>{_e(v.name)}</b><br>{_e(v.domain)}", _table([(p["seller"] + ":", v.name)]))))
    rng.shuffle(middle)
    rows += middle
    items = [(i.name, i.quantity, p.money(i.price)) if rng.random() < 0.5 else (i.name, p.money(i.price)) for i in p.items]
    if rng.random() < 0.75:
        rows.append(_table(items))
    sums = ([(p["discount"], p.money(-p.discount))] if p.discount else []) + ([(p["shipping"], p.money(p.shipping))] if p.shipping else [])
    sums += [(p["net"], p.money(p.net))] if rng.random() < 0.5 else []
    sums += [(p["tax"], p.money(p.tax))] if rng.random() < 0.6 else []
    sums.insert(rng.choice((0, len(sums), len(sums), len(sums))), (p["total"] + rng.choice(("", ":")), p.money(p.total)))
    rows.append(_table(sums))
    after = [f"{_e(p['card'])} **** {rng.randint(1000, 9999)}", f"<b>{_e(p['billto'])}</b><br>{_e(p.buyer)}<br>{_e(p.buyer_street)}<br>{_e(p.buyer_city)}", f"{_e(p['terms'])}", f"{_e(p['thanks'])}<br>{_e(v.name)}"]
    rows += rng.sample(after, rng.randint(0, 3))
    if third:
        rows.append(f"<span class='p'>{service} Ltd, 1 Finance Way</span>")
        sender = (service, f"service@{service.lower()}.example")
    else:
        rows.append(_imprint(p) if rng.random() < 0.6 else f"<a href='https://{v.domain}'>{v.domain}</a>")
        sender = _sender(rng, p)
    subject = rng.choice((f"{title} {p.number}", f"{p['receipt']} {v.name}", f"{p['invoice']} {p.number}", f"{p['orderno']} {p.number}: {p['order']}"))
    if rng.random() < 0.2:
        text = "\n".join(_as_text(rows))
        return Body(subject, sender, text=text)
    return Body(subject, sender, _wrap(rng, [row for row in rows if row], rng.randint(1, 4)))


def _as_text(rows):
    import html
    import re
    for row in rows:
        row = re.sub(r"</tr>|<br>", "\n", row)
        row = re.sub(r"</td><td[^>]*>", "  ", row)
        yield html.unescape(re.sub(r"<[^>]+>", "", row)) + "\n"
