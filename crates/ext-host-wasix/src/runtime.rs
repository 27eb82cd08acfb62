//! The runtime of `wasmer-wasix` without network, client, packages and threads.

use std::sync::Arc;

use wasmer::Engine;
use wasmer_wasix::{
    PluggableRuntime, Runtime, UnsupportedVirtualNetworking,
    runtime::{module_cache, package_loader::UnsupportedPackageLoader, resolver::MultiSource},
};

use crate::tasks::Tasks;

/// Makes the runtime, part by part: its own constructor takes what the features of the build have, and
/// with those of `sys` that is the host's network.
pub(crate) fn make(engine: Engine, tasks: Tasks) -> Arc<dyn Runtime + Send + Sync> {
    Arc::new(PluggableRuntime {
        rt: Arc::new(tasks),
        networking: Arc::new(UnsupportedVirtualNetworking::default()),
        http_client: None,
        package_loader: Arc::new(UnsupportedPackageLoader),
        source: Arc::new(MultiSource::default()),
        engine,
        module_cache: Arc::new(module_cache::in_memory()),
        tty: None,
        instantiation_hooks: Vec::new(),
    })
}
