//! Contents, sidecars and uploads over HTTP, on the socket and on a port of the daemon.

use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    os::unix::net::UnixStream,
};

use serde_json::Value;

use crate::{
    common::Spacedrive,
    daemon::{Daemon, socket},
};

/// An answer of HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let header = |line: &&str| line.to_ascii_lowercase().starts_with(&format!("{name}:"));
        Some(self.head.lines().find(header)?.split_once(':')?.1.trim())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A daemon on a library with one entry.
struct Served {
    spacedrive: Spacedrive,
    library: String,
    daemon: Option<Daemon>,
}

impl Served {
    fn new(more: &[&str]) -> Self {
        let spacedrive = Spacedrive::new();
        let library = spacedrive.library();
        let daemon = Some(Daemon::start(&spacedrive, more));
        Self { spacedrive, library, daemon }
    }

    /// Imports a file; returns the path of its entry, as HTTP names it.
    fn import(&self, name: &str, bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), bytes).unwrap();
        let into = ["import", folder.path().to_str().unwrap(), "--into", "in", "--no-index"];
        assert_eq!(self.spacedrive.run(into).code, Some(0));
        let entry = self.spacedrive.json(["entry", "show", &format!("in/{name}")]);
        let id = entry["entry"]["id"].as_str().unwrap();
        format!("/libraries/{}/entries/{id}", self.library)
    }

    fn connect(&self) -> UnixStream {
        UnixStream::connect(socket(&self.spacedrive)).unwrap()
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        exchange(self.connect(), &request(method, path, "localhost", headers, body))
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, b"")
    }

    fn uploads(&self) -> String {
        format!("/libraries/{}/uploads", self.library)
    }

    fn begin(&self, length: usize, metadata: &str) -> Answer {
        let length = length.to_string();
        let headers = [
            ("tus-resumable", "1.0.0"),
            ("upload-length", length.as_str()),
            ("upload-metadata", metadata),
        ];
        self.ask("POST", &self.uploads(), &headers, b"")
    }

    fn patch(&self, upload: &str, offset: usize, bytes: &[u8]) -> Answer {
        let offset = offset.to_string();
        let mut headers = PATCH.to_vec();
        headers.push(("upload-offset", &offset));
        self.ask("PATCH", upload, &headers, bytes)
    }

    fn offset(&self, upload: &str) -> usize {
        let state = self.ask("HEAD", upload, &[("tus-resumable", "1.0.0")], b"");
        assert_eq!(state.status, 200, "{state:?}");
        state.header("upload-offset").unwrap().parse().unwrap()
    }
}

const PATCH: &[(&str, &str)] =
    &[("tus-resumable", "1.0.0"), ("content-type", "application/offset+octet-stream")];
/// `in/note.txt`, in base64.
const NOTE: &str = "path aW4vbm90ZS50eHQ=";
/// `in/disk.txt`.
const DISK: &str = "path aW4vZGlzay50eHQ=";

pub(crate) fn request(
    method: &str,
    path: &str,
    host: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

pub(crate) fn exchange(mut stream: impl Read + Write, bytes: &[u8]) -> Answer {
    // The server may answer, and close, before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(answer.len());
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head, body: answer.get(end + 4..).unwrap_or_default().to_vec() }
}

#[test]
fn a_content_is_read_whole_in_parts_and_only_when_it_changed() {
    let served = Served::new(&[]);
    let bytes: Vec<u8> = (0..2_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let entry = served.import("Grüße.bin", &bytes);
    let path = format!("{entry}/content");
    let whole = served.get(&path, &[]);
    assert_eq!((whole.status, whole.body == bytes), (200, true), "{}", whole.head);
    let tag = whole.header("etag").unwrap().to_owned();
    assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
    assert!(whole.header("content-security-policy").unwrap().contains("sandbox"));
    let disposition = whole.header("content-disposition").unwrap();
    assert!(disposition.contains("filename*=UTF-8''Gr%C3%BC%C3%9Fe.bin"), "{disposition}");
    assert!(disposition.starts_with("attachment"), "{disposition}");

    let head = served.ask("HEAD", &path, &[], b"");
    assert_eq!(head.header("content-length"), Some("8000000"));
    assert!(head.status == 200 && head.body.is_empty());
    for (range, expected) in [
        ("bytes=0-0", 0..1),
        ("bytes=5-1048580", 5..1_048_581),
        ("bytes=7999999-", 7_999_999..8_000_000),
        ("bytes=-4", 7_999_996..8_000_000),
        ("bytes=7999990-99999999999", 7_999_990..8_000_000),
        ("bytes=0-99999999999999999999", 0..8_000_000),
        ("bytes=-8000001", 0..8_000_000),
    ] {
        let part = served.get(&path, &[("range", range)]);
        assert_eq!((part.status, part.body == bytes[expected.clone()]), (206, true), "{range}");
        let told = format!("bytes {}-{}/8000000", expected.start, expected.end - 1);
        assert_eq!(part.header("content-range"), Some(told.as_str()));
    }
    for range in ["bytes=8000000-", "bytes=9-8", "bytes=-0"] {
        let refused = served.get(&path, &[("range", range)]);
        assert_eq!(refused.status, 416, "{range}: {}", refused.head);
        assert_eq!(refused.header("content-range"), Some("bytes */8000000"), "{range}");
    }
    let several = served.get(&path, &[("range", "bytes=0-1,4-5")]);
    assert_eq!((several.status, several.body.len()), (200, bytes.len()));
    assert_eq!(served.get(&path, &[("if-none-match", &tag)]).status, 304);
    assert_eq!(served.get(&path, &[("if-none-match", "\"x\"")]).status, 200);
    assert_eq!(served.get(&path, &[("if-match", "\"x\"")]).status, 412);
    assert_eq!(served.get(&path, &[("range", "bytes=0-1"), ("if-range", &tag)]).status, 206);
    assert_eq!(served.get(&path, &[("range", "bytes=0-1"), ("if-range", "\"x\"")]).status, 200);
    for condition in ["*", "nonsense", ""] {
        let asked = [("range", "bytes=0-1"), ("if-range", condition)];
        assert_eq!(served.get(&path, &asked).status, 200, "{condition}: not the part");
    }
    assert_eq!(served.ask("DELETE", &path, &[], b"").status, 405);
}

#[test]
fn what_is_not_there_is_not_found_and_a_page_of_a_library_runs_nothing() {
    let served = Served::new(&[]);
    let entry = served.import("page.html", b"<script>alert(1)</script>");
    let page = served.get(&format!("{entry}/content"), &[]);
    assert_eq!(page.header("content-type"), Some("text/html"));
    assert!(page.header("content-disposition").unwrap().starts_with("attachment"));
    let other = format!("/libraries/{}/entries/{}", served.library, uuid());
    let missing = [
        format!("{entry}/versions/1"),
        format!("{entry}/sidecars/none.txt"),
        format!("{entry}/nothing"),
        format!("{other}/content"),
        format!("/libraries/{}/entries/x/content", served.library),
        format!("/libraries/{}{}", uuid(), &entry[47..]),
    ];
    for path in missing {
        let answer = served.get(&path, &[]);
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert!(answer.json()["error"].is_string(), "{path}");
    }
}

fn uuid() -> &'static str {
    "00000000-0000-4000-8000-000000000000"
}

#[test]
fn a_sidecar_is_written_and_lost_updates_are_refused() {
    let served = Served::new(&[]);
    let entry = served.import("a.txt", b"a");
    let path = format!("{entry}/sidecars/notes.json");
    let put =
        |headers: &[(&str, &str)], body: &str| served.ask("PUT", &path, headers, body.as_bytes());
    let first = put(&[("if-none-match", "*")], r#"{"n":"coffee"}"#);
    assert_eq!((first.status, first.json()["size"].as_u64()), (200, Some(14)), "{first:?}");
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(put(&[("if-none-match", "*")], "{}").status, 412);
    assert_eq!(put(&[("if-match", "\"other\"")], "{}").status, 412);
    assert_eq!(put(&[("if-match", &tag)], r#"{"n":"tea"}"#).status, 200);
    let read = served.get(&path, &[]);
    assert_eq!(read.body, br#"{"n":"tea"}"#);
    assert_eq!(read.header("content-type"), Some("application/json"));
    let found = served.spacedrive.json(["search", "tea", "--exact"]);
    assert!(found.to_string().contains("a.txt"), "{found}");
    let bad = served.ask("PUT", &format!("{entry}/sidecars/a%2Fb"), &[], b"x");
    assert_eq!((bad.status, bad.json()["code"].as_str()), (422, Some("E_PATH")), "{bad:?}");
    assert_eq!(put(&[("content-range", "bytes 1-2/11")], "xx").status, 400, "a part");
    assert_eq!(put(&[("content-encoding", "gzip")], "xx").status, 415);
    let large = served.ask("PUT", &path, &[], &vec![b' '; (64 << 20) + 1]);
    assert_eq!(large.status, 413, "{}", large.head);
    assert_eq!(served.get(&path, &[]).body, br#"{"n":"tea"}"#);
}

#[test]
fn crsh_02_an_upload_goes_on_after_the_client_and_the_daemon_were_killed() {
    let mut served = Served::new(&[]);
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let begun = served.begin(bytes.len(), NOTE);
    assert_eq!(begun.status, 201, "{begun:?}");
    let upload = begun.header("location").unwrap().to_owned();
    assert!(begun.header("upload-expires").is_some() && served.offset(&upload) == 0);
    assert_eq!(served.patch(&upload, 0, &bytes[..1000]).status, 204);
    assert_eq!(served.patch(&upload, 5, &bytes[5..]).status, 409, "not where it stands");

    // The client goes in the middle, and the daemon is killed: what came is there.
    let mut stream = served.connect();
    let mut headers = PATCH.to_vec();
    headers.push(("upload-offset", "1000"));
    let whole = request("PATCH", &upload, "localhost", &headers, &bytes[1000..]);
    stream.write_all(&whole[..500_000]).unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    drop(served.daemon.take());
    served.daemon = Some(Daemon::start(&served.spacedrive, &[]));
    let offset = served.offset(&upload);
    assert!((1000..bytes.len()).contains(&offset), "{offset}");
    let done = served.patch(&upload, offset, &bytes[offset..]);
    let entry = done.header("x-entry").unwrap_or_else(|| panic!("{done:?}"));
    let content = format!("/libraries/{}/entries/{entry}/content", served.library);
    assert!(served.get(&content, &[]).body == bytes);
    assert_eq!(served.offset(&upload), bytes.len(), "an answer that was lost");
    let shown = served.spacedrive.json(["entry", "show", "in/note.txt"]);
    assert_eq!(shown["entry"]["id"], *entry);
    assert_eq!(served.ask("DELETE", &upload, PATCH, b"").status, 204);
    assert_eq!(served.ask("HEAD", &upload, PATCH, b"").status, 404);
    assert_eq!(served.get(&content, &[]).status, 200);
}

#[test]
fn an_upload_with_wrong_words_is_refused_and_leaves_nothing() {
    let served = Served::new(&[]);
    let offer = served.ask("OPTIONS", &served.uploads(), &[], b"");
    assert_eq!(offer.header("tus-version"), Some("1.0.0"));
    assert!(offer.header("tus-extension").unwrap().contains("creation-with-upload"));
    // `../x`, `/etc/x`, an invisible character.
    for path in ["path Li4veA==", "path L2V0Yy94", "path YeKAi2I=", "filename ", "path "] {
        let refused = served.begin(3, path);
        assert!(matches!(refused.status, 400 | 422), "{path}: {refused:?}");
    }
    assert_eq!(served.begin(17 << 30, NOTE).status, 413);
    assert_eq!(served.ask("POST", &served.uploads(), &[("upload-length", "3")], b"").status, 412);
    let kept = fs::read_dir(served.spacedrive.data.path().join("uploads"));
    assert_eq!(kept.map_or(0, Iterator::count), 0);

    let upload = served.begin(3, NOTE).header("location").unwrap().to_owned();
    let wrong_type = [("tus-resumable", "1.0.0"), ("upload-offset", "0")];
    assert_eq!(served.ask("PATCH", &upload, &wrong_type, b"abc").status, 415);
    assert_eq!(served.patch(&upload, 0, b"abcd").status, 413);
    // All in one request, and a file without a byte.
    let headers =
        [&[("upload-length", "5"), ("upload-metadata", "filename Yi50eHQ=")], PATCH].concat();
    let at_once = served.ask("POST", &served.uploads(), &headers, b"hello");
    assert!(at_once.status == 201 && at_once.header("x-entry").is_some(), "{at_once:?}");
    let empty = served.begin(0, "filename Yy50eHQ=");
    assert!(empty.status == 201 && empty.header("x-entry").is_some(), "{empty:?}");
}

#[test]
fn an_upload_that_can_become_no_entry_is_refused_when_it_is_begun() {
    let served = Served::new(&[]);
    let upload = |length: &str, path: &str, bytes: &[u8]| {
        let headers = [&[("upload-length", length), ("upload-metadata", path)], PATCH].concat();
        served.ask("POST", &served.uploads(), &headers, bytes)
    };
    let more = upload("2", NOTE, b"other");
    assert_eq!((more.status, more.json()["code"].as_str()), (413, Some("E_ABI_TOO_LARGE")));

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("disk.txt"), "disk").unwrap();
    let into = ["import", folder.path().to_str().unwrap(), "--into", "in", "--no-index"];
    assert_eq!(served.spacedrive.run(into).code, Some(0));
    for other in ["HELLO", "same"] {
        let refused = upload(&other.len().to_string(), DISK, other.as_bytes());
        let said = (refused.status, refused.json()["code"].clone());
        assert_eq!(said, (409, "E_CONFLICT".into()), "{other}: {refused:?}");
    }
    assert_eq!(served.begin(5, DISK).status, 409, "before any byte came");
    let kept = fs::read_dir(served.spacedrive.data.path().join("uploads"));
    assert_eq!(kept.map_or(0, Iterator::count), 0);
    let same = upload("4", DISK, b"disk");
    assert!(same.status == 201 && same.header("x-entry").is_some(), "{same:?}");
}

#[test]
fn a_token_reads_and_uploads_what_it_may_and_nothing_else() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = free.local_addr().unwrap().to_string();
    drop(free);
    let served = Served::new(&["--listen", &host]);
    let entry = served.import("a.txt", b"secret");
    let token = |name: &str, method: &str| {
        let made =
            served.spacedrive.json(["token", "create", name, "--method", method, "--for", "1d"]);
        format!("Bearer {}", made["text"].as_str().unwrap())
    };
    let reader = token("reader", "query:vdfs.read_content");
    let writer = token("writer", "action:vdfs.create_entry");
    let ask = |method: &str, path: &str, token: &str, more: &[(&str, &str)], body: &[u8]| {
        let headers = [&[("authorization", token)], more].concat();
        exchange(TcpStream::connect(&host).unwrap(), &request(method, path, &host, &headers, body))
    };
    let content = format!("{entry}/content");
    assert_eq!(ask("GET", &content, "Bearer sdt_x", &[], b"").status, 401);
    assert_eq!(ask("GET", &content, &reader, &[], b"").body, b"secret");
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(ask("GET", &content, &reader, &foreign, b"").status, 403);
    for (method, path, token) in [
        ("GET", content.clone(), &writer),
        ("GET", format!("{entry}/sidecars/a.txt"), &reader),
        ("PUT", format!("{entry}/sidecars/a.txt"), &reader),
    ] {
        let denied = ask(method, &path, token, &[], b"");
        assert_eq!((denied.status, denied.json()["code"].as_str()), (403, Some("E_DENIED_METHOD")));
    }
    let begin = [&[("upload-length", "3"), ("upload-metadata", NOTE)], PATCH].concat();
    assert_eq!(ask("POST", &served.uploads(), &reader, &begin, b"abc").status, 403);
    let made = ask("POST", &served.uploads(), &writer, &begin, b"abc");
    assert!(made.status == 201 && made.header("x-entry").is_some(), "{made:?}");
    let upload = made.header("location").unwrap();
    assert_eq!(ask("HEAD", upload, &reader, PATCH, b"").status, 404, "that of another one");
    // It makes entries, and changes none.
    let begin = [&[("upload-length", "3"), ("upload-metadata", NOTE)], &PATCH[..1]].concat();
    let second = ask("POST", &served.uploads(), &writer, &begin, b"");
    let upload = second.header("location").unwrap();
    let offset = [PATCH, &[("upload-offset", "0")]].concat();
    let denied = ask("PATCH", upload, &writer, &offset, b"xyz");
    assert_eq!((denied.status, denied.json()["code"].as_str()), (403, Some("E_DENIED_ARG")));
    assert_eq!(served.spacedrive.run(["entry", "get", "in/note.txt", "--to", "-"]).stdout, b"abc");
}

#[test]
fn secrets_are_kept_by_the_daemon() {
    let served = Served::new(&[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "s3cret").unwrap();
    let set = ["secret", "set", "key", "--program", "--host", "http://127.0.0.1:9", "--file"];
    let kept = served.spacedrive.run([&set[..], &[file.to_str().unwrap()]].concat());
    assert_eq!(kept.code, Some(0), "{kept:?}");
    let listed = served.spacedrive.json(["secret", "list", "--program"]);
    assert_eq!((&listed[0]["name"], &listed[0]["state"]), (&"key".into(), &"ready".into()));
    assert!(!listed.to_string().contains("s3cret"), "{listed}");
    assert_eq!(served.spacedrive.run(["secret", "delete", "key", "--program"]).code, Some(0));
    let metrics = String::from_utf8(served.get("/metrics", &[]).body).unwrap();
    for method in ["action:secret_store.put.input.v1", "query:secret_store.list.v1"] {
        let line = format!(r#"spacedrive_calls_total{{method="{method}",code="OK"}} 1"#);
        assert!(metrics.contains(&line), "{metrics}");
    }
    let audit = served.spacedrive.run(["audit", "tail", "--output", "json"]).stdout;
    assert!(!String::from_utf8(audit).unwrap().contains("s3cret"));
}

#[test]
fn metrics_are_for_the_user_and_for_a_token_that_names_them() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = free.local_addr().unwrap().to_string();
    drop(free);
    let served = Served::new(&["--listen", &host]);
    assert_eq!(served.spacedrive.run(["entry", "list"]).code, Some(0));
    let metrics = served.get("/metrics", &[]);
    let text = String::from_utf8(metrics.body.clone()).unwrap();
    assert!(metrics.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    let listed = r#"spacedrive_calls_total{method="query:vdfs.list_entries.v1",code="OK"}"#;
    assert!(text.contains(listed), "{text}");
    let queue = format!(r#"queue_length{{library="{}",queue="jobs"}} 0"#, served.library);
    assert!(text.contains(&queue) && text.ends_with("# EOF\n"), "{text}");

    let ask = |arguments: &[&str]| {
        let made =
            served.spacedrive.json([&["token", "create", "t", "--for", "1d"], arguments].concat());
        let bearer = format!("Bearer {}", made["text"].as_str().unwrap());
        let headers = [("authorization", bearer.as_str())];
        let stream = TcpStream::connect(&host).unwrap();
        exchange(stream, &request("GET", "/metrics", &host, &headers, b"")).status
    };
    assert_eq!(ask(&["--method", "daemon.metrics"]), 200);
    assert_eq!(ask(&["--method", "vdfs.*"]), 403);
    assert_eq!(ask(&["--method", "daemon.metrics", "--library", "Test"]), 403);
}
