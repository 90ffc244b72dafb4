//! The demo bureau's house: units, people, posts, accounts.

use super::Recipe;
use super::names::{self, Names};
use super::script::{Deed, Event, Player, Typed};
use super::{supervision, training};
use indicatif::ProgressBar;
use luoshi_desk::{Desk, account, random};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// An account shown to whoever starts the demo.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its sign-in name.
    pub name: String,
    /// Person and post.
    pub title: String,
    /// Its random password.
    pub password: String,
    /// What it may do, in Chinese.
    pub about: String,
    /// The same in English.
    pub about_en: String,
}

/// A school that is made.
pub struct School {
    /// Its name, which is also its name in the script.
    pub name: String,
    /// 学段
    pub stage: String,
    /// Its town.
    pub town: String,
}

/// Somebody who works here.
pub struct Person {
    /// Sign-in name, and name in the script.
    pub account: String,
    /// 姓名
    pub name: String,
    /// Role.
    pub role: &'static str,
    /// The unit's name in the script.
    pub unit: String,
}

/// Everybody and every place.
pub struct House {
    /// Schools, those of the projects due first.
    pub schools: Vec<School>,
    /// People with accounts.
    pub people: Vec<Person>,
}

impl House {
    /// The account that works for a town.
    pub fn town_clerk(&self, town: &str) -> String {
        self.people
            .iter()
            .find(|person| person.role == "town" && person.unit == town)
            .map_or_else(String::new, |person| person.account.clone())
    }
}

/// Every fifth kindergarten is private.
pub fn is_private(number: usize, school: &School) -> bool {
    school.stage == "kindergarten" && number % 5 == 4
}

/// The school a project builds: its title without what is done to it.
pub fn school_of(title: &str) -> &str {
    ["扩建工程", "扩建", "改建", "迁建", "分园"].iter().find_map(|suffix| title.strip_suffix(suffix)).unwrap_or(title)
}

/// Invents the house.
pub fn house(rng: &mut ChaCha8Rng, recipe: &Recipe) -> House {
    let mut names = Names::default();
    let mut schools = vec![];
    for (title, _, stage, town, ..) in &recipe.projects.due {
        let name = school_of(title);
        if names.take(name) {
            schools.push(School { name: name.to_string(), stage: stage.clone(), town: town.clone() });
        }
    }
    let wanted = [
        ("kindergarten", recipe.schools.kindergarten),
        ("primary", recipe.schools.primary),
        ("junior", recipe.schools.junior),
        ("nine_year", recipe.schools.nine_year),
        ("senior", recipe.schools.senior),
        ("vocational", recipe.schools.vocational),
        ("special", recipe.schools.special),
    ];
    for (stage, count) in wanted {
        let have = schools.iter().filter(|school: &&School| school.stage == stage).count();
        for _ in have..count {
            let town = recipe.towns.choose(rng).cloned().unwrap_or_default();
            schools.push(School { name: names.school(rng, &town, stage), stage: stage.to_string(), town });
        }
    }
    House { people: people(rng, recipe, &schools), schools }
}

fn people(rng: &mut ChaCha8Rng, recipe: &Recipe, schools: &[School]) -> Vec<Person> {
    let person = |account: &str, name: &str, role, unit: &str| Person {
        account: account.into(),
        name: name.into(),
        role,
        unit: unit.into(),
    };
    let mut people = vec![
        person("fangzhiyuan", "方志远", "leader", &recipe.bureau),
        person("zhoumin", "周敏", "finance", "计划财务科"),
        person("liwenjing", "李文静", "finance", "计划财务科"),
        person("hexiao", "何晓", "finance", "计划财务科"),
        person("chenli", "陈立", "finance", "计划财务科"),
        person("wanghaifeng", "王海峰", "finance", "计划财务科"),
        person("shenji", "傅正", "auditor", &recipe.bureau),
        person("zhuangbei", "丁立新", "section", "教育技术中心"),
        person("yanshou", "龚慧", "section", "教育技术中心"),
    ];
    for (number, town) in recipe.towns.iter().enumerate() {
        people.push(person(&format!("town{:02}", number + 1), &names::person(rng), "town", town));
    }
    for (number, section) in recipe.sections.iter().filter(|section| *section != "计划财务科").enumerate() {
        people.push(person(&format!("section{:02}", number + 1), &names::person(rng), "section", section));
    }
    if let Some(school) = schools.iter().find(|school| school.name.ends_with("第三小学")) {
        people.push(person("school", &names::person(rng), "school", &school.name));
    }
    people.extend([
        person("tejiao", "楼小燕", "section", "基础教育科"),
        person("chujiao", "金国平", "section", "基础教育科"),
        person("xueyin", "骆佳", "section", "职成教科"),
        person("shenhe", "虞爱民", "section", "职成教科"),
        person("dangban", "徐学文", "section", "党建办公室"),
        person("dangwei", "朱正", "section", "党建办公室"),
        person("dangan", "吴静", "archivist", &recipe.bureau),
        person("baohu", "金晓东", "archivist", &recipe.bureau),
    ]);
    people.extend(training::CLERKS.map(|(account, name)| person(account, name, "section", "职成教科")));
    let officer = |(account, name)| person(account, name, "check_officer", "职成教科");
    people.extend(supervision::OFFICERS.map(officer));
    for (number, (town, name)) in recipe.towns.iter().zip(training::WORKERS).enumerate() {
        people.push(person(&training::worker(number), name, "grid_worker", town));
    }
    people.extend(LEVELS.map(|(account, name, role, unit)| person(account, name, role, unit)));
    if let Some(school) = people.iter().find(|person| person.account == "school").map(|person| person.unit.clone()) {
        people.extend(SCHOOL_LEVELS.map(|(account, name, role)| person(account, name, role, &school)));
    }
    people
}

/// Who decides at the bureau beside its leader, and keeps the seals.
const LEVELS: [(&str, &str, &str, &str); 3] = [
    ("fenguan", "吴建华", "deputy", "义乌市教育局"),
    ("kezhang", "蒋文斌", "office_head", "教育技术中心"),
    ("yinzhang", "贾秀兰", "seal_keeper", "义乌市教育局"),
];
/// Who decides at the school that the demo shows.
const SCHOOL_LEVELS: [(&str, &str, &str); 4] = [
    ("xiaozhang", "陶国庆", "school_head"),
    ("fuxiaozhang", "黄丽君", "school_deputy"),
    ("zongwu", "施建平", "office_head"),
    ("baozhang", "宋雅琴", "accountant"),
];

/// Accounts that the sign-in page offers.
const SHOWN: [(&str, &str, &str, &str); 7] = [
    ("fangzhiyuan", "局领导", "看全局的计划、举措和台账", "sees the plan, measures and registers of the whole bureau"),
    (
        "zhoumin",
        "计划财务科",
        "立项、改项目、核定交付；看全局",
        "files and changes projects, verifies delivery; sees everything",
    ),
    (
        "liwenjing",
        "计划财务科（复核）",
        "另一双眼睛：同事填的、改的由本人核定，自己填的由同事核定",
        "the other pair of eyes: verifies what the colleague filled in or changed, and the other way round",
    ),
    ("school", "学校", "只看、只填本校的项目和设备", "sees and fills in its own projects and equipment only"),
    ("shenji", "审计", "看全局，不能改", "sees everything, changes nothing"),
    (
        "dangan",
        "档案与个人信息保护",
        "查到期的个人信息，申请清除，批准他人申请的清除",
        "finds personal data past its term, orders erasures, approves those of others",
    ),
    (
        "baohu",
        "档案与个人信息保护",
        "与局领导一起批准清除：一项清除须两人批准，申请人不算",
        "approves erasures together with the leader: two approve, the filer not being one",
    ),
];

/// Files units, people and posts, and makes accounts.
pub fn settle(
    desk: &Desk,
    player: &mut Player<'_>,
    house: &House,
    recipe: &Recipe,
    bar: &ProgressBar,
) -> Result<Vec<Shown>, String> {
    let events = founding(house, recipe);
    bar.set_length(events.len() as u64);
    bar.set_message("单位与人员");
    player.play(events, &|count| bar.inc(count))?;
    let mut shown = vec![];
    for person in &house.people {
        let offered = SHOWN.iter().find(|(account, ..)| *account == person.account);
        let password = offered.map(|_| random::hex(6));
        let id = player.id(&format!("person:{}", person.account));
        account::create(desk.bureau(), &person.account, &person.name, id, password.as_deref())
            .map_err(|refusal| refusal.to_string())?;
        if let (Some((name, post, about, about_en)), Some(password)) = (offered, password) {
            let title = if person.role == "school" {
                format!("{} {}", person.name, person.unit)
            } else {
                format!("{} {post}", person.name)
            };
            shown.push(Shown {
                name: name.to_string(),
                title,
                password,
                about: about.to_string(),
                about_en: about_en.to_string(),
            });
        }
    }
    shown.sort_by_key(|shown| SHOWN.iter().position(|(account, ..)| *account == shown.name));
    Ok(shown)
}

fn founding(house: &House, recipe: &Recipe) -> Vec<Event> {
    let filed = |minute, register, record: &str, typed| Event {
        day: recipe.since,
        minute,
        by: String::new(),
        record: record.to_string(),
        register,
        act: Deed::File,
        typed,
        reason: "",
    };
    let named = |name: &str, kind: &str| {
        vec![("name", Typed::from(name)), ("kind", Typed::from(kind)), ("since_on", Typed::from("2000-01-01"))]
    };
    let below = |mut typed: Vec<(&'static str, Typed)>, parent: &str| {
        typed.push(("parent", Typed::Record(parent.to_string())));
        typed
    };
    let mut events = vec![filed(510, "unit", &recipe.bureau, named(&recipe.bureau, "bureau"))];
    let units = [(&recipe.sections, "section"), (&recipe.departments, "department"), (&recipe.towns, "town")];
    for (names, kind) in units {
        events.extend(names.iter().map(|name| filed(511, "unit", name, below(named(name, kind), &recipe.bureau))));
    }
    for (number, school) in house.schools.iter().enumerate() {
        let mut typed = below(named(&school.name, "school"), &school.town);
        let private = is_private(number, school);
        typed.push(("stage", Typed::from(school.stage.as_str())));
        typed.push(("ownership", Typed::from(if private { "private" } else { "public" })));
        if school.stage == "kindergarten" {
            typed.push(("inclusive", Typed::from(if private && number % 2 == 0 { "no" } else { "yes" })));
        }
        typed.push(("school_code", Typed::from(format!("{}33{:06}", code_kind(&school.stage), number + 1))));
        events.push(filed(512, "school", &school.name, typed));
    }
    for (number, person) in house.people.iter().enumerate() {
        let key = format!("person:{}", person.account);
        let mobile = format!("139{:08}", 579_0000 + number * 37);
        events.push(filed(
            513,
            "person",
            &key,
            vec![("name", Typed::from(person.name.as_str())), ("mobile", Typed::from(mobile))],
        ));
        let typed = vec![
            ("person", Typed::Record(key)),
            ("role", Typed::from(person.role)),
            ("unit", Typed::Record(person.unit.clone())),
            ("since_on", Typed::from(recipe.since)),
        ];
        events.push(filed(514, "post", &format!("post:{}", person.account), typed));
    }
    events
}

/// The first two digits of a school code.
fn code_kind(stage: &str) -> &'static str {
    match stage {
        "kindergarten" => "11",
        "primary" => "21",
        "junior" | "nine_year" => "31",
        "senior" => "34",
        "vocational" => "36",
        _ => "51",
    }
}

/// Some minute of a working morning or afternoon.
pub fn office_minute(rng: &mut ChaCha8Rng) -> i64 {
    rng.random_range(510..1020)
}
