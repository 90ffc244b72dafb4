//! A workbook: the rows on the first sheet, what they are on the second. Rows wait in a temporary file without a name, so
//! memory does not grow with them.

use super::typed::Typed;
use super::{Chunk, Format, Give, Head, Made, Stop, not_made};
use crate::sheet::sheet_name;
use luoshi_kernel::decimal;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, XlsxError};
use std::io::{BufWriter, Write};

/// Letters that a cell may hold.
const CELL_MOST: usize = 32_767;
/// Digits that a number of a spreadsheet keeps.
const EXACT_MOST: u64 = 1_000_000_000_000_000;
/// Bytes that are given away at once.
const CHUNK: usize = 64 << 10;

/// A workbook under way.
pub struct Workbook<'g, 'h> {
    book: rust_xlsxwriter::Workbook,
    head: Head,
    next: u32,
    styles: Styles,
    give: &'g mut Give<'h>,
}

struct Styles {
    head: Style,
    day: Style,
    moment: Style,
    /// By decimals.
    numbers: [Style; 7],
}

impl<'g, 'h> Workbook<'g, 'h> {
    /// Begins with the heads.
    pub fn begin(head: Head, give: &'g mut Give<'h>) -> Result<Workbook<'g, 'h>, Stop> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let shown = |format: &str| Style::new().set_num_format(format);
        let styles = Styles {
            head: Style::new().set_bold(),
            day: shown("yyyy-mm-dd"),
            moment: shown("yyyy-mm-dd hh:mm"),
            numbers: std::array::from_fn(|digits| match digits {
                0 => shown("0"),
                digits => shown(&format!("#,##0.{}", "0".repeat(digits))),
            }),
        };
        heads(&mut book, &head, &styles).map_err(|error| not_made(&error))?;
        Ok(Workbook { book, head, next: 1, styles, give })
    }

    fn put(&mut self, rows: Vec<Vec<Typed>>) -> Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(0)?;
        for row in rows {
            for (place, cell) in row.iter().enumerate() {
                let (at, place) = (self.next, place as u16);
                match cell {
                    Typed::Nothing => continue,
                    Typed::Text(text) => sheet.write_string(at, place, short(text))?,
                    Typed::Day(day) => match excel_day(*day) {
                        Some(when) => sheet.write_datetime_with_format(at, place, &when, &self.styles.day)?,
                        None => sheet.write_string(at, place, day.to_string())?,
                    },
                    Typed::Moment(moment) => {
                        let when = excel_day(moment.date())
                            .and_then(|day| day.and_hms(moment.hour() as u16, moment.minute() as u8, 0).ok());
                        match when {
                            Some(when) => sheet.write_datetime_with_format(at, place, &when, &self.styles.moment)?,
                            None => sheet.write_string(at, place, moment.strftime("%Y-%m-%d %H:%M").to_string())?,
                        }
                    }
                    Typed::Number { number, digits } => {
                        let written = decimal::fixed(*number, *digits);
                        match written.parse::<f64>() {
                            Ok(near) if number.unsigned_abs() < EXACT_MOST => {
                                let style = &self.styles.numbers[usize::from(*digits).min(6)];
                                sheet.write_number_with_format(at, place, near, style)?
                            }
                            // More digits than a spreadsheet keeps: text is exact.
                            _ => sheet.write_string(at, place, written)?,
                        }
                    }
                };
            }
            self.next += 1;
        }
        Ok(())
    }

    fn about(&mut self) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet();
        sheet.set_name(&self.head.about_title)?.set_column_width(0, 14)?.set_column_width(1, 80)?;
        for (row, (label, said)) in (0..).zip(&self.head.about) {
            sheet.write_string_with_format(row, 0, label, &self.styles.head)?.write_string(row, 1, short(said))?;
        }
        Ok(())
    }
}

impl Made for Workbook<'_, '_> {
    fn add(&mut self, rows: Vec<Vec<Typed>>) -> Result<(), Stop> {
        self.put(rows).map_err(|error| not_made(&error))?;
        if (self.give)(Chunk::Working) { Ok(()) } else { Err(Stop::Gone) }
    }

    fn end(mut self: Box<Self>) -> Result<(), Stop> {
        self.about().map_err(|error| not_made(&error))?;
        let head = Chunk::Head { name: self.head.name.clone(), content_type: Format::Xlsx.content_type() };
        if !(self.give)(head) {
            return Err(Stop::Gone);
        }
        let mut out = Out { give: self.give, gone: false };
        let saved = self.book.save_to_writer(BufWriter::with_capacity(CHUNK, &mut out));
        match saved {
            _ if out.gone => Err(Stop::Gone),
            saved => saved.map_err(|error| not_made(&error)),
        }
    }
}

fn heads(book: &mut rust_xlsxwriter::Workbook, head: &Head, styles: &Styles) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(sheet_name(&head.title))?.set_freeze_panes(1, 0)?;
    for (place, (title, wide)) in (0..).zip(&head.columns) {
        sheet.set_column_width(place, f64::from(*wide))?;
        sheet.write_string_with_format(0, place, title, &styles.head)?;
    }
    Ok(())
}

/// A day that a spreadsheet counts as everybody does: it believes in a 29 February 1900.
fn excel_day(day: jiff::civil::Date) -> Option<ExcelDateTime> {
    if day < jiff::civil::date(1900, 3, 1) {
        return None;
    }
    ExcelDateTime::from_ymd(day.year() as u16, day.month() as u8, day.day() as u8).ok()
}

/// Text that fits into a cell; what was cut off is said.
fn short(text: &str) -> String {
    let length = text.encode_utf16().count();
    if length <= CELL_MOST {
        return text.to_string();
    }
    let kept: String = text.chars().take(CELL_MOST / 2).collect();
    format!("{kept}……（{length}）")
}

/// Gives bytes away as they are written.
struct Out<'g, 'h> {
    give: &'g mut Give<'h>,
    gone: bool,
}

impl Write for Out<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !(self.give)(Chunk::Bytes(bytes.to_vec())) {
            self.gone = true;
            return Err(std::io::ErrorKind::BrokenPipe.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
