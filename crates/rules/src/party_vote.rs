//! 支部大会表决 (evaluation 8.2, steps 15 and 23): the meeting is valid when more than half of the voters due are present;
//! it passes when more than half of all voters due are in favour, those in writing before the meeting included.

use luoshi_desk::exit::{Said, Values};
use luoshi_pack::Value;

/// Refuses a vote that is no majority of all voters due, at a meeting that was valid.
pub fn check(fields: &Values) -> Option<Said> {
    [("admit", "DY-15"), ("confirm", "DY-15")].into_iter().find_map(|(which, rule)| judge(fields, which, rule))
}

fn judge(fields: &Values, which: &str, rule: &str) -> Option<Said> {
    let number = |name: &str| fields.get(&format!("{which}_{name}")).and_then(Value::int);
    let (due, present, yes) = (number("due")?, number("present")?, number("yes")?);
    let written = number("written").unwrap_or(0);
    let said = |field: &str, zh: String, en: String| {
        Some(Said { rule: rule.into(), field: Some(format!("{which}_{field}")), zh, en })
    };
    if yes > present || present > due || i128::from(present) + i128::from(written) > i128::from(due) {
        return said(
            "yes",
            format!("应到{due}人、实到{present}人、到会赞成{yes}人、书面赞成{written}人对不上，请核对。"),
            format!("{due} due, {present} present, {yes} in favour and {written} in writing do not fit."),
        );
    }
    if i128::from(present) * 2 <= i128::from(due) {
        return said(
            "present",
            format!("应到{due}人、实到{present}人，到会未过半，会议无效，请重新召开。"),
            format!("{present} of {due} were present: not more than half, so the meeting is not valid."),
        );
    }
    let all = i128::from(yes) + i128::from(written);
    if all * 2 <= i128::from(due) {
        return said(
            "yes",
            format!("赞成{all}票（含书面{written}票），未超过应到{due}人的半数，没有通过；请办理“终止”或继续培养。"),
            format!(
                "{all} in favour, {written} of them in writing, are not more than half of {due}: it has not passed."
            ),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(due: i64, present: i64, yes: i64, written: i64) -> Option<String> {
        let fields = [("due", due), ("present", present), ("yes", yes), ("written", written)];
        let fields = fields.map(|(name, number)| (format!("admit_{name}"), Value::Int(number))).into_iter().collect();
        check(&fields).and_then(|said| said.field)
    }

    #[test]
    fn thirteen_of_twenty_three_pass_and_eleven_do_not() {
        assert_eq!(said(23, 15, 12, 1), None);
        assert_eq!(said(23, 15, 11, 0).as_deref(), Some("admit_yes"));
        assert_eq!(said(23, 12, 11, 1), None, "twelve are more than eleven and a half");
        assert_eq!(said(24, 13, 12, 0).as_deref(), Some("admit_yes"), "half is not enough");
    }

    #[test]
    fn a_meeting_needs_more_than_half() {
        assert_eq!(said(23, 11, 11, 12).as_deref(), Some("admit_present"));
        assert_eq!(said(24, 12, 12, 5).as_deref(), Some("admit_present"));
        assert_eq!(said(23, 15, 16, 0).as_deref(), Some("admit_yes"), "more in favour than present");
        assert_eq!(said(23, 15, 12, 9).as_deref(), Some("admit_yes"), "who wrote was not there");
    }

    #[test]
    fn what_was_not_voted_is_not_judged() {
        assert_eq!(check(&Values::default()), None);
    }
}
