//! The system calls that workers keep.

use libc::c_long;

/// The calls for reading documents: memory, threads, clocks, the pipes that are open already. None
/// that opens a file or a socket, starts a program, signals or watches another process; `clone`,
/// `tgkill` and `prlimit64` have conditions.
pub(super) const DOCUMENTS: &[&[c_long]] = &[COMPUTING, THREADS];

/// The calls for a guest whose code is loaded and whose threads are there. `mmap` and `mprotect` have
/// conditions besides.
pub(super) const GUEST: &[&[c_long]] = &[COMPUTING];

const COMPUTING: &[c_long] = &[
    // The open pipes.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_ppoll,
    // Memory.
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    // The threads that there are.
    libc::SYS_futex,
    libc::SYS_rseq,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Signals to itself, as `abort` sends; and traps of wasm, which are signals too.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_tgkill,
    libc::SYS_restart_syscall,
    // Clocks and chance.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    // Its own figures.
    libc::SYS_getrusage,
    libc::SYS_prlimit64,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_arch_prctl,
];

/// The calls that start threads.
const THREADS: &[c_long] = &[
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_prctl,
];

/// Calls whose arguments a filter cannot inspect: refused as unknown, so that the C library takes the
/// older call.
pub(super) const OTHER_WAY: &[c_long] = &[libc::SYS_clone3];
