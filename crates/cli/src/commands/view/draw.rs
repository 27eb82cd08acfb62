//! A view of an extension, as a terminal shows it.

use ext_amounts::{Amount, Currency};
use ext_wire::view::{
    Action, Block, Card, Cards, Cell, Chart, Detail, Field, Form, FormField, Row, Series, Table,
    Target, Tone, View,
};

use crate::output::{self, Column, Kind, cells};

/// Most characters of a bar.
const BAR: f64 = 30.0;

/// Draws the blocks, one below the other.
pub(super) fn view(view: &View) -> String {
    let title = view.title.iter().map(|title| heading(title));
    let parts: Vec<String> = title.chain(view.blocks.iter().map(block)).collect();
    let parts = parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

fn heading(title: &str) -> String {
    console::style(output::printable(title)).bold().to_string()
}

fn titled(title: Option<&String>, body: &str) -> String {
    title.map_or_else(|| body.to_owned(), |title| format!("{}\n{body}", heading(title)))
}

fn block(block: &Block) -> String {
    match block {
        Block::Text(text) => {
            let mark = if matches!(text.tone, Tone::Warning | Tone::Bad) { "! " } else { "" };
            format!("{mark}{}", ext_wire::text::escape_lines(&text.text))
        }
        Block::List(list) => {
            let items = list.items.iter().map(|item| format!("- {}", cell(item)));
            let empty = list.empty.as_deref().unwrap_or("nothing").to_owned();
            let body = if list.items.is_empty() { empty } else { output::lines(items) };
            titled(list.title.as_ref(), &body)
        }
        Block::Table(table) => titled(table.title.as_ref(), &rows(table)),
        Block::Chart(chart) => titled(chart.title.as_ref(), &numbers(chart)),
        Block::Cards(cards) => titled(cards.title.as_ref(), &all_cards(cards)),
        Block::Detail(Detail { title, fields, actions }) => {
            titled(title.as_ref(), &format!("{}{}", named(fields), buttons(actions)))
        }
        Block::Form(Form { title, submit }) => titled(title.as_ref(), &form(submit)),
    }
}

fn rows(table: &Table) -> String {
    let head = |(at, column): (usize, &ext_wire::view::Column)| {
        let is_number =
            |row: &Row| matches!(row.cells.get(at), Some(Cell::Number(_) | Cell::Money(_)));
        let kind = if table.rows.iter().any(is_number) { Kind::Number } else { Kind::Text };
        Column::of_extension(&column.label.to_uppercase(), kind)
    };
    let heads: Vec<Column> = table.columns.iter().enumerate().map(head).collect();
    let rows = table.rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect();
    let body = output::table(&heads, rows, table.empty.as_deref().unwrap_or("nothing"));
    let shown = u64::try_from(table.rows.len()).unwrap_or(u64::MAX);
    let total = table.total.filter(|total| *total != shown);
    let total = total.map(|total| format!("{shown} of {total}"));
    let notes = total.into_iter().chain(more(table.next.as_ref()));
    format!("{}\n{}", body.trim_end(), output::lines(notes))
}

fn more(next: Option<&String>) -> Option<String> {
    next.map(|cursor| format!("There is more: cursor={cursor}"))
}

fn numbers(chart: &Chart) -> String {
    let all = chart.series.iter().flat_map(|series| series.values.iter().flatten());
    let largest = all.fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let row = |series: &Series, at: usize, label: &String| {
        let value = series.values.get(at).copied().flatten();
        let shown = value.map(|value| in_currency(value, chart.currency.as_deref()));
        let name = if chart.series.len() > 1 { series.name.clone() } else { String::new() };
        vec![label.clone(), name, shown.unwrap_or_default(), bar(value, largest)]
    };
    let labels = chart.labels.iter().enumerate();
    let rows = labels.flat_map(|(at, label)| {
        chart.series.iter().map(move |series| row(series, at, label)).collect::<Vec<_>>()
    });
    let name = |name: &str, kind| Column::of_extension(name, kind);
    let heads =
        [name("", Kind::Text), name("", Kind::Text), name("", Kind::Number), name("", Kind::Whole)];
    let drawn = output::table(&heads, rows.collect(), "nothing");
    drawn.trim_start_matches('\n').to_owned()
}

fn bar(value: Option<f64>, largest: f64) -> String {
    let part = value.map_or(0.0, |value| value.abs()) / largest.max(f64::MIN_POSITIVE);
    std::iter::repeat_n('█', 64)
        .zip(0_u32..)
        .take_while(|(_, at)| f64::from(*at) + 0.5 <= part * BAR)
        .map(|(full, _)| full)
        .collect()
}

fn all_cards(cards: &Cards) -> String {
    if cards.cards.is_empty() {
        return cards.empty.clone().unwrap_or_else(|| "nothing".to_owned());
    }
    let each: Vec<String> = cards.cards.iter().map(card).collect();
    format!("{}\n{}", each.join("\n"), output::lines(more(cards.next.as_ref())))
}

fn card(card: &Card) -> String {
    format!("{}\n{}{}", heading(&cell(&card.title)), named(&card.fields), buttons(&card.actions))
}

fn named(fields: &[Field]) -> String {
    let rows: Vec<(&str, String)> =
        fields.iter().map(|field| (field.label.as_str(), cell(&field.value))).collect();
    let safe: Vec<String> = rows.iter().map(|(label, _)| output::printable(label)).collect();
    let rows = safe.iter().map(String::as_str).zip(rows.into_iter().map(|(_, value)| value));
    output::fields(&rows.collect::<Vec<_>>())
}

fn buttons(actions: &[Action]) -> String {
    output::lines(actions.iter().map(button))
}

/// Says what a button would do; the commands of an extension, or `op call`, do it here.
fn button(action: &Action) -> String {
    let target = match &action.target {
        Target::Method(method) => method.clone(),
        Target::View(view) => format!("the view {view}"),
    };
    format!("[{}] {target}", action.label)
}

fn form(submit: &Action) -> String {
    let field = |field: &FormField| {
        let needed = if field.required { " (needed)" } else { "" };
        format!("{}: {}{needed}", field.name, field.label)
    };
    format!("{}{}", output::lines(submit.fields.iter().map(field)), output::lines([button(submit)]))
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Money(money) => in_currency(money.amount, Some(&money.currency)),
        Cell::Date(date) if date.contains('T') => cells::time(date),
        Cell::Date(date) => date.clone(),
        Cell::Entry(link) => link.text.clone(),
        Cell::View(link) => link.text.clone(),
        Cell::Badge(badge) => badge.text.clone(),
        Cell::Progress(part) => format!("{:.0} %", part * 100.0),
        Cell::Thumbnail(thumbnail) => thumbnail.alt.clone(),
    }
}

fn in_currency(value: f64, code: Option<&str>) -> String {
    let Some(code) = code else { return value.to_string() };
    let amount = Amount::parse(&value.to_string()).zip(Currency::of(code));
    let amount = amount.map(|(amount, currency)| amount.in_currency(currency));
    amount.map_or_else(|| format!("{value} {code}"), |amount| format!("{amount} {code}"))
}

#[cfg(test)]
mod tests {
    use ext_wire::view::{FormField, Shape, Text};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn blocks_stand_below_each_other() {
        use ext_wire::view::Column;
        let table = Table::new([Column::new("name", "Name"), Column::new("price", "Price")])
            .title("Bought")
            .row(Row::new([Cell::entry(Uuid::nil(), "Tea"), Cell::money(2.5, "EUR")]))
            .row(Row::new([Cell::text("Rice\u{1b}[2J"), Cell::Empty]))
            .next(Some("2".to_owned()))
            .total(9);
        let drawn = view(&View::new().text("All of it").block(table));
        let expected = "All of it\n\nBought\nNAME              PRICE\nTea            2.50 EUR\n\
                        Rice\\u{1b}[2J\n2 of 9\nThere is more: cursor=2";
        assert_eq!(console::strip_ansi_codes(&drawn), expected);
    }

    #[test]
    fn a_chart_has_bars_and_numbers() {
        let chart =
            Chart::new(Shape::Bars, ["Jan", "Feb"]).series("spent", [4.0, 2.0]).currency("EUR");
        let drawn = view(&View::new().block(chart));
        let bars: Vec<usize> = drawn.lines().map(|line| line.matches('█').count()).collect();
        assert!(bars.ends_with(&[30, 15]), "{drawn}");
        assert!(drawn.contains("4.00 EUR"), "{drawn}");
    }

    #[test]
    fn details_and_forms_say_what_can_be_done() {
        let detail = Detail::new()
            .field("Vendor", Cell::text("Shop"))
            .action(Action::call("Reject", "action:a.reject.input.v1"));
        let submit = Action::call("Add", "action:a.add.input.v1")
            .field(FormField::text("title", "Title").required());
        let warning = Text::new("Look").tone(Tone::Bad);
        let drawn = view(&View::new().block(warning).block(detail).block(Form::new(submit)));
        for line in
            ["! Look", "Vendor  Shop", "[Reject] action:a.reject.input.v1", "title: Title (needed)"]
        {
            assert!(drawn.contains(line), "{line}: {drawn}");
        }
    }
}
