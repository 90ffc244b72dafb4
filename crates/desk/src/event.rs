//! Events read back: what is a line of the ledger beside the versions of records, such as reveals, erasures, exports,
//! imports and reasons.

use luoshi_kernel::query::col;
use luoshi_kernel::sea_query::{Alias, ExprTrait, Order, Query, SelectStatement, TableRef};
use luoshi_kernel::table::{ColumnKind, OPEN};
use luoshi_pack::Value;
use luoshi_store::{Reader, StoreError};

/// Most events that one question answers.
const MOST: u64 = 100;

/// An event.
pub(crate) struct Event {
    /// What it is about.
    pub subject: String,
    /// What is to be known of it.
    pub detail: String,
    /// When it was written, in microseconds.
    pub at: i64,
    /// The account that wrote it.
    pub by: i64,
}

/// What events are about.
pub(crate) enum About<'a> {
    /// Just this.
    Is(&'a str),
    /// All that begins with this, which ends in a mark such as `:`.
    Begins(&'a str),
}

/// The events of a kind, as `e` with its one version `p`, newest first; [`read`] takes the answer apart.
pub(crate) fn found(kind: &str, about: About<'_>) -> SelectStatement {
    let mut select = Query::select();
    select
        .exprs([col("e", "subject"), col("e", "detail"), col("p", "since"), col("p", "by")])
        .from_as(Alias::new("event"), Alias::new("e"))
        .inner_join(
            TableRef::Table(Alias::new("event_past").into(), Some(Alias::new("p").into())),
            col("p", "id").eq(col("e", "id")),
        )
        .and_where(col("e", "kind").eq(kind))
        .and_where(col("p", "until").eq(OPEN))
        .order_by((Alias::new("p"), Alias::new("since")), Order::Desc)
        .limit(MOST);
    match about {
        About::Is(subject) => select.and_where(col("e", "subject").eq(subject)),
        About::Begins(from) => {
            let (rest, last) = from.split_at(from.char_indices().next_back().map_or(0, |(at, _)| at));
            let next = last.chars().next().and_then(|mark| char::from_u32(u32::from(mark) + 1));
            let to = format!("{rest}{}", next.unwrap_or(char::MAX));
            select.and_where(col("e", "subject").gte(from)).and_where(col("e", "subject").lt(to))
        }
    };
    select
}

/// Reads what [`found`] asks for.
pub(crate) fn read(reader: &mut Reader, select: &SelectStatement) -> Result<Vec<Event>, StoreError> {
    let rows = reader.rows(select, &[ColumnKind::Text, ColumnKind::Text, ColumnKind::Int, ColumnKind::Int])?;
    let text = |value: &Value| value.text().unwrap_or_default().to_string();
    let number = |value: &Value| value.int().unwrap_or_default();
    let event = |row: Vec<Value>| Event {
        subject: text(&row[0]),
        detail: text(&row[1]),
        at: number(&row[2]),
        by: number(&row[3]),
    };
    Ok(rows.into_iter().map(event).collect())
}

/// What the first event of that kind and subject says, when there is one.
pub(crate) fn detail(reader: &mut Reader, kind: &str, subject: &str) -> Result<Option<String>, StoreError> {
    let mut select = Query::select();
    select.expr(col("e", "detail")).from_as(Alias::new("event"), Alias::new("e")).limit(1);
    select.and_where(col("e", "subject").eq(subject)).and_where(col("e", "kind").eq(kind));
    let rows = reader.rows(&select, &[ColumnKind::Text])?;
    Ok(rows.first().and_then(|row| row[0].text()).map(str::to_string))
}
