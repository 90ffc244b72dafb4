//! Query strings: days, filters, sort and page of a list, read once and written back into links.

use crate::posted::plain;
use jiff::civil::Date;
use luoshi_desk::view::When;
use luoshi_desk::{ListAsk, No, Refusal};
use luoshi_kernel::kind;

/// Parameters that are not filters.
const RESERVED: [&str; 10] = ["view", "sort", "page", "counted", "as-of", "on", "day", "time", "peek", "per"];
/// Rows a page when nothing else is asked.
const PER: u64 = 50;

/// A query string, pair by pair in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(pub Vec<(String, String)>);

impl Query {
    /// Reads the part of an address behind `?`; empty values are as if they were not there.
    pub fn read(raw: Option<&str>) -> Query {
        let pairs = form_urlencoded::parse(raw.unwrap_or_default().as_bytes());
        Query(
            pairs
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(key, value)| (plain(&key).into(), plain(&value).into()))
                .collect(),
        )
    }

    /// The first value of a parameter.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The same query with one parameter changed or, without a value, removed; the page starts over.
    pub fn with(&self, key: &str, value: Option<&str>) -> Query {
        let mut pairs: Vec<_> = self.0.iter().filter(|(name, _)| name != key && name != "page").cloned().collect();
        pairs.extend(value.map(|value| (key.to_string(), value.to_string())));
        Query(pairs)
    }

    /// The query as it stands in an address, with its `?`; empty when there is nothing to say.
    pub fn link(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        format!("?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish())
    }

    /// The day asked for: `as-of`, `on`, or `day` with `time` as the small form of the pages sends it.
    ///
    /// # Errors
    /// W001 for a day that does not exist, W002 for both at once.
    pub fn when(&self) -> Result<When, Refusal> {
        let mut when = When {
            as_of: self.value("as-of").map(read_day).transpose()?,
            on: self.value("on").map(read_day).transpose()?,
        };
        if let Some(day) = self.value("day") {
            match self.value("time") {
                Some("on") => when.on = Some(read_day(day)?),
                _ => when.as_of = Some(read_day(day)?),
            }
        }
        if when.as_of.is_some() && when.on.is_some() {
            return Err(Refusal::new(
                No::Wrong,
                "W002",
                "网址里同时写了 as-of 和 on。as-of 看当时所知，on 按现在所知；请只留一个。",
                "The address has both as-of and on. as-of shows what was known then, on counts with today's knowledge; keep one.",
            ));
        }
        Ok(when)
    }

    /// The page asked for, from 1.
    ///
    /// # Errors
    /// W003 for one that is no number from 1.
    pub fn page(&self) -> Result<u64, Refusal> {
        self.number("page", 1)
    }

    fn number(&self, key: &str, otherwise: u64) -> Result<u64, Refusal> {
        match self.value(key) {
            None => Ok(otherwise),
            Some(text) => text.parse().ok().filter(|page| *page >= 1).ok_or_else(|| bad_number(key, text)),
        }
    }

    /// The list asked for.
    ///
    /// # Errors
    /// Those of [`Query::when`], and W003 for a page that is no number from 1.
    pub fn list(&self, register: &str) -> Result<ListAsk, Refusal> {
        Ok(ListAsk {
            register: register.to_string(),
            view: self.value("view").map(str::to_string),
            filters: self.filters(),
            counted: self.value("counted").map(str::to_string),
            sort: self.value("sort").map(|key| match key.strip_prefix('-') {
                Some(key) => (key.to_string(), true),
                None => (key.to_string(), false),
            }),
            page: self.page()?,
            per: self.number("per", PER)?.clamp(25, 200),
            when: self.when()?,
        })
    }

    /// The filters a person set.
    pub fn filters(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(key, _)| !RESERVED.contains(&key.as_str())).cloned().collect()
    }
}

/// The query that keeps a day, with its `?`; empty for today.
pub fn when_link(when: When) -> String {
    when_query(when).link()
}

/// The query that keeps a day.
pub fn when_query(when: When) -> Query {
    let mut pairs = vec![];
    pairs.extend(when.as_of.map(|day| ("as-of".to_string(), day.to_string())));
    pairs.extend(when.on.map(|day| ("on".to_string(), day.to_string())));
    Query(pairs)
}

/// Puts a day into an address that may have a query already.
pub fn keep_day(address: &str, when: When) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut query = Query::read(Some(query));
    if query.value("as-of").is_none() && query.value("on").is_none() {
        query.0.extend(when_query(when).0);
    }
    format!("{path}{}", query.link())
}

/// A local path to go back to; anything else leads to the first page.
pub fn local_path(path: Option<&str>) -> String {
    match path {
        Some(path)
            if path.starts_with('/')
                && !path.starts_with("//")
                && !path.contains('\\')
                && path.bytes().all(|byte| (0x21..0x7f).contains(&byte)) =>
        {
            path.to_string()
        }
        _ => "/".to_string(),
    }
}

/// Text as one part of a path.
pub fn path_part(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Reads the day of an address as every day is read.
///
/// # Errors
/// W001 for a day that does not exist.
pub fn read_day(text: &str) -> Result<Date, Refusal> {
    kind::read_day(text).map_err(|no| Refusal::new(No::Wrong, "W001", no.zh, no.en))
}

fn bad_number(key: &str, text: &str) -> Refusal {
    let shown: String = text.chars().take(40).collect();
    Refusal::new(
        No::Wrong,
        "W003",
        format!("网址里的 {key}=“{shown}”不是从 1 起的整数。请改正，或回到第一页。"),
        format!(
            "{key}=“{shown}” in the address is not a whole number from 1. Correct it or go back to the first page."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_that_does_not_exist_is_a_wrong_question() {
        for text in ["2021-02-30", "2021-13-01", "yesterday", "2021-6-31"] {
            let refusal = Query::read(Some(&format!("as-of={text}"))).when().unwrap_err();
            assert_eq!((refusal.kind, refusal.code.as_str()), (No::Wrong, "W001"));
            assert!(refusal.zh.contains(text));
        }
    }

    #[test]
    fn a_day_is_read_as_in_a_form() {
        for text in ["2021-06-30", "20210630", "2021/6/30", "2021年6月30日", "2021.6.30"] {
            let query = Query(vec![("as-of".to_string(), text.to_string())]);
            assert_eq!(query.when().unwrap().as_of, Some(date(2021, 6, 30)), "{text}");
        }
    }

    #[test]
    fn both_times_at_once_are_refused() {
        let refusal = Query::read(Some("as-of=2021-06-30&on=2021-06-30")).when().unwrap_err();
        assert_eq!(refusal.code, "W002");
    }

    #[test]
    fn an_empty_parameter_is_as_if_it_were_not_there() {
        assert_eq!(Query::read(Some("as-of=&stage=")).when().unwrap(), When::default());
        assert!(Query::read(Some("stage=&kind=%20")).filters().is_empty());
    }

    #[test]
    fn a_list_is_read_and_written_back() {
        let query = Query::read(Some("view=due&stage=kindergarten&places%3E%3D=100&sort=-places&page=3&on=2021-06-30"));
        let ask = query.list("project").unwrap();
        assert_eq!(ask.filters, [("stage".into(), "kindergarten".into()), ("places>=".into(), "100".into())]);
        assert_eq!(ask.sort, Some(("places".into(), true)));
        assert_eq!((ask.page, ask.per), (3, PER));
        assert_eq!(ask.when.on, Some(date(2021, 6, 30)));
        assert_eq!(Query::read(Some(&query.link()[1..])), query);
        let less = query.with("stage", None);
        assert_eq!(less.value("stage"), None);
        assert_eq!(less.value("page"), None, "the page starts over");
        assert_eq!(less.value("view"), Some("due"));
    }

    #[test]
    fn a_page_that_is_no_number_is_refused() {
        assert_eq!(Query::read(Some("page=0")).list("project").unwrap_err().code, "W003");
        assert_eq!(Query::read(Some("page=x")).list("project").unwrap_err().code, "W003");
    }

    #[test]
    fn a_way_back_stays_in_the_house() {
        assert_eq!(local_path(Some("/plan/yiwu-2021?on=2021-06-30")), "/plan/yiwu-2021?on=2021-06-30");
        for path in ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", ""] {
            assert_eq!(local_path(Some(path)), "/");
        }
    }

    #[test]
    fn a_day_is_kept_once() {
        let when = When { as_of: Some(date(2021, 6, 30)), on: None };
        assert_eq!(
            keep_day("/register/project?counted=places", when),
            "/register/project?counted=places&as-of=2021-06-30"
        );
        assert_eq!(keep_day("/register/project?on=2021-01-01", when), "/register/project?on=2021-01-01");
    }
}
