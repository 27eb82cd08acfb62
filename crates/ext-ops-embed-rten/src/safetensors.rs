//! The format that weights are kept in: a JSON head, then the numbers.
//!
//! ```text
//! u64 LE  bytes of the head
//! head    {"name": {"dtype": "F32", "shape": […], "data_offsets": [from, to]}, …}
//! numbers
//! ```

use serde_json::{Map, Value};

/// Longest head; that of a small model has some ten kilobytes.
const MAX_HEAD_BYTES: usize = 1 << 20;

/// Tensors by name. The file lies in memory and names no other.
pub(crate) struct Tensors<'a> {
    head: Map<String, Value>,
    numbers: &'a [u8],
}

impl<'a> Tensors<'a> {
    /// Reads the head of a file; `None` when it is not of this format.
    pub(crate) fn parse(file: &'a [u8]) -> Option<Self> {
        let (length, rest) = file.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        if length > MAX_HEAD_BYTES {
            return None;
        }
        let (head, numbers) = rest.split_at_checked(length)?;
        Some(Self { head: serde_json::from_slice(head).ok()?, numbers })
    }

    /// Returns the numbers of a tensor, which must be float32 and of this shape.
    pub(crate) fn floats(&self, name: &str, shape: &[usize]) -> Option<Vec<f32>> {
        let tensor = self.head.get(name)?;
        let [from, to] = numbers(tensor.get("data_offsets")?)?.try_into().ok()?;
        if tensor.get("dtype")? != "F32" || numbers(tensor.get("shape")?)? != shape {
            return None;
        }
        let (floats, rest) = self.numbers.get(from..to)?.as_chunks::<4>();
        let right = rest.is_empty() && floats.len() == shape.iter().product::<usize>();
        right.then(|| floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

fn numbers(value: &Value) -> Option<Vec<usize>> {
    value.as_array()?.iter().map(|number| usize::try_from(number.as_u64()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(head: &str, numbers: &[u8]) -> Vec<u8> {
        let length = (head.len() as u64).to_le_bytes();
        [&length, head.as_bytes(), numbers].concat()
    }

    fn tensor(dtype: &str, shape: &str, offsets: &str) -> Option<Vec<f32>> {
        let head = format!(
            r#"{{"a": {{"dtype": "{dtype}", "shape": {shape}, "data_offsets": {offsets}}}}}"#
        );
        let numbers: Vec<u8> = [1.0_f32, 2.0].iter().flat_map(|n| n.to_le_bytes()).collect();
        let file = file(&head, &numbers);
        Tensors::parse(&file)?.floats("a", &[2])
    }

    #[test]
    fn numbers_are_where_the_head_says() {
        assert_eq!(tensor("F32", "[2]", "[0, 8]"), Some(vec![1.0, 2.0]));
    }

    #[test]
    fn doc_15_heads_that_lie_are_no_tensors() {
        for (dtype, shape, offsets) in [
            ("F16", "[2]", "[0, 8]"),
            ("F32", "[18446744073709551615, 2]", "[0, 8]"),
            ("F32", "[2]", "[0, 18446744073709551615]"),
            ("F32", "[2]", "[8, 0]"),
            ("F32", "[2]", "[0, 7]"),
            ("F32", "[2]", "[0, 4]"),
            ("F32", "[2]", "[-1, 8]"),
            ("F32", "[2]", "\"../weights.bin\""),
        ] {
            assert_eq!(tensor(dtype, shape, offsets), None, "{dtype} {shape} {offsets}");
        }
        for bytes in [&b""[..], &[0xff; 8], &[0xff; 100], &file("[]", b"")] {
            assert!(Tensors::parse(bytes).is_none());
        }
    }
}
