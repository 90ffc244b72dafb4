//! The demo bureau's budget: the air-conditioner line of the plan from its grant to its settlement, and the daily business
//! of other lines; some of it still waits for somebody.

use super::script::{Deed, Event, Typed};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Who proposes lines, who grants them, who files requests, who decides on small ones, who pays, who decides on large ones, who
/// accepts.
const PROPOSES: &str = "zhoumin";
const GRANTS: &str = "liwenjing";
const FILES: &str = "zhuangbei";
const APPROVES: &str = "zhoumin";
const PAYS: &str = "hexiao";
const LEADS: &str = "fangzhiyuan";
const ACCEPTS: &str = "yanshou";
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
        let (by, made) = if amount >= 500_000 { (LEADS, "approve_high") } else { (APPROVES, "approve") };
        self.add(day, by, request, "pre_commit", Deed::Move(made), vec![]);
    }

    fn contract(&mut self, day: Date, request: &str, title: &str, party: &str, amount: i64) -> String {
        let key = format!("contract:{request}");
        let typed = vec![
            ("title", Typed::from(title)),
            ("pre_commit", Typed::Record(request.into())),
            ("party", Typed::from(party)),
            ("amount", Typed::from(amount)),
        ];
        self.add(day, FILES, &key, "contract", Deed::File, typed);
        let opinion = vec![("review_opinion", Typed::from("条款齐备，无异议"))];
        self.add(day.saturating_add(2.days()), GRANTS, &key, "contract", Deed::Move("review"), opinion);
        self.add(day.saturating_add(5.days()), LEADS, &key, "contract", Deed::Move("sign"), vec![]);
        key
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
pub fn script(rng: &mut ChaCha8Rng) -> Vec<Event> {
    let mut script = Script { events: vec![], invoices: 0 };
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
            business(&mut script, rng, day, name, title, share);
        }
    }
    script.events
}

/// The plan's own example (operations 1.3), to the 分.
fn aircons(script: &mut Script) {
    let (name, party) = ("教室空调", "义乌冷暖设备有限公司（演示）");
    script.line("JX-2021-001", (name, "2050203", "31003", 18_000_000));
    let request = script.request(date(2021, 3, 1), name, "教室空调采购", "purchase", 17_500_000);
    script.approve(date(2021, 3, 5), &request, 17_500_000);
    let contract = script.contract(date(2021, 4, 6), &request, "教室空调采购合同", party, 17_400_000);
    let acceptance = script.accept(date(2021, 4, 19), &request, &contract, "首批到货");
    script.pay(date(2021, 4, 20), name, [&request, &contract, &acceptance], party, "5220000", 2);
    let settled = vec![("settled_amount", Typed::from(17_226_000))];
    script.add(date(2021, 9, 1), APPROVES, &contract, "contract", Deed::Move("settle"), settled);
    let last = script.accept(date(2021, 9, 8), &request, &contract, "整体验收");
    script.pay(date(2021, 9, 10), name, [&request, &contract, &last], party, "11489220", 2);
}

/// A request, and what became of it so far: contract, acceptance, part of the money.
fn business(script: &mut Script, rng: &mut ChaCha8Rng, day: Date, line: &str, title: &str, amount: i64) {
    let category = if line.contains("培训") { "training" } else { "purchase" };
    let request = script.request(day, line, title, category, amount);
    // What was filed last still waits.
    if day > date(2021, 9, 1) {
        return;
    }
    script.approve(day.saturating_add(3.days()), &request, amount);
    let signed = amount * rng.random_range(90..100) / 100;
    let party = "义乌教育装备有限公司（演示）";
    let contract = script.contract(day.saturating_add(20.days()), &request, &format!("{title}合同"), party, signed);
    let due = day.saturating_add(50.days());
    let acceptance = script.accept(due, &request, &contract, "到货验收");
    let until = if due > date(2021, 8, 1) { rng.random_range(0..2) } else { 2 };
    let part = (signed * rng.random_range(40..70) / 100).to_string();
    script.pay(due.saturating_add(4.days()), line, [&request, &contract, &acceptance], party, &part, until);
}
