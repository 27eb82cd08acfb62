//! Text of a model into an answer.

use ext_services::text_model::TextQuestion;
use serde_json::{Map, Value};

use crate::protocol::Said;

/// Reads the answer in what a model said; an error says what is wrong with it, so that the model
/// can correct it.
pub(crate) fn read(said: &Said, question: TextQuestion<'_>) -> Result<Value, String> {
    if said.cut {
        return Err("it is too long and was cut off".into());
    }
    let mut answer = object(&said.text)?;
    let wanted = question.schema.and_then(|schema| schema.get("properties")?.as_object());
    if let Some(properties) = wanted {
        for name in properties.keys() {
            answer.entry(name).or_insert(Value::Null);
        }
    }
    if question.schema.is_none() && !answer.contains_key("answer") {
        return Err("it has no property `answer`".into());
    }
    let answer = Value::Object(answer);
    match question.check {
        Some(check) => check(&answer).map(|()| answer),
        None => Ok(answer),
    }
}

/// Finds the JSON object that a text is or, as models of some servers talk around it, holds.
fn object(text: &str) -> Result<Map<String, Value>, String> {
    let from = text.find('{').ok_or("it is not a JSON object")?;
    let to = text.rfind('}').ok_or("it is not a JSON object")?;
    let object = text.get(from..=to).ok_or("it is not a JSON object")?;
    serde_json::from_str(object).map_err(|error| format!("it is not a valid JSON object: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(text: &str) -> Said {
        Said { text: text.into(), tokens: 0, cut: false }
    }

    fn answered(text: &str) -> Result<Value, String> {
        let schema = json!({ "properties": { "amount": {}, "vendor": {} } });
        read(&said(text), TextQuestion::new("", "", schema.as_object()))
    }

    #[test]
    fn an_object_is_found_in_what_stands_around_it() {
        let expected = json!({ "amount": 3, "vendor": null });
        for text in [
            r#"{"amount": 3}"#,
            "```json\n{\"amount\": 3}\n```",
            "Sure! Here it is: {\"amount\": 3}.",
        ] {
            assert_eq!(answered(text).as_ref(), Ok(&expected), "{text}");
        }
    }

    #[test]
    fn doc_18_what_is_no_object_is_no_answer() {
        let deep = "{\"a\":".repeat(100_000) + &"}".repeat(100_000);
        for text in ["", "null", "[]", "3.20", "}{", "{", "{'amount': 3}", "{} {}", &deep] {
            assert!(answered(text).is_err(), "{text:.40}");
        }
    }

    #[test]
    fn without_a_schema_there_is_an_answer() {
        let free = TextQuestion::new("", "", None);
        assert_eq!(read(&said(r#"{"answer": "yes"}"#), free), Ok(json!({ "answer": "yes" })));
        assert!(read(&said(r#"{"result": "yes"}"#), free).is_err());
    }

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        let cut = Said { cut: true, ..said(r#"{"amount": 3}"#) };
        assert!(read(&cut, TextQuestion::new("", "", None)).unwrap_err().contains("cut off"));
    }
}
