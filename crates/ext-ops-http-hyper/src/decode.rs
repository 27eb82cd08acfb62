//! Codings of a body, which are undone while it comes.

use std::io::{self, Write};

use ext_services::http::{HttpError, HttpRequest, ScrubWriter};
use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};
use http::{
    HeaderMap, HeaderName, StatusCode,
    header::{CONTENT_ENCODING, TRANSFER_ENCODING},
};

/// Most characters of a coding's name that are told.
const MAX_NAME: usize = 32;

/// Coding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Deflate,
}

impl Coding {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }

    /// Returns the one coding of the body, if it was asked for. Behind another layer a secret could come
    /// back unseen.
    pub(crate) fn of(
        request: &HttpRequest,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Self, HttpError> {
        let transfer = list(headers, TRANSFER_ENCODING);
        if layers(&transfer, "chunked").next().is_some() {
            return Err(error(request, &transfer, "no coding of the transfer was asked for"));
        }
        let listed = list(headers, CONTENT_ENCODING);
        let mut layers = layers(&listed, "identity");
        let refuse = |reason| Err(error(request, &listed, reason));
        match (layers.next(), layers.next()) {
            (None, _) => Ok(Self::Identity),
            (_, Some(_)) => refuse("it is encoded more than once"),
            _ if status == StatusCode::PARTIAL_CONTENT => {
                refuse("a part of an encoded body cannot be decoded")
            }
            (Some("gzip" | "x-gzip"), None) => Ok(Self::Gzip),
            (Some("deflate"), None) => Ok(Self::Deflate),
            (Some(_), None) => refuse("this coding was not asked for"),
        }
    }
}

/// Lists the codings that a header names, in lower case.
fn list(headers: &HeaderMap, name: HeaderName) -> String {
    let text = |value: &http::HeaderValue| value.to_str().unwrap_or("?").to_ascii_lowercase();
    headers.get_all(name).iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Returns the codings of a list but for the one that needs no decoder here.
fn layers<'a>(list: &'a str, plain: &str) -> impl Iterator<Item = &'a str> {
    let all = list.split(',').map(str::trim);
    all.filter(move |layer| !layer.is_empty() && *layer != plain)
}

/// Makes the error of a body whose coding cannot be undone. The name comes from the server.
pub(crate) fn error(request: &HttpRequest, coding: &str, reason: &'static str) -> HttpError {
    let shown = coding.chars().take(MAX_NAME).collect::<String>().escape_debug().to_string();
    HttpError::Coding { host: request.url.host(), coding: shown, reason }
}

/// Decoder of a body: it undoes the coding; then secrets are taken out; then the size counts.
pub(crate) enum Decoder<'a, W: Write> {
    Identity(ScrubWriter<'a, W>),
    Gzip(Gzip<ScrubWriter<'a, W>>),
    /// The first bytes tell which of its two forms it is.
    Deflate {
        head: Vec<u8>,
        to: Option<ScrubWriter<'a, W>>,
    },
    Zlib(Box<ZlibDecoder<ScrubWriter<'a, W>>>),
    Raw(Box<DeflateDecoder<ScrubWriter<'a, W>>>),
}

impl<'a, W: Write> Decoder<'a, W> {
    pub(crate) fn new(coding: Coding, writer: ScrubWriter<'a, W>) -> Self {
        match coding {
            Coding::Identity => Self::Identity(writer),
            Coding::Gzip => Self::Gzip(Gzip::member(writer)),
            Coding::Deflate => Self::Deflate { head: Vec::new(), to: Some(writer) },
        }
    }

    pub(crate) fn write_all(&mut self, data: &[u8]) -> io::Result<()> {
        if let Self::Deflate { head, to } = self {
            head.extend_from_slice(data);
            if head.len() >= 2
                && let Some(to) = to.take()
            {
                let held = std::mem::take(head);
                *self = Self::deflate(&held, to);
                return self.write_all(&held);
            }
            return Ok(());
        }
        match self {
            Self::Identity(writer) => writer.write_all(data),
            Self::Gzip(gzip) => gzip.write_all(data),
            Self::Zlib(decoder) => decoder.write_all(data),
            Self::Raw(decoder) => decoder.write_all(data),
            Self::Deflate { .. } => Ok(()),
        }
    }

    /// Makes the decoder of the form that these bytes begin: RFC 9110 means zlib by `deflate`, many servers
    /// send its content alone.
    fn deflate(head: &[u8], to: ScrubWriter<'a, W>) -> Self {
        match head {
            [first, second, ..] if is_zlib(*first, *second) => {
                Self::Zlib(Box::new(ZlibDecoder::new(to)))
            }
            _ => Self::Raw(Box::new(DeflateDecoder::new(to))),
        }
    }

    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Self::Identity(writer) => writer.finish(),
            Self::Gzip(gzip) => gzip.finish()?.finish(),
            Self::Deflate { .. } => Err(io::ErrorKind::UnexpectedEof.into()),
            Self::Zlib(decoder) => decoder.finish()?.finish(),
            Self::Raw(decoder) => decoder.finish()?.finish(),
        }
    }
}

/// Returns whether two bytes are the header of zlib (RFC 1950): the method and a check sum. No block of
/// deflate begins like that.
const fn is_zlib(first: u8, second: u8) -> bool {
    first & 0x0f == 8 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}

/// Gzip in one or several members (RFC 1952), with zeros behind the last one, as block devices leave them.
pub(crate) enum Gzip<W: Write> {
    Member(Box<GzDecoder<W>>),
    /// Between two members, or behind the last one.
    Between {
        to: W,
        padded: bool,
    },
    /// Only while a member ends.
    Moving,
}

impl<W: Write> Gzip<W> {
    fn member(to: W) -> Self {
        Self::Member(Box::new(GzDecoder::new(to)))
    }

    fn write_all(&mut self, mut data: &[u8]) -> io::Result<()> {
        while !data.is_empty() {
            let taken = match self {
                Self::Member(decoder) => decoder.write(data)?,
                Self::Between { padded, .. } => skip_zeros(data, padded)?,
                Self::Moving => return Err(io::ErrorKind::InvalidData.into()),
            };
            data = data.get(taken..).unwrap_or_default();
            if taken == 0 {
                *self = std::mem::replace(self, Self::Moving).turn()?;
            }
        }
        Ok(())
    }

    /// Ends a member, or begins one.
    fn turn(self) -> io::Result<Self> {
        match self {
            Self::Member(decoder) => Ok(Self::Between { to: decoder.finish()?, padded: false }),
            Self::Between { to, .. } => Ok(Self::member(to)),
            Self::Moving => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn finish(self) -> io::Result<W> {
        match self {
            Self::Member(decoder) => decoder.finish(),
            Self::Between { to, .. } => Ok(to),
            Self::Moving => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// Skips zeros; returns how many. Nothing else stands behind them.
fn skip_zeros(data: &[u8], padded: &mut bool) -> io::Result<usize> {
    let zeros = data.iter().take_while(|byte| **byte == 0).count();
    *padded |= zeros > 0;
    match *padded && zeros < data.len() {
        true => Err(io::ErrorKind::InvalidData.into()),
        false => Ok(zeros),
    }
}

#[cfg(test)]
mod tests {
    use ext_services::http::Scrubber;
    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };
    use proptest::prelude::*;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(text: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(coding: Coding, body: &[u8], size: usize) -> io::Result<Vec<u8>> {
        let scrubber = Scrubber::default();
        let mut decoder = Decoder::new(coding, ScrubWriter::new(&scrubber, Vec::new()));
        body.chunks(size).try_for_each(|chunk| decoder.write_all(chunk))?;
        decoder.finish()
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded_however_it_comes(
            text in proptest::collection::vec(any::<u8>(), 0..600), cut in 0_usize..600,
            size in 1_usize..80, zeros in 0_usize..40,
        ) {
            prop_assert_eq!(decode(Coding::Deflate, &zlib(&text), size).unwrap(), text.clone());
            prop_assert_eq!(decode(Coding::Deflate, &raw(&text), size).unwrap(), text.clone());
            let (first, second) = text.split_at(cut.min(text.len()));
            let members = [gzip(first), gzip(second), vec![0; zeros]].concat();
            prop_assert_eq!(decode(Coding::Gzip, &members, size).unwrap(), text);
        }

        #[test]
        fn what_is_cut_off_is_an_error(
            text in proptest::collection::vec(any::<u8>(), 1..600), place in any::<prop::sample::Index>(),
            size in 1_usize..80,
        ) {
            for (coding, body) in [
                (Coding::Gzip, gzip(&text)), (Coding::Deflate, zlib(&text)), (Coding::Deflate, raw(&text)),
            ] {
                let cut = &body[..place.index(body.len())];
                prop_assert!(decode(coding, cut, size).is_err(), "{coding:?} {} of {}", cut.len(), body.len());
            }
        }
    }

    #[test]
    fn what_stands_behind_the_end_is_an_error() {
        for behind in [b"x".as_slice(), b"\0\0x", b"\x1f\x8b", b"\0\x1f\x8b"] {
            let body = [gzip(b"text").as_slice(), behind].concat();
            assert!(decode(Coding::Gzip, &body, 7).is_err(), "{behind:?}");
        }
    }
}
