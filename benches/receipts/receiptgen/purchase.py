"""A purchase: what is true about it, before anybody prints it."""
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from . import locales, vendors
from .locales import Country
from .phrases import words_of
from .vendors import Vendor


@dataclass
class Item:
    name: str
    quantity: int
    unit: float
    price: float


@dataclass
class Purchase:
    country: Country
    vendor: Vendor
    buyer: str
    buyer_street: str
    buyer_city: str
    day: date
    number: str
    items: list[Item]
    rate: float
    net: float
    tax: float
    total: float
    discount: float = 0.0
    shipping: float = 0.0
    # Prices that are printed include tax.
    gross_prices: bool = False
    part: str = "dev"
    money_form: str = "{}"
    date_form: str = "%Y-%m-%d"
    words: dict[str, str] = field(default_factory=dict)

    def num(self, value: float) -> str:
        return locales.number(self.country, value)

    def money(self, value: float) -> str:
        sign = "-" if value < 0 else ""
        return sign + self.money_form.format(self.num(abs(value)))

    def date(self, value: date | None = None) -> str:
        return locales.day(self.country, value or self.day, self.date_form)

    def later(self, days: int) -> str:
        return self.date(self.day + timedelta(days=days))

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def truth(self) -> dict:
        return {
            "vendor": self.vendor.name, "date": self.day.isoformat(), "amount": self.total,
            "currency": self.country.currency, "tax": self.tax,
            "items": [{"name": item.name, "price": item.price} for item in self.items],
        }


class Program:
    """An invoicing program or till of one seller: it always prints the same words and forms."""

    def __init__(self, rng: Random, part: str, country: Country, kind: str):
        self.part, self.country, self.kind = part, country, kind
        self.words = {key: rng.choice(found) for key, found in words_of(country.language, part).items()}
        self.money_form = rng.choice(country.money)
        self.date_form = rng.choice(country.dates)
        self.vendor = vendors.vendor(rng, part, country, kind)
        self.number_form = rng.choice(("{y}-{n:04}", "RE{n:05}", "INV-{n:06}", "{n:08}", "{y}/{n:03}", "F{y}{n:04}"))

    def purchase(self, rng: Random, low=1, high=6, gross_prices=False) -> Purchase:
        country = self.country
        scale = _scale(country, self.kind)
        day = date(2022, 1, 3) + timedelta(days=rng.randint(0, 1500))
        names = vendors.products(rng, country, self.kind, rng.randint(low, high))
        items = []
        for name in names:
            quantity = rng.choice((1, 1, 1, 2, 3, 4))
            unit = _round(country, rng.uniform(0.5, 12) ** 2 * scale / 6)
            items.append(Item(name, quantity, unit, round(unit * quantity, 2)))
        found = Purchase(country, self.vendor, _buyer(rng, self.part, country), locales.street(country, rng),
                         rng.choice(country.cities), day, self.number_form.format(y=day.year, n=rng.randint(12, 9999)),
                         items, rng.choice(country.rates), 0, 0, 0, gross_prices=gross_prices, part=self.part,
                         money_form=self.money_form, date_form=self.date_form, words=dict(self.words))
        settle(found)
        return found


def settle(purchase: Purchase) -> None:
    """Works out net, tax and total from items, discount and shipping."""
    digits = purchase.country.decimals
    sum_ = round(sum(item.price for item in purchase.items) - purchase.discount + purchase.shipping, 2)
    if purchase.gross_prices:
        purchase.total = round(sum_, digits)
        purchase.net = round(purchase.total / (1 + purchase.rate), digits)
        purchase.tax = round(purchase.total - purchase.net, digits)
    else:
        purchase.net = round(sum_, digits)
        purchase.tax = round(purchase.net * purchase.rate, digits)
        purchase.total = round(purchase.net + purchase.tax, digits)


def _scale(country: Country, kind: str) -> float:
    world = {"HUF": 300, "JPY": 120, "CZK": 20, "SEK": 10, "NOK": 10, "DKK": 7, "INR": 60, "TRY": 20, "MXN": 15,
             "PLN": 4, "RON": 5, "BRL": 5, "MYR": 3}.get(country.currency, 1)
    return world * {"service": 18, "shop": 3, "food": 1.2, "hotel": 20, "fuel": 4}[kind]


def _round(country: Country, value: float) -> float:
    step = max(country.step, 0.01)
    if country.decimals == 0:
        step = 10 if value > 50 else 1
    return max(step, round(round(value / step) * step, 2))


def _buyer(rng: Random, part: str, country: Country) -> str:
    if rng.random() < 0.5:
        return vendors.person(rng, part, country)
    return vendors.vendor(rng, part, country, rng.choice(("service", "shop"))).name
