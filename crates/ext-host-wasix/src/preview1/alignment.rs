//! The places that a guest's addresses have to be at. `wasmer-wasix` writes there as through a reference:
//! at an address that is not aligned, a build with assertions aborts, and any other one is undefined.

use wasmer::Value;

/// Functions of preview 1 and of WASIX: which arguments are addresses, and the bytes that each has to be
/// a multiple of. Those that are answered here, and addresses of single bytes, need none.
const ALIGNED: &[(&str, &[(usize, u32)])] = &[
    ("args_get", &[(0, 4)]),
    ("args_sizes_get", &[(0, 4), (1, 4)]),
    ("environ_get", &[(0, 4)]),
    ("environ_sizes_get", &[(0, 4), (1, 4)]),
    ("fd_dup", &[(1, 4)]),
    ("fd_fdflags_get", &[(1, 2)]),
    ("fd_fdstat_get", &[(1, 8)]),
    ("fd_filestat_get", &[(1, 8)]),
    ("fd_pread", &[(1, 4), (4, 4)]),
    ("fd_prestat_get", &[(1, 4)]),
    ("fd_pwrite", &[(1, 4), (4, 4)]),
    ("fd_read", &[(1, 4), (3, 4)]),
    ("fd_readdir", &[(4, 4)]),
    ("fd_seek", &[(3, 8)]),
    ("fd_tell", &[(1, 8)]),
    ("fd_write", &[(1, 4), (3, 4)]),
    ("getcwd", &[(1, 4)]),
    ("path_filestat_get", &[(4, 8)]),
    ("path_open", &[(8, 4)]),
    ("path_readlink", &[(5, 4)]),
    ("proc_id", &[(0, 4)]),
    ("proc_parent", &[(1, 4)]),
    ("thread_id", &[(0, 4)]),
    ("thread_parallelism", &[(0, 4)]),
    ("tty_get", &[(0, 4)]),
];

/// Lists the functions with such addresses.
pub(super) fn functions() -> impl Iterator<Item = &'static str> {
    ALIGNED.iter().map(|(name, _)| *name)
}

/// Returns true if each address of a call is where it has to be.
pub(super) fn is_aligned(name: &str, args: &[Value]) -> bool {
    let places = ALIGNED.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, it)| it);
    places.iter().all(|(index, bytes)| {
        let address = args.get(*index).and_then(Value::i32);
        address.is_none_or(|address| address.cast_unsigned().is_multiple_of(*bytes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_aligned_at_multiples_of_its_bytes() {
        let seek = |at| is_aligned("fd_seek", &[Value::I32(1), Value::I64(1), Value::I32(1), at]);
        assert!(seek(Value::I32(16)) && seek(Value::I32(-8)));
        assert!(!seek(Value::I32(12)) && !seek(Value::I32(-1)));
        assert!(is_aligned("random_get", &[Value::I32(1), Value::I32(3)]), "bytes may be anywhere");
    }

    #[test]
    fn the_functions_are_in_the_world() {
        for name in functions() {
            let is_there = super::super::MODULES.iter().any(|it| ext_host::is_in_world(it, name));
            assert!(is_there, "{name}");
        }
    }
}
