//! Who is responsible: departments in brackets, lines, cells and after 由…牵头.

use crate::words;

/// True when every piece of the cell is the title of a person in office: 副镇长（工业）, 镇长.
pub fn is_leader_list(chars: &[char]) -> bool {
    let text = without_brackets(chars);
    let mut pieces = text.split(['、', '，', ' ']).filter(|piece| !piece.is_empty()).peekable();
    let titled = |piece: &str| piece.chars().count() <= 10 && words::PERSON_ENDS.iter().any(|end| piece.ends_with(end));
    pieces.peek().is_some() && pieces.all(titled)
}

/// 副镇长（工业）: what stands in brackets says which one.
fn without_brackets(chars: &[char]) -> String {
    let mut inside = false;
    let bare = |c: &&char| {
        inside = (inside || **c == '（') && **c != '）';
        !inside && **c != '）'
    };
    chars.iter().filter(bare).collect()
}

/// Splits a list of departments as written, labels left out.
pub fn owners_in(chars: &[char]) -> Vec<String> {
    // Brackets around the whole list go, those inside a name stay: 各村（社区）.
    let open = |c: char| matches!(c, '（' | '【' | '〔');
    let close = |c: char| matches!(c, '）' | '】' | '〕');
    let around = chars.first().is_some_and(|c| open(*c)) && chars.last().is_some_and(|c| close(*c));
    let text: String = if around { &chars[1..chars.len() - 1] } else { chars }.iter().collect();
    let mut owners: Vec<String> = Vec::new();
    for piece in
        text.split('；').filter(|part| !is_day_part(part)).flat_map(|part| part.split(['、', '，', '。', ' ', '/']))
    {
        let name = piece.rsplit('：').next().unwrap_or(piece);
        let name = strip_label(name.trim());
        let name = name
            .trim_end_matches("牵头")
            .trim_end_matches("配合")
            .trim_end_matches("负责")
            .trim_start_matches("各有关")
            .trim();
        if !name.is_empty() && name.chars().count() <= 24 && !owners.iter().any(|o| o == name) {
            owners.push(name.to_owned());
        }
    }
    owners
}

/// 完成时限：12月底前 inside a bracket of owners.
fn is_day_part(part: &str) -> bool {
    part.split_once('：').is_some_and(|(label, _)| words::TIME_LABELS.contains(&label.trim()))
}

/// The day that a bracket of owners sets.
pub fn day_in(chars: &[char]) -> Option<String> {
    let text: String = chars.iter().filter(|c| !matches!(c, '（' | '）' | '【' | '】')).collect();
    text.split(['；', '，', '。'])
        .find(|part| is_day_part(part))
        .and_then(|part| part.split_once('：'))
        .map(|(_, day)| day.to_owned())
}

fn strip_label(name: &str) -> &str {
    words::OWNER_LABELS
        .iter()
        .filter_map(|label| name.strip_prefix(label))
        .min_by_key(|rest| rest.len())
        .filter(|rest| rest.starts_with([':', '：']))
        .map_or(name, |rest| rest.trim_start_matches([':', '：']))
}

/// True when the characters are nothing but departments: every piece ends like one and none counts or acts.
pub fn is_owner_list(chars: &[char]) -> bool {
    let text = without_brackets(chars);
    if has_label(&text) {
        return true;
    }
    let pieces: Vec<&str> = text.split(['、', '，', '；', ' ', '/']).filter(|piece| !piece.is_empty()).collect();
    !pieces.is_empty() && pieces.len() <= 12 && pieces.iter().all(|piece| is_office(piece))
}

fn has_label(text: &str) -> bool {
    text.split_once('：').is_some_and(|(label, _)| words::OWNER_LABELS.contains(&label))
}

fn is_office(piece: &str) -> bool {
    let chars: Vec<char> = piece.chars().collect();
    let ends = words::OFFICE_ENDS.iter().any(|end| piece.ends_with(end));
    (2..=14).contains(&chars.len())
        && ends
        && !chars.iter().any(char::is_ascii_digit)
        && (clear_office(piece) || !words::starts_with_act(&chars))
        && !piece.contains('“')
        && !piece.ends_with("学校建设")
}

/// Names of sections may begin like verbs: 规划建设科, 装备中心.
fn clear_office(piece: &str) -> bool {
    let clear = ["科", "处", "室", "股", "局", "办", "专班"].iter().any(|end| piece.ends_with(end));
    clear || (piece.ends_with("中心") && piece.chars().count() <= 6)
}

/// The department of `由…牵头` or `由…负责` inside a clause.
pub fn owner_in_clause(chars: &[char]) -> Option<String> {
    let start = chars.iter().position(|c| *c == '由')? + 1;
    let end =
        (start..chars.len().saturating_sub(1)).find(|i| matches!(chars[*i..*i + 2], ['牵', '头'] | ['负', '责']))?;
    let name: String = chars[start..end].iter().collect();
    (is_office(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> bool {
        is_owner_list(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn departments_are_told_from_work() {
        assert!(list("基础教育科、人事科"));
        assert!(list("责任科室：基教科"));
        assert!(list("各镇街、教研中心"));
        assert!(!list("完成教育培训"));
        assert!(!list("五星级党组织30个"));
    }

    #[test]
    fn labels_are_left_out() {
        let chars: Vec<char> = "（责任科室：基教科、人事科；配合单位：各学校）".chars().collect();
        assert_eq!(owners_in(&chars), ["基教科", "人事科", "各学校"]);
    }
}
