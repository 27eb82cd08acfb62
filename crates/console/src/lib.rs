//! The web console: pages for a browser, embedded in the program.
//!
//! The sources are in `web` (TypeScript and Preact); `cargo xtask console` builds them into `dist`,
//! which is kept with the sources, so that the program builds without Node.js.
//!
//! ```
//! let (media_type, content) = spacedrive_console::file("").expect("the first page is there");
//! assert_eq!(media_type, "text/html; charset=utf-8");
//! assert!(content.starts_with(b"<!doctype html>"));
//! assert!(spacedrive_console::file("../Cargo.toml").is_none());
//! ```
//!
//! # Not in this crate
//!
//! The server, its sessions and its policy for pages (`ext-rpc`); the operations that the pages call.
#![forbid(unsafe_code)]

/// The files by name, each with its media type. The page itself has the empty name.
const FILES: &[(&str, &str, &[u8])] = &[
    ("", "text/html; charset=utf-8", include_bytes!("../dist/index.html")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("../dist/app.js")),
    ("app.css", "text/css; charset=utf-8", include_bytes!("../dist/app.css")),
    ("icon.svg", "image/svg+xml", include_bytes!("../dist/icon.svg")),
];

/// Finds a file of the console; returns its media type and its content.
#[must_use]
pub fn file(name: &str) -> Option<(&'static str, &'static [u8])> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    found.map(|(_, media_type, content)| (*media_type, *content))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn the_page_has_no_script_and_no_style_of_its_own_and_names_only_files_that_are_there() {
        let (_, page) = file("").unwrap();
        let page = String::from_utf8_lossy(page);
        assert!(!page.contains("<style") && !page.contains("style="), "{page}");
        for script in page.split("<script").skip(1) {
            assert!(script.contains("></script>") && script.contains("src="), "{script}");
        }
        let mut named = 0;
        for link in page.split("/console/").skip(1) {
            let name = link.split('"').next().unwrap();
            assert!(file(name).is_some(), "{name}");
            named += 1;
        }
        assert_eq!(named, FILES.len() - 1);
    }

    #[test]
    fn nothing_is_asked_of_another_host() {
        for (name, _, content) in FILES {
            let text = String::from_utf8_lossy(content);
            for host in text.split("://").skip(1).map(|rest| rest.split('/').next().unwrap()) {
                // The names of the vocabularies of SVG and MathML, and where the client finds a daemon
                // when it is not in a page.
                let is_known = host.starts_with("www.w3.org") || host.starts_with("127.0.0.1:");
                assert!(is_known, "{name}: {host}");
            }
        }
    }

    /// Preact makes text of all values but those that ask for markup, and so does the browser.
    #[test]
    fn log_12_no_page_makes_markup_of_a_text() {
        const MARKUP: &[&str] = &[
            "innerHTML",
            "InnerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "srcdoc",
        ];
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src")];
        let mut sources = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = fs::read_to_string(&path).unwrap();
                let made = MARKUP.iter().find(|name| source.contains(**name));
                assert_eq!(made, None, "{}", path.display());
                sources += 1;
            }
        }
        assert!(sources > 40, "{sources}");
    }
}
