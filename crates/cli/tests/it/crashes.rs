//! A daemon that is killed at random moments under load, and started again by a loop, as systemd does.

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{common::Spacedrive, daemon::Daemon};

/// Seed of the moments, so that a failure comes again.
const SEED: u64 = 0x5DEE_CE66;

/// Time in which the daemon gets on with what is left.
const REST: Duration = Duration::from_secs(60);

/// What the daemon acknowledged, by kind.
#[derive(Default)]
struct Acknowledged {
    entries: Mutex<Vec<String>>,
    tags: Mutex<Vec<String>>,
    jobs: Mutex<Vec<(String, String)>>,
    credentials: Mutex<Vec<String>>,
    tokens: Mutex<Vec<String>>,
}

/// A data folder under load.
struct World {
    spacedrive: Spacedrive,
    library: String,
    folder: PathBuf,
    _inbox: tempfile::TempDir,
    done: Acknowledged,
    over: AtomicBool,
    written: AtomicUsize,
}

impl World {
    fn new() -> Self {
        let spacedrive = Spacedrive::new();
        let config = spacedrive.data.path().join("config.toml");
        fs::write(config, "[vault]\nkey = \"file\"\n").unwrap();
        let library = spacedrive.library();
        let inbox = tempfile::tempdir().unwrap();
        let folder = inbox.path().join("in");
        fs::create_dir(&folder).unwrap();
        let few = inbox.path().join("few");
        fs::create_dir(&few).unwrap();
        for number in 0..40 {
            fs::write(few.join(number.to_string()), format!("one of few: {number}")).unwrap();
        }
        spacedrive.json(["import", few.to_str().unwrap(), "--no-index"]);
        spacedrive.json(["location", "add", folder.to_str().unwrap()]);
        let (done, over, written) = Default::default();
        Self { spacedrive, library, folder, _inbox: inbox, done, over, written }
    }

    /// Calls an operation; `None` when the daemon is not there, or dies in the call.
    fn call(&self, method: &str, library: bool, input: &Value) -> Option<Value> {
        let mut params = json!({ "input": input });
        if library {
            params["library"] = json!(self.library);
        }
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = post(&self.spacedrive.data.path().join("daemon.sock"), &call.to_string())?;
        let answer: Value = serde_json::from_str(&answer).ok()?;
        // A daemon that ends may refuse a call; a call that is wrong would test nothing.
        assert_ne!(answer["error"]["data"]["code"], "E_BAD_INPUT", "{method}: {answer}");
        answer.get("result").cloned()
    }

    /// Repeats a piece of work until the end; its number goes on, also when it is not acknowledged.
    fn work(&self, pause: Duration, mut piece: impl FnMut(usize)) {
        for number in 0.. {
            if self.over.load(Relaxed) {
                return;
            }
            piece(number);
            std::thread::sleep(pause);
        }
    }

    fn drop_files(&self) {
        self.work(Duration::from_millis(15), |number| {
            fs::write(self.folder.join(format!("{number}.txt")), format!("file {number}")).unwrap();
            self.written.store(number + 1, Relaxed);
        });
    }

    fn make_entries(&self) {
        self.work(Duration::from_millis(5), |number| {
            let path = format!("made/{number}");
            let input = json!({ "name": number.to_string(), "path": path, "entry_type": "note" });
            let made = self.call("action:vdfs.create_entry.input.v1", true, &input);
            let Some(made) = made else { return };
            self.done.entries.lock().unwrap().push(path.clone());
            let input =
                json!({ "entry_id": made["entry"]["id"], "metadata": { "number": number } });
            if self.call("action:vdfs.update_metadata.input.v1", true, &input).is_some() {
                self.done.tags.lock().unwrap().push(path);
            }
        });
    }

    fn dispatch_jobs(&self) {
        self.work(Duration::from_millis(30), |number| {
            let key = format!("job {number}");
            // A long one now and then.
            let folder = if number % 20 == 0 { "made" } else { "few" };
            let input = json!({
                "method": "query:vdfs.check_contents.v1", "input": { "path_prefix": folder },
                "key": key,
            });
            if let Some(made) = self.call("action:jobs.dispatch.input.v1", true, &input) {
                let id = made["job_id"].as_str().unwrap().to_owned();
                self.done.jobs.lock().unwrap().push((key, id));
            }
        });
    }

    fn keep_credentials(&self) {
        self.work(Duration::from_millis(25), |number| {
            // A library keeps 256 of them.
            if number >= 250 {
                return;
            }
            let name = format!("login-{number}");
            let secret = json!({ "type": "api_key", "key": "k" });
            let input = json!({ "name": name, "secret": secret });
            if self.call("action:credentials.store.input.v1", true, &input).is_some() {
                self.done.credentials.lock().unwrap().push(name);
            }
        });
    }

    fn make_tokens(&self) {
        self.work(Duration::from_millis(200), |number| {
            let name = format!("token-{number}");
            let args = ["token", "create", &name, "--method", "query:vdfs.*", "--for", "1d"];
            if self.spacedrive.run(args).code == Some(0) {
                self.done.tokens.lock().unwrap().push(name);
            }
        });
    }

    /// Checks that all that was acknowledged is there once.
    fn check(&self) {
        let listed = self.spacedrive.json(["entry", "list", "--limit", "1000000"]);
        let listed = listed.as_array().unwrap();
        let mut paths: Vec<&str> = listed.iter().map(|it| it["path"].as_str().unwrap()).collect();
        paths.sort_unstable();
        let all = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), all, "an entry is there twice");
        for path in self.done.entries.lock().unwrap().iter() {
            assert!(paths.binary_search(&path.as_str()).is_ok(), "{path} is lost");
        }
        let files = paths.iter().filter(|path| path.starts_with("in/")).count();
        assert_eq!(files, self.written.load(Relaxed), "each file is one entry");
        let is_tagged = |path: &String| {
            listed.iter().any(|it| it["path"] == path.as_str() && it["metadata"]["number"].is_u64())
        };
        let tags = self.done.tags.lock().unwrap();
        assert!(tags.iter().all(is_tagged), "metadata is lost");
        self.check_jobs();
        let names = |listed: &Value| -> Vec<String> {
            let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
            listed.as_array().unwrap().iter().map(name).collect()
        };
        let listed = self.call("query:credentials.list.v1", true, &json!({})).unwrap();
        let kept = names(&listed["credentials"]);
        let credentials = self.done.credentials.lock().unwrap();
        assert!(credentials.iter().all(|name| kept.contains(name)), "a credential is lost");
        let kept = names(&self.spacedrive.json(["token", "list"]));
        let tokens = self.done.tokens.lock().unwrap();
        assert!(tokens.iter().all(|name| kept.contains(name)), "a token is lost");
    }

    fn check_jobs(&self) {
        let listed = self.call("query:jobs.list.v1", true, &json!({ "limit": 1000 })).unwrap();
        let listed = listed["jobs"].as_array().unwrap();
        for (key, id) in self.done.jobs.lock().unwrap().iter() {
            let Some(job) = listed.iter().find(|job| job["id"] == id.as_str()) else {
                assert!(listed.len() >= 1000, "{key} is lost");
                continue;
            };
            assert_eq!(job["state"], "done", "{job}");
            let same = listed.iter().filter(|job| job["key"] == key.as_str()).count();
            assert_eq!(same, 1, "{key} is there twice");
        }
    }

    /// Returns the jobs of the newest that are not over, and the files that are no entries yet.
    fn left(&self) -> (Vec<Value>, usize) {
        let jobs = self.call("query:jobs.list.v1", true, &json!({ "limit": 1000 })).unwrap();
        let over = |job: &Value| ["done", "failed"].iter().any(|state| job["state"] == *state);
        let jobs = jobs["jobs"].as_array().unwrap().iter().filter(|job| !over(job));
        let jobs = jobs.cloned().collect();
        let files = self.spacedrive.json(["entry", "list", "--limit", "1000000"]);
        let is_file = |it: &&Value| it["path"].as_str().unwrap().starts_with("in/");
        let files = files.as_array().unwrap().iter().filter(is_file).count();
        (jobs, self.written.load(Relaxed).saturating_sub(files))
    }

    /// Waits until nothing is left, for as long as there is less and less.
    fn wait_for_the_rest(&self) {
        let (mut least, mut since) = (usize::MAX, Instant::now());
        loop {
            let (jobs, files) = self.left();
            let left = jobs.len() + files;
            if left == 0 {
                return;
            }
            if left < least {
                (least, since) = (left, Instant::now());
            }
            let first = jobs.first();
            assert!(since.elapsed() < REST, "{} jobs and {files} files: {first:?}", jobs.len());
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

/// Posts JSON to the daemon's socket; `None` without a whole answer.
pub(crate) fn post(socket: &Path, body: &str) -> Option<String> {
    let mut stream = UnixStream::connect(socket).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}

/// Times between kills, from a seed.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> Duration {
        // Xorshift: any numbers will do.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Duration::from_millis(self.0 % 500)
    }
}

#[test]
fn crsh_02_a_daemon_that_is_killed_at_any_moment_loses_nothing_and_doubles_nothing() {
    kill_again_and_again(10);
}

#[test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
fn crsh_02_a_daemon_that_is_killed_two_hundred_times_loses_nothing_and_doubles_nothing() {
    kill_again_and_again(200);
}

fn kill_again_and_again(kills: u64) {
    let world = World::new();
    let mut moments = Moments(SEED);
    std::thread::scope(|scope| {
        scope.spawn(|| world.drop_files());
        scope.spawn(|| world.make_entries());
        scope.spawn(|| world.dispatch_jobs());
        scope.spawn(|| world.keep_credentials());
        scope.spawn(|| world.make_tokens());
        for _ in 0..kills {
            let daemon = Daemon::start(&world.spacedrive, &[]);
            std::thread::sleep(moments.next());
            drop(daemon);
        }
        world.over.store(true, Relaxed);
    });
    let _daemon = Daemon::start(&world.spacedrive, &[]);
    world.wait_for_the_rest();
    let status = world.spacedrive.json(["status"]);
    assert_eq!(status["locations"][0]["failure"], Value::Null, "{status}");
    world.check();
    let done = &world.done;
    let counts = [done.entries.lock().unwrap().len(), done.credentials.lock().unwrap().len()];
    assert!(counts.iter().all(|count| *count > 0), "nothing was done: {counts:?}");
    assert!(!done.jobs.lock().unwrap().is_empty());
}
