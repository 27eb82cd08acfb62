//! Further labels: also in Greek, Bulgarian, Croatian and Slovenian, Indonesian, Vietnamese, Thai,
//! Hebrew, Arabic, Persian, Icelandic, Latvian, Estonian, Russian and Ukrainian.

use super::Concept::{self, self as C};

/// Concept, weight 0 to 1, phrases separated by `|`.
pub(super) const PHRASES: &[(Concept, f32, &str)] = &[
    (
        C::Rounding,
        1.0,
        "arredondamento|arrondi legal|redondeo total|zaokrouhleni celkem|yuvarlama farki|oresutjamning|oresafrunding|rundungsdifferenz|端数|端数調整|端数処理",
    ),
    (
        C::DueDate,
        1.0,
        "prelevement le|sera preleve le|preleve le|prelevement automatique le|abgebucht am|abbuchung am|abbuchung zum|lastschrift am|lastschrift zum|addebito il|addebito previsto il|sara addebitato il|cargo en cuenta el|se cargara el|domiciliacion el|adeudo el|afgeschreven op|incasso op|betales via betalingsservice den|debito direto a|direct debit on|will be collected on|will be debited on|will be charged on",
    ),
    (
        C::OtherDate,
        1.0,
        "next billing date|next billing|next payment|next payment date|next charge|next invoice|next renewal|renews on|renews|renewal date|will renew on|nachste abbuchung|nachste zahlung|nachste rechnung|verlangert sich am|prochain prelevement|prochain paiement|prochaine facture|prochaine echeance|proximo pago|proximo cobro|proxima factura|se renueva el|prossimo pagamento|prossimo addebito|si rinnova il|volgende betaling|volgende factuur|proxima cobranca|proximo pagamento|nastepna platnosc|nasta betalning|naeste betaling|neste betaling|seuraava maksu|date of journey|journey date|travel date|date of travel|departure date|event date|reisedatum|date de voyage|fecha de viaje|data di viaggio|reisdatum",
    ),
    (
        C::DocumentDate,
        1.0,
        "booking date|date of booking|booked on|buchungsdatum|buchung vom|date de reservation|fecha de reserva|data prenotazione|boekingsdatum",
    ),
    (C::Seller, 1.0, "销售方名称|销售方|销方名称|销货方|收款方|商户名称|卖家|店铺名称"),
    (
        C::Title,
        1.0,
        "电子发票|普通发票|增值税发票|电子普通发票|增值税电子普通发票|增值税普通发票|增值税专用发票",
    ),
    (
        C::Address,
        1.0,
        "av|viale|largo|estrada|travessa|aleja|al|osiedle|trida|ut|ter|korut|calea|soseaua|bulvar|mah|st|rd|hwy|ln|sq|pkwy|crescent|close|terrace|drive|court|impasse|quai|place|paseo|ronda|carrera|rodovia|alameda|rynek|torget|torvet|tori|ulicka",
    ),
    (
        C::Total,
        1.0,
        "συνολικο ποσο|γενικο συνολο|πληρωτεο ποσο|τελικο συνολο|συνολο πληρωμησ|ποσο πληρωμησ|συνολικη αξια|πληρωτεο|обща сума|краина сума|сума за плащане|всичко за плащане|общо за плащане|общо с ддс|обща стоиност|ukupno za platiti|ukupan iznos|sveukupno|ukupno s pdv|za platiti|ukupno za placanje|iznos za placanje|za placilo|skupaj za placilo|total bayar|jumlah total|total tagihan|total harga|total belanja|jumlah tagihan|jumlah yang harus dibayar|total keseluruhan|tong cong|tong tien|tong thanh toan|tong tien thanh toan|tong cong tien thanh toan|so tien thanh toan|ยอดรวมทงสน|รวมทงสน|ยอดรวมสทธ|จานวนเงนรวมทงสน|ยอดชาระ|ยอดสทธ|รวมเงนทงสน|จานวนเงนรวม|ยอดทตองชาระ|รวมเปนเงนทงสน|סה כ לתשלום|סך הכל לתשלום|סה כ כולל מע מ|סכום לתשלום|סך הכל|المجموع الكلي|الاجمالي|اجمالي المبلغ|المبلغ الاجمالي|الاجمالي المستحق|المبلغ المستحق|المجموع شامل الضريبة|الاجمالي شامل الضريبة|الاجمالي شامل ضريبة القيمة المضافة|اجمالي الفاتورة|samtals til greiðslu|heildarupphaeð|til greiðslu|samtals með vsk|heildarverð|итого к оплате|всего к оплате|сумма к оплате|итого с ндс|общая сумма|к оплате|разом до сплати|до сплати|всього до сплати|загальна сума|усього до сплати|kopa apmaksai|summa apmaksai|apmaksai|kopsumma|kokku tasuda|tasuda|summa kokku|جمع کل|مبلغ قابل پرداخت|مبلغ کل|قابل پرداخت",
    ),
    (
        C::Total,
        0.9,
        "συνολο|общо|всичко|ukupno|skupaj|ยอดรวม|รวม|סה כ|المجموع|اجمالي|samtals|итого|всего|разом|всього|усього|kopa|kokku",
    ),
    (
        C::Net,
        1.0,
        "καθαρη αξια|μερικο συνολο|υποσυνολο|αξια προ φπα|συνολο προ φπα|междинна сума|данъчна основа|сума без ддс|стоиност без ддс|нето|međuzbroj|osnovica|porezna osnovica|ukupno bez pdv|iznos bez pdv|međusuma|dasar pengenaan pajak|dpp|cong tien hang|tam tinh|tong tien hang|tien hang|มลคาสนคา|ยอดกอนภาษ|รวมกอนภาษ|ราคากอนภาษ|ยอดรวมกอนภาษ|มลคากอนภาษ|สอดรวมยอย|ยอดรวมยอย|סכום ביניים|סה כ לפני מע מ|לפני מע מ|סכום לפני מע מ|المجموع الفرعي|الاجمالي قبل الضريبة|المبلغ قبل الضريبة|المجموع قبل الضريبة|المبلغ الخاضع للضريبة|millisamtala|samtals an vsk|an vsk|upphaeð an vsk|подытог|итого без ндс|сумма без ндс|проміжнии підсумок|сума без пдв|summa bez pvn|summa kaibemaksuta",
    ),
    (
        C::Tax,
        1.0,
        "φπα|ποσο φπα|ддс|сума ддс|начислен ддс|pdv|porez|iznos pdv|ddv|znesek ddv|ppn|pajak|pajak pertambahan nilai|thue|thue gtgt|tien thue|tien thue gtgt|ภาษมลคาเพม|ภาษ|จานวนภาษมลคาเพม|מע מ|מעמ|סכום מע מ|ضريبة القيمة المضافة|الضريبة|ضريبة|قيمة الضريبة|مبلغ الضريبة|vsk|virðisaukaskattur|þar af vsk|ндс|в том числе ндс|сумма ндс|пдв|у тому числі пдв|pvn|kaibemaks|مالیات|مالیات بر ارزش افزوده",
    ),
    (
        C::Given,
        1.0,
        "μετρητα|καρτα|καταβληθεν|в брои|платено|банкова карта|gotovina|kartica|placeno|primljeno|placano|bayar|dibayar|kartu kredit|kartu debit|tien mat|tien khach đua|đa thanh toan|เงนสด|รบเงน|บตรเครดต|เงนรบ|מזומן|שולם|אשראי|כרטיס אשראי|نقدا|نقدي|المدفوع|بطاقة|المبلغ المدفوع|reiðufe|greitt|debetkort|наличные|наличными|получено|картои|готівка|готівкою|карткою",
    ),
    (
        C::Change,
        1.0,
        "ρεστα|ресто|povrat|za povrat|kembali|tien thua|tien thoi lai|tien tra lai|เงนทอน|עודף|الباقي|til baka|сдача|решта",
    ),
    (
        C::Discount,
        1.0,
        "εκπτωση|отстъпка|popust|diskon|potongan|giam gia|chiet khau|สวนลด|הנחה|خصم|الخصم|afslattur|скидка|знижка",
    ),
    (
        C::Shipping,
        1.0,
        "μεταφορικα|εξοδα αποστολησ|доставка|dostava|postarina|ongkos kirim|biaya pengiriman|phi van chuyen|phi giao hang|คาจดสง|คาขนสง|משלוח|דמי משלוח|الشحن|رسوم التوصيل|التوصيل|sendingarkostnaður|sendingargjald",
    ),
    (
        C::AmountDue,
        0.85,
        "υπολοιπο|οφειλομενο ποσο|дължима сума|остатък|preostalo za platiti|sisa tagihan|sisa pembayaran|con lai|so tien con phai tra|ยอดคงเหลอ|ยอดคางชาระ|יתרה לתשלום|יתרה|المبلغ المتبقي|الرصيد المستحق|المتبقي|eftirstoðvar|остаток к оплате|залишок до сплати",
    ),
    (
        C::Amount,
        0.4,
        "ποσο|αξια|τιμη|сума|стоиност|цена|iznos|cijena|znesek|harga|so tien|thanh tien|จานวนเงน|ราคา|סכום|מחיר|المبلغ|السعر|القيمة|upphaeð|verð|сумма|стоимость|ціна|вартість",
    ),
    (
        C::UnitPrice,
        1.0,
        "τιμη μοναδασ|единична цена|ед цена|jedinicna cijena|cijena po jedinici|harga satuan|đon gia|ราคาตอหนวย|หนวยละ|מחיר יחידה|מחיר ליחידה|سعر الوحدة|einingarverð|цена за единицу|ціна за одиницю",
    ),
    (
        C::Count,
        1.0,
        "ποσοτητα|ποσ|количество|брои|бр|kolicina|kuantitas|so luong|จานวน|כמות|الكمية|magn|fjoldi|кол во|кількість",
    ),
    (
        C::DocumentDate,
        1.0,
        "ημερομηνια εκδοσησ|ημερομηνια τιμολογιου|дата на издаване|дата на фактурата|datum racuna|datum izdavanja|datum izdaje|tanggal faktur|tanggal invoice|tanggal transaksi|tanggal pembelian|ngay hoa đon|ngay lap|ngay lap hoa đon|ngay mua|วนทออกใบกากบภาษ|วนทออก|วนทใบเสรจ|תאריך חשבונית|תאריך הפקה|תאריך הנפקה|تاريخ الفاتورة|تاريخ الاصدار|تاريخ اصدار الفاتورة|dagsetning reiknings|utgafudagur|utgafudagsetning|дата счета|дата выставления|дата покупки|дата рахунку|дата виставлення",
    ),
    (
        C::Date,
        0.7,
        "ημερομηνια|ημ νια|дата|tgl|ngay|วนท|תאריך|التاريخ|تاريخ|تاریخ|dagsetning|dags|datums|kuupaev",
    ),
    (
        C::DueDate,
        1.0,
        "ημερομηνια ληξησ|πληρωτεο εωσ|προθεσμια πληρωμησ|срок за плащане|падеж|дата на падеж|datum dospijeca|dospijece|rok placanja|datum zapadlosti|rok placila|jatuh tempo|tanggal jatuh tempo|han thanh toan|ngay đen han|วนครบกาหนด|กาหนดชาระ|วนทครบกาหนด|ครบกาหนดชาระ|לתשלום עד|תאריך פירעון|תאריך לתשלום|تاريخ الاستحقاق|gjalddagi|eindagi|срок оплаты|оплатить до|термін оплати|сплатити до",
    ),
    (
        C::DeliveryDate,
        1.0,
        "ημερομηνια παραδοσησ|дата на доставка|дата на данъчно събитие|datum isporuke|datum dostave|tanggal pengiriman|ngay giao hang|วนทจดสง|תאריך אספקה|تاريخ التسليم|تاريخ التوريد|afhendingardagur|дата доставки",
    ),
    (
        C::OrderDate,
        1.0,
        "ημερομηνια παραγγελιασ|дата на поръчка|datum narudzbe|tanggal pesanan|tanggal order|ngay đat hang|วนทสงซอ|תאריך הזמנה|تاريخ الطلب|pontunardagur|дата заказа|дата замовлення",
    ),
    (
        C::Seller,
        1.0,
        "πωλητησ|εκδοτησ|προμηθευτησ|доставчик|продавач|издател|prodavatelj|dobavljac|izdavatelj|prodavac|prodajalec|izdajatelj|penjual|dijual oleh|nguoi ban|đon vi ban hang|đon vi ban|nha cung cap|ผขาย|מוכר|ספק|שם העסק|البايع|المورد|اسم البايع|اسم المورد|seljandi|utgefandi|продавец|поставщик|исполнитель|продавець|постачальник",
    ),
    (
        C::Buyer,
        1.0,
        "πελατησ|αγοραστησ|στοιχεια πελατη|получател|купувач|клиент|kupac|narucitelj|primatelj|kupec|narocnik|pembeli|pelanggan|kepada|nguoi mua|nguoi mua hang|khach hang|đon vi mua|ho ten nguoi mua hang|ลกคา|ผซอ|ชอลกคา|לכבוד|לקוח|שם הלקוח|العميل|المشتري|اسم العميل|اسم المشتري|kaupandi|viðskiptavinur|greiðandi|покупатель|заказчик|плательщик|покупець|платник|замовник",
    ),
    (
        C::DocumentNumber,
        1.0,
        "αριθμοσ τιμολογιου|αρ τιμολογιου|τιμολογιο|αριθμοσ αποδειξησ|αριθμοσ παραστατικου|номер на фактура|фактура номер|фактура|broj racuna|racun br|racun broj|racun|stevilka racuna|nomor faktur|no faktur|nomor invoice|nomor struk|so hoa đon|hoa đon so|เลขทใบกากบภาษ|เลขทใบเสรจ|เลขท|เลขทเอกสาร|เลขทใบแจงหน|מספר חשבונית|חשבונית מס|חשבונית|קבלה מספר|חשבונית מספר|رقم الفاتورة|فاتورة رقم|رقم الايصال|reikningsnumer|reikningur nr|numer reiknings|reikningur|номер счета|номер чека|номер рахунку|rekins nr|rekina numurs|rekins|arve nr|arve number|arve|شماره فاکتور|فاکتور شماره|فاکتور",
    ),
    (
        C::OrderNumber,
        1.0,
        "αριθμοσ παραγγελιασ|номер на поръчка|broj narudzbe|stevilka narocila|nomor pesanan|no pesanan|nomor order|ma đon hang|so đon hang|เลขทใบสงซอ|หมายเลขคาสงซอ|מספר הזמנה|رقم الطلب|pontunarnumer|номер заказа|номер замовлення",
    ),
    (
        C::TaxNumber,
        1.0,
        "αφμ|α φ μ|еик|ддс номер|идентификационен номер|oib|pdv id|id za ddv|pib|npwp|ma so thue|เลขประจาตวผเสยภาษ|עוסק מורשה|ח פ|الرقم الضريبي|رقم التسجيل الضريبي|vsk numer|vsk nr|kennitala|инн|инн кпп|огрн|єдрпоу",
    ),
    (
        C::Payment,
        1.0,
        "τροποσ πληρωμησ|начин на плащане|nacin placanja|nacin placila|metode pembayaran|cara pembayaran|hinh thuc thanh toan|phuong thuc thanh toan|วธการชาระเงน|ชาระโดย|אמצעי תשלום|אופן תשלום|طريقة الدفع|greiðslumati|способ оплаты|спосіб оплати",
    ),
    (
        C::Item,
        1.0,
        "περιγραφη|ειδοσ|προιον|описание|наименование|артикул|naziv|artikl|naziv artikla|nama barang|deskripsi|keterangan|produk|ten hang|ten hang hoa|mo ta|san pham|dien giai|รายการ|รายละเอยด|สนคา|תיאור|פריט|פירוט|الوصف|البيان|الصنف|المنتج|lysing|vorulysing|товар|наименування|опис",
    ),
    (
        C::Title,
        1.0,
        "τιμολογιο|αποδειξη|αποδειξη λιανικησ πωλησησ|фактура|касова бележка|разписка|racun|fiskalni racun|faktur|faktur pajak|struk|kwitansi|bukti pembayaran|hoa đon|hoa đon gia tri gia tang|bien lai|phieu thu|ใบเสรจรบเงน|ใบกากบภาษ|ใบแจงหน|ใบเสรจ|ใบเสรจรบเงนใบกากบภาษ|חשבונית מס קבלה|חשבונית מס|קבלה|فاتورة ضريبية|فاتورة|ايصال|فاتورة ضريبية مبسطة|reikningur|kvittun|счет|чек|кассовыи чек|квитанция|рахунок|квитанція|rekins|ceks|kvits|arve|kviitung|صورتحساب",
    ),
    (
        C::Address,
        1.0,
        "οδοσ|ул|бул|гр|đuong|phuong|quan|ถนน|แขวง|เขต|ตาบล|อาเภอ|רחוב|רח|شارع|улица|проспект|вул",
    ),
    (
        C::Phone,
        1.0,
        "τηλ|τηλεφωνο|тел|телефон|telp|telepon|đien thoai|โทร|โทรศพท|טל|טלפון|هاتف|جوال|simi",
    ),
];
