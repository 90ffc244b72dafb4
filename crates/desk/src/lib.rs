//! What a signed-in person may do: authorise, check, write, move. The one road for every change, whether it comes from a
//! page, the API, an import, a job or the command line.
//!
//! Knows the store, the kernel and packs; knows no exit by name, no HTTP and no HTML.

mod refusal;
pub mod view;

pub use refusal::{No, NotSaved, Refusal};

use std::collections::BTreeMap;
use view::{DemoAccount, Edge, FormView, Lang, ListView, MeasureView, PlanView, RecordView, When, WorkbenchView};

/// A signed-in person, as the desk knows them for one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// The account's id; 0 is the system itself.
    pub account: i64,
    /// The person's name.
    pub name: String,
    /// The person's record, if the account has one.
    pub person: Option<i64>,
    /// Posts held today.
    pub posts: Vec<Post>,
    /// Language of answers.
    pub lang: Lang,
    /// The token that forms carry back.
    pub csrf: String,
}

/// A post held today: rights come from posts only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The role's name.
    pub role: String,
    /// The unit's id.
    pub unit: i64,
    /// The unit's name.
    pub unit_title: String,
}

/// A question for a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListAsk {
    /// The register's name.
    pub register: String,
    /// A named view; `None`: the register's plain list.
    pub view: Option<String>,
    /// Filters a person set: field (or `field<=`, `field>=`, `field~` for contains) and typed value, joined by and.
    pub filters: Vec<(String, String)>,
    /// Evidence of an indicator: only records that it counts.
    pub counted: Option<String>,
    /// Sort key and whether descending.
    pub sort: Option<(String, bool)>,
    /// Page from 1.
    pub page: u64,
    /// Rows a page; 25 to 200.
    pub per: u64,
    /// The day asked for.
    pub when: When,
}

/// Something to save: a new record, changed fields, or a move.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Save {
    /// The register's name.
    pub register: String,
    /// `None`: a new record.
    pub id: Option<i64>,
    /// The version the person started from.
    pub version: Option<i64>,
    /// The move to make; `None`: save fields.
    pub by_move: Option<String>,
    /// What was typed, by field name; fields that are absent stay as they are.
    pub typed: BTreeMap<String, String>,
    /// The reason, where one is asked.
    pub reason: String,
    /// The form's request id.
    pub request: String,
}

/// What was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The record's id.
    pub id: i64,
    /// Its version now.
    pub version: i64,
}

/// The desk of one bureau.
pub struct Desk {}

impl Desk {
    /// What every page says at its edges.
    pub fn edge(&self, _who: Option<&Actor>) -> Edge {
        Edge {
            bureau: String::new(),
            demo: false,
            today: jiff::civil::date(2021, 9, 30),
            read_only: None,
            who: None,
            head: None,
        }
    }

    /// Signs in; answers the session's secret for the cookie. Slow on purpose (a password hash).
    pub fn sign_in(&self, _name: &str, _password: &str) -> Result<String, Refusal> {
        Err(Refusal::stranger())
    }

    /// Enters a demo bureau's account with one click; refused in any other bureau.
    pub fn enter_demo(&self, _name: &str) -> Result<String, Refusal> {
        Err(Refusal::stranger())
    }

    /// The accounts that the sign-in page offers; empty outside a demo bureau.
    pub fn demo_accounts(&self, _lang: Lang) -> Vec<DemoAccount> {
        vec![]
    }

    /// Who a session's secret belongs to.
    pub fn actor(&self, _secret: &str, _lang: Lang) -> Result<Actor, Refusal> {
        Err(Refusal::stranger())
    }

    /// Ends a session.
    pub fn sign_out(&self, _secret: &str) -> Result<(), Refusal> {
        Ok(())
    }

    /// The workbench.
    pub fn workbench(&self, _actor: &Actor) -> Result<WorkbenchView, Refusal> {
        Err(Refusal::absent())
    }

    /// Plans: name and title.
    pub fn plans(&self) -> Vec<(String, String)> {
        vec![]
    }

    /// The living plan.
    pub fn plan(&self, _actor: &Actor, _plan: &str, _when: When) -> Result<PlanView, Refusal> {
        Err(Refusal::absent())
    }

    /// A measure's page.
    pub fn measure(&self, _actor: &Actor, _plan: &str, _measure: &str, _when: When) -> Result<MeasureView, Refusal> {
        Err(Refusal::absent())
    }

    /// A list.
    pub fn list(&self, _actor: &Actor, _ask: &ListAsk) -> Result<ListView, Refusal> {
        Err(Refusal::absent())
    }

    /// A record's page.
    pub fn record(&self, _actor: &Actor, _register: &str, _id: i64, _when: When) -> Result<RecordView, Refusal> {
        Err(Refusal::absent())
    }

    /// A form: a new record (`id` absent; `given` fills fields), a record's fields, or the fields a move asks.
    pub fn form(
        &self,
        _actor: &Actor,
        _register: &str,
        _id: Option<i64>,
        _by_move: Option<&str>,
        _given: &BTreeMap<String, String>,
    ) -> Result<FormView, Refusal> {
        Err(Refusal::absent())
    }

    /// Saves: the one road for every change.
    pub fn save(&self, _actor: &Actor, _save: &Save) -> Result<Saved, NotSaved> {
        Err(Refusal::absent().into())
    }

    /// Records of the register a field refers to, by part of their label: id and label, at most twenty.
    pub fn suggest(
        &self,
        _actor: &Actor,
        _register: &str,
        _field: &str,
        _part: &str,
    ) -> Result<Vec<(i64, String)>, Refusal> {
        Ok(vec![])
    }
}
