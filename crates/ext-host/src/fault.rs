//! Faults as the engine's errors, in both directions.

use ext_abi::ErrorCode;
use wasmer::RuntimeError;

use crate::{
    Fault,
    clock::{CallClock, Expired},
    frames,
};

/// Wraps a fault into an error that ends the guest's call; [`fault_of`] gets it back.
pub(crate) fn trap(fault: Fault) -> RuntimeError {
    RuntimeError::user(Box::new(fault))
}

/// Translates a runtime error, given the clock of the call that it ended.
pub(crate) fn fault_of(error: &RuntimeError, clock: &CallClock) -> Fault {
    if error.downcast_ref::<Fault>().is_some() {
        return fault_of_trap(error);
    }
    if let Some(expired) = clock.expired() {
        return Fault { backtrace: backtrace(error), ..timeout_fault(expired) };
    }
    if clock.fuel.is_used_up() {
        let fault = Fault::new(ErrorCode::Cpu, "the guest used up the fuel of a call");
        return Fault { backtrace: backtrace(error), ..fault };
    }
    fault_of_trap(error)
}

/// Translates a runtime error of a guest that no limit of time or fuel ended.
pub(crate) fn fault_of_trap(error: &RuntimeError) -> Fault {
    if let Some(fault) = error.downcast_ref::<Fault>() {
        return Fault { backtrace: backtrace(error), ..fault.clone() };
    }
    let is_overflow = error.clone().to_trap() == Some(wasmer_types::TrapCode::StackOverflow);
    let code = if is_overflow { ErrorCode::Stack } else { ErrorCode::Trap };
    let message = format!("the guest trapped: {}", error.message());
    Fault { code, message, backtrace: backtrace(error) }
}

/// Makes the fault of a call whose time is up.
pub(crate) fn timeout_fault(expired: Expired) -> Fault {
    match expired {
        Expired::Compute => {
            Fault::new(ErrorCode::Cpu, "the code of the guest ran too long in one call")
        }
        Expired::Stopped => Fault::new(ErrorCode::Stopped, "the extension was stopped"),
        Expired::Call => Fault::new(ErrorCode::Deadline, "the call ran out of time"),
    }
}

/// Collects the names of functions, innermost first, as [`frames::readable`] writes them.
fn backtrace(error: &RuntimeError) -> Vec<String> {
    let name = |frame: &wasmer_types::FrameInfo| match frame.function_name() {
        Some(name) => name.to_owned(),
        None => format!("function {}", frame.func_index()),
    };
    frames::readable(&error.trace().iter().map(name).collect::<Vec<_>>())
}
