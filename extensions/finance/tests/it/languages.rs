//! Invoices in languages that few senders write, as emails and as texts of documents.

use std::collections::HashMap;

use crate::common::{host, import, rows};
use crate::papers::{EML, letter};

/// Language, currency, lines: seller, title and number, date, items, sum of these, tax, total, payment.
const INVOICES: [(&str, &str, &str); 14] = [
    (
        "el",
        "EUR",
        "Βιβλιοπωλείο Αθήνα ΑΕ\nΤιμολόγιο\nΑριθμός τιμολογίου: 4711\nΗμερομηνία: 15 Ιανουαρίου 2026\n\
         Βιβλίο  100,00 €\nΤετράδιο  50,00 €\nΚαθαρή αξία  150,00 €\nΦΠΑ 24%  36,00 €\nΓενικό σύνολο  186,00 €\nΠληρώθηκε με κάρτα",
    ),
    (
        "bg",
        "EUR",
        "Книжарница София ЕООД\nФактура\nНомер на фактура: 4711\nДата на издаване: 15 януари 2026 г.\n\
         Книга  100,00 €\nТетрадка  55,00 €\nДанъчна основа  155,00 €\nДДС 20%  31,00 €\nСума за плащане  186,00 €\nПлатено в брой",
    ),
    (
        "hr",
        "EUR",
        "Knjižara Zagreb d.o.o.\nRačun br. 4711\nDatum računa: 15. siječnja 2026.\n\
         Knjiga  100,00 EUR\nBilježnica  48,80 EUR\nOsnovica  148,80 EUR\nPDV 25%  37,20 EUR\nUkupno za platiti  186,00 EUR\nPlaćeno karticom",
    ),
    (
        "id",
        "IDR",
        "PT Toko Buku Jakarta\nFaktur\nNomor faktur: 4711\nTanggal faktur: 15 Januari 2026\n\
         Buku  Rp 100.000\nPensil  Rp 67.568\nSubtotal  Rp 167.568\nPPN 11%  Rp 18.432\nTotal bayar  Rp 186.000\nTunai",
    ),
    (
        "vi",
        "VND",
        "Công ty TNHH Sách Hà Nội\nHÓA ĐƠN GIÁ TRỊ GIA TĂNG\nSố hóa đơn: 4711\nNgày 15 tháng 01 năm 2026\n\
         Sách  100.000 đ\nVở  69.091 đ\nCộng tiền hàng  169.091 đ\nTiền thuế GTGT 10%  16.909 đ\nTổng cộng tiền thanh toán  186.000 đ\nTiền mặt",
    ),
    (
        "th",
        "THB",
        "บริษัท ร้านหนังสือ จำกัด\nใบเสร็จรับเงิน\nเลขที่: 4711\nวันที่: 15 มกราคม 2569\n\
         หนังสือ  100.00 บาท\nสมุด  73.83 บาท\nยอดก่อนภาษี  173.83 บาท\nภาษีมูลค่าเพิ่ม 7%  12.17 บาท\nยอดรวมทั้งสิ้น  186.00 บาท\nเงินสด",
    ),
    (
        "he",
        "ILS",
        "ספרים בתל אביב בע\"מ\nחשבונית מס קבלה\nמספר חשבונית: 4711\nתאריך: 15 בינואר 2026\n\
         ספר  100.00 ₪\nמחברת  57.63 ₪\nסה\"כ לפני מע\"מ  157.63 ₪\nמע\"מ 18%  28.37 ₪\nסה\"כ לתשלום  186.00 ₪\nשולם בכרטיס אשראי",
    ),
    (
        "ar",
        "SAR",
        "شركة مكتبة الرياض\nفاتورة ضريبية\nرقم الفاتورة: 4711\nتاريخ الفاتورة: 15 يناير 2026\n\
         كتاب  100.00 SAR\nدفتر  61.74 SAR\nالمجموع الفرعي  161.74 SAR\nضريبة القيمة المضافة 15%  24.26 SAR\nالمبلغ الإجمالي  186.00 SAR\nمدفوع بالبطاقة",
    ),
    (
        "is",
        "ISK",
        "Bókabúð Reykjavíkur ehf.\nReikningur\nReikningsnúmer: 4711\nDagsetning: 15. janúar 2026\n\
         Bók  100.000 ISK\nPenni  50.000 ISK\nSamtals án VSK  150.000 ISK\nVSK 24%  36.000 ISK\nSamtals til greiðslu  186.000 ISK\nGreitt með korti",
    ),
    (
        "is, by its place",
        "ISK",
        "Bókabúð Norðurlands ehf.\nReikningur nr. 47\nKennitala 123456-7890\nDagsetning: 15. janúar 2026\n\
         Bók  100.000 kr.\nPenni  86.000 kr.\nSamtals  186.000 kr.",
    ),
    (
        "fa",
        "IRR",
        "شرکت کتاب تهران\nفاکتور\nشماره فاکتور: 4711\nتاریخ: ۱۴۰۴/۱۰/۲۵\n\
         کتاب  ۱۰۰٬۰۰۰ ریال\nدفتر  ۸۶٬۰۰۰ ریال\nمبلغ قابل پرداخت  ۱۸۶٬۰۰۰ ریال",
    ),
    (
        "ru",
        "RUB",
        "ООО Книжный дом\nКассовый чек\nНомер чека: 4711\nДата: 15 января 2026 г.\n\
         Книга  100,00 руб.\nТетрадь  86,00 руб.\nВ том числе НДС 20%  31,00 руб.\nИтого к оплате  186,00 руб.\nНаличными  186,00 руб.",
    ),
    (
        "uk",
        "UAH",
        "ТОВ Книгарня\nРахунок\nНомер рахунку: 4711\nДата: 15 січня 2026\n\
         Книга  100,00 грн\nЗошит  55,00 грн\nСума без ПДВ  155,00 грн\nПДВ 20%  31,00 грн\nДо сплати  186,00 грн\nОплачено карткою",
    ),
    (
        "lv",
        "EUR",
        "SIA Rīgas grāmatas\nRēķins Nr. 4711\nDatums: 2026. gada 15. janvāris\n\
         Grāmata  153,72 EUR\nPVN 21%  32,28 EUR\nKopā apmaksai  186,00 EUR\nSamaksāts ar karti",
    ),
];

#[test]
fn an_invoice_is_booked_in_languages_of_few_senders() {
    let wrong: Vec<String> = INVOICES.iter().filter_map(|invoice| fault(*invoice)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns what is wrong with the booking of an invoice.
fn fault((language, currency, text): (&str, &str, &str)) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let host = host(HashMap::new());
    let mail = letter("a", "Shop <till@shop.example>", "4711", &lines);
    import(&host, "a.eml", EML, &mail).unwrap();
    let rows = rows(&host);
    let Some(row) = rows.first() else { return Some(format!("{language} is not booked")) };
    let is_whole = ["IDR", "IRR", "VND", "ISK"].contains(&currency);
    let amount = if is_whole { 186_000.0 } else { 186.0 };
    let is_right = row["amount"].as_f64() == Some(amount)
        && row["currency"] == currency
        && row["date"] == "2026-01-15"
        && row["vendor"].as_str().zip(lines.first()).is_some_and(|(it, name)| name.starts_with(it));
    (!is_right).then(|| format!("{language}: {row}"))
}
