//! The methods of the server itself: its state, its end, and subscriptions.

use std::sync::Arc;

use ext_wire::{ErrorBody, ErrorCode};
use jsonrpsee_core::server::RpcModule;
use jsonrpsee_types::{ErrorObjectOwned, Extensions, Params};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    PROTOCOL,
    backend::{Backend, Caller},
    calls::Calls,
    console::Console,
    feeds::{LogsParams, events, extensions as extension_states, follow, jobs, logs},
    reads::Reads,
    rpc::to_object,
};

/// The parts that the methods need.
pub(crate) struct Context {
    backend: Arc<dyn Backend>,
    console: Console,
    reads: Arc<Reads>,
}

/// Makes the methods.
pub(crate) fn module(
    backend: Arc<dyn Backend>,
    calls: Calls,
    console: Console,
) -> Result<RpcModule<Context>, jsonrpsee_core::RegisterMethodError> {
    let reads = Arc::new(Reads::of(Arc::clone(&backend), calls));
    let mut module = RpcModule::new(Context { backend, console, reads });
    module.register_method(
        "daemon.version",
        |_, _, _| json!({ "protocol": PROTOCOL, "version": env!("CARGO_PKG_VERSION") }),
    )?;
    module.register_blocking_method("rpc.discover", |_, context, _| context.backend.describe())?;
    module.register_async_method("daemon.status", |_, context, extensions| async move {
        ask(&context, caller(&extensions)?, |backend, caller| backend.status(caller)).await
    })?;
    module.register_async_method("daemon.reload", |_, context, extensions| async move {
        ask(&context, caller(&extensions)?, |backend, caller| backend.reload(caller)).await
    })?;
    module.register_method("daemon.shut_down", |_, context, extensions| {
        context.backend.shut_down(&caller(extensions)?).map_err(|error| to_object(&error))
    })?;
    module.register_async_method("daemon.open_console", |_, context, extensions| async move {
        open_console(&context.console, &caller(&extensions)?).await
    })?;
    module.register_method("logs.list", |params, context, extensions| {
        let (wanted, caller) = asked::<LogsParams>(&params, extensions)?;
        let log = context.backend.logs(&caller).map_err(|error| to_object(&error))?;
        Ok::<_, ErrorObjectOwned>(wanted.of(&log))
    })?;
    module.register_subscription(
        "events.subscribe",
        "events.event",
        "events.unsubscribe",
        |params, sink, context, extensions| async move {
            follow(sink, asked(&params, &extensions), &context.reads, events).await;
        },
    )?;
    module.register_subscription(
        "jobs.subscribe",
        "jobs.job",
        "jobs.unsubscribe",
        |params, sink, context, extensions| async move {
            follow(sink, asked(&params, &extensions), &context.reads, jobs).await;
        },
    )?;
    module.register_subscription(
        "extensions.subscribe",
        "extensions.extension",
        "extensions.unsubscribe",
        |params, sink, context, extensions| async move {
            follow(sink, asked(&params, &extensions), &context.reads, extension_states).await;
        },
    )?;
    module.register_subscription(
        "logs.subscribe",
        "logs.record",
        "logs.unsubscribe",
        |params, sink, context, extensions| async move {
            follow(sink, asked(&params, &extensions), &context.reads, logs).await;
        },
    )?;
    Ok(module)
}

/// Makes a code for a browser, which acts as the user from then on.
async fn open_console(console: &Console, caller: &Caller) -> Result<Value, ErrorObjectOwned> {
    let invited = match caller {
        Caller::User => console.invite().await,
        Caller::Token(_) => Err(ErrorBody::new(
            ErrorCode::DeniedMethod,
            "the console is for the user, and not for a token",
        )),
    };
    invited.map_err(|error| to_object(&error))
}

/// Asks the backend on a thread that may block.
async fn ask(
    context: &Context,
    caller: Caller,
    question: fn(&dyn Backend, &Caller) -> Result<Value, ErrorBody>,
) -> Result<Value, ErrorObjectOwned> {
    let backend = Arc::clone(&context.backend);
    let run = tokio::task::spawn_blocking(move || question(&*backend, &caller));
    let panicked = |_| ErrorBody::new(ErrorCode::Internal, "the call failed inside of the daemon");
    run.await.map_err(panicked).flatten().map_err(|error| to_object(&error))
}

/// Reads what a subscription asks for, and for whom.
fn asked<P: DeserializeOwned>(
    params: &Params<'_>,
    extensions: &Extensions,
) -> Result<(P, Caller), ErrorObjectOwned> {
    Ok((params.parse().map_err(|error| wrong(&error))?, caller(extensions)?))
}

fn caller(extensions: &Extensions) -> Result<Caller, ErrorObjectOwned> {
    let unknown = || to_object(&ErrorBody::new(ErrorCode::Internal, "the caller is not known"));
    extensions.get::<Caller>().cloned().ok_or_else(unknown)
}

fn wrong(error: &ErrorObjectOwned) -> ErrorObjectOwned {
    let facts = error.data().map(|data| data.get().trim_matches('"').to_owned());
    let message = format!("wrong parameters: {}", facts.unwrap_or_else(|| error.message().into()));
    to_object(&ErrorBody::new(ErrorCode::BadInput, message))
}
