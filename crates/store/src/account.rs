//! Accounts and sign-in sessions: plain tables, not versioned. What happens to them is told by events; how an account was
//! last written stands in one, so that the ledger covers who may sign in and whom they are.

use crate::error::StoreError;
use crate::link::{Param, Row};
use crate::reader::Reader;
use crate::writer::Writer;
use luoshi_kernel::digest;
use luoshi_kernel::table::EVENT;
use std::collections::BTreeMap;

/// The kind of the event that says how an account was written. Its subject is `account:ID`, its detail the digest.
const WRITTEN: &str = "account_written";
/// How the subject begins, and what no such subject comes after.
const SUBJECT: [&str; 2] = ["account:", "account;"];
/// The key under `meta` that stands while there are accounts that no event tells yet.
pub(crate) const DUE: &str = "accounts:due";

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

impl Account {
    /// SM3 over all that it is, in lower-case hex.
    fn digest(&self) -> String {
        let mut bytes = self.id.to_be_bytes().to_vec();
        for text in [&self.name, &self.title, &self.password] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend([u8::from(self.disabled), u8::from(self.person.is_some())]);
        bytes.extend(self.person.unwrap_or(0).to_be_bytes());
        digest::hex(&digest::of(&bytes))
    }
}

/// Accounts as they stand beside what events say of them, by id.
pub(crate) struct Told {
    /// The rows: name, digest; no digest when the row cannot be read.
    pub rows: BTreeMap<i64, (String, Option<String>)>,
    /// The digest of each when it was last written.
    pub written: BTreeMap<i64, String>,
    /// Accounts of an older database have still to be told.
    pub due: bool,
}

impl Told {
    pub(crate) fn read(reader: &mut Reader) -> Result<Told, StoreError> {
        let has_events = reader.schema.shape(EVENT).is_ok();
        let due = reader.meta(DUE)?.is_some();
        let mut link = reader.link()?;
        let rows = link.all(&format!("{ACCOUNT} ORDER BY id"), &[], |row| {
            let name = row.text(1).unwrap_or_default();
            Ok((row.int(0)?, (name, account(row).ok().map(|account| account.digest()))))
        })?;
        let mut written = BTreeMap::new();
        if has_events {
            let sql =
                "SELECT subject, detail FROM event WHERE subject >= $1 AND subject < $2 AND kind = $3 ORDER BY id";
            let [from, to] = SUBJECT;
            let events = link.all(sql, &[from.into(), to.into(), WRITTEN.into()], |row| {
                Ok((row.text(0)?, row.maybe_text(1)?.unwrap_or_default()))
            })?;
            let id = |subject: &str| subject.strip_prefix(from)?.parse::<i64>().ok();
            written.extend(events.into_iter().filter_map(|(subject, digest)| Some((id(&subject)?, digest))));
        }
        Ok(Told { rows: rows.into_iter().collect(), written, due: due || !has_events })
    }
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
        self.tell_account(&Account { id, ..account.clone() })?;
        Ok(id)
    }

    /// Writes down how an account was written; later, where no register of events is there yet.
    fn tell_account(&mut self, account: &Account) -> Result<(), StoreError> {
        if self.schema.shape(EVENT).is_err() {
            let sql = "INSERT INTO meta (key, value) VALUES ($1, '') ON CONFLICT (key) DO NOTHING";
            return self.plain(sql, &[DUE.into()]).map(|_| ());
        }
        self.event(WRITTEN, &format!("{}{}", SUBJECT[0], account.id), &account.digest()).map(|_| ())
    }

    /// Tells the accounts that no event has told yet.
    pub(crate) fn tell_accounts(&mut self) -> Result<(), StoreError> {
        let told = Told::read(self)?;
        for account in self.accounts()? {
            if !told.written.contains_key(&account.id) {
                self.tell_account(&account)?;
            }
        }
        self.plain("DELETE FROM meta WHERE key = $1", &[DUE.into()]).map(|_| ())
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
