//! The operations `schedules.*`, for the user only.

use ext_registry::{Context, CoreAction, CoreQuery, OpError, register};
use ext_services::schedules::Schedules;
use ext_wire::{
    Wire,
    ops::schedules::{Add, List, ListSchedulesOutput, Remove},
};

use crate::BuiltIn;

/// Implements an operation whose call of the schedules is an expression of `$schedules` and `$input`.
macro_rules! operation {
    ($trait:ident<$op:ident>, |$schedules:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $schedules = context.service::<dyn Schedules>()?;
                Ok($body?)
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(CoreAction<Add>, |schedules, input| schedules.add(input));

operation!(CoreQuery<List>, |schedules, _input| schedules
    .list()
    .map(|schedules| ListSchedulesOutput { schedules }));

operation!(CoreAction<Remove>, |schedules, input| schedules.remove(input.schedule_id));
