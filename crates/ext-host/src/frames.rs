//! Names of a guest's functions in a backtrace, for people.

/// Most lines of a backtrace.
const MAX_LINES: usize = 32;
/// Most characters of a name.
const MAX_NAME: usize = 120;
/// Most functions that call one another in a circle and are folded.
const MAX_CYCLE: usize = 4;
/// Beginnings of the names through which Rust leaves a function that panics: the message tells of
/// the panic, and the trace starts where it happened.
const PANICKING: [&str; 11] = [
    "__rustc::",
    "rust_panic",
    "core::panicking::",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_",
    "std::panicking::",
    "std::process::abort",
    "std::sys::",
    "alloc::alloc::handle_alloc_error",
];

/// Makes the lines of a backtrace, innermost first: names of Rust are demangled, repetitions folded
/// (`walk ×4096`, `(even < odd) ×200`), and names escaped and cut, because they come from the module.
pub(crate) fn readable(names: &[String]) -> Vec<String> {
    let mut rest = without_panicking(names);
    let mut lines = Vec::new();
    while let Some(first) = rest.first().filter(|_| lines.len() < MAX_LINES) {
        let (length, count) = repetition(rest);
        let line = match rest.get(..length) {
            Some(cycle) if count > 1 => folded(cycle, count),
            _ => name(first),
        };
        lines.push(line);
        rest = rest.get(length * count..).unwrap_or_default();
    }
    lines
}

/// Leaves out the functions of a panic; all of them are kept where there is nothing else.
fn without_panicking(names: &[String]) -> &[String] {
    let panics = |mangled: &&String| {
        let name = demangled(mangled);
        PANICKING.iter().any(|start| name.starts_with(start))
    };
    let leading = names.iter().take(MAX_LINES).take_while(panics).count();
    names.get(leading..).filter(|rest| !rest.is_empty()).unwrap_or(names)
}

/// Returns the length of the shortest cycle that `names` begins with, and how often it is there in a
/// row.
fn repetition(names: &[String]) -> (usize, usize) {
    (1..=MAX_CYCLE)
        .map(|length| (length, times(names, length)))
        .find(|(_, count)| *count > 1)
        .unwrap_or((1, 1))
}

fn times(names: &[String], length: usize) -> usize {
    let Some(cycle) = names.get(..length) else { return 0 };
    names.chunks_exact(length).take_while(|chunk| *chunk == cycle).count()
}

fn folded(cycle: &[String], count: usize) -> String {
    let names: Vec<String> = cycle.iter().map(|mangled| name(mangled)).collect();
    match names.as_slice() {
        [only] => format!("{only} ×{count}"),
        several => format!("({}) ×{count}", several.join(" < ")),
    }
}

fn name(mangled: &str) -> String {
    let demangled = demangled(mangled);
    let cut: String = demangled.chars().take(MAX_NAME).collect();
    cut.escape_debug().take(MAX_NAME).collect()
}

/// Returns the name as the author wrote it, without the hash of the compiler.
fn demangled(mangled: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(mangled))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(names: &[&str]) -> Vec<String> {
        readable(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn names_of_rust_are_demangled_and_others_kept() {
        assert_eq!(
            lines(&[
                "_ZN4oops5words5count17h0123456789abcdefE",
                "_RNvNtCs1234_4oops5words5count",
                "main.count",
                "_Z5counti",
                "function 7",
            ]),
            ["oops::words::count", "oops::words::count", "main.count", "_Z5counti", "function 7"]
        );
    }

    #[test]
    fn a_trace_starts_where_the_panic_happened() {
        let panic = ["_RNvCsfLfy6EI15iL_7___rustc12___rust_abort", "rust_panic"];
        assert_eq!(lines(&[panic[0], panic[1], "count", "rust_panic"]), ["count", "rust_panic"]);
        assert_eq!(lines(&panic), ["__rustc::__rust_abort", "rust_panic"]);
    }

    #[test]
    fn repeated_frames_are_folded() {
        let mut deep = vec!["walk"; 5_000];
        deep.extend(["a", "b", "a", "b", "a", "start"]);
        assert_eq!(lines(&deep), ["walk ×5000", "(a < b) ×2", "a", "start"]);
        assert_eq!(lines(&["a", "b", "c"]), ["a", "b", "c"]);
        assert_eq!(lines(&[]), [""; 0]);
    }

    #[test]
    fn what_a_module_says_is_cut_and_escaped() {
        let name = format!("\u{1b}[31m{}", "x".repeat(1_000));
        let shown = lines(&[&name]);
        assert!(shown[0].starts_with("\\u{1b}") && shown[0].chars().count() <= 120, "{shown:?}");
        let many: Vec<String> = (0..100).map(|number| format!("f{number}")).collect();
        assert_eq!(readable(&many).len(), 32);
    }
}
