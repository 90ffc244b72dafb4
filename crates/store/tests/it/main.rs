//! What the store promises, on both databases: every test below runs on SQLite and on PostgreSQL.

mod fixture;

mod applying;
mod backup;
mod closure;
mod copied;
mod crash;
mod derived;
mod files;
mod follow;
mod lane;
mod past;
mod plain;
mod rows;
mod schema;
mod sealed;
mod search;
mod several;
mod tamper;
