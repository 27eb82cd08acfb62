//! The tables of a module.

/// The tables of a module, while they are counted.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// Elements that the tables have at first, and how many more each may have; `None` without end.
    each: Vec<(u64, Option<u64>)>,
}

impl Tables {
    pub(crate) fn add(&mut self, initial: u64, maximum: Option<u64>) {
        self.each.push((initial, maximum.map(|maximum| maximum.saturating_sub(initial))));
    }

    /// Returns the elements that all tables have at first.
    pub(crate) fn initial(&self) -> u64 {
        self.each.iter().fold(0, |sum, (initial, _)| sum.saturating_add(*initial))
    }

    /// Returns the elements by which each table may grow, when all together may have `limit`: what is
    /// left is shared equally by those that can grow.
    pub(crate) fn growth(&self, limit: u32) -> u32 {
        let left = u64::from(limit).saturating_sub(self.initial());
        let growing = self.each.iter().filter(|(_, more)| *more != Some(0)).count() as u64;
        left.checked_div(growing).map_or(0, |each| u32::try_from(each).unwrap_or(u32::MAX))
    }

    /// Returns the elements that all tables may grow to together.
    pub(crate) fn reach(&self, growth: u32) -> u64 {
        let growth = u64::from(growth);
        let more = self.each.iter().map(|(_, more)| more.map_or(growth, |more| more.min(growth)));
        more.fold(self.initial(), u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn res_03_what_tables_may_grow_by_is_shared() {
        let mut tables = Tables::default();
        tables.add(10, Some(10));
        assert_eq!((tables.growth(100), tables.reach(0)), (0, 10), "it cannot grow");
        tables.add(10, None);
        assert_eq!((tables.growth(100), tables.reach(80)), (80, 100));
        tables.add(0, Some(5));
        assert_eq!((tables.growth(100), tables.reach(40)), (40, 10 + 50 + 5));
        assert_eq!(tables.growth(5), 0, "there is nothing left");
    }
}
