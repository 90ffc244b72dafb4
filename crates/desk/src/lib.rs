//! What a signed-in person may do: authorise, check, write, move. The one road for every change, whether it comes from a
//! page, the API, an import, a job or the command line.
//!
//! Knows the store, the kernel and packs; knows no exit by name, no HTTP and no HTML.

mod about;
mod access;
pub mod account;
mod apart;
mod bureau;
mod cell;
mod check;
pub mod clock;
mod derive;
mod duty;
mod effect;
mod erase;
mod event;
pub mod exit;
pub mod export;
pub mod figure;
pub mod file;
mod form;
mod hand;
pub mod import;
pub mod job;
mod judge;
mod list;
#[cfg(test)]
mod meaning;
mod memo;
mod operations;
mod part;
mod plan;
pub mod random;
mod record;
mod refusal;
mod retention;
pub mod reveal;
mod row;
mod save;
mod say;
mod search;
mod setting;
mod several;
mod shared;
mod sheet;
pub mod view;
mod watch;
mod workbench;

pub use bureau::Bureau;
pub use plan::{MeasureFact, TargetFact};
pub use refusal::{No, NotSaved, Refusal};

use std::collections::BTreeMap;
use std::sync::Arc;
use view::{
    AboutView, DemoAccount, Edge, FormView, Lang, ListView, MeasureView, OperationsView, PlanView, RecordView,
    RegisterHead, SearchView, When, Who, WorkbenchView,
};

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
    /// Who gave it, when it is held by delegation.
    pub giver: Option<Giver>,
}

/// Who gave a delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giver {
    /// The person's record.
    pub person: i64,
    /// The person's name.
    pub name: String,
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
    /// The version the person started from; `None` takes the record as it stands, which no page or API does.
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

/// The field of a form that a file is sent for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilePlace {
    /// The register's name.
    pub register: String,
    /// `None`: a new record.
    pub id: Option<i64>,
    /// The move that asks for it; `None`: the record's own form.
    pub by_move: Option<String>,
    /// The field's name.
    pub field: String,
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
pub struct Desk {
    bureau: Arc<Bureau>,
    /// Demo accounts may be entered with one click: a demo bureau on a loopback address.
    one_click: bool,
    guard: account::Guard,
}

impl Desk {
    /// The desk of a bureau. `loopback`: it is served on a loopback address only.
    pub fn new(bureau: Arc<Bureau>, loopback: bool) -> Desk {
        let one_click = bureau.demo && loopback;
        Desk { bureau, one_click, guard: account::Guard::default() }
    }

    /// The bureau.
    pub fn bureau(&self) -> &Arc<Bureau> {
        &self.bureau
    }

    /// What every page says at its edges.
    pub fn edge(&self, who: Option<&Actor>) -> Edge {
        let lang = who.map_or(Lang::Zh, |actor| actor.lang);
        let head = self.bureau.store.read(|reader| reader.head()).ok();
        Edge {
            bureau: self.bureau.title.clone(),
            demo: self.bureau.demo,
            today: self.bureau.clock.today(),
            read_only: self.bureau.read_only.as_ref().map(|(zh, en)| lang.pick(zh, en).to_string()),
            who: who.map(|actor| self.who(actor)),
            head: head.map(|head| (luoshi_kernel::digest::hex(&head.chain), head.size)),
        }
    }

    fn who(&self, actor: &Actor) -> Who {
        let readable = |register: &luoshi_pack::Register| {
            actor.scope(&self.bureau, &register.name, luoshi_pack::Action::See).is_some()
        };
        let head = |register: &luoshi_pack::Register| RegisterHead {
            name: register.name.clone(),
            title: list::title(register, actor.lang),
            count: None,
        };
        Who {
            name: actor.name.clone(),
            post: actor.post(&self.bureau),
            csrf: actor.csrf.clone(),
            registers: self.bureau.registers().into_iter().filter(|register| readable(register)).map(head).collect(),
            operates: actor.operates(&self.bureau),
            orders_erasure: erase::may_order(&self.bureau, actor),
        }
    }

    /// Signs in; answers the session's secret for the cookie. Slow on purpose (a password hash).
    pub fn sign_in(&self, name: &str, password: &str) -> Result<String, Refusal> {
        account::sign_in(&self.bureau, &self.guard, name, password)
    }

    /// Enters a demo bureau's account with one click; refused in any other bureau.
    pub fn enter_demo(&self, name: &str) -> Result<String, Refusal> {
        let offered = self.demo_accounts(Lang::Zh).iter().any(|account| account.name == name);
        let account = self.bureau.store.read(|reader| reader.account_named(name)).map_err(bureau::broken)?;
        let account = account.filter(|account| offered && !account.disabled).ok_or_else(Refusal::forbidden)?;
        account::open_session(&self.bureau, &account)
    }

    /// The accounts that the sign-in page offers; empty outside a demo bureau on a loopback address.
    pub fn demo_accounts(&self, lang: Lang) -> Vec<DemoAccount> {
        if !self.one_click {
            return vec![];
        }
        account::demo_accounts(&self.bureau, lang).unwrap_or_default()
    }

    /// Who a session's secret belongs to.
    pub fn actor(&self, secret: &str, lang: Lang) -> Result<Actor, Refusal> {
        account::actor(&self.bureau, secret, lang)
    }

    /// Ends a session.
    pub fn sign_out(&self, secret: &str) -> Result<(), Refusal> {
        account::sign_out(&self.bureau, secret)
    }

    /// The workbench.
    pub fn workbench(&self, actor: &Actor) -> Result<WorkbenchView, Refusal> {
        workbench::workbench(&self.bureau, actor)
    }

    /// Plans: name and title.
    pub fn plans(&self) -> Vec<(String, String)> {
        self.bureau.plans.iter().map(|plan| (plan.name.clone(), plan.title.clone())).collect()
    }

    /// The living plan.
    pub fn plan(&self, actor: &Actor, plan: &str, when: When) -> Result<PlanView, Refusal> {
        plan::plan(&self.bureau, actor, plan, when)
    }

    /// All measures of a plan with their targets judged.
    pub fn measures(&self, actor: &Actor, plan: &str, when: When) -> Result<Vec<MeasureFact>, Refusal> {
        plan::facts(&self.bureau, actor, plan, when)
    }

    /// A measure's page.
    pub fn measure(&self, actor: &Actor, plan: &str, measure: &str, when: When) -> Result<MeasureView, Refusal> {
        plan::measure(&self.bureau, actor, plan, measure, when)
    }

    /// A figure with its breakdown (`by`: one of the indicator's dimensions) and its evidence.
    pub fn figure(
        &self,
        actor: &Actor,
        indicator: &str,
        when: When,
        by: Option<&str>,
    ) -> Result<figure::Figure, Refusal> {
        figure::figure(&self.bureau, actor, indicator, when, by)
    }

    /// The statements that a figure rests on.
    pub fn explain(&self, indicator: &str, when: When) -> Result<Vec<figure::Statement>, Refusal> {
        figure::explain(&self.bureau, indicator, when)
    }

    /// A list.
    pub fn list(&self, actor: &Actor, ask: &ListAsk) -> Result<ListView, Refusal> {
        list::list(&self.bureau, actor, ask)
    }

    /// Makes a file of a list and gives it away in pieces, after it was written down who takes what.
    pub fn export(&self, actor: &Actor, ask: &export::Export, give: &mut export::Give<'_>) -> Result<(), Refusal> {
        export::export(&self.bureau, actor, ask, give)
    }

    /// A register explained from its own declaration.
    pub fn about(&self, actor: &Actor, register: &str) -> Result<AboutView, Refusal> {
        about::about(&self.bureau, actor, register)
    }

    /// A record's page.
    pub fn record(&self, actor: &Actor, register: &str, id: i64, when: When) -> Result<RecordView, Refusal> {
        record::record(&self.bureau, actor, register, id, when)
    }

    /// A form: a new record (`id` absent; `given` fills fields), a record's fields, or the fields a move asks.
    pub fn form(
        &self,
        actor: &Actor,
        register: &str,
        id: Option<i64>,
        by_move: Option<&str>,
        given: &BTreeMap<String, String>,
    ) -> Result<FormView, Refusal> {
        form::form(&self.bureau, actor, form::which(&self.bureau, register, id, by_move)?, given)
    }

    /// The page that asks why a masked value is to be revealed.
    pub fn reveal_form(
        &self,
        actor: &Actor,
        register: &str,
        id: i64,
        field: &str,
    ) -> Result<view::RevealView, Refusal> {
        reveal::form(&self.bureau, actor, register, id, field)
    }

    /// Reveals a masked value and writes down to whom and why.
    pub fn reveal(&self, actor: &Actor, asked: &reveal::Reveal) -> Result<view::RevealView, Refusal> {
        reveal::reveal(&self.bureau, actor, asked)
    }

    /// Records whose term of keeping is over, for whoever may order their erasure; `page` is of the register named.
    pub fn retention(&self, actor: &Actor, of: Option<&str>, page: u64) -> Result<view::RetentionView, Refusal> {
        retention::retention(&self.bureau, actor, of, page)
    }

    /// Saves: the one road for every change.
    pub fn save(&self, actor: &Actor, save: &Save) -> Result<Saved, NotSaved> {
        save::save(&self.bureau, actor, save)
    }

    /// Saves many things in one transaction, all or none.
    ///
    /// # Errors
    /// The place of the first one that is refused, and why.
    pub fn save_all(&self, actor: &Actor, saves: &[Save]) -> Result<Vec<Saved>, (usize, NotSaved)> {
        save::save_all(&self.bureau, actor, saves)
    }

    /// The page of a register's imports, for those who may file in it.
    pub fn import_form(&self, actor: &Actor, register: &str) -> Result<view::ImportView, Refusal> {
        import::form(&self.bureau, actor, register)
    }

    /// The empty workbook that an import fills in.
    pub fn import_sheet(&self, actor: &Actor, register: &str) -> Result<file::Sent, Refusal> {
        import::to_fill(&self.bureau, actor, register)
    }

    /// Tries a workbook that the person sent, `line` naming it: what stands against it, row by row.
    pub fn import_check(&self, actor: &Actor, register: &str, line: &str) -> Result<view::ImportView, Refusal> {
        import::check(&self.bureau, actor, register, line)
    }

    /// Imports it: all of its rows, or none.
    ///
    /// # Errors
    /// The page with what stands against it.
    pub fn import(&self, actor: &Actor, register: &str, line: &str) -> Result<import::Imported, import::NotImported> {
        import::import(&self.bureau, actor, register, line)
    }

    /// Most bytes of one file today.
    pub fn file_size_most(&self) -> usize {
        file::size_most(&self.bureau)
    }

    /// Takes a file in for a field of a form, with everything that the form itself is refused for; answers the line by
    /// which the field names it when it is saved.
    pub fn upload(&self, actor: &Actor, place: &FilePlace, name: &str, bytes: &[u8]) -> Result<String, Refusal> {
        if place.field == import::SHEET {
            return import::take(&self.bureau, actor, &place.register, name, bytes);
        }
        let which = form::which(&self.bureau, &place.register, place.id, place.by_move.as_deref())?;
        file::take(&self.bureau, actor, which, &place.field, name, bytes)
    }

    /// A file that a field of a record names now or did once.
    pub fn file(
        &self,
        actor: &Actor,
        register: &str,
        id: i64,
        field: &str,
        digest: &str,
    ) -> Result<file::Sent, Refusal> {
        file::give(&self.bureau, actor, register, id, field, digest)
    }

    /// Finds records that hold what was typed (names, numbers, codes, pinyin initials; terms between blanks must all be
    /// there), in all registers that the person may see, or in one of them; at most `limit`, up to 100.
    pub fn search(
        &self,
        actor: &Actor,
        typed: &str,
        register: Option<&str>,
        limit: u64,
    ) -> Result<SearchView, Refusal> {
        search::search(&self.bureau, actor, typed, register, limit)
    }

    /// Whether the system itself is well; for roles that operate it.
    pub fn operations(&self, actor: &Actor) -> Result<OperationsView, Refusal> {
        operations::operations(&self.bureau, actor)
    }

    /// Lets a job that was given up be tried again.
    pub fn retry_job(&self, actor: &Actor, id: i64) -> Result<(), Refusal> {
        operations::retry(&self.bureau, actor, id)
    }

    /// Records of the register a field refers to, by part of their label: id and label, at most twenty.
    pub fn suggest(
        &self,
        actor: &Actor,
        register: &str,
        field: &str,
        part: &str,
    ) -> Result<Vec<(i64, String)>, Refusal> {
        form::suggest(&self.bureau, actor, register, field, part)
    }
}
