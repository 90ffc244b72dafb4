//! The bytes of every file that a record has named, against their digest; what an order has erased may be gone.

use super::{Check, PAGE, name};
use crate::error::StoreError;
use crate::file::{FILE, naming};
use crate::store::Store;
use luoshi_kernel::digest::{self, hex};
use luoshi_kernel::kind::files;
use luoshi_kernel::table::ColumnKind;

/// Reads each content once; the rows of `file` themselves are checked like those of any register.
pub(super) fn check(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    if check.schema.shape(FILE).is_err() {
        return Ok(());
    }
    let mut after = i64::MIN;
    loop {
        let page: Vec<(i64, String)> = store.read(|reader| {
            let sql = "SELECT \"id\", \"digest\" FROM \"file\" WHERE \"id\" > $1 ORDER BY \"id\" LIMIT $2";
            reader.link()?.all(sql, &[after.into(), PAGE.into()], |row| Ok((row.int(0)?, row.text(1)?)))
        })?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = *last;
        for (_, digest) in &page {
            let (what, chinese) = match store.files().read(digest) {
                Ok(Some(bytes)) if hex(&digest::of(&bytes)) == *digest => continue,
                Ok(Some(_)) => (
                    "its bytes were altered: they do not have the digest that the record names",
                    "文件内容被改动，与记录所载摘要不符",
                ),
                Ok(None) => ("its bytes are missing: they were deleted", "文件内容缺失，已被删除"),
                // Nothing is proven where nothing can be read.
                Err(error @ StoreError::Files { .. }) => return Err(error),
                Err(error) => {
                    check.find(format!("file {digest}"), error.to_string(), error.chinese());
                    continue;
                }
            };
            for subject in named_by(store, check, digest)? {
                check.find(subject, what, chinese);
            }
        }
    }
}

/// The records that name a content in any of their versions, with the name that they give it, but for those from which an
/// order has erased it; the content itself when none names it at all.
fn named_by(store: &Store, check: &Check, digest: &str) -> Result<Vec<String>, StoreError> {
    let (mut subjects, mut erased) = (vec![], false);
    for shape in check.schema.clone().shapes().iter().filter(|shape| shape.table.name != FILE) {
        for column in shape.table.columns.iter().filter(|column| column.kind == ColumnKind::Text) {
            for naming in naming(store, &shape.table.name, &column.name, digest)? {
                if naming.erased {
                    erased = true;
                    continue;
                }
                let given = files::entries(&naming.text).find(|entry| entry.digest == digest).map(|entry| entry.name);
                let record = store.read(|reader| Ok::<_, StoreError>(name(reader, shape.number, naming.id, None)))?;
                subjects.push(format!("{record} file {}", given.unwrap_or_else(|| digest.to_string())));
            }
        }
    }
    if subjects.is_empty() && !erased {
        subjects.push(format!("file {digest}"));
    }
    Ok(subjects)
}
