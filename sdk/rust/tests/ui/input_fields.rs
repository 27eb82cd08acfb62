//! Inputs that no JSON is read into.
use spacedrive_sdk::Input;

#[derive(Input)]
struct Strange {
    since: std::time::Instant,
}

#[derive(Input)]
struct Misspelt {
    #[input(maximum = 1)]
    lines: u16,
}

#[derive(Input)]
struct Tuple(u16);

fn main() {}
