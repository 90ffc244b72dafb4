//! Workbooks as they are sent and handed out: the first sheet of an `.xlsx`, cell by cell, within bounds that no hostile
//! workbook passes; and the empty sheet that is to be filled in.

use crate::refusal::{No, Refusal};
use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use luoshi_kernel::Complaint;
use luoshi_pack::Kind;
use std::io::{Cursor, Read as _};

/// Most rows of one sheet below its head.
pub const ROWS_MOST: usize = 100_000;
/// Most columns.
const COLUMNS_MOST: u32 = 300;
/// Most bytes that a workbook may unfold to.
const UNFOLDED_MOST: u64 = 400 << 20;
/// Most bytes of its texts: each costs many times as much in memory.
const TEXTS_MOST: u64 = 64 << 20;
/// A number from here on is no longer what was typed: a workbook keeps fifteen digits.
const DIGITS_LOST: f64 = 1e15;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text, trimmed.
    Text(String),
    /// A number.
    Number(f64),
    /// A day and a time of day: year, month, day, hour, minute.
    Day([u16; 5]),
    /// A formula that failed, such as `#N/A`.
    Wrong,
}

/// The first sheet of a workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// The first row that is not empty: column and text.
    pub head: Vec<(u32, String)>,
    /// The rows below that are not empty: their number in the workbook, and their cells by column.
    pub rows: Vec<(u32, Vec<(u32, Cell)>)>,
}

/// Reads the first sheet.
///
/// # Errors
/// D080 when the bytes are no workbook, D081 when it is too large.
pub fn read(bytes: &[u8]) -> Result<Sheet, Refusal> {
    if unfolds_to(bytes).ok_or_else(unreadable)? > UNFOLDED_MOST {
        return Err(too_large());
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let first = book.sheet_names().into_iter().next().ok_or_else(unreadable)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| unreadable())?;
    let mut sheet = Sheet::default();
    let mut head_row = None;
    while let Some(found) = cells.next_cell().map_err(|_| unreadable())? {
        let ((row, column), Some(cell)) = (found.get_position(), cell(found.get_value())) else { continue };
        if column >= COLUMNS_MOST {
            return Err(too_large());
        }
        if *head_row.get_or_insert(row) == row {
            sheet.head.push((column, in_words(&cell)));
            continue;
        }
        let full = sheet.rows.len() == ROWS_MOST;
        match sheet.rows.last_mut() {
            Some((number, cells)) if *number == row + 1 => cells.push((column, cell)),
            _ if full => return Err(too_large()),
            _ => sheet.rows.push((row + 1, vec![(column, cell)])),
        }
    }
    Ok(sheet)
}

/// How many bytes the parts of a workbook unfold to, as far as one over the most; `None` when it is none.
fn unfolds_to(bytes: &[u8]) -> Option<u64> {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut sum = 0;
    for place in 0..parts.len() {
        let part = parts.by_index(place).ok()?;
        let texts = part.name().ok()?.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let most = UNFOLDED_MOST - sum;
        let most = if texts { most.min(TEXTS_MOST) } else { most };
        let size = std::io::copy(&mut part.take(most + 1), &mut std::io::sink()).ok()?;
        if size > most {
            return Some(UNFOLDED_MOST + 1);
        }
        sum += size;
    }
    Some(sum)
}

fn cell(data: &DataRef<'_>) -> Option<Cell> {
    let text = |text: &str| Some(Cell::Text(text.trim().to_string())).filter(|_| !text.trim().is_empty());
    match data {
        DataRef::Empty => None,
        DataRef::String(written) => text(written),
        DataRef::SharedString(written) => text(written),
        DataRef::DateTimeIso(written) | DataRef::DurationIso(written) => text(written),
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::Bool(yes) => Some(Cell::Text(if *yes { "是" } else { "否" }.into())),
        DataRef::DateTime(day) => Some(moment(day)),
        DataRef::Error(_) => Some(Cell::Wrong),
    }
}

fn moment(day: &ExcelDateTime) -> Cell {
    let (year, month, date, hour, minute, ..) = day.to_ymd_hms_milli();
    Cell::Day([year, u16::from(month), u16::from(date), u16::from(hour), u16::from(minute)])
}

/// A number as a workbook shows it: at most fifteen digits.
fn number(number: f64) -> String {
    let fifteen: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{fifteen}")
}

fn in_words(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(found) => number(*found),
        Cell::Day([year, month, day, ..]) => format!("{year}-{month:02}-{day:02}"),
        Cell::Wrong => String::new(),
    }
}

impl Cell {
    /// What a person would have typed into a field of this kind.
    ///
    /// # Errors
    /// V050 to V052 for what a workbook no longer says as it was meant.
    pub fn typed(&self, kind: &Kind) -> Result<String, Complaint> {
        match self {
            Cell::Wrong => Err(Complaint::new(
                "V050",
                "这一格是算错的公式（如 #N/A）。请改好公式，或直接填值。",
                "The cell holds a formula that failed, such as #N/A. Mend it, or write the value itself.",
            )),
            Cell::Number(found) if found.abs() >= DIGITS_LOST => Err(Complaint::new(
                "V051",
                "15位以上的数字已被 Excel 改写，不再是原来的号码。请把这一列的格式设为“文本”，再重新填这一格。",
                "Excel has altered a number of more than 15 digits. Format the column as text, then write it again.",
            )),
            Cell::Number(found) if *kind == Kind::Share && *found > 0.0 && *found <= 1.0 => Err(Complaint::new(
                "V052",
                "看不出是百分之几：这一格是带百分号格式的数字。请把这一列设为“文本”，写成 95.5%。",
                "The number may be a share or percent. Format the column as text and write it like 95.5%.",
            )),
            Cell::Day([year, month, day, hour, minute]) => Ok(match kind {
                Kind::Time => format!("{hour:02}:{minute:02}"),
                Kind::Moment => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}"),
                _ => in_words(self),
            }),
            _ => Ok(in_words(self)),
        }
    }
}

/// One column of a sheet that is to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What stands at its head.
    pub title: String,
    /// Whether it may not stay empty.
    pub must: bool,
    /// What may stand below it, in a sentence.
    pub help: String,
    /// The only texts it takes; empty: any.
    pub choices: Vec<String>,
    /// Whether it holds days.
    pub day: bool,
}

/// An empty workbook with a head, the choices to pick from, and a second sheet that explains each column.
///
/// # Errors
/// D080 when it cannot be written, which does not happen with heads of due length.
pub fn to_fill(title: &str, columns: &[Asked], words: [&str; 4]) -> Result<Vec<u8>, Refusal> {
    written(title, columns, words).map_err(|error| {
        tracing::error!(%error, "a sheet to fill in could not be written");
        unreadable()
    })
}

fn written(title: &str, columns: &[Asked], words: [&str; 4]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    use rust_xlsxwriter::{DataValidation, Format, Workbook};
    let [help_title, column_word, must_word, help_word] = words;
    let last = ROWS_MOST as u32;
    let (bold, text, day) =
        (Format::new().set_bold(), Format::new().set_num_format("@"), { Format::new().set_num_format("yyyy-mm-dd") });
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(title))?.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(columns) {
        sheet.write_with_format(0, place, &column.title, &bold)?;
        let wide = column.title.chars().count().clamp(6, 20) * 2 + 2;
        sheet.set_column_width(place, wide as f64)?;
        // Numbers of persons and codes stay what was typed only in a column of text.
        sheet.set_column_format(place, if column.day { &day } else { &text })?;
        // A list to pick from holds 255 characters; longer ones stand in the second sheet alone.
        if !column.choices.is_empty() && column.choices.iter().map(|one| one.chars().count() + 1).sum::<usize>() < 255 {
            let pick = DataValidation::new().allow_list_strings(&column.choices)?;
            sheet.add_data_validation(1, place, last, place, &pick)?;
        }
    }
    let help = book.add_worksheet();
    help.set_name(sheet_name(help_title))?;
    for (place, word) in (0..).zip([column_word, must_word, help_word]) {
        help.write_with_format(0, place, word, &bold)?;
    }
    help.set_column_width(0, 24)?.set_column_width(2, 90)?;
    for (row, column) in (1..).zip(columns) {
        help.write(row, 0, &column.title)?;
        help.write(row, 1, if column.must { "✓" } else { "" })?;
        help.write(row, 2, &column.help)?;
    }
    book.save_to_buffer()
}

/// A sheet's name may hold 31 letters, and none that addresses are made of.
pub(crate) fn sheet_name(title: &str) -> String {
    let kept = title.chars().map(|letter| if "[]:*?/\\'".contains(letter) { ' ' } else { letter });
    let name: String = kept.take(31).collect();
    if name.trim().is_empty() { "1".into() } else { name }
}

fn unreadable() -> Refusal {
    Refusal::new(
        No::Refused,
        "D080",
        "这个文件不是能读的 Excel 工作簿。请在 Excel 或 WPS 里另存为 .xlsx 再传。",
        "The file is no workbook that can be read. Save it as .xlsx and send it again.",
    )
}

fn too_large() -> Refusal {
    Refusal::new(
        No::Refused,
        "D081",
        format!("工作簿太大：最多{ROWS_MOST}行、{COLUMNS_MOST}列。请分成几个文件，并删去空白的行列。"),
        format!("The workbook is too large: {ROWS_MOST} rows and {COLUMNS_MOST} columns at most. Split it."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        fill(book.add_worksheet());
        book.save_to_buffer().expect("a workbook")
    }

    fn typed(kind: &Kind, fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> String {
        let bytes = book(|sheet| {
            sheet.write(0, 0, "head").expect("it fits");
            fill(sheet);
        });
        let sheet = read(&bytes).expect("it is read");
        sheet.rows[0].1[0].1.typed(kind).unwrap_or_else(|complaint| complaint.code.to_string())
    }

    #[test]
    fn cells_become_what_a_person_would_have_typed() {
        let plain = Kind::Text { max: 20 };
        let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let at = rust_xlsxwriter::ExcelDateTime::from_ymd(2021, 9, 1).and_then(|day| day.and_hms(8, 30, 0)).expect("");
        assert_eq!(typed(&plain, |sheet| drop(sheet.write(1, 0, "  第一小学 ").map(drop))), "第一小学");
        assert_eq!(typed(&plain, |sheet| drop(sheet.write(1, 0, 0.1 + 0.2).map(drop))), "0.3");
        assert_eq!(typed(&plain, |sheet| drop(sheet.write(1, 0, 3_307_821_234.0).map(drop))), "3307821234");
        assert_eq!(typed(&plain, |sheet| drop(sheet.write(1, 0, true).map(drop))), "是");
        assert_eq!(typed(&plain, |sheet| drop(sheet.write(1, 0, 330_782_199_001_011_234.0).map(drop))), "V051");
        let failed = rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A");
        assert_eq!(typed(&plain, |sheet| drop(sheet.write(1, 0, &failed).map(drop))), "V050");
        assert_eq!(typed(&Kind::Share, |sheet| drop(sheet.write(1, 0, 0.955).map(drop))), "V052");
        assert_eq!(typed(&Kind::Share, |sheet| drop(sheet.write(1, 0, 95.5).map(drop))), "95.5");
        for (kind, expected) in [(Kind::Date, "2021-09-01"), (Kind::Moment, "2021-09-01 08:30"), (Kind::Time, "08:30")]
        {
            assert_eq!(typed(&kind, |sheet| drop(sheet.write_with_format(1, 0, &at, &day).map(drop))), expected);
        }
    }

    #[test]
    fn rows_keep_their_number_and_empty_ones_are_left_out() {
        let bytes = book(|sheet| {
            for (row, text) in [(1, "head"), (2, "one"), (5, "two")] {
                sheet.write(row, 2, text).expect("it fits");
            }
        });
        let sheet = read(&bytes).expect("it is read");
        assert_eq!(sheet.head, [(2, "head".to_string())]);
        let rows: Vec<u32> = sheet.rows.iter().map(|(number, _)| *number).collect();
        assert_eq!(rows, [3, 6]);
    }

    #[test]
    fn what_is_no_workbook_or_far_too_wide_is_refused_in_words() {
        assert_eq!(read(b"id,name\n1,x\n").expect_err("no workbook").code, "D080");
        let wide = book(|sheet| drop(sheet.write(0, 400, "far").map(drop)));
        assert_eq!(read(&wide).expect_err("too wide").code, "D081");
        let texts = {
            let mut parts = zip::ZipWriter::new(Cursor::new(vec![]));
            parts.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).expect("a part");
            std::io::copy(&mut std::io::repeat(b'a').take(TEXTS_MOST + 1), &mut parts).expect("it is written");
            parts.finish().expect("an archive").into_inner()
        };
        assert!(texts.len() < 1 << 20);
        assert_eq!(read(&texts).expect_err("too many texts").code, "D081");
        let cut = book(|sheet| drop(sheet.write(0, 0, "x").map(drop)));
        for end in (0..cut.len()).step_by(97) {
            assert!(read(&cut[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn the_sheet_to_fill_in_is_read_back_with_its_head() {
        let column = |title: &str, choices: &[&str]| Asked {
            title: title.into(),
            must: true,
            help: "怎么填".into(),
            choices: choices.iter().map(|one| one.to_string()).collect(),
            day: false,
        };
        let long: Vec<String> = (0..100).map(|one| format!("第{one}项")).collect();
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        let columns = [column("名称", &[]), column("类别", &["甲", "乙"]), column("长", &long)];
        let bytes = to_fill("台账/一: *?", &columns, ["填写说明", "列", "必填", "说明"]).expect("it is written");
        let head: Vec<String> = read(&bytes).expect("it is read").head.into_iter().map(|(_, text)| text).collect();
        assert_eq!(head, ["名称", "类别", "长"]);
    }
}
