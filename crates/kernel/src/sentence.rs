//! A condition as a sentence, for the people who check it.

use crate::context::Context;
use crate::kind;
use crate::lang::Lang;
use luoshi_pack::condition::{Compare, Condition, DayKind, Operand, Plus, Source, Step};
use luoshi_pack::{Kind, Packs, Value};

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Joining words.
    Words(String),
    /// A term: field, comparison and value together.
    Term(String),
}

/// The condition over a register in words.
pub fn sentence(packs: &Packs, context: &Context, register: &str, condition: &Condition, lang: Lang) -> Vec<Part> {
    let words = Words { packs, context, lang, declared: false };
    let mut parts = vec![];
    words.say(register, condition, &mut parts);
    parts
}

/// A value given to a field of `target` by a record of `register`, in words.
pub fn given(
    packs: &Packs,
    context: &Context,
    register: &str,
    (target, field): (&str, &str),
    operand: &Operand,
    lang: Lang,
) -> String {
    let words = Words { packs, context, lang, declared: true };
    let path = [field.to_string()];
    let (title, kind) = words.field(target, &path);
    if *operand == Operand::literal(Value::Null) {
        return format!("{}{title}", lang.pick("清空", "empties "));
    }
    let right = match &operand.source {
        Source::Value(_) => words.operand(target, &path, kind.as_ref(), operand),
        _ => words.operand(register, &path, kind.as_ref(), operand),
    };
    format!("{title} = {right}")
}

struct Words<'a> {
    packs: &'a Packs,
    context: &'a Context,
    lang: Lang,
    /// Said of what is declared, on no day and of nobody.
    declared: bool,
}

impl Words<'_> {
    fn say(&self, register: &str, condition: &Condition, out: &mut Vec<Part>) {
        match condition {
            Condition::All(parts) => self.join(register, parts, self.lang.pick("，且 ", ", and "), out),
            Condition::Any(parts) => {
                let bracket = parts.len() > 1;
                if bracket {
                    out.push(Part::Words(self.lang.pick("（", "(").into()));
                }
                self.join(register, parts, self.lang.pick(" 或 ", " or "), out);
                if bracket {
                    out.push(Part::Words(self.lang.pick("）", ")").into()));
                }
            }
            Condition::Not(part) => {
                out.push(Part::Words(self.lang.pick("不是：", "not: ").into()));
                self.say(register, part, out);
            }
            other => out.push(Part::Term(self.term(register, other))),
        }
    }

    fn join(&self, register: &str, parts: &[Condition], between: &str, out: &mut Vec<Part>) {
        let mut first = true;
        for part in parts.iter().filter(|part| **part != Condition::All(vec![])) {
            if !first {
                out.push(Part::Words(between.to_string()));
            }
            first = false;
            self.say(register, part, out);
        }
    }

    fn term(&self, register: &str, condition: &Condition) -> String {
        let zh = self.lang == Lang::Zh;
        match condition {
            Condition::Compare(path, compare, operand) => {
                let (title, kind) = self.field(register, path);
                let right = self.operand(register, path, kind.as_ref(), operand);
                let date = matches!(kind, Some(Kind::Date));
                format!("{title} {} {right}", self.compare(*compare, date))
            }
            Condition::OneOf(path, values) => {
                let (title, kind) = self.field(register, path);
                let shown: Vec<String> =
                    values.iter().map(|value| self.value(register, path, kind.as_ref(), value)).collect();
                format!("{title} {} {}", self.lang.pick("是", "is"), shown.join(self.lang.pick("、", " or ")))
            }
            Condition::Empty(path, empty) => {
                let title = self.field(register, path).0;
                let word =
                    if *empty { self.lang.pick("为空", "is empty") } else { self.lang.pick("已填", "is given") };
                format!("{title} {word}")
            }
            Condition::Contains(path, part) => {
                format!("{} {} “{part}”", self.field(register, path).0, self.lang.pick("含", "contains"))
            }
            Condition::Holds(path, operand) => {
                let (title, kind) = self.field(register, path);
                let one = match kind {
                    Some(Kind::Choices { choices }) => Some(Kind::Choice { choices }),
                    _ => None,
                };
                let member = self.operand(register, path, one.as_ref(), operand);
                format!("{title} {} {member}", self.lang.pick("含", "has"))
            }
            Condition::InUnit(path, operand) => {
                let unit = self.operand(register, path, None, operand);
                if zh {
                    format!("{} 在 {unit} 之内", self.field(register, path).0)
                } else {
                    format!("{} within {unit}", self.field(register, path).0)
                }
            }
            Condition::Day(path, kind) => {
                let word = match kind {
                    DayKind::Workday => self.lang.pick("工作日", "a working day"),
                    DayKind::Restday => self.lang.pick("休息日", "a rest day"),
                    DayKind::Term => self.lang.pick("学期内", "in term"),
                    DayKind::Vacation => self.lang.pick("假期", "in vacation"),
                };
                format!("{} {} {word}", self.field(register, path).0, self.lang.pick("是", "is"))
            }
            Condition::Has { register: other, filter, least, most, .. } => {
                let declared = self.packs.register(other);
                let inner = plain(&sentence(self.packs, self.context, other, filter, self.lang));
                let title = self.lang.pick(&declared.title, &declared.en);
                let most = most.map_or(String::new(), |most| format!("{}{most}", self.lang.pick("至", " to ")));
                if zh {
                    format!("有 {least}{most} 条以上 {title}（{inner}）")
                } else {
                    format!("has at least {least}{most} {title} ({inner})")
                }
            }
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {
                plain(&sentence(self.packs, self.context, register, condition, self.lang))
            }
        }
    }

    /// The label of a path, and the kind at its end.
    fn field(&self, register: &str, path: &[String]) -> (String, Option<Kind>) {
        let mut at = register.to_string();
        let mut titles = vec![];
        let mut kind = None;
        for name in path {
            match self.packs.end(&at, name) {
                Some(field) => {
                    titles.push(self.lang.pick(&field.title, &field.en).to_string());
                    kind = Some(field.kind.clone());
                    if let Kind::Ref { to } = &field.kind {
                        at = to.clone();
                    }
                }
                None => titles.push(header(name, self.lang).to_string()),
            }
        }
        (titles.join(self.lang.pick("的", " · ")), kind)
    }

    fn compare(&self, compare: Compare, date: bool) -> &'static str {
        match (compare, date) {
            (Compare::Equal, _) => self.lang.pick("是", "is"),
            (Compare::NotEqual, _) => self.lang.pick("不是", "is not"),
            (Compare::Less, true) => self.lang.pick("早于", "before"),
            (Compare::AtMost, true) => self.lang.pick("不晚于", "not after"),
            (Compare::More, true) => self.lang.pick("晚于", "after"),
            (Compare::AtLeast, true) => self.lang.pick("不早于", "not before"),
            (Compare::Less, false) => self.lang.pick("小于", "below"),
            (Compare::AtMost, false) => self.lang.pick("不大于", "at most"),
            (Compare::More, false) => self.lang.pick("大于", "above"),
            (Compare::AtLeast, false) => self.lang.pick("不小于", "at least"),
        }
    }

    fn operand(&self, register: &str, path: &[String], kind: Option<&Kind>, operand: &Operand) -> String {
        let source = match &operand.source {
            Source::Field(other) if self.declared && *other == ["id"] => self.lang.pick("本记录", "this record").into(),
            Source::Field(other) => self.field(register, other).0,
            Source::Today if self.declared => self.lang.pick("当日", "the day itself").to_string(),
            Source::Me if self.declared => self.lang.pick("办理人", "whoever does it").to_string(),
            Source::MyUnit if self.declared => {
                self.lang.pick("办理人的单位", "the unit of whoever does it").to_string()
            }
            Source::PeriodStart if self.declared => self.lang.pick("本期首日", "the period's first day").to_string(),
            Source::PeriodEnd if self.declared => self.lang.pick("本期末日", "the period's last day").to_string(),
            Source::Move(name) => format!("{}{name}", self.lang.pick("办理日 ", "the day of ")),
            Source::Asked(name, field) => {
                let flow = self.packs.registers.get(register).and_then(|declared| declared.flow.as_ref());
                let made = flow.and_then(|flow| flow.moves.get(name));
                let made = made.map_or(name.as_str(), |made| self.lang.pick(&made.title, &made.en));
                let asked = self.field(register, std::slice::from_ref(field)).0;
                format!("{made}{}{asked}", self.lang.pick("时的", ": "))
            }
            source => {
                let value = crate::condition::constant(source, self.context).unwrap_or_default();
                self.value(register, path, kind, &value)
            }
        };
        let times = match operand.times {
            None => String::new(),
            Some((above, 1)) => format!(" × {above}"),
            Some((above, below)) => format!(" × {above}/{below}"),
        };
        let plus = match &operand.plus {
            None => String::new(),
            Some(Plus::Number(more)) => {
                format!(" + {}", self.value(register, path, kind, &Value::Int(*more)))
            }
            Some(Plus::Stretch(months, Step::Months)) if months % 12 == 0 => {
                format!(" {} {}", signed(months / 12), self.lang.pick("年", "years"))
            }
            Some(Plus::Stretch(number, step)) => format!(" {} {}", signed(*number), self.step(*step)),
            Some(Plus::Setting(name, times, step)) => {
                let number = self.context.setting(name).int().and_then(|number| number.checked_mul(*times));
                if let Some(number) = number.filter(|_| *step == Step::Months) {
                    return self.operand(
                        register,
                        path,
                        kind,
                        &Operand { plus: Some(Plus::Stretch(number, *step)), ..operand.clone() },
                    );
                }
                let number = number.map_or_else(|| name.clone(), |number| number.to_string());
                format!(" + {number} {}", self.step(*step))
            }
        };
        let roll =
            if operand.roll { self.lang.pick("（遇休息日顺延）", " (or the next working day)") } else { "" };
        format!("{source}{times}{plus}{roll}")
    }

    fn step(&self, step: Step) -> &'static str {
        match step {
            Step::Days => self.lang.pick("日", "days"),
            Step::Workdays => self.lang.pick("个工作日", "working days"),
            Step::Months => self.lang.pick("个月", "months"),
        }
    }

    fn value(&self, register: &str, path: &[String], kind: Option<&Kind>, value: &Value) -> String {
        match (kind, value) {
            (_, Value::Null) => self.lang.pick("（空）", "(empty)").to_string(),
            (Some(kind), value) => kind::show(kind, value, self.lang),
            (None, Value::Text(state)) if path.last().is_some_and(|last| last == "state") => {
                self.state(register, state)
            }
            (None, Value::Text(text)) => text.clone(),
            (None, Value::Int(number)) => number.to_string(),
            (None, Value::Date(day)) => day.to_string(),
            (None, Value::Bool(yes)) => kind::show(&Kind::YesNo, &Value::Bool(*yes), self.lang),
        }
    }

    fn state(&self, register: &str, state: &str) -> String {
        let flow = self.packs.registers.get(register).and_then(|declared| declared.flow.as_ref());
        let declared = flow.and_then(|flow| flow.states.get(state));
        declared.map_or_else(|| state.to_string(), |declared| self.lang.pick(&declared.title, &declared.en).to_string())
    }
}

/// A number that is added, or taken away.
fn signed(number: i64) -> String {
    format!("{} {}", if number < 0 { '−' } else { '+' }, number.unsigned_abs())
}

/// The label of a header column.
pub fn header(name: &str, lang: Lang) -> &'static str {
    match name {
        "serial" => lang.pick("编号", "Serial"),
        "state" => lang.pick("状态", "State"),
        "owner" => lang.pick("所属单位", "Unit"),
        "version" => lang.pick("版本", "Version"),
        _ => lang.pick("记录", "Record"),
    }
}

/// The sentence as plain text.
pub fn plain(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Words(text) | Part::Term(text) => text.as_str(),
        })
        .collect()
}
