//! The server: its socket and port, its connections, and its end.

use std::{
    convert::Infallible,
    fs, io,
    net::SocketAddr,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
};

use hyper::{StatusCode, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jsonrpsee_server::{
    BatchRequestConfig, PingConfig, ServerConfig, ServerHandle, StopHandle, stop_channel,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixListener},
    runtime::Runtime,
};
use tokio_io_timeout::TimeoutWriter;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{
    backend::Backend,
    calls::Calls,
    close_code::{CloseCode, WebSocketState},
    connections::{Connections, Place},
    console::{Console, Pages},
    error::ServeError,
    guard::Door,
    http::Site,
    limits::{
        BUFFERED_MESSAGES, DRAIN_TIME, HEAD_TIME, MAX_BATCH, MAX_CONNECTIONS, MAX_REPLY_BYTES,
        MAX_REQUEST_BYTES, MAX_SUBSCRIPTIONS, SWEEP, WRITE_TIME,
    },
    methods,
    port::Port,
    socket,
    tls::TlsFiles,
    watched::Running,
};

/// The places at which a server listens.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The data folder, in which the socket stands.
    pub data_folder: PathBuf,
    /// A port as well, on loopback unless it has TLS; port 0 chooses one.
    pub port: Option<SocketAddr>,
    /// TLS for the port.
    pub tls: Option<TlsFiles>,
    /// Most connections at the same time, over the socket and over the port each.
    pub connections: usize,
    /// The pages that a browser is shown on the port.
    pub pages: Option<Pages>,
}

impl ServerOptions {
    /// Makes the options for the socket of a data folder alone.
    #[must_use]
    pub fn new(data_folder: &Path) -> Self {
        let (data_folder, connections) = (data_folder.to_owned(), MAX_CONNECTIONS);
        Self { data_folder, port: None, tls: None, connections, pages: None }
    }
}

/// A server that runs, on threads of its own, until it is stopped or dropped.
#[derive(Debug)]
pub struct Server {
    socket: PathBuf,
    /// The file that was bound, by device and number.
    bound: Option<(u64, u64)>,
    data_folder: PathBuf,
    port: Option<SocketAddr>,
    stop: ServerHandle,
    /// A flag that is set before `stop` is.
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Begins to serve.
    ///
    /// # Errors
    /// [`ServeError::Running`] when another program serves the folder; [`ServeError::InTheWay`] when
    /// the socket cannot stand where it belongs; [`ServeError::NotLoopback`] for a port that others
    /// could reach, without TLS, and [`ServeError::NoNames`] for one that none could;
    /// [`ServeError::Tls`] for a certificate or key that cannot be used; [`ServeError::Io`] when the system refuses a socket, a port or a thread.
    pub fn start(options: &ServerOptions, backend: Arc<dyn Backend>) -> Result<Self, ServeError> {
        let socket = socket::prepare(&options.data_folder)?;
        let (started, start) = channel();
        let (stop_handle, stop) = stop_channel();
        let stopping = Arc::<AtomicBool>::default();
        let threads = Threads {
            options: options.clone(),
            socket: socket.clone(),
            stop_handle,
            stopping: Arc::clone(&stopping),
        };
        // On a thread of its own: whoever starts a server may be in a runtime already.
        let run = move || threads.run(backend, &started);
        let thread = std::thread::Builder::new().name("rpc".into()).spawn(run);
        let thread = Some(thread.map_err(|error| ServeError::io(&socket, error))?);
        let ended = || ServeError::io(&socket, io::Error::other("the server ended at once"));
        let port = start.recv().map_err(|_| ended())??;
        let (bound, data_folder) = (file_at(&socket), options.data_folder.clone());
        Ok(Self { socket, bound, data_folder, port, stop, stopping, thread })
    }

    /// Returns the path of its socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Returns whether its socket still stands at its path: somebody may have removed it, or another server
    /// have taken its place.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        self.bound.is_some() && file_at(&self.socket) == self.bound
    }

    /// Returns the address of its port, if it has one.
    #[must_use]
    pub const fn port(&self) -> Option<SocketAddr> {
        self.port
    }
}

/// Returns which file stands at a path, by device and number.
fn file_at(path: &Path) -> Option<(u64, u64)> {
    let found = fs::symlink_metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

impl Drop for Server {
    /// Takes no new call, tells those that run to stop, and waits for them, though not for long.
    fn drop(&mut self) {
        // That of another server stays.
        if self.is_reachable() {
            let _ = fs::remove_file(&self.socket);
            if self.socket.parent() != Some(&self.data_folder) {
                let _ = fs::remove_file(self.data_folder.join(socket::POINTER));
            }
        }
        self.stopping.store(true, Ordering::Relaxed);
        let _ = self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The threads of a server.
struct Threads {
    options: ServerOptions,
    socket: PathBuf,
    stop_handle: StopHandle,
    stopping: Arc<AtomicBool>,
}

type Started = Result<Option<SocketAddr>, ServeError>;

impl Threads {
    /// Serves to the end; tells first whether it could start.
    fn run(self, backend: Arc<dyn Backend>, started: &Sender<Started>) {
        let runtime = match self.runtime() {
            Ok(runtime) => runtime,
            Err(error) => return drop(started.send(Err(error))),
        };
        match runtime.block_on(self.open(backend)) {
            Ok((doors, socket, port)) => {
                let address = port.as_ref().map(|listening| listening.port.address());
                if started.send(Ok(address)).is_ok() {
                    runtime.block_on(doors.run(socket, port));
                }
            }
            Err(error) => drop(started.send(Err(error))),
        }
        runtime.shutdown_timeout(DRAIN_TIME);
    }

    fn runtime(&self) -> Result<Runtime, ServeError> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).thread_name("rpc").enable_all().build();
        runtime.map_err(|error| ServeError::io(&self.socket, error))
    }

    async fn open(
        self,
        backend: Arc<dyn Backend>,
    ) -> Result<(Doors, UnixListener, Option<Listening>), ServeError> {
        let failed = |error| ServeError::io(&self.socket, error);
        let port = match self.options.port {
            Some(address) => Some(Listening::start(address, self.options.tls.as_ref()).await?),
            None => None,
        };
        let listener = UnixListener::bind(&self.socket).map_err(failed)?;
        fs::set_permissions(&self.socket, fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let rpc = jsonrpsee_server::Server::builder().set_config(config()).to_service_builder();
        let console = Console {
            sessions: Arc::default(),
            pages: self.options.pages,
            port: port.as_ref().map(|listening| listening.port.clone()),
        };
        let calls = Calls::default();
        let methods = methods::module(Arc::clone(&backend), calls.clone(), console.clone());
        let methods = methods.map_err(|error| failed(io::Error::other(error)))?.into();
        let (stop, running) = (self.stop_handle, Running::default());
        let stopping = self.stopping;
        let site = Site { backend, methods, rpc, stop, stopping, calls, running, console };
        let most = self.options.connections;
        let of_socket = Arc::new(Connections::up_to(most));
        let of_port = Arc::new(Connections::up_to(most));
        Ok((Doors { site, of_socket, of_port }, listener, port))
    }
}

fn config() -> ServerConfig {
    // Connections are counted where they are accepted.
    ServerConfig::builder()
        .max_connections(u32::MAX >> 1)
        .max_request_body_size(MAX_REQUEST_BYTES as u32)
        .max_response_body_size(MAX_REPLY_BYTES as u32)
        .max_subscriptions_per_connection(MAX_SUBSCRIPTIONS)
        .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
        .set_message_buffer_capacity(BUFFERED_MESSAGES)
        .enable_ws_ping(PingConfig::new())
        .build()
}

/// A port that connections come in at.
struct Listening {
    listener: TcpListener,
    port: Port,
    tls: Option<TlsAcceptor>,
}

impl Listening {
    async fn start(address: SocketAddr, tls: Option<&TlsFiles>) -> Result<Self, ServeError> {
        if !address.ip().is_loopback() {
            match tls {
                None => return Err(ServeError::NotLoopback(address)),
                Some(tls) if tls.names.is_empty() => return Err(ServeError::NoNames(address)),
                Some(_) => {}
            }
        }
        let acceptor = tls.map(TlsFiles::acceptor).transpose()?;
        let failed = |error| ServeError::io(address.to_string(), error);
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let port = match tls {
            None => Port::plain(address),
            Some(tls) => Port::tls(address, tls.names.clone()),
        };
        Ok(Self { listener, port, tls: acceptor })
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Where connections come in.
struct Doors {
    site: Site,
    of_socket: Arc<Connections>,
    /// Those of others, which leave the user the places of the socket.
    of_port: Arc<Connections>,
}

impl Doors {
    async fn run(self, socket: UnixListener, port: Option<Listening>) {
        let stopped = self.site.stop.clone().shutdown();
        let mut sweep = tokio::time::interval(SWEEP);
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                () = &mut stopped => return self.drain().await,
                _ = sweep.tick() => self.site.console.sessions.sweep().await,
                accepted = socket.accept() => match accepted {
                    Ok((stream, _)) if is_own(&stream) => self.admit(stream, Door::Socket),
                    Ok(_) => tracing::warn!("another user tried to call the daemon"),
                    Err(error) => pause(&error).await,
                },
                accepted = accept(port.as_ref()) => match accepted {
                    Ok((stream, Listening { port, tls, .. })) => {
                        self.admit_port(stream, Door::Port(port.clone()), tls.clone());
                    }
                    Err(error) => pause(&error).await,
                },
            }
        }
    }

    fn connections(&self, door: &Door) -> &Arc<Connections> {
        match door {
            Door::Socket => &self.of_socket,
            Door::Port(_) => &self.of_port,
        }
    }

    fn admit(&self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, door: Door) {
        let (site, connections) = (self.site.clone(), self.connections(&door));
        if let Some(place) = connections.take() {
            drop(tokio::spawn(serve(site, stream, door, place)));
        } else if connections.make_room() {
            let connections = Arc::clone(connections);
            drop(tokio::spawn(async move {
                match connections.take_soon().await {
                    Some(place) => serve(site, stream, door, place).await,
                    None => turn_away(stream).await,
                }
            }));
        } else {
            drop(tokio::spawn(turn_away(stream)));
        }
    }

    fn admit_port(&self, stream: TcpStream, door: Door, tls: Option<TlsAcceptor>) {
        let Some(tls) = tls else { return self.admit(stream, door) };
        // Without a handshake nothing can be told to one that is too many.
        let place = self.of_port.take();
        if place.is_none() && !self.of_port.make_room() {
            return;
        }
        let (site, connections) = (self.site.clone(), Arc::clone(&self.of_port));
        drop(tokio::spawn(async move {
            let place = match place {
                Some(place) => Some(place),
                None => connections.take_soon().await,
            };
            let Some(place) = place else { return };
            if let Some(stream) = shake_hands(&tls, stream, &place).await {
                serve(site, stream, door, place).await;
            }
        }));
    }

    /// Waits until all connections are closed, though not for long.
    async fn drain(self) {
        self.site.calls.stop_all();
        self.site.console.sessions.close_all().await;
        let _ = tokio::time::timeout(DRAIN_TIME, async {
            while !self.of_socket.are_over() || !self.of_port.are_over() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
    }
}

async fn accept(port: Option<&Listening>) -> io::Result<(TcpStream, &Listening)> {
    match port {
        None => std::future::pending().await,
        Some(listening) => Ok((listening.accept().await?, listening)),
    }
}

/// Waits for the handshake of a connection; `None` when it fails, takes too long, or the connection is to
/// give way to another one.
async fn shake_hands(
    tls: &TlsAcceptor,
    stream: TcpStream,
    place: &Place,
) -> Option<TlsStream<TcpStream>> {
    let accepted = tokio::select! {
        () = place.left() => return None,
        accepted = tokio::time::timeout(HEAD_TIME, tls.accept(stream)) => accepted,
    };
    match accepted {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
        Err(_) => tracing::debug!("a handshake took too long"),
    }
    None
}

/// The system has no descriptor left, most likely; one that is closed helps.
async fn pause(error: &io::Error) {
    tracing::warn!(%error, "a connection cannot be accepted");
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

/// Tells whether the other end of a connection is a program of this user.
fn is_own(stream: &tokio::net::UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}

async fn serve(
    site: Site,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    door: Door,
    place: Arc<Place>,
) {
    let stopped = site.stop.clone().shutdown();
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(WRITE_TIME));
    let state = Arc::<WebSocketState>::default();
    let stream = CloseCode::new(Box::pin(stream), Arc::clone(&state), Arc::clone(&site.stopping));
    let (site, door, used) = (Arc::new(site), Arc::new(door), Arc::clone(&place));
    let service = service_fn(move |request| {
        let (site, door, in_use) = (Arc::clone(&site), Arc::clone(&door), used.begin());
        let state = Arc::clone(&state);
        async move {
            let answer = site.answer(&door, Arc::new(in_use), request).await;
            if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                state.open();
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection, stopped);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = place.left() => {
            // Who has sent no request would be waited for.
            if place.is_unused() {
                return;
            }
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = &mut stopped => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

/// Tells a client that there are too many connections.
async fn turn_away(mut stream: impl AsyncWrite + Unpin) {
    const BODY: &str = r#"{"error":"too many connections to the daemon: close one, or try again","code":"E_BUSY"}"#;
    let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
                retry-after: 1\r\nconnection: close\r\n";
    let reply = format!("{head}content-length: {}\r\n\r\n{BODY}", BODY.len());
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.shutdown().await;
}
