//! One bureau: what its packs and plans declare, its store, its clock.

use crate::clock::Clock;
use crate::exit::Exits;
use crate::refusal::{No, Refusal};
use crate::view::When;
use jiff::civil::Date;
use luoshi_kernel::kind::end_of;
use luoshi_kernel::query::{Known, Read};
use luoshi_kernel::table::{self, Table};
use luoshi_kernel::{Context, Lang, year_of};
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::plan::Plan;
use luoshi_pack::{Packs, Register, Value};
use luoshi_store::{Reader, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// One bureau.
pub struct Bureau {
    /// Its name.
    pub title: String,
    /// Its packs.
    pub packs: Packs,
    /// Its plans.
    pub plans: Vec<Plan>,
    /// The table of every register, and of `event`.
    tables: HashMap<String, Table>,
    /// Its store.
    pub store: Store,
    /// Its clock.
    pub clock: Clock,
    /// Exits into Rust.
    pub exits: Exits,
    /// Days of work and rest.
    calendar: Arc<luoshi_pack::Calendar>,
    /// Settings that the bureau has put in force.
    settings: crate::setting::Settings,
    /// Tables of which a written row may touch a watch.
    pub watched: Arc<BTreeSet<String>>,
    /// Results that are still true.
    memo: crate::memo::Memo,
    /// Where each sealed head is also written; `None`: nowhere.
    pub heads: Option<String>,
    /// Why the last head could not be sealed or written, in Chinese and English.
    unsealed: std::sync::Mutex<Option<(String, String)>>,
    /// Everything in it is invented.
    pub demo: bool,
    /// Why it is open for reading only, in both languages.
    pub read_only: Option<(String, String)>,
}

impl Bureau {
    /// Puts a bureau together.
    ///
    /// # Errors
    /// The names of exits that packs use and `exits` does not bring.
    pub fn new(
        title: String,
        packs: Packs,
        plans: Vec<Plan>,
        store: Store,
        clock: Clock,
        exits: Exits,
    ) -> Result<Bureau, Vec<String>> {
        let missing = exits.missing(&packs);
        if !missing.is_empty() {
            return Err(missing);
        }
        let tables = table::tables(&packs).into_iter().map(|table| (table.name.clone(), table)).collect();
        let calendar = Arc::new(packs.calendar.clone());
        let memo = crate::memo::Memo::default();
        let settings = crate::setting::Settings::default();
        let watched = Arc::new(crate::watch::tables(&packs));
        Ok(Bureau {
            title,
            packs,
            plans,
            tables,
            store,
            clock,
            exits,
            calendar,
            settings,
            watched,
            memo,
            heads: None,
            unsealed: std::sync::Mutex::default(),
            demo: false,
            read_only: None,
        })
    }

    /// Keeps what became of the last try to seal the ledger: why it failed, in Chinese and English.
    pub fn note_sealing(&self, trouble: Option<(String, String)>) {
        *self.unsealed.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = trouble;
    }

    /// Why the last try to seal the ledger failed.
    pub(crate) fn unsealed(&self) -> Option<(String, String)> {
        self.unsealed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// All tables, as schema sync wants them.
    pub fn tables(&self) -> Vec<Table> {
        table::tables(&self.packs)
    }

    /// The table of a register.
    ///
    /// # Panics
    /// When there is no such register: names inside checked packs always resolve.
    pub fn table(&self, register: &str) -> &Table {
        self.tables.get(register).unwrap_or_else(|| panic!("no table for `{register}`"))
    }

    /// The register of that name, or a refusal that does not tell whether it exists.
    pub fn register(&self, name: &str) -> Result<&Register, Refusal> {
        self.packs.registers.get(name).ok_or_else(Refusal::absent)
    }

    /// Registers in the order of use: those that the plans' numbers read, in the plans' order; then those with a flow; then
    /// the rest.
    pub fn registers(&self) -> Vec<&Register> {
        let targets =
            self.plans.iter().flat_map(luoshi_pack::plan::Plan::measures).flat_map(|measure| &measure.targets);
        let read = targets.filter_map(|target| Some(&self.packs.indicators.get(target.indicator.as_ref()?)?.of));
        let mut counted: Vec<&String> = vec![];
        for name in read {
            if !counted.contains(&name) {
                counted.push(name);
            }
        }
        let mut all: Vec<&Register> = self.packs.registers.values().collect();
        let place = |name: &String| counted.iter().position(|other| *other == name).unwrap_or(counted.len());
        all.sort_by_key(|register| (place(&register.name), register.pack == "foundation", register.flow.is_none()));
        all
    }

    /// The plan of that name.
    pub fn plan(&self, name: &str) -> Result<&Plan, Refusal> {
        self.plans.iter().find(|plan| plan.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.plans.iter().map(|plan| plan.name.as_str()).collect();
            Refusal::new(
                No::Absent,
                "D017",
                format!("没有叫“{name}”的计划。现有：{}。", names.join("、")),
                format!("There is no plan “{name}”. There are: {}.", names.join(", ")),
            )
        })
    }

    /// Settings in force on a day.
    pub fn settings(&self, day: Date) -> BTreeMap<String, Value> {
        self.settings.on(self.packs.settings.values().cloned(), day)
    }

    /// The surroundings of a question on a day.
    pub fn context(&self, day: Date) -> Context {
        let (lookup, behind) = (self.store.lookup(), self.store.behind());
        Context { lookup, behind, ..Context::of(day, self.settings(day), self.calendar.clone()) }
    }

    /// What a page's `as-of` and `on` mean: as of which moment tables are read, and up to which day is counted.
    ///
    /// # Errors
    /// Both given, or an `as-of` that has not come yet.
    pub fn instant(&self, when: When) -> Result<(Known, Date), Refusal> {
        let today = self.clock.today();
        match (when.as_of, when.on) {
            (Some(_), Some(_)) => Err(Refusal::new(
                No::Wrong,
                "D010",
                "as-of（当时所知）与 on（按现在所知）只能选一个。",
                "Ask either as-of (as known then) or on (as known now), not both.",
            )),
            (Some(day), None) if day > today => Err(Refusal::new(
                No::Wrong,
                "D011",
                format!("{day} 还没有到，不能问那一天所知。今天是 {today}。"),
                format!("{day} has not come yet; nothing was known on it. Today is {today}."),
            )),
            (Some(day), None) => Ok((Some(end_of(day)), day)),
            (None, Some(day)) => Ok((None, day)),
            (None, None) => Ok((None, today)),
        }
    }

    /// The unit of that name.
    pub fn unit_named(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let named = |value: &str| {
            Condition::Compare(vec!["name".into()], Compare::Equal, Operand::literal(Value::Text(value.into())))
        };
        let context = self.context(self.clock.today());
        let found =
            self.store.read(|reader| crate::list::options(self, reader, &context, table::UNIT, &named(name), 1));
        Ok(found.map_err(broken)?.first().map(|(id, _)| *id))
    }

    /// Whether no unit has been filed yet.
    pub fn has_no_unit(&self) -> Result<bool, Refusal> {
        let context = self.context(self.clock.today());
        let everything = &luoshi_kernel::list::EVERYTHING;
        let count = self
            .store
            .read(|reader| crate::list::count(self, reader, None, &context, table::UNIT, everything, everything));
        Ok(count.map_err(broken)? == 0)
    }

    /// Reads the settings in force again, if the register was written since, by this process or another: when the bureau is
    /// opened, after each change of it, and whenever somebody asks something.
    pub fn refresh(&self, reader: &mut Reader) -> Result<(), StoreError> {
        self.settings.refresh(self, reader)
    }

    /// The rows of a read in a snapshot, remembered where they are still true. Never inside a write.
    pub fn rows(&self, reader: &mut Reader, read: &Read) -> Result<Arc<Vec<Vec<Value>>>, StoreError> {
        let erasures = crate::erase::written(self, reader)?;
        self.memo.rows(reader, read, &erasures, self.clock.now())
    }

    /// The context of a question up to a day, for a period of another year where the day lies after it.
    pub fn context_within(&self, day: Date, year: i16) -> Context {
        let last = jiff::civil::date(year, 12, 31);
        let first = jiff::civil::date(year, 1, 1);
        let day = day.clamp(first, last);
        Context { period: year_of(day), ..self.context(day) }
    }
}

/// A failure of the store in the desk's words. Details are logged where it is handled, not shown.
pub fn broken(error: StoreError) -> Refusal {
    match &error {
        StoreError::Busy | StoreError::TooLong { .. } | StoreError::Lost { .. } => Refusal::new(
            No::Busy,
            error.code(),
            "系统繁忙，请稍后再试；您填写的内容都还在。",
            "The system is busy. Please try again in a moment; what you typed is kept.",
        ),
        StoreError::Files { .. } => {
            tracing::error!(code = error.code(), %error, "files can be neither taken nor handed out");
            Refusal::new(
                No::Busy,
                error.code(),
                "文件存储暂时用不了，文件没有收到或取不出来；您填写的内容都还在。请稍后再试，仍不行请告诉管理员。",
                "Files can be neither taken nor handed out at the moment; what you typed is kept. Try again later, \
                 or tell the administrator.",
            )
        }
        _ => {
            tracing::error!(code = error.code(), %error, "the store refused");
            Refusal::new(
                No::Broken,
                error.code(),
                format!("出了差错，没有写入任何内容。请把代码 {} 告诉管理员。", error.code()),
                format!(
                    "Something broke; nothing was written. Please tell the administrator the code {}.",
                    error.code()
                ),
            )
        }
    }
}

/// A sentence in the person's language.
pub fn said(lang: Lang, zh: impl Into<String>, en: impl Into<String>) -> String {
    match lang {
        Lang::Zh => zh.into(),
        Lang::En => en.into(),
    }
}
