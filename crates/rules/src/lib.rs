//! The exits into Rust that packs name.
