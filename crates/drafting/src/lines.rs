//! The layout of a plan: navigation lines, title, headings, paragraphs joined from broken lines, table cells.
//!
//! Every block carries its characters in one canonical spelling (half-width digits, full-width marks, no blanks inside
//! Chinese) and, beside each, its place in the text as it was, so that quotes stay verbatim.

use crate::words;

/// What is known of the plan as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head {
    /// The plan's title as written.
    pub title: Option<String>,
    /// The body that issued it, where the title or the page names one.
    pub body: Option<String>,
    /// The year that the plan is for.
    pub year: Option<i32>,
    /// The document number (文号).
    pub number: Option<String>,
}

/// What a block is in the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A numbered or plain title.
    Heading,
    /// Text that may commit.
    Text,
    /// A table cell or line that names who is responsible.
    Owner,
    /// A table cell or line that names a day.
    Time,
    /// A table cell that holds only a figure.
    Value,
    /// A table cell that holds only a unit.
    Unit,
    /// A serial number, a column title or another line that says nothing of its own.
    Frame,
}

/// A piece of the body: a paragraph, a title, a cell.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Depth of a numbered title, 0 for parts to 6 for bullets; 7 for titles without a number.
    pub level: u8,
    /// Characters in canonical spelling, the marker included.
    pub chars: Vec<char>,
    /// Place of each character in the decoded text.
    pub at: Vec<usize>,
    /// Length of the numbering marker at the start.
    pub marker: usize,
    /// A table row begins here.
    pub row_start: bool,
    /// Part of a table.
    pub cell: bool,
}

impl Block {
    /// The characters after the marker.
    pub fn body(&self) -> &[char] {
        &self.chars[self.marker..]
    }

    fn text(&self) -> String {
        self.chars.iter().collect()
    }
}

/// A plan taken apart.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Title, body, year, number.
    pub head: Head,
    /// The blocks in order.
    pub blocks: Vec<Block>,
    /// Title, navigation, signature: lines outside the body.
    pub frame: Vec<Block>,
}

/// Takes a decoded text apart.
pub fn page(text: &[char]) -> Page {
    let lines = raw_lines(text);
    let (first, last) = body_range(text, &lines);
    let mut head = head(text, &lines[..first]);
    let (mut blocks, page_numbers) = join_lines(text, &lines[first..last]);
    head.year = head.year.or_else(|| year_of_titles(&blocks));
    classify(&mut blocks, head.title.as_deref());
    let frame = lines[..first]
        .iter()
        .chain(&lines[last..])
        .filter(|line| !line.blank())
        .map(|line| frame_block(text, line))
        .chain(page_numbers)
        .collect();
    Page { head, blocks, frame }
}

/// One line or tab-separated cell, blanks trimmed.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    /// Display width, a Chinese character counts 2.
    width: usize,
    /// Display width of the blanks before.
    indent: usize,
    /// Part of a line with tabs.
    cell: bool,
    /// Level and length of the numbering marker.
    marker: Option<(u8, usize)>,
}

impl Line {
    fn chars<'a>(&self, text: &'a [char]) -> &'a [char] {
        &text[self.start..self.end]
    }

    fn blank(&self) -> bool {
        self.start == self.end
    }
}

fn raw_lines(text: &[char]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start <= text.len() {
        let end = text[start..].iter().position(|c| is_line_end(*c)).map_or(text.len(), |n| start + n);
        push_cells(text, start, end, &mut lines);
        start = end + 1;
    }
    lines
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{c}' | '\u{b}')
}

/// Pushes a line, or its cells where tabs or wide gaps stand between contents.
fn push_cells(text: &[char], start: usize, end: usize, lines: &mut Vec<Line>) {
    let whole = trimmed(text, start, end);
    let gaps = gaps(&text[whole.0..whole.1]);
    let tabs = text[whole.0..whole.1].contains(&'\t');
    let in_table = lines.last().is_some_and(|line| line.cell);
    if gaps.is_empty() || !(tabs || gaps.len() >= 2 || in_table) {
        lines.push(line(text, start, whole, false));
        return;
    }
    let mut from = whole.0;
    for (gap, past) in gaps.into_iter().chain([(whole.1 - whole.0, whole.1 - whole.0)]) {
        let span = trimmed(text, from, whole.0 + gap);
        if span.0 < span.1 {
            lines.push(line(text, from, span, true));
        }
        from = whole.0 + past;
    }
}

/// Gaps between cells: a tab, or two blanks and more.
fn gaps(chars: &[char]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let len = chars[i..].iter().take_while(|c| blank(**c)).count();
        if len >= 2 || (len == 1 && chars[i] == '\t') {
            found.push((i, i + len));
        }
        i += len.max(1);
    }
    found
}

fn line(text: &[char], from: usize, (start, end): (usize, usize), cell: bool) -> Line {
    Line {
        start,
        end,
        width: width(&text[start..end]),
        indent: width(&text[from.min(start)..start]),
        cell,
        marker: marker(&text[start..end]),
    }
}

fn trimmed(text: &[char], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && blank(text[start]) {
        start += 1;
    }
    while end > start && blank(text[end - 1]) {
        end -= 1;
    }
    (start, end)
}

fn blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{3164}' | '\u{2060}')
}

fn width(chars: &[char]) -> usize {
    chars.iter().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// One spelling for letters, digits and dashes of either width.
fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '—' | '–' | '−' | '―' | '‐' | '‑' | '─' | '〜' | '∼' => '-',
        '○' => '〇',
        '﹪' => '%',
        '｡' => '。',
        _ => c,
    }
}

/// Recognises the numbering at the start of a line: its level and its length.
fn marker(chars: &[char]) -> Option<(u8, usize)> {
    let c = |i: usize| chars.get(i).map_or('\0', |c| fold(*c));
    let run = |from: usize, test: fn(char) -> bool| {
        chars[from.min(chars.len())..].iter().take(4).take_while(|c| test(fold(**c))).count()
    };
    let han = |c: char| words::HAN_NUMERALS.contains(c);
    let digit = |c: char| c.is_ascii_digit();
    let close = |c: char| matches!(c, ')' | '】' | '〕');
    if c(0) == '第' {
        let n = run(1, han).max(run(1, digit));
        return match (n, c(n + 1), c(n + 2)) {
            (1.., '部', '分') => Some((0, n + 3 + mark_after(chars, n + 3))),
            (1.., '章' | '篇' | '节', _) => Some((0, n + 2 + mark_after(chars, n + 2))),
            _ => None,
        };
    }
    if let n @ 1.. = run(0, han) {
        return match c(n) {
            // 一、二、三产业 counts, it does not number.
            '、' if han(c(n + 1)) && matches!(c(n + 2), '、' | '年' | '级' | '和') => None,
            '、' | '.' => Some((1, n + 1)),
            ')' => Some((2, n + 1)),
            _ => None,
        };
    }
    if let n @ 1..=3 = run(0, digit) {
        return match c(n) {
            '、' => Some((3, n + 1)),
            '.' if !digit(c(n + 1)) => Some((3, n + 1 + usize::from(c(n + 1) == '、'))),
            '.' => dotted(chars, n),
            ')' => Some((5, n + 1)),
            _ => None,
        };
    }
    if matches!(c(0), '(' | '〔' | '【') {
        let (hans, digits) = (run(1, han), run(1, digit));
        let n = hans.max(digits);
        if n > 0 && close(c(n + 1)) && n <= 3 {
            let level = if hans > 0 { 2 } else { 4 };
            return Some((level, n + 2 + usize::from(c(n + 2) == '、')));
        }
        return None;
    }
    match c(0) {
        '\u{3220}'..='\u{3229}' => Some((2, 1)),
        '\u{2488}'..='\u{249b}' => Some((3, 1)),
        '\u{2474}'..='\u{2487}' => Some((4, 1)),
        '\u{2460}'..='\u{2473}' | '\u{2776}'..='\u{277f}' => Some((5, 1)),
        '•' | '●' | '■' | '◆' | '▪' | '◎' | '★' | '☆' | '※' | '▲' | '►' => Some((6, 1)),
        '-' | '*' | '·' if blank(c(1)) => Some((6, 1)),
        // ——坚持…: a long dash opens an item.
        '-' if matches!(chars[0], '—' | '─') => Some((6, if c(1) == '-' { 2 } else { 1 })),
        _ => None,
    }
}

/// 1.1 and 2.3.1 at the start of a line, followed by Chinese.
fn dotted(chars: &[char], n: usize) -> Option<(u8, usize)> {
    let mut end = n;
    let mut dots = 0;
    while chars.get(end).is_some_and(|c| matches!(fold(*c), '.' | '0'..='9')) {
        dots += usize::from(fold(chars[end]) == '.');
        end += 1;
    }
    let next = chars.get(end).copied().unwrap_or('\0');
    (end < chars.len() && end <= n + 6 && blank(next) && dots <= 3).then_some((4, end))
}

fn mark_after(chars: &[char], at: usize) -> usize {
    usize::from(chars.get(at).is_some_and(|c| matches!(fold(*c), '、' | ':' | '：' | '.' | ',')))
}

/// True where a sentence ends with the line.
fn ends_sentence(chars: &[char]) -> bool {
    let closing = |c: char| matches!(c, '”' | '’' | '"' | ')' | '）' | '》' | '」');
    let mut rest = chars;
    while let Some((last, before)) = rest.split_last().filter(|(last, _)| closing(**last)) {
        let _ = last;
        rest = before;
    }
    rest.last().is_some_and(|c| matches!(fold(*c), '。' | ';' | '!' | '?' | ':' | '…'))
        || (chars.last().is_some_and(|c| matches!(c, '.')) && chars.len() > 12)
}

/// Lines that stand in the page around the plan.
fn is_navigation(chars: &[char]) -> bool {
    let sentence = chars.len() > 20 && chars.iter().any(|c| matches!(c, '，' | '；' | '。'));
    if chars.len() > 120 || sentence {
        return false;
    }
    let text: String = chars.iter().filter(|c| !blank(**c)).map(|c| fold(*c)).collect();
    words::NAVIGATION.iter().any(|word| text.contains(word)) || is_crumbs(&text) || is_page_number(&text)
}

fn is_crumbs(text: &str) -> bool {
    text.matches(['>', '»', '›', '|', '丨']).count() >= 2 || (text.contains('>') && text.chars().count() < 40)
}

/// "- 3 -", "第3页", "3/12".
fn is_page_number(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !matches!(c, '-' | '/' | '第' | '页' | '共' | ',' | '·')).collect();
    bare.len() < text.len() && bare.len() <= 6 && !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit())
}

/// A day alone on its line.
fn is_date_line(chars: &[char]) -> bool {
    let text: String = chars.iter().filter(|c| !blank(**c)).map(|c| fold(*c)).collect();
    let count = text.chars().count();
    (6..=16).contains(&count)
        && text.chars().all(|c| {
            c.is_ascii_digit()
                || words::HAN_NUMERALS.contains(c)
                || matches!(c, '年' | '月' | '日' | '-' | '/' | '.' | '〇' | '(' | ')')
        })
        && text.chars().any(|c| matches!(c, '年' | '-' | '/'))
}

/// The lines of the body: after title and page frame, before signature and page foot.
fn body_range(text: &[char], lines: &[Line]) -> (usize, usize) {
    let mut first = 0;
    let mut title = None;
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| !line.blank()) {
        let chars = line.chars(text);
        if is_title(chars) && line.marker.is_none() && title.is_none_or(|t| i < t + 40) {
            title = Some(i);
            first = i + 1;
            continue;
        }
        if starts_body(text, lines, i) {
            first = if title.is_some() { first_after_title(text, lines, first, i) } else { first_text(text, lines, i) };
            break;
        }
    }
    (first.min(lines.len()), body_end(text, lines, first))
}

/// True for a line with which a body can begin.
fn starts_body(text: &[char], lines: &[Line], i: usize) -> bool {
    let chars = lines[i].chars(text);
    if is_navigation(chars) || is_transmittal(chars) || is_document_number(chars) {
        return false;
    }
    let long = chars.len() >= 18
        && (ends_sentence(chars)
            || lines[i].width >= 40
            || chars.iter().any(|c| matches!(fold(*c), ',' | '，' | '。')));
    let numbered = lines[i].marker.is_some_and(|(level, _)| level < 6);
    long || numbered || is_column_title(chars) || chars.iter().any(|c| matches!(c, '。'))
}

/// After the title, short lines without frame words belong to the body too (a heading, a table title).
fn first_after_title(text: &[char], lines: &[Line], after_title: usize, found: usize) -> usize {
    let mut first = found;
    for i in (after_title..found).rev() {
        let chars = lines[i].chars(text);
        if lines[i].blank() {
            continue;
        }
        if is_frame_line(chars) || is_title(chars) {
            break;
        }
        first = i;
    }
    first
}

/// Without a title, the text begins with the first line that is not page frame.
fn first_text(text: &[char], lines: &[Line], found: usize) -> usize {
    let mut first = found;
    for i in (0..found).rev() {
        if !lines[i].blank() && (is_frame_line(lines[i].chars(text)) || lines[i].width < 16) {
            break;
        }
        if !lines[i].blank() {
            first = i;
        }
    }
    first
}

fn is_frame_line(chars: &[char]) -> bool {
    is_navigation(chars) || is_date_line(chars) || is_document_number(chars) || is_transmittal(chars) || {
        let text: String = chars.iter().map(|c| fold(*c)).collect();
        text.starts_with('(') && text.ends_with(')') || text.ends_with(':') || text.starts_with("--")
    }
}

/// 义教〔2021〕3号 alone on its line.
fn is_document_number(chars: &[char]) -> bool {
    let text: String = chars.iter().filter(|c| !blank(**c)).collect();
    text.ends_with('号') && text.contains(['〔', '[', '【', '［', '(', '（']) && text.chars().count() <= 24
}

/// The sentences with which a letter passes the plan on.
fn is_transmittal(chars: &[char]) -> bool {
    if chars.len() > 160 {
        return false;
    }
    let text: String = chars.iter().collect();
    words::TRANSMITTAL.iter().any(|word| text.contains(word)) || (text.starts_with("各") && text.ends_with([':', '：']))
}

/// A title names a kind of plan and ends without a mark.
fn is_title(chars: &[char]) -> bool {
    let text: String = chars.iter().filter(|c| !blank(**c)).map(|c| fold(*c)).collect();
    let count = text.chars().count();
    let inner = text.trim_end_matches(['》', ')']);
    (6..=60).contains(&count)
        && !text.contains(['。', '，', ';', '；', '：', ':', '>', '|'])
        && words::TITLE_ENDS.iter().any(|word| {
            inner.ends_with(word)
                || (inner.contains(word)
                    && (inner.ends_with("通知")
                        || inner.ends_with("稿")
                        || inner.ends_with("报告")
                        || inner.ends_with("表")))
        })
        && (text.contains('年')
            || text.contains("规划")
            || text.contains("计划")
            || text.contains("报告")
            || text.contains("要点"))
        && !words::NAVIGATION.iter().any(|word| text.contains(word))
}

/// The line past the body: signature, day, page foot and what follows are left out.
fn body_end(text: &[char], lines: &[Line], first: usize) -> usize {
    let mut last_text = first;
    for (i, line) in lines.iter().enumerate().skip(first) {
        let chars = line.chars(text);
        if chars.len() >= 18
            && chars.iter().any(|c| matches!(c, '。' | '；' | ';' | '，' | ','))
            && !is_navigation(chars)
        {
            last_text = i + 1;
        }
    }
    let mut end = lines.len();
    if is_closing(text, &lines[last_text..]) {
        return last_text;
    }
    if let Some(foot) = (last_text..lines.len()).find(|i| !lines[*i].blank() && is_foot(lines[*i].chars(text))) {
        end = foot;
    }
    while end > first {
        let line = &lines[end - 1];
        let chars = line.chars(text);
        let signature =
            end > last_text && (is_date_line(chars) || (is_signature(chars) && follows_signature(text, lines, end)));
        if line.blank()
            || signature
            || (end > last_text
                && is_page_number(&chars.iter().map(|c| fold(*c)).filter(|c| !blank(*c)).collect::<String>()))
        {
            end -= 1;
        } else {
            break;
        }
    }
    end
}

/// True when all that follows the last sentence is a signature with its day, however it is broken.
fn is_closing(text: &[char], rest: &[Line]) -> bool {
    let joined: String =
        rest.iter().flat_map(|line| line.chars(text)).filter(|c| !blank(**c)).map(|c| fold(*c)).collect();
    let plain = rest.iter().all(|line| (line.marker.is_none() || line.chars(text).len() <= 8) && !line.cell)
        && !joined.contains(['。', '；', ';', '，']);
    let dated = year_in(&joined).is_some() && joined.contains('月') && joined.contains('日');
    plain && dated && joined.chars().count() <= 60 && words::BODY_ENDS.iter().any(|end| joined.contains(end))
}

fn is_foot(chars: &[char]) -> bool {
    let text: String = chars.iter().map(|c| fold(*c)).collect();
    is_navigation(chars) || ["附件:", "附:", "抄送", "主题词"].iter().any(|word| text.starts_with(word))
}

/// A signature is the body's name; only a day, a foot or the end may follow.
fn is_signature(chars: &[char]) -> bool {
    let text: String = chars.iter().filter(|c| !blank(**c)).collect();
    text.chars().count() <= 24 && words::BODY_ENDS.iter().any(|end| text.ends_with(end))
}

fn follows_signature(text: &[char], lines: &[Line], end: usize) -> bool {
    lines[end..].iter().find(|line| !line.blank()).is_none_or(|line| {
        is_date_line(line.chars(text)) || is_foot(line.chars(text)) || is_signature(line.chars(text))
    }) && lines[..end - 1].iter().rev().find(|line| !line.blank()).is_some_and(|line| ends_sentence(line.chars(text)))
}

/// Reads what the lines before the body say of the plan.
fn head(text: &[char], lines: &[Line]) -> Head {
    let clean = |line: &Line| line.chars(text).iter().filter(|c| !blank(**c)).collect::<String>();
    let mut head = Head::default();
    let mut title: Option<usize> = None;
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| !line.blank()) {
        if is_title(line.chars(text)) && line.marker.is_none() {
            title = Some(i);
        } else if is_document_number(line.chars(text)) {
            head.number = Some(clean(line));
        } else if clean(line).starts_with("发布机构") {
            head.body = body_named(text, &lines[i..]);
        }
    }
    if let Some(i) = title {
        let name = lines[i].chars(text).iter().collect::<String>();
        let folded: String = name.chars().map(fold).collect();
        head.year = year_in(&folded);
        let above = lines[..i]
            .iter()
            .rev()
            .find(|line| !line.blank())
            .filter(|line| is_signature(line.chars(text)) && !is_title(line.chars(text)));
        head.body = head.body.or_else(|| body_in_title(&folded)).or_else(|| above.map(clean));
        head.title = Some(name);
    }
    if head.body.as_deref().is_some_and(|body| head.title.as_deref() == Some(body)) {
        head.body = None;
    }
    head.year =
        head.year.or_else(|| lines.iter().find_map(|line| year_in(&clean(line).chars().map(fold).collect::<String>())));
    head
}

/// The year that a title inside the plan sets: 三、2022年重点工作.
fn year_of_titles(blocks: &[Block]) -> Option<i32> {
    let titles = blocks.iter().filter(|block| block.marker > 0 && block.chars.len() <= 40).map(Block::text);
    titles
        .filter(|title| {
            ["重点工作", "工作安排", "打算", "计划", "任务", "要点", "目标", "部署"]
                .iter()
                .any(|word| title.contains(word))
        })
        .filter_map(|title| year_in(&title))
        .max()
}

/// The name after 发布机构, on the same line or the next.
fn body_named(text: &[char], lines: &[Line]) -> Option<String> {
    let same: String = lines[0].chars(text).iter().map(|c| fold(*c)).collect();
    let rest = same.split_once(':').map(|(_, rest)| rest.trim().to_owned()).filter(|rest| !rest.is_empty());
    rest.or_else(|| {
        let next = lines[1..].iter().find(|line| !line.blank())?;
        Some(next.chars(text).iter().collect::<String>())
            .filter(|name| name.chars().count() <= 24 && !name.contains([':', '：']))
    })
}

fn body_in_title(title: &str) -> Option<String> {
    let title = title.trim_start_matches("关于印发").trim_start_matches('《');
    let before = title.split(|c: char| c.is_ascii_digit() || c == '二').next()?;
    let body = before.trim_end_matches("关于").trim_end_matches("关于印发").trim();
    (2..=24).contains(&body.chars().count()).then(|| body.to_owned())
}

/// The first year of four digits followed by 年.
pub fn year_in(text: &str) -> Option<i32> {
    let chars: Vec<char> = text.chars().collect();
    let digits = |w: &[char]| {
        w.iter()
            .map(|c| c.to_digit(10).map(u64::from).or_else(|| crate::numerals::digit_value(*c)))
            .collect::<Option<Vec<u64>>>()
    };
    chars.windows(5).find_map(|w| {
        let year = digits(&w[..4])?.iter().fold(0, |sum, d| sum * 10 + *d as i32);
        (matches!(w[4], '年' | '学' | '-') && (1980..2100).contains(&year)).then_some(year)
    })
}

/// Joins lines that a page width broke, and gives every block its canonical characters.
fn join_lines(text: &[char], lines: &[Line]) -> (Vec<Block>, Vec<Block>) {
    let mut page_numbers = Vec::new();
    let wrap = wrap_width(text, lines);
    let table = table_lines(text, lines);
    let mut blocks: Vec<Block> = Vec::new();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut previous: Option<usize> = None;
    let mut gap = false;
    for (i, line) in lines.iter().enumerate() {
        let chars = line.chars(text);
        if line.blank() {
            gap = true;
            continue;
        }
        let folded: String = chars.iter().filter(|c| !blank(**c)).map(|c| fold(*c)).collect();
        if is_page_number(&folded) && !table[i] && !folded.contains('/') {
            page_numbers.push(frame_block(text, line));
            continue;
        }
        let joins = previous.is_some_and(|p| !table[i] && !table[p] && continues(text, &lines[p], line, wrap, gap));
        if !joins && !spans.is_empty() {
            flush(text, lines, &mut spans, &mut blocks, previous.is_some_and(|p| table[p]));
        }
        spans.push((line.start, line.end));
        previous = Some(i);
        gap = false;
    }
    if !spans.is_empty() {
        flush(text, lines, &mut spans, &mut blocks, previous.is_some_and(|p| table[p]));
    }
    (blocks, page_numbers)
}

fn flush(text: &[char], _lines: &[Line], spans: &mut Vec<(usize, usize)>, blocks: &mut Vec<Block>, cell: bool) {
    let first = spans[0];
    let marker = marker(&text[first.0..first.1]);
    let (chars, at) = canonical(text, spans);
    let mark = marker.map_or(0, |(_, len)| at.iter().take_while(|p| **p < first.0 + len).count());
    blocks.push(Block {
        kind: BlockKind::Text,
        level: marker.map_or(7, |(level, _)| level),
        chars,
        at,
        marker: mark,
        row_start: false,
        cell,
    });
    spans.clear();
}

/// The width at which lines break, where the text was broken at all.
fn wrap_width(text: &[char], lines: &[Line]) -> Option<usize> {
    let mut counts = [0usize; 121];
    let (mut open, mut all) = (0usize, 0usize);
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| !line.blank() && !line.cell) {
        all += 1;
        // What goes on with a broken line is no wider and carries no number.
        let goes_on = lines
            .get(i + 1)
            .is_some_and(|next| !next.blank() && next.marker.is_none() && next.width <= line.width + line.indent + 4);
        if (24..=120).contains(&line.width) && goes_on && !ends_sentence(line.chars(text)) {
            counts[line.width] += 1;
            open += 1;
        }
    }
    let near = |w: usize| counts[w.saturating_sub(4)..=(w + 2).min(120)].iter().sum::<usize>();
    let best = (24..=120).max_by_key(|w| (near(*w), *w))?;
    let mode = (best.saturating_sub(4)..=(best + 2).min(120)).max_by_key(|w| counts[*w]).unwrap_or(best);
    (near(best) >= 3 && near(best) * 2 >= open && near(best) * 5 >= all).then_some(mode)
}

/// True when `line` goes on with the sentence of `previous`.
fn continues(text: &[char], previous: &Line, line: &Line, wrap: Option<usize>, gap: bool) -> bool {
    let (before, now) = (previous.chars(text), line.chars(text));
    if previous.cell || line.cell || line.marker.is_some() {
        return false;
    }
    let digit = |c: Option<&char>| c.is_some_and(|c| fold(*c).is_ascii_digit());
    // 拆除违法建设5.⏎2万平方米: the page broke the number behind its point.
    let pointed = before.len() >= 6 && matches!(before, [.., a, '.'] if digit(Some(a))) && digit(now.first());
    if pointed && !gap && before[before.len() - 6..].iter().any(|c| !fold(*c).is_ascii()) {
        return true;
    }
    if ends_sentence(before) {
        // A full line that happens to end with its sentence goes on in the same paragraph.
        let full = wrap
            .is_some_and(|w| previous.width + previous.indent + 2 >= w && previous.width + previous.indent <= w + 2);
        return full && !gap && line.indent < 2 && before.last() == Some(&'。') && now.len() > 6;
    }
    let starts_inside =
        now.first().is_some_and(|c| matches!(fold(*c), ',' | '，' | '。' | '、' | ';' | ')' | '》' | '”' | '%'));
    let broken_number = !gap
        && before.len() >= 6
        && digit(before.last())
        && digit(now.first())
        && before.iter().any(|c| !fold(*c).is_ascii());
    if broken_number {
        return true;
    }
    let open_end = before.last().is_some_and(|c| matches!(fold(*c), ',' | '、' | '(' | '“' | '《' | '-' | '和'));
    if starts_inside || (open_end && before.len() > 4) {
        return true;
    }
    if gap || line.indent >= previous.indent.max(2) + 2 || (line.indent >= 4 && previous.indent < line.indent) {
        return false;
    }
    match wrap {
        // A line broken by the page is about as wide as the page, and so is at most the line that goes on.
        Some(w) => {
            let wide = previous.width + previous.indent;
            wide + w / 5 >= w && previous.width <= w + w / 3 && line.width <= w + w / 3
        }
        None => {
            let commas = before.iter().filter(|c| matches!(fold(**c), ',' | '，' | '。')).count();
            previous.marker.is_none()
                && commas > 0
                && before.len() >= 16
                && line.indent <= previous.indent
                && ends_sentence(now)
        }
    }
}

/// Marks the lines that belong to tables: from a row of column titles on, and lines with tabs.
fn table_lines(text: &[char], lines: &[Line]) -> Vec<bool> {
    let mut marks: Vec<bool> = lines.iter().map(|line| line.cell).collect();
    let filled: Vec<usize> = (0..lines.len()).filter(|i| !lines[*i].blank()).collect();
    let mut inside = false;
    for (k, &i) in filled.iter().enumerate() {
        let chars = lines[i].chars(text);
        if is_column_title(chars) && filled.get(k + 1).is_some_and(|n| is_column_title(lines[*n].chars(text))) {
            inside = true;
        }
        // Three long paragraphs in a row are prose again.
        let prose = |n: &usize| lines[*n].width > 80 && ends_sentence(lines[*n].chars(text));
        if inside && filled[k..].len() >= 3 && filled[k..k + 3].iter().all(prose) {
            inside = false;
        }
        marks[i] |= inside;
    }
    marks
}

fn is_column_title(chars: &[char]) -> bool {
    let text: String = chars.iter().filter(|c| !blank(**c)).map(|c| fold(*c)).collect();
    words::COLUMN_TITLES.contains(&text.as_str())
        || words::COLUMN_TITLES
            .iter()
            .any(|word| text.strip_prefix(word).is_some_and(|rest| rest.starts_with('(') && rest.ends_with(')')))
}

fn frame_block(text: &[char], line: &Line) -> Block {
    let (chars, at) = canonical(text, &[(line.start, line.end)]);
    Block { kind: BlockKind::Frame, level: 7, chars, at, marker: 0, row_start: false, cell: false }
}

/// Writes the characters of several lines in one canonical spelling, with their places.
fn canonical(text: &[char], spans: &[(usize, usize)]) -> (Vec<char>, Vec<usize>) {
    let places: Vec<usize> = spans.iter().flat_map(|(start, end)| *start..*end).collect();
    let raw: Vec<char> = places.iter().map(|p| fold(text[*p])).collect();
    let (mut chars, mut at) = (Vec::with_capacity(raw.len()), Vec::with_capacity(raw.len()));
    let mut straight_open = false;
    for (i, &c) in raw.iter().enumerate() {
        let next = raw.get(i + 1).copied().unwrap_or('\0');
        let last = chars.last().copied().unwrap_or('\0');
        if blank(c) {
            if keeps_blank(&raw, i, last) {
                chars.push(' ');
                at.push(places[i]);
            }
            continue;
        }
        let spelled = match c {
            ',' if last.is_ascii_digit() && three_digits(&raw[i + 1..]) => ',',
            ',' => '，',
            ':' if last.is_ascii_digit() && next.is_ascii_digit() => ':',
            ':' | '：' => '：',
            ';' => '；',
            '(' => '（',
            ')' => '）',
            '!' => '！',
            '?' => '？',
            '.' if !last.is_ascii_alphanumeric() && last != '.' && last != '\0' && !next.is_ascii_alphanumeric() => {
                '。'
            }
            '[' => '〔',
            ']' => '〕',
            '「' | '『' => '“',
            '」' | '』' => '”',
            '"' => {
                straight_open = !straight_open;
                if straight_open { '“' } else { '”' }
            }
            _ => c,
        };
        chars.push(spelled);
        at.push(places[i]);
    }
    (chars, at)
}

/// A blank counts only between digits on one line and between Latin letters.
fn keeps_blank(raw: &[char], i: usize, last: char) -> bool {
    let next = raw[i + 1..].iter().copied().find(|c| !blank(*c)).unwrap_or('\0');
    (last.is_ascii_digit() && next.is_ascii_digit()) || (last.is_ascii_alphabetic() && next.is_ascii_alphabetic())
}

fn three_digits(rest: &[char]) -> bool {
    rest.len() >= 3 && rest[..3].iter().all(char::is_ascii_digit) && !rest.get(3).is_some_and(char::is_ascii_digit)
}

/// Decides for every block whether it is title, text or a frame of one.
fn classify(blocks: &mut [Block], title: Option<&str>) {
    let kinds: Vec<BlockKind> = (0..blocks.len()).map(|i| kind_of(blocks, i, title)).collect();
    for (block, kind) in blocks.iter_mut().zip(kinds) {
        block.kind = kind;
    }
    // What stands between column titles is one too.
    for i in 1..blocks.len().saturating_sub(1) {
        if blocks[i].cell
            && blocks[i].chars.len() <= 12
            && is_column_title(&blocks[i - 1].chars)
            && is_column_title(&blocks[i + 1].chars)
        {
            blocks[i].kind = BlockKind::Frame;
        }
    }
    let mut first_serial = true;
    for i in 0..blocks.len() {
        let serial = blocks[i].cell && blocks[i].kind == BlockKind::Frame && is_serial(&blocks[i].chars);
        blocks[i].row_start =
            serial || (i > 0 && blocks[i].cell && first_serial && blocks[i - 1].kind == BlockKind::Frame);
        first_serial &= !serial;
    }
}

fn kind_of(blocks: &[Block], i: usize, title: Option<&str>) -> BlockKind {
    let block = &blocks[i];
    let text = block.text();
    if title.is_some_and(|title| title == text) {
        return BlockKind::Frame;
    }
    if let Some(kind) = labelled(&text) {
        return kind;
    }
    if text.ends_with('：') && text.starts_with('各') && block.marker == 0 {
        return BlockKind::Frame;
    }
    if block.cell {
        let kind = cell_kind(block, &text);
        return if kind == BlockKind::Text && names_row(blocks, i) { BlockKind::Heading } else { kind };
    }
    if is_heading(blocks, i) { BlockKind::Heading } else { BlockKind::Text }
}

/// Lines of the form 责任科室：… and 完成时限：….
fn labelled(text: &str) -> Option<BlockKind> {
    let bare = text.trim_start_matches(['（', '【', '〔']);
    let (label, _) = bare.split_once('：')?;
    if words::OWNER_LABELS.contains(&label) {
        return Some(BlockKind::Owner);
    }
    words::TIME_LABELS.contains(&label).then_some(BlockKind::Time)
}

/// The cell after the serial number names the row when another cell with the work follows.
fn names_row(blocks: &[Block], i: usize) -> bool {
    let serial = |block: &Block| block.cell && is_serial(&block.chars);
    let after_serial = i > 0 && serial(&blocks[i - 1]);
    let short = blocks[i].chars.len() <= 20
        && !blocks[i].chars.iter().any(char::is_ascii_digit)
        && !ends_sentence(&blocks[i].chars);
    let figure_follows = blocks
        .get(i + 1)
        .is_some_and(|next| next.cell && matches!(cell_kind(next, &next.text()), BlockKind::Unit | BlockKind::Value));
    (short && figure_follows)
        || after_serial
            && short
            && blocks.get(i + 1).is_some_and(|next| next.cell && cell_kind(next, &next.text()) == BlockKind::Text)
}

fn cell_kind(block: &Block, text: &str) -> BlockKind {
    let chars: Vec<char> = text.chars().collect();
    if is_column_title(&chars) || matches!(text, "-" | "--" | "/" | "无") {
        return BlockKind::Frame;
    }
    if is_serial(&block.chars) {
        return BlockKind::Frame;
    }
    if crate::owners::is_leader_list(&chars) {
        return BlockKind::Frame;
    }
    if crate::owners::is_owner_list(&chars) {
        return BlockKind::Owner;
    }
    if crate::draft::is_day(&chars) {
        return BlockKind::Time;
    }
    if is_unit(&chars) {
        return BlockKind::Unit;
    }
    if is_figure(&chars) {
        return BlockKind::Value;
    }
    let numbered = block.marker > 0 && block.level < 3;
    if numbered && chars.len() <= 30 && !ends_sentence(&chars) {
        return BlockKind::Heading;
    }
    // A short cell that neither acts nor counts names a field of work.
    let acts = crate::words::starts_with_act(&chars);
    let counts = chars.iter().any(char::is_ascii_digit)
        || ["零", "全覆盖", "百分之", "清零"].iter().any(|word| text.contains(word));
    if chars.len() <= 14 && !acts && !counts && !ends_sentence(&chars) && !text.contains(['，', '；']) {
        BlockKind::Heading
    } else {
        BlockKind::Text
    }
}

/// The serial number of a row: 3, 12, 1-2.
fn is_serial(chars: &[char]) -> bool {
    let digits = chars.iter().filter(|c| c.is_ascii_digit()).count();
    (1..=4).contains(&digits)
        && chars.len() <= 5
        && chars.iter().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'))
        && chars[0].is_ascii_digit()
        && (digits == chars.len() && digits <= 3 || chars.contains(&'-'))
}

/// 个, %, 万人次: a unit with its multiplier and nothing else.
fn is_unit(chars: &[char]) -> bool {
    let rest = &chars[chars.iter().take_while(|c| matches!(c, '万' | '亿' | '百' | '千')).count()..];
    crate::units::unit_at(rest).is_some_and(|(len, _, _)| len == rest.len())
}

/// A figure with comparator and unit and nothing else.
fn is_figure(chars: &[char]) -> bool {
    let found = crate::numerals::numbers(chars);
    let [number] = &found[..] else { return false };
    let before: String = chars[..number.start].iter().collect();
    let after: String = chars[number.after..].iter().collect();
    words::FIGURE_BEFORE.contains(&before.as_str()) && words::FIGURE_AFTER.contains(&after.as_str())
}

/// Titles end without a mark, or are one short sentence, and text of their own follows.
fn is_heading(blocks: &[Block], i: usize) -> bool {
    let block = &blocks[i];
    let body = block.body();
    if body.is_empty() {
        return true;
    }
    let ends = ends_sentence(&block.chars) || body.last() == Some(&'，');
    let next = blocks[i + 1..].iter().find(|next| labelled(&next.text()).is_none());
    let numbered = block.marker > 0 && block.level < 6;
    let counts = !crate::numerals::numbers(body).is_empty();
    if numbered {
        let title_next = |next: &Block| {
            next.marker == 0
                && next.chars.len() <= 12
                && (!ends_sentence(&next.chars) || next.chars.last() == Some(&'：'))
        };
        let deeper = next.is_some_and(|next| {
            (next.marker == 0 && !(block.level >= 3 && title_next(next))) || next.level > block.level && next.marker > 0
        });
        let short = body.len() <= if ends { 24 } else { 60 };
        let followed = next.is_some_and(|next| next.marker > 0 || next.chars.len() > 12 || ends_sentence(&next.chars));
        if ends && !followed {
            return false;
        }
        let sentences = body.iter().filter(|c| matches!(c, '。' | '；')).count();
        return short
            && deeper
            && sentences <= usize::from(ends)
            && !(ends && counts)
            && !(ends && body.contains(&'，'));
    }
    // A plain title must be followed by text, and says nothing countable itself.
    let long_next = next.is_some_and(|next| next.marker > 0 || next.chars.len() > block.chars.len() + 10);
    block.marker == 0 && body.len() <= 30 && !ends && long_next && !body.contains(&'，')
        || is_colon_title(block, next.is_some())
}

/// 主要目标： alone on its line.
fn is_colon_title(block: &Block, more: bool) -> bool {
    block.chars.last() == Some(&'：') && block.chars.len() <= 30 && more
}
