//! The verbs of the command line, one file each.

mod account;
mod apply;
mod check;
mod demo;
mod engine;
mod head;
mod jobs;
mod keys;
mod number;
mod plan;
mod serve;
mod verify;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use luoshi_desk::view::Lang;
use std::path::PathBuf;
use std::process::ExitCode;

/// What stands before the verb.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Everything of one bureau: database, attachments, the demo's keys.
    #[arg(long, default_value = "./data", global = true)]
    pub data: PathBuf,
    /// A PostgreSQL database instead of the one in the data folder.
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// Where attachments lie instead of DATA/files: s3://BUCKET/PREFIX, or a folder.
    #[arg(long, global = true, value_name = "PLACE")]
    pub files: Option<String>,
    /// Where the bucket's store answers: https://HOST, or https://{bucket}.HOST; without it AWS_ENDPOINT_URL.
    #[arg(long, global = true, value_name = "URL")]
    pub files_endpoint: Option<String>,
    /// The region of the bucket; without it AWS_REGION, else us-east-1.
    #[arg(long, global = true, value_name = "NAME")]
    pub files_region: Option<String>,
    /// A file outside the data folder with the bucket's keys, AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=… a line each;
    /// without it the environment.
    #[arg(long, global = true, value_name = "FILE")]
    pub files_keys: Option<PathBuf>,
    /// The folder of the keys of sealed fields, outside the data folder; a demo bureau keeps them in DATA/keys.
    #[arg(long, global = true, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// The folder that holds packs/ and plans/; without it ./packs when there is one, else what is built in.
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// The day to take as today (YYYY-MM-DD).
    #[arg(long, global = true, value_name = "DAY", value_parser = day)]
    pub today: Option<Date>,
    /// The language of answers.
    #[arg(long, global = true, default_value = "zh")]
    pub lang: Language,
}

/// The language of answers.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Language {
    /// 中文
    Zh,
    /// English
    En,
}

impl Global {
    /// The language.
    pub fn lang(&self) -> Lang {
        match self.lang {
            Language::Zh => Lang::Zh,
            Language::En => Lang::En,
        }
    }

    /// One of two sentences.
    pub fn say(&self, zh: &str, en: &str) -> String {
        self.lang().pick(zh, en).to_string()
    }

    /// The folder of packs and plans; `None`: built in.
    pub fn home(&self) -> Option<PathBuf> {
        self.home.clone().or_else(|| PathBuf::from("packs").is_dir().then(|| PathBuf::from(".")))
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Checks all packs and plans and reports every fault.
    Check {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows how the database differs from the packs, then brings it there.
    Apply {
        /// A field whose values may leave the current table, as REGISTER.FIELD.
        #[arg(long, value_name = "REGISTER.FIELD")]
        drop: Vec<String>,
        /// Only show the difference.
        #[arg(long)]
        dry: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes the demo bureau.
    Demo,
    /// Serves the bureau.
    Serve {
        /// The port.
        #[arg(long, default_value_t = 7001)]
        port: u16,
        /// The address; anything but a loopback address closes the demo's one-click entry.
        #[arg(long, default_value = "127.0.0.1")]
        address: std::net::IpAddr,
        /// Where each sealed head is also written: another disk, a share, a printer queue.
        #[arg(long, value_name = "DIR")]
        heads: Option<PathBuf>,
        /// The program stands behind a proxy that speaks TLS: cookies are marked for TLS only.
        #[arg(long)]
        tls: bool,
    },
    /// Proves that nothing was altered behind the system's back.
    Verify {
        /// A head that was exported before: proves that nothing before it has changed.
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Seals the ledger as it stands and prints its head as JSON.
    Head {
        /// The head is JSON anyway.
        #[arg(long)]
        json: bool,
    },
    /// Lists jobs that wait or were given up: what comes after a commit, and what a new day brings.
    Jobs {
        /// Run what is due first. `serve` does so by itself.
        #[arg(long)]
        run: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes an account with a random password, for a person with one post; the first one of a new bureau is its 系统管理员.
    /// Also disables one, or gives it another password.
    Account {
        /// The sign-in name.
        name: String,
        /// The person's name.
        #[arg(long, required_unless_present_any = ["person", "disable", "password"])]
        title: Option<String>,
        /// The number of somebody who has been filed already: a second account of theirs makes no second person.
        #[arg(long, value_name = "ID")]
        person: Option<i64>,
        /// The person is new, though another one has the same name.
        #[arg(long, conflicts_with = "person")]
        namesake: bool,
        /// Nobody signs in with this account any more.
        #[arg(long, conflicts_with_all = ["title", "person", "namesake", "unit", "password"])]
        disable: bool,
        /// Gives this account another random password.
        #[arg(long, conflicts_with_all = ["title", "person", "namesake", "unit"])]
        password: bool,
        /// The role, as packs declare it.
        #[arg(long, default_value = "keeper")]
        role: String,
        /// The unit of the post; a unit that does not exist yet is filed as the bureau when it is the first one. Without it, a
        /// person who has been filed keeps the posts they have.
        #[arg(long, required_unless_present_any = ["person", "disable", "password"])]
        unit: Option<String>,
    },
    /// Keys of sealed fields.
    Keys {
        #[command(subcommand)]
        verb: keys::Verb,
    },
    /// Plans.
    Plan {
        #[command(subcommand)]
        verb: plan::Verb,
    },
    /// Computes a number.
    Number {
        /// The indicator.
        id: String,
        /// As known at the end of that day.
        #[arg(long, value_name = "DAY", value_parser = day)]
        as_of: Option<Date>,
        /// Counted up to that day, as known now.
        #[arg(long, value_name = "DAY", value_parser = day)]
        on: Option<Date>,
        /// A breakdown.
        #[arg(long, value_name = "DIMENSION")]
        by: Option<String>,
        /// Print what is read for it instead of the number.
        #[arg(long)]
        explain: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Runs an engine on files, so that anyone may recheck a result without the bureau's system.
    Engine(engine::Ask),
}

fn day(text: &str) -> Result<Date, String> {
    luoshi_kernel::kind::read_day(text).map_err(|no| format!("{} {}", no.zh, no.en))
}

/// Does what the line says.
pub fn run(global: &Global, verb: Option<Verb>) -> Result<ExitCode, String> {
    match verb {
        None => {
            if !crate::open::exists(global) {
                demo::run(global)?;
            }
            serve::run(global, &serve::Where::default())
        }
        Some(Verb::Check { json }) => check::run(global, json),
        Some(Verb::Apply { drop, dry, json }) => apply::run(global, &drop, dry, json),
        Some(Verb::Demo) => demo::run(global),
        Some(Verb::Serve { port, address, heads, tls }) => {
            serve::run(global, &serve::Where { port, address, heads, tls })
        }
        Some(Verb::Verify { head, json }) => verify::run(global, head.as_deref(), json),
        Some(Verb::Head { .. }) => head::run(global),
        Some(Verb::Jobs { run, json }) => jobs::run(global, run, json),
        Some(Verb::Account { name, disable: true, .. }) => account::disable(global, &name),
        Some(Verb::Account { name, password: true, .. }) => account::renew(global, &name),
        Some(Verb::Account { name, title, person, namesake, role, unit, .. }) => {
            account::run(global, &account::Wanted { name, title, person, namesake, role, unit })
        }
        Some(Verb::Keys { verb }) => keys::run(global, &verb),
        Some(Verb::Plan { verb }) => plan::run(global, &verb),
        Some(Verb::Number { id, as_of, on, by, explain, json }) => {
            let when = luoshi_desk::view::When { as_of, on };
            if explain {
                number::explain(global, &id, when, json)
            } else {
                number::run(global, &id, when, by.as_deref(), json)
            }
        }
        Some(Verb::Engine(ask)) => engine::run(&ask),
    }
}

/// Prints a value as JSON, indented.
pub fn print(value: &serde_json::Value) {
    out(serde_json::to_string_pretty(value).unwrap_or_default());
}

/// Prints a line. A reader that has gone (`| head`) ends the program quietly.
pub fn out(line: impl std::fmt::Display) {
    use std::io::Write;
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}
