//! Documents with codes, of which the host tells.

use std::collections::HashMap;

use crate::common::{host, import, pdf, rows};
use serde_json::{Value, json};
use spacedrive_sdk::ops::media::{Codes, CodesOutput, FoundCode};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

const PORTUGAL: &str = "A:123456789*B:999999990*C:PT*D:FS*E:N*F:20260812*G:FS A/12345*H:CDF7T5HD-12345*I1:PT*\
                        I7:10.00*I8:2.30*N:2.30*O:12.30*Q:YhGV*R:9999";
const SLIP: [&str; 5] = [
    "Padaria Sol Lda",
    "Fatura simplificada",
    "Data: 12/08/2026",
    "Total  13.30 EUR",
    "ATCUD:CDF7T5HD-12345",
];

fn with_codes(texts: &'static [&'static str]) -> FakeHost {
    let host = host(HashMap::new());
    host.on::<Codes>(move |input| {
        assert_eq!(input.pages, Some(vec![1, 2, 3]));
        let code = |text: &&str| FoundCode {
            page: 1,
            format: "qr".into(),
            text: (*text).into(),
            area: [0.1, 0.8, 0.1, 0.1],
        };
        Ok(CodesOutput { codes: texts.iter().map(code).collect() })
    });
    host
}

fn review(host: &FakeHost) -> Vec<Value> {
    let method = "query:finance.to_review.v1";
    host.call::<finance::extension::Extension, _, _>(method, &json!({})).unwrap()
}

#[test]
fn a_code_wins_over_the_text_and_a_person_is_asked_where_they_differ() {
    let host = with_codes(&[PORTUGAL]);
    import(&host, "slip.pdf", "application/pdf", &pdf(&SLIP, None)).unwrap();
    let row = rows(&host).remove(0);
    assert_eq!((row["amount"].as_f64(), row["tax"].as_f64()), (Some(12.3), Some(2.3)), "{row:#}");
    assert_eq!((&row["date"], &row["currency"]), (&json!("2026-08-12"), &json!("EUR")), "{row:#}");
    let review = review(&host);
    assert_eq!(review.len(), 1, "{review:#?}");
}

#[test]
fn a_document_with_a_fiscal_code_is_booked_whatever_its_text_says() {
    let words = ["Padaria Sol", "Obrigado pela visita", "ATCUD:CDF7T5HD-12345"];
    let host = with_codes(&[PORTUGAL]);
    import(&host, "slip.pdf", "application/pdf", &pdf(&words, None)).unwrap();
    assert_eq!(rows(&host).first().and_then(|row| row["amount"].as_f64()), Some(12.3));
    let host = with_codes(&["https://padaria.example"]);
    import(&host, "slip.pdf", "application/pdf", &pdf(&words, None)).unwrap();
    assert_eq!(rows(&host), Vec::<Value>::new());
}

#[test]
fn a_host_that_reads_no_codes_is_no_failure_and_a_busy_one_is_asked_again() {
    for code in [ErrorCode::UnknownMethod, ErrorCode::DeniedMethod, ErrorCode::NeedsProvider] {
        let host = host(HashMap::new());
        host.on::<Codes>(move |_| Err(Error::new(code, "no codes")));
        import(&host, "slip.pdf", "application/pdf", &pdf(&SLIP, None)).unwrap();
        assert_eq!(rows(&host)[0]["amount"].as_f64(), Some(13.3));
    }
    let host = host(HashMap::new());
    host.on::<Codes>(|_| Err(Error::new(ErrorCode::Busy, "all are at work")));
    let error = import(&host, "slip.pdf", "application/pdf", &pdf(&SLIP, None)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Busy);
}

#[test]
fn a_text_that_speaks_of_no_code_costs_no_look_at_the_pages() {
    let host = host(HashMap::new());
    host.on::<Codes>(|_| panic!("the pages are looked at"));
    let words = ["Quill Ltd", "RECEIPT", "Date: 5 January 2026", "Total  9.00 GBP", "Paid in cash"];
    import(&host, "slip.pdf", "application/pdf", &pdf(&words, None)).unwrap();
    assert_eq!(rows(&host).len(), 1);
}
