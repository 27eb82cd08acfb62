//! landlock and seccomp.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::syscalls::{ALLOWED, OTHER_WAY};

/// What the worker says of itself in its greeting.
static FILES_RESTRICTED: AtomicBool = AtomicBool::new(false);

/// The newest rules that are asked for; an older kernel enforces those that it knows.
const RULES: ABI = ABI::V6;

pub(super) fn restrict_files(readable: &[&Path]) -> bool {
    let enforced = landlock(readable).is_ok_and(|status| status != RulesetStatus::NotEnforced);
    FILES_RESTRICTED.store(enforced, Ordering::Relaxed);
    enforced
}

pub(super) fn files_are_restricted() -> bool {
    FILES_RESTRICTED.load(Ordering::Relaxed)
}

fn landlock(readable: &[&Path]) -> Result<RulesetStatus, RulesetError> {
    // Its own figures, so that the limit of memory can be reckoned; and those of the processors,
    // by which thread pools choose their size.
    let own = ["/proc/self", "/proc/cpuinfo", "/sys/devices/system/cpu", "/sys/fs/cgroup"];
    let own = own.into_iter().map(Path::new);
    let paths: Vec<&Path> = readable.iter().copied().chain(own).collect();
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(RULES))?
        .handle_access(AccessNet::from_all(RULES))?
        .scope(Scope::from_all(RULES))?
        .create()?
        .add_rules(path_beneath_rules(paths, AccessFs::from_read(RULES)))?
        .restrict_self()?;
    Ok(status.ruleset)
}

/// Refuses all system calls that are not named, in all threads. A refused call fails, it does not
/// kill: libraries ask for odd things and live without them.
pub(super) fn restrict_calls() -> bool {
    // In this order: the second filter does not let the first be installed any more.
    let other_way =
        filter(OTHER_WAY, SeccompAction::Allow, SeccompAction::Errno(libc::ENOSYS as u32));
    let allowed = filter(ALLOWED, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow);
    [other_way, allowed].into_iter().all(|program| {
        program.is_some_and(|program| seccompiler::apply_filter_all_threads(&program).is_ok())
    })
}

/// `matched` for these calls, `otherwise` for all others; `None` on a processor that the filter's
/// compiler does not know.
fn filter(
    calls: &[libc::c_long],
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Option<BpfProgram> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).ok()?;
    let rule = |call: &libc::c_long| Some((*call, conditions(*call)?));
    let rules: Option<BTreeMap<i64, Vec<SeccompRule>>> = calls.iter().map(rule).collect();
    let rules = rules?;
    SeccompFilter::new(rules, otherwise, matched, arch).ok()?.try_into().ok()
}

/// What must hold of the arguments of a call; nothing for most. `None` when the filter's compiler
/// refuses.
fn conditions(call: libc::c_long) -> Option<Vec<SeccompRule>> {
    const CLONE_THREAD: u64 = 0x10000;
    let (operator, value) = match call {
        // Threads, no processes.
        libc::SYS_clone => (SeccompCmpOp::MaskedEq(CLONE_THREAD), CLONE_THREAD),
        // Signals to itself only.
        libc::SYS_tgkill => (SeccompCmpOp::Eq, u64::from(std::process::id())),
        // Its own limits only.
        libc::SYS_prlimit64 => (SeccompCmpOp::Eq, 0),
        _ => return Some(Vec::new()),
    };
    let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, operator, value).ok()?;
    Some(vec![SeccompRule::new(vec![condition]).ok()?])
}
