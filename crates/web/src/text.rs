//! The words of the interface, Chinese and English side by side; words of packs and plans come with the views.

use jiff::civil::{Date, Weekday};
use luoshi_desk::view::{Lang, Light, When};

/// A word or sentence in both languages.
#[derive(Clone, Copy)]
pub struct Word {
    zh: &'static str,
    en: &'static str,
}

impl Word {
    /// The word in that language.
    pub fn of(self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }
}

macro_rules! words {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        $(pub const $name: Word = Word { zh: $zh, en: $en };)*
    };
}

words! {
    LUOSHI: "落实", "Luoshi";
    SKIP: "跳到正文", "Skip to the text";
    PAGES: "主要页面", "Main pages";
    PLACE: "位置", "Where you are";
    WORKBENCH: "工作台", "Desk";
    PLAN: "计划", "Plan";
    REGISTERS: "台账", "Registers";
    ME: "我的", "Me";
    DEMO: "演示数据", "Demo data";
    DEMO_TITLE: "数字、人名、项目均为虚构", "Figures, names and projects are invented";
    DEMO_FOOT: "演示数据：除计划原文外，数字、人名、项目均为虚构。", "Demo data: apart from the plan's own text, figures, names and projects are invented.";
    THEME: "明暗", "Light or dark";
    OTHER_LANGUAGE: "English", "中文";
    SIGN_IN: "登录", "Sign in";
    SIGN_OUT: "退出", "Sign out";
    NAME: "账号", "Account";
    PASSWORD: "密码", "Password";
    ENTER_AS: "直接进入", "Enter as";
    ENTER_AS_HELP: "这是演示局，只在本机可用。点一个账号就进去，不用密码。", "This is a demo bureau on this machine only. One click enters an account, no password needed.";
    ENTER: "进入", "Enter";
    NEEDED: "请填写账号和密码。", "Please type an account and a password.";
    BACK_TO_TODAY: "回到今天", "Back to today";
    READ_ONLY: "只读", "Read only";
    // plan
    AS_OF: "截至", "Up to";
    TODAY: "今天", "today";
    PICK_A_DAY: "选一天", "Pick a day";
    THE_DAY: "哪一天", "Which day";
    AS_KNOWN_THEN: "按当时所知", "As known then";
    AS_KNOWN_NOW: "按现在所知", "As known now";
    CONTENTS: "目录", "Contents";
    LIGHTS: "亮灯", "Lights";
    ALL: "全部", "All";
    OFFICE: "科室", "Office";
    ALL_OFFICES: "全部科室", "All offices";
    ALL_LIGHTS: "全部灯", "all lights";
    UNBOUND: "尚未绑定", "not yet bound";
    UNBOUND_TITLE: "尚未绑定到任何数", "Not yet bound to any number";
    NOW: "现在", "now";
    TARGET_HEAD: "/ 目标", "/ target";
    DUE_TODAY: "┃今天应到", "┃due";
    NOTE_HEAD: "牵头科室 · 落后或到期的缘由", "Leading office · why it lags or falls due";
    TO_BE_REPORTED: "待填报", "to be reported";
    RESPONSIBLE: "责任", "Owner";
    DUE_AND_FORECAST: "应到", "Pace";
    SEE_RECORDS: "看计入的记录", "See what counts";
    OPEN_MEASURE: "打开举措", "Open the measure";
    RECENT_LIGHTS: "近一个月变了的灯", "Lights that changed in the last month";
    NO_LIGHT_CHANGED: "近一个月没有灯变过。", "No light changed in the last month.";
    LATE_PUBLISHED: "超期公开", "published late";
    // measure
    LEAD: "牵头", "Lead";
    WITH: "配合", "With";
    CHIEF: "分管", "Chief";
    DEADLINE: "期限", "By";
    SHORT: "差在哪里", "Where it falls short";
    EVIDENCE: "凭据", "Evidence";
    RULE: "口径", "Rule";
    SOURCE: "依据", "Source";
    OPEN_IN_REGISTER: "在台账中打开", "Open in the register";
    HISTORY: "经过", "What happened";
    BAR_LEGEND: "条长为已有，线长为全年，竖线为今天应到", "Bar: counted; line: whole year; tick: due today";
    WHOLE_YEAR: "全年", "Year";
    AGAINST_PACE: "比应到", "vs. pace";
    COUNTED: "已有", "Counted";
    RECORDS: "记录", "Records";
    NOT_BOUND_YET: "这一条还没有绑定到任何数。", "This measure is not yet bound to any number.";
    NOT_BOUND_HELP: "绑定以后，这里会有数、应到、预计和凭据；在那以前，任何人都不能替它填一个百分数。", "Once bound, its number, pace, forecast and evidence stand here; until then nobody can type a percentage in its place.";
    NO_TARGET: "原文没有给出要达到的数。", "The text states no figure to reach.";
    NOTHING_COUNTS: "还没有记录计入。", "No record counts yet.";
    BEFORE: "上一条", "Previous";
    AFTER: "下一条", "Next";
    // list
    VIEWS: "视图", "Views";
    NEW: "新建", "New";
    IMPORT: "导入", "Import";
    EMPTY_SHEET: "下载空表", "Get the empty sheet";
    CHOOSE_SHEET: "工作簿", "Workbook";
    OTHER_SHEET: "换一个文件", "Another file";
    TRY_SHEET: "检查", "Check it";
    ALL_OR_NONE: "要么全部写入，要么一行也不写。", "All rows are written, or none.";
    SHEET_FAULTS_HELP: "一行也没有写入。请在 Excel 里改好，再选一次这个文件。", "No row was written. Correct the workbook and choose it again.";
    ROW: "行", "Row";
    COLUMN: "列", "Column";
    WHAT_IS_WRONG: "哪里不对", "What is wrong";
    WHOLE_SHEET: "全表", "All";
    IMPORTED: "已导入", "Imported";
    IMPORT_WAITS: "等待写入", "Waiting to be written";
    IMPORT_AGAIN: "没有写成，稍后再试", "Not written; it is tried again";
    IMPORT_RUNS: "正在写入", "Being written";
    IMPORT_FAILED: "没有写入", "Not written";
    IMPORTED_LATELY: "最近导入", "Imported lately";
    COLUMNS: "可以有哪些列", "Columns";
    COLUMNS_HELP: "第一行写列名，次序不限；* 为必填", "Names stand in the first row, in any order; * is needed";
    LIGHT: "灯", "Light";
    ADD_FILTER: "加条件", "Add a condition";
    APPLY_FILTER: "按这些条件看", "Show these";
    CLEAR_FILTER: "去掉全部条件", "Remove all conditions";
    REMOVE: "去掉", "Remove";
    FROM: "不小于", "at least";
    UP_TO: "不大于", "at most";
    CONTAINS: "含有", "contains";
    ANY: "不限", "any";
    SUM: "合计", "Total";
    EMPTY_LIST: "没有符合这些条件的记录。", "No record meets these conditions.";
    EMPTY_REGISTER: "这本台账里还没有您能看到的记录。", "This register holds no record that you may see.";
    FIRST_ONE: "新建第一条", "File the first one";
    ALL_VIEW: "全部记录", "All records";
    PREVIOUS_PAGE: "上一页", "Previous page";
    NEXT_PAGE: "下一页", "Next page";
    FIRST_PAGE: "回到第一页", "Back to the first page";
    PREVIEW: "预览", "Preview";
    OPEN: "打开", "Open";
    CLOSE: "关闭", "Close";
    // record
    FLOW: "流程", "Flow";
    PRINT: "打印", "Print";
    EDIT: "改", "Edit";
    ADD: "加一条", "Add one";
    COUNTS_IN: "计入举措", "Counts in";
    PAST: "经过", "History";
    DRAFT: "草稿，尚未编号", "Draft, no number yet";
    STATE: "状态", "State";
    KEY_POINTS: "要点", "Key points";
    LATEST: "最近", "Latest";
    ON_THIS_PAGE: "本页各节", "On this page";
    MASKED: "按您的权限不显示", "hidden by your rights";
    REVEAL: "显示", "Reveal";
    REVEALS: "查看隐去内容的记录", "Who had masked values revealed";
    REVEAL_HELP: "这一项平时隐去。显示一次就记一笔：谁、什么时候、为什么，记入账本，这条记录的页面上列出。", "This value is masked. Each time it is revealed, a line says who read it, when and why; it stands in the ledger and on the record's page.";
    REVEAL_REASON: "查看事由", "Reason";
    REVEAL_REASON_HELP: "写明办什么事要用，例如“核对学籍，电话联系家长”。", "Say what it is needed for, such as “to reach the parent about the enrolment”.";
    REVEALED_ONCE: "查看已经记入账本。今天之内，这一项在记录页上对您直接显示。", "The ledger says that you have read it. For the rest of today the record's page shows it to you.";
    REVEALED: "已说明事由，今天对您显示", "you gave a reason; shown to you today";
    ERASURE: "清除令", "Order of erasure";
    ASK_ERASURE: "申请清除", "Ask for erasure";
    ERASES: "批准后销毁（现在和全部历史版本，不能恢复）：", "Destroyed once approved, in every version and for good: ";
    ERASE_KEEPS: "保留：记录、编号、未加密字段、办理过程、统计数和账本。须两人批准。", "Kept: the record, its number, fields that are not encrypted, its past, what it counts in, and the ledger. Two people approve.";
    ERASE_FILES: "连同附件一并销毁（文件名留存；另有记录附有同一文件的，内容保留）：", "With their files (names stay; the content too where another record names the same file): ";
    ERASE_WAITS: "已有清除令待批准：", "An order awaits approval: ";
    RETENTION: "到期清单", "Past their term";
    RETENTION_HELP: "保存期限已满、仍有加密内容的记录。选中后申请清除，须两人批准。", "Records whose term is over and that still hold encrypted values. Choose some and ask for their erasure; two people approve.";
    NO_TERMS: "没有规定保存期限的台账。", "No register has a term.";
    NOTHING_DUE: "没有到期的。", "Nothing is due.";
    TERM_SINCE: "起算日", "Runs from";
    RECORD: "记录", "Record";
    BACK_TO_RECORD: "回到记录", "Back to the record";
    MISSING: "未填", "not given";
    NOTHING_RELATED: "还没有。", "None yet.";
    BLOCKED: "暂不能办", "not possible yet";
    EXPORT: "导出", "Export";
    EXPORT_FORMAT: "文件", "File";
    EXPORT_XLSX: "Excel 工作簿（xlsx）", "Excel workbook (xlsx)";
    EXPORT_CSV: "纯文本（csv）", "Plain text (csv)";
    EXPORT_COLUMNS: "栏目", "Columns";
    EXPORT_LIST: "列表各栏", "The list's columns";
    EXPORT_ALL: "全部字段", "All fields";
    EXPORT_HELP: "隐去的内容在文件里仍然隐去。每次导出记一笔：谁、什么时候、什么条件、多少条。", "What is masked stays masked in the file. Each export leaves a line: who, when, which conditions, how many records.";
    EXPORT_TOO_MANY: "一张工作表最多装1,000,000条，请加条件，或导出纯文本。", "A sheet holds at most 1,000,000 records: add conditions, or export plain text.";
    EXPORTS: "导出记录", "Who exported it";
    WHEN: "时间", "When";
    CONDITIONS: "条件", "Conditions";
    // about
    ABOUT_REGISTER: "关于这本台账", "About this register";
    OPEN_LIST: "打开台账", "Open the register";
    MOVES: "办理", "Moves";
    MOVE: "办理", "Move";
    FROM_STATE: "从", "From";
    TO_STATE: "到", "To";
    BY_WHOM: "谁可以办", "Who may";
    ASKS: "要填", "Asks for";
    BESIDES: "另须", "Also needs";
    EFFECTS: "同时", "At the same time";
    FIELDS: "栏目", "Fields";
    NAME_IN_FILES: "导入导出时的名字", "Name in files";
    HOLDS: "填什么", "Holds";
    HELP: "说明", "Help";
    RULES: "规则", "Rules";
    NUMBER: "编号", "Number";
    SAYS: "说什么", "Says";
    REFUSED_WHEN: "什么时候不让保存", "Refuses to save when";
    COMPUTED: "由程序计算", "computed by the program";
    ROLES: "权限", "Rights";
    ROLE: "角色", "Role";
    MAY: "可以", "May";
    WHERE: "范围", "Where";
    NUMBERS: "读它的数", "Numbers that read it";
    NUMBER_TITLE: "数", "Number";
    // form
    SAVE: "保存", "Save";
    CANCEL: "放弃改动", "Discard";
    BACK: "返回", "Back";
    WAS: "原", "was";
    REASON: "改动缘由", "Reason";
    REASON_HELP: "缘由会写进这条记录的经过。", "The reason becomes part of the record's history.";
    YES: "是", "yes";
    NO: "否", "no";
    CHOOSE: "请选择", "Choose";
    MUST: "必填", "required";
    ADD_FILES: "再加文件", "Add files";
    ADD_ROW: "再加一行", "Add a row";
    TAKE_IN: "加入，再填", "Add another";
    SUGGEST_HELP: "输入名称的一部分，从提示中选；也可以填编号。", "Type part of the name and choose; a record's number works too.";
    NOT_SAVED: "没有保存。", "Not saved.";
    THEIRS: "对方保存的", "Theirs";
    YOURS: "您填写的", "Yours";
    FIELD: "项目", "Field";
    NO_FIELDS: "这一步不用填写内容，确认后办理。", "This move asks for nothing; confirm to make it.";
    SAVED_TYPED: "您填写的内容都在下面，没有丢。", "Everything you typed is kept below.";
    TRY_AGAIN: "再保存一次", "Save again";
    SIGN_IN_NEW_WINDOW: "在新窗口登录，再回到这里保存", "Sign in in a new window, then come back and save";
    // workbench
    TODO: "待我办", "Awaiting me";
    BY_DEADLINE: "按期限", "by deadline";
    LATE: "已经迟", "Late";
    LATER: "以后", "Later";
    NO_DEADLINE: "没有期限", "No deadline";
    NOTHING_TO_DO: "没有待您办的事。", "Nothing awaits you.";
    NOTHING_TO_DO_HELP: "有记录轮到您时会出现在这里；您也可以去台账看看。", "Records appear here when it is your turn; the registers are always open.";
    // search
    SEARCH: "检索", "Search";
    SEARCH_FOR: "检索编号、名称、姓名", "Search for a number or a name";
    SEARCH_HINT: "编号、校名、姓名、拼音首字母", "Number, name or initials";
    ALL_REGISTERS: "全部台账", "All registers";
    TOO_SHORT: "请至少输入两个字。", "Please type at least two characters.";
    TOO_SHORT_HELP: "可输入名称、姓名、编号的一部分，或拼音首字母；多个词用空格隔开，须同时出现。", "Type part of a name, a number or pinyin initials; several words, with blanks between them, must all be there.";
    NOTHING_FOUND: "没有找到。", "Nothing was found.";
    NOTHING_FOUND_HELP: "只在您的权限内查找。请换一个词，或少输入几个字。", "Only what you may see is searched. Try another word or a shorter one.";
    CHANGED: "自昨天以来", "Since yesterday";
    NOTHING_CHANGED: "您看得到的记录自昨天以来没有变化。", "No record that you may see has changed since yesterday.";
    MY_MEASURES: "我的举措", "My measures";
    NO_MEASURES: "没有归您的举措。", "No measure is yours.";
    // answers that replace a piece of the page
    WAITING: "正在取……", "Fetching…";
    LOST: "没有取到：连不上系统。页面上的内容没有变。", "Not fetched: the system cannot be reached. Nothing on the page has changed.";
    FETCH_AGAIN: "再取一次", "Fetch again";
    // errors
    ERROR_HOME: "回到首页", "Back to the first page";
    REQUEST_ID: "请求编号", "Request";
    NOT_FOUND: "没有这一页", "No such page";
    FORBIDDEN: "不能这样做", "Not allowed";
    WRONG: "问法不对", "The question is wrong";
    REFUSED: "规则不允许", "A rule refuses it";
    BUSY: "系统繁忙", "The system is busy";
    BROKEN: "出了故障", "Something broke";
    STRANGER: "请先登录", "Please sign in";
}

/// A whole key that is on file outside of what the person sees.
pub fn met(lang: Lang, register: &str) -> String {
    match lang {
        Lang::Zh => format!("这个号码已在“{register}”登记在册，不在您的权限内。要引用，请在引用的那一栏填写整个号码。"),
        Lang::En => format!(
            "This number is on file in “{register}”, outside what you may see. To refer to it, type the whole number where the reference is asked."
        ),
    }
}

/// A whole number with separators: 11,730.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A figure of a chart: whole numbers with separators, others with at most two places.
pub fn figure(value: f64) -> String {
    let hundredths = (value * 100.0).round();
    let sign = if hundredths < 0.0 { "−" } else { "" };
    let hundredths = hundredths.abs() as u64;
    let whole = count(hundredths / 100);
    match hundredths % 100 {
        0 => format!("{sign}{whole}"),
        part if part % 10 == 0 => format!("{sign}{whole}.{}", part / 10),
        part => format!("{sign}{whole}.{part:02}"),
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A month's short name, by its number from 1.
pub fn month(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("{number}月"),
        Lang::En => MONTHS[(number + 11) % 12].to_string(),
    }
}

/// 2021年9月30日
pub fn day_long(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => format!("{} {} {}", day.day(), MONTHS[usize::from(day.month().unsigned_abs()) - 1], day.year()),
    }
}

/// 9月30日
pub fn day_short(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", day.month(), day.day()),
        Lang::En => format!("{} {}", day.day(), MONTHS[usize::from(day.month().unsigned_abs()) - 1]),
    }
}

/// 周四
pub fn weekday(lang: Lang, day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => lang.pick("周一", "Monday"),
        Weekday::Tuesday => lang.pick("周二", "Tuesday"),
        Weekday::Wednesday => lang.pick("周三", "Wednesday"),
        Weekday::Thursday => lang.pick("周四", "Thursday"),
        Weekday::Friday => lang.pick("周五", "Friday"),
        Weekday::Saturday => lang.pick("周六", "Saturday"),
        Weekday::Sunday => lang.pick("周日", "Sunday"),
    }
}

/// What a light means, in a few words.
pub fn light_about(lang: Lang, light: Light) -> &'static str {
    match light {
        Light::Green => lang.pick("按进度或已达成", "at pace or reached"),
        Light::Blue => lang.pick("临近期限", "due soon"),
        Light::Yellow => lang.pick("落后进度", "behind pace"),
        Light::Red => lang.pick("逾期或难以达成", "overdue or out of reach"),
        Light::Grey => lang.pick("未开始或尚不可计", "not begun or not measurable"),
    }
}

/// The label of a light for those who cannot see it.
pub fn light_label(lang: Lang, light: Light) -> &'static str {
    match light {
        Light::Green => lang.pick("绿灯", "green light"),
        Light::Blue => lang.pick("蓝灯", "blue light"),
        Light::Yellow => lang.pick("黄灯", "yellow light"),
        Light::Red => lang.pick("红灯", "red light"),
        Light::Grey => lang.pick("灰灯", "grey light"),
    }
}

/// 16 条
pub fn measures(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("{number} 条"),
        Lang::En if number == 1 => "1 measure".into(),
        Lang::En => format!("{number} measures"),
    }
}

/// Said below the last hit.
pub fn more_hits(lang: Lang, shown: usize) -> String {
    match lang {
        Lang::Zh => format!("只列出前 {shown} 项，还有更多；请多输入几个字。"),
        Lang::En => format!("These are the first {shown}; there are more. Type some more characters."),
    }
}

/// What an export will hold.
pub fn export_said(lang: Lang, total: u64) -> String {
    match lang {
        Lang::Zh => format!("按现在的条件、次序和日子，共{}条。", count(total)),
        Lang::En => format!("{}, with the conditions, order and day of this list.", records(lang, total)),
    }
}

/// 27 项
pub fn records(lang: Lang, number: u64) -> String {
    match lang {
        Lang::Zh => format!("{} 项", count(number)),
        Lang::En if number == 1 => "1 record".into(),
        Lang::En => format!("{} records", count(number)),
    }
}

/// The band over a page of another day.
pub fn other_day(lang: Lang, when: When) -> Option<String> {
    let sentence = match (when.as_of, when.on, lang) {
        (Some(day), _, Lang::Zh) => {
            format!("截至 {} 当时所知：数字、灯和凭据都是那一天结束时系统里的样子。", day_long(lang, day))
        }
        (None, Some(day), Lang::Zh) => {
            format!("截至 {} 按现在所知：用今天的记录，只算到那一天为止的业务日期。", day_long(lang, day))
        }
        (Some(day), _, Lang::En) => {
            format!(
                "As known at the end of {}: numbers, lights and evidence as the system held them then.",
                day_long(lang, day)
            )
        }
        (None, Some(day), Lang::En) => {
            format!(
                "Up to {} as known now: today's records, counting business dates up to that day only.",
                day_long(lang, day)
            )
        }
        (None, None, _) => return None,
    };
    Some(sentence)
}

/// The foot's sentence about where numbers come from.
pub fn counted_up_to(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Zh => format!("数字以 {} 24时为准，由台账记录算出，不由人填。", day_long(lang, day)),
        Lang::En => format!(
            "Numbers stand as of the end of {}, computed from the registers; nobody types them.",
            day_long(lang, day)
        ),
    }
}

/// The newest sealed head, in the foot.
pub fn sealed_head(lang: Lang, lines: i64) -> String {
    let lines = count(lines.unsigned_abs());
    match lang {
        Lang::Zh => format!("第 {lines} 行"),
        Lang::En => format!("line {lines}"),
    }
}

/// How many of how many measures are bound.
pub fn bound_of(lang: Lang, bound: usize, all: usize, day: Date, gone: u32) -> String {
    match lang {
        Lang::Zh => {
            format!("截至{}，一年过去 {gone}%。计划写下承诺 {all} 条，其中 {bound} 条已绑定到数", day_short(lang, day))
        }
        Lang::En => {
            format!(
                "By {}, {gone}% of the year is gone. The plan makes {all} commitments; {bound} are bound to a number",
                day_short(lang, day)
            )
        }
    }
}

/// The rest of the head's sentences: not bound, reached, out of reach.
pub fn reached_and_short(lang: Lang, unbound: usize, reached: usize, short: usize) -> String {
    match lang {
        Lang::Zh => {
            let mut said = String::new();
            if unbound > 0 {
                said += &format!("其余 {unbound} 条尚未绑定，原文照录。");
            }
            if reached > 0 {
                said += &format!("{reached} 条已经达到目标；");
            }
            said += &match short {
                0 => "没有一条按现在的步子年底达不到。".to_string(),
                _ => format!("{short} 条按现在的步子年底达不到。"),
            };
            said
        }
        Lang::En => {
            let mut said = String::new();
            if unbound > 0 {
                said += &format!("The other {unbound} are not yet bound and stand as written. ");
            }
            said += &format!("{reached} reached; {short} will miss the target at today's pace.");
            said
        }
    }
}

/// The legal last day of publication and the day it happened.
pub fn late_published(lang: Lang, last: Date, published: Option<Date>) -> String {
    let published = published.map(|day| day_long(lang, day)).unwrap_or_default();
    match lang {
        Lang::Zh => format!("应在 {} 前公开，{published}才公开", day_long(lang, last)),
        Lang::En => format!("due by {}, published {published}", day_long(lang, last)),
    }
}

/// The rest of a table that is not shown.
pub fn the_rest(lang: Lang, number: u64) -> String {
    match lang {
        Lang::Zh => format!("其余 {} 项", count(number)),
        Lang::En => format!("{} more", count(number)),
    }
}

/// Records that count but are outside the person's scope.
pub fn hidden_records(lang: Lang, number: u64) -> String {
    match lang {
        Lang::Zh => format!("另有 {} 条不在您的权限内。", count(number)),
        Lang::En => format!("{} more are outside your scope.", count(number)),
    }
}

/// What a table of evidence holds.
pub fn evidence_about(lang: Lang, number: u64) -> String {
    match lang {
        Lang::Zh => format!("计入的 {} 项，与数字出自同一条件", count(number)),
        Lang::En => format!("{} records, by the same condition as the number", count(number)),
    }
}

/// Where a list stands in its pages.
pub fn page_of(lang: Lang, page: u64, pages: u64, total: u64) -> String {
    match lang {
        Lang::Zh => format!("第 {} / {} 页，共 {} 项", count(page), count(pages), count(total)),
        Lang::En => format!("Page {} of {}, {}", count(page), count(pages), records(lang, total)),
    }
}

/// 第14版
pub fn version(lang: Lang, number: i64) -> String {
    match lang {
        Lang::Zh => format!("第{number}版"),
        Lang::En => format!("Version {number}"),
    }
}

/// Older versions that are folded away.
pub fn older_versions(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("更早的 {number} 版"),
        Lang::En => format!("{number} older versions"),
    }
}

/// What a workbook must be.
pub fn sheet_help(lang: Lang, rows: usize) -> String {
    match lang {
        Lang::Zh => {
            format!("Excel 或 WPS 存成的 .xlsx，第一行是列名，最多 {} 行。先检查，不会写入。", count(rows as u64))
        }
        Lang::En => format!(
            "An .xlsx with column names in its first row, at most {} rows. Nothing is written yet.",
            count(rows as u64)
        ),
    }
}

/// 40 行
pub fn rows(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("{} 行", count(number as u64)),
        Lang::En => format!("{} rows", count(number as u64)),
    }
}

/// Heads that name no field.
pub fn columns_left_out(lang: Lang, heads: &[String]) -> String {
    match lang {
        Lang::Zh => format!("这些列不认识，不导入：{}。", heads.join("、")),
        Lang::En => format!("These columns are not known and left out: {}.", heads.join(", ")),
    }
}

/// That only the first rows are shown.
pub fn first_rows(lang: Lang, shown: usize, all: usize) -> String {
    match lang {
        Lang::Zh => format!("这里是前 {shown} 行，共 {} 行，都检查过了。", count(all as u64)),
        Lang::En => format!("These are the first {shown} of {} rows; all were checked.", count(all as u64)),
    }
}

/// The button that imports.
pub fn import_all(lang: Lang, rows: usize) -> String {
    match lang {
        Lang::Zh => format!("导入这 {} 行", count(rows as u64)),
        Lang::En => format!("Import these {} rows", count(rows as u64)),
    }
}

/// How much stands against a workbook.
pub fn sheet_faults(lang: Lang, number: usize, more: bool) -> String {
    let plus = if more { "+" } else { "" };
    match lang {
        Lang::Zh => format!("有 {number}{plus} 处不合规则。"),
        Lang::En => format!("{number}{plus} to correct."),
    }
}

/// How many rows were imported.
pub fn imported(lang: Lang, rows: u64) -> String {
    match lang {
        Lang::Zh => format!("已导入 {} 行", count(rows)),
        Lang::En => format!("{} rows imported", count(rows)),
    }
}

/// How many fields are refused.
pub fn faults_left(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("还有 {number} 处不合规则，改好再保存"),
        Lang::En => format!("{number} to correct before saving"),
    }
}

/// The head of a conflict.
pub fn conflict(lang: Lang, by: &str, at: &str) -> String {
    match lang {
        Lang::Zh => format!(
            "您打开以后，{by} 在 {at} 先保存了这条记录。下面是两边不同的地方；核对后再点保存，就以您填写的为准。"
        ),
        Lang::En => format!(
            "After you opened it, {by} saved this record at {at}. The differences stand below; save again to keep yours."
        ),
    }
}

/// 8 个状态，14 种办理
pub fn states_and_moves(lang: Lang, states: usize, moves: usize) -> String {
    match lang {
        Lang::Zh => format!("{states} 个状态，{moves} 种办理"),
        Lang::En => format!("{states} states, {moves} moves"),
    }
}

/// 还待 1 人签
pub fn signatures_awaited(lang: Lang, lacking: usize) -> String {
    match (lang, lacking) {
        (Lang::Zh, lacking) => format!("还待 {lacking} 人签"),
        (Lang::En, 1) => "1 more is awaited".to_string(),
        (Lang::En, lacking) => format!("{lacking} more are awaited"),
    }
}

/// What a move asks of the one who makes it, beside fields.
pub fn asks_reason(lang: Lang, not_filer: bool, reason: bool) -> String {
    let filer = not_filer.then_some(lang.pick("填报人以外的人", "someone other than the filer"));
    let reason = reason.then_some(lang.pick("写明缘由", "a written reason"));
    filer.into_iter().chain(reason).collect::<Vec<_>>().join(lang.pick("；", "; "))
}

/// Days late or left.
pub fn days_late(lang: Lang, late: i64) -> String {
    match (lang, late) {
        (_, 0) => TODAY_SHORT.of(lang).to_string(),
        (Lang::Zh, 1..) => format!("迟 {late} 天"),
        (Lang::Zh, _) => format!("还剩 {} 天", -late),
        (Lang::En, 1..) => format!("{late} days late"),
        (Lang::En, _) => format!("{} days left", -late),
    }
}

const TODAY_SHORT: Word = Word { zh: "今天", en: "today" };

/// The sentence under the greeting.
pub fn greeting(lang: Lang, today: usize, late: usize) -> String {
    match (lang, today, late) {
        (Lang::Zh, 0, 0) => "今天没有到期的事。".into(),
        (Lang::Zh, 0, _) => format!("今天没有到期的事，已经迟的 {late} 件。"),
        (Lang::Zh, _, 0) => format!("今天要办 {today} 件，没有迟的。"),
        (Lang::Zh, _, _) => format!("今天要办 {today} 件，已经迟的 {late} 件。"),
        (Lang::En, 0, 0) => "Nothing is due today.".into(),
        (Lang::En, 0, _) => format!("Nothing is due today; {late} late."),
        (Lang::En, _, _) => format!("{today} due today, {late} late."),
    }
}

/// The name of a section in the contents: 推进教育事业发展 of 二、推进教育事业发展,实现教育扩面提质.
pub fn section_short(heading: &str) -> (&str, &str) {
    let (number, rest) = heading.split_once('、').unwrap_or(("", heading));
    let end = rest.find([',', '，', ';', '；']).unwrap_or(rest.len());
    (number, &rest[..end])
}

/// What a chart says in one line.
pub fn chart_label(lang: Lang, day: Date, unit: &str, now: f64, due: Option<f64>, target: f64) -> String {
    let (now, target) = (figure(now), figure(target));
    match (lang, due.map(figure)) {
        (Lang::Zh, Some(due)) => {
            format!("到{} {now}{unit}，应到 {due}{unit}，目标 {target}{unit}", day_short(lang, day))
        }
        (Lang::Zh, None) => format!("到{} {now}{unit}，目标 {target}{unit}", day_short(lang, day)),
        (Lang::En, Some(due)) => format!("By {}: {now} {unit}, due {due}, target {target}", day_short(lang, day)),
        (Lang::En, None) => format!("By {}: {now} {unit}, target {target}", day_short(lang, day)),
    }
}

/// Rows that are too many for a form.
pub fn more_rows(lang: Lang, more: u64) -> String {
    match lang {
        Lang::Zh => format!("另有 {more} 行，请在各自的页面上修改。"),
        Lang::En => format!("{more} more; change them on their own pages."),
    }
}

/// The heading of a row that is not filed yet.
pub fn new_row(lang: Lang) -> String {
    lang.pick("新的一行（不填则不保存）", "New row (saved only if filled in)").to_string()
}

/// The label of a line that takes one more of several.
pub fn one_more(lang: Lang, title: &str) -> String {
    match lang {
        Lang::Zh => format!("再加一个{title}"),
        Lang::En => format!("One more: {title}"),
    }
}

/// What a field of files takes; `some`: it has files already.
pub fn file_limits(lang: Lang, types: &[String], size_most: usize, most: usize, some: bool) -> String {
    match lang {
        Lang::Zh => {
            let leave = if some { "去掉勾选即移除。" } else { "" };
            format!("{}；每个不超过 {size_most} MB，最多 {most} 个。{leave}", types.join("、"))
        }
        Lang::En => {
            let leave = if some { " Clear a mark to take a file away." } else { "" };
            format!("{}; at most {size_most} MB each and {most} files.{leave}", types.join(", "))
        }
    }
}

/// 运行
pub const OPERATIONS: Word = Word { zh: "运行", en: "Operations" };
/// 未办成的作业
pub const JOBS_FAILED: Word = Word { zh: "未办成的作业", en: "Jobs that were given up" };
/// 正在运行的作业
pub const JOBS_RUNNING: Word = Word { zh: "正在运行的作业", en: "Jobs at work" };
/// 等待的作业
pub const JOBS_WAITING: Word = Word { zh: "等待的作业", en: "Jobs that wait" };
/// 再试
pub const RETRY: Word = Word { zh: "再试", en: "Try again" };
/// 我欠的
pub const OWED: Word = Word { zh: "我欠的", en: "What I owe" };
/// 去填
pub const FULFIL: Word = Word { zh: "去填", en: "Fill in" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_by_three() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(11730), "11,730");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(figure(51.3), "51.3");
        assert_eq!(figure(-870.0), "−870");
        assert_eq!(figure(0.05), "0.05");
    }

    #[test]
    fn a_section_is_named_by_its_first_half() {
        assert_eq!(section_short("二、推进教育事业发展，实现教育扩面提质"), ("二", "推进教育事业发展"));
        assert_eq!(section_short("附则"), ("", "附则"));
    }
}
