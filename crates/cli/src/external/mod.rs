//! Commands that installed extensions bring: read from their manifests, parsed as the core's own, run
//! by calling the operation that they name.

mod input;
mod rows;
mod saved;
mod secrets;

use clap::{
    Arg, ArgAction, ArgMatches, Command, CommandFactory,
    builder::{PossibleValuesParser, ValueParser},
};
use ext_manifest::{ArgumentDecl, ArgumentKind, CommandDecl, Manifest, SubcommandDecl};
use ext_wire::ErrorCode;
use serde_json::{Map, Number, Value};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::{Cli, Output},
    failure::Hinted,
    names, output,
    progress::Spinner,
    question::ensure_meant,
};

/// The name of the option by which these commands know their library.
const LIBRARY: &str = "library";
/// The option that answers the question of a command.
const YES: &str = "yes";
/// The option for the file that an answer is written to.
const TO: &str = "to";

/// The commands that extensions bring to a command line.
pub(crate) struct ExternalCommands(Vec<External>);

struct External {
    extension: String,
    command: CommandDecl,
}

/// A command of an extension, and its arguments.
#[derive(Debug)]
pub(crate) struct ExternalCall {
    command: SubcommandDecl,
    matches: ArgMatches,
}

impl ExternalCommands {
    /// Takes the commands of extensions, but for those whose names the core or an extension before
    /// has.
    pub(crate) fn new(manifests: &[Manifest], core: &Command) -> Self {
        let mut taken = Self(Vec::new());
        for manifest in manifests {
            for command in manifest.commands() {
                if taken.owner(command.name(), core).is_none() {
                    let extension = manifest.id().to_owned();
                    taken.0.push(External { extension, command: command.clone() });
                }
            }
        }
        taken
    }

    /// Returns who has a name already: the core, or the extension with this id.
    fn owner(&self, name: &str, core: &Command) -> Option<&str> {
        if name == "help" || core.find_subcommand(name).is_some() {
            return Some("spacedrive");
        }
        let other = self.0.iter().find(|other| other.command.name() == name)?;
        Some(&other.extension)
    }

    /// Describes the commands of an extension that cannot be reached, because their names are taken.
    fn clashes(&self, manifest: &Manifest, core: &Command) -> Vec<String> {
        let clash = |command: &CommandDecl| {
            let owner = self.owner(command.name(), core).filter(|owner| *owner != manifest.id())?;
            Some(format!("its command `{}` is not reached: {owner} has that name", command.name()))
        };
        manifest.commands().iter().filter_map(clash).collect()
    }

    /// Adds the commands to those of the core.
    pub(crate) fn add_to(&self, core: Command) -> Command {
        self.0.iter().fold(core, |core, external| core.subcommand(noun(external)))
    }

    /// Finds the command of an extension among parsed arguments.
    pub(crate) fn find(&self, matches: &ArgMatches) -> Option<ExternalCall> {
        let (noun, matches) = matches.subcommand()?;
        let external = self.0.iter().find(|it| it.command.name() == noun)?;
        let (verb, matches) = matches.subcommand()?;
        let command = external.command.commands().iter().find(|it| it.name() == verb)?;
        Some(ExternalCall { command: command.clone(), matches: matches.clone() })
    }
}

/// Returns the commands of an extension that can be reached.
pub(crate) fn brought_by(core: &Core, extension: &str) -> Vec<String> {
    let all = ExternalCommands::new(&core.extensions().manifests(), &Cli::command());
    let own = all.0.iter().filter(|external| external.extension == extension);
    own.map(|external| external.command.name().to_owned()).collect()
}

/// Describes the commands of an extension that cannot be reached.
pub(crate) fn clashes(core: &Core, manifest: &Manifest) -> Vec<String> {
    let commands = Cli::command();
    let mut others = core.extensions().manifests();
    others.retain(|other| other.id() != manifest.id());
    let taken = ExternalCommands::new(&others, &commands);
    taken.clashes(manifest, &commands).into_iter().collect()
}

fn noun(external: &External) -> Command {
    let External { extension, command } = external;
    let noun = Command::new(command.name().to_owned())
        .about(format!("{} [{extension}]", command.description()))
        .subcommand_required(true)
        .arg_required_else_help(true);
    command.commands().iter().fold(noun, |noun, command| noun.subcommand(verb(command)))
}

fn verb(command: &SubcommandDecl) -> Command {
    let library = Arg::new(LIBRARY)
        .long(LIBRARY)
        .short('l')
        .value_name("LIBRARY")
        .env("SPACEDRIVE_LIBRARY")
        .help("The library: its name, its id, or how the id begins [default: that of `library use`, or the only one]");
    let shown = command.arguments().iter().filter(|it| it.kind() != ArgumentKind::Secret);
    Command::new(command.name().to_owned())
        .about(command.description().to_owned())
        .args(shown.map(argument))
        .args(command.save().map(|_| to(command)))
        .args(command.question().map(|_| yes()))
        .arg(library)
}

fn to(command: &SubcommandDecl) -> Arg {
    let is_optional = command.is_save_optional();
    let help = "The file to write, which must not be there yet; `-` for stdout";
    let help = if is_optional { format!("{help} [default: stdout]") } else { help.to_owned() };
    Arg::new(TO).long(command.save_option()).value_name("FILE").required(!is_optional).help(help)
}

fn yes() -> Arg {
    Arg::new(YES).long(YES).short('y').action(ArgAction::SetTrue).help("Do not ask")
}

fn argument(declared: &ArgumentDecl) -> Arg {
    let arg = Arg::new(id_of(declared)).help(declared.description().to_owned());
    let arg = if declared.is_positional() { arg } else { arg.long(declared.name().to_owned()) };
    if declared.kind() == ArgumentKind::Flag {
        return arg.action(ArgAction::SetTrue);
    }
    let arg = arg.value_name(value_name(declared)).required(declared.is_required());
    let arg = if declared.is_repeated() { repeated(arg, declared) } else { arg };
    match declared.choices() {
        [] if declared.kind() == ArgumentKind::Number => {
            arg.allow_negative_numbers(true).value_parser(ValueParser::from(number))
        }
        [] => arg,
        choices => arg.value_parser(PossibleValuesParser::new(choices.to_vec())),
    }
}

/// Returns the id by which the parser knows an argument, which none of this program's own has.
fn id_of(declared: &ArgumentDecl) -> String {
    format!("of extension: {}", declared.name())
}

fn number(text: &str) -> Result<String, String> {
    let number = text.parse::<Number>().map(|_| text.to_owned());
    number.map_err(|_| "it is not a number, such as 12.50".to_owned())
}

fn repeated(arg: Arg, declared: &ArgumentDecl) -> Arg {
    let arg = arg.action(ArgAction::Append);
    if declared.is_positional() { arg.num_args(1..) } else { arg }
}

fn value_name(declared: &ArgumentDecl) -> String {
    match declared.kind() {
        ArgumentKind::Values => format!("{}=VALUE", declared.name().to_uppercase()),
        ArgumentKind::File => "FILE".to_owned(),
        _ => declared.name().to_uppercase(),
    }
}

/// Runs a command of an extension.
pub(crate) fn run(core: &Core, call: &ExternalCall, output: Output) -> anyhow::Result<()> {
    let ExternalCall { command, matches } = call;
    let named = matches.get_one::<String>(LIBRARY);
    let library = names::library_or_only(core, named.map(String::as_str))?;
    ensure_daemon(core, command)?;
    let to = command.save().and_then(|_| matches.get_one::<String>(TO));
    to.map_or(Ok(()), |to| saved::check(to))?;
    // A program that asks for JSON gets the bytes in the answer, as any other value.
    let is_shown = to.is_none() && output == Output::Json;
    let mut input = input::of(core, library, command.arguments(), matches)?;
    if let Some(question) = command.question() {
        let what = format!("`{}` asks before it does something", command.name());
        ensure_meant(matches.get_flag(YES), &what, question)?;
    }
    secrets::add_required(command.arguments(), &mut input)?;
    let mut reply = answer(core, library, command, input)?;
    if let Some(field) = command.save().filter(|_| !is_shown) {
        let left_out = saved::left_out(&reply);
        match saved::write(reply, field, to.map(String::as_str))? {
            Some(rest) => reply = rest,
            None => {
                left_out.iter().for_each(|left_out| output::note(output, left_out));
                return Ok(());
            }
        }
    }
    match output {
        Output::Json => output::json(std::str::from_utf8(&reply)?),
        Output::Table => {
            output::paged(&rows::show(command, &reply)?)?;
            if let Some(left_out) = rows::left_out(command, &reply) {
                output::note(output, &left_out);
            }
            Ok(())
        }
    }
}

/// Refuses without a daemon what would be undone when this command ends.
fn ensure_daemon(core: &Core, command: &SubcommandDecl) -> anyhow::Result<()> {
    match command.needs_daemon() {
        Some(reason) if !core.is_remote() => Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!("no daemon runs, so {reason}"),
            "`spacedrive serve --detach` starts one",
        )),
        _ => Ok(()),
    }
}

/// Calls the operation, and again with each secret that it answers that it needs.
fn answer(
    core: &Core,
    library: Uuid,
    command: &SubcommandDecl,
    mut input: Map<String, Value>,
) -> anyhow::Result<Vec<u8>> {
    loop {
        let spinner = Spinner::new(format!("{} …", command.operation()));
        let payload = serde_json::to_vec(&input)?.into();
        let error = match core.call(command.operation(), Some(library), payload) {
            Ok(reply) => return Ok(reply),
            Err(error) => error,
        };
        drop(spinner);
        let Some(secret) = secrets::needed(&error.body(), command.arguments(), &input) else {
            return Err(error.into());
        };
        secrets::add(secret, &mut input)?;
    }
}
