//! Accounts against the events that say how each was last written.

use super::Check;
use crate::account::Told;
use crate::error::StoreError;
use crate::store::Store;

/// Names accounts that were changed, inserted or deleted by hand.
pub(super) fn check(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    let told = store.read(Told::read)?;
    let mut untold = 0;
    for (id, (name, digest)) in &told.rows {
        let subject = format!("account {id} ({name})");
        match told.written.get(id) {
            Some(written) if digest.as_ref() == Some(written) => {}
            Some(_) => {
                let what = "is not as it was last written: it was changed by hand";
                check.find(subject, what, "与最后一次写入时不同：被手工改动");
            }
            None if told.due => untold += 1,
            None => check.find(
                subject,
                "was never written by the program: it was inserted by hand",
                "不是程序写入的：手工插入",
            ),
        }
    }
    for id in told.written.keys().filter(|id| !told.rows.contains_key(id)) {
        check.find(format!("account {id}"), "is missing: it was deleted", "账号缺失：已被删除");
    }
    if untold > 0 {
        let what = format!("{untold} stand under no proof yet; run `luoshi apply`");
        check.find("the accounts", what, format!("有 {untold} 个账号还没有记入账本，请运行 luoshi apply"));
    }
    Ok(())
}
