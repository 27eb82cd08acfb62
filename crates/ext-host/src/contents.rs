//! Contents of a module, as its author wants to see them.

use ext_abi::names::METHODS_SECTION;
use wasmer::sys::wasmparser::Payload;

use crate::{
    ModuleError,
    scan::{each_payload, invalid, printable},
};

/// Contents of a module: its sections, imports and exports, and what it says it has functions for.
///
/// Nothing is checked beyond the form that this takes; [`Module::check`](crate::Module::check) does that.
///
/// ```
/// let wasm = wat::parse_str(r#"(module (memory (export "memory") 1) (data (i32.const 8) "query:a.b.v1"))"#)?;
/// let contents = ext_host::ModuleContents::read(&wasm)?;
/// assert_eq!(contents.exports, ["memory"]);
/// assert!(contents.mentions("query:a.b.v1") && !contents.mentions("query:a.c.v1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleContents {
    /// Name and bytes of each section, in order; the name of a custom one stands in quotes.
    pub sections: Vec<(String, usize)>,
    /// Imports, as `module.name`.
    pub imports: Vec<String>,
    /// Names of exports.
    pub exports: Vec<String>,
    /// The section `spacedrive.methods`, where there is one.
    pub methods: Option<Vec<u8>>,
    data: Vec<u8>,
}

impl ModuleContents {
    /// Reads a module, without a look at its code.
    ///
    /// # Errors
    /// [`ModuleError::Invalid`] for bytes that are not the sections of a module.
    pub fn read(wasm: &[u8]) -> Result<Self, ModuleError> {
        let mut contents = Self::default();
        each_payload(wasm, |payload| contents.take(payload))?;
        Ok(contents)
    }

    /// Returns whether the text stands in the data of the module: a method that it may call, for example.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        // AssemblyScript keeps its texts in UTF-16.
        let wide: Vec<_> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.has_bytes(text.as_bytes()) || self.has_bytes(&wide)
    }

    fn has_bytes(&self, bytes: &[u8]) -> bool {
        !bytes.is_empty() && self.data.windows(bytes.len()).any(|part| part == bytes)
    }

    fn take(&mut self, payload: Payload<'_>) -> Result<(), ModuleError> {
        if let Some((name, bytes)) = section(&payload) {
            self.sections.push((name, bytes));
        }
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(invalid)?;
                    let (module, name) = (printable(import.module), printable(import.name));
                    self.imports.push(format!("{module}.{name}"));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    self.exports.push(printable(export.map_err(invalid)?.name));
                }
            }
            Payload::DataSection(section) => {
                for segment in section {
                    self.data.extend_from_slice(segment.map_err(invalid)?.data);
                    // So that a text is never found across two segments.
                    self.data.push(0);
                }
            }
            Payload::CustomSection(section) if section.name() == METHODS_SECTION => {
                self.methods.get_or_insert_default().extend_from_slice(section.data());
            }
            _ => {}
        }
        Ok(())
    }
}

/// Names a section, and returns the bytes of its content.
fn section(payload: &Payload<'_>) -> Option<(String, usize)> {
    let (name, range) = match payload {
        Payload::CustomSection(section) => {
            return Some((format!("\"{}\"", printable(section.name())), section.data().len()));
        }
        Payload::TypeSection(section) => ("types", section.range()),
        Payload::ImportSection(section) => ("imports", section.range()),
        Payload::FunctionSection(section) => ("functions", section.range()),
        Payload::TableSection(section) => ("tables", section.range()),
        Payload::MemorySection(section) => ("memories", section.range()),
        Payload::GlobalSection(section) => ("globals", section.range()),
        Payload::ExportSection(section) => ("exports", section.range()),
        Payload::ElementSection(section) => ("elements", section.range()),
        Payload::DataSection(section) => ("data", section.range()),
        Payload::CodeSectionStart { range, .. } => ("code", range.clone()),
        _ => return None,
    };
    Some((name.to_owned(), usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_one_name_are_one() {
        let wasm = wat::parse_str(
            r#"(module
            (import "spacedrive" "spacedrive_call" (func (param i32 i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (func (export "plugin_init") (result i32) i32.const 0)
            (data (i32.const 8) "query:a") (data (i32.const 64) ".b.v1")
            (@custom "spacedrive.methods" "query:a.b.v1\n")
            (@custom "spacedrive.methods" "event:*\n"))"#,
        );
        let contents = ModuleContents::read(&wasm.unwrap()).unwrap();
        assert_eq!(contents.methods.as_deref(), Some(b"query:a.b.v1\nevent:*\n".as_slice()));
        assert_eq!(contents.imports, ["spacedrive.spacedrive_call"]);
        assert!(!contents.mentions("query:a.b.v1"), "it stands across two segments");
        let code = contents.sections.iter().find(|(name, _)| name == "code");
        assert!(code.is_some_and(|(_, bytes)| *bytes > 0), "{:?}", contents.sections);
    }

    #[test]
    fn texts_are_found_in_utf_8_and_in_utf_16() {
        let wide = "query:a.b.v1".bytes().map(|byte| format!("\\{byte:02x}\\00"));
        let wide: String = wide.collect();
        let wat = format!("(module (memory 1) (data (i32.const 8) \"query:c.d.v1{wide}\"))");
        let contents = ModuleContents::read(&wat::parse_str(wat).unwrap()).unwrap();
        assert!(contents.mentions("query:a.b.v1") && contents.mentions("query:c.d.v1"));
        assert!(!contents.mentions("query:a.b.v2") && !contents.mentions(""));
    }

    #[test]
    fn what_is_not_a_module_is_refused() {
        for wasm in [&b""[..], b"text", b"\0asm\x01\0\0\0\x01\xff"] {
            assert!(ModuleContents::read(wasm).is_err(), "{wasm:?}");
        }
    }
}
