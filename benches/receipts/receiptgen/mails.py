"""Emails whose body is the receipt: HTML of shops and payment services, and plain text."""
import html
from dataclasses import dataclass
from random import Random

from . import vendors
from .purchase import Purchase, settle
from .vendors import brand


@dataclass
class Body:
    subject: str
    sender: tuple[str, str]
    html: str | None = None
    text: str | None = None
    truths: list[dict] | None = None


def _e(text) -> str:
    return html.escape(str(text))


def _wrap(rng: Random, rows: list[str], depth: int = 3) -> str:
    """Rows in tables in tables, as mail builders nest them."""
    body = "".join(f"<tr><td style='padding:8px'>{row}</td></tr>" for row in rows)
    for _ in range(depth):
        body = f"<tr><td align='center'><table width='{rng.choice((560, 600, 640))}' cellpadding='0' cellspacing='0'>{body}</table></td></tr>"
    style = "<style>td{font-family:Arial}.p{color:#888}</style>"
    return f"<html><head>{style}</head><body><table width='100%'>{body}</table></body></html>"


def _table(rows) -> str:
    cells = "".join("<tr>" + "".join(f"<td align='{'right' if at else 'left'}'>{_e(cell)}</td>" for at, cell in enumerate(row)) + "</tr>" for row in rows)
    return f"<table width='100%'>{cells}</table>"


def _sender(rng: Random, p: Purchase) -> tuple[str, str]:
    v = p.vendor
    name = rng.choice((v.name, v.name, f"{v.name} {rng.choice(('Billing', 'Orders', 'Service', 'Team'))}", v.domain))
    return name, f"{rng.choice(('noreply', 'billing', 'orders', 'info', 'service'))}@{rng.choice(('', '', 'mail.', 'news.'))}{v.domain}"


def _imprint(p: Purchase) -> str:
    v = p.vendor
    return f"<span class='p'>{_e(v.name)} · {_e(v.street)} · {_e(v.city)} · {_e(p['vatid'])} {v.tax_id}</span>"


def saas_receipt(rng, p):
    """One large sum at the top, a small table, the card below."""
    v = p.vendor
    rows = [f"<b>{_e(v.name)}</b>", f"<h2>{_e(p['receipt'])}</h2>", f"<span style='font-size:28px'>{_e(p.money(p.total))}</span><br>{_e(p['paid'])} {_e(p.date())}",
            _table([(p["number"], p.number), (p["card"], f"•••• {rng.randint(1000, 9999)}")]),
            _table([(item.name, p.money(item.price)) for item in p.items]),
            _table([(p["net"], p.money(p.net)), (p["tax"], p.money(p.tax)), (p["total"], p.money(p.total))]), _imprint(p)]
    return Body(f"{p['receipt']} {v.name} #{p.number}", _sender(rng, p), _wrap(rng, rows, 2))


def order_confirmation(rng, p):
    """Pictures of products, prices for each piece, addresses beside one another."""
    v = p.vendor
    p.gross_prices = True
    p.shipping = p.items[0].unit
    settle(p)
    items = "".join(
        f"<table width='100%'><tr><td width='80'><img src='https://cdn.{v.domain}/{at}.jpg' alt='{_e(item.name)}'></td><td><table><tr><td>{_e(item.name)}</td></tr>"
        f"<tr><td class='p'>{_e(p['qty'])}: {item.quantity}</td></tr></table></td><td align='right'>{_e(p.money(item.price))}</td></tr></table>" for at, item in enumerate(p.items))
    rows = [f"<img src='https://cdn.{v.domain}/logo.png' alt='{_e(v.name)}'>" if rng.random() < 0.6 else f"<h1>{_e(v.name)}</h1>",
            f"{_e(p['dear'])} {_e(p.buyer)},", f"<h2>{_e(p['order'])}</h2>",
            _table([(p["orderno"], rng.randint(10**6, 10**7)), (p["ordered"], p.date())]), items,
            _table([(p["net"], p.money(p.total - p.shipping)), (p["shipping"], p.money(p.shipping)), (p["total"], p.money(p.total)), (p["tax"], p.money(p.tax))]),
            f"<table><tr><td><b>{_e(p['shipto'])}</b><br>{_e(p.buyer)}<br>{_e(p.buyer_street)}<br>{_e(p.buyer_city)}</td>"
            f"<td><b>{_e(p['billto'])}</b><br>{_e(p.buyer)}<br>{_e(p.buyer_street)}<br>{_e(p.buyer_city)}</td></tr></table>", _imprint(p)]
    return Body(f"{p['order']} {rng.randint(10**5, 10**6)}", _sender(rng, p), _wrap(rng, rows, 4))


def payment_service(rng, p):
    """A service tells that money went to somebody: the seller is that one, not the service."""
    service = rng.choice(("PayLane", "Zahlix", "Monetta", "QuickPay"))
    v = p.vendor
    rows = [f"<b>{service}</b>", f"{_e(p['dear'])} {_e(p.buyer)},", f"<h2>{_e(p['paidto'])} {_e(v.name)}</h2>" if rng.random() < 0.6 else f"<h2>{_e(p.money(p.total))}</h2>",
            _table([(p["paidto"], v.name), (p["date"], p.date()), (p["number"], f"{rng.randint(10**9, 10**10)}X"), (p["total"], p.money(p.total))]),
            f"{_e(p['card'])} x-{rng.randint(1000, 9999)}", f"<span class='p'>{service} Ltd, 1 Finance Way</span>"]
    return Body(f"{p['receipt']}: {p['paidto']} {v.name}", (service, f"service@{service.lower()}.example"), _wrap(rng, rows, 3))


def several_payments(rng, p, program):
    """A day's payments in one mail: each is a purchase."""
    purchases = [p] + [program(rng) for _ in range(rng.randint(1, 3))]
    for other in purchases[1:]:
        other.day, other.date_form, other.money_form, other.country = p.day, p.date_form, p.money_form, p.country
    rows = [f"<b>PayLane</b>", f"<h2>{_e(p['receipt'])}</h2>"]
    for one in purchases:
        rows.append(_table([(p["paidto"], one.vendor.name), (p["date"], one.date()), (p["total"], one.money(one.total))]))
    return Body(f"{p['receipt']} {p.date()}", ("PayLane", "service@paylane.example"), _wrap(rng, rows, 2), truths=[one.truth() for one in purchases])


def ride(rng, p):
    v = p.vendor
    del p.items[1:]
    p.gross_prices = True
    settle(p)
    fee = round(p.total * 0.1, p.country.decimals)
    rows = [f"<table><tr><td>{_e(v.name)}</td><td align='right'>{_e(p.date())}</td></tr></table>", f"<h1>{_e(p['thanks'])}, {_e(p.buyer.split()[0])}</h1>",
            _table([(p["total"], p.money(p.total))]), _table([(p.items[0].name, p.money(round(p.total - fee, 2))), (p["tip"], p.money(fee))]),
            _table([(p["net"], p.money(p.total)), (p["card"], p.money(p.total))]), f"{rng.randint(7, 22)}:15 {_e(p.buyer_street)}<br>{rng.randint(7, 22)}:40 {_e(v.street)}"]
    return Body(f"{p['receipt']} {v.name}", _sender(rng, p), _wrap(rng, rows, 3))


def text_invoice(rng, p):
    v = p.vendor
    lines = [f"{p['dear']} {p.buyer},", "", f"{p['invoice']} {p.number}", f"{p['date']}: {p.date()}", ""]
    lines += [f"{item.quantity} x {item.name}: {p.money(item.price)}" for item in p.items]
    lines += ["", f"{p['net']}: {p.money(p.net)}", f"{p['tax']}: {p.money(p.tax)}", f"{p['total']}: {p.money(p.total)}", "", p["thanks"], "-- ", v.name, f"{v.street}, {v.city}", f"https://www.{v.domain}"]
    return Body(f"{p['invoice']} {p.number}", _sender(rng, p), text="\n".join(lines))


# Layouts of the test part.


def subscription(rng, p):
    v = p.vendor
    rows = [f"<table width='100%'><tr><td>{_e(v.name)}</td><td align='right'>{_e(p['receipt'])}<br>{_e(p.date())}</td></tr></table>",
            f"<table width='100%' bgcolor='#f4f4f4'><tr><td>{_e(p['billto'])}<br><b>{_e(p.buyer)}</b></td><td>{_e(p['number'])}<br><b>{_e(p.number)}</b></td><td>{_e(p['card'])}<br><b>**** {rng.randint(1000, 9999)}</b></td></tr></table>",
            _table([(item.name, p.money(item.price)) for item in p.items]), f"{_e(p['period'])} {_e(p.later(0))} - {_e(p.later(30))}",
            _table([(p["net"], p.money(p.net)), (p["tax"], p.money(p.tax))]), f"<div align='right'><b>{_e(p['total'])}&nbsp; {_e(p.money(p.total))}</b></div>", _imprint(p)]
    return Body(f"{p['receipt']} - {v.name}", _sender(rng, p), _wrap(rng, rows, 3))


def shop_receipt(rng, p):
    """Labels above values, divs and not tables."""
    v = p.vendor
    p.gross_prices = True
    settle(p)
    items = "".join(f"<div>{_e(item.name)} <span>×{item.quantity}</span><div style='text-align:right'>{_e(p.money(item.price))}</div></div>" for item in p.items)
    body = (f"<html><body><div><p>{_e(p['thanks'])}</p><h1>{_e(p['order'])}</h1><p>{_e(p['orderno'])} #{rng.randint(1000, 99999)} ({_e(p.date())})</p>{items}<hr>"
            f"<table><tr><th>{_e(p['net'])}</th><td>{_e(p.money(p.total))}</td></tr><tr><th>{_e(p['shipping'])}</th><td>{_e(p.money(0))}</td></tr><tr><th>{_e(p['total'])}</th><td>{_e(p.money(p.total))} ({_e(p['tax'])} {_e(p.money(p.tax))})</td></tr></table>"
            f"<h3>{_e(p['billto'])}</h3><p>{_e(p.buyer)}<br>{_e(p.buyer_street)}<br>{_e(p.buyer_city)}</p><p>{_e(v.name)} — {_e(v.domain)}</p></div></body></html>")
    return Body(f"{v.name}: {p['order']}", _sender(rng, p), body)


def wallet(rng, p):
    service = rng.choice(("Walleto", "CoinPurse", "PagoYa"))
    v = p.vendor
    rows = [f"<img alt='{service}' src='https://{service.lower()}.example/l.png'>", f"{_e(p['paidto'])}<br><b>{_e(v.name)}</b>", f"<h1>{_e(p.money(p.total))}</h1>", f"{_e(p.date())}",
            _table([(p["net"], p.money(p.total)), (p["shipping"], p.money(0)), (p["total"], p.money(p.total))]), f"{_e(p['number'])}: {rng.randint(10**8, 10**9)}"]
    return Body(f"{p['receipt']} - {p['paidto']} {v.name}", (service, f"noreply@{service.lower()}.example"), _wrap(rng, rows, 2))


def payments_list(rng, p, program):
    purchases = [p] + [program(rng) for _ in range(rng.randint(1, 2))]
    for other in purchases[1:]:
        other.day, other.date_form, other.money_form, other.country = p.day, p.date_form, p.money_form, p.country
    rows = [f"<h2>{_e(p['receipt'])}</h2>"] + [f"{_e(p['paidto'])} <b>{_e(one.vendor.name)}</b><br>{_e(p['total'])}: {_e(one.money(one.total))}<br>{_e(p['date'])}: {_e(one.date())}" for one in purchases]
    return Body(f"{p['receipt']}", ("Walleto", "noreply@walleto.example"), _wrap(rng, rows, 2), truths=[one.truth() for one in purchases])


def text_receipt(rng, p):
    v = p.vendor
    lines = [v.name.upper(), f"{p['receipt']} {p.number} - {p.date()}", "=" * 40]
    lines += [f"{item.name[:26]:28}{p.num(item.price):>12}" for item in p.items]
    lines += ["-" * 40, f"{p['net']:28}{p.num(p.net):>12}", f"{p['tax']:28}{p.num(p.tax):>12}", f"{p['total']:28}{p.money(p.total):>12}", "", f"{p['paid']}: {p['card']}", p["thanks"]]
    return Body(f"{p['receipt']} {p.number}", _sender(rng, p), text="\n".join(lines))


DEV = [saas_receipt, order_confirmation, payment_service, several_payments, ride, text_invoice]
TEST = [subscription, shop_receipt, wallet, payments_list, text_receipt]
MANY = (several_payments, payments_list)


# Emails and documents that are no purchases.

OTHER = {
    "en": "Your parcel is on its way|Delivery note|Account statement|Quotation|Payment reminder|Weekly offers|Your order has shipped|Balance|Tracking number|Valid until|Save 20% today",
    "de": "Ihr Paket ist unterwegs|Lieferschein|Kontoauszug|Angebot|Mahnung|Angebote der Woche|Ihre Bestellung wurde versandt|Saldo|Sendungsnummer|Gültig bis|Heute 20 % sparen",
    "fr": "Votre colis est en route|Bon de livraison|Relevé de compte|Devis|Relance|Offres de la semaine|Votre commande a été expédiée|Solde|Numéro de suivi|Valable jusqu'au|-20 % aujourd'hui",
    "es": "Tu paquete está en camino|Albarán|Extracto de cuenta|Presupuesto|Recordatorio de pago|Ofertas de la semana|Tu pedido ha sido enviado|Saldo|Número de seguimiento|Válido hasta|Ahorra 20 % hoy",
    "it": "Il tuo pacco è in arrivo|Documento di trasporto|Estratto conto|Preventivo|Sollecito di pagamento|Offerte della settimana|Il tuo ordine è stato spedito|Saldo|Numero di tracking|Valido fino al|Sconti del 20 % oggi",
    "nl": "Je pakket is onderweg|Pakbon|Rekeningafschrift|Offerte|Betalingsherinnering|Aanbiedingen van de week|Je bestelling is verzonden|Saldo|Trackingnummer|Geldig tot|Vandaag 20% korting",
    "pt": "A sua encomenda está a caminho|Guia de remessa|Extrato de conta|Orçamento|Lembrete de pagamento|Ofertas da semana|A sua encomenda foi enviada|Saldo|Número de rastreio|Válido até|Poupe 20 % hoje",
    "pl": "Twoja paczka jest w drodze|Wydanie zewnętrzne|Wyciąg bankowy|Oferta|Wezwanie do zapłaty|Oferty tygodnia|Twoje zamówienie zostało wysłane|Saldo|Numer przesyłki|Ważne do|Dziś 20 % taniej",
    "sv": "Ditt paket är på väg|Följesedel|Kontoutdrag|Offert|Betalningspåminnelse|Veckans erbjudanden|Din order har skickats|Saldo|Kollinummer|Giltig till|Spara 20 % idag",
    "da": "Din pakke er på vej|Følgeseddel|Kontoudtog|Tilbud|Rykker|Ugens tilbud|Din ordre er afsendt|Saldo|Trackingnummer|Gyldig til|Spar 20 % i dag",
}


def negative(rng: Random, p: Purchase, kind: str) -> Body | tuple[str, list[str]]:
    """A mail, or the title and lines of a document, that books nothing."""
    names = OTHER.get(p.country.language, OTHER["en"]).split("|")
    parcel, note, statement, quote, dunning, offers, shipped, balance, tracking, valid, save = names
    v = p.vendor
    priced = [(item.name, p.money(item.price)) for item in p.items]
    if kind == "shipping":
        rows = [f"<b>{_e(v.name)}</b>", f"<h2>{_e(shipped)}</h2>", _table([(tracking, rng.randint(10**11, 10**12)), (p["orderno"], p.number)]), _table(priced if rng.random() < 0.5 else [(n, "") for n, _ in priced])]
        return Body(shipped, _sender(rng, p), _wrap(rng, rows, 3))
    if kind == "newsletter":
        rows = [f"<h1>{_e(save)}</h1>", _table([(name, p.money(item.price)) for name, item in zip((i.name for i in p.items), p.items)]), f"{_e(valid)} {_e(p.later(7))}", "<a href='#'>unsubscribe</a>"]
        return Body(rng.choice((offers, save)), _sender(rng, p), _wrap(rng, rows, 3))
    if kind == "parcel":
        return Body(parcel, ("Parcel", "track@parcels.example"), _wrap(rng, [f"<h2>{_e(parcel)}</h2>", f"{_e(tracking)}: {rng.randint(10**11, 10**12)}", f"{_e(v.name)}"], 2))
    if kind == "statement":
        rows = [(p.later(-at), vendors.brand(rng, "dev") + " GmbH", p.money(-item.price)) for at, item in enumerate(p.items)]
        return statement, [statement, f"{v.name} Bank", f"{p.later(-30)} - {p.date()}", *["   ".join(row) for row in rows], f"{balance}   {p.money(p.total * 3)}"]
    lines = [v.name, f"{v.street}, {v.city}", "", {"quote": quote, "note": note, "dunning": dunning}[kind] + f" {p.number}", p.date() if kind != "dunning" else f"{p['date']}: {p.date()}", ""]
    if kind == "note":
        lines += [f"{item.quantity}   {item.name}" for item in p.items]
    else:
        lines += [f"{item.quantity}   {item.name}   {p.money(item.price)}" for item in p.items] + [f"{p['total']}   {p.money(p.total)}"]
    if kind == "quote":
        lines.append(f"{valid} {p.later(30)}")
    return lines[3], lines


NEGATIVES = ["shipping", "newsletter", "parcel", "statement", "quote", "note", "dunning"]
