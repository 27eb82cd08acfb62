//! Purchases in an HTML email in schema.org's words: `Invoice`, `Order`, reservations, as JSON-LD
//! or microdata. Microdata is turned into the shape of JSON-LD, so that one reader serves both.

use ext_amounts::{Amount, Currency};
use scraper::{ElementRef, Html, Selector};
use serde_json::{Map, Value, json};

use crate::fields::{self, Item, Receipt};
use crate::money::{self, Price};
use crate::text::clip;

/// Purchases read from one email.
const MAX_PURCHASES: usize = 20;
/// Nodes of structured data that are looked at.
const MAX_NODES: usize = 500;
/// Items in items, and nodes that contain the purchase.
const MAX_DEPTH: usize = 6;
/// Items kept of one purchase.
const MAX_ITEMS: usize = 200;
/// States of an order in which nothing is to be booked: it was booked when it was made.
const LATER_STATES: [&str; 7] =
    ["Delivered", "InTransit", "Cancelled", "Returned", "Problem", "PickupAvailable", "Shipped"];

/// A purchase in schema.org's words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Structured {
    pub(crate) receipt: Receipt,
    /// Another amount that the price may mean.
    pub(crate) other: Option<Amount>,
}

/// Returns the purchases that the page describes with their total; empty for pages without such
/// data.
pub(crate) fn purchases(html: &str) -> Vec<Structured> {
    if !html.contains("schema.org") {
        return Vec::new();
    }
    let page = Html::parse_document(html);
    let mut nodes = json_ld(&page);
    nodes.extend(microdata(&page));
    let mut found = Vec::new();
    let mut left = MAX_NODES;
    for node in &nodes {
        collect(node, MAX_DEPTH, &mut left, &mut found);
    }
    found.dedup();
    found
}

fn json_ld(page: &Html) -> Vec<Value> {
    let Ok(scripts) = Selector::parse(r#"script[type*="ld+json"]"#) else { return Vec::new() };
    let text = |script: ElementRef<'_>| script.text().collect::<String>();
    page.select(&scripts)
        .filter_map(|script| serde_json::from_str(text(script).trim()).ok())
        .take(MAX_NODES)
        .collect()
}

/// Looks for purchases at the top, in lists, and in the subject of an email; never in a
/// `ParcelDelivery`, whose order was booked before.
fn collect(node: &Value, depth: usize, left: &mut usize, found: &mut Vec<Structured>) {
    if depth == 0 || *left == 0 || found.len() >= MAX_PURCHASES {
        return;
    }
    *left -= 1;
    if let Value::Array(list) = node {
        list.iter().for_each(|one| collect(one, depth - 1, left, found));
        return;
    }
    let Value::Object(map) = node else { return };
    if let Some(receipt) = purchase(map) {
        found.push(receipt);
        return;
    }
    for key in ["@graph", "about", "mainEntity"] {
        map.get(key).into_iter().for_each(|inner| collect(inner, depth - 1, left, found));
    }
}

fn purchase(node: &Map<String, Value>) -> Option<Structured> {
    let kind = kind(node)?;
    let state =
        text_at(node, &["orderStatus", "reservationStatus", "paymentStatus"]).unwrap_or_default();
    if LATER_STATES.iter().any(|later| state.ends_with(later)) {
        return None;
    }
    let receipt = match kind.as_str() {
        "Invoice" => invoice(node),
        "Order" => order(node),
        _ if kind.ends_with("Reservation") => reservation(node),
        _ => return None,
    };
    receipt.receipt.amount.is_some().then_some(receipt)
}

fn invoice(node: &Map<String, Value>) -> Structured {
    let price = price(node, &["totalPaymentDue", "total", "price"]);
    let receipt = Receipt {
        vendor: name_at(node, &["provider", "broker", "seller", "merchant"]),
        date: date_at(node, &["dateIssued", "dateCreated", "datePublished"]),
        amount: price.amount(),
        currency: price.currency.clone(),
        items: children(node, "referencesOrder")
            .iter()
            .flat_map(|order| items(order))
            .take(MAX_ITEMS)
            .collect(),
        payment_method: name_at(node, &["paymentMethod"]),
        document_type: Some("invoice".to_owned()),
        ..Receipt::default()
    };
    Structured { receipt, other: price.other() }
}

fn order(node: &Map<String, Value>) -> Structured {
    let invoices = children(node, "partOfInvoice");
    let own = price(node, &["price", "totalPrice", "total", "priceSpecification"]);
    let mut by_invoice = invoices.iter().map(|node| price(node, &["totalPaymentDue"]));
    let price = match own.price {
        Some(_) => own,
        None => by_invoice.find(|priced| priced.price.is_some()).unwrap_or_default(),
    };
    let receipt = Receipt {
        vendor: name_at(node, &["merchant", "seller", "vendor", "broker"]),
        date: date_at(node, &["orderDate", "dateCreated"]),
        amount: price.amount(),
        currency: price.currency.clone(),
        items: items(node),
        payment_method: name_at(node, &["paymentMethod"]),
        document_type: Some("order_confirmation".to_owned()),
        ..Receipt::default()
    };
    Structured { receipt, other: price.other() }
}

fn reservation(node: &Map<String, Value>) -> Structured {
    let price = price(node, &["totalPrice", "price"]);
    let stay = children(node, "reservationFor");
    let of_stay = || {
        stay.iter().find_map(|node| name_at(node, &["provider", "airline", "organizer", "name"]))
    };
    let receipt = Receipt {
        vendor: name_at(node, &["broker", "bookingAgent", "provider"]).or_else(of_stay),
        date: date_at(node, &["bookingTime", "bookingDate", "dateCreated"]),
        amount: price.amount(),
        currency: price.currency.clone(),
        category: Some("travel".to_owned()),
        document_type: Some("order_confirmation".to_owned()),
        ..Receipt::default()
    };
    Structured { receipt, other: price.other() }
}

fn items(order: &Map<String, Value>) -> Vec<Item> {
    let offers = children(order, "acceptedOffer");
    let ordered = children(order, "orderedItem");
    offers.iter().chain(&ordered).filter_map(|node| item(node)).take(MAX_ITEMS).collect()
}

fn item(node: &Map<String, Value>) -> Option<Item> {
    let inner = name_at(node, &["itemOffered", "orderedItem"]);
    let name = inner.or_else(|| text_at(node, &["name"]))?;
    Some(Item { name, price: price(node, &["price", "priceSpecification"]).amount() })
}

/// Returns the type's name without schema.org's address.
fn kind(node: &Map<String, Value>) -> Option<String> {
    let kind = node.get("@type")?;
    let kind = kind.as_str().or_else(|| kind.as_array()?.iter().find_map(Value::as_str))?;
    Some(kind.rsplit(['/', '#', ':']).next().unwrap_or(kind).to_owned())
}

/// An amount and its currency.
#[derive(Debug, Clone, Default)]
struct Priced {
    price: Option<Price>,
    currency: Option<String>,
}

impl Priced {
    fn amount(&self) -> Option<Amount> {
        self.price.map(|price| price.amount)
    }

    fn other(&self) -> Option<Amount> {
        self.price.and_then(|price| price.other)
    }
}

/// Returns amount and currency at the first key that has one: a number, a text, a
/// `PriceSpecification` or a `MonetaryAmount`; the currency may stand beside it.
fn price(node: &Map<String, Value>, keys: &[&str]) -> Priced {
    let beside = || text_at(node, &["priceCurrency", "currency"]);
    for value in keys.iter().filter_map(|key| node.get(*key)) {
        let inner = as_nodes(value).first().copied();
        let code = inner
            .and_then(|inner| text_at(inner, &["priceCurrency", "currency"]))
            .or_else(beside)
            .and_then(|word| crate::currency::code(&word));
        let read = |value: &Value| number(value, code.as_deref());
        let price = inner.map_or_else(
            || read(value),
            |inner| ["price", "value"].iter().find_map(|key| read(inner.get(*key)?)),
        );
        if price.is_some() {
            return Priced { price, currency: code };
        }
    }
    Priced::default()
}

fn number(value: &Value, code: Option<&str>) -> Option<Price> {
    if let Some(amount) = money::of_json(value) {
        return Some(Price { amount, other: None });
    }
    money::of_text(value.as_str()?, code.and_then(Currency::of))
}

fn date_at(node: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| fields::date(node.get(*key)?.as_str()?))
}

/// Returns the name at the first key that has one: a text, or a node with a name.
fn name_at(node: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let value = node.get(*key)?;
        let inner =
            as_nodes(value).into_iter().find_map(|inner| text_at(inner, &["name", "legalName"]));
        inner.or_else(|| fields::label(value.as_str()?))
    })
}

fn text_at(node: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| fields::label(node.get(*key)?.as_str()?))
}

fn children<'a>(node: &'a Map<String, Value>, key: &str) -> Vec<&'a Map<String, Value>> {
    node.get(key).map(as_nodes).unwrap_or_default()
}

fn as_nodes(value: &Value) -> Vec<&Map<String, Value>> {
    match value {
        Value::Object(map) => vec![map],
        Value::Array(list) => list.iter().filter_map(Value::as_object).take(MAX_ITEMS).collect(),
        _ => Vec::new(),
    }
}

/// Returns the page's top-level items as JSON-LD.
fn microdata(page: &Html) -> Vec<Value> {
    let Ok(scopes) = Selector::parse("[itemscope]:not([itemprop])") else { return Vec::new() };
    let mut left = MAX_NODES;
    page.select(&scopes)
        .take(MAX_NODES)
        .map(|scope| scope_node(scope, MAX_DEPTH, &mut left))
        .collect()
}

fn scope_node(scope: ElementRef<'_>, depth: usize, left: &mut usize) -> Value {
    let mut node = Map::new();
    if let Some(kind) = scope.attr("itemtype") {
        node.insert("@type".to_owned(), json!(clip(kind.trim(), 200)));
    }
    let mut open: Vec<ElementRef<'_>> = elements(scope);
    while let Some(element) = open.pop() {
        if *left == 0 {
            break;
        }
        let nested = element.attr("itemscope").is_some();
        if let Some(name) = element.attr("itemprop") {
            *left -= 1;
            let value = if nested && depth > 0 {
                scope_node(element, depth - 1, left)
            } else {
                property(element)
            };
            add(&mut node, name.trim(), value);
        }
        if !nested {
            open.extend(elements(element));
        }
    }
    Value::Object(node)
}

/// Returns the element's children, last first, as a stack wants them.
fn elements(element: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    let mut children: Vec<_> = element.children().filter_map(ElementRef::wrap).collect();
    children.reverse();
    children
}

fn property(element: ElementRef<'_>) -> Value {
    let attribute =
        ["content", "datetime", "value", "href"].iter().find_map(|name| element.attr(name));
    let text = || element.text().collect::<Vec<_>>().join(" ");
    json!(clip(&attribute.map_or_else(text, str::to_owned), 1000))
}

/// Adds a property; one that comes again makes a list.
fn add(node: &mut Map<String, Value>, name: &str, value: Value) {
    match node.get_mut(name) {
        None => drop(node.insert(name.to_owned(), value)),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_in_json_ld() {
        let html = r#"<html><head><script type="application/ld+json">
            {"@context": "http://schema.org", "@type": "Order", "merchant": {"@type": "Organization", "name": "Lamp Shop"},
             "price": "24.90", "priceCurrency": "gbp", "orderDate": "2026-01-05T10:00:00+00:00",
             "acceptedOffer": [{"@type": "Offer", "itemOffered": {"@type": "Product", "name": "Lamp"}, "price": 24.9}]}
            </script></head></html>"#;
        let found = purchases(html);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].receipt.vendor.as_deref(), Some("Lamp Shop"));
        assert_eq!(
            (found[0].receipt.amount, found[0].receipt.currency.as_deref()),
            (Amount::parse("24.90"), Some("GBP"))
        );
        assert_eq!(found[0].receipt.date.as_deref(), Some("2026-01-05"));
        assert_eq!(
            found[0].receipt.items,
            [Item { name: "Lamp".into(), price: Amount::parse("24.9") }]
        );
    }

    #[test]
    fn an_invoice_in_microdata() {
        let html = r#"<div itemscope itemtype="http://schema.org/Invoice">
            <div itemprop="provider" itemscope itemtype="http://schema.org/Organization"><b itemprop="name">City Water</b></div>
            <div itemprop="totalPaymentDue" itemscope><meta itemprop="price" content="1.234,50"><meta itemprop="priceCurrency" content="EUR"></div></div>"#;
        let found = purchases(html);
        assert_eq!(found[0].receipt.vendor.as_deref(), Some("City Water"));
        assert_eq!(
            (found[0].receipt.amount, found[0].receipt.currency.as_deref()),
            (Amount::parse("1234.50"), Some("EUR"))
        );
    }

    #[test]
    fn prices_are_read_as_json_ld_defines_them() {
        let priced = |price: &str, code: &str| {
            let page = format!(
                r#"<script type="application/ld+json">{{"@context": "http://schema.org", "@type": "Order",
                "price": {price}, "priceCurrency": "{code}"}}</script>"#
            );
            let found = purchases(&page).pop().unwrap();
            (found.receipt.in_digits().amount.unwrap().to_string(), found.other.is_some())
        };
        assert_eq!(priced(r#""59.9900""#, "EUR"), ("59.99".to_owned(), false));
        assert_eq!(priced(r#""12.500""#, "EUR"), ("12.50".to_owned(), false));
        assert_eq!(priced("12.5", "KWD"), ("12.500".to_owned(), false));
        assert_eq!(priced(r#""1,234""#, "EUR"), ("1234.00".to_owned(), true));
    }

    #[test]
    fn deliveries_and_later_states_are_no_purchases() {
        let page =
            |json: &str| format!(r#"<script type="application/ld+json">{json}</script>schema.org"#);
        let parcel = r#"{"@type": "ParcelDelivery", "partOfOrder": {"@type": "Order", "price": "5", "priceCurrency": "USD"}}"#;
        let delivered = r#"{"@type": "Order", "price": "5", "orderStatus": "http://schema.org/OrderDelivered"}"#;
        for json in [parcel, delivered, r#"{"@type": "Order"}"#, "{", "[[[[[[[[[[1]]]]]]]]]]"] {
            assert!(purchases(&page(json)).is_empty(), "{json}");
        }
    }
}
