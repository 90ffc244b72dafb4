//! Carries plans out on a database: schema, rows, past, ledger.
