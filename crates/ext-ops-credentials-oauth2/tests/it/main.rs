//! Sign-ins and renewals from the outside.

mod login;
mod renew;
