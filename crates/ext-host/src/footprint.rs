//! The memory that an instance of a module takes, besides its code.

use ext_abi::limits::TABLE_ELEMENT_BYTES;

/// The memory of one instance, as the module's scan has found it. The tables of a module share the
/// limit of their elements, and are paid for with all that they may grow to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Footprint {
    /// Bytes of linear memory that an instance starts with.
    pub(crate) memory_bytes: u64,
    /// Elements by which each table that grows may grow.
    pub(crate) table_growth: u32,
    /// Elements that all tables may grow to together, and those of the segments that fill them.
    pub(crate) elements: u64,
}

impl Footprint {
    /// Length of [`to_bytes`](Self::to_bytes).
    pub(crate) const BYTES: usize = 8 + 4 + 8;

    /// Returns the bytes that the tables and their segments take.
    pub(crate) const fn table_bytes(&self) -> u64 {
        self.elements.saturating_mul(TABLE_ELEMENT_BYTES)
    }

    /// Returns the bytes that an instance takes from the budget when it starts.
    pub(crate) const fn first_bytes(&self) -> u64 {
        self.memory_bytes.saturating_add(self.table_bytes())
    }

    /// Returns its fields one after the other, for another process of this program.
    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let memory = self.memory_bytes.to_le_bytes().into_iter();
        let fields =
            memory.chain(self.table_growth.to_le_bytes()).chain(self.elements.to_le_bytes());
        bytes.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
        bytes
    }

    /// Reads the fields again.
    pub(crate) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let (memory, rest) = bytes.split_first_chunk()?;
        let (growth, rest) = rest.split_first_chunk()?;
        Some(Self {
            memory_bytes: u64::from_le_bytes(*memory),
            table_growth: u32::from_le_bytes(*growth),
            elements: u64::from_le_bytes(rest.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footprint_comes_back_from_its_bytes() {
        let footprint = Footprint { memory_bytes: 1 << 33, table_growth: 7, elements: 1 << 20 };
        assert_eq!(Footprint::from_bytes(&footprint.to_bytes()), Some(footprint));
        assert_eq!(footprint.first_bytes(), (1 << 33) + (16 << 20));
    }
}
