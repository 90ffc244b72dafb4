//! Accounts and sign-in sessions: plain tables, not versioned. What happens to them is told by events.

use crate::error::StoreError;
use crate::link::{Param, Row};
use crate::reader::Reader;
use crate::writer::Writer;

/// Someone who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id; 0 in a new one.
    pub id: i64,
    /// What is typed to sign in; no two accounts share it.
    pub name: String,
    /// What is shown.
    pub title: String,
    /// The person behind it, if one is kept.
    pub person: Option<i64>,
    /// The hash of the password, with its parameters and salt; empty: cannot sign in by password.
    pub password: String,
    /// May no longer sign in.
    pub disabled: bool,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The digest of the token that the browser holds; the token itself is nowhere kept.
    pub token: [u8; 32],
    /// Who signed in.
    pub account: i64,
    /// When, microseconds since 1970 UTC.
    pub since: i64,
    /// When last used.
    pub seen: i64,
    /// When it ends by itself.
    pub expires: i64,
}

const ACCOUNT: &str = "SELECT id, name, title, person, password, disabled FROM account";

fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.int(0)?,
        name: row.text(1)?,
        title: row.text(2)?,
        person: row.maybe_int(3)?,
        password: row.text(4)?,
        disabled: row.bool(5)?,
    })
}

impl Reader {
    /// The account of that id.
    pub fn account(&mut self, id: i64) -> Result<Option<Account>, StoreError> {
        self.link()?.one(&format!("{ACCOUNT} WHERE id = $1"), &[id.into()], account)
    }

    /// The account of that name.
    pub fn account_named(&mut self, name: &str) -> Result<Option<Account>, StoreError> {
        self.link()?.one(&format!("{ACCOUNT} WHERE name = $1"), &[name.into()], account)
    }

    /// Every account, by id.
    pub fn accounts(&mut self) -> Result<Vec<Account>, StoreError> {
        self.link()?.all(&format!("{ACCOUNT} ORDER BY id"), &[], account)
    }

    /// The session under the digest of its token, ended ones too.
    pub fn session(&mut self, token: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        let sql = "SELECT account, since, seen, expires FROM session WHERE token = $1";
        let token = *token;
        self.link()?.one(sql, &[Param::Bytes(&token)], |row| {
            Ok(Session { token, account: row.int(0)?, since: row.int(1)?, seen: row.int(2)?, expires: row.int(3)? })
        })
    }
}

impl Writer {
    /// Adds an account (`id` is given by the store) or replaces the one of that id; gives its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another account has the name.
    pub fn put_account(&mut self, account: &Account) -> Result<i64, StoreError> {
        let id = match account.id {
            0 => self.link()?.one("SELECT coalesce(max(id), 0) + 1 FROM account", &[], |row| row.int(0))?.unwrap_or(1),
            id => id,
        };
        let sql = "INSERT INTO account (id, name, title, person, password, disabled) VALUES ($1, $2, $3, $4, $5, $6)
                   ON CONFLICT (id) DO UPDATE SET name = excluded.name, title = excluded.title,
                   person = excluded.person, password = excluded.password, disabled = excluded.disabled";
        let (name, title, password) = (account.name.as_str(), account.title.as_str(), account.password.as_str());
        let person = account.person.into();
        let params = [id.into(), name.into(), title.into(), person, password.into(), Param::Bool(account.disabled)];
        self.plain(sql, &params)?;
        Ok(id)
    }

    /// Opens a session.
    pub fn put_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let sql = "INSERT INTO session (token, account, since, seen, expires) VALUES ($1, $2, $3, $4, $5)";
        let (since, seen, expires) = (session.since.into(), session.seen.into(), session.expires.into());
        self.plain(sql, &[Param::Bytes(&session.token), session.account.into(), since, seen, expires]).map(|_| ())
    }

    /// Notes that a session was used and how long it lasts from now.
    pub fn touch_session(&mut self, token: &[u8; 32], seen: i64, expires: i64) -> Result<(), StoreError> {
        let sql = "UPDATE session SET seen = $1, expires = $2 WHERE token = $3";
        self.plain(sql, &[seen.into(), expires.into(), Param::Bytes(token)]).map(|_| ())
    }

    /// Ends a session.
    pub fn end_session(&mut self, token: &[u8; 32]) -> Result<(), StoreError> {
        self.plain("DELETE FROM session WHERE token = $1", &[Param::Bytes(token)]).map(|_| ())
    }

    /// Ends every session of an account; gives how many there were.
    pub fn end_sessions(&mut self, account: i64) -> Result<u64, StoreError> {
        self.plain("DELETE FROM session WHERE account = $1", &[account.into()])
    }

    /// Removes the sessions that ended before an instant; gives how many there were.
    pub fn sweep_sessions(&mut self, before: i64) -> Result<u64, StoreError> {
        self.plain("DELETE FROM session WHERE expires < $1", &[before.into()])
    }
}
