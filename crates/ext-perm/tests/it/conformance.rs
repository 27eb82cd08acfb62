//! The backends of this crate pass the suite that every backend has to pass.

use ext_perm::{All, Any, Author, NumberedRule, PermissionBackend, RuleBackend};
use ext_perm_conformance::{EXTENSION, PolicyRule, check};

fn rules(author: Author, rules: &[PolicyRule]) -> Box<dyn PermissionBackend> {
    let numbered = (0..).zip(rules).map(|(id, rule)| NumberedRule {
        id,
        place: format!("rule {id}"),
        statement: rule.statement(),
    });
    Box::new(RuleBackend::new(author, EXTENSION, numbered))
}

#[test]
fn grants_pass() {
    check(1024, |policy| rules(Author::User, policy));
}

#[test]
fn all_of_the_same_twice_passes() {
    check(256, |policy| {
        let both = vec![rules(Author::User, policy), rules(Author::Administrator, policy)];
        Box::new(All::new("all", both))
    });
}

#[test]
fn any_of_two_halves_passes() {
    check(1024, |policy| {
        let (one, two) = policy.split_at(policy.len() / 2);
        let both = vec![rules(Author::User, one), rules(Author::Administrator, two)];
        Box::new(Any::new("any", both))
    });
}
