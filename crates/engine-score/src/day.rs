//! Days as `2021-05-20`, nothing else.

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day: Option<Date> =
        text.parse().ok().filter(|day: &Date| (1..=9999).contains(&day.year()) && day.to_string() == text);
    day.ok_or_else(|| D::Error::custom(format!("`{text}` is no day such as 2021-05-20")))
}

pub mod optional {
    use super::{Date, Deserializer, Serializer};
    use serde::Deserialize;

    pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(day),
            None => serializer.serialize_none(),
        }
    }

    #[derive(Deserialize)]
    struct Day(#[serde(with = "super")] Date);

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        Ok(Option::<Day>::deserialize(deserializer)?.map(|Day(day)| day))
    }
}
