//! The plan of 2021: every sentence found, every number read, nothing of the body left out.

use crate::support::{files_below, printed, repository};
use jiff::civil::date;
use luoshi_pack::plan::{Comparator, Plan};
use luoshi_pack::{File, Packs, check, check_plan};

fn packs() -> Packs {
    check(&files_below(&repository().join("packs"))).unwrap_or_else(|faults| panic!("\n{}", printed(&faults)))
}

fn yiwu() -> Plan {
    let files = files_below(&repository().join("plans/yiwu-2021"));
    check_plan("yiwu-2021", &files, &packs()).unwrap_or_else(|faults| panic!("\n{}", printed(&faults)))
}

#[test]
fn the_head_of_the_published_text_is_read_into_fields() {
    let head = yiwu().head;
    assert_eq!(head.index_number, "11330782002609303G/2021-410122");
    assert_eq!(head.publisher, "义乌市教育局");
    assert_eq!(head.formed_on, Some(date(2021, 1, 17)));
    assert_eq!(head.openness, "主动公开");
    assert_eq!(head.published_on, Some(date(2021, 11, 17)));
}

#[test]
fn publication_was_late_by_the_calendar_of_the_packs() {
    let calendar = packs().calendar;
    assert_eq!(calendar.after_workdays(date(2021, 1, 17), 20), Some(date(2021, 2, 18)));
}

#[test]
fn every_sentence_of_the_body_is_quoted_by_a_measure() {
    let plan = yiwu();
    let coverage = plan.coverage();
    assert_eq!(coverage.uncovered, []);
    assert_eq!(coverage.bound, coverage.characters);
    assert_eq!(plan.sections.len(), 6);
    assert_eq!(plan.sections.iter().map(|section| section.groups.len()).sum::<usize>(), 26);
    assert_eq!(plan.measures().count(), 201);
    // The body without headings, counted by hand in the text: what is left are marks between the quotes.
    let body: usize = plan
        .text
        .lines()
        .filter(|line| line.contains('。') && !line.starts_with("2021年是"))
        .map(|line| line.chars().count())
        .sum();
    let headings: usize = plan
        .sections
        .iter()
        .flat_map(|section| &section.groups)
        .map(|group| group.heading.end - group.heading.start)
        .sum();
    let marks = body - headings - coverage.bound;
    assert!(marks <= plan.measures().count() + 26, "{marks} marks between 201 quotes and 26 headings");
}

#[test]
fn offsets_count_unicode_scalar_values() {
    let plan = yiwu();
    let letters: Vec<char> = plan.text.chars().collect();
    for measure in plan.measures() {
        let quote: String = letters[measure.span.start..measure.span.end].iter().collect();
        assert_eq!(quote, plan.slice(measure.span), "{}", measure.id);
        assert!(!quote.ends_with(['。', ',', ';', ',', ';']), "{quote}");
        assert!(
            [',', ';', '。', '、'].contains(&letters[measure.span.end]),
            "{} ends before its closing mark",
            measure.id
        );
    }
    assert_eq!(plan.slice(plan.measure("2-2-6").unwrap().span), "新增中小幼学位16300个");
}

#[test]
fn commitments_are_bound_to_their_indicators() {
    let plan = yiwu();
    let bound: Vec<String> = plan
        .measures()
        .flat_map(|measure| &measure.targets)
        .filter_map(|target| {
            let name = target.indicator.as_ref()?;
            Some(format!("{name} {} {} {}", target.comparator.sign(), target.quantity, target.unit))
        })
        .collect();
    let expected = [
        "five_star_count = 30 个",
        "party_base_count = 15 个",
        "party_developed_count >= 50 名",
        "party_studio_count = 5 个",
        "red_talk_count >= 100 场",
        "clean_school_count >= 10 所",
        "project_built_count >= 100 项",
        "campus_new_count >= 25 所",
        "campus_delivered_count >= 40 所",
        "first_round_count = 100 所",
        "places_added = 16300 个",
        "light_count >= 1000 间",
        "aircon_count >= 5000 台",
        "control_school_share >= 100 %",
        "preschool_enrolled_share >= 95 %",
        "compulsory_enrolled_share >= 98 %",
        "senior_enrolled_share >= 85 %",
        "resource_room_share >= 30 %",
        "training_session_count >= 800 场",
        "learning_entry_count >= 300000 条",
        "elder_attendance_count = 15000 人次",
        "grid_visit_share >= 100 %",
        "check_published_share >= 100 %",
        "check_visit_share >= 100 %",
        "platform_share >= 100 %",
        "joint_reply_share >= 100 %",
        "annual_check_share >= 100 %",
    ];
    assert_eq!(bound, expected);
}

/// The 28 figures that the text states in digits, the eight colleges, and what the text says in words: 全覆盖, the
/// platform that institutions are to be on, the control system that schools are to be in, and the rules behind
/// 互联网+监管, 联合执法 and 系统化管理.
#[test]
fn every_figure_of_the_text_is_a_target() {
    let plan = yiwu();
    let mut figures: Vec<(String, String)> = plan
        .measures()
        .flat_map(|measure| {
            measure.targets.iter().map(|target| {
                (measure.id.clone(), format!("{}{}{}", target.comparator.sign(), target.quantity, target.unit))
            })
        })
        .collect();
    figures.sort();
    let expected = [
        ("1-1-5", ">=1所"),
        ("1-1-6", ">=1次"),
        ("1-3-10", "=30个"),
        ("1-3-11", "=15个"),
        ("1-3-12", ">=50名"),
        ("1-3-13", "=5个"),
        ("1-3-14", ">=100场"),
        ("1-4-7", ">=10所"),
        ("2-2-2", ">=100项"),
        ("2-2-3", ">=25所"),
        ("2-2-4", ">=40所"),
        ("2-2-5", "=100所"),
        ("2-2-6", "=16300个"),
        ("2-2-8", ">=1000间"),
        ("2-2-9", ">=5000台"),
        ("2-4-6", ">=100%"),
        ("3-1-5", ">=50%"),
        ("3-1-6", ">=90%"),
        ("3-1-8", ">=30个"),
        ("3-4-9", "=8个"),
        ("3-5-1", ">=85%"),
        ("3-5-1", ">=95%"),
        ("3-5-1", ">=98%"),
        ("3-5-2", ">=30%"),
        ("3-6-4", ">=800场"),
        ("3-6-5", ">=300000条"),
        ("3-6-8", "=15000人次"),
        ("4-1-4", "=600名"),
        ("5-3-1", ">=100名"),
        ("6-4-1", ">=100%"),
        ("6-4-2", ">=100%"),
        ("6-4-2", ">=100%"),
        ("6-4-3", ">=100%"),
        ("6-4-4", ">=100%"),
        ("6-4-5", ">=100%"),
        ("6-5-3", "=25所"),
    ];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(id, figure)| (id.as_str(), figure.as_str())).collect();
    assert_eq!(figures, expected);
}

#[test]
fn a_measure_that_states_a_digit_has_a_target() {
    // Digits that state no quantity to reach: names, a share that is a rule, an anniversary.
    let names = ["建党100周年", "后1%教师退出机制"];
    let plan = yiwu();
    for measure in plan.measures() {
        let quote = plan.slice(measure.span);
        let quantified =
            quote.chars().any(|letter| letter.is_ascii_digit()) && !names.iter().any(|name| quote.contains(name));
        assert!(!quantified || !measure.targets.is_empty(), "{quote}");
    }
}

fn small(text: &str, plan: &str) -> Plan {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let files = [file("plan.toml", plan), file("source.txt", text)];
    check_plan("small", &files, &Packs::default()).unwrap_or_else(|faults| panic!("\n{}", printed(&faults)))
}

const SMALL: &str = r#"
title = "计划"
year = 2024
[[section]]
heading = "一、甲"
[[section.group]]
heading = "乙丙"
[[section.group.measure]]
id = "1-1-1"
quote = "做到9所"
target = [{ quantity = 9.5, unit = "所", comparator = "<=", what = "所", by = 2024-06-30, exact = true }]
"#;

#[test]
fn what_no_measure_quotes_is_named() {
    let plan = small("引言不算。\n一、甲\n乙丙。做到9所;还有,余下。(完)\n", SMALL);
    let coverage = plan.coverage();
    let left: Vec<&str> = coverage.uncovered.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(left, ["还有,余下。(完"]);
    assert_eq!((coverage.characters, coverage.bound), (4 + 8, 4));
    assert_eq!(plan.slice(coverage.uncovered[0].span), left[0]);
}

#[test]
fn a_target_keeps_its_decimal_its_day_and_its_direction() {
    let plan = small("一、甲\r\n乙丙。做到9所。", SMALL);
    let target = &plan.measure("1-1-1").unwrap().targets[0];
    assert_eq!((target.quantity.as_str(), target.comparator, target.exact), ("9.5", Comparator::AtMost, true));
    assert_eq!((target.from, target.by), (date(2024, 1, 1), date(2024, 6, 30)));
    assert_eq!(plan.head, Default::default());
}
