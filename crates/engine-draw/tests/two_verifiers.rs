//! Both verifiers, this crate's and the page's JavaScript, agree on a thousand altered proofs, and both find every one.
//!
//! The page's script runs in headless Chromium, as it would in a parent's browser.

use std::path::PathBuf;
use std::process::Command;

use engine_draw::{
    Application, BeaconClaim, LastBundle, Proof, Sheet, VERIFY_PAGE, Witness, draw, extend_register, freeze, verify,
};

const PAGES: u64 = 5;
const CASES_A_PAGE: u64 = 200;
const SIGNATURE: &str =
    "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";

#[test]
fn a_thousand_altered_proofs_are_judged_alike_and_all_are_found() {
    let mut rules = std::collections::BTreeMap::<String, usize>::new();
    for page in 0..PAGES {
        let cases: Vec<Vec<u8>> = (0..CASES_A_PAGE).map(|nth| altered(page * CASES_A_PAGE + nth)).collect();
        let judged = judge_in_browser(page, &cases);
        for (nth, (case, theirs)) in cases.iter().zip(&judged).enumerate() {
            let ours = judge(case);
            assert_eq!(&ours, theirs, "case {} of page {page}:\n{}", nth, String::from_utf8_lossy(case));
            assert!(!ours.is_empty(), "an alteration was not found, case {nth} of page {page}");
            for finding in ours.split(' ') {
                *rules.entry(finding[finding.find('P').unwrap()..][..5].to_owned()).or_default() += 1;
            }
        }
    }
    println!("findings by rule: {rules:?}");
    let missing: Vec<String> =
        (1..=22).map(|nth| format!("PW-{nth:02}")).filter(|rule| !rules.contains_key(rule)).collect();
    assert!(missing.is_empty(), "no case met {missing:?}");
}

#[test]
fn both_say_the_same_of_a_beacons_signature() {
    assert!(VERIFY_PAGE.contains(engine_draw::BEACON_NOTE));
}

#[test]
fn the_page_fetches_nothing() {
    assert!(VERIFY_PAGE.contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"));
    let page = VERIFY_PAGE.replace("http://www.w3.org/2000/svg", "");
    for reach in ["http:", "https:", "import ", "import(", "fetch(", "XMLHttpRequest", "<link", " src=", "url("] {
        assert!(!page.contains(reach), "{reach}");
    }
}

#[test]
fn untouched_proofs_hold_in_both() {
    let cases: Vec<Vec<u8>> = (0..60).map(|nth| original(nth, true)).collect();
    let judged = judge_in_browser(99, &cases);
    for (case, theirs) in cases.iter().zip(&judged) {
        assert_eq!((judge(case).as_str(), theirs.as_str()), ("", ""));
    }
}

/// Findings as `document:rule:row`, separated by blanks.
fn judge(case: &[u8]) -> String {
    let row = |row: Option<usize>| row.map_or("-".into(), |row| row.to_string());
    let words = verify(case).findings.into_iter();
    words
        .map(|finding| format!("{}:{}:{}", finding.document, finding.rule, row(finding.row)))
        .collect::<Vec<_>>()
        .join(" ")
}

// ---- Alterations ----

/// A reproducible source of choices.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

fn proof(nth: u64) -> Proof<'static> {
    let mut dice = Dice(nth);
    let children = 4 + dice.below(30);
    let number = |place: usize| format!("2021-P{:02}-{:04}", nth % 100, place + 1).into();
    let bundles =
        if children < 8 { vec![] } else { vec![vec![number(1), number(6)], vec![number(3), number(2), number(7)]] };
    let with_beacon = nth.is_multiple_of(3);
    let beacon = with_beacon.then(|| BeaconClaim {
        chain: "quicknet".into(),
        round: 123,
        signature: SIGNATURE.into(),
        previous_signature: "".into(),
    });
    let application = Application {
        batch: format!("2023-民办-{nth}").into(),
        school: "示例“民办”小学 \"\\ é 𠮷".into(),
        plan: 1 + dice.below(children - 2) as u64,
        last_bundle: dice.pick(&[LastBundle::Expand, LastBundle::Skip]),
        waiting: dice.below(4) > 0,
        frozen_at: "2023-08-21T09:00:00+08:00".into(),
        keepers: vec!["王某".into(), "周某".into()],
        numbers: (0..children).map(number).collect(),
        bundles,
    };
    let mut witness = |role: &'static str, name: &'static str| Witness {
        role: role.into(),
        name: name.into(),
        drawn_at: format!("2023-08-24T09:{:02}:00+08:00", dice.below(60)).into(),
        ball: format!("{:02}", dice.below(100)).into(),
    };
    let witnesses = vec![
        witness("公证员", "钱某"),
        witness("人大代表", "孙某"),
        witness("家长代表", "李某"),
        witness("媒体", "吴某"),
    ];
    draw(freeze(&application).unwrap(), Sheet { operator: "赵某".into(), witnesses, beacon }).unwrap()
}

fn register_of(proof: &Proof) -> String {
    let other = self::proof(100_000);
    let mut register = String::new();
    for list in [&other.list, &proof.list] {
        register = extend_register(&register, list, None).unwrap();
    }
    for proof in [proof, &other] {
        register = extend_register(&register, &proof.list, Some(proof)).unwrap();
    }
    register
}

fn original(nth: u64, with_register: bool) -> Vec<u8> {
    let proof = proof(nth);
    let register = if with_register { register_of(&proof) } else { String::new() };
    [&proof.to_bytes()[..], register.as_bytes()].concat()
}

fn altered(nth: u64) -> Vec<u8> {
    let mut dice = Dice(nth ^ 0xabcd);
    let untouched = [original(nth, false), original(nth, true)];
    loop {
        let case = match nth % 5 {
            0 => altered_bytes(nth, &mut dice),
            1 => altered_register(nth, &mut dice),
            2 => second_run(nth, &mut dice),
            _ => altered_members(nth, &mut dice),
        };
        // A choice may fall on what was there before, for example the same ball.
        if !untouched.contains(&case) {
            return case;
        }
    }
}

/// One bit, one sign, or a piece of the file.
fn altered_bytes(nth: u64, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = proof(nth).to_bytes();
    let at = dice.below(bytes.len());
    match dice.below(8) {
        0 | 1 => bytes[at] ^= 1 << dice.below(8),
        2 => bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' },
        3 => bytes.truncate(at),
        4 => bytes.insert(at, dice.pick(b" \n\t0a\",")),
        5 => drop(bytes.remove(at)),
        6 => {
            let text = String::from_utf8(bytes).unwrap();
            let changes: [(&str, &str); 8] = [
                ("\"plan\": ", "\"plan\": -"),
                ("\"plan\": ", "\"plan\": 0"),
                ("\"waiting\": ", "\"waiting\":"),
                ("{\n", "{\r\n"),
                (",\n \"seal\"", ",\n \"extra\": 1,\n \"seal\""),
                ("luoshi-draw-proof-1", "luoshi-draw-proof-2"),
                ("王某", "\\ud800"),
                ("\"keepers\"", "\"__proto__\""),
            ];
            let (from, to) = dice.pick(&changes);
            return text.replacen(from, to, 1).into_bytes();
        }
        _ => {
            let text = String::from_utf8(bytes).unwrap();
            let plan = text.lines().find(|line| line.starts_with(" \"plan\"")).unwrap().to_owned();
            let literal = dice.pick(&[
                "5.0",
                "1e1",
                "99999999999999999999",
                "9007199254740992",
                "18446744073709551615",
                "\"5\"",
                "null",
                "[[[[]]]]",
            ]);
            return text.replacen(&plan, &format!(" \"plan\": {literal},"), 1).into_bytes();
        }
    }
    bytes
}

/// A member changed in form, then sealed and digested anew or not, so that every later step is met too.
fn altered_members(nth: u64, dice: &mut Dice) -> Vec<u8> {
    let mut proof = proof(nth);
    // What the register was told before the alteration.
    let register = register_of(&proof);
    let places = proof.list.applicants.len();
    let at = dice.below(places);
    match dice.below(32) {
        0 => drop(proof.list.applicants.remove(at)),
        1 => proof.list.applicants.push("2021-Q00-0001,2021-Q00-0001".into()),
        2 => proof.list.applicants.swap(at, (at + 1) % places),
        3 => proof.list.applicants.insert(at, proof.list.applicants[at].clone()),
        4 => proof.list.applicants[at] = dice.pick(&["", ",", "甲,甲", "1", "1,2,3", "1,"]).into(),
        5 => {
            proof.list.applicants[places - 1] =
                format!("2021-Z,{}", dice.pick(&["2021-A", "2021-Z1", "2021-Z9"])).into()
        }
        6 => proof.list.applicants.clear(),
        7 => proof.list.plan = dice.pick(&[0, 10_000_000, places as u64, places as u64 - 1 + 1]),
        8 => proof.list.plan = if proof.list.plan == 1 { 2 } else { proof.list.plan - 1 },
        9 => {
            proof.list.frozen_at = dice
                .pick(&["2023-08-23T23:15:34+08:00", "2023-08-24T08:00:00+08:00", "2023-08-23T09:59:59+08:00"])
                .into()
        }
        10 => {
            proof.list.frozen_at = dice
                .pick(&[
                    "2023-02-29T09:00:00+08:00",
                    "",
                    "2023-08-21 09:00:00",
                    "1969-08-21T09:00:00+08:00",
                    "2023-13-01T09:00:00+08:00",
                ])
                .into()
        }
        11 => {
            proof.list.last_bundle =
                if proof.list.last_bundle == LastBundle::Skip { LastBundle::Expand } else { LastBundle::Skip }
        }
        12 => proof.list.waiting = !proof.list.waiting,
        13 => proof.list.keepers.clear(),
        14 => proof.list.keepers.push(proof.operator.clone()),
        15 => proof.list.school = odd_text(dice).into(),
        16 => proof.witnesses.truncate(dice.below(3)),
        17 => proof.witnesses[0].role = "媒体".into(),
        18 => proof.witnesses[2].name = proof.witnesses[1].name.clone(),
        19 => proof.witnesses[dice.below(4)].ball = dice.pick(&["", "7", "777", "7a", "77", "٧٧"]).into(),
        20 => {
            proof.witnesses[dice.below(4)].drawn_at =
                dice.pick(&["2023-08-21T09:00:01+08:00", "2023-08-24T25:00:00+08:00", "2023-08-24T09:00:00Z"]).into()
        }
        21 => proof.witnesses[dice.below(4)].name = odd_text(dice).into(),
        22 => proof.witnesses.swap(0, 1 + dice.below(3)),
        23 => proof.operator = odd_text(dice).into(),
        24 => proof.seed = proof.list.digest.clone(),
        25 => proof.admitted.reverse(),
        26 => proof.admitted.push("2021-X".into()),
        27 => drop(proof.admitted.pop()),
        28 => proof.waiting_list.extend(proof.admitted.first().cloned()),
        29 | 30 => alter_beacon(&mut proof, dice),
        _ => proof.list.batch = odd_text(dice).into(),
    }
    if dice.below(2) == 0 {
        proof.list.digest = proof.list.computed_digest().into();
    }
    if dice.below(3) > 0 {
        proof.seal = proof.computed_seal().into();
    }
    [&proof.to_bytes()[..], register.as_bytes()].concat()
}

fn odd_text(dice: &mut Dice) -> String {
    let long = "长".repeat(101);
    let wide = "𠮷".repeat(100);
    dice.pick(&[
        "",
        "甲|乙",
        "甲\u{7}",
        "甲\n乙",
        "\u{85}",
        "甲\u{2028}乙",
        &long,
        &wide,
        "改名",
        "{",
        " ",
        "\u{feff}",
        "\u{ffff}",
        "\u{7f}",
    ])
    .to_owned()
}

fn alter_beacon(proof: &mut Proof<'static>, dice: &mut Dice) {
    let Some(beacon) = &mut proof.beacon else {
        proof.admitted.swap_remove(0);
        return;
    };
    match dice.below(7) {
        0 => beacon.round += 1,
        1 => beacon.round = dice.pick(&[0, 1_000_000_000, (1 << 53) - 1, 1 << 53, u64::MAX]),
        2 => beacon.chain = dice.pick(&["default", "constructor", ""]).into(),
        3 => beacon.signature = SIGNATURE.replace("b75c", dice.pick(&["b75d", "B75c", "b7"])).into(),
        4 => beacon.previous_signature = "00".into(),
        5 => beacon.drawn_at = "2023-08-23T23:15:36+08:00".into(),
        _ => beacon.randomness = SIGNATURE[..64].into(),
    }
}

/// The same batch drawn again with other balls: right in itself, so it is given with the first proof or the register.
fn second_run(nth: u64, dice: &mut Dice) -> Vec<u8> {
    let first = proof(nth);
    let mut witnesses = first.witnesses.clone();
    witnesses[3].ball = if *witnesses[3].ball == *"50" { "51".into() } else { "50".into() };
    let sheet = Sheet { operator: first.operator.clone(), witnesses, beacon: None };
    let again = draw(first.list.clone(), sheet).unwrap();
    let register = register_of(&first);
    let (first, again) = (first.to_bytes(), again.to_bytes());
    match dice.below(4) {
        0 => [first, again].concat(),
        1 => [&register.clone().into_bytes()[..], &again].concat(),
        2 => [&first[..], register.as_bytes(), &again].concat(),
        _ => [&again[..], &again, &first].concat(),
    }
}

/// A line of the register changed, doubled, lost or moved, with the chain left or made anew.
fn altered_register(nth: u64, dice: &mut Dice) -> Vec<u8> {
    let proof = proof(nth);
    let register = register_of(&proof);
    let mut lines: Vec<String> = register.lines().map(str::to_owned).collect();
    let at = 1 + dice.below(lines.len() - 1);
    match dice.below(10) {
        // The last line may be cut off unseen; that is why the last line is published with each notice.
        0 => drop(lines.remove(at.min(3))),
        1 => lines.insert(at, lines[at].clone()),
        2 => lines.swap(at, if at == 1 { 2 } else { at - 1 }),
        3 => lines[at] = lines[at].replacen("2023", "2024", 1),
        4 => lines[at] = lines[at].replacen('|', "||", 1),
        5 => lines.push(dice.pick(&["", "note|x", "{", "luoshi-draw-register-1", "draw|a|b"]).to_owned()),
        6 => lines.truncate(3),
        7 => lines = rechained(lines.iter().take(3).chain(lines.iter().skip(2)).cloned().collect()),
        8 => lines = rechained([0, 1, 3, 2, 4].map(|place: usize| lines[place].clone()).to_vec()),
        _ => return [&proof.to_bytes()[..], register.trim_end().as_bytes()].concat(),
    }
    [&proof.to_bytes()[..], lines.join("\n").as_bytes(), b"\n"].concat()
}

/// The same rows with chains that hold, as a forger of the whole register would write them.
fn rechained(lines: Vec<String>) -> Vec<String> {
    use sm3::{Digest, Sm3};
    let mut chain = "0".repeat(64);
    let mut link = |line: &String| {
        let row = line.rsplit_once('|').unwrap().0;
        chain = Sm3::digest(format!("{chain}|{row}")).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{row}|{chain}")
    };
    let rows: Vec<String> = lines[1..].iter().map(&mut link).collect();
    [&lines[..1], &rows].concat()
}

// ---- The browser ----

/// What the page's script finds in each case, in the words of [`judge`].
fn judge_in_browser(page: u64, cases: &[Vec<u8>]) -> Vec<String> {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("two-verifiers-{page}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("cases.html");
    std::fs::write(&file, cases_page(cases)).unwrap();
    let out = Command::new(browser())
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(out.stdout).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let (_, after) = dom
        .split_once("<pre id=\"out\">")
        .unwrap_or_else(|| panic!("the page did not run:\n{}", String::from_utf8_lossy(&out.stderr)));
    let body = after.split("</pre>").next().unwrap();
    let judged: Vec<String> =
        body.trim_end_matches('\n').split('\n').map(|line| line.trim_start_matches('=').to_owned()).collect();
    assert_eq!(judged.len(), cases.len(), "{body}");
    judged
}

fn cases_page(cases: &[Vec<u8>]) -> String {
    let script = VERIFY_PAGE.split_once("<script id=\"verifier\">").unwrap().1.split_once("</script>").unwrap().0;
    let list: Vec<String> = cases
        .iter()
        .map(|case| format!("\"{}\"", case.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
        .collect();
    format!(
        "<!doctype html><meta charset=utf-8><pre id=\"out\"></pre><script>{script}</script><script>
        document.getElementById('out').textContent = [{}].map(function (hex) {{
            return '=' + verify(bytesOfHex(hex)).findings.map(function (f) {{ return f.document + ':' + f.rule + ':' + (f.row || '-'); }}).join(' ');
        }}).join('\\n');</script>",
        list.join(",\n")
    )
}

fn browser() -> PathBuf {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let known = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).flat_map(|folder| known.map(|name| folder.join(name))).find(|file| file.is_file());
    named.or(found).unwrap_or_else(|| panic!("this test runs the page's script in Chromium: install it (Debian: apt install chromium) or name the program in the variable CHROMIUM"))
}
