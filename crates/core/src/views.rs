//! Views of extensions: their list, and the check of what answers one.

use ext_abi::attachment;
use ext_manifest::{Manifest, OperationDecl, ViewDecl};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::extensions::ViewInfo,
    view::{Action, FieldKind, Target, Then, View, ViewError, limits::MAX_BYTES},
    write_only,
};

/// Lists the views of an extension.
pub(crate) fn of_extension(manifest: &Manifest) -> impl Iterator<Item = ViewInfo> + '_ {
    let info = |view: &ViewDecl| ViewInfo {
        extension: manifest.id().to_owned(),
        extension_name: manifest.name().to_owned(),
        view: view.id().to_owned(),
        title: view.title().to_owned(),
        description: view.description().to_owned(),
        query: view.query().to_owned(),
        icon: view.icon().name().to_owned(),
        placement: view.placement().name().to_owned(),
    };
    manifest.views().iter().map(info)
}

/// Checks the answer of an operation that answers a view, and makes its texts safe; other answers go
/// out as they are.
pub(crate) fn vet_answer(
    manifest: &Manifest,
    method: &str,
    reply: Vec<u8>,
) -> Result<Vec<u8>, ErrorBody> {
    if !manifest.operation(method).is_some_and(OperationDecl::answers_view) {
        return Ok(reply);
    }
    let view = read(&reply).and_then(View::vet).and_then(|view| {
        view.actions().try_for_each(|(place, action)| check_action(manifest, &place, action))?;
        check_links(manifest, &view)?;
        Ok(view)
    });
    let view = view.map_err(|error| refusal(method, &error))?;
    serde_json::to_vec(&view).map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
}

fn refusal(method: &str, error: &ViewError) -> ErrorBody {
    let message = format_args!("`{method}` does not answer a view that can be shown: {error}");
    let details = serde_json::json!({ "place": error.place, "problem": error.problem });
    ErrorBody::new(ErrorCode::Extension, message).with_details(details)
}

fn read(reply: &[u8]) -> Result<View, ViewError> {
    if reply.len() > MAX_BYTES {
        let problem = format_args!("has {} bytes, the limit is {MAX_BYTES}", reply.len());
        return Err(ViewError::new("view", problem));
    }
    if attachment::is_envelope(reply) {
        return Err(ViewError::new("view", "has bytes beside its JSON: a picture is a sidecar"));
    }
    let mut json = serde_json::Deserializer::from_slice(reply);
    let view = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = error.path().to_string();
        let place = if place == "." { "view".to_owned() } else { place };
        ViewError::new(place, format_args!("is not valid: {}", error.inner()))
    })?;
    json.end().map_err(|error| ViewError::new("view", format_args!("is not JSON: {error}")))?;
    Ok(view)
}

/// Checks that a button stays within its extension, and that a secret is a secret on both sides.
fn check_action(manifest: &Manifest, place: &str, action: &Action) -> Result<(), ViewError> {
    let method = match &action.target {
        Target::View(view) => {
            let is_secret = |kind: FieldKind| kind == FieldKind::Secret;
            if action.fields.iter().any(|field| is_secret(field.kind)) {
                let problem = "have a secret, which no address of a page may hold";
                return Err(ViewError::new(format_args!("{place}.fields"), problem));
            }
            return check_view(manifest, &format!("{place}.target.view"), view);
        }
        Target::Method(method) => method,
    };
    let Some(operation) = manifest.operation(method) else {
        let problem = format_args!("`{method}` is not one of the extension's `operations`");
        return Err(ViewError::new(format_args!("{place}.target.method"), Colon(problem)));
    };
    if action.then == Then::Show && !operation.answers_view() {
        let problem = format_args!("`{method}` has no `\"answers\": \"view\"` in the manifest");
        return Err(ViewError::new(format_args!("{place}.then"), Colon(problem)));
    }
    check_secrets(operation, place, action)
}

fn check_secrets(operation: &OperationDecl, place: &str, action: &Action) -> Result<(), ViewError> {
    let is_marked = |name: &str| {
        let top = name.split('.').next().unwrap_or(name);
        operation.input().is_some_and(|schema| write_only::is_secret(schema, top))
    };
    let fields = action.fields.iter().enumerate();
    let wrong = |(_, field): &(usize, &ext_wire::view::FormField)| {
        is_marked(&field.name) != (field.kind == FieldKind::Secret)
    };
    if let Some((at, field)) = fields.clone().find(wrong) {
        let problem = if field.kind == FieldKind::Secret {
            "is a secret, and the schema of the operation does not mark it `writeOnly`"
        } else {
            "is marked `writeOnly` in the schema of the operation: its kind is `secret`"
        };
        return Err(ViewError::new(format_args!("{place}.fields[{at}]"), problem));
    }
    match action.input.keys().find(|name| is_marked(name)) {
        Some(name) => {
            let problem = format_args!("has the secret `{name}`, which is never shown");
            Err(ViewError::new(format_args!("{place}.input"), problem))
        }
        None => Ok(()),
    }
}

fn check_links(manifest: &Manifest, view: &View) -> Result<(), ViewError> {
    let mut links = view.linked_views();
    links.try_for_each(|(block, view)| check_view(manifest, &format!("blocks[{block}]"), view))
}

fn check_view(manifest: &Manifest, place: &str, id: &str) -> Result<(), ViewError> {
    if manifest.views().iter().any(|view| view.id() == id) {
        return Ok(());
    }
    let problem = format_args!("leads to `{id}`, which is not one of the extension's `views`");
    Err(ViewError::new(place, problem))
}

/// A problem that is a sentence of its own behind the place.
struct Colon<T>(T);

impl<T: std::fmt::Display> std::fmt::Display for Colon<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "is not valid: {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const LOOK: &str = "query:notes.look.v1";

    fn manifest() -> Manifest {
        let manifest = json!({
            "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
            "operations": [
                { "method": LOOK },
                { "method": "action:notes.lock.input.v1", "input": { "type": "object", "properties": {
                    "password": { "type": "string", "writeOnly": true }, "minutes": { "type": "integer" }
                } } },
                { "method": "query:notes.count.v1" }
            ],
            "views": [{ "id": "all", "title": "All", "query": LOOK }],
        });
        Manifest::parse(manifest.to_string().as_bytes()).unwrap()
    }

    fn vetted(blocks: &Value) -> Result<Value, String> {
        let reply = json!({ "version": 1, "blocks": blocks }).to_string().into_bytes();
        let vetted = vet_answer(&manifest(), LOOK, reply);
        vetted.map(|reply| serde_json::from_slice(&reply).unwrap()).map_err(|error| {
            assert_eq!(error.code, ErrorCode::Extension);
            error.error
        })
    }

    fn form(action: Value) -> Value {
        let mut submit =
            json!({ "label": "Go", "target": { "method": "action:notes.lock.input.v1" } });
        submit.as_object_mut().unwrap().extend(action.as_object().unwrap().clone());
        json!([{ "form": { "submit": submit } }])
    }

    #[test]
    fn a_view_goes_out_and_other_answers_are_left_alone() {
        let blocks = json!([{ "table": { "columns": [{ "id": "a", "label": "A" }], "rows": [
            { "cells": [{ "view": { "view": "all", "text": "All", "input": { "page": 2 } } }] }
        ] } }]);
        assert_eq!(vetted(&blocks).unwrap()["blocks"], blocks);
        let count = vet_answer(&manifest(), "query:notes.count.v1", b"[1, 2]".to_vec());
        assert_eq!(count.unwrap(), b"[1, 2]");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_block_and_field() {
        let table = |row: Value| {
            json!([{ "text": { "text": "x" } },
                { "table": { "columns": [{ "id": "a", "label": "A" }], "rows": [row] } }])
        };
        for (blocks, said) in [
            (table(json!({ "cells": [{ "html": "<b>" }] })), "blocks[1].table.rows[0].cells[0]"),
            (
                table(json!({ "cells": [{ "money": { "amount": 1, "currency": 3 } }] })),
                "blocks[1].table.rows[0].cells[0].money.currency",
            ),
            (
                table(json!({ "cells": [{ "text": "a" }], "onclick": "x()" })),
                "unknown field `onclick`",
            ),
            (
                table(json!({ "cells": [] })),
                "`blocks[1].table.rows[0].cells` has 0 cells for 1 columns",
            ),
            (json!([{ "script": {} }]), "unknown variant `script`"),
            (
                json!([{ "list": { "items": [
                { "view": { "view": "gone", "text": "x" } }
            ] } }]),
                "leads to `gone`",
            ),
        ] {
            let error = vetted(&blocks).unwrap_err();
            assert!(error.contains(said), "{said}: {error}");
        }
    }

    #[test]
    fn buttons_stay_within_their_extension() {
        for (action, said) in [
            (
                json!({ "target": { "method": "action:vdfs.delete_entry.input.v1" } }),
                "is not one of the extension's `operations`",
            ),
            (json!({ "target": { "method": "javascript:alert(1)" } }), "target.method"),
            (json!({ "target": { "url": "https://example.com" } }), "unknown variant `url`"),
            (json!({ "target": { "view": "gone" } }), "leads to `gone`"),
            (json!({ "then": "show" }), "has no `\"answers\": \"view\"`"),
        ] {
            let error = vetted(&form(action)).unwrap_err();
            assert!(error.contains(said), "{said}: {error}");
        }
        assert!(vetted(&form(json!({ "confirm": "Sure?", "danger": true }))).is_ok());
    }

    #[test]
    fn a_secret_is_a_secret_on_both_sides_and_in_no_view() {
        let field = |kind: &str, name: &str| json!({ "fields": [{ "name": name, "label": "L", "kind": kind }] });
        assert!(vetted(&form(field("secret", "password"))).is_ok());
        assert!(vetted(&form(field("number", "minutes"))).is_ok());
        for (action, said) in [
            (field("text", "password"), "its kind is `secret`"),
            (field("secret", "minutes"), "does not mark it `writeOnly`"),
            (json!({ "input": { "password": "x" } }), "never shown"),
            (
                json!({ "target": { "view": "all" },
                     "fields": [{ "name": "password", "label": "L", "kind": "secret" }] }),
                "no address of a page",
            ),
        ] {
            let error = vetted(&form(action)).unwrap_err();
            assert!(error.contains(said), "{said}: {error}");
        }
    }

    #[test]
    fn what_is_no_json_or_too_large_is_refused() {
        for reply in [b"".to_vec(), b"nonsense".to_vec(), b"[]".to_vec(), b"{} {}".to_vec()] {
            assert!(vet_answer(&manifest(), LOOK, reply).is_err());
        }
        let large = vec![b' '; MAX_BYTES + 1];
        let error = vet_answer(&manifest(), LOOK, large).unwrap_err();
        assert!(error.error.contains("the limit is 1048576"), "{}", error.error);
        let deep = format!("{{\"version\":1,\"blocks\":{}", "[".repeat(100_000));
        assert!(vet_answer(&manifest(), LOOK, deep.into_bytes()).is_err());
    }
}
