//! A connection to PostgreSQL.

use crate::error::StoreError;
use crate::link::{Cell, Link, Param, Row, Stopper, To};
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};
use std::collections::HashMap;
use std::error::Error;

/// The first half of the key of the advisory lock that is the writing lane; the second is the schema's.
const LANE: &str = "SELECT pg_advisory_lock(1280659272, hashtext(current_schema()))";
const LANE_FREE: &str = "SELECT pg_advisory_unlock(1280659272, hashtext(current_schema()))";

/// A connection with its cache of prepared statements; made anew when the server has ended it.
pub(crate) struct Postgres {
    config: Config,
    session: String,
    client: Client,
    statements: HashMap<String, Statement>,
    in_transaction: bool,
    holds_lane: bool,
}

/// Opens a connection. `session`: what is set on it (timeouts, durability).
pub(crate) fn open(url: &str, session: &str) -> Result<Link, StoreError> {
    let config: Config = url.parse().map_err(error)?;
    let client = connect(&config, session)?;
    let (session, statements) = (session.to_string(), HashMap::new());
    let link = Postgres { config, session, client, statements, in_transaction: false, holds_lane: false };
    Ok(To::Postgres(Box::new(link)).into())
}

fn connect(config: &Config, session: &str) -> Result<Client, StoreError> {
    let mut client = config.connect(NoTls).map_err(error)?;
    client.batch_execute(session).map_err(error)?;
    Ok(client)
}

impl Postgres {
    fn prepared(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(error)?;
        if self.statements.len() >= 1_024 {
            self.statements.clear();
        }
        self.statements.insert(sql.to_string(), statement.clone());
        Ok(statement)
    }

    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepared(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &params).map_err(error)
    }

    pub fn each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        let params: Vec<&dyn ToSql> = params.iter().map(|param| param as &dyn ToSql).collect();
        let mut rows = self.client.query_raw(&statement, params).map_err(error)?;
        while let Some(row) = rows.next().map_err(error)? {
            take(&Row::Postgres(&row))?;
        }
        Ok(())
    }

    pub fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        // Plans of prepared statements name columns that the batch may change.
        self.statements.clear();
        self.client.batch_execute(sql).map_err(error)
    }

    pub fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).map_err(error)
    }

    fn revive(&mut self) -> Result<(), StoreError> {
        if self.client.is_closed() { self.reconnect() } else { Ok(()) }
    }

    fn reconnect(&mut self) -> Result<(), StoreError> {
        self.client = connect(&self.config, &self.session)?;
        self.statements.clear();
        (self.in_transaction, self.holds_lane) = (false, false);
        Ok(())
    }

    /// Runs the first statement of a transaction; on a new connection when the old one turns out to be gone.
    fn first(&mut self, sql: &str) -> Result<(), StoreError> {
        self.revive()?;
        let done = self.control(sql);
        match done {
            // The client may not have noticed yet that the server ended the connection.
            Err(StoreError::Lost { .. }) => self.reconnect()?,
            Err(_) if self.client.is_closed() => self.reconnect()?,
            done => return done,
        }
        self.control(sql)
    }

    pub fn begin_read(&mut self) -> Result<(), StoreError> {
        self.first("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        self.in_transaction = true;
        Ok(())
    }

    /// The lock comes before the transaction, so that its snapshot sees what the last holder of the lane committed.
    pub fn begin_write(&mut self) -> Result<(), StoreError> {
        if !self.holds_lane {
            self.first(LANE)?;
            self.holds_lane = true;
        }
        self.control("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
        self.in_transaction = true;
        Ok(())
    }

    pub fn end_write(&mut self, sql: &str) -> Result<(), StoreError> {
        let ended = if self.in_transaction { self.control(sql) } else { Ok(()) };
        self.in_transaction = false;
        if self.holds_lane {
            self.holds_lane = false;
            self.control(LANE_FREE)?;
        }
        ended
    }

    pub fn in_transaction(&self) -> bool {
        self.in_transaction && !self.client.is_closed()
    }

    pub fn stopper(&self) -> Stopper {
        Stopper::Postgres(self.client.cancel_token())
    }
}

impl ToSql for Param<'_> {
    /// Writes in the type that the server wants: a bare literal of a query is `text` or `int4` there.
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, kind) {
            (Param::Null, _) => Ok(IsNull::Yes),
            (Param::Int(number), &Type::INT8) => number.to_sql(kind, out),
            (Param::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Param::Int(number), &Type::INT2) => i16::try_from(*number)?.to_sql(kind, out),
            (Param::Int(number), &Type::FLOAT8) => (*number as f64).to_sql(kind, out),
            (Param::Int(number), &Type::BOOL) => (*number != 0).to_sql(kind, out),
            (Param::Int(number), &Type::NUMERIC) => {
                out.extend_from_slice(&numeric(*number));
                Ok(IsNull::No)
            }
            (Param::Int(number), _) => number.to_string().as_str().to_sql(&Type::TEXT, out),
            (Param::Bool(yes), &Type::INT8) => i64::from(*yes).to_sql(kind, out),
            (Param::Bool(yes), &Type::INT4) => i32::from(*yes).to_sql(kind, out),
            (Param::Bool(yes), _) => yes.to_sql(&Type::BOOL, out),
            (Param::Text(text), _) => text.to_sql(&Type::TEXT, out),
            (Param::Owned(text), _) => text.as_str().to_sql(&Type::TEXT, out),
            (Param::Double(number), _) => number.to_sql(&Type::FLOAT8, out),
            (Param::Bytes(bytes), _) => bytes.to_sql(&Type::BYTEA, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The binary form of a `numeric` that is a whole number: groups of four decimal digits, highest first.
fn numeric(number: i64) -> Vec<u8> {
    let mut groups = Vec::new();
    let mut rest = number.unsigned_abs();
    while rest > 0 {
        groups.push((rest % 10_000) as i16);
        rest /= 10_000;
    }
    groups.reverse();
    let sign: u16 = if number < 0 { 0x4000 } else { 0 };
    let mut bytes = Vec::new();
    bytes.extend((groups.len() as i16).to_be_bytes());
    bytes.extend((groups.len() as i16 - 1).to_be_bytes());
    bytes.extend(sign.to_be_bytes());
    bytes.extend(0i16.to_be_bytes());
    bytes.extend(groups.iter().flat_map(|group| group.to_be_bytes()));
    bytes
}

/// A `numeric` that is a whole number; sums of `bigint` are of this type.
struct Whole(Option<i64>);

impl<'a> FromSql<'a> for Whole {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let half = |at: usize| raw.get(at..at + 2).map(|pair| i16::from_be_bytes([pair[0], pair[1]]));
        let read = || -> Option<i64> {
            let (count, weight, sign) = (half(0)?, half(2)?, half(4)? as u16);
            let mut number: i128 = 0;
            for group in 0..=weight.max(-1) {
                let digits = if group < count { half(8 + 2 * usize::try_from(group).ok()?)? } else { 0 };
                number = number.checked_mul(10_000)?.checked_add(i128::from(digits))?;
            }
            let whole = count <= weight + 1 && matches!(sign, 0 | 0x4000);
            whole.then(|| i64::try_from(if sign == 0 { number } else { -number }).ok())?
        };
        Ok(Whole(read()))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::NUMERIC
    }
}

/// One cell of a row.
pub(crate) fn cell(row: &postgres::Row, column: usize) -> Result<Cell<'_>, StoreError> {
    let Some(kind) = row.columns().get(column).map(|column| column.type_()) else {
        return Err(StoreError::Damaged { what: format!("a result has no column {}", column + 1) });
    };
    let cell = match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(column).map_err(error)?.map(Cell::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(column).map_err(error)?.map(|number| Cell::Int(number.into())),
        Type::INT2 => row.try_get::<_, Option<i16>>(column).map_err(error)?.map(|number| Cell::Int(number.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(column).map_err(error)?.map(Cell::Bool),
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(column).map_err(error)?.map(Cell::Bytes),
        Type::NUMERIC => row
            .try_get::<_, Option<Whole>>(column)
            .map_err(error)?
            .map(|whole| whole.0.map_or(Cell::Other("a fraction"), Cell::Int)),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
            row.try_get::<_, Option<&str>>(column).map_err(error)?.map(Cell::Text)
        }
        Type::FLOAT4 | Type::FLOAT8 => Some(Cell::Other("a floating-point number")),
        _ => Some(Cell::Other("a type that the store never uses")),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

/// What PostgreSQL says, in our words.
pub(crate) fn error(error: postgres::Error) -> StoreError {
    let message = error.as_db_error().map_or_else(|| error.to_string(), |inner| inner.to_string());
    let Some(failure) = error.as_db_error() else {
        // The connection is gone: whether a commit under way was kept is not known here.
        return StoreError::Database { message };
    };
    match *failure.code() {
        SqlState::UNIQUE_VIOLATION => StoreError::Taken {
            table: failure.table().unwrap_or_default().to_string(),
            columns: columns(failure.detail().unwrap_or_default()),
        },
        SqlState::FOREIGN_KEY_VIOLATION => StoreError::Dangling {
            table: failure.table().unwrap_or_default().to_string(),
            column: columns(failure.detail().unwrap_or_default()).join(", "),
            id: referred(failure.detail().unwrap_or_default()),
        },
        SqlState::QUERY_CANCELED | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            StoreError::TooLong { seconds: crate::pool::LIFE.as_secs() }
        }
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN => StoreError::Lost { message },
        SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
        _ => StoreError::Database { message },
    }
}

/// Reads `Key (code, year)=(33, 2021) already exists.`
fn columns(detail: &str) -> Vec<String> {
    let inner = detail.split_once("Key (").and_then(|(_, rest)| rest.split_once(")=("));
    inner.map_or_else(Vec::new, |(names, _)| names.split(", ").map(|name| name.trim_matches('"').to_string()).collect())
}

/// Reads the id in `Key (unit)=(7) is not present in table "unit".`
fn referred(detail: &str) -> i64 {
    let inner = detail.split_once(")=(").and_then(|(_, rest)| rest.split_once(')'));
    inner.and_then(|(id, _)| id.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_constraint_is_named() {
        assert_eq!(columns("Key (code, \"year\")=(33, 2021) already exists."), ["code", "year"]);
        assert_eq!(referred("Key (unit)=(7) is not present in table \"unit\"."), 7);
    }

    #[test]
    fn whole_numerics_survive_the_way_there_and_back() {
        for number in [0, 1, -1, 9_999, 10_000, -10_000, 120_000_000, 123_456_789, i64::MAX, i64::MIN] {
            assert_eq!(Whole::from_sql(&Type::NUMERIC, &numeric(number)).unwrap().0, Some(number), "{number}");
        }
    }
}
