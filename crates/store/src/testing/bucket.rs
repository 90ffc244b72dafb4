//! A store of files of another make than our client, in the test's own process, and a proxy before it that spoils answers.

use crate::options::{Access, Bucket, Files};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tempfile::TempDir;

const KEY: &str = "AKTEST";
const SECRET: &str = "a-secret-of-tests";
const BUCKET: &str = "files";
const PREFIX: &str = "bureau/attachments";

/// What the proxy does to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Answers 503 and asks nobody.
    Refuse,
    /// Answers that there is no such bucket.
    NoBucket,
    /// Closes the connection in the middle of the answer's head.
    Reset,
    /// Closes the connection in the middle of the answer's body.
    Truncate,
    /// Alters the last byte of the answer.
    Alter,
    /// Alters the last byte of the request.
    AlterRequest,
    /// Waits until [`Server::release`], then passes the request on.
    Hold,
}

/// A server of one bucket, which ends with this value.
pub struct Server {
    folder: TempDir,
    front: SocketAddr,
    state: Arc<State>,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Default)]
struct State {
    faults: Mutex<VecDeque<Fault>>,
    seen: Mutex<Vec<String>>,
    held: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Server {
    /// Starts the server on a free loopback port, with its proxy on another.
    ///
    /// # Panics
    /// When the machine gives no port.
    pub fn start() -> Server {
        let folder = tempfile::tempdir().expect("a folder for the bucket");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("the folder is writable");
        let files = s3s_fs::FileSystem::new(folder.path()).expect("the folder is there");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        let bind = tokio::net::TcpListener::bind(("127.0.0.1", 0));
        let listener = runtime.block_on(bind).expect("a loopback port is free");
        let back = listener.local_addr().expect("a bound socket has an address");
        runtime.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        let proxy = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port is free");
        let front = proxy.local_addr().expect("a bound socket has an address");
        let state = Arc::new(State::default());
        let served = state.clone();
        std::thread::spawn(move || {
            for client in proxy.incoming().flatten() {
                let state = served.clone();
                // A client that goes in the middle ends its own request.
                std::thread::spawn(move || state.pass(client, back));
            }
        });
        Server { folder, front, state, _runtime: runtime }
    }

    /// Where the server answers.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.front)
    }

    /// The bucket, opened by the right key.
    pub fn files(&self) -> Files {
        self.opened_by(KEY, SECRET)
    }

    /// The bucket, opened by another.
    ///
    /// # Panics
    /// Never: the address is one.
    pub fn opened_by(&self, key: &str, secret: &str) -> Files {
        let access = Access::new(key, secret, None);
        Files::Bucket(Bucket::new(&self.address(), &self.endpoint(), "cn-yiwu", access).expect("an address"))
    }

    /// `s3://BUCKET/PREFIX`.
    pub fn address(&self) -> String {
        format!("s3://{BUCKET}/{PREFIX}")
    }

    /// The right key and its secret.
    pub fn access(&self) -> (&'static str, &'static str) {
        (KEY, SECRET)
    }

    /// The folder in which objects lie as files, behind the server's back.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join(BUCKET).join(PREFIX)
    }

    /// Does this to the next requests, one after another.
    pub fn spoil(&self, faults: &[Fault]) {
        lock(&self.state.faults).extend(faults);
    }

    /// The requests since the last question, as `PUT /files/…`, without what signs them.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.state.seen))
    }

    /// Waits until a request is held.
    pub fn await_held(&self) {
        let held = lock(&self.state.held);
        drop(self.state.changed.wait_while(held, |held| held.0 == 0).unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets requests that are held go on.
    pub fn release(&self) {
        lock(&self.state.held).1 = true;
        self.state.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Passes one request on and its answer back, and closes.
    fn pass(&self, mut client: TcpStream, back: SocketAddr) -> io::Result<()> {
        let mut request = message(&mut client)?;
        if request.is_empty() {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_string();
        lock(&self.seen).push(line.split(['?', '\r']).next().unwrap_or_default().replace(" HTTP/1.1", ""));
        let fault = lock(&self.faults).pop_front();
        match fault {
            Some(Fault::Refuse) => return answer(&mut client, "503 Slow Down", ""),
            Some(Fault::NoBucket) => {
                return answer(&mut client, "404 Not Found", "<Error><Code>NoSuchBucket</Code></Error>");
            }
            Some(Fault::Hold) => {
                let mut held = lock(&self.held);
                held.0 += 1;
                self.changed.notify_all();
                drop(self.changed.wait_while(held, |held| !held.1).unwrap_or_else(PoisonError::into_inner));
            }
            Some(Fault::AlterRequest) => alter(&mut request),
            _ => {}
        }
        let mut server = TcpStream::connect(back)?;
        server.write_all(&request)?;
        let mut answer = message(&mut server)?;
        let keep = match fault {
            Some(Fault::Reset) => 20,
            Some(Fault::Truncate) => answer.len() - 3,
            _ => answer.len(),
        };
        if fault == Some(Fault::Alter) {
            alter(&mut answer);
        }
        client.write_all(&answer[..keep])?;
        client.shutdown(Shutdown::Both)
    }
}

fn answer(client: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    client.write_all(head.as_bytes())?;
    client.write_all(body.as_bytes())?;
    client.shutdown(Shutdown::Both)
}

fn alter(bytes: &mut [u8]) {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
}

/// Head and body of a message; every body that passes here has its length in the head.
fn message(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut bytes, mut some) = (vec![], [0; 4096]);
    loop {
        let read = from.read(&mut some)?;
        bytes.extend_from_slice(&some[..read]);
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let length = head.map(|head| {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            head + 4 + length.unwrap_or(0)
        });
        if read == 0 || length.is_some_and(|length| bytes.len() >= length) {
            return Ok(bytes);
        }
    }
}
