//! The one helper that knows the program: a demo bureau, its copies, lines of commands, a served bureau.

use rusqlite::Connection;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_luoshi");

/// The day on which the demo bureau stands.
pub const TODAY: &str = "2021-09-30";

/// The seven numbers of the paragraph on education projects.
pub const NUMBERS: [&str; 7] = [
    "project_built_count",
    "campus_new_count",
    "campus_delivered_count",
    "first_round_count",
    "places_added",
    "light_count",
    "aircon_count",
];

/// How the program ended and what it said.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// What was printed, as JSON, where all went well.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }
}

/// The program with its packs built in: it stands in a folder that holds none.
fn program() -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command
}

/// Runs a line such as `number places_added --json` on the bureau in a folder.
pub fn run(data: &Path, line: &str) -> Said {
    let output = program().arg("--data").arg(data).args(line.split_whitespace()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// The demo bureau, to be read only. It is made once for each build of the program.
pub fn demo() -> &'static Path {
    static DEMO: OnceLock<PathBuf> = OnceLock::new();
    DEMO.get_or_init(|| {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let lock = File::create(home.join("demo.lock")).unwrap();
        lock.lock().unwrap();
        let built = fs::metadata(PROGRAM).unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
        let folder = home.join(format!("demo-{}", built.as_micros()));
        if !folder.join("demo-accounts.txt").exists() {
            let stale = fs::read_dir(home).unwrap().flatten().map(|entry| entry.path()).filter(|path| is_demo(path));
            stale.for_each(|path| fs::remove_dir_all(path).unwrap());
            let said = run(&folder, "demo");
            assert_eq!(said.code, 0, "{said:?}");
        }
        folder
    })
}

fn is_demo(path: &Path) -> bool {
    path.is_dir() && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("demo-"))
}

/// A copy of the demo bureau, to be written.
pub fn copy() -> TempDir {
    let folder = TempDir::new().unwrap();
    copy_into(demo(), folder.path());
    folder
}

fn copy_into(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten().filter(|entry| !is_passing(&entry.path())) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_into(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Files that stand only while somebody reads, and carry nothing as long as nobody writes.
fn is_passing(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "db-shm" || ending == "db-wal")
}

/// The database of a bureau.
pub fn database(data: &Path) -> Connection {
    Connection::open(data.join("luoshi.db")).unwrap()
}

/// A whole number that SQL gives.
pub fn count(data: &Path, sql: &str) -> i64 {
    database(data).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The id of the project with a title.
pub fn project(data: &Path, title: &str) -> i64 {
    database(data).query_row("SELECT id FROM project WHERE title = ?1", [title], |row| row.get(0)).unwrap()
}

/// A served bureau; it is killed, as by `kill -9`, when this value goes.
pub struct Server {
    child: Child,
    /// Held open: a program whose reader has gone ends.
    _said: BufReader<ChildStdout>,
    /// `http://127.0.0.1:PORT`
    pub address: String,
}

impl Server {
    /// Serves the bureau in a folder on a free port of this machine; `before` stands before the verb.
    pub fn start(data: &Path, before: &str) -> Server {
        Server::serve(data, &format!("{before} serve --port 0"))
    }

    /// Serves the bureau in a folder on a free port of an address.
    pub fn start_at(data: &Path, address: &str) -> Server {
        let mut server = Server::serve(data, &format!("serve --port 0 --address {address}"));
        server.address = server.address.replace(address, "127.0.0.1");
        server
    }

    /// Serves the bureau in a folder on a machine whose temporary folder is gone.
    pub fn start_without_temporary_folder(data: &Path) -> Server {
        let mut command = program();
        command.env("TMPDIR", data.join("nowhere"));
        Server::serve_with(command, data, "serve --port 0")
    }

    /// Serves by a whole line of command.
    pub fn start_with(data: &Path, line: &str) -> Server {
        Server::serve(data, line)
    }

    fn serve(data: &Path, line: &str) -> Server {
        Server::serve_with(program(), data, line)
    }

    fn serve_with(mut command: Command, data: &Path, line: &str) -> Server {
        command.arg("--data").arg(data).args(line.split_whitespace());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let address = line.split_whitespace().find(|word| word.starts_with("http://"));
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).trim_end_matches('/').to_string();
        Server { child, _said: said, address }
    }

    /// Kills it without warning.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
