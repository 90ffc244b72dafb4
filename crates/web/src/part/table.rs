//! Tables of records: heads, cells, the dots of a flow.

use luoshi_desk::view::{Cell, CellStyle, ColumnHead, Lang, Light, Row, Table, When};
use maud::{Markup, html};

use super::light::light;
use crate::query::{path_part, when_link};
use crate::text::{self, LIGHT, SUM};

/// The classes of a list's columns: alignment, what gives way on a narrow screen, what a phone shows of a row (`lc`,
/// `nm`, `fw`, and the figure `fg` and day `dy` that matter most: the first figure, the last day that stays).
pub fn column_classes(columns: &[ColumnHead]) -> Vec<&'static str> {
    let gives_way = giving_way(columns);
    let gives_way = &gives_way;
    let stays = |style| move |at: &usize| columns[*at].style == style && !gives_way[*at];
    let figure = (0..columns.len()).find(stays(CellStyle::Figure));
    let day = (0..columns.len()).rfind(stays(CellStyle::Day));
    let class = |at: usize| match (columns[at].style, gives_way[at]) {
        (CellStyle::Name, _) => "nm",
        (CellStyle::State, _) => "fw",
        (CellStyle::Code, _) => "mono q no",
        (CellStyle::Text, false) => "tx",
        (CellStyle::Text, true) => "tx ci",
        (CellStyle::Figure | CellStyle::Day, true) => "n ci",
        (CellStyle::Figure, false) if Some(at) == figure => "n fg",
        (CellStyle::Day, false) if Some(at) == day => "n dy",
        (CellStyle::Figure | CellStyle::Day, false) => "n",
    };
    (0..columns.len()).map(class).collect()
}

/// Which columns give way: texts beyond the third, figures beyond the first, days beyond the second. A name, a state
/// and a light never do.
fn giving_way(columns: &[ColumnHead]) -> Vec<bool> {
    let most = |style| match style {
        CellStyle::Text => 3,
        CellStyle::Figure => 1,
        CellStyle::Day => 2,
        CellStyle::Name | CellStyle::Code | CellStyle::State => usize::MAX,
    };
    let same_before = |at: usize| columns[..at].iter().filter(|column| column.style == columns[at].style).count();
    (0..columns.len()).map(|at| same_before(at) >= most(columns[at].style)).collect()
}

/// What a cell says, with its link. In a list a number's last part is enough; the whole stands in its title.
pub fn cell(style: CellStyle, cell: &Cell, row: &Row, when: When) -> Markup {
    let own = format!("/register/{}/{}{}", path_part(&row.register), row.id, when_link(when));
    let words = html! { @if cell.strong { b { (cell.text) } } @else { (cell.text) } };
    html! {
        @match (&cell.link, style) {
            (_, CellStyle::Name) => {
                a href=(own) { @if cell.text.is_empty() { span .q { "—" } } @else { (words) } }
            }
            (_, CellStyle::Code) => { (code(&cell.text)) }
            (Some((register, id)), _) => {
                a href={ "/register/" (path_part(register)) "/" (id) (when_link(when)) } { (words) }
            }
            (None, _) => { (words) }
        }
    }
}

/// A number in a list. Its year is marked, so that it can give way to names where a record stands beside the list.
fn code(code: &str) -> Markup {
    let tail = code_tail(code);
    let (year, rest) = tail.split_at(tail.find('-').map_or(0, |at| at + 1));
    html! { span title=(code) { @if !year.is_empty() { span .yr { (year) } } (rest) } }
}

/// XM-2021-000039 → 2021-000039: what a register's numbers all begin with is left out, what tells them apart stays.
pub fn code_tail(code: &str) -> &str {
    match code.split_once('-') {
        Some((head, tail)) if tail.len() >= 3 && head.chars().all(char::is_alphabetic) => tail,
        _ => code,
    }
}

/// The flow as a row of dots.
pub fn dots(states: usize, here: Option<usize>) -> Markup {
    let Some(here) = here.filter(|_| (2..=12).contains(&states)) else { return html! {} };
    let width = 11 * (states - 1) + 10;
    html! {
        svg .fl viewBox={ "0 0 " (width) " 11" } width=(width * 4 / 5) height="10" aria-hidden="true" {
            line x1="5" y1="5" x2=(width - 5) y2="5" {}
            @for step in 0..states {
                @let class = if step < here || here + 1 == states { "d" } else if step == here { "h" } else { "o" };
                circle class=(class) cx=(5 + 11 * step) cy="5" r=(if class == "h" { "3.4" } else { "3" }) {}
            }
        }
    }
}

/// The head of a column without sorting.
pub fn plain_head(column: &ColumnHead, class: &str) -> Markup {
    html! { th class=(class) scope="col" { (column.title) @if let Some(unit) = &column.unit { " " (unit) } } }
}

/// A small table inside a page: lights in front when any row has one, sums below, the rest as a link.
pub fn small(lang: Lang, table: &Table, when: When, all: Option<&str>) -> Markup {
    let lit = table.rows.iter().any(|row| row.light.is_some());
    let classes = small_classes(&table.columns);
    let rest = table.total.saturating_sub(table.rows.len() as u64);
    html! {
        div .scroll {
            table {
                thead {
                    tr {
                        @if lit { th .lc { span .sr { (LIGHT.of(lang)) } } }
                        @for (column, class) in table.columns.iter().zip(&classes) { (plain_head(column, class)) }
                    }
                }
                tbody {
                    @for row in &table.rows { (small_row(lang, &table.columns, &classes, row, lit, when)) }
                    @if rest > 0 {
                        tr {
                            @if lit { td {} }
                            @for class in &classes[..name_at(&table.columns)] { td class=(class) {} }
                            td colspan=(table.columns.len() - name_at(&table.columns)) {
                                @match all {
                                    Some(address) => { a .lk href=(address) { (text::the_rest(lang, rest)) } }
                                    None => { span .q { (text::the_rest(lang, rest)) } }
                                }
                            }
                        }
                    }
                }
                @if table.sums.iter().any(Option::is_some) {
                    tfoot { (sums(lang, &table.columns, &classes, &table.sums, table.total, usize::from(lit))) }
                }
            }
        }
    }
}

/// In a page's own table codes and middle texts leave a phone first.
fn small_classes(columns: &[ColumnHead]) -> Vec<String> {
    let last_figure = columns.iter().rposition(|column| column.style == CellStyle::Figure);
    let last_day = columns.iter().rposition(|column| column.style == CellStyle::Day);
    columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let class = match column.style {
                CellStyle::Name => "nm",
                CellStyle::Code => "mono q nw",
                // A day that opens the line stands left, where the eye begins.
                CellStyle::Day if at < name_at(columns) => "nw",
                CellStyle::Figure | CellStyle::Day => "n nw",
                CellStyle::Text | CellStyle::State => "tx",
            };
            let stays = column.style == CellStyle::Name || Some(at) == last_figure || Some(at) == last_day;
            if stays { class.to_string() } else { format!("{class} hp") }
        })
        .collect()
}

fn small_row(lang: Lang, columns: &[ColumnHead], classes: &[String], row: &Row, lit: bool, when: When) -> Markup {
    html! {
        tr {
            @if lit { td { @if let Some(one) = row.light { (light(lang, one)) } } }
            @for ((column, class), value) in columns.iter().zip(classes).zip(&row.cells) {
                td class=(class) {
                    @if column.style == CellStyle::Code { (value.text) } @else { (cell(column.style, value, row, when)) }
                }
            }
        }
    }
}

/// The row of sums: how many records stand under the first columns up to the first sum.
pub fn sums(
    lang: Lang,
    columns: &[ColumnHead],
    classes: &[impl AsRef<str>],
    values: &[Option<String>],
    total: u64,
    before: usize,
) -> Markup {
    let label = name_at(columns);
    html! {
        tr {
            @for _ in 0..before { td {} }
            @for (at, class) in classes.iter().enumerate() {
                @match values.get(at).and_then(Option::as_ref) {
                    Some(sum) => { td class=(class.as_ref()) { (sum) } }
                    None if at == label => { td .nw { (SUM.of(lang)) " " (text::records(lang, total)) } }
                    None => { td class=(class.as_ref()) {} }
                }
            }
        }
    }
}

/// Where the name stands.
fn name_at(columns: &[ColumnHead]) -> usize {
    columns.iter().position(|column| column.style == CellStyle::Name).unwrap_or(0)
}

/// A light, or nothing.
pub fn maybe_light(lang: Lang, which: Option<Light>) -> Markup {
    html! { @if let Some(which) = which { (light(lang, which)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dots_show_what_is_behind_here_and_ahead() {
        let markup = dots(4, Some(1)).into_string();
        assert_eq!(
            (markup.matches("\"d\"").count(), markup.matches("\"h\"").count(), markup.matches("\"o\"").count()),
            (1, 1, 2)
        );
        assert_eq!(
            dots(4, Some(3)).into_string().matches("\"d\"").count(),
            4,
            "the last state is behind it as a whole"
        );
        assert!(dots(4, None).into_string().is_empty());
    }

    #[test]
    fn a_code_is_known_by_its_tail() {
        assert_eq!(code_tail("XM-2021-000039"), "2021-000039");
        assert_eq!(code_tail("2021-000039"), "2021-000039", "a year tells records apart");
        assert_eq!(code_tail("330782"), "330782");
    }

    #[test]
    fn names_states_and_the_first_figure_never_give_way() {
        let column = |style| ColumnHead { name: "x".into(), title: "x".into(), unit: None, style, sorted: None };
        use CellStyle::*;
        let columns: Vec<_> = [Code, Name, Text, Text, Text, State, Figure, Figure, Day, Day, Text].map(column).into();
        assert_eq!(giving_way(&columns), [false, false, false, false, false, false, false, true, false, false, true]);
    }
}
