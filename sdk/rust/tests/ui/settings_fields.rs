//! Settings that nobody could set, or that have no value.
use spacedrive_sdk::Settings;

#[derive(Settings)]
struct NoDefault {
    lines: u16,
}

#[derive(Settings)]
struct Strange {
    since: std::time::Instant,
}

#[derive(Settings)]
struct Misspelt {
    #[setting(defualt = 1)]
    lines: u16,
}

#[derive(Settings)]
struct Computed {
    #[setting(default = 1 + 1)]
    lines: u16,
}

#[derive(Settings)]
struct Tuple(u16);

#[derive(Settings)]
enum Choice {
    One,
}

fn main() {}
