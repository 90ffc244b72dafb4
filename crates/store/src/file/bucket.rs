//! Bytes in a bucket: one object each, whose key is the prefix and `ab/cdef…`. A put is atomic there, so there are no parts
//! and no renames, and all three requests may be sent again.

use crate::error::StoreError;
use crate::options;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use luoshi_kernel::digest::{self, hex};
use md5::{Digest, Md5};
use rusty_s3::{Credentials, S3Action};
use std::time::{Duration, Instant};
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// How long a signed request may be on its way before the server refuses to begin with it.
const SIGNED: Duration = Duration::from_secs(300);
/// How long the server may take to answer a call.
const CONNECT: Duration = Duration::from_secs(5);
/// How long nothing may move on a connection.
const STANDSTILL: Duration = Duration::from_secs(20);
/// How long one attempt may take as a whole, the largest file on a slow line.
const ATTEMPT: Duration = Duration::from_secs(600);
/// How long a removal may take: it must have ended before its claim does.
const REMOVAL: Duration = Duration::from_secs(30);
/// Waits before the second and the third attempt.
const WAITS: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];
/// No further attempt is made when so much time has gone: a person waits for it.
const PATIENCE: Duration = Duration::from_secs(15);
/// The largest answer that is read; a form limits files to less.
const LARGEST: u64 = 1 << 30;
/// Codes of S3 for what goes by itself, whatever the status.
const PASSING: [&str; 5] = ["RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "BadDigest"];

/// The bucket of a store.
pub(crate) struct Bucket {
    /// What it is called in sentences.
    place: String,
    prefix: String,
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    agent: Agent,
}

/// Why an attempt failed: whether another one may help, and what was said.
struct Failure {
    passing: bool,
    message: String,
}

/// A whole answer.
struct Answer {
    status: u16,
    bytes: Vec<u8>,
}

impl Bucket {
    pub fn new(given: &options::Bucket) -> Result<Bucket, StoreError> {
        let wrong = |reason: String, chinese: String| StoreError::Files { reason, chinese };
        let (style, endpoint) = match given.endpoint.contains("{bucket}.") {
            true => (rusty_s3::UrlStyle::VirtualHost, given.endpoint.replace("{bucket}.", "")),
            false => (rusty_s3::UrlStyle::Path, given.endpoint.clone()),
        };
        let no_address = || {
            wrong(
                format!("`{}` is no address of a store of files; write it as https://HOST", given.endpoint),
                format!("“{}”不是文件存储的地址，请写成 https://主机名", given.endpoint),
            )
        };
        let endpoint = endpoint.parse().map_err(|_| no_address())?;
        let bucket = rusty_s3::Bucket::new(endpoint, style, given.name.clone(), given.region.clone());
        let access = &given.access;
        let credentials = match &access.token {
            None => Credentials::new(&access.key, access.secret()),
            Some(token) => Credentials::new_with_token(&access.key, access.secret(), token),
        };
        // The roots that the machine trusts: a bureau's own authority is among them, or named by SSL_CERT_FILE.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // A request is signed for one host: elsewhere it would be refused, or read by somebody else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(STANDSTILL))
            .timeout_per_write(Some(STANDSTILL))
            .timeout_recv_response(Some(STANDSTILL))
            .timeout_global(Some(ATTEMPT))
            .user_agent("luoshi")
            .build()
            .new_agent();
        Ok(Bucket {
            place: given.to_string(),
            prefix: given.prefix.clone(),
            bucket: bucket.map_err(|_| no_address())?,
            credentials,
            agent,
        })
    }

    /// What lies there. What does not have the digest of its name is read a second time: then it was altered there, and
    /// not on its way.
    pub fn read(&self, digest: &str, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = self.key(key);
        let read = || {
            self.again(|| {
                let url = self.bucket.get_object(Some(&self.credentials), &key).sign(SIGNED);
                let answer = whole(self.agent.get(url.as_str()).call()?)?;
                match answer.status {
                    200 => Ok(Some(answer.bytes)),
                    404 if answer.code() == "NoSuchKey" => Ok(None),
                    _ => Err(answer.failure()),
                }
            })
        };
        match read()? {
            Some(bytes) if hex(&digest::of(&bytes)) != digest => read(),
            read => Ok(read),
        }
    }

    /// Puts an object, whatever lies there. The store proves by its digest that it arrived whole before it answers.
    pub fn keep(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let key = self.key(key);
        let arrived = STANDARD.encode(Md5::digest(bytes));
        self.again(|| {
            let mut action = self.bucket.put_object(Some(&self.credentials), &key);
            action.headers_mut().insert("content-md5", arrived.as_str());
            let url = action.sign(SIGNED);
            let request = self.agent.put(url.as_str()).header("content-md5", &arrived);
            done(request.content_type("application/octet-stream").send(bytes)?)
        })
    }

    /// Removes an object; one that is not there is removed already.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        let key = self.key(key);
        self.again(|| {
            let url = self.bucket.delete_object(Some(&self.credentials), &key).sign(SIGNED);
            let request = self.agent.delete(url.as_str()).config().timeout_global(Some(REMOVAL)).build();
            match whole(request.call()?)? {
                answer if answer.status == 404 && answer.code() == "NoSuchKey" => Ok(()),
                answer => answer.done(),
            }
        })
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Attempts up to three times what goes by itself.
    fn again<T>(&self, attempt: impl Fn() -> Result<T, Failure>) -> Result<T, StoreError> {
        let since = Instant::now();
        let mut waits = WAITS.iter();
        loop {
            let failure = match attempt() {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            match waits.next().filter(|_| failure.passing && since.elapsed() < PATIENCE) {
                Some(wait) => std::thread::sleep(*wait),
                None => return Err(self.told(&failure)),
            }
        }
    }

    fn told(&self, failure: &Failure) -> StoreError {
        let (place, message) = (&self.place, &failure.message);
        match failure.passing {
            true => StoreError::Files {
                reason: format!("the store of files {place} does not answer: {message}; try again in a moment"),
                chinese: format!("文件存储 {place} 没有应答（{message}），请稍后再试"),
            },
            false => StoreError::Files {
                reason: format!("the store of files {place} refuses: {message}; look at bucket, region and keys"),
                chinese: format!("文件存储 {place} 拒绝访问（{message}），请检查存储桶、区域和密钥"),
            },
        }
    }
}

/// Reads an answer to its end.
fn whole(mut response: Response<Body>) -> Result<Answer, Failure> {
    let status = response.status().as_u16();
    let length = response.body().content_length();
    let bytes = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
    match length {
        Some(length) if length != bytes.len() as u64 => Err(Failure::passing("the answer broke off".into())),
        _ => Ok(Answer { status, bytes }),
    }
}

fn done(response: Response<Body>) -> Result<(), Failure> {
    whole(response)?.done()
}

impl Answer {
    fn done(&self) -> Result<(), Failure> {
        if (200..300).contains(&self.status) { Ok(()) } else { Err(self.failure()) }
    }

    /// An element of the server's own words on what is wrong; empty when it is no store of files that answers.
    fn element(&self, name: &str) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let inner = text.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
        inner.map(|(inner, _)| inner.chars().take(200).collect()).unwrap_or_default()
    }

    fn code(&self) -> String {
        self.element("Code")
    }

    fn failure(&self) -> Failure {
        let (status, code, message) = (self.status, self.code(), self.element("Message"));
        let passing = matches!(status, 429 | 500..=599) || PASSING.contains(&code.as_str());
        let words: Vec<&str> = [code.as_str(), message.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
        Failure { passing, message: format!("{status} {}", words.join(": ")).trim().to_string() }
    }
}

impl Failure {
    fn passing(message: String) -> Failure {
        Failure { passing: true, message }
    }
}

impl From<ureq::Error> for Failure {
    /// The address of a request carries its signature, so it is never told.
    fn from(error: ureq::Error) -> Failure {
        match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::RequireHttpsOnly(_) => {
                Failure { passing: false, message: "its address cannot be called".into() }
            }
            other => Failure::passing(other.to_string()),
        }
    }
}
