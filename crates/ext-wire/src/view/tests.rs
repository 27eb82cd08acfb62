//! Tests of the check of views.

use serde_json::json;
use uuid::Uuid;

use super::{limits::*, *};

fn table(rows: impl IntoIterator<Item = Row>) -> Table {
    Table::new([Column::new("a", "A")]).rows(rows)
}

fn refused(view: View) -> String {
    view.vet().unwrap_err().to_string()
}

#[test]
fn what_hides_or_turns_a_text_around_is_written_out() {
    let cell = Cell::text("invoice\u{202e}fdp.exe");
    let view = View::new().title("a\u{200b}b").block(table([Row::new([cell])])).vet().unwrap();
    assert_eq!(view.title.as_deref(), Some("a\\u{200b}b"));
    let [Block::Table(table)] = view.blocks.as_slice() else { panic!() };
    assert_eq!(table.rows[0].cells, [Cell::text("invoice\\u{202e}fdp.exe")]);
    let plain = View::new().text("<script>alert(1)</script>\njavascript:alert(1) 日本語");
    assert_eq!(plain.clone().vet().unwrap(), plain, "markup is text, and lines are kept");
}

#[test]
fn limits_are_said_with_the_place() {
    let rows = |count| (0..count).map(|_| Row::new([Cell::Empty]));
    assert!(View::new().block(table(rows(MAX_ROWS))).vet().is_ok());
    let many = View::new().text("x").block(table(rows(MAX_ROWS + 1)));
    assert_eq!(refused(many), "`blocks[1].table.rows` has 501 rows, expected 0 to 500");
    let blocks = (0..=MAX_BLOCKS).fold(View::new(), |view, _| view.text("x"));
    assert_eq!(refused(blocks), "`blocks` has 33 blocks, expected 0 to 32");
    let mut long = View::new().block(List::new([Cell::text("x")]));
    let Block::List(list) = &mut long.blocks[0] else { panic!() };
    list.items[0] = Cell::Text("x".repeat(MAX_TEXT + 1));
    let said = "`blocks[0].list.items[0].text` has 2001 characters, the limit is 2000";
    assert_eq!(refused(long), said);
    let row = Row::new([Cell::text("ä".repeat(MAX_TEXT))]);
    let large = View::new().block(table(vec![row; MAX_ROWS]));
    assert!(refused(large).ends_with("the limit is 1048576"));
}

#[test]
fn builders_keep_what_a_view_shows_of_a_text() {
    let long = "ä".repeat(MAX_TEXT + 7);
    let view = View::new().title(&long).text(&long).block(List::new([Cell::text(&long)]));
    assert!(view.clone().vet().is_ok());
    let Block::List(list) = &view.blocks[1] else { panic!() };
    let Cell::Text(kept) = &list.items[0] else { panic!() };
    assert!(kept.ends_with('…') && kept.chars().count() == MAX_TEXT, "{}", kept.chars().count());
    assert_eq!(Cell::text("ä".repeat(MAX_TEXT)), Cell::Text("ä".repeat(MAX_TEXT)));
}

#[test]
fn values_are_what_their_kind_says() {
    let id = Uuid::nil();
    for (cell, said) in [
        (Cell::money(1.0, "euro"), "money.currency` is not the code of a currency"),
        (Cell::date("31.01.2026"), "date` is not a date"),
        (Cell::date("2026-01-31Tjavascript"), "date` is not a date"),
        (Cell::Progress(1.5), "progress` is not from 0 to 1"),
        (Cell::Entry(EntryLink { entry_id: id, text: " ".into() }), "entry.text` is empty"),
        (Cell::view("../x", "x", json!({})), "view.view` is not the id of a view"),
        (Cell::thumbnail(id, "../../etc/passwd", ""), "thumbnail.sidecar`"),
        (Cell::view("x", "x", json!({ "a": "x".repeat(MAX_INPUT) })), "the limit is 4096"),
    ] {
        let error = refused(View::new().block(List::new([cell])));
        assert!(error.contains(said), "{said}: {error}");
    }
    let right = [
        Cell::date("2026-01-31"),
        Cell::date("2026-01-31T09:30:00.5+01:00"),
        Cell::progress(f64::NAN),
        Cell::entry(id, " "),
        Cell::thumbnail(id, "small.jpg", ""),
        Cell::money(-3.5, "EUR"),
    ];
    assert!(View::new().block(List::new(right)).vet().is_ok());
}

#[test]
fn a_form_has_fields_that_fit_their_kind() {
    let form = |field| {
        View::new().block(Form::new(Action::call("Go", "action:a.b.input.v1").field(field)))
    };
    for (field, said) in [
        (FormField::secret("pin", "Pin").value("1234"), "never shown"),
        (FormField::text("a..b", "A"), "is not a path"),
        (FormField::new(FieldKind::Choice, "a", "A"), "stand with the kind `choice`"),
    ] {
        let error = refused(form(field));
        assert!(
            error.starts_with("`blocks[0].form.submit.fields[0].") && error.contains(said),
            "{error}"
        );
    }
    assert!(
        form(FormField::choice("a.b", "A", [("", "none"), ("x", "X")]).value("x")).vet().is_ok()
    );
}

#[test]
fn what_belongs_together_fits_together() {
    let chart = Chart::new(Shape::Bars, ["a", "b"]).series("one", [1.0]);
    let said = "`blocks[0].chart.series[0].values` has 1 numbers for 2 labels";
    assert_eq!(refused(View::new().block(chart)), said);
    let sorted = table([]).sorted_by("b", true);
    assert!(refused(View::new().block(sorted)).contains("sort.column` is not one of the columns"));
    let twice = Table::new([Column::new("a", "A"), Column::new("a", "B")]);
    assert!(refused(View::new().block(twice)).contains("has an `id` twice"));
    let other = View { version: 2, ..View::new() };
    assert_eq!(refused(other), "`version` is 2, this host draws version 1");
}
