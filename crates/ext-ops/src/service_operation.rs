//! Operations that are one call of a service.

/// Implements and registers an operation whose call of a service is an expression of the service and the
/// input.
macro_rules! service_operation {
    ($trait:ident<$op:ident> of $service:ty, |$name:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as ::ext_wire::Wire>::Input,
                context: ::ext_registry::Context<'_>,
            ) -> Result<<$op as ::ext_wire::Wire>::Output, ::ext_registry::OpError> {
                let $name = context.service::<$service>()?;
                Ok($body?)
            }
        }
        ::ext_registry::register!($trait<$op> for BuiltIn);
    };
}
pub(crate) use service_operation;
