"""Countries: how they print numbers and dates, what they charge, and where one lives there."""
from dataclasses import dataclass
from datetime import date
from random import Random

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
}


@dataclass(frozen=True)
class Country:
    code: str
    language: str
    currency: str
    # How amounts are printed with the currency: `{}` is the number.
    money: tuple[str, ...]
    group: str
    point: str
    # strftime-like; `%B` is the month's name of the language.
    dates: tuple[str, ...]
    rates: tuple[float, ...]
    forms: tuple[str, ...]
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    decimals: int = 2
    step: float = 0.01


def _c(code, language, currency, money, seps, dates, rates, forms, cities, streets, decimals=2, step=0.01):
    return Country(code, language, currency, tuple(money.split("|")), seps[0].strip("_"), seps[1],
                   tuple(dates.split("|")), tuple(rates), tuple(forms.split("|")),
                   tuple(cities.split("|")), tuple(streets.split("|")), decimals, step)


COUNTRIES = [
    _c("US", "en", "USD", "${}|${}|USD {}|{} USD", ",.", "%m/%d/%Y|%B %-d, %Y|%m/%d/%y|%b %-d, %Y|%Y-%m-%d", (0.06, 0.0725, 0.08875), "Inc.|LLC|Corp.|Co.", "Austin, TX 78701|Portland, OR 97204|Columbus, OH 43004|Brooklyn, NY 11201|Denver, CO 80202", "{n} Main St|{n} Cedar Avenue|{n} Lake Blvd, Suite {m}|{n} W 4th St"),
    _c("GB", "en", "GBP", "£{}|£{}|GBP {}", ",.", "%d/%m/%Y|%-d %B %Y|%d %b %Y|%d-%m-%Y", (0.2, 0.05), "Ltd|Limited|PLC|LLP", "Leeds LS1 4AP|Bristol BS1 5TR|London EC2A 3AY|Cardiff CF10 1EP", "{n} High Street|{n} Mill Lane|Unit {m}, Station Road|{n} Queens Road"),
    _c("IE", "en", "EUR", "€{}|€{}|EUR {}", ",.", "%d/%m/%Y|%-d %B %Y|%d %b %Y", (0.23, 0.135), "Ltd|DAC|Limited", "Dublin 2|Galway H91 X2C4|Cork T12 W8K2", "{n} Quay Street|{n} Patrick Street"),
    _c("AU", "en", "AUD", "${}|A${}|AUD {}", ",.", "%d/%m/%Y|%-d %b %Y|%d %B %Y", (0.1,), "Pty Ltd|Pty. Ltd.", "Newtown NSW 2042|Fitzroy VIC 3065|Perth WA 6000", "{n} King St|Shop {m}, {n} Smith Street"),
    _c("CA", "en", "CAD", "${}|C${}|CAD {}", ",.", "%Y-%m-%d|%B %-d, %Y|%b %d, %Y", (0.13, 0.05), "Inc.|Ltd.|Corp.", "Toronto, ON M5V 2T6|Halifax, NS B3J 1P3|Calgary, AB T2P 1J9", "{n} Queen St W|{n} Barrington St"),
    _c("MY", "en", "MYR", "RM {}|RM{}|{}|{}", ",.", "%d/%m/%Y|%d-%m-%Y|%d/%m/%y|%d %b %Y", (0.06,), "SDN BHD|SDN. BHD.|ENTERPRISE|TRADING", "47100 PUCHONG, SELANGOR|81100 JOHOR BAHRU|50450 KUALA LUMPUR|40000 SHAH ALAM, SELANGOR", "NO. {n}, JALAN SERI {m}|LOT {n}, JALAN BUKIT INDAH|{n}-G, JALAN TAMAN {m}/2"),
    _c("SG", "en", "SGD", "S${}|${}|SGD {}", ",.", "%d/%m/%Y|%d %b %Y|%d-%b-%Y", (0.09,), "Pte Ltd|Pte. Ltd.|LLP", "Singapore 188024|Singapore 049145", "{n} Beach Road #0{m}-12|Blk {n} Tampines Street {m}"),
    _c("IN", "en", "INR", "₹{}|₹ {}|Rs. {}|INR {}", "i.", "%d/%m/%Y|%d-%b-%Y|%d-%m-%Y", (0.18, 0.05), "Pvt Ltd|Private Limited|LLP", "Pune 411001|Bengaluru 560001|Jaipur 302001", "{n}, MG Road|Plot {n}, Sector {m}"),
    _c("DE", "de", "EUR", "{} €|{} €|{} EUR|EUR {}", ".,", "%d.%m.%Y|%-d. %B %Y|%d.%m.%y", (0.19, 0.07), "GmbH|GmbH & Co. KG|AG|e.K.|UG (haftungsbeschränkt)|KG|OHG", "50667 Köln|20095 Hamburg|01067 Dresden|80331 München|37073 Göttingen", "Lindenstraße {n}|Am Markt {n}|Hauptstr. {n}|Ringweg {n}"),
    _c("AT", "de", "EUR", "€ {}|{} €|EUR {}", ".,", "%d.%m.%Y|%-d. %B %Y", (0.2, 0.1), "GmbH|KG|OG", "1070 Wien|5020 Salzburg|8010 Graz", "Mariengasse {n}|Bahnhofplatz {n}"),
    _c("CH", "de", "CHF", "CHF {}|Fr. {}|{} CHF", "'.", "%d.%m.%Y|%-d. %B %Y", (0.081, 0.026), "AG|GmbH|Sàrl", "8001 Zürich|3011 Bern|6003 Luzern", "Seestrasse {n}|Dorfplatz {n}", 2, 0.05),
    _c("FR", "fr", "EUR", "{} €|{} €|{} EUR|{}€", " ,", "%d/%m/%Y|%-d %B %Y|%d-%m-%Y|%d.%m.%Y", (0.2, 0.1, 0.055), "SARL|SAS|SA|EURL|SASU", "69002 Lyon|44000 Nantes|13001 Marseille|75011 Paris", "{n} rue des Lilas|{n} avenue Jean Jaurès|{n} bd de la Gare"),
    _c("BE", "fr", "EUR", "{} €|€ {}", ".,", "%d/%m/%Y|%d-%m-%Y", (0.21, 0.06), "SPRL|SRL|SA", "4000 Liège|5000 Namur", "{n} rue du Pont|{n} place Verte"),
    _c("ES", "es", "EUR", "{} €|{} €|{} EUR|{}€", ".,", "%d/%m/%Y|%-d de %B de %Y|%d-%m-%Y", (0.21, 0.1), "S.L.|S.A.|SL|S.L.U.", "28013 Madrid|41004 Sevilla|46002 Valencia", "Calle Mayor {n}|C/ del Olmo {n}|Avda. del Puerto {n}"),
    _c("MX", "es", "MXN", "${}|$ {}|{} MXN", ",.", "%d/%m/%Y|%-d de %B de %Y", (0.16,), "S.A. de C.V.|S. de R.L.", "06700 Ciudad de México|44100 Guadalajara", "Av. Reforma {n}|Calle 5 de Mayo {n}"),
    _c("IT", "it", "EUR", "{} €|€ {}|EUR {}", ".,", "%d/%m/%Y|%-d %B %Y|%d-%m-%Y", (0.22, 0.1), "S.r.l.|S.p.A.|Srl|S.n.c.|S.a.s.", "20121 Milano|40121 Bologna|10121 Torino", "Via Roma {n}|Corso Italia {n}|Piazza Dante {n}"),
    _c("NL", "nl", "EUR", "€ {}|€ {}|EUR {}", ".,", "%d-%m-%Y|%-d %B %Y|%d/%m/%Y", (0.21, 0.09), "B.V.|BV|V.O.F.|N.V.", "3511 AB Utrecht|9711 CD Groningen|1012 EF Amsterdam", "Kerkstraat {n}|Dorpsweg {n}|Havenkade {n}"),
    _c("PT", "pt", "EUR", "{} €|{} €|EUR {}", ".,", "%d/%m/%Y|%d-%m-%Y|%-d de %B de %Y|%Y-%m-%d", (0.23, 0.13), "Lda.|S.A.|Unipessoal Lda", "1200-109 Lisboa|4000-322 Porto", "Rua das Flores, {n}|Av. da Liberdade, {n}"),
    _c("BR", "pt", "BRL", "R$ {}|R${}", ".,", "%d/%m/%Y|%-d de %B de %Y", (0.17,), "Ltda|S.A.|ME|EIRELI", "01310-100 São Paulo|80010-000 Curitiba", "Rua Augusta, {n}|Av. Brasil, {n}"),
    _c("PL", "pl", "PLN", "{} zł|{} PLN|{} zł", " ,", "%d.%m.%Y|%Y-%m-%d|%-d %B %Y|%d-%m-%Y", (0.23, 0.08), "Sp. z o.o.|S.A.|Spółka jawna", "00-042 Warszawa|31-019 Kraków|50-101 Wrocław", "ul. Długa {n}|ul. Polna {n}/{m}|al. Lipowa {n}"),
    _c("CZ", "cs", "CZK", "{} Kč|{} Kč|{} CZK", " ,", "%d.%m.%Y|%-d. %-m. %Y", (0.21, 0.12), "s.r.o.|a.s.|spol. s r.o.", "110 00 Praha 1|602 00 Brno|301 00 Plzeň", "Dlouhá {n}|Na Příkopě {n}|Nádražní {n}/{m}"),
    _c("SE", "sv", "SEK", "{} kr|{} SEK|{} kr", " ,", "%Y-%m-%d|%-d %B %Y", (0.25, 0.12), "AB|HB", "411 01 Göteborg|111 22 Stockholm|211 34 Malmö", "Storgatan {n}|Kungsgatan {n}|Hamnvägen {n}"),
    _c("DK", "da", "DKK", "{} kr.|{} DKK|kr. {}|DKK {}", ".,", "%d-%m-%Y|%d.%m.%Y|%-d. %B %Y", (0.25,), "ApS|A/S|I/S", "8000 Aarhus C|2100 København Ø|5000 Odense", "Vestergade {n}|Strandvejen {n}|Nørregade {n}"),
    _c("NO", "nb", "NOK", "{} kr|kr {}|NOK {}", " ,", "%d.%m.%Y|%Y-%m-%d", (0.25, 0.15), "AS|ASA|ENK", "0155 Oslo|5003 Bergen|7010 Trondheim", "Storgata {n}|Havnegata {n}|Kirkeveien {n}"),
    _c("FI", "fi", "EUR", "{} €|{} EUR|{} €", " ,", "%-d.%-m.%Y|%d.%m.%Y", (0.255, 0.14), "Oy|Oyj|Ky|Tmi", "00100 Helsinki|33100 Tampere|20100 Turku", "Mannerheimintie {n}|Kauppakatu {n}|Rantatie {n}"),
    _c("HU", "hu", "HUF", "{} Ft|{} Ft|{} HUF", " ,", "%Y.%m.%d.|%Y-%m-%d|%Y. %m. %d.", (0.27, 0.05), "Kft.|Zrt.|Bt.", "1052 Budapest|6720 Szeged|4024 Debrecen", "Kossuth utca {n}.|Petőfi tér {n}.|Fő út {n}.", 0, 1),
    _c("RO", "ro", "RON", "{} lei|{} RON|{} Lei", ".,", "%d.%m.%Y|%d/%m/%Y|%d-%m-%Y", (0.19, 0.09), "S.R.L.|SRL|S.A.", "010011 București|400001 Cluj-Napoca|300001 Timișoara", "Str. Unirii nr. {n}|Bd. Eroilor {n}"),
    _c("TR", "tr", "TRY", "{} TL|₺{}|{} ₺|{} TL", ".,", "%d.%m.%Y|%d/%m/%Y|%d-%m-%Y", (0.2, 0.1), "A.Ş.|Ltd. Şti.|San. ve Tic. A.Ş.", "34430 İstanbul|06420 Ankara|35220 İzmir", "Atatürk Cad. No: {n}|Cumhuriyet Sok. {n}/{m}"),
    _c("JP", "ja", "JPY", "¥{}|{}円|￥{}|¥{}", ",.", "%Y年%-m月%-d日|%Y/%m/%d|%Y-%m-%d|%Y年%m月%d日", (0.1,), "株式会社|有限会社|合同会社", "東京都千代田区丸の内|大阪府大阪市北区梅田|京都府京都市中京区", "{m}-{n}-2|{n}丁目{m}番", 0, 1),
]
BY_CODE = {country.code: country for country in COUNTRIES}


def number(country: Country, value: float, grouped: bool = True) -> str:
    """`1234.5` as the country prints it, with the currency's decimals."""
    text = f"{abs(value):.{country.decimals}f}"
    whole, _, cents = text.partition(".")
    if grouped:
        whole = _grouped(whole, country.group)
    sign = "-" if value < 0 else ""
    return sign + whole + (country.point + cents if cents else "")


def _grouped(whole: str, separator: str) -> str:
    if separator == "i":  # lakhs
        head, tail = whole[:-3], whole[-3:]
        pairs = []
        while head:
            pairs.insert(0, head[-2:])
            head = head[:-2]
        return ",".join([*pairs, tail])
    parts = []
    while len(whole) > 3:
        parts.insert(0, whole[-3:])
        whole = whole[:-3]
    return separator.join([whole, *parts])


def day(country: Country, value: date, form: str) -> str:
    names = MONTHS.get(country.language, MONTHS["en"]).split()
    name = names[value.month - 1]
    short = name[:3]
    fields = {"%d": f"{value.day:02}", "%-d": str(value.day), "%m": f"{value.month:02}",
              "%-m": str(value.month), "%Y": str(value.year), "%y": f"{value.year % 100:02}",
              "%B": name, "%b": short}
    for key in ("%-d", "%-m", "%d", "%m", "%Y", "%y", "%B", "%b"):
        form = form.replace(key, fields[key])
    return form


def street(country: Country, rng: Random) -> str:
    return rng.choice(country.streets).format(n=rng.randint(1, 240), m=rng.randint(1, 9))
