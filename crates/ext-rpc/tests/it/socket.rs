//! The socket in the data folder.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::{
        fs::{FileTypeExt, PermissionsExt, symlink},
        net::UnixListener,
    },
    path::Path,
    sync::Arc,
    thread,
    time::Duration,
};

use ext_rpc::{
    Client, ClientError, POINTER, SOCKET, ServeError, Server, ServerOptions, find_socket, is_served,
};

use serde_json::json;

use crate::common::{Served, names};

fn start(folder: &Path) -> Result<Server, ServeError> {
    let other = Served::new();
    Server::start(&ServerOptions::new(folder), Arc::clone(&other.backend) as _)
}

#[test]
fn the_socket_is_for_its_owner_and_goes_with_the_server() {
    let served = Served::new();
    let socket = served.data.path().join(SOCKET);
    let found = fs::symlink_metadata(&socket).unwrap();
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    assert!(is_served(served.data.path()));
    let Served { data, server, .. } = served;
    drop(server);
    assert_eq!(names(data.path()), Vec::<String>::new());
}

#[test]
fn a_second_server_is_refused_and_a_socket_left_behind_is_replaced() {
    let served = Served::new();
    let refused = start(served.data.path()).unwrap_err();
    assert!(matches!(refused, ServeError::Running { .. }), "{refused}");
    let data = tempfile::tempdir().unwrap();
    // A server that is killed leaves its socket behind, to which nobody listens.
    drop(UnixListener::bind(data.path().join(SOCKET)).unwrap());
    assert!(find_socket(data.path()).is_some() && !is_served(data.path()));
    let server = start(data.path()).unwrap();
    assert!(is_served(data.path()));
    drop(server);
}

#[test]
fn a_server_leaves_the_socket_of_another_one() {
    let data = tempfile::tempdir().unwrap();
    let first = start(data.path()).unwrap();
    assert!(first.is_reachable());
    fs::remove_file(first.socket()).unwrap();
    assert!(!first.is_reachable());
    let second = start(data.path()).unwrap();
    assert!(!first.is_reachable() && second.is_reachable());
    drop(first);
    assert!(is_served(data.path()));
}

#[test]
fn a_second_server_is_refused_where_the_socket_stands_in_another_folder_as_well() {
    let (data, runtime) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let long = data.path().join("x".repeat(100));
    fs::create_dir(&long).unwrap();
    let socket = runtime.path().join("spacedrive-1.sock");
    fs::write(long.join(POINTER), socket.as_os_str().as_encoded_bytes()).unwrap();
    let other = UnixListener::bind(&socket).unwrap();
    let refused = start(&long).unwrap_err();
    assert!(matches!(refused, ServeError::Running { .. }), "{refused}");
    assert_eq!(find_socket(&long).as_ref(), Some(&socket), "it is found as before");
    // It was killed; whether the next one finds a folder depends on the environment.
    drop(other);
    drop(start(&long));
    assert!(!socket.exists(), "what it left behind is gone");
}

#[test]
fn rpc_02_nothing_of_others_is_used_or_replaced() {
    let data = tempfile::tempdir().unwrap();
    let socket = data.path().join(SOCKET);
    fs::write(&socket, "a file").unwrap();
    assert!(matches!(start(data.path()).unwrap_err(), ServeError::InTheWay { .. }));
    assert_eq!(fs::read_to_string(&socket).unwrap(), "a file");
    fs::remove_file(&socket).unwrap();

    let elsewhere = tempfile::tempdir().unwrap();
    let other = UnixListener::bind(elsewhere.path().join("other")).unwrap();
    symlink(elsewhere.path().join("other"), &socket).unwrap();
    assert!(matches!(start(data.path()).unwrap_err(), ServeError::InTheWay { .. }));
    assert!(!is_served(data.path()), "a link is not followed");
    drop(other);
    fs::remove_file(&socket).unwrap();

    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let refused = start(data.path()).unwrap_err();
    assert!(refused.to_string().contains("chmod go-w"), "{refused}");
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o700)).unwrap();
    drop(start(data.path()).unwrap());
}

/// Finds a daemon that answers with this header.
fn find_daemon(header: &str) -> Result<bool, ClientError> {
    let data = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(data.path().join(SOCKET)).unwrap();
    let answer = format!("HTTP/1.1 200 OK\r\n{header}content-length: 0\r\n\r\n");
    // The first connection asks whether anybody listens, the second one who.
    thread::spawn(move || {
        for connection in listener.incoming().take(2) {
            let mut connection = connection.unwrap();
            if connection.read(&mut [0; 1024]).is_ok_and(|read| read > 0) {
                connection.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    Client::find(data.path()).map(|client| client.is_some())
}

#[test]
fn rpc_26_a_daemon_of_another_version_is_refused_by_name() {
    assert!(find_daemon("x-protocol: 1\r\n").unwrap());
    for (header, shown) in [("x-protocol: 99\r\n", "99"), ("x-protocol: 01\r\n", "01"), ("", "?")] {
        match find_daemon(header) {
            Err(ClientError::Version { server, client: 1 }) => assert_eq!(server, shown),
            other => panic!("{header:?}: {other:?}"),
        }
    }
}

#[test]
fn rpc_12_whoever_opens_connections_to_the_port_leaves_the_user_the_socket() {
    let served = Served::with(|options| {
        options.connections = 4;
        options.port = Some("127.0.0.1:0".parse().unwrap());
    });
    let unfinished = || {
        let mut stream = TcpStream::connect(served.port()).unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: 127").unwrap();
        stream
    };
    let held: Vec<_> = (0..12).map(|_| unfinished()).collect();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(served.raw_port(b"").status, 503, "the port is full");
    for _ in 0..20 {
        assert_eq!(served.call("query:test.echo.v1", &json!({ "input": 1 }))["result"], 1);
    }
    drop(held);
}
