//! A made county: mixed layouts, two subject groups, needs, twins, spare and special rooms, six sessions in four half-days.

use engine_seating::{Candidate, Exam, Invigilator, Kind, Room, Session, Settings, Sex, Site, SpareRooms};

/// Schools with candidates, of uneven size.
pub const SCHOOLS: usize = 180;
/// Schools whose staff invigilate but who send no candidates (primary and senior schools).
const OTHER_SCHOOLS: usize = 120;
const ROOMS_A_SITE: usize = 60;
const SESSIONS: [(&str, &str, &str); 6] = [
    ("语文", "06-17上午", "语文"),
    ("科学", "06-17下午", "科学"),
    ("数学", "06-18上午", "数学"),
    ("英语", "06-18下午", "英语"),
    ("道德与法治", "06-18下午", "道德与法治"),
    ("历史", "06-18下午", "历史"),
];

/// The examination for so many candidates; equal every time.
pub fn exam(candidates: usize) -> Exam {
    let sites = candidates.div_ceil(28 * ROOMS_A_SITE) + 2;
    Exam {
        exam: "示例中考".into(),
        seed: "66-01-19".into(),
        number_prefix: "2182".into(),
        layouts: vec![],
        settings: Settings { spare_rooms: Some(SpareRooms { least: 3, per: 10 }), ..Settings::default() },
        sites: (0..sites).map(site).collect(),
        candidates: (0..candidates).map(candidate).collect(),
        sessions: SESSIONS
            .map(|(session, half_day, subject)| Session {
                session: session.into(),
                half_day: half_day.into(),
                subject: subject.into(),
            })
            .to_vec(),
        invigilators: (0..candidates / 30 * 5 / 2 + 200).map(invigilator).collect(),
    }
}

fn site(nth: usize) -> Site {
    let room = |place: usize| Room {
        room: format!("{:03}", place + 1),
        layout: ["6x5", "5x6", "7-8-8-7"][(nth + place) % 3].into(),
        kind: match place {
            _ if place < ROOMS_A_SITE => Kind::Normal,
            _ if place < ROOMS_A_SITE + 6 => Kind::Spare,
            _ => Kind::Special,
        },
        offers: match place {
            _ if place < 10 => vec!["底层".into()],
            _ if place >= ROOMS_A_SITE + 6 => vec!["隔离".into(), "大字卷".into()],
            _ => vec![],
        },
    };
    Site {
        site: format!("{:02}", nth + 1),
        school: school(nth * 2 % SCHOOLS),
        rooms: (0..ROOMS_A_SITE + 8).map(room).collect(),
    }
}

/// A fixed mixing of numbers, so that the county needs no random source.
fn mixed(nth: usize, salt: u64) -> usize {
    let mut word = (nth as u64 ^ (salt << 32)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((word ^ (word >> 31)) >> 16) as usize
}

fn candidate(nth: usize) -> Candidate {
    // The product of two draws makes a few large schools and many small ones.
    let school_index = (mixed(nth / 2, 1) % SCHOOLS) * (mixed(nth / 2, 2) % SCHOOLS) / SCHOOLS;
    let twin = (nth / 2).is_multiple_of(100);
    let needs = match mixed(nth, 3) % 4000 {
        0..8 => vec!["底层".into()],
        8 => vec!["大字卷".into()],
        _ => vec![],
    };
    Candidate {
        number: format!("2021{nth:07}"),
        school: school(school_index),
        class: format!("九({})", mixed(nth, 4) % 12 + 1),
        group: if school_index % 12 == 5 { "日语".into() } else { "英语".into() },
        needs,
        twins: if twin { format!("双{}", nth / 2) } else { String::new() },
    }
}

fn invigilator(nth: usize) -> Invigilator {
    let subjects = ["语文", "数学", "英语", "科学", "体育", "音乐", "美术", "信息", "", ""];
    Invigilator {
        number: format!("J{nth:06}"),
        school: school(mixed(nth, 5) % (SCHOOLS + OTHER_SCHOOLS)),
        subject: subjects[mixed(nth, 6) % subjects.len()].into(),
        sex: if mixed(nth, 7).is_multiple_of(3) { Sex::Male } else { Sex::Female },
        exam_grade: mixed(nth, 8).is_multiple_of(40),
        trained: !mixed(nth, 9).is_multiple_of(50),
        pledged: true,
        healthy: !mixed(nth, 10).is_multiple_of(80),
        relatives: if mixed(nth, 11).is_multiple_of(60) {
            vec![format!("2021{:07}", mixed(nth, 12) % 50_000)]
        } else {
            vec![]
        },
    }
}

fn school(index: usize) -> String {
    format!("第{index}中学")
}
