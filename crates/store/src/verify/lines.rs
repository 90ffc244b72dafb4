//! The ledger itself: gapless, chained, under its heads.

use super::{Check, PAGE, name};
use crate::error::StoreError;
use crate::ledger::{ExportedHead, KEPT, LedgerLine, SEALED, kept_nodes, lines};
use crate::link::Row;
use crate::merkle::Growing;
use crate::store::Store;
use luoshi_kernel::digest::{self, Hash, hex};
use luoshi_kernel::table::EVENT;
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
    let told = told_heads(store, check)?;
    let mut heads = made_heads(store, check)?;
    gone(check, told, &heads);
    let last = heads.keys().next_back().copied().unwrap_or(0);
    if let Some(head) = head {
        exported(check, head, &mut heads);
    }
    let (mut tree, mut before, mut next) = (Growing::default(), [0u8; 32], 1);
    compare(check, heads.remove(&0), &tree, &before);
    while next <= check.size {
        let to = check.size.min(next + PAGE - 1);
        let (page, mut kept) = store.read(|reader| {
            let mut link = reader.link()?;
            let mut kept = BTreeMap::new();
            for level in KEPT..i64::BITS - 1 {
                kept.append(&mut kept_nodes(&mut link, level, next - 1, to)?);
            }
            Ok((lines(&mut link, next, to)?, kept))
        })?;
        let mut grown = Vec::new();
        for line in page {
            missing(check, next, line.seq - 1);
            let chained = line.seq == next && digest::chain(&before, &line.digest) == line.chain;
            if !chained && line.seq == next {
                broken(store, check, &line)?;
            }
            check.present.mark(line.seq);
            *check.lines.entry(line.register).or_default() += 1;
            tree.push(line.leaf(), |level, place, hash| {
                if level >= KEPT {
                    grown.push((level, place, *hash));
                }
            });
            (before, next) = (line.chain, line.seq + 1);
            compare(check, heads.remove(&line.seq), &tree, &before);
        }
        missing(check, next, to);
        // Where lines are missing, no subtree can be the one that was kept.
        if tree.size() as i64 == to {
            grown.into_iter().for_each(|node| compare_node(check, node, kept.remove(&(node.0, node.1)), last));
        }
        next = to + 1;
        progress(to as u64);
    }
    if before != check.chain {
        let what = "does not agree with the last line of the ledger";
        check.find("the end of the ledger", what, "账本末尾的链值与最后一行不符");
    }
    stray_nodes(store, check)?;
    // Heads that stand at lines that are missing.
    for expected in heads.into_values().flatten() {
        check.find(expected.subject, "the line that it was made at is missing", "签发时的账本行已不存在");
    }
    Ok(tree.root())
}

/// Whether the lines up to an exported head give it.
pub(super) fn continue_head(store: &Store, head: &ExportedHead) -> Result<bool, StoreError> {
    let (mut tree, mut chain) = (Growing::default(), [0u8; 32]);
    while (tree.size() as i64) < head.size {
        let from = tree.size() as i64 + 1;
        let page = store.read(|reader| lines(&mut *reader.link()?, from, head.size.min(from + PAGE - 1)))?;
        if page.is_empty() {
            return Ok(false);
        }
        for line in page {
            chain = digest::chain(&chain, &line.digest);
            if line.seq != tree.size() as i64 + 1 || line.chain != chain {
                return Ok(false);
            }
            tree.push(line.leaf(), |_, _, _| {});
        }
    }
    Ok(tree.size() as i64 == head.size && hex(&tree.root()) == head.root && hex(&chain) == head.chain)
}

/// Heads that events tell, by their line, with their roots.
fn told_heads(store: &Store, check: &Check) -> Result<BTreeMap<i64, String>, StoreError> {
    if check.schema.shape(EVENT).is_err() {
        return Ok(BTreeMap::new());
    }
    let start = format!("{SEALED}:");
    let beyond = format!("{SEALED};");
    let sql =
        "SELECT subject, detail FROM event WHERE subject > $1 AND subject < $2 AND kind = $3 ORDER BY subject LIMIT $4";
    let (mut told, mut after) = (BTreeMap::new(), start.clone());
    loop {
        let page = store.read(|reader| {
            let params = [after.as_str().into(), beyond.as_str().into(), SEALED.into(), PAGE.into()];
            reader.link()?.all(sql, &params, |row| Ok((row.text(0)?, row.maybe_text(1)?)))
        })?;
        let Some((last, _)) = page.last() else { return Ok(told) };
        after = last.clone();
        for (subject, root) in page {
            let size = subject.strip_prefix(&start).and_then(|size| size.parse().ok());
            if let Some(size) = size.filter(|size| *size <= check.size) {
                told.insert(size, root.unwrap_or_default());
            }
        }
    }
}

/// Heads that were made and are no longer kept, or not as they were made.
fn gone(check: &mut Check, told: BTreeMap<i64, String>, heads: &BTreeMap<i64, Vec<Expected>>) {
    for (size, root) in told {
        let subject = format!("the head at line {size}");
        match heads.get(&size).and_then(|heads| heads.first()) {
            None => check.find(subject, "is missing: it was deleted", "链头缺失：已被删除"),
            Some(head) if head.root != root => check.find(subject, "is not the one that was made", "与签发的链头不同"),
            Some(_) => {}
        }
    }
}

fn made_heads(store: &Store, check: &mut Check) -> Result<BTreeMap<i64, Vec<Expected>>, StoreError> {
    let mut heads: BTreeMap<i64, Vec<Expected>> = BTreeMap::new();
    let sql = "SELECT size, root, chain, at FROM ledger_head WHERE size <= $1 ORDER BY size";
    let made = store.read(|reader| {
        let head = |row: &Row<'_>| {
            let text = |column| row.hash(column).map_or_else(|_| String::new(), |hash| hex(&hash));
            Ok((row.int(0)?, text(1), text(2), row.int(3)?))
        };
        reader.link()?.all(sql, &[check.size.into()], head)
    })?;
    for (size, root, chain, at) in made {
        let subject = format!("the head at line {size}");
        check.instants.entry(size).or_default().push((subject.clone(), at));
        let expected = Expected { subject, chinese: "账本此前部分与当时所存的链头不符", root, chain };
        heads.entry(size).or_default().push(expected);
    }
    Ok(heads)
}

/// Compares a complete subtree with what is kept of it; `last`: the line of the last head.
fn compare_node(check: &mut Check, (level, place, hash): (u32, u64, Hash), kept: Option<Option<Hash>>, last: i64) {
    let subject = format!("ledger node {level}/{place}");
    match kept {
        Some(kept) if kept == Some(hash) => {}
        Some(_) => check.find(
            subject,
            "is not what the lines below it give: it was changed by hand",
            "与其下各行算出的不符：被手工改动",
        ),
        None if (place as i64 + 1) << level <= last => {
            check.find(subject, "missing: deleted by hand", "账本树节点缺失：被手工删除");
        }
        None => {}
    }
}

/// Nodes that no line of the ledger lies under.
fn stray_nodes(store: &Store, check: &mut Check) -> Result<(), StoreError> {
    let stray = store.read(|reader| {
        let mut link = reader.link()?;
        let size = crate::ledger::tip(&mut link)?.size;
        let sql = "SELECT level, place FROM ledger_node WHERE level < $1 OR level > 62 OR place < 0
                   OR place >= ($2 >> CAST(level AS int)) ORDER BY level, place LIMIT $3";
        let params = [i64::from(KEPT).into(), size.into(), (super::TOLD as i64).into()];
        link.all(sql, &params, |row| Ok((row.int(0)?, row.int(1)?)))
    })?;
    for (level, place) in stray {
        let subject = format!("ledger node {level}/{place}");
        check.find(subject, "stands for no lines of the ledger: inserted by hand", "账本中没有相应的行：手工插入");
    }
    Ok(())
}

fn exported(check: &mut Check, head: &ExportedHead, heads: &mut BTreeMap<i64, Vec<Expected>>) {
    let subject = format!("the exported head at line {}", head.size);
    if head.size > check.size || head.size < 0 {
        let what = format!(
            "the ledger has only {} lines: the database is older than the head, an earlier copy was put in its place",
            check.size
        );
        let chinese = format!("账本只有 {} 行，早于所给链头：数据库被换回了旧的副本", check.size);
        return check.find(subject, what, chinese);
    }
    let chinese = "账本此前部分与导出的链头不符，有人改动过";
    let (root, chain) = (head.root.clone(), head.chain.clone());
    check.instants.entry(head.size).or_default().push((subject.clone(), head.at));
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
