//! Arguments of `spacedrive search`.

use clap::Args;

use super::shared::InLibrary;

/// The conditions among the words, for the long help.
const CONDITIONS: &str = "\
Conditions stand among the words:
  type:receipt     entries of this type
  vendor:bottle    a text in the metadata that has this in it
  after:2026-01    the date in the metadata is then or later; before:2026-02 earlier
  'amount>50'      a value in the metadata; with = != < <= > >= (in quotes, because of the shell)

A word with such a sign is searched in quotation marks: '\"a=b\"'.";

#[derive(Debug, Args)]
#[command(after_help = CONDITIONS)]
pub(crate) struct SearchArgs {
    /// Words and conditions; `word*` matches its beginnings.
    #[arg(value_name = "WORDS", required_unless_present_any = ["filters", "unread"])]
    pub(crate) words: Vec<String>,
    /// A condition on the metadata, such as `amount>50` or `date>=2026-07-01`; all must hold.
    #[arg(long = "where", value_name = "KEY<OP>VALUE")]
    pub(crate) filters: Vec<String>,
    /// Go by words alone: all must occur.
    #[arg(long, alias = "words-only")]
    pub(crate) exact: bool,
    /// Go by meaning alone, whatever the words.
    #[arg(long, conflicts_with = "exact")]
    pub(crate) semantic: bool,
    /// Open the first hit, or the one of this number, in the program that the system has for it.
    #[arg(long, value_name = "HIT", num_args = 0..=1, require_equals = true,
        default_missing_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) open: Option<u32>,
    /// List the files that search cannot look into, with the reason.
    #[arg(long, conflicts_with_all = ["words", "filters", "open", "exact", "semantic"])]
    pub(crate) unread: bool,
    #[command(flatten)]
    pub(crate) library: InLibrary,
    /// Largest number of hits to show.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
}
