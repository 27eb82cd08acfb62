//! The log, as the console follows it: a layer that keeps the newest records in memory.

use std::{collections::BTreeMap, fmt, sync::OnceLock};

use ext_rpc::{LogLevel, LogRecord, LogTail};
use jiff::Timestamp;
use tracing::{Event, Level, Subscriber, field::Field, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::{Context, Filter},
    registry::LookupSpan,
};

/// Longest value of a record, in bytes.
const MAX_BYTES: usize = 4 << 10;

/// The records of this process.
static TAIL: OnceLock<LogTail> = OnceLock::new();

/// Returns the records of this process, which are kept as soon as [`layer`] is one of its log.
pub(crate) fn tail() -> LogTail {
    TAIL.get_or_init(LogTail::default).clone()
}

/// Makes the layer: all that extensions say, and what the program says from "info" on.
pub(crate) fn layer<S: Subscriber + for<'span> LookupSpan<'span>>() -> impl Layer<S> {
    TailLayer(tail()).with_filter(filter())
}

fn filter<S>() -> impl Filter<S> {
    Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("ext_manager", LevelFilter::DEBUG)
        // A line for each call, which `ext dev` shows.
        .with_target("ext_manager::calls", LevelFilter::OFF)
}

struct TailLayer(LogTail);

impl<S: Subscriber> Layer<S> for TailLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields(mut fields) = fields;
        let message = fields.remove("message").unwrap_or_default();
        let extension = fields.remove("extension");
        let (at, level) = (Timestamp::now().to_string(), level(*event.metadata().level()));
        self.0.push(LogRecord { id: 0, at, level, extension, message, fields });
    }
}

const fn level(level: Level) -> LogLevel {
    match level {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warn,
        Level::INFO => LogLevel::Info,
        _ => LogLevel::Debug,
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Fields {
    fn add(&mut self, field: &Field, mut value: String) {
        if value.len() > MAX_BYTES {
            value.truncate(value.floor_char_boundary(MAX_BYTES));
            value.push('…');
        }
        self.0.insert(field.name().to_owned(), value);
    }
}

impl tracing::field::Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.to_owned());
    }
}
