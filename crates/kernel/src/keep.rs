//! Retention (保存期限): which records of a register have been kept for as long as their register says.

use crate::Lang;
use luoshi_pack::condition::{Compare, Condition, Operand, Plus, Source, Step};
use luoshi_pack::{Keep, Register, Value};

/// Records whose term has run out by today; `None`: the register has no term. A record that went back before the state
/// from which the term runs is kept. Where a month lacks the day the term ends later, never earlier.
pub fn due(register: &Register) -> Option<Condition> {
    let (keep, flow) = (register.keep.as_ref()?, register.flow.as_ref()?);
    let after = flow.states.get(&keep.after)?;
    let reached = flow.states.iter().filter(|(name, state)| match after.aside {
        true => **name == keep.after,
        false => state.aside || flow.states.get_index_of(*name) >= flow.states.get_index_of(&keep.after),
    });
    let states = reached.map(|(name, _)| Value::Text(name.clone())).collect();
    let before = Operand { plus: Some(Plus::Stretch(-keep.length, keep.step)), ..Operand::of(Source::Today) };
    Some(Condition::All(vec![
        Condition::Compare(vec![keep.day.clone()], Compare::AtMost, before),
        Condition::OneOf(vec!["state".into()], states),
    ]))
}

/// The term in words.
pub fn term(register: &Register, keep: &Keep, lang: Lang) -> String {
    let state = register.flow.as_ref().and_then(|flow| flow.states.get(&keep.after));
    let (zh, en) = state.map_or((keep.after.as_str(), keep.after.as_str()), |state| (&state.title, &state.en));
    let (length, [unit, one, many]) = match keep.step {
        Step::Months if keep.length % 12 == 0 => (keep.length / 12, ["年", "year", "years"]),
        Step::Months => (keep.length, ["个月", "month", "months"]),
        Step::Days | Step::Workdays => (keep.length, ["天", "day", "days"]),
    };
    match lang {
        Lang::Zh => format!("“{zh}”后保存{length}{unit}"),
        Lang::En => format!("kept for {length} {} after “{en}”", if length == 1 { one } else { many }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Context;
    use crate::condition::{Row, holds};
    use jiff::civil::{Date, date};
    use luoshi_pack::Packs;
    use std::collections::BTreeMap;

    const CASE: &str = r#"
title  = "案"
source = "default"
shared = true
keep   = "KEEP"
[field.name]
kind  = "text"
title = "名"
[field.account]
kind   = "text"
title  = "账号"
sealed = true
[field.closed_on]
kind    = "date"
title   = "办结日期"
by_move = true
[flow.state.open]
title = "在办"
[flow.state.closed]
title = "办结"
day   = "closed_on"
[flow.state.filed]
title = "入档"
[flow.state.void]
title = "作废"
aside = true
[flow.move.close]
title = "办结"
from  = ["open"]
to    = "closed"
by    = ["clerk"]
set   = { closed_on = { today = true } }
[flow.move.file]
title = "入档"
from  = ["closed"]
to    = "filed"
by    = ["clerk"]
[flow.move.cancel]
title = "作废"
from  = ["open", "closed"]
to    = "void"
by    = ["clerk"]
"#;

    fn packs(keep: &str) -> Packs {
        let file = |path: &str, text: String| luoshi_pack::File { path: path.into(), text };
        let files = [
            file("p/pack.toml", "title = \"样\"\n".into()),
            file("p/role.toml", "[clerk]\ntitle = \"经办\"\n".into()),
            file("p/register/affair.toml", CASE.replace("KEEP", keep)),
        ];
        luoshi_pack::check(&files).unwrap_or_else(|faults| panic!("{faults:#?}"))
    }

    fn case(keep: &str) -> Register {
        packs(keep).registers["affair"].clone()
    }

    struct Case<'a>(&'a str, Option<Date>);

    impl Row for Case<'_> {
        fn value(&self, path: &[String]) -> Value {
            match path[0].as_str() {
                "state" => Value::Text(self.0.into()),
                _ => self.1.map_or(Value::Null, Value::Date),
            }
        }
        fn within(&self, _: i64, _: i64) -> bool {
            false
        }
        fn count(&self, _: &str, _: &str, _: &Condition) -> u64 {
            0
        }
        fn moved_on(&self, _: &str) -> Value {
            Value::Null
        }
        fn asked(&self, _: &str, _: &str) -> Value {
            Value::Null
        }
    }

    fn is_due(keep: &str, state: &str, closed: Option<Date>, today: Date) -> bool {
        let context = Context::of(today, BTreeMap::new(), Default::default());
        holds(&due(&case(keep)).expect("it has a term"), &Case(state, closed), &context) == Some(true)
    }

    #[test]
    fn a_term_runs_from_the_day_of_its_state_and_is_over_on_the_same_day_later() {
        let closed = Some(date(2021, 3, 10));
        let year = |state, today| is_due("1 year after closed", state, closed, today);
        assert!(!year("closed", date(2022, 3, 9)));
        assert!(year("closed", date(2022, 3, 10)));
        assert!(year("filed", date(2022, 3, 10)), "states after it have reached it");
        assert!(year("void", date(2022, 3, 10)), "so has what was cancelled later");
        assert!(!year("open", date(2022, 3, 10)), "what went back is kept");
        assert!(!is_due("1 year after closed", "void", None, date(2031, 1, 1)), "what was never closed is kept");
        assert!(is_due("30 days after closed", "closed", closed, date(2021, 4, 9)));
        assert!(!is_due("30 days after closed", "closed", closed, date(2021, 4, 8)));
        let january = Some(date(2021, 1, 31));
        assert!(!is_due("1 month after closed", "closed", january, date(2021, 2, 28)), "later, never earlier");
        assert!(is_due("1 month after closed", "closed", january, date(2021, 3, 31)));
    }

    #[test]
    fn what_is_due_is_found_by_an_index() {
        let packs = packs("1 year after closed");
        let indexed = crate::table::table(&packs, packs.register("affair")).indexed;
        assert!(indexed.contains(&vec!["closed_on".to_string()]), "{indexed:?}");
    }

    #[test]
    fn a_term_is_said_in_words() {
        let said = |keep: &str, lang| {
            let register = case(keep);
            term(&register, register.keep.as_ref().expect("it has a term"), lang)
        };
        assert_eq!(said("1 year after closed", Lang::Zh), "“办结”后保存1年");
        assert_eq!(said("18 months after closed", Lang::En), "kept for 18 months after “Closed”");
        assert_eq!(said("2 weeks after closed", Lang::Zh), "“办结”后保存14天");
    }
}
