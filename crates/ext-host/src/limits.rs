//! The limits of an instance.

use std::time::Duration;

use ext_abi::limits;

use crate::WasiWorld;

/// The limits of one instance, which are enforced from its first instruction on.
///
/// ```
/// use ext_host::InstanceLimits;
///
/// let asked = InstanceLimits { memory_bytes: 1 << 30, ..InstanceLimits::default() };
/// let caps = InstanceLimits { memory_bytes: 64 << 20, ..InstanceLimits::MAX };
/// assert_eq!(asked.capped(&caps).memory_bytes, 64 << 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceLimits {
    /// Linear memory in bytes; `memory.grow` past it returns -1.
    pub memory_bytes: u64,
    /// Elements of all tables together; `table.grow` past it returns -1. Several tables that grow
    /// share equally what they do not start with.
    pub table_elements: u32,
    /// Stack of the guest in bytes.
    pub stack_bytes: usize,
    /// Fuel of one entry into the guest, the allocator's not counted: a unit each for function calls, turns of loops, 64 bytes of a
    /// bulk operator. Past it the call ends with `E_CPU`, at the same instruction on every machine.
    /// [`u64::MAX`], the default, means that fuel is not metered: metering makes tight loops take up
    /// to 2.5 times as long, while time (`compute_timeout`) is limited almost for nothing. Decided
    /// when the module is compiled.
    pub fuel: u64,
    /// Longest run of guest code in one call, time in host calls not counted.
    pub compute_timeout: Duration,
    /// Longest call, time in host calls counted.
    pub call_timeout: Duration,
    /// Largest JSON payload or reply in bytes; attachments have the ABI's limit.
    pub json_bytes: u32,
    /// The functions of WASI that the module may import.
    pub wasi: WasiWorld,
}

impl Default for InstanceLimits {
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            table_elements: 10_000,
            stack_bytes: 1 << 20,
            fuel: u64::MAX,
            compute_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(60),
            json_bytes: limits::DEFAULT_MAX_JSON_BYTES,
            wasi: WasiWorld::None,
        }
    }
}

impl InstanceLimits {
    /// Returns true if fuel is limited, and so metered.
    #[must_use]
    pub const fn meters_fuel(&self) -> bool {
        self.fuel != u64::MAX
    }

    /// Returns the bytes that one instance takes at most: linear memory, tables and stack.
    #[must_use]
    pub const fn instance_bytes(&self) -> u64 {
        let tables = (self.table_elements as u64).saturating_mul(limits::TABLE_ELEMENT_BYTES);
        self.memory_bytes.saturating_add(tables).saturating_add(self.stack_bytes as u64)
    }

    /// Lowers these limits to `caps` where they are higher: a manifest asks, the host decides.
    #[must_use]
    pub fn capped(self, caps: &Self) -> Self {
        Self {
            memory_bytes: self.memory_bytes.min(caps.memory_bytes),
            table_elements: self.table_elements.min(caps.table_elements),
            stack_bytes: self.stack_bytes.min(caps.stack_bytes),
            fuel: self.fuel.min(caps.fuel),
            compute_timeout: self.compute_timeout.min(caps.compute_timeout),
            call_timeout: self.call_timeout.min(caps.call_timeout),
            json_bytes: self.json_bytes.min(caps.json_bytes),
            wasi: self.wasi.min(caps.wasi),
        }
    }

    /// The limits of the ABI and of 32-bit memory alone: the caps of a host that adds none.
    pub const MAX: Self = Self {
        memory_bytes: 4 << 30,
        table_elements: 10_000_000,
        stack_bytes: 16 << 20,
        fuel: u64::MAX,
        compute_timeout: Duration::MAX,
        call_timeout: Duration::MAX,
        json_bytes: limits::MAX_JSON_BYTES,
        wasi: WasiWorld::Command,
    };
}
