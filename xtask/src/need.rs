//! What tests need beside Rust: a browser, its driver, a database server. Installs them where it may.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that some tests start.
struct Need {
    /// For people.
    title: &'static str,
    /// Debian's package.
    package: &'static str,
    /// Whether it is there.
    found: fn() -> bool,
}

const NEEDS: [Need; 4] = [
    Need { title: "the Chromium browser", package: "chromium", found: || in_path("chromium") },
    Need { title: "ChromeDriver", package: "chromium-driver", found: || in_path("chromedriver") },
    Need { title: "a Chinese font for screenshots", package: "fonts-wqy-microhei", found: chinese_font },
    Need { title: "a PostgreSQL server", package: "postgresql", found: postgres },
];

/// Installs what is missing where it may.
///
/// # Errors
/// A sentence that says what to install by hand.
pub fn provide() -> Result<(), String> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let titles: Vec<&str> = missing.iter().map(|need| need.title).collect();
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let by_hand = format!(
        "some tests need {}. On Debian install them with\n\n    sudo apt-get install -y --no-install-recommends {}\n\n\
         or leave those tests out: cargo xtask test --quick",
        titles.join(", "),
        packages.join(" ")
    );
    if !is_root() || !in_path("apt-get") {
        return Err(by_hand);
    }
    println!("Installing {} (apt-get, as root)", packages.join(", "));
    let installed = apt(&["update"]) && apt(&[&["install", "-y", "--no-install-recommends"][..], &packages].concat());
    match installed && missing.iter().all(|need| (need.found)()) {
        true => Ok(()),
        false => Err(format!("apt-get could not install everything; {by_hand}")),
    }
}

fn apt(arguments: &[&str]) -> bool {
    let mut command = Command::new("apt-get");
    command.arg("-qq").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command.status().is_ok_and(|status| status.success())
}

fn in_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Debian keeps the server's programs outside the path.
fn postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders.iter().any(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn chinese_font() -> bool {
    let listed = Command::new("fc-list").arg(":lang=zh").output();
    listed.is_ok_and(|output| !output.stdout.is_empty())
}

/// Whether this process runs as root; `/proc` says so without a call that needs a crate.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    Path::new("/proc/self").metadata().is_ok_and(|about| about.uid() == 0)
}
