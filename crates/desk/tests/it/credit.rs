//! 信用分级 (operations 3.4): a grade is what its events leave of the points, each item at most its share; published for objections,
//! then in force. The table is data: a scale and its items.

use crate::support::{House, codes, form_of, save, told};
use luoshi_desk::view::{CellStyle, When};
use luoshi_desk::{ListAsk, NotSaved, Saved};
use luoshi_store::{Store, verify};

/// The default table: title, side, most in a year, least and most for a case.
const ITEMS: [(&str, &str, &str, &str, &str); 8] = [
    ("证照与场所", "deduct", "15", "5", "5"),
    ("收费与资金", "deduct", "25", "5", "25"),
    ("教师", "deduct", "15", "3", "3"),
    ("教学", "deduct", "15", "5", "5"),
    ("安全卫生", "deduct", "15", "3", "15"),
    ("投诉与整改", "deduct", "10", "2", "3"),
    ("党建与社会责任", "deduct", "5", "2", "2"),
    ("县级以上表彰", "add", "5", "1", "5"),
];

/// A bureau with the table and an institution, whose liaison officer has an account.
fn house(store: Store) -> House {
    let house = House::settled_in("2021-11-01", store);
    let (town, bureau) = (house.id("a").to_string(), house.id("bureau").to_string());
    let typed = [
        ("name", "启明艺术培训中心"),
        ("kind", "institution"),
        ("parent", &*town),
        ("since_on", "2015-01-01"),
        ("subject", "arts"),
        ("nature", "profit"),
    ];
    house.file("", "centre", "institution", &typed);
    house.person("liaison", "联络员", "13957900777");
    house.post("liaison", "liaison", "institution", "centre", "2021-11-01", "");
    house.account("liaison");
    let mut typed: Vec<(String, &str)> =
        vec![("title".into(), "2021年信用评分标准"), ("issuer".into(), &bureau), ("since_on".into(), "2021-01-01")];
    for (row, (title, side, most, least, each)) in ITEMS.iter().enumerate() {
        let field = |name: &str| format!("credit_item.{row}.{name}");
        typed.extend([(field("title"), *title), (field("side"), side), (field("most"), most)]);
        typed.extend([(field("each_least"), *least), (field("each_most"), each)]);
    }
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    house.file("section", "scale", "credit_scale", &typed);
    house
}

/// A review with the events of the example: 收费公示 missing, a teacher without certificate, two complaints, an award.
fn review(house: &House) -> i64 {
    let (centre, scale) = (house.id("centre").to_string(), house.id("scale").to_string());
    let mut typed: Vec<(String, &str)> =
        vec![("institution".into(), &centre), ("year".into(), "2021"), ("scale".into(), &scale)];
    let events = [
        ("2", "5", "收费项目未公示"),
        ("3", "3", "一名教师无教师资格证"),
        ("6", "2", "投诉属实"),
        ("6", "2", "投诉属实（第二件）"),
        ("8", "2", "市级表彰"),
    ];
    for (row, (item, points, why)) in events.into_iter().enumerate() {
        let field = |name: &str| format!("credit_event.{row}.{name}");
        typed.extend([(field("item"), item), (field("points"), points), (field("why"), why)]);
    }
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    house.file("section", "review", "credit_review", &typed)
}

fn event(house: &House, review: i64, item: &str, points: &str, why: &str) -> Result<Saved, NotSaved> {
    let review = review.to_string();
    house.try_file("section", "credit_event", &[("review", &review), ("item", item), ("points", points), ("why", why)])
}

/// Score and class, as the institution sees them.
fn grade(house: &House, id: i64) -> String {
    let view = house.desk.record(&house.actor("liaison"), "credit_review", id, When::default()).expect("it is shown");
    let fields = || view.groups.iter().flat_map(|group| &group.fields);
    let shown = |name: &str| fields().find(|field| field.name == name).map_or("", |field| field.shown.as_str());
    format!("{} {}", shown("score"), shown("class"))
}

#[test]
fn the_examples_of_the_rule() {
    House::each(|store| {
        let house = house(store);
        let id = review(&house);
        assert_eq!(grade(&house, id), "90 A");
        for day in ["周五", "周六"] {
            event(&house, id, "4", "5", &format!("{day}上课至20:45")).unwrap_or_else(|not| panic!("{}", told(&not)));
        }
        assert_eq!(grade(&house, id), "80 B");
        house.edit("section", "credit_review", id, &[("veto", "funds")]);
        assert_eq!(grade(&house, id), "80 D");
        house.edit("section", "credit_review", id, &[("veto", "")]);
        // An item takes no more than its points, however many cases there are.
        event(&house, id, "4", "5", "第三次").unwrap();
        event(&house, id, "4", "5", "第四次").unwrap();
        assert_eq!(grade(&house, id), "75 C");
        // What was upheld against is taken away.
        house.make("section", "credit_event", 1, "drop", &[]);
        assert_eq!(grade(&house, id), "80 B");
        let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it runs");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    });
}

#[test]
fn a_year_is_listed_as_a_year_and_not_summed() {
    House::each(|store| {
        let house = house(store);
        review(&house);
        let ask = ListAsk { register: "credit_review".into(), page: 1, per: 25, ..ListAsk::default() };
        let list = house.desk.list(&house.actor("section"), &ask).expect("a list");
        let at = list.columns.iter().position(|column| column.name == "year").expect("it is a column");
        let head = &list.columns[at];
        assert_eq!((head.style, head.unit.as_deref(), &list.sums[at]), (CellStyle::Text, None, &None));
        assert_eq!(list.rows[0].cells[at].text, "2021");
    });
}

#[test]
fn points_keep_to_the_table_and_nobody_types_a_grade() {
    House::each(|store| {
        let house = house(store);
        let id = review(&house);
        assert_eq!(codes(event(&house, id, "4", "4", "少了")), ["points"]);
        assert_eq!(codes(event(&house, id, "3", "6", "多了")), ["points"]);
        let typed = house.desk.save(&house.actor("section"), &save("credit_review", Some(id), None, &[("class", "a")]));
        let form = form_of(typed);
        let fields = form.groups.iter().flat_map(|group| &group.fields);
        let refused: Vec<_> =
            fields.filter_map(|field| Some((field.name.as_str(), field.fault.as_ref()?.code.as_str()))).collect();
        assert_eq!(refused, [("class", "D064")]);
        assert_eq!(grade(&house, id), "90 A");
        // The table itself may be corrected until a grade by it is published.
        house.edit("section", "credit_scale", house.id("scale"), &[("a_least", "95")]);
        assert_eq!(grade(&house, id), "90 B");
        house.edit("section", "credit_item", 2, &[("most", "30")]);
    });
}

#[test]
fn a_grade_is_published_for_five_working_days_heard_and_then_stands() {
    House::each(|store| {
        let house = house(store);
        let id = review(&house);
        house.make("section", "credit_review", id, "publish", &[]);
        // Five working days after Monday 1 November end on the 8th.
        assert_eq!(codes(house.try_move("leader", "credit_review", id, "take_effect", &[])), ["D033"]);
        assert_eq!(codes(event(&house, id, "4", "5", "公示后补记")), ["open"]);
        assert_eq!(
            codes(
                house.desk.save(&house.actor("section"), &save("credit_review", Some(id), None, &[("veto", "funds")]))
            ),
            ["D003"]
        );
        let scale = house
            .desk
            .save(&house.actor("section"), &save("credit_scale", Some(house.id("scale")), None, &[("a_least", "95")]));
        assert_eq!(codes(scale), ["in_use"]);
        let most = house.desk.save(&house.actor("section"), &save("credit_item", Some(2), None, &[("most", "30")]));
        assert_eq!(codes(most), ["in_use"]);
        house.make("liaison", "credit_review", id, "object", &[("object_ground", "收费项目一直公示在前台")]);
        house.make("section", "credit_event", 1, "drop", &[]);
        assert_eq!(grade(&house, id), "95 A");
        house.make("leader", "credit_review", id, "decide", &[("decide_result", "核实已公示，该项不计")]);
        house.day("2021-11-08");
        assert_eq!(codes(house.try_move("leader", "credit_review", id, "take_effect", &[])), ["D033"], "its last day");
        house.day("2021-11-09");
        assert_eq!(
            codes(house.try_move("liaison", "credit_review", id, "object", &[("object_ground", "又")])),
            ["D033"]
        );
        house.make("leader", "credit_review", id, "take_effect", &[]);
        assert_eq!(grade(&house, id), "95 A");
    });
}
