//! The section `extensions` of `config.toml`.

use std::collections::BTreeMap;

use ext_manager::{GuestIsolation, Isolations, worker::WorkerProgram};
use serde::{Deserialize, Deserializer, de::Error};

use crate::{Isolation, extensions::Installed};

/// Where the instances of extensions live.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionsConfig {
    /// For all extensions: `in-process` or `process` [default: in-process].
    pub isolation: Option<GuestIsolation>,
    /// For single extensions, by their ids.
    #[serde(default, deserialize_with = "by_id")]
    pub isolation_of: BTreeMap<String, GuestIsolation>,
}

/// An id that no extension can have is a mistake, which must not leave one without its process.
fn by_id<'de, D: Deserializer<'de>>(
    section: D,
) -> Result<BTreeMap<String, GuestIsolation>, D::Error> {
    let by_id = BTreeMap::<String, GuestIsolation>::deserialize(section)?;
    match by_id.keys().find(|id| !ext_wire::is_segment(id)) {
        Some(id) => Err(D::Error::custom(format_args!("`{id}` is no id of an extension"))),
        None => Ok(by_id),
    }
}

impl ExtensionsConfig {
    /// The same for the manager. Processes of guests are started of the program whose workers read
    /// documents; without it, an extension that is to have a process does not load.
    pub(crate) fn isolations(self, documents: &Isolation) -> Isolations {
        let program = match documents {
            Isolation::Worker(program) => Some(WorkerProgram::new(program).guest()),
            Isolation::InProcess => None,
        };
        let others = self.isolation.unwrap_or_default();
        Isolations { others, by_id: self.isolation_of, program }
    }
}

/// Warns of ids that no installed extension has: they may be misspelt.
pub(crate) fn warn_of_strangers(isolations: &Isolations, installed: &Installed) {
    for id in isolations.by_id.keys().filter(|id| installed.dir(id).is_err()) {
        tracing::warn!(
            id,
            "`isolation_of` in config.toml names an extension that is not installed"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn isolations(text: &str, documents: &Isolation) -> Isolations {
        Config::parse(text).unwrap().extensions.unwrap_or_default().isolations(documents)
    }

    #[test]
    fn extensions_live_in_this_process_unless_the_configuration_says_otherwise() {
        let worker = Isolation::Worker("spacedrive".into());
        assert_eq!(isolations("", &worker).of("finance"), GuestIsolation::InProcess);
        let all = isolations("[extensions]\nisolation = \"process\"\n", &worker);
        assert_eq!(all.of("finance"), GuestIsolation::Process);
        let text = "[extensions]\nisolation_of = { finance = \"process\" }\n";
        let one = isolations(text, &worker);
        assert_eq!(one.of("finance"), GuestIsolation::Process);
        assert_eq!(one.of("hello"), GuestIsolation::InProcess);
        let text = "[extensions]\nisolation = \"process\"\nisolation_of.hello = \"in-process\"\n";
        let but_one = isolations(text, &worker);
        assert_eq!(but_one.of("finance"), GuestIsolation::Process);
        assert_eq!(but_one.of("hello"), GuestIsolation::InProcess);
    }

    #[test]
    fn without_workers_there_is_no_program_and_the_wish_stays() {
        let text = "[extensions]\nisolation = \"process\"\n";
        let isolations = isolations(text, &Isolation::InProcess);
        assert_eq!((isolations.of("finance"), isolations.program), (GuestIsolation::Process, None));
    }

    #[test]
    fn what_makes_no_sense_is_an_error() {
        for text in [
            "[extensions]\nisolation = \"none\"\n",
            "[extensions]\nisolation = true\n",
            "[extensions]\nisolation_of = { \"no such id\" = \"process\" }\n",
            "[extensions]\nisolation_of = { finance = \"prozess\" }\n",
            "[extensions]\nisolations = \"process\"\n",
        ] {
            assert!(Config::parse(text).is_err(), "{text}");
        }
    }
}
