//! The world of one guest: its files, stdout and stderr as its log, and nothing else.

use std::{fmt::Display, sync::Arc};

use ext_abi::{ErrorCode, LogLevel};
use ext_host::{Fault, GuestClock, World, is_in_world};
use ext_host_process::{Port, Surroundings, WorldParts};
use virtual_fs::{FileSystem, NullFile};
use wasmer::{FunctionEnv, Imports, Module, RuntimeError, Store};
use wasmer_wasix::{
    WasiEnv, WasiEnvBuilder, WasiError, WasiFunctionEnv, capabilities::Capabilities,
};

use crate::{
    files::{self, GuestFiles},
    preview1::{self, Preview1},
    runtime,
    streams::{Calls, Lines},
    tasks::Tasks,
};

/// The name of a guest's program, its first argument.
const NAME: &str = "extension";

/// The folders that a guest finds open, and whether it may make files in them.
const PREOPENED: [(&str, bool); 3] = [("/app", false), ("/dev", false), ("/tmp", true)];

/// Makes the world of a guest.
///
/// # Errors
/// A [`Fault`] when its files are not those of a package.
pub(crate) fn make(parts: WorldParts) -> Result<Box<dyn World>, Fault> {
    let WorldParts { surroundings: Surroundings { files, scratch_bytes, args }, parent, port } =
        parts;
    let files = files::make(files, scratch_bytes, Box::new(Calls::new(port.clone())));
    let files = files.map_err(|error| fault(ErrorCode::Io, error))?;
    let lines = [LogLevel::Info, LogLevel::Warn].map(|level| Lines::new(parent.clone(), level));
    let tasks = Tasks::new(parent);
    Ok(Box::new(Wasix { files, args, port, lines, tasks, env: None, own: None }))
}

struct Wasix {
    files: GuestFiles,
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
                let message = format!("the guest ended itself: its exit code is {}", code.raw());
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
            .stdin(Box::<NullFile>::default())
            .stdout(Box::new(stdout))
            .stderr(Box::new(stderr))
            .fs(files);
        for (path, creates) in PREOPENED {
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
        self.own = Some(preview1::define(imports, &all, store, self.tasks.clone()));
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
