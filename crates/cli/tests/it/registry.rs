//! Extensions in registries: published, found, installed, upgraded, taken back, and attacked.

use std::fs;

use ext_testing::oci::{Answer, DockerRegistry, Login, Options, PASSWORD, TestRegistry, USER};
use serde_json::{Value, json};

use crate::{
    common::{Ran, Spacedrive, ran},
    packages::{World, said},
};

/// A publisher, a registry, and a user with a data folder of their own.
struct Shop {
    publisher: World,
    registry: String,
    key: String,
    user: Spacedrive,
}

impl Shop {
    fn at(registry: &str) -> Self {
        let publisher = World::new();
        let key = publisher.key("me.key");
        let shop = Self { publisher, registry: registry.to_owned(), key, user: Spacedrive::new() };
        for data in [&shop.publisher.spacedrive, &shop.user] {
            let text = format!("[registry]\ndefault = \"{registry}\"\nnamespace = \"acme\"\n");
            fs::write(data.data.path().join("config.toml"), text).unwrap();
        }
        shop
    }

    /// Publishes a version of `acme/notes`.
    fn publish(&self, version: &str) -> Ran {
        self.publish_of("notes", version)
    }

    fn publish_of(&self, id: &str, version: &str) -> Ran {
        let package = self.publisher.package_of(id, version, "Keeps notes", Some(&self.key));
        self.publisher.ext(&["publish", &package, "--key", &self.key])
    }

    fn sign(&self, args: &[&str]) -> Ran {
        self.publisher.ext(&[args, &["--key", &self.key]].concat())
    }

    fn ext(&self, args: &[&str]) -> Ran {
        self.user.run([&["ext"], args].concat())
    }

    fn installed(&self) -> Value {
        self.user.json(["ext", "info", "notes"])["version"].clone()
    }
}

#[test]
fn an_extension_is_published_found_installed_upgraded_and_taken_back() {
    whole_story(&TestRegistry::start().name());
}

#[test]
#[ignore = "long: runs a real registry"]
fn the_registry_of_debian_serves_extensions() {
    let Some(registry) = DockerRegistry::start() else { return };
    whole_story(&registry.name());
}

fn whole_story(registry: &str) {
    let shop = Shop::at(registry);
    said(&shop.ext(&["search"]), 0, "no extension of");
    said(&shop.publish("1.0.0"), 0, &format!("published acme/notes 1.0.0 in {registry}: sha256:"));
    said(&shop.publish("1.0.0"), 0, "published");
    let found = shop.user.json(["ext", "search", "NOTES", "keeps"]);
    let first = &found["extensions"][0];
    assert_eq!((&first["name"], &first["version"]), (&json!("acme/notes"), &json!("1.0.0")));
    let none = shop.user.json(["ext", "search", "photos"]);
    assert_eq!(none["extensions"], json!([]));

    let done = shop.ext(&["install", "acme/notes", "--yes"]);
    said(&done, 0, "installed notes 1.0.0");
    said(&done, 0, &format!("acme/notes 1.0.0 of {registry}, signed by RW"));
    said(&shop.ext(&["upgrade", "--all"]), 0, "nothing is newer");
    assert_eq!(shop.user.json(["ext", "upgrade", "--all"]), json!([]));
    said(&shop.publish("1.1.0"), 0, "published");
    let listed = shop.user.json(["ext", "upgrade"]);
    assert_eq!(listed["extensions"][0]["available"], "1.1.0", "{listed}");
    assert_eq!(shop.installed(), "1.0.0", "listing changes nothing");
    said(&shop.ext(&["upgrade", "notes"]), 0, "installed notes 1.1.0");
    assert_eq!(shop.user.json(["ext", "search"])["extensions"][0]["installed"], "1.1.0");

    said(&shop.ext(&["rollback", "notes"]), 0, "installed notes 1.0.0");
    said(&shop.ext(&["rollback", "notes"]), 0, "installed notes 1.1.0");
    said(&shop.ext(&["install", "acme/notes@1.0.0", "--yes"]), 1, "--allow-downgrade");
    let exact = format!("{registry}/acme/notes@1.0.0");
    said(&shop.ext(&["install", &exact, "--yes", "--allow-downgrade"]), 0, "installed notes 1.0.0");
    said(&shop.ext(&["upgrade", "acme/notes"]), 0, "installed notes 1.1.0");
}

#[test]
fn all_upgrades_are_one_answer_for_programs() {
    let shop = Shop::at(&TestRegistry::start().name());
    for id in ["notes", "papers"] {
        said(&shop.publish_of(id, "1.0.0"), 0, "published");
        said(&shop.ext(&["install", &format!("acme/{id}"), "--yes"]), 0, "installed");
        said(&shop.publish_of(id, "1.1.0"), 0, "published");
    }
    let done = shop.user.json(["ext", "upgrade", "--all"]);
    let installed = done.as_array().unwrap().iter().map(|it| (&it["id"], &it["version"]));
    let expected = [(&json!("notes"), &json!("1.1.0")), (&json!("papers"), &json!("1.1.0"))];
    assert!(installed.eq(expected), "{done}");
}

#[test]
fn a_version_that_was_withdrawn_is_installed_by_nobody_and_kept_by_who_has_it() {
    let shop = Shop::at(&TestRegistry::start().name());
    said(&shop.publish("1.0.0"), 0, "published");
    said(&shop.publish("1.1.0"), 0, "published");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 0, "installed notes 1.1.0");
    let reason = ["--reason", "it loses notes"];
    said(&shop.sign(&[&["yank", "acme/notes@1.1.0"], &reason[..]].concat()), 0, "withdrew");
    assert_ne!(shop.user.json(["ext", "info", "notes"])["state"], "quarantined");
    said(
        &shop.ext(&["upgrade"]),
        0,
        "1.1.0, which is installed, was withdrawn by its publisher: it lo",
    );
    let another = Spacedrive::new();
    let name = format!("{}/acme/notes", shop.registry);
    let exact = another.run(["ext", "install", &format!("{name}@1.1.0"), "--yes"]);
    said(&exact, 1, "acme/notes 1.1.0 was withdrawn by its publisher: it loses notes");
    said(&another.run(["ext", "install", &name, "--yes"]), 0, "installed notes 1.0.0");
    said(&shop.sign(&["yank", "acme/notes@1.1.0", "--undo"]), 0, "is offered again");
    said(&another.run(["ext", "upgrade", "--all"]), 0, "installed notes 1.1.0");
    said(&shop.sign(&["yank", "acme/notes"]), 1, "names no version");
    said(&shop.sign(&["yank", "acme/notes@9.0.0"]), 1, "there is no acme/notes 9.0.0");
}

#[test]
fn a_version_that_was_revoked_stops_once() {
    let shop = Shop::at(&TestRegistry::start().name());
    let operator = shop.publisher.key("operator.key");
    let revoke = |args: &[&str]| {
        shop.publisher.ext(&[&["revoke", "--key", &operator, "--reason", "malware"], args].concat())
    };
    said(&shop.publish("1.0.0"), 0, "published");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 0, "installed");
    said(&revoke(&["acme/notes@1.0.0"]), 0, "revoked acme/notes 1.0.0");
    let told = shop.ext(&["upgrade"]);
    said(&told, 0, "`notes` 1.0.0 is stopped: revoked by");
    assert_eq!(shop.user.json(["ext", "info", "notes"])["state"], "quarantined");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 1, "was revoked by its registry: malware");
    // The user knows better.
    said(&shop.ext(&["release", "notes"]), 0, "may run again");
    said(&shop.ext(&["upgrade"]), 0, "notes");
    assert_ne!(shop.user.json(["ext", "info", "notes"])["state"], "quarantined");
    said(&revoke(&["acme/notes@1.0.0", "--undo"]), 0, "no longer revoked");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 0, "installed");
    // Another key than that of the first list is not believed.
    said(&shop.sign(&["revoke", "acme/notes", "--new-key"]), 0, "revoked acme/notes");
    let refused = shop.ext(&["install", "acme/notes", "--yes"]);
    said(&refused, 1, "the list of revocations of");
    said(&refused, 1, "[registry.revocation_keys]");
}

#[test]
fn pkg_16_a_registry_that_was_put_back_is_said_and_believed_only_when_that_is_meant() {
    let registry = TestRegistry::start();
    let shop = Shop::at(&registry.name());
    said(&shop.publish("1.0.0"), 0, "published");
    let backup = registry.backup();
    said(&shop.publish("1.1.0"), 0, "published");
    said(&shop.ext(&["install", "acme/notes@1.0.0", "--yes"]), 0, "installed notes 1.0.0");
    registry.restore(&backup);
    let refused = shop.ext(&["--output", "json", "install", "acme/notes", "--yes"]);
    let error: Value = serde_json::from_str(refused.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(error["code"], "E_PKG_STALE", "{error}");
    assert!(error["hint"].as_str().unwrap().contains("--accept-stale"), "{error}");
    let listed = shop.user.json(["ext", "upgrade"]);
    let problem = listed["extensions"][0]["problem"].as_str().unwrap();
    assert!(problem.contains("it was rolled back"), "{problem}");
    said(&shop.ext(&["upgrade", "--all"]), 1, "rolled back");
    said(&shop.ext(&["search"]), 0, "rolled back");
    let accepted = shop.ext(&["install", "acme/notes", "--yes", "--accept-stale"]);
    said(&accepted, 0, "warning: the index of");
}

#[test]
fn pkg_16_a_withdrawal_is_not_lost_to_a_list_that_was_put_back() {
    let registry = TestRegistry::start();
    let shop = Shop::at(&registry.name());
    said(&shop.publish("1.0.0"), 0, "published");
    said(&shop.publish("1.1.0"), 0, "published");
    let before = registry.backup();
    said(&shop.sign(&["yank", "acme/notes@1.1.0"]), 0, "withdrew");
    let after = registry.backup();
    registry.restore(&before);
    let refused = shop.publish("1.2.0");
    said(&refused, 1, "it was rolled back");
    said(&refused, 1, "--accept-stale");
    let refused = shop.sign(&["--output", "json", "yank", "acme/notes@1.0.0"]);
    said(&refused, 1, "E_PKG_STALE");
    registry.restore(&after);
    said(&shop.publish("1.2.0"), 0, "published");
    let name = "acme/notes@1.1.0";
    said(&shop.ext(&["install", name, "--yes"]), 1, "was withdrawn by its publisher");
    // Who knows better goes on from the old list.
    registry.restore(&before);
    said(&shop.sign(&["yank", "acme/notes@1.0.0", "--accept-stale"]), 0, "withdrew");
    said(&shop.publish("1.2.0"), 0, "published");
}

#[test]
fn pkg_16_a_list_of_revocations_whose_key_is_configured_has_to_be_there() {
    let registry = TestRegistry::start();
    let shop = Shop::at(&registry.name());
    let operator = shop.publisher.key("operator.key");
    for id in ["notes", "papers"] {
        said(&shop.publish_of(id, "1.0.0"), 0, "published");
    }
    let public = fs::read_to_string(format!("{operator}.pub")).unwrap();
    let config = shop.user.data.path().join("config.toml");
    let mut text = fs::read_to_string(&config).unwrap();
    let key = public.lines().last().unwrap();
    text += &format!("[registry.revocation_keys]\n\"{}\" = \"{key}\"\n", registry.name());
    fs::write(&config, text).unwrap();
    let install = |name: &str, more: &[&str]| {
        shop.ext(&[&["--output", "json", "install", name, "--yes"], more].concat())
    };
    let missing = install("acme/papers", &[]);
    said(&missing, 1, "E_PKG_STALE");
    said(&missing, 1, "is not there, and config.toml names its key");
    // The first list comes to be all the same.
    let revoke = ["revoke", "acme/notes@1.0.0", "--key", &operator];
    said(&shop.publisher.ext(&revoke), 0, "revoked acme/notes 1.0.0");
    registry.spoil(|request, _| request.path.contains("revocations").then(|| Answer::new(403)));
    said(&install("acme/notes", &[]), 1, "E_PKG_STALE");
    said(&install("acme/papers", &["--accept-stale"]), 0, "config.toml names its key");
    registry.mend();
    said(&install("acme/papers", &[]), 0, "papers");
    said(&install("acme/notes", &[]), 1, "was revoked by its registry");
}

#[test]
fn pkg_12_another_publisher_of_a_name_is_refused_with_a_way_out() {
    let shop = Shop::at(&TestRegistry::start().name());
    said(&shop.publish("1.0.0"), 0, "published");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 0, "installed");
    let thief = shop.publisher.key("thief.key");
    let package = shop.publisher.package("2.0.0", "better", Some(&thief));
    let publish = |more: &[&str]| {
        shop.publisher.ext(&[&["publish", &package, "--key", &thief], more].concat())
    };
    said(&publish(&[]), 1, "`acme/notes` is signed by RW");
    said(&publish(&["--new-key"]), 0, "published");
    let refused = shop.ext(&["upgrade", "--all"]);
    said(&refused, 1, "and its publisher is RW");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 1, "--accept-publisher");
    assert_eq!(shop.installed(), "1.0.0");
    said(&shop.ext(&["install", "acme/notes", "--yes", "--accept-publisher"]), 0, "notes 2.0.0");
}

#[test]
fn pkg_20_an_id_of_another_namespace_does_not_replace_what_is_installed() {
    let shop = Shop::at(&TestRegistry::start().name());
    said(&shop.publish("1.0.0"), 0, "published");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 0, "installed");
    let thief = shop.publisher.key("thief.key");
    let package = shop.publisher.package("2.0.0", "better", Some(&thief));
    let args = ["publish", &package, "--key", &thief, "--namespace", "acne"];
    said(&shop.publisher.ext(&args), 0, "published acne/notes");
    said(&shop.ext(&["install", "acne/notes", "--yes"]), 1, "its publisher is RW");
    assert_eq!(shop.installed(), "1.0.0");
}

#[test]
fn pkg_17_what_comes_changed_is_not_installed() {
    let registry = TestRegistry::start();
    let shop = Shop::at(&registry.name());
    said(&shop.publish("1.0.0"), 0, "published");
    registry.spoil(|request, own| {
        let is_file = request.method == "GET" && request.path.contains("/acme/notes/blobs/");
        is_file.then(|| {
            let mut answer = own();
            answer.body[100] ^= 1;
            answer
        })
    });
    let refused = shop.ext(&["--output", "json", "install", "acme/notes", "--yes"]);
    said(&refused, 1, "E_PKG_HASH");
    registry.spoil(|_, _| Some(Answer::new(503)));
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 1, "with status 503");
    assert_eq!(shop.user.json(["ext", "list"]), json!([]));
    registry.mend();
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 0, "installed");
}

#[test]
fn a_login_is_tried_kept_used_and_forgotten() {
    let options = Options { login: Login::Bearer(None), ..Options::default() };
    let registry = TestRegistry::with(options);
    let shop = Shop::at(&registry.name());
    let refused = shop.publish("1.0.0");
    said(&refused, 1, "asks for a login");
    said(&refused, 1, &format!("`spacedrive ext login {} --user NAME`", shop.registry));
    let file = |name: &str, text: &str| {
        fs::write(shop.publisher.path(name), text).unwrap();
        shop.publisher.path(name).display().to_string()
    };
    let login = |data: &Spacedrive, file: &str| {
        data.run(["ext", "login", &shop.registry, "--user", USER, "--file", file])
    };
    let wrong = file("wrong", "nonsense\n");
    let right = file("right", &format!("{PASSWORD}\n"));
    said(&login(&shop.publisher.spacedrive, &wrong), 1, "refuses the login");
    said(&login(&shop.publisher.spacedrive, &right), 0, "accepts the login of ada");
    said(&shop.publish("1.0.0"), 0, "published");
    said(&login(&shop.user, &right), 0, "accepts");
    said(&shop.ext(&["install", "acme/notes", "--yes"]), 0, "installed");
    said(&shop.ext(&["logout", &shop.registry]), 0, "forgot");
    said(&shop.ext(&["logout", &shop.registry]), 1, "there is no login");
    said(&shop.ext(&["upgrade", "--all"]), 1, "asks for a login");
}

#[test]
fn a_login_that_a_registry_does_not_ask_for_is_kept_and_not_said_to_be_accepted() {
    let registry = TestRegistry::start();
    let user = Spacedrive::new();
    let file = user.data.path().join("password").display().to_string();
    fs::write(&file, "mistyped").unwrap();
    let done = user.run(["ext", "login", &registry.name(), "--user", USER, "--file", &file]);
    said(&done, 0, "kept the login of ada;");
    said(&done, 0, "asks for none here, so that it was not tried");
    assert!(!String::from_utf8_lossy(&done.stdout).contains("accepts"), "{done:?}");
    said(&user.run(["ext", "logout", &registry.name()]), 0, "forgot");
}

#[test]
fn pkg_34_another_server_gets_the_password_only_when_the_user_names_it() {
    let tokens = TestRegistry::start();
    let place = format!("http://{}", tokens.name());
    let options = Options { login: Login::Bearer(Some(place.clone())), ..Options::default() };
    let registry = TestRegistry::with(options);
    let user = Spacedrive::new();
    let file = user.data.path().join("password");
    fs::write(&file, PASSWORD).unwrap();
    let login = |more: &[&str]| {
        let mut command =
            user.command(["ext", "login", &registry.name(), "--user", USER, "--file"]);
        ran(command.arg(&file).args(more).output().unwrap())
    };
    let allowed = format!("[http]\nallow_addresses = [\"{}\"]\n", tokens.name());
    fs::write(user.data.path().join("config.toml"), allowed).unwrap();
    let refused = login(&[]);
    said(&refused, 1, "which would get the password");
    assert!(tokens.requests().is_empty());
    said(&login(&["--token-server", &place]), 0, "accepts the login");
}

#[test]
fn what_is_not_there_is_said_with_a_way_out() {
    let user = Spacedrive::new();
    let install = |name: &str| user.run(["ext", "install", name, "--yes"]);
    let unknown = install("acme/notes");
    said(&unknown, 1, "there is no folder acme/notes, and no registry to look for it in");
    said(&unknown, 1, "`registry.example.com/acme/notes`");
    said(&install("acme/notes@1"), 1, "its version is not like `1.2.0`");
    said(&user.run(["ext", "search"]), 1, "--registry REGISTRY");
    said(
        &user.run(["ext", "search", "--registry", "nonsense"]),
        2,
        "is not the name of a registry",
    );
    said(&user.run(["ext", "upgrade", "notes"]), 1, "did not come from a registry");
    said(&user.run(["ext", "upgrade"]), 0, "no installed extension came from a registry");
    said(&user.run(["ext", "rollback", "notes"]), 1, "is not installed");
    // Nobody listens there.
    said(&install("127.0.0.1:9/acme/notes"), 1, "127.0.0.1");
    let registry = TestRegistry::start();
    let missing = install(&format!("{}/acme/notes", registry.name()));
    said(&missing, 1, "there is no extension `acme/notes` in");
    said(&missing, 1, "`spacedrive ext search`");

    let shop = Shop::at(&registry.name());
    let unsigned = shop.publisher.package("1.0.0", "a", None);
    said(&shop.sign(&["publish", &unsigned]), 1, "is not signed");
    let signed = shop.publisher.package("1.0.0", "a", Some(&shop.key));
    let other = shop.publisher.key("other.key");
    said(&shop.publisher.ext(&["publish", &signed, "--key", &other]), 1, "not signed by this key");
    let args = ["publish", &signed, "--key", &shop.key, "--namespace", "No Name"];
    said(&shop.publisher.ext(&args), 1, "is not the name of a namespace");
    let changed = shop.publisher.package("1.0.0", "another", Some(&shop.key));
    said(&shop.sign(&["publish", &signed]), 0, "published");
    said(&shop.sign(&["publish", &changed]), 1, "a version that is published does not change");
}
