//! Prints how long drafts of long and of endlessly repeated text take: `pace [MEGABYTES [PIECE]]`.
//!
//! A time that grows faster than the text betrays a step that looks back over everything before it.

use std::time::Instant;

use luoshi_drafting::draft;

fn main() {
    let megabytes: f64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5.0);
    let bytes = (megabytes * 1_000_000.0) as usize;
    let only = std::env::args().nth(2);
    println!("{:<24} {:>9} {:>9}  {:>5}", "repeated", "half, s", "whole, s", "ratio");
    for piece in [
        "发展党员50名，",
        "发展党员50名。\n",
        "一、党建\n发展党员50名。\n",
        "1",
        "1 ",
        "1、",
        "“",
        "（",
        "（一",
        "“新”",
        "新增30—50、",
        "每",
        "每校",
        "一\n",
        "一、\n",
        "去年",
        "去年，",
        "在12所学校，",
        "对",
        "对12户、",
        "二〇",
        "十",
        "百分之",
        "三分之一、",
        "分别达到1%、",
        "其中1个，",
        "，",
        "\n",
        " ",
        "序号\n工作任务\n1\n建设学校1所\n",
        "责任科室：基教科\n",
        "全覆盖",
        "力争",
        "建设八大学院",
        "首页 > 公开\n",
        "2021年",
        "1.1.",
        "的",
        "由",
        "“百园工程”，",
        "建立信息平台，",
        "学校学校学校，",
        "a",
    ] {
        if only.as_deref().is_some_and(|only| only != piece) {
            continue;
        }
        let whole = piece.repeat(bytes / piece.len());
        let half = piece.repeat(bytes / piece.len() / 2);
        let (short, long) = (seconds(&half), seconds(&whole));
        println!("{:<24} {short:>9.2} {long:>9.2}  {:>5.1}", format!("{piece:?}"), long / short.max(0.001));
    }
}

fn seconds(text: &str) -> f64 {
    let start = Instant::now();
    std::hint::black_box(draft(text));
    start.elapsed().as_secs_f64()
}
