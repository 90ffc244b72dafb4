//! The budget pack held against engine-budget: random events, most of them allowed and many not, end the same way in both,
//! and after each the lines and requests hold the same amounts, to the 分. On both databases.

use crate::support::House;
use engine_budget::Fen;
use engine_budget::encumbrance::{
    Act, Budget, Ceiling, Event, Invoice, Opening, OpeningLine, RequestState, Settings, ThreePublic,
};
use luoshi_desk::Saved;
use luoshi_kernel::decimal;
use luoshi_store::Store;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// Random events in each database.
const EVENTS: usize = 300;
const LINES: [&str; 3] = ["空调", "课桌", "接待"];

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        (self.0.next_u64() % most as u64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    /// An amount around `most`: often exactly that, seldom a 分 more.
    fn about(&mut self, most: i64) -> i64 {
        match self.below(10) {
            0 if self.percent(50) => most + 1,
            1 | 2 => most,
            _ => most * (1 + self.below(100) as i64) / 101 + 1,
        }
    }
}

/// The same budget twice.
struct Both {
    house: House,
    engine: Budget,
    lines: BTreeMap<&'static str, i64>,
    /// Requests by the engine's name: record, line, contract if one was signed.
    requests: BTreeMap<String, (i64, &'static str, Option<i64>)>,
    /// Money that is frozen: record, line, amount.
    frozen: Vec<(i64, &'static str, i64)>,
    invoices: Vec<String>,
    day: jiff::civil::Date,
    count: usize,
}

fn fen(amount: i64) -> Fen {
    Fen::new(amount).expect("an amount")
}

fn yuan(amount: i64) -> String {
    decimal::exact(amount, 2)
}

impl Both {
    fn open(store: Store) -> Both {
        let house = House::shipped("2021-02-01", &["foundation", "budget"], store);
        house.settle("2021-02-01");
        crate::budget::staff(&house, "2021-02-01");
        let unit = house.id("tech").to_string();
        let typed = [("unit", &*unit), ("title", "接待"), ("year", "2021"), ("kind", "reception"), ("amount", "60000")];
        let ceiling = house.file("zhou", "ceiling", "budget_ceiling", &typed);
        house.make("li", "budget_ceiling", ceiling, "issue", &[]);
        let mut lines = BTreeMap::new();
        let mut opening = Opening {
            year: 2021,
            lines: vec![],
            ceilings: vec![Ceiling { three_public: ThreePublic::Reception, ceiling: fen(6_000_000) }],
            contracts: vec![],
            settings: Settings {
                contract_from: Some(fen(2_000_000)),
                acceptance_from: Some(fen(2_000_000)),
                invoice_needed: true,
                exempt: vec!["工资".into()],
                ..Settings::default()
            },
        };
        for (place, name) in LINES.into_iter().enumerate() {
            let amount = [150_000_000, 40_000_000, 9_000_000][place];
            let ceiling = if name == "接待" { ceiling.to_string() } else { String::new() };
            let amount_typed = yuan(amount);
            let typed =
                [("unit", &*unit), ("year", "2021"), ("code", name), ("title", name), ("amount", &amount_typed)];
            let typed: Vec<(&str, &str)> = typed.into_iter().chain([("ceiling", &*ceiling)]).collect();
            let id = house.file("zhou", name, "budget_line", &typed);
            house.make("li", "budget_line", id, "grant", &[]);
            lines.insert(name, id);
            let three_public = (name == "接待").then_some(ThreePublic::Reception);
            opening.lines.push(OpeningLine { line: name.into(), approved: fen(amount), three_public });
        }
        let engine = Budget::open(&opening).expect("it opens");
        let (requests, frozen, invoices) = Default::default();
        Both { house, engine, lines, requests, frozen, invoices, day: crate::support::date("2021-02-01"), count: 0 }
    }

    fn engine(&mut self, act: Act) -> Result<(), String> {
        self.engine.apply(&Event { day: self.day, act }).map_err(|refusal| format!("{refusal:?}"))
    }

    fn name(&mut self, word: &str) -> String {
        self.count += 1;
        format!("{word}{}", self.count)
    }

    /// Files a record and makes moves on it, each by its person; the first refusal ends it.
    fn desk(&self, by: &str, register: &str, typed: &[(&str, String)], moves: &[(&str, &str)]) -> Result<i64, String> {
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let told = |not| crate::support::told(&not);
        let Saved { id, .. } = self.house.try_file(by, register, &typed).map_err(told)?;
        for (by, made) in moves {
            self.house.try_move(by, register, id, made, &[]).map_err(told)?;
        }
        Ok(id)
    }

    fn make(&self, by: &str, register: &str, id: i64, made: &str, typed: &[(&str, &str)]) -> Result<(), String> {
        self.house.try_move(by, register, id, made, typed).map(|_| ()).map_err(|not| crate::support::told(&not))
    }

    /// A request, mostly one in a state that fits.
    fn request(&self, dice: &mut Dice, fitting: &[RequestState]) -> Option<String> {
        let all: Vec<&String> = self.requests.keys().collect();
        let state = |name: &&&String| fitting.contains(&self.engine.requests()[**name].state);
        let some: Vec<&String> = all.iter().filter(state).copied().collect();
        let from = if some.is_empty() || dice.percent(15) { all } else { some };
        (!from.is_empty()).then(|| dice.of(&from).clone())
    }

    /// One random event in both: what it was, and how each ended.
    fn step(&mut self, dice: &mut Dice) -> (String, Result<(), String>, Result<(), String>) {
        let line = dice.of(&LINES);
        let line_id = self.lines[line].to_string();
        let free = self.engine.lines()[line].available().max(1);
        let event = dice.below(22);
        let fitting: &[RequestState] = match event {
            5..=7 => &[RequestState::Submitted],
            8 => &[RequestState::Submitted, RequestState::Approved],
            9..=11 => &[RequestState::Approved],
            12 => &[RequestState::Contracted],
            17 | 18 => &[RequestState::Contracted, RequestState::Settled],
            _ => &[RequestState::Approved, RequestState::Contracted, RequestState::Settled],
        };
        let request = self.request(dice, fitting);
        match (event, request) {
            (0..=4, _) | (_, None) => {
                let (name, amount) =
                    (self.name("申请"), if dice.percent(30) { dice.about(free) } else { dice.about(free / 6 + 1) });
                let act = Act::Submit {
                    request: name.clone(),
                    line: line.into(),
                    amount: fen(amount),
                    by: "section".into(),
                    expires_on: None,
                };
                let typed = [
                    ("line", line_id),
                    ("title", name.clone()),
                    ("category", "purchase".into()),
                    ("amount", yuan(amount)),
                ];
                let desk = self.desk("section", "pre_commit", &typed, &[("section", "submit")]);
                if let Ok(id) = desk {
                    self.requests.insert(name.clone(), (id, line, None));
                }
                (format!("submit {name} {amount}"), self.engine(act), desk.map(|_| ()))
            }
            (5..=7, Some(request)) => {
                let (id, ..) = self.requests[&request];
                let value = self.engine.requests().get(&request).map_or(1, |request| request.value.get());
                let (by, made) = crate::budget::level((value + 99) / 100);
                let desk = if made == "approve_committee" {
                    let minutes = crate::budget::minutes(&self.house, by, "pre_commit", id, made);
                    self.make(by, "pre_commit", id, made, &[("minutes", &minutes)])
                } else {
                    self.make(by, "pre_commit", id, made, &[])
                };
                (format!("approve {request}"), self.engine(Act::Approve { request, by: by.into() }), desk)
            }
            (8, Some(request)) => {
                let (id, ..) = self.requests[&request];
                let late = self.engine.requests()[&request].expires_on < self.day;
                match if late { 2 } else { dice.below(3) } {
                    0 => {
                        let desk = self.make("zhou", "pre_commit", id, "reject", &[("reject_opinion", "不符")]);
                        (format!("reject {request}"), self.engine(Act::Reject { request, by: "zhou".into() }), desk)
                    }
                    1 => {
                        let desk = self.make("section", "pre_commit", id, "withdraw", &[]);
                        (format!("withdraw {request}"), self.engine(Act::Withdraw { request }), desk)
                    }
                    _ => {
                        let desk = self.make("zhou", "pre_commit", id, "expire", &[]);
                        (format!("expire {request}"), self.engine(Act::Expire { request }), desk)
                    }
                }
            }
            (9..=11, Some(request)) => {
                let (id, ..) = self.requests[&request];
                let amount = dice.about(self.engine.requests().get(&request).map_or(1, |request| request.value.get()));
                let typed = [
                    ("pre_commit", id.to_string()),
                    ("title", "合同".into()),
                    // The engine knows no purchases.
                    ("kind", "other".into()),
                    ("party", "甲公司".into()),
                    ("amount", yuan(amount)),
                ];
                let made = self.desk("section", "contract", &typed, &[]).and_then(|contract| {
                    self.make("zhou", "contract", contract, "review", &[("review_opinion", "无")])?;
                    let letter = self.house.id("letter").to_string();
                    self.make("leader", "contract", contract, "sign", &[("authorisation", &letter)])?;
                    Ok(contract)
                });
                if let Ok(contract) = &made {
                    self.requests.entry(request.clone()).and_modify(|entry| entry.2 = Some(*contract));
                }
                let act = Act::Contract { request: request.clone(), amount: fen(amount), party: "甲公司".into() };
                (format!("contract {request} {amount}"), self.engine(act), made.map(|_| ()))
            }
            (12, Some(request)) => {
                let (id, of, contract) = self.requests[&request];
                let Some(contract) = contract else { return ("no contract".into(), Ok(()), Ok(())) };
                let amount = dice.about(self.engine.lines()[of].available().max(1) / 3 + 1);
                let typed = [
                    ("pre_commit", id.to_string()),
                    ("contract", contract.to_string()),
                    ("title", "变更".into()),
                    ("amount", yuan(amount)),
                ];
                let desk = self.desk("section", "contract_change", &typed, &[]).and_then(|id| {
                    let minutes = crate::budget::minutes(&self.house, "leader", "contract_change", id, "approve");
                    self.make("leader", "contract_change", id, "approve", &[("minutes", &minutes)])
                });
                let act = Act::Change { request: request.clone(), amount: fen(amount) };
                (format!("change {request} {amount}"), self.engine(act), desk)
            }
            (13..=16, Some(request)) => self.pay(dice, request),
            (17, Some(request)) => {
                let (id, _, contract) = self.requests[&request];
                let known = &self.engine.requests()[&request];
                let value = if dice.percent(60) {
                    (known.value.get() + known.paid.get()) / 2
                } else {
                    dice.about(known.value.get())
                };
                let typed = yuan(value);
                let (register, id) = contract.map_or(("pre_commit", id), |contract| ("contract", contract));
                let desk = self.make("zhou", register, id, "settle", &[("settled_amount", &typed)]);
                (format!("settle {request} {value}"), self.engine(Act::Settle { request, value: fen(value) }), desk)
            }
            (18, Some(request)) => {
                let (id, ..) = self.requests[&request];
                let known = &self.engine.requests()[&request];
                let amount = dice.about((known.paid.get() - known.refunded.get()).max(1));
                let typed = [("pre_commit", id.to_string()), ("title", "退款".into()), ("amount", yuan(amount))];
                let desk = self.desk("zhou", "budget_refund", &typed, &[("li", "receive")]);
                (
                    format!("refund {request} {amount}"),
                    self.engine(Act::Refund { request, amount: fen(amount) }),
                    desk.map(|_| ()),
                )
            }
            (19, _) => {
                let (amount, number) = (dice.about(free / 20 + 1), self.name("票"));
                let kind = dice.of(&["工资", "劳务"]);
                let category = if kind == "工资" { "wages" } else { "usual" };
                let typed = [
                    ("line", line_id),
                    ("category", category.into()),
                    ("purpose", kind.into()),
                    ("payee", "职工".into()),
                    ("amount", yuan(amount)),
                    ("invoice_code", "33".into()),
                    ("invoice_number", number.clone()),
                ];
                let desk = self.desk("section", "budget_payment", &typed, &[("zhou", "approve"), ("li", "pay")]);
                let invoice = Some(Invoice { code: "33".into(), number });
                let act = Act::PayExempt { line: line.into(), amount: fen(amount), kind: kind.into(), invoice };
                (format!("exempt {line} {kind} {amount}"), self.engine(act), desk.map(|_| ()))
            }
            (20, _) => {
                let taking = dice.of(&LINES);
                let (giving, taking) = match dice.below(4) {
                    0 => (None, Some(taking)),
                    1 => (Some(line), None),
                    _ => (Some(line), Some(taking)),
                };
                let amount = dice.about(free / 4 + 1);
                let of = |line: Option<&str>| line.map_or_else(String::new, |line| self.lines[line].to_string());
                let unit = self.house.id("tech").to_string();
                let typed = [
                    ("unit", unit),
                    ("title", "调剂".into()),
                    ("giving", of(giving)),
                    ("taking", of(taking)),
                    ("amount", yuan(amount)),
                ];
                let desk = self.desk("zhou", "budget_adjust", &typed, &[("leader", "execute")]);
                let act = Act::Adjust {
                    from: giving.map(str::to_string),
                    to: taking.map(str::to_string),
                    amount: fen(amount),
                };
                (format!("adjust {giving:?} {taking:?} {amount}"), self.engine(act), desk.map(|_| ()))
            }
            _ => {
                if let Some((id, line, amount)) = self.frozen.pop() {
                    let desk = self.make("leader", "budget_freeze", id, "release", &[]);
                    return (
                        format!("unfreeze {line}"),
                        self.engine(Act::Unfreeze { line: line.into(), amount: fen(amount) }),
                        desk,
                    );
                }
                let amount = dice.about(free / 3 + 1);
                let typed = [("line", line_id), ("title", "冻结".into()), ("amount", yuan(amount))];
                let desk = self.desk("zhou", "budget_freeze", &typed, &[("leader", "freeze")]);
                if let Ok(id) = desk {
                    self.frozen.push((id, line, amount));
                }
                (
                    format!("freeze {line} {amount}"),
                    self.engine(Act::Freeze { line: line.into(), amount: fen(amount) }),
                    desk.map(|_| ()),
                )
            }
        }
    }

    fn pay(&mut self, dice: &mut Dice, request: String) -> (String, Result<(), String>, Result<(), String>) {
        let (id, line, contract) = self.requests[&request];
        let held = self.engine.requests()[&request].held().get().max(1);
        let amount = if dice.percent(30) { held } else { dice.about(held / 3 + 1) };
        let payee = if dice.percent(90) { "甲公司" } else { "乙公司" };
        let (used, fresh) = (self.invoices.clone(), self.name("票"));
        let number = if used.is_empty() || dice.percent(90) { fresh } else { dice.of(&used) };
        let number = if dice.percent(95) { number } else { String::new() };
        let accepted = dice.percent(85);
        let contract = contract.map_or_else(String::new, |contract| contract.to_string());
        let mut acceptance = String::new();
        if accepted {
            let typed = [("pre_commit", id.to_string()), ("contract", contract.clone()), ("title", "到货".into())];
            let made = self.desk("section", "contract_acceptance", &typed, &[("inspector", "pass")]);
            acceptance = made.expect("it is accepted").to_string();
        }
        let typed = [
            ("line", self.lines[line].to_string()),
            ("pre_commit", id.to_string()),
            ("contract", contract),
            ("acceptance", acceptance.clone()),
            ("payee", payee.into()),
            ("purpose", "货款".into()),
            ("amount", yuan(amount)),
            ("invoice_code", if number.is_empty() { String::new() } else { "33".into() }),
            ("invoice_number", number.clone()),
        ];
        let desk = self.house.try_file(
            "section",
            "budget_payment",
            &typed.each_ref().map(|(name, text)| (*name, text.as_str())),
        );
        let desk = desk.map_err(|not| crate::support::told(&not)).and_then(|Saved { id, .. }| {
            let mut steps = ["approve", "pay"].into_iter().zip(["zhou", "li"]);
            let paid = steps.try_for_each(|(made, by)| self.make(by, "budget_payment", id, made, &[]));
            if paid.is_err() {
                // What is not paid gives its invoice back.
                self.make("zhou", "budget_payment", id, "void", &[]).expect("it is made void");
            }
            paid
        });
        if desk.is_ok() {
            self.invoices.push(number.clone());
        }
        let invoice = (!number.is_empty()).then(|| Invoice { code: "33".into(), number: number.clone() });
        let acceptance = accepted.then_some(acceptance);
        let act = Act::Pay { request: request.clone(), amount: fen(amount), payee: payee.into(), acceptance, invoice };
        (format!("pay {request} {amount} {payee} {number:?} accepted {accepted}"), self.engine(act), desk)
    }

    /// The numbers of a record, in 分.
    fn numbers<const N: usize>(&self, register: &str, id: i64, names: [&str; N]) -> [i64; N] {
        let now = luoshi_desk::view::When::default();
        let view = self.house.desk.record(&self.house.actor("auditor"), register, id, now).expect("it may be read");
        let fields: Vec<_> = view.groups.iter().flat_map(|group| &group.fields).collect();
        names.map(|name| {
            let field = fields.iter().find(|field| field.name == name).expect("the number is shown");
            decimal::parse(&field.shown, 2).unwrap_or_else(|| panic!("{name}: {}", field.shown))
        })
    }

    fn compare(&self, after: &str) {
        for (name, id) in &self.lines {
            let line = &self.engine.lines()[*name];
            let names = [
                "line_granted",
                "line_adjusted_in",
                "line_adjusted_out",
                "line_frozen",
                "line_held",
                "line_paid",
                "line_free",
            ];
            let amounts = [line.approved, line.adjusted_in, line.adjusted_out, line.frozen, line.encumbered, line.paid];
            let [granted, adjusted_in, adjusted_out, frozen, held, paid] = amounts.map(Fen::get);
            let expected = [granted, adjusted_in, -adjusted_out, frozen, held, paid, line.available()];
            assert_eq!(self.numbers("budget_line", *id, names), expected, "{name} after {after}");
        }
        for (name, (id, ..)) in &self.requests {
            let request = &self.engine.requests()[name];
            let expected = [request.held().get(), request.paid.get(), request.paid.get() - request.refunded.get()];
            let numbers = self.numbers("pre_commit", *id, ["request_held", "request_paid", "request_refundable"]);
            assert_eq!(numbers, expected, "{name} after {after}");
        }
    }
}

#[test]
fn random_events_end_in_the_pack_as_in_the_engine() {
    House::each(|store| {
        let mut both = Both::open(store);
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(20_211_215));
        let mut ends: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        for number in 0..EVENTS {
            // A long pause in the middle, after which much has expired.
            let days = if number == EVENTS / 2 { 95 } else { dice.below(5) * usize::from(dice.percent(20)) };
            let last = crate::support::date("2021-12-31");
            both.day = both.day.saturating_add(jiff::Span::new().days(days as i64)).min(last);
            both.house.day(&both.day.to_string());
            let (event, engine, desk) = both.step(&mut dice);
            let same = engine.is_ok() == desk.is_ok();
            assert!(same, "{number} on {}: {event}: engine {engine:?}, pack {desk:?}", both.day);
            let word = event.split(' ').next().unwrap_or_default().to_string();
            ends.entry(word).or_default()[usize::from(desk.is_err())] += 1;
            if number % 20 == 19 || number + 1 == EVENTS {
                both.compare(&event);
            }
        }
        println!("allowed and refused: {ends:?}");
        let [allowed, refused] = ends.values().fold([0, 0], |[a, b], [c, d]| [a + c, b + d]);
        assert!(allowed >= EVENTS / 3 && refused >= EVENTS / 6, "{allowed} allowed, {refused} refused");
        let always: Vec<&String> =
            ends.iter().filter(|(_, [allowed, _])| *allowed == 0).map(|(word, _)| word).collect();
        assert!(always.is_empty(), "never allowed: {always:?}");
    });
}
