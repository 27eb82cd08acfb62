//! Operations that search a library.

use serde_json::{Map, Value};

use super::{
    direction::{wire_input, wire_input_with_constructor, wire_output},
    family::family,
    vdfs::Entry,
};

family! {
    "search", include_str!("search.md");

    /// Searches names, metadata, contents and text sidecars, by words and by meaning.
    ///
    /// By words: all must occur, `word*` matches beginnings, case and the accents of Latin and Greek
    /// letters do not matter. Of metadata the text values are searched, of sidecars those that end in
    /// `.txt`, `.md` or `.json`. An extension finds contents that it may read with `query:vdfs.read_content.v1`.
    ///
    /// Errors: `E_BAD_INPUT` for no word and no condition, more than 64 words, or a limit out of
    /// range; `E_ABI_TOO_LARGE` for a text over 4096 bytes; for a search by meaning alone
    /// `E_NEEDS_PROVIDER` and `E_MODEL_MISSING`.
    LibraryQuery Entries = "query:search.entries.v1", SearchInput => SearchOutput;
    /// Reads the contents of entries again, pictures as well, and keeps what is found for search.
    ///
    /// It takes long: it may be dispatched as a job, which goes on where it stopped. The vectors are
    /// made by the host later. What the caller may not touch is left out.
    ///
    /// Errors: `E_STOPPED`; `E_DEADLINE`.
    LibraryAction ReadAgain = "action:search.read_again.input.v1", ReadAgainInput => ReadAgainOutput;
    /// Makes the vectors of texts that have none, for search by meaning.
    ///
    /// It takes long: it may be dispatched as a job, which goes on where it stopped. What the caller may
    /// not touch is left out. The tokens of an extension's texts count for its budget of the day.
    ///
    /// Errors: `E_NEEDS_PROVIDER` and `E_MODEL_MISSING` without a model; `E_RATE`; `E_STOPPED`;
    /// `E_DEADLINE`.
    LibraryAction MakeVectors = "action:search.make_vectors.input.v1",
        MakeVectorsInput => MakeVectorsOutput;
    /// Builds the index of words anew, of the names, metadata and sidecars that the library keeps.
    ///
    /// The texts of contents stay as they were read; [`ReadAgain`] reads those. It takes long: it may be
    /// dispatched as a job, which goes on where it stopped. What the caller may not touch is left out.
    ///
    /// Errors: `E_STOPPED`; `E_DEADLINE`.
    LibraryAction RebuildIndex = "action:search.rebuild_index.input.v1",
        RebuildIndexInput => RebuildIndexOutput;
}

wire_input! {
    /// Input of [`MakeVectors`].
    pub struct MakeVectorsInput {
        /// Only entries whose path starts with these segments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path_prefix: Option<String>,
    }

    /// Input of [`RebuildIndex`].
    pub struct RebuildIndexInput {
        /// Only entries whose path starts with these segments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path_prefix: Option<String>,
    }
}

wire_output! {
    /// Output of [`MakeVectors`].
    #[derive(Default)]
    pub struct MakeVectorsOutput {
        /// Texts that got a vector.
        pub made: u64,
        /// Entries with texts that changed meanwhile, and get their vectors another time.
        pub left: u64,
    }

    /// Output of [`RebuildIndex`].
    #[derive(Default)]
    pub struct RebuildIndexOutput {
        /// Entries whose words were indexed anew.
        pub entries: u64,
        /// Sidecars among their texts that cannot be read, and are not found now.
        pub unreadable: u64,
    }
}

wire_input! {
    /// Input of [`ReadAgain`].
    pub struct ReadAgainInput {
        /// Only entries whose path starts with these segments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path_prefix: Option<String>,
    }
}

wire_output! {
    /// Output of [`ReadAgain`].
    #[derive(Default)]
    pub struct ReadAgainOutput {
        /// Contents that were read.
        pub read: u64,
        /// Contents that have no text that can be read.
        pub without_text: u64,
        /// Contents that are as they were, because their reader or its model is away, or they are
        /// damaged.
        pub left: u64,
    }
}

/// Relation of a value to the one of a [`Filter`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Comparison {
    /// Equal to the value.
    #[default]
    #[serde(rename = "=")]
    Equal,
    /// Not equal; the key must be there.
    #[serde(rename = "!=")]
    NotEqual,
    /// Less than the value.
    #[serde(rename = "<")]
    Less,
    /// Less or equal.
    #[serde(rename = "<=")]
    AtMost,
    /// Greater than the value.
    #[serde(rename = ">")]
    Greater,
    /// Greater or equal.
    #[serde(rename = ">=")]
    AtLeast,
    /// A text that has the value in it, whatever the case of its letters from A to Z.
    #[serde(rename = ":")]
    Contains,
}

impl Comparison {
    /// All comparisons, those of two characters first, as a parser wants them.
    pub const ALL: [Self; 7] = [
        Self::NotEqual,
        Self::AtMost,
        Self::AtLeast,
        Self::Equal,
        Self::Less,
        Self::Greater,
        Self::Contains,
    ];

    /// Returns its sign: `=`, `!=`, `<`, `<=`, `>`, `>=`, `:`.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Contains => ":",
        }
    }

    /// Returns whether it holds for values that stand in this order; never for `Contains`, which is
    /// about no order.
    #[must_use]
    pub const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Contains => false,
        }
    }
}

/// Mode of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    /// Search by words and by meaning, when the host can.
    #[default]
    Hybrid,
    /// Search by words alone.
    Text,
    /// Search by meaning alone.
    Meaning,
}

fn default_limit() -> u32 {
    20
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_zero(value: &u64) -> bool {
    *value == 0
}

wire_input_with_constructor! {
    /// Input of [`Entries`].
    pub struct SearchInput {
        /// Words, at most 4096 bytes; a trailing `*` on a word matches its beginnings. Entries with all of them are
        /// found, and, when the search is by meaning as well, entries about the same. Without any word,
        /// but with a condition, all entries that fulfil it are found, newest first.
        pub text: String,
        /// Only entries of this type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub entry_type: Option<String>,
        /// Only entries whose metadata has these values at these top-level keys.
        #[serde(default)]
        pub metadata: Map<String, Value>,
        /// Only entries whose metadata fulfils all of these.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub filters: Vec<Filter>,
        /// `hybrid`: by words and by meaning; `text`: by words alone; `meaning`: by meaning alone.
        #[serde(default)]
        pub mode: SearchMode,
        /// Most hits, 1 to 1000.
        #[serde(default = "default_limit")]
        pub limit: u32,
        /// Also `highlights` and `passage` of hits, and `unread`, which callers of before do not know.
        #[serde(default, skip_serializing_if = "is_false")]
        pub places: bool,
    }
}

wire_input! {
    /// A condition on one top-level key of an entry's metadata.
    pub struct Filter {
        /// The key.
        pub key: String,
        /// Relation of its value to `value`.
        pub op: Comparison,
        /// A number, which is compared with numbers and with texts that are decimal numbers, or a
        /// text, which is compared with texts; so dates as `2026-07-01` compare by time. For `:` a
        /// text.
        pub value: Value,
    }
}

wire_output! {
    /// Output of [`Entries`].
    pub struct SearchOutput {
        /// The hits, best first.
        pub hits: Vec<SearchHit>,
        /// Reason why a hybrid search was by words alone, such as a model that is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub words_only: Option<String>,
        /// Number of texts (entries, and passages of their contents) that have no vector yet, and are
        /// found by words alone.
        #[serde(default)]
        pub pending: u64,
        /// Number of entries whose content has not been read for search yet, if `places` is set.
        #[serde(default, skip_serializing_if = "is_zero")]
        pub unread: u64,
    }

    /// One hit.
    pub struct SearchHit {
        /// The entry.
        pub entry: Entry,
        /// Text around the match; matches of words stand between `[` and `]`.
        pub snippet: String,
        /// The matches of words in `snippet`, as ranges of its bytes, without their brackets; if
        /// `places` is set.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub highlights: Vec<TextRange>,
        /// The passage of the content that the snippet is from, as a range of bytes of its text.
        /// Missing when it is from the name, the metadata or a sidecar, or `places` is not set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub passage: Option<TextRange>,
        /// Score, higher is better; comparable within one answer only.
        pub score: f64,
    }

    /// A range of bytes in a text, which begins and ends between characters.
    #[derive(Copy, Eq)]
    pub struct TextRange {
        /// Its first byte.
        pub start: u64,
        /// The byte behind its last one.
        pub end: u64,
    }
}

impl SearchInput {
    /// Searches for `text` in everything.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            entry_type: None,
            metadata: Map::new(),
            filters: Vec::new(),
            mode: SearchMode::default(),
            limit: default_limit(),
            places: false,
        }
    }
}

impl Default for SearchInput {
    /// Asks for the first page of everything.
    fn default() -> Self {
        Self::new("")
    }
}
