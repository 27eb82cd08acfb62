//! The operations `locations.*`, for the user only.

use ext_registry::{Context, CoreAction, CoreQuery, OpError, register};
use ext_services::locations::Locations;
use ext_wire::{
    Wire,
    ops::locations::{Add, List, ListLocationsOutput, Remove, Rescan, SetPaused},
};

use crate::BuiltIn;

/// Implements an operation whose call of the locations is an expression of `$locations` and `$input`.
macro_rules! operation {
    ($trait:ident<$op:ident>, |$locations:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $locations = context.service::<dyn Locations>()?;
                Ok($body?)
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(CoreAction<Add>, |locations, input| locations.add(input));

operation!(CoreQuery<List>, |locations, _input| locations
    .list()
    .map(|locations| ListLocationsOutput { locations }));

operation!(CoreAction<SetPaused>, |locations, input| locations
    .set_paused(input.location_id, input.paused));

operation!(CoreAction<Rescan>, |locations, input| locations.rescan(input.location_id));

operation!(CoreAction<Remove>, |locations, input| locations.remove(input.location_id));
