//! Erasure (清除): the sealed values of a record are destroyed everywhere, also in its past; its versions, marks and lines
//! remain, so that the chain stays whole and numbers stay what they were.

use crate::error::StoreError;
use crate::link::Param;
use crate::options::Dialect;
use crate::seal::{ERASED, erased_find};
use crate::shape::{Shape, past, quoted};
use crate::store::Store;
use crate::writer::Writer;
use luoshi_kernel::table::{ColumnKind, Table};

impl Store {
    /// Writes the database anew, so that nothing is left in its files of what rows once held: an erasure destroys every
    /// row and empties the write-ahead log, but where pages were split earlier, pieces of old rows may stand unused.
    /// Nobody writes meanwhile, and it needs the room of a second database.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when readers stood in the way for too long.
    pub fn compact(&self) -> Result<(), StoreError> {
        self.alone(|writer| {
            let mut link = writer.link()?;
            match link.dialect() {
                Dialect::Sqlite => link.batch("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY")?,
                // The bureau's own tables: the server's catalogue and other bureaus stay as they are.
                Dialect::Postgres => {
                    let own = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
                    for table in link.all(own, &[], |row| row.text(0))? {
                        link.batch(&format!("VACUUM FULL {}", quoted(&table)))?;
                    }
                }
            }
            if link.empty_log()? { Ok(()) } else { Err(StoreError::Busy) }
        })
    }
}

impl Writer {
    /// Destroys the key, the ciphertexts and the look-ups of a record, in every version and in fields that were dropped,
    /// and writes a line with `detail` that says so. Gives how many values were destroyed.
    ///
    /// # Errors
    /// [`StoreError::Absent`].
    pub fn erase(&mut self, table: &Table, id: i64, detail: &str) -> Result<u64, StoreError> {
        let asked = self.schema.shape(&table.name)?.clone();
        let shape = self.outermost(&asked, id)?;
        let base = self.base(&shape)?;
        let mut destroyed = 0;
        for shape in [Some(shape), base].into_iter().flatten() {
            let absent = || StoreError::Absent { table: shape.table.name.clone(), id };
            let version = self.line(&shape, id, None)?.ok_or_else(absent)?.version;
            let count = self.whole(|writer| writer.erase_rows(&shape, id))?;
            if count > 0 {
                self.event("erase", &format!("{}:{id}:{version}", shape.table.name), detail)?;
            }
            destroyed += count;
        }
        Ok(destroyed)
    }

    fn erase_rows(&mut self, shape: &Shape, id: i64) -> Result<u64, StoreError> {
        self.half_done();
        self.note_erased();
        let find = erased_find(id);
        let mut link = self.link()?;
        // What is deleted is overwritten, in the database's free space too.
        if link.dialect() == Dialect::Sqlite {
            link.batch("PRAGMA secure_delete = ON")?;
        }
        let name = |place: usize| quoted(&shape.table.columns[place].name);
        let (table, history) = (quoted(&shape.table.name), quoted(&past(&shape.table.name)));
        let mut count = 0;
        for sealed in &shape.sealed {
            for table in [&table, &history] {
                let sql = format!(
                    "UPDATE {table} SET {cipher} = $1, {} = $2 WHERE {} = $3 AND {cipher} <> ''",
                    name(sealed.find),
                    quoted("id"),
                    cipher = name(sealed.cipher),
                );
                count += link.execute(&sql, &[ERASED.into(), Param::Text(&find), id.into()])?;
            }
        }
        for field in &shape.dropped {
            let left = match field.kind {
                ColumnKind::Sealed => ERASED,
                ColumnKind::Find => find.as_str(),
                _ => continue,
            };
            let column = quoted(&field.column);
            let sql = format!("UPDATE {history} SET {column} = $1 WHERE {} = $2 AND {column} <> $1", quoted("id"));
            count += link.execute(&sql, &[left.into(), id.into()])?;
        }
        link.execute("DELETE FROM data_key WHERE register = $1 AND id = $2", &[shape.number.into(), id.into()])?;
        if link.dialect() == Dialect::Sqlite {
            link.batch("PRAGMA secure_delete = FAST")?;
        }
        Ok(count)
    }
}
