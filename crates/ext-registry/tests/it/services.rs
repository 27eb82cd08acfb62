//! Services that operations need, and registries that leave operations out.

use std::sync::Arc;

use ext_perm::Engine;
use ext_registry::{
    Call, Context, CoreQuery, Deadline, OpError, Progress, Registry, Services,
    execute_json_operation_blocking,
};
use ext_wire::{ErrorCode, body::BlobStyle};

trait Shelf: Send + Sync {}
struct Board;
impl Shelf for Board {}

ext_wire::wire! {
    /// Counts.
    CoreQuery CountShelves = "query:shelves.count.v1", () => ();
    /// Counts.
    CoreQuery CountBooks = "query:books.count.v1", () => ();
}

impl CoreQuery for CountShelves {
    async fn execute((): (), context: Context<'_>) -> Result<(), OpError> {
        context.service::<dyn Shelf>().map(drop)
    }
}
ext_registry::register!(CoreQuery for CountShelves);

impl CoreQuery for CountBooks {
    async fn execute((): (), context: Context<'_>) -> Result<(), OpError> {
        context.service::<String>().map(drop)
    }
}
ext_registry::register!(CoreQuery for CountBooks);
ext_registry::require_service!("shelves", dyn Shelf);
ext_registry::require_service!("books.count", String);

#[test]
fn a_missing_service_is_named_with_an_operation_that_needs_it() {
    let registry = Registry::collect().unwrap();
    let none = registry.check(&Services::default()).unwrap_err();
    assert_eq!(
        none.to_string(),
        "`query:books.count.v1` needs the service `alloc::string::String`, which this host \
         does not have"
    );
    let one = Services::default().with::<String>(Arc::default());
    assert_eq!(registry.check(&one).unwrap_err().method, "query:shelves.count.v1");
    let both = one.with::<dyn Shelf>(Arc::new(Board));
    assert_eq!(registry.check(&both), Ok(()));
}

#[test]
fn what_is_left_out_needs_nothing_and_is_not_there() {
    let registry = Registry::collect().unwrap().only(|method| method.family() == "shelves");
    assert!(registry.get("query:books.count.v1").is_none());
    assert_eq!(code(&registry, "query:books.count.v1"), ErrorCode::UnknownMethod);
    assert_eq!(registry.len(), 1);
    let shelf = Services::default().with::<dyn Shelf>(Arc::new(Board));
    assert_eq!(registry.check(&shelf), Ok(()));
}

fn code(registry: &Registry, method: &str) -> ErrorCode {
    let call = Call {
        method,
        library: None,
        payload: "null".into(),
        blobs: BlobStyle::Base64,
        deadline: Deadline::NONE,
        progress: Progress::NONE,
    };
    let (services, user) = (Services::default(), Engine::for_user());
    let answer = execute_json_operation_blocking(registry, &services, &user, call, &mut Vec::new());
    answer.map_or_else(|error| error.code(), |()| ErrorCode::OK)
}
