//! Limits of a view: what people can look at, and a page can draw at once.

/// Most bytes of a view, as JSON.
pub const MAX_BYTES: usize = 1 << 20;
/// Most blocks.
pub const MAX_BLOCKS: usize = 32;
/// Most columns of a table.
pub const MAX_COLUMNS: usize = 24;
/// Most rows of a table, or of one page of it.
pub const MAX_ROWS: usize = 500;
/// Most items of a list.
pub const MAX_ITEMS: usize = 500;
/// Most cards of a block, or of one page of it.
pub const MAX_CARDS: usize = 200;
/// Most fields of a detail or a card.
pub const MAX_FIELDS: usize = 64;
/// Most points of a chart.
pub const MAX_POINTS: usize = 400;
/// Most series of a chart.
pub const MAX_SERIES: usize = 12;
/// Most buttons of a row, a card or a detail.
pub const MAX_ACTIONS: usize = 8;
/// Most fields of a form.
pub const MAX_FORM_FIELDS: usize = 32;
/// Most choices of a field.
pub const MAX_CHOICES: usize = 200;
/// Most characters of a paragraph.
pub const MAX_PARAGRAPH: usize = 20_000;
/// Most characters of a value, a question or an explanation.
pub const MAX_TEXT: usize = 2_000;
/// Most characters of a title, a label or the text of a badge.
pub const MAX_LABEL: usize = 200;
/// Most bytes of a name, a cursor or an id.
pub const MAX_NAME: usize = 512;
/// Most bytes of the input that a link or a button gives, as JSON.
pub const MAX_INPUT: usize = 4096;
