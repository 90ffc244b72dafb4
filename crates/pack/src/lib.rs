//! Reads and checks packs: TOML text in, a checked value or every fault at once out.
