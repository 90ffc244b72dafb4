//! The value of a field, in the one shape that TOML, memory and both databases share.

use jiff::civil::Date;

/// One value. What an `Int` means is said by the field's kind: a count, 分 of money, a quantity or share times ten to
/// its digits, microseconds of a moment, minutes of a day, the id of a referred record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Value {
    /// Nothing is known.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number, see above.
    Int(i64),
    /// Text, a choice's key, a code.
    Text(String),
    /// A Beijing day.
    Date(Date),
}

impl Value {
    /// Whether nothing is known.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Several members as one text, `,a,b,`; null when there are none.
    pub fn several<T: std::fmt::Display>(members: impl IntoIterator<Item = T>) -> Value {
        let text: String = members.into_iter().map(|member| format!("{member},")).collect();
        if text.is_empty() { Value::Null } else { Value::Text(format!(",{text}")) }
    }

    /// The members of such a text, in order.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.text().unwrap_or_default().split(',').filter(|member| !member.is_empty())
    }

    /// The whole number, if this is one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if this is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The day, if this is one.
    pub fn date(&self) -> Option<Date> {
        match self {
            Value::Date(day) => Some(*day),
            _ => None,
        }
    }
}
