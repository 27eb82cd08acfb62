//! Inputs whose JSON Schema is known while an extension compiles.

/// An input of an operation with a JSON Schema. [`derive(Input)`](macro@crate::Input) implements it, and
/// [`serde::Deserialize`] as well.
///
/// ```
/// use spacedrive_sdk::Input;
///
/// #[derive(Input)]
/// struct Search {
///     /// Words to look for.
///     text: String,
///     #[input(default = 20, max = 100)]
///     limit: u32,
///     folder: Option<String>,
/// }
///
/// let search: Search = serde_json::from_str(r#"{ "text": "tea" }"#)?;
/// assert_eq!((search.text.as_str(), search.limit, search.folder), ("tea", 20, None));
/// assert!(Search::SCHEMA.contains(r#""required":["text"]"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Input {
    /// The JSON Schema, that of an object.
    const SCHEMA: &'static str;
}
