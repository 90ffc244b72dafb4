//! Single sentences of the genre and the targets they commit to, held in `sentences.txt`.

use luoshi_drafting::{Target, draft};

/// The sentence stands in a small plan, because a plan's year decides what is past.
fn targets(sentence: &str) -> Vec<Target> {
    let plan = format!("东川县教育局2021年工作要点\n\n一、主要工作\n（一）重点任务\n{sentence}\n");
    draft(&plan).measures.into_iter().flat_map(|measure| measure.targets).collect()
}

/// Every word of the wanted phrase stands in the found one, or the other way round.
fn agrees(found: &str, wanted: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| !"“”的".contains(*c)).collect::<String>();
    let (found, wanted) = (plain(found), plain(wanted));
    found.contains(&wanted) || (wanted.contains(&found) && !found.is_empty())
}

fn differs(sentence: &str, expected: &str) -> Option<String> {
    let found = targets(sentence);
    let shown: Vec<String> = found
        .iter()
        .map(|t| {
            format!(
                "{} {} {} {}",
                t.comparator.sign(),
                t.quantity,
                if t.unit.is_empty() { "-" } else { &t.unit },
                t.what
            )
        })
        .collect();
    let wanted: Vec<&str> = if expected == "none" { Vec::new() } else { expected.split(" ; ").collect() };
    let right = found.len() == wanted.len()
        && wanted.iter().zip(&shown).zip(&found).all(|((wanted, shown), target)| {
            let (mut want, mut show) = (wanted.splitn(4, ' '), shown.splitn(4, ' '));
            (0..3).all(|_| want.next() == show.next()) && agrees(&target.what, want.next().unwrap_or_default())
        });
    (!right).then(|| format!("{sentence}\n   want {expected}\n   got  {}", shown.join(" ; ")))
}

#[test]
fn sentences_give_their_targets() {
    let lines = include_str!("sentences.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let wrong: Vec<String> = lines
        .filter_map(|line| {
            let (sentence, expected) = line.split_once(" => ").expect("a line has an arrow");
            differs(sentence, expected)
        })
        .collect();
    assert!(wrong.is_empty(), "{} sentences differ:\n{}", wrong.len(), wrong.join("\n"));
}
