//! The checks of a module before the engine sees it.

use ext_abi::{ABI_VERSION, names, version};
use wasmer::sys::wasmparser::{
    BinaryReaderError, Chunk, ElementItems, Encoding, ExternalKind, FuncType, FunctionBody,
    Operator, Parser, Payload, TypeRef, ValType, Validator, WasmFeatures,
};

use crate::{
    InstanceLimits, ModuleError, WasiWorld, caps,
    footprint::Footprint,
    tables::Tables,
    wasi,
    wasi_names::{INITIALIZE, WASI_MODULE},
    world::{self, COMMAND_START},
};

fn parser_features() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::FLOATS
        | WasmFeatures::GC_TYPES
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::SIMD
        | WasmFeatures::EXTENDED_CONST
}

/// The facts about a checked module that others need.
pub(crate) struct ModuleSummary {
    /// Names of its exports.
    pub(crate) exports: Vec<String>,
    /// The memory of an instance.
    pub(crate) footprint: Footprint,
}

/// Checks a module's kind, imports and exports, without a look at its code.
pub(crate) fn check_surface(
    wasm: &[u8],
    limits: &InstanceLimits,
) -> Result<ModuleSummary, ModuleError> {
    limit("bytes", wasm.len() as u64, caps::max_module_bytes(limits.wasi).into())?;
    check_header(wasm)?;
    let surface = match Surface::read(wasm, limits) {
        // Bytes that are not a module at all are reported as such, not by the first odd thing in them.
        Err(error) => return Err(validate(wasm).err().unwrap_or(error)),
        Ok(surface) => surface,
    };
    let checked = match limits.wasi {
        WasiWorld::Command => surface.check_command(),
        _ => surface.check_version().and_then(|()| surface.check_exports()),
    };
    checked.map_err(|error| validate(wasm).err().unwrap_or(error))?;
    let footprint = surface.footprint(limits);
    let exports = surface.exports.into_iter().map(|(name, ..)| name).collect();
    Ok(ModuleSummary { exports, footprint })
}

/// Validates a module's code, and refuses code that would take the compiler too long.
pub(crate) fn check_code(wasm: &[u8]) -> Result<(), ModuleError> {
    let mut all_locals = 0_u64;
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload.map_err(invalid)? {
            all_locals = all_locals.saturating_add(check_body(&body)?);
            limit("local variables", all_locals, caps::MAX_ALL_LOCALS)?;
        }
    }
    validate(wasm)
}

/// Tells a component, a compiled artifact and text apart from a module.
fn check_header(wasm: &[u8]) -> Result<(), ModuleError> {
    let invalid = |reason: &str| Err(ModuleError::Invalid { reason: reason.to_owned() });
    match wasm {
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Ok(()),
        [0, b'a', b's', b'm', _, 0, 1, 0, ..] => invalid(
            "this is a component; an extension is a core module (build for wasm32-unknown-unknown)",
        ),
        [0, b'a', b's', b'm', ..] => invalid("its wasm version is not 1"),
        [] => invalid("the file is empty"),
        _ => invalid("it does not start with the wasm magic bytes"),
    }
}

/// Validates with our features; when that fails, a second run with all features tells whether a
/// feature was the reason.
fn validate(wasm: &[u8]) -> Result<(), ModuleError> {
    let run = |features| Validator::new_with_features(features).validate_all(wasm).map(drop);
    run(parser_features()).map_err(|error| {
        let reason = error.to_string();
        match run(WasmFeatures::all()) {
            Ok(()) => ModuleError::Feature { reason },
            Err(_) => ModuleError::Invalid { reason },
        }
    })
}

fn limit(what: &'static str, got: u64, limit: u64) -> Result<(), ModuleError> {
    if got <= limit { Ok(()) } else { Err(ModuleError::Limit { what, got, limit }) }
}

/// Passes the parts of a module to `take`, one after the other, without a look at its code.
pub(crate) fn each_payload<'a>(
    wasm: &'a [u8],
    mut take: impl FnMut(Payload<'a>) -> Result<(), ModuleError>,
) -> Result<(), ModuleError> {
    let (mut parser, mut rest) = (Parser::new(0), wasm);
    loop {
        let chunk = parser.parse(rest, true).map_err(invalid)?;
        let Chunk::Parsed { consumed, payload } = chunk else { return Err(cut()) };
        rest = skip(rest, consumed)?;
        match payload {
            Payload::End(_) => return Ok(()),
            Payload::CodeSectionStart { size, .. } => {
                parser.skip_section();
                rest = skip(rest, size as usize)?;
                take(payload)?;
            }
            payload => take(payload)?,
        }
    }
}

fn skip(bytes: &[u8], count: usize) -> Result<&[u8], ModuleError> {
    bytes.get(count..).ok_or_else(cut)
}

fn cut() -> ModuleError {
    ModuleError::Invalid { reason: "it ends within a section".to_owned() }
}

pub(crate) fn invalid(error: BinaryReaderError) -> ModuleError {
    ModuleError::Invalid { reason: error.to_string() }
}

/// The interface of a module: types, imports and exports.
#[derive(Default)]
struct Surface {
    types: Vec<Option<FuncType>>,
    /// Type index of every function, imported ones first.
    functions: Vec<u32>,
    exports: Vec<(String, ExternalKind, u32)>,
    version: Option<Vec<u8>>,
    memories: u32,
    /// Bytes that all of them start with.
    memory_bytes: u64,
    tables: Tables,
    /// Elements of all element segments.
    segment_elements: u64,
}

impl Surface {
    fn read(wasm: &[u8], limits: &InstanceLimits) -> Result<Self, ModuleError> {
        let mut surface = Self::default();
        each_payload(wasm, |payload| surface.take(payload, limits))?;
        Ok(surface)
    }

    fn take(&mut self, payload: Payload<'_>, limits: &InstanceLimits) -> Result<(), ModuleError> {
        match payload {
            Payload::Version { encoding: Encoding::Component, .. } => {
                Err(ModuleError::Invalid { reason: "this is a component".to_owned() })
            }
            Payload::TypeSection(section) => {
                limit("types", u64::from(section.count()), u64::from(caps::MAX_ITEMS))?;
                self.take_types(section)
            }
            Payload::ImportSection(section) => {
                limit("imports", u64::from(section.count()), u64::from(caps::MAX_IMPORTS))?;
                section
                    .into_imports()
                    .try_for_each(|import| self.take_import(&import.map_err(invalid)?, limits))
            }
            Payload::FunctionSection(section) => {
                limit("functions", u64::from(section.count()), u64::from(caps::MAX_ITEMS))?;
                for index in section {
                    self.functions.push(index.map_err(invalid)?);
                }
                Ok(())
            }
            Payload::TableSection(section) => section.into_iter().try_for_each(|table| {
                let ty = table.map_err(invalid)?.ty;
                self.tables.add(ty.initial, ty.maximum);
                limit("table elements", self.tables.initial(), limits.table_elements.into())
            }),
            Payload::MemorySection(section) => section.into_iter().try_for_each(|memory| {
                self.memories += 1;
                let bytes = memory.map_err(invalid)?.initial.saturating_mul(65_536);
                self.memory_bytes = self.memory_bytes.saturating_add(bytes);
                limit("initial memory bytes", self.memory_bytes, limits.memory_bytes)
            }),
            Payload::GlobalSection(section) => {
                limit("globals", u64::from(section.count()), u64::from(caps::MAX_ITEMS))
            }
            Payload::ElementSection(section) => {
                limit("element segments", u64::from(section.count()), u64::from(caps::MAX_ITEMS))?;
                section.into_iter().try_for_each(|segment| {
                    let elements = match segment.map_err(invalid)?.items {
                        ElementItems::Functions(items) => items.count(),
                        ElementItems::Expressions(_, items) => items.count(),
                    };
                    self.segment_elements = self.segment_elements.saturating_add(elements.into());
                    let cap = caps::MAX_SEGMENT_ELEMENTS;
                    limit("elements of segments", self.segment_elements, cap)
                })
            }
            Payload::DataSection(section) => {
                limit("data segments", u64::from(section.count()), u64::from(caps::MAX_ITEMS))?;
                let range = section.range();
                let bytes = range.end.saturating_sub(range.start);
                limit("data segment bytes", bytes, caps::MAX_DATA_BYTES)
            }
            Payload::ExportSection(section) => {
                limit("exports", u64::from(section.count()), u64::from(caps::MAX_ITEMS))?;
                for export in section {
                    let export = export.map_err(invalid)?;
                    self.exports.push((export.name.to_owned(), export.kind, export.index));
                }
                Ok(())
            }
            Payload::CustomSection(section) => {
                self.take_custom(section.name(), section.data(), limits)
            }
            _ => Ok(()),
        }
    }

    /// Returns the memory of an instance with these limits.
    fn footprint(&self, limits: &InstanceLimits) -> Footprint {
        let table_growth = self.tables.growth(limits.table_elements);
        let elements = self.tables.reach(table_growth).saturating_add(self.segment_elements);
        Footprint { memory_bytes: self.memory_bytes, table_growth, elements }
    }

    fn take_types(
        &mut self,
        section: wasmer::sys::wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), ModuleError> {
        for group in section {
            for ty in group.map_err(invalid)?.into_types() {
                let is_function = matches!(
                    ty.composite_type.inner,
                    wasmer::sys::wasmparser::CompositeInnerType::Func(_)
                );
                self.types.push(is_function.then(|| ty.unwrap_func().clone()));
            }
        }
        Ok(())
    }

    fn take_import(
        &mut self,
        import: &wasmer::sys::wasmparser::Import<'_>,
        limits: &InstanceLimits,
    ) -> Result<(), ModuleError> {
        if world::is_module(import.module) && limits.wasi >= WasiWorld::Files {
            return self.take_world_import(import);
        }
        if import.module == WASI_MODULE {
            return self.take_wasi_import(import, limits);
        }
        let refuse = |reason| ModuleError::Import {
            module: printable(import.module),
            name: printable(import.name),
            reason,
        };
        let params = match (import.module, import.name) {
            (names::IMPORT_MODULE, names::CALL) => (5, 1),
            (names::IMPORT_MODULE, names::LOG) => (3, 0),
            _ => return Err(refuse("it is not part of the ABI")),
        };
        let TypeRef::Func(index) = import.ty else {
            return Err(refuse("it must be a function"));
        };
        if !self.is_i32s(index, params.0, params.1) {
            return Err(refuse("its type is wrong"));
        }
        self.functions.push(index);
        Ok(())
    }

    fn take_wasi_import(
        &mut self,
        import: &wasmer::sys::wasmparser::Import<'_>,
        limits: &InstanceLimits,
    ) -> Result<(), ModuleError> {
        let refuse = |reason| ModuleError::Wasi { name: printable(import.name), reason };
        if limits.wasi == WasiWorld::None {
            return Err(refuse("WASI is off; `\"wasi\": true` in the manifest asks for it"));
        }
        let (params, results) = wasi::signature(import.name).map_err(refuse)?;
        match import.ty {
            TypeRef::Func(index) if self.is_function(index, &params, &results) => {
                self.functions.push(index);
                Ok(())
            }
            _ => Err(refuse("its type is wrong")),
        }
    }

    /// Takes an import of a world with files, where the list says which there are.
    fn take_world_import(
        &mut self,
        import: &wasmer::sys::wasmparser::Import<'_>,
    ) -> Result<(), ModuleError> {
        let (module, name) = (import.module, import.name);
        let refuse = |reason| ModuleError::World {
            module: printable(module),
            name: printable(name),
            reason,
        };
        let types = world::signature(module, name).ok_or_else(|| refuse(NOT_IN_WORLD))?;
        match import.ty {
            TypeRef::Func(index) if self.has_signature(index, types) => {
                self.functions.push(index);
                Ok(())
            }
            _ => Err(refuse("its type is wrong")),
        }
    }

    fn has_signature(&self, index: u32, types: world::Signature) -> bool {
        let wasm = |types: &str| -> Vec<ValType> {
            let wide = |ty| if ty == 'I' { ValType::I64 } else { ValType::I32 };
            types.chars().map(wide).collect()
        };
        self.is_function(index, &wasm(types.params), &wasm(types.results))
    }

    fn take_custom(
        &mut self,
        name: &str,
        data: &[u8],
        limits: &InstanceLimits,
    ) -> Result<(), ModuleError> {
        let cap = caps::max_custom_bytes(limits.wasi);
        limit("custom section bytes", data.len() as u64, cap.into())?;
        if name == names::ABI_SECTION {
            limit("ABI section bytes", data.len() as u64, 4096)?;
            self.version.get_or_insert_default().extend_from_slice(data);
        }
        Ok(())
    }

    /// Returns true if type `index` is a function of so many `i32` to so many `i32`.
    fn is_i32s(&self, index: u32, params: usize, results: usize) -> bool {
        self.is_function(index, &vec![ValType::I32; params], &vec![ValType::I32; results])
    }

    fn is_function(&self, index: u32, params: &[ValType], results: &[ValType]) -> bool {
        let ty = self.types.get(index as usize).and_then(Option::as_ref);
        ty.is_some_and(|ty| ty.params() == params && ty.results() == results)
    }

    fn check_version(&self) -> Result<(), ModuleError> {
        let wrong = |found: String| ModuleError::Version { found, supported: ABI_VERSION };
        let section =
            self.version.as_deref().ok_or(ModuleError::NoVersion { supported: ABI_VERSION })?;
        match version::decode(section) {
            Ok(ABI_VERSION) => Ok(()),
            Ok(other) => Err(wrong(other.to_string())),
            Err(error) => Err(wrong(format!("unreadable ({error})"))),
        }
    }

    /// Checks the exports of a program that is run once.
    fn check_command(&self) -> Result<(), ModuleError> {
        self.check_export(names::MEMORY, ExternalKind::Memory, true)?;
        self.check_function(COMMAND_START, 0, 0, true)
    }

    fn check_exports(&self) -> Result<(), ModuleError> {
        if self.memories != 1 {
            let reason =
                format!("is missing: the module has {} memories of its own", self.memories);
            return Err(ModuleError::Export { name: names::MEMORY, reason });
        }
        self.check_export(names::MEMORY, ExternalKind::Memory, true)?;
        for (name, params, results, required) in FUNCTIONS {
            self.check_function(name, *params, *results, *required)?;
        }
        self.check_export(names::REPLY_PTR, ExternalKind::Global, false)?;
        self.check_export(names::REPLY_CAP, ExternalKind::Global, false)
    }

    fn check_function(
        &self,
        name: &'static str,
        params: usize,
        results: usize,
        required: bool,
    ) -> Result<(), ModuleError> {
        self.check_export(name, ExternalKind::Func, required)?;
        let Some((.., index)) = self.exports.iter().find(|(export, ..)| export == name) else {
            return Ok(());
        };
        let ty = self.functions.get(*index as usize);
        if ty.is_some_and(|ty| self.is_i32s(*ty, params, results)) {
            return Ok(());
        }
        let reason = format!("has the wrong type: {params} × i32 → {results} × i32 is needed");
        Err(ModuleError::Export { name, reason })
    }

    fn check_export(
        &self,
        name: &'static str,
        kind: ExternalKind,
        required: bool,
    ) -> Result<(), ModuleError> {
        match self.exports.iter().find(|(export, ..)| export == name) {
            Some((_, found, _)) if *found == kind => Ok(()),
            Some((_, found, _)) => {
                let reason = format!("is a {found:?}, a {kind:?} is needed");
                Err(ModuleError::Export { name, reason })
            }
            None if required => Err(ModuleError::Export { name, reason: "is missing".to_owned() }),
            None => Ok(()),
        }
    }
}

const NOT_IN_WORLD: &str = "it is not in the WASI of extensions with files, which has no network, no \
                            threads and no other processes";

/// Exported functions: name, parameters, results (all `i32`), true if it is required.
const FUNCTIONS: &[(&str, usize, usize, bool)] = &[
    (names::ALLOC, 1, 1, true),
    (names::FREE, 2, 0, false),
    (INITIALIZE, 0, 0, false),
    (names::PLUGIN_INIT, 0, 1, true),
    (names::PLUGIN_CLEANUP, 0, 1, false),
    (names::PLUGIN_CALL, 4, 1, false),
    (names::PLUGIN_ON_EVENT, 2, 1, false),
    (names::PLUGIN_SAVE, 0, 1, false),
    (names::PLUGIN_RESTORE, 2, 1, false),
];

/// Checks the code of a function, and returns the number of its local variables.
fn check_body(body: &FunctionBody<'_>) -> Result<u64, ModuleError> {
    let range = body.range();
    limit("function body bytes", range.end.saturating_sub(range.start), caps::MAX_FUNCTION_BYTES)?;
    let mut locals = 0_u64;
    for group in body.get_locals_reader().map_err(invalid)? {
        locals = locals.saturating_add(group.map_err(invalid)?.0.into());
        limit("local variables in a function", locals, caps::MAX_LOCALS)?;
    }
    let mut all_targets = 0_u64;
    for operator in body.get_operators_reader().map_err(invalid)? {
        if let Operator::BrTable { targets } = operator.map_err(invalid)? {
            let (got, cap) = (u64::from(targets.len()), u64::from(caps::MAX_BR_TABLE_TARGETS));
            limit("br_table targets", got, cap)?;
            all_targets = all_targets.saturating_add(got);
            limit("br_table targets in a function", all_targets, caps::MAX_FUNCTION_TARGETS)?;
        }
    }
    Ok(locals)
}

/// Escapes and cuts a name from a module, to show it.
pub(crate) fn printable(name: &str) -> String {
    name.escape_debug().take(100).collect()
}
