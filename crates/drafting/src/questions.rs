//! What the text leaves open and a person must answer.

use std::collections::HashMap;

use crate::draft::{Measure, Question};

/// Names so well known in the genre that nobody asks what they stand for.
const KNOWN: &[&str] = &[
    "十二五",
    "十三五",
    "十四五",
    "十五五",
    "双减",
    "五育并举",
    "四史",
    "一岗双责",
    "双随机",
    "双随机、一公开",
    "放管服",
    "一带一路",
    "三农",
    "两学一做",
    "四个意识",
    "四个自信",
    "两个维护",
    "两个确立",
    "三会一课",
    "三公",
    "双一流",
    "三重一大",
    "一网通办",
    "最多跑一次",
    "党政同责、一岗双责",
    "四风",
    "三严三实",
    "八项规定",
    "两不愁、三保障",
    "两不愁三保障",
    "五四",
    "六一",
    "一对一",
    "一票否决",
    "第一议题",
    "零容忍",
    "零距离",
    "一站式",
    "四不两直",
    "两癌",
    "双师型",
    "三三制",
    "五一",
];

/// Questions in the order of the text.
pub fn questions(measures: &[Measure], text: &[char]) -> Vec<Question> {
    let mut found = unspelled(measures, text);
    found.extend(repeated(measures));
    found.extend(unassigned(measures));
    found.sort_by_key(|question| question.start);
    found
}

/// Quoted names with a numeral, asked about where they first stand, unless a bracket or a colon spells them out.
fn unspelled(measures: &[Measure], text: &[char]) -> Vec<Question> {
    let mut found: Vec<Question> = Vec::new();
    let mut seen: HashMap<String, ()> = HashMap::new();
    for measure in measures {
        let chars: Vec<char> = measure.quote.chars().collect();
        let mut open = None;
        for (i, c) in chars.iter().enumerate() {
            match c {
                '“' => open = Some(i),
                '”' => {
                    let Some(start) = open.take() else { continue };
                    let name: String = chars[start + 1..i].iter().collect();
                    let spelled = text[measure.start + i + 1..]
                        .iter()
                        .take(14)
                        .take_while(|c| !matches!(c, '，' | ',' | '。' | '；'))
                        .any(|c| matches!(c, '（' | '(' | '：' | ':'));
                    if is_numbered_name(&name) && !spelled && seen.insert(name.clone(), ()).is_none() {
                        found.push(Question {
                            kind: "unspelled".to_owned(),
                            text: format!("The text names “{name}” but does not say what belongs to it. What does?"),
                            quote: name,
                            start: measure.start + start + 1,
                        });
                    }
                }
                _ => {}
            }
        }
    }
    found
}

fn is_numbered_name(name: &str) -> bool {
    let count = name.chars().count();
    let numeral = name.chars().any(|c| "一二三四五六七八九十百千双两".contains(c) || c.is_ascii_digit());
    (2..=14).contains(&count) && numeral && !KNOWN.contains(&name) && !name.contains("一体化") && !name.contains('+')
}

/// Two measures that open with the same words, or two targets that count the same thing.
fn repeated(measures: &[Measure]) -> Vec<Question> {
    let mut found = Vec::new();
    let mut openings: HashMap<String, usize> = HashMap::new();
    let mut counted: HashMap<(String, String, String), usize> = HashMap::new();
    for measure in measures {
        let opening: String = measure.quote.chars().filter(|c| !c.is_whitespace()).take(14).collect();
        let long = opening.chars().count() >= 12;
        let again = long && openings.insert(opening, measure.start).is_some();
        let same = measure.targets.iter().find(|target| {
            let key = (target.what.clone(), target.unit.clone(), target.per.clone());
            target.what.chars().count() >= 4
                && !target.range
                && counted.insert(key, measure.start).is_some_and(|start| start != measure.start)
        });
        if again || same.is_some() {
            let what = same.map_or_else(|| measure.quote.chars().take(30).collect(), |target| target.what.clone());
            found.push(Question {
                kind: "repeated".to_owned(),
                text: format!("The text commits to “{what}” more than once. Is it one commitment or several?"),
                quote: measure.quote.clone(),
                start: measure.start,
            });
        }
    }
    found
}

/// Commitments with figures that name neither owner nor day.
fn unassigned(measures: &[Measure]) -> Vec<Question> {
    let open = measures.iter().filter(|measure| !measure.targets.is_empty());
    open.filter_map(|measure| {
        let owned = !measure.owners.is_empty();
        let dated = measure.targets.iter().all(|target| !target.by.is_empty() || !target.per.is_empty());
        let missing = match (owned, dated) {
            (true, true) => return None,
            (false, true) => "who is responsible",
            (true, false) => "by when it is due",
            (false, false) => "who is responsible and by when it is due",
        };
        let head: String = measure.quote.chars().filter(|c| !c.is_whitespace()).take(24).collect();
        Some(Question {
            kind: "unassigned".to_owned(),
            text: format!("The text does not say {missing}: “{head}”."),
            quote: measure.quote.clone(),
            start: measure.start,
        })
    })
    .collect()
}
