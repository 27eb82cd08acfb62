//! The header `traceparent`, in which a client that traces its own calls names its span.

use std::{fmt, str::FromStr};

/// The span of a client in which it makes a call, as [W3C Trace Context] writes it.
///
/// ```
/// use ext_rpc::TraceParent;
///
/// let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let parent: TraceParent = text.parse()?;
/// assert_eq!(parent.span_id, 0x00f0_67aa_0ba9_02b7);
/// assert_eq!(parent.to_string(), text);
/// # Ok::<(), ext_rpc::TraceParentError>(())
/// ```
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    /// The id of the trace; not zero.
    pub trace_id: u128,
    /// The id of the span; not zero.
    pub span_id: u64,
    /// The flags: the lowest bit says that the client records its trace.
    pub flags: u8,
}

/// A text that names no span of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a `traceparent` as W3C Trace Context has it")]
pub struct TraceParentError;

impl FromStr for TraceParent {
    type Err = TraceParentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or(TraceParentError)
    }
}

/// Reads the four parts of version 0; later versions may have more, which is passed over.
fn parse(text: &str) -> Option<TraceParent> {
    let mut parts = text.split('-');
    let version = hex(parts.next()?, 2)?;
    let trace_id = hex(parts.next()?, 32)?;
    let span_id = u64::try_from(hex(parts.next()?, 16)?).ok()?;
    let flags = u8::try_from(hex(parts.next()?, 2)?).ok()?;
    let is_known = version != 0xff && (version != 0 || parts.next().is_none());
    let parent = TraceParent { trace_id, span_id, flags };
    (is_known && trace_id != 0 && span_id != 0).then_some(parent)
}

/// Reads a number of exactly so many digits, of which none is a capital or a sign.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_number = text.len() == digits && text.bytes().all(is_digit);
    is_number.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn a_later_version_may_have_more_and_what_is_no_span_is_refused() {
        let later = format!("cc-{TRACE}-{SPAN}-01-what-will-be");
        let read: TraceParent = later.parse().unwrap();
        assert_eq!(read.to_string(), format!("00-{TRACE}-{SPAN}-01"));
        let zeros = ("0".repeat(32), "0".repeat(16));
        for wrong in [
            String::new(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", zeros.0),
            format!("00-{TRACE}-{}-01", zeros.1),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-+{}-{SPAN}-01", &TRACE[1..]),
            format!("00-{TRACE}-{SPAN}-1"),
            format!(" 00-{TRACE}-{SPAN}-01"),
        ] {
            assert_eq!(wrong.parse::<TraceParent>(), Err(TraceParentError), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_span_is_read_as_it_was_written(
            trace_id in 1..=u128::MAX, span_id in 1..=u64::MAX, flags: u8,
        ) {
            let parent = TraceParent { trace_id, span_id, flags };
            prop_assert_eq!(parent.to_string().parse(), Ok(parent));
        }

        #[test]
        fn no_text_is_a_fault(text in "\\PC{0,80}") {
            let _ = text.parse::<TraceParent>();
        }
    }
}
