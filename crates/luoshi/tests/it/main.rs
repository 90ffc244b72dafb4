//! The whole program, as a person meets it: the command line, the pages over HTTP, a real browser.
//!
//! Everything goes through the built program. One demo bureau is made and every test works on a copy of it.

mod bad_input;
mod browser;
mod bureau;
mod command_line;
mod demo;
mod files;
mod keys;
mod serving;
mod tamper;
mod two_times;
mod visitor;
