//! Arbitrary arguments and memory: every call is answered, and only its results are written.

use std::ops::Range;

use crate::common::Guest;
use ext_host_wasi::{Errno, Function};
use proptest::prelude::*;

const SIZE: u32 = 4096;

/// Small numbers, addresses near both ends of the memory, anything.
fn argument() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0_u32..4, 4 => 0..SIZE, 2 => SIZE - 80..SIZE + 8, 1 => any::<u32>()]
}

/// Memory in words, so that what is read as an address or length often makes sense.
fn memory() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::collection::vec(argument(), SIZE as usize / 4);
    words.prop_map(|words| words.into_iter().flat_map(u32::to_le_bytes).collect())
}

/// The places where a function may write.
fn results(function: Function, [a, b, c, d]: [u32; 4]) -> Vec<Range<u64>> {
    let range = |at: u32, bytes: u32| u64::from(at)..u64::from(at) + u64::from(bytes);
    match function {
        Function::ArgsSizesGet | Function::EnvironSizesGet => vec![range(a, 4), range(b, 4)],
        Function::ClockResGet => vec![range(b, 8)],
        Function::ClockTimeGet => vec![range(c, 8)],
        Function::FdFdstatGet => vec![range(b, 24)],
        Function::FdRead | Function::FdWrite => vec![range(d, 4)],
        Function::PollOneoff => vec![range(b, c.saturating_mul(32)), range(d, 4)],
        Function::RandomGet => vec![range(a, b)],
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn abi_02_abi_03_any_call_is_answered_and_writes_its_results_only(
        bytes in memory(),
        calls in prop::collection::vec(
            (0..Function::ALL.len(), prop::array::uniform4(argument())),
            1..60,
        ),
    ) {
        let mut guest = Guest::of_size(SIZE as usize);
        guest.put(0, &bytes);
        for (index, args) in calls {
            let function = Function::ALL[index];
            let before = guest.bytes();
            let answer = guest.try_call(function, &args);
            let after = guest.bytes();
            prop_assert_eq!(before.len(), after.len());
            let may = match answer {
                Ok(Errno::SUCCESS) => results(function, args),
                _ => Vec::new(),
            };
            for (at, (was, is)) in (0_u64..).zip(before.iter().zip(&after)) {
                let inside = may.iter().any(|range| range.contains(&at));
                prop_assert!(was == is || inside, "{function:?} {args:?} wrote at {at}");
            }
        }
        guest.flush();
    }

    #[test]
    fn lines_hold_all_that_was_written(pieces in prop::collection::vec("[a-zäöü€ \n]{0,40}", 0..20)) {
        let mut guest = Guest::filled(0);
        for piece in &pieces {
            let (errno, written) = guest.write(1, &[piece]);
            prop_assert_eq!((errno, written as usize), (Errno::SUCCESS, piece.len()));
        }
        guest.flush();
        let text = pieces.concat();
        let lines: Vec<_> = guest.world.take().into_iter().map(|(_, line)| line).collect();
        let expected: Vec<_> = text.lines().map(str::to_owned).collect();
        prop_assert_eq!(lines, expected);
    }
}
