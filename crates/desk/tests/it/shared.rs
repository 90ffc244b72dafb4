//! Shared records (人员): one for each key, and a key names one that is not seen.

use crate::support::{House, codes, id_number};

#[test]
fn whoever_files_a_known_person_gets_the_one_that_is_there() {
    House::each(|store| {
        let house = House::settled_in("2021-06-01", store);
        let number = id_number("1975-03-08", 1);
        let first = house.file("keeper", "first", "person", &[("name", "楼小燕"), ("id_number", &number)]);
        let before = house.written();
        let again = [("name", "楼小燕"), ("id_number", &*number), ("mobile", "13957900011")];
        assert_eq!(house.try_file("town_a", "person", &again).expect("the one that is there").id, first);
        assert_eq!(house.written(), before, "it stays as it is");
        let other = [("name", "金国平"), ("id_number", &*number)];
        assert_eq!(codes(house.try_file("town_a", "person", &other)), ["D036"]);
        let unknown = [("name", "金国平"), ("id_number", &*id_number("1975-03-08", 2))];
        assert_ne!(house.file("town_a", "second", "person", &unknown), first);
        assert_eq!(codes(house.try_file("auditor", "person", &again)), ["D003"], "who may not file learns nothing");
    });
}

#[test]
fn a_reference_names_a_person_by_the_whole_number_only() {
    House::each(|store| {
        let house = House::settled_in("2021-06-01", store);
        let number = id_number("1975-03-08", 1);
        let person = house.file("keeper", "person", "person", &[("name", "楼小燕"), ("id_number", &number)]);
        let school = house.id("ka").to_string();
        let project = |handler: &str| {
            let typed = [
                ("title", "演示园"),
                ("kind", "new"),
                ("stage", "kindergarten"),
                ("school", &*school),
                ("places", "90"),
                ("handler", handler),
            ];
            house.try_file("town_a", "project", &typed)
        };
        // The town sees no record that refers to this person, so neither name nor id will do.
        assert_eq!(codes(project("楼小燕")), ["V014"]);
        assert_eq!(codes(project(&person.to_string())), ["V014"]);
        assert_eq!(codes(project(&number[..17])), ["V014"]);
        let filed = project(&number).expect("the card names its holder").id;
        let record = house.desk.record(&house.actor("leader"), "project", filed, luoshi_desk::view::When::default());
        assert!(format!("{record:?}").contains("楼小燕"));
    });
}

#[test]
fn a_form_that_is_sent_back_unchanged_keeps_its_person_beside_another_of_the_same_name() {
    House::each(|store| {
        let house = House::settled_in("2021-06-01", store);
        let number = id_number("1975-03-08", 1);
        let chosen = house.file("keeper", "one", "person", &[("name", "王海峰"), ("id_number", &number)]);
        house.file("keeper", "two", "person", &[("name", "王海峰"), ("id_number", &*id_number("1980-05-06", 1))]);
        let school = house.id("ka").to_string();
        let typed = [
            ("title", "演示园"),
            ("kind", "new"),
            ("stage", "kindergarten"),
            ("school", &*school),
            ("places", "90"),
            ("handler", &*number),
        ];
        let project = house.file("zhou", "project", "project", &typed);
        house.edit("zhou", "project", project, &[("handler", "王海峰"), ("agent", "甲方代建")]);
        let link = format!("Some((\"person\", {chosen}))");
        let record = house.desk.record(&house.actor("zhou"), "project", project, luoshi_desk::view::When::default());
        assert!(format!("{record:?}").contains(&link), "it is still the one that was chosen");
        assert_eq!(
            codes(house.try_file("zhou", "project", &[&typed[..5], &[("handler", "王海峰")]].concat())),
            ["V014"]
        );
    });
}
