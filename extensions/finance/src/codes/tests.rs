//! Codes as their specifications show them, and what comes of them.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::fields::Receipt;

const EPC: &str = "BCD\n002\n1\nSCT\nBFSWDE33BER\nWikimedia Foerdergesellschaft\nDE33100205000001194700\n\
                   EUR123.45\n\n\nSpende fuer Wikipedia";
const SWISS: &str = "SPC\n0200\n1\nCH4431999123000889012\nS\nRobert Schneider AG\nRue du Lac\n1268\n2501\n\
                     Biel\nCH\n\n\n\n\n\n\n\n1949.75\nCHF\nS\nPia Rutschmann\nGrosse Marktgasse\n28\n9400\n\
                     Rorschach\nCH\nQRR\n210000000003139471430009017\nOrder of 15 June 2026\nEPD\n\
                     //S1/10/10201409/11/260612/20/1400.000-53";
const PORTUGAL: &str = "A:123456789*B:999999990*C:PT*D:FS*E:N*F:20260812*G:FS CDVF/12345*H:CDF7T5HD-12345*\
                        I1:PT*I7:0.65*I8:0.15*N:0.15*O:0.80*Q:YhGV*R:9999*S:NU;0.80";
const AUSTRIA: &str = "_R1-AT0_DEMO-CASH-BOX817_83469_2026-03-11T03:57:08_20,00_0,50_1,00_0,00_0,00_\
                       g9xyzA==_20f2ed172daa09e5_B4ryS9ltvMU=_NzFxkz2o==";
const SPAIN: &str = "https://www2.agenciatributaria.gob.es/wlpl/TIKE-CONT/ValidarQR?nif=89890001K&\
                     numserie=12345678-G33&fecha=01-09-2026&importe=241.4";
const SAUDI: &str =
    "AQhCb2JzIEx0ZAIPMzEwMTIyMzkzNTAwMDAzAxQyMDI2LTA0LTI1VDE1OjMwOjAwWgQHMTAwMC4wMAUGMTUwLjAw";

fn parsed(text: &str) -> (String, String, String, String) {
    let it = parse(text).unwrap_or_else(|| panic!("{text}"));
    let text = |text: Option<String>| text.unwrap_or_default();
    let amount = it.amount.map(|amount| amount.to_string());
    (text(it.vendor), text(it.date), text(amount), text(it.currency))
}

#[test]
fn codes_of_all_kinds_are_read_as_their_specifications_show_them() {
    let rows = [
        (EPC, "Wikimedia Foerdergesellschaft", "", "123.45", "EUR"),
        (SWISS, "Robert Schneider AG", "2026-06-12", "1949.75", "CHF"),
        (PORTUGAL, "", "2026-08-12", "0.80", "EUR"),
        (AUSTRIA, "", "2026-03-11", "21.50", "EUR"),
        (SPAIN, "", "2026-09-01", "241.4", "EUR"),
        (SAUDI, "Bobs Ltd", "2026-04-25", "1000.00", "SAR"),
    ];
    for (code, vendor, date, amount, currency) in rows {
        let expected = [vendor, date, amount, currency].map(str::to_owned);
        assert_eq!(<[String; 4]>::from(parsed(code)), expected, "{code}");
    }
    assert_eq!(parse(PORTUGAL).unwrap().tax, Amount::parse("0.15"));
    assert_eq!(parse(SAUDI).unwrap().tax, Amount::parse("150.00"));
}

#[test]
fn what_is_nearly_a_code_is_none() {
    let cases = [
        EPC.replace("DE33", "DE34"),
        EPC.replace("SCT", "INST"),
        EPC.replace("BCD\n002", "BCD\n003"),
        SWISS.replace("EPD", "END"),
        SWISS.replace("CHF", "USD"),
        SWISS.replace("CH4431", "CH4432"),
        PORTUGAL.replace("A:123456789", "A:12345678"),
        PORTUGAL.replace("*Q:YhGV", ""),
        AUSTRIA.replace("_R1", "R1"),
        AUSTRIA.replace("_20,00", ""),
        SPAIN.replace("agenciatributaria", "agencia-tributaria"),
        SPAIN.replace("nif=89890001K", "nif="),
        SAUDI.replacen('A', "B", 1),
        "https://shop.example/pay?importe=12.00&fecha=01-01-2026".to_owned(),
        String::new(),
    ];
    for case in cases {
        assert_eq!(parse(&case), None, "{case}");
    }
}

#[test]
fn an_amount_that_a_code_leaves_open_or_writes_wrongly_is_not_stated() {
    for (code, was, now) in [
        (EPC, "EUR123.45", ""),
        (EPC, "EUR123.45", "EUR123,45"),
        (EPC, "EUR123.45", "EUR1234567890.00"),
        (SWISS, "1949.75", ""),
        (PORTUGAL, "O:0.80", "O:x"),
        (AUSTRIA, "20,00", "20.00"),
    ] {
        assert_eq!(parse(&code.replace(was, now)).unwrap().amount, None, "{now}");
    }
}

fn answer(vendor: &str, date: &str, amount: &str, confidence: f32) -> Answer {
    let receipt = Receipt {
        vendor: Some(vendor.to_owned()),
        date: Some(date.to_owned()),
        amount: Amount::parse(amount),
        currency: Some("CHF".to_owned()),
        ..Receipt::default()
    };
    let fields = ["vendor", "date", "amount", "currency"];
    let found = |field: &str| (field.to_owned(), fields::evidence(confidence, "a line".to_owned()));
    let evidence: BTreeMap<String, Evidence> = fields.map(found).into();
    Answer { receipt, evidence, engine: None }
}

#[test]
fn a_code_confirms_the_text_or_wins_over_it_and_is_doubted() {
    let codes = [SWISS.to_owned()];
    let same = preferring(&codes, answer("Robert Schneider", "2026-06-12", "1949.75", 0.9));
    assert_eq!(same.receipt.vendor.as_deref(), Some("Robert Schneider AG"));
    for field in ["vendor", "date", "amount", "currency"] {
        assert_eq!(same.evidence[field].confidence, CONFIRMED, "{field}");
        assert_eq!(same.evidence[field].quote, "QR code (Swiss QR-bill)");
    }
    let other = preferring(&codes, answer("Robert Schneider AG", "2026-06-12", "1849.75", 0.9));
    assert_eq!(other.receipt.amount, Amount::parse("1949.75"));
    assert_eq!(other.evidence["amount"].alternatives, [json!(1849.75)]);
    assert!(other.evidence["amount"].confidence < 0.5);
    let unsure = preferring(&codes, answer("Rohert Schn", "2026-06-12", "1849.75", 0.2));
    assert_eq!(unsure.evidence["amount"].confidence, STATED);
    assert_eq!(unsure.evidence["amount"].alternatives, Vec::<Value>::new());
}

#[test]
fn codes_of_one_document_are_joined_and_two_amounts_count_for_none() {
    let paid = EPC.replace("123.45", "0.80");
    let joined = stated(&[paid, PORTUGAL.to_owned()]).unwrap();
    assert_eq!((joined.kind, joined.is_fiscal), ("Portugal", true));
    assert_eq!(joined.vendor.as_deref(), Some("Wikimedia Foerdergesellschaft"));
    assert_eq!(stated(&[EPC.to_owned(), PORTUGAL.to_owned()]), None);
    assert!(prove(&[PORTUGAL.to_owned()]) && !prove(&[EPC.to_owned()]));
    let links = ["https://shop.example".to_owned()];
    let said = answer("Shop", "2026-06-12", "5.00", 0.9);
    assert_eq!(preferring(&links, said.clone()), said);
}

proptest! {
    #[test]
    fn no_text_does_harm(text: String) {
        let _ = parse(&text);
    }

    #[test]
    fn no_change_of_a_code_does_harm(which in 0..6_usize, at: usize, with: char) {
        let code = [EPC, SWISS, PORTUGAL, AUSTRIA, SPAIN, SAUDI][which];
        let at = at % code.len();
        let changed: String =
            code.char_indices().map(|(place, c)| if place == at { with } else { c }).collect();
        let _ = preferring(&[changed], answer("A", "2026-06-12", "5.00", 0.9));
    }

    #[test]
    fn amounts_in_a_transfer_are_read_to_the_cent(cents in 1..99_999_999_999_u64) {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let read = parse(&EPC.replace("123.45", &amount)).unwrap().amount;
        let is_plausible = |amount: &Amount| money::plausible(amount.value()).is_some();
        prop_assert_eq!(read, Amount::parse(&amount).filter(is_plausible));
    }

    #[test]
    fn sums_of_a_till_are_added_up(cents in proptest::array::uniform5(0..1_000_000_u64)) {
        let printed: Vec<String> =
            cents.iter().map(|cents| format!("{},{:02}", cents / 100, cents % 100)).collect();
        let code = format!("_R1-AT1_BOX_1_2026-03-11T03:57:08_{}_a_b_c_d", printed.join("_"));
        let total: u64 = cents.iter().sum();
        let expected = Amount::parse(&format!("{}.{:02}", total / 100, total % 100));
        prop_assert_eq!(parse(&code).unwrap().amount, expected);
    }
}
