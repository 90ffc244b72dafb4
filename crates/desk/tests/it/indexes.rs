//! The index that is planned for a number is made, and the database is asked whether it takes it.

use crate::lamps;
use crate::support::House;
use luoshi_desk::view::When;
use luoshi_kernel::list::count_most;
use luoshi_pack::Value;
use luoshi_pack::condition::{Condition, Operand};

fn plan(house: &House) -> String {
    let statements = house.desk.explain("lamp_count", When::default()).unwrap();
    let value = statements.iter().find(|statement| statement.what == "value").unwrap();
    value.plan.join("\n")
}

#[test]
fn a_number_is_read_from_its_index_alone() {
    House::each(|store| {
        let sqlite = store.dialect() == luoshi_store::Dialect::Sqlite;
        let house = House::small("2021-03-01", &lamps::PACK, store);
        house.settle("2021-03-01");
        let school = house.id("sa").to_string();
        for room in 0..3 {
            let fit = if room == 0 { "no" } else { "yes" };
            house.file(
                "leader",
                "lamp",
                "lamp",
                &[("school", &*school), ("fit", fit), ("pieces", "6"), ("room", "101")],
            );
        }
        let planned = luoshi_pack::index::covering(&house.desk.bureau().packs, "lamp");
        assert!(planned.iter().any(|index| index.columns == ["fit", "pieces"]), "{planned:?}");
        let plan = plan(&house);
        if sqlite {
            assert!(plan.contains("USING COVERING INDEX fit,pieces"), "{plan}");
        } else {
            // So few rows are read as they lie; the database says how many.
            assert!(plan.contains("actual rows=2"), "{plan}");
        }
    });
}

#[test]
fn a_view_s_link_is_counted_from_its_index_alone() {
    let house = House::settled("2021-03-01");
    let bureau = house.desk.bureau();
    let register = bureau.packs.register("aircon");
    let within = Condition::InUnit(vec!["owner".into()], Operand::literal(Value::Int(house.id("a"))));
    let context = bureau.context(bureau.clock.today());
    let late = &register.views["overdue"].filter;
    let read = count_most(&bureau.packs, &context, None, "aircon", &within, late, 100);
    let plan = bureau.store.read(|reader| reader.explain(&read.select)).unwrap().join("\n");
    assert!(plan.contains("COVERING INDEX owner,due_on,accepted_on,state"), "{plan}");
}

#[test]
fn the_plan_s_own_number_is_read_from_its_index() {
    let house = House::settled("2021-03-01");
    let statements = house.desk.explain("places_added", When::default()).unwrap();
    let value = statements.iter().find(|statement| statement.what == "value").unwrap();
    assert!(value.plan.iter().any(|line| line.contains("INDEX stage,temporary,delivered_on")), "{:?}", value.plan);
}
