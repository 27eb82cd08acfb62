//! Arguments of `spacedrive search`.

use clap::Args;

use super::shared::InLibrary;

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words; `word*` matches its beginnings.
    #[arg(value_name = "WORDS", required = true)]
    pub(crate) words: Vec<String>,
    /// A condition on the metadata, such as `amount>50` or `date>=2026-07-01`; all must hold.
    #[arg(long = "where", value_name = "KEY<OP>VALUE")]
    pub(crate) filters: Vec<String>,
    /// Go by words alone: all must occur.
    #[arg(long)]
    pub(crate) words_only: bool,
    #[command(flatten)]
    pub(crate) library: InLibrary,
    /// Largest number of hits to show.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
}
