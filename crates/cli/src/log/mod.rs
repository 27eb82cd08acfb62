//! The log: on stderr, without tearing the progress bar, or of a daemon in a file.

mod file;
mod json;
mod otlp;

use std::{
    fmt,
    io::{self, IsTerminal, Write},
};

use ext_wire::text::{self, Escaped};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    field::RecordFields,
    fmt::{FormatFields, MakeWriter, format::Writer},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    args::{Cli, Command, ExtCommand, LogFormat, Output, ServeArgs},
    log_tail, progress,
};

use self::{
    file::RotatedFile,
    json::{JsonLines, JsonSpanFields, ServeLines},
};

pub(crate) use otlp::CONTINUE_TRACE;

type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// The log, until this is dropped: then what still waits is sent.
pub(crate) struct Log(#[allow(dead_code, reason = "it is dropped")] otlp::Exporter);

/// Starts the log, which `SPACEDRIVE_LOG` filters (as in the crate `env_logger`), else `-v`. Records of
/// extensions (`ext_manager`), and of modules that are refused, are hidden by default: failures are in the
/// command's answer. `ext dev` shows all of them, with the time of each call. With `--output json` each
/// record is a JSON object. That of a daemon names the request that it is about; a daemon
/// keeps the newest records for the console as well.
pub(crate) fn start(cli: &Cli) -> anyhow::Result<Log> {
    let serve = match &cli.command {
        Command::Serve(args) => Some(args),
        _ => None,
    };
    let (exporter, spans) = otlp::start(serve.and_then(|args| args.otlp.as_ref()))?;
    let records = match serve {
        Some(args) => of_daemon(args, cli.global.output)?,
        None => on_stderr(cli.global.output),
    };
    let records = records.with_filter(filter(cli, serve.is_some())?).boxed();
    // The newest records, for the console.
    let tail = serve.map(|_| log_tail::layer().boxed());
    let layers: Vec<BoxedLayer> = spans.into_iter().chain([records]).chain(tail).collect();
    tracing_subscriber::registry().with(layers).init();
    Ok(Log(exporter))
}

fn filter(cli: &Cli, is_daemon: bool) -> anyhow::Result<EnvFilter> {
    let default = match cli.global.verbose {
        _ if matches!(cli.command, Command::Ext(ExtCommand::Dev { .. })) => {
            "warn,ext_manager=trace,ext_host::loader=error"
        }
        0 => "warn,ext_manager=off,ext_host::loader=error",
        1 => "warn,ext_manager=info",
        _ => "info,ext_manager=debug",
    };
    let filter =
        EnvFilter::try_from_env("SPACEDRIVE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let spans = format!("{}=info", ext_wire::trace::TARGET);
    Ok(if is_daemon { filter.add_directive(spans.parse()?) } else { filter })
}

fn on_stderr(output: Output) -> BoxedLayer {
    let log = tracing_subscriber::fmt::layer().with_writer(Stderr);
    match output {
        Output::Json => log.event_format(JsonLines).boxed(),
        Output::Table => log
            .fmt_fields(EscapedFields)
            .with_ansi(io::stderr().is_terminal())
            .with_target(false)
            .without_time()
            .boxed(),
    }
}

fn of_daemon(args: &ServeArgs, output: Output) -> anyhow::Result<BoxedLayer> {
    let file = args.log_file.as_ref().map(|path| RotatedFile::open(path)).transpose()?;
    let log = tracing_subscriber::fmt::layer();
    Ok(match (args.log_format, file) {
        (None, None) => on_stderr(output),
        (Some(LogFormat::Json), None) => {
            log.fmt_fields(JsonSpanFields).event_format(ServeLines).with_writer(Stderr).boxed()
        }
        (Some(LogFormat::Json), Some(file)) => {
            log.fmt_fields(JsonSpanFields).event_format(ServeLines).with_writer(file).boxed()
        }
        (Some(LogFormat::Text), None) => on_stderr(Output::Table),
        (_, Some(file)) => log
            .fmt_fields(EscapedFields)
            .with_ansi(false)
            .with_target(false)
            .with_writer(file)
            .boxed(),
    })
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
    pub(super) struct Memory(pub(super) Arc<Mutex<Vec<u8>>>);

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
