//! Caps on memory, tables and stack, and the place of the fuel meter.

use std::{ptr::NonNull, sync::Arc};

use wasmer::sys::{BaseTunables, Tunables};
use wasmer_types::{GlobalType, MemoryType, Pages, TableType};
use wasmer_vm::{
    MemoryError, MemoryStyle, TableStyle, VMConfig, VMGlobal, VMGlobalDefinition, VMMemory,
    VMMemoryDefinition, VMTable, VMTableDefinition,
};

use super::{MemoryBudget, budget, fuel};
use crate::InstanceLimits;

const PAGE_BYTES: u64 = 65_536;

/// The limits of one module's instances, enforced where the engine makes their parts.
#[derive(Clone)]
pub(crate) struct LimitTunables {
    base: BaseTunables,
    pages: Pages,
    table_elements: u32,
    /// Elements by which each table may grow: the limit is for all tables together.
    table_growth: u32,
    config: Arc<VMConfig>,
    budget: MemoryBudget,
}

impl LimitTunables {
    pub(crate) fn new(limits: &InstanceLimits, table_growth: u32, budget: MemoryBudget) -> Self {
        let pages = u32::try_from(limits.memory_bytes / PAGE_BYTES).unwrap_or(65_536).min(65_536);
        Self {
            base: BaseTunables::new(),
            pages: Pages(pages),
            table_elements: limits.table_elements,
            table_growth,
            config: Arc::new(VMConfig { wasm_stack_size: Some(limits.stack_bytes) }),
            budget,
        }
    }

    fn capped(&self, memory: &MemoryType) -> Result<MemoryType, MemoryError> {
        let maximum = memory.maximum.map_or(self.pages, |maximum| maximum.min(self.pages));
        if memory.minimum > maximum {
            return Err(MemoryError::MinimumMemoryTooLarge {
                min_requested: memory.minimum,
                max_allowed: maximum,
            });
        }
        Ok(MemoryType { maximum: Some(maximum), ..*memory })
    }

    fn capped_table(&self, table: &TableType) -> Result<TableType, String> {
        let cap = self.table_elements;
        if table.minimum > cap {
            return Err(format!("a table of {} elements, the limit is {cap}", table.minimum));
        }
        let reach = table.minimum.saturating_add(self.table_growth).min(cap);
        Ok(TableType { maximum: Some(table.maximum.map_or(reach, |max| max.min(reach))), ..*table })
    }
}

impl Tunables for LimitTunables {
    fn memory_style(&self, memory: &MemoryType) -> MemoryStyle {
        self.base.memory_style(memory)
    }

    fn table_style(&self, table: &TableType) -> TableStyle {
        self.base.table_style(table)
    }

    fn create_host_memory(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
    ) -> Result<VMMemory, MemoryError> {
        budget::charge(self.base.create_host_memory(&self.capped(ty)?, style)?, &self.budget)
    }

    unsafe fn create_vm_memory(
        &self,
        ty: &MemoryType,
        style: &MemoryStyle,
        place: NonNull<VMMemoryDefinition>,
    ) -> Result<VMMemory, MemoryError> {
        let ty = self.capped(ty)?;
        // SAFETY: the caller promises what the callee asks; `place` is passed on unchanged.
        let memory = unsafe { self.base.create_vm_memory(&ty, style, place) }?;
        budget::charge(memory, &self.budget)
    }

    fn create_host_table(&self, ty: &TableType, style: &TableStyle) -> Result<VMTable, String> {
        self.base.create_host_table(&self.capped_table(ty)?, style)
    }

    unsafe fn create_vm_table(
        &self,
        ty: &TableType,
        style: &TableStyle,
        place: NonNull<VMTableDefinition>,
    ) -> Result<VMTable, String> {
        let ty = self.capped_table(ty)?;
        // SAFETY: the caller promises what the callee asks; `place` is passed on unchanged.
        unsafe { self.base.create_vm_table(&ty, style, place) }
    }

    /// Notes the place: the last two belong to the fuel meter (`FuelChecks`).
    unsafe fn create_vm_global(
        &self,
        ty: GlobalType,
        place: NonNull<VMGlobalDefinition>,
    ) -> Result<VMGlobal, String> {
        fuel::note_global(place);
        // SAFETY: the caller promises what the callee asks; `place` is passed on unchanged.
        unsafe { self.base.create_vm_global(ty, place) }
    }

    fn vmconfig(&self) -> &VMConfig {
        &self.config
    }
}
