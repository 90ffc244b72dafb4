//! The `luoshi` program: command line, configuration, wiring.
fn main() {}
