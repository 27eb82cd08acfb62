//! The answer of an operation, as the columns of its command show it.

use std::borrow::Cow;

use ext_amounts::{Amount, Currency};
use ext_manifest::{ColumnDecl, ColumnKind, SubcommandDecl};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    indented::indented,
    output::{self, Column, Kind, cells},
};

/// Shows an answer: a list as a table, an object field by field, a text as it is, and anything else,
/// or without columns, as JSON.
pub(super) fn show(command: &SubcommandDecl, reply: &[u8]) -> anyhow::Result<String> {
    let columns = command.columns();
    let answer = serde_json::from_slice::<Value>(reply)?;
    let list = command.rows().and_then(|field| answer.get(field).filter(|list| list.is_array()));
    Ok(match list.cloned().unwrap_or(answer) {
        Value::String(text) => output::steady(&text).into_owned(),
        Value::Array(rows) if !columns.is_empty() => {
            output::table(&heads(columns), cells_of(columns, &rows), command.empty())
        }
        row @ Value::Object(_) if !columns.is_empty() => {
            let name = |column: &ColumnDecl| column.name().to_lowercase();
            let names: Vec<String> = columns.iter().map(name).collect();
            let values = columns.iter().map(|column| cell(column, &row));
            let fields: Vec<_> = names.iter().map(String::as_str).zip(values).collect();
            output::fields(&fields)
        }
        _ => output::steady(&indented(reply)?).into_owned(),
    })
}

/// Says that a list has only some of the items that there are; `None` where it has all of them.
pub(super) fn left_out(command: &SubcommandDecl, reply: &[u8]) -> Option<String> {
    let (rows, total) = command.rows().zip(command.total())?;
    let answer: Value = serde_json::from_slice(reply).ok()?;
    let (shown, total) = (answer.get(rows)?.as_array()?.len(), answer.get(total)?.as_u64()?);
    let name = |field: &str| {
        let of = command.arguments().iter().find(|argument| argument.field() == field)?;
        Some(format!("`--{}`", of.name()))
    };
    let options: Vec<String> = ["limit", "offset"].into_iter().filter_map(name).collect();
    let how = match options.as_slice() {
        [] => String::new(),
        options => format!(": {} shows others", options.join(" or ")),
    };
    (u64::try_from(shown).ok()? < total).then(|| format!("{shown} of {total} are shown{how}"))
}

fn heads(columns: &[ColumnDecl]) -> Vec<Column> {
    let head = |column: &ColumnDecl| {
        let kind = match column.kind() {
            ColumnKind::Text => Kind::Text,
            ColumnKind::Number | ColumnKind::Share => Kind::Number,
            ColumnKind::Id => Kind::Whole,
        };
        Column::of_extension(column.name(), kind)
    };
    columns.iter().map(head).collect()
}

/// Formats the rows; ids are as short as those of their column can be.
fn cells_of(columns: &[ColumnDecl], rows: &[Value]) -> Vec<Vec<String>> {
    let mut cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|column| cell(column, row)).collect()).collect();
    let ids = columns.iter().enumerate().filter(|(_, column)| column.kind() == ColumnKind::Id);
    for (at, _) in ids {
        shorten(&mut cells, at);
    }
    cells
}

fn shorten(rows: &mut [Vec<String>], at: usize) {
    let column = || rows.iter().map(|row| row.get(at).and_then(|id| Uuid::parse_str(id).ok()));
    let Some(ids) = column().collect::<Option<Vec<Uuid>>>() else { return };
    for (row, id) in rows.iter_mut().zip(cells::short_ids(&ids)) {
        if let Some(cell) = row.get_mut(at) {
            *cell = id;
        }
    }
}

fn cell(column: &ColumnDecl, row: &Value) -> String {
    let Some(value) = at(row, column.value()) else { return String::new() };
    let value = &*value;
    match (column.kind(), value.as_f64()) {
        (ColumnKind::Share, Some(share)) => format!("{:.0} %", share * 100.0),
        (ColumnKind::Number | ColumnKind::Text, Some(_)) => {
            number(value, column.currency().and_then(|path| at(row, path)).as_deref())
        }
        _ => text(value),
    }
}

/// Returns the value at a path; of a list the values of its items.
fn at<'v>(row: &'v Value, path: &str) -> Option<Cow<'v, Value>> {
    if let Value::Array(items) = row {
        let values = items.iter().filter_map(|item| at(item, path)).map(Cow::into_owned);
        return Some(Cow::Owned(values.collect()));
    }
    match path.split_once('.') {
        Some((field, rest)) => at(row.get(field)?, rest),
        None => row.get(path).map(Cow::Borrowed),
    }
}

/// Writes a number; an amount of money with the digits of its currency, and the code.
fn number(value: &Value, currency: Option<&Value>) -> String {
    let Some(code) = currency.and_then(Value::as_str) else { return value.to_string() };
    let amount = Amount::parse(&value.to_string());
    let amount =
        amount.zip(Currency::of(code)).map(|(amount, currency)| amount.in_currency(currency));
    amount.map_or_else(|| format!("{value} {code}"), |amount| format!("{amount} {code}"))
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use ext_manifest::Manifest;
    use serde_json::json;

    use super::*;

    fn command(columns: Value) -> Manifest {
        with_command(columns, json!({}))
    }

    /// A command with columns and more.
    fn with_command(columns: Value, more: Value) -> Manifest {
        let mut manifest = json!({
            "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
            "operations": [{ "method": "query:notes.list.v1" }],
            "commands": [{ "name": "note", "description": "Notes", "commands": [{
                "name": "list", "description": "Lists", "operation": "query:notes.list.v1",
                "columns": columns, "empty": "no note",
            }] }],
        });
        let list = manifest.pointer_mut("/commands/0/commands/0").unwrap();
        list.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Manifest::parse(manifest.to_string().as_bytes()).unwrap()
    }

    fn shown(columns: Value, reply: &str) -> String {
        let manifest = command(columns);
        show(&manifest.commands()[0].commands()[0], reply.as_bytes()).unwrap()
    }

    #[test]
    fn lists_are_tables_and_objects_are_fields() {
        let columns = json!([
            { "name": "NAME", "value": "of.name" },
            { "name": "PRICE", "value": "price", "kind": "number", "currency": "in" },
            { "name": "SURE", "value": "sure", "kind": "share" },
            { "name": "TAGS", "value": "tags" },
            { "name": "ID", "value": "id", "kind": "id" },
        ]);
        let tea = r#"{"of":{"name":"Tea"},"price":2.5,"in":"EUR","sure":0.954,"tags":["a","b"],"id":"01a21a77-a9e0-7000-8000-000000000001"}"#;
        let rice = r#"{"of":{"name":"Rice"},"price":1200,"in":"JPY","sure":null,"tags":[],"id":"01a21a78-a9e0-7000-8000-000000000002"}"#;
        let expected = "NAME     PRICE  SURE  TAGS  ID\n\
                        Tea   2.50 EUR  95 %  a, b  01a21a77-a9e0\n\
                        Rice  1200 JPY              01a21a78-a9e0";
        assert_eq!(shown(columns.clone(), &format!("[{tea},{rice}]")), expected);
        assert_eq!(shown(columns.clone(), "[]"), "no note");
        assert!(shown(columns, tea).starts_with("name   Tea\nprice  2.50 EUR\n"));
    }

    #[test]
    fn a_list_in_an_object_says_how_many_there_are_besides() {
        let limit = json!([{ "name": "limit", "description": "Most", "kind": "number" }]);
        let more = json!({ "rows": "notes", "total": "all", "arguments": limit });
        let manifest = with_command(json!([{ "name": "NAME", "value": "name" }]), more);
        let list = &manifest.commands()[0].commands()[0];
        let reply = br#"{"notes":[{"name":"Tea"}],"all":3}"#;
        assert_eq!(show(list, reply).unwrap(), "NAME\nTea");
        let said = left_out(list, reply).unwrap();
        assert_eq!(said, "1 of 3 are shown: `--limit` shows others");
        assert_eq!(left_out(list, br#"{"notes":[{"name":"Tea"}],"all":1}"#), None);
        assert_eq!(show(list, br#"{"notes":[],"all":0}"#).unwrap(), "no note");
        for other in ["[]", "5", r#"{"notes":5,"all":1}"#, r#"{"notes":[]}"#] {
            assert_eq!(left_out(list, other.as_bytes()), None, "{other}");
            show(list, other.as_bytes()).unwrap();
        }
    }

    #[test]
    fn what_has_no_columns_is_shown_as_it_is() {
        assert_eq!(shown(json!([]), "\"a,b\\n1,2\\n\""), "a,b\n1,2\n");
        assert_eq!(shown(json!([]), "{\"price\":12.50}"), "{\n  \"price\": 12.50\n}");
        assert_eq!(shown(json!([]), "null"), "null");
    }

    #[test]
    fn a_path_through_a_list_shows_the_values_of_its_items() {
        let columns = json!([{ "name": "WAS", "value": "changes.from" }]);
        let reply = r#"[{"changes":[{"from":9.5},{"from":11},{}]},{"changes":[]}]"#;
        assert_eq!(shown(columns, reply).trim_end(), "WAS\n9.5, 11");
    }

    #[test]
    fn an_answer_of_another_form_is_no_panic() {
        let columns = json!([{ "name": "A", "value": "a.b", "kind": "number", "currency": "c" }]);
        for reply in [
            "[1,\"x\",null,[],{\"a\":{\"b\":\"text\"}}]",
            "{\"a\":5}",
            "5",
            "[{\"a\":{\"b\":1e300},\"c\":\"???\"}]",
        ] {
            shown(columns.clone(), reply);
        }
    }
}
