//! `luoshi serve`

use super::{Global, demo};
use crate::{heads, open};
use luoshi_desk::Bureau;
use luoshi_store::{Act, ExportedHead, StoreError, Writer};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where to serve.
#[derive(Debug)]
pub struct Where {
    /// The port.
    pub port: u16,
    /// The address.
    pub address: IpAddr,
    /// Where heads are also written.
    pub heads: Option<PathBuf>,
    /// Behind TLS.
    pub tls: bool,
}

impl Default for Where {
    fn default() -> Where {
        Where { port: 7001, address: IpAddr::V4(Ipv4Addr::LOCALHOST), heads: None, tls: false }
    }
}

/// Serves until asked to end.
pub fn run(global: &Global, place: &Where) -> Result<ExitCode, String> {
    let heads = place.heads.as_ref().map(|folder| folder.display().to_string());
    let desk = Arc::new(open::desk(global, place.address.is_loopback() && !place.tls, heads)?);
    let bureau = desk.bureau().clone();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let address = SocketAddr::new(place.address, place.port);
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| {
            global.say(
                &format!("{address} 不能用：{error}。换一个端口：luoshi serve --port 7002"),
                &format!("{address}: {error}; try another port: luoshi serve --port 7002"),
            )
        })?;
        let tried = bureau.clone();
        tokio::task::spawn_blocking(move || tried.store.try_files())
            .await
            .map_err(|error| error.to_string())?
            .unwrap_or_else(|error| {
                let (zh, en) = (error.chinese(), error.to_string());
                eprintln!(
                    "{}",
                    global.say(
                        &format!("附件现在取不出来：{zh}。附件另放一处的，请用 --files 指明。"),
                        &format!(
                            "files cannot be had now: {en}. If they lie elsewhere, name the place with `--files`."
                        ),
                    )
                );
            });
        announce(global, &bureau, &listener.local_addr().map_err(|error| error.to_string())?);
        if bureau.read_only.is_none() {
            tokio::spawn(tend(bureau.clone(), place.heads.clone()));
        }
        luoshi_web::serve(listener, luoshi_web::App::new(desk, place.tls)).await.map_err(|error| error.to_string())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a line; a reader that has gone does not end a server.
fn tell(line: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn announce(global: &Global, bureau: &Bureau, address: &SocketAddr) {
    let url = format!("http://{address}/");
    tell(global.say(&format!("落实 {} {url}", bureau.title), &format!("Luoshi, {}: {url}", bureau.title)));
    if !bureau.demo {
        return;
    }
    tell(global.say(
        &format!("演示数据，今天按 {} 算。登录页上可一键进入；口令如下：", bureau.clock.today()),
        &format!("demo data, today is {}. One click on the sign-in page enters; passwords:", bureau.clock.today()),
    ));
    let place = global.data.join(crate::open::KEYS).display().to_string();
    tell(global.say(
        &format!("演示库的密钥与数据放在一起（{place}），等于没有加密；正式库的密钥放在别处，用 --keys 指明。"),
        &format!("The demo keeps its keys beside its data ({place}), which protects nothing; a real bureau keeps them elsewhere, with `--keys`."),
    ));
    for line in std::fs::read_to_string(global.data.join(demo::PASSWORDS)).unwrap_or_default().lines() {
        if let [name, password, title] = line.split('\t').collect::<Vec<_>>()[..] {
            tell(format!("  {name:<12} {password}  {title}"));
        }
    }
}

/// How often due jobs are looked for.
const LOOK: Duration = Duration::from_secs(5);
/// How often the ledger is sealed and ended sessions are swept.
const SEAL: Duration = Duration::from_secs(60);

/// Does what nobody asks for: each minute seals the ledger, writes the head elsewhere too and sweeps sessions; every few
/// seconds runs what is due, one job after the other until the next minute.
async fn tend(bureau: Arc<Bureau>, heads: Option<PathBuf>) {
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut round = Round { sealed: None, agrees: false };
    loop {
        every.tick().await;
        let (bureau, heads) = (bureau.clone(), heads.clone());
        let last = round;
        match tokio::task::spawn_blocking(move || last.turn(&bureau, heads.as_deref())).await {
            Ok(next) => round = next,
            Err(error) => tracing::error!(%error, "the work in the background broke off"),
        }
    }
}

/// When the ledger was sealed last, and whether the folder of heads is known to agree with it.
#[derive(Clone, Copy)]
struct Round {
    sealed: Option<Instant>,
    /// The heads that are kept elsewhere have been read and speak for the ledger.
    agrees: bool,
}

impl Round {
    fn turn(mut self, bureau: &Arc<Bureau>, heads: Option<&std::path::Path>) -> Round {
        if self.is_over() {
            self.sealed = Some(Instant::now());
            if let Err(refusal) = luoshi_desk::account::sweep(bureau) {
                tracing::warn!(%refusal, "ended sessions were not swept");
            }
            let sealed = self.seal(bureau, heads);
            if let Err((_, error)) = &sealed {
                tracing::error!(%error, "the ledger could not be sealed");
            }
            bureau.note_sealing(sealed.err());
        }
        while !self.is_over() {
            match luoshi_desk::job::run(bureau, 1) {
                Ok(ran) if ran.done + ran.failed + ran.left > 0 => {}
                Ok(_) => break,
                Err(refusal) => {
                    tracing::warn!(%refusal, "jobs could not be run");
                    break;
                }
            }
        }
        self
    }

    /// Makes a head and writes it elsewhere too, but never beside one that the ledger does not agree with.
    fn seal(&mut self, bureau: &Bureau, folder: Option<&std::path::Path>) -> Result<(), heads::Trouble> {
        if let Some(folder) = folder.filter(|_| !self.agrees) {
            heads::check(&bureau.store, folder)?;
            self.agrees = true;
        }
        let act = Act { at: bureau.clock.now(), background: true, ..Act::default() };
        let made = bureau.store.write(act, |writer: &mut Writer| writer.make_head());
        let head = made.map_err(|error: StoreError| (error.chinese(), error.to_string()))?;
        let kept = folder.map_or(Ok(()), |folder| heads::keep(folder, &ExportedHead::from(&head)));
        if kept.is_err() {
            // Nothing more is sealed until the folder has been read and found to agree.
            self.agrees = false;
        }
        kept
    }

    fn is_over(&self) -> bool {
        self.sealed.is_none_or(|at| at.elapsed() >= SEAL)
    }
}
