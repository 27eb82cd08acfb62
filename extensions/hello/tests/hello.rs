//! Native tests of the extension, against the SDK's fake host.

use hello::{Extension, Total};
use serde_json::Value;
use spacedrive_sdk::{ops::NoInput, prelude::*, testing::FakeHost, view::*};

const TOTAL: &str = "query:hello.total_words.v1";

/// Adds a file and lets the extension know.
fn import(host: &FakeHost, name: &str, media_type: &str, bytes: &[u8]) -> Result<Uuid> {
    let entry = host.add_file(name, &format!("inbox/{name}"), media_type, bytes);
    host.deliver::<Extension>(&host.event_created(&entry))?;
    Ok(entry.id)
}

#[test]
fn a_text_file_gets_its_word_count() -> Result<()> {
    let host = FakeHost::new();
    let note =
        import(&host, "note.txt", "text/plain; charset=utf-8", "drei kleine Wörter".as_bytes())?;
    assert_eq!(host.client().vdfs().get_entry(note)?.entry.metadata["words"], 3);
    assert_eq!(host.logs()[0].1, "inbox/note.txt: 3 words");
    Ok(())
}

#[test]
fn other_files_are_left_alone() -> Result<()> {
    let host = FakeHost::new();
    let photo = import(&host, "photo.png", "image/png", b"a b c")?;
    assert!(host.calls().is_empty());
    assert!(host.client().vdfs().get_entry(photo)?.entry.metadata.is_empty());
    Ok(())
}

#[test]
fn the_total_sums_up_what_was_counted() -> Result<()> {
    let host = FakeHost::new();
    assert_eq!(host.call::<Extension, _, Total>(TOTAL, &NoInput {})?, Total { files: 0, words: 0 });
    for number in 0..150 {
        import(&host, &format!("{number}.md"), "text/markdown", b"two words")?;
    }
    import(&host, "photo.png", "image/png", b"a b c")?;
    let total: Total = host.call::<Extension, _, _>(TOTAL, &Value::Null)?;
    assert_eq!(total, Total { files: 150, words: 300 });
    Ok(())
}

#[test]
fn the_view_shows_the_longest_file_first() -> Result<()> {
    let host = FakeHost::new();
    import(&host, "short.txt", "text/plain", b"one")?;
    import(&host, "long.txt", "text/plain", b"one two three")?;
    import(&host, "photo.png", "image/png", b"a b c")?;
    let view: View = host.call::<Extension, _, _>("query:hello.longest.v1", &NoInput {})?;
    let [Block::Table(table)] = view.blocks.as_slice() else { panic!("{view:?}") };
    let first = table.rows.first().and_then(|row| row.cells.get(1));
    assert_eq!((table.rows.len(), first), (2, Some(&Cell::number(3.0))));
    Ok(())
}

/// Compares the guide with this extension, which it shows whole; readers copy it from there.
#[test]
fn the_guide_shows_the_files_as_they_are() {
    let guide = include_str!("../../../docs/extensions.md");
    for file in [
        include_str!("../src/lib.rs"),
        include_str!("../Cargo.toml"),
        include_str!("../manifest.json"),
    ] {
        assert!(guide.contains(file), "docs/extensions.md does not hold:\n{file}");
    }
}

/// Compares the rest of the code in the guide that is not compiled there: each paragraph of it.
#[test]
fn the_guide_shows_the_code_as_it_is() {
    let guide = include_str!("../../../docs/extensions.md");
    let code = [include_str!("../src/lib.rs"), include_str!("hello.rs")];
    let blocks = guide.split("```rust,ignore\n").skip(1);
    let blocks: Vec<_> = blocks.filter_map(|rest| rest.split("```\n").next()).collect();
    assert_eq!(blocks.len(), 2);
    for paragraph in blocks.iter().flat_map(|block| block.trim_end().split("\n\n")) {
        let shown = code.iter().any(|file| file.contains(paragraph));
        assert!(shown, "no file of the extension holds:\n{paragraph}");
    }
}
