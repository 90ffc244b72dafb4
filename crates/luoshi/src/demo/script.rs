//! A script: what happens in the demo bureau, in the order of time, each thing done by somebody through the desk.

use jiff::civil::Date;
use luoshi_desk::account::actor_named;
use luoshi_desk::view::{FieldView, Lang};
use luoshi_desk::{Actor, Desk, FilePlace, NotSaved, Save};
use luoshi_kernel::kind::{MICROS, start_of};
use std::collections::{BTreeMap, HashMap};

/// Something that happens.
#[derive(Debug, Clone)]
pub struct Event {
    /// The day.
    pub day: Date,
    /// Minutes after midnight, Beijing.
    pub minute: i64,
    /// The account that does it; empty: the system.
    pub by: String,
    /// The script's own name of the record.
    pub record: String,
    /// The record's register.
    pub register: &'static str,
    /// What is done.
    pub act: Deed,
    /// What is typed.
    pub typed: Vec<(&'static str, Typed)>,
    /// The reason, where one is asked.
    pub reason: &'static str,
}

/// What is done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is filed.
    File,
    /// Fields are changed.
    Edit,
    /// A move is made.
    Move(&'static str),
}

/// What is typed into a field.
#[derive(Debug, Clone)]
pub enum Typed {
    /// Text.
    Text(String),
    /// The id of another record of the script.
    Record(String),
    /// A paper of this name, sent with a move.
    Paper(&'static str),
}

impl From<&str> for Typed {
    fn from(text: &str) -> Typed {
        Typed::Text(text.to_string())
    }
}

impl From<String> for Typed {
    fn from(text: String) -> Typed {
        Typed::Text(text)
    }
}

impl From<i64> for Typed {
    fn from(number: i64) -> Typed {
        Typed::Text(number.to_string())
    }
}

impl From<Date> for Typed {
    fn from(day: Date) -> Typed {
        Typed::Text(day.to_string())
    }
}

/// At most so many things are done in one transaction.
const TOGETHER: usize = 200;

/// Plays scripts on a desk.
pub struct Player<'d> {
    desk: &'d Desk,
    ids: HashMap<String, i64>,
    actors: HashMap<String, Actor>,
    /// The month whose jobs have run.
    month: Option<(i16, i8)>,
}

impl<'d> Player<'d> {
    /// A player to whom nothing has happened yet.
    pub fn new(desk: &'d Desk) -> Player<'d> {
        Player { desk, ids: HashMap::new(), actors: HashMap::new(), month: None }
    }

    /// The id of a record that the script has filed.
    pub fn id(&self, record: &str) -> Option<i64> {
        self.ids.get(record).copied()
    }

    /// Plays events in the order of time; `done` hears how many at a time.
    ///
    /// # Errors
    /// What the desk refused, with the record's name in the script.
    pub fn play(&mut self, mut events: Vec<Event>, done: &dyn Fn(u64)) -> Result<(), String> {
        events.sort_by_key(|event| (event.day, event.minute));
        let mut at = 0;
        while at < events.len() {
            let end = self.together(&events, at);
            self.perform(&events[at..end])?;
            done((end - at) as u64);
            at = end;
        }
        Ok(())
    }

    /// Events of one person on one day go into one transaction, as long as none needs the id of another among them.
    fn together(&self, events: &[Event], at: usize) -> usize {
        let first = &events[at];
        let mut end = at;
        let mut fresh: Vec<&str> = vec![];
        for event in &events[at..] {
            let needs_fresh = event
                .typed
                .iter()
                .any(|(_, typed)| matches!(typed, Typed::Record(name) if fresh.contains(&name.as_str())))
                || (event.act != Deed::File && fresh.contains(&event.record.as_str()));
            if event.day != first.day || event.by != first.by || needs_fresh || end - at >= TOGETHER {
                break;
            }
            if event.act == Deed::File {
                fresh.push(&event.record);
            }
            end += 1;
        }
        end.max(at + 1)
    }

    fn perform(&mut self, events: &[Event]) -> Result<(), String> {
        let clock = &self.desk.bureau().clock;
        // What a new day brings is looked at once a month: the demo has no late ones in between.
        let month = (events[0].day.year(), events[0].day.month());
        if self.month != Some(month) {
            clock.put(start_of(events[0].day));
            self.run_jobs()?;
            self.month = Some(month);
        }
        clock.put(start_of(events[0].day) + events[0].minute * 60 * MICROS);
        let actor = self.actor(&events[0].by)?;
        let saves = events.iter().map(|event| self.save(event, &actor)).collect::<Result<Vec<_>, _>>()?;
        let saved = self.desk.save_all(&actor, &saves).map_err(|(place, not)| explain(&events[place], not))?;
        for (event, saved) in events.iter().zip(saved) {
            self.ids.insert(event.record.clone(), saved.id);
        }
        if events.iter().any(|event| self.runs(event)) { self.run_jobs() } else { Ok(()) }
    }

    /// Whether a move leaves work to a job.
    fn runs(&self, event: &Event) -> bool {
        let Deed::Move(name) = event.act else { return false };
        let flow = self.desk.bureau().packs.register(event.register).flow.as_ref();
        flow.and_then(|flow| flow.moves.get(name)).is_some_and(|made| !made.run.is_empty())
    }

    /// The id of a record: of the script, or `REGISTER#3`, the third of a register, which the bureau opened itself.
    fn known(&self, name: &str) -> Result<i64, String> {
        let opened = || name.split_once('#').and_then(|(_, place)| place.parse().ok());
        self.id(name).or_else(opened).ok_or_else(|| format!("the script uses {name} before it is filed"))
    }

    fn run_jobs(&self) -> Result<(), String> {
        let ran = luoshi_desk::job::run(self.desk.bureau(), usize::MAX).map_err(|refusal| refusal.to_string())?;
        if ran.failed > 0 {
            return Err(format!("{} jobs of the demo failed", ran.failed));
        }
        Ok(())
    }

    /// Ends the story on a day, with what that day brings.
    ///
    /// # Errors
    /// A job that failed.
    pub fn end_at(&mut self, day: Date) -> Result<(), String> {
        self.desk.bureau().clock.put(start_of(day) + 9 * 60 * 60 * MICROS);
        self.run_jobs()
    }

    fn actor(&mut self, name: &str) -> Result<Actor, String> {
        if name.is_empty() {
            return Ok(Actor::system(Lang::Zh));
        }
        if !self.actors.contains_key(name) {
            let actor =
                actor_named(self.desk.bureau(), name, Lang::Zh).map_err(|refusal| format!("{name}: {refusal}"))?;
            self.actors.insert(name.to_string(), actor);
        }
        Ok(self.actors[name].clone())
    }

    /// Sends a paper for a move; the line by which the record names it.
    fn send(&self, event: &Event, actor: &Actor, field: &str, name: &str) -> Result<String, String> {
        let Deed::Move(made) = event.act else { return Err(format!("{name} goes with no move")) };
        let id = self.id(&event.record);
        let place = FilePlace { register: event.register.into(), id, by_move: Some(made.into()), field: field.into() };
        let bytes = format!("%PDF-1.4\n% {name} {}\n", event.record);
        self.desk.upload(actor, &place, name, bytes.as_bytes()).map_err(|refusal| refusal.to_string())
    }

    fn save(&self, event: &Event, actor: &Actor) -> Result<Save, String> {
        let mut typed = BTreeMap::new();
        for (field, text) in &event.typed {
            let text = match text {
                Typed::Text(text) => text.clone(),
                Typed::Record(name) => self.known(name)?.to_string(),
                Typed::Paper(name) => self.send(event, actor, field, name)?,
            };
            typed.insert(field.to_string(), text);
        }
        Ok(Save {
            register: event.register.to_string(),
            id: if event.act == Deed::File { None } else { Some(self.known(&event.record)?) },
            version: None,
            by_move: match event.act {
                Deed::Move(name) => Some(name.to_string()),
                _ => None,
            },
            typed,
            reason: event.reason.to_string(),
            request: String::new(),
        })
    }
}

fn explain(event: &Event, not: NotSaved) -> String {
    let why = match not {
        NotSaved::Refused(refusal) => refusal.to_string(),
        NotSaved::Form(form) => {
            let title =
                |field: Option<&FieldView>| field.map_or_else(String::new, |field| format!("{}: ", field.title));
            let all = form.every_fault().map(|(field, fault)| format!("{}{} {}", title(field), fault.code, fault.text));
            all.collect::<Vec<_>>().join("; ")
        }
    };
    format!("{} {} {:?} on {}: {why}", event.register, event.record, event.act, event.day)
}
