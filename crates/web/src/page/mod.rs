//! Pages, one file each; every page stands in the [`shell`].

pub mod about;
pub mod error;
pub mod export;
pub mod file;
pub mod form;
pub mod import;
pub mod list;
pub mod measure;
pub mod operations;
pub mod plan;
pub mod record;
pub mod retention;
pub mod reveal;
pub mod search;
pub mod shell;
pub mod sign_in;
pub mod workbench;
