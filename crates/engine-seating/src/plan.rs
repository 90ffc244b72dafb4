use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

/// Who sits where and who watches (编排).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name of the examination.
    pub exam: String,
    /// One seat for each candidate, in the order of the input.
    pub seats: Vec<Seat>,
    /// The rooms used, in the order of the input.
    pub rooms: Vec<RoomPlan>,
    /// Invigilators for each half-day, in the order of the sessions.
    pub half_days: Vec<HalfDay>,
    /// SM3 over seats and posts, lower-case hex.
    pub seal: String,
}

/// A candidate's seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// 报名号.
    pub number: String,
    /// Code of the site.
    pub site: String,
    /// Code of the room within the site.
    pub room: String,
    /// Seat from 1, serpentine from the door side.
    pub seat: u8,
    /// 考号: prefix, site, room and two digits of the seat.
    pub exam_number: String,
}

/// A room in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomPlan {
    /// Code of the site.
    pub site: String,
    /// Code of the room within the site.
    pub room: String,
    /// Subject group.
    pub group: String,
    /// Candidates in it.
    pub candidates: usize,
    /// The school that fills over half of it, so that its classes are kept apart instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relaxed: Option<String>,
}

/// The invigilators of one half-day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HalfDay {
    /// The half-day.
    pub half_day: String,
    /// Two invigilators for each room in use.
    pub posts: Vec<Post>,
    /// Reserve (备用).
    pub reserve: Vec<String>,
}

/// The two invigilators of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Code of the site.
    pub site: String,
    /// Code of the room within the site.
    pub room: String,
    /// Two numbers.
    pub invigilators: [String; 2],
}

impl Plan {
    /// The seal that belongs to seats and posts, lower-case hex: SM3 of one line `number|site|room|seat` each, then
    /// for each half-day one line `half_day|site|room|first|second` a room and `half_day|reserve|number` a reserve.
    pub fn computed_seal(&self) -> String {
        let mut text = String::with_capacity(self.seats.len() * 40);
        for Seat { number, site, room, seat, .. } in &self.seats {
            push_line(&mut text, &[number, site, room, &seat.to_string()]);
        }
        for HalfDay { half_day, posts, reserve } in &self.half_days {
            for Post { site, room, invigilators: [first, second] } in posts {
                push_line(&mut text, &[half_day, site, room, first, second]);
            }
            for number in reserve {
                push_line(&mut text, &[half_day, "reserve", number]);
            }
        }
        Sm3::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn push_line(text: &mut String, parts: &[&str]) {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            text.push('|');
        }
        text.push_str(part);
    }
    text.push('\n');
}
