//! Views of an extension: queries whose answers a host draws.

use ext_wire::{Method, MethodKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{error::ManifestError, manifest::OperationDecl, raw::RawView, value::Object};

/// Most views of an extension.
const MAX_VIEWS: usize = 32;

/// A view of an extension: a query whose answer a host draws ([`ext_wire::view::View`]).
///
/// ```
/// let manifest = ext_manifest::Manifest::parse(br#"{
///     "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
///     "operations": [{ "method": "query:notes.all_view.v1" }],
///     "views": [{ "id": "all", "title": "All notes", "query": "query:notes.all_view.v1" }]
/// }"#)?;
/// assert_eq!(manifest.views()[0].title(), "All notes");
/// assert!(manifest.operations()[0].answers_view());
/// # Ok::<(), ext_manifest::ManifestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ViewDecl {
    id: String,
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    query: String,
    icon: Icon,
    placement: Placement,
}

/// The form of an operation's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// A view ([`ext_wire::view::View`]), which the host checks before it goes out.
    View,
}

/// The place where people find a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// Among the pages of the host, and on the page of the extension.
    #[default]
    Navigation,
    /// On the page of the extension.
    Extension,
    /// In links of other views, which give it its input.
    Linked,
}

/// The picture beside the title of a view, one of the host's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Icon {
    /// A page with blocks.
    #[default]
    View,
    /// A table.
    Table,
    /// A chart.
    Chart,
    /// A list.
    List,
    /// A receipt.
    Receipt,
    /// A calendar.
    Calendar,
    /// A key.
    Key,
    /// A picture.
    Picture,
    /// A place.
    Place,
    /// A person.
    Person,
    /// A letter.
    Mail,
    /// A magnifying glass.
    Search,
}

/// Gives an enumeration the names by which the manifest knows its values.
macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),* }) => {
        impl $type {
            /// Returns the name in the manifest.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}
names!(Placement { Navigation = "navigation", Extension = "extension", Linked = "linked" });
names!(Icon {
    View = "view", Table = "table", Chart = "chart", List = "list", Receipt = "receipt",
    Calendar = "calendar", Key = "key", Picture = "picture", Place = "place", Person = "person",
    Mail = "mail", Search = "search"
});

impl ViewDecl {
    /// Returns the id: one segment, by which views link to each other.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the title, for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the description, for people; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the query that answers it, one of the extension's operations.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Returns the icon.
    #[must_use]
    pub const fn icon(&self) -> Icon {
        self.icon
    }

    /// Returns the place where people find it.
    #[must_use]
    pub const fn placement(&self) -> Placement {
        self.placement
    }
}

/// Checks all views, and marks their queries among the operations that the extension offers.
pub(crate) fn check(
    raw: Vec<Object<RawView>>,
    operations: &mut [OperationDecl],
) -> Result<Vec<ViewDecl>, ManifestError> {
    if raw.len() > MAX_VIEWS {
        let problem = format_args!("it has {} items, the limit is {MAX_VIEWS}", raw.len());
        return Err(ManifestError::field("views", problem));
    }
    let mut views: Vec<ViewDecl> = Vec::new();
    for (at, Object(raw)) in raw.into_iter().enumerate() {
        let view = view(&format!("views[{at}]"), raw, operations)?;
        if views.iter().any(|other| other.id == view.id) {
            return Err(ManifestError::field(
                "views",
                format_args!("`{}` is listed twice", view.id),
            ));
        }
        views.push(view);
    }
    Ok(views)
}

fn view(
    place: &str,
    raw: RawView,
    operations: &mut [OperationDecl],
) -> Result<ViewDecl, ManifestError> {
    let placement = raw.placement.unwrap_or_default();
    let refuse = |problem: String| ManifestError::field(format_args!("{place}.query"), problem);
    let Some(query) = operations.iter_mut().find(|it| it.method() == raw.query) else {
        return Err(refuse(format!("`{}` is not one of its `operations`", raw.query)));
    };
    problem(query, placement).map_or(Ok(()), |problem| Err(refuse(problem)))?;
    query.set_answers_view();
    Ok(ViewDecl {
        id: raw.id.0,
        title: raw.title.0,
        description: raw.description.map(|text| text.0).unwrap_or_default(),
        query: raw.query,
        icon: raw.icon.unwrap_or_default(),
        placement,
    })
}

/// Describes why an operation cannot answer a view.
fn problem(query: &OperationDecl, placement: Placement) -> Option<String> {
    let method = query.method();
    if !Method::parse(method).is_ok_and(|method| method.kind() == MethodKind::Query) {
        return Some(format!("`{method}` is not a query: looking at a view changes nothing"));
    }
    if query.takes_secrets() {
        return Some(format!("`{method}` takes a secret, which no address of a page may hold"));
    }
    let needed = query.input().and_then(needed_field);
    if let (Some(field), Placement::Navigation | Placement::Extension) = (needed, placement) {
        return Some(format!(
            "`{method}` needs the field `{field}`, and a view that people open has no input: give it the \
             placement `linked`, and link to it with that field"
        ));
    }
    None
}

/// Finds a field without which an input is refused.
fn needed_field(schema: &Value) -> Option<&str> {
    schema.get("required")?.as_array()?.first()?.as_str()
}
