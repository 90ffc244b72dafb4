//! Every page of the gallery is sound: tags close, ids are unique, inputs have labels, lights have words, and nothing
//! inline that the policy of the pages forbids.

#[allow(dead_code)]
mod fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use http_body_util::BodyExt;
use luoshi_web::{App, router};
use tower::ServiceExt;

#[tokio::test]
async fn every_page_is_sound() {
    let app = router(App::new(Arc::new(fixture::FixtureBureau::default()), false));
    let mut faults = vec![];
    for sheet in fixture::PAGES {
        let response = app.clone().oneshot(sheet.request()).await.unwrap();
        let page = String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>"), "{}: {page}", sheet.name);
        faults.extend(faults_of(&page).into_iter().map(|fault| format!("{}: {fault}", sheet.name)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_check_itself_finds_what_it_looks_for() {
    let found = |page: &str| faults_of(page).join(" | ");
    assert!(found("<div><p></div>").contains("closes"));
    assert!(found("<p id=\"a\"></p><p id=\"a\"></p>").contains("twice"));
    assert!(found("<input type=\"text\" id=\"x\">").contains("label"));
    assert!(found("<svg class=\"lt g\"></svg>").contains("light"));
    assert!(found("<p style=\"color:red\"></p>").contains("inline"));
    assert!(found("<a onclick=\"x()\" href=\"/\">x</a>").contains("inline"));
    assert!(found("<script>x()</script>").contains("inline"));
    assert!(found("<p><details></details></p>").contains("cannot hold"));
    assert!(found("<input type=\"hidden\" aria-describedby=\"gone\">").contains("gone"));
    assert!(found("<form method=\"post\" action=\"/register/x\"></form>").contains("token"));
    assert!(found("<p><b>fine</b><input type=\"hidden\"></p>").is_empty());
}

struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    fn is(&self, key: &str, value: &str) -> bool {
        self.attributes.get(key).is_some_and(|found| found == value)
    }

    fn has_class(&self, class: &str) -> bool {
        self.attributes.get("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }
}

const VOID: [&str; 7] = ["meta", "link", "input", "br", "img", "hr", "!doctype"];
const NOT_IN_A_PARAGRAPH: [&str; 13] =
    ["p", "div", "ul", "ol", "dl", "table", "form", "details", "section", "h1", "h2", "h3", "fieldset"];

/// All faults of a page.
fn faults_of(page: &str) -> Vec<String> {
    let mut faults = vec![];
    let mut open: Vec<Tag> = vec![];
    let mut ids = BTreeSet::new();
    let mut labelled: BTreeSet<String> = BTreeSet::new();
    let mut inputs: Vec<(String, bool)> = vec![];
    let mut referred: Vec<String> = vec![];
    let mut waiting_for_token: Option<String> = None;
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        if open.last().is_some_and(|tag| tag.name == "script" || tag.name == "style") && !text.trim().is_empty() {
            faults.push("inline script or style".into());
        }
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end);
        let inside = &rest[at + 1..end];
        rest = &rest[(end + 1).min(rest.len())..];
        if let Some(name) = inside.strip_prefix('/') {
            match open.pop() {
                Some(tag) if tag.name == name => {
                    if name == "form" {
                        faults.extend(waiting_for_token.take().map(|action| format!("form {action} carries no token")));
                    }
                }
                Some(tag) => faults.push(format!("</{name}> closes <{}>", tag.name)),
                None => faults.push(format!("</{name}> closes nothing")),
            }
            continue;
        }
        let tag = read_tag(inside);
        if let Some(id) = tag.attributes.get("id").filter(|id| !ids.insert(id.to_string())) {
            faults.push(format!("id {id} stands twice"));
        }
        if tag.attributes.keys().any(|key| key == "style" || (key.starts_with("on") && key.len() > 2))
            || tag.name == "style"
        {
            faults.push(format!("inline style or script in <{inside}>"));
        }
        if open.iter().any(|parent| parent.name == "p") && NOT_IN_A_PARAGRAPH.contains(&tag.name.as_str()) {
            faults.push(format!("a paragraph cannot hold <{inside}>"));
        }
        if tag.name == "label" {
            labelled.extend(tag.attributes.get("for").cloned());
        }
        if matches!(tag.name.as_str(), "input" | "select" | "textarea") && !tag.is("type", "hidden") {
            let id = tag.attributes.get("id").cloned().unwrap_or_default();
            inputs.push((
                id,
                open.iter().any(|parent| parent.name == "label") || tag.attributes.contains_key("aria-label"),
            ));
        }
        if tag.name == "svg"
            && tag.has_class("lt")
            && !tag.attributes.contains_key("aria-label")
            && !tag.is("aria-hidden", "true")
        {
            faults.push("a light without a word".into());
        }
        if tag.name == "button" && !tag.attributes.contains_key("type") {
            faults.push("a button without a type".into());
        }
        for key in ["aria-describedby", "aria-labelledby", "list"] {
            referred.extend(tag.attributes.get(key).iter().flat_map(|ids| ids.split(' ')).map(String::from));
        }
        if let Some(target) =
            tag.attributes.get("href").and_then(|href| href.strip_prefix('#')).filter(|_| tag.name == "a")
        {
            referred.push(target.to_string());
        }
        if tag.name == "form" && tag.is("method", "post") {
            let action = tag.attributes.get("action").cloned().unwrap_or_default();
            waiting_for_token = (!action.starts_with("/sign-in")).then_some(action);
        }
        if tag.name == "input"
            && tag.is("name", "csrf")
            && tag.attributes.get("value").is_some_and(|value| !value.is_empty())
        {
            waiting_for_token = None;
        }
        if !VOID.contains(&tag.name.to_lowercase().as_str()) {
            open.push(tag);
        }
    }
    faults.extend(open.iter().map(|tag| format!("<{}> is never closed", tag.name)));
    for (id, inside) in inputs {
        if !inside && !labelled.contains(&id) {
            faults.push(format!("input {id:?} has no label"));
        }
    }
    faults.extend(referred.into_iter().filter(|id| !ids.contains(id)).map(|id| format!("nothing has the id {id}")));
    faults
}

fn read_tag(inside: &str) -> Tag {
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attributes = BTreeMap::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let key = rest[..end].to_string();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(after) => {
                let close = after.find('"').unwrap_or(after.len());
                rest = &after[(close + 1).min(after.len())..];
                after[..close].to_string()
            }
            None => String::new(),
        };
        attributes.insert(key, value);
    }
    Tag { name: name.to_string(), attributes }
}
