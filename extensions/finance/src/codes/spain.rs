//! The fiscal code of Spain, VERI*FACTU: a link to the tax agency with seller, number, day and total.

use super::{Stated, amount};
use crate::fields;

/// Hosts of the tax agency, for real invoices and for tests.
const HOSTS: [&str; 2] = ["www2.agenciatributaria.gob.es", "prewww2.aeat.es"];

pub(super) fn parse(text: &str) -> Option<Stated> {
    let (host, rest) = text.trim().strip_prefix("https://")?.split_once('/')?;
    let (path, query) = rest.split_once('?')?;
    if !HOSTS.contains(&host) || !path.starts_with("wlpl/TIKE-CONT/ValidarQR") {
        return None;
    }
    let value =
        |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let (day, total) = (value("fecha")?, value("importe")?);
    if value("nif").is_none_or(str::is_empty) || value("numserie").is_none_or(str::is_empty) {
        return None;
    }
    let [date, month, year] = [day.get(..2)?, day.get(3..5)?, day.get(6..)?];
    let (credit, total) = match total.strip_prefix('-') {
        Some(total) => (true, total),
        None => (false, total),
    };
    Some(Stated {
        kind: "Spain",
        is_fiscal: true,
        date: fields::date(&format!("{year}-{month}-{date}")),
        amount: amount(total),
        currency: Some("EUR".to_owned()),
        document_type: Some(if credit { fields::CREDIT_NOTE } else { "invoice" }),
        ..Stated::default()
    })
}
