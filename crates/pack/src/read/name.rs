//! Which names can be used: they are table and column names on two databases, and words of conditions.

use super::cursor::Item;
use crate::fault;

/// Longest name; `_past` and a column suffix still fit into PostgreSQL's 63 bytes.
const LONGEST: usize = 40;

/// Words that mean something to every condition, or are columns of every table.
const RESERVED_FIELDS: &[&str] = &[
    "id", "serial", "state", "owner", "version", "known", "all", "any", "not", "has", "me", "today", "period", "since",
    "until", "by", "act", "request", "schema", "seq", "rowid", "oid", "ctid", "xmin", "xmax", "cmin", "cmax",
    "tableoid",
];

/// Tables that the store keeps for itself.
const RESERVED_REGISTERS: &[&str] = &[
    "account",
    "catalogue",
    "catalogue_field",
    "catalogue_register",
    "event",
    "file",
    "head",
    "job",
    "ledger",
    "ledger_head",
    "ledger_node",
    "meta",
    "outbox",
    "request",
    "search",
    "seen",
    "serial_counter",
    "session",
    "unit_within",
    "upload",
    "write_counter",
];

/// Reserved words of SQLite and PostgreSQL: legal only in quotes, so no name of ours.
const SQL_WORDS: &[&str] = &[
    "add",
    "all",
    "alter",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "autoincrement",
    "begin",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "if",
    "ilike",
    "in",
    "index",
    "initially",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
    "overlaps",
    "placing",
    "primary",
    "raise",
    "references",
    "returning",
    "right",
    "rollback",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// Whether a name can be a table of its own.
pub(super) fn check_register(name: &str, complain: impl Fn(String)) {
    check_word(name, &complain);
    if RESERVED_REGISTERS.contains(&name)
        || name.ends_with("_past")
        || name.starts_with("sqlite_")
        || name.starts_with("pg_")
    {
        complain(format!("`{name}` is reserved for the store"));
    }
}

/// Whether a name can be a column of its own.
pub(super) fn check_field(item: &Item) {
    let complain = |what: String| item.fault(fault::NAME, what, HINT);
    check_word(&item.key, &complain);
    if RESERVED_FIELDS.contains(&item.key.as_str()) {
        complain(format!("`{}` is a reserved name", item.key));
    }
}

/// Whether a name is lower-case ASCII and no word of SQL: names of states, moves, indicators, settings, roles, choices.
pub(super) fn check_name(item: &Item) {
    let name = &item.key;
    if !is_plain(name) {
        item.fault(fault::NAME, format!("`{name}` is not a plain name"), HINT);
    }
}

/// What a name may be.
pub(super) const HINT: &str =
    "use lower-case ASCII letters, digits and underscores, a letter first, at most 40, no word of SQL or of conditions";

fn check_word(name: &str, complain: &impl Fn(String)) {
    if !is_plain(name) {
        complain(format!("`{name}` is not a plain name"));
    } else if SQL_WORDS.contains(&name) {
        complain(format!("`{name}` is a word of SQL"));
    }
}

pub(super) fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && name.len() <= LONGEST
}

/// Names that may be the last step of a path in every register.
pub(super) const RESERVED_LAST: [&str; 5] = ["id", "serial", "state", "owner", "version"];
