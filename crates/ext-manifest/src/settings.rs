//! The settings of an extension: a JSON Schema of an object, with the keywords that a form can show.

use ext_wire::{EntryPath, is_segment, text::is_hidden};
use jsonschema::{PatternOptions, Validator};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::ManifestError;

/// Most settings of one extension.
pub const MAX_SETTINGS: usize = 64;

/// Most characters that are told of a value that does not fit: it is quoted, and can be long.
const MAX_PROBLEM_CHARS: usize = 300;

/// Most characters of a title or a description.
const MAX_TEXT_CHARS: usize = 1000;

/// The keywords of the schema itself.
const TOP_KEYWORDS: &[&str] =
    &["$schema", "type", "title", "description", "properties", "additionalProperties"];

/// The keywords of a setting, and of the values in it.
const KEYWORDS: &[&str] = &[
    "type",
    "title",
    "description",
    "default",
    "examples",
    "enum",
    "const",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "anyOf",
    "oneOf",
    "allOf",
    "deprecated",
    "writeOnly",
];

/// The keywords that would show the value of a secret.
const OF_VALUES: &[&str] = &["default", "examples", "enum", "const"];

/// The settings of an extension: a JSON Schema of an object whose properties are the settings.
///
/// ```
/// use ext_manifest::Manifest;
/// use serde_json::json;
///
/// let manifest = Manifest::parse(br#"{
///     "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
///     "settings": { "properties": {
///         "lines": { "type": "integer", "minimum": 1, "default": 3, "description": "Lines to show" }
///     } }
/// }"#)?;
/// let lines = manifest.settings().and_then(|settings| settings.get("lines")).unwrap();
/// assert_eq!(lines.default(), Some(&json!(3)));
/// assert_eq!(lines.check(&json!(0)).unwrap_err(), "0 is less than the minimum of 1");
/// # Ok::<(), ext_manifest::ManifestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SettingsSchema(Map<String, Value>);

/// One setting of an extension.
#[derive(Debug, Clone, Copy)]
pub struct SettingDecl<'a> {
    name: &'a str,
    schema: &'a Value,
}

impl SettingsSchema {
    pub(crate) fn new(schema: Map<String, Value>) -> Result<Self, ManifestError> {
        known_keywords("settings", &schema, TOP_KEYWORDS)?;
        if schema.get("type").is_some_and(|kind| kind != "object") {
            return Err(ManifestError::field("settings.type", "it is not `object`"));
        }
        if schema.get("additionalProperties").is_some_and(|more| more != false) {
            let problem = "it is not `false`: each setting is declared";
            return Err(ManifestError::field("settings.additionalProperties", problem));
        }
        shown_texts("settings", &schema)?;
        let Some(Value::Object(properties)) = schema.get("properties") else {
            let problem = "it is missing: an object with a schema for each setting";
            return Err(ManifestError::field("settings.properties", problem));
        };
        if properties.len() > MAX_SETTINGS {
            let problem = format!("it has {}, the limit is {MAX_SETTINGS}", properties.len());
            return Err(ManifestError::field("settings.properties", problem));
        }
        properties.iter().try_for_each(|(name, schema)| check_setting(name, schema))?;
        Ok(Self(schema))
    }

    /// Returns the settings.
    pub fn iter(&self) -> impl Iterator<Item = SettingDecl<'_>> {
        let properties = self.0.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, schema)| SettingDecl { name, schema })
    }

    /// Returns a setting by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<SettingDecl<'_>> {
        self.iter().find(|setting| setting.name == name)
    }

    /// Returns the JSON Schema.
    #[must_use]
    pub const fn schema(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl<'a> SettingDecl<'a> {
    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'a str {
        self.name
    }

    /// Returns the JSON Schema of the value.
    #[must_use]
    pub const fn schema(self) -> &'a Value {
        self.schema
    }

    /// Returns the title, for people.
    #[must_use]
    pub fn title(self) -> Option<&'a str> {
        self.schema.get("title")?.as_str()
    }

    /// Returns the description, for people.
    #[must_use]
    pub fn description(self) -> Option<&'a str> {
        self.schema.get("description")?.as_str()
    }

    /// Returns the value that it has while the user sets none.
    #[must_use]
    pub fn default(self) -> Option<&'a Value> {
        self.schema.get("default")
    }

    /// Returns whether the value is kept in the vault, and never shown.
    #[must_use]
    pub fn is_secret(self) -> bool {
        let items = self.schema.get("items");
        is_write_only(self.schema) || items.is_some_and(is_write_only)
    }

    /// Returns whether the value is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        self.has_type("array")
    }

    /// Returns whether the value is always a text.
    #[must_use]
    pub fn is_text(self) -> bool {
        self.has_type("string")
    }

    fn has_type(self, name: &str) -> bool {
        self.schema.get("type").is_some_and(|kind| kind == name)
    }

    /// Checks a value.
    ///
    /// # Errors
    /// The reason why it does not fit, for people. Of a secret it does not hold the value.
    pub fn check(self, value: &Value) -> Result<(), String> {
        let validator = compile(self.schema)?;
        if let Some(error) = validator.iter_errors(value).next() {
            let problem =
                if self.is_secret() { error.masked().to_string() } else { error.to_string() };
            return Err(problem.chars().take(MAX_PROBLEM_CHARS).collect());
        }
        match (self.schema.get("format").and_then(Value::as_str), value.as_str()) {
            (Some("path"), Some(path)) => {
                path.parse::<EntryPath>().map(drop).map_err(|error| error.to_string())
            }
            _ => Ok(()),
        }
    }
}

/// Compiles a schema. It cannot reach outside of itself, and its patterns take linear time.
fn compile(schema: &Value) -> Result<Validator, String> {
    let options = jsonschema::options().offline().with_pattern_options(PatternOptions::regex());
    options.build(schema).map_err(|error| format!("the schema is not valid: {error}"))
}

fn check_setting(name: &str, schema: &Value) -> Result<(), ManifestError> {
    let path = format!("settings.properties.{name}");
    if !is_segment(name) || name.len() > 64 {
        let problem = "a setting has a name like `home_currency`: small letters, digits and `_`, up \
                       to 64";
        return Err(ManifestError::field(path, problem));
    }
    check_schema(&path, schema, true)?;
    let setting = SettingDecl { name, schema };
    if setting.is_secret() {
        return check_secret(&path, setting);
    }
    compile(schema).map_err(|problem| ManifestError::field(&path, problem))?;
    let Some(default) = setting.default() else { return Ok(()) };
    let checked = setting.check(default);
    checked.map_err(|problem| ManifestError::field(format_args!("{path}.default"), problem))
}

/// Checks the schema of a value: known keywords only, so that a misspelt one is no rule that never
/// holds, and no references.
fn check_schema(path: &str, schema: &Value, may_be_secret: bool) -> Result<(), ManifestError> {
    let Value::Object(keywords) = schema else {
        return Err(ManifestError::field(path, "it is not an object"));
    };
    known_keywords(path, keywords, KEYWORDS)?;
    shown_texts(path, keywords)?;
    if is_write_only(schema) && !may_be_secret {
        let problem = "only a setting as a whole, or each item of its list, can be secret";
        return Err(ManifestError::field(format_args!("{path}.writeOnly"), problem));
    }
    for (keyword, value) in keywords {
        let path = format!("{path}.{keyword}");
        match (keyword.as_str(), value) {
            ("items", value) => check_schema(&path, value, may_be_secret)?,
            ("additionalProperties", Value::Bool(_)) => {}
            ("additionalProperties" | "propertyNames", value) => check_schema(&path, value, false)?,
            ("properties", Value::Object(of)) => {
                for (name, schema) in of {
                    check_schema(&format!("{path}.{name}"), schema, false)?;
                }
            }
            ("anyOf" | "oneOf" | "allOf", Value::Array(of)) => {
                for (index, schema) in of.iter().enumerate() {
                    check_schema(&format!("{path}[{index}]"), schema, false)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks that a secret is a text or a list of texts, and that the schema shows no value of it.
fn check_secret(path: &str, setting: SettingDecl<'_>) -> Result<(), ManifestError> {
    let items = setting.schema.get("items");
    let texts = items.is_some_and(|items| items.get("type").is_some_and(|kind| kind == "string"));
    if !(setting.is_text() || setting.is_list() && texts) {
        let problem = "a secret is a `string`, or an `array` of `string` items";
        return Err(ManifestError::field(path, problem));
    }
    let holds =
        |schema: &Value| OF_VALUES.iter().find(|word| schema.get(**word).is_some()).copied();
    if let Some(keyword) = holds(setting.schema).or_else(|| items.and_then(holds)) {
        let problem = "a schema says no value of a secret";
        return Err(ManifestError::field(format_args!("{path}.{keyword}"), problem));
    }
    compile(setting.schema).map(drop).map_err(|problem| ManifestError::field(path, problem))
}

fn is_write_only(schema: &Value) -> bool {
    schema.get("writeOnly").is_some_and(|secret| secret == true)
}

fn known_keywords(
    path: &str,
    schema: &Map<String, Value>,
    known: &[&str],
) -> Result<(), ManifestError> {
    let Some(other) = schema.keys().find(|keyword| !known.contains(&keyword.as_str())) else {
        return Ok(());
    };
    let hint = format!("known here: {}", known.join(", "));
    let problem = format_args!("unknown keyword `{other}`");
    Err(ManifestError::field(format_args!("{path}.{other}"), problem).with_hint(Some(hint)))
}

/// Checks the texts that are shown to people.
fn shown_texts(path: &str, schema: &Map<String, Value>) -> Result<(), ManifestError> {
    for keyword in ["title", "description"] {
        let Some(value) = schema.get(keyword) else { continue };
        let text = value
            .as_str()
            .filter(|text| text.chars().count() <= MAX_TEXT_CHARS && !text.chars().any(is_hidden));
        if text.is_none() {
            let problem = "it is not a text of up to 1000 characters, none of them hidden";
            return Err(ManifestError::field(format_args!("{path}.{keyword}"), problem));
        }
    }
    Ok(())
}
