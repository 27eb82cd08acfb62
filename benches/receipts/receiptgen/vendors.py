"""Made-up sellers, buyers and products."""
from dataclasses import dataclass
from random import Random

from .locales import Country

# Syllables make brands; ordinary words make shops called after things; names make craftsmen.
SYLLABLES = {
    "dev": "bra ven tor lim ka sol ne dri fa mo zen ri lux ta po qui fen dor al ge nu vi ro sta".split(),
    "test": "gro pel xa nim hu cor jo wi tes bel fy ram ole dun ki pra sco ul mer zo ban thi lef".split(),
}
WORDS = {
    "dev": "Anchor Maple Harbour Copper Lantern Willow Summit Velvet Orbit Pixel Juniper Granite Falcon Meadow Saffron Thimble Beacon Clover".split(),
    "test": "Notion Ember Cobalt Thistle Quarry Heron Paper Basalt Ripple Marble Otter Canopy Poppy Tundra Walnut Signal Acorn Prism".split(),
}
FIRST = {"dev": "Anna Peter Lucia Tom Marta Jonas Elena Karl Sofia Pierre".split(),
         "test": "Nora Henrik Giulia Paul Irena Mateo Clara Oskar Ines Luc".split()}
LAST = {"dev": "Berger Novak Rossi Larsen Moreau Kowalski Silva Becker Hughes Toth".split(),
        "test": "Winter Dvorak Bianchi Nilsen Girard Mazur Costa Vogel Palmer Szabo".split()}
JA = {"dev": "青葉 山本 北星 さくら 富士見 大和 若松 みどり 緑風 海月".split(),
      "test": "白川 田中 朝日 もみじ 高嶺 桜井 竹中 あおい 銀河 月光".split()}
JA_KIND = {"shop": "商店 マート 書店 電器".split(), "food": "食堂 珈琲店 寿司 ラーメン".split(),
           "service": "工業 システム サービス 電力".split(), "hotel": ["ホテル", "旅館"], "fuel": ["石油"]}
KIND_WORDS = {
    "en": {"shop": "Hardware Market Books Stores Outfitters Mart", "food": "Cafe Kitchen Grill Diner Bakery", "service": "Systems Energy Consulting Studio Labs Hosting", "hotel": "Hotel Inn Lodge", "fuel": "Fuels Petrol Oil"},
    "de": {"shop": "Markt Buchhandlung Elektro Baumarkt Drogerie", "food": "Bäckerei Gasthaus Café Wirtshaus", "service": "Systeme Energie Beratung Software Stadtwerke", "hotel": "Hotel Pension", "fuel": "Tankstelle Energie"},
    "fr": {"shop": "Librairie Marché Quincaillerie Boutique", "food": "Boulangerie Bistrot Café Brasserie", "service": "Conseil Énergie Services Informatique", "hotel": "Hôtel Auberge", "fuel": "Station Pétroles"},
    "es": {"shop": "Ferretería Librería Mercado Supermercados", "food": "Cafetería Restaurante Panadería Bar", "service": "Servicios Energía Consultores Sistemas", "hotel": "Hotel Hostal", "fuel": "Gasolinera Carburantes"},
    "it": {"shop": "Ferramenta Libreria Mercato Supermercati", "food": "Trattoria Pizzeria Caffè Panificio", "service": "Servizi Energia Consulenza Sistemi", "hotel": "Hotel Albergo", "fuel": "Carburanti Petroli"},
    "nl": {"shop": "Winkel Boekhandel Bouwmarkt Markt", "food": "Bakkerij Eetcafé Restaurant", "service": "Diensten Energie Advies Hosting", "hotel": "Hotel Herberg", "fuel": "Tankstation"},
    "pt": {"shop": "Mercado Livraria Ferragens Loja", "food": "Padaria Restaurante Café Pastelaria", "service": "Serviços Energia Consultoria Sistemas", "hotel": "Hotel Pousada", "fuel": "Combustíveis Posto"},
    "pl": {"shop": "Sklep Księgarnia Market Drogeria", "food": "Piekarnia Restauracja Kawiarnia Bar", "service": "Usługi Energia Systemy Doradztwo", "hotel": "Hotel Pensjonat", "fuel": "Stacja Paliw"},
    "cs": {"shop": "Obchod Knihkupectví Potraviny Drogerie", "food": "Pekárna Restaurace Kavárna", "service": "Služby Energie Systémy", "hotel": "Hotel Penzion", "fuel": "Čerpací stanice"},
    "sv": {"shop": "Butik Bokhandel Livs Järn", "food": "Bageri Restaurang Kafé Krog", "service": "Tjänster Energi Konsult System", "hotel": "Hotell", "fuel": "Bensin"},
    "da": {"shop": "Butik Boghandel Marked Isenkram", "food": "Bageri Restaurant Café Kro", "service": "Service Energi Rådgivning Systemer", "hotel": "Hotel Kro", "fuel": "Tank"},
    "nb": {"shop": "Butikk Bokhandel Marked Jernvare", "food": "Bakeri Restaurant Kafé Kro", "service": "Tjenester Energi Rådgivning Systemer", "hotel": "Hotell", "fuel": "Bensin"},
    "fi": {"shop": "Kauppa Kirjakauppa Rauta Tavaratalo", "food": "Leipomo Ravintola Kahvila", "service": "Palvelut Energia Konsultointi", "hotel": "Hotelli", "fuel": "Huoltoasema"},
    "hu": {"shop": "Bolt Könyvesbolt Áruház Vaskereskedés", "food": "Pékség Étterem Kávézó Cukrászda", "service": "Szolgáltató Energia Tanácsadó", "hotel": "Hotel Panzió", "fuel": "Benzinkút"},
    "ro": {"shop": "Magazin Librărie Market Farmacie", "food": "Brutărie Restaurant Cafenea", "service": "Servicii Energie Consulting Sisteme", "hotel": "Hotel Pensiunea", "fuel": "Benzinărie"},
    "tr": {"shop": "Market Kitabevi Mağazası Nalbur", "food": "Lokantası Fırını Kafe Restoran", "service": "Hizmetleri Enerji Danışmanlık Yazılım", "hotel": "Otel Pansiyon", "fuel": "Petrol"},
}
PRODUCTS = {
    "en": {"shop": "Desk lamp|USB cable 2 m|Notebook A5|Steel screws 4x40|Cordless drill|Garden hose|Paint white 5 l|Batteries AA", "food": "Flat white|Club sandwich|Soup of the day|Burger|House salad|Croissant|Mineral water|Fish and chips", "service": "Consulting hours|Cloud hosting Pro plan|Design of landing page|Monthly subscription|Website maintenance|Support package", "fuel": "Unleaded 95|Diesel"},
    "de": {"shop": "Schreibtischlampe|USB-Kabel 2 m|Notizbuch A5|Schrauben 4x40|Akkuschrauber|Gartenschlauch|Wandfarbe 5 l|Batterien AA", "food": "Milchkaffee|Schnitzel|Tagessuppe|Apfelschorle|Käsespätzle|Croissant|Mineralwasser|Brezel", "service": "Beratung Stunden|Cloud-Hosting Paket M|Gestaltung Webseite|Monatsabo|Wartung der Webseite|Supportpaket", "fuel": "Super E10|Diesel"},
    "fr": {"shop": "Lampe de bureau|Câble USB 2 m|Carnet A5|Vis acier 4x40|Perceuse|Tuyau d'arrosage|Peinture blanche 5 l|Piles AA", "food": "Café crème|Croque-monsieur|Soupe du jour|Salade verte|Croissant|Eau minérale|Steak frites|Tarte aux pommes", "service": "Heures de conseil|Hébergement Pro|Création de page|Abonnement mensuel|Maintenance du site|Forfait assistance", "fuel": "SP95|Gazole"},
    "es": {"shop": "Lámpara de mesa|Cable USB 2 m|Cuaderno A5|Tornillos 4x40|Taladro|Manguera|Pintura blanca 5 l|Pilas AA", "food": "Café con leche|Bocadillo|Sopa del día|Ensalada|Cruasán|Agua mineral|Tortilla|Menú del día", "service": "Horas de consultoría|Alojamiento web Pro|Diseño de página|Suscripción mensual|Mantenimiento web|Soporte", "fuel": "Gasolina 95|Gasóleo"},
    "it": {"shop": "Lampada da tavolo|Cavo USB 2 m|Quaderno A5|Viti 4x40|Trapano|Tubo da giardino|Vernice bianca 5 l|Pile AA", "food": "Caffè|Panino|Zuppa del giorno|Insalata|Cornetto|Acqua minerale|Pizza margherita|Tiramisù", "service": "Ore di consulenza|Hosting Pro|Progetto pagina web|Abbonamento mensile|Manutenzione sito|Assistenza", "fuel": "Benzina|Gasolio"},
    "nl": {"shop": "Bureaulamp|USB-kabel 2 m|Notitieboek A5|Schroeven 4x40|Boormachine|Tuinslang|Verf wit 5 l|Batterijen AA", "food": "Koffie verkeerd|Tosti|Soep van de dag|Salade|Croissant|Spa blauw|Uitsmijter|Appeltaart", "service": "Adviesuren|Hosting Pro|Ontwerp website|Maandabonnement|Onderhoud website|Supportpakket", "fuel": "Euro 95|Diesel"},
    "pt": {"shop": "Candeeiro|Cabo USB 2 m|Caderno A5|Parafusos 4x40|Berbequim|Mangueira|Tinta branca 5 l|Pilhas AA", "food": "Café|Sandes mista|Sopa do dia|Salada|Pastel de nata|Água mineral|Bacalhau|Bifana", "service": "Horas de consultoria|Alojamento Pro|Design de página|Assinatura mensal|Manutenção do site|Suporte", "fuel": "Gasolina 95|Gasóleo"},
    "pl": {"shop": "Lampka biurkowa|Kabel USB 2 m|Notes A5|Wkręty 4x40|Wiertarka|Wąż ogrodowy|Farba biała 5 l|Baterie AA", "food": "Kawa biała|Kanapka|Zupa dnia|Sałatka|Rogalik|Woda mineralna|Pierogi ruskie|Szarlotka", "service": "Godziny doradztwa|Hosting Pro|Projekt strony|Abonament miesięczny|Utrzymanie strony|Pakiet wsparcia", "fuel": "Pb95|Olej napędowy"},
    "cs": {"shop": "Stolní lampa|Kabel USB 2 m|Sešit A5|Vruty 4x40|Vrtačka|Hadice|Barva bílá 5 l|Baterie AA", "food": "Káva s mlékem|Sendvič|Polévka dne|Salát|Rohlík|Minerální voda|Guláš|Štrúdl", "service": "Hodiny poradenství|Hosting Pro|Návrh stránky|Měsíční předplatné|Údržba webu|Podpora", "fuel": "Natural 95|Nafta"},
    "sv": {"shop": "Skrivbordslampa|USB-kabel 2 m|Anteckningsbok|Skruv 4x40|Borrmaskin|Slang|Färg vit 5 l|Batterier AA", "food": "Kaffe latte|Smörgås|Dagens soppa|Sallad|Kanelbulle|Mineralvatten|Köttbullar|Räksmörgås", "service": "Konsulttimmar|Webbhotell Pro|Design av sida|Månadsabonnemang|Underhåll|Support", "fuel": "Bensin 95|Diesel"},
    "da": {"shop": "Skrivebordslampe|USB-kabel 2 m|Notesbog|Skruer 4x40|Boremaskine|Haveslange|Maling hvid 5 l|Batterier AA", "food": "Caffe latte|Smørrebrød|Dagens suppe|Salat|Croissant|Danskvand|Frikadeller|Æblekage", "service": "Konsulenttimer|Hosting Pro|Design af side|Månedsabonnement|Vedligeholdelse|Support", "fuel": "Blyfri 95|Diesel"},
    "nb": {"shop": "Skrivebordslampe|USB-kabel 2 m|Notatbok|Skruer 4x40|Drill|Hageslange|Maling hvit 5 l|Batterier AA", "food": "Kaffe latte|Smørbrød|Dagens suppe|Salat|Kanelbolle|Farris|Kjøttkaker|Eplekake", "service": "Konsulenttimer|Hosting Pro|Design av side|Månedsabonnement|Vedlikehold|Support", "fuel": "Bensin 95|Diesel"},
    "fi": {"shop": "Pöytälamppu|USB-kaapeli 2 m|Muistikirja|Ruuvit 4x40|Porakone|Puutarhaletku|Maali 5 l|Paristot AA", "food": "Maitokahvi|Voileipä|Päivän keitto|Salaatti|Pulla|Vichy|Lihapullat|Omenapiirakka", "service": "Konsultointitunnit|Palvelintila Pro|Sivun suunnittelu|Kuukausitilaus|Ylläpito|Tuki", "fuel": "95 E10|Diesel"},
    "hu": {"shop": "Asztali lámpa|USB kábel 2 m|Füzet A5|Csavar 4x40|Fúrógép|Locsolótömlő|Festék fehér 5 l|Elem AA", "food": "Tejeskávé|Szendvics|Napi leves|Saláta|Kifli|Ásványvíz|Gulyás|Rétes", "service": "Tanácsadás óra|Tárhely Pro|Weboldal terv|Havi előfizetés|Karbantartás|Támogatás", "fuel": "95-ös benzin|Gázolaj"},
    "ro": {"shop": "Lampă birou|Cablu USB 2 m|Caiet A5|Șuruburi 4x40|Bormașină|Furtun|Vopsea albă 5 l|Baterii AA", "food": "Cafea cu lapte|Sandviș|Supa zilei|Salată|Croissant|Apă minerală|Sarmale|Plăcintă", "service": "Ore consultanță|Găzduire Pro|Design pagină|Abonament lunar|Mentenanță|Suport", "fuel": "Benzină 95|Motorină"},
    "tr": {"shop": "Masa lambası|USB kablo 2 m|Defter A5|Vida 4x40|Matkap|Bahçe hortumu|Beyaz boya 5 l|Pil AA", "food": "Türk kahvesi|Tost|Günün çorbası|Salata|Simit|Maden suyu|Köfte|Baklava", "service": "Danışmanlık saati|Barındırma Pro|Sayfa tasarımı|Aylık abonelik|Bakım|Destek", "fuel": "Kurşunsuz 95|Motorin"},
    "ja": {"shop": "デスクライト|USBケーブル|ノート A5|ネジセット|電動ドリル|ホース|ペンキ 5L|単三電池", "food": "コーヒー|サンドイッチ|日替わり定食|サラダ|パン|ミネラルウォーター|カレーライス|ケーキ", "service": "コンサルティング|ホスティング|ページ制作|月額利用料|保守費用|サポート", "fuel": "レギュラー|軽油"},
}


@dataclass(frozen=True)
class Vendor:
    name: str
    kind: str
    domain: str
    street: str
    city: str
    phone: str
    tax_id: str
    branch: str


def brand(rng: Random, part: str) -> str:
    count = rng.choice((2, 2, 3))
    return "".join(rng.choice(SYLLABLES[part]) for _ in range(count)).capitalize()


def vendor(rng: Random, part: str, country: Country, kind: str) -> Vendor:
    from .locales import street
    name = _japanese(rng, part, kind, country) if country.language == "ja" else _latin(rng, part, kind, country)
    ascii_name = "".join(c for c in _plain(name).lower() if c.isascii() and c.isalnum())
    stem = ascii_name[: rng.choice((8, 12, 18))] or brand(rng, part).lower()
    ending = {"US": "com", "GB": "co.uk", "AU": "com.au", "BR": "com.br", "JP": "co.jp"}.get(country.code, country.code.lower())
    phone = f"0{rng.randint(10, 99)} {rng.randint(100, 999)} {rng.randint(1000, 9999)}"
    return Vendor(name, kind, f"{stem}.{ending}", street(country, rng), rng.choice(country.cities), phone,
                  f"{country.code}{rng.randint(10**8, 10**9 - 1)}", f"{rng.randint(2, 999):03}")


def _plain(name: str) -> str:
    import unicodedata
    return unicodedata.normalize("NFKD", name.replace("ł", "l").replace("ø", "o").replace("ß", "ss").replace("ı", "i"))


def _japanese(rng, part, kind, country) -> str:
    core = rng.choice(JA[part]) + rng.choice(JA_KIND[kind])
    form = rng.choice((*country.forms, "", ""))
    return rng.choice((form + core, core + form)) if form else core


def _latin(rng, part, kind, country) -> str:
    kinds = KIND_WORDS[country.language][kind].split()
    style = rng.choice(("brand", "brand_form", "brand_kind", "word", "word_kind", "person", "person_form", "initials", "caps"))
    word = rng.choice(kinds)
    base = brand(rng, part)
    form = rng.choice(country.forms)
    person = f"{rng.choice(FIRST[part])} {rng.choice(LAST[part])}"
    name = {
        "brand": base,
        "brand_form": f"{base} {form}",
        "brand_kind": f"{base} {word} {form}",
        "word": f"{rng.choice(WORDS[part])} & {rng.choice(WORDS[part])}",
        "word_kind": f"{rng.choice(WORDS[part])} {word}",
        "person": person if kind == "service" else f"{word} {person.split()[1]}",
        "person_form": f"{person} {form}",
        "initials": f"{base[:2].upper()}{rng.choice('BKMT')} {word} {form}",
        "caps": f"{base} {word}".upper(),
    }[style]
    if country.code == "MY":
        name = name.upper()
    return name


def person(rng: Random, part: str, country: Country) -> str:
    if country.language == "ja":
        return rng.choice("佐藤 鈴木 高橋 伊藤 渡辺".split()) + " " + rng.choice("健 由美 翔 恵 誠".split())
    return f"{rng.choice(FIRST[part])} {rng.choice(LAST[part])}"


def products(rng: Random, country: Country, kind: str, count: int) -> list[str]:
    kind = {"hotel": "service"}.get(kind, kind)
    known = PRODUCTS[country.language][kind].split("|")
    return [rng.choice(known) for _ in range(count)]
