//! `spacedrive console`: the address by which a browser is let in.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::{common::Spacedrive, daemon::Daemon};

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_command_prints_an_address_at_which_the_console_is_and_says_how_to_get_one() {
    let spacedrive = Spacedrive::new();
    let without = spacedrive.run(["console", "--print"]);
    assert_eq!(without.code, Some(1));
    assert!(without.stderr.contains("hint: `spacedrive serve --open`"), "{without:?}");
    let daemon = Daemon::start(&spacedrive, &[]);
    let no_port = spacedrive.run(["console", "--print"]);
    assert!(no_port.stderr.contains("hint: `spacedrive serve --stop`"), "{no_port:?}");
    drop(daemon);
    let _daemon = Daemon::start(&spacedrive, &["--listen", "127.0.0.1:0"]);
    let printed = spacedrive.json(["console", "--print"]);
    assert_eq!(printed["valid_for_s"], 120);
    let url = printed["url"].as_str().unwrap();
    let (address, code) = url.split_once("/#code=").unwrap();
    assert!(code.len() >= 40, "{url}");
    let page = get(address.strip_prefix("http://").unwrap(), "/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("/console/app.js"), "{page}");
}
