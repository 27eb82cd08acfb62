//! The artifact cache, the caps, and the budget of a host.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::common::{Recorder, guest, limits, on_event};
use ext_host::{
    Cache, ErrorCode, Instance, InstanceLimits, Loader, MemoryBudget, Module, ModuleError, Watchdog,
};

fn answer(module: &Module) -> i32 {
    let host = Box::new(Recorder::default());
    let mut instance = Instance::start(module, limits(), host, &Watchdog::start()).unwrap();
    instance.on_event(b"{}").unwrap()
}

fn artifacts(dir: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|e| e == "artifact")).collect()
}

/// A cache in a folder, with the artifact of a guest that answers `n`.
fn filled(dir: &Path, n: u32) -> (Cache, Vec<u8>) {
    let cache = Cache::open(dir).unwrap();
    let wasm = on_event(&format!("(i32.const {n})"));
    let module = Module::load(&wasm, &limits(), Some(&cache)).unwrap();
    assert_eq!(answer(&module), i32::try_from(n).unwrap());
    (cache, wasm)
}

#[test]
fn a_module_comes_back_from_the_cache() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, wasm) = filled(dir.path(), 7);
    let stored = artifacts(dir.path());
    assert_eq!(stored.len(), 1);
    let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    fs::File::options().append(true).open(&stored[0]).unwrap().set_modified(long_ago).unwrap();
    for _ in 0..2 {
        // Another process opens the same folder.
        let again = Cache::open(dir.path()).unwrap();
        assert_eq!(answer(&Module::load(&wasm, &limits(), Some(&again)).unwrap()), 7);
    }
    assert_eq!(artifacts(dir.path()), stored);
    assert!(fs::metadata(&stored[0]).unwrap().modified().unwrap() > long_ago, "it was not read");
    drop(cache);
}

#[test]
fn limits_are_checked_for_a_cached_module_too() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, wasm) = filled(dir.path(), 7);
    let small = InstanceLimits { memory_bytes: 65_536, ..limits() };
    let error = Module::load(&wasm, &small, Some(&cache)).err().unwrap();
    assert_eq!(error.code(), ErrorCode::ModuleLimit);
}

#[test]
fn a_damaged_artifact_is_compiled_again_and_never_run() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, wasm) = filled(dir.path(), 7);
    let path = artifacts(dir.path()).remove(0);
    let good = fs::read(&path).unwrap();
    let last = good.len() - 1;
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let damaged = [
        Vec::new(),
        good[..16].to_vec(),
        good[..32].to_vec(),
        good[..good.len() / 2].to_vec(),
        [good.as_slice(), b"x"].concat(),
        flipped(0),
        flipped(32),
        flipped(good.len() / 2),
        flipped(last),
    ];
    for bytes in damaged {
        fs::write(&path, &bytes).unwrap();
        assert_eq!(answer(&Module::load(&wasm, &limits(), Some(&cache)).unwrap()), 7);
        assert_eq!(fs::read(&path).unwrap().len(), good.len(), "it was not written anew");
    }
}

#[test]
fn an_artifact_under_another_name_or_key_is_not_run() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, seven) = filled(dir.path(), 7);
    let path = artifacts(dir.path()).remove(0);
    let of_seven = fs::read(&path).unwrap();
    let (_, eight) = filled(dir.path(), 8);
    let other = artifacts(dir.path()).into_iter().find(|found| *found != path).unwrap();
    fs::write(&other, &of_seven).unwrap();
    assert_eq!(answer(&Module::load(&eight, &limits(), Some(&cache)).unwrap()), 8);
    // Somebody else's key: what it signed is compiled again.
    fs::write(dir.path().join("key"), [1; 32]).unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    assert_eq!(answer(&Module::load(&seven, &limits(), Some(&cache)).unwrap()), 7);
    let (again, mac) = (fs::read(&path).unwrap(), of_seven.len() - 32);
    assert_ne!(again[mac..], of_seven[mac..]);
}

#[cfg(unix)]
#[test]
fn the_cache_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("cache");
    filled(&inner, 7);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    assert_eq!(mode(&inner.join("key")), 0o600);
    assert_eq!(mode(&artifacts(&inner)[0]), 0o600);
}

#[test]
fn the_cache_forgets_what_was_used_longest_ago() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, wasm) = filled(dir.path(), 1);
    let bytes = fs::metadata(&artifacts(dir.path())[0]).unwrap().len();
    let old = artifacts(dir.path()).remove(0);
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    fs::File::options().append(true).open(&old).unwrap().set_modified(long_ago).unwrap();
    let cache = cache.with_max_bytes(bytes * 2 + bytes / 2);
    for n in 2..4 {
        let wasm = on_event(&format!("(i32.const {n})"));
        Module::load(&wasm, &limits(), Some(&cache)).unwrap();
    }
    let left = artifacts(dir.path());
    assert_eq!((left.len(), left.contains(&old)), (2, false));
    assert_eq!(answer(&Module::load(&wasm, &limits(), Some(&cache)).unwrap()), 1);
}

#[test]
fn a_cache_is_shared_by_threads_that_open_it_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Cache::open(dir.path()).unwrap();
    let wasm = on_event("(i32.const 5)");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| answer(&Module::load(&wasm, &limits(), Some(&open())).unwrap()));
        }
    });
    assert_eq!(artifacts(dir.path()).len(), 1);
}

/// Names the folder of the cache to [`a_process_of_its_own`].
const FOLDER: &str = "EXT_HOST_TEST_CACHE";

/// Does nothing but in the processes that the test below starts.
#[test]
fn a_process_of_its_own() {
    if let Some(dir) = std::env::var_os(FOLDER) {
        filled(Path::new(&dir), 7);
    }
}

fn process(dir: &Path) -> std::process::Child {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "loader::a_process_of_its_own"])
        .env(FOLDER, dir)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_cache_is_shared_by_processes() {
    let dir = tempfile::tempdir().unwrap();
    // Two that find nothing at the same time: both keys and both artifacts are the same one.
    let mut both = [process(dir.path()), process(dir.path())];
    both.iter_mut().for_each(|child| assert!(child.wait().unwrap().success()));
    let stored = artifacts(dir.path());
    assert_eq!(stored.len(), 1);
    let before = fs::read(&stored[0]).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    let file = fs::File::options().append(true).open(&stored[0]).unwrap();
    file.set_modified(long_ago).unwrap();
    // A third takes what is there: what it compiled itself would be another file.
    assert!(process(dir.path()).wait().unwrap().success());
    assert!(file.metadata().unwrap().modified().unwrap() > long_ago, "it was not used");
    assert_eq!(fs::read(&stored[0]).unwrap(), before);
    assert_eq!(artifacts(dir.path()), stored);
}

#[test]
fn a_cache_that_cannot_be_written_costs_time_only() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    drop(dir); // the folder is gone
    let module = Module::load(&on_event("(i32.const 5)"), &limits(), Some(&cache)).unwrap();
    assert_eq!(answer(&module), 5);
}

#[test]
fn the_hosts_caps_bind_what_a_manifest_asks_for() {
    let caps = InstanceLimits { memory_bytes: 1 << 20, fuel: 1000, ..InstanceLimits::MAX };
    let loader = Loader::new(caps, MemoryBudget::unlimited());
    let capped = loader.cap(InstanceLimits::default());
    assert_eq!((capped.memory_bytes, capped.fuel), (1 << 20, 1000));
    assert_eq!(capped.call_timeout, InstanceLimits::default().call_timeout);
    let grows = on_event("(memory.grow (i32.const 15))");
    let module = loader.load(&grows, &InstanceLimits::default()).unwrap();
    assert_eq!(answer(&module), -1); // 2 + 15 pages are over 1 MiB
    let module = Loader::default().load(&grows, &InstanceLimits::default()).unwrap();
    assert_eq!(answer(&module), 2);
}

#[test]
fn res_08_a_refused_module_is_refused_again_at_once() {
    let loader = Loader::default();
    // Valid up to its last function, so that a look at it takes a while.
    let many =
        "(func (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))".repeat(20_000);
    let wasm = guest(&format!(
        "{many} (func (param i32) {})",
        "(local.set 0 (i32.const 1))".repeat(300_000)
    ));
    let first = loader.load(&wasm, &limits()).err().expect("its last function is too long");
    assert_eq!(first.code(), ErrorCode::ModuleLimit);
    let started = Instant::now();
    for _ in 0..100 {
        assert_eq!(loader.load(&wasm, &limits()).err(), Some(first.clone()));
    }
    assert!(started.elapsed() / 100 < Duration::from_millis(100), "{:?}", started.elapsed());
    assert!(loader.load(&guest(""), &limits()).is_ok());
    // Under other limits it is looked at anew.
    let small = guest("(table 9000 funcref)");
    let few = InstanceLimits { table_elements: 8000, ..limits() };
    assert!(loader.load(&small, &few).is_err());
    assert!(loader.load(&small, &limits()).is_ok());
}

#[test]
fn res_21_the_budget_of_all_refuses_the_next_and_kills_none() {
    let loader = Loader::new(InstanceLimits::MAX, MemoryBudget::new(64 * 65_536));
    let wasm = on_event("(memory.grow (i32.const 14))");
    let watchdog = Watchdog::start();
    let start = || {
        let module = loader.load(&wasm, &limits())?;
        let host = Box::new(Recorder::default());
        Ok::<_, ModuleError>(Instance::start(&module, limits(), host, &watchdog).unwrap())
    };
    let mut running: Vec<Instance> = (0..4).map(|_| start().unwrap()).collect();
    assert!(running.iter_mut().all(|instance| instance.on_event(b"{}").unwrap() == 2));
    assert_eq!(loader.budget().used(), 64 * 65_536);
    assert_eq!(start().err().map(|error| error.code()), Some(ErrorCode::Busy));
    // The others live, and cannot grow either.
    assert!(running.iter_mut().all(|instance| instance.on_event(b"{}").unwrap() == -1));
    running.pop();
    assert_eq!(loader.budget().used(), 48 * 65_536);
    let mut next = start().unwrap();
    assert_eq!(next.on_event(b"{}").unwrap(), 2);
    drop((running, next));
    assert_eq!(loader.budget().used(), 0);
}

#[test]
fn res_03_tables_are_paid_from_the_budget_with_all_that_they_may_grow_to() {
    let grows = format!("(table $t 1 funcref) {}", "(table 1000 1000 externref)".repeat(4));
    let loader = Loader::new(InstanceLimits::MAX, MemoryBudget::new(2 * 65_536 + 10_000 * 16));
    let watchdog = Watchdog::start();
    let start = || {
        let module = loader.load(&guest(&grows), &limits())?;
        let host = Box::new(Recorder::default());
        Instance::start(&module, limits(), host, &watchdog)
            .map_err(|_| ModuleError::Busy { limit: 0 })
    };
    let running = start().unwrap();
    assert_eq!(loader.budget().used(), 2 * 65_536 + 10_000 * 16);
    assert_eq!(start().err().map(|error| error.code()), Some(ErrorCode::Busy));
    drop(running);
    assert_eq!(loader.budget().used(), 0);
}

#[test]
fn res_26_two_hundred_instances_live_at_once() {
    let module = Module::compile(&on_event("(i32.const 3)"), &limits()).unwrap();
    let watchdog = Watchdog::start();
    let start =
        |_| Instance::start(&module, limits(), Box::new(Recorder::default()), &watchdog).unwrap();
    let mut all: Vec<Instance> = (0..200).map(start).collect();
    assert!(all.iter_mut().all(|instance| instance.on_event(b"{}").unwrap() == 3));
}

#[test]
fn time_11_an_instance_starts_with_zeroes() {
    let dirty = guest(
        r#"(func (export "plugin_on_event") (param i32 i32) (result i32)
             (local $i i32) (local $sum i32)
             (local.set $i (i32.const 40000))
             (loop (local.set $sum (i32.or (local.get $sum) (i32.load (local.get $i))))
               (i32.store (local.get $i) (i32.const -1))
               (local.set $i (i32.add (local.get $i) (i32.const 4)))
               (br_if 0 (i32.lt_u (local.get $i) (i32.const 131072))))
             (local.get $sum))"#,
    );
    let module = Module::compile(&dirty, &limits()).unwrap();
    for _ in 0..100 {
        assert_eq!(answer(&module), 0);
    }
}
