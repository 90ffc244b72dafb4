//! Keys of sealed fields, as whoever runs a bureau meets them.

use crate::bureau::{Said, copy, count, database, run};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

fn refused(said: &Said, words: &str) {
    assert!(said.code != 0 && said.err.contains(words), "{words}: {said:?}");
}

#[test]
fn a_bureau_with_sealed_fields_is_not_opened_without_its_keys() {
    let (data, keys, other) = (folder(), folder(), folder());
    let (data, keys, other) = (data.path(), keys.path().join("k"), other.path().join("k"));
    let (keys, other) = (keys.display(), other.display());
    assert_eq!(run(data, "apply").code, 0);
    let account = "account keeper --title 管理员 --unit 某局";
    refused(&run(data, account), "--keys");
    refused(&run(data, "serve --port 0"), "--keys");
    refused(&run(data, "--lang en serve --port 0"), "luoshi keys make");
    refused(&run(data, &format!("--keys {keys} serve --port 0")), "没有密钥");
    assert_eq!(run(data, &format!("--keys {keys} keys make")).code, 0);
    refused(&run(data, &format!("--keys {keys} keys make")), "luoshi keys rotate");
    let said = run(data, &format!("--keys {keys} {account}"));
    assert_eq!(said.code, 0, "{said:?}");
    // Another bureau's keys are told from this one's.
    assert_eq!(run(data, &format!("--keys {other} keys make")).code, 0);
    refused(&run(data, &format!("--keys {other} serve --port 0")), "不是本库的");
    refused(&run(data, "keys rotate"), "--keys");
}

#[test]
fn keys_do_not_lie_with_the_data_of_a_real_bureau() {
    let data = folder();
    let inside = data.path().join("secret");
    assert_eq!(run(data.path(), "apply").code, 0);
    refused(&run(data.path(), &format!("--keys {} keys make", inside.display())), "数据文件夹");
    assert!(!inside.exists());
    let beside = data.path().join("keys");
    assert_eq!(
        run(data.path(), &format!("--keys {} keys make", beside.display())).code,
        0,
        "as a demo bureau has them"
    );
    refused(&run(data.path(), "serve --port 0"), "只有演示库");
}

#[test]
fn a_rotation_leaves_the_bureau_as_it_was_and_the_old_key_is_needed_no_more() {
    let data = copy();
    let data = data.path();
    let sealed = count(data, "SELECT count(*) FROM data_key WHERE register > 0");
    assert!(sealed > 10, "people of the demo have sealed numbers: {sealed}");
    let before = count(data, "SELECT size FROM ledger_end");
    let said = run(data, "keys rotate");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains(&sealed.to_string()), "{said:?}");
    assert_eq!(count(data, "SELECT size FROM ledger_end"), before + 1);
    fs::remove_file(data.join("keys/000001.key")).unwrap();
    let said = run(data, "verify --json").json();
    assert_eq!((said["clean"].as_bool(), said["closed"].as_i64()), (Some(true), Some(0)));
    assert!(said["sealed"].as_i64() >= Some(sealed));
}

#[test]
fn verify_says_what_it_could_not_open() {
    let data = copy();
    fs::remove_dir_all(data.path().join("keys")).unwrap();
    let said = run(data.path(), "verify");
    assert!(said.code == 0 && said.out.contains("没有给出密钥"), "{said:?}");
    database(data.path()).execute_batch("UPDATE person_past SET mobile_mark = 'x' WHERE id = 1").unwrap();
    let said = run(data.path(), "verify");
    assert!(said.code == 1 && said.out.contains("person 1"), "{said:?}");
}

#[test]
fn a_demo_bureau_holds_no_number_in_plain() {
    let data = copy();
    // Whole numbers: a few digits in a row stand in any long ciphertext.
    let numbers: Vec<String> = (0..40).map(|number| format!("139{:08}", 5_790_000 + number * 37)).collect();
    for entry in fs::read_dir(data.path()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = fs::read(entry.path()).unwrap();
        let found = bytes.windows(11).find(|window| numbers.iter().any(|number| number.as_bytes() == *window));
        assert_eq!(found, None, "{:?}", entry.path());
    }
    assert!(Path::new(&data.path().join("keys/000001.key")).exists());
}

#[test]
fn a_second_account_of_one_human_is_no_second_person() {
    let data = copy();
    let data = data.path();
    let people = || count(data, "SELECT count(*) FROM person");
    let before = people();
    refused(&run(data, "account zhoumin2 --title 周敏 --unit 计划财务科 --role finance"), "--person");
    assert_eq!(people(), before);
    let id = count(data, "SELECT person FROM account WHERE name = 'zhoumin'");
    let said = run(data, &format!("account zhoumin2 --person {id}"));
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(people(), before);
    assert_eq!(count(data, "SELECT count(*) FROM account WHERE title = '周敏'"), 2);
    refused(&run(data, "account nobody --person 99999999"), "99999999");
    assert_eq!(run(data, "account other --title 周敏 --namesake --unit 计划财务科 --role finance").code, 0);
    assert_eq!(people(), before + 1);
    let disabled = || count(data, "SELECT count(*) FROM account WHERE disabled");
    assert_eq!(run(data, "account zhoumin2 --disable").code, 0);
    assert_eq!(disabled(), 1);
    let said = run(data, "account zhoumin2 --password");
    assert!(said.code == 0 && said.out.starts_with("zhoumin2\t"), "{said:?}");
    assert_eq!(disabled(), 0);
    refused(&run(data, "account nobody --disable"), "nobody");
}
