//! The demo bureau's budget: the air-conditioner line of the plan from its grant to its settlement, and the daily business
//! of other lines with its purchases; some of it still waits for somebody, and each flag stands once.

use super::people::{self, House};
use super::script::{Deed, Event, Typed};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Who proposes lines, who grants them, who files requests, who approves payments, who pays, who signs, who decides on
/// purchases, who accepts, who keeps the seals.
const PROPOSES: &str = "zhoumin";
const GRANTS: &str = "liwenjing";
const FILES: &str = "zhuangbei";
const APPROVES: &str = "zhoumin";
const PAYS: &str = "hexiao";
const LEADS: &str = "fangzhiyuan";
const DEPUTY: &str = "fenguan";
const ACCEPTS: &str = "yanshou";
const SEALS: &str = "yinzhang";
const UNIT: &str = "教育技术中心";

type Pairs = Vec<(&'static str, Typed)>;

/// Lines beside the air-conditioners: name, function, kind of spending, amount, what is bought.
const LINES: [(&str, &str, &str, i64, &[&str]); 5] = [
    ("教室照明改造", "2050202", "31003", 9_600_000, &["灯具（第一批）", "灯具（第二批）", "检测"]),
    ("智慧教室", "2050203", "31007", 4_200_000, &["终端", "录播设备", "平台服务"]),
    ("校园网络运维", "2050204", "30213", 860_000, &["链路租用", "机房维护", "安全测评"]),
    ("教师信息素养培训", "2050205", "30216", 420_000, &["骨干培训", "管理员培训"]),
    ("实验室耗材", "2050203", "30201", 260_000, &["化学试剂", "生物标本", "物理器材"]),
];

struct Script {
    events: Vec<Event>,
    invoices: i64,
}

impl Script {
    fn add(&mut self, day: Date, by: &str, record: &str, register: &'static str, act: Deed, typed: Pairs) {
        // In the order in which they are told, also on one day.
        let minute = 600 + (self.events.len() % 400) as i64;
        let (by, record) = (by.to_string(), record.to_string());
        self.events.push(Event { day, minute, by, record, register, act, typed, reason: "" });
    }

    fn line(&mut self, code: &str, (name, function, economic, amount): (&str, &str, &str, i64)) {
        let key = format!("budget_line:{name}");
        let typed = vec![
            ("unit", Typed::Record(UNIT.into())),
            ("year", Typed::from(2021)),
            ("code", Typed::from(code)),
            ("title", Typed::from(name)),
            ("function_code", Typed::from(function)),
            ("economic_code", Typed::from(economic)),
            ("amount", Typed::from(amount)),
            ("procurement", Typed::from("yes")),
        ];
        self.add(date(2021, 2, 22), PROPOSES, &key, "budget_line", Deed::File, typed);
        self.add(date(2021, 2, 25), GRANTS, &key, "budget_line", Deed::Move("grant"), vec![]);
    }

    fn request(&mut self, day: Date, line: &str, title: &str, category: &'static str, amount: i64) -> String {
        let key = format!("pre_commit:{line}{title}");
        let typed = vec![
            ("title", Typed::from(title)),
            ("line", Typed::Record(format!("budget_line:{line}"))),
            ("category", Typed::from(category)),
            ("amount", Typed::from(amount)),
        ];
        self.add(day, FILES, &key, "pre_commit", Deed::File, typed);
        self.add(day, FILES, &key, "pre_commit", Deed::Move("submit"), vec![]);
        key
    }

    fn approve(&mut self, day: Date, request: &str, amount: i64) {
        let (by, made) = match amount {
            ..=10_000 => ("kezhang", "approve_section"),
            10_001..=100_000 => (DEPUTY, "approve_deputy"),
            100_001..=500_000 => (LEADS, "approve_leader"),
            _ => (LEADS, "approve_committee"),
        };
        let minutes = vec![("minutes", Typed::Paper("党委会纪要（演示）.pdf"))];
        let typed = if amount > 500_000 { minutes } else { vec![] };
        self.add(day, by, request, "pre_commit", Deed::Move(made), typed);
    }

    fn item(&mut self, day: Date, code: &str, title: &str, category: &'static str) -> String {
        let key = format!("purchase_item:{title}");
        let typed = vec![
            ("unit", Typed::Record(UNIT.into())),
            ("year", Typed::from(2021)),
            ("code", Typed::from(code)),
            ("title", Typed::from(title)),
            ("category", Typed::from(category)),
        ];
        self.add(day, FILES, &key, "purchase_item", Deed::File, typed);
        key
    }

    /// A purchase that is approved.
    fn purchase(
        &mut self,
        day: Date,
        title: &str,
        item: &str,
        line: &str,
        request: Option<&str>,
        budget: i64,
    ) -> String {
        let key = format!("purchase:{title}");
        let method = match budget {
            2_000_000.. => "open",
            500_000.. => "inquiry",
            _ => "own",
        };
        let mut typed = vec![
            ("title", Typed::from(title)),
            ("item", Typed::Record(item.into())),
            ("line", Typed::Record(format!("budget_line:{line}"))),
            ("budget", Typed::from(budget)),
            ("method", Typed::from(method)),
            ("form", Typed::from("scattered")),
        ];
        typed.extend(request.map(|request| ("pre_commit", Typed::Record(request.into()))));
        self.add(day, FILES, &key, "purchase", Deed::File, typed);
        self.add(day.saturating_add(1.days()), DEPUTY, &key, "purchase", Deed::Move("approve"), vec![]);
        key
    }

    /// Its intent, notice and award on these days.
    fn award(&mut self, key: &str, [intent, notice, awarded]: [Date; 3], winner: &str, amount: i64) {
        let intent_day = notice.saturating_sub(2.days());
        self.add(intent_day, FILES, key, "purchase", Deed::Move("publish_intent"), vec![("intent_on", intent.into())]);
        self.add(notice, FILES, key, "purchase", Deed::Move("announce"), vec![("notice_on", notice.into())]);
        let result = vec![
            ("opened_on", Typed::from(awarded)),
            ("winner", Typed::from(winner)),
            ("award_amount", Typed::from(amount)),
            ("awarded_on", Typed::from(awarded)),
        ];
        self.add(awarded, APPROVES, key, "purchase", Deed::Move("award"), result);
    }

    /// A contract that is filed.
    fn draft(&mut self, day: Date, request: &str, title: &str, party: &str, amount: i64, more: Pairs) -> String {
        let key = format!("contract:{request}");
        let mut typed = vec![
            ("title", Typed::from(title)),
            ("pre_commit", Typed::Record(request.into())),
            ("party", Typed::from(party)),
            ("amount", Typed::from(amount)),
        ];
        typed.extend(more);
        self.add(day, FILES, &key, "contract", Deed::File, typed);
        key
    }

    /// The same, reviewed, signed and sealed.
    fn contract(&mut self, day: Date, request: &str, title: &str, party: &str, amount: i64, more: Pairs) -> String {
        let key = self.draft(day, request, title, party, amount, more);
        let opinion = vec![("review_opinion", Typed::from("条款齐备，无异议"))];
        self.add(day.saturating_add(2.days()), GRANTS, &key, "contract", Deed::Move("review"), opinion);
        let signed = day.saturating_add(5.days());
        let letter = vec![("authorisation", Typed::Record("authorisation".into()))];
        self.add(signed, LEADS, &key, "contract", Deed::Move("sign"), letter);
        let seal = format!("seal_use:{key}");
        let typed = vec![("contract", Typed::Record(key.clone()))];
        self.add(signed, FILES, &seal, "seal_use", Deed::File, typed);
        self.add(signed, SEALS, &seal, "seal_use", Deed::Move("seal"), vec![]);
        key
    }

    /// Notice and filing of a signed contract, and its purchase a step on.
    fn publish(&mut self, day: Date, contract: &str, purchase: &str) {
        for (kind, place) in [("notice", "浙江政府采购网（演示）"), ("filing", "财政备案（演示）")] {
            let typed = vec![
                ("contract", Typed::Record(contract.into())),
                ("kind", Typed::from(kind)),
                ("published_on", Typed::from(day)),
                ("place", Typed::from(place)),
            ];
            self.add(day, FILES, &format!("{kind}:{contract}"), "contract_notice", Deed::File, typed);
        }
        self.add(day, FILES, purchase, "purchase", Deed::Move("contract"), vec![]);
    }

    fn accept(&mut self, day: Date, request: &str, contract: &str, title: &str) -> String {
        let key = format!("acceptance:{request}{title}");
        let typed = vec![
            ("title", Typed::from(title)),
            ("pre_commit", Typed::Record(request.into())),
            ("contract", Typed::Record(contract.into())),
        ];
        self.add(day, FILES, &key, "contract_acceptance", Deed::File, typed);
        self.add(day, ACCEPTS, &key, "contract_acceptance", Deed::Move("pass"), vec![]);
        key
    }

    /// A payment under a contract, as far as `until`: filed, approved, paid.
    fn pay(&mut self, day: Date, line: &str, papers: [&str; 3], party: &str, amount: &str, until: usize) {
        self.invoices += 1;
        let [request, contract, acceptance] = papers;
        let key = format!("payment:{}", self.invoices);
        let typed = vec![
            ("purpose", Typed::from("货款")),
            ("line", Typed::Record(format!("budget_line:{line}"))),
            ("pre_commit", Typed::Record(request.into())),
            ("contract", Typed::Record(contract.into())),
            ("acceptance", Typed::Record(acceptance.into())),
            ("payee", Typed::from(party)),
            ("amount", Typed::from(amount)),
            ("invoice_code", Typed::from("033002100111")),
            ("invoice_number", Typed::from(format!("{:08}", 20_210_000 + self.invoices))),
            ("method", Typed::from("direct")),
        ];
        self.add(day, FILES, &key, "budget_payment", Deed::File, typed);
        for (by, made) in [(APPROVES, "approve"), (PAYS, "pay")].into_iter().take(until) {
            self.add(day.saturating_add(1.days()), by, &key, "budget_payment", Deed::Move(made), vec![]);
        }
    }
}

/// The events of the budget.
pub fn script(rng: &mut ChaCha8Rng, house: &House) -> Vec<Event> {
    let mut script = Script { events: vec![], invoices: 0 };
    letter(&mut script);
    aircons(&mut script);
    for (place, (name, function, economic, amount, goods)) in LINES.into_iter().enumerate() {
        script.line(&format!("JX-2021-{:03}", place + 2), (name, function, economic, amount));
        let mut left = amount;
        for (number, title) in goods.iter().enumerate() {
            let share = amount * rng.random_range(18..34) / 100 / 1000 * 1000;
            if share > left {
                break;
            }
            left -= share;
            let day = date(2021, 3, 8).saturating_add((number as i64 * 96 + rng.random_range(0..12_i64)).days());
            business(&mut script, rng, day, (name, &format!("C{:02}{number:02}", place + 1)), title, share);
        }
    }
    flagged(&mut script);
    schools(&mut script, house);
    script.events
}

/// By what the leader signs.
fn letter(script: &mut Script) {
    let typed = vec![
        ("title", Typed::from("代表本局签订采购、工程与服务合同")),
        ("unit", Typed::Record("义乌市教育局".into())),
        ("person", Typed::Record(format!("person:{LEADS}"))),
        ("kind", Typed::from("legal")),
        ("since_on", Typed::from("2021-01-01")),
        ("until_on", Typed::from("2021-12-31")),
    ];
    let day = date(2021, 1, 11);
    script.add(day, FILES, "authorisation", "authorisation", Deed::File, typed);
    script.add(day, LEADS, "authorisation", "authorisation", Deed::Move("issue"), vec![]);
}

/// The plan's own example (operations 1.3), to the 分.
fn aircons(script: &mut Script) {
    let (name, party) = ("教室空调", "义乌冷暖设备有限公司（演示）");
    script.line("JX-2021-001", (name, "2050203", "31003", 18_000_000));
    let request = script.request(date(2021, 3, 1), name, "教室空调采购", "purchase", 17_500_000);
    script.approve(date(2021, 3, 5), &request, 17_500_000);
    let item = script.item(date(2021, 3, 1), "A0206180203", "空调机", "goods");
    let purchase = script.purchase(date(2021, 3, 5), "教室空调采购", &item, name, Some(&request), 17_500_000);
    let days = [date(2021, 2, 1), date(2021, 3, 10), date(2021, 4, 2)];
    script.award(&purchase, days, party, 17_400_000);
    let under = vec![("purchase", Typed::Record(purchase.clone()))];
    let contract = script.contract(date(2021, 4, 6), &request, "教室空调采购合同", party, 17_400_000, under);
    script.publish(date(2021, 4, 13), &contract, &purchase);
    let acceptance = script.accept(date(2021, 4, 19), &request, &contract, "首批到货");
    script.pay(date(2021, 4, 20), name, [&request, &contract, &acceptance], party, "5220000", 2);
    let settled = vec![("settled_amount", Typed::from(17_226_000))];
    script.add(date(2021, 9, 1), APPROVES, &contract, "contract", Deed::Move("settle"), settled);
    let last = script.accept(date(2021, 9, 8), &request, &contract, "整体验收");
    script.pay(date(2021, 9, 10), name, [&request, &contract, &last], party, "11489220", 2);
    script.add(date(2021, 9, 10), FILES, &purchase, "purchase", Deed::Move("accept"), vec![]);
}

/// A request, and what became of it so far: purchase, contract, acceptance, part of the money.
fn business(
    script: &mut Script,
    rng: &mut ChaCha8Rng,
    day: Date,
    (line, code): (&str, &str),
    title: &str,
    amount: i64,
) {
    let category = if line.contains("培训") { "training" } else { "purchase" };
    let request = script.request(day, line, title, category, amount);
    // What was filed last still waits.
    if day > date(2021, 9, 1) {
        return;
    }
    let after = |days: i64| day.saturating_add(days.days());
    script.approve(after(3), &request, amount);
    let signed = amount * rng.random_range(90..100) / 100;
    let party = "义乌教育装备有限公司（演示）";
    let services = ["培训", "服务", "维护", "测评", "租用", "检测"].iter().any(|word| title.contains(word));
    let item = script.item(after(3), code, title, if services { "services" } else { "goods" });
    let purchase = script.purchase(after(3), &format!("{title}采购"), &item, line, Some(&request), amount);
    script.award(&purchase, [after(-22), after(12), after(18)], party, signed);
    let under = vec![
        ("purchase", Typed::Record(purchase.clone())),
        ("kind", Typed::from(if services { "service" } else { "purchase" })),
    ];
    let contract = script.contract(after(20), &request, &format!("{title}合同"), party, signed, under);
    script.publish(after(26), &contract, &purchase);
    let due = after(50);
    let acceptance = script.accept(due, &request, &contract, "到货验收");
    script.add(due, FILES, &purchase, "purchase", Deed::Move("accept"), vec![]);
    let until = if due > date(2021, 8, 1) { rng.random_range(0..2) } else { 2 };
    let part = (signed * rng.random_range(40..70) / 100).to_string();
    script.pay(due.saturating_add(4.days()), line, [&request, &contract, &acceptance], party, &part, until);
}

/// Each flag once.
fn flagged(script: &mut Script) {
    let name = "教育装备零星采购";
    script.line("JX-2021-008", (name, "2050203", "31002", 6_000_000));
    // 化整为零: three inquiries of one item, together above four fifths of the threshold.
    let laptops = script.item(date(2021, 4, 12), "A02010105", "便携式计算机", "goods");
    for (day, title, budget) in [
        (date(2021, 4, 12), "便携式计算机（上半年）", 560_000),
        (date(2021, 6, 21), "便携式计算机（暑期）", 540_000),
        (date(2021, 9, 13), "便携式计算机（秋季）", 530_000),
    ] {
        script.purchase(day, title, &laptops, name, None, budget);
    }
    // Awarded on 10 August and not signed yet.
    let (party, amount) = ("金华录播科技有限公司（演示）", 586_000);
    let request = script.request(date(2021, 7, 5), name, "录播教室改造", "purchase", 600_000);
    script.approve(date(2021, 7, 8), &request, 600_000);
    let item = script.item(date(2021, 7, 8), "A02091107", "录播设备（改造）", "goods");
    let purchase = script.purchase(date(2021, 7, 8), "录播教室改造采购", &item, name, Some(&request), 600_000);
    script.award(&purchase, [date(2021, 6, 20), date(2021, 7, 26), date(2021, 8, 10)], party, amount);
    let under = vec![("purchase", Typed::Record(purchase))];
    script.draft(date(2021, 8, 20), &request, "录播教室改造合同", party, amount, under);
    // Signed on 17 September, filed, not published.
    let (party, amount) = ("义乌图文设备有限公司（演示）", 548_000);
    let request = script.request(date(2021, 8, 9), name, "扫描阅卷设备", "purchase", 560_000);
    script.approve(date(2021, 8, 11), &request, 560_000);
    let item = script.item(date(2021, 8, 11), "A0201060901", "扫描仪", "goods");
    let purchase = script.purchase(date(2021, 8, 11), "扫描阅卷设备采购", &item, name, Some(&request), 560_000);
    script.award(&purchase, [date(2021, 7, 20), date(2021, 8, 23), date(2021, 9, 6)], party, amount);
    let under = vec![("purchase", Typed::Record(purchase))];
    script.contract(date(2021, 9, 12), &request, "扫描阅卷设备合同", party, amount, under);
    // A small supplier accepted on 18 August and not paid.
    let party = "义乌小微文具商行（演示）";
    let request = script.request(date(2021, 7, 1), name, "考务用品", "purchase", 86_000);
    script.approve(date(2021, 7, 5), &request, 86_000);
    let small = vec![("small", Typed::from("yes"))];
    let contract = script.contract(date(2021, 7, 12), &request, "考务用品合同", party, 82_400, small);
    script.accept(date(2021, 8, 18), &request, &contract, "考务用品到货");
    // Approved in June and never used: expired on 8 September.
    let request = script.request(date(2021, 6, 10), name, "装备展会参观", "travel", 24_000);
    script.approve(date(2021, 6, 11), &request, 24_000);
}

/// Lines of the public schools, all but some, and the small matters of one school.
fn schools(script: &mut Script, house: &House) {
    let public = house.schools.iter().enumerate().filter(|(number, school)| !people::is_private(*number, school));
    let with_lines = public.filter(|(number, _)| number % 16 != 7);
    for (number, school) in with_lines {
        let function = match school.stage.as_str() {
            "kindergarten" => "2050201",
            "primary" => "2050202",
            "senior" => "2050204",
            "vocational" => "2050302",
            "special" => "2050701",
            _ => "2050203",
        };
        let key = format!("budget_line:{}", school.name);
        let typed = vec![
            ("unit", Typed::Record(school.name.clone())),
            ("year", Typed::from(2021)),
            ("code", Typed::from("GY-2021")),
            ("title", Typed::from("日常公用经费")),
            ("function_code", Typed::from(function)),
            ("economic_code", Typed::from("30201")),
            ("amount", Typed::from(180_000 + (number as i64 * 7_919) % 620 * 1_000)),
        ];
        script.add(date(2021, 2, 22), PROPOSES, &key, "budget_line", Deed::File, typed);
        script.add(date(2021, 2, 25), GRANTS, &key, "budget_line", Deed::Move("grant"), vec![]);
    }
    let Some(shown) = house.people.iter().find(|person| person.account == "school") else { return };
    let matters = [
        ("体育器材补充", 4_200, &["zongwu", "baozhang"][..], "approve_school_office"),
        ("图书馆书架", 36_000, &["fuxiaozhang"], "approve_school_deputy"),
        ("操场维修", 128_000, &["xiaozhang"], "approve_school_head"),
        ("教师外出培训", 18_000, &[], "approve_school_deputy"),
    ];
    for (number, (title, amount, by, made)) in matters.into_iter().enumerate() {
        let (key, day) =
            (format!("pre_commit:school:{title}"), date(2021, 9, 8).saturating_add((number as i64 * 5).days()));
        let typed = vec![
            ("title", Typed::from(title)),
            ("line", Typed::Record(format!("budget_line:{}", shown.unit))),
            ("category", Typed::from(if title.contains("培训") { "training" } else { "purchase" })),
            ("amount", Typed::from(amount)),
        ];
        script.add(day, "school", &key, "pre_commit", Deed::File, typed);
        script.add(day, "school", &key, "pre_commit", Deed::Move("submit"), vec![]);
        for by in by {
            script.add(day.saturating_add(1.days()), by, &key, "pre_commit", Deed::Move(made), vec![]);
        }
    }
}
