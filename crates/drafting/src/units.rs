//! The measure words and units of the genre.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What a unit says about the number before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    /// Counts things, people or events.
    Count,
    /// A share: per cent, per mille, percentage points, multiples.
    Share,
    /// Money.
    Money,
    /// Length, area, volume, weight, power.
    Size,
    /// A span of time, which mostly describes and rarely commits.
    Time,
    /// An age or a grade, which always describes.
    Trait,
}

const COUNT: &str = "人次 人天 课时 学时 学分 车次 架次 班次 批次 场次 件次 户次 项次 家次 辆次 校次 台次 例次 册次 节次 期次 标段 床位 \
    个点位 个标段 名 人 位 个 所 家 项 次 场 期 门 节 册 本 套 台 间 座 幢 栋 条 件 例 批 支 类 篇 部 份 张 户 只 头 羽 株 棵 盏 辆 艘 处 片 块 面 \
    组 对 轮 届 宗 起 款 道 口 眼 根 杆 卷 幅 集 档 桶 箱 包 瓶 班 团 队 床 村 校 园 镇 乡 县 区 市 省 国 种 枚 架 列 趟 餐 单 \
    对象 堂 匹 尾 顶 颗 粒 段 丛 层 站 路 网 步 桩 车位 学位 岗位 泊位 工位 席 席位 管 剂 剂次 针次 例次 方次 亩次 穴 窝 尊 首 帧 幕 曲 则 页 盆 袋 棚 塘 井 泵 孔 丘 畦 垄 闸 员 人份 名额 人日 人月 宗次 起次 处次 \
    门次 篇次 本次 幢次 栋次 枚次 单次 餐次 站次 桌 筐 捆 串 副 柄 顿 炉 窑 缸 罐 板 丈";
const SHARE: &str = "% ‰ /10万 /万 /百万 个百分点 百分点 倍 番 成 个百分比 个点";
const MONEY: &str = "元 块钱 美元 港元 欧元 人民币 元人民币";
const SIZE: &str = "平方公里 平方千米 平方米 平米 立方米 立方 方 公里 千米 公顷 亩 米 厘米 毫米 吨标准煤 吨标煤 吨 公斤 千克 斤 克 升 毫升 \
    千瓦时 千瓦 兆瓦 瓦 度 微克 毫克 微克/立方米 分贝 公里/小时 m² ㎡ m2 km² km kg KW kW MW GB TB Mbps 兆 位数 里 标准箱 标箱 箱位 斤/亩 元/平方米 元/年 \
    元/人 元/生 人/年 立方米/秒 千伏安 千伏 海里 吨/日 吨/年 立方米/日 公斤/亩 千克/亩 立方千米 毫克/升 克/千瓦时 兆帕 英亩";
const TIME: &str = "个工作日 工作日 个月 个学期 学期 个学年 学年 个小时 小时 分钟 秒 个星期 周 星期 天 日 年 月 年度 季度 个季度 周年 年级";
const TRAIT: &str = "岁 周岁 级 星 档次 型 号 路公交 代 环 分";

/// Finds the longest unit at the start of `chars`; a unit written with `个` counts whole.
///
/// Returns the unit's length in characters, its text and its kind.
pub fn unit_at(chars: &[char]) -> Option<(usize, &'static str, UnitKind)> {
    let candidates = table().get(chars.first()?)?;
    candidates
        .iter()
        .find(|(letters, _, _)| chars.starts_with(letters) && !begins_word(chars, letters.len()))
        .map(|(letters, text, kind)| (letters.len(), *text, *kind))
}

/// True when a one-character unit is in fact the first half of a common word.
fn begins_word(chars: &[char], len: usize) -> bool {
    const WORDS: [&str; 20] = [
        "方面", "方案", "方式", "方向", "方法", "部门", "台账", "条件", "班子", "本科", "部分", "种植", "点半", "期间",
        "校园", "区域", "管理", "管控", "管网", "管道",
    ];
    len == 1 && chars.len() > 1 && WORDS.iter().any(|word| word.chars().eq(chars[..2].iter().copied()))
}

type Entry = (Vec<char>, &'static str, UnitKind);

/// Units by first character, longest first.
fn table() -> &'static HashMap<char, Vec<Entry>> {
    static TABLE: OnceLock<HashMap<char, Vec<Entry>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<char, Vec<Entry>> = HashMap::new();
        let lists = [
            (COUNT, UnitKind::Count),
            (SHARE, UnitKind::Share),
            (MONEY, UnitKind::Money),
            (SIZE, UnitKind::Size),
            (TIME, UnitKind::Time),
            (TRAIT, UnitKind::Trait),
        ];
        for (list, kind) in lists {
            for text in list.split_whitespace() {
                let letters: Vec<char> = text.chars().collect();
                table.entry(letters[0]).or_default().push((letters, text, kind));
            }
        }
        for entries in table.values_mut() {
            entries.sort_by_key(|(letters, _, _)| std::cmp::Reverse(letters.len()));
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> &'static str {
        let chars: Vec<char> = text.chars().collect();
        unit_at(&chars).map_or("", |(_, unit, _)| unit)
    }

    #[test]
    fn the_longest_unit_wins() {
        assert_eq!(unit("人次以上"), "人次");
        assert_eq!(unit("个百分点"), "个百分点");
        assert_eq!(unit("个以上幼教集团"), "个");
        assert_eq!(unit("平方米"), "平方米");
        assert_eq!(unit("的学校"), "");
    }
}
