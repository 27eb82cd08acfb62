//! Records as JSON, a line for each.

use std::fmt;

use serde_json::{Map, Value, json};
use tracing::{Event, Subscriber, span::Record};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, format::Writer},
    registry::LookupSpan,
};

use crate::output::steady_json;

/// Formats a record as a line `{"log": {"level": …, "message": …, …}}`, for programs that read the errors.
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = JsonFields::default();
        event.record(&mut fields);
        let level = event.metadata().level().as_str().to_ascii_lowercase();
        fields.0.insert("level".to_owned(), level.into());
        writeln!(writer, "{}", steady_json(&json!({ "log": fields.0 })))
    }
}

#[derive(Default)]
struct JsonFields(serde_json::Map<String, serde_json::Value>);

impl tracing::field::Visit for JsonFields {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

/// Formats a record of a daemon as a line `{"time": …, "level": …, "target": …, "message": …, …}`, with
/// the spans that it is in, the outermost first: `"spans": [{"name": "rpc", "request": …}]`.
pub(super) struct ServeLines;

impl<S, N> FormatEvent<S, N> for ServeLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = JsonFields::default();
        event.record(&mut fields);
        let mut line = fields.0;
        let metadata = event.metadata();
        line.insert("time".to_owned(), jiff::Timestamp::now().to_string().into());
        line.insert("level".to_owned(), metadata.level().as_str().to_ascii_lowercase().into());
        line.insert("target".to_owned(), metadata.target().into());
        let scope = context.event_scope().into_iter().flat_map(|scope| scope.from_root());
        let spans: Vec<Value> = scope
            .map(|span| {
                let extensions = span.extensions();
                let fields = extensions.get::<FormattedFields<N>>();
                let mut shown = fields.map(|fields| read(&fields.fields)).unwrap_or_default();
                shown.insert("name".to_owned(), span.name().into());
                shown.into()
            })
            .collect();
        if !spans.is_empty() {
            line.insert("spans".to_owned(), spans.into());
        }
        writeln!(writer, "{}", steady_json(&Value::Object(line)))
    }
}

/// Keeps the fields of a span as a JSON object.
pub(super) struct JsonSpanFields;

impl<'writer> FormatFields<'writer> for JsonSpanFields {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut known = JsonFields::default();
        fields.record(&mut known);
        write!(writer, "{}", Value::Object(known.0))
    }

    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &Record<'_>,
    ) -> fmt::Result {
        let mut all = JsonFields(read(&current.fields));
        fields.record(&mut all);
        current.fields = Value::Object(all.0).to_string();
        Ok(())
    }
}

fn read(fields: &str) -> Map<String, Value> {
    serde_json::from_str(fields).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::{super::tests::Memory, *};

    #[test]
    fn a_record_is_one_json_object_for_programs() {
        let memory = Memory::default();
        let log = tracing_subscriber::fmt().with_writer(memory.clone()).event_format(JsonLines);
        tracing::subscriber::with_default(log.finish(), || {
            tracing::warn!(extension = "demo", error = %"a\n\u{202e}b", count = 3, "left out");
        });
        let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\u{202e}'), "no terminal is steered: {text}");
        let expected = json!({ "log": {
            "level": "warn", "message": "left out", "extension": "demo",
            "error": "a\n\u{202e}b", "count": "3",
        } });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
    }

    #[test]
    fn a_record_of_a_daemon_names_the_request() {
        let memory = Memory::default();
        let layer = tracing_subscriber::fmt::layer()
            .fmt_fields(JsonSpanFields)
            .event_format(ServeLines)
            .with_writer(memory.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let rpc = tracing::info_span!("rpc", request = "a-b", code = tracing::field::Empty);
            let _rpc = rpc.enter();
            tracing::warn!(error = "x\n\"y\"", "failed");
            rpc.record("code", "E_IO");
            tracing::info_span!("gate").in_scope(|| tracing::warn!("again"));
        });
        let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!((&lines[0]["level"], &lines[0]["message"]), (&json!("warn"), &json!("failed")));
        assert_eq!(lines[0]["error"], "x\n\"y\"");
        assert!(lines[0]["time"].as_str().unwrap().ends_with('Z'), "{text}");
        assert_eq!(lines[0]["spans"], json!([{ "name": "rpc", "request": "a-b" }]));
        let both = json!([{ "name": "rpc", "request": "a-b", "code": "E_IO" }, { "name": "gate" }]);
        assert_eq!(lines[1]["spans"], both);
    }
}
