//! A real Chromium, through ChromeDriver: the few commands of the WebDriver protocol that our tests speak.

use base64::Engine;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use ureq::Agent;

/// The name under which the protocol sends an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long a page may take until it shows what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with a session and a profile of its own; it ends when this value goes.
pub struct Browser {
    driver: Child,
    /// Held open for what the driver says later.
    _said: Lines<BufReader<ChildStdout>>,
    agent: Agent,
    session: String,
}

/// An element of the page that is open.
pub struct Element<'b> {
    browser: &'b Browser,
    id: String,
}

impl Browser {
    /// Starts a browser whose window is so wide; at 390 it is a phone.
    pub fn open(width: u32) -> Browser {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; install it with `apt install chromium chromium-driver`");
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = said.by_ref().map(Result::unwrap).find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_string())
        });
        let base = format!("http://127.0.0.1:{}/session", port.expect("chromedriver says its port"));
        let config = Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(PATIENCE * 3));
        let mut browser = Browser { driver, _said: said, agent: config.build().into(), session: base };
        let options = json!({ "capabilities": { "alwaysMatch": {
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=zh-CN",
                "--accept-lang=zh-CN", "--hide-scrollbars", format!("--window-size={width},1000"),
            ]},
        }}});
        let started = browser.post("", options);
        let id = started["sessionId"].as_str().unwrap_or_else(|| panic!("no browser starts: {started}"));
        browser.session = format!("{}/{id}", browser.session);
        if width < 500 {
            // A window cannot be as narrow as a phone; what the page sees of it can.
            let phone = json!({ "width": width, "height": 844, "deviceScaleFactor": 2, "mobile": true });
            browser.devtools("Emulation.setDeviceMetricsOverride", phone);
        }
        browser
    }

    fn post(&self, path: &str, body: Value) -> Value {
        let sent =
            self.agent.post(format!("{}{path}", self.session)).content_type("application/json").send(body.to_string());
        self.value(sent, path)
    }

    fn get(&self, path: &str) -> Value {
        self.value(self.agent.get(format!("{}{path}", self.session)).call(), path)
    }

    fn value(&self, sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>, path: &str) -> Value {
        let text = sent.unwrap().into_body().into_with_config().limit(1 << 28).read_to_string().unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"));
        answer["value"].clone()
    }

    fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }

    /// Opens a page.
    pub fn visit(&self, address: &str) {
        self.post("/url", json!({ "url": address }));
    }

    /// The address of the page that is open.
    pub fn address(&self) -> String {
        self.get("/url").as_str().unwrap().to_string()
    }

    /// The first element that a CSS selector finds; waits until there is one.
    pub fn find(&self, selector: &str) -> Element<'_> {
        self.await_element("css selector", selector)
    }

    /// The first element that an XPath finds; waits until there is one.
    pub fn find_path(&self, path: &str) -> Element<'_> {
        self.await_element("xpath", path)
    }

    fn await_element(&self, using: &str, value: &str) -> Element<'_> {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self.post("/element", json!({ "using": using, "value": value }));
            if let Some(id) = found[ELEMENT].as_str() {
                return Element { browser: self, id: id.into() };
            }
            if Instant::now() > until {
                let page = self.script("return document.body.innerText");
                panic!("{} shows no {value}: {page}", self.address());
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Runs a script in the page and answers what it returns.
    pub fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
    }

    /// Everything the page has complained about since last asked: errors, refused scripts and styles.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "browser" }));
        let lines = log.as_array().unwrap().iter();
        let serious =
            lines.filter(|line| line["level"] == "SEVERE" || line["message"].to_string().contains("Content Security"));
        serious.map(|line| line["message"].as_str().unwrap_or_default().to_string()).collect()
    }

    /// Keeps a picture of the whole page as `target/screenshots/NAME.png`.
    pub fn picture(&self, name: &str) {
        let size = self.script("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]");
        let clip =
            json!({ "x": 0, "y": 0, "width": size[0], "height": size[1].as_f64().unwrap().min(6000.0), "scale": 1 });
        let parameters = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = self.devtools("Page.captureScreenshot", parameters);
        let bytes = base64::engine::general_purpose::STANDARD.decode(answer["data"].as_str().unwrap()).unwrap();
        let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("screenshots");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends the browser; ending the driver alone would leave it behind.
        self.agent.delete(self.session.as_str()).call().ok();
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

impl Element<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/element/{}{rest}", self.id)
    }

    /// Brings it into the middle of the window and presses it as a finger or a mouse would; what covers it gets in the way.
    pub fn click(&self) {
        self.script("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", Value::Null);
        let answer = self.browser.post(&self.path("/click"), json!({}));
        assert!(answer.is_null(), "{answer}");
    }

    /// The text that is seen.
    pub fn text(&self) -> String {
        self.browser.get(&self.path("/text")).as_str().unwrap().to_string()
    }

    /// What a field holds.
    pub fn value(&self) -> String {
        self.browser.get(&self.path("/property/value")).as_str().unwrap_or_default().to_string()
    }

    /// Replaces what a field holds. A field of days takes its parts in an order that hangs on the browser's language, so
    /// a value is put in rather than typed.
    pub fn put(&self, text: &str) {
        let script =
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true }));
                      arguments[0].dispatchEvent(new Event('change', { bubbles: true }));";
        self.script(script, text.into());
    }

    /// Types into a field; into one of files, a path.
    pub fn type_in(&self, text: &str) {
        self.browser.post(&self.path("/value"), json!({ "text": text }));
    }

    /// Runs a script whose first argument is this element.
    fn script(&self, script: &str, argument: Value) {
        let element = json!({ ELEMENT: self.id });
        self.browser.post("/execute/sync", json!({ "script": script, "args": [element, argument] }));
    }
}
