//! Kinds of documents, as UNTDID 1001 numbers them in both syntaxes.

/// Codes of documents by which money comes back: credit notes, whoever issues them and for whatever,
/// and reversals. A corrected invoice (384) is none: its amounts have the sign that they mean.
const CREDIT_NOTES: [&str; 13] =
    ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"];

/// Returns whether money comes back by a document of this code.
pub(crate) fn is_credit_note(code: Option<&str>) -> bool {
    code.is_some_and(|code| CREDIT_NOTES.contains(&code.trim_start_matches('0')))
}
