//! The log, on stderr, without tearing the progress bar.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
};

use ext_wire::text::{self, Escaped};
use serde_json::json;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    field::RecordFields,
    fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter, format::Writer},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use crate::{args::Output, log_tail, progress};

/// Starts the log, which `SPACEDRIVE_LOG` filters (as in the crate `env_logger`), else `-v`. Records of
/// extensions (`ext_manager`), and of modules that are refused, are hidden by default: failures are in the
/// command's answer. `ext dev`
/// shows all of them, with the time of each call. With `--output json` each record is a JSON object. A
/// daemon keeps the newest records for the console as well.
pub(crate) fn start(verbose: u8, dev: bool, serves: bool, output: Output) {
    let default = match verbose {
        _ if dev => "warn,ext_manager=trace,ext_host::loader=error",
        0 => "warn,ext_manager=off,ext_host::loader=error",
        1 => "warn,ext_manager=info",
        _ => "info,ext_manager=debug",
    };
    let filter =
        EnvFilter::try_from_env("SPACEDRIVE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt::layer().with_writer(Stderr);
    let log = match output {
        Output::Json => log.event_format(JsonLines).with_filter(filter).boxed(),
        Output::Table => log
            .fmt_fields(EscapedFields)
            .with_ansi(io::stderr().is_terminal())
            .with_target(false)
            .without_time()
            .with_filter(filter)
            .boxed(),
    };
    let tail = serves.then(log_tail::layer);
    tracing_subscriber::registry().with(log).with(tail).init();
}

/// Formats a record as a line `{"log": {"level": …, "message": …, …}}`, for programs that read the errors.
struct JsonLines;

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
        writeln!(writer, "{}", json!({ "log": fields.0 }))
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

/// Prints every field of every record on one line, with hidden characters written out, whoever put
/// them there: an extension, a file, a server.
struct EscapedFields;

impl<'writer> FormatFields<'writer> for EscapedFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut visitor = Visitor { writer, first: true, result: Ok(()) };
        fields.record(&mut visitor);
        visitor.result
    }
}

struct Visitor<'writer> {
    writer: Writer<'writer>,
    first: bool,
    result: fmt::Result,
}

impl Visitor<'_> {
    fn print(&mut self, name: &str, value: impl fmt::Display) {
        let space = if std::mem::take(&mut self.first) { "" } else { " " };
        let value = Escaped(value).to_string();
        let value = text::quote(&value);
        let printed = match name {
            "message" => write!(self.writer, "{space}{value}"),
            name => write!(self.writer, "{space}{name}={value}"),
        };
        self.result = self.result.and(printed);
    }
}

impl tracing::field::Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        self.print(field.name(), format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        self.print(field.name(), value);
    }
}

struct Stderr;

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A record that nobody can read any more is no failure.
        let _ = progress::suspend(|| io::stderr().write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl MakeWriter<'_> for Stderr {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Memory {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    fn logged(log: impl FnOnce()) -> String {
        let memory = Memory::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(memory.clone())
            .fmt_fields(EscapedFields)
            .with_ansi(false)
            .without_time()
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        String::from_utf8(memory.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn log_05_every_field_of_every_record_is_escaped() {
        let bad = "x\n\u{1b}[2J\u{9b}\u{202e}y";
        let text = logged(|| {
            tracing::error!(extension = bad, path = %bad, headers = ?bad, "{bad}");
            let error = io::Error::other(bad);
            tracing::warn!(%error, url = %bad, method = ?Some(bad), "failed");
        });
        assert_eq!(text.lines().count(), 2, "{text:?}");
        let plain = |c: char| c == '\n' || !ext_wire::text::is_hidden(c);
        assert!(text.chars().all(plain), "{text:?}");
        assert_eq!(text.matches('y').count(), 7, "{text}");
    }

    #[test]
    fn a_record_is_one_json_object_for_programs() {
        let memory = Memory::default();
        let log = tracing_subscriber::fmt().with_writer(memory.clone()).event_format(JsonLines);
        tracing::subscriber::with_default(log.finish(), || {
            tracing::warn!(extension = "demo", error = %"a\n\u{202e}b", count = 3, "left out");
        });
        let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        let expected = json!({ "log": {
            "level": "warn", "message": "left out", "extension": "demo",
            "error": "a\n\u{202e}b", "count": "3",
        } });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
    }

    #[test]
    fn log_05_a_text_that_looks_like_fields_is_quoted() {
        let forged = "level=error extension=core";
        let text = logged(|| tracing::warn!(extension = "att", error = %forged, "{forged}"));
        let quoted = format!("\"{forged}\" extension=att error=\"{forged}\"");
        assert!(text.contains(&quoted), "{text}");
        let text = logged(|| tracing::warn!(file = ?"a b", "\" extension=\"core"));
        assert!(text.contains(r#""\" extension=\"core" file="a b""#), "{text}");
    }

    #[test]
    fn log_06_what_looks_like_a_format_is_logged_as_it_is() {
        let text = logged(|| tracing::warn!(name = "{} %s ${jndi:x}", "{}", "{0}"));
        assert!(text.contains("name={} %s ${jndi:x}") && text.contains("{0}"), "{text}");
    }
}
