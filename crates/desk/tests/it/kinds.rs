//! Several choices, several references, places and areas: from typing to the list, the record's page and the past, on both
//! databases.

use crate::support::{House, faults, form_of, save};
use luoshi_desk::view::{FieldView, Input, When};
use luoshi_desk::{ListAsk, NotSaved};

const PACK: [(&str, &str); 3] = [
    ("visits/pack.toml", "title = \"走访\"\nneeds = [\"foundation\"]\n"),
    (
        "visits/register/visit.toml",
        r#"
title = "走访"
source = "default"
owner = "school"
label = "title"
columns = ["title", "found", "also", "spot", "ground"]
[field.title]
title = "事由"
kind = "text"
must = true
[field.school]
kind = "ref"
to = "school"
must = true
[field.found]
title = "发现"
kind = "choices"
choices = { fire = "消防", food = { title = "食品、饮水", en = "Food" }, road = "交通" }
[field.also]
title = "同行学校"
kind = "refs"
to = "school"
[field.named]
title = "校名"
kind = "text"
copy = "school.name"
[field.spot]
title = "位置"
kind = "place"
[field.ground]
title = "场地"
kind = "area"
[check.fire_needs_spot]
refuse = { found = { contains = "fire" }, spot = { empty = true } }
field = "spot"
message = "发现消防隐患须填位置。"
message_en = "A fire hazard needs its place."
[check.not_itself]
refuse = { also = { contains = { field = "school" } } }
field = "also"
message = "同行学校不能是本校。"
message_en = "A school does not go along with itself."
[view.fire]
title = "消防"
where = { found = { contains = "fire" } }
"#,
    ),
    (
        "visits/role.toml",
        "[[leader.may]]\ndo = [\"file\", \"edit\"]\non = [\"visit\"]\nscope = \"all\"\n[[town.may]]\ndo = [\"see\", \"file\", \"edit\"]\non = [\"visit\"]\nscope = \"subtree\"\n",
    ),
];

fn house(store: luoshi_store::Store) -> House {
    let house = House::small("2021-03-01", &PACK, store);
    house.settle("2021-03-01");
    house
}

fn id(house: &House, key: &str) -> String {
    house.id(key).to_string()
}

fn page(house: &House, key: &str) -> Vec<FieldView> {
    let view = house.desk.record(&house.actor("leader"), "visit", house.id(key), When::default()).unwrap();
    view.groups.into_iter().flat_map(|group| group.fields).collect()
}

fn field(fields: &[FieldView], name: &str) -> FieldView {
    fields.iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no field {name}")).clone()
}

fn titles(house: &House, by: &str, filters: &[(&str, &str)], view: Option<&str>) -> Vec<Vec<String>> {
    let filters = filters.iter().map(|(name, typed)| (name.to_string(), typed.to_string())).collect();
    let ask = ListAsk {
        register: "visit".into(),
        view: view.map(str::to_string),
        filters,
        sort: Some(("title".into(), false)),
        page: 1,
        per: 50,
        ..ListAsk::default()
    };
    let list = house.desk.list(&house.actor(by), &ask).unwrap();
    list.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.clone()).collect()).collect()
}

#[test]
fn several_and_places_are_kept_listed_filtered_and_told_apart_in_the_past() {
    House::each(|store| {
        let house = house(store);
        let (sb, kb, sa) = (id(&house, "sb"), id(&house, "kb"), id(&house, "sa"));
        let both = format!("{sb}\n苏溪幼儿园");
        let typed = [
            ("title", "甲"),
            ("school", &*sa),
            ("found", "road\n食品、饮水"),
            ("also", &*both),
            ("spot", "120.0745，29.3065"),
            ("ground", "120,29.3\n120.001,29.3\n120.001,29.301\n120,29.301"),
        ];
        house.file("leader", "a", "visit", &typed);
        house.file("leader", "b", "visit", &[("title", "乙"), ("school", &*sa), ("found", "fire"), ("spot", "120,29")]);
        house.file("leader", "c", "visit", &[("title", "丙"), ("school", &*sb)]);

        let shown = page(&house, "a");
        assert_eq!(field(&shown, "found").shown, "食品、饮水、交通", "in the order of the declaration");
        assert_eq!(field(&shown, "also").shown, "苏溪初级中学、苏溪幼儿园");
        assert_eq!(field(&shown, "also").members[1].1, Some(("school".into(), house.id("kb"))));
        assert_eq!(field(&shown, "spot").shown, "120.074500,29.306500");
        assert_eq!(field(&shown, "ground").shown, "10,769 平方米（16.15 亩）");
        assert_eq!(field(&shown, "ground").outline.unwrap().corners.len(), 4);

        let row =
            ["甲", "食品、饮水、交通", "苏溪初级中学、苏溪幼儿园", "120.074500,29.306500", "10,769 平方米（16.15 亩）"];
        assert_eq!(titles(&house, "leader", &[("found", "food")], None), [row.map(String::from).to_vec()]);
        let first = |rows: Vec<Vec<String>>| rows.into_iter().map(|row| row[0].clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(first(titles(&house, "leader", &[("found", "food,fire")], None)), "", "both at once");
        assert_eq!(first(titles(&house, "leader", &[("also", &kb)], None)), "甲");
        assert_eq!(first(titles(&house, "leader", &[("found", "")], None)), "丙");
        assert_eq!(first(titles(&house, "leader", &[], Some("fire"))), "乙");

        // The school that goes along lists the visit too.
        let school = house.desk.record(&house.actor("leader"), "school", house.id("kb"), When::default()).unwrap();
        let related = school.related.iter().find(|related| related.register.name == "visit").unwrap();
        assert_eq!((related.by.as_str(), related.total), ("also", 1));

        house.day("2021-03-02");
        house.edit("leader", "visit", house.id("a"), &[("found", ""), ("also", &sb)]);
        let shown = house.desk.record(&house.actor("leader"), "visit", house.id("a"), When::default()).unwrap();
        let changes = &shown.past[0].changes;
        assert!(changes.contains(&("发现".into(), "食品、饮水、交通".into(), String::new())), "{changes:?}");
        assert!(changes.contains(&("同行学校".into(), "苏溪初级中学、苏溪幼儿园".into(), "苏溪初级中学".into())));
        let report = luoshi_store::verify(&house.desk.bureau().store, None, &mut |_, _| {}).unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn a_copied_value_is_never_typed_and_follows_what_it_copies() {
    House::each(|store| {
        let house = house(store);
        let sa = id(&house, "sa");
        let typed = [("title", "甲"), ("school", &*sa), ("named", "别的学校")];
        assert_eq!(faults(&form_of(house.try_file("leader", "visit", &typed))), [(String::new(), "D064".to_string())]);
        house.file("leader", "a", "visit", &typed[..2]);
        assert_eq!(field(&page(&house, "a"), "named").shown, "佛堂小学");
        let form = house.desk.form(&house.actor("leader"), "visit", Some(house.id("a")), None, &Default::default());
        let named = form.unwrap().groups.iter().any(|group| group.fields.iter().any(|field| field.name == "named"));
        assert!(!named, "it stands on no form");
        house.edit("", "school", house.id("sa"), &[("name", "佛堂镇小学")]);
        assert_eq!(field(&page(&house, "a"), "named").shown, "佛堂镇小学");
        let view = house.desk.record(&house.actor("leader"), "visit", house.id("a"), When::default()).unwrap();
        assert_eq!((view.version, view.past[0].act.as_str()), (2, "随所引用的记录变动"));
        let report = luoshi_store::verify(&house.desk.bureau().store, None, &mut |_, _| {}).unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn what_does_not_fit_is_refused_under_its_field_and_stays() {
    House::each(|store| {
        let house = house(store);
        let sa = id(&house, "sa");
        let wrong = |typed: &[(&str, &str)]| {
            let all: Vec<(&str, &str)> = [("title", "甲"), ("school", &*sa)].iter().chain(typed).copied().collect();
            let form = form_of(house.try_file("leader", "visit", &all));
            let said: Vec<String> = faults(&form).iter().map(|(field, code)| format!("{field} {code}")).collect();
            (said.join(" "), form)
        };
        assert_eq!(wrong(&[("found", "fire\nsmoke"), ("spot", "29.3,120.07")]).0, "found V013 spot V042");
        assert_eq!(wrong(&[("found", "fire")]).0, "spot fire_needs_spot");
        assert_eq!(wrong(&[("also", &sa)]).0, "also not_itself");
        assert_eq!(wrong(&[("ground", "120,29\n120.1,29.1\n120.1,29\n120,29.1")]).0, "ground V045");
        let (said, form) = wrong(&[("also", "佛堂幼儿园\n没有的学校")]);
        assert_eq!(said, "also V014");
        let also = field(&form.groups.iter().flat_map(|group| group.fields.clone()).collect::<Vec<_>>(), "also");
        let Some(Input::Several { options, more }) = also.input else { panic!("{:?}", also.input) };
        let chosen: Vec<&str> = options.iter().filter(|option| option.2).map(|option| option.1.as_str()).collect();
        assert_eq!((chosen, more.as_deref()), (vec!["佛堂幼儿园"], Some("没有的学校")), "nothing typed is lost");
    });
}

#[test]
fn only_what_one_may_see_can_be_chosen_and_what_is_chosen_already_may_stay() {
    House::each(|store| {
        let house = house(store);
        let (sa, ka, sb) = (id(&house, "sa"), id(&house, "ka"), id(&house, "sb"));
        let typed = [("title", "甲"), ("school", &*sa), ("also", &*sb)];
        let foreign = form_of(house.try_file("town_a", "visit", &typed));
        assert_eq!(faults(&foreign), [("also".to_string(), "V014".to_string())]);
        house.file("leader", "a", "visit", &typed);
        let both = format!("{sb}\n{ka}");
        house.edit("town_a", "visit", house.id("a"), &[("also", &both)]);
        assert_eq!(field(&page(&house, "a"), "also").shown, "佛堂幼儿园、苏溪初级中学");
    });
}

#[test]
fn two_who_change_several_at_once_see_both_in_words() {
    House::each(|store| {
        let house = house(store);
        let (sa, ka, sb) = (id(&house, "sa"), id(&house, "ka"), id(&house, "sb"));
        house.file("leader", "a", "visit", &[("title", "甲"), ("school", &*sa), ("found", "fire"), ("spot", "1,1")]);
        house.edit("leader", "visit", house.id("a"), &[("found", "food"), ("also", &ka)]);
        let mut late = save("visit", Some(house.id("a")), None, &[("found", "fire\nroad"), ("also", &sb)]);
        late.version = Some(1);
        let Err(NotSaved::Form(form)) = house.desk.save(&house.actor("leader"), &late) else { panic!("no conflict") };
        let fields = form.conflict.unwrap().fields;
        assert_eq!(
            fields,
            [
                ("发现".to_string(), "食品、饮水".to_string(), "消防、交通".to_string()),
                ("同行学校".to_string(), "佛堂幼儿园".to_string(), "苏溪初级中学".to_string()),
            ]
        );
    });
}
