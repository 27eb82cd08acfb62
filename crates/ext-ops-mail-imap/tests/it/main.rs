//! The reader of mailboxes from the outside.

mod dovecot;
mod prop_folder_name;
