//! Packs and plans are built into the program: a new file among them is a reason to build it again.
fn main() {
    println!("cargo::rerun-if-changed=../../packs");
    println!("cargo::rerun-if-changed=../../plans");
}
