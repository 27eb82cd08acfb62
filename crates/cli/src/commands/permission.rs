//! `spacedrive permission`.

use anyhow::{Context, bail};
use ext_manifest::{DomainPattern, LibraryScope, MethodPattern};
use ext_perm::{Effect, Expiry, Glob, RECEIVE_EVENT_PATTERN, Rule};
use ext_wire::ops::{
    NoInput,
    extensions::{ExtensionRef, List},
    permissions::{
        CURRENT_SESSION, Explain, ExplainInput, ExplainOutput, Grant as GrantRule, GrantInput,
        GrantedRule, List as GrantsOf, Reset, Revoke, RevokeInput,
    },
    vdfs::{EntryRef, GetEntry},
};
use ext_wire::text::counted;
use serde_json::{Value, json};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    advice,
    args::{Output, PermissionCommand, RuleArgs},
    names,
    output::{self, Column, Warnings, cells},
};

pub(crate) fn run(core: &Core, command: PermissionCommand, output: Output) -> anyhow::Result<()> {
    match command {
        PermissionCommand::List { id } => list(core, id, output),
        PermissionCommand::Grant { id, rule, all } => grant(core, &id, &rule, all, output),
        PermissionCommand::Deny { id, rule } => deny(core, &id, &rule, output),
        PermissionCommand::Revoke { id, number, .. } => revoke(core, &id, number, output),
        PermissionCommand::Reset { id } => {
            let input = ExtensionRef { extension: id.clone() };
            let count = core.call_typed::<Reset>(None, &input)?.taken_back;
            taken_back(&id, count, output)
        }
        PermissionCommand::Explain { id, method, library, entry, sidecar } => {
            let library = library.map(|text| names::library(core, &text)).transpose()?;
            let entry = entry.map(|text| place(core, library, &text)).transpose()?;
            let (extension, library_id) = (id, library);
            let method = names::method(core, &method)?;
            let input = ExplainInput { extension, method, library_id, entry, sidecar };
            let explanation = core.call_typed::<Explain>(None, &input)?;
            output::print(output, &explanation, describe)
        }
    }
}

fn list(core: &Core, id: Option<String>, output: Output) -> anyhow::Result<()> {
    let ids = match id {
        Some(id) => vec![id],
        None => {
            let all = core.call_typed::<List>(None, &NoInput {})?.extensions;
            all.into_iter().map(|info| info.id).collect()
        }
    };
    let grants = ids.into_iter().map(|id| Ok::<_, anyhow::Error>((id.clone(), granted(core, id)?)));
    let grants = grants.collect::<anyhow::Result<Vec<_>>>()?;
    let json: Vec<_> = grants.iter().map(|(id, all)| to_json(id, all)).collect();
    output::print(output, &json, |_| {
        let row = |(id, grant): (&String, &GrantedRule)| {
            let given = cells::time(&grant.given);
            vec![id.clone(), grant.id.to_string(), given, grant.text.clone()]
        };
        let all = grants.iter().flat_map(|(id, all)| all.iter().map(move |grant| (id, grant)));
        let none =
            "nothing is granted: `spacedrive permission grant ID --all` grants what it asks for";
        let columns = [
            Column::text("EXTENSION"),
            Column::number("NUMBER"),
            Column::whole("GIVEN"),
            Column::text("RULE"),
        ];
        output::table(&columns, all.map(row).collect(), none)
    })
}

fn granted(core: &Core, id: String) -> anyhow::Result<Vec<GrantedRule>> {
    Ok(core.call_typed::<GrantsOf>(None, &ExtensionRef { extension: id })?.grants)
}

fn to_json(id: &str, grants: &[GrantedRule]) -> Value {
    let grant = |grant: &GrantedRule| {
        let GrantedRule { id, given, rule, .. } = grant;
        json!({ "id": id, "given": given, "rule": rule })
    };
    json!({ "extension": id, "grants": grants.iter().map(grant).collect::<Vec<_>>() })
}

/// Grants or denies; without a rule, grants all that the manifest asks for. Returns the number.
fn give(core: &Core, id: &str, rule: Option<Rule>) -> anyhow::Result<u64> {
    let rule = rule.map(serde_json::to_value).transpose()?;
    let input = GrantInput { extension: id.to_owned(), rule };
    Ok(core.call_typed::<GrantRule>(None, &input)?.grant)
}

fn grant(core: &Core, id: &str, args: &RuleArgs, all: bool, output: Output) -> anyhow::Result<()> {
    let number = match all && args.until.is_none() {
        true => give(core, id, None)?,
        false if !all && is_empty(args) => {
            bail!(
                "nothing to grant: add --method, --library, --domain, --entries, --sidecar, or --all"
            )
        }
        false => give(core, id, Some(rule(core, Effect::Allow, args)?))?,
    };
    let mut warnings = Warnings::new(output);
    warnings.extend(unasked(core, id, args)?);
    let granted = json!({ "extension": id, "grant": number });
    warnings.print(&granted, |_| format!("grant {number} of {id} is in force"))
}

/// Lists the methods of a grant that the manifest does not ask for, so that granting them changes
/// nothing.
fn unasked(core: &Core, id: &str, args: &RuleArgs) -> anyhow::Result<Vec<String>> {
    let manifests = core.extensions().manifests();
    let Some(manifest) = manifests.iter().find(|manifest| manifest.id() == id) else {
        return Ok(Vec::new());
    };
    let mut asked = manifest.permissions().methods().to_vec();
    if !manifest.events().is_empty() {
        asked.extend(MethodPattern::parse(RECEIVE_EVENT_PATTERN));
    }
    let granted = parsed(&args.methods, MethodPattern::parse)?.unwrap_or_default();
    let in_vain =
        granted.iter().filter(|one| asked.iter().all(|it| it.intersection(one).is_none()));
    Ok(in_vain.map(|method| in_words(id, method)).collect())
}

fn in_words(id: &str, method: &MethodPattern) -> String {
    format!(
        "the manifest of {id} does not ask for `{method}`, so the grant does not help until \
         `permissions.methods` in its manifest.json has it"
    )
}

fn deny(core: &Core, id: &str, args: &RuleArgs, output: Output) -> anyhow::Result<()> {
    if is_empty(args) {
        bail!("nothing to deny: add --method, --library, --domain, --entries, or --sidecar")
    }
    let number = give(core, id, Some(rule(core, Effect::Deny, args)?))?;
    output::print(output, &json!({ "extension": id, "grant": number }), |_| {
        format!("denied: `spacedrive permission revoke {id} {number}` takes that back")
    })
}

/// Takes back one grant or denial, or all grants.
fn revoke(core: &Core, id: &str, number: Option<u64>, output: Output) -> anyhow::Result<()> {
    let input = RevokeInput { extension: id.to_owned(), grant: number };
    taken_back(id, core.call_typed::<Revoke>(None, &input)?.taken_back, output)
}

fn taken_back(id: &str, count: u64, output: Output) -> anyhow::Result<()> {
    output::print(output, &json!({ "extension": id, "taken_back": count }), |_| {
        format!("{id}: {}", counted(count, "grant is taken back", "grants are taken back"))
    })
}

fn is_empty(args: &RuleArgs) -> bool {
    let RuleArgs { methods, libraries, domains, entries, sidecars, until: _ } = args;
    [methods, libraries, domains, entries, sidecars].iter().all(|list| list.is_empty())
}

fn rule(core: &Core, effect: Effect, args: &RuleArgs) -> anyhow::Result<Rule> {
    let libraries = args.libraries.iter().map(|text| match text.as_str() {
        "*" => Ok("*".to_owned()),
        text => names::library(core, text).map(|id| id.to_string()),
    });
    let libraries = libraries.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Rule {
        methods: parsed(&args.methods, MethodPattern::parse)?,
        libraries: match libraries.is_empty() {
            true => None,
            false => Some(LibraryScope::parse(libraries)?),
        },
        domains: parsed(&args.domains, DomainPattern::parse)?,
        entries: parsed(&args.entries, str::parse::<Glob>)?,
        sidecars: parsed(&args.sidecars, str::parse::<Glob>)?,
        expires: expiry(args.until.as_deref())?,
        ..Rule::new(effect)
    })
}

/// Parses the items; `None` when there are none, which means everything.
fn parsed<T, E: std::error::Error + Send + Sync + 'static>(
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, E>,
) -> anyhow::Result<Option<Vec<T>>> {
    let items = texts.iter().map(|text| parse(text)).collect::<Result<Vec<_>, _>>()?;
    Ok((!items.is_empty()).then_some(items))
}

fn expiry(text: Option<&str>) -> anyhow::Result<Expiry> {
    match text {
        None => Ok(Expiry::Never),
        Some("once") => Ok(Expiry::Once),
        Some("session") => Ok(Expiry::Session(CURRENT_SESSION.to_owned())),
        Some(time) => format!("until:{time}")
            .parse()
            .with_context(|| format!("`{time}` is not a valid period: write once, session, or a time such as 2027-01-31T00:00:00Z")),
    }
}

/// Returns the path of an entry that is named by its id; a path need not be that of an entry.
fn place(core: &Core, library: Option<Uuid>, text: &str) -> anyhow::Result<String> {
    let (Some(library), Ok(entry_id)) = (library, Uuid::parse_str(text)) else {
        return Ok(text.to_owned());
    };
    Ok(core.call_typed::<GetEntry>(Some(library), &EntryRef { entry_id })?.entry.path)
}

fn describe(explanation: &ExplainOutput) -> String {
    let outcome = match explanation {
        ExplainOutput { allowed: true, .. } => "allowed",
        ExplainOutput { undecided: true, .. } => "undecided: it does not run for now",
        _ => "denied",
    };
    let mut lines = vec![outcome.to_owned()];
    let decided = explanation.allowed_by.iter().chain(&explanation.denied_by);
    for part in decided {
        let said = part.message.as_deref().or(part.line.as_deref()).unwrap_or_default();
        lines.push(format!("  {}: {said}", part.backend));
        let asked = part.would_allow.as_ref();
        lines.extend(
            asked.map(|line| format!("      this line in the manifest asks for it: {line}")),
        );
        lines.extend(advice::on_grant(said).map(|advice| format!("      {advice}")));
        if let (Some(line), Some(_)) = (&part.line, &part.message) {
            lines.push(format!("      by {line}"));
        }
    }
    output::lines(lines)
}
