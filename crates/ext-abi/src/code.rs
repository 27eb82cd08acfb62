//! Error codes that one side may tell the other.

use core::fmt;

/// Declares the enum, its numbers and its names in one table, so that they cannot disagree.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal;)*) => {
        /// A stable error code. Numbers and names are never reused; new ones are added at the end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u32)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant = $number,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name that stands in JSON and in documents.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns the code with this name.
            ///
            /// ```
            /// use ext_abi::ErrorCode;
            ///
            /// assert_eq!(ErrorCode::from_name("E_NOT_FOUND"), Some(ErrorCode::NotFound));
            /// assert_eq!(ErrorCode::from_name("E_NOPE"), None);
            /// ```
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                // A search, because guests carry it: a `match` of so many texts is larger than all else here.
                const NAMES: &[&str] = &[$($name,)*];
                let place = NAMES.iter().position(|known| *known == name)?;
                Self::ALL.get(place).copied()
            }

            /// Returns the code with this number; `TryFrom` says which number is unknown.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

codes! {
    /// No error.
    OK = 0, "OK";
    /// A range leaves guest memory.
    AbiRange = 1, "E_ABI_RANGE";
    /// Text is not UTF-8.
    AbiUtf8 = 2, "E_ABI_UTF8";
    /// A payload, reply or blob is over its limit.
    AbiTooLarge = 3, "E_ABI_TOO_LARGE";
    /// The guest's allocator failed.
    AbiAlloc = 4, "E_ABI_ALLOC";
    /// An export is missing or has the wrong type.
    AbiExport = 5, "E_ABI_EXPORT";
    /// A call entered an extension that is already running this call.
    AbiReentrant = 6, "E_ABI_REENTRANT";
    /// The bytes are not a module that can run here.
    ModuleInvalid = 16, "E_MODULE_INVALID";
    /// The module needs a wasm feature that is off.
    ModuleFeature = 17, "E_MODULE_FEATURE";
    /// The module is over a static limit (size, counts).
    ModuleLimit = 18, "E_MODULE_LIMIT";
    /// The module imports something other than the two functions of the ABI.
    ImportUnknown = 19, "E_IMPORT_UNKNOWN";
    /// The module was built for another ABI version.
    AbiVersion = 20, "E_ABI_VERSION";
    /// The guest trapped.
    Trap = 32, "E_TRAP";
    /// The guest used up its CPU budget.
    Cpu = 33, "E_CPU";
    /// The call took longer than its time limit.
    Deadline = 34, "E_DEADLINE";
    /// The guest used up its stack.
    Stack = 35, "E_STACK";
    /// The guest ran into its memory limit.
    Memory = 36, "E_MEMORY";
    /// The extension refused to start: its `plugin_init` did not return 0.
    Init = 37, "E_INIT";
    /// The extension is stopped or quarantined.
    Stopped = 38, "E_STOPPED";
    /// A hot reload did not take place; the old version stays in use.
    Reload = 39, "E_RELOAD";
    /// Too many requests; `retry_after_ms` says when to retry.
    Rate = 48, "E_RATE";
    /// No capacity now; `retry_after_ms` says when to retry.
    Busy = 49, "E_BUSY";
    /// There is no such method.
    UnknownMethod = 64, "E_UNKNOWN_METHOD";
    /// The extension may not call this method.
    DeniedMethod = 65, "E_DENIED_METHOD";
    /// The extension may not use this library, or the library is missing from the call.
    DeniedLibrary = 66, "E_DENIED_LIBRARY";
    /// The extension may not do this with these arguments.
    DeniedArg = 67, "E_DENIED_ARG";
    /// The extension may not send requests there.
    DeniedNet = 68, "E_DENIED_NET";
    /// The payload is not JSON.
    BadJson = 80, "E_BAD_JSON";
    /// The payload is JSON, but not an input of this method.
    BadInput = 81, "E_BAD_INPUT";
    /// The thing named in the input does not exist.
    NotFound = 82, "E_NOT_FOUND";
    /// The thing already exists, or changed meanwhile.
    Conflict = 83, "E_CONFLICT";
    /// The manifest is wrong.
    Manifest = 96, "E_MANIFEST";
    /// A name is not a legal entry path or sidecar name.
    Path = 112, "E_PATH";
    /// Reading or writing failed.
    Io = 113, "E_IO";
    /// There is no space left.
    NoSpace = 114, "E_NOSPACE";
    /// Stored data is damaged.
    Corrupt = 115, "E_CORRUPT";
    /// Stored data has another version than this program reads.
    Schema = 116, "E_SCHEMA";
    /// More is kept than the limit allows; nothing was changed.
    Limit = 117, "E_LIMIT";
    /// The place is read-only for this program; nothing was changed.
    ReadOnly = 118, "E_READ_ONLY";
    /// A document is over a limit of its reader.
    DocLimit = 128, "E_DOC_LIMIT";
    /// A document is damaged.
    DocMalformed = 129, "E_DOC_MALFORMED";
    /// A document is encrypted.
    DocEncrypted = 130, "E_DOC_ENCRYPTED";
    /// A model file is missing.
    ModelMissing = 131, "E_MODEL_MISSING";
    /// The question needs a provider that is not configured.
    NeedsProvider = 132, "E_NEEDS_PROVIDER";
    /// A text model gave no valid answer, also when it was asked again.
    ModelAnswer = 133, "E_MODEL_ANSWER";
    /// The operation's own failure, told by the extension that offers it.
    Extension = 144, "E_EXTENSION";
    /// A URL is neither https nor http.
    NetScheme = 160, "E_NET_SCHEME";
    /// An address must not be dialled.
    NetAddr = 161, "E_NET_ADDR";
    /// A name has no address, or the resolver did not answer.
    NetDns = 162, "E_NET_DNS";
    /// A redirect must not be followed.
    NetRedirect = 163, "E_NET_REDIRECT";
    /// A request or response is over its size.
    NetSize = 164, "E_NET_SIZE";
    /// A request took longer than its time.
    NetTimeout = 165, "E_NET_TIMEOUT";
    /// The server's certificate or its TLS is not acceptable.
    NetTls = 166, "E_NET_TLS";
    /// A header must not be set.
    NetHeader = 167, "E_NET_HEADER";
    /// A request failed for a reason that has no code of its own.
    Net = 168, "E_NET";
    /// There is no such credential, or it is not for this host.
    CredNotFound = 176, "E_CRED_NOTFOUND";
    /// A stored credential was changed by something other than this program.
    CredTampered = 177, "E_CRED_TAMPERED";
    /// A stored credential is older than the last one that was written.
    CredRollback = 178, "E_CRED_ROLLBACK";
    /// The user has to log in again, or to unlock the credentials.
    CredReauth = 179, "E_CRED_REAUTH";
    /// A file of an installed extension is not what the user agreed to.
    PkgHash = 192, "E_PKG_HASH";
    /// A version is older than the one that is installed.
    PkgDowngrade = 193, "E_PKG_DOWNGRADE";
    /// A file is not a package of an extension.
    PkgFormat = 194, "E_PKG_FORMAT";
    /// A package or version is not signed by the publisher that it should be by.
    PkgSignature = 195, "E_PKG_SIGNATURE";
    /// The index or the list of revocations of a registry is expired, or older than one seen before.
    PkgStale = 196, "E_PKG_STALE";
    /// A version was withdrawn by its publisher, or revoked by its registry.
    PkgYanked = 197, "E_PKG_YANKED";
    /// A fault of the host; `ref` in `details` finds it in the log.
    Internal = 255, "E_INTERNAL";
}

impl ErrorCode {
    /// Returns the number that crosses the boundary.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_number_and_name() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_number(code.number()), Some(*code));
            assert_eq!(ErrorCode::from_name(code.name()), Some(*code));
        }
    }

    #[test]
    fn unknown_numbers_and_names_are_refused() {
        assert_eq!(ErrorCode::from_number(7), None);
        assert_eq!(ErrorCode::from_name("E_NOPE"), None);
    }
}
