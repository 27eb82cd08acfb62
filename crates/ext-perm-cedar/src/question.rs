//! A request in the terms of the schema.

use cedar_policy::{
    Context, EntityId, EntityTypeName, EntityUid, ExpressionConstructionError, ParseErrors,
    Request as Asked, RestrictedExpression as Value, Schema,
};
use ext_perm::{Origin, Request, Target};

type Pairs = Vec<(String, Value)>;

/// The question as Cedar takes it; checked against the schema.
///
/// # Errors
/// What does not fit the schema: it is not ours, or the time is outside of what Cedar can tell.
pub(crate) fn question(
    extension: &str,
    request: &Request<'_>,
    schema: &Schema,
) -> Result<Asked, String> {
    let library = request.library.map(|id| id.to_string());
    let (kind, resource) = match &library {
        Some(id) => ("Library", id.as_str()),
        None => ("Machine", "this"),
    };
    let (principal, action) = (uid("Extension", extension)?, uid("Action", "call")?);
    let pairs = context(request).map_err(|error| error.to_string())?;
    let context = Context::from_pairs(pairs).map_err(|error| error.to_string())?;
    Asked::new(principal, action, uid(kind, resource)?, context, Some(schema))
        .map_err(|error| format!("the question does not fit the schema: {error}"))
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, String> {
    let kind: EntityTypeName = kind.parse().map_err(|error: ParseErrors| error.to_string())?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
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
            pairs.push(text("entry", entry));
            "entry"
        }
        Target::Sidecar { entry, name } => {
            pairs.extend([text("entry", entry), text("sidecar", name)]);
            "sidecar"
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
