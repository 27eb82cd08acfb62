//! Roles of the numbers of a document: total, tax, cash given, …

use crate::context::{Context, Place, Surroundings};
use crate::labels::Label;
use crate::lexicon::Concept;
use crate::money::Number;
use crate::rows::Document;

/// Rows after the head of a table of taxes that belong to it.
const TAX_TABLE_ROWS: usize = 8;

/// A number and what its label makes of it.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) number: Number,
    pub(crate) role: Option<Concept>,
    /// Confidence in the role, 0 to 1.
    pub(crate) strength: f32,
    pub(crate) contexts: Vec<Context>,
}

/// Gives each number the role that its surroundings name.
pub(crate) fn tag(
    document: &Document,
    around: &Surroundings<'_>,
    numbers: &[Number],
) -> Vec<Amount> {
    let tables = tax_tables(document);
    let mut amounts: Vec<Amount> = numbers.iter().map(|number| tag_one(around, *number)).collect();
    for index in 0..amounts.len() {
        let row = amounts.get(index).map_or(0, |amount| amount.number.spot.row);
        let in_table = tables.iter().any(|head| row > *head && row <= head + TAX_TABLE_ROWS);
        let from = numbers.partition_point(|number| number.spot.row < row);
        let here = numbers.iter().skip(from).take_while(|number| number.spot.row == row);
        let beside = here.filter(|number| number.is_money()).count();
        let Some(amount) = amounts.get_mut(index) else { continue };
        if in_table && beside > 1 && amount.role == Some(Concept::Total) {
            amount.strength *= 0.4;
        }
    }
    amounts
}

fn tax_tables(document: &Document) -> Vec<usize> {
    let heads = |(index, row): (usize, &crate::rows::Row)| {
        crate::labels::says(&row.text, Concept::TaxTable).then_some(index)
    };
    document.rows.iter().enumerate().filter_map(heads).collect()
}

fn tag_one(around: &Surroundings<'_>, number: Number) -> Amount {
    let contexts = around.contexts(number.spot);
    let (role, strength) = decide(&contexts);
    Amount { number, role, strength, contexts }
}

/// Decides by the first context that names a role; a column head only says what kind of amount an
/// item's is.
fn decide(contexts: &[Context]) -> (Option<Concept>, f32) {
    let beside = |place: Place| matches!(place, Place::Left | Place::Across);
    let wordy_left = contexts.iter().any(|c| beside(c.place) && c.labels.is_empty());
    let far = contexts.iter().find(|c| c.place == Place::FarLeft).and_then(|c| role(&c.labels));
    for context in contexts.iter().filter(|c| c.place != Place::FarLeft) {
        let Some((concept, weight)) = role(&context.labels) else { continue };
        let item = wordy_left && !beside(context.place);
        let damped = if item && concept == Concept::Total { 0.4 } else { 1.0 };
        return (Some(concept), weight * context.place.strength() * damped);
    }
    far.map_or((None, 0.0), |(concept, weight)| (Some(concept), weight * Place::FarLeft.strength()))
}

/// Returns the role of an amount with these labels, and the confidence in it.
pub(crate) fn role(labels: &[Label]) -> Option<(Concept, f32)> {
    use Concept as C;
    let weight = |concept: Concept| {
        let of = labels.iter().filter(|label| label.concept == concept).map(|label| label.weight);
        of.fold(None, |best: Option<f32>, w| Some(best.map_or(w, |b| b.max(w))))
    };
    let total = weight(C::Total).or(weight(C::AmountDue));
    let long_total = labels.iter().any(|l| l.concept == C::Total && l.length > 1);
    for concept in [C::Count, C::Change, C::Rounding, C::Discount, C::Deposit, C::Given] {
        let outdone = long_total && !matches!(concept, C::Change | C::Count);
        if let Some(found) = weight(concept).filter(|_| !outdone) {
            return Some((concept, found));
        }
    }
    let (including, excluding) = (weight(C::Including), weight(C::Excluding));
    if let Some(found) = total {
        return Some(match (weight(C::Tax), weight(C::Net)) {
            _ if excluding.is_some() => (C::Net, 1.0),
            (Some(tax), _) if including.is_none() => (C::Tax, tax),
            (_, Some(net)) if including.is_none() && !long_total => (C::Net, net),
            _ if weight(C::Total).is_none() => (C::AmountDue, found),
            _ if including.is_some() => (C::Total, (found + 0.1).min(1.0)),
            _ => (C::Total, found),
        });
    }
    let rest = [C::Net, C::Tax, C::Shipping, C::Service, C::UnitPrice, C::Amount];
    rest.into_iter().find_map(|concept| Some((concept, weight(concept)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::labels;

    #[test]
    fn labels_name_roles() {
        use Concept as C;
        for (label, expected) in [
            ("TOTAL SALES (EXCLUDING GST) :", C::Net),
            ("TOTAL SALES INCLUSIVE GST @6.00%:", C::Total),
            ("TOTAL GST :", C::Tax),
            ("Sub-Total", C::Net),
            ("CASH CHANGE", C::Change),
            ("TOTAL QTY:", C::Count),
            ("Rechnungssumme ohne USt.", C::Net),
            ("Bruttosumme", C::Total),
            ("zzgl. 19 % Ust.", C::Tax),
            ("Total HT", C::Net),
            ("Total TTC", C::Total),
            ("Solde à payer", C::AmountDue),
            ("CASH", C::Given),
            ("NET TOTAL ROUNDED (MYR)", C::Total),
            ("ROUNDING ADJ.", C::Rounding),
            ("TOTAL DISCOUNT", C::Discount),
            ("Total taxes", C::Tax),
            ("Summe brutto (in EURO)", C::Total),
            ("Gesamtnetto (EUR)", C::Net),
            ("Total Ex. Tax", C::Net),
            ("BTW bedrag", C::Tax),
            ("Total in EUR", C::Total),
            ("Erhaltene Anzahlungen", C::Deposit),
        ] {
            assert_eq!(role(&labels(label)).map(|(concept, _)| concept), Some(expected), "{label}");
        }
        assert_eq!(role(&labels("CHICKEN RICE")), None);
    }
}
