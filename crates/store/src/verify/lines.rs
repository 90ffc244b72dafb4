//! The ledger itself: gapless, chained, under its heads.

use super::{Check, PAGE, name};
use crate::error::StoreError;
use crate::ledger::{ExportedHead, LedgerLine, lines};
use crate::merkle::Growing;
use crate::store::Store;
use luoshi_kernel::digest::{self, Hash, hex};
use std::collections::BTreeMap;

/// A head that the ledger must agree with.
struct Expected {
    subject: String,
    chinese: &'static str,
    root: String,
    chain: String,
}

/// Reads every line; gives the root over them.
pub(super) fn check(
    store: &Store,
    check: &mut Check,
    head: Option<&ExportedHead>,
    progress: &mut dyn FnMut(u64),
) -> Result<Hash, StoreError> {
    let mut heads = made_heads(store, check.size)?;
    if let Some(head) = head {
        exported(check, head, &mut heads);
    }
    let (mut tree, mut before, mut next) = (Growing::default(), [0u8; 32], 1);
    compare(check, heads.remove(&0), &tree, &before);
    while next <= check.size {
        let to = check.size.min(next + PAGE - 1);
        let page = store.read(|reader| lines(&mut *reader.link()?, next, to))?;
        for line in page {
            missing(check, next, line.seq - 1);
            let chained = line.seq == next && digest::chain(&before, &line.digest) == line.chain;
            if !chained && line.seq == next {
                broken(store, check, &line)?;
            }
            check.present.mark(line.seq);
            *check.lines.entry(line.register).or_default() += 1;
            tree.push(line.leaf(), |_, _, _| {});
            (before, next) = (line.chain, line.seq + 1);
            compare(check, heads.remove(&line.seq), &tree, &before);
        }
        missing(check, next, to);
        next = to + 1;
        progress(to as u64);
    }
    if before != check.chain {
        let what = "does not agree with the last line of the ledger";
        check.find("the end of the ledger", what, "账本末尾的链值与最后一行不符");
    }
    // Heads that stand at lines that are missing.
    for expected in heads.into_values().flatten() {
        check.find(expected.subject, "the line that it was made at is missing", "签发时的账本行已不存在");
    }
    Ok(tree.root())
}

fn made_heads(store: &Store, size: i64) -> Result<BTreeMap<i64, Vec<Expected>>, StoreError> {
    let mut heads: BTreeMap<i64, Vec<Expected>> = BTreeMap::new();
    let sql = "SELECT size, root, chain FROM ledger_head WHERE size <= $1 ORDER BY size";
    let made = store
        .read(|reader| reader.link()?.all(sql, &[size.into()], |row| Ok((row.int(0)?, row.hash(1)?, row.hash(2)?))))?;
    for (size, root, chain) in made {
        let subject = format!("the head at line {size}");
        let expected =
            Expected {
                subject, chinese: "账本此前部分与当时所存的链首不符", root: hex(&root), chain: hex(&chain)
            };
        heads.entry(size).or_default().push(expected);
    }
    Ok(heads)
}

fn exported(check: &mut Check, head: &ExportedHead, heads: &mut BTreeMap<i64, Vec<Expected>>) {
    let subject = format!("the exported head at line {}", head.size);
    if head.size > check.size || head.size < 0 {
        let what = format!(
            "the ledger has only {} lines: the database is older than the head, an earlier copy was put in its place",
            check.size
        );
        let chinese = format!("账本只有 {} 行，早于所给链首：数据库被换回了旧的副本", check.size);
        return check.find(subject, what, chinese);
    }
    let chinese = "账本此前部分与导出的链首不符，有人改动过";
    let (root, chain) = (head.root.clone(), head.chain.clone());
    heads.entry(head.size).or_default().push(Expected { subject, chinese, root, chain });
}

fn compare(check: &mut Check, heads: Option<Vec<Expected>>, tree: &Growing, chain: &Hash) {
    for expected in heads.into_iter().flatten() {
        if expected.root != hex(&tree.root()) || expected.chain != hex(chain) {
            check.find(expected.subject, "something before it was changed since it was made", expected.chinese);
        }
    }
}

fn missing(check: &mut Check, from: i64, to: i64) {
    if from > to {
        return;
    }
    let subject = if from == to { format!("ledger line {from}") } else { format!("ledger lines {from} to {to}") };
    let chinese = "账本行缺失";
    check.find(subject, "missing: deleted by hand", chinese);
}

fn broken(store: &Store, check: &mut Check, line: &LedgerLine) -> Result<(), StoreError> {
    let record = store.read(|reader| Ok(name(reader, line.register, line.id, Some(line.version))))?;
    let subject = format!("{record} (ledger line {})", line.seq);
    check.find(subject, "its digest does not continue the chain: it was replaced", "摘要与链不衔接，已被替换");
    Ok(())
}

/// Lines that no past row was found for.
pub(super) fn without_rows(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    let alone: Vec<i64> =
        (1..=check.size).filter(|seq| check.present.has(*seq) && !check.met.has(*seq)).take(super::TOLD).collect();
    for seq in alone {
        let subject = store.read(|reader| {
            let line = lines(&mut *reader.link()?, seq, seq)?.pop();
            Ok(line.map(|line| name(reader, line.register, line.id, Some(line.version))))
        })?;
        let subject = subject.unwrap_or_else(|| "a version".into());
        check.find(
            format!("{subject} (ledger line {seq})"),
            "stands in the ledger and not in the past: it was deleted",
            "账本中有此版本，历史表中没有：已被删除",
        );
    }
    Ok(())
}
