//! Wrong uses of the attributes and derives, with the messages that the compiler shows.
//!
//! `TRYBUILD=overwrite` writes the messages anew; those in the compiler's own words change with it.

#[test]
#[ignore = "builds the SDK once more; `cargo xtask ci --full` runs it"]
fn mistakes_get_messages_that_say_what_to_do() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
