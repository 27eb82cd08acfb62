//! The answer of each function, and the bytes that it writes.

use std::time::Duration;

use crate::common::{Guest, World};
use ext_host_wasi::{End, Errno, Function, MAX_LINE_BYTES, MODULE, Stream, Type};

/// An address outside of the memory, and one whose last bytes are.
const OUTSIDE: [u32; 3] = [Guest::SIZE, Guest::SIZE - 3, u32::MAX];

#[test]
fn functions_are_found_by_their_names_only() {
    assert_eq!(MODULE, "wasi_snapshot_preview1");
    for function in Function::ALL {
        assert_eq!(Function::find(function.name()), Some(*function));
    }
    for other in ["path_open", "fd_pwrite", "sock_accept", "proc_raise", "FD_WRITE", ""] {
        assert_eq!(Function::find(other), None, "{other}");
    }
}

#[test]
fn types_are_those_of_the_description() {
    let params = |name: &str| Function::find(name).unwrap().params().to_vec();
    assert_eq!(params("clock_time_get"), [Type::I32, Type::I64, Type::I32]);
    assert_eq!(params("fd_seek"), [Type::I32, Type::I64, Type::I32, Type::I32]);
    assert_eq!(params("poll_oneoff"), [Type::I32; 4]);
    assert_eq!(params("sched_yield"), []);
    assert_eq!(Function::ProcExit.results(), []);
    assert!(Function::ALL.iter().all(|f| f.params().len() <= 4 && f.results().len() <= 1));
}

#[test]
fn there_are_no_arguments_and_no_environment() {
    for (sizes, get) in [
        (Function::ArgsSizesGet, Function::ArgsGet),
        (Function::EnvironSizesGet, Function::EnvironGet),
    ] {
        let mut guest = Guest::filled(0xaa);
        assert_eq!(guest.call(sizes, &[16, 24]), Errno::SUCCESS);
        assert_eq!((guest.u32(16), guest.u32(20), guest.u32(24)), (0, 0xaaaa_aaaa, 0));
        let before = guest.bytes();
        assert_eq!(guest.call(get, &[100, 200]), Errno::SUCCESS);
        assert_eq!(guest.bytes(), before);
        for wild in OUTSIDE {
            assert_eq!(guest.call(sizes, &[wild, 24]), Errno::FAULT);
            assert_eq!(guest.call(sizes, &[16, wild]), Errno::FAULT);
            assert_eq!(guest.bytes(), before);
        }
    }
}

#[test]
fn clocks_tell_whole_milliseconds() {
    let mut guest = Guest::filled(0);
    for clock in [0, 1] {
        assert_eq!(guest.call(Function::ClockResGet, &[clock, 8]), Errno::SUCCESS);
        assert_eq!(guest.u64(8), 1_000_000);
        assert_eq!(guest.call(Function::ClockTimeGet, &[clock, 0, 16]), Errno::SUCCESS);
        assert_eq!(guest.u64(16) % 1_000_000, 0);
        for wild in OUTSIDE {
            assert_eq!(guest.call(Function::ClockTimeGet, &[clock, 0, wild]), Errno::FAULT);
            assert_eq!(guest.call(Function::ClockResGet, &[clock, wild]), Errno::FAULT);
        }
    }
    for unknown in [2, 3, 4, u32::MAX] {
        assert_eq!(guest.call(Function::ClockTimeGet, &[unknown, 0, 16]), Errno::INVAL);
        assert_eq!(guest.call(Function::ClockResGet, &[unknown, 16]), Errno::INVAL);
    }
}

#[test]
fn clocks_go_on() {
    let mut guest = Guest::filled(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    guest.call(Function::ClockTimeGet, &[0, 0, 0]);
    let told = Duration::from_nanos(guest.u64(0));
    assert!(told.abs_diff(now) < Duration::from_secs(60), "{told:?} is not {now:?}");
    guest.call(Function::ClockTimeGet, &[1, 0, 0]);
    let first = guest.u64(0);
    assert!(first > 0, "Go takes 0 for a broken clock");
    std::thread::sleep(Duration::from_millis(3));
    guest.call(Function::ClockTimeGet, &[1, 0, 0]);
    assert!(guest.u64(0) >= first + 2_000_000);
}

#[test]
fn random_bytes_fill_what_was_asked_for_and_nothing_else() {
    let mut guest = Guest::filled(0);
    assert_eq!(guest.call(Function::RandomGet, &[100, 5000]), Errno::SUCCESS);
    let bytes = guest.bytes();
    assert!(bytes[..100].iter().chain(&bytes[5100..]).all(|byte| *byte == 0));
    // Whole runs of zeroes do not happen by chance.
    assert!(bytes[100..5100].chunks(50).all(|chunk| chunk.iter().any(|byte| *byte != 0)));
    assert_eq!(guest.call(Function::RandomGet, &[0, 0]), Errno::SUCCESS);
    assert_eq!(guest.call(Function::RandomGet, &[Guest::SIZE, 0]), Errno::SUCCESS);
    for (ptr, len) in [(Guest::SIZE, 1), (0, Guest::SIZE + 1), (u32::MAX, 2), (1, u32::MAX)] {
        assert_eq!(guest.call(Function::RandomGet, &[ptr, len]), Errno::FAULT);
    }
    assert_eq!(guest.bytes(), bytes);
    let mut large = Guest::of_size(2 << 20);
    assert_eq!(large.call(Function::RandomGet, &[0, 1 << 20]), Errno::SUCCESS);
    assert_eq!(large.call(Function::RandomGet, &[0, (1 << 20) + 1]), Errno::INVAL);
}

#[test]
fn what_is_written_becomes_lines() {
    let mut guest = Guest::filled(0);
    assert_eq!(guest.write(1, &["one\ntw", "o\nthree"]), (Errno::SUCCESS, 13));
    assert_eq!(guest.write(2, &["oops\n"]), (Errno::SUCCESS, 5));
    assert_eq!(
        guest.world.take(),
        [
            (Stream::Stdout, "one".into()),
            (Stream::Stdout, "two".into()),
            (Stream::Stderr, "oops".into()),
        ]
    );
    guest.flush();
    assert_eq!(guest.world.take(), [(Stream::Stdout, "three".into())]);
    guest.flush();
    assert_eq!(guest.world.take(), []);
    assert_eq!(guest.write(1, &[]), (Errno::SUCCESS, 0));
}

#[test]
fn one_write_takes_a_bounded_part() {
    let mut guest = Guest::of_size(1 << 20);
    let long = "x".repeat(100_000);
    let (errno, written) = guest.write(1, &[&long]);
    assert_eq!((errno, written), (Errno::SUCCESS, 16 << 10));
    assert!(guest.world.take().iter().all(|(_, line)| line.len() == MAX_LINE_BYTES));
    guest.put(0, &[0; 8 * 1025]);
    assert_eq!(guest.call(Function::FdWrite, &[1, 0, 1025, 9000]), Errno::INVAL);
    assert_eq!(guest.call(Function::FdWrite, &[1, 0, 1024, 9000]), Errno::SUCCESS);
}

#[test]
fn wild_buffers_write_nothing() {
    let mut guest = Guest::filled(0);
    for (ptr, len) in [(Guest::SIZE, 1_u32), (8, Guest::SIZE), (u32::MAX, u32::MAX), (1, u32::MAX)]
    {
        // The first buffer is fine, the second is not.
        guest.put(0, &[100_u32, 1, ptr, len].map(u32::to_le_bytes).concat());
        guest.put(100, b"\n");
        let before = guest.bytes();
        assert_eq!(guest.call(Function::FdWrite, &[1, 0, 2, 50]), Errno::FAULT);
        assert_eq!(guest.bytes(), before);
    }
    for wild in OUTSIDE {
        assert_eq!(guest.call(Function::FdWrite, &[1, wild, 1, 50]), Errno::FAULT);
        assert_eq!(guest.call(Function::FdWrite, &[1, 0, 1, wild]), Errno::FAULT);
    }
    assert_eq!(guest.world.take(), []);
}

#[test]
fn there_are_three_descriptors_and_each_has_its_direction() {
    let mut guest = Guest::filled(0xaa);
    assert_eq!(guest.call(Function::FdRead, &[0, 0, 0, 16]), Errno::SUCCESS);
    assert_eq!(guest.u32(16), 0, "stdin is at its end");
    assert_eq!(guest.call(Function::FdRead, &[1, 0, 0, 16]), Errno::BADF);
    assert_eq!(guest.call(Function::FdRead, &[0, 0, 0, Guest::SIZE]), Errno::FAULT);
    assert_eq!(guest.call(Function::FdWrite, &[0, 0, 0, 16]), Errno::BADF);
    for fd in [3, 4, u32::MAX] {
        for function in [
            Function::FdRead,
            Function::FdWrite,
            Function::FdSeek,
            Function::FdClose,
            Function::FdFdstatGet,
            Function::FdFdstatSetFlags,
        ] {
            assert_eq!(guest.call(function, &[fd, 0, 0, 16]), Errno::BADF, "{function:?} {fd}");
        }
    }
    for fd in [0, 1, 2, 3, 4] {
        assert_eq!(guest.call(Function::FdPrestatGet, &[fd, 16]), Errno::BADF);
        assert_eq!(guest.call(Function::FdPrestatDirName, &[fd, 16, 8]), Errno::BADF);
    }
}

#[test]
fn descriptors_are_terminals_without_a_position() {
    let mut guest = Guest::filled(0xaa);
    for (fd, rights) in [(0, 1 << 1), (1, 1 << 6), (2, 1 << 6)] {
        assert_eq!(guest.call(Function::FdSeek, &[fd, 0, 1, 16]), Errno::SPIPE);
        assert_eq!(guest.call(Function::FdFdstatGet, &[fd, 32]), Errno::SUCCESS);
        assert_eq!(guest.bytes()[32], 2, "a character device");
        assert_eq!((guest.bytes()[34], guest.bytes()[35]), (0, 0), "no flags");
        assert_eq!((guest.u64(40), guest.u64(48)), (rights, 0));
        assert_eq!(guest.bytes()[56], 0xaa);
        assert_eq!(guest.call(Function::FdFdstatGet, &[fd, Guest::SIZE - 23]), Errno::FAULT);
        assert_eq!(guest.call(Function::FdFdstatSetFlags, &[fd, 0]), Errno::SUCCESS);
        assert_eq!(guest.call(Function::FdFdstatSetFlags, &[fd, 4]), Errno::NOTSUP);
    }
}

#[test]
fn a_closed_descriptor_is_gone() {
    let mut guest = Guest::filled(0);
    assert_eq!(guest.call(Function::FdClose, &[1]), Errno::SUCCESS);
    assert_eq!(guest.call(Function::FdClose, &[1]), Errno::BADF);
    assert_eq!(guest.write(1, &["x\n"]).0, Errno::BADF);
    assert_eq!(guest.write(2, &["y\n"]).0, Errno::SUCCESS);
    assert_eq!(guest.world.take(), [(Stream::Stderr, "y".into())]);
}

#[test]
fn a_timer_sleeps_at_least_what_it_says() {
    let mut guest = Guest::filled(0);
    // The shorter of two timers; parts of a millisecond are rounded up.
    guest.put(0, &subscription(7, 0, 1, 2_500_000, 0));
    guest.put(48, &subscription(8, 0, 0, 900_000_000, 0));
    assert_eq!(guest.call(Function::PollOneoff, &[0, 512, 2, 500]), Errno::SUCCESS);
    assert_eq!(guest.world.slept, [Duration::from_millis(3)]);
    assert_eq!(guest.u32(500), 1);
    assert_eq!((guest.u64(512), guest.u64(520), guest.u64(528), guest.u64(536)), (7, 0, 0, 0));
    assert_eq!(guest.u64(544), 0, "one event is written");
}

#[test]
fn a_timer_may_be_a_moment() {
    let mut guest = Guest::filled(0);
    guest.call(Function::ClockTimeGet, &[1, 0, 400]);
    let soon = guest.u64(400) + 5_000_000_000;
    guest.put(0, &subscription(1, 0, 1, soon, 1));
    assert_eq!(guest.call(Function::PollOneoff, &[0, 512, 1, 500]), Errno::SUCCESS);
    let slept = guest.world.slept[0];
    assert!(slept > Duration::from_secs(3) && slept <= Duration::from_secs(5), "{slept:?}");
    guest.world.slept.clear();
    guest.put(0, &subscription(1, 0, 1, 5, 1));
    assert_eq!(guest.call(Function::PollOneoff, &[0, 512, 1, 500]), Errno::SUCCESS);
    assert_eq!(guest.world.slept, [], "it has passed");
}

#[test]
fn descriptors_are_ready_at_once() {
    let mut guest = Guest::filled(0);
    guest.put(0, &subscription(1, 0, 1, u64::MAX, 0));
    guest.put(48, &subscription(2, 1, 0, 0, 0));
    guest.put(96, &subscription(3, 2, 9, 0, 0));
    guest.put(144, &subscription(4, 0, 77, 0, 0));
    assert_eq!(guest.call(Function::PollOneoff, &[0, 512, 4, 500]), Errno::SUCCESS);
    assert_eq!(guest.world.slept, []);
    assert_eq!(guest.u32(500), 3);
    let event = |index: u32| {
        let at = 512 + 32 * index;
        (guest.u64(at), guest.u64(at + 8))
    };
    let (read, write) = (1 << 16, 2 << 16);
    assert_eq!(
        [event(0), event(1), event(2)],
        [
            (2, read),
            (3, write | u64::from(Errno::BADF.number())),
            (4, u64::from(Errno::INVAL.number())),
        ]
    );
}

#[test]
fn polls_that_make_no_sense_are_refused() {
    let mut guest = Guest::filled(0);
    guest.put(0, &subscription(1, 0, 1, 1_000_000, 0));
    let refused = [
        ([0, 512, 0, 500], Errno::INVAL),
        ([0, 512, 65, 500], Errno::INVAL),
        ([0, 512, u32::MAX, 500], Errno::INVAL),
        ([Guest::SIZE - 47, 512, 1, 500], Errno::FAULT),
        ([0, Guest::SIZE - 31, 1, 500], Errno::FAULT),
        ([0, 512, 1, Guest::SIZE - 3], Errno::FAULT),
    ];
    for (args, errno) in refused {
        assert_eq!(guest.call(Function::PollOneoff, &args), errno, "{args:?}");
    }
    guest.put(0, &subscription(1, 3, 1, 1_000_000, 0));
    assert_eq!(guest.call(Function::PollOneoff, &[0, 512, 1, 500]), Errno::INVAL);
    assert_eq!(guest.world.slept, []);
}

#[test]
fn a_sleep_that_the_host_ends_ends_the_guest() {
    let mut guest = Guest::filled(0);
    guest.world = World { stops: true, ..World::default() };
    guest.put(0, &subscription(1, 0, 1, u64::MAX, 0));
    assert_eq!(guest.try_call(Function::PollOneoff, &[0, 512, 1, 500]), Err(End::Stopped));
}

#[test]
fn exit_ends_the_guest_and_yielding_does_not() {
    let mut guest = Guest::filled(0);
    assert_eq!(guest.try_call(Function::ProcExit, &[3]), Err(End::Exit(3)));
    assert_eq!(guest.call(Function::SchedYield, &[]), Errno::SUCCESS);
}

/// As in `typenames.witx`: user data, kind, then clock (or descriptor), timeout, precision, flags.
fn subscription(userdata: u64, kind: u64, what: u64, timeout: u64, flags: u64) -> Vec<u8> {
    [userdata, kind, what, timeout, 0, flags].map(u64::to_le_bytes).concat()
}
