//! The views of the vault.

use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;
use spacedrive_sdk::view::{Block, Cell, Table, Target, View};
use vault::extension::Extension;

use crate::common::{MASTER, add_login, call, lock, unlocked};

fn view(host: &FakeHost, method: &str, input: Value) -> View {
    host.call::<Extension, _, _>(method, &input).unwrap()
}

fn table(view: &View) -> &Table {
    let table = view.blocks.iter().find_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    table.unwrap_or_else(|| panic!("no table: {view:?}"))
}

#[test]
fn titles_are_shown_while_the_vault_is_unlocked_and_never_a_secret() {
    let host = unlocked();
    let id = add_login(&host, "Mail", "canary-swordfish-1");
    let shown = view(&host, "query:vault.items_view.v1", json!({}));
    let Cell::View(link) = &table(&shown).rows[0].cells[0] else { panic!("{shown:?}") };
    assert_eq!((link.text.as_str(), link.view.as_str()), ("Mail", "item"));
    assert_eq!(link.input["item"], json!(id));
    let item = view(&host, "query:vault.item_view.v1", json!(link.input));
    for shown in [&shown, &item] {
        assert!(!serde_json::to_string(shown).unwrap().contains("canary-swordfish"), "{shown:?}");
    }
    assert!(
        table(&view(&host, "query:vault.items_view.v1", json!({ "search": "bank" })))
            .rows
            .is_empty()
    );
    lock(&host);
    let locked = view(&host, "query:vault.items_view.v1", json!({}));
    let [Block::Text(_), Block::Form(form)] = locked.blocks.as_slice() else {
        panic!("{locked:?}")
    };
    assert_eq!(form.submit.target, Target::Method("action:vault.unlock.input.v1".to_owned()));
    assert!(!serde_json::to_string(&locked).unwrap().contains("Mail"));
    let item = view(&host, "query:vault.item_view.v1", json!({ "item": id }));
    assert_eq!(item, locked);
}

#[test]
fn a_secret_is_revealed_by_an_action_that_asks_first() {
    let host = unlocked();
    let id = add_login(&host, "Mail", "canary-swordfish-1");
    let item = view(&host, "query:vault.item_view.v1", json!({ "item": id }));
    let Some(Block::Detail(detail)) = item.blocks.first() else { panic!("{item:?}") };
    let reveal = &detail.actions[0];
    assert!(reveal.confirm.is_some());
    assert_eq!(reveal.target, Target::Method("action:vault.reveal.input.v1".to_owned()));
    let revealed = view(&host, "action:vault.reveal.input.v1", json!(reveal.input));
    assert!(serde_json::to_string(&revealed).unwrap().contains("canary-swordfish-1"));
    lock(&host);
    assert!(call(&host, "action:vault.reveal.input.v1", json!({ "item": id })).is_err());
}

#[test]
fn a_library_without_a_vault_is_offered_one() {
    let host = FakeHost::new();
    let shown = view(&host, "query:vault.items_view.v1", json!({}));
    let [Block::Text(_), Block::Form(form)] = shown.blocks.as_slice() else { panic!("{shown:?}") };
    let mut input = Value::Object(form.submit.input.clone());
    input["new_password"] = json!(MASTER);
    let Target::Method(method) = &form.submit.target else { panic!("{form:?}") };
    call(&host, method, input).unwrap();
    let locked = view(&host, "query:vault.items_view.v1", json!({}));
    assert!(serde_json::to_string(&locked).unwrap().contains("Unlock"));
}

#[test]
fn the_health_and_the_generator_are_views() {
    let host = unlocked();
    add_login(&host, "Mail", "secret");
    let health = view(&host, "query:vault.health_view.v1", json!({}));
    assert_eq!(table(&health).rows.len(), 1, "{health:?}");
    assert!(!serde_json::to_string(&health).unwrap().contains("\"secret\""));
    let form = view(&host, "query:vault.generator_view.v1", json!({}));
    let [Block::Form(_)] = form.blocks.as_slice() else { panic!("{form:?}") };
    let made = view(&host, "action:vault.generated.input.v1", json!({ "length": 31 }));
    let [Block::Text(text)] = made.blocks.as_slice() else { panic!("{made:?}") };
    assert_eq!(text.text.chars().count(), 31);
}
