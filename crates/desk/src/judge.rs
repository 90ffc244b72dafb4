//! A target judged: its number, what was due, what is to come, its light, and the verdict in sentences.

use crate::bureau::Bureau;
use crate::figure::read_number;
use crate::say;
use crate::view::{Chart, LogLine, TargetCell};
use jiff::civil::{Date, date};
use luoshi_kernel::light::{Light, Limits, Standing};
use luoshi_kernel::number::{self, Axis, Number};
use luoshi_kernel::query::Known;
use luoshi_kernel::{Context, Lang, decimal};
use luoshi_pack::plan::Target;
use luoshi_pack::{Aggregate, Indicator, Period, Register, Stands, Value};
use luoshi_store::{Reader, StoreError};

/// A target with everything that was computed for it.
pub struct Judged<'a> {
    /// The target.
    pub target: &'a Target,
    /// Its indicator.
    pub indicator: &'a Indicator,
    /// The day counted up to: the day asked for, within the target's time.
    pub day: Date,
    /// The surroundings used.
    pub context: Context,
    /// The number.
    pub number: Number,
    /// Decimals of all whole numbers here.
    pub digits: u8,
    /// How it stands.
    pub standing: Standing,
    /// Its light.
    pub light: Light,
    /// What the last day will bring by the records' own days, or by the pace so far.
    pub forecast: Option<i64>,
    /// Counted per day.
    counted: Option<Vec<(Date, i64)>>,
    /// Due per day.
    due: Option<Vec<(Date, i64)>>,
    /// Expected per day.
    expected: Option<Vec<(Date, i64)>>,
    limits: Limits,
}

/// Judges a bound target on a day.
pub fn judge<'a>(
    bureau: &'a Bureau,
    reader: &mut Reader,
    target: &'a Target,
    known: Known,
    day: Date,
    year: i16,
) -> Result<Option<Judged<'a>>, StoreError> {
    let Some(indicator) = target.indicator.as_ref().and_then(|name| bureau.packs.indicators.get(name)) else {
        return Ok(None);
    };
    let context = bureau.context_within(day, year);
    let day = context.today.min(target.by);
    let digits = number::digits(&bureau.packs, indicator);
    let number = read_number(bureau, reader, &context, known, indicator)?;
    let mut curve = |axis| -> Result<Option<Vec<(Date, i64)>>, StoreError> {
        let Some(read) = number::curve(&bureau.packs, &context, known, indicator, axis) else { return Ok(None) };
        let rows = bureau.rows(reader, &read)?;
        let first = (indicator.period == Period::Year).then_some(context.period.0);
        let point = |row: &Vec<Value>| Some((row[0].date()?, row[1].int()?));
        Ok(Some(rows.iter().filter_map(point).filter(|(at, _)| first.is_none_or(|first| *at >= first)).collect()))
    };
    let (counted, due, expected) = (curve(Axis::Counted)?, curve(Axis::Due)?, curve(Axis::Expected)?);
    let best = reachable(bureau, reader, &context, known, indicator, number, target.by)?;
    let grows = matches!(indicator.stands, Stands::Dated(_)) && !matches!(indicator.aggregate, Aggregate::Share(_));
    let standing = Standing {
        value: number.value(),
        target: decimal::parse(&target.quantity, digits).unwrap_or(i64::MAX),
        comparator: target.comparator,
        exact: target.exact,
        // A standing fact (a share, what lasts) grows along no line: it ought to stand at its target all the time.
        due: match grows {
            true => due.as_ref().map(|due| sum_until(due, day)),
            false => Some(decimal::parse(&target.quantity, digits).unwrap_or(i64::MAX)),
        },
        best,
        day: context.today,
        from: target.from,
        by: target.by,
    };
    let forecast = match &expected {
        Some(expected) => Some(
            number.part + expected.iter().filter(|(at, _)| *at > day && *at <= target.by).map(|(_, n)| n).sum::<i64>(),
        ),
        None if grows => straight_forecast(&standing),
        None => None,
    };
    let limits = Limits::of(&context);
    let light = standing.light(limits);
    Ok(Some(Judged {
        target,
        indicator,
        day,
        number,
        digits,
        standing,
        light,
        forecast,
        counted,
        due,
        expected,
        limits,
        context,
    }))
}

/// What can still be reached: what counts, and what is due or expected by the last day.
fn reachable(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    known: Known,
    indicator: &Indicator,
    number: Number,
    by: Date,
) -> Result<Option<i64>, StoreError> {
    let Some(open) = number::open_by(indicator, context.today, by) else { return Ok(None) };
    let rest = Indicator { filter: open, stands: Stands::Still, ..indicator.clone() };
    Ok(Some(number.part + read_number(bureau, reader, context, known, &rest)?.part))
}

fn straight_forecast(standing: &Standing) -> Option<i64> {
    let gone = luoshi_kernel::light::days(standing.from, standing.day) + 1;
    let whole = luoshi_kernel::light::days(standing.from, standing.by) + 1;
    let value = standing.value.filter(|_| gone > 0)?;
    i64::try_from(i128::from(value) * i128::from(whole) / i128::from(gone.min(whole))).ok()
}

fn sum_until(curve: &[(Date, i64)], day: Date) -> i64 {
    curve.iter().filter(|(at, _)| *at <= day).map(|(_, n)| n).sum()
}

impl Judged<'_> {
    fn shown(&self, value: i64) -> String {
        format!("{}{}", say::number(value, self.digits), self.indicator.unit)
    }

    /// The target as shown.
    pub fn target_shown(&self) -> String {
        say::number(self.standing.target, self.digits)
    }

    /// The number as shown.
    pub fn value_shown(&self) -> Option<String> {
        self.standing.value.map(|value| say::number(value, self.digits))
    }

    /// The number in the line of text. Bars end at the target, or at the number when it is passed.
    pub fn cell(&self) -> TargetCell {
        let (value, target) = (self.standing.value.unwrap_or(0), self.standing.target.max(1));
        let full = value.max(target) as f64;
        let tick = if value >= target { target } else { self.standing.pace() };
        TargetCell {
            value: self.value_shown(),
            quantity: self.target_shown(),
            unit: self.indicator.unit.clone(),
            fill: value as f64 / full,
            tick: Some(tick as f64 / full),
        }
    }

    /// What a record's counting is called: the label of the state whose day is counted (投用).
    fn done_word(&self, register: &Register, lang: Lang) -> String {
        let Stands::Dated(dated) = &self.indicator.stands else { return lang.pick("完成", "done").into() };
        let states = register.flow.iter().flat_map(|flow| flow.states.values());
        let state = states.clone().find(|state| state.day.as_ref() == Some(dated));
        state.map_or_else(|| lang.pick("完成", "done").into(), |state| lang.pick(&state.title, &state.en).to_string())
    }

    /// 应到 and 预计 in one sentence.
    pub fn card(&self, lang: Lang) -> String {
        let pace = self.shown(self.standing.pace());
        let forecast = self.forecast.map(|forecast| self.shown(forecast));
        match (lang, forecast) {
            (Lang::Zh, Some(forecast)) => format!("到今天应到{pace}，到期预计{forecast}。"),
            (Lang::Zh, None) => format!("到今天应到{pace}。"),
            (Lang::En, Some(forecast)) => format!("{pace} due by today, {forecast} expected by the end."),
            (Lang::En, None) => format!("{pace} due by today."),
        }
    }

    /// The reason of a light that is not green, in a few words.
    pub fn reason(&self, lang: Lang) -> String {
        let Some(value) = self.standing.value else { return lang.pick("待填报", "not reported yet").into() };
        let by = say::day(self.standing.by, self.standing.day, lang);
        let lack = self.shown(self.standing.target - value);
        let behind = self.shown((self.standing.pace() - value).max(0));
        match self.light {
            Light::Green => String::new(),
            Light::Grey => crate::bureau::said(lang, "还没有开始", "not begun yet"),
            Light::Blue => {
                crate::bureau::said(lang, format!("{by}到期，还差{lack}"), format!("due {by}, {lack} short"))
            }
            _ if self.standing.day > self.standing.by => {
                crate::bureau::said(lang, format!("{by}已到期，差{lack}"), format!("was due {by}, {lack} short"))
            }
            _ => match self.standing.best.filter(|best| *best < self.standing.target) {
                Some(best) => {
                    let most = self.shown(best);
                    crate::bureau::said(
                        lang,
                        format!("最多到{most}，达不到目标"),
                        format!("at most {most}: out of reach"),
                    )
                }
                None => crate::bureau::said(lang, format!("比应到少{behind}"), format!("{behind} behind pace")),
            },
        }
    }

    /// The verdict: what was due, what is short and why, what the last day will bring.
    pub fn verdict(&self, register: &Register, late: &[String], late_total: u64, lang: Lang) -> String {
        let Some(value) = self.standing.value else { return crate::figure::missing(lang) };
        let pace = self.standing.pace();
        let day = say::day(self.standing.day, self.standing.day, lang);
        let mut text = match lang {
            Lang::Zh => format!("到{day}应到{}，", self.shown(pace)),
            Lang::En => format!("By {day} {} were due; ", self.shown(pace)),
        };
        text.push_str(&match (lang, value >= pace) {
            (Lang::Zh, true) if value == pace => "正好到位。".into(),
            (Lang::Zh, true) => format!("多{}。", self.shown(value - pace)),
            (Lang::Zh, false) => format!("少{}", self.shown(pace - value)),
            (Lang::En, true) => format!("{} ahead. ", self.shown(value - pace)),
            (Lang::En, false) => format!("{} behind", self.shown(pace - value)),
        });
        if value < pace {
            text.push_str(&self.late_words(register, late, late_total, lang));
        }
        text.push_str(&self.forecast_words(lang));
        text
    }

    fn late_words(&self, register: &Register, late: &[String], total: u64, lang: Lang) -> String {
        if late.is_empty() {
            return lang.pick("。", ". ").into();
        }
        let names = late.join(lang.pick("、", ", "));
        let more = total > late.len() as u64;
        let done = self.done_word(register, lang);
        match lang {
            Lang::Zh => format!(
                "：{names}{}过了应{done}日还没有{done}。",
                if more { format!("等{total}条") } else { String::new() }
            ),
            Lang::En => format!(
                ": {names}{} past their day and not {done}. ",
                if more { format!(" and others ({total})") } else { String::new() }
            ),
        }
    }

    fn forecast_words(&self, lang: Lang) -> String {
        let Some(forecast) = self.forecast else { return String::new() };
        if self.standing.reached() {
            let over = self.standing.value.unwrap_or(0) - self.standing.target;
            return match (lang, over > 0) {
                (Lang::Zh, true) => format!("已超额{}。", self.shown(over)),
                (Lang::Zh, false) => "已达到目标。".into(),
                (Lang::En, true) => format!("The target is passed by {}.", self.shown(over)),
                (Lang::En, false) => "The target is reached.".into(),
            };
        }
        let by = say::day(self.standing.by, self.standing.day, lang);
        let how = match (lang, self.expected.is_some()) {
            (Lang::Zh, true) => "按现有节点",
            (Lang::Zh, false) => "按现在的步子",
            (Lang::En, true) => "By the records' own days",
            (Lang::En, false) => "At the pace so far",
        };
        let lack = self.standing.target - forecast;
        let short = self.shown(lack.max(0));
        match lang {
            Lang::Zh if lack > 0 => format!("{how}到{by}为{}，差{short}。", self.shown(forecast)),
            Lang::Zh => format!("{how}到{by}为{}，够目标。", self.shown(forecast)),
            Lang::En if lack > 0 => format!("{how} it will be {} by {by}, {short} short.", self.shown(forecast)),
            Lang::En => format!("{how} it will be {} by {by}, enough.", self.shown(forecast)),
        }
    }

    /// The light on an earlier day, by today's knowledge.
    pub fn light_on(&self, day: Date) -> Option<Light> {
        let counted = self.counted.as_ref()?;
        let standing = Standing {
            value: Some(sum_until(counted, day)),
            due: self.due.as_ref().map(|due| sum_until(due, day)),
            best: None,
            day,
            ..self.standing
        };
        Some(standing.light(self.limits))
    }

    /// The value on an earlier day, by today's knowledge, as shown.
    pub fn value_on(&self, day: Date) -> Option<String> {
        Some(self.shown(sum_until(self.counted.as_ref()?, day)))
    }

    /// The chart through the year.
    pub fn chart(&self) -> Option<Chart> {
        let counted = self.counted.as_ref()?;
        let scale = 10_f64.powi(i32::from(self.digits));
        let axis = (self.target.from, self.target.by);
        let before: i64 = counted.iter().filter(|(at, _)| *at < axis.0).map(|(_, n)| n).sum();
        let steps = |curve: &[(Date, i64)], from: Date, until: Date, start: i64| {
            let mut total = start;
            let mut points = vec![(from, total as f64 / scale)];
            for (at, n) in curve.iter().filter(|(at, _)| *at >= from && *at <= until) {
                total += n;
                points.push((*at, total as f64 / scale));
            }
            points
        };
        let pace = match &self.due {
            Some(due) => {
                let before: i64 = due.iter().filter(|(at, _)| *at < axis.0).map(|(_, n)| n).sum();
                steps(due, axis.0, axis.1, before)
            }
            None => vec![(axis.0, 0.0), (axis.1, self.standing.target as f64 / scale)],
        };
        let forecast = match (&self.expected, self.forecast) {
            (Some(expected), _) => {
                let next = self.day.tomorrow().unwrap_or(self.day);
                let mut points = steps(expected, next, axis.1, self.number.part);
                points[0].0 = self.day;
                points
            }
            (None, Some(forecast)) => {
                vec![(self.day, self.number.part as f64 / scale), (axis.1, forecast as f64 / scale)]
            }
            (None, None) => vec![],
        };
        Some(Chart {
            from: axis.0,
            by: axis.1,
            day: self.day,
            target: self.standing.target as f64 / scale,
            unit: self.indicator.unit.clone(),
            actual: steps(counted, axis.0, self.day, before),
            pace,
            straight: self.due.is_none(),
            forecast,
            lights: self.lights(),
        })
    }

    /// Lights at the ends of the months gone, and on the day asked for.
    fn lights(&self) -> Vec<(Date, Light)> {
        let mut out = vec![];
        let mut month = date(self.target.from.year(), self.target.from.month(), 1);
        while let Some(end) = Some(month.last_of_month()).filter(|end| *end < self.day) {
            if let Some(light) = self.light_on(end) {
                out.push((end, light));
            }
            let Ok(next) = end.tomorrow() else { break };
            month = next;
        }
        out.push((self.day, self.light));
        out
    }

    /// What happened to the number: month by month what was added, and where the light changed. Newest first.
    pub fn log(&self, lang: Lang) -> Vec<LogLine> {
        let mut lines = vec![];
        let mut last: Option<(Light, String)> = None;
        for (day, light) in self.lights() {
            let Some(value) = self.value_on(day) else { continue };
            let when = say::day(day, self.day, lang);
            let changed = last.as_ref().filter(|(before, _)| *before != light).map(|(before, _)| *before);
            if let Some(before) = changed {
                let text = crate::bureau::said(
                    lang,
                    format!("{when} 由{}转{}", before.word(lang), light.word(lang)),
                    format!("{when} from {} to {}", before.word(lang), light.word(lang)),
                );
                lines.push(LogLine { light: Some(light), text, note: value.clone() });
            } else if last.as_ref().map_or_else(|| value != self.shown(0), |(_, before)| *before != value) {
                let was = last.as_ref().map_or_else(|| self.shown(0), |(_, before)| before.clone());
                lines.push(LogLine { light: None, text: when, note: format!("{was} → {value}") });
            }
            last = Some((light, value));
        }
        lines.reverse();
        lines
    }
}
