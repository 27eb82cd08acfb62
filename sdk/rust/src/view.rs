//! Views: what an extension shows of itself in the console and at the command line.
//!
//! A function that is marked `#[view]` answers a [`View`]: blocks of data, which the host draws with its
//! own parts. Nothing of an extension runs in a page. The manifest names the views:
//!
//! ```json
//! "operations": [{ "method": "query:notes.all_view.v1" }],
//! "views": [{ "id": "all", "title": "All notes", "query": "query:notes.all_view.v1" }]
//! ```
//!
//! ```
//! use spacedrive_sdk::{ops::vdfs::ListEntriesInput, prelude::*, view::*};
//!
//! #[spacedrive_sdk::extension]
//! pub mod notes {
//!     use super::*;
//!
//!     /// All notes, each with a button.
//!     #[view("query:notes.all_view.v1")]
//!     pub fn all(client: &SpacedriveClient, _: Paging) -> Result<View> {
//!         let entries = client.vdfs().list_entries(ListEntriesInput::default())?;
//!         let rows = entries.iter().map(|entry| {
//!             let rename = Action::call("Rename", "action:notes.rename.input.v1")
//!                 .input("entry_id", entry.id.to_string())
//!                 .field(FormField::text("name", "New name").value(entry.name.as_str()).required());
//!             Row::new([Cell::entry(entry.id, &entry.name), Cell::maybe(entry.media_type.as_ref())])
//!                 .action(rename)
//!         });
//!         let columns = [Column::new("name", "Name"), Column::new("kind", "Kind")];
//!         Ok(View::new().block(Table::new(columns).rows(rows).empty("no note")))
//!     }
//! }
//!
//! # fn main() -> Result<()> {
//! let host = spacedrive_sdk::testing::FakeHost::new();
//! host.add_file("tea.txt", "notes/tea.txt", "text/plain", b"tea");
//! let view: View = host.call::<notes::Extension, _, _>("query:notes.all_view.v1", &Paging::default())?;
//! let [Block::Table(table)] = view.blocks.as_slice() else { panic!("one table") };
//! assert_eq!(table.rows.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! What a host would not show is an error of the call, also in a native test:
//!
//! ```
//! use spacedrive_sdk::{prelude::*, view::*};
//!
//! #[spacedrive_sdk::extension]
//! pub mod notes {
//!     use super::*;
//!
//!     #[view("query:notes.odd_view.v1")]
//!     pub fn odd(_: &SpacedriveClient, _: NoInput) -> Result<View> {
//!         Ok(View::new().block(List::new([Cell::date("last Monday")])))
//!     }
//! }
//!
//! # fn main() {
//! let host = spacedrive_sdk::testing::FakeHost::new();
//! let error = host.call::<notes::Extension, _, View>("query:notes.odd_view.v1", &NoInput {}).unwrap_err();
//! assert!(error.to_string().contains("`blocks[0].list.items[0].date`"), "{error}");
//! # }
//! ```
//!
//! A function whose answer is not a view does not compile:
//!
//! ```compile_fail
//! use spacedrive_sdk::prelude::*;
//!
//! #[spacedrive_sdk::extension]
//! pub mod notes {
//!     use super::*;
//!
//!     #[view("query:notes.all_view.v1")]
//!     pub fn all(_: &SpacedriveClient, _: NoInput) -> Result<String> {
//!         Ok("<b>notes</b>".to_owned())
//!     }
//! }
//! # fn main() {}
//! ```

pub use ext_wire::view::*;
