//! The main journey in a real browser, and what only a browser shows.

mod driver;

use crate::bureau::{Server, copy, count, project};
use driver::Browser;
use std::path::Path;

/// A project that is completed and waits for 计划财务科, with its places.
const PROJECT: &str = "苏溪镇第二幼儿园";
const PLACES: i64 = 270;

/// Enters a demo account with one click.
fn enter(browser: &Browser, server: &Server, title: &str) {
    browser.visit(&format!("{}/sign-in", server.address));
    browser.find_path(&format!("//li[contains(., '{title}')]//button")).click();
    browser.find(".nav");
}

/// A whole number as it is shown: `11,730`.
fn number(text: &str) -> i64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number in {text:?}"))
}

/// The number that stands beside 新增学位 on the plan that is open.
fn places_on_plan(browser: &Browser) -> i64 {
    let row = "//div[contains(@class, 'c ') and .//a[contains(., '新增中小幼学位')]]";
    number(&browser.find_path(&format!("{row}//span[@class='v']")).text())
}

/// A page neither complains nor can be moved sideways.
fn is_in_order(browser: &Browser, page: &str) {
    assert_eq!(browser.complaints(), Vec::<String>::new(), "{page}");
    let over = browser.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(over, 0, "{page} is wider than its window");
}

/// Sign in, read the number, deliver a project, see the number rise, find the project in the evidence, see the past
/// unchanged.
fn journey(width: u32) {
    let data = copy();
    let server = Server::start(data.path(), "");
    let browser = Browser::open(width);
    let shot = |name: &str| {
        is_in_order(&browser, name);
        browser.picture(&format!("{name}-{width}"));
    };
    browser.visit(&format!("{}/sign-in", server.address));
    shot("sign-in");
    enter(&browser, &server, "计划财务科");
    shot("workbench");

    let plan = format!("{}/plan/yiwu-2021", server.address);
    browser.visit(&format!("{plan}?as-of=2021-06-30"));
    let then = places_on_plan(&browser);
    browser.visit(&plan);
    let before = places_on_plan(&browser);
    assert!(then < before, "{then} in June, {before} today");
    shot("plan");

    browser.visit(&format!("{}/register/project", server.address));
    shot("list");
    let id = project(data.path(), PROJECT);
    browser.visit(&format!("{}/register/project/{id}", server.address));
    shot("record");
    let links = browser.script(
        "return [...document.querySelectorAll('a[href$=\"/move/deliver\"]')].findIndex(a => a.offsetParent !== null)",
    );
    let seen = links.as_i64().filter(|at| *at >= 0).expect("a button for the delivery is in sight") + 1;
    browser.find_path(&format!("(//a[contains(@href, '/move/deliver')])[{seen}]")).click();
    browser.find("[name=delivered_on]").put("2021-09-30");
    browser.find("[name=filed_on]").put("2021-09-30");
    shot("deliver");
    browser.find("main form .final button").click();
    browser.find_path("//ol[@class='flow']/li[contains(., '交付') and contains(., '9') and not(@class='todo')]");
    shot("delivered");

    browser.visit(&plan);
    assert_eq!(places_on_plan(&browser), before + PLACES, "the number rises on the very next read");
    browser.find_path("//a[contains(@class, 't') and contains(., '新增中小幼学位')]").click();
    browser.find("#evidence");
    shot("measure");
    assert!(browser.find("#evidence").text().contains("苏溪镇"), "the evidence names records");
    evidence_holds_the_project(&browser);
    shot("evidence");

    browser.visit(&format!("{plan}?as-of=2021-06-30"));
    assert_eq!(places_on_plan(&browser), then, "what was known in June stays");
    assert!(browser.find(".past").text().contains("6月30日") || browser.find(".past").text().contains("2021"));
    shot("plan-as-of");
}

/// Follows the evidence to its whole list where the page shows only a part.
fn evidence_holds_the_project(browser: &Browser) {
    if !browser.find("#evidence").text().contains(PROJECT) {
        browser.find_path("//*[@id='evidence']//a[contains(@href, '/register/project?')]").click();
        browser.find_path(&format!("//main//tr[contains(., '{PROJECT}')]"));
    }
}

#[test]
fn a_delivery_raises_the_number_and_leaves_the_past() {
    journey(1440);
}

#[test]
fn a_delivery_is_made_on_a_phone() {
    journey(390);
}

/// A workbook of air-conditioners in a folder.
fn workbook(folder: &Path, schools: &[&str]) -> String {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0..).zip(["学校", "教室", "机身编号"]) {
        sheet.write(0, column, head).expect("it fits");
    }
    for (row, school) in (1..).zip(schools) {
        for (column, text) in (0..).zip([school.to_string(), "1号楼101".into(), format!("DR-{row}")]) {
            sheet.write(row, column, text).expect("it fits");
        }
    }
    let path = folder.join(format!("{}.xlsx", schools.len()));
    book.save(&path).expect("the folder can be written");
    path.display().to_string()
}

#[test]
fn a_workbook_becomes_records_after_its_faults_are_told() {
    let data = copy();
    let server = Server::start(data.path(), "");
    let browser = Browser::open(1440);
    enter(&browser, &server, "计划财务科");
    browser.visit(&format!("{}/register/aircon", server.address));
    browser.find("a[href$='/register/aircon/import']").click();
    let send = |path: &str| {
        browser.find("#f-sheet").type_in(path);
        browser.find("form.imp button").click();
        browser.find("#tried");
    };
    send(&workbook(data.path(), &["廿三里街道第三小学", "没有的小学", "廿三里街道第三小学"]));
    let told = browser.find("#tried").text();
    assert!(told.contains("V014") && told.contains("没有的小学") && !told.contains("V014 V014"), "{told}");
    is_in_order(&browser, "import refused");
    browser.picture("import-refused-1440");
    send(&workbook(data.path(), &["廿三里街道第三小学", "廿三里街道第三小学"]));
    browser.picture("import-tried-1440");
    browser.find("button[name=_go]").click();
    assert!(browser.find("#lately").text().contains("已导入 2 行"));
    browser.visit(&format!("{}/search?q=DR-2", server.address));
    assert!(browser.find("main").text().contains("廿三里街道第三小学"), "it is found at once");
}

#[test]
fn two_browsers_that_edit_one_record_are_shown_both_values() {
    let data = copy();
    let server = Server::start(data.path(), "");
    let edit = format!("{}/register/project/{}/edit", server.address, project(data.path(), "廿三里街道第三小学"));
    let (office, school) = (Browser::open(1440), Browser::open(1440));
    enter(&office, &server, "计划财务科");
    enter(&school, &server, "廿三里街道第三小学");
    for (browser, text) in [(&office, "甲方代建"), (&school, "乙方代建")] {
        browser.visit(&edit);
        browser.find("[name=agent]").put(text);
    }
    school.find("main form .final button").click();
    school.find("#past");
    office.find("main form .final button").click();
    let shown = office.find("[role=alert]").text();
    assert!(shown.contains("甲方代建") && shown.contains("乙方代建"), "{shown}");
    assert_eq!(office.find("[name=agent]").value(), "甲方代建", "what was typed stays");
    office.picture("conflict-1440");
}

#[test]
fn a_form_without_its_token_comes_back_with_what_was_typed() {
    let data = copy();
    let server = Server::start(data.path(), "");
    let browser = Browser::open(1440);
    enter(&browser, &server, "计划财务科");
    let edit = format!("{}/register/project/{}/edit", server.address, project(data.path(), "廿三里街道第三小学"));
    browser.visit(&edit);
    browser.find("[name=agent]").put("甲方代建");
    browser.script("document.querySelector('main input[name=csrf]').remove()");
    browser.find("main form .final button").click();
    assert!(browser.find("[role=alert]").text().contains("没有保存"));
    assert_eq!(browser.find("[name=agent]").value(), "甲方代建");
    browser.picture("no-token-1440");
    browser.find("main form .final button").click();
    browser.find("#past");
    assert!(browser.find("#main").text().contains("甲方代建"), "one more click saves it");
}

#[test]
fn html_in_a_title_is_text_and_a_title_without_end_is_refused() {
    let data = copy();
    let server = Server::start(data.path(), "");
    let browser = Browser::open(1440);
    enter(&browser, &server, "计划财务科");
    let id = project(data.path(), "廿三里街道第三小学");
    let edit = format!("{}/register/project/{id}/edit", server.address);
    browser.visit(&edit);
    browser.find("[name=title]").put(&"学".repeat(10_000));
    browser.find("main form .final button").click();
    assert!(browser.find("[role=alert]").text().contains("200"));
    assert_eq!(browser.find("[name=title]").value().chars().count(), 10_000, "nothing typed is lost");
    browser.picture("long-title-1440");
    browser.complaints();

    let title = "<img src=x onerror=\"document.body.id='owned'\"><b>甲</b>";
    browser.find("[name=title]").put(title);
    browser.find("main form .final button").click();
    assert_eq!(browser.find("h1").text(), title);
    let school = count(data.path(), &format!("SELECT school FROM project WHERE id = {id}"));
    browser.visit(&format!("{}/register/project?school={school}", server.address));
    browser.find_path("//main//tr[contains(., 'onerror')]");
    assert_eq!(browser.script("return document.body.id"), "");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    browser.picture("html-title-1440");
}
