//! `indicator.toml`.

use super::condition::{Ground, one_word};
use super::cursor::{Item, Table};
use super::house::{House, kind_word};
use super::literal::read_value;
use super::{name, number};
use crate::Value;
use crate::condition::{Condition, Path};
use crate::fault;
use crate::model::{Aggregate, Example, ExampleRow, Indicator, Kind, Period, Stands};
use crate::words::{in_words, scaled};
use indexmap::IndexMap;

/// Reads one indicator; `None` when its register is not known.
pub(super) fn read_indicator(pack: &str, item: &Item, table: &Table, house: &House) -> Option<Indicator> {
    name::check_name(item);
    let of = table.must("of")?;
    let register = of.text()?;
    if !house.knows_register(pack, &register, &of) {
        return None;
    }
    let ground = Ground { period: true, asker: false, ..Ground::over(house, pack, &register) };
    let title = table.must_text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(&item.key));
    let stands = read_stands(table, &ground);
    let usual = if matches!(stands, Stands::Dated(_)) { Period::Year } else { Period::Ever };
    let indicator = Indicator {
        name: item.key.clone(),
        unit: table.must_text("in"),
        filter: table.table("where").map_or(Condition::All(Vec::new()), |table| ground.condition(&table)),
        aggregate: read_aggregate(table, &ground),
        period: read_period(table).unwrap_or(usual),
        stands,
        per: number::open(pack, item, table, house),
        divide: number::read_divide(&of, table, &ground),
        due: table.item("due").and_then(|item| date_field(&item, &ground)),
        expected: table.item("expected").and_then(|item| date_field(&item, &ground)),
        by: read_by(table, &ground),
        source: table.must_text("source"),
        rule: table.text("rule").unwrap_or_else(|| title.clone()),
        rule_en: table.text("rule_en").unwrap_or_else(|| en.clone()),
        examples: table.tables("example").iter().map(|table| read_example(table, &ground)).collect(),
        title,
        en,
        of: register.clone(),
    };
    if indicator.period == Period::Year && !matches!(indicator.stands, Stands::Dated(_)) {
        table.fault(
            fault::FIGURE,
            "`period = \"year\"` without `dated`",
            "say which date field puts a record into a year",
        );
    }
    if let Some(per) = &indicator.per {
        number::check(item, table, per, &indicator, house);
    }
    table.finish();
    Some(indicator)
}

fn read_period(table: &Table) -> Option<Period> {
    one_word(&table.item("period")?, &[("year", Period::Year), ("ever", Period::Ever)])
}

fn read_stands(table: &Table, ground: &Ground) -> Stands {
    let dated = table.item("dated");
    let during = table.item("during");
    match (dated, during) {
        (None, None) => Stands::Still,
        (Some(item), None) => date_field(&item, ground).map_or(Stands::Still, Stands::Dated),
        (None, Some(item)) => read_during(&item, ground).unwrap_or(Stands::Still),
        (Some(_), Some(item)) => {
            item.fault(fault::FIGURE, "an indicator is dated and lasts at once", "keep one of `dated` and `during`");
            Stands::Still
        }
    }
}

fn read_during(item: &Item, ground: &Ground) -> Option<Stands> {
    let members = item.list();
    let [from, until] = members.as_slice() else {
        return item.shape("two date fields, such as [\"since_on\", \"until_on\"]");
    };
    Some(Stands::During(date_field(from, ground)?, date_field(until, ground)?))
}

fn date_field(item: &Item, ground: &Ground) -> Option<String> {
    let name = item.text()?;
    let kind = ground.house.own_field(ground.register, &name, item)?;
    fits(kind == Kind::Date, item, &name, &kind, "a date").then_some(name)
}

fn fits(fits: bool, item: &Item, name: &str, kind: &Kind, wanted: &str) -> bool {
    if !fits {
        item.fault(
            fault::FIGURE,
            format!("`{name}` is of kind {}", kind_word(kind)),
            format!("name a field that is {wanted}"),
        );
    }
    fits
}

fn read_aggregate(table: &Table, ground: &Ground) -> Aggregate {
    let sum = table.item("sum");
    let count = table.item("count");
    let distinct = table.item("distinct");
    if let [_, item, ..] = [&sum, &count, &distinct].into_iter().flatten().collect::<Vec<_>>()[..] {
        let what = "an indicator sums, takes a share or counts heads, not two at once";
        item.fault(fault::FIGURE, what, "keep one of `sum`, `count` and `distinct`");
    }
    if let Some(item) = distinct {
        return read_distinct(&item, ground).map_or(Aggregate::Count, Aggregate::Distinct);
    }
    if let Some(item) = sum {
        return read_sum(&item, ground).map_or(Aggregate::Count, Aggregate::Sum);
    }
    count.and_then(|item| item.table()).map_or(Aggregate::Count, |table| Aggregate::Share(ground.condition(&table)))
}

fn read_distinct(item: &Item, ground: &Ground) -> Option<Path> {
    let name = item.text()?;
    let (path, kind) = ground.house.path(ground.register, &name, item)?;
    fits(matches!(kind, Kind::Ref { .. }), item, &name, &kind, "a reference").then_some(path)
}

fn read_sum(item: &Item, ground: &Ground) -> Option<String> {
    let name = item.text()?;
    let kind = ground.house.own_field(ground.register, &name, item)?;
    let number = matches!(kind, Kind::Integer { .. } | Kind::Quantity { .. } | Kind::Money { .. });
    fits(number, item, &name, &kind, "an integer, a quantity or money").then_some(name)
}

fn read_by(table: &Table, ground: &Ground) -> IndexMap<String, Path> {
    let Some(by) = table.table("by") else { return IndexMap::new() };
    let read = |item: Item| {
        name::check_name(&item);
        let dotted = item.text()?;
        let (path, kind) = ground.house.path(ground.register, &dotted, &item)?;
        let whole = matches!(kind, Kind::Choice { .. } | Kind::Ref { .. } | Kind::YesNo);
        fits(whole, &item, &dotted, &kind, "a choice, yes or no, or a reference").then_some((item.key, path))
    };
    by.all().into_iter().filter_map(read).collect()
}

fn read_example(table: &Table, ground: &Ground) -> Example {
    let rows = table.tables("rows").iter().map(|row| read_row(row, ground)).collect();
    let day = table.item("day").and_then(|item| item.day());
    let expect = table.item("expect").and_then(|item| {
        let text = item.text()?;
        if scaled(&text, 6).is_none() {
            item.fault(
                fault::EXAMPLE,
                format!("`{text}` is no number"),
                "write a decimal in quotes, or leave `expect` out for 待填报",
            );
        }
        Some(text)
    });
    table.finish();
    Example { rows, day, expect }
}

/// Values by path, and under `has` the rows of registers that refer here.
fn read_row(row: &Table, ground: &Ground) -> ExampleRow {
    let read = |item: Item| {
        let (_, kind) = ground.house.path(ground.register, &item.key, &item)?;
        // A reference is any number: what matters is whether two rows name the same record.
        let value = match kind {
            Kind::Ref { .. } => item.whole().map(Value::Int),
            kind => read_value(&item, &kind),
        };
        value.map(|value| (item.key, value))
    };
    let referring = |item: Item| {
        let rows = item.tables();
        if !ground.house.knows_register(ground.pack, &item.key, &item) {
            return None;
        }
        let ground = Ground { register: &item.key, ..*ground };
        let rows = rows.iter().map(|row| read_row(row, &ground)).collect();
        Some((item.key, rows))
    };
    let has = row.table("has").map(|has| has.all().into_iter().filter_map(referring).collect()).unwrap_or_default();
    ExampleRow { values: row.rest().into_iter().filter_map(read).collect(), has }
}
