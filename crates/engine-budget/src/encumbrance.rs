//! One unit's budget year as a pure state machine (预算占用).
//!
//! `available = approved + adjusted_in - adjusted_out - frozen - encumbered - paid`, and `available >= 0`
//! after every event (预算法 art. 13: 无预算不支出). A refused event changes nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::text::day;
use crate::{Fen, Refusal};

mod act;
mod year_end;

/// What a budget year starts from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The budget year 财年 (a calendar year).
    pub year: i16,
    /// The lines of the approved budget; `line` is unique.
    pub lines: Vec<OpeningLine>,
    /// Ceilings of the three public expenses 三公经费; a kind without a row has no ceiling of its own.
    #[serde(default)]
    pub ceilings: Vec<Ceiling>,
    /// Unfinished contracts of earlier years, already encumbered on their 结转 lines.
    #[serde(default)]
    pub contracts: Vec<OpeningContract>,
    /// Limits the bureau may change.
    #[serde(default)]
    pub settings: Settings,
}

/// One line 预算指标 as approved 批复.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningLine {
    /// Its identity.
    pub line: String,
    /// 批复数, in 分.
    pub approved: Fen,
    /// Set where the line is one of 三公经费.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub three_public: Option<ThreePublic>,
}

/// A ceiling on what may be encumbered and paid together for one kind of 三公经费.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// The kind.
    pub three_public: ThreePublic,
    /// Its ceiling, in 分.
    pub ceiling: Fen,
}

/// A contract carried in from an earlier year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningContract {
    /// The request under which it was signed.
    pub request: String,
    /// The 结转 line that pays for the rest.
    pub line: String,
    /// The other party 相对方.
    pub party: String,
    /// What is still to be paid, in 分.
    pub outstanding: Fen,
}

/// The kinds of 三公经费.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreePublic {
    /// 因公出国(境)费.
    Abroad,
    /// 公务用车购置及运行费.
    Vehicle,
    /// 公务接待费.
    Reception,
}

impl ThreePublic {
    /// The official Chinese name.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Abroad => "因公出国(境)费",
            Self::Vehicle => "公务用车购置及运行费",
            Self::Reception => "公务接待费",
        }
    }
}

/// Limits the bureau may change; the defaults are those of the domain rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Days after which a request expires. Default 90.
    pub expire_days: u16,
    /// Month and day on which every open request expires at the latest. Default 12-15.
    pub expire_latest: (i8, i8),
    /// Kinds of spending that need no request (NK-02). Default 工资, 水电, 代扣.
    pub exempt: Vec<String>,
    /// A payment of this amount or more needs a contract (NK-04). Default: none does.
    pub contract_from: Option<Fen>,
    /// A payment of this amount or more needs a passed acceptance 验收单 (NK-04). Default: none does.
    pub acceptance_from: Option<Fen>,
    /// Whether every payment needs an invoice (NK-04). Default false; a repeated invoice is refused always.
    pub invoice_needed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            expire_days: 90,
            expire_latest: (12, 15),
            exempt: ["工资", "水电", "代扣"].map(String::from).to_vec(),
            contract_from: None,
            acceptance_from: None,
            invoice_needed: false,
        }
    }
}

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The business day, inside the budget year.
    #[serde(with = "day")]
    pub day: Date,
    /// What happened.
    pub act: Act,
}

/// What can happen to a budget.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// 事前申请: reserves the amount at once, so that two drafts cannot both pass.
    Submit {
        /// A new identity.
        request: String,
        /// The line that pays.
        line: String,
        /// More than zero.
        amount: Fen,
        /// Who files.
        by: String,
        /// Last day of validity; by default the earlier of `expire_days` and `expire_latest`.
        #[serde(default, with = "day::optional", skip_serializing_if = "Option::is_none")]
        expires_on: Option<Date>,
    },
    /// 审批通过: the amount stays reserved.
    Approve {
        /// A submitted request.
        request: String,
        /// Who approves; never who filed (NK-07).
        by: String,
    },
    /// 审批不通过: the amount is free again.
    Reject {
        /// A submitted request.
        request: String,
        /// Who rejects; never who filed (NK-07).
        by: String,
    },
    /// 撤回: the amount is free again.
    Withdraw {
        /// A submitted or approved request.
        request: String,
    },
    /// 过期: the amount is free again; only after the last day of validity.
    Expire {
        /// A submitted or approved request.
        request: String,
    },
    /// 合同签订: the request's amount gives way to the contract's.
    Contract {
        /// An approved request within its validity.
        request: String,
        /// More than zero, at most the request's amount.
        amount: Fen,
        /// The other party.
        party: String,
    },
    /// 变更单: an approved change order raises the contract's amount.
    Change {
        /// A request under contract.
        request: String,
        /// More than zero.
        amount: Fen,
    },
    /// 付款 under a request: moves from encumbered to paid; what is available stays the same.
    Pay {
        /// An approved request or one under contract.
        request: String,
        /// More than zero, at most what the request still holds.
        amount: Fen,
        /// Who is paid; under a contract, its party.
        payee: String,
        /// The passed acceptance document 验收单.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acceptance: Option<String>,
        /// The invoice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<Invoice>,
    },
    /// 付款 without a request, for exempt kinds only.
    PayExempt {
        /// The line that pays.
        line: String,
        /// More than zero.
        amount: Fen,
        /// One of `Settings::exempt`.
        kind: String,
        /// The invoice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<Invoice>,
    },
    /// 合同结算: the contract closes at a value not above its amount; the rest is free again.
    /// What is settled and not yet paid (质保金) stays encumbered.
    Settle {
        /// A request under contract, or an approved one that was paid without a contract.
        request: String,
        /// The settled value; at least what was paid.
        value: Fen,
    },
    /// 退款: money paid in this year comes back and is available again.
    Refund {
        /// A request with payments.
        request: String,
        /// More than zero, at most what was paid and not yet refunded.
        amount: Fen,
    },
    /// 调剂: moves approved money between lines, or in from or out to the finance bureau when one side is absent.
    Adjust {
        /// The line that gives; absent when the finance bureau adds money.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The line that takes; absent when the finance bureau takes money back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// More than zero.
        amount: Fen,
    },
    /// 冻结: money that may not be used for now.
    Freeze {
        /// The line.
        line: String,
        /// More than zero, at most what is available.
        amount: Fen,
    },
    /// 解冻.
    Unfreeze {
        /// The line.
        line: String,
        /// More than zero, at most what is frozen.
        amount: Fen,
    },
    /// 年末结账: open requests lapse, unfinished contracts go to next year's 结转 lines; nothing follows.
    YearEnd,
}

/// An invoice; `code` and `number` together are used once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// 发票代码.
    pub code: String,
    /// 发票号码.
    pub number: String,
}

/// The six amounts of a line; `available` follows from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Line {
    /// 批复数.
    pub approved: Fen,
    /// 调剂增.
    pub adjusted_in: Fen,
    /// 调剂减.
    pub adjusted_out: Fen,
    /// 冻结数.
    pub frozen: Fen,
    /// 占用数.
    pub encumbered: Fen,
    /// 已付数.
    pub paid: Fen,
    /// Set where the line is one of 三公经费.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub three_public: Option<ThreePublic>,
}

impl Line {
    /// 可用数, in 分; negative only inside a refused event.
    pub fn available(&self) -> i64 {
        self.approved.get() + self.adjusted_in.get()
            - self.adjusted_out.get()
            - self.frozen.get()
            - self.encumbered.get()
            - self.paid.get()
    }
}

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The line that pays.
    pub line: String,
    /// Who filed it; empty for a contract carried in.
    pub by: String,
    /// Where it stands.
    pub state: RequestState,
    /// What it may spend in all: the request's amount, then the contract's with its changes, then the settled value.
    pub value: Fen,
    /// All payments, refunds not deducted.
    pub paid: Fen,
    /// All refunds.
    pub refunded: Fen,
    /// Last day of validity.
    #[serde(with = "day")]
    pub expires_on: Date,
    /// The contract's party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

impl Request {
    /// What the request still holds of its line's encumbered amount.
    pub fn held(&self) -> Fen {
        if self.state.is_open() { self.value.minus(self.paid).unwrap_or(Fen::ZERO) } else { Fen::ZERO }
    }
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// 审批中.
    Submitted,
    /// 已批准.
    Approved,
    /// 已签合同.
    Contracted,
    /// 已结算: only what was settled is still owed.
    Settled,
    /// 已退回.
    Rejected,
    /// 已撤回.
    Withdrawn,
    /// 已过期.
    Expired,
    /// 已结转: goes on in the next year.
    Carried,
}

impl RequestState {
    /// The Chinese name.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Submitted => "审批中",
            Self::Approved => "已批准",
            Self::Contracted => "已签合同",
            Self::Settled => "已结算",
            Self::Rejected => "已退回",
            Self::Withdrawn => "已撤回",
            Self::Expired => "已过期",
            Self::Carried => "已结转",
        }
    }

    fn is_open(self) -> bool {
        matches!(self, Self::Submitted | Self::Approved | Self::Contracted | Self::Settled)
    }
}

/// One unit's budget year. Its lines never go below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    year: i16,
    settings: Settings,
    ceilings: BTreeMap<ThreePublic, Fen>,
    lines: BTreeMap<String, Line>,
    requests: BTreeMap<String, Request>,
    invoices: BTreeMap<Invoice, Date>,
    closed: bool,
}

impl Budget {
    /// Opens a year.
    ///
    /// # Errors
    /// `YS-04` names the first repeated or unknown line, request or ceiling; `YS-13` a setting out of range;
    /// `NK-01` a carried contract that its line cannot hold.
    pub fn open(opening: &Opening) -> Result<Budget, Refusal> {
        check_settings(opening)?;
        let mut budget = Budget {
            year: opening.year,
            settings: opening.settings.clone(),
            ceilings: BTreeMap::new(),
            lines: BTreeMap::new(),
            requests: BTreeMap::new(),
            invoices: BTreeMap::new(),
            closed: false,
        };
        for (index, row) in opening.lines.iter().enumerate() {
            budget.open_line(row).map_err(|refusal| refusal.at_row(index + 1))?;
        }
        for (index, row) in opening.ceilings.iter().enumerate() {
            if budget.ceilings.insert(row.three_public, row.ceiling).is_some() {
                return Err(repeated("三公经费限额", "ceiling", row.three_public.zh()).at_row(index + 1));
            }
        }
        for (index, row) in opening.contracts.iter().enumerate() {
            budget.open_contract(row).map_err(|refusal| refusal.at_row(index + 1))?;
        }
        Ok(budget)
    }

    /// The budget year.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The lines by identity.
    pub fn lines(&self) -> &BTreeMap<String, Line> {
        &self.lines
    }

    /// The requests by identity.
    pub fn requests(&self) -> &BTreeMap<String, Request> {
        &self.requests
    }

    /// Whether the year is closed.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Lets one event happen, or refuses it and changes nothing.
    ///
    /// # Errors
    /// The domain rule (`NK-01` to `NK-07`) or the rule of this machine (`YS-..`) that forbids the event.
    pub fn apply(&mut self, event: &Event) -> Result<(), Refusal> {
        act::apply(self, event)
    }

    /// What the next year opens with: one 结转 line per line with unfinished contracts, and those contracts.
    ///
    /// # Errors
    /// `YS-09` while the year is still open.
    pub fn next_opening(&self) -> Result<Opening, Refusal> {
        year_end::next_opening(self)
    }

    fn open_line(&mut self, row: &OpeningLine) -> Result<(), Refusal> {
        named(&row.line, "指标行", "line")?;
        let line = Line {
            approved: row.approved,
            adjusted_in: Fen::ZERO,
            adjusted_out: Fen::ZERO,
            frozen: Fen::ZERO,
            encumbered: Fen::ZERO,
            paid: Fen::ZERO,
            three_public: row.three_public,
        };
        match self.lines.insert(row.line.clone(), line) {
            None => Ok(()),
            Some(_) => Err(repeated("指标行", "line", &row.line)),
        }
    }

    fn open_contract(&mut self, row: &OpeningContract) -> Result<(), Refusal> {
        named(&row.request, "申请", "request")?;
        named(&row.party, "合同相对方", "party")?;
        if self.requests.contains_key(&row.request) {
            return Err(repeated("申请", "request", &row.request));
        }
        let line = self.encumbering(&row.line, row.outstanding)?;
        self.lines.insert(row.line.clone(), line);
        let request = Request {
            line: row.line.clone(),
            by: String::new(),
            state: RequestState::Contracted,
            value: row.outstanding,
            paid: Fen::ZERO,
            refunded: Fen::ZERO,
            expires_on: last_day(self.year),
            party: Some(row.party.clone()),
        };
        self.requests.insert(row.request.clone(), request);
        Ok(())
    }

    fn line(&self, line: &str) -> Result<Line, Refusal> {
        self.lines.get(line).copied().ok_or_else(|| unknown("指标行", "line", line))
    }

    fn request(&self, request: &str) -> Result<&Request, Refusal> {
        self.requests.get(request).ok_or_else(|| unknown("申请", "request", request))
    }

    /// The line as it would be with `more` encumbered.
    fn encumbering(&self, name: &str, more: Fen) -> Result<Line, Refusal> {
        let mut line = self.line(name)?;
        self.check_ceiling(line.three_public, more)?;
        line.encumbered = affordable(name, &line, line.encumbered, more)?;
        Ok(line)
    }

    /// NK-03: what is encumbered and paid for one kind of 三公经费 stays within its ceiling.
    fn check_ceiling(&self, kind: Option<ThreePublic>, more: Fen) -> Result<(), Refusal> {
        let Some(kind) = kind else { return Ok(()) };
        let Some(ceiling) = self.ceilings.get(&kind) else { return Ok(()) };
        let used: i128 = self
            .lines
            .values()
            .filter(|line| line.three_public == Some(kind))
            .map(|line| i128::from(line.encumbered.get()) + i128::from(line.paid.get()))
            .sum();
        if used + i128::from(more.get()) <= i128::from(ceiling.get()) {
            return Ok(());
        }
        Err(Refusal::new(
            "NK-03",
            format!("{}限额 {ceiling} 元, 再用 {more} 元将超限; 请压减金额", kind.zh()),
            format!("the ceiling of {kind:?} is {ceiling} yuan and {more} yuan more would exceed it; lower the amount"),
        ))
    }
}

/// `part + more`, when the line can afford `more` (NK-01).
fn affordable(name: &str, line: &Line, part: Fen, more: Fen) -> Result<Fen, Refusal> {
    if more.get() > line.available() {
        let free = Fen::new(line.available()).unwrap_or(Fen::ZERO);
        return Err(Refusal::new(
            "NK-01",
            format!("超出可用指标: 指标行 {name} 可用 {free} 元, 需要 {more} 元; 请压减金额或先调剂"),
            format!(
                "line {name} has {free} yuan available and {more} are needed; lower the amount or adjust the budget first"
            ),
        ));
    }
    sum(part, more)
}

fn sum(a: Fen, b: Fen) -> Result<Fen, Refusal> {
    a.plus(b).ok_or_else(|| {
        let most = Fen::MAX;
        Refusal::new(
            "YS-02",
            format!("金额合计超过上限 {most} 元"),
            format!("the amounts add up to more than {most} yuan"),
        )
    })
}

fn check_settings(opening: &Opening) -> Result<(), Refusal> {
    let (month, day) = opening.settings.expire_latest;
    let sound = (1..=9998).contains(&opening.year) && Date::new(opening.year, month, day).is_ok();
    if sound && opening.settings.expire_days > 0 {
        return Ok(());
    }
    Err(Refusal::new(
        "YS-13",
        "年度应在 1 至 9998 之间, expire_latest 应为当年的月和日, expire_days 应大于 0",
        "the year must be 1 to 9998, expire_latest a month and day of it, expire_days more than 0",
    ))
}

fn named(name: &str, zh: &str, en: &str) -> Result<(), Refusal> {
    if !name.trim().is_empty() {
        return Ok(());
    }
    Err(Refusal::new("YS-04", format!("{zh}不能为空"), format!("the {en} must not be empty")))
}

fn repeated(zh: &str, en: &str, name: &str) -> Refusal {
    Refusal::new("YS-04", format!("{zh} {name} 重复"), format!("{en} {name} is there already"))
}

fn unknown(zh: &str, en: &str, name: &str) -> Refusal {
    Refusal::new("YS-04", format!("没有{zh} {name}"), format!("there is no {en} {name}"))
}

fn last_day(year: i16) -> Date {
    Date::new(year, 12, 31).unwrap_or(Date::MAX)
}

/// The last day of validity of a request filed on `day`: the earlier of `expire_days` and `expire_latest`.
fn default_expiry(day: Date, settings: &Settings) -> Date {
    let span: Span = i32::from(settings.expire_days).days();
    let by_days = day.checked_add(span).unwrap_or(Date::MAX);
    let (month, of_month) = settings.expire_latest;
    let latest = Date::new(day.year(), month, of_month).unwrap_or(Date::MAX);
    by_days.min(latest)
}
