//! The translation of a request into the terms of the schema.

use std::str::FromStr;

use cedar_policy::{
    Context, EntityId, EntityTypeName, EntityUid, ExpressionConstructionError, ParseErrors,
    Request as Asked, RestrictedExpression as Value, Schema,
};
use ext_perm::{Origin, Request, Target};
use uuid::Uuid;

use crate::error::CedarError;

type Pairs = Vec<(String, Value)>;

/// The names of the schema, parsed once.
pub(crate) struct Names {
    extension: EntityTypeName,
    library: EntityTypeName,
    machine: EntityUid,
    call: EntityUid,
}

impl Names {
    /// Parses the names.
    ///
    /// # Errors
    /// Never: these are names.
    pub(crate) fn new() -> Result<Self, CedarError> {
        Ok(Self {
            extension: parsed("Extension")?,
            library: parsed("Library")?,
            machine: parsed(r#"Machine::"this""#)?,
            call: parsed(r#"Action::"call""#)?,
        })
    }

    /// Translates a request into Cedar's, checked against the schema.
    ///
    /// # Errors
    /// The problem as a text, when the question does not fit the schema (it is not ours, or the time is
    /// outside of Cedar's range).
    pub(crate) fn question(
        &self,
        extension: &str,
        request: &Request<'_>,
        schema: &Schema,
    ) -> Result<Asked, String> {
        let principal = uid(&self.extension, extension);
        let library = |id: Uuid| uid(&self.library, &id.to_string());
        let resource = request.library.map_or_else(|| self.machine.clone(), library);
        let pairs = context(request).map_err(|error| error.to_string())?;
        let context = Context::from_pairs(pairs).map_err(|error| error.to_string())?;
        Asked::new(principal, self.call.clone(), resource, context, Some(schema))
            .map_err(|error| format!("the question does not fit the schema: {error}"))
    }
}

fn parsed<T: FromStr<Err = ParseErrors>>(name: &str) -> Result<T, CedarError> {
    name.parse().map_err(|error: ParseErrors| CedarError::Schema(error.to_string()))
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn context(request: &Request<'_>) -> Result<Pairs, ExpressionConstructionError> {
    let method = request.method;
    let mut pairs = vec![
        text("method", method.to_string()),
        text("kind", method.kind().name()),
        text("name", method.name()),
        ("version".to_owned(), Value::new_long(method.version().into())),
        (
            "at".to_owned(),
            Value::new_datetime(request.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        ),
    ];
    target(request.target, &mut pairs)?;
    Ok(pairs)
}

fn target(target: Target<'_>, pairs: &mut Pairs) -> Result<(), ExpressionConstructionError> {
    let kind = match target {
        Target::Unknown => "unknown",
        Target::Entry(entry) => {
            pairs.push(text("entry", entry.as_str()));
            "entry"
        }
        Target::Sidecar { entry, name } => {
            pairs.extend([text("entry", entry.as_str()), text("sidecar", name)]);
            "sidecar"
        }
        Target::Event { kind, entry } => {
            pairs.push(text("event", kind));
            pairs.extend(entry.map(|entry| text("entry", entry.as_str())));
            "entry"
        }
        Target::Origin(Origin { scheme, host, port }) => {
            let port = ("port".to_owned(), Value::new_long(port.into()));
            let server = Value::new_record([text("scheme", scheme), text("host", host), port])?;
            pairs.push(("server".to_owned(), server));
            "server"
        }
    };
    pairs.push(text("target", kind));
    Ok(())
}

fn text(key: &str, value: impl Into<String>) -> (String, Value) {
    (key.to_owned(), Value::new_string(value.into()))
}
