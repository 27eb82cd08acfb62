//! For arbitrary arguments, a call is answered or refused, and no byte changes but the reply's.

use crate::common::{Recorder, guest, limits, start_with};
use ext_host::{ErrorCode, InstanceLimits};
use proptest::prelude::*;
use std::time::Duration;

/// Reads five arguments from the event, calls the host with them and returns the frame's address.
fn caller() -> Vec<u8> {
    guest(
        r#"(func (export "plugin_on_event") (param $p i32) (param $len i32) (result i32)
             (i32.load offset=4 (call $call
               (i32.load (local.get $p)) (i32.load offset=4 (local.get $p))
               (i32.load offset=8 (local.get $p)) (i32.load offset=12 (local.get $p))
               (i32.load offset=16 (local.get $p)))))"#,
    )
}

fn argument() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..300, 131_000_u32..131_200, any::<u32>(), (u32::MAX - 40)..=u32::MAX]
}

#[test]
fn any_arguments_are_answered_with_a_known_code() {
    let limits = InstanceLimits { compute_timeout: Duration::from_secs(20), ..limits() };
    let limits = InstanceLimits { call_timeout: Duration::from_secs(60), ..limits };
    let host = Recorder::default();
    let module = ext_host::Module::compile(&caller(), &limits).unwrap();
    let watchdog = ext_host::Watchdog::start();
    let start = || {
        ext_host::Instance::start(&module, limits.clone(), Box::new(host.clone()), &watchdog)
            .unwrap()
    };
    let mut config = ProptestConfig::with_cases(2000);
    config.failure_persistence = None;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = runner.run(&proptest::array::uniform5(argument()), |arguments| {
        let event: Vec<u8> = arguments.iter().flat_map(|number| number.to_le_bytes()).collect();
        let status =
            start().on_event(&event).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let status = ErrorCode::try_from(status.cast_unsigned());
        prop_assert!(
            matches!(
                status,
                Ok(ErrorCode::OK
                    | ErrorCode::AbiRange
                    | ErrorCode::AbiTooLarge
                    | ErrorCode::AbiUtf8)
            ),
            "{:?}",
            status
        );
        Ok(())
    });
    run.unwrap();
    assert!(start_with(&caller(), limits.clone(), Recorder::default()).is_ok());
}

#[test]
fn abi_53_single_bit_flips_load_or_are_refused() {
    let wasm = caller();
    for byte in 0..wasm.len() {
        let mut flipped = wasm.clone();
        flipped[byte] ^= 1 << (byte % 8);
        if let Ok(module) = crate::common::compile(&flipped) {
            let watchdog = ext_host::Watchdog::start();
            let host = Box::new(Recorder::default());
            if let Ok(mut instance) = ext_host::Instance::start(&module, limits(), host, &watchdog)
            {
                let _ = instance.init();
                let _ = instance.on_event(&[0; 20]);
            }
        }
    }
}
