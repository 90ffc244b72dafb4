//! Files: taken within a form, named by whoever sent them, handed out with the record and never by their digest alone.

use crate::support::{House, faults, form_of, save};
use luoshi_desk::{Actor, FilePlace, NotSaved, Refusal, Save};

const PDF: &[u8] = b"%PDF-1.4 approval";

/// A house with one project in town a and one in town b.
fn house() -> House {
    let house = House::settled("2021-03-01");
    for (key, school) in [("pa", "sa"), ("pb", "sb")] {
        let school = house.id(school).to_string();
        let typed = [
            ("title", key),
            ("kind", "new"),
            ("stage", "primary"),
            ("school", &*school),
            ("places", "300"),
            ("campuses", "1"),
        ];
        house.file("zhou", key, "project", &typed);
    }
    house
}

fn place(house: &House, key: &str, field: &str) -> FilePlace {
    FilePlace { register: "project".into(), id: Some(house.id(key)), by_move: None, field: field.into() }
}

fn send(house: &House, by: &str, key: &str, name: &str, bytes: &[u8]) -> Result<String, Refusal> {
    house.desk.upload(&house.actor(by), &place(house, key, "approval_files"), name, bytes)
}

/// Sends a file and names it in the project.
fn attach(house: &House, key: &str, name: &str, bytes: &[u8]) -> String {
    let line = send(house, "zhou", key, name, bytes).unwrap();
    house.edit("zhou", "project", house.id(key), &[("approval_files", &line)]);
    line[..64].to_string()
}

fn get(house: &House, by: &str, key: &str, digest: &str) -> Result<luoshi_desk::file::Sent, Refusal> {
    house.desk.file(&house.actor(by), "project", house.id(key), "approval_files", digest)
}

fn name_it(house: &House, by: &str, key: &str, line: &str) -> Result<luoshi_desk::Saved, NotSaved> {
    house.desk.save(&house.actor(by), &save("project", Some(house.id(key)), None, &[("approval_files", line)]))
}

fn code(refused: Result<String, Refusal>) -> String {
    refused.expect_err("it was taken").code
}

fn clean(house: &House) {
    let report = luoshi_store::verify(&house.desk.bureau().store, None, &mut |_, _| {}).unwrap();
    assert_eq!(report.findings, []);
}

#[test]
fn a_file_is_sent_named_shown_and_got_again() {
    let house = house();
    let digest = attach(&house, "pa", "C:\\fakepath\\立项批复.PDF", PDF);
    let sent = get(&house, "zhou", "pa", &digest).unwrap();
    assert_eq!((sent.name.as_str(), sent.content_type, &sent.bytes[..]), ("立项批复.pdf", "application/pdf", PDF));
    let view = house.desk.record(&house.actor("zhou"), "project", house.id("pa"), Default::default()).unwrap();
    let field =
        view.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "approval_files").unwrap();
    assert_eq!((field.files[0].name.as_str(), field.files[0].size.as_str()), ("立项批复.pdf", "17 B"));
    assert_eq!(field.files[0].day, "2021-03-01");
    assert_eq!(field.shown, "立项批复.pdf");
    clean(&house);
}

#[test]
fn a_file_that_was_taken_away_is_still_had_from_the_past() {
    let house = house();
    let digest = attach(&house, "pa", "a.pdf", PDF);
    house.edit("zhou", "project", house.id("pa"), &[("approval_files", "")]);
    assert_eq!(get(&house, "zhou", "pa", &digest).unwrap().name, "a.pdf");
    // Whoever may edit the record may put it back without sending it again.
    house.edit("li", "project", house.id("pa"), &[("approval_files", &format!("{digest} a.pdf"))]);
    clean(&house);
}

#[test]
fn a_canary_outside_the_scope_is_never_handed_out() {
    let house = house();
    let canary = attach(&house, "pb", "canary.pdf", b"%PDF-1.4 canary");
    let own = attach(&house, "pa", "own.pdf", PDF);
    for by in ["town_a", "school_a"] {
        assert_eq!(get(&house, by, "pa", &own).unwrap().bytes, PDF, "{by} sees its own");
        // Through the record it lies in, through one's own record, through other registers and fields: all said alike.
        let actor = house.actor(by);
        for (register, key, field) in [
            ("project", "pb", "approval_files"),
            ("project", "pa", "approval_files"),
            ("project", "pa", "filing_files"),
            ("project", "pa", "title"),
            ("light", "pa", "photos"),
            ("nothing", "pa", "approval_files"),
            ("file", "pa", "digest"),
        ] {
            let refused = house.desk.file(&actor, register, house.id(key), field, &canary).unwrap_err();
            assert_eq!(refused, Refusal::absent(), "{by} {register} {key} {field}");
        }
    }
}

#[test]
fn to_know_a_digest_is_not_to_have_the_file() {
    let house = house();
    let canary = attach(&house, "pb", "canary.pdf", b"%PDF-1.4 canary");
    let before = house.written();
    let line = format!("{canary} mine.pdf");
    let form = form_of(name_it(&house, "li", "pa", &line));
    assert_eq!(faults(&form), [("approval_files".to_string(), "D063".to_string())]);
    let field =
        form.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "approval_files").unwrap();
    assert_eq!(field.files[0].size, "", "not even its size is told");
    assert!(name_it(&house, "town_a", "pa", &line).is_err());
    // Nor does sending another file under that name help.
    let other = send(&house, "li", "pa", "mine.pdf", PDF).unwrap();
    assert_eq!(faults(&form_of(name_it(&house, "li", "pa", &format!("{other}\n{line}")))).len(), 1);
    assert_eq!(get(&house, "town_a", "pa", &canary), Err(Refusal::absent()));
    assert_eq!(house.written(), before);
}

#[test]
fn what_is_no_file_of_the_kind_is_refused_with_what_to_do() {
    let house = house();
    let refused = |name: &str, bytes: &[u8]| code(send(&house, "zhou", "pa", name, bytes));
    assert_eq!(refused("empty.pdf", b""), "D060");
    let mut large = vec![b' '; (21 << 20) + 1];
    large[..5].copy_from_slice(b"%PDF-");
    assert_eq!(refused("21.pdf", &large), "D061");
    assert!(send(&house, "zhou", "pa", "20.pdf", &large[..20 << 20]).is_ok(), "exactly the limit is taken");
    for (name, bytes) in [
        ("page.pdf", b"<!doctype html><script>alert(1)</script>".as_slice()),
        ("page.html", b"<html>"),
        ("picture.svg", b"<svg onload=alert(1)>"),
        ("program.pdf", b"MZ\x90\x00"),
        ("book.xlsx", b"PK\x03\x04 [Content_Types].xml xl/workbook.xml"),
    ] {
        assert_eq!(refused(name, bytes), "D062", "{name}");
    }
    let sent = send(&house, "zhou", "pa", "really.html", PDF).unwrap();
    assert!(sent.ends_with(" really.html.pdf"), "a name never ends as a page: {sent}");
}

#[test]
fn who_may_not_fill_the_form_may_not_send_into_it() {
    let house = house();
    let code = |actor: &Actor, place: &FilePlace| house.desk.upload(actor, place, "a.pdf", PDF).unwrap_err().code;
    for by in ["auditor", "discipline", "inspector"] {
        let said = code(&house.actor(by), &place(&house, "pa", "approval_files"));
        assert!(said == "D001" || said == "D003", "{by}: {said}");
    }
    assert_eq!(code(&house.actor("town_a"), &place(&house, "pb", "approval_files")), "D001");
    for field in ["title", "nothing", ""] {
        assert_eq!(code(&house.actor("zhou"), &place(&house, "pa", field)), "D001", "{field}");
    }
    let elsewhere = FilePlace { register: "nothing".into(), ..place(&house, "pa", "approval_files") };
    assert_eq!(code(&house.actor("zhou"), &elsewhere), "D001");
}

#[test]
fn the_same_content_twice_is_one_file_and_one_line() {
    let house = house();
    attach(&house, "pa", "a.pdf", PDF);
    let (_, size) = house.written();
    attach(&house, "pb", "b.pdf", PDF);
    assert_eq!(house.written().1, size + 1, "the second project's version is the only new line");
    let line = send(&house, "zhou", "pa", "a.pdf", PDF).unwrap();
    house.edit("zhou", "project", house.id("pa"), &[("approval_files", &format!("{line}\n{line}"))]);
    assert_eq!(house.written().1, size + 1, "the same file again changes nothing");
    clean(&house);
}

#[test]
fn twenty_files_fit_and_twenty_five_are_told_how_many_are_too_many() {
    let house = house();
    let lines: Vec<String> = (0..25)
        .map(|number| {
            send(&house, "zhou", "pa", &format!("{number:02}.pdf"), format!("%PDF-1.4 {number}").as_bytes()).unwrap()
        })
        .collect();
    let form = form_of(name_it(&house, "zhou", "pa", &lines.join("\n")));
    assert_eq!(faults(&form), [("approval_files".to_string(), "V031".to_string())]);
    let field =
        form.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "approval_files").unwrap();
    assert_eq!(field.files.len(), 25, "what was sent stays in the form");
    assert!(field.files.iter().all(|file| !file.size.is_empty()));
    house.edit("zhou", "project", house.id("pa"), &[("approval_files", &lines[..20].join("\n"))]);
    clean(&house);
}

#[test]
fn a_file_of_another_kind_cannot_be_smuggled_through_another_field() {
    let house = house();
    let docx = b"PK\x03\x04 [Content_Types].xml word/document.xml";
    let line = send(&house, "zhou", "pa", "a.docx", docx).unwrap();
    let id = Some(house.id("pa"));
    let form = form_of(house.desk.save(&house.actor("zhou"), &save("project", id, None, &[("filing_files", &line)])));
    assert_eq!(faults(&form), [("filing_files".to_string(), "D063".to_string())]);
}

#[test]
fn a_doubled_post_with_a_file_finds_its_first_answer() {
    let house = house();
    let line = send(&house, "zhou", "pa", "a.pdf", PDF).unwrap();
    let asked =
        Save { request: "r-1".into(), ..save("project", Some(house.id("pa")), None, &[("approval_files", &line)]) };
    let first = house.desk.save(&house.actor("zhou"), &asked).unwrap();
    assert_eq!(house.desk.save(&house.actor("zhou"), &asked), Ok(first));
}

#[test]
fn what_was_sent_and_never_named_goes_with_the_clearing_up_of_a_later_day() {
    let house = house();
    let named = attach(&house, "pa", "named.pdf", b"%PDF-1.4 named");
    let line = send(&house, "zhou", "pa", "left.pdf", PDF).unwrap();
    let store = &house.desk.bureau().store;
    assert!(store.file_bytes(&line[..64]).is_ok());
    for day in ["2021-03-02", "2021-03-03", "2021-03-04"] {
        house.day(day);
        while luoshi_desk::job::run(house.desk.bureau(), 50).expect("it runs").done > 0 {}
    }
    assert!(store.file_bytes(&line[..64]).is_err() && store.file_bytes(&named).is_ok());
    assert_eq!(
        faults(&form_of(name_it(&house, "zhou", "pa", &line))),
        [("approval_files".to_string(), "D063".to_string())]
    );
    clean(&house);
}
