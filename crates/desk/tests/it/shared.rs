//! Shared records (人员): one for each key, and a key names one that is not seen.

use crate::support::{House, codes, id_number, told};

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
        let again = |handler: &str| {
            house.try_file("zhou", "project", &[&typed[..5], &[("title", "另一个"), ("handler", handler)]].concat())
        };
        let said = told(&again("王海峰").expect_err("there are two"));
        assert!(said.contains("叫“王海峰”的不止一个。请改填身份证号。") && said.contains("V014"), "{said}");
        again(&number).expect("the number tells them apart");
    });
}

#[test]
fn of_several_schools_of_one_name_the_code_tells_which_is_meant() {
    House::each(|store| {
        let house = House::settled_in("2021-06-01", store);
        let town = house.id("b").to_string();
        for (key, code) in [("one", "2133000001"), ("two", "2133000002")] {
            let typed = [
                ("name", "实验小学"),
                ("kind", "school"),
                ("parent", &*town),
                ("stage", "primary"),
                ("ownership", "public"),
                ("since_on", "2000-01-01"),
                ("school_code", code),
            ];
            house.file("", key, "school", &typed);
        }
        let project = |by: &str, school: &str| {
            let typed =
                [("title", "扩建"), ("kind", "new"), ("stage", "primary"), ("school", school), ("places", "90")];
            house.try_file(by, "project", &typed)
        };
        let said = told(&project("zhou", "实验小学").expect_err("there are two"));
        assert!(said.contains("叫“实验小学”的不止一个。请改填学校标识码。"), "{said}");
        let filed = project("zhou", "2133000002").expect("its code").id;
        let project_is = house.desk.record(&house.actor("zhou"), "project", filed, luoshi_desk::view::When::default());
        let link = format!("Some((\"school\", {}))", house.id("two"));
        assert!(format!("{project_is:?}").contains(&link), "{project_is:?}");
        // A code tells nothing of a school that is not seen.
        assert_eq!(codes(project("town_a", "2133000002")), ["V014"]);
    });
}
