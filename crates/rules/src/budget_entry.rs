//! 预算执行流水: the columns of an entry balance (operations 1.3).

use luoshi_desk::exit::{Said, Values};
use luoshi_pack::Value;

/// Refuses an entry whose free amount is not granted + adjusted − frozen − held − paid, or whose used amount is not held +
/// paid: entries are opened by moves of packs, and what a pack gets wrong must not reach the books.
pub fn check(fields: &Values) -> Option<Said> {
    let number = |name: &str| fields.get(name).and_then(Value::int).map_or(0, i128::from);
    let free = number("granted") + number("adjusted") - number("frozen") - number("held") - number("paid");
    let used = number("held") + number("paid");
    let balanced = number("free") == free && number("used") == used;
    (!balanced).then(|| Said {
        rule: "LS-01".into(),
        field: None,
        zh: "流水各栏不平：可用应等于批复＋调剂－冻结－占用－已付。请告知系统管理员核对业务包。".into(),
        en: "The entry's columns do not balance: free is granted + adjusted − frozen − held − paid. Tell the administrator.".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balances(amounts: &[(&str, i64)]) -> bool {
        check(&amounts.iter().map(|(name, amount)| (name.to_string(), Value::Int(*amount))).collect()).is_none()
    }

    #[test]
    fn an_entry_balances_or_is_refused() {
        assert!(balances(&[("granted", 9), ("free", 9)]));
        assert!(balances(&[("held", 5), ("free", -5), ("used", 5)]));
        assert!(balances(&[("held", -5), ("paid", 5)]));
        assert!(balances(&[("paid", -2), ("free", 2), ("used", -2)]));
        assert!(!balances(&[("held", 5), ("free", 5), ("used", 5)]));
        assert!(!balances(&[("held", 5), ("free", -5)]));
        assert!(!balances(&[("free", 1)]));
    }
}
