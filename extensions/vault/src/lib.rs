//! Vault: keeps passwords, notes, cards, identities, one-time passwords and SSH keys, encrypted.
//!
//! Everything is encrypted before it leaves the extension: the library, its backups and exports hold
//! ciphertext, random ids, times and lengths. The master password is derived by Argon2id into a key that
//! opens the keys of the vault; these seal a key for each item, which seals its versions and files
//! by XChaCha20-Poly1305.
//!
//! ```
//! use serde_json::json;
//! use spacedrive_sdk::testing::FakeHost;
//! use vault::extension::Extension;
//!
//! let host = FakeHost::new();
//! let password = "correct horse battery staple";
//! let call = |method: &str, input| host.call::<Extension, _, serde_json::Value>(method, &input);
//! call("action:vault.create.input.v1", json!({ "new_password": password }))?;
//! call("action:vault.unlock.input.v1", json!({ "master_password": password }))?;
//! call("action:vault.add.input.v1", json!({
//!     "kind": "login", "title": "Mail", "values": { "username": "ann" }, "password": "swordfish",
//! }))?;
//! assert_eq!(call("query:vault.list.v1", json!({}))?[0]["username"], "ann");
//! assert_eq!(call("query:vault.get.v1", json!({ "item": "mail" }))?, "swordfish");
//! # Ok::<(), spacedrive_sdk::Error>(())
//! ```
//!
//! # Not in this crate
//!
//! Protection against whoever can read the memory of the host while a vault is unlocked, or exchange the
//! extension; sharing of items with other people; filling of forms in browsers.

mod blobs;
mod breach;
mod crypto;
mod encoding;
pub mod export;
pub mod files;
pub mod generate;
pub mod health;
pub mod import;
pub mod item;
pub mod items;
mod keyring;
pub mod master;
mod sections;
mod session;
pub mod shown;
mod ssh;
mod store;
mod strength;
mod text;
pub mod totp;
mod vault;
pub mod views;

/// Functions that the host calls.
#[spacedrive_sdk::extension]
pub mod extension {
    use spacedrive_sdk::prelude::*;
    use spacedrive_sdk::view::View;
    use spacedrive_sdk::wire::SecretText;

    use crate::export::{self, ExportInput, Exported};
    use crate::files::{self, FileInput, ItemFile};
    use crate::generate::Recipe;
    use crate::health::{self, Finding, HealthInput};
    use crate::import::{self, ImportInput, Imported};
    use crate::items::{self, AddInput, EditInput, ItemInput, ListInput};
    use crate::master::{
        self, ChangePasswordInput, CreateInput, MasterInput, Rotation, Status, UnlockInput,
    };
    use crate::shown::{Code, Row, ShownField, Version};
    use crate::views::{self, ItemRef, ItemsInput};

    /// Makes the vault of a library.
    ///
    /// # Errors
    /// One that is there already; a short password; those of the library.
    #[operation("action:vault.create.input.v1")]
    pub fn create(client: &SpacedriveClient, input: CreateInput) -> Result<Status> {
        master::create(client, &input)
    }

    /// Unlocks the vault until it is not used for some minutes.
    ///
    /// # Errors
    /// A wrong password; no vault; minutes out of range.
    #[operation("action:vault.unlock.input.v1")]
    pub fn unlock(client: &SpacedriveClient, input: UnlockInput) -> Result<Status> {
        master::unlock(client, &input)
    }

    /// Locks the vault.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("action:vault.lock.input.v1")]
    pub fn lock(client: &SpacedriveClient, _: NoInput) -> Result<Status> {
        master::lock(client)
    }

    /// Locks a vault that was not used for too long; the job of an unlocked vault.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("action:vault.expire.input.v1")]
    pub fn expire(client: &SpacedriveClient, _: NoInput) -> Result<Status> {
        master::expire(client)
    }

    /// Tells whether there is a vault, and whether it is unlocked.
    ///
    /// # Errors
    /// Those of the library.
    #[operation("query:vault.status.v1")]
    pub fn status(client: &SpacedriveClient, _: NoInput) -> Result<Status> {
        master::status(client)
    }

    /// Gives the vault another master password.
    ///
    /// # Errors
    /// A wrong password; a short new one; a change by somebody else meanwhile.
    #[operation("action:vault.change_password.input.v1")]
    pub fn change_password(
        client: &SpacedriveClient,
        input: ChangePasswordInput,
    ) -> Result<Status> {
        master::change_password(client, &input)
    }

    /// Gives the vault and all items other keys.
    ///
    /// # Errors
    /// A wrong password; those of the library.
    #[operation("action:vault.rotate.input.v1")]
    pub fn rotate(client: &SpacedriveClient, input: MasterInput) -> Result<Rotation> {
        master::rotate(client, &input)
    }

    /// Lists items by title.
    ///
    /// # Errors
    /// A locked vault.
    #[operation("query:vault.list.v1")]
    pub fn list(client: &SpacedriveClient, input: ListInput) -> Result<Vec<Row>> {
        items::list(client, &input)
    }

    /// Shows an item field by field.
    ///
    /// # Errors
    /// A locked vault; an item or a version that is not there.
    #[operation("query:vault.show.v1")]
    pub fn show(client: &SpacedriveClient, input: ItemInput) -> Result<Vec<ShownField>> {
        items::show(client, &input)
    }

    /// Returns one field of an item.
    ///
    /// # Errors
    /// A locked vault; an item or a field that is not there.
    #[operation("query:vault.get.v1")]
    pub fn get(client: &SpacedriveClient, input: ItemInput) -> Result<SecretText> {
        items::get(client, &input)
    }

    /// Returns the one-time password of an item that holds now.
    ///
    /// # Errors
    /// A locked vault; an item without a seed.
    #[operation("query:vault.code.v1")]
    pub fn code(client: &SpacedriveClient, input: ItemInput) -> Result<Code> {
        items::code(client, &input)
    }

    /// Adds an item.
    ///
    /// # Errors
    /// A locked vault; no title; a field that is missing or not valid.
    #[operation("action:vault.add.input.v1")]
    pub fn add(client: &SpacedriveClient, input: AddInput) -> Result<Row> {
        items::add(client, &input)
    }

    /// Changes an item; the version before is kept.
    ///
    /// # Errors
    /// A locked vault; an item that is not there; a field that is not valid.
    #[operation("action:vault.edit.input.v1")]
    pub fn edit(client: &SpacedriveClient, input: EditInput) -> Result<Row> {
        items::edit(client, &input)
    }

    /// Deletes an item, for good only where asked to.
    ///
    /// # Errors
    /// A locked vault; an item that is not there.
    #[operation("action:vault.delete.input.v1")]
    pub fn delete(client: &SpacedriveClient, input: ItemInput) -> Result<Row> {
        items::delete(client, &input)
    }

    /// Lists the versions of an item.
    ///
    /// # Errors
    /// A locked vault; an item that is not there.
    #[operation("query:vault.history.v1")]
    pub fn history(client: &SpacedriveClient, input: ItemInput) -> Result<Vec<Version>> {
        items::history(client, &input)
    }

    /// Brings a deleted item or a former version back.
    ///
    /// # Errors
    /// A locked vault; an item or a version that is not there.
    #[operation("action:vault.restore.input.v1")]
    pub fn restore(client: &SpacedriveClient, input: ItemInput) -> Result<Row> {
        items::restore(client, &input)
    }

    /// Generates a password. It needs no vault.
    ///
    /// # Errors
    /// A length out of range; no class of characters.
    #[operation("query:vault.generate.v1")]
    pub fn generate(_: &SpacedriveClient, input: Recipe) -> Result<SecretText> {
        input.generate()
    }

    /// Adds the items of a file of another program.
    ///
    /// # Errors
    /// A locked vault; a file that cannot be read, or whose password is wrong.
    #[operation("action:vault.import.input.v1")]
    pub fn import(client: &SpacedriveClient, input: ImportInput) -> Result<Imported> {
        import::import(client, &input)
    }

    /// Writes all items for other programs. It is an action, so that nobody may do it who may only read.
    ///
    /// # Errors
    /// A wrong master password; those of the library.
    #[operation("action:vault.export.input.v1")]
    pub fn export(client: &SpacedriveClient, input: ExportInput) -> Result<Exported> {
        export::export(client, &input)
    }

    /// Lists passwords that are weak, used twice, old or known from breaches.
    ///
    /// # Errors
    /// A locked vault.
    #[operation("query:vault.health.v1")]
    pub fn health(client: &SpacedriveClient, input: HealthInput) -> Result<Vec<Finding>> {
        health::health(client, &input)
    }

    /// Keeps a file with an item.
    ///
    /// # Errors
    /// A locked vault; an item that is not there; a name that is not valid.
    #[operation("action:vault.attach.input.v1")]
    pub fn attach(client: &SpacedriveClient, input: FileInput) -> Result<Row> {
        files::attach(client, &input)
    }

    /// Returns a file of an item.
    ///
    /// # Errors
    /// A locked vault; an item or a file that is not there.
    #[operation("query:vault.read_file.v1")]
    pub fn read_file(client: &SpacedriveClient, input: FileInput) -> Result<ItemFile> {
        files::read(client, &input)
    }

    /// Removes a file from an item.
    ///
    /// # Errors
    /// A locked vault; an item or a file that is not there.
    #[operation("action:vault.detach.input.v1")]
    pub fn detach(client: &SpacedriveClient, input: FileInput) -> Result<Row> {
        files::detach(client, &input)
    }

    /// Shows the items while the vault is unlocked, and else the way to unlock it.
    ///
    /// # Errors
    /// Those of the library.
    #[view("query:vault.items_view.v1")]
    pub fn items_view(client: &SpacedriveClient, input: ItemsInput) -> Result<View> {
        views::items(client, &input)
    }

    /// Shows an item; what is hidden is stars.
    ///
    /// # Errors
    /// An item that is not there.
    #[view("query:vault.item_view.v1")]
    pub fn item_view(client: &SpacedriveClient, input: ItemRef) -> Result<View> {
        views::item(client, input)
    }

    /// Shows an item with what is hidden. It is an action, so that nobody may do it who may only read.
    ///
    /// # Errors
    /// A locked vault; an item that is not there.
    #[view("action:vault.reveal.input.v1")]
    pub fn reveal(client: &SpacedriveClient, input: ItemInput) -> Result<View> {
        views::reveal(client, &input)
    }

    /// Shows passwords that are weak, used twice or old.
    ///
    /// # Errors
    /// Those of the library.
    #[view("query:vault.health_view.v1")]
    pub fn health_view(client: &SpacedriveClient, _: NoInput) -> Result<View> {
        views::health(client)
    }

    /// Shows the form of the generator.
    ///
    /// # Errors
    /// None.
    #[view("query:vault.generator_view.v1")]
    pub fn generator_view(_: &SpacedriveClient, _: NoInput) -> Result<View> {
        Ok(views::generator())
    }

    /// Shows a generated password.
    ///
    /// # Errors
    /// A length out of range.
    #[view("action:vault.generated.input.v1")]
    pub fn generated(_: &SpacedriveClient, input: Recipe) -> Result<View> {
        views::generated(&input)
    }
}
