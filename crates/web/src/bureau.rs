//! What pages ask of a bureau.
//!
//! A running system answers through [`Desk`]. The trait exists so that pages can be tested in every state, also those a
//! real bureau does not fall into on command: a conflict, a busy or a broken store, two thousand rows, names without end.

use std::collections::BTreeMap;

use luoshi_desk::export::{Export, Give};
use luoshi_desk::figure::Figure;
use luoshi_desk::file::Sent;
use luoshi_desk::import::{Imported, NotImported};
use luoshi_desk::reveal::Reveal;
use luoshi_desk::view::{
    AboutView, DemoAccount, Edge, FormView, ImportView, Lang, ListView, MeasureView, OperationsView, PlanView,
    RecordView, RetentionView, RevealView, SearchView, When, WorkbenchView,
};
use luoshi_desk::{Actor, Desk, FilePlace, ListAsk, NotSaved, Refusal, Save, Saved};

macro_rules! asked_of_the_desk {
    ($($(#[$about:meta])* fn $name:ident(&self $(, $argument:ident: $kind:ty)*) -> $answer:ty;)*) => {
        /// What pages ask; every method is the one of the same name on [`Desk`]. All of them may block.
        pub trait Bureau: Send + Sync + 'static {
            $($(#[$about])* fn $name(&self $(, $argument: $kind)*) -> $answer;)*
        }

        impl Bureau for Desk {
            $(fn $name(&self $(, $argument: $kind)*) -> $answer { Desk::$name(self $(, $argument)*) })*
        }
    };
}

asked_of_the_desk! {
    /// What every page says at its edges.
    fn edge(&self, who: Option<&Actor>) -> Edge;
    /// Signs in; answers the session's secret.
    fn sign_in(&self, name: &str, password: &str) -> Result<String, Refusal>;
    /// Enters a demo bureau's account.
    fn enter_demo(&self, name: &str) -> Result<String, Refusal>;
    /// The accounts that the sign-in page offers.
    fn demo_accounts(&self, lang: Lang) -> Vec<DemoAccount>;
    /// Who a session's secret belongs to.
    fn actor(&self, secret: &str, lang: Lang) -> Result<Actor, Refusal>;
    /// Ends a session.
    fn sign_out(&self, secret: &str) -> Result<(), Refusal>;
    /// The workbench.
    fn workbench(&self, actor: &Actor) -> Result<WorkbenchView, Refusal>;
    /// Plans: name and title.
    fn plans(&self) -> Vec<(String, String)>;
    /// The living plan.
    fn plan(&self, actor: &Actor, plan: &str, when: When) -> Result<PlanView, Refusal>;
    /// A measure's page.
    fn measure(&self, actor: &Actor, plan: &str, measure: &str, when: When) -> Result<MeasureView, Refusal>;
    /// A figure, with one of its breakdowns.
    fn figure(&self, actor: &Actor, indicator: &str, when: When, by: Option<&str>) -> Result<Figure, Refusal>;
    /// A list.
    fn list(&self, actor: &Actor, ask: &ListAsk) -> Result<ListView, Refusal>;
    /// Makes a file of a list and gives it away in pieces.
    fn export(&self, actor: &Actor, ask: &Export, give: &mut Give<'_>) -> Result<(), Refusal>;
    /// A register explained from its own declaration.
    fn about(&self, actor: &Actor, register: &str) -> Result<AboutView, Refusal>;
    /// A record's page.
    fn record(&self, actor: &Actor, register: &str, id: i64, when: When) -> Result<RecordView, Refusal>;
    /// The page that asks why a masked value is to be revealed.
    fn reveal_form(&self, actor: &Actor, register: &str, id: i64, field: &str) -> Result<RevealView, Refusal>;
    /// Reveals a masked value.
    fn reveal(&self, actor: &Actor, asked: &Reveal) -> Result<RevealView, Refusal>;
    /// A form.
    fn form(&self, actor: &Actor, register: &str, id: Option<i64>, by_move: Option<&str>, given: &BTreeMap<String, String>) -> Result<FormView, Refusal>;
    /// Records whose term of keeping is over.
    fn retention(&self, actor: &Actor, of: Option<&str>, page: u64) -> Result<RetentionView, Refusal>;
    /// Saves.
    fn save(&self, actor: &Actor, save: &Save) -> Result<Saved, NotSaved>;
    /// The page of a register's imports.
    fn import_form(&self, actor: &Actor, register: &str) -> Result<ImportView, Refusal>;
    /// The empty workbook of a register.
    fn import_sheet(&self, actor: &Actor, register: &str) -> Result<Sent, Refusal>;
    /// Tries a workbook.
    fn import_check(&self, actor: &Actor, register: &str, line: &str) -> Result<ImportView, Refusal>;
    /// Imports a workbook.
    fn import(&self, actor: &Actor, register: &str, line: &str) -> Result<Imported, NotImported>;
    /// Most bytes of one file.
    fn file_size_most(&self) -> usize;
    /// Takes a file in for a field of a form; answers the line that names it.
    fn upload(&self, actor: &Actor, place: &FilePlace, name: &str, bytes: &[u8]) -> Result<String, Refusal>;
    /// A file of a record.
    fn file(&self, actor: &Actor, register: &str, id: i64, field: &str, digest: &str) -> Result<Sent, Refusal>;
    /// Finds records by name, number, code or pinyin initials.
    fn search(&self, actor: &Actor, typed: &str, register: Option<&str>, limit: u64) -> Result<SearchView, Refusal>;
    /// Whether the system itself is well.
    fn operations(&self, actor: &Actor) -> Result<OperationsView, Refusal>;
    /// Lets a job that was given up be tried again.
    fn retry_job(&self, actor: &Actor, id: i64) -> Result<(), Refusal>;
    /// Records that a reference may name.
    fn suggest(&self, actor: &Actor, register: &str, field: &str, part: &str) -> Result<Vec<(i64, String)>, Refusal>;
}
