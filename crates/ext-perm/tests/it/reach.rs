//! The servers that a call may reach.

use ext_manifest::Manifest;
use ext_perm::{Audience, Engine};
use ext_wire::Method;

fn reaches(engine: &Engine, scheme: &str, host: &str, port: u16) -> bool {
    let method = Method::parse("query:http.request.v1").unwrap();
    engine
        .authorize(method, None, Audience::Everyone)
        .unwrap()
        .may_reach(scheme, host, port)
        .unwrap()
}

fn extension(domains: &str) -> Engine {
    let json = format!(
        r#"{{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm","permissions":
            {{"methods":["http.request"],"allowed_domains":{domains}}}}}"#
    );
    Engine::for_extension(&Manifest::parse(json.as_bytes()).unwrap())
}

#[test]
fn net_02_an_extension_reaches_what_its_manifest_names() {
    let engine = extension(r#"["https://api.good.com", "https://*.files.good.com:8443"]"#);
    assert!(reaches(&engine, "https", "api.good.com", 443));
    assert!(reaches(&engine, "https", "a.files.good.com", 8443));
    assert!(!reaches(&engine, "http", "api.good.com", 80));
    assert!(!reaches(&engine, "https", "api.good.com", 8443));
    assert!(!reaches(&engine, "https", "files.good.com", 8443));
    assert!(!reaches(&engine, "https", "evil.com", 443));
    assert!(!reaches(&extension("[]"), "https", "api.good.com", 443));
}

#[test]
fn the_user_reaches_every_name() {
    assert!(reaches(&Engine::for_user(), "https", "api.good.com", 443));
}
