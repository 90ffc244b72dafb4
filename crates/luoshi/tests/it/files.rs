//! Attachments in a bucket, as whoever runs a bureau and whoever works in it meet them.

use crate::bureau::{Server, copy, project, run};
use crate::visitor::{Answer, Visitor};
use luoshi_store::testing::{self, Fault};
use std::path::Path;

/// Sends the edit of a project with one file.
fn send(visitor: &Visitor, id: i64, description: &str, bytes: &[u8]) -> Answer {
    let mut typed = visitor.form(&format!("/register/project/{id}/edit"));
    typed.insert("description".into(), description.into());
    visitor.send_with_file(&format!("/register/project/{id}"), &typed, "_file.approval_files", "批复.pdf", bytes)
}

/// What stands before the verb, with the keys in a file.
fn before(server: &testing::Server, keys: &Path) -> String {
    let (key, secret) = server.access();
    std::fs::write(keys, format!("# of the bucket\nAWS_ACCESS_KEY_ID={key}\nAWS_SECRET_ACCESS_KEY={secret}\n"))
        .unwrap();
    let (address, endpoint) = (server.address(), server.endpoint());
    format!("--files {address} --files-endpoint {endpoint} --files-keys {}", keys.display())
}

/// Brings the files of the demo from the folder into the bucket.
fn moved(data: &Path, store: &testing::Server) {
    for entry in std::fs::read_dir(data.join("files")).unwrap().flatten() {
        let there = store.objects().join(entry.file_name());
        std::fs::create_dir_all(&there).unwrap();
        for file in std::fs::read_dir(entry.path()).unwrap().flatten() {
            std::fs::copy(file.path(), there.join(file.file_name())).unwrap();
        }
    }
    std::fs::remove_dir_all(data.join("files")).unwrap();
}

#[test]
fn attachments_lie_in_the_bucket_and_what_was_typed_outlives_its_silence() {
    let (data, store, keys) = (copy(), testing::Server::start(), tempfile::tempdir().unwrap());
    let (data, keys) = (data.path(), keys.path().join("keys"));
    let before = before(&store, &keys);
    moved(data, &store);
    let id = project(data, "苏溪镇第二幼儿园");
    let served = Server::start(data, &before);
    let visitor = Visitor::enter(&served.address, "zhoumin");

    let answer = send(&visitor, id, "一", b"%PDF-1.4 one");
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(!data.join("files").exists());
    let page = visitor.get(&format!("/register/project/{id}")).body;
    let link = page.split('"').find(|part| part.contains("/file/approval_files/")).expect("the page names the file");
    assert_eq!(visitor.get(link).body, "%PDF-1.4 one");

    store.spoil(&[Fault::Refuse; 3]);
    let answer = send(&visitor, id, "二二二", b"%PDF-1.4 two");
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.body.contains("二二二") && answer.alerts().contains("文件存储暂时用不了"), "{}", answer.alerts());
    store.spoil(&[Fault::Refuse; 3]);
    assert_eq!(visitor.get(link).status, 503);
    assert_eq!(send(&visitor, id, "二二二", b"%PDF-1.4 two").status, 303);

    let said = run(data, &format!("{before} verify"));
    assert_eq!(said.code, 0, "{said:?}");
    let digest = link.rsplit('/').next().unwrap();
    std::fs::write(store.objects().join(&digest[..2]).join(&digest[2..]), "%PDF-1.4 0ne").unwrap();
    let said = run(data, &format!("{before} verify"));
    assert!(said.code == 1 && said.out.contains("批复.pdf") && said.out.contains("被改动"), "{said:?}");
    store.spoil(&[Fault::Refuse; 3]);
    let said = run(data, &format!("--lang en {before} verify"));
    assert!(said.code == 2 && said.err.contains("does not answer: 503") && said.err.contains("[S023]"), "{said:?}");
}

#[test]
fn a_bucket_without_its_store_or_its_keys_is_told_what_to_say() {
    let data = copy();
    let (data, secret) = (data.path(), data.path().join("keys-of-bucket"));
    std::fs::write(&secret, "AWS_ACCESS_KEY_ID=a\nAWS_SECRET_ACCESS_KEY=verysecret\n").unwrap();
    let (secret, half) = (secret.display(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(half.path(), "AWS_ACCESS_KEY_ID=a\n").unwrap();
    for (options, told) in [
        ("--files s3://files".to_string(), "--files-endpoint"),
        (
            format!("--files s3://files --files-endpoint https://host --files-keys {}", half.path().display()),
            "AWS_SECRET_ACCESS_KEY",
        ),
        (format!("--files s3://files --files-endpoint https://host --files-keys {secret}"), "数据文件夹"),
        (format!("--files s3://.. --files-endpoint https://host --files-keys {}", half.path().display()), "AWS_SECRET"),
    ] {
        let said = run(data, &format!("{options} verify"));
        assert!(said.code == 2 && said.err.contains(told) && !said.err.contains("verysecret"), "{options}: {said:?}");
    }
}
