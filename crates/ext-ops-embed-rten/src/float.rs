//! The network with weights of float32, layer by layer (BERT, six layers).
//!
//! Its package has the weights alone, no graph that `rten` could load; so the graph is written here,
//! on the matrix product of `rten`.

use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::minilm::DIMENSION;
use crate::safetensors::Tensors;

const LAYERS: usize = 6;
const HEADS: usize = 12;
/// Numbers of one head.
const HEAD: usize = DIMENSION / HEADS;
/// Numbers between the two halves of a layer.
const INNER: usize = 1536;
const WORDS: usize = 30_522;
const POSITIONS: usize = 512;
/// Keeps a row of equal numbers from being divided by nothing.
const EPSILON: f32 = 1e-12;

type Rows = NdTensor<f32, 2>;

/// The network.
pub(crate) struct Float {
    words: Rows,
    /// Of a position, and of a text that is the first and only one.
    positions: Rows,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

/// `x · weight + bias`.
struct Linear {
    weight: PackedBMatrix<f32>,
    bias: Vec<f32>,
}

/// Normalisation of a row: to mean 0 and variance 1, then to its own scale.
struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Float {
    /// Reads the weights; `None` when the file is not of this network.
    pub(crate) fn parse(file: &[u8]) -> Option<Self> {
        let tensors = Tensors::parse(file)?;
        let gemm = GemmExecutor::new();
        let table = |name: &str, rows| {
            let name = format!("embeddings.{name}.weight");
            rows_of(rows, DIMENSION, tensors.floats(&name, &[rows, DIMENSION])?)
        };
        let mut positions = table("position_embeddings", POSITIONS)?;
        let kinds = table("token_type_embeddings", 2)?;
        for row in 0..POSITIONS {
            add(positions.slice_mut(row).data_mut()?, kinds.slice(0).data()?);
        }
        Some(Self {
            words: table("word_embeddings", WORDS)?,
            positions,
            norm: Norm::read(&tensors, "embeddings.LayerNorm")?,
            layers: (0..LAYERS)
                .map(|at| Layer::read(&gemm, &tensors, at))
                .collect::<Option<_>>()?,
        })
    }

    /// Returns the rows of the last layer, one for each token; `None` for unknown tokens.
    pub(crate) fn run(&self, tokens: &[i32]) -> Option<Rows> {
        let mut rows = Rows::zeros([tokens.len(), DIMENSION]);
        for (at, token) in tokens.iter().enumerate() {
            let token = usize::try_from(*token).ok().filter(|token| *token < WORDS)?;
            let position = (at < POSITIONS).then(|| self.positions.slice(at))?;
            let mut row = rows.slice_mut(at);
            add(row.data_mut()?, self.words.slice(token).data()?);
            add(row.data_mut()?, position.data()?);
        }
        self.norm.apply(&mut rows)?;
        // It cannot go from thread to thread; making one is a question to the processor.
        let gemm = GemmExecutor::new();
        self.layers.iter().try_fold(rows, |rows, layer| layer.run(&gemm, &rows))
    }
}

impl Layer {
    fn read(gemm: &GemmExecutor, tensors: &Tensors<'_>, at: usize) -> Option<Self> {
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        let linear = |part, from, to| Linear::read(gemm, tensors, &name(part), from, to);
        let norm = |part| Norm::read(tensors, &name(part));
        Some(Self {
            query: linear("attention.self.query", DIMENSION, DIMENSION)?,
            key: linear("attention.self.key", DIMENSION, DIMENSION)?,
            value: linear("attention.self.value", DIMENSION, DIMENSION)?,
            attended: linear("attention.output.dense", DIMENSION, DIMENSION)?,
            attended_norm: norm("attention.output.LayerNorm")?,
            inner: linear("intermediate.dense", DIMENSION, INNER)?,
            outer: linear("output.dense", INNER, DIMENSION)?,
            outer_norm: norm("output.LayerNorm")?,
        })
    }

    fn run(&self, gemm: &GemmExecutor, rows: &Rows) -> Option<Rows> {
        let attended = self.attend(gemm, rows)?;
        let mut middle = self.attended.apply(gemm, &attended)?;
        add(middle.data_mut()?, rows.data()?);
        self.attended_norm.apply(&mut middle)?;
        let mut inner = self.inner.apply(gemm, &middle)?;
        inner.data_mut()?.iter_mut().for_each(|value| *value = gelu(*value));
        let mut outer = self.outer.apply(gemm, &inner)?;
        add(outer.data_mut()?, middle.data()?);
        self.outer_norm.apply(&mut outer)?;
        Some(outer)
    }

    /// Gathers for each token the values of all, by how well its query fits their keys.
    fn attend(&self, gemm: &GemmExecutor, rows: &Rows) -> Option<Rows> {
        let tokens = rows.size(0);
        let query = self.query.apply(gemm, rows)?;
        let key = self.key.apply(gemm, rows)?;
        let value = self.value.apply(gemm, rows)?;
        let mut gathered = Rows::zeros([tokens, DIMENSION]);
        for head in 0..HEADS {
            let columns = head * HEAD..(head + 1) * HEAD;
            let [query, key, value] =
                [&query, &key, &value].map(|part| part.slice((.., columns.clone())));
            let mut fits = product(gemm, query, key.transposed())?;
            let scale = (HEAD as f32).sqrt();
            fits.data_mut()?.iter_mut().for_each(|fit| *fit /= scale);
            fits.data_mut()?.chunks_mut(tokens).for_each(softmax);
            let of_head = product(gemm, fits.view(), value)?;
            gathered.slice_mut((.., columns)).copy_from(&of_head);
        }
        Some(gathered)
    }
}

impl Linear {
    /// Reads a layer; the file has a row for each output.
    fn read(
        gemm: &GemmExecutor,
        tensors: &Tensors<'_>,
        name: &str,
        from: usize,
        to: usize,
    ) -> Option<Self> {
        let weight = tensors.floats(&format!("{name}.weight"), &[to, from])?;
        let weight = rows_of(to, from, weight)?;
        let bias = tensors.floats(&format!("{name}.bias"), &[to])?;
        Some(Self { weight: gemm.prepack_b(weight.view().transposed()), bias })
    }

    fn apply(&self, gemm: &GemmExecutor, rows: &Rows) -> Option<Rows> {
        let mut out = Rows::zeros([rows.size(0), self.bias.len()]);
        let bias = Some(BiasVector::Row(&self.bias));
        let options = GemmOptions { bias, ..GemmOptions::default() };
        let (a, b) = (GemmInputA::Unpacked(rows.view()), GemmInputB::Packed(&self.weight));
        gemm.gemm(out.data_mut()?, a, b, options).ok()?;
        Some(out)
    }
}

impl Norm {
    fn read(tensors: &Tensors<'_>, name: &str) -> Option<Self> {
        let numbers = |part: &str| tensors.floats(&format!("{name}.{part}"), &[DIMENSION]);
        Some(Self { weight: numbers("weight")?, bias: numbers("bias")? })
    }

    fn apply(&self, rows: &mut Rows) -> Option<()> {
        rows.data_mut()?.chunks_mut(DIMENSION).for_each(|row| self.apply_row(row));
        Some(())
    }

    fn apply_row(&self, row: &mut [f32]) {
        let count = row.len() as f32;
        let mean = row.iter().sum::<f32>() / count;
        let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count;
        let scale = 1.0 / (variance + EPSILON).sqrt();
        for ((value, weight), bias) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
            *value = (*value - mean) * scale * weight + bias;
        }
    }
}

fn rows_of(rows: usize, columns: usize, numbers: Vec<f32>) -> Option<Rows> {
    NdTensor::try_from_data([rows, columns], numbers).ok()
}

fn product(
    gemm: &GemmExecutor,
    a: NdTensorView<'_, f32, 2>,
    b: NdTensorView<'_, f32, 2>,
) -> Option<Rows> {
    let mut out = Rows::zeros([a.size(0), b.size(1)]);
    let (a, b) = (GemmInputA::Unpacked(a), GemmInputB::Unpacked(b));
    gemm.gemm(out.data_mut()?, a, b, GemmOptions::default()).ok()?;
    Some(out)
}

fn add(to: &mut [f32], what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += what);
}

fn softmax(row: &mut [f32]) {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|value| *value = (*value - most).exp());
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|value| *value /= sum);
}

/// Calculates the Gaussian error linear unit, exact to some 1e-7.
fn gelu(value: f32) -> f32 {
    0.5 * value * (1.0 + erf(value * std::f32::consts::FRAC_1_SQRT_2))
}

/// Approximates the error function by Abramowitz and Stegun, 7.1.26: off by at most 1.5e-7.
fn erf(value: f32) -> f32 {
    const FACTORS: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];
    let t = 1.0 / (1.0 + 0.327_591_1 * value.abs());
    let sum = FACTORS.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    (1.0 - sum * (-value * value).exp()).copysign(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erf_is_that_of_the_tables() {
        for (value, expected) in
            [(0.0, 0.0), (0.5, 0.520_499_9), (1.0, 0.842_700_8), (-2.0, -0.995_322_3), (9.0, 1.0)]
        {
            assert!((erf(value) - expected).abs() < 5e-7, "{value}: {}", erf(value));
        }
    }

    #[test]
    fn a_softmax_sums_up_to_one() {
        let mut row = [1000.0, 1000.0, -1000.0];
        softmax(&mut row);
        assert_eq!(row, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn doc_15_other_files_are_no_network() {
        assert!(Float::parse(b"").is_none());
        assert!(Float::parse(&[0; 64]).is_none());
        let head = b"{}";
        let empty = [&(head.len() as u64).to_le_bytes()[..], head].concat();
        assert!(Float::parse(&empty).is_none());
    }
}
