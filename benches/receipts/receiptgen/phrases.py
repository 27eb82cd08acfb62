"""What documents print around their values, by language.

Alternatives are separated by `|`; those behind `;` are used in the test part only, so that it holds
words that nobody worked with.
"""

KEYS = """invoice number date due delivery period customer billto shipto item qty unit amount net tax total
payable deposit discount shipping receipt cash change card thanks order ordered orderno paidto paid
seller terms bank phone vatid page guest tip rounding points saved dear""".split()

# One line for each key, in the order of KEYS.
WORDS = {
    "en": """
Invoice|INVOICE|Tax Invoice;Sales Invoice
Invoice number|Invoice No.|Invoice #|No.;Our invoice
Invoice date|Date|Date of issue|Issued;Invoiced
Due date|Payment due|Pay by;Payable until
Delivery date|Date of supply|Shipped;Goods dispatched
Billing period|Service period|Period;Usage period
Customer number|Account no.|Customer ID;Client ref
Bill to|Billed to|Invoice to|Customer;Invoiced to
Ship to|Deliver to;Delivery to
Description|Item|Product|Service;Particulars
Qty|Quantity|Hours;Units
Unit price|Price|Rate;Each
Amount|Line total|Total;Value
Subtotal|Net total|Total excl. VAT|Net amount;Goods total
VAT|Sales tax|Tax|GST;VAT amount
Total|Grand total|Invoice total|Total incl. VAT|TOTAL|Total due;Total to pay
Amount due|Balance due|Amount payable;Balance outstanding
Deposit|Advance payment|Less deposit;Paid on account
Discount|Less discount|Promo code;Trade discount
Shipping|Postage|Delivery charge;Carriage
Receipt|RECEIPT|Sales receipt|Payment receipt;Till receipt
Cash|CASH|Cash tendered;Tendered
Change|CHANGE|Change due;Your change
Card|VISA|Mastercard|Card payment;Contactless
Thank you for your purchase|Thank you|Please come again;See you soon
Order confirmation|Thank you for your order;Your order is confirmed
Order date|Ordered on|Placed on;Order placed
Order number|Order no.|Order #;Order reference
You sent a payment to|Payment to|You paid|Paid to;Your payment went to
Paid|Payment received|Amount paid;Settled
Sold by|Seller|Merchant;Supplied by
Payment terms: 14 days net|Please pay within 30 days;Payable on receipt
Bank details|Bank;Pay into
Phone|Tel.|Tel;Call us
VAT no.|VAT ID|Tax ID|Reg. no.;VAT registration
Page;Sheet
Guest|Guest name;Name of guest
Tip|Gratuity|Service charge;Service
Rounding|Rounding adj.;Rounded by
Points earned|Bonus points|Loyalty points;Club points
You saved|Total savings|Savings;Saved today
Dear|Hello|Hi;Good day""",
    "de": """
Rechnung|RECHNUNG;Faktura
Rechnungsnummer|Rechnungs-Nr.|Rechnung Nr.|Re.-Nr.;Rg.-Nr.
Rechnungsdatum|Datum|Belegdatum|Rechnung vom;Ausgestellt am
Fällig am|Zahlbar bis|Fälligkeit;Zu begleichen bis
Lieferdatum|Leistungsdatum;Tag der Lieferung
Leistungszeitraum|Abrechnungszeitraum|Zeitraum;Verbrauchszeitraum
Kundennummer|Kunden-Nr.|Kd.-Nr.;Vertragskonto
Rechnungsadresse|Rechnung an|Kunde|Rechnungsempfänger;Besteller
Lieferadresse|Lieferanschrift;Lieferung an
Bezeichnung|Beschreibung|Artikel|Leistung;Text
Menge|Anzahl|Stunden;Stk.
Einzelpreis|E-Preis|Preis;à
Betrag|Gesamtpreis|Gesamt;Wert
Nettobetrag|Zwischensumme|Summe netto|Netto;Warenwert
MwSt.|USt.|zzgl. 19 % MwSt.|Umsatzsteuer;MwSt.-Betrag
Gesamtbetrag|Rechnungsbetrag|Summe|Gesamtsumme|Bruttobetrag|Endbetrag;Rechnungsendsumme
Zu zahlen|Zahlbetrag|Offener Betrag;Noch zu zahlen
Anzahlung|Abschlag|Bereits gezahlt;Vorauszahlung
Rabatt|Nachlass;Treuerabatt
Versand|Versandkosten|Porto;Lieferkosten
Kassenbon|Quittung|Beleg|Rechnung;Kassenzettel
Bar|BAR|Gegeben bar|Gegeben;Erhalten
Rückgeld|Zurück|Wechselgeld;Retour
Karte|girocard|EC-Karte|Kartenzahlung;Kontaktlos
Vielen Dank für Ihren Einkauf|Danke für Ihren Besuch;Bis bald
Bestellbestätigung|Auftragsbestätigung|Vielen Dank für Ihre Bestellung;Ihre Bestellung ist bestätigt
Bestelldatum|Bestellt am;Auftrag vom
Bestellnummer|Auftragsnummer|Bestell-Nr.;Ihr Auftrag
Sie haben eine Zahlung gesendet an|Zahlung an|Sie haben bezahlt;Ihre Zahlung ging an
Bezahlt|Zahlung erhalten;Beglichen
Verkauft von|Verkäufer|Händler;Geliefert von
Zahlbar innerhalb von 14 Tagen ohne Abzug|Zahlungsziel 30 Tage netto;Zahlbar sofort
Bankverbindung|Bank;Konto
Telefon|Tel.|Tel;Fon
USt-IdNr.|Steuernummer|St.-Nr.;UID
Seite;Blatt
Gast|Gastname;Name des Gastes
Trinkgeld;Bedienung
Rundung;Rundungsdifferenz
Punkte|Bonuspunkte;Treuepunkte
Sie sparen|Gespart|Ersparnis;Preisvorteil
Guten Tag|Hallo|Sehr geehrte;Liebe""",
    "fr": """
Facture|FACTURE;Facture de vente
Numéro de facture|Facture n°|N° facture|N°;Notre facture
Date de facture|Date|Date d'émission|Le;Émise le
Échéance|Date d'échéance|À payer avant le;À régler avant le
Date de livraison|Livré le;Expédiée le
Période|Période de facturation;Consommation du
N° client|Numéro client;Référence client
Facturé à|Client|Adresse de facturation|Destinataire;Facturation à
Adresse de livraison|Livré à;Livraison à
Désignation|Description|Article|Prestation;Détail
Qté|Quantité;Nb
Prix unitaire|P.U. HT|Prix;PU
Montant|Montant HT|Total HT;Valeur
Total HT|Sous-total|Montant HT|Net HT;Total hors taxes
TVA|TVA 20 %|Montant TVA;Taxe
Total TTC|Montant TTC|Net à payer|Total|TOTAL|Montant total;Somme à régler
Reste à payer|Solde à payer|À payer;Solde dû
Acompte|Acompte versé;Avance
Remise|Réduction;Rabais
Frais de port|Livraison;Transport
Ticket|Reçu|Ticket de caisse;Justificatif
Espèces|ESPECES;Reçu espèces
Rendu|Monnaie|A RENDRE;Monnaie rendue
Carte bancaire|CB|CARTE BANCAIRE;Sans contact
Merci de votre visite|Merci et à bientôt;Bonne journée
Confirmation de commande|Merci pour votre commande;Votre commande est confirmée
Date de commande|Commandé le;Commande passée le
Numéro de commande|N° de commande|Commande n°;Référence de commande
Vous avez envoyé un paiement à|Paiement à|Vous avez payé;Votre paiement à
Payé|Montant réglé|Paiement reçu;Acquitté
Vendu par|Vendeur;Fourni par
Paiement à 30 jours|Règlement à réception;Paiement comptant
Coordonnées bancaires|Banque;RIB
Téléphone|Tél.|Tél;Appel
N° TVA|TVA intracommunautaire|SIRET;RCS
Page;Feuille
Client|Nom du client;Hôte
Pourboire|Service;Service compris
Arrondi;Ajustement
Points|Points fidélité;Points cumulés
Vous économisez|Économies;Remises immédiates
Bonjour|Cher client;Madame, Monsieur""",
    "es": """
Factura|FACTURA;Factura de venta
Número de factura|Factura n.º|N.º factura|Nº;Nuestra factura
Fecha de factura|Fecha|Fecha de emisión;Emitida el
Vencimiento|Fecha de vencimiento|Fecha límite de pago;Pagar antes de
Fecha de entrega;Enviado el
Periodo|Periodo de facturación;Consumo de
N.º cliente|Número de cliente|Código cliente;Ref. cliente
Facturar a|Cliente|Dirección de facturación|Datos del cliente;Facturado a
Dirección de envío|Enviar a;Entrega en
Descripción|Concepto|Artículo|Producto;Detalle
Cantidad|Cant.|Uds.;Nº
Precio unitario|Precio|P. unit.;PVP
Importe|Total|Importe línea;Valor
Base imponible|Subtotal|Importe neto;Total sin IVA
IVA|IVA 21 %|I.V.A.;Cuota IVA
Total|TOTAL|Total factura|Importe total|Total a pagar;Total con IVA
A pagar|Pendiente de pago|Importe pendiente;Resta por pagar
Anticipo|A cuenta|Señal;Pago a cuenta
Descuento|Dto.;Rebaja
Gastos de envío|Envío;Portes
Recibo|Ticket|Factura simplificada;Tique
Efectivo|EFECTIVO|Entregado;Recibido
Cambio|CAMBIO|Su cambio;Vuelto
Tarjeta|VISA|TARJETA;Contactless
Gracias por su compra|Gracias por su visita;Hasta pronto
Confirmación de pedido|Gracias por tu pedido;Tu pedido está confirmado
Fecha del pedido|Pedido realizado el;Fecha de compra
Número de pedido|N.º de pedido|Pedido;Referencia
Has enviado un pago a|Pago a|Has pagado a;Tu pago a
Pagado|Pago recibido|Importe pagado;Abonado
Vendido por|Vendedor|Comercio;Suministrado por
Pago a 30 días|Forma de pago: transferencia;Pago al contado
Datos bancarios|Banco;Cuenta
Teléfono|Tel.|Tlf.;Tfno
NIF|CIF|N.I.F.;IVA n.º
Página;Hoja
Huésped|Nombre;Nombre del huésped
Propina;Servicio
Redondeo;Ajuste
Puntos|Puntos acumulados;Puntos del club
Ha ahorrado|Ahorro;Usted ahorra
Hola|Estimado cliente;Buenos días""",
    "it": """
Fattura|FATTURA;Fattura immediata
Numero fattura|Fattura n.|Fattura nr.|N.;Nostra fattura
Data fattura|Data|Data documento|Data di emissione;Emessa il
Scadenza|Data scadenza|Da pagare entro;Entro il
Data di consegna;Spedito il
Periodo|Periodo di fatturazione;Consumi dal
Codice cliente|N. cliente;Rif. cliente
Spett.le|Cliente|Intestatario|Destinatario;Fatturare a
Indirizzo di spedizione|Destinazione;Consegna a
Descrizione|Articolo|Prodotto;Dettaglio
Quantità|Q.tà|Qtà;Nr
Prezzo unitario|Prezzo|P. unit.;Cad.
Importo|Totale|Totale riga;Valore
Imponibile|Totale imponibile|Subtotale|Totale netto;Totale merce
IVA|IVA 22 %|Imposta|Totale IVA;di cui IVA
Totale|TOTALE|Totale fattura|Totale documento|Totale da pagare;Totale ivato
Da pagare|Importo dovuto|Netto a pagare;Saldo dovuto
Acconto|Acconto versato;Anticipo
Sconto;Abbuono
Spese di spedizione|Spedizione|Trasporto;Spese accessorie
Ricevuta|Scontrino|Documento commerciale;Ricevuta fiscale
Contanti|CONTANTI|Pagamento contante;Contante ricevuto
Resto|RESTO;Resto contanti
Carta|Pagamento elettronico|CARTA;Bancomat
Grazie e arrivederci|Grazie per il vostro acquisto;A presto
Conferma d'ordine|Grazie per il tuo ordine;Ordine confermato
Data ordine|Ordinato il;Ordine del
Numero ordine|Ordine n.|N. ordine;Rif. ordine
Hai inviato un pagamento a|Pagamento a|Hai pagato;Il tuo pagamento a
Pagato|Importo pagato|Pagamento ricevuto;Saldato
Venduto da|Venditore|Esercente;Fornito da
Pagamento a 30 giorni|Bonifico bancario 30 gg;Pagamento a vista
Coordinate bancarie|Banca;Conto
Telefono|Tel.|Tel;Telef.
P. IVA|Partita IVA|Codice fiscale;C.F.
Pagina;Foglio
Ospite|Nome;Nome ospite
Mancia|Coperto|Servizio;Servizio incluso
Arrotondamento;Differenza
Punti|Punti fedeltà;Punti raccolti
Hai risparmiato|Risparmio;Totale risparmiato
Ciao|Gentile cliente|Buongiorno;Salve""",
    "nl": """
Factuur|FACTUUR;Verkoopfactuur
Factuurnummer|Factuurnr.|Factuur nr.;Onze factuur
Factuurdatum|Datum;Opgemaakt op
Vervaldatum|Uiterste betaaldatum|Te betalen voor;Betalen voor
Leverdatum|Geleverd op;Verzonden op
Periode|Factuurperiode;Verbruik van
Klantnummer|Klantnr.|Debiteurnr.;Uw referentie
Factuuradres|Factuur aan|Klant;Gefactureerd aan
Afleveradres|Verzendadres;Bezorgen bij
Omschrijving|Artikel|Product;Toelichting
Aantal|Hoeveelheid;Stuks
Stukprijs|Prijs|Eenheidsprijs;Per stuk
Bedrag|Totaal|Totaalprijs;Waarde
Subtotaal|Totaal excl. btw|Netto;Goederenbedrag
Btw|BTW 21%|BTW bedrag|Btw 21 %;Omzetbelasting
Totaal|TOTAAL|Totaalbedrag|Totaal incl. btw|Factuurbedrag|Te betalen;Eindtotaal
Te voldoen|Openstaand bedrag|Nog te betalen;Restant
Aanbetaling|Vooruitbetaald;Voorschot
Korting;Actiekorting
Verzendkosten|Bezorgkosten;Vracht
Kassabon|Bon|Kwitantie;Aankoopbewijs
Contant|CONTANT|Contant ontvangen;Ontvangen
Terug|Wisselgeld|TERUG;Retour
PIN|Pinnen|Maestro;Contactloos
Bedankt voor uw bezoek|Bedankt en tot ziens;Prettige dag
Bestelbevestiging|Bedankt voor je bestelling|Orderbevestiging;Je bestelling is bevestigd
Besteldatum|Besteld op;Order van
Bestelnummer|Ordernummer;Uw bestelling
Je hebt betaald aan|Betaling aan|Betaald aan;Je betaling ging naar
Betaald|Betaling ontvangen;Voldaan
Verkocht door|Verkoper;Geleverd door
Betaling binnen 14 dagen|Betaaltermijn 30 dagen;Direct te voldoen
Bankgegevens|Bank;Rekening
Telefoon|Tel.|T;Bel
Btw-nummer|KvK|BTW nr.;BTW-id
Pagina;Blad
Gast|Naam gast;Naam
Fooi;Bediening
Afronding;Verschil
Punten|Spaarpunten;Zegels
U bespaart|Uw voordeel|Totaal voordeel;Bonusvoordeel
Beste|Hallo|Geachte;Hoi""",
    "pt": """
Fatura|FATURA|Fatura-recibo;Fatura simplificada
Número da fatura|Fatura n.º|N.º;Nossa fatura
Data da fatura|Data|Data de emissão;Emitida em
Vencimento|Data de vencimento;Pagar até
Data de entrega;Enviado em
Período|Período de faturação;Consumo de
N.º cliente|Número de cliente;Ref. cliente
Faturar a|Cliente|Exmo. Sr.;Faturado a
Morada de entrega|Endereço de entrega;Entregar a
Descrição|Artigo|Produto;Designação
Quantidade|Qtd.;Unid.
Preço unitário|Preço|P. unit.;Unitário
Valor|Total|Montante;Valor líquido
Subtotal|Total ilíquido|Base tributável;Total sem IVA
IVA|IVA 23%|Total IVA;Imposto
Total|TOTAL|Total a pagar|Valor total;Total com IVA
A pagar|Valor a pagar|Valor em dívida;Saldo devedor
Adiantamento|Sinal;Pagamento por conta
Desconto;Abatimento
Portes|Envio|Frete;Transporte
Recibo|Talão|Cupom fiscal;Comprovativo
Dinheiro|DINHEIRO|Numerário;Entregue
Troco|TROCO;Seu troco
Cartão|Multibanco|Cartão de crédito;Débito
Obrigado pela sua visita|Obrigado pela preferência;Volte sempre
Confirmação de encomenda|Obrigado pelo seu pedido|Confirmação do pedido;O seu pedido foi confirmado
Data da encomenda|Data do pedido;Pedido em
Número da encomenda|Número do pedido|Pedido n.º;Referência
Pagamento a|Enviou um pagamento a|Você pagou;O seu pagamento a
Pago|Pagamento recebido;Liquidado
Vendido por|Vendedor;Fornecido por
Pagamento a 30 dias|Pronto pagamento;Transferência
Dados bancários|Banco;Conta
Telefone|Tel.|Telef.;Contacto
NIF|NIPC|CNPJ;Contribuinte
Página;Folha
Hóspede|Nome;Nome do hóspede
Gorjeta|Taxa de serviço;Serviço
Arredondamento;Acerto
Pontos|Pontos acumulados;Pontos clube
Poupou|Poupança|Economia;Total poupado
Olá|Caro cliente;Bom dia""",
    "pl": """
Faktura|FAKTURA VAT|Faktura VAT;Faktura sprzedaży
Numer faktury|Faktura nr|Nr faktury|Nr;Nasza faktura
Data wystawienia|Data|Wystawiono dnia;Wystawiona w dniu
Termin płatności|Płatne do;Zapłacić do
Data sprzedaży|Data dostawy;Wysłano
Okres|Okres rozliczeniowy;Zużycie od
Numer klienta|Nr klienta;Kontrahent
Nabywca|Odbiorca|Klient;Kupujący
Adres dostawy|Dostawa do;Wysyłka do
Nazwa|Opis|Nazwa towaru lub usługi;Wyszczególnienie
Ilość|Szt.;Liczba
Cena jedn.|Cena|Cena netto;Cena za szt.
Wartość|Kwota|Wartość brutto;Razem
Wartość netto|Razem netto|Suma netto;Kwota netto
VAT|VAT 23%|Kwota VAT|Podatek VAT;PTU
Razem|Do zapłaty|RAZEM|Suma|SUMA PLN|Wartość brutto|Razem brutto;Łącznie
Pozostało do zapłaty|Do zapłaty;Kwota należna
Zaliczka|Wpłacono;Przedpłata
Rabat|Opust;Zniżka
Koszt dostawy|Wysyłka|Dostawa;Transport
Paragon fiskalny|PARAGON FISKALNY|Paragon;Dowód zakupu
Gotówka|GOTÓWKA;Wpłata gotówką
Reszta|RESZTA;Wydano
Karta|KARTA|Karta płatnicza;Zbliżeniowo
Dziękujemy za zakupy|Zapraszamy ponownie;Do zobaczenia
Potwierdzenie zamówienia|Dziękujemy za zamówienie;Zamówienie przyjęte
Data zamówienia|Zamówiono;Złożono
Numer zamówienia|Nr zamówienia|Zamówienie nr;Twoje zamówienie
Płatność dla|Zapłacono na rzecz|Wysłano płatność do;Twoja płatność dla
Zapłacono|Opłacono|Otrzymano płatność;Uregulowano
Sprzedawca|Sprzedający;Dostawca
Płatność przelewem 14 dni|Termin 30 dni;Płatne gotówką
Rachunek bankowy|Bank;Konto
Telefon|Tel.|tel.;Kontakt
NIP|NIP:|REGON;Nr VAT
Strona;Str.
Gość|Imię i nazwisko;Nazwisko gościa
Napiwek|Serwis;Obsługa
Zaokrąglenie;Korekta
Punkty|Zebrane punkty;Punkty w klubie
Zaoszczędzono|Oszczędzasz|Rabaty łącznie;Twoja oszczędność
Dzień dobry|Witaj|Cześć;Szanowni Państwo""",
    "cs": """
Faktura|FAKTURA|Faktura - daňový doklad;Daňový doklad
Číslo faktury|Faktura č.|Číslo dokladu;Doklad č.
Datum vystavení|Datum|Vystaveno;Vystaveno dne
Datum splatnosti|Splatnost|Splatné do;Uhradit do
Datum dodání|Dodáno;Odesláno
Období|Zúčtovací období;Spotřeba od
Číslo zákazníka|Zákazník č.;Klient č.
Odběratel|Zákazník;Kupující
Dodací adresa;Doručit na
Popis|Položka|Název;Označení
Množství|Ks|Počet;MJ
Cena za kus|Cena|Jedn. cena;Cena/MJ
Částka|Celkem|Cena celkem;Hodnota
Celkem bez DPH|Mezisoučet|Základ daně;Základ
DPH|DPH 21 %|Částka DPH;Daň
Celkem|CELKEM|Celkem k úhradě|Celkem s DPH|K úhradě;Celková částka
Zbývá uhradit|K úhradě;Doplatit
Záloha|Uhrazená záloha;Předem zaplaceno
Sleva;Akce
Doprava|Poštovné;Dopravné
Účtenka|ÚČTENKA|Paragon|Prodejka;Stvrzenka
Hotovost|HOTOVOST|Hotově;Přijato
Vráceno|Vrátit|VRÁCENO;Zpět
Karta|Platební karta|KARTA;Bezkontaktně
Děkujeme za nákup|Děkujeme za návštěvu;Na shledanou
Potvrzení objednávky|Děkujeme za objednávku;Objednávka přijata
Datum objednávky|Objednáno;Objednávka ze dne
Číslo objednávky|Objednávka č.;Vaše objednávka
Platba pro|Zaplatili jste|Odeslali jste platbu;Vaše platba pro
Zaplaceno|Uhrazeno;Přijatá platba
Dodavatel|Prodávající|Prodejce;Vystavil
Splatnost 14 dní|Platba převodem;Ihned splatné
Bankovní spojení|Banka;Účet
Telefon|Tel.|Tel;Volejte
DIČ|IČO|IČ;DIČ/IČ
Strana;List
Host|Jméno;Jméno hosta
Spropitné|Obsluha;Servis
Zaokrouhlení;Haléřové vyrovnání
Body|Získané body;Věrnostní body
Ušetřili jste|Úspora;Celkem ušetřeno
Dobrý den|Vážený zákazníku;Ahoj""",
    "sv": """
Faktura|FAKTURA;Räkning
Fakturanummer|Fakturanr|Faktura nr;Vår faktura
Fakturadatum|Datum;Utställd
Förfallodatum|Förfaller|Betalas senast;Att betala senast
Leveransdatum;Skickad
Period|Faktureringsperiod;Förbrukning
Kundnummer|Kundnr;Er referens
Faktureras till|Kund|Faktureringsadress|Fakturaadress;Köpare
Leveransadress|Levereras till;Skickas till
Beskrivning|Benämning|Artikel;Specifikation
Antal|Kvantitet;St
Á-pris|Pris|Enhetspris;Styckpris
Belopp|Summa|Totalt;Värde
Summa exkl. moms|Delsumma|Netto;Varuvärde
Moms|Moms 25%|Varav moms;Momsbelopp
Totalt|Att betala|Summa att betala|TOTALT|Summa|Totalbelopp|Summa inkl. moms;Totalsumma
Att betala|Kvar att betala;Återstår
Förskott|Deposition;Redan betalt
Rabatt;Avdrag
Frakt|Fraktkostnad;Porto
Kvitto|KVITTO|Kassakvitto;Köpkvitto
Kontant|KONTANT|Kontanter;Mottaget
Växel|Tillbaka|VÄXEL;Åter
Kort|KORTKÖP|Bankkort|Kontokort;Kontaktlös
Tack för ditt köp|Välkommen åter;Ha en bra dag
Orderbekräftelse|Tack för din beställning;Din order är bekräftad
Orderdatum|Beställd;Beställningsdatum
Ordernummer|Order nr;Beställning
Betalning till|Du har betalat till|Du har skickat en betalning till;Din betalning till
Betalt|Betalning mottagen;Reglerat
Säljs av|Säljare;Såld av
Betalningsvillkor 30 dagar|Betala inom 14 dagar;Kontant betalning
Bankgiro|Bank;Konto
Telefon|Tel.|Tfn;Ring
Org.nr|Momsreg.nr;VAT-nr
Sida;Blad
Gäst|Namn;Gästens namn
Dricks;Service
Öresavrundning|Avrundning;Öresutjämning
Poäng|Bonuspoäng;Intjänade poäng
Du har sparat|Rabatter totalt;Din besparing
Hej|Bästa kund;God dag""",
    "da": """
Faktura|FAKTURA;Regning
Fakturanummer|Fakturanr.|Faktura nr.;Vores faktura
Fakturadato|Dato;Udstedt
Forfaldsdato|Betales senest|Forfalder;Betalingsfrist
Leveringsdato;Afsendt
Periode|Faktureringsperiode;Forbrug
Kundenummer|Kundenr.;Deres ref.
Kunde|Faktureres til|Faktureringsadresse;Køber
Leveringsadresse|Leveres til;Sendes til
Beskrivelse|Varetekst|Vare;Tekst
Antal|Stk.;Mængde
Stk. pris|Pris|Enhedspris;Á pris
Beløb|I alt|Total;Værdi
Subtotal|I alt ekskl. moms|Netto;Varebeløb
Moms|25% moms|Heraf moms;Momsbeløb
Total|I alt|At betale|TOTAL|I alt inkl. moms|Total DKK;Samlet beløb
At betale|Restbeløb;Skyldigt beløb
Depositum|Forudbetaling;Aconto
Rabat;Fradrag
Fragt|Forsendelse|Levering;Porto
Bon|Kvittering|KVITTERING;Kassebon
Kontant|KONTANT;Modtaget
Retur|Byttepenge|RETUR;Tilbage
Dankort|Kort|DANKORT;Kontaktløs
Tak for besøget|Tak for dit køb;På gensyn
Ordrebekræftelse|Tak for din ordre;Din ordre er bekræftet
Ordredato|Bestilt;Købsdato
Ordrenummer|Ordre nr.;Bestilling
Betaling til|Du har betalt til|Du har sendt en betaling til;Din betaling til
Betalt|Betaling modtaget;Afregnet
Solgt af|Sælger;Leveret af
Betalingsbetingelser: netto 8 dage|Netto 30 dage;Kontant
Bank|Bankoplysninger;Konto
Telefon|Tlf.|Tlf;Ring
CVR|CVR-nr.|CVR nr.;Moms nr.
Side;Ark
Gæst|Navn;Gæstens navn
Drikkepenge;Service
Afrunding|Øreafrunding;Afr.
Point|Bonuspoint;Optjent
Du har sparet|Rabat i alt;Din besparelse
Hej|Kære kunde;Goddag""",
    "nb": """
Faktura|FAKTURA;Regning
Fakturanummer|Fakturanr.|Faktura nr.;Vår faktura
Fakturadato|Dato;Utstedt
Forfallsdato|Forfall|Betales innen;Betalingsfrist
Leveringsdato;Sendt
Periode|Fakturaperiode;Forbruk
Kundenummer|Kundenr.;Deres ref.
Kunde|Faktureres til|Fakturaadresse;Kjøper
Leveringsadresse|Leveres til;Sendes til
Beskrivelse|Varenavn|Tekst;Spesifikasjon
Antall|Stk.;Mengde
Enhetspris|Pris|Stk. pris;À pris
Beløp|Sum|Totalt;Verdi
Netto|Sum eks. mva|Delsum;Varebeløp
Mva|MVA 25%|Herav mva;Mva-beløp
Totalt|Å betale|Sum|TOTALT|Beløp å betale|Sum inkl. mva;Totalsum
Å betale|Restbeløp;Gjenstår
Forskudd|Depositum;Forhåndsbetalt
Rabatt;Avslag
Frakt|Porto;Fraktkostnad
Kvittering|KVITTERING|Salgskvittering;Kassalapp
Kontant|KONTANT;Mottatt
Veksel|Tilbake|VEKSEL;Retur
Bankkort|BankAxept|Kort;Kontaktløs
Takk for handelen|Velkommen igjen;Ha en fin dag
Ordrebekreftelse|Takk for din bestilling;Bestillingen er bekreftet
Ordredato|Bestilt;Kjøpsdato
Ordrenummer|Ordre nr.;Bestilling
Betaling til|Du har betalt til|Du har sendt en betaling til;Din betaling til
Betalt|Betaling mottatt;Oppgjort
Solgt av|Selger;Levert av
Betalingsbetingelser 14 dager|Netto 30 dager;Kontant
Bank|Kontonummer;Konto
Telefon|Tlf.|Tlf;Ring
Org.nr.|Foretaksregisteret|Org nr;MVA nr.
Side;Ark
Gjest|Navn;Gjestens navn
Tips;Service
Avrunding|Øreavrunding;Avr.
Poeng|Bonuspoeng;Opptjent
Du har spart|Rabatt totalt;Din besparelse
Hei|Kjære kunde;God dag""",
    "fi": """
Lasku|LASKU;Myyntilasku
Laskun numero|Laskunro|Lasku nro;Laskumme
Laskun päivämäärä|Päivämäärä|Laskun pvm|Päiväys;Laskutuspäivä
Eräpäivä|Maksettava viimeistään;Maksupäivä viimeistään
Toimituspäivä;Lähetetty
Laskutuskausi|Ajanjakso;Kulutusjakso
Asiakasnumero|Asiakasnro;Viitteenne
Laskutusosoite|Asiakas|Laskun saaja;Ostaja
Toimitusosoite;Toimitus
Kuvaus|Tuote|Nimike;Selite
Määrä|Kpl;Lkm
Yksikköhinta|Hinta|A-hinta;À-hinta
Summa|Yhteensä|Rivisumma;Arvo
Veroton yhteensä|Välisumma|Netto;Veroton
ALV|ALV 25,5 %|ALV yhteensä;Vero
Yhteensä|Maksettava|YHTEENSÄ|Maksettava yhteensä|Loppusumma;Verollinen yhteensä
Maksettava|Avoinna;Maksamatta
Ennakkomaksu;Etumaksu
Alennus;Hyvitys
Toimituskulut|Postikulut;Rahti
Kuitti|KUITTI;Ostokuitti
Käteinen|KÄTEINEN;Saatu
Takaisin|VAIHTORAHA;Vaihtoraha
Pankkikortti|Kortti|KORTTI;Lähimaksu
Kiitos käynnistä|Tervetuloa uudelleen;Hyvää päivän jatkoa
Tilausvahvistus|Kiitos tilauksestasi;Tilauksesi on vahvistettu
Tilauspäivä|Tilattu;Tilauksen pvm
Tilausnumero|Tilaus nro;Tilauksesi
Maksu saajalle|Maksoit|Lähetit maksun;Maksusi saajalle
Maksettu|Maksu vastaanotettu;Suoritettu
Myyjä|Myynyt;Toimittaja
Maksuehto 14 pv netto|Maksuehto 30 pv;Heti
Pankkiyhteys|Pankki;Tili
Puhelin|Puh.|Puh;Soita
Y-tunnus|ALV-tunnus;Y-tunnus/ALV
Sivu;Sivu nro
Vieras|Nimi;Vieraan nimi
Juomaraha|Palvelu;Palvelumaksu
Pyöristys;Pyör.
Pisteet|Bonuspisteet;Kertyneet
Säästit|Alennukset yhteensä;Säästösi
Hei|Hyvä asiakas;Moi""",
    "hu": """
Számla|SZÁMLA;Eladási számla
Számlaszám|Számla sorszáma|Sorszám;Bizonylatszám
Számla kelte|Kelt|Dátum|Kiállítás dátuma;Kiállítva
Fizetési határidő|Esedékesség;Fizetendő eddig
Teljesítés dátuma|Teljesítés;Szállítva
Időszak|Elszámolási időszak;Fogyasztás
Ügyfélszám|Vevőkód;Partnerkód
Vevő|Számlázási cím|Megrendelő;Vásárló
Szállítási cím;Szállítás ide
Megnevezés|Leírás|Termék;Tétel
Mennyiség|Db;Menny.
Egységár|Ár|Nettó egységár;Egys.ár
Összeg|Érték|Bruttó;Tételösszeg
Nettó összesen|Részösszeg|Nettó érték;Adóalap
ÁFA|ÁFA 27%|ÁFA összege;Áfa érték
Összesen|Fizetendő|Fizetendő összesen|Végösszeg|Bruttó összesen|ÖSSZESEN;Mindösszesen
Fizetendő|Fennmaradó összeg;Hátralék
Előleg|Befizetett előleg;Foglaló
Kedvezmény|Engedmény;Árengedmény
Szállítás|Szállítási költség;Posta
Nyugta|NYUGTA|Blokk;Bizonylat
Készpénz|KÉSZPÉNZ;Átvett
Visszajáró|VISSZAJÁRÓ;Vissza
Bankkártya|BANKKÁRTYA|Kártya;Érintéses
Köszönjük a vásárlást|Köszönjük, hogy nálunk vásárolt;Viszontlátásra
Rendelés visszaigazolás|Köszönjük a rendelését;Rendelését megkaptuk
Rendelés dátuma|Megrendelve;Rendelve
Rendelésszám|Rendelési szám;Rendelés
Fizetés részére|Ön fizetett|Kifizetés címzettje;Fizetés címzettje
Fizetve|Befizetve;Kiegyenlítve
Eladó|Szállító|Értékesítő;Kibocsátó
Fizetési mód: átutalás|Fizetés 8 napon belül;Azonnal
Bankszámla|Bank;Számla
Telefon|Tel.|Tel;Hívjon
Adószám|Adószám:;Közösségi adószám
Oldal;Lap
Vendég|Név;Vendég neve
Borravaló|Szervizdíj;Felszolgálási díj
Kerekítés;Kerek.
Pontok|Gyűjtött pontok;Hűségpont
Megtakarítás|Ön megtakarított;Kedvezmény összesen
Kedves|Üdvözöljük|Tisztelt;Szia""",
    "ro": """
Factură|FACTURA|Factura fiscală;Factură de vânzare
Număr factură|Factura nr.|Nr. factură;Seria și nr.
Data facturii|Data|Data emiterii;Emisă la
Scadență|Data scadenței|Termen de plată;De plătit până la
Data livrării;Expediat la
Perioada|Perioada de facturare;Consum
Cod client|Număr client;Ref. client
Cumpărător|Client|Facturat către;Beneficiar
Adresa de livrare;Livrare la
Denumire|Descriere|Produs;Denumirea produselor
Cantitate|Cant.|Buc.;Nr.
Preț unitar|Preț|Preț fără TVA;Pret/UM
Valoare|Sumă|Total;Val.
Total fără TVA|Subtotal|Valoare netă;Bază
TVA|TVA 19%|Valoare TVA;Taxă
Total de plată|Total|TOTAL|Total general|TOTAL LEI;Total cu TVA
Rest de plată|De plată|Sold;Sumă restantă
Avans|Avans plătit;Acont
Reducere|Discount;Rabat
Transport|Livrare|Cost livrare;Taxă livrare
Bon fiscal|BON FISCAL|Chitanță;Bon
Numerar|NUMERAR;Primit
Rest|REST;Rest numerar
Card|CARD|Card bancar;Contactless
Vă mulțumim|Mulțumim pentru cumpărături;Vă mai așteptăm
Confirmare comandă|Mulțumim pentru comandă;Comanda a fost confirmată
Data comenzii|Comandat la;Plasată la
Număr comandă|Comanda nr.;Comanda ta
Plată către|Ai plătit către|Ai trimis o plată către;Plata ta către
Plătit|Achitat|Plată primită;Încasat
Vândut de|Vânzător|Furnizor;Livrat de
Plata în 30 de zile|Plata prin transfer;Plata imediată
Cont bancar|Banca;Cont
Telefon|Tel.|Tel;Sunați
CUI|CIF|C.I.F.;Cod fiscal
Pagina;Fila
Oaspete|Nume;Nume oaspete
Bacșiș|Serviciu;Servicii
Rotunjire;Diferență
Puncte|Puncte acumulate;Puncte bonus
Ai economisit|Economii|Total reduceri;Reducere totală
Bună ziua|Stimate client;Salut""",
    "tr": """
Fatura|FATURA|e-Fatura|e-Arşiv Fatura;Satış Faturası
Fatura No|Fatura Numarası;Belge No
Fatura Tarihi|Tarih|Düzenleme Tarihi;Tanzim Tarihi
Son Ödeme Tarihi|Vade|Vade Tarihi;Ödeme Günü
Teslim Tarihi|Sevk Tarihi;Gönderildi
Dönem|Fatura Dönemi;Tüketim Dönemi
Müşteri No|Müşteri Numarası;Abone No
Alıcı|Müşteri|Sayın|Fatura Adresi;Alıcı Firma
Teslimat Adresi|Sevk Adresi;Gönderim Adresi
Açıklama|Ürün|Mal Hizmet;Cinsi
Miktar|Adet;Mik.
Birim Fiyat|Fiyat;B. Fiyat
Tutar|Toplam|Mal Hizmet Tutarı;Bedel
Ara Toplam|Mal Hizmet Toplam Tutarı|Matrah;KDV Hariç Toplam
KDV|KDV %20|Hesaplanan KDV|TOPKDV;KDV Tutarı
Toplam|Genel Toplam|TOPLAM|Ödenecek Tutar|Vergiler Dahil Toplam Tutar;KDV Dahil Toplam
Ödenecek|Kalan Tutar|Ödenecek Tutar;Bakiye
Kapora|Ön Ödeme|Avans;Peşinat
İndirim|İskonto;Tenzilat
Kargo|Kargo Ücreti|Nakliye;Gönderim
Fiş|BİLGİ FİŞİ|Makbuz;Satış Fişi
Nakit|NAKİT;Alınan
Para Üstü|PARA ÜSTÜ;Üstü
Kredi Kartı|KREDİ KARTI|Kart;Temassız
Teşekkür ederiz|Yine bekleriz;İyi günler
Sipariş Onayı|Siparişiniz için teşekkürler;Siparişiniz alındı
Sipariş Tarihi;Sipariş Verildi
Sipariş No|Sipariş Numarası;Siparişiniz
Ödeme yapıldı|Ödeme Alıcısı|Ödeme gönderdiniz;Ödemeniz
Ödendi|Ödeme alındı;Tahsil edildi
Satıcı|Satıcı Firma|Mağaza;Tedarikçi
Ödeme 30 gün|Havale ile ödeme;Peşin
Banka Bilgileri|Banka;Hesap
Telefon|Tel.|Tel;Arayın
VKN|Vergi No|Vergi Dairesi;V.D. No
Sayfa;Yaprak
Misafir|Ad Soyad;Konuk
Bahşiş|Servis;Servis Ücreti
Yuvarlama;Fark
Puan|Kazanılan Puan;Bonus
Kazancınız|Tasarruf|Toplam İndirim;İndirim Toplamı
Merhaba|Sayın;İyi günler""",
    "ja": """
請求書|ご請求書;御請求書
請求書番号|請求番号;番号
請求日|発行日|日付;作成日
支払期限|お支払期限;支払期日
納品日|納入日;発送日
ご利用期間|対象期間;利用月
お客様番号|会員番号;顧客番号
宛先|請求先|お客様名;宛名
お届け先|配送先;納品先
品名|商品名|内容|摘要;項目
数量|個数;点数
単価|価格;単位価格
金額|小計金額;価額
小計|税抜合計|税抜金額;税抜小計
消費税|消費税(10%)|内消費税;税額
合計|合計金額|ご請求金額|請求金額|お買上計|総合計;税込合計額
お支払金額|お支払い金額;残額
前受金|内金;手付金
割引|値引;値引き額
送料|配送料;運賃
領収書|レシート|領収証;お買上票
現金|お預り|お預かり;現金お預り
お釣り|おつり|釣銭;お釣
クレジット|カード|クレジットカード;電子マネー
ありがとうございました|またのご来店をお待ちしております;毎度ありがとうございます
ご注文確認|ご注文ありがとうございます|ご注文内容;注文確認
注文日|ご注文日;ご注文日時
注文番号|ご注文番号;受注番号
お支払い先|支払先|お支払いが完了しました;ご利用先
支払済|お支払い済み|領収済;入金済
販売元|販売者|店舗名;販売店
お支払条件 月末締め翌月末払い|銀行振込;現金払い
振込先|お振込先;銀行
電話|TEL|電話番号;電話:
登録番号|事業者登録番号;登録No
頁;ページ
お客様|宿泊者名;ご宿泊者
サービス料|奉仕料;席料
端数|端数調整;調整
ポイント|今回ポイント|獲得ポイント;付与ポイント
お得額|割引合計;値引合計
様|お客様;各位""",
}


def words_of(language: str, part: str) -> dict[str, list[str]]:
    """The alternatives of each key; those of the test part include all."""
    lines = WORDS[language].strip().split("\n")
    assert len(lines) == len(KEYS), (language, len(lines), len(KEYS))
    found = {}
    for key, line in zip(KEYS, lines):
        known, _, unseen = line.partition(";")
        found[key] = known.split("|") + (unseen.split("|") if part == "test" and unseen else [])
    return found
