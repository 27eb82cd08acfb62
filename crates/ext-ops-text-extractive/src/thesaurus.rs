//! Words that go together, as data: an enum's `groceries` is recognised by `supermarket`.
//!
//! Every list is folded. A choice is expanded by each list that has one of its own words as head.

/// Heads (words of a choice's name), and the words of texts that speak for it.
pub(crate) const TOPICS: &[(&str, &str)] = &[
    (
        "groceries grocery supermarket food",
        "supermarket|groceries|grocery|pasar|mini market|minimarket|mini mart|minimart|mart|vegetables|vegetable|milk|bread|eggs|fruit|fish|cheese|rice|hypermarket|market|lebensmittel|supermarkt|edeka|rewe|aldi|lidl|tesco|aeon|carrefour|milch|brot|kase|gemuse|obst|frischkase|joghurt|supermarche|supermercado|seafood|sugar|flour|noodles|biscuits|cash carry|familymart|7 eleven|walmart|safeway|huile|nougat|kilo|fleisch",
    ),
    (
        "restaurant restaurants dining meals meal cafe food",
        "restaurant|restoran|cafe|coffee|kitchen|bistro|bar|grill|pizza|dine in|take away|takeaway|table|table no|pax|noodle|noodles|rice|chicken|tea|soup|curry|burger|beer|wine|drink|drinks|ice|goreng|nasi|mee|kopi|teh|menu|dessert|cheese|service charge|gastronomie|gaststatte|speisen|getranke|trinkgeld|waiter|guest|guests|boba|kuih|laksa|bean|steamed|fried|lunch|dinner|breakfast",
    ),
    (
        "travel transport transportation trip parking",
        "flight|airline|airport|train|taxi|uber|grab|rail|bus|ticket|parking|hotel|nights|check in|check out|booking|passenger|car rental|autovermietung|mietwagen|fahrzeug|kennzeichen|bahn|fahrkarte|fahrt|oepnv|verkehrsbetriebe|zug|mietrechnung|miettage|toll|boarding|lrt|mrt|metro|seat|departure|arrival|einzelfahrt|vol|billet|voyage|rapid",
    ),
    (
        "fuel petrol gas vehicle car",
        "petrol|diesel|fuel|litre|litres|liter|pump|shell|petronas|petron|esso|bp|aral|unleaded|ron95|tankstelle|benzin|super e10|gasoline|station service",
    ),
    (
        "lodging accommodation hotel",
        "hotel|room|nights|night|guest|check in|check out|stay|airbnb|hostel|zimmer|ubernachtung|resort",
    ),
    (
        "software subscription subscriptions saas cloud it hosting technology",
        "software|subscription|license|licence|licenses|saas|cloud|hosting|domain|server|api|users|per user|monthly plan|yearly plan|plan|renewal|workspace|jira|confluence|aws|web services|compute|data transfer|github|microsoft|adobe|online|impressionen|tarif|cookie consent|pro plan|app|apps|add on|seats|storage service|website|digital",
    ),
    (
        "utilities utility internet phone telecom electricity energy",
        "electricity|water|gas|power|energy|kwh|meter|internet|broadband|mobile|telephone bill|strom|wasser|heizung|stadtwerke|telekom|vodafone|fiber|fibre|freebox|forfait|abonnement|mbit|abwasser|betriebskosten|nebenkosten|heizkosten|utility|telecom|haut debit|adsl|ligne",
    ),
    (
        "office stationery supplies",
        "stationery|文具|paper|pen|toner|printer|ink|office|envelope|envelopes|folder|desk|buro|schreibwaren|papier|usb|memory card|microsdhc|keyboard|mouse|monitor|laptop|bookstore|photocopy|printing|label|marker|calculator|stapler",
    ),
    (
        "health medical pharmacy healthcare medicine",
        "pharmacy|farmasi|apotheke|clinic|doctor|dr|medical|medicine|tablet|tablets|capsule|capsules|hospital|dental|dentist|patient|face mask|vitamin|arzt|rezept|pharmacie|klinik|health|optical|syrup|ointment|praxis|physiotherapie",
    ),
    (
        "insurance",
        "insurance|versicherung|policy|premium|haftpflichtversicherung|privathaftpflicht|versicherungsbeitrag|assurance|insured|versicherer|versicherungsverein|beitragsrechnung",
    ),
    (
        "hardware household home maintenance tools diy",
        "hardware|tools|paint|screw|battery|cement|pipe|nails|bolt|plumbing|drill|cable|lamp|bulb|baumarkt|werkzeug|plate|tray|plastic|adaptor|timber|steel|amboss|kette|furniture|ikea|wall|glue|wire|tape|hammer",
    ),
    (
        "rent housing property",
        "rent|lease|tenant|landlord|miete|mieter|vermieter|grundbesitz|loyer|alquiler|wohnung|apartment|betriebskostenabrechnung|nebenkosten",
    ),
    (
        "clothing clothes fashion apparel",
        "clothing|shirt|shoes|dress|jeans|fashion|jacket|socks|size|apparel|kleidung|schuhe|hose",
    ),
    (
        "electronics",
        "memory card|laptop|phone|smartphone|usb|charger|cable|camera|headphones|monitor|electronics|microsdhc|tv|battery",
    ),
    (
        "entertainment leisure media",
        "cinema|movie|concert|ticket|game|games|theatre|netflix|spotify|museum|kino|streaming|music|book|books|toys",
    ),
    (
        "education training books",
        "course|training|school|university|tuition|seminar|book|books|learning|workshop|schulung|kurs|college|bookstore",
    ),
    (
        "shipping postage courier",
        "postage|courier|parcel|shipping|stamp|post office|dhl|ups|fedex|porto|pos laju",
    ),
    (
        "marketing advertising",
        "advertising|ads|campaign|marketing|seo|promotion|google ads|impressions|semrush|werbung",
    ),
    (
        "services professional consulting",
        "consulting|consultancy|service fee|professional|legal|lawyer|accounting|freelance|beratung|stunden|hours|honorar|dienstleistung",
    ),
    (
        "receipt",
        "receipt|領収書|領収証|cash|change|cashier|official receipt|thank you|please come again|kassenbon|quittung|bon|ticket|recu|payment received|resit|goods sold are not returnable|till|tunai|kassierer|paid|bill no|simplified tax invoice|pos no",
    ),
    (
        "invoice bill",
        "invoice|請求書|tax invoice|rechnung|facture|factura|fattura|factuur|faktura|invoice number|invoice no|invoice date|rechnungsnummer|due date|payment terms|bill to|iban|rechnungsdatum|zahlungsbedingungen|amount due|rechnungsnr|beitragsrechnung|zahlbetrag|handelsrechnung|mietrechnung|bank details|vat number",
    ),
    (
        "credit",
        "credit note|credit memo|gutschrift|rechnungskorrektur|rechnungs korrektur|avoir|nota de credito|nota di credito|creditnota|storno|stornorechnung|korrektur|refund|refunded",
    ),
    (
        "shipping shipment delivery notice dispatch parcel tracking",
        "shipped|shipment|out for delivery|tracking number|tracking|track your package|your package|delivered|delivery attempt|on its way|dispatched|sendungsnummer|sendung|zugestellt|zustellung|parcel|courier|paket|in consegna|spedito|arriving today|has been delivered|your parcel|expected delivery|track package|versandbestatigung|przesylka|paczka|colis|exception|pickup",
    ),
    (
        "order confirmation",
        "order confirmation|thank you for your order|we have received your order|order placed|auftragsbestatigung|bestellbestatigung|your order|confirmation de commande|confirmacion de pedido|conferma ordine|orderbevestiging|estimated delivery",
    ),
    (
        "newsletter marketing promotion",
        "unsubscribe|newsletter|view in browser|abbestellen|read more|subscribe|this week|forward to a friend|se desabonner|mailing list|latest news|special offer|shop now|sale ends|preferences|uitschrijven",
    ),
    (
        "statement",
        "statement|account statement|opening balance|closing balance|kontoauszug|statement period|previous balance|new balance|releve de compte|extracto|estratto conto|transactions|minimum payment",
    ),
    (
        "quote quotation offer estimate",
        "quotation|quote|offer|estimate|angebot|kostenvoranschlag|devis|presupuesto|preventivo|offerte|valid until",
    ),
    (
        "cash",
        "cash|現金|cash received|tunai|bar|barzahlung|bargeld|especes|efectivo|contanti|contant|gotowka|change due|change|cash tendered|ruckgeld",
    ),
    (
        "card credit debit",
        "card|クレシットカート|credit card|debit card|visa|mastercard|master card|amex|american express|maestro|girocard|ec karte|ec cash|kreditkarte|carte bancaire|tarjeta|carta di credito|kartenzahlung|card number|mastercard kreditkarte|visa card|debit|nets",
    ),
    (
        "transfer bank wire",
        "bank transfer|wire transfer|iban|bic|swift|uberweisung|uberweisen|virement|vir sepa|transferencia|bonifico|overboeking|przelew|bank account|bankverbindung|sort code|account number|sepa|online banking|konto|bankkonto",
    ),
    ("paypal", "paypal|pay pal"),
    (
        "apple google mobile wallet ewallet",
        "apple pay|google pay|e wallet|ewallet|touch n go|grabpay|grab pay|alipay|wechat pay|boost",
    ),
    (
        "debit lastschrift",
        "direct debit|lastschrift|sepa lastschrift|sepa lastschriftmandat|prelevement|domiciliacion|addebito diretto|automatische incasso|abbuchen|automatically charged",
    ),
    ("cheque check", "cheque|scheck|bank cheque"),
    ("voucher gift", "voucher|gift card|gutschein|coupon|bon cadeau"),
    (
        "positive happy satisfied praise",
        "great|thank you|love|excellent|happy|perfect|wonderful|pleased|good|satisfied|danke|merci",
    ),
    (
        "negative unhappy complaint angry",
        "bad|broken|complaint|disappointed|refund|terrible|angry|not working|worst|damaged|unacceptable|beschwerde|defekt",
    ),
    (
        "urgent high priority",
        "urgent|asap|immediately|as soon as possible|emergency|critical|dringend|sofort|deadline",
    ),
    (
        "spam phishing",
        "winner|lottery|viagra|click here|verify your account|free money|prize|bitcoin|act now|inheritance",
    ),
    ("paid settled", "paid|payment received|bezahlt|betaald|paye|pagado|pagato|change due|change"),
    (
        "meeting appointment event invitation",
        "meeting|agenda|calendar|invite|invitation|appointment|termin|schedule|conference",
    ),
];

/// Names of ways to pay, in the order in which they are asked for a free string.
pub(crate) const PAYMENTS: &[&str] = &[
    "PayPal",
    "mobile wallet",
    "card",
    "direct debit",
    "cash",
    "bank transfer",
    "cheque",
    "voucher",
];

/// Words that say nothing about a topic.
pub(crate) const STOP_WORDS: &str = "a an and any are as at be by can document documents email etc for from has have \
    in is it its mail message of on one or other others such text that the their this to was which who with without \
    und oder der die das den dem des ein eine fur von mit im ist als auf le la les un une et ou de du des en pour \
    el los las una y o con por para il lo gli e di da che het een van voor met not no if whether true false when kind \
    type category method value values goods items item new about";
