//! Requests to servers.

use ext_wire::ops::http::{Request, RequestInput, RequestOutput};

use super::SpacedriveClient;
use crate::error::Result;

impl SpacedriveClient {
    /// Sends a request and returns the answer, whatever its status. The manifest names the hosts,
    /// in `permissions.allowed_domains`.
    ///
    /// # Errors
    /// [`ErrorCode::DeniedNet`](crate::ErrorCode::DeniedNet) for another host, the `E_NET_…` codes
    /// when there is no answer, the `E_CRED_…` codes for the credential that it names.
    pub fn http_request(&self, input: RequestInput) -> Result<RequestOutput> {
        self.call_op::<Request>(&input)
    }
}
