//! A register explained from its own declaration: its fields, its flow as a picture, its rules, who may do what, and
//! which numbers read it. Nothing here is written twice: what is shown is what is in force.

use crate::Actor;
use crate::bureau::{Bureau, said};
use crate::list::title;
use crate::refusal::Refusal;
use crate::view::{AboutField, AboutMove, AboutRole, AboutRule, AboutView, RegisterHead};
use luoshi_kernel::Lang;
use luoshi_kernel::sentence::{plain, sentence};
use luoshi_pack::condition::Assign;
use luoshi_pack::{Action, Condition, Field, Kind, Move, Packs, Register, Scope, Sign};

/// A register's page about itself, for those who may read it.
pub fn about(bureau: &Bureau, actor: &Actor, name: &str) -> Result<AboutView, Refusal> {
    let register = bureau.register(name)?;
    actor.scope(bureau, name, Action::See).ok_or_else(Refusal::absent)?;
    let lang = actor.lang;
    let context = bureau.context(bureau.clock.today());
    let rule = |check: &luoshi_pack::Check| AboutRule {
        name: check.name.clone(),
        message: lang.pick(&check.message, &check.message_en).to_string(),
        condition: check.refuse.as_ref().map(|refuse| plain(&sentence(&bureau.packs, &context, name, refuse, lang))),
    };
    Ok(AboutView {
        register: RegisterHead { name: name.to_string(), title: title(register, lang), count: None },
        source: if register.source == "default" {
            lang.pick("默认", "default").into()
        } else {
            register.source.clone()
        },
        fields: bureau.packs.fields(name).into_iter().map(|field| field_about(&bureau.packs, field, lang)).collect(),
        states: states(register, lang),
        moves: moves(bureau, register, lang),
        rules: register.checks.iter().map(rule).collect(),
        roles: roles(&bureau.packs, register, lang),
        numbers: numbers(&bureau.packs, register, lang),
        exports: bureau
            .store
            .read(|reader| crate::export::lines(bureau, actor, reader, name))
            .map_err(crate::bureau::broken)?,
    })
}

pub(crate) fn field_about(packs: &Packs, field: &Field, lang: Lang) -> AboutField {
    AboutField {
        name: field.name.clone(),
        title: lang.pick(&field.title, &field.en).to_string(),
        kind: kind_words(packs, &field.kind, lang),
        must: field.must,
        help: field.help.clone().unwrap_or_default(),
    }
}

/// A kind in words.
fn kind_words(packs: &Packs, kind: &Kind, lang: Lang) -> String {
    let plain = |zh: &str, en: &str| lang.pick(zh, en).to_string();
    match kind {
        Kind::Text { max } => format!("{}{max}{}", plain("文本，至多", "text, at most "), plain("字", " characters")),
        Kind::LongText { max } => {
            format!("{}{max}{}", plain("长文本，至多", "long text, at most "), plain("字", " characters"))
        }
        year if year.is_year() => plain("年份", "calendar year"),
        Kind::Integer { unit, .. } => {
            format!("{} {}", plain("整数", "whole number"), unit.as_deref().unwrap_or("")).trim_end().to_string()
        }
        Kind::Quantity { unit, digits, .. } => {
            format!("{} {unit}, {digits}{}", plain("数量", "quantity"), plain("位小数", " decimals"))
        }
        Kind::Money { wan } => plain(
            if *wan { "金额（万元）" } else { "金额（元）" },
            if *wan { "money （万元）" } else { "money （元）" },
        ),
        Kind::Share => plain("比例", "share"),
        Kind::Date => plain("日期", "day"),
        Kind::Time => plain("时刻", "time of day"),
        Kind::Moment => plain("时间", "moment"),
        Kind::YesNo => plain("是否", "yes or no"),
        Kind::Choice { choices } => {
            let titles: Vec<&str> = choices.values().map(|choice| lang.pick(&choice.title, &choice.en)).collect();
            format!("{}{}", plain("单选：", "one of: "), titles.join(lang.pick("、", ", ")))
        }
        Kind::Choices { choices } => {
            let titles: Vec<&str> = choices.values().map(|choice| lang.pick(&choice.title, &choice.en)).collect();
            format!("{}{}", plain("多选：", "any of: "), titles.join(lang.pick("、", ", ")))
        }
        Kind::Ref { to } => format!("{}{}", plain("引用", "refers to "), title(packs.register(to), lang)),
        Kind::Refs { to } => {
            format!("{}{}", plain("引用多个", "refers to several of "), title(packs.register(to), lang))
        }
        Kind::Place => plain("位置（经度,纬度）", "place (longitude, latitude)"),
        Kind::Area => plain("范围（各角的位置）", "area (the places of its corners)"),
        Kind::IdNumber => plain("身份证号", "identity number"),
        Kind::Mobile => plain("手机号", "mobile number"),
        Kind::CreditCode => plain("统一社会信用代码", "credit code"),
        Kind::SchoolCode => plain("学校标识码", "school code"),
        Kind::PupilCode => plain("学籍号", "pupil code"),
        Kind::Files { most, types, photos } => {
            let word = if *photos { plain("照片", "photos") } else { plain("附件", "files") };
            let (most, types) = (plain("，最多", ", at most ") + &most.to_string(), crate::file::list(types));
            format!("{word}{most}{}{types}", plain("件：", ": "))
        }
    }
}

fn states(register: &Register, lang: Lang) -> Vec<(String, bool)> {
    let states = register.flow.iter().flat_map(|flow| flow.states.values());
    states.map(|state| (lang.pick(&state.title, &state.en).to_string(), state.aside)).collect()
}

fn moves(bureau: &Bureau, register: &Register, lang: Lang) -> Vec<AboutMove> {
    let Some(flow) = &register.flow else { return vec![] };
    let place = |name: &String| flow.states.get_index_of(name).unwrap_or(0);
    let label = |name: &String| {
        let field = bureau.packs.field(&register.name, name);
        field.map_or_else(|| name.clone(), |field| lang.pick(&field.title, &field.en).to_string())
    };
    flow.moves
        .values()
        .map(|made| AboutMove {
            title: lang.pick(&made.title, &made.en).to_string(),
            from: made.from.iter().map(place).collect(),
            to: place(&made.to),
            by: made.by.iter().map(|role| role_title(&bureau.packs, role, lang)).collect(),
            asks: made.ask.iter().map(label).collect(),
            effects: effects(bureau, register, made, lang),
            not_filer: made.not_filer,
            reason: made.reason,
            who: who(bureau, register, made, lang),
        })
        .collect()
}

/// What a move does besides: what it gives to the record, what it opens, what runs after it.
fn effects(bureau: &Bureau, register: &Register, made: &Move, lang: Lang) -> Vec<String> {
    let (packs, context) = (&bureau.packs, bureau.context(bureau.clock.today()));
    let between = lang.pick("；", "; ");
    let all = |target: &str, assign: &Assign| {
        let said = assign.iter().map(|(field, operand)| {
            luoshi_kernel::sentence::given(packs, &context, &register.name, (target, field), operand, lang)
        });
        said.collect::<Vec<_>>()
    };
    let opens = made.open.iter().map(|open| {
        let title = title(packs.register(&open.register), lang);
        let when = open.when.as_ref().map(|when| plain(&sentence(packs, &context, &register.name, when, lang)));
        let when = when.map_or_else(String::new, |when| format!("{}{when}", lang.pick("；条件：", "; only when ")));
        let given = all(&open.register, &open.set).join(between);
        said(lang, format!("记一条{title}（{given}{when}）"), format!("opens {title} ({given}{when})"))
    });
    let runs = made.run.iter().map(|job| said(lang, format!("随后运行 {job}"), format!("then runs {job}")));
    all(&register.name, &made.set).into_iter().chain(opens).chain(runs).collect()
}

/// Who of a move's roles makes it, and how many must: `None` where the first to come does.
fn who(bureau: &Bureau, register: &Register, made: &luoshi_pack::Move, lang: Lang) -> Option<String> {
    let context = bureau.context(bureau.clock.today());
    let wanted = crate::hand::wanted(made, &context);
    let signed = match made.sign {
        Sign::Each => Some(said(lang, "每个职务各一人会签", "one of each role signs")),
        _ if wanted > 1 => Some(said(lang, format!("{wanted}人会签"), format!("{wanted} sign"))),
        _ => None,
    };
    let filer = made.only_filer.then(|| said(lang, "限填报人", "the filer only"));
    let whose = made.whose.as_ref().map(|whose| {
        let words = plain(&sentence(&bureau.packs, &context, &register.name, whose, lang));
        said(lang, format!("限{words}"), format!("where {words}"))
    });
    let parts: Vec<String> = signed.into_iter().chain(filer).chain(whose).collect();
    (!parts.is_empty()).then(|| parts.join(lang.pick("；", "; ")))
}

fn role_title(packs: &Packs, role: &str, lang: Lang) -> String {
    packs.roles.get(role).map_or_else(|| role.to_string(), |role| lang.pick(&role.title, &role.en).to_string())
}

fn roles(packs: &Packs, register: &Register, lang: Lang) -> Vec<AboutRole> {
    let mut out = vec![];
    for role in packs.roles.values() {
        for grant in role.may.iter().filter(|grant| grant.on.is_empty() || grant.on.contains(&register.name)) {
            let scope = match grant.scope {
                Scope::Unit => lang.pick("本单位", "its own unit"),
                Scope::Subtree => lang.pick("本单位及下级", "its unit and below"),
                Scope::All => lang.pick("全局", "the whole bureau"),
            };
            let some = if grant.filter == Condition::All(vec![]) { "" } else { lang.pick("（部分）", " (some)") };
            out.push(AboutRole {
                role: lang.pick(&role.title, &role.en).to_string(),
                may: grant
                    .actions
                    .iter()
                    .map(|action| action_word(*action, lang))
                    .collect::<Vec<_>>()
                    .join(lang.pick("、", ", ")),
                scope: format!("{scope}{some}"),
            });
        }
    }
    out
}

fn action_word(action: Action, lang: Lang) -> &'static str {
    match action {
        Action::See => lang.pick("看", "see"),
        Action::File => lang.pick("立", "file"),
        Action::Edit => lang.pick("改", "change"),
        Action::Export => lang.pick("导出", "export"),
        Action::Reveal => lang.pick("看隐去的值", "reveal"),
    }
}

fn numbers(packs: &Packs, register: &Register, lang: Lang) -> Vec<(String, String)> {
    let over = packs.indicators.values().filter(|indicator| indicator.of == register.name);
    let over = packs.numbers(&register.name).into_iter().chain(over);
    over.map(|indicator| {
        (
            lang.pick(&indicator.title, &indicator.en).to_string(),
            lang.pick(&indicator.rule, &indicator.rule_en).to_string(),
        )
    })
    .collect()
}
