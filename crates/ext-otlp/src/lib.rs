//! The spans of calls, for a collector of OpenTelemetry on this machine.
//!
//! What is sent is a span for each part of a call ([`ext_wire::trace`]): its name, its times, the
//! method, the extension, the id of the request, the code of its end. Records of the log, payloads and
//! answers are not.
//!
//! ```
//! use ext_otlp::{Endpoint, Exporter};
//! use tracing_subscriber::layer::SubscriberExt;
//!
//! let endpoint: Endpoint = "http://127.0.0.1:4318".parse()?;
//! let exporter = Exporter::start(&endpoint)?;
//! let subscriber = tracing_subscriber::registry().with(exporter.layer());
//! tracing::subscriber::with_default(subscriber, || {});
//! // What waits is sent when it is dropped.
//! drop(exporter);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! The spans, which are made where calls are made (`spacedrive-daemon`, `ext-registry`,
//! `ext-manager`); a destination on another machine, which a collector forwards to.
#![forbid(unsafe_code)]

mod collector;
mod endpoint;

use std::time::Duration;

use opentelemetry::{
    Context, KeyValue,
    trace::{
        SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider,
    },
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

pub use endpoint::{Endpoint, EndpointError};

/// The name of the program, as collectors show it.
const SERVICE: &str = "spacedrive";
/// Longest wait for a collector when the program ends.
const END_TIME: Duration = Duration::from_secs(3);

/// An exporter that cannot be started.
#[derive(Debug, thiserror::Error)]
#[error("spans cannot be sent: {0}")]
pub struct ExporterError(#[from] opentelemetry_otlp::ExporterBuildError);

/// The sender of spans, on a thread of its own. What waits is bounded: while the collector is away,
/// spans are dropped, and no call waits for it.
#[derive(Debug)]
pub struct Exporter(SdkTracerProvider);

impl Exporter {
    /// Begins to send to a collector, which may come later.
    ///
    /// # Errors
    /// [`ExporterError`] when the address is not one that it can send to.
    pub fn start(endpoint: &Endpoint) -> Result<Self, ExporterError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(collector::Collector(endpoint.address()))
            .with_endpoint(endpoint.url())
            .build()?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder_empty().with_service_name(SERVICE).with_attribute(version);
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build())
            .build();
        Ok(Self(provider))
    }

    /// Returns the layer that takes the spans of calls, and nothing else.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let is_of_call = |metadata: &tracing::Metadata<'_>| {
            metadata.is_span() && metadata.target() == ext_wire::trace::TARGET
        };
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_filter(filter_fn(is_of_call))
    }
}

/// Makes the span of a client, as its header `traceparent` has it, the parent of one of ours, so that
/// its trace goes on here. It has no effect once spans were made below ours, or where none are collected.
///
/// ```
/// let span = tracing::info_span!(target: ext_wire::trace::TARGET, "rpc");
/// ext_otlp::continue_trace(&span, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0xf067_aa0b, 1);
/// ```
pub fn continue_trace(span: &tracing::Span, trace_id: u128, span_id: u64, flags: u8) {
    let (trace_id, span_id) = (TraceId::from(trace_id), SpanId::from(span_id));
    let (flags, state) = (TraceFlags::new(flags), TraceState::NONE);
    let parent = SpanContext::new(trace_id, span_id, flags, true, state);
    let parent = Context::new().with_remote_span_context(parent);
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(%error, "the trace of a client is not continued");
    }
}

impl Drop for Exporter {
    /// Sends what waits, though not for long.
    fn drop(&mut self) {
        let _ = self.0.shutdown_with_timeout(END_TIME);
    }
}
