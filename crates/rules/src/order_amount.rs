//! `order_amount`: what an order costs is hours times price, to the 分.

use luoshi_desk::exit::{Fields, Said};
use luoshi_kernel::decimal::{exact, grouped};
use luoshi_pack::Value;

/// Refuses an order whose amount is not hours times price.
pub fn check(fields: &Fields) -> Option<Said> {
    let number = |name: &str| fields.get(name).and_then(Value::int);
    let (hours, price, amount) = (number("hours")?, number("price")?, number("amount")?);
    let wanted = hours.checked_mul(price);
    if wanted == Some(amount) {
        return None;
    }
    let yuan = |number: i64| grouped(&exact(number, 2));
    let (zh, en) = match wanted {
        Some(wanted) => (
            format!(
                "{hours}课时×{}元={}元，与金额{}元不符。请改课时、单价或金额。",
                yuan(price),
                yuan(wanted),
                yuan(amount)
            ),
            format!(
                "{hours} hours × {} = {}, not {}. Change hours, price or amount.",
                yuan(price),
                yuan(wanted),
                yuan(amount)
            ),
        ),
        None => ("课时乘单价超出了能记的金额。".into(), "Hours times price is too much to be kept.".into()),
    };
    Some(Said { rule: "amount".into(), field: Some("amount".into()), zh, en })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(hours: i64, price: i64, amount: i64) -> Option<String> {
        let fields = [("hours", hours), ("price", price), ("amount", amount)];
        let fields = fields.map(|(name, number)| (name.to_string(), Value::Int(number))).into();
        check(&fields).map(|said| said.zh)
    }

    #[test]
    fn sixty_hours_of_eighty_are_4800() {
        assert_eq!(said(60, 8_000, 480_000), None);
        assert!(said(60, 8_000, 479_999).is_some_and(|zh| zh.contains("4,800")));
        assert!(said(i64::MAX, 2, 1).is_some_and(|zh| zh.contains("超出")));
    }
}
