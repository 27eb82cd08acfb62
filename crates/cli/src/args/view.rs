//! Arguments of `spacedrive view`.

use clap::Args;

use super::InLibrary;

#[derive(Debug, Args)]
pub(crate) struct ViewArgs {
    /// Id of the extension [default: list the views of all].
    pub(crate) extension: Option<String>,
    /// Id of the view [default: list the views of the extension].
    pub(crate) view: Option<String>,
    /// Input of the view, such as sort=date; a value that is JSON counts as such, any other is a text.
    #[arg(value_name = "NAME=VALUE")]
    pub(crate) input: Vec<String>,
    #[command(flatten)]
    pub(crate) library: InLibrary,
}
