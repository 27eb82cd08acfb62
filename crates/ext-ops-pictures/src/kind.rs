//! Formats of pictures, told by their first bytes.

/// The format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    Png,
    WebP,
    /// TIFF, and the raw formats that are built on it.
    Tiff,
    Gif,
    Bmp,
    /// HEIC and other pictures in HEIF.
    Heif,
    Avif,
    /// Raw formats that are not TIFF: of Canon (CR3), of Fujifilm (RAF).
    Raw,
}

/// Brands of HEIF files whose pictures are HEVC or not named.
const HEIF: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];

impl Kind {
    /// Tells the format; `None` for bytes that are not a picture.
    pub(crate) fn of(file: &[u8]) -> Option<Self> {
        let starts = |mark: &[u8]| file.starts_with(mark);
        let brand = file.get(4..12).and_then(|head| head.strip_prefix(b"ftyp"));
        match brand {
            Some(b"avif" | b"avis") => return Some(Self::Avif),
            Some(b"crx ") => return Some(Self::Raw),
            Some(brand) if HEIF.contains(&brand) => return Some(Self::Heif),
            _ => {}
        }
        Some(match () {
            () if starts(b"\xff\xd8\xff") => Self::Jpeg,
            () if starts(b"\x89PNG\r\n\x1a\n") => Self::Png,
            () if starts(b"RIFF") && file.get(8..12) == Some(b"WEBP") => Self::WebP,
            () if starts(b"GIF8") => Self::Gif,
            () if starts(b"II*\0") || starts(b"MM\0*") => Self::Tiff,
            // Panasonic and Olympus have marks of their own for the same form.
            () if starts(b"IIU\0") || starts(b"IIRO") || starts(b"IIRS") => Self::Raw,
            () if starts(b"FUJIFILMCCD-RAW") => Self::Raw,
            () if starts(b"BM") => Self::Bmp,
            () => return None,
        })
    }

    /// Returns the word for it in answers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Tiff => "tiff",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Heif => "heif",
            Self::Avif => "avif",
            Self::Raw => "raw",
        }
    }

    /// Returns whether its pixels can be decoded here; a TIFF may be a raw file all the same.
    pub(crate) const fn is_decoded(self) -> bool {
        !matches!(self, Self::Heif | Self::Avif | Self::Raw)
    }

    /// Returns whether a larger picture may stand within it as JPEG.
    pub(crate) const fn may_hold_preview(self) -> bool {
        matches!(self, Self::Heif | Self::Avif | Self::Raw | Self::Tiff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        assert_eq!(Kind::of(b"\xff\xd8\xff\xe0"), Some(Kind::Jpeg));
        assert_eq!(Kind::of(b"\0\0\0\x18ftypheic\0\0"), Some(Kind::Heif));
        assert_eq!(Kind::of(b"\0\0\0\x18ftypcrx \0\0"), Some(Kind::Raw));
        assert_eq!(Kind::of(b"\0\0\0\x18ftypqt  \0\0"), None);
        assert_eq!(Kind::of(b"II*\0\x08\0\0\0"), Some(Kind::Tiff));
        assert_eq!(Kind::of(b""), None);
    }
}
