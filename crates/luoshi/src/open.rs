//! Opens a bureau: packs, plans, store, clock put together.

use crate::command::Global;
use crate::source::Sources;
use jiff::civil::Date;
use luoshi_desk::account::DEMO_DAY;
use luoshi_desk::clock::Clock;
use luoshi_desk::{Bureau, Desk};
use luoshi_kernel::kind::day_of;
use luoshi_store::{Database, Keys, Options, Store};
use std::path::Path;
use std::sync::Arc;

/// The name shown until a bureau has filed its own unit.
const NAMELESS: &str = "教育局";

/// Where the bureau's database and its files are, and by what its values are derived.
pub fn options(global: &Global) -> Result<Options, String> {
    Ok(place(global)?.with_derives(luoshi_rules::exits().derives))
}

fn place(global: &Global) -> Result<Options, String> {
    let files = crate::files::files(global)?;
    if let Some(url) = &global.database {
        return Ok(Options::postgres(url.clone()).with_files(files));
    }
    std::fs::create_dir_all(&global.data).map_err(|error| format!("{}: {error}", global.data.display()))?;
    Ok(Options::sqlite(global.data.join("luoshi.db")).with_files(files))
}

/// Whether there is a database already.
pub fn exists(global: &Global) -> bool {
    global.database.is_some() || global.data.join("luoshi.db").exists()
}

/// The folder of keys: the one that was named, or the one in the data folder, where only a demo bureau keeps them.
pub fn keys(global: &Global) -> Result<Option<Keys>, String> {
    let beside = global.data.join(KEYS);
    let Some(named) = &global.keys else {
        return Ok(beside.is_dir().then(|| Keys::in_folder(beside)));
    };
    if is_within(named, &global.data)? && *named != beside {
        return Err(global.say(
            "密钥不能放在数据文件夹里：谁拿到数据就拿到了密钥。请另选一处。",
            "keys cannot lie in the data folder: whoever takes the data would take them too; choose another place",
        ));
    }
    Ok(Some(Keys::in_folder(named)))
}

/// Whether a path leads into a folder.
pub fn is_within(path: &Path, folder: &Path) -> Result<bool, String> {
    let whole = |path: &Path| std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()));
    Ok(whole(path)?.starts_with(whole(folder)?))
}

/// The demo's folder of keys, in its data folder.
pub const KEYS: &str = "keys";

/// Opens the store.
pub fn store(global: &Global) -> Result<Store, String> {
    let options = Options { keys: keys(global)?, ..options(global)? };
    let place = match &options.database {
        Database::Sqlite(file) => file.display().to_string(),
        Database::Postgres(_) => "PostgreSQL".into(),
    };
    Store::open(options).map_err(|error| format!("{place}: {}", global.say(&error.chinese(), &error.to_string())))
}

/// Opens the bureau for reading and, where its day allows, writing.
pub fn bureau(global: &Global) -> Result<Arc<Bureau>, String> {
    opened(global).map(Arc::new)
}

fn opened(global: &Global) -> Result<Bureau, String> {
    if !exists(global) {
        let place = global.data.display().to_string();
        return Err(global.say(
            &format!("{place} 里还没有数据库。先运行 luoshi demo（演示）或 luoshi apply（新建）。"),
            &format!("there is no database in {place}; run `luoshi demo` or `luoshi apply` first"),
        ));
    }
    let (packs, plans) = checked(global)?;
    let store = store(global)?;
    if store.difference(&luoshi_kernel::table::tables(&packs)).map_err(|error| error.to_string())?.iter().any(|_| true)
    {
        return Err(global.say(
            "业务包与数据库不一致，请先运行 luoshi apply。",
            "the packs differ from the database; run `luoshi apply` first",
        ));
    }
    let sealed = packs.registers.values().flat_map(|register| register.fields.values()).any(|field| field.sealed);
    if sealed && store.lookup().is_none() {
        return Err(global.say(
            "本库有加密字段，请用 --keys 指明密钥文件夹；新库先运行 luoshi keys make --keys 文件夹。",
            "the bureau has sealed fields: name the folder of its keys with `--keys`; a new bureau makes them first with `luoshi keys make --keys DIR`",
        ));
    }
    let read = store.read(|reader| Ok((reader.meta(DEMO_DAY)?, reader.head()?.at)));
    let (demo_day, last) = read.map_err(|error| error.to_string())?;
    let demo_day: Option<Date> = demo_day.and_then(|day| day.parse().ok());
    if sealed && demo_day.is_none() && keys(global)?.is_some_and(|keys| keys.folder() == global.data.join(KEYS)) {
        return Err(global.say(
            "密钥在数据文件夹里，只有演示库可以这样。请把它移到别处，用 --keys 指明。",
            "the keys lie in the data folder, which only a demo bureau may do; move them elsewhere and name the place with `--keys`",
        ));
    }
    // A demo bureau goes on from the day on which it was last written.
    let played = demo_day.map(|day| day.max(day_of(last)));
    let clock = match global.today.or(played) {
        Some(day) => Clock::day(day),
        None => Clock::System,
    };
    let read_only = closed(global, demo_day, day_of(last), clock.today());
    let title = bureau_title(&packs, &store).unwrap_or_else(|| NAMELESS.into());
    let mut bureau = Bureau::new(title, packs, plans, store, clock, luoshi_rules::exits())
        .map_err(|missing| format!("packs name exits that this program does not bring: {}", missing.join(", ")))?;
    bureau.demo = demo_day.is_some();
    bureau.read_only = read_only;
    bureau
        .store
        .read(|reader| bureau.refresh(reader))
        .map_err(|error| global.say(&error.chinese(), &error.to_string()))?;
    Ok(bureau)
}

/// A desk over the bureau; `heads`: where each sealed head is also written.
pub fn desk(global: &Global, loopback: bool, heads: Option<String>) -> Result<Desk, String> {
    let mut bureau = opened(global)?;
    bureau.heads = heads;
    Ok(Desk::new(Arc::new(bureau), loopback))
}

/// Packs and plans without fault, or every fault.
pub fn checked(global: &Global) -> Result<(luoshi_pack::Packs, Vec<luoshi_pack::plan::Plan>), String> {
    let sources = Sources::read(global.home().as_deref())?;
    sources.check().map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// Why a bureau is open for reading only.
fn closed(global: &Global, demo_day: Option<Date>, last: Date, today: Date) -> Option<(String, String)> {
    let day = global.today?;
    if day < last {
        return Some((
            format!("今天按 {day} 算，早于最后一次写入（{last}），只能查看。"),
            format!("Today is taken as {day}, before the last write ({last}): for reading only."),
        ));
    }
    (demo_day.is_none() && day != today_really()).then(|| {
        (
            format!("今天按 {today} 算；只有演示库可以在别的日子写入，这里只能查看。"),
            format!("Today is taken as {today}; only a demo bureau may be written on another day: for reading only."),
        )
    })
}

fn today_really() -> Date {
    Clock::System.today()
}

/// The name of the unit of kind bureau.
fn bureau_title(packs: &luoshi_pack::Packs, store: &Store) -> Option<String> {
    use luoshi_pack::condition::{Compare, Condition, Operand};
    let context = luoshi_kernel::Context::of(Date::MIN, Default::default(), Default::default());
    let is_bureau = Condition::Compare(
        vec!["kind".into()],
        Compare::Equal,
        Operand::literal(luoshi_pack::Value::Text("bureau".into())),
    );
    let label = luoshi_kernel::list::Column::at(packs, "unit", &["name".to_string()])?;
    let page = luoshi_kernel::list::Page::first(&is_bureau, &[], 1);
    let read = luoshi_kernel::list::rows(packs, &context, None, "unit", &[label], &page);
    let rows = store.read(|reader| reader.rows(&read.select, &read.kinds)).ok()?;
    rows.first()?.last()?.text().map(str::to_string)
}
