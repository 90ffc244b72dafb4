//! Whatever the bytes: a clear answer, never a panic, time in proportion to the length.

use std::time::Instant;

use luoshi_drafting::{Draft, answer, draft};
use proptest::prelude::*;

/// What must hold of every draft: quotes stand verbatim at their offsets, measures are in order and do not overlap.
fn check(text: &str, draft: &Draft) {
    let chars: Vec<char> = text.chars().collect();
    let at = |start: usize, end: usize| chars[start..end].iter().collect::<String>();
    let mut last = 0;
    for measure in &draft.measures {
        assert!(last <= measure.start && measure.start < measure.end && measure.end <= chars.len());
        assert_eq!(at(measure.start, measure.end), measure.quote);
        for target in &measure.targets {
            let length = target.value_text.chars().count();
            assert_eq!(at(target.value_start, target.value_start + length), target.value_text);
            assert!(measure.quote.contains(&target.quote), "{} in {}", target.quote, measure.quote);
            assert!((measure.start..measure.end).contains(&target.value_start));
            assert!(target.quantity.is_finite());
        }
        last = measure.end;
    }
    for number in &draft.not_targets {
        assert_eq!(at(number.value_start, number.value_start + number.value_text.chars().count()), number.value_text);
    }
    for question in &draft.questions {
        assert_eq!(at(question.start, question.start + question.quote.chars().count()), question.quote);
    }
}

fn check_text(text: &str) {
    let drafted = draft(text);
    check(text, &drafted);
    check_cover(text, &drafted);
    assert_eq!(drafted, draft(text), "equal text gives equal drafts");
}

/// Every letter and figure stands in a measure or in a stretch whose kind is stated.
fn check_cover(text: &str, draft: &Draft) {
    let chars: Vec<char> = text.chars().collect();
    let mut covered = vec![false; chars.len()];
    let spans = draft.measures.iter().map(|measure| (measure.start, measure.end));
    for (start, end) in spans.chain(draft.others.iter().map(|other| (other.start, other.end))) {
        covered[start..end].fill(true);
    }
    let open: String =
        chars.iter().zip(&covered).filter(|(c, done)| c.is_alphanumeric() && !**done).map(|(c, _)| *c).collect();
    assert!(open.is_empty(), "not covered: {open:?} in {text:?}");
}

/// The development texts, decoded.
fn plans() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/dev");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is part of the crate")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let read = files.iter().filter_map(|path| luoshi_drafting::read(&std::fs::read(path).ok()?).ok());
    read.map(|decoded| decoded.text).collect()
}

/// Pieces that the rules look at, so that random texts reach deep into them.
fn piece() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "新增",
        "学位",
        "5000",
        "个",
        "以上",
        "，",
        "。",
        "；",
        "、",
        "分别",
        "达到",
        "95%",
        "百分之",
        "九十",
        "三分之一",
        "全覆盖",
        "清零",
        "零",
        "“",
        "”",
        "《",
        "》",
        "（",
        "）",
        "(",
        ")",
        "\n",
        "\r\n",
        "\t",
        "  ",
        "\u{3000}\u{3000}",
        "一、",
        "（一）",
        "1.",
        "①",
        "一是",
        "每校",
        "每人每年",
        "全年",
        "6月底前",
        "2021年",
        "去年",
        "目前",
        "责任科室：",
        "基教科",
        "序号",
        "工作任务",
        "完成时限",
        "30—50",
        "至",
        "万",
        "亿元",
        "余",
        "成",
        "半",
        "点五",
        "贰仟万",
        "其中",
        "在",
        "基础上",
        "通过",
        "以",
        "为目标",
        "力争",
        "确保",
        "约",
        "左右",
        "不少于",
        "控制在",
        "15/10万",
        "4批次/千人",
        "1 860",
        "1,860",
        "：",
        "【",
        "】",
        "〔2021〕3号",
        "100000000000000000000",
        ".",
        "0",
        "-",
        "~",
        "第",
        "十四五",
        "工程",
        "平台",
        "机制",
        "八大学院",
        "建设",
        "率",
        "是",
        "工作计划",
        "教育局",
        "首页 > 公开",
    ];
    prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_gives_a_sound_draft(text in any::<String>()) {
        check_text(&text);
    }

    #[test]
    fn any_row_of_genre_words_gives_a_sound_draft(pieces in prop::collection::vec(piece(), 0..120)) {
        check_text(&pieces.concat());
    }

    #[test]
    fn plans_with_characters_lost_doubled_or_swapped_give_sound_drafts(which in 0usize..64, seed in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, any::<prop::sample::Index>()), 1..40)) {
        let all = plans();
        let mut chars: Vec<char> = all[which % all.len()].chars().collect();
        for (place, act, other) in seed {
            if chars.is_empty() { break; }
            let i = place.index(chars.len());
            match act {
                0 => { chars.remove(i); }
                1 => chars.insert(i, chars[other.index(chars.len())]),
                2 => { let j = other.index(chars.len()); chars.swap(i, j); }
                _ => chars.truncate(i.max(1)),
            }
        }
        check_text(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(drafted) = answer(&bytes) {
            prop_assert!(!drafted.measures.is_empty());
        }
    }
}

/// The code at the end of a refusal.
fn refusal(bytes: &[u8]) -> String {
    let error = answer(bytes).expect_err("this is no plan").to_string();
    error[error.rfind('[').expect("a code")..].to_owned()
}

#[test]
fn what_is_no_plan_is_refused_with_a_sentence() {
    assert_eq!(refusal(b""), "[R001]");
    assert_eq!(refusal("\u{feff}  \n\n".as_bytes()), "[R001]");
    assert_eq!(refusal(b"%PDF-1.7 ..."), "[R002]");
    assert_eq!(refusal(&[0, 1, 2, 3, 0, 0, 0, 9, 255, 254, 0, 0]), "[R002]");
    assert_eq!(refusal(b"PK\x03\x04 broken"), "[R003]");
    assert_eq!(refusal(include_str!("plan_in_english.txt").as_bytes()), "[D001]");
    assert_eq!(refusal(include_str!("novel.txt").as_bytes()), "[D002]");
}

#[test]
fn a_stroke_before_a_share_and_a_number_without_words_are_read() {
    check_text("4批次/千人百分之30—50新增");
    check_text("一、。\t新增新增新增");
    check_text("1.\t新增");
}

#[test]
fn a_lost_quotation_mark_does_not_swallow_the_plan() {
    let text = "某县教育局2021年工作计划\n一、党建\n推进“清廉学校建设，发展党员50名以上；组建“领雁工作室”5个，开展宣讲（不少于100场。\n二、安全\n开展检查30次。\n";
    let quantities: Vec<f64> = draft(text).measures.iter().flat_map(|m| &m.targets).map(|t| t.quantity).collect();
    assert_eq!(quantities, [50.0, 5.0, 100.0, 30.0]);
}

#[test]
fn five_megabytes_and_endless_repetitions_are_drafted_in_proportional_time() {
    let plan = plans().concat();
    let once = plan.len();
    for text in [
        plan.repeat(5_000_000 / once + 1),
        "发展党员50名，".repeat(5_000),
        "1".repeat(500_000),
        "“".repeat(60_000),
        "（一".repeat(20_000),
        "新增30—50、".repeat(5_000),
        "每".repeat(100_000),
        "一\n".repeat(20_000),
        "去年".repeat(20_000),
        "1、".repeat(10_000),
        "在12所学校，".repeat(5_000),
        "二〇".repeat(200_000),
        "百分之".repeat(200_000),
        "三分之一、".repeat(50_000),
        "对12户、".repeat(50_000),
    ] {
        let start = Instant::now();
        let drafted = draft(&text);
        // Unoptimised builds on a busy machine; a quadratic step would take hours.
        assert!(
            start.elapsed().as_secs() < 90,
            "{} took {:?}",
            text.chars().take(12).collect::<String>(),
            start.elapsed()
        );
        drop(drafted);
    }
}

#[test]
fn the_printed_draft_has_every_key_and_plain_numbers() {
    let text = "某县教育局2021年工作计划\n一、党建\n发展党员50名以上，筹集资金3.2亿元，合格率达到95.5%，处理数据90亿亿条，误差不超过0.0001%。\n";
    let printed = serde_json::to_value(draft(text)).expect("a draft prints");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&printed), ["head", "measures", "not_targets", "questions"]);
    let measure = &printed["measures"][0];
    assert_eq!(keys(measure), ["end", "heading", "owners", "quote", "section", "start", "systems", "targets"]);
    let target = &measure["targets"][0];
    let wanted = [
        "approx",
        "by",
        "comparator",
        "implied",
        "per",
        "quantity",
        "quote",
        "range",
        "rule",
        "soft",
        "unit",
        "value_start",
        "value_text",
        "what",
        "why",
    ];
    assert_eq!(keys(target), wanted);
    let measures = printed["measures"].as_array().expect("measures");
    let numbers: Vec<String> = measures
        .iter()
        .flat_map(|measure| measure["targets"].as_array().expect("targets"))
        .map(|target| target["quantity"].to_string())
        .collect();
    assert_eq!(numbers, ["50", "320000000", "95.5", "900000000000000000", "0.0001"]);
}
