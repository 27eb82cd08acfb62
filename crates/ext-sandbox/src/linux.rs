//! The sandbox of Linux: landlock and seccomp.

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

use crate::{
    Work,
    syscalls::{DOCUMENTS, GUEST, OTHER_WAY},
};

static FILES_RESTRICTED: AtomicBool = AtomicBool::new(false);

/// The newest rules that are asked for; an older kernel enforces those that it knows.
const RULES: ABI = ABI::V6;

pub(crate) fn restrict_files(readable: &[&Path]) -> bool {
    let enforced = landlock(readable).is_ok_and(|status| status != RulesetStatus::NotEnforced);
    FILES_RESTRICTED.store(enforced, Ordering::Relaxed);
    enforced
}

pub(crate) fn files_are_restricted() -> bool {
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

/// Refuses all system calls that are not named, in all threads. A refused call fails and does not kill
/// the process: libraries try odd calls and work without them.
pub(crate) fn restrict_calls(work: Work) -> bool {
    let groups = match work {
        Work::Documents | Work::Compiling => DOCUMENTS,
        Work::Guest => GUEST,
    };
    let unknown = SeccompAction::Errno(libc::ENOSYS as u32);
    let refused = SeccompAction::Errno(libc::EPERM as u32);
    // In this order: the second filter does not let the first be installed any more.
    let other_way = filter(work, &[OTHER_WAY], SeccompAction::Allow, unknown);
    let allowed = filter(work, groups, refused, SeccompAction::Allow);
    [other_way, allowed].into_iter().all(|program| {
        program.is_some_and(|program| seccompiler::apply_filter_all_threads(&program).is_ok())
    })
}

/// Makes a filter: `matched` for these calls, `otherwise` for all others; `None` on a processor that the
/// filter's compiler does not know.
fn filter(
    work: Work,
    calls: &[&[libc::c_long]],
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Option<BpfProgram> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).ok()?;
    let calls = calls.iter().copied().flatten();
    let rule = |call: &libc::c_long| Some((*call, rules(work, *call)?));
    let rules: Option<BTreeMap<i64, Vec<SeccompRule>>> = calls.map(rule).collect();
    SeccompFilter::new(rules?, otherwise, matched, arch).ok()?.try_into().ok()
}

/// Makes the rules for the arguments of a call; none for most. `None` when the filter's compiler
/// refuses.
fn rules(work: Work, call: libc::c_long) -> Option<Vec<SeccompRule>> {
    let conditions = conditions(work, call);
    if conditions.is_empty() {
        return Some(Vec::new());
    }
    let condition = |(argument, operator, value)| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value).ok()
    };
    let conditions: Option<Vec<_>> = conditions.into_iter().map(condition).collect();
    Some(vec![SeccompRule::new(conditions?).ok()?])
}

/// A condition: number of an argument, comparison, and value.
type Condition = (u8, SeccompCmpOp, u64);

fn conditions(work: Work, call: libc::c_long) -> Vec<Condition> {
    const CLONE_THREAD: u64 = 0x10000;
    let has = |bits: u64| SeccompCmpOp::MaskedEq(bits);
    match (call, work) {
        // Threads, no processes.
        (libc::SYS_clone, _) => vec![(0, has(CLONE_THREAD), CLONE_THREAD)],
        // Signals to itself only.
        (libc::SYS_tgkill, _) => vec![(0, SeccompCmpOp::Eq, u64::from(std::process::id()))],
        // Its own limits only.
        (libc::SYS_prlimit64, _) => vec![(0, SeccompCmpOp::Eq, 0)],
        // Names of threads; not the signal that it gets at its parent's end, nor anything else.
        (libc::SYS_prctl, _) => vec![(0, SeccompCmpOp::Eq, libc::PR_SET_NAME as u64)],
        // No more code; and all memory of a guest is its own, so that the limit counts it.
        (libc::SYS_mmap, Work::Guest) => {
            vec![(2, has(libc::PROT_EXEC as u64), 0), (3, has(libc::MAP_SHARED as u64), 0)]
        }
        (libc::SYS_mmap | libc::SYS_mprotect, Work::Guest | Work::Documents) => {
            vec![(2, has(libc::PROT_EXEC as u64), 0)]
        }
        _ => Vec::new(),
    }
}

pub(crate) fn die_with_parent() -> bool {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_06_only_a_compiler_may_make_memory_that_is_executed() {
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            for work in [Work::Documents, Work::Guest] {
                assert_eq!(conditions(work, call).first().map(|(argument, ..)| *argument), Some(2));
            }
            assert!(conditions(Work::Compiling, call).is_empty());
        }
    }
}
