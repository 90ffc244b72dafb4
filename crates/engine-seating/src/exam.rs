use serde::{Deserialize, Serialize};

/// One examination: where, who, when. The only input of [`crate::seat`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exam {
    /// Name of the examination (考试).
    pub exam: String,
    /// The stored seed; every choice left open by the rules is drawn from it.
    pub seed: String,
    /// What stands before site, room and seat in the examination number (考号), for example year and county.
    #[serde(default)]
    pub number_prefix: String,
    /// Layouts besides the known `6x5`, `5x6` and `7-8-8-7`.
    #[serde(default)]
    pub layouts: Vec<Layout>,
    /// Settings with their defaults.
    #[serde(default)]
    pub settings: Settings,
    /// Sites (考点) with their rooms (考场).
    pub sites: Vec<Site>,
    /// Candidates (考生).
    pub candidates: Vec<Candidate>,
    /// Sessions (场次); may be empty when only seats are wanted.
    #[serde(default)]
    pub sessions: Vec<Session>,
    /// Invigilators (监考员); empty exactly when there are no sessions.
    #[serde(default)]
    pub invigilators: Vec<Invigilator>,
}

/// A named arrangement of seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name.
    pub layout: String,
    /// Seats in each column, from the door side, front rows aligned.
    pub columns: Vec<u8>,
}

/// What the bureau may set; every default is `operations` 5.1 and 5.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// KC-06: candidates do not sit at a site in the own school.
    pub away: bool,
    /// KC-02: a last room of at most this many shares with the room before it.
    pub short_room: u32,
    /// KC-08: spare rooms each site must declare; none asked by default.
    pub spare_rooms: Option<SpareRooms>,
    /// KS-05: reserve invigilators, per cent of those posted, rounded up.
    pub reserve_percent: u32,
    /// KS-02: what "own school" means for an invigilator.
    pub own_school: OwnSchool,
    /// KS-02: whoever teaches the examined grade is not appointed.
    pub exclude_exam_grade: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            away: true,
            short_room: 3,
            spare_rooms: None,
            reserve_percent: 5,
            own_school: OwnSchool::Candidates,
            exclude_exam_grade: true,
        }
    }
}

/// Spare rooms per site: the larger of `least` and the ordinary rooms divided by `per`, rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpareRooms {
    /// At least so many.
    pub least: u32,
    /// One for every so many ordinary rooms.
    pub per: u32,
}

/// What an invigilator must keep away from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnSchool {
    /// Rooms with candidates of the own school, and the site in the own school.
    Candidates,
    /// The site in the own school only.
    Site,
}

/// A site (考点).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its code.
    pub site: String,
    /// The school whose building it is; empty when it is none.
    #[serde(default)]
    pub school: String,
    /// Its rooms, in the order they are filled.
    pub rooms: Vec<Room>,
}

/// A room (考场).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// Its code within the site.
    pub room: String,
    /// Name of its layout.
    pub layout: String,
    /// What it is for.
    #[serde(default)]
    pub kind: Kind,
    /// Needs it can meet, for example `ground floor`.
    #[serde(default)]
    pub offers: Vec<String>,
}

/// What a room is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Ordinary (普通).
    #[default]
    Normal,
    /// Kept empty (备用).
    Spare,
    /// Only for candidates with a need that no ordinary room offers (特殊, 隔离); nobody has a neighbour.
    Special,
}

/// A candidate (考生).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// 报名号, unique.
    pub number: String,
    /// The school.
    pub school: String,
    /// The class within the school; empty when unknown.
    #[serde(default)]
    pub class: String,
    /// Subject group, paper type or language; candidates of different groups never share a room.
    #[serde(default)]
    pub group: String,
    /// What the room must offer.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Same text for twins; empty for all others.
    #[serde(default)]
    pub twins: String,
}

/// A session (场次).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Its name, unique.
    pub session: String,
    /// The half-day it falls in; pairs and rooms are drawn anew for each.
    pub half_day: String,
    /// The subject examined; its teachers keep away that half-day.
    pub subject: String,
}

/// An invigilator (监考员).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invigilator {
    /// Number, unique.
    pub number: String,
    /// The school or unit.
    pub school: String,
    /// The subject taught; empty for none.
    #[serde(default)]
    pub subject: String,
    /// A mixed pair is preferred.
    pub sex: Sex,
    /// Teaches the examined grade.
    #[serde(default)]
    pub exam_grade: bool,
    /// Training passed (培训合格).
    #[serde(default)]
    pub trained: bool,
    /// Signed the 承诺书.
    #[serde(default)]
    pub pledged: bool,
    /// Health cleared.
    #[serde(default)]
    pub healthy: bool,
    /// Numbers of candidates who are near relatives (回避声明).
    #[serde(default)]
    pub relatives: Vec<String>,
}

/// Sex as in GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
    /// 未知 or 未说明.
    Unknown,
}
