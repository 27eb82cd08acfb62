//! `spacedrive serve`.

use std::{
    net::SocketAddr,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::ValueEnum;
use ext_rpc::{Client, TlsFiles};
use ext_wire::ErrorCode;
use sd_notify::NotifyState;
use serde::{Deserialize, Serialize};
use spacedrive_core::{Core, config::Config};
use spacedrive_daemon::{Daemon, DaemonOptions};

use super::console;
use crate::{
    args::{Global, LogFormat, Output, ServeArgs, ServiceManager},
    daemon_client,
    failure::Hinted,
    log, log_tail, output, places, stop,
};

/// Name of the file that a daemon in the background writes its log to.
const LOG: &str = "daemon.log";
/// Longest log that is looked into, in bytes.
const MAX_LOG_BYTES: u64 = 64 << 20;
/// Time in which a daemon in the background must answer.
const START_TIME: Duration = Duration::from_secs(30);
/// Time in which a daemon must end.
const STOP_TIME: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(50);

/// A daemon that runs now.
#[derive(Serialize)]
struct Serving<'a> {
    data_folder: &'a Path,
    socket: &'a Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    pid: u32,
}

/// The answer of a daemon that read its configuration again.
#[derive(Serialize, Deserialize)]
struct Reloaded {
    applied: Vec<String>,
    needs_restart: Vec<String>,
}

pub(crate) fn run(
    global: &Global,
    args: &ServeArgs,
    open: impl FnOnce() -> anyhow::Result<Core>,
) -> anyhow::Result<ExitCode> {
    let folder = places::data_folder(global)?;
    if let Some(manager) = args.print_unit {
        return print_unit(manager, &folder);
    }
    if args.stop {
        return end(&folder, global.output);
    }
    if args.reload {
        return reload(&folder, global.output);
    }
    let ports = Ports::of(&folder, args)?;
    if ext_rpc::is_served(&folder) {
        return Err(Hinted::error(
            ErrorCode::Conflict,
            format_args!("a daemon runs on {} already", folder.display()),
            "`spacedrive status` shows it, `spacedrive serve --stop` ends it",
        ));
    }
    if args.detach {
        return detach(&folder, args, &ports, global);
    }
    serve(&folder, args, ports, open()?, global.output)
}

/// The port of a daemon, as its arguments and the configuration have it.
struct Ports {
    port: Option<SocketAddr>,
    tls: Option<TlsFiles>,
}

impl Ports {
    fn of(folder: &Path, args: &ServeArgs) -> anyhow::Result<Self> {
        let config = Config::load(folder)?.daemon.unwrap_or_default();
        let listen = args.listen.or(config.listen);
        let tls = match (config.tls_certificate, config.tls_key) {
            (Some(certificate), Some(key)) => {
                let [certificate, key] = [certificate, key].map(|path| folder.join(path));
                Some(TlsFiles { certificate, key, names: config.names })
            }
            (None, None) => None,
            _ => {
                return Err(Hinted::error(
                    ErrorCode::BadInput,
                    "config.toml: TLS takes a certificate and its key",
                    "[daemon] has `tls_certificate` and `tls_key`, or neither",
                ));
            }
        };
        if let (Some(address), None) = (listen.filter(|it| !it.ip().is_loopback()), &tls) {
            return Err(Hinted::error(
                ErrorCode::BadInput,
                format_args!("{address} can be reached from other machines"),
                "listen on 127.0.0.1, and let other machines in through SSH or a reverse proxy; or \
                 give it a certificate, `tls_certificate` and `tls_key` of [daemon] in config.toml",
            ));
        }
        Ok(Self { port: console::port(listen, args.open), tls })
    }

    fn url(&self, port: SocketAddr) -> String {
        let name = self.tls.as_ref().and_then(|tls| tls.names.first());
        match (&self.tls, name) {
            (Some(_), Some(name)) => format!("https://{name}:{}", port.port()),
            (Some(_), None) => format!("https://{port}"),
            (None, _) => format!("http://{port}"),
        }
    }
}

fn serve(
    folder: &Path,
    args: &ServeArgs,
    ports: Ports,
    core: Core,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let stop = stop::on_ctrl_c()?;
    let (port, tls, connections) = (ports.port, ports.tls.clone(), args.connections);
    let (reload, logs) = (stop::on_hang_up()?, Some(log_tail::tail()));
    let (data_folder, traces) = (folder.to_owned(), log::CONTINUE_TRACE);
    let options = DaemonOptions { data_folder, port, tls, connections, logs, traces, reload };
    let daemon = Daemon::start(core, &options, stop)?;
    let address = daemon.port().map(|port| ports.url(port));
    let (socket, pid) = (daemon.socket().to_owned(), std::process::id());
    let serving = Serving { data_folder: folder, socket: &socket, address, pid };
    output::print(output, &serving, describe)?;
    if args.open {
        console::open_or_tell(folder)?;
    }
    tell_service_manager(NotifyState::Ready);
    daemon.run();
    if output == Output::Table && args.log_format != Some(LogFormat::Json) {
        tell!("ended");
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells systemd the state of the daemon, if it asks for that.
fn tell_service_manager(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

fn describe(serving: &Serving<'_>) -> String {
    let port = serving.address.as_ref().map(|address| format!(" and {address}"));
    format!(
        "serving {} at {}{}; Ctrl-C ends it",
        output::printable(&serving.data_folder.display().to_string()),
        output::printable(&serving.socket.display().to_string()),
        port.unwrap_or_default()
    )
}

/// Starts this program again, in the background, and waits until it answers.
fn detach(
    folder: &Path,
    args: &ServeArgs,
    ports: &Ports,
    global: &Global,
) -> anyhow::Result<ExitCode> {
    ext_fs::create_private_folder(folder)?;
    let log = folder.join(LOG);
    let file = ext_fs::private_options().create(true).append(true).open(&log);
    let file = file.with_context(|| format!("the log {} cannot be written", log.display()))?;
    let mut command = Command::new(places::program()?);
    command.arg("--data-dir").arg(folder);
    if let Some(models) = &global.models_dir {
        command.arg("--models-dir").arg(std::path::absolute(models)?);
    }
    command.args((0..global.verbose).map(|_| "-v")).arg("serve").arg("--log-file").arg(&log);
    if let Some(format) = args.log_format.and_then(|format| format.to_possible_value()) {
        command.arg("--log-format").arg(format.get_name());
    }
    if let Some(url) = &args.otlp {
        command.arg("--otlp").arg(url);
    }
    command.arg("--connections").arg(args.connections.to_string());
    if let Some(address) = ports.port {
        command.arg("--listen").arg(address.to_string());
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).process_group(0);
    let mut child = command.spawn().context("the daemon cannot be started")?;
    let end = Instant::now() + START_TIME;
    while !ext_rpc::is_served(folder) {
        if let Some(status) = child.try_wait()? {
            let hint = format!("{} has the log", log.display());
            let message = format!("the daemon ended at once ({status}): {}", last_line(&log));
            return Err(Hinted::error(ErrorCode::Stopped, message, hint));
        }
        if Instant::now() > end {
            let _ = child.kill();
            let message = format!("the daemon did not answer within {} s", START_TIME.as_secs());
            let hint = format!("{} may say why", log.display());
            return Err(Hinted::error(ErrorCode::Stopped, message, hint));
        }
        std::thread::sleep(TICK);
    }
    let socket = ext_rpc::find_socket(folder).unwrap_or_default();
    let address = ports.port.map(|address| ports.url(address));
    let serving = Serving { data_folder: folder, socket: &socket, address, pid: child.id() };
    output::print(global.output, &serving, |serving| {
        format!("the daemon runs as process {}; `spacedrive serve --stop` ends it", serving.pid)
    })?;
    if args.open {
        console::open_or_tell(folder)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the last line of a log, without what begins each error.
fn last_line(log: &Path) -> String {
    let text = ext_fs::read_text(log, MAX_LOG_BYTES).unwrap_or_default();
    let mut lines = text.lines().filter(|line| !line.starts_with("hint: "));
    let last = lines.next_back().unwrap_or("it says nothing");
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

fn running(folder: &Path) -> anyhow::Result<Client> {
    daemon_client::find(folder)?.ok_or_else(|| {
        let message = format!("no daemon runs on {}", folder.display());
        Hinted::error(ErrorCode::NotFound, message, "`spacedrive serve` starts one")
    })
}

/// Has the daemon read its configuration again.
fn reload(folder: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let reloaded = running(folder)?.request("daemon.reload").map_err(daemon_client::to_body)?;
    let reloaded: Reloaded = serde_json::from_value(reloaded)?;
    output::print(output, &reloaded, |reloaded| match reloaded {
        Reloaded { applied, needs_restart } if applied.is_empty() && needs_restart.is_empty() => {
            "nothing changed".into()
        }
        Reloaded { applied, needs_restart } => {
            let applied = applied.iter().map(|section| format!("{section} is in force"));
            let later = needs_restart.iter().map(|section| {
                format!(
                    "{section} is in force when the daemon is started again: \
                         spacedrive serve --stop"
                )
            });
            applied.chain(later).collect::<Vec<_>>().join("\n")
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Ends the daemon, and waits until it is gone.
fn end(folder: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let client = running(folder)?;
    client.request("daemon.shut_down").map_err(daemon_client::to_body)?;
    let end = Instant::now() + STOP_TIME;
    while spacedrive_daemon::is_running(folder)? {
        if Instant::now() > end {
            let message = format!("the daemon did not end within {} s", STOP_TIME.as_secs());
            let hint = "it ends after what it is at: `spacedrive status` shows that";
            return Err(Hinted::error(ErrorCode::Busy, message, hint));
        }
        std::thread::sleep(TICK);
    }
    output::print(output, &serde_json::json!({ "stopped": true }), |_| "the daemon ended".into())?;
    Ok(ExitCode::SUCCESS)
}

fn print_unit(manager: ServiceManager, folder: &Path) -> anyhow::Result<ExitCode> {
    let program = places::program()?;
    let (program, folder) = (program.display(), folder.display());
    output::line(&match manager {
        ServiceManager::Systemd => format!(
            "# Write this to ~/.config/systemd/user/spacedrive.service, then:\n\
             #   systemctl --user enable --now spacedrive\n\
             [Unit]\n\
             Description=Spacedrive: libraries that are served and kept working\n\n\
             [Service]\n\
             Type=notify\n\
             ExecStart=\"{program}\" --data-dir \"{folder}\" serve\n\
             ExecReload=kill -HUP $MAINPID\n\
             Restart=on-failure\n\
             RestartSec=1\n\
             TimeoutStopSec=60\n\n\
             [Install]\n\
             WantedBy=default.target"
        ),
        ServiceManager::Launchd => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!-- Write this to ~/Library/LaunchAgents/org.spacedrive.daemon.plist, then:\n     \
             launchctl load ~/Library/LaunchAgents/org.spacedrive.daemon.plist -->\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\"><dict>\n  \
             <key>Label</key><string>org.spacedrive.daemon</string>\n  \
             <key>ProgramArguments</key><array>\n    \
             <string>{program}</string>\n    <string>--data-dir</string>\n    \
             <string>{folder}</string>\n    <string>serve</string>\n  </array>\n  \
             <key>RunAtLoad</key><true/>\n  <key>KeepAlive</key><true/>\n\
             </dict></plist>"
        ),
    })?;
    Ok(ExitCode::SUCCESS)
}
