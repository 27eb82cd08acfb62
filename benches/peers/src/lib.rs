//! Only the benchmark in `benches/` is in this package.
