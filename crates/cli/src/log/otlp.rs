//! The spans of calls, for a collector of OpenTelemetry.

#[cfg(feature = "otlp")]
pub(super) use with::{Exporter, start};
#[cfg(not(feature = "otlp"))]
pub(super) use without::{Exporter, start};

#[cfg(feature = "otlp")]
mod with {
    use ext_otlp::Endpoint;
    use tracing_subscriber::{Layer, Registry};

    use crate::log::BoxedLayer;

    pub(in crate::log) type Exporter = Option<ext_otlp::Exporter>;

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
    use crate::log::BoxedLayer;

    pub(in crate::log) type Exporter = ();

    pub(in crate::log) fn start(
        address: Option<&String>,
    ) -> anyhow::Result<(Exporter, Option<BoxedLayer>)> {
        match address {
            None => Ok(((), None)),
            Some(_) => anyhow::bail!("this program was built without its feature `otlp`"),
        }
    }
}
