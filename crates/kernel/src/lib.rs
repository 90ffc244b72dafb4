//! Turns checked packs into plans: tables, queries, conditions, forms, lists, access, numbers.
