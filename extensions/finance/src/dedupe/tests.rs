//! The rules of the table, one case each.

use super::*;

/// Traits of a document: vendor, date, kind, and its text.
fn document(vendor: &str, date: &str, kind: &str, text: &str) -> Traits {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Traits {
        amount: Amount::parse("9.00"),
        date: known(date),
        currency: Some("EUR".into()),
        numbers: Numbers::of(text),
        seller: Seller { name: known(vendor), ..Seller::default() },
        kind: known(kind),
        text: text_hash(text),
        ..Traits::default()
    }
}

fn in_email(email: &str, from: &str, traits: Traits) -> Traits {
    Traits { email: Some(email.into()), from: Some(from.into()), ..traits }
}

const INVOICE: &str = "Invoice number: AB-0001";
const DAY: &str = "2026-01-05";

fn assert_verdict(what: &str, one: &Traits, two: &Traits, wanted: &str) {
    let verdicts = [one.compare(two), two.compare(one)];
    assert_eq!(verdicts[0], verdicts[1], "{what}: it is the same both ways");
    let name = match verdicts[0] {
        Verdict::Same(..) => "same",
        Verdict::Review(_) => "review",
        Verdict::Different => "different",
        Verdict::Unrelated => "unrelated",
    };
    assert_eq!(name, wanted, "{what}: {:?}", verdicts[0]);
}

#[test]
fn numbers_decide() {
    let invoice = document("Acme GmbH", DAY, "invoice", INVOICE);
    let of = |vendor, date, kind, text| document(vendor, date, kind, text);
    for (what, other, wanted) in [
        ("in other bytes", of("ACME", DAY, "invoice", INVOICE), "same"),
        (
            "its receipt",
            of("Acme", "2026-01-20", "receipt", "Invoice no AB-0001\nReceipt no 2345-678"),
            "same",
        ),
        ("paid late", of("Acme", "2026-04-20", "receipt", INVOICE), "same"),
        ("the number of another year", of("Acme", "2027-01-05", "invoice", INVOICE), "review"),
        ("another number", of("Acme", DAY, "invoice", "Invoice number: AB-0002"), "different"),
        (
            "the next month",
            of("Acme", "2026-02-05", "invoice", "Invoice number: AB-0002"),
            "different",
        ),
        ("another seller", of("Bolt AG", DAY, "invoice", INVOICE), "different"),
        ("no seller, that day", of("", DAY, "invoice", INVOICE), "same"),
        ("no seller, another day", of("", "2026-01-09", "invoice", INVOICE), "review"),
        ("a credit note", of("Acme", DAY, CREDIT_NOTE, INVOICE), "different"),
    ] {
        assert_verdict(what, &invoice, &other, wanted);
    }
}

#[test]
fn a_corrected_invoice_is_shown_to_the_person() {
    let invoice = document("Acme", DAY, "invoice", INVOICE);
    let text = |hash: &str| Traits { text: Some(hash.into()), ..invoice.clone() };
    let (one, two) = (in_email("1", "s", text("a")), in_email("2", "s", text("b")));
    assert_verdict("another text in a second email", &one, &two, "review");
    assert_verdict("the same text in a second email", &one, &in_email("2", "s", text("a")), "same");
    assert_verdict("forwarded, and made anew", &one, &in_email("3", "me", text("b")), "same");
    assert_verdict("in one email", &one, &in_email("1", "s", text("b")), "same");
    let data = |hash: &str| Traits { data: Some(hash.into()), ..invoice.clone() };
    assert_verdict("other electronic data", &data("a"), &data("b"), "review");
    assert_verdict("the same electronic data", &data("a"), &data("a"), "same");
    assert_verdict("without them", &data("a"), &invoice, "same");
}

#[test]
fn orders_and_their_invoices() {
    let order = document("Acme", DAY, "order_confirmation", "Order number: 55-1007");
    let of = |date, kind, text| document("Acme GmbH", date, kind, text);
    let named = "Invoice number: AB-0001\nOrder number: 55-1007";
    for (what, other, wanted) in [
        ("its invoice", of("2026-01-19", "invoice", named), "same"),
        ("much later", of("2026-06-05", "invoice", named), "review"),
        ("without the number, that day", of(DAY, "invoice", INVOICE), "review"),
        ("without the number, later", of("2026-01-19", "invoice", INVOICE), "unrelated"),
        (
            "a second order, that day",
            of(DAY, "order_confirmation", "Order number: 55-1008"),
            "different",
        ),
        (
            "the same contract a week later",
            of("2026-01-12", "order_confirmation", "Order number: 55-1007"),
            "review",
        ),
    ] {
        assert_verdict(what, &order, &other, wanted);
    }
}

#[test]
fn amounts_and_currencies_come_first() {
    let invoice = document("Acme", DAY, "invoice", INVOICE);
    let with = |amount, currency: &str| Traits {
        amount,
        currency: Some(currency.into()),
        ..invoice.clone()
    };
    assert_verdict("another amount", &invoice, &with(Amount::parse("9.5"), "EUR"), "review");
    assert_verdict("no amount", &invoice, &with(None, "EUR"), "review");
    assert_verdict("another currency", &invoice, &with(Amount::parse("9"), "USD"), "different");
}

#[test]
fn what_has_no_number() {
    let coffee = |date| {
        document(
            "Café Sonne",
            date,
            "receipt",
            "Café Sonne, coffee, thank you for your visit, see you soon",
        )
    };
    let one = coffee(DAY);
    assert_verdict("downloaded twice", &one, &coffee(DAY), "same");
    let (first, second) = (in_email("1", "s", one.clone()), in_email("2", "s", one.clone()));
    assert_verdict("two emails of the seller", &first, &second, "review");
    assert_verdict("forwarded", &first, &in_email("3", "me", one.clone()), "same");
    let other_text = Traits { text: None, ..one.clone() };
    assert_verdict("another text", &one, &other_text, "review");
    let later = Traits { date: Some("2026-01-15".into()), ..other_text.clone() };
    assert_verdict("ten days later", &one, &later, "unrelated");
}

#[test]
fn documents_of_one_email() {
    let invoice = in_email("1", "s", document("Acme", DAY, "invoice", INVOICE));
    let picture =
        Traits { misread: true, ..document("Acne 6mbH", DAY, "", "Invoice number: A8-OOO1") };
    assert_verdict("and its picture", &invoice, &in_email("1", "s", picture.clone()), "same");
    assert_verdict(
        "a scan of another file",
        &invoice,
        &Traits { seller: invoice.seller.clone(), ..picture },
        "review",
    );
    let ticket = |number: &str| {
        in_email("1", "s", document("Bahn", DAY, "receipt", &format!("Ticket No: {number}")))
    };
    assert_verdict("two tickets", &ticket("100234"), &ticket("100235"), "different");
    let worded = |kind, text: &str| {
        let worded = Traits { words: words::of(text), ..document("Konzerthaus", DAY, kind, text) };
        in_email("1", "s", worded)
    };
    let mozart = worded("receipt", "Konzerthaus Nord, Quittung fuer Mozart, Reihe A");
    let brahms = worded("receipt", "Konzerthaus Nord, Quittung fuer Brahms, Reihe C");
    let copy = worded("receipt", "Kopie: Konzerthaus Nord, Quittung fuer Mozart, Reihe A");
    let order = worded("order_confirmation", "Konzerthaus Nord, Ihre Bestellung");
    assert_verdict("two tickets without numbers", &mozart, &brahms, "review");
    assert_verdict("a ticket and its copy", &mozart, &copy, "same");
    assert_verdict("an order and its receipt", &mozart, &order, "same");
    let picture = Traits { misread: true, ..brahms.clone() };
    assert_verdict("a text layer beside a picture", &mozart, &picture, "same");
    let file = Some(Uuid::from_u128(1));
    let forwarded = Traits { file, ..in_email("2", "s", document("Bahn", DAY, "receipt", "")) };
    let around = Traits { file, email: Some("3".into()), ..forwarded.clone() };
    assert_verdict("an email in another one", &forwarded, &around, "same");
    let beside = Traits { file: None, ..around };
    assert_verdict("emails side by side", &forwarded, &beside, "review");
    let part =
        Traits { body: true, text: None, ..in_email("1", "s", document("Café", DAY, "", "")) };
    assert_verdict("two payments that an email lists", &part, &part.clone(), "different");
}

#[test]
fn traits_of_before_are_read() {
    let old = serde_json::json!({
        "amount": 9.0, "date": DAY, "currency": "EUR", "numbers": ["2026", "AB-0001"]
    });
    let old: Traits = serde_json::from_value(old).unwrap();
    let old = old.with_fields(Some("Acme".into()), Some("invoice".into()), None);
    assert_eq!(old.numbers.other, ["AB0001"]);
    assert_verdict("of before", &document("Acme GmbH", DAY, "invoice", INVOICE), &old, "same");
    let again: Traits = serde_json::from_value(serde_json::to_value(&old).unwrap()).unwrap();
    assert_eq!(again, old);
}
