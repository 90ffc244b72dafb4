//! What tests of this and other crates need: a PostgreSQL cluster of their own, slow commits, a store of files.

#[cfg(feature = "testing-bucket")]
mod bucket;

#[cfg(feature = "testing-bucket")]
pub use bucket::{Fault, Server};

use crate::store::Store;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Adds a wait to every commit of the writing lane, as a slow disk would.
pub fn slow_commits(store: &Store, wait: Duration) {
    store.lane().delay.store(wait.as_micros() as u64, Ordering::Relaxed);
}

/// Loses the next commits of the writing lane, as a broken connection or a full disk would.
pub fn lose_commits(store: &Store, commits: u64) {
    store.lane().losses.store(commits, Ordering::Relaxed);
}

/// Lets every read be so much slower, as one over very many rows would.
pub fn slow_reads(store: &Store, wait: Duration) {
    store.pool().delay.store(wait.as_micros() as u64, Ordering::Relaxed);
}

/// Waits until so many writes stand in the queues of the lane.
///
/// # Panics
/// When they do not within ten seconds.
pub fn await_queue(store: &Store, writes: usize) {
    let until = Instant::now() + Duration::from_secs(10);
    let waiting = || {
        let (people, background) = store.lane().waiting();
        people + background
    };
    while waiting() < writes {
        assert!(Instant::now() < until, "only {} of {writes} writes wait", waiting());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Makes the cluster, starts it, and stops and removes it when the standard input ends: when the test is over, however
/// it ended. `$1`: folder of the server's programs, `$2`: port.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d)
"$1/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
"$1/postgres" -D "$dir/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c max_connections=300 -c fsync=off >"$dir/log" 2>&1 &
server=$!
echo started
cat >/dev/null || true
kill -INT $server 2>/dev/null || true
wait $server || true
rm -rf "$dir"
"#;

/// A running cluster; it stops when this process ends.
struct Cluster {
    port: u16,
    /// Holds the script's standard input open.
    _script: Child,
}

/// The address of an empty database: a schema of its own in a cluster that this process starts at the first call, on a
/// free loopback port, as a user that is not root, and that stops when the process ends.
///
/// # Panics
/// When the server's programs are missing or do not start; the message says what to install.
pub fn postgres_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static SCHEMAS: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(start);
    let schema = format!("test_{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
    let base = format!("postgres://postgres@127.0.0.1:{}/postgres", cluster.port);
    let mut client = postgres::Client::connect(&base, postgres::NoTls).expect("the test cluster answers");
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).expect("the test cluster makes a schema");
    format!("{base}?options=-c%20search_path%3D{schema}&application_name={schema}")
}

fn start() -> Cluster {
    let programs = programs().expect("no PostgreSQL server found; run `apt install postgresql`");
    let port = free_port();
    let mut command = shell();
    let mut script = command
        .args(["-c", SCRIPT, "sh"])
        .arg(&programs)
        .arg(port.to_string())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell starts");
    let mut said = String::new();
    let out = script.stdout.take().expect("the script's output is piped");
    let mut out = BufReader::new(out);
    while !said.ends_with("started\n") {
        let read = out.read_line(&mut said).expect("the script's output is text");
        assert!(read > 0, "the PostgreSQL cluster did not start: {said}");
    }
    await_answer(port);
    Cluster { port, _script: script }
}

/// A shell of a user that is not root: the server refuses to run as root.
fn shell() -> Command {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let root = status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"));
    if !root {
        return Command::new("sh");
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", "sh"]);
    command
}

/// The folder of the newest installed server's programs.
fn programs() -> Option<PathBuf> {
    let version = |folder: &Path| folder.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = installed.map(|entry| entry.path().join("bin")).collect();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH")?));
    folders.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    folders.into_iter().max_by_key(|folder| version(folder))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port is free");
    listener.local_addr().expect("a bound socket has an address").port()
}

fn await_answer(port: u16) {
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let until = Instant::now() + Duration::from_secs(60);
    while let Err(error) = postgres::Client::connect(&url, postgres::NoTls) {
        assert!(Instant::now() < until, "the PostgreSQL cluster does not answer: {error}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
