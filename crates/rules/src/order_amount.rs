//! `order_amount`: what an order costs is hours times price, to the 分.

use luoshi_desk::exit::Whole;
use luoshi_pack::Value;

/// Hours times price; empty while one of them is, or where the product is too much to be kept.
pub fn amount(order: &Whole) -> Value {
    let number = |name: &str| order.record.value(name).int();
    let product = || number("hours")?.checked_mul(number("price")?);
    product().map_or(Value::Null, Value::Int)
}

#[cfg(test)]
mod tests {
    use super::*;
    use luoshi_desk::exit::Part;

    fn of(hours: i64, price: i64) -> Value {
        let fields = [("hours", hours), ("price", price)];
        let fields = fields.map(|(name, number)| (name.to_string(), Value::Int(number))).into();
        amount(&Whole { record: Part { state: None, fields }, ..Whole::default() })
    }

    #[test]
    fn sixty_hours_of_eighty_are_4800() {
        assert_eq!(of(60, 8_000), Value::Int(480_000));
        assert_eq!(of(i64::MAX, 2), Value::Null);
        assert_eq!(amount(&Whole::default()), Value::Null);
    }
}
