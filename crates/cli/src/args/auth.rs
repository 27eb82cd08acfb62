//! Arguments of `spacedrive auth`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Sign in for an extension: opens the provider's page in a browser, and keeps what comes back,
    /// encrypted. Ctrl-C ends.
    Login(LoginArgs),
    /// List the logins of extensions, and whether they still work; never shows tokens.
    List {
        /// Only those of this extension [default: all].
        #[arg(long, short, value_name = "ID")]
        extension: Option<String>,
        /// Only those for this library: its name, its id, or how the id begins [default: all].
        #[arg(long, short, value_name = "LIBRARY", env = "SPACEDRIVE_LIBRARY")]
        library: Option<String>,
    },
    /// Give a login back to its provider, and remove it here.
    Logout {
        /// Its name.
        name: String,
        /// The extension that uses it: its id.
        #[arg(long, short, value_name = "ID")]
        extension: String,
        /// The library: its name, its id, or how the id begins [default: that of `library use`, or the only one].
        #[arg(long, short, value_name = "LIBRARY", env = "SPACEDRIVE_LIBRARY")]
        library: Option<String>,
        /// Remove it here only.
        #[arg(long)]
        local: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// The extension that is to use the login: its id.
    #[arg(long, short, value_name = "ID")]
    pub(crate) extension: String,
    /// Provider to sign in with: `google`, or a name under [auth.providers] in config.toml.
    #[arg(long, short, value_name = "NAME")]
    pub(crate) provider: String,
    /// The library: its name, its id, or how the id begins [default: that of `library use`, or the only one].
    #[arg(long, short, value_name = "LIBRARY", env = "SPACEDRIVE_LIBRARY")]
    pub(crate) library: Option<String>,
    /// Name by which the extension asks for the login [default: the provider's name].
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Show a code to type on another device, instead of opening a browser here. It is chosen by
    /// itself where there is no screen.
    #[arg(long, conflicts_with = "no_browser")]
    pub(crate) device: bool,
    /// Print the URL instead of opening it.
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Longest wait for you, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) timeout: u32,
}
