//! Invented names: schools, people, rooms. Nothing here is anybody's.

use jiff::civil::Date;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;

const FIRST: [&str; 30] = [
    "东", "西", "南", "北", "新", "春", "秋", "晨", "锦", "绣", "龙", "凤", "云", "溪", "湖", "江", "松", "竹", "梅",
    "兰", "星", "月", "文", "德", "明", "育", "和", "平", "安", "康",
];
const SECOND: [&str; 20] = [
    "华", "光", "苑", "林", "山", "河", "桥", "园", "塘", "泽", "辉", "风", "阳", "村", "岭", "坞", "田", "川", "畈",
    "湾",
];
const SURNAMES: [&str; 24] = [
    "王", "陈", "吴", "朱", "楼", "金", "骆", "方", "何", "周", "李", "张", "黄", "虞", "傅", "丁", "龚", "毛", "叶",
    "徐", "冯", "贾", "宗", "盛",
];
const GIVEN: [&str; 30] = [
    "敏", "静", "建军", "志强", "晓明", "丽", "国平", "海峰", "文静", "立新", "佳", "俊杰", "春燕", "卫东", "雪",
    "永康", "慧", "爱民", "伟", "若兰", "一鸣", "思远", "婷", "正", "秀英", "学文", "晨", "光明", "素琴", "子涵",
];

/// Hands out names, none twice among schools.
#[derive(Default)]
pub struct Names {
    used: HashSet<String>,
}

impl Names {
    /// Keeps a name that is given from elsewhere.
    pub fn take(&mut self, name: &str) -> bool {
        self.used.insert(name.to_string())
    }

    /// A school's name in a town.
    pub fn school(&mut self, rng: &mut ChaCha8Rng, town: &str, stage: &str) -> String {
        let suffix = match stage {
            "kindergarten" => "幼儿园",
            "primary" => "小学",
            "junior" => "初级中学",
            "nine_year" => "学校",
            "senior" => "高级中学",
            "vocational" => "职业学校",
            _ => "特殊教育学校",
        };
        loop {
            let name = format!("{town}{}{}{suffix}", pick(rng, &FIRST), pick(rng, &SECOND));
            if self.take(&name) {
                return name;
            }
        }
    }
}

/// A person's name.
pub fn person(rng: &mut ChaCha8Rng) -> String {
    format!("{}{}", pick(rng, &SURNAMES), pick(rng, &GIVEN))
}

fn pick<'a>(rng: &mut ChaCha8Rng, from: &[&'a str]) -> &'a str {
    from.choose(rng).copied().unwrap_or_default()
}

/// An identity number of an invented person born on a day: the place's division, the day, a running number, the check
/// character of GB 11643.
pub fn id_number(born_on: Date, number: usize) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = format!("330782{}{:03}", born_on.strftime("%Y%m%d"), number % 1000);
    let sum: u32 = WEIGHTS.iter().zip(digits.bytes()).map(|(weight, byte)| weight * u32::from(byte - b'0')).sum();
    format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}
