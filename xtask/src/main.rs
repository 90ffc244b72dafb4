//! Every chore: `cargo xtask test`, `bench`, `census`.
fn main() {}
