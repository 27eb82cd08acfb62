//! The spans of calls, for a collector of OpenTelemetry.

#[cfg(feature = "otlp")]
pub(crate) use with::CONTINUE_TRACE;
#[cfg(feature = "otlp")]
pub(super) use with::{Exporter, start};
#[cfg(not(feature = "otlp"))]
pub(crate) use without::CONTINUE_TRACE;
#[cfg(not(feature = "otlp"))]
pub(super) use without::{Exporter, start};

#[cfg(feature = "otlp")]
mod with {
    use ext_otlp::Endpoint;
    use spacedrive_daemon::{ContinueTrace, TraceParent};
    use tracing::Span;
    use tracing_subscriber::{Layer, Registry};

    use crate::log::BoxedLayer;

    pub(in crate::log) type Exporter = Option<ext_otlp::Exporter>;

    /// The function that lets the traces of clients go on.
    pub(crate) const CONTINUE_TRACE: Option<ContinueTrace> = Some(continue_trace);

    fn continue_trace(span: &Span, parent: &TraceParent) {
        let TraceParent { trace_id, span_id, flags } = *parent;
        ext_otlp::continue_trace(span, trace_id, span_id, flags);
    }

    /// Begins to send to an address, if there is one.
    pub(in crate::log) fn start(
        address: Option<&String>,
    ) -> anyhow::Result<(Exporter, Option<BoxedLayer>)> {
        let Some(address) = address else { return Ok((None, None)) };
        let exporter = ext_otlp::Exporter::start(&address.parse::<Endpoint>()?)?;
        let layer = exporter.layer::<Registry>().boxed();
        Ok((Some(exporter), Some(layer)))
    }
}

#[cfg(not(feature = "otlp"))]
mod without {
    use spacedrive_daemon::ContinueTrace;

    use crate::log::BoxedLayer;

    pub(in crate::log) type Exporter = ();

    /// The function that would let the traces of clients go on.
    pub(crate) const CONTINUE_TRACE: Option<ContinueTrace> = None;

    pub(in crate::log) fn start(
        address: Option<&String>,
    ) -> anyhow::Result<(Exporter, Option<BoxedLayer>)> {
        match address {
            None => Ok(((), None)),
            Some(_) => anyhow::bail!("this program was built without its feature `otlp`"),
        }
    }
}
