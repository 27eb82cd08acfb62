//! The label lexicon: what the words beside a value say about it, as data.
//!
//! Phrases are folded (see [`crate::fold`]); the longest phrase at a place wins, so that
//! `invoice total` is a total although `invoice` alone names an invoice.

mod further;

/// Meaning of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Concept {
    // Amounts.
    Total,
    AmountDue,
    Net,
    Tax,
    Given,
    Change,
    Rounding,
    Discount,
    Deposit,
    Shipping,
    Service,
    Amount,
    UnitPrice,
    Count,
    /// Modifier: tax is in it.
    Including,
    /// Modifier: tax is not in it.
    Excluding,
    // Dates.
    DocumentDate,
    DueDate,
    DeliveryDate,
    OrderDate,
    PaymentDate,
    PeriodDate,
    OtherDate,
    Date,
    // Parties.
    Seller,
    Buyer,
    /// Introduces the name inside a party block.
    Name,
    // Identifiers.
    DocumentNumber,
    OrderNumber,
    CustomerNumber,
    TaxNumber,
    OtherNumber,
    Phone,
    Email,
    Web,
    Iban,
    Currency,
    Payment,
    // Parts of a document.
    Item,
    /// Names the document itself: invoice, receipt.
    Title,
    Address,
    /// Heads the table of taxes by rate.
    TaxTable,
    /// Says nothing, but ends the reach of shorter phrases.
    Noise,
}

use Concept as C;

/// Returns concept, weight 0 to 1, and phrases separated by `|`.
pub(crate) fn phrases() -> impl Iterator<Item = &'static (Concept, f32, &'static str)> {
    PHRASES.iter().chain(further::PHRASES)
}

const PHRASES: &[(Concept, f32, &str)] = &[
    (
        C::Total,
        1.0,
        "合計|総計|総合計|合計金額|税込合計|請求金額|こ請求金額|御請求金額|請求額|お支払金額|お支払い金額|お買上計|お会計|領収金額|合计|总计|总额|grand total|invoice total|total amount due|total due|total to pay|total payable|amount payable|payable amount|total ttc|montant ttc|net a payer|montant total ttc|gesamtbetrag|rechnungsbetrag|rechnungsbeitrag|rechnungssumme|bruttosumme|bruttobetrag|gesamtbrutto|summe brutto|gesamtsumme|endsumme|endbetrag|rechnungsendbetrag|gesamtpreis|rechnungstotal|importe total|total factura|total a pagar|totale fattura|totale documento|totale da pagare|factuur totaal|totaalbedrag|totaal te betalen|te betalen bedrag|valor total|total geral|razem do zaplaty|wartosc brutto|kwota brutto|total rounded|rounded total|total after rounding|total after adj|total after adjustment|total after discount|net total rounded|total incl|total including|total inclusive|total with tax|order total|total for this invoice|total invoice|total price|gross total|total gross|gross amount|total net a payer|jumlah besar|jumlah keseluruhan|total amt payable|amt payable|total amt incl|total with gst|final total|total pembayaran",
    ),
    (
        C::Total,
        0.9,
        "total|totale|totaal|summe|gesamt|insgesamt|suma|razem|total amount|total amt|total sales|total sale|total bill|total charge|total charges|total payment|total paid|total amount paid|total charged|total rm|totals|jumlah|amount total|total cost|summa|totalt|yhteensa|i alt|celkem|osszesen|tl|ttl|total eur|total usd|montant total|total general|bill total|sum total|total value|total sgd|total myr|factuurbedrag|total purchase|gesamtbeitrag|paid total|amount charged|you paid|we charged|order amount|invoice amount|bill amount|charged amount|payment amount|montant facture|betrag gesamt|tot",
    ),
    (
        C::Total,
        0.6,
        "net total|nett total|total net|total nett|net amt|nett amt|net amount due|net payable|net pay|total brut|gross|nett|bill|sales total|sale total|sales amount",
    ),
    (
        C::AmountDue,
        0.85,
        "amount due|balance due|amount now due|balance|outstanding|amount outstanding|zahlbetrag|zu zahlen|zu zahlender betrag|restbetrag|offener betrag|faelliger betrag|falliger betrag|solde a payer|reste a payer|solde|montant a payer|a payer|importe a pagar|a pagar|saldo|da pagare|importo dovuto|te betalen|openstaand bedrag|te voldoen|valor a pagar|do zaplaty|pozostalo do zaplaty|residual|due|please pay|to pay|pay this amount|amount to pay|att betala|forfallent|a regler",
    ),
    (
        C::Net,
        1.0,
        "小計|税抜合計|税抜金額|小计|subtotal|sub total|subttl|sub ttl|sous total|zwischensumme|nettosumme|gesamtnetto|summe netto|nettobetrag|netto|total ht|montant ht|base imponible|imponibile|subtotale|subtotaal|wartosc netto|kwota netto|taxable|taxable amount|taxable value|taxable amt|net value|net amount|nettowert|warenwert|positionssumme|basisbetrag|grondslag|base ht|base|total base|total ex tax|ex tax|before tax|total before|amount before|delsumma|merchandise total|item total|items total|goods total|item subtotal|gross amt|amount excl|total excl|net",
    ),
    (
        C::Tax,
        1.0,
        "消費税|内消費税|消費税額|消費税等|内税|外税|税额|增值税|tax|taxes|vat|gst|hst|pst|qst|sst|cgst|sgst|igst|cst|sales tax|service tax|svr tax|tax amount|total tax|tax total|total taxes|total gst|total vat|mwst|ust|mehrwertsteuer|umsatzsteuer|steuer|steuerbetrag|mwst betrag|ust betrag|versicherungsteuer|versicherungssteuer|tva|montant tva|iva|cuota iva|imposta|imposte|impuestos|impuesto|btw|btw bedrag|podatek|kwota vat|moms|taxe|taxes et|consumption tax|gst amount|vat amount|gst payable|abgaben|igic|iva total",
    ),
    (
        C::Given,
        1.0,
        "お預り|お預かり|現金|现金|cash|cash received|cash tendered|cash paid|cash payment|tendered|amount tendered|tender|received|amount received|paid|payment|payments|tunai|bayaran|bar|barzahlung|gegeben|bargeld|especes|efectivo|entregado|contante|contanti|contant|gotowka|dinheiro|visa|mastercard|master card|master|credit card|debit card|debit|amex|american express|card|karte|kartenzahlung|girocard|ec karte|ec cash|maestro|carte|carte bancaire|cb|tarjeta|carta|pin|pinnen|betaald|kontant|nets|touch n go|e wallet|ewallet|visa card|credit|gift card|voucher|ecash|pembayaran|visa debit|amt tendered|amount paid|paid amount|cash amt|cash amount",
    ),
    (
        C::Change,
        1.0,
        "お釣り|お釣|おつり|找零|change|change due|cash change|change given|changes|baki|kembalian|ruckgeld|wechselgeld|zuruck|rendu|monnaie|monnaie rendue|cambio|vuelto|resto|wisselgeld|terug|reszta|troco|vaxel|your change|change amt|change amount|balance returned|total change",
    ),
    (
        C::Rounding,
        1.0,
        "rounding|rounding adj|rounding adjustment|round adj|round off|rounding off|rounding amount|rounding amt|rounded|rnd|rndg|rundung|arrondi|redondeo|arrotondamento|afronding|zaokraglenie|bill rounding|rounding diff|adj|round|total rounding|adjustment|pembundaran",
    ),
    (
        C::Discount,
        1.0,
        "割引|値引|値引き|discount|disc|discounts|total discount|total disc|you saved|savings|saving|saved|you save|total savings|total saving|rabatt|nachlass|skonto|abschlag|abschlage|gesamtbetrag der abschlage|remise|rabais|rem|descuento|sconto|korting|rabat|desconto|coupon|promotion|promo|less|diskaun|member discount|credits|sondernachlass|rabattbetrag",
    ),
    (
        C::Deposit,
        1.0,
        "deposit|advance|advance payment|prepaid|prepayment|anzahlung|anzahlungen|erhaltene anzahlungen|acompte|anticipo|acconto|aanbetaling|vooruitbetaald|zaliczka|payment received|payments received|payments credits|bereits gezahlt|less payments|amount credited|refund|refunded|already paid|previously paid|total deposit",
    ),
    (
        C::Shipping,
        1.0,
        "送料|shipping|shipping cost|shipping handling|freight|delivery fee|delivery charge|postage|versand|versandkosten|fracht|porto|frais de port|livraison|gastos de envio|envio|spedizione|verzendkosten|koszt dostawy|wysylka|frete|zuschlage|zuschlag|gesamtbetrag der zuschlage|shipping total|handling",
    ),
    (
        C::Service,
        1.0,
        "service charge|svc chg|svc charge|service chrg|serv charge|service chg|tip|gratuity|trinkgeld|pourboire|propina|mancia|fooi|charge|charges|fee|fees|total tip|service",
    ),
    (
        C::Amount,
        0.4,
        "amount|amt|betrag|montant|importe|importo|bedrag|kwota|valor|price|preis|prix|precio|prezzo|prijs|cena|preco|einzelpreis|value|sum|gesamtpreis netto|line total|cost",
    ),
    (
        C::UnitPrice,
        1.0,
        "単価|unit price|u price|s price|unit cost|rate|einzel|nettopreis|bruttopreis|prix unitaire|prix ht|precio unitario|prezzo unitario|stuckprijs|eenheidsprijs|price per|each|unit|pu|up|u p|rsp",
    ),
    (
        C::Count,
        1.0,
        "数量|qty|quantity|total qty|total quantity|item count|items|item s|no of items|total items|total item|total item s|menge|anzahl|stuck|stk|quantite|qte|cantidad|quantita|aantal|hoeveelheid|ilosc|quantidade|pcs|pax|points|point|total points|points earned|loyalty points|main item count|item count total|total no of items|total unit|hours|stunden|card no|card number|credit card number|pages|page|seite",
    ),
    (
        C::Including,
        1.0,
        "incl|inclusive|inclusive of|including|inkl|einschliesslich|enthaltene|enthalten|darin|brutto|ttc|incluido|incluida|inclusief|inclusa|incluso|includes|included|in it|tax inclusive|gst inclusive|incl gst|brutto|bruttobetrage|compris|comprise|inc",
    ),
    (
        C::Excluding,
        1.0,
        "excl|excluding|exclusive|exclusive of|exclude|ohne|ex|ht|hors|hors taxes|sin|exclusief|esclusa|senza|before|without|w o|bez|exempt|non taxable|zero rated|excluded",
    ),
    (
        C::DocumentDate,
        1.0,
        "発行日|請求日|領収日|取引日|お取引日|利用日|开票日期|invoice date|date of invoice|receipt date|bill date|date of issue|issue date|issued|date issued|issued on|date d emission|date de facture|date de la facture|date facture|facture du|rechnungsdatum|belegdatum|beleg datum|datum der rechnung|ausstellungsdatum|fecha de factura|fecha factura|fecha de emision|fecha emision|data fattura|data documento|data emissione|data di emissione|factuurdatum|factuur datum|data wystawienia|data de emissao|data da fatura|tax date|document date|doc date|trans date|transaction date|sale date|sales date|date of sale|purchase date|date of purchase|bizdate|biz date|business date|statement date|inv date|date time|date issue|rechnung vom|billed on|invoiced on|fakturadatum|quittungsdatum|kaufdatum|tarikh|tanggal",
    ),
    (
        C::Date,
        0.7,
        "日付|日時|日期|date|datum|fecha|data|dated|le|vom|on|dato|fait le|kelt|datum zeit|dt",
    ),
    (
        C::DueDate,
        1.0,
        "due date|date due|payment due|due on|due by|pay by|payable by|zahlbar bis|fallig am|fallig|falligkeit|falligkeitsdatum|zahlungsziel|fallig bis|date d echeance|echeance|a payer avant|date limite de paiement|date limite|payable avant le|fecha limite de pago|fecha limite|pagar antes del|da pagare entro|entro il|uiterlijk|spatestens|zahlbar spatestens|zaplacic do|data limite de pagamento|支払期限|お支払期限|fecha de vencimiento|vencimiento|scadenza|data scadenza|vervaldatum|uiterste betaaldatum|termin platnosci|data de vencimento|vencimento|due|must be paid by|payment deadline|payment terms|zahlbar|zahlbar innerhalb|netto bis|skonto|forfallsdatum|forfallodatum",
    ),
    (
        C::DeliveryDate,
        1.0,
        "delivery date|date of delivery|date of supply|supply date|ship date|shipped|shipped on|shipping date|dispatch date|delivered|delivered on|expected delivery|lieferdatum|leistungsdatum|liefer und leistungsdatum|liefer bzw leistungsdatum|leistungs datum|lieferschein datum|lieferschein|liefertermin|versanddatum|date de livraison|fecha de entrega|data di consegna|leverdatum|data sprzedazy|data dostawy|data de entrega|arriving|arrives|delivery|leistungszeitraum|ubergabe|ruckgabe",
    ),
    (
        C::OrderDate,
        1.0,
        "order date|date of order|ordered|ordered on|po date|bestelldatum|bestell datum|bestellung|bestellung vom|auftragsdatum|auftrag datum|date de commande|fecha de pedido|fecha del pedido|data ordine|besteldatum|orderdatum|data zamowienia|order placed|placed on|order",
    ),
    (
        C::PaymentDate,
        1.0,
        "payment date|date paid|paid on|date of payment|zahlungsdatum|bezahlt am|date de paiement|date de reglement|reglement|fecha de pago|data pagamento|betaaldatum|data platnosci|charged on|zahlung vom",
    ),
    (
        C::PeriodDate,
        1.0,
        "period|billing period|for the period|service period|zeitraum|abrechnungszeitraum|rechnungszeitraum|periode|periodo|okres|from|to|bis|von|until|since|between|au|du|through|valid until|gultig bis|summary for|start date|end date|period from|interval|subscription|seit|leistungszeitraum|lieferzeitraum|nutzungszeitraum|period of service|usage period|periode de facturation|periodo de facturacion|periodo di fatturazione|periodo di riferimento|対象期間|利用期間|こ利用期間|服务期间",
    ),
    (
        C::OtherDate,
        1.0,
        "date of birth|birthday|geburtsdatum|expiry|expires|expiry date|exp date|expiration|best before|printed|printed date|print date|printed on|version|member since|check in|check out|arrival|departure|anreise|abreise|valid|stylesheet|copyright|wef|effective|as of|stand",
    ),
    (
        C::Seller,
        1.0,
        "店名|会社名|発行者|販売者|販売元|請求元|加盟店名|seller|vendor|merchant|supplier|sold by|provided by|supplied by|services provided by|sold and shipped by|verkauft von|verkauf durch|vendu par|fourni par|vendido por|venduto da|verkocht door|from|issued by|issuer|service provider|provider|verkaufer|lieferant|anbieter|rechnungssteller|aussteller|leistungserbringer|vendeur|fournisseur|emetteur|vendedor|proveedor|emisor|venditore|fornitore|cedente|verkoper|leverancier|sprzedawca|wystawca|fornecedor|company|payee|zahlungsempfanger|biller|store|shop|retailer|restaurant|hotel|seller name|vendor name|merchant name|company name|billed by|business name|payable to|pay to|remit to|remit payment to|account name|kontoinhaber|firma|your order from|your order at|thank you for shopping at|receipt from|invoice from|purchase from|purchased from|payment to|order from",
    ),
    (
        C::Buyer,
        1.0,
        "宛名|宛先|お客様名|bill to|billed to|billing|billing address|billing contact|ship to|shipping address|shipped to|sold to|deliver to|delivery address|customer|customer name|client|buyer|purchaser|recipient|attn|attention|to|invoice to|licensed to|technical contact|contact person|kaufer|kunde|kundin|rechnung an|rechnungsadresse|rechnungsanschrift|rechnungsempfanger|lieferadresse|lieferanschrift|warenempfanger|empfanger|auftraggeber|leistungsempfanger|kaufer leistungsempfanger|client livre|acheteur|destinataire|adresse de livraison|adresse de facturation|factura a|cliente|comprador|destinatario|direccion de envio|direccion de facturacion|facturar a|cessionario|acquirente|spett le|indirizzo di spedizione|factuuradres|afleveradres|klant|koper|nabywca|odbiorca|comprador|prepared for|consignee|deliver|passenger|guest|guest name|mr|mrs|herr|herrn|frau|dear|hello|hi|member|cashier|salesperson|sales person|served by|server|waiter|kassierer|bediener|username|user|account holder|cardholder|cardholder s name|warehouse address|your name|name of customer",
    ),
    (C::Name, 0.6, "name|firmenname|nom|nombre|nome|naam|nazwa"),
    (
        C::DocumentNumber,
        1.0,
        "領収書番号|請求書番号|伝票番号|发票号码|invoice number|invoice no|invoice nr|invoice id|invoice|receipt number|receipt no|receipt id|receipt|bill number|bill no|document number|document no|doc no|inv no|tax invoice no|taxinvno|taxinv|rechnungsnummer|rechnungs nr|rechnungsnr|rechnung nr|rechnung|re nr|belegnummer|beleg nr|belegnr|numero de facture|facture n|n facture|facture|no facture|numero de factura|factura n|factura|numero fattura|fattura n|fattura|factuurnummer|factuur nr|factuur|numer faktury|faktura nr|faktura|fatura|numero da fatura|transaction id|transaction number|reference number|nr|number|no|numero|nummer|bill|quittung|slip no|check no|trans no",
    ),
    (
        C::OrderNumber,
        1.0,
        "注文番号|order number|order no|order id|order ref|po number|po no|purchase order|bestellnummer|bestell nr|auftragsnummer|auftrags nr|auftrag nr|numero de commande|commande|commande n|numero de pedido|pedido|numero ordine|ordine|bestelnummer|ordernummer|numer zamowienia|booking number|booking reference|confirmation number|buchungsnummer|reservation no",
    ),
    (
        C::CustomerNumber,
        1.0,
        "customer number|customer no|customer id|client number|account number|account no|account id|kundennummer|kunden nr|kundennr|numero client|numero de client|numero de cliente|codice cliente|klantnummer|klant nr|numer klienta|member id|member no|billing id|membership number",
    ),
    (
        C::TaxNumber,
        1.0,
        "登録番号|vat number|vat no|vat id|vat reg no|vat registration number|gst number|gst no|gst reg no|gst id|gst id no|gst registration no|tax id|tax number|tax no|abn|ein|gstin|ust id|ust idnr|ust id nr|umsatzsteuer id|steuernummer|steuer nr|tva intracommunautaire|n tva|numero de tva|nif|cif|partita iva|p iva|codice fiscale|btw nummer|btw nr|nip|tax registration|vat reg|gst reg|company reg no|co reg no|reg no|siret|siren|vat tin|service tax no|sst id|sst no|co no|company no",
    ),
    (
        C::OtherNumber,
        1.0,
        "serial|serial no|ref no|reference|ref|table|table no|counter|counter no|till|terminal|terminal id|pos|pos no|auth code|approval code|batch|trace|batch no|hrb|gln|code|article|art nr|artikelnummer|sku|tracking number|tracking no|sendungsnummer|zip|plz|cashier no|queue no|order no queue",
    ),
    (
        C::Phone,
        1.0,
        "電話|電話番号|phone|phone no|phone number|tel|telephone|telefon|tel no|tel fax|mobile|fax|fax no|telefax|hotline|telefono|telefoon|handphone|hp|customer care",
    ),
    (C::Email, 1.0, "email|e mail|mail|email address|correo|courriel"),
    (C::Web, 1.0, "website|web|url|homepage|internet|www|web site|site web|link"),
    (C::Iban, 1.0, "iban|bank account|kontonummer|bankverbindung|account iban"),
    (C::Currency, 1.0, "currency|currency code|iso 4217|wahrung|devise|moneda|valuta|waluta|moeda"),
    (
        C::Payment,
        1.0,
        "お支払方法|支払方法|お支払い方法|支払い方法|payment method|method of payment|paid with|paid by|payment type|payment mode|mode of payment|zahlungsart|zahlungsmethode|zahlweise|zahlung mit|bezahlt mit|mode de paiement|moyen de paiement|forma de pago|metodo de pago|metodo di pagamento|modalita di pagamento|betaalmethode|betaalwijze|sposob zaplaty|forma platnosci|forma de pagamento|payment details|means of payment|tender type",
    ),
    (
        C::Item,
        1.0,
        "品名|商品名|明細|摘要|item|item name|items ordered|description|product|products|article|artikel|bezeichnung|beschreibung|artikelbezeichnung|produkt|designation|libelle|descripcion|concepto|producto|descrizione|omschrijving|nazwa|opis|descricao|title|particulars|details|line items|positions|pos|positionen|position|artikelen|purchases|services|item description|goods",
    ),
    (
        C::Title,
        1.0,
        "領収書|領収証|請求書|tax invoice|simplified tax invoice|invoice summary|official receipt|cash receipt|sales receipt|cash bill|cash sales|cash sale|credit note|gutschrift|rechnungskorrektur|avoir|nota de credito|nota di credito|creditnota|retail invoices|order confirmation|auftragsbestatigung|packing slip|delivery note|statement|quotation|offer|angebot|thank you|welcome|page|duplicate|copy|kopie|original|visualisierung|guest check|bill of sale|resit|reprint|customer copy|merchant copy|mietrechnung|handelsrechnung|beitragsrechnung|beispiel rechnungen|proforma|summary",
    ),
    (
        C::TaxTable,
        1.0,
        "gst summary|tax summary|vat summary|sst summary|gst analysis|tax analysis|vat analysis|summary of gst|umsatzsteueraufschlusselung|steueraufschlusselung|umsatzsteuer aufschlusselung|btw specificatie|riepilogo iva|desglose iva|detail tva|taxable sales|gst rate",
    ),
    (
        C::Address,
        1.0,
        "address|street|road|avenue|ave|lane|boulevard|blvd|suite|floor|jalan|jln|lorong|taman|lot|strasse|str|platz|allee|rue|chemin|calle|via|piazza|straat|ulica|ul|rua|box|kampung|persiaran|bandar|lebuh|kawasan|seksyen|section|wisma|plaza|batu|selangor|kuala lumpur|johor|anschrift|adresse|direccion|indirizzo|adres",
    ),
    (
        C::Noise,
        1.0,
        "date format|total time|tax code|tax rate|vat rate|steuersatz|steuer nr|rate of exchange|exchange rate|due to|thank you for|all prices|prices are|price is|cash carry|change of|item s sold|tax invoice|capital|au capital|cash customer|cash bill|cash sales|cash sale|cashier|vat tin|due diligence|balance at|balance at days|price list|service provider|customer service|service tax no|mwst satz|ust satz|credit note|master agreement|direct debit",
    ),
    // Further languages: Scandinavian ones, Finnish, Czech, Hungarian, Romanian, Turkish; and words
    // that others lacked.
    (
        C::Total,
        1.0,
        "total incl of gst|total incl gst|total incl vat|total incl tax|total inclusive of gst|total inclusive of tax|total incl of vat|total incl of tax|total incl sst|att betala|summa att betala|totalbelopp|summa inkl moms|totalsumma|at betale|i alt inkl moms|belob i alt|a betale|belop a betale|sum inkl mva|maksettava yhteensa|maksettava|loppusumma|celkem k uhrade|celkem s dph|k uhrade|celkova castka|fizetendo|fizetendo osszesen|vegosszeg|brutto osszesen|total de plata|total general|total lei|de plata|genel toplam|odenecek tutar|vergiler dahil toplam tutar|suma pln|razem brutto|total con iva|total a pagar|montant a regler|total facture|totaal incl btw|total ttc eur",
    ),
    (C::Total, 0.9, "totalt|toplam|sum|suma|summa totalt"),
    (
        C::Net,
        1.0,
        "summa exkl moms|delsumma|i alt ekskl moms|sum eks mva|delsum|veroton yhteensa|valisumma|veroton|celkem bez dph|mezisoucet|zaklad dane|netto osszesen|reszosszeg|netto ertek|total fara tva|valoare neta|ara toplam|mal hizmet toplam tutari|matrah|razem netto|suma netto|subtotale|totale imponibile|sous total ht|net ht|total iliquido|base tributavel",
    ),
    (
        C::Tax,
        1.0,
        "moms|varav moms|heraf moms|mva|herav mva|alv|alv yhteensa|dph|castka dph|afa|afa osszege|kdv|hesaplanan kdv|topkdv|valoare tva|kwota vat|podatek vat|ptu|btw bedrag|total iva|totale iva|imposta",
    ),
    (
        C::AmountDue,
        0.85,
        "kvar att betala|restbelob|restbelop|avoinna|zbyva uhradit|fennmarado osszeg|rest de plata|kalan tutar|pozostalo do zaplaty|pendiente de pago|importe pendiente|nog te betalen|valor em divida|restant de plata|remaining balance",
    ),
    (
        C::Given,
        1.0,
        "kontanter|mottaget|hotovost|hotove|prijato|keszpenz|numerar|nakit|kateinen|gotowka|dinheiro|numerario|kreditkort|kontokort|bankkort|dankort|bankaxept|pankkikortti|kortti|bankkartya|platebni karta|karta platnicza|kredi karti|kart|kort|multibanco|cartao|pagamento elettronico|pagamento contante",
    ),
    (
        C::Change,
        1.0,
        "vaxel|veksel|byttepenge|vaihtoraha|takaisin|vraceno|vratit|visszajaro|para ustu|tilbage|tilbake",
    ),
    (
        C::Rounding,
        1.0,
        "oresavrundning|avrundning|afrunding|oreafrunding|avrunding|oreavrunding|pyoristys|zaokrouhleni|kerekites|rotunjire|yuvarlama",
    ),
    (
        C::Discount,
        1.0,
        "alennus|sleva|kedvezmeny|engedmeny|reducere|indirim|iskonto|du har sparat|rabatter totalt|du har sparet|rabat i alt|du har spart|rabatt totalt|saastit|alennukset yhteensa|usetrili jste|uspora|megtakaritas|on megtakaritott|ai economisit|economii|total reduceri|kazanciniz|tasarruf|toplam indirim|zaoszczedzono|oszczedzasz|rabaty lacznie|vous economisez|economies|ha ahorrado|ahorro|hai risparmiato|risparmio|u bespaart|uw voordeel|totaal voordeel|poupou|poupanca|sie sparen|gespart|ersparnis|saved today",
    ),
    (
        C::Deposit,
        1.0,
        "forskott|deposition|depositum|forudbetaling|forskudd|ennakkomaksu|zaloha|uhrazena zaloha|eloleg|befizetett eloleg|avans|avans platit|kapora|on odeme|acompte verse|acconto versato|a cuenta|sinal|adiantamento|deposit paid|wplacono|betalt|betaling modtaget|betaling mottatt|betalning mottagen",
    ),
    (
        C::Shipping,
        1.0,
        "frakt|fraktkostnad|fragt|forsendelse|toimituskulut|postikulut|doprava|postovne|szallitasi koltseg|cost livrare|kargo|kargo ucreti|bezorgkosten|portes|spese di spedizione|dostawa",
    ),
    (
        C::Service,
        1.0,
        "dricks|drikkepenge|tips|juomaraha|spropitne|borravalo|szervizdij|bacsis|bahsis|servis|napiwek|coperto|servizio|gorjeta|taxa de servico|suggested tip|サーヒス料",
    ),
    (
        C::Amount,
        0.4,
        "belopp|belob|belop|castka|osszeg|ertek|valoare|tutar|hinta|pris|cena|pret|fiyat|wartosc|rivisumma",
    ),
    (
        C::UnitPrice,
        1.0,
        "a pris|enhetspris|stk pris|yksikkohinta|a hinta|cena za kus|jedn cena|egysegar|netto egysegar|pret unitar|pret fara tva|birim fiyat|cena jedn|p unit",
    ),
    (
        C::Count,
        1.0,
        "antal|antall|maara|kpl|mnozstvi|pocet|mennyiseg|db|cantitate|cant|buc|miktar|adet|szt|uds|poang|bonuspoang|bonuspoeng|poeng|bonuspoints|bonus points|loyalty points|bonuspoint|pisteet|bonuspisteet|ziskane body|vernostni body|pontok|gyujtott pontok|puncte|puncte acumulate|puan|kazanilan puan|punkty|zebrane punkty|pontos|puntos|punti|punten|spaarpunten|punkte|bonuspunkte|points fidelite|points total|ホイント|今回ホイント|獲得ホイント",
    ),
    (
        C::DocumentDate,
        1.0,
        "laskun paivamaara|laskun pvm|datum vystaveni|vystaveno|szamla kelte|kiallitas datuma|data facturii|data emiterii|fatura tarihi|duzenleme tarihi|fakturadato|wystawiono dnia|kvitteringsdato|kuitin paivays|data de emissao|こ利用日",
    ),
    (C::Date, 0.7, "paivamaara|paivays|pvm|datum|kelt|tarih"),
    (
        C::DueDate,
        1.0,
        "forfallodag|forfaller|betalas senast|forfaldsdato|betales senest|forfalder|betalingsfrist|forfall|betales innen|erapaiva|maksettava viimeistaan|datum splatnosti|splatnost|splatne do|fizetesi hatarido|esedekesseg|data scadentei|scadenta|termen de plata|son odeme tarihi|vade|vade tarihi|platne do|te betalen voor",
    ),
    (
        C::DeliveryDate,
        1.0,
        "leveransdatum|leveringsdato|toimituspaiva|datum dodani|dodano|teljesites datuma|teljesites|data livrarii|teslim tarihi|sevk tarihi|datum uskutecneni plneni|utlevering",
    ),
    (
        C::OrderDate,
        1.0,
        "orderdatum|bestalld|ordredato|bestilt|tilauspaiva|tilattu|datum objednavky|objednano|rendeles datuma|megrendelve|data comenzii|comandat la|siparis tarihi|data zamowienia|zamowiono|data da encomenda|data do pedido|besteld op|ordinato il|commande le|bestellt am",
    ),
    (
        C::PeriodDate,
        1.0,
        "faktureringsperiod|faktureringsperiode|fakturaperiode|laskutuskausi|ajanjakso|obdobi|zuctovaci obdobi|idoszak|elszamolasi idoszak|perioada|perioada de facturare|donem|fatura donemi|okres rozliczeniowy|periodo di fatturazione|periodo de facturacion|periode de facturation|factuurperiode|leistungszeitraum|対象期間|こ利用期間",
    ),
    (
        C::Seller,
        1.0,
        "you paid|handler|saljs av|saljare|solgt af|saelger|solgt av|selger|myyja|dodavatel|prodavajici|prodejce|elado|szallito|vandut de|vanzator|furnizor|satici|satici firma|magaza|sprzedajacy|dostawca|vendido por|esercente|comercio|handlaren|zahlung an|paiement a|pago a|pagamento a|betaling aan|betaald aan|platnosc dla|zaplacono na rzecz|platba pro|betalning till|du har betalat till|betaling til|du har betalt til|maksu saajalle|fizetes reszere|plata catre|ai platit catre|odeme alicisi|paid to|you sent a payment to|sie haben eine zahlung gesendet an|sie haben bezahlt|vous avez envoye un paiement a|has enviado un pago a|has pagado a|hai inviato un pagamento a|hai pagato|je hebt betaald aan|enviou um pagamento a|wyslano platnosc do|du har skickat en betalning till|du har sendt en betaling til|お支払い先|支払先|販売店",
    ),
    (
        C::Buyer,
        1.0,
        "faktureras till|faktureringsadress|kund|leveransadress|levereras till|faktureres til|faktureringsadresse|leveringsadresse|leveres til|fakturaadresse|laskutusosoite|laskun saaja|asiakas|toimitusosoite|odberatel|zakaznik|dodaci adresa|vevo|szamlazasi cim|megrendelo|szallitasi cim|cumparator|facturat catre|adresa de livrare|alici|musteri|sayin|fatura adresi|teslimat adresi|adres dostawy|klient|faturar a|exmo sr|morada de entrega|endereco de entrega|intestatario|huesped|ospite|gast|gastname|hospede|gosc|vendeg|oaspete|misafir|vieras|gjest|お届け先|請求先",
    ),
    (
        C::DocumentNumber,
        1.0,
        "fakturanummer|fakturanr|laskun numero|laskunro|lasku|cislo faktury|faktura c|cislo dokladu|szamlaszam|szamla sorszama|sorszam|szamla|numar factura|factura nr|nr factura|fatura no|fatura numarasi|kvitto|kvittering|kuitti|uctenka|paragon|nyugta|blokk|bon fiscal|chitanta|fis|makbuz",
    ),
    (
        C::OrderNumber,
        1.0,
        "ordrenummer|ordre nr|order nr|tilausnumero|tilaus nro|cislo objednavky|objednavka c|rendelesszam|rendelesi szam|numar comanda|comanda nr|siparis no|siparis numarasi|nr zamowienia|zamowienie nr|numero da encomenda",
    ),
    (
        C::CustomerNumber,
        1.0,
        "kundnummer|kundnr|kundenummer|asiakasnumero|asiakasnro|cislo zakaznika|ugyfelszam|vevokod|cod client|numar client|musteri no|musteri numarasi|nr klienta",
    ),
    (
        C::TaxNumber,
        1.0,
        "momsreg nr|org nr|orgnr|cvr|cvr nr|y tunnus|alv tunnus|dic|ico|ic|adoszam|cui|vkn|vergi no|vergi dairesi|kvk|foretaksregisteret|nipc|cnpj|事業者登録番号",
    ),
    (C::Phone, 1.0, "tlf|tfn|puh|puhelin"),
    (
        C::Iban,
        1.0,
        "bankgiro|kontonummer|bankverbindung|pankkiyhteys|bankovni spojeni|bankszamla|cont bancar|banka bilgileri|rachunek bankowy|bank details|bankgegevens|dados bancarios|datos bancarios|coordinate bancarie|coordonnees bancaires|振込先|お振込先",
    ),
    (
        C::Item,
        1.0,
        "benamning|varetekst|varenavn|kuvaus|tuote|nimike|polozka|nazev|megnevezes|termek|denumire|produs|aciklama|urun|mal hizmet|nazwa towaru lub uslugi|omschrijving|artigo",
    ),
    (
        C::Title,
        1.0,
        "kassakvitto|orderbekraftelse|ordrebekraeftelse|ordrebekreftelse|tilausvahvistus|potvrzeni objednavky|rendeles visszaigazolas|confirmare comanda|siparis onayi|potwierdzenie zamowienia|conferma d ordine|confirmacion de pedido|confirmation de commande|bestelbevestiging|confirmacao de encomenda|paragon fiskalny|documento commerciale|factura simplificada|bestellbestatigung|kassenbon|ticket de caisse|お買上票",
    ),
    (
        C::Address,
        1.0,
        "utca|cadde|cad|sok|sokak|mahallesi|gatan|gata|veien|vej|gade|katu|namesti|ulice|bd|bulevardul|strada|avda|avenida|praca|corso|piazza|plein|kade|weg|丁目|番地",
    ),
    // Further words of the same languages.
    (
        C::Buyer,
        1.0,
        "invoiced to|invoice recipient|charged to|bought by|ordered by|client name|client details|customer details|customer information|buyer details|bill to name|delivered to|delivery to|ship to address|bill to address|recipient name|rechnung fur|lieferung an|besteller|kundenadresse|kundendaten|versand an|zu handen|lieferadresse kunde|rechnungsanschrift kunde|leistung an|datos del cliente|datos de facturacion|facturado a|enviar a|enviado a|domicilio de entrega|lugar de entrega|nombre del cliente|razon social del cliente|a la atencion de|receptor|adquirente|direccion de entrega|client facture|facture a|facturer a|livre a|livrer a|adresse du client|coordonnees client|vos coordonnees|a l attention de|nom du client|expedie a|fatturato a|fatturare a|spedito a|spedire a|indirizzo di fatturazione|indirizzo di consegna|consegnare a|alla cortese attenzione|spettabile|dati cliente|dati del cliente|committente|destinazione|ragione sociale cliente|gefactureerd aan|factureren aan|factuur aan|geleverd aan|leveren aan|bezorgadres|klantgegevens|uw gegevens|ter attentie van|besteld door|ontvanger|afnemer|faturado a|faturar para|faturado para|cobrado de|dados do cliente|enviar para|entregar a|exmos srs|tomador|tomador de servicos|nome do cliente|endereco de cobranca|endereco de faturamento|morada de faturacao|morada de envio|dane nabywcy|dane klienta|platnik|wysylka do|adres wysylki|adres nabywcy|zamawiajacy|faktura dla|kupujacy|odbiorca towaru|adres do faktury|fakturamottagare|betalare|bestallare|skickas till|mottagare|kopare|kundens namn|kunduppgifter|fakturamodtager|kober|modtager|betaler|sendes til|kundeoplysninger|bestilt af|kjoper|mottaker|faktura til|fakturamottaker|kundeopplysninger|leveringsadresse kunde|bestilt av|laskutettava|maksaja|tilaaja|vastaanottaja|ostaja|toimitetaan|asiakkaan nimi|asiakastiedot|fakturacni adresa|prijemce|kupujici|objednatel|dorucovaci adresa|fakturovat na|udaje o zakaznikovi|jmeno zakaznika|vasarlo|cimzett|vevo adatai|vevo neve|szamlafizeto|kezbesitesi cim|ugyfel|ugyfel neve|client cumparator|destinatar|adresa de facturare|date client|nume client|livrat catre|fatura edilen|teslim alan|sevk adresi|alici adi|musteri adi|musteri bilgileri|sayin musteri|こ請求先|送付先|配送先|納品先|納入先|お客様|会員名|こ注文者|請求先住所|お届け先住所|発送先",
    ),
    (
        C::Seller,
        1.0,
        "invoiced by|merchant details|seller details|seller information|supplier details|shop name|store name|business details|your provider|sold and fulfilled by|sold and delivered by|rechnungsersteller|ausgestellt von|ihr anbieter|verkauf und versand durch|verkauf und versand|zahlungsempfangerin|vertragspartner|leistender unternehmer|emitido por|datos del emisor|datos de la empresa|expedido por|establecimiento|vendido y enviado por|razon social|prestador|emis par|prestataire|vendu et expedie par|vendu et livre par|raison sociale|commercant|emesso da|prestatore|cedente prestatore|venduto e spedito da|ragione sociale|uitgegeven door|verkocht en verzonden door|gefactureerd door|bedrijfsnaam|emitente|vendido e entregue por|razao social|nome fantasia|estabelecimento|wystawil|wystawione przez|sprzedaz i wysylka|nazwa firmy|nazwa sprzedawcy|utfardad av|leverantor|saljs och levereras av|foretagsnamn|udstedt af|leverandor|virksomhed|utstedt av|firmanavn|laskuttaja|toimittaja|myyjan nimi|yrityksen nimi|vystavil|nazev firmy|obchodnik|kiallito|szamlat kiallitotta|szolgaltato|elado neve|kereskedo|emitent|emis de|comerciant|denumire firma|duzenleyen|satici adi|magaza adi|isletme adi|firma adi|発行元|こ請求元|店舗名|取扱店|お取扱店|販売店名|事業者名|加盟店",
    ),
    (
        C::Title,
        1.0,
        "receipt|invoice|recibo|ticket|ticket de compra|factura|scontrino|ricevuta|ricevuta fiscale|fattura|facture|recu|facturette|rechnung|quittung|beleg|kassenbeleg|barbeleg|bon|kassabon|kassaticket|factuur|fatura|fatura recibo|talao|nota fiscal|cupom fiscal|faktura|faktura vat|paragon|rachunek|kvitto|kvittering|salgskvittering|kassebon|bon nota|kassalapp|lasku|kuitti|prodejka|uctenka|danovy doklad|szamla|nyugta|blokk|bon fiscal|chitanta|makbuz|fis|e fatura|e arsiv fatura|bilgi fisi|こ請求書|御請求書|納品書|レシート|こ利用明細|こ利用明細書|お買上明細|売上票|領収書兼請求書|bill|tax receipt|till receipt|vat receipt|sales invoice|store copy|welcome to|vielen dank|merci|gracias|grazie|bedankt|obrigado|dziekujemy|tack|tak|takk|kiitos|dekujeme|koszonjuk|multumim|tesekkurler|ありかとうこさいました",
    ),
    (
        C::Total,
        0.95,
        "final amount|amount paid in total|total including tax|you pay|zahlungsbetrag|zu bezahlen|endpreis|rechnungsgesamtbetrag|gesamt inkl mwst|summe inkl mwst|total inkl mwst|montant regle|montant paye|total a payer|total regle|prix total|somme totale|importe final|importe pagado|total pagado|suma total|precio total|monto total|total con impuestos|total iva incluido|totale complessivo|totale pagato|importo pagato|prezzo totale|totale ordine|totale iva inclusa|importo totale|totale con iva|totaal betaald|totaalprijs|eindtotaal|factuurtotaal|betaald bedrag|totaal inclusief btw|valor pago|valor liquido|preco total|total com iva|total do pedido|total da encomenda|valor da compra|montante total|ogolem|kwota do zaplaty|lacznie|laczna kwota|suma brutto|kwota naleznosci|do zaplaty brutto|razem z vat|slutsumma|totalpris|att betala totalt|belopp att betala|totalt inkl moms|totalbelob|totalbelop|samlet pris|samlet belob|i alt at betale|a betale totalt|sluttsum|totalsum|total inkl moms|total inkl mva|totalt inkl mva|summa yhteensa|kokonaissumma|kokonaishinta|laskun summa|yhteensa sis alv|verollinen|verollinen yhteensa|cena celkem|celkova cena|suma celkem|k zaplaceni|castka celkem|celkem vc dph|celkem vcetne dph|castka k uhrade|fizetendo osszeg|teljes osszeg|mindosszesen|vegosszesen|brutto osszeg|suma totala|suma de plata|valoare totala|total cu tva|toplam tutar|odenen tutar|genel tutar|yekun|kdv dahil toplam|toplam odenecek|tahsilat tutari|odenecek toplam|お買上金額|こ利用金額|税込金額|決済金額|支払金額|お支払合計|こ請求合計|請求合計|合計 税込",
    ),
    (
        C::AmountDue,
        0.85,
        "amount still due|still to pay|left to pay|remaining|remaining amount|noch zu zahlen|verbleibender betrag|offen|montant restant|restant du|importe restante|resto por pagar|restante|rimanente|resto da pagare|saldo dovuto|resterend bedrag|em divida|restante a pagar|pozostala kwota|aterstaende|aterstar att betala|resterende belob|gjenstaende|jaljella|maksamatta|zbyva|doplatek|fennmarado|hatralek|rest de achitat|kalan|bakiye|差引請求額|残額|差額",
    ),
    (
        C::Deposit,
        1.0,
        "down payment|part payment|retainer|teilzahlung|vorauszahlung|abschlagszahlung|abzuglich anzahlung|versement|arrhes|pago a cuenta|senal|deposito|entrega a cuenta|caparra|anticipo versato|voorschot|aanbetaald|adiantamento pago|entrada|przedplata|wplata|forskottsbetalning|handpenning|delbetaling|forskudsbetaling|forhandsbetaling|kasiraha|zalohova platba|zaloha zaplacena|elolegfizetes|acont|avans achitat|on odeme tutari|pesinat|前受金|内金|手付金|頭金",
    ),
    (
        C::Net,
        1.0,
        "total excluding tax|total without tax|excluding vat|netto gesamt|summe netto eur|gesamt netto|total hors taxe|total hors taxes|montant hors taxe|total sin iva|importe sin iva|subtotal sin iva|total netto|totale netto|totale senza iva|importo netto|totaal excl btw|totaal exclusief btw|netto bedrag|total sem iva|valor liquido sem iva|valor sem iva|suma netto pln|razem netto pln|totalt exkl moms|netto belob|nettobelob|i alt uden moms|belob ekskl moms|nettobelop|sum uten mva|totalt uten mva|verollinen netto|nettosumma|veroton summa|celkem bez dane|cena bez dph|netto osszeg|osszesen netto|valoare fara tva|subtotal fara tva|kdv haric|kdv haric toplam|ara tutar|vergisiz tutar|税別合計|税抜|税抜額|税抜小計|小計 税抜|do zaplaty bez vat",
    ),
    (
        C::DocumentDate,
        1.0,
        "purchased on|sold on|rechnungsdatum vom|ausgestellt am|erstellt am|verkaufsdatum|date de vente|date d achat|etabli le|emise le|emis le|facture le|fecha de venta|fecha de compra|fecha de expedicion|emitida el|fecha del documento|data di vendita|data acquisto|data di acquisto|emesso il|data scontrino|aankoopdatum|factuurdatum d d|verkoopdatum|opgemaakt op|data da compra|data de venda|emitido em|data do documento|data da emissao|data paragonu|data zakupu|data faktury|inkopsdatum|kopdatum|kvittodatum|faktura datum|kobsdato|bilagsdato|udstedt|utstedt|kjopsdato|ostopaiva|kuitin paiva|laskutuspaiva|datum nakupu|datum prodeje|vystaveno dne|vasarlas datuma|bizonylat datuma|szamla datuma|kiallitva|data emiterii facturii|data achizitiei|data vanzarii|data documentului|satis tarihi|alisveris tarihi|belge tarihi|fis tarihi|購入日|お買上日|発行年月日|請求年月日|作成日|精算日|売上日",
    ),
    (
        C::OtherDate,
        1.0,
        "gedruckt|gedruckt am|druckdatum|imprime le|impreso|impreso el|stampato il|afgedrukt|impresso em|wydrukowano|utskriven|udskrevet|utskrevet|tulostettu|vytisteno|nyomtatva|tiparit|yazdirma tarihi|印刷日|出力日",
    ),
    (
        C::DueDate,
        1.0,
        "payable before|to be paid by|net due|zahlung bis|bitte zahlen bis|echeance le|reglement avant le|vence el|vence|pagar antes de|scade il|pagamento entro|betalen voor|vence em|pagar ate|platnosc do|zaplac do|oss tillhanda|betalningsdag|betales innen dato|betalingsdato|maksupaiva|uhradit do|fizetesi hatarnap|fizetendo eddig|plata pana la|odeme vadesi|odeme tarihi son|振込期限|お支払い期限|支払期日",
    ),
    (
        C::PeriodDate,
        1.0,
        "service dates|billing cycle|coverage|term|vertragszeitraum|rechnungsperiode|du au|periodo facturado|periodo de servicio|periodo fatturato|competenza|periode van|gefactureerde periode|periodo de faturacao|okres swiadczenia|okres uslugi|avser perioden|periode fra|palvelukausi|kausi|fakturacni obdobi|obdobi sluzby|teljesitesi idoszak|szolgaltatasi idoszak|perioada serviciului|hizmet donemi|donemi|契約期間|請求期間|期間",
    ),
    (
        C::TaxNumber,
        1.0,
        "vat registration|business number|ust nr|uid|uid nr|steuernr|tva fr|n siret|rcs|n i f|c i f|n i f cif|rfc|rut|ruc|p iva c f|cod fisc|c f|rea|btw id|kvk nr|ondernemingsnummer|no contribuinte|contribuinte|inscricao estadual|cnpj cpf|regon|krs|vat ue|momsregistreringsnummer|organisationsnummer|vat nr|se nr|cvr nummer|foretaksnummer|organisasjonsnummer|mva nr|ly tunnus|vat tunnus|kozossegi adoszam|cegjegyzekszam|reg com|cod fiscal|vergi kimlik no|mersis|ticaret sicil no|tckn|法人番号|適格請求書発行事業者|インホイス番号",
    ),
    (
        C::OrderDate,
        1.0,
        "注文日|こ注文日|発注日|受注日|order placed on|date ordered|date commandee|pedido el|pedido realizado el|encomendado em|pedido feito em|data zlozenia zamowienia|bestallningsdatum|bestilt den|tilauspaivamaara|objednano dne|megrendeles datuma|comandat pe|siparis verildi",
    ),
];
