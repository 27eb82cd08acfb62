//! The two ways to sign in.

use ext_services::credentials::Credential;

use crate::{
    code,
    device::{self, DeviceCode},
    error::LoginError,
    login::Login,
};

impl Login<'_> {
    /// Signs in with a browser on this machine: authorization code with PKCE, sent back to a port of
    /// 127.0.0.1. `show` gets the URL to open.
    ///
    /// # Errors
    /// [`LoginError`].
    pub fn with_browser(&self, show: impl FnOnce(&str)) -> Result<Credential, LoginError> {
        code::sign_in(self, show).map(|fresh| self.credential(fresh))
    }

    /// Signs in with any other device: the user types a code there. `show` gets it.
    ///
    /// # Errors
    /// [`LoginError`].
    pub fn with_device(&self, show: impl FnOnce(&DeviceCode)) -> Result<Credential, LoginError> {
        device::sign_in(self, show).map(|fresh| self.credential(fresh))
    }
}
