//! Lines of the section `spacedrive.manifest`, made while an extension compiles.

use std::marker::PhantomData;

use crate::schema::Input;

/// The schema of an input where it has one, whatever type it is of.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

impl<T: Input> Probe<T> {
    /// The schema. It wins over the one of [`NoSchema`], being the type's own.
    pub const SCHEMA: &'static str = T::SCHEMA;
}

/// The schema of an input that does not implement [`Input`].
pub trait NoSchema {
    /// No schema.
    const SCHEMA: &'static str = "";
}

impl<T> NoSchema for Probe<T> {}

/// What stands before the schema.
const BEFORE: &str = ",\"input\":";
/// The end of a line.
const END: &str = "}}\n";

/// Returns the bytes of a line: `open`, which lacks its end, and the schema, if there is one.
#[must_use]
pub const fn declared_len(open: &str, schema: &str) -> usize {
    let input = if schema.is_empty() { 0 } else { BEFORE.len() + schema.len() };
    open.len() + input + END.len()
}

/// Writes a line of [`declared_len`] bytes.
#[must_use]
pub const fn declared<const N: usize>(open: &str, schema: &str) -> [u8; N] {
    let mut line = [0; N];
    let mut rest = put(&mut line, open);
    if !schema.is_empty() {
        rest = put(rest, BEFORE);
        rest = put(rest, schema);
    }
    put(rest, END);
    line
}

const fn put<'a>(to: &'a mut [u8], part: &str) -> &'a mut [u8] {
    let (head, rest) = to.split_at_mut(part.len());
    head.copy_from_slice(part.as_bytes());
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named;

    impl Input for Named {
        const SCHEMA: &'static str = r#"{"type":"object"}"#;
    }

    #[test]
    fn a_line_has_the_schema_of_an_input_that_has_one() {
        const OPEN: &str = r#"{"operation":{"method":"query:a.b.v1""#;
        const WITH: &str = <Probe<Named>>::SCHEMA;
        const WITHOUT: &str = <Probe<u8>>::SCHEMA;
        let with = declared::<{ declared_len(OPEN, WITH) }>(OPEN, WITH);
        let expected = r#"{"operation":{"method":"query:a.b.v1","input":{"type":"object"}}}"#;
        assert_eq!(str::from_utf8(&with).unwrap(), format!("{expected}\n"));
        let without = declared::<{ declared_len(OPEN, WITHOUT) }>(OPEN, WITHOUT);
        assert_eq!(str::from_utf8(&without).unwrap(), format!("{OPEN}}}}}\n"));
    }
}
