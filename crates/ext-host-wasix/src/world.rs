//! The world of one guest: its files, stdout and stderr as its log, and nothing else.

use std::{fmt::Display, sync::Arc};

use bytes::Bytes;
use ext_abi::{ErrorCode, LogLevel};
use ext_host::{Fault, GuestClock, World, is_in_world};
use ext_host_process::{Port, Surroundings, WorldParts};
use virtual_fs::{FileSystem, NullFile};
use wasmer::{FunctionEnv, Imports, Module, RuntimeError, Store};
use wasmer_wasix::{
    WasiEnv, WasiEnvBuilder, WasiError, WasiFunctionEnv, capabilities::Capabilities,
};

use crate::{
    files::{self, GuestFiles, WRITABLE},
    preview1::{self, Preview1},
    runtime,
    streams::{Calls, Lines},
    tasks::Tasks,
};

/// The name of a guest's program, its first argument.
const NAME: &str = "extension";

/// The view that a guest has of its files.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The folders that it finds open: the path of each, and the name that the guest knows it by, which is
    /// the same or that of the root.
    pub preopened: Vec<(&'static str, &'static str)>,
    /// Its environment.
    pub env: Vec<(String, String)>,
    /// The files below `/tmp` that are there when it starts: the path of each, and its bytes.
    pub scratch: Vec<(String, Bytes)>,
}

impl Default for Layout {
    /// Returns the layout of an extension.
    fn default() -> Self {
        let preopened = ["/app", "/dev", WRITABLE].map(|path| (path, path)).to_vec();
        Self { preopened, env: Vec::new(), scratch: Vec::new() }
    }
}

/// Makes the world of an extension.
///
/// # Errors
/// A [`Fault`] when its files are not those of a package.
pub fn make(parts: WorldParts) -> Result<Box<dyn World>, Fault> {
    make_with(parts, Layout::default())
}

/// Makes the world of a guest with a layout of its own.
///
/// # Errors
/// A [`Fault`] as for [`make`], and when the files of the layout do not fit into its memory for files.
pub fn make_with(parts: WorldParts, layout: Layout) -> Result<Box<dyn World>, Fault> {
    let WorldParts { surroundings: Surroundings { files, scratch_bytes, args }, parent, port } =
        parts;
    let files = files::make(files, scratch_bytes, Box::new(Calls::new(port.clone())));
    let files = files.map_err(|error| fault(ErrorCode::Io, error))?;
    files.fill(&layout.scratch).map_err(|error| fault(ErrorCode::Io, error))?;
    let lines = [LogLevel::Info, LogLevel::Warn].map(|level| Lines::new(parent.clone(), level));
    let tasks = Tasks::new(parent);
    Ok(Box::new(Wasix { files, layout, args, port, lines, tasks, env: None, own: None }))
}

struct Wasix {
    files: GuestFiles,
    layout: Layout,
    args: Vec<String>,
    port: Port,
    /// Those of stdout and of stderr.
    lines: [Lines; 2],
    tasks: Tasks,
    /// Set once the functions are defined.
    env: Option<WasiFunctionEnv>,
    own: Option<FunctionEnv<Preview1>>,
}

impl World for Wasix {
    fn define(
        &mut self,
        module: &Module,
        store: &mut Store,
        imports: &mut Imports,
        clock: GuestClock,
    ) -> Result<(), Fault> {
        self.port.set_clock(clock.clone());
        self.tasks.set_clock(clock);
        self.define_in(module, store, imports).map_err(|error| fault(ErrorCode::Internal, error))
    }

    fn settle(&mut self, store: &mut Store, instance: &wasmer::Instance) -> Result<(), Fault> {
        self.settle_in(store, instance).map_err(|error| fault(ErrorCode::AbiExport, error))
    }

    fn flush(&mut self) {
        self.lines.iter().for_each(Lines::flush);
    }

    fn explain(&self, error: &RuntimeError) -> Option<Fault> {
        match error.downcast_ref::<WasiError>()? {
            WasiError::Exit(code) => {
                let mut message =
                    format!("the guest ended itself: its exit code is {}", code.raw());
                if let Some(last) = self.lines[1].last() {
                    message += &format!("; the last line on its stderr is: {last}");
                }
                Some(fault(ErrorCode::Trap, message))
            }
            other => Some(fault(ErrorCode::Trap, other)),
        }
    }
}

impl Wasix {
    fn builder(&self, store: &Store) -> Result<WasiEnvBuilder, String> {
        let [stdout, stderr] = self.lines.clone();
        let files: Arc<dyn FileSystem + Send + Sync> = Arc::new(self.files.clone());
        let mut builder = WasiEnv::builder(NAME)
            .runtime(runtime::make(store.engine().clone(), self.tasks.clone()))
            .disable_default_builtins(true)
            .capabilities(capabilities())
            .args(self.args.iter())
            .envs(self.layout.env.iter().cloned())
            .stdin(Box::<NullFile>::default())
            .stdout(Box::new(stdout))
            .stderr(Box::new(stderr))
            .fs(files);
        for (path, _) in &self.layout.preopened {
            let creates = *path == WRITABLE;
            // Links are followed by it from the root, where it has to find the folder.
            let opened = builder.add_preopen_build(|folder| {
                folder.directory(path).alias(path).read(true).write(true).create(creates)
            });
            opened.map_err(|error| error.to_string())?;
        }
        builder.set_current_dir("/tmp");
        Ok(builder)
    }

    /// Defines what the module imports: of `wasmer-wasix` the functions that are in the world, never
    /// those that it has beyond.
    fn define_in(
        &mut self,
        module: &Module,
        store: &mut Store,
        imports: &mut Imports,
    ) -> Result<(), String> {
        let env = self.builder(store)?.finalize(store).map_err(|error| error.to_string())?;
        let all = env.import_object_for_all_wasi_versions(store, module);
        let all = all.map_err(|error| error.to_string())?;
        for import in module.imports() {
            let (from, name) = (import.module(), import.name());
            if is_in_world(from, name) {
                let function = all.get_export(from, name);
                let function = function.ok_or_else(|| format!("there is no `{from}.{name}`"))?;
                imports.define(from, name, function);
            }
        }
        let (tasks, files) = (self.tasks.clone(), self.files.clone());
        let own = Preview1::new(tasks, files, &self.layout.preopened);
        self.own = Some(preview1::define(imports, &all, store, own));
        self.env = Some(env);
        Ok(())
    }

    fn settle_in(&mut self, store: &mut Store, instance: &wasmer::Instance) -> Result<(), String> {
        let memory = instance.exports.get_memory("memory").map_err(|error| error.to_string())?;
        if let Some(own) = &self.own {
            own.as_mut(store).set_memory(memory.clone());
        }
        let env = self.env.as_mut().ok_or("its functions are not defined")?;
        env.initialize(store, instance.clone()).map_err(|error| error.to_string())
    }
}

fn capabilities() -> Capabilities {
    let mut capabilities = Capabilities::new();
    capabilities.threading.max_threads = Some(1);
    capabilities.threading.enable_asynchronous_threading = false;
    capabilities.max_sock_recv_size = Some(0);
    capabilities
}

fn fault(code: ErrorCode, message: impl Display) -> Fault {
    Fault { code, message: message.to_string(), backtrace: Vec::new() }
}
