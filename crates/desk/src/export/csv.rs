//! CSV by RFC 4180, as a spreadsheet opens it: UTF-8 with its mark, and no text that it would compute or turn into a number.

use super::typed::Typed;
use super::{Chunk, Format, Give, Head, Made, Stop};
use luoshi_kernel::decimal;

/// A CSV file under way: each page is given away as it comes.
pub struct Text<'g, 'h> {
    give: &'g mut Give<'h>,
}

impl<'g, 'h> Text<'g, 'h> {
    /// Begins with what the file holds, an empty line, and the heads.
    pub fn begin(head: &Head, give: &'g mut Give<'h>) -> Result<Text<'g, 'h>, Stop> {
        let mut text = String::from('\u{feff}');
        for (label, said) in &head.about {
            line(&mut text, [label.as_str(), said].map(|text| quoted(text, is_computed(text))));
        }
        text.push_str("\r\n");
        line(&mut text, head.columns.iter().map(|(title, _)| plain(title)));
        let mut begun = Text { give };
        begun.give(Chunk::Head { name: head.name.clone(), content_type: Format::Csv.content_type() })?;
        begun.give(Chunk::Bytes(text.into_bytes()))?;
        Ok(begun)
    }

    fn give(&mut self, piece: Chunk) -> Result<(), Stop> {
        if (self.give)(piece) { Ok(()) } else { Err(Stop::Gone) }
    }
}

impl Made for Text<'_, '_> {
    fn add(&mut self, rows: Vec<Vec<Typed>>) -> Result<(), Stop> {
        let mut text = String::new();
        for row in rows {
            line(&mut text, row.iter().map(cell));
        }
        self.give(Chunk::Bytes(text.into_bytes()))
    }

    fn end(self: Box<Self>) -> Result<(), Stop> {
        Ok(())
    }
}

fn line(text: &mut String, cells: impl IntoIterator<Item = String>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&cell);
    }
    text.push_str("\r\n");
}

fn cell(cell: &Typed) -> String {
    match cell {
        Typed::Nothing => String::new(),
        Typed::Text(text) => plain(text),
        Typed::Day(day) => day.to_string(),
        Typed::Moment(moment) => moment.strftime("%Y-%m-%d %H:%M").to_string(),
        Typed::Number { number, digits } => decimal::fixed(*number, *digits),
    }
}

/// Text that a spreadsheet leaves as it is: an apostrophe stands before what it would not.
fn plain(text: &str) -> String {
    quoted(text, is_computed(text) || is_figure(text))
}

/// Text in its quotes where it needs them, an apostrophe before it where it is `changed`.
fn quoted(text: &str, changed: bool) -> String {
    let kept = if changed { format!("'{text}") } else { text.to_string() };
    if kept.contains(['"', ',', '\r', '\n']) || kept.trim() != kept {
        format!("\"{}\"", kept.replace('"', "\"\""))
    } else {
        kept
    }
}

/// Whether a spreadsheet takes it for a formula.
fn is_computed(text: &str) -> bool {
    let start = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control());
    start.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        || text.starts_with(['\t', '\r', '\n'])
}

/// Whether a spreadsheet takes it for a number or a day and shows another one: 1.23E+17, 1 for 01, 1月2日 for 1-2.
fn is_figure(text: &str) -> bool {
    let figures = |letter: char| letter.is_ascii_digit() || ".,:/-eE% ".contains(letter);
    if !text.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.') || !text.chars().all(figures) {
        return false;
    }
    let same =
        text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 11 && (!text.starts_with('0') || text == "0");
    !same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_or_change_has_an_apostrophe_before_it() {
        for (text, written) in [
            ("佛堂小学", "佛堂小学"),
            ("=1+1", "'=1+1"),
            ("+8613900000000", "'+8613900000000"),
            ("-校", "'-校"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =cmd|'/c calc'!A1", "' =cmd|'/c calc'!A1"),
            ("\t=1", "'\t=1"),
            ("＝1+1", "'＝1+1"),
            ("330782198001010016", "'330782198001010016"),
            ("0571", "'0571"),
            ("1-2", "'1-2"),
            ("3.10", "'3.10"),
            ("2E5", "'2E5"),
            ("13900000000", "13900000000"),
            ("101", "101"),
            ("0", "0"),
            ("101室", "101室"),
            ("139****0000", "139****0000"),
            ("", ""),
        ] {
            assert_eq!(plain(text), written, "{text}");
        }
    }

    #[test]
    fn quotes_commas_and_lines_are_quoted() {
        for (text, written) in [
            ("一,二", "\"一,二\""),
            ("说“是”", "说“是”"),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("一\n二", "\"一\n二\""),
            (" 前后 ", "\" 前后 \""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
        ] {
            assert_eq!(plain(text), written, "{text}");
        }
    }

    #[test]
    fn numbers_and_days_are_written_plainly() {
        assert_eq!(cell(&Typed::Number { number: -123_456_789, digits: 2 }), "-1234567.89");
        assert_eq!(cell(&Typed::Number { number: 5, digits: 0 }), "5");
        assert_eq!(cell(&Typed::Day(jiff::civil::date(2021, 6, 3))), "2021-06-03");
        assert_eq!(cell(&Typed::Nothing), "");
    }
}
