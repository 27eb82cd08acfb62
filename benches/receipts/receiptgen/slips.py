"""Slips of tills as lines of text, as their printers make them."""
from datetime import timedelta
from random import Random

from .purchase import Purchase
from .vendors import brand


def _center(text: str, width: int) -> str:
    return text.center(width).rstrip()


def _pair(left: str, right: str, width: int) -> str:
    gap = max(2, width - len(left) - len(right))
    return left + " " * gap + right


def _clock(rng: Random) -> str:
    return f"{rng.randint(7, 22):02}:{rng.randint(0, 59):02}" + (f":{rng.randint(0, 59):02}" if rng.random() < 0.4 else "")


# What stands above the seller's name: stamps, greetings, numbers somebody wrote by hand.
ABOVE = ("{n}-{m}", "** COPY **", "DUPLICATE", "WELCOME", "{m}", "tan chay", "REPRINT", "No. {m}", "* * *", "{n}", "{d}")
BELOW = ("({m}-{c})", "(CO. REG: {m}-{c})", "{m}-{c}", "Branch {n}", "{n} {c}", "ROC NO. {m}", "Store #{n}")


def _noise(rng, p, forms) -> str:
    return rng.choice(forms).format(n=rng.randint(2, 99), m=rng.randint(100000, 999999), c=rng.choice("ADHKMPTVWX"), d=p.date())


def _names(rng, p: Purchase, width, brands=0.15) -> list[str]:
    """The seller's name: whole, in two lines, or below the brand that it runs."""
    words = p.vendor.name.split()
    if len(words) > 2 and (rng.random() < 0.2 or len(p.vendor.name) > width - 2):
        cut = rng.choice((len(words) - 1, len(words) - 2)) if len(words) > 3 else 2
        return [" ".join(words[:cut]), " ".join(words[cut:])]
    form = any(p.vendor.name.endswith(form) for form in p.country.forms)
    if form and rng.random() < brands:
        return [brand(rng, p.part).upper(), p.vendor.name]
    return [p.vendor.name]


def _head(rng, p: Purchase, width, rough=False) -> list[str]:
    """`rough`: with more of what paper and hands put around the name."""
    v = p.vendor
    lines = [_noise(rng, p, ABOVE)] if rng.random() < (0.35 if rough else 0.2) else []
    if rough and rng.random() < 0.12:
        lines.insert(0, f"{brand(rng, p.part)[:5]} {brand(rng, p.part)[:4].lower()}"[rng.randint(0, 2):])
    if rough and rng.random() < 0.1:
        lines.append(rng.choice((p["thanks"], "Welcome to " + brand(rng, p.part))))
    if rng.random() < 0.08:
        lines.append(p["receipt"])
    lines += _names(rng, p, width, 0.4 if rough else 0.15)
    if rng.random() < (0.6 if p.country.code in ("MY", "SG") else 0.15):
        lines.append(_noise(rng, p, BELOW))
    extras = [f"{p['vatid']} {v.tax_id}", f"{p['phone']} {v.phone}", v.domain, f"# {v.branch}"]
    lines += [v.street, v.city] if rng.random() < 0.8 else [v.city]
    lines += [line for line in extras if rng.random() < 0.45]
    return [_center(line, width) for line in lines]


def _cash(rng, p: Purchase, width) -> list[str]:
    """Cash and change, or a card."""
    if rng.random() < 0.5:
        steps = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]
        given = next((float(s) for s in steps if s >= p.total and rng.random() < 0.7), float(int(p.total) + 1))
        return [_pair(p["cash"], p.num(given), width), _pair(p["change"], p.num(given - p.total), width)]
    return [_pair(p["card"], p.num(p.total), width)]


def _items(rng, p: Purchase, width, style) -> list[str]:
    lines = []
    for item in p.items:
        if style == "one":
            lines.append(_pair(item.name[: width - 12], p.num(item.price), width))
        elif style == "under":
            lines += [item.name, _pair(f"  {item.quantity} x {p.num(item.unit)}", p.num(item.price), width)]
        else:
            lines.append(_pair(f"{item.quantity} {item.name[: width - 14]}", p.num(item.price), width))
    return lines


def _total(p: Purchase, width, rng, label=None) -> str:
    value = p.money(p.total) if rng.random() < 0.6 else p.num(p.total)
    return _pair(label or p["total"], value, width)


def _tax(p: Purchase, width) -> str:
    label = p["tax"] if any(c.isdigit() for c in p["tax"]) else f"{p['tax']} {p.rate * 100:.4g}%"
    return _pair(label, p.num(p.tax), width)


def supermarket(rng, p, width=40):
    lines = _head(rng, p, width)
    lines += [_pair(p.date(), _clock(rng), width), "-" * width]
    lines += _items(rng, p, width, rng.choice(("one", "under")))
    lines += ["-" * width, _total(p, width, rng)]
    lines += _cash(rng, p, width)
    lines += ["", _tax(p, width)]
    if rng.random() < 0.4:
        lines.append(_pair(p["points"], str(rng.randint(10, 900)), width))
    lines += ["", _center(p["thanks"], width)]
    return lines


def cafe_tip(rng, p, width=36):
    lines = _head(rng, p, width)
    lines += ["", f"{rng.choice(('Table', 'Tisch', 'T.', 'Mesa'))} {rng.randint(1, 30)}   {p['guest']} {rng.randint(1, 4)}",
              f"{p['date']}: {p.date()} {_clock(rng)}", ""]
    lines += _items(rng, p, width, "count")
    lines += ["", _pair(p["net"], p.num(p.net), width), _tax(p, width), _total(p, width, rng), ""]
    if rng.random() < 0.7:
        lines += [f"{p['tip']} 10% {p.num(p.total * 0.1)}  15% {p.num(p.total * 0.15)}  20% {p.num(p.total * 0.2)}"]
    lines += [_center(p["thanks"], width)]
    return lines


def rounded(rng, p, width=38):
    """A total that is rounded to coins."""
    step = 0.05 if p.country.decimals else 5
    due = round(round(p.total / step) * step, 2)
    lines = _head(rng, p, width)
    lines += [_center(p["receipt"], width), f"{p['number']}: {p.number}", f"{p['date']} : {p.date()} {_clock(rng)}", ""]
    lines += _items(rng, p, width, rng.choice(("under", "one")))
    lines += ["", _pair(p["net"], p.num(p.net), width), _tax(p, width), _pair(p["total"], p.num(p.total), width),
              _pair(p["rounding"], p.num(round(due - p.total, 2)), width), _pair(p["payable"], p.money(due), width)]
    p.total = due
    lines += _cash(rng, p, width) + ["", _center(p["thanks"], width)]
    return lines


def savings(rng, p, width=42):
    """What was saved is larger than what was paid, and stands below it."""
    lines = _head(rng, p, width)
    lines += [f"{p.date()}  {_clock(rng)}  {rng.randint(1, 9):03}/{rng.randint(100, 999)}", ""]
    lines += _items(rng, p, width, "one")
    saved = round(p.total * rng.uniform(0.1, 1.4), p.country.decimals)
    lines += ["=" * width, _total(p, width, rng), *_cash(rng, p, width), _tax(p, width), "",
              _pair(p["saved"], p.num(saved), width), _pair(p["points"], p.num(rng.randint(100, 99999)), width)]
    return lines


def fuel(rng, p, width=34):
    litres = round(rng.uniform(8, 60), 2)
    item = p.items[0]
    item.unit = round(p.total / litres, 3)
    litres_text = f"{litres:.2f}".replace(".", p.country.point)
    unit = f"{item.unit:.3f}".replace(".", p.country.point)
    item.price = p.total
    del p.items[1:]
    lines = _head(rng, p, width)
    lines += [_pair(p.date(), _clock(rng), width), f"{p['number']} {p.number}", "", item.name,
              f"{litres_text} l x {unit} {p.country.currency}/l", "", _total(p, width, rng), _pair(p["net"], p.num(p.net), width),
              _tax(p, width), _pair(p["card"], p.num(p.total), width), "", _center(p["thanks"], width)]
    return lines


def quantity_counts(rng, p, width=40):
    """Heads of columns, a count of items, a summary of taxes at the end."""
    lines = _head(rng, p, width)
    lines += [_center(p["receipt"], width), f"{p['number']} : {p.number}", f"{p['date']} : {p.date()}", "-" * width,
              _pair(f"{p['item']}   {p['qty']}", p["amount"], width), "-" * width]
    lines += _items(rng, p, width, "under")
    count = sum(item.quantity for item in p.items)
    lines += ["-" * width, _pair(p["qty"], str(count), width), _pair(p["net"], p.num(p.net), width), _tax(p, width),
              _total(p, width, rng), *_cash(rng, p, width), "", f"{p['tax'].split()[0]}  {p['net']}  {p['tax'].split()[0]}",
              _pair(f"A {p.rate * 100:.4g}%", f"{p.num(p.net)}   {p.num(p.tax)}", width), _center(p["thanks"], width)]
    return lines


def card_slip(rng, p, width=32):
    lines = _head(rng, p, width)
    lines += [_pair(p["card"], f"**** {rng.randint(1000, 9999)}", width), _pair("AID", f"A00000000{rng.randint(10000, 99999)}", width),
              _pair(p.date(), _clock(rng), width)]
    tip = round(p.total * 0.1, p.country.decimals)
    if rng.random() < 0.5:
        lines += [_pair(p["net"], p.num(p.total), width), _pair(p["tip"], p.num(tip), width)]
        p.total = round(p.total + tip, 2)
    lines += [_pair(p["total"], p.money(p.total), width), "", _center("AUTH 0" + str(rng.randint(10000, 99999)), width), _center(p["thanks"], width)]
    return lines


# Layouts of the test part.


def discounter(rng, p, width=44):
    lines = [_center(p.vendor.street, width), _center(p.vendor.city, width)] if rng.random() < 0.3 else []
    lines = [_center(p.vendor.name, width), *lines, _center(f"{p['vatid']} {p.vendor.tax_id}", width), "",
             _pair("", p.country.currency, width)]
    for item in p.items:
        lines.append(_pair(item.name, f"{p.num(item.price)} {rng.choice('AB')}", width))
        if item.quantity > 1:
            lines.append(f"   {item.quantity} * {p.num(item.unit)}")
    lines += [" " * (width - 12) + "-" * 12, _pair(p["total"], p.num(p.total), width), *_cash(rng, p, width), "",
              _pair(f"{p['tax'].split()[0]} {p['net']}", p["total"], width), _pair(f"A {p.rate * 100:.4g}% {p.num(p.tax)} {p.num(p.net)}", p.num(p.total), width), "",
              _pair(f"{p.date()} {_clock(rng)}", f"{rng.randint(1, 9)}/{rng.randint(1000, 9999)}", width), _center(p["thanks"], width)]
    return lines


def bar_bill(rng, p, width=34):
    lines = _head(rng, p, width) + ["", _center(p["receipt"], width), f"{p.date()}", f"{_clock(rng)}  #{rng.randint(100, 999)}", ""]
    for item in p.items:
        lines.append(_pair(f"{item.quantity}x {item.name[:18]}", p.num(item.price), width))
    lines += ["", p["total"], _pair("", p.money(p.total), width), "", _pair(f"{p['tax'].split()[0]} ({p.rate * 100:.4g}%)", p.num(p.tax), width),
              _pair(p["net"], p.num(p.net), width), ""]
    suggested = round(p.total * 1.1, p.country.decimals)
    lines += [f"{p['tip']}: ........", f"+10% = {p.num(suggested)}", _center(p["thanks"], width)]
    return lines


def coins(rng, p, width=40):
    step = 0.1 if p.country.decimals else 10
    due = round(round(p.total / step) * step, 2)
    lines = _head(rng, p, width) + ["-" * width]
    lines += _items(rng, p, width, "count")
    lines += ["-" * width, _pair(p["net"], p.num(p.total), width), _pair(p["rounding"], p.num(round(due - p.total, 2)), width),
              _pair(p["total"], p.money(due), width)]
    p.total = due
    lines += _cash(rng, p, width) + [_tax(p, width), f"{p['date']}: {p.date()} {_clock(rng)}", _center(p["thanks"], width)]
    return lines


def club(rng, p, width=40):
    lines = _head(rng, p, width) + [_pair(p.date(), _clock(rng), width), ""]
    for item in p.items:
        lines.append(_pair(item.name, p.num(item.price), width))
    before = round(p.total * 1.15, p.country.decimals)
    lines += ["", _pair(p["net"], p.num(before), width), _pair(p["discount"], p.num(round(p.total - before, 2)), width), _total(p, width, rng),
              *_cash(rng, p, width), "", f"{p['saved']}: {p.num(round(before - p.total, 2))}", f"{p['points']}: {rng.randint(1000, 30000)}",
              _tax(p, width), _center(f"www.{p.vendor.domain}", width)]
    return lines


def pump(rng, p, width=36):
    lines = fuel(rng, p, width)
    return [line.upper() for line in lines] if p.country.language not in ("tr", "ja", "de") else lines


def parking(rng, p, width=30):
    del p.items[1:]
    p.items[0].price = p.total
    start = p.day - timedelta(days=rng.choice((0, 0, 1)))
    return [_center(p.vendor.name, width), _center(p.vendor.city, width), "", _center(p["receipt"], width),
            f"IN   {p.date(start)} {_clock(rng)}", f"OUT  {p.date()} {_clock(rng)}", "", _pair(p["total"], p.money(p.total), width),
            f"{p['tax'].split()[0]} {p.rate * 100:.4g}%: {p.num(p.tax)}", _pair(p["card"], p.num(p.total), width), f"{p['vatid']} {p.vendor.tax_id}"]


DEV = [supermarket, cafe_tip, rounded, savings, fuel, quantity_counts, card_slip]
TEST = [discounter, bar_bill, coins, club, pump, parking]
KIND_OF = {"supermarket": "shop", "cafe_tip": "food", "rounded": "shop", "savings": "shop", "fuel": "fuel",
           "quantity_counts": "shop", "card_slip": "food", "discounter": "shop", "bar_bill": "food", "coins": "shop",
           "club": "shop", "pump": "fuel", "parking": "service"}
