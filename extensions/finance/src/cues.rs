//! The words that tell receipts from other emails, as data: folded phrases (see [`crate::text`]) of
//! the common languages.

use crate::text::Phrases;

/// Names of documents that ask for money or confirm that it was paid.
pub(crate) const TITLE: Phrases = "invoice|invoices|e invoice|tax invoice|receipt|receipts|e receipt|sales receipt|cash receipt|official receipt|payment receipt|cash bill|cash sale|cash sales|credit note|billing statement|payment confirmation|proof of purchase|proof of payment|booking invoice|your bill|bill is ready|guest check|\
rechnung|rechnungen|rechnungsbeleg|rechnungskorrektur|gutschriftsanzeige|stornorechnung|quittung|kassenbon|kassenbeleg|kaufbeleg|zahlungsbeleg|zahlungsbestatigung|teilrechnung|schlussrechnung|handelsrechnung|mietrechnung|beitragsrechnung|betriebskostenabrechnung|nebenkostenabrechnung|\
facture|factures|facturette|recu|recu de paiement|ticket de caisse|note d honoraires|confirmation de paiement|\
factura|facturas|recibo|recibo de compra|ticket de compra|justificante de pago|comprobante de pago|boleta|\
fattura|fatture|ricevuta|ricevuta fiscale|scontrino|conferma di pagamento|\
factuur|facturen|kassabon|betaalbewijs|aankoopbewijs|betalingsbevestiging|\
fatura|faturas|fatura recibo|nota fiscal|comprovante de pagamento|comprovativo de pagamento|\
faktura|faktury|faktura vat|paragon|rachunek|potwierdzenie platnosci|dowod zakupu|\
kvitto|kvittering|kvittens|fakturan|orderkvitto|lasku|kuitti|arve|saskaita|rekins|\
uctenka|danovy doklad|szamla|nyugta|factura fiscala|bon fiscal|chitanta|racun|raqam|\
e fatura|fis|makbuz|dekont|kassakvitto|salgskvittering|kassebon|bilgi fisi|bon de caisse|justificatif de paiement|documento commerciale|factura simplificada|cupom fiscal|beleg|kassabon|resit|invois|kwitansi|struk|hoa don|bien lai|\
領収書|領収証|請求書|レシート|ご請求|納品請求書|发票|發票|收据|收據|账单|帳單|영수증|청구서|계산서|счет фактура|счет|кассовый чек|квитанция|электронный чек|рахунок|фактура|касова бележка|τιμολογιο|αποδειξη|فاتورة|חשבונית|קבלה|ใบเสรจ|ใบแจงหนี|\
bill of sale|sale receipt|fee receipt|rental invoice|final invoice|simplified invoice|vat invoice|commercial invoice|till receipt|kassenzettel|kassenquittung|barquittung|kaufbestatigung|zahlungsnachweis|facture acquittee|ticket de vente|preuve d achat|preuve de paiement|nota de venta|comprobante de compra|comprobante fiscal|factura de venta|factura electronica|recibo de pago|documento di vendita|fattura elettronica|scontrino fiscale|prova d acquisto|kwitantie|nota di credito|nota de credito|creditfactuur|btw factuur|kassaticket|aankoopbevestiging|talao|talao de venda|fatura simplificada|recibo de pagamento|nota fiscal eletronica|nota de compra|rachunek uproszczony|potwierdzenie zakupu|kopbekraftelse|betalningsbekraftelse|betalingsbekreftelse|betalingsbekraeftelse|kobsbekraeftelse|kjopsbekreftelse|faktura kvittering|kobsnota|salgsbilag|ostokuitti|kassakuitti|maksukuitti|maksuvahvistus|laskut|prodejka|pokladni doklad|doklad o zaplaceni|potvrzeni platby|potvrzeni o platbe|blokk|vasarlasi bizonylat|fizetesi visszaigazolas|bizonylat|egyszerusitett szamla|chitanta fiscala|confirmare de plata|dovada platii|odeme onayi|odeme makbuzu|satis fisi|perakende satis fisi|e arsiv fatura|お買上票|お買い上げ明細|お買上明細|売上票|納品書兼領収書|\
αποδειξη λιανικησ πωλησησ|разписка|fiskalni racun|faktur|faktur pajak|bukti pembayaran|phieu thu|ใบเสรจรับเงิน|ใบกำกับภาษี|חשבונית מס|ايصال|reikningur|kvittun|solunota|квитанція|\
ceks|kvits|kviitung|\
فاتورة ضريبية|فاکتور|صورتحساب";

/// Phrases with a title's word that name no such document; taken out before titles are looked for.
pub(crate) const NOT_A_TITLE: Phrases = "read receipt|return receipt|delivery receipt|upon receipt|on receipt|after receipt|receipt of goods|receipt of the goods|receipt of this|receipt of your|acknowledge receipt|confirm receipt|in receipt of|invoice address|invoice to|invoice can|invoice will|your invoice can be|invoice software|invoice template|invoicing|send invoices|rechnungsadresse|rechnung an|auf rechnung|rechnung tragen|in rechnung|adresse de facturation|facture a|direccion de facturacion|dichiarazione dei redditi|without receipt|no receipt|receipt required|keep your receipt|keep the receipt|original receipt|with receipt|got the receipt|have the receipt|lost the receipt|rechnung finden sie|rechnung konnen sie";

/// Order confirmations: weaker than a title.
pub(crate) const ORDER: Phrases = "ihre spende|deine spende|votre don|su donacion|tu donacion|la tua donazione|je donatie|uw donatie|sua doacao|twoja darowizna|din gava|η παραγγελια|την παραγγελια|הזמנתך|אישור הזמנה|замовлення|ваша поездка|за поездку|order confirmation|your order|thank you for your order|thanks for your order|order receipt|order summary|your purchase|thank you for your purchase|thanks for your purchase|you paid|your payment|payment to|booking confirmation|your booking|your trip|your ride|ride receipt|donation|bestellbestatigung|auftragsbestatigung|ihre bestellung|deine bestellung|ihr einkauf|dein einkauf|ihre zahlung|deine zahlung|buchungsbestatigung|ihre buchung|fahrkarte|confirmation de commande|votre commande|votre achat|votre paiement|votre reservation|confirmacion de pedido|tu pedido|su pedido|tu compra|su compra|tu pago|su pago|conferma ordine|conferma d ordine|il tuo ordine|il tuo acquisto|il tuo pagamento|orderbevestiging|je bestelling|uw bestelling|je aankoop|uw aankoop|je betaling|uw betaling|confirmacao de pedido|confirmacao de encomenda|sua compra|seu pedido|seu pagamento|potwierdzenie zamowienia|twoje zamowienie|twoj zakup|orderbekraftelse|din bestallning|ordrebekreftelse|ordrebekraeftelse|tilauksesi|potvrzeni objednavky|siparisiniz|\
vielen dank fur ihre bestellung|danke fur ihre bestellung|merci pour votre commande|gracias por tu pedido|gracias por su pedido|grazie per il tuo ordine|bedankt voor je bestelling|bedankt voor uw bestelling|obrigado pelo seu pedido|obrigado pela sua encomenda|dziekujemy za zamowienie|tack for din bestallning|tack for din order|tak for din ordre|tak for din bestilling|takk for din bestilling|din bestilling|din ordre|bedankt voor uw bezoek|vielen dank fur ihren einkauf|danke fur ihren einkauf|merci pour votre achat|gracias por su compra|gracias por tu compra|grazie per il tuo acquisto|tak for dit kob|tack for ditt kop|takk for handelen|tilausvahvistus|kiitos tilauksestasi|dekujeme za objednavku|vase objednavka|rendeles visszaigazolas|koszonjuk a rendel*|confirmare comanda|comanda ta|multumim pentru comanda|siparis onayi|siparisiniz icin|\
zahlung an|sie haben bezahlt|paiement a|vous avez paye|vous avez envoye un paiement|pago a|has pagado|has enviado un pago|pagamento a|hai pagato|hai inviato un pagamento|betaling aan|je hebt betaald|u hebt betaald|enviou um pagamento|voce pagou|platnosc dla|zaplacono na rzecz|betalning till|du har betalat|betaling til|du har betalt|maksu saajalle|maksoit|platba pro|zaplatili jste|fizetes reszere|plata catre|ai platit|odeme yapildi|お支払い先|支払先|ご注文|お買い上げ|ご購入|注文確認|订单确认|订单|訂單|주문|заказ|\
your receipt from|order placed|order received|thank you for your business|thank you for shopping|thank you for your payment|thanks for your payment|payment received|payment successful|payment complete|payment confirmed|payment sent|you sent a payment|you ve paid|you have paid|paid to|your subscription|subscription confirmation|renewal confirmation|bestelleingang|bestellubersicht|kaufbestatigung|danke fur deinen einkauf|danke fur deine bestellung|vielen dank fur deine bestellung|vielen dank fur deinen einkauf|zahlung erhalten|ihr abo|dein abo|sie haben eine zahlung|du hast bezahlt|merci de votre commande|merci de votre achat|recapitulatif de commande|recapitulatif de votre commande|merci pour vos achats|paiement recu|paiement effectue|votre abonnement|vous avez regle|confirmacion del pedido|confirmacion de compra|confirmacion de tu pedido|resumen del pedido|pago recibido|pago realizado|tu suscripcion|su suscripcion|has realizado un pago|conferma dell ordine|conferma del tuo ordine|riepilogo ordine|riepilogo dell ordine|grazie per l ordine|grazie per l acquisto|pagamento ricevuto|pagamento effettuato|il tuo abbonamento|bestelbevestiging|bestellingsbevestiging|orderoverzicht|besteloverzicht|bedankt voor je aankoop|bedankt voor uw aankoop|bedankt voor de bestelling|betaling ontvangen|je hebt een betaling|u hebt een betaling|u heeft betaald|confirmacao do pedido|confirmacao da encomenda|confirmacao de compra|resumo do pedido|resumo da encomenda|obrigado pela sua compra|obrigada pela sua compra|obrigado pela compra|obrigado pela preferencia|agradecemos a sua encomenda|agradecemos a sua compra|agradecemos a sua preferencia|pagamento recebido|pagou a|dziekujemy za zakup|dziekujemy za zakupy|dziekujemy za twoje zamowienie|podsumowanie zamowienia|przyjecie zamowienia|wyslano platnosc|platnosc otrzymana|bestallningsbekraftelse|tack for ditt inkop|tack for bestallningen|betalning mottagen|du har skickat en betalning|ordrebekraftelse|bestillingsbekreftelse|bestillingsbekraeftelse|tak for din handel|tak for handlen|tak for ordren|takk for kjopet|takk for din ordre|takk for ordren|takk for bestillingen|betaling mottatt|betaling modtaget|du har sendt en betaling|tilauksen vahvistus|tilauksen yhteenveto|varausvahvistus|kiitos ostoksestasi|kiitos ostoksistasi|kiitos tilauksesta|maksu vastaanotettu|lahetit maksun|dekujeme za vasi objednavku|dekujeme za nakup|dekujeme za vas nakup|shrnuti objednavky|prijeti objednavky|platba prijata|odeslali jste platbu|koszonjuk megrendeles*|koszonjuk a vasarlas*|koszonjuk hogy nalunk vasarolt|megrendeles visszaigazolasa|rendeles osszesito|fizetes megerkezett|on fizetett|kifizetes cimzettje|confirmarea comenzii|confirmare de comanda|multumim pentru cumparaturi|multumim pentru achizitie|va multumim pentru comanda|sumarul comenzii|plata primita|ai trimis o plata|siparisiniz icin tesekkurler|siparisiniz alindi|siparis ozeti|alisverisiniz icin tesekkurler|odemeniz alindi|odeme alicisi|ご注文ありがとう*|お支払い|決済完了|\
η παραγγελια σασ|ευχαριστουμε για την παραγγελια|вашата поръчка|благодарим за поръчката|vasa narudzba|hvala na narudzbi|hvala na kupnji|pesanan anda|terima kasih atas pesanan|terima kasih atas pembelian|don hang cua ban|cam on ban da dat hang|cam on ban da mua|คำสังซือของคุณ|ขอบคุณสำหรับการสังซือ|ההזמנה שלך|תודה על הזמנתך|תודה על הקנייה|طلبك|شكرا لطلبك|شكرا لشرائك|pontun thin|takk fyrir pontunina|takk fyrir vidskiptin";

/// Words of receipts that mean other things as well: weaker than an order.
pub(crate) const MAYBE: Phrases = "ticket|bon|note|your visit|your stay|your trip|thanks for riding|thank you for|thanks for|votre visite|votre sejour|su visita|tu visita|gracias por|la sua visita|grazie per|uw bezoek|je bezoek|sua visita|dziekujemy|danke fur|ihr besuch|ihren besuch|tack for|tak for|takk for|kiitos|dekujeme|koszonjuk|multumim|tesekkur*|ありがとうございま*|merci de votre|merci pour|merci et|bedankt voor|bedankt en|vielen dank fur ihren|vielen dank fur deinen|obrigado pel*|obrigada pel*|\
order details|order number|tickets|booking|reservation|itinerary|bestellung|auftrag|buchung|reservierung|fahrschein|commande|achat|billet|pedido|pedidos|compra|reserva|billete|entrada|ordine|acquisto|prenotazione|biglietto|bestelling|aankoop|reservering|boeking|encomenda|zamowienie|zamowienia|zakup|zakupy|rezerwacja|bestallning|order|kop|bokning|ordre|kob|kjop|bestilling|tilaus|ostos|ostokset|varaus|objednavka|objednavky|nakup|rezervace|rendeles|vasarlas|foglalas|megrendeles|comanda|cumparatura|rezervare|siparis|siparisi|alisveris*|rezervasyon|注文|購入";

/// Endings of the names of bills in languages that join words: `Stromrechnung`, `elregning`.
const BILL_ENDINGS: [&str; 10] = [
    "rechnung",
    "rechnungen",
    "rakning",
    "rakningen",
    "regning",
    "regningen",
    "faktura",
    "fakturan",
    "fakturaen",
    "factuur",
];

/// Endings of words that are no bills although they end like some: `Lohnabrechnung`.
const NO_BILL_ENDINGS: [&str; 25] = [
    "abrechnung",
    "abrechnungen",
    "anrechnung",
    "aufrechnung",
    "berechnung",
    "berechnungen",
    "umrechnung",
    "verrechnung",
    "zurechnung",
    "hochrechnung",
    "verlustrechnung",
    "schussrechnung",
    "erfolgsrechnung",
    "kostenrechnung",
    "proformarechnung",
    "proformarechnungen",
    "proformafaktura",
    "proformafakturan",
    "proformafactuur",
    "avrakning",
    "berakning",
    "afregning",
    "avregning",
    "beregning",
    "utregning",
];

/// Returns whether a word is the name of some bill, as `Stromrechnung` is.
pub(crate) fn is_bill(word: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    ends(&BILL_ENDINGS) && !ends(&NO_BILL_ENDINGS)
}

/// Labels of an invoice's number that have no word of a title.
pub(crate) const TITLE_NUMBER: Phrases = "rechnungsnummer|rechnungs nr|rechnungsnr|factuurnummer|factuurnr|fakturanummer|fakturanr|laskunumero|laskun numero|szamlaszam";

/// Sentences by which an email says that it is a receipt.
pub(crate) const IS_A_RECEIPT: Phrases = "is your receipt|as your receipt|is your donation receipt|as a receipt for|serves as a receipt|serves as receipt|dient als quittung|gilt als quittung|dient als zahlungsbeleg|tient lieu de recu|vaut recu|fait office de recu|sirve como recibo|sirve de recibo|vale come ricevuta|serve como recibo|geldt als betaalbewijs";

/// Labels of dates and sums that a title's word is a part of.
pub(crate) const TITLED_LABEL: Phrases = "invoice date|date of invoice|invoice dated|receipt date|invoice total|total invoice|invoice amount|invoice due|bill to|rechnung vom|date de facture|date facture|date de la facture|total facture|montant facture|fecha de factura|fecha factura|fecha de la factura|total factura|importe factura|data fattura|data della fattura|totale fattura|factuur datum|factuur totaal|data da fatura|data fatura|total da fatura|data faktury|faktura datum|laskun paivamaara|laskun pvm|lasku pvm|datum faktury|szamla kelte|szamla datuma|data facturii|fatura tarihi";

/// Labels of the sum to pay.
pub(crate) const TOTAL: Phrases = "donation amount|gift amount|spendenbetrag|montant du don|importe de la donacion|importo della donazione|total|totals|net amt|nett amt|net amount|total amt|amt payable|bill amount|bill total|totale|totaal|totaalbedrag|grand total|total paid|amount due|amount paid|amount payable|amount charged|amount to pay|balance due|order total|payment amount|you paid|net total|nett total|sum total|total amount|to pay|charged|\
summe|gesamt|gesamtbetrag|gesamtsumme|gesamtpreis|endbetrag|endsumme|rechnungsbetrag|rechnungssumme|bruttobetrag|zahlbetrag|zu zahlen|insgesamt|betrag|\
montant|montant total|net a payer|a payer|total ttc|importe|importe total|a pagar|importo|importo totale|da pagare|te betalen|bedrag|valor|valor total|suma|razem|do zaplaty|lacznie|kwota|\
summa|totalt|att betala|i alt|belob|belop|a betale|yhteensa|maksettava|celkem|k uhrade|osszesen|fizetendo|fizetve|vegosszeg|sum|sum inkl mva|belop a betale|at betale|i alt inkl moms|totalbelopp|summa inkl moms|factuurbedrag|loppusumma|de plata|ukupno|toplam|tutar|genel toplam|jumlah|amaun|tong cong|\
合計|総計|お買上計|請求金額|お支払い|ご請求金額|税込|总计|合计|總計|总额|应付|实付|합계|총액|결제금액|итого|всего|к оплате|сумма|разом|до сплати|общо|συνολο|πληρωτεο|المجموع|الاجمالي|סה כ|รวม|ยอดรวม|\
total incl|total price|total cost|total due|final total|invoice total|invoice amount|amount total|gross|gross total|gross amount|you pay|paid amount|sum due|outstanding amount|brutto|bruttosumme|gesamtbrutto|gesamt brutto|summe brutto|endpreis|rechnungstotal|rechnungsendbetrag|zahlungsbetrag|zu bezahlen|gezahlt|belastet|restbetrag|offener betrag|montant ttc|montant regle|montant paye|montant du|total a payer|total regle|total facture|solde a payer|reste a payer|prix total|somme|importe a pagar|importe final|importe pagado|importe pendiente|total factura|total pagado|suma total|precio total|monto total|monto|valor pago|valor a pagar|valor liquido|preco total|totale fattura|totale documento|totale ordine|totale complessivo|totale pagato|importo pagato|importo da pagare|prezzo totale|te voldoen|totaal betaald|totaalprijs|eindtotaal|factuurtotaal|openstaand bedrag|nog te betalen|betaald bedrag|wartosc brutto|kwota brutto|razem brutto|suma brutto|ogolem|do zaplacenia|kwota do zaplaty|zaplacono|naleznosc|slutsumma|totalpris|summa att betala|att betala totalt|belopp att betala|kvar att betala|totalsumma|totalbelop|totalbelob|samlet|samlet pris|i alt at betale|sum a betale|a betale totalt|sluttsum|restbelob|restbelop|betalt belop|betalt belob|maksettava yhteensa|summa yhteensa|kokonaissumma|kokonaishinta|laskun summa|maksettu|avoinna|celkova castka|celkem k uhrade|cena celkem|celkova cena|suma celkem|k zaplaceni|zbyva uhradit|castka celkem|zaplaceno celkem|uhrazeno|brutto osszesen|osszeg|fizetendo osszeg|fizetendo osszesen|teljes osszeg|mindosszesen|total de plata|total general|suma totala|suma de plata|valoare totala|rest de plata|odenecek tutar|toplam tutar|odenen tutar|genel tutar|kalan tutar|vergiler dahil|yekun|お買上金額|請求額|お支払金額|お支払い金額|ご利用金額|領収金額|税込金額|税込合計|お会計|決済金額|支払金額|\
γενικο συνολο|συνολικο ποσο|обща сума|сума за плащане|всичко за плащане|общо за плащане|za platiti|ukupan iznos|sveukupno|za placilo|skupaj|total bayar|total tagihan|total belanja|tong tien|tong thanh toan|thanh toan|ยอดรวมทังสิน|ยอดชำระ|ยอดสุทธิ|รวมทังสิน|לתשלום|סך הכל|המחיר הכולל|المبلغ الاجمالي|المبلغ المستحق|اجمالي|samtals|heildarupphaed|til greidslu|heildarverd|загальна сума|всього|\
kopa|kopa apmaksai|summa apmaksai|apmaksai|kopsumma|kokku|tasuda|kokku tasuda|\
جمع کل|مبلغ قابل پرداخت|مبلغ کل";

/// Words about taxes.
pub(crate) const TAX: Phrases = "tax|taxes|vat|gst|hst|pst|sst|cgst|sgst|igst|sales tax|vat no|abn|mwst|ust|mehrwertsteuer|umsatzsteuer|versicherungsteuer|versicherungssteuer|ustid|ust id|ust idnr|steuernummer|tva|ttc|ht|iva|cif|nif|p iva|partita iva|imponibile|btw|moms|mva|alv|dph|afa|ptu|nip|podatek|kdv|ppn|dic|消費税|内税|外税|税|增值税|부가세|ндс|пдв|ддс|φπα|ضريبة|\
i v a|t v a|n i f|n i p c|c i f|b t w|a b n|p t u|topkdv|mwst nr|vat id|tax id|tva intracommunautaire|nipc|cnpj|numero iva|rut|rfc|regon|orgnr|org nr|cvr|cvr nr|y tunnus|adoszam|cui|vkn|vergi|vergi no|vergi dairesi|kvk|ico|ic|登録番号|事業者登録番号|消費税額|内消費税|\
αφμ|еик|pdv|oib|ddv|pajak|npwp|thue|gtgt|ma so thue|ภาษี|מע מ|الرقم الضريبي|vsk|virdisaukaskattur|kennitala|єдрпоу|\
pvn|kaibemaks|\
مالیات";

/// Words about how it was or is to be paid.
pub(crate) const PAID: Phrases = "abgebucht|abbuchung|buchen wir|buchen den betrag|addebito|addebito diretto|debito direto|domiciliacion|domiciliacion bancaria|adeudo|incasso|autogiro|avtalegiro|betalingsservice|suoramaksu|pagaste|pagaste con|оплата|карткою|paid|cash|change|change due|card|visa|mastercard|master card|amex|american express|maestro|paypal|apple pay|google pay|debit|credit card|tendered|payment method|payment terms|due date|pay by|iban|bic|bank transfer|direct debit|ending in|rounding|rounding adj|tunai|baki|\
bezahlt|bar|gegeben|ruckgeld|kartenzahlung|girocard|ec karte|kreditkarte|lastschrift|uberweisung|uberweisen|zahlbar|zahlungsziel|fallig|zahlungsart|\
paye|payee|reglee|regle|espece|carte|carte bancaire|cb|especes|virement|prelevement|echeance|mode de paiement|\
pagado|efectivo|tarjeta|transferencia|vencimiento|forma de pago|pagato|contanti|carta|bonifico|scadenza|pagamento|\
betaald|pin|contant|overschrijving|vervaldatum|pago|cartao|dinheiro|multibanco|zaplacono|gotowka|karta|przelew|termin platnosci|blik|\
betald|kort|kontant|betalt|swish|vipps|maksettu|kortti|zaplaceno|hotove|kartou|kartya|keszpenz|platit|numerar|nakit|kredi karti|odendi|kontanter|kontanten|tillbaka|vaxel|bankkort|kontokort|kortkop|dankort|bankaxept|byttepenge|veksel|tilbage|tilbake|bankkartya|visszajaro|pankkikortti|kateinen|vaihtoraha|hotovost|platebni karta|vraceno|reszta|para ustu|card bancar|troco|vuelto|cambio|resto|rendu|wisselgeld|pinnen|\
現金|お預り|お釣り|クレジット|支払方法|现金|支付宝|微信支付|找零|현금|카드|наличные|картой|оплачено|безналичными|μετρητα|καρτα|\
payment|payment received|paid in full|paid with|netto|zahlungsbedingungen|zahlung|ueberweisung|reglement|a reception|tarjeta de credito|pago al contado|pago a|condiciones de pago|condizioni di pagamento|betaaltermijn|betaling|cartao de credito|pronto pagamento|pagamento a|termin|platnosc|betalning|betalingsfrist|betalingsbetingelser|forfaller|forfalder|forfallodag|betalas senast|maksuehto|maksu|erapaiva|eraantyy|splatnost|platba|fizetes|fizetesi|plata|scadenta|odeme|vade|arrondi|redondeo|arrotondamento|afronding|arredondamento|rundung|avrundning|oresavrundning|afrunding|avrunding|pyoristys|zaokrouhleni|zaokraglenie|kerekites|rotunjire|yuvarlama|お支払条件|支払条件|お支払い|カード|\
πληρωθηκε|в брой|платено|банкова карта|gotovina|kartica|placeno|placano|dibayar|lunas|kartu kredit|tien mat|da thanh toan|chuyen khoan|เงินสด|ชำระแลว|บัตรเครดิต|โอนเงิน|מזומן|שולם|אשראי|نقدا|مدفوع|بطاقة|greitt|reidufe|greidslukort|готівка";

/// Words for how an amount beside them was paid: `CASH 100.00` on a receipt that prints no total.
pub(crate) const SETTLED: Phrases = "paid|amount paid|paid by|paid with|cash|cash tendered|cash received|tendered|visa|mastercard|amex|debit card|credit card|\
bezahlt|gegeben|bar|kartenzahlung|girocard|ec karte|regle|reglee|regle par|paye|payee|paye par|espece|especes|carte bancaire|\
pagado|efectivo|tarjeta|pagato|contanti|carta|betaald|contant|pin|zaplacono|gotowka|karta|pago|dinheiro|multibanco|betalt|kontant|kontanter|kort|bankkort|kontokort|dankort|bankaxept|kortti|pankkikortti|kateinen|bankkartya|kartya|keszpenz|hotovost|hotove|platebni karta|numerar|nakit|kredi karti|tunai|クレジット|現金|お預り|现金|현금|наличные|\
card|kredit|kreditkarte|ec|girokarte|carte|cb|tarjeta de credito|tarjeta de debito|carta di credito|bancomat|creditcard|betaalpas|cartao|cartao de credito|cartao de debito|karta platnicza|kreditkort|betalkort|maksukortti|luottokortti|kreditni karta|bankkartyaval|kart|bayaran";

/// Words that tills print around a purchase.
pub(crate) const TILL: Phrases = "thank you|thank you for shopping|thanks|check|chk|cashier|till|terminal|table|server|register|auth|auth code|approved|approval|pos|\
vielen dank|danke|kasse|kassierer|kassiererin|bediener|es bediente|tisch|bon|merci|caisse|caissier|serveur|gracias|caja|cajero|mesa|grazie|cassa|tavolo|operatore|\
bedankt|dank u|kassa|tafel|obrigado|obrigada|caixa|dziekujemy|kasjer|kasa|tack|takk|tak|kasserer|kiitos|dekujeme|pokladna|pokladni|koszonjuk|kassza|multumim|casa|hvala|blagajna|tesekkurler|kasiyer|terima kasih|juruwang|cam on|\
レジ|担当|ありがとうございました|收银|收银员|谢谢|谢谢惠顾|감사합니다|계산원|спасибо|касса|кассир|дякуємо|каса|ευχαριστουμε|ταμειο|شكرا|תודה|ขอบคุณ|\
aid|tid|please come again|come again|see you soon|guest|guests|covers|rounding|rounding adj|auf wiedersehen|gast|kellner|au revoir|a bientot|couverts|arrondi|vuelva pronto|hasta pronto|comensales|redondeo|huesped|arrivederci|coperti|arrotondamento|tot ziens|bedankt voor|afronding|volte sempre|obrigado pela|arredondamento|zapraszamy ponownie|dziekujemy za|zaokraglenie|valkommen ater|tack for|oresavrundning|avrundning|velkommen igen|tak for|takk for|velkommen tilbake|avrunding|afrunding|tervetuloa|pyoristys|dekujeme za|nashledanou|zaokrouhleni|koszonjuk a|viszontlatasra|vendeg|kerekites|va multumim|va mai asteptam|rotunjire|yine bekleriz|yuvarlama|またのご来店";

/// Labels of a document's number.
pub(crate) const NUMBER: Phrases = "pnr|localizador|codigo de reserva|codice prenotazione|booking reference|booking code|record locator|reservation|buchungscode|reserveringscode|numer rezerwacji|bokningsnummer|bookingnummer|varausnumero|transaktionsnummer|fatura|compra|αριθμοσ παραγγελιασ|מספר הזמנה|הזמנה|номер замовлення|замовлення|予約番号|申込番号|受付番号|invoice number|invoice no|invoice nr|invoice id|invoice|receipt number|receipt no|receipt id|receipt|bill no|bill number|order number|order no|order id|transaction id|transaction no|document no|booking number|ticket number|ticket no|reference number|\
rechnungsnummer|rechnungs nr|rechnung nr|rechnungsnr|belegnummer|beleg nr|belegnr|bon nr|bonnr|bestellnummer|bestell nr|auftragsnummer|auftrags nr|buchungsnummer|quittungsnummer|\
numero de facture|facture n|facture no|n facture|numero de commande|commande n|recu n|numero de factura|factura n|factura no|n factura|numero de pedido|pedido n|numero fattura|fattura n|numero ordine|ordine n|factuurnummer|factuurnr|bestelnummer|ordernummer|numero da fatura|fatura n|numer faktury|faktura nr|faktura vat nr|paragon nr|nr zamowienia|numer zamowienia|fakturanummer|faktura nr|kvittonummer|ordrenummer|laskun numero|cislo faktury|szamlaszam|fatura no|fis no|\
領収書番号|請求書番号|注文番号|发票号|订单号|영수증번호|주문번호|номер счета|номер заказа|\
nr|id|number|order|reference|confirmation number|transaction|re nr|bestellung|numero|pedido|ordine|bestelling|fakturanr|zamowienie|order nr|ordre|ordrenr|ordre nr|laskunro|tilausnumero|tilaus|cislo|cislo dokladu|objednavka|sorszam|szamla sorszama|rendelesszam|rendeles|numar|nr factura|comanda|siparis numarasi|fatura numarasi|siparis no|siparis|番号|請求番号|\
αριθμοσ τιμολογιου|αρ τιμολογιου|αριθμοσ αποδειξησ|номер на фактура|фактура|broj racuna|racun br|racun broj|stevilka racuna|nomor faktur|no faktur|nomor invoice|nomor pesanan|so hoa don|hoa don so|ma don hang|เลขที|หมายเลข|מספר חשבונית|חשבונית|קבלה|رقم الفاتورة|فاتورة|رقم الطلب|reikningsnumer|reikningur nr|номер рахунку|рахунок|\
rekins nr|rekina numurs|arve nr|\
شماره فاکتور|فاکتور شماره";

/// Shipping words that decide in a subject.
pub(crate) const SHIPPING_SUBJECT: Phrases = "shipped|ships|shipment|shipping|delivery|deliveries|delivered|delivering|delivers|package|packages|parcel|parcels|tracking|courier|dispatched|despatched|out for delivery|on its way|on the way|arriving|arrives|arrived|pickup|pick up|ready to collect|waybill|customs|redelivery|missed you|\
versand|versandt|versendet|versandbestatigung|versandbenachrichtigung|verschickt|sendung|sendungsverfolgung|sendungs*|zustell*|zugestellt|paket|pakete|packchen|paket*|lieferung|lieferstatus|geliefert|liefertermin|abholbereit|abholung|unterwegs|\
expedi*|livraison|livre|livree|colis|acheminement|suivi de|\
envio|envios|enviado|enviada|entrega|entregado|entregada|paquete|reparto|seguimiento|rastreo|\
consegna|consegnato|consegnata|spedizione|spedito|spedita|pacco|corriere|tracciamento|in transito|\
bezorg*|verzend*|verzonden|pakket|pakketje|levering|geleverd|onderweg|\
encomenda enviada|enviado|entregue|rastreamento|expedicao|remessa|encomenda a caminho|\
dostaw*|doreczen*|przesylk*|paczk*|paczka|kurier|kuriera|nadan*|wyslan*|wysylk*|w drodze|do odbioru|\
leverans|leverera*|skickat|skickad|paket|forsandelse|sporing|forsendelse|pakke|pakken|leveret|levert|sendt|toimitus|lahetys|paketti|\
zasilk*|zasielk*|doruc*|balik|kuryr*|odeslan*|csomag*|szallit*|futar|kezbesit*|colet*|livrar*|expediat*|posiljk*|dostav*|paketa|paket*|\
kargo*|teslim*|gonderi*|penghantaran|pengiriman|paket|dihantar|giao hang|van chuyen|\
配達|配送|お届け|発送|出荷|荷物|追跡|快递|快遞|包裹|发货|發貨|派送|物流|签收|배송|택배|발송|배달|доставк*|доставлен|доставка|посылк|посылка|отправлен|отправление|курьер|посилк|доставлено|відправлен|пратка|доставена|αποστολη|παραδοση|δεμα|شحن|توصيل|משלוח|จัดสง|พัสดุ";

/// Shipping phrases that decide near the top of an email.
pub(crate) const SHIPPING_HEAD: Phrases = "your package|your packages|your parcel|your parcels|your shipment|has shipped|have shipped|has been shipped|was shipped|just shipped|out for delivery|on its way|on the way|has been delivered|was delivered|been delivered|has arrived|is arriving|tracking number|tracking id|track your|track package|track my|delivery is|delivery update|delivery exception|delivery attempt|scheduled delivery|scheduled for delivery|estimated delivery window|has been dispatched|dispatched|ready for pickup|ready for collection|pickup code|waybill|left the warehouse|handed over to|\
wurde versandt|wurde versendet|wurde verschickt|wurde zugestellt|wurde geliefert|ist unterwegs|auf dem weg|sendungsnummer|sendungsverfolgung|sendung verfolgen|paket verfolgen|ihr paket|dein paket|ihre sendung|deine sendung|zustellung|paketnummer|abholcode|\
a ete expedie|a ete expediee|a ete livre|a ete livree|votre colis|suivre mon colis|suivre votre colis|numero de suivi|est en route|en cours de livraison|\
ha sido enviado|ha sido entregado|fue entregado|tu paquete|su paquete|su envio|tu envio|numero de seguimiento|en reparto|en camino|numero de guia|\
e stato spedito|e stato consegnato|e stata consegnata|il pacco|il tuo pacco|traccia il|numero di tracciamento|in consegna|spedizione e|codice di tracking|\
is verzonden|is bezorgd|je pakket|uw pakket|volg je|track trace|onderweg|wordt bezorgd|\
foi enviado|foi enviada|foi entregue|sua encomenda foi|seu pacote|codigo de rastreio|codigo de rastreamento|a caminho|saiu para entrega|\
zostala wyslana|zostalo wyslane|zostala nadana|zostala dostarczona|paczka|twoja paczka|przesylka|twoja przesylka|numer przesylki|numer paczki|kurierowi|kurier|data doreczenia|sledz|\
har skickats|har levererats|ditt paket|din pakke|kollinummer|sporingsnummer|sporing|er sendt|er levert|er leveret|on lahetetty|pakettisi|lahetystunnus|\
byla odeslana|byla dorucena|vase zasilka|zasilka|cislo zasilky|csomagja|csomagod|csomagszam|a fost expediat|a fost livrat|coletul|awb|\
kargoya verildi|kargonuz|teslim edildi|takip numarasi|takip no|telah dihantar|nombor penjejakan|nomor resi|da giao|ma van don|\
配達予定|配達完了|お届け予定|発送しました|発送いたしました|お荷物|追跡番号|送り状|已发货|已發貨|已签收|派送中|快递单号|运单号|배송중|배송 완료|운송장|배송이|доставлен|отправлен|трек номер|посылка|відправлено|пратката|αριθμοσ αποστολησ";

/// Offers and advertising in a subject.
pub(crate) const MARKETING: Phrases = "newsletter|sale|sales event|deal|deals|offer|offers|save|off|discount|coupon|voucher code|promo|promotion|black friday|cyber monday|last chance|ends today|ends tonight|ends soon|limited time|new arrivals|shop now|win|free|price drop|price alert|wishlist|recommended|left in your cart|your cart|your basket|still interested|webinar|digest|weekly|gift guide|\
angebot|angebote|rabatt|rabatte|gutschein|gutscheincode|sparen|spare|aktion|schlussverkauf|jetzt kaufen|warenkorb|gewinnspiel|preissenkung|neuheiten|nur heute|neu im|\
offre|offres|soldes|promo|reduction|remise|panier|code promo|bon plan|oferta|ofertas|descuento|rebajas|carrito|cupon|offerta|offerte|sconto|sconti|saldi|carrello|promozione|\
aanbieding|aanbiedingen|korting|winkelmand|actie|uitverkoop|promocao|desconto|carrinho|cupom|promocja|rabat|wyprzedaz|znizka|kod rabatowy|koszyk|rea|erbjudande|rabattkod|tilbud|udsalg|tarjous|ale|sleva|slevy|akcia|akcio|kedvezmeny|indirim|kampanya|firsat|sepet|diskaun|tawaran|khuyen mai|giam gia|\
セール|割引|クーポン|特価|お買い得|キャンペーン|メルマガ|カート|优惠|促销|打折|折扣|特价|购物车|할인|쿠폰|특가|세일|장바구니|скидк*|скидка|скидки|распродажа|акция|корзина|знижка|промо|отстъпка|προσφορα|εκπτωση|خصم|عرض|מבצע|สวนลด|โปรโมชัน";

/// Emails about money that the reader does not pay, or not now, to a seller; decide in a subject.
pub(crate) const OTHER_MONEY: Phrases = "question about|question regarding|question on|query about|query regarding|frage zu|frage zur|fragen zu|fragen zur|ruckfrage|reklamation|question sur|question concernant|pregunta sobre|consulta sobre|domanda su|domanda sulla|vraag over|duvida sobre|pytanie o|fraga om|sporsmal om|price increase|price change|price changes|price is changing|price is going up|price will change|price update|updating the price|updating our prices|changes to our prices|new price|next payment|payment is coming up|payment coming up|payment is due soon|payment due soon|\
preisanpassung|preiserhohung|preisanderung|preisanderungen|neue preise|preis andert sich|steht bald an|nachste zahlung|augmentation de prix|augmentation du prix|augmentation de tarif|changement de prix|changement de tarif|evolution de nos tarifs|evolution de votre tarif|prochain paiement|cambio de precio|subida de precio|actualizacion de precio|actualizacion de precios|proximo pago|aumento di prezzo|aumento del prezzo|variazione di prezzo|modifica del prezzo|prossimo pagamento|\
prijsverhoging|prijswijziging|prijsaanpassing|volgende betaling|alteracao de preco|aumento de preco|reajuste de preco|proximo pagamento|zmiana ceny|zmiana cen|podwyzka|podwyzka cen|nastepna platnosc|prisandring|prishojning|prisendring|prisokning|prisaendring|hinnanmuutos|hinnankorotus|zmena ceny|zmena cen|zdrazeni|aremeles|arvaltozas|modificare de pret|majorare de pret|fiyat degisikligi|fiyat artisi|\
料金改定|価格改定|価格変更|价格调整|涨价|가격 변경|가격 인상|요금 변경|изменение цен*|повышение цен*|изменение тариф*|order form|registration form|bestellformular|refund|refunded|refunds|cancelled|canceled|cancellation|payment failed|payment declined|failed payment|declined|could not be processed|unsuccessful|past due|overdue|reminder|final notice|will renew|renews|upcoming|expiring|expires|account statement|bank statement|monthly statement|statement|balance|low balance|transaction alert|direct deposit|deposit received|payslip|pay slip|payroll|salary|quote|quotation|estimate|proposal|money request|payment request|requests money|sent you money|you received|you ve received|payout|cashback|loan|mortgage|stock|portfolio|dividend|tax return|crypto|\
erstattung|erstattet|ruckerstattung|ruckzahlung|storniert|stornierung|fehlgeschlagen|abgelehnt|mahnung|zahlungserinnerung|erinnerung|verlangert sich|kontoauszug|kontoauszuge|umsatzanzeige|kontostand|gehaltsabrechnung|lohnabrechnung|entgeltabrechnung|kostenvoranschlag|geldeingang|zahlungseingang|depot|darlehen|kredit|\
remboursement|rembourse|annule|annulee|annulation|rappel|relance|releve de compte|bulletin de paie|fiche de paie|devis|echec|virement recu|reembolso|cancelado|cancelada|recordatorio|extracto|extracto bancario|nomina|presupuesto|rechazado|has recibido|rimborso|annullato|annullata|promemoria|sollecito|estratto conto|busta paga|preventivo|rifiutato|hai ricevuto|\
terugbetaling|terugbetaald|geannuleerd|herinnering|aanmaning|rekeningafschrift|loonstrook|mislukt|estorno|lembrete|extrato|holerite|orcamento|zwrot|anulowano|anulowane|przypomnienie|wezwanie|wyciag|wycena|aterbetalning|paminnelse|kontoutdrag|lonespecifikation|offert|refusjon|tilbagebetaling|rykker|pamatka|upominka|vypis z uctu|iade|hatirlatma|hesap ozeti|ekstre|\
返金|キャンセル|督促|明細書|給与|見積|退款|取消|对账单|工资|报价|환불|취소|명세서|급여|견적|возврат|отмен*|отменен|отменен|напоминание|выписка|зарплат*|повернення|нагадування|\
transactions|transaction history|account activity|account summary|umsatze|umsatz|kontobewegungen|mouvements|releve|movimientos|movimenti|movimentos|bij en afschrijvingen|mutaties|transakcje|operacje|transaktioner|posteringer|tilitapahtumat|tapahtumat|pohyby|tranzakciok|szamlakivonat|tranzactii|extras de cont|hareketler|tax assessment|ご利用明細|利用明細";

/// Sentences near the top of an email about a payment that was not made, or came back, or is offered.
pub(crate) const OTHER_MONEY_HEAD: Phrases = "will increase from|price will increase|price will change|price is increasing|price will go up|increasing the price|raising the price|our prices will|andert sich der preis|preis andert sich|erhoht sich der preis|preis erhoht sich|le prix de votre abonnement|prix augmentera|precio de tu suscripcion|precio aumentara|prezzo del tuo abbonamento|prezzo aumentera|prijs van je abonnement|prijs gaat omhoog|preco da sua assinatura|cena twojej subskrypcji|priset pa ditt|prisen pa ditt|prisen pa dit|not yet complete|not yet placed|still in your cart|in your basket|complete your booking|order form|noch nicht abgeschlossen|nicht abgeschlossen|noch nicht aufgegeben|in ihrem warenkorb|in deinem warenkorb|bestellformular|n est pas finalisee|dans votre panier|no ha finalizado|no has finalizado|en tu carrito|en su carrito|non e stato completato|nel tuo carrello|nog niet afgerond|in je winkelwagen|in uw winkelwagen|ainda nao foi concluid*|no seu carrinho|nie zostalo zlozone|w koszyku|i din varukorg|i din kurv|i handlekurven|ostoskorissa*|v kosiku|nincs befejezve|a kosar*|in cosul tau|sepetinizde*|カートに|\
could not charge|could not be charged|couldn t charge|could not process|could not be processed|couldn t process|couldn t be processed|unable to process|unable to charge|payment failed|payment was declined|was declined|has been declined|has been cancelled|has been canceled|was cancelled|was canceled|has been refunded|was refunded|we have refunded|we ve refunded|is waiting for you|is waiting|not completed|complete your order|complete your purchase|finish your order|our offer|our quote|our quotation|our estimate|requests a payment|requested a payment|requests money|\
konnte nicht abgebucht|konnte nicht belastet|konnte nicht verarbeitet|konnte nicht durchgefuhrt|ist fehlgeschlagen|fehlgeschlagen|wurde abgelehnt|wurde storniert|wurde erstattet|haben wir erstattet|unser angebot|wartet auf sie|wartet auf dich|bestellung abschliessen|\
n a pas pu etre|a echoue|a ete refuse|a ete annulee|a ete annule|a ete rembourse|avons rembourse|notre offre|notre devis|vous attend|n est pas terminee|finalisez votre commande|\
no se ha podido|no pudo ser|ha sido rechazado|ha sido cancelado|ha sido reembolsado|hemos reembolsado|nuestra oferta|nuestro presupuesto|te espera|termina tu pedido|\
non e andato a buon fine|e stato rifiutato|e stato annullato|e stato rimborsato|abbiamo rimborsato|la nostra offerta|il nostro preventivo|ti aspetta|\
is mislukt|is geweigerd|is geannuleerd|is terugbetaald|onze offerte|ons aanbod|wacht op je|nao foi possivel|foi recusado|foi cancelado|foi reembolsado|nossa proposta|nao powiodla sie|nie powiodla sie|zostala odrzucona|zostalo anulowane|zwrocilismy|nasza oferta|czeka na ciebie|\
misslyckades|har avbrutits|har aterbetalats|vart erbjudande|mislykkedes|er annulleret|er refunderet|vores tilbud|mislyktes|er kansellert|vart tilbud|epaonnistui|on peruttu|on palautettu|tarjouksemme|se nezdarila|byla zamitnuta|byla zrusena|nase nabidka|sikertelen|elutasitottak|toroltuk|visszateritettuk|ajanlatunk|nu a putut|a fost refuzata|a fost anulata|oferta noastra|basarisiz|reddedildi|iptal edildi|iade edildi|teklifimiz";

/// Names of documents that look like receipts and are not, as the title of an attachment.
pub(crate) const OTHER_DOCUMENT: Phrases = "delivery note|packing slip|packing list|shipping label|return label|bill of lading|waybill|air waybill|purchase order|quotation|quote|estimate|proposal|price list|pricelist|catalogue|catalog|menu|contract|agreement|terms and conditions|privacy policy|account statement|bank statement|statement of account|payslip|pay slip|pay stub|earnings statement|certificate|boarding pass|user manual|instruction manual|reminder|payment reminder|curriculum vitae|resume|order form|registration form|\
betalningspaminnelse|paminnelse|betalingspaminnelse|betalingsrykker|rykker|purring|inkassovarsel|maksumuistutus|fizetesi felszolitas|fizetesi felszolito|somatie de plata|odeme hatirlatmasi|sollecito di pagamento|recordatorio de pago|lembrete de pagamento|betalingsherinnering|rappel de paiement|rappel|relance de paiement|\
lieferschein|packzettel|versandschein|versandlabel|retourenschein|rucksendeschein|retourenlabel|angebot|kostenvoranschlag|preisliste|katalog|speisekarte|vertrag|mietvertrag|kaufvertrag|allgemeine geschaftsbedingungen|agb|widerrufsbelehrung|datenschutzerklarung|kontoauszug|gehaltsabrechnung|lohnabrechnung|entgeltabrechnung|verdienstabrechnung|mahnung|zahlungserinnerung|bedienungsanleitung|gebrauchsanweisung|lebenslauf|bescheinigung|paketmarke|auftragsformular|\
bon de livraison|bordereau de livraison|etiquette de retour|devis|tarifs|contrat|conditions generales|conditions generales de vente|releve de compte|bulletin de paie|bulletin de salaire|relance|mode d emploi|bon de commande|\
albaran|nota de entrega|presupuesto|contrato|lista de precios|extracto bancario|extracto de cuenta|nomina|condiciones generales|orden de compra|recordatorio|\
documento di trasporto|ddt|bolla di consegna|preventivo|listino prezzi|contratto|estratto conto|busta paga|sollecito|ordine di acquisto|\
pakbon|vrachtbrief|offerte|prijslijst|algemene voorwaarden|rekeningafschrift|loonstrook|salarisspecificatie|aanmaning|inkooporder|\
guia de remessa|orcamento|extrato|recibo de vencimento|holerite|nota de encomenda|list przewozowy|wydanie zewnetrzne|oferta|umowa|cennik|regulamin|wyciag bankowy|wezwanie do zaplaty|pasek wynagrodzen|\
foljesedel|offert|avtal|prislista|kontoutdrag|lonespecifikation|folgeseddel|tilbud|kontrakt|lonseddel|lahete|tarjous|dodaci list|nabidka|smlouva|vypis z uctu|szallitolevel|arajanlat|irsaliye|teklif|sozlesme|\
納品書|見積書|契約書|注文書|給与明細|送货单|报价单|合同|装箱单|납품서|견적서|накладная|договор|коммерческое предложение|выписка|\
final demand|payment demand|past due notice|overdue notice|dunning notice|zahlungsaufforderung|letzte mahnung|lettre de relance|mise en demeure|reclamacion de pago|requerimiento de pago|recordatorio de factura|aviso de cobranca|secondo sollecito|laatste herinnering|ponaglenie|przypomnienie o platnosci|inkassokrav|kravbrev|upominka|vyzva k zaplaceni|fizetesi emlekezteto|instiintare de plata|odeme ihtari|督促状";

/// Names of invoices that ask for no payment.
pub(crate) const PRO_FORMA: Phrases = "pro forma|proforma|proformarechnung|proformarechnungen|proformafaktura|proformafakturan|proformafactuur|proformalasku|proformaszamla|\
dijbekero|predracun|profaktura|zalohova faktura|avansa rekins|proformos|проформа|предварительный счет|προτιμολογιο|形式发票|形式發票|プロフォーマ|仮請求書|견적송장|فاتورة اولية|فاتورة مبدئية|חשבון עסקה|חשבונית עסקה|hoa don chieu le|faktur proforma";

/// Names that credit notes alone have, as titles.
pub(crate) const CREDIT: Phrases = "credit note|credit memo|credit memorandum|sales credit memo|refund note|refund receipt|refund invoice|cancellation invoice|reversal invoice|\
rechnungsgutschrift|gutschriftsanzeige|gutschriftsbeleg|gutschriftsrechnung|gutschriftrechnung|warengutschrift|retourengutschrift|teilgutschrift|stornogutschrift|rechnungskorrektur|rechnungs korrektur|stornorechnung|storno rechnung|rechnungsstorno|stornobeleg|\
facture d avoir|facture avoir|note d avoir|note de credit|avoir client|avoir commercial|nota di credito|nota credito|nota di accredito|nota accredito|nota de credito|nota de abono|factura de abono|nota de devolucao|nota d abonament|factura d abonament|\
creditnota|creditnote|credit nota|creditfactuur|credit factuur|kredietnota|nota uznaniowa|kreditfaktura|kreditnota|kreditnote|returkvitto|hyvityslasku|hyvityskuitti|kreditreikningur|dobropis|jovairo szamla|sztorno szamla|sztornoszamla|ervenytelenito szamla|\
factura storno|factura de storno|factura stornare|factura de stornare|nota de creditare|knjizno odobrenje|storno racun|iade faturasi|alacak dekontu|kreditine saskaita|kreditine saskaita faktura|kreditrekins|kreditarve|kreeditarve|nota kredit|\
кредитно известие|кредит нота|кредитовое авизо|πιστωτικο τιμολογιο|πιστωτικο σημειωμα|ใบลดหนี|חשבונית זיכוי|חשבונית מס זיכוי|הודעת זיכוי|اشعار دائن|فاتورة دائنة|فاکتور برگشت از فروش|\
返品伝票|返金伝票|返金明細書|適格返還請求書|返還インボイス|クレジットノート|クレジットメモ|红字发票|紅字發票|红字增值税专用发票|贷项通知单|貸項通知單|折讓證明單|대변메모|크레딧 노트";

/// Words that name a credit note as a title, and other things besides.
pub(crate) const CREDIT_WORD: Phrases = "gutschrift|avoir";

/// Words that name a credit note before its number; alone they are the heading of terms.
pub(crate) const CREDIT_BEFORE_NUMBER: Phrases = "refund|storno|stornierung|sztorno|stornare";

/// Labels of the number of a credit note that are one word.
pub(crate) const CREDIT_NUMBER: Phrases = "gutschriftsnummer|gutschriftnummer|gutschriftsnr|gutschriftnr|stornonummer|stornorechnungsnummer|creditnotanummer|creditfactuurnummer|kreditnotanummer|kreditfakturanummer|kreditnummer|hyvityslaskun numero|cislo dobropisu";

/// Names of invoices that correct another one, mostly by taking something back, and sometimes by what is to
/// be paid besides or by the whole sum once more.
pub(crate) const CORRECTION: Phrases = "corrective invoice|correction invoice|correcting invoice|adjustment note|abono|korrekturrechnung|rechnungsberichtigung|facture rectificative|facture corrective|fattura rettificativa|factura rectificativa|fatura de correcao|correctiefactuur|\
faktura korygujaca|faktura korekta|korekta faktury|opravny danovy doklad|opravna faktura|helyesbito szamla|modosito szamla|rettelsesfaktura|korrigeringsfaktura|oikaisulasku|duzeltme faturasi|ispravak racuna|корректировочный счет фактура|корректировочный счет|수정세금계산서";

/// Words that say that goods or money come back.
pub(crate) const BACK: Phrases = "gutschrift*|gutgeschrieben|rucksend*|ruckgabe|retour*|erstatt*|credit note|credited|refund*|returned|return of goods|avoir|rembours*|devoluc*|devuelt*|anulac*|reembols*|annullament*|rimbors*|reso|resi|estorno|devolv*|\
terugbet*|gecrediteerd|zwrot*|korekta in minus|retur*|tilbagebet*|hyvit*|palaut*|vraten*|vracen*|dobropis|visszaru|visszafiz*|jovair*|rambours*|iade|povrat*|возврат*|επιστροφη*";

/// Words of invoices that a buyer writes in the place of the seller, to whom the money goes.
pub(crate) const SELF_BILLED: Phrases = "gutschriftsverfahren|gutschriftverfahren|gutschrift verfahren|selbstfakturierung|selbst fakturierung|self billing|self billed|selfbilling|selfbilled|autofacturation|autofactura*|autofattura|autofatura*|self bill|\
provisionsgutschrift|provisionsabrechnung|provision fur|provisionen|ihre provision|vermittlungsprovision|abschlussprovision|einspeisevergutung|einspeisung|tantiemen|lizenzgebuhren|honorargutschrift|commission statement|samofakturowanie|samofaktura";

/// Words before the name of a document in its title.
pub(crate) const BEFORE_TITLE: Phrases = "your|our|the|a|tax|vat|gst|sales|customer|copy|copie|kopie|duplicate|duplikat|original|fwd|fw|wg|tr|rv|ihre|deine|unsere|eine|votre|notre|su|tu|vuestra|la tua|la sua|la|il tuo|il|uw|je|sua|tua|a sua|twoja|panstwa|din|deres|vasa|vas|tilauksesi";

/// Words behind the name of a document in its title, before what it is about.
pub(crate) const AFTER_TITLE: Phrases = "for|to|of|from|dated|on|re|zu|zur|zum|vom|von|fur|uber|sur|du|de|pour|relatif|relative|su|per|del|della|di|a|al|para|sobre|referente|da|do|voor|van|bij|op|inzake|betreft|til|till|fra|av|af|k|ke|ze|za|z|dnia|nr|numer|la|din|pentru";

/// Words by which a paper refers to another one.
pub(crate) const REFERENCE: Phrases = "replaces|replacing|replaced|supersedes|refers to|reference|ref|based on|according to|as per|following|ersetzt|gemass|laut|bezug|aufgrund|\
remplace|annule et remplace|selon|suivant|suite a|sustituye|reemplaza|segun|sostituisce|in sostituzione|come da|riferimento|vervangt|volgens|substitui|conforme|zastepuje|zgodnie z|na podstawie|\
ersatter|erstatter|korvaa|nahrazuje|dle|helyettesiti|inlocuieste|conform";

/// Sentences by which a paper says that it is no invoice.
pub(crate) const NOT_AN_INVOICE: Phrases = "not a vat invoice|not a tax invoice|not an invoice|not a valid invoice|not a valid vat invoice|not a valid tax invoice|not constitute an invoice|not constitute a vat invoice|not constitute a tax invoice|\
keine rechnung|kein rechnungsdokument|keine steuerrechnung|keine gultige rechnung|nicht als rechnung|n est pas une facture|ne constitue pas une facture|ne vaut pas facture|ne tient pas lieu de facture|\
no es una factura|no constituye factura|no constituye una factura|sin valor de factura|no valido como factura|non e una fattura|non costituisce fattura|non costituisce una fattura|non valido come fattura|geen factuur|\
nao e uma fatura|nao constitui fatura|nao constitui uma fatura|nao serve de fatura|nie jest faktura|nie stanowi faktury|ar ingen faktura|er ikke en faktura|ikke en gyldig faktura|ei ole lasku|neni fakturou|neni danovym dokladem|nem szamla|nem minosul szamlanak|nu este factura|nu reprezinta factura|fatura degildir|fatura yerine gecmez|\
不是发票|不是發票|請求書ではありません|не является счетом|не является счет фактурой";

/// Words that say that something was paid, of papers that say that they are no invoice.
pub(crate) const IS_PAID: Phrases = "receipt|amount paid|total paid|you paid|paid by|paid with|payment received|payment confirmation|received your payment|thank you for your payment|\
quittung|bezahlt|zahlung erhalten|zahlungsbestatigung|betrag erhalten|recu|paye|payee|regle|paiement recu|recibo|pagado|pago recibido|ricevuta|pagato|pagamento ricevuto|kwitantie|betaald|betaling ontvangen|pagamento recebido|paragon|zaplacono|betalt|kvitto|kvittering|maksettu|kuitti|zaplaceno|uhrazeno|nyugta|fizetve|chitanta|achitat|odendi|makbuz";

/// Names of papers by which a buyer tells a seller of a payment, often of several invoices.
pub(crate) const ADVICE: Phrases = "remittance advice|remittance notice|remittance notification|remittance details|remittance|payment advice|payment remittance|payment remittance advice|advice of payment|\
zahlungsavis|zahlungsavise|zahlungsaviso|avis uber zahlung|zahlungsanzeige|uberweisungsanzeige|uberweisungsavis|avis de paiement|avis de virement|avis de reglement|aviso de pago|aviso de transferencia|aviso de pagamento|avviso di bonifico|distinta di pagamento|\
betalingsadvies|betaaladvies|betaalspecificatie|betalingsspecificatie|betalingsadvis|betalingsavis|remitteringsadvis|betalningsspecifikation|maksuerittely|awizo platnosci|zawiadomienie o platnosci|avizo platby|avizo o platbe|fizetesi avizo|aviz de plata|odeme bildirimi|支払通知書|支払明細書|付款通知|汇款通知|匯款通知|송금통지서|지급통지서";

/// Subjects of answers in a conversation.
pub(crate) const REPLY: &[&str] = &[
    "re:", "re[", "aw:", "antw:", "sv:", "vs:", "odp:", "res:", "rif:", "ynt:", "回复", "答复",
    "答覆",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn bills_are_told_from_calculations() {
        for bill in ["stromrechnung", "elrakning", "elregning", "mobilfaktura", "energiefactuur"] {
            assert!(is_bill(bill), "{bill}");
        }
        for other in ["lohnabrechnung", "berechnung", "proformarechnung", "afregning", "umrechnung"]
        {
            assert!(!is_bill(other), "{other}");
        }
    }

    #[test]
    fn phrases_are_folded() {
        for phrases in [
            TITLE,
            NOT_A_TITLE,
            ORDER,
            MAYBE,
            TITLED_LABEL,
            TOTAL,
            TAX,
            PAID,
            SETTLED,
            TILL,
            NUMBER,
            SHIPPING_SUBJECT,
            SHIPPING_HEAD,
            MARKETING,
            OTHER_MONEY,
            OTHER_MONEY_HEAD,
            OTHER_DOCUMENT,
            PRO_FORMA,
            REFERENCE,
            NOT_AN_INVOICE,
            IS_PAID,
            IS_A_RECEIPT,
            TITLE_NUMBER,
            ADVICE,
            CREDIT,
            CREDIT_WORD,
            CREDIT_BEFORE_NUMBER,
            CREDIT_NUMBER,
            CORRECTION,
            BACK,
            SELF_BILLED,
            BEFORE_TITLE,
            AFTER_TITLE,
        ] {
            for phrase in phrases.split('|') {
                let plain = phrase.trim_end_matches('*');
                assert_eq!(fold(plain), plain);
            }
        }
    }
}
