//! What cannot be saved: each a clear sentence in both languages with a code, everything that was typed comes back, and
//! nothing is written.

use crate::support::{House, Pairs, faults, form_of, refusal_of, save, told};
use luoshi_desk::view::{FormView, Lang};
use luoshi_desk::{No, NotSaved, Save, Saved};

fn bureau() -> House {
    House::settled("2021-03-01")
}

/// A project of 佛堂小学 that can be filed, with some fields typed otherwise.
fn project(house: &House, otherwise: Pairs<'_>) -> Save {
    let school = house.id("sa").to_string();
    let usual =
        [("title", "佛堂小学扩建"), ("kind", "new"), ("stage", "primary"), ("school", &*school), ("places", "270")];
    let mut asked = save("project", None, None, &usual);
    asked.typed.extend(otherwise.iter().map(|(name, text)| (name.to_string(), text.to_string())));
    asked.request = "r-1".into();
    asked
}

/// A project that was filed by 周 and has been started.
fn started(house: &House) -> i64 {
    let id =
        house.desk.save(&house.actor("zhou"), &project(house, &[])).unwrap_or_else(|not| panic!("{}", told(&not))).id;
    house.make("zhou", "project", id, "approve", &[]);
    house.make("zhou", "project", id, "secure_land", &[]);
    house.make("zhou", "project", id, "start", &[("started_on", "2021-03-01")]);
    id
}

/// Saves twice, once in each language; both times the form comes back with these faults, with what was typed, and nothing
/// is written. Gives both forms.
fn refuse(house: &House, by: &str, asked: &Save, expected: Pairs<'_>) -> [FormView; 2] {
    let before = house.written();
    let forms = [Lang::Zh, Lang::En].map(|lang| form_of(house.desk.save(&house.actor_in(by, lang), asked)));
    assert_eq!(house.written(), before, "nothing may be written");
    for form in &forms {
        let mut found = faults(form);
        found.sort();
        let mut expected: Vec<_> = expected.iter().map(|(field, code)| (field.to_string(), code.to_string())).collect();
        expected.sort();
        assert_eq!(found, expected);
        kept(form, asked);
    }
    for (place, lang) in [Lang::Zh, Lang::En].into_iter().enumerate() {
        for text in sentences(&forms[place]) {
            let chinese = text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
            assert!(text.chars().count() > 4, "a sentence a person can act on, not {text:?}");
            assert!(chinese || lang == Lang::En, "{text:?} is not Chinese");
            assert!(!text.contains("Some(") && !text.contains("::"), "{text:?} is written for a programmer");
        }
    }
    forms
}

fn sentences(form: &FormView) -> Vec<String> {
    let of_fields = form.groups.iter().flat_map(|group| &group.fields).filter_map(|field| field.fault.as_ref());
    // Which of the two widths a mark has is a matter of type, not of meaning.
    of_fields.chain(&form.faults).map(|fault| fault.text.replace('，', ",").replace('：', ":")).collect()
}

/// Everything that was typed stands in the form again.
fn kept(form: &FormView, asked: &Save) {
    let fields: Vec<_> = form.groups.iter().flat_map(|group| &group.fields).collect();
    for (name, typed) in &asked.typed {
        let field =
            fields.iter().find(|field| field.name == *name).unwrap_or_else(|| panic!("{name} is not in the form"));
        assert_eq!(field.typed, *typed, "{name} was typed so");
    }
    if let Some(reason) = &form.reason {
        assert_eq!(*reason, asked.reason);
    }
    assert_eq!((form.id, form.register.name.as_str()), (asked.id, asked.register.as_str()));
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    let house = bureau();
    let forms =
        refuse(&house, "zhou", &project(&house, &[("deliver_due_on", "2021-02-29")]), &[("deliver_due_on", "V009")]);
    assert_eq!(sentences(&forms[0]), ["没有“2021-02-29”这一天。请按 2021-09-30 的样子填。"]);
    assert_eq!(sentences(&forms[1]), ["There is no such day as “2021-02-29”. Write it like 2021-09-30."]);
}

#[test]
fn negative_places_are_refused() {
    let house = bureau();
    let forms = refuse(&house, "zhou", &project(&house, &[("places", "-5")]), &[("places", "V002")]);
    assert_eq!(sentences(&forms[0]), ["不能小于0。请核对后重填。"]);
}

#[test]
fn every_fault_is_told_at_once() {
    let house = bureau();
    let asked = project(&house, &[("places", "很多"), ("deliver_due_on", "下周"), ("kind", "别的"), ("campuses", "0")]);
    let expected = [("places", "V005"), ("deliver_due_on", "V009"), ("kind", "V010"), ("campuses", "V002")];
    let before = house.written();
    let form = form_of(house.desk.save(&house.actor("zhou"), &asked));
    let found = faults(&form);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (field, _) in expected {
        assert!(found.iter().any(|(name, code)| name == field && code.starts_with('V')), "{field}: {found:?}");
    }
    kept(&form, &asked);
    assert_eq!(house.written(), before);
}

#[test]
fn an_unknown_school_is_refused_by_id_and_by_name() {
    let house = bureau();
    let forms = refuse(&house, "zhou", &project(&house, &[("school", "99999")]), &[("school", "V014")]);
    assert_eq!(sentences(&forms[0]), ["找不到“99999”。请从列表中选一个。"]);
    let forms = refuse(&house, "zhou", &project(&house, &[("school", "没有的学校")]), &[("school", "V014")]);
    assert_eq!(sentences(&forms[1]), ["“没有的学校” is not found. Choose one of the list."]);
    // A unit that is no school, by its id: the bureau itself.
    let bureau = house.id("bureau").to_string();
    refuse(&house, "zhou", &project(&house, &[("school", &bureau)]), &[("school", "V014")]);
}

#[test]
fn a_school_may_be_typed_by_its_name_when_one_has_it() {
    let house = bureau();
    let asked = project(&house, &[("school", " 佛堂小学 ")]);
    let saved = house.desk.save(&house.actor("zhou"), &asked).unwrap_or_else(|not| panic!("{}", told(&not)));
    let page = house.desk.record(&house.actor("zhou"), "project", saved.id, Default::default()).unwrap();
    let school = page.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "school").unwrap();
    assert_eq!(school.link, Some(("school".to_string(), house.id("sa"))));
    house.school("twin", "佛堂小学", "primary", "c");
    let asked = Save { request: "r-2".into(), ..asked };
    refuse(&house, "zhou", &asked, &[("school", "V014")]);
}

#[test]
fn a_school_outside_ones_scope_is_as_unknown_as_one_that_does_not_exist() {
    let house = bureau();
    let [own, absent] = [house.id("sb").to_string(), "99999".to_string()].map(|school| {
        let forms = refuse(&house, "town_a", &project(&house, &[("school", &school)]), &[("school", "V014")]);
        sentences(&forms[0])[0].replace(&school, "")
    });
    assert_eq!(own, absent);
}

#[test]
fn ten_thousand_characters_are_too_many_for_a_title() {
    let house = bureau();
    let long = "长".repeat(10_000);
    let forms = refuse(&house, "zhou", &project(&house, &[("title", &long)]), &[("title", "V001")]);
    assert!(sentences(&forms[0])[0].contains("现有10000个字"), "{:?}", sentences(&forms[0]));
    assert!(sentences(&forms[1])[0].contains("10000"));
}

#[test]
fn html_in_a_title_is_kept_to_the_letter() {
    let house = bureau();
    let title = "<script>alert('x')</script> & <b>佛堂</b> \" '";
    let saved = house.desk.save(&house.actor("zhou"), &project(&house, &[("title", title)])).unwrap();
    let page = house.desk.record(&house.actor("zhou"), "project", saved.id, Default::default()).unwrap();
    assert_eq!(page.title, title);
    let form = house.desk.form(&house.actor("zhou"), "project", Some(saved.id), None, &Default::default()).unwrap();
    assert!(form.groups.iter().flat_map(|group| &group.fields).any(|field| field.typed == title));
}

#[test]
fn invisible_characters_are_refused_in_a_title() {
    let house = bureau();
    refuse(&house, "zhou", &project(&house, &[("title", "佛堂\u{0}小学")]), &[("title", "V004")]);
}

#[test]
fn what_must_be_filled_in_is_asked_for() {
    let house = bureau();
    let forms = refuse(
        &house,
        "zhou",
        &project(&house, &[("title", " "), ("places", "")]),
        &[("title", "D034"), ("places", "D034")],
    );
    assert_eq!(sentences(&forms[0])[0], "请填“项目名称”。");
}

#[test]
fn a_rule_says_its_number_and_what_to_do() {
    let house = bureau();
    let typed = [("kind", "rebuilt"), ("places_before", "1080"), ("places_after", "1350"), ("places", "1350")];
    let forms = refuse(&house, "zhou", &project(&house, &typed), &[("places", "XM-08")]);
    assert!(sentences(&forms[0])[0].contains("1350−1080=270"), "{:?}", sentences(&forms[0]));
    refuse(&house, "zhou", &project(&house, &[("kind", "rebuilt")]), &[("places_after", "XM-08")]);
}

#[test]
fn a_form_posted_twice_gives_the_first_answer_and_one_version() {
    let house = bureau();
    let asked = project(&house, &[]);
    let first = house.desk.save(&house.actor("zhou"), &asked).unwrap();
    let after_first = house.written();
    let second = house.desk.save(&house.actor("zhou"), &asked).unwrap();
    assert_eq!((first, house.written()), (second, after_first));

    let edit =
        Save { request: "r-2".into(), version: Some(1), ..save("project", Some(first.id), None, &[("places", "300")]) };
    let once = house.desk.save(&house.actor("zhou"), &edit).unwrap();
    let written = house.written();
    assert_eq!(once, Saved { id: first.id, version: 2 });
    assert_eq!(house.desk.save(&house.actor("zhou"), &edit).unwrap(), once);
    assert_eq!(house.written(), written);

    let made =
        Save { request: "r-3".into(), version: Some(2), ..save("project", Some(first.id), Some("approve"), &[]) };
    let once = house.desk.save(&house.actor("zhou"), &made).unwrap();
    let written = house.written();
    assert_eq!(house.desk.save(&house.actor("zhou"), &made).unwrap(), once, "though it is no longer in reserve");
    assert_eq!(house.written(), written);
}

#[test]
fn a_school_posted_twice_is_one_school() {
    let house = bureau();
    let town = house.id("a").to_string();
    let typed =
        [("name", "佛堂新校"), ("kind", "school"), ("parent", &*town), ("stage", "primary"), ("ownership", "public")];
    let asked = Save { request: "school".into(), ..save("school", None, None, &typed) };
    let first = house.desk.save(&house.actor("zhou"), &asked).unwrap_or_else(|not| panic!("{}", told(&not)));
    let edit = [("name", "佛堂新校区")];
    let edit = Save { request: "name".into(), version: Some(1), ..save("school", Some(first.id), None, &edit) };
    let once = house.desk.save(&house.actor("zhou"), &edit).unwrap_or_else(|not| panic!("{}", told(&not)));
    let written = house.written();
    let again = [&asked, &edit].map(|asked| house.desk.save(&house.actor("zhou"), asked).ok());
    assert_eq!((again, house.written()), ([Some(first), Some(once)], written));
}

#[test]
fn sixteen_posts_of_one_form_at_once_make_one_record() {
    let house = bureau();
    let (desk, actor, asked) = (&house.desk, house.actor("zhou"), project(&house, &[]));
    let post = || desk.save(&actor, &asked).unwrap_or_else(|not| panic!("{}", told(&not)));
    let answers: Vec<Saved> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(post)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    });
    assert!(answers.iter().all(|saved| *saved == answers[0]), "{answers:?}");
    let ask = luoshi_desk::ListAsk { register: "project".into(), ..Default::default() };
    assert_eq!(desk.list(&actor, &ask).unwrap().total, 1);
}

#[test]
fn two_people_at_once_see_both_values_and_the_second_wins_knowingly() {
    let house = bureau();
    let id = house.desk.save(&house.actor("zhou"), &project(&house, &[])).unwrap().id;
    let mine = Save {
        version: Some(1),
        request: "mine".into(),
        reason: "改规模".into(),
        ..save("project", Some(id), None, &[("places", "300"), ("title", "佛堂小学新校区")])
    };
    let theirs = Save {
        version: Some(1),
        request: "theirs".into(),
        ..save("project", Some(id), None, &[("places", "360"), ("agent", "城投")])
    };
    house.desk.save(&house.actor("li"), &theirs).unwrap();
    let before = house.written();
    let form = form_of(house.desk.save(&house.actor("zhou"), &mine));
    assert_eq!(house.written(), before, "nothing is lost and nothing half written");
    assert_eq!(faults(&form), [(String::new(), "S003".to_string())]);
    kept(&form, &mine);
    let conflict = form.conflict.as_ref().expect("both values are shown");
    assert_eq!(conflict.by, "li");
    let expected = [("项目名称", "佛堂小学扩建", "佛堂小学新校区"), ("新增学位", "360", "300")];
    let expected: Vec<_> = expected.iter().map(|(a, b, c)| (a.to_string(), b.to_string(), c.to_string())).collect();
    assert_eq!(conflict.fields, expected, "label, theirs, mine");

    // Saving the form again: what was typed wins, what the other changed beside it stays.
    assert_eq!(form.version, Some(2));
    assert_ne!(form.request, "mine");
    let again = Save { version: form.version, request: form.request.clone(), ..mine };
    assert_eq!(house.desk.save(&house.actor("zhou"), &again).unwrap(), Saved { id, version: 3 });
    let page = house.desk.record(&house.actor("zhou"), "project", id, Default::default()).unwrap();
    let shown = |name: &str| {
        page.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == name).unwrap().shown.clone()
    };
    assert_eq!(
        (shown("places"), shown("agent"), shown("title")),
        ("300".into(), "城投".into(), "佛堂小学新校区".into())
    );
    assert_eq!(page.past.len(), 3, "the other's version is still there");
    assert_eq!(page.past[0].reason.as_deref(), Some("改规模"));
}

#[test]
fn of_many_edits_of_one_version_one_wins_and_the_others_see_it() {
    let house = bureau();
    let id = house.desk.save(&house.actor("zhou"), &project(&house, &[])).unwrap().id;
    let (desk, actor) = (&house.desk, house.actor("zhou"));
    let answers: Vec<Result<Saved, NotSaved>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|number| {
                let actor = actor.clone();
                let places = (100 + number).to_string();
                let edit = Save { version: Some(1), ..save("project", Some(id), None, &[("places", &places)]) };
                scope.spawn(move || desk.save(&actor, &edit))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert!(form_of(answer).conflict.is_some());
    }
    assert_eq!(house.desk.record(&actor, "project", id, Default::default()).unwrap().version, 2);
}

#[test]
fn a_move_is_made_only_from_its_state() {
    let house = bureau();
    let id = started(&house);
    let asked =
        save("project", Some(id), Some("deliver"), &[("delivered_on", "2021-03-01"), ("filed_on", "2021-03-01")]);
    let forms = refuse(&house, "li", &asked, &[("", "D030")]);
    assert_eq!(sentences(&forms[0]), ["现在是“开工”,不能办理“交付”。请刷新后再看。"]);
    let asked = save("project", Some(id), Some("approve"), &[]);
    refuse(&house, "zhou", &asked, &[("", "D030")]);
}

#[test]
fn a_move_needs_the_fields_it_asks_for() {
    let house = bureau();
    let id = started(&house);
    refuse(&house, "zhou", &save("project", Some(id), Some("top"), &[]), &[("topped_on", "D034")]);
    refuse(&house, "zhou", &save("project", Some(id), Some("top"), &[("topped_on", "")]), &[("topped_on", "D034")]);
    house.make("zhou", "project", id, "top", &[("topped_on", "2021-03-01")]);
    house.make("zhou", "project", id, "complete", &[("completed_on", "2021-03-01")]);
    let asked = save("project", Some(id), Some("deliver"), &[("delivered_on", "2021-03-01"), ("filed_on", "")]);
    let forms = [Lang::Zh, Lang::En].map(|lang| form_of(house.desk.save(&house.actor_in("li", lang), &asked)));
    assert!(sentences(&forms[0]).join("").contains("竣工备案"), "{:?}", sentences(&forms[0]));
}

#[test]
fn a_move_that_asks_a_reason_is_not_made_without_one() {
    let house = bureau();
    let id = started(&house);
    let asked = save("project", Some(id), Some("cancel"), &[]);
    let forms = refuse(&house, "zhou", &asked, &[("", "D032")]);
    assert_eq!(sentences(&forms[0]), ["办理“作废”必须写缘由。"]);
    let blank = Save { reason: "  ".into(), ..asked.clone() };
    let form = form_of(house.desk.save(&house.actor("zhou"), &blank));
    assert_eq!(faults(&form), [(String::new(), "D032".to_string())]);
    house.desk.save(&house.actor("zhou"), &Save { reason: "选址变更".into(), ..asked }).unwrap();
    let page = house.desk.record(&house.actor("zhou"), "project", id, Default::default()).unwrap();
    assert_eq!(page.past[0].reason.as_deref(), Some("选址变更"));
}

#[test]
fn whoever_filed_it_does_not_verify_it() {
    let house = bureau();
    let id = started(&house);
    house.make("zhou", "project", id, "top", &[("topped_on", "2021-03-01")]);
    house.make("zhou", "project", id, "complete", &[("completed_on", "2021-03-01"), ("filed_on", "2021-03-01")]);
    let asked =
        save("project", Some(id), Some("deliver"), &[("delivered_on", "2021-03-01"), ("filed_on", "2021-03-01")]);
    let forms = refuse(&house, "zhou", &asked, &[("", "D031")]);
    assert_eq!(
        sentences(&forms[0]),
        ["填报人与核定人不得同一人,填报人和现有内容（含明细）的填写人、修改人不能核定。请由另一位有权限的同事办理。"]
    );
    house.desk.save(&house.actor("li"), &asked).unwrap_or_else(|not| panic!("{}", told(&not)));
}

#[test]
fn a_move_that_ones_role_does_not_make_is_forbidden() {
    let house = bureau();
    let id = started(&house);
    let before = house.written();
    let refusal = refusal_of(house.try_move("town_a", "project", id, "cancel", &[]));
    assert_eq!((refusal.kind, refusal.code.as_str()), (No::Forbidden, "D003"));
    let refusal = refusal_of(house.try_move("town_b", "project", id, "top", &[("topped_on", "2021-03-01")]));
    assert_eq!((refusal.kind, refusal.code.as_str()), (No::Absent, "D001"), "it is not told that there is one");
    let refusal = refusal_of(house.try_move("zhou", "project", id, "explode", &[]));
    assert_eq!(refusal.code, "D001");
    assert_eq!(house.written(), before);
}

#[test]
fn a_unique_number_is_not_used_twice() {
    let house = bureau();
    house.desk.save(&house.actor("zhou"), &project(&house, &[("project_code", "2021-330782-01")])).unwrap();
    let asked = Save {
        request: "r-2".into(),
        ..project(&house, &[("project_code", "2021-330782-01"), ("title", "另一项")])
    };
    let forms = refuse(&house, "zhou", &asked, &[("project_code", "S005")]);
    assert!(sentences(&forms[0])[0].contains("项目代码"), "{:?}", sentences(&forms[0]));

    let school = house.id("sa").to_string();
    let file = |room: &str| house.file("section", room, "aircon", &[("school", &school), ("room", room)]);
    let (first, second) = (file("101"), file("102"));
    let arrive = [("arrived_on", "2021-03-01"), ("model", "K"), ("serial_number", "SN-1")];
    house.make("section", "aircon", first, "arrive", &arrive);
    refuse(&house, "section", &save("aircon", Some(second), Some("arrive"), &arrive), &[("serial_number", "S005")]);
    // The pair of school and room.
    house.file("section", "light", "light", &[("school", &school), ("room", "101")]);
    refuse(
        &house,
        "section",
        &save("light", None, None, &[("school", &school), ("room", "101")]),
        &[("school", "S005")],
    );
}

#[test]
fn a_unit_is_not_put_below_itself() {
    let house = bureau();
    let town = house.id("a");
    let below_itself = save("unit", Some(town), None, &[("parent", &town.to_string())]);
    let before = house.written();
    for lang in [Lang::Zh, Lang::En] {
        let form = form_of(house.desk.save(&house.actor_in("zhou", lang), &below_itself));
        assert!(
            faults(&form).iter().all(|(field, _)| field == "parent") && !faults(&form).is_empty(),
            "{:?}",
            faults(&form)
        );
        kept(&form, &below_itself);
    }
    let below_its_school = save("unit", Some(town), None, &[("parent", &house.id("sa").to_string())]);
    let form = form_of(house.desk.save(&house.actor("zhou"), &below_its_school));
    assert_eq!(sentences(&form), ["一个单位不能隶属于它自己的下级。请另选上级单位。"]);
    assert_eq!(house.written(), before);
}

#[test]
fn a_record_that_is_not_there_is_absent() {
    let house = bureau();
    let refusal =
        refusal_of(house.desk.save(&house.actor("zhou"), &save("project", Some(4711), None, &[("places", "1")])));
    assert_eq!((refusal.kind, refusal.code.as_str()), (No::Absent, "D001"));
    let refusal = refusal_of(house.desk.save(&house.actor("zhou"), &save("dragon", None, None, &[])));
    assert_eq!(refusal.code, "D001");
}

#[test]
fn fields_that_only_moves_give_are_not_taken_from_a_form() {
    let house = bureau();
    let saved = house
        .desk
        .save(&house.actor("zhou"), &project(&house, &[("delivered_on", "2021-03-01"), ("state", "delivered")]))
        .unwrap();
    let page = house.desk.record(&house.actor("zhou"), "project", saved.id, Default::default()).unwrap();
    let delivered = page.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "delivered_on");
    assert_eq!(delivered.map(|field| field.shown.as_str()), Some(""));
    let number = house.desk.figure(&house.actor("zhou"), "places_added", Default::default(), None).unwrap();
    assert_eq!(number.value.as_deref(), Some("0"));
}

#[test]
fn of_many_saved_together_one_bad_one_stops_all() {
    let house = bureau();
    let before = house.written();
    let saves = [project(&house, &[]), project(&house, &[("places", "-1")]), project(&house, &[])];
    let (place, not) = house.desk.save_all(&house.actor("zhou"), &saves).unwrap_err();
    assert_eq!(place, 1, "{}", told(&not));
    // Found inside the transaction: the first is undone with the others.
    let code = [("project_code", "X-1")];
    let saves = [project(&house, &code), project(&house, &[]), project(&house, &code)];
    let (place, not) = house.desk.save_all(&house.actor("zhou"), &saves).unwrap_err();
    assert_eq!((place, faults(&form_of(Err(not)))), (2, vec![("project_code".to_string(), "S005".to_string())]));
    assert_eq!(house.written(), before);
}

#[test]
fn a_bureau_open_for_reading_only_takes_nothing() {
    let closed =
        |bureau: &mut luoshi_desk::Bureau| bureau.read_only = Some(("只能查看。".into(), "For reading only.".into()));
    let house = House::with("2021-03-01", closed, false);
    let refusal = refusal_of(house.try_file("", "person", &[("name", "甲")]));
    assert_eq!((refusal.code.as_str(), refusal.en.as_str()), ("D020", "For reading only."));
}

/// Whoever files within one unit and leaves out where the record belongs is told which field is missing.
#[test]
fn a_missing_owner_is_told_at_its_field() {
    let house = House::settled("2021-01-04");
    let form = form_of(house.desk.save(&house.actor("school_a"), &save("aircon", None, None, &[("room", "一楼")])));
    assert!(faults(&form).iter().any(|(field, _)| field == "school"), "{:?}", faults(&form));
}
