//! Custom sections of a wasm module.

/// Bytes of a module before its first section: the magic number and the version.
const HEADER: usize = 8;

/// Returns the content of all custom sections of a name, joined; `None` when a module has none of it, or
/// is not a module. The sections of other kinds are skipped unread.
///
/// ```
/// let wasm = b"\0asm\x01\0\0\0\x00\x05\x02ab42";
/// assert_eq!(ext_declared::custom_section(wasm, "ab").as_deref(), Some(b"42".as_slice()));
/// assert_eq!(ext_declared::custom_section(wasm, "other"), None);
/// ```
#[must_use]
pub fn custom_section(wasm: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut rest = wasm.strip_prefix(b"\0asm").and_then(|_| wasm.get(HEADER..))?;
    let mut found: Option<Vec<u8>> = None;
    while let Some((kind, after)) = rest.split_first() {
        let Some((content, next)) = sized(after) else { break };
        if let Some((own, data)) = sized(content).filter(|_| *kind == 0)
            && own == name.as_bytes()
        {
            found.get_or_insert_default().extend_from_slice(data);
        }
        rest = next;
    }
    found
}

/// Splits bytes with their length in front from what follows them.
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = length(bytes)?;
    rest.split_at_checked(len)
}

/// Reads a number of up to 32 bits in LEB128.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind];
        // Two bytes of length, as a linker that leaves room writes them.
        bytes.push(u8::try_from(content.len() & 0x7f).unwrap() | 0x80);
        bytes.push(u8::try_from(content.len() >> 7).unwrap());
        bytes.extend_from_slice(content);
        bytes
    }

    #[test]
    fn sections_of_one_name_are_joined_and_others_skipped() {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend(section(0, b"\x01aone "));
        wasm.extend(section(10, b"\x01acode"));
        wasm.extend(section(0, b"\x01bother"));
        wasm.extend(section(0, b"\x01atwo"));
        assert_eq!(custom_section(&wasm, "a").unwrap(), b"one two");
        assert_eq!(custom_section(&wasm, "c"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(tail in proptest::collection::vec(0_u8.., 0..200)) {
            let wasm = [b"\0asm\x01\0\0\0".as_slice(), &tail].concat();
            let _ = custom_section(&wasm, "a");
            let _ = custom_section(&tail, "a");
        }
    }
}
