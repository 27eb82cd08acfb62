//! The views of Finance: the spending, the bookings, and one booking.

use ext_amounts::Amount;
use serde::Deserialize;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::view::{
    Action, Cell, Chart, Column, Detail, Form, FormField, List, Paging, Row as TableRow, Shape,
    Table, Tone, View,
};

use crate::budgets::{self, Budget, BudgetInput};
use crate::export::Row;
use crate::fields::DOCUMENT_TYPES;
use crate::page::{self, Page, PageInput, SortBy};
use crate::recurring::{self, Recurring, RecurringInput};
use crate::shown::{self, BookingRef, ShownField};

/// Rows of a page.
const ROWS: usize = 50;
/// Months of the chart.
const MONTHS: usize = 24;

/// Conditions and place of a page of bookings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BookingsInput {
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Only this category; an empty text: those without any.
    pub category: Option<String>,
    /// Only vendors with this in their names.
    pub vendor: Option<String>,
    /// Only this currency, ISO 4217.
    pub currency: Option<String>,
    /// Only those that need a person's eye.
    pub to_review: bool,
    /// The value to sort by; the date, latest first, where none is given.
    pub sort: Option<SortBy>,
    /// The largest first.
    pub descending: bool,
    /// Number of rows before this page.
    pub cursor: Option<String>,
}

/// Shows what was spent per month and category, in the currency with the most receipts.
///
/// # Errors
/// Those of the page.
pub(crate) fn spending(client: &SpacedriveClient) -> Result<View> {
    let page = page::page(client, &PageInput { limit: 1, ..PageInput::default() })?;
    if page.total == 0 && page.indexing.is_none() {
        let text = "No receipt is booked. Import emails, PDFs or pictures of receipts.";
        return Ok(View::new().text(text));
    }
    let view = indexing(&page).block(totals(&page));
    let most = page.totals.iter().max_by_key(|total| total.receipts);
    let Some(currency) = most.and_then(|total| total.currency.clone()) else { return Ok(view) };
    let view = view.block(per_month(&page, &currency)).block(per_category(&page, &currency));
    if page.indexing.is_some() {
        return Ok(view);
    }
    let more = [budgets(client)?, recurring(client)?];
    Ok(more.into_iter().flatten().fold(view, View::block))
}

/// Begins a view with a word about the receipts that it does not have yet.
fn indexing(page: &Page) -> View {
    match page.indexing {
        Some(done) => View::new().text(format!(
            "The receipts are being indexed, {done} so far: open this view again for all of them."
        )),
        None => View::new(),
    }
}

/// Shows the budgets of the last month, where there are any.
fn budgets(client: &SpacedriveClient) -> Result<Option<Table>> {
    let budgets = match budgets::budgets(client, &BudgetInput::default()) {
        // Without a home currency: that is said where budgets are asked for.
        Err(error) if error.code() == ErrorCode::BadInput => return Ok(None),
        budgets => budgets?,
    };
    let Some(first) = budgets.first() else { return Ok(None) };
    let columns = [
        Column::new("category", "Category"),
        Column::new("budget", "Budget"),
        Column::new("spent", "Spent"),
        Column::new("share", "Share"),
    ];
    let row = |it: &Budget| {
        let of = |amount| money(Some(amount), Some(it.currency.as_str()));
        let share = it.share.map_or(Cell::Empty, |share| Cell::progress(share.clamp(0.0, 1.0)));
        TableRow::new([Cell::text(&it.category), of(it.budget), of(it.spent), share])
    };
    let title = format!("Budgets of {}", first.month);
    Ok(Some(Table::new(columns).title(title).rows(budgets.iter().map(row))))
}

/// Shows the payments that come again, where there are any.
fn recurring(client: &SpacedriveClient) -> Result<Option<Table>> {
    let all = recurring::recurring(client, &RecurringInput::default())?;
    if all.is_empty() {
        return Ok(None);
    }
    let columns = [
        Column::new("vendor", "Vendor"),
        Column::new("amount", "Last amount"),
        Column::new("year", "Per year"),
        Column::new("next", "Next"),
        Column::new("state", "State"),
    ];
    let row = |it: &Recurring| {
        let code = it.currency.as_deref();
        let state = match (it.late, it.changes.last()) {
            (true, _) => Cell::badge("late", Tone::Warning),
            (false, Some(change)) => Cell::badge(format!("was {}", change.from), Tone::Neutral),
            (false, None) => Cell::Empty,
        };
        let cells = [
            Cell::text(&it.vendor),
            money(Some(it.amount), code),
            money(it.per_year, code),
            date(Some(&it.next)),
            state,
        ];
        TableRow::new(cells)
    };
    let rows = all.iter().take(ROWS).map(row);
    Ok(Some(Table::new(columns).title("Comes again").rows(rows)))
}

fn totals(page: &Page) -> Table {
    let row = |total: &page::Total| {
        let code = total.currency.clone();
        let of = json!({ "currency": code });
        let name = code.clone().unwrap_or_else(|| "no currency".to_owned());
        let name = if code.is_some() { Cell::view("bookings", name, of) } else { Cell::text(name) };
        TableRow::new([name, money(Some(total.amount), code.as_deref()), count(total.receipts)])
    };
    let review = (page.to_review > 0).then(|| {
        let text = format!("{} to look at", page.to_review);
        TableRow::new([
            Cell::view("bookings", text, json!({ "to_review": true })),
            Cell::Empty,
            Cell::badge("review", Tone::Warning),
        ])
    });
    let columns = [
        Column::new("currency", "In"),
        Column::new("amount", "Spent"),
        Column::new("receipts", "Receipts"),
    ];
    Table::new(columns).title("Spent").rows(page.totals.iter().map(row)).rows(review)
}

fn per_month(page: &Page, currency: &str) -> Chart {
    let months = page.per_month.iter().filter(|it| it.total.is_in(currency));
    let mut months: Vec<(String, f64)> =
        months.filter_map(|it| Some((it.month.clone(), number(it.total.amount)?))).collect();
    let months = months.split_off(months.len().saturating_sub(MONTHS));
    chart(Shape::Columns, months, currency).title(format!("{currency} per month"))
}

fn per_category(page: &Page, currency: &str) -> Chart {
    let name =
        |category: &Option<String>| category.clone().unwrap_or_else(|| "no category".to_owned());
    let categories = page.per_category.iter().filter(|it| it.total.is_in(currency));
    let mut categories: Vec<(String, f64)> =
        categories.filter_map(|it| Some((name(&it.category), number(it.total.amount)?))).collect();
    categories.sort_by(|(_, one), (_, two)| two.total_cmp(one));
    chart(Shape::Bars, categories, currency).title(format!("{currency} per category"))
}

fn chart(shape: Shape, points: Vec<(String, f64)>, currency: &str) -> Chart {
    let (labels, values): (Vec<String>, Vec<f64>) = points.into_iter().unzip();
    Chart::new(shape, labels).series("Spent", values).currency(currency)
}

/// Shows a page of the bookings that fit, with buttons to correct and to reject each.
///
/// # Errors
/// A date that is not valid; those of the page.
pub(crate) fn bookings(client: &SpacedriveClient, input: &BookingsInput) -> Result<View> {
    let offset = Paging { cursor: input.cursor.clone(), ..Paging::default() }.offset();
    let (sort, descending) = match input.sort {
        Some(sort) => (sort, input.descending),
        None => (SortBy::Date, true),
    };
    let asked = PageInput {
        from: filled(input.from.as_ref()),
        to: filled(input.to.as_ref()),
        category: input.category.clone(),
        vendor: filled(input.vendor.as_ref()),
        currency: filled(input.currency.as_ref()),
        to_review: input.to_review,
        sort,
        descending,
        offset,
        limit: ROWS,
        ..PageInput::default()
    };
    let page = page::page(client, &asked)?;
    let columns = [
        Column::new("date", "Date").sortable(),
        Column::new("vendor", "Vendor").sortable(),
        Column::new("amount", "Amount").sortable(),
        Column::new("category", "Category").sortable(),
        Column::new("confidence", "Read").sortable(),
    ];
    let total = page.total;
    let table = Table::new(columns)
        .rows(page.rows.iter().map(|it| row(&it.row, &it.reasons)))
        .sorted_by(sort.name(), descending)
        .next(Paging::next_offset(offset, ROWS, total))
        .total(u64::try_from(total).unwrap_or(u64::MAX))
        .empty("No receipt fits.");
    Ok(indexing(&page).block(filter(input, &page)).block(table))
}

fn filled(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

fn filter(input: &BookingsInput, page: &Page) -> Form {
    let any = |known: &[String]| {
        let each = known.iter().map(|name| (name.clone(), name.clone()));
        std::iter::once((String::new(), "any".to_owned())).chain(each).take(200).collect::<Vec<_>>()
    };
    let optional = |field: FormField, value: Option<&String>| match value {
        Some(value) => field.value(value.as_str()),
        None => field,
    };
    let submit = Action::open("Show", "bookings")
        .field(optional(FormField::date("from", "From"), input.from.as_ref()))
        .field(optional(FormField::date("to", "To"), input.to.as_ref()))
        .field(optional(FormField::text("vendor", "Vendor"), input.vendor.as_ref()))
        .field(optional(
            FormField::choice("currency", "Currency", any(&page.currencies)),
            input.currency.as_ref(),
        ))
        .field(FormField::flag("to_review", "Only what needs a look").value(input.to_review));
    Form::new(submit)
}

fn row(row: &Row, reasons: &[String]) -> TableRow {
    let name = row.vendor.as_deref().unwrap_or(&row.source);
    let state = match reasons.first() {
        Some(reason) => Cell::badge(reason, Tone::Warning),
        None => Cell::badge("sure", Tone::Good),
    };
    let cells = [
        date(row.date.as_deref()),
        Cell::view("booking", name, json!({ "entry_id": row.entry_id })),
        money(row.amount, row.currency.as_deref()),
        Cell::maybe(row.category.as_ref()),
        state,
    ];
    TableRow::new(cells).action(correct(row)).action(reject(row))
}

fn correct(row: &Row) -> Action {
    let given = |field: FormField, value: Option<&str>| match value {
        Some(value) => field.value(value),
        None => field,
    };
    let amount = row.amount.map(|amount| amount.to_string());
    let tax = row.tax.map(|tax| tax.to_string());
    let kinds = DOCUMENT_TYPES.iter().map(|(name, _)| (*name, name.replace('_', " ")));
    let kinds = std::iter::once(("", "not known".to_owned())).chain(kinds);
    Action::call("Correct", "action:finance.correct.input.v1")
        .input("entry_id", row.entry_id.to_string())
        .changed_only()
        .field(given(FormField::text("values.vendor", "Vendor"), row.vendor.as_deref()))
        .field(given(FormField::date("values.date", "Date"), row.date.as_deref()))
        .field(given(FormField::text("values.amount", "Amount"), amount.as_deref()))
        .field(given(FormField::text("values.currency", "Currency"), row.currency.as_deref()))
        .field(given(FormField::text("values.tax", "Tax"), tax.as_deref()))
        .field(given(FormField::text("values.category", "Category"), row.category.as_deref()))
        .field(given(
            FormField::text("values.payment_method", "Paid by"),
            row.payment_method.as_deref(),
        ))
        .field(given(
            FormField::choice("values.document_type", "Document", kinds),
            row.kind.as_deref(),
        ))
        .field(given(FormField::date("values.due", "To be paid by"), row.due.as_deref()))
        .field(given(FormField::date("values.paid", "Paid on"), row.paid.as_deref()))
}

fn reject(row: &Row) -> Action {
    let name = row.vendor.as_deref().unwrap_or(&row.source);
    Action::call("Reject", "action:finance.reject.input.v1")
        .input("entry_id", row.entry_id.to_string())
        .confirm(format!("Is {name} no receipt? It leaves all lists and sums."))
        .danger()
}

/// Shows a booking field by field, with what was read and the documents.
///
/// # Errors
/// As `query:finance.show.v1`.
pub(crate) fn booking(client: &SpacedriveClient, input: BookingRef) -> Result<View> {
    let fields = shown::show(client, input)?;
    let row = crate::person::row(client, crate::person::entry_of(client, input.entry_id)?)?;
    let (documents, fields): (Vec<ShownField>, Vec<ShownField>) =
        fields.into_iter().partition(|field| field.field == "document");
    let detail = fields.iter().fold(Detail::new(), |detail, field| {
        detail.field(field.field.replace('_', " "), value(field))
    });
    let detail = detail.action(correct(&row)).action(reject(&row));
    let read = fields.iter().map(|field| {
        TableRow::new([
            Cell::text(field.field.replace('_', " ")),
            field.confidence.map_or(Cell::Empty, Cell::progress),
            Cell::maybe(field.quote.as_ref()),
        ])
    });
    let read: Vec<TableRow> = read.collect();
    let columns = [
        Column::new("field", "Field"),
        Column::new("sure", "Sure"),
        Column::new("line", "Line that says so"),
    ];
    let documents = documents.iter().map(|field| Cell::maybe(field.value.as_str()));
    let name = row.vendor.clone().unwrap_or_else(|| row.source.clone());
    Ok(View::new()
        .title(name)
        .block(detail)
        .block(Table::new(columns).title("As it was read").rows(read))
        .block(
            List::new(documents.chain([Cell::entry(row.entry_id, "the entry")])).title("Documents"),
        ))
}

fn value(field: &ShownField) -> Cell {
    match (&field.value, field.currency.as_deref()) {
        (Value::Null, _) => Cell::Empty,
        (Value::Number(number), code) => money(Amount::parse(&number.to_string()), code),
        (Value::String(text), _) if field.field == "date" => date(Some(text)),
        (Value::String(text), _) => Cell::text(text),
        (other, _) => Cell::display(other),
    }
}

/// A value that is no date of this form is a text.
pub(crate) fn date(date: Option<&str>) -> Cell {
    let Some(date) = date else { return Cell::Empty };
    if crate::fields::date(date).as_deref() == Some(date) {
        Cell::date(date)
    } else {
        Cell::text(date)
    }
}

pub(crate) fn money(amount: Option<Amount>, currency: Option<&str>) -> Cell {
    let is_code =
        |code: &&str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    match (amount, currency.filter(is_code)) {
        (None, _) => Cell::Empty,
        (Some(amount), Some(code)) => {
            number(amount).map_or_else(|| Cell::display(amount), |number| Cell::money(number, code))
        }
        (Some(amount), None) => Cell::display(amount),
    }
}

fn number(amount: Amount) -> Option<f64> {
    amount.to_string().parse().ok()
}

fn count(count: usize) -> Cell {
    Cell::number(u32::try_from(count).unwrap_or(u32::MAX))
}
