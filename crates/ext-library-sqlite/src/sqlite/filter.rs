//! The conditions of a list or search, as SQL. Every value is bound, none becomes SQL text.

use ext_services::library::LibraryError;
use ext_wire::ops::search::{Comparison as Relation, Filter as Comparison, SearchInput};
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

use crate::fault::Outcome;

/// Conditions on the table `entries AS e`, all of which must hold.
#[derive(Debug, Default)]
pub(super) struct Filter {
    sql: String,
    values: Vec<Sql>,
}

impl Filter {
    /// Adds a condition with one `?` for each of `values`.
    pub(super) fn add(&mut self, condition: &str, values: impl IntoIterator<Item = Sql>) {
        self.sql.push_str(if self.sql.is_empty() { "WHERE " } else { " AND " });
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    /// Makes the conditions of a search, without its words.
    pub(super) fn of_search(input: &SearchInput) -> Outcome<Self> {
        let mut filter = Self::default();
        filter.entry_type(input.entry_type.as_deref());
        filter.metadata(&input.metadata)?;
        filter.comparisons(&input.filters)?;
        Ok(filter)
    }

    /// Keeps entries of a type only.
    pub(super) fn entry_type(&mut self, entry_type: Option<&str>) {
        if let Some(entry_type) = entry_type {
            self.add("e.entry_type = ?", [Sql::from(entry_type.to_owned())]);
        }
    }

    /// Keeps the entry at a path and those below it only. `0` is the character after `/`: the range uses
    /// the index of the paths, and has no wildcards.
    pub(super) fn path_prefix(&mut self, prefix: &str) {
        self.prefix_of("e.path", prefix);
    }

    /// Likewise, for the paths in a column.
    pub(super) fn prefix_of(&mut self, column: &str, prefix: &str) {
        let values = [prefix.to_owned(), format!("{prefix}/"), format!("{prefix}0")];
        let condition = format!("({column} = ? OR ({column} > ? AND {column} < ?))");
        self.add(&condition, values.map(Sql::from));
    }

    /// Keeps entries whose metadata has some values at top-level keys only. Keys are compared as plain
    /// text, since some of their characters have a meaning in a JSON path.
    pub(super) fn metadata(&mut self, wanted: &Map<String, Value>) -> Outcome<()> {
        for (key, value) in wanted {
            let (condition, value) = value_condition(value)?;
            let exists = format!(
                "EXISTS (SELECT 1 FROM json_each(e.metadata) m WHERE m.key = ? AND {condition})"
            );
            self.add(&exists, std::iter::once(Sql::from(key.clone())).chain(value));
        }
        Ok(())
    }

    /// Keeps entries whose metadata fulfils some comparisons only. A number compares with numbers and
    /// with texts that are decimal numbers (amounts are kept as such); a text compares with texts.
    pub(super) fn comparisons(&mut self, wanted: &[Comparison]) -> Outcome<()> {
        for Comparison { key, op, value } in wanted {
            let sign = op.sign();
            let (condition, values) = match value {
                Value::String(text) if *op == Relation::Contains => {
                    let condition = "m.type = 'text' AND instr(lower(m.value), lower(?)) > 0";
                    (condition.to_owned(), vec![Sql::from(text.clone())])
                }
                Value::Number(_) if *op == Relation::Contains => {
                    let reason = format!("the filter `{key}:` needs a text");
                    return Err(LibraryError::Invalid(reason).into());
                }
                Value::Number(number) => {
                    let number = sql_number(number);
                    (number_condition(sign), vec![number.clone(), number])
                }
                Value::String(text) => {
                    (format!("m.type = 'text' AND m.value {sign} ?"), vec![Sql::from(text.clone())])
                }
                _ => {
                    let reason = format!("the filter on `{key}` needs a number or a text");
                    return Err(LibraryError::Invalid(reason).into());
                }
            };
            let exists = format!(
                "EXISTS (SELECT 1 FROM json_each(e.metadata) m WHERE m.key = ? AND ({condition}))"
            );
            self.add(&exists, std::iter::once(Sql::from(key.clone())).chain(values));
        }
        Ok(())
    }

    /// Returns whether there is no condition.
    pub(super) fn is_empty(&self) -> bool {
        self.sql.is_empty()
    }

    /// Returns the `WHERE` clause with its values.
    pub(super) fn into_parts(self) -> (String, Vec<Sql>) {
        (self.sql, self.values)
    }
}

fn value_condition(value: &Value) -> Outcome<(&'static str, Option<Sql>)> {
    Ok(match value {
        Value::Null => ("m.type = 'null'", None),
        Value::Bool(true) => ("m.type = 'true'", None),
        Value::Bool(false) => ("m.type = 'false'", None),
        Value::Number(number) => {
            ("m.type IN ('integer', 'real') AND m.value = ?", Some(sql_number(number)))
        }
        Value::String(text) => ("m.type = 'text' AND m.value = ?", Some(Sql::from(text.clone()))),
        Value::Array(_) | Value::Object(_) => (
            "m.type IN ('array', 'object') AND m.value = ?",
            Some(Sql::from(serde_json::to_string(value)?)),
        ),
    })
}

/// Returns the condition of a number. A text is a decimal number when it has nothing but digits, a
/// point and a leading sign.
fn number_condition(sign: &str) -> String {
    format!(
        "m.type IN ('integer', 'real') AND m.value {sign} ? OR m.type = 'text' \
         AND m.value GLOB '*[0-9]*' AND m.value NOT GLOB '*[^0-9.-]*' AND m.value NOT GLOB '?*-*' \
         AND CAST(m.value AS REAL) {sign} ?"
    )
}

fn sql_number(number: &serde_json::Number) -> Sql {
    match number.as_i64() {
        Some(whole) => Sql::from(whole),
        None => number.as_f64().map_or(Sql::Null, Sql::from),
    }
}
