//! Somebody who visits pages over HTTP, without script, one session each.

use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use ureq::Agent;

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Where it leads on, for a redirect.
    pub location: String,
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Texts of the alerts on a page, without tags.
    pub fn alerts(&self) -> String {
        let parts = self.body.split("role=\"alert\"").skip(1);
        parts.map(|part| without_tags(part.split("</p>").next().unwrap().split_once('>').unwrap().1)).collect()
    }
}

fn without_tags(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

/// A visitor.
pub struct Visitor {
    agent: Agent,
    address: String,
    cookie: String,
}

impl Visitor {
    /// One who has not signed in.
    pub fn stranger(address: &str) -> Visitor {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE));
        Visitor { agent: config.build().into(), address: address.into(), cookie: String::new() }
    }

    /// One who enters a demo account with one click.
    pub fn enter(address: &str, account: &str) -> Visitor {
        let mut visitor = Visitor::stranger(address);
        let sent = visitor.agent.post(format!("{address}/sign-in/demo")).send_form([("name", account)]).unwrap();
        let cookie = sent.headers().get("set-cookie").expect("one click signs in").to_str().unwrap();
        visitor.cookie = cookie.split(';').next().unwrap().to_string();
        visitor
    }

    /// Opens a page.
    pub fn get(&self, path: &str) -> Answer {
        let sent = self.agent.get(format!("{}{path}", self.address)).header("cookie", &self.cookie).call();
        answer(sent.unwrap())
    }

    /// Sends a form.
    pub fn post(&self, path: &str, typed: &[(&str, &str)]) -> Answer {
        self.try_post(path, typed).unwrap()
    }

    /// Sends a form to a program that may have gone.
    pub fn try_post(&self, path: &str, typed: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let request = self.agent.post(format!("{}{path}", self.address)).header("cookie", &self.cookie);
        let sent = request.send_form(typed.iter().copied())?;
        let (status, location) = (sent.status().as_u16(), location(&sent));
        Ok(Answer { status, location, body: sent.into_body().read_to_string()? })
    }

    /// The token of the session, which every form carries.
    pub fn token(&self) -> String {
        let page = self.get("/").body;
        let sign_out = page.split("action=\"/sign-out\"").nth(1).expect("whoever is signed in may sign out");
        attribute(sign_out.split_once("<input").unwrap().1, "value").unwrap()
    }

    /// Opens the form at a path and answers what it would send.
    pub fn form(&self, path: &str) -> BTreeMap<String, String> {
        let page = self.get(path);
        assert_eq!(page.status, 200, "{page:?}");
        fields(&page.body)
    }

    /// Opens the form at `path`, changes some of it, and sends it to `to`.
    pub fn fill(&self, path: &str, to: &str, changes: &[(&str, &str)]) -> Answer {
        let mut typed = self.form(path);
        typed.extend(changes.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        self.send(to, &typed)
    }

    /// Sends what a form holds with one file, in parts.
    pub fn send_with_file(
        &self,
        to: &str,
        typed: &BTreeMap<String, String>,
        field: &str,
        name: &str,
        bytes: &[u8],
    ) -> Answer {
        let text = |(name, value): (&String, &String)| {
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body: Vec<u8> = typed.iter().flat_map(|pair| text(pair).into_bytes()).collect();
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat());
        let request = self.agent.post(format!("{}{to}", self.address)).header("cookie", &self.cookie);
        answer(request.header("content-type", "multipart/form-data; boundary=edge").send(&body[..]).unwrap())
    }

    /// Sends what a form holds.
    pub fn send(&self, to: &str, typed: &BTreeMap<String, String>) -> Answer {
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(to, &typed)
    }
}

fn answer(sent: ureq::http::Response<ureq::Body>) -> Answer {
    let (status, location) = (sent.status().as_u16(), location(&sent));
    Answer { status, location, body: sent.into_body().read_to_string().unwrap() }
}

fn location(sent: &ureq::http::Response<ureq::Body>) -> String {
    sent.headers().get("location").map(|value| value.to_str().unwrap().to_string()).unwrap_or_default()
}

/// What the fields of a page's main form hold, as a browser would send it.
pub fn fields(page: &str) -> BTreeMap<String, String> {
    let main = page.split("id=\"main\"").nth(1).expect("a page has a main part");
    let form = main.split("<form").nth(1).expect("the page has a form").split("</form>").next().unwrap();
    let mut typed = BTreeMap::new();
    for part in form.split('<').skip(1) {
        let (tag, inside) = part.split_once('>').unwrap();
        let name = || attribute(tag, "name").expect("a field has a name");
        match tag.split_whitespace().next() {
            Some("input") => drop(typed.insert(name(), attribute(tag, "value").unwrap_or_default())),
            Some("textarea") => drop(typed.insert(name(), plain(inside.trim_start_matches('\n')))),
            Some("select") => drop(typed.insert(name(), String::new())),
            _ => {}
        }
    }
    for select in form.split("<select ").skip(1) {
        let name = attribute(select.split_once('>').unwrap().0, "name").unwrap();
        let options = select.split("</select>").next().unwrap().split("<option ").skip(1);
        let chosen = options.map(|option| option.split_once('>').unwrap().0).find(|tag| tag.contains(" selected"));
        typed.insert(name, chosen.and_then(|tag| attribute(tag, "value")).unwrap_or_default());
    }
    typed
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next().map(plain)
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
