//! Layouts: pages, tables, broken lines, encodings, docx. Each test holds the measures of a small plan.

use std::io::{Cursor, Write};

use luoshi_drafting::{Draft, answer, draft, read};

/// Section, heading and quote of each measure, then its figures.
fn outline(draft: &Draft) -> String {
    let flat = |text: &str| text.split_whitespace().collect::<String>();
    let lines = draft.measures.iter().map(|measure| {
        let figures: Vec<String> = measure
            .targets
            .iter()
            .map(|t| {
                format!(" {}{}{} {}{}", t.comparator.sign(), t.quantity, t.unit, t.per, t.by).trim_end().to_owned()
            })
            .collect();
        let owners =
            if measure.owners.is_empty() { String::new() } else { format!(" @{}", measure.owners.join("、")) };
        let figures = figures.concat();
        format!("{}|{}|{}{figures}{owners}\n", flat(&measure.section), flat(&measure.heading), flat(&measure.quote))
    });
    lines.collect()
}

fn check(text: &str, expected: &str) {
    assert_eq!(outline(&draft(text)), expected.trim_start());
}

#[test]
fn dense_paragraphs_are_grouped_by_their_short_sentences() {
    check(
        "某县教育局2021年工作计划\n一、强化党建引领,加强全面领导\n\n加强党建工作。全年发展党员50名以上,组建工作室5个;落实联系制度,每人联系1所学校。推进从严治党。落实“一岗双责”,创建“清廉学校”10所以上。\n",
        "
一、强化党建引领,加强全面领导|加强党建工作|全年发展党员50名以上 >=50名 全年
一、强化党建引领,加强全面领导|加强党建工作|组建工作室5个 =5个 全年
一、强化党建引领,加强全面领导|加强党建工作|落实联系制度,每人联系1所学校 =1所 每人
一、强化党建引领,加强全面领导|推进从严治党|落实“一岗双责”
一、强化党建引领,加强全面领导|推进从严治党|创建“清廉学校”10所以上 >=10所
",
    );
}

#[test]
fn numbered_lists_of_every_style_keep_their_numbers_in_the_quote() {
    check(
        "某街道2021年工作要点\n第一部分 民生\n（一）就业\n1.新增就业500人。\n(2)开展培训3期；\n①发放补贴2万元。\n",
        "
第一部分民生|（一）就业|1.新增就业500人 =500人
第一部分民生|（一）就业|(2)开展培训3期 =3期
第一部分民生|（一）就业|①发放补贴2万元 =20000元
",
    );
}

#[test]
fn lines_broken_by_the_page_are_joined_and_their_numbers_with_them() {
    check(
        "某县卫生局2018年工作要点\n一、医疗服务\n    （一）加强队伍建设。招聘卫生专业技术人员1\n30名以上，选派业务骨干40人次到三级医院进修，\n完成乡村医生全员培训1 200人次，县域内就诊率达\n到百分之九十五点五以上，门诊费用增幅控制在10%\n以内。\n— 1 —\n",
        "
一、医疗服务|（一）加强队伍建设|招聘卫生专业技术人员130名以上 >=130名
一、医疗服务|（一）加强队伍建设|选派业务骨干40人次到三级医院进修 =40人次
一、医疗服务|（一）加强队伍建设|完成乡村医生全员培训1200人次，县域内就诊率达到百分之九十五点五以上，门诊费用增幅控制在10%以内 =1200人次 >=95.5% <=10%
",
    );
}

#[test]
fn tables_with_one_cell_a_line_give_owner_and_day_to_their_row() {
    check(
        "某区2023年任务分解表\n序号\n工作任务\n具体措施\n责任科室\n完成时限\n一、学位供给\n1\n新建学校\n新增学位7560个\n计财科\n8月31日前\n2\n教师补充\n公开招聘教师320名；培训1.2万人次\n人事科、教研中心\n年底前\n",
        "
一、学位供给|新建学校|新增学位7560个 =7560个 8月31日前 @计财科
一、学位供给|教师补充|公开招聘教师320名 =320名 年底前 @人事科、教研中心
一、学位供给|教师补充|培训1.2万人次 =12000人次 年底前 @人事科、教研中心
",
    );
}

#[test]
fn tables_of_indicators_take_name_and_unit_from_their_cells() {
    let drafted = draft(
        "2021年度责任书指标表\n指标名称\n单位\n目标值\n责任科室\n毛入园率\n%\n≥98\n学前科\n教师培训\n万人次\n1.2\n人事科\n",
    );
    let shown: Vec<String> = drafted
        .measures
        .iter()
        .flat_map(|m| {
            m.targets
                .iter()
                .map(|t| format!("{} {}{}{} {}", t.what, t.comparator.sign(), t.quantity, t.unit, m.owners.join("、")))
        })
        .collect();
    assert_eq!(shown, ["毛入园率 >=98% 学前科", "教师培训 =12000人次 人事科"]);
}

#[test]
fn tabs_divide_a_line_into_cells() {
    check(
        "某区2022年任务清单\n序号\t工作任务\t年度目标\t责任单位\t完成时限\n1\t校园安全\t安全事故零发生\t安保科\t全年\n",
        "
|校园安全|安全事故零发生 =0 全年 @安保科
",
    );
}

#[test]
fn navigation_above_and_below_is_left_out() {
    check(
        "首页 > 信息公开 > 工作计划\n平江县教育局\n2021年工作计划\n来源：办公室　　发布时间：2021-03-01　　点击：328\n2021年，我局要全面贯彻党的教育方针。\n一、目标\n1、新建公办园5所；\n上一篇：2020年总结\n版权所有：平江县人民政府\n",
        "
一、目标||1、新建公办园5所 =5所
",
    );
}

#[test]
fn the_review_of_last_year_commits_to_nothing() {
    check(
        "政府工作报告\n一、2021年工作回顾\n新改建学校16所，新增学位4200个。\n二、2022年重点工作\n新建学校3所。\n",
        "
二、2022年重点工作||新建学校3所 =3所
",
    );
}

#[test]
fn bracketed_owners_and_days_reach_their_item() {
    check(
        "市公安局2023年工作要点\n1.严打犯罪。抓获嫌疑人不少于800人，追赃挽损5000万元以上。（责任部门：刑侦支队；完成时限：12月底前）\n",
        "
1.严打犯罪||抓获嫌疑人不少于800人，追赃挽损5000万元以上 >=800人 12月底前 >=50000000元 12月底前 @刑侦支队
",
    );
}

#[test]
fn gbk_utf16_and_byte_order_marks_are_read() {
    let text = "某局2021年工作计划\n一、安全\n开展检查30次。\n";
    let (gbk, ..) = encoding_rs::GBK.encode(text);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for (bytes, encoding) in [(gbk.as_ref(), "gb18030"), (&utf16, "utf-16le"), (&marked, "utf-8")] {
        let decoded = read(bytes).expect("a text");
        assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
    }
    assert_eq!(answer(gbk.as_ref()).expect("a plan").measures[0].quote, "开展检查30次");
}

#[test]
fn docx_is_read_paragraph_by_paragraph_and_cell_by_cell() {
    let xml = r#"<?xml version="1.0"?><w:document xmlns:w="w"><w:body>
<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>某局2021年工作计划</w:t></w:r></w:p>
<w:p><w:r><w:t>一、安全&amp;</w:t></w:r><w:r><w:t>稳定</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>开展检查30次</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>安全科</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p></w:body></w:document>"#;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("an entry");
    archive.write_all(xml.as_bytes()).expect("written");
    let bytes = archive.finish().expect("a file").into_inner();
    let decoded = read(&bytes).expect("a text");
    assert_eq!(
        (decoded.text.as_str(), decoded.encoding),
        ("某局2021年工作计划\n一、安全&稳定\n开展检查30次\n安全科\n\n", "docx")
    );
}

#[test]
fn the_draft_prints_as_json_and_as_lines() {
    let drafted = draft("某局2021年工作计划\n一、安全\n开展检查30次以上。\n");
    let json = serde_json::to_value(&drafted).expect("json");
    let target = &json["measures"][0]["targets"][0];
    assert_eq!(
        (target["quantity"].to_string().as_str(), target["comparator"].as_str(), target["rule"].as_str()),
        ("30", Some(">="), Some("T01"))
    );
    assert_eq!(json["not_targets"][1]["reason"], "ordinal");
    let printed = Draft { others: Vec::new(), ..drafted.clone() };
    assert_eq!(serde_json::from_value::<Draft>(json).expect("the same draft"), printed);
    assert!(drafted.to_text().contains("检查 >= 30 次"));
}
