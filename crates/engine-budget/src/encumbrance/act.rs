//! The acts one by one: each checks everything on copies, then writes.

use jiff::civil::Date;

use super::{
    Act, Budget, Event, Invoice, Line, Request, RequestState, affordable, default_expiry, last_day, named, repeated,
    sum, year_end,
};
use crate::{Fen, Refusal};

pub(super) fn apply(budget: &mut Budget, event: &Event) -> Result<(), Refusal> {
    check_open(budget)?;
    check_day(budget, event)?;
    let day = event.day;
    match &event.act {
        Act::Submit { request, line, amount, by, expires_on } => {
            submit(budget, day, request, line, *amount, by, *expires_on)
        }
        Act::Approve { request, by } => approve(budget, day, request, by),
        Act::Reject { request, by } => reject(budget, request, by),
        Act::Withdraw { request } => withdraw(budget, request),
        Act::Expire { request } => expire(budget, day, request),
        Act::Contract { request, amount, party } => contract(budget, day, request, *amount, party),
        Act::Change { request, amount } => change(budget, request, *amount),
        Act::Pay { request, amount, payee, acceptance, invoice } => {
            let papers = Papers { acceptance: acceptance.as_deref(), invoice: invoice.as_ref() };
            pay(budget, day, request, *amount, payee, &papers)
        }
        Act::PayExempt { line, amount, kind, invoice } => {
            pay_exempt(budget, day, line, *amount, kind, invoice.as_ref())
        }
        Act::Settle { request, value } => settle(budget, request, *value),
        Act::Refund { request, amount } => refund(budget, request, *amount),
        Act::Adjust { from, to, amount } => adjust(budget, from.as_deref(), to.as_deref(), *amount),
        Act::Freeze { line, amount } => freeze(budget, line, *amount),
        Act::Unfreeze { line, amount } => unfreeze(budget, line, *amount),
        Act::YearEnd => year_end::close(budget),
    }
}

struct Papers<'a> {
    acceptance: Option<&'a str>,
    invoice: Option<&'a Invoice>,
}

fn submit(
    budget: &mut Budget,
    day: Date,
    id: &str,
    line: &str,
    amount: Fen,
    by: &str,
    expires_on: Option<Date>,
) -> Result<(), Refusal> {
    named(id, "申请", "request")?;
    named(by, "申请人", "filer")?;
    positive(amount)?;
    if budget.requests.contains_key(id) {
        return Err(repeated("申请", "request", id));
    }
    let expires_on = expires_on.unwrap_or_else(|| default_expiry(day, &budget.settings));
    if expires_on < day || expires_on > last_day(budget.year) {
        return Err(Refusal::new(
            "YS-07",
            format!("申请 {id} 的有效期 {expires_on} 应不早于申请日且不晚于年末"),
            format!(
                "request {id} would be valid until {expires_on}; that must be no earlier than its day and within the year"
            ),
        ));
    }
    let after = budget.encumbering(line, amount)?;
    let request = Request {
        line: line.to_owned(),
        by: by.to_owned(),
        state: RequestState::Submitted,
        value: amount,
        paid: Fen::ZERO,
        refunded: Fen::ZERO,
        expires_on,
        party: None,
    };
    write(budget, line, after, id, request);
    Ok(())
}

fn approve(budget: &mut Budget, day: Date, id: &str, by: &str) -> Result<(), Refusal> {
    let mut request = in_state(budget, id, &[RequestState::Submitted])?;
    check_other_person(id, &request, by)?;
    check_valid(id, &request, day)?;
    request.state = RequestState::Approved;
    budget.requests.insert(id.to_owned(), request);
    Ok(())
}

fn reject(budget: &mut Budget, id: &str, by: &str) -> Result<(), Refusal> {
    let request = in_state(budget, id, &[RequestState::Submitted])?;
    check_other_person(id, &request, by)?;
    release(budget, id, request, RequestState::Rejected)
}

fn withdraw(budget: &mut Budget, id: &str) -> Result<(), Refusal> {
    let request = unused(budget, id)?;
    release(budget, id, request, RequestState::Withdrawn)
}

fn expire(budget: &mut Budget, day: Date, id: &str) -> Result<(), Refusal> {
    let request = unused(budget, id)?;
    if day <= request.expires_on {
        let last = request.expires_on;
        return Err(Refusal::new(
            "YS-07",
            format!("申请 {id} 有效期至 {last}, 尚未过期"),
            format!("request {id} is valid until {last} and has not expired"),
        ));
    }
    release(budget, id, request, RequestState::Expired)
}

fn contract(budget: &mut Budget, day: Date, id: &str, amount: Fen, party: &str) -> Result<(), Refusal> {
    let mut request = in_state(budget, id, &[RequestState::Approved])?;
    named(party, "合同相对方", "party")?;
    positive(amount)?;
    check_valid(id, &request, day)?;
    if request.paid > Fen::ZERO {
        return Err(Refusal::new(
            "YS-05",
            format!("申请 {id} 已有付款, 不能再签合同"),
            format!("request {id} has been paid already; a contract must come before its payments"),
        ));
    }
    if amount > request.value {
        let most = request.value;
        return Err(Refusal::new(
            "YS-06",
            format!("合同额 {amount} 元超过申请额 {most} 元, 须重新申请审批"),
            format!("the contract's {amount} yuan exceed the request's {most} yuan; a new request must be approved"),
        ));
    }
    let after = holding(budget, &request, amount)?;
    request.state = RequestState::Contracted;
    request.value = amount;
    request.party = Some(party.to_owned());
    let line = request.line.clone();
    write(budget, &line, after, id, request);
    Ok(())
}

fn change(budget: &mut Budget, id: &str, amount: Fen) -> Result<(), Refusal> {
    let mut request = in_state(budget, id, &[RequestState::Contracted])?;
    positive(amount)?;
    request.value = sum(request.value, amount)?;
    let line = request.line.clone();
    let after = budget.encumbering(&line, amount)?;
    write(budget, &line, after, id, request);
    Ok(())
}

fn pay(budget: &mut Budget, day: Date, id: &str, amount: Fen, payee: &str, papers: &Papers<'_>) -> Result<(), Refusal> {
    let mut request = in_state(budget, id, &[RequestState::Approved, RequestState::Contracted, RequestState::Settled])?;
    positive(amount)?;
    named(payee, "收款人", "payee")?;
    if request.state == RequestState::Approved {
        check_valid(id, &request, day)?;
    }
    check_papers(budget, amount, request.party.is_some(), papers)?;
    if request.party.as_deref().is_some_and(|party| party != payee) {
        return Err(Refusal::new(
            "NK-05",
            format!("收款人 {payee} 与合同相对方不一致"),
            format!("the payee {payee} is not the party of the contract"),
        ));
    }
    if amount > request.held() {
        let left = request.held();
        return Err(Refusal::new(
            "NK-06",
            format!("累计付款将超过合同额(含变更)或申请额: 还可付 {left} 元, 本次 {amount} 元"),
            format!(
                "{left} yuan of the contract (with its changes) or request are left to pay and {amount} are asked for"
            ),
        ));
    }
    let mut after = holding(budget, &request, less(request.held(), amount)?)?;
    after.paid = sum(after.paid, amount)?;
    request.paid = sum(request.paid, amount)?;
    let line = request.line.clone();
    write(budget, &line, after, id, request);
    use_invoice(budget, papers.invoice, day);
    Ok(())
}

fn pay_exempt(
    budget: &mut Budget,
    day: Date,
    name: &str,
    amount: Fen,
    kind: &str,
    invoice: Option<&Invoice>,
) -> Result<(), Refusal> {
    positive(amount)?;
    if !budget.settings.exempt.iter().any(|exempt| exempt == kind) {
        return Err(Refusal::new(
            "NK-02",
            format!("{kind} 类支出须先有事前申请"),
            format!("spending of kind {kind} needs a request first"),
        ));
    }
    // An exempt payment has no contract and no acceptance to show; only the invoice is looked at.
    check_invoice(budget, invoice)?;
    let mut line = budget.line(name)?;
    budget.check_ceiling(line.three_public, amount)?;
    line.paid = affordable(name, &line, line.paid, amount)?;
    budget.lines.insert(name.to_owned(), line);
    use_invoice(budget, invoice, day);
    Ok(())
}

fn settle(budget: &mut Budget, id: &str, value: Fen) -> Result<(), Refusal> {
    let mut request = in_state(budget, id, &[RequestState::Approved, RequestState::Contracted])?;
    if value < request.paid || value > request.value {
        let (paid, most) = (request.paid, request.value);
        return Err(Refusal::new(
            "YS-08",
            format!("结算额 {value} 元应在已付 {paid} 元与合同额 {most} 元之间"),
            format!(
                "the settled value of {value} yuan must lie between the {paid} paid and the {most} of the contract"
            ),
        ));
    }
    let after = holding(budget, &request, less(value, request.paid)?)?;
    request.state = RequestState::Settled;
    request.value = value;
    let line = request.line.clone();
    write(budget, &line, after, id, request);
    Ok(())
}

fn refund(budget: &mut Budget, id: &str, amount: Fen) -> Result<(), Refusal> {
    let mut request = budget.request(id)?.clone();
    positive(amount)?;
    let refundable = less(request.paid, request.refunded)?;
    if amount > refundable {
        return Err(Refusal::new(
            "YS-10",
            format!("申请 {id} 可退 {refundable} 元, 本次退款 {amount} 元"),
            format!("{refundable} yuan paid under request {id} can come back, not {amount}"),
        ));
    }
    let mut line = budget.line(&request.line)?;
    line.paid = less(line.paid, amount)?;
    request.refunded = sum(request.refunded, amount)?;
    let name = request.line.clone();
    write(budget, &name, line, id, request);
    Ok(())
}

fn adjust(budget: &mut Budget, from: Option<&str>, to: Option<&str>, amount: Fen) -> Result<(), Refusal> {
    positive(amount)?;
    if from == to {
        return Err(Refusal::new(
            "YS-12",
            "调剂须有调出或调入的指标行, 且两者不同",
            "an adjustment needs a line that gives or a line that takes, and not the same one",
        ));
    }
    let giving = from.map(|name| giving(budget, name, amount)).transpose()?;
    let taking = to.map(|name| taking(budget, name, amount)).transpose()?;
    check_three_public_not_raised(giving.as_ref(), taking.as_ref())?;
    for (name, line) in [(from, giving), (to, taking)] {
        if let (Some(name), Some(line)) = (name, line) {
            budget.lines.insert(name.to_owned(), line);
        }
    }
    Ok(())
}

fn giving(budget: &Budget, name: &str, amount: Fen) -> Result<Line, Refusal> {
    let mut line = budget.line(name)?;
    line.adjusted_out = affordable(name, &line, line.adjusted_out, amount)?;
    Ok(line)
}

fn taking(budget: &Budget, name: &str, amount: Fen) -> Result<Line, Refusal> {
    let mut line = budget.line(name)?;
    line.adjusted_in = sum(line.adjusted_in, amount)?;
    Ok(line)
}

/// NK-03: an adjustment inside the unit never raises a kind of 三公经费.
fn check_three_public_not_raised(giving: Option<&Line>, taking: Option<&Line>) -> Result<(), Refusal> {
    let (Some(giving), Some(taking)) = (giving, taking) else { return Ok(()) };
    if taking.three_public.is_none() || taking.three_public == giving.three_public {
        return Ok(());
    }
    Err(Refusal::new("NK-03", "单位内部调剂不得增加三公经费", "an adjustment inside the unit must not raise 三公经费"))
}

fn freeze(budget: &mut Budget, name: &str, amount: Fen) -> Result<(), Refusal> {
    positive(amount)?;
    let mut line = budget.line(name)?;
    line.frozen = affordable(name, &line, line.frozen, amount)?;
    budget.lines.insert(name.to_owned(), line);
    Ok(())
}

fn unfreeze(budget: &mut Budget, name: &str, amount: Fen) -> Result<(), Refusal> {
    positive(amount)?;
    let mut line = budget.line(name)?;
    let frozen = line.frozen;
    line.frozen = frozen.minus(amount).ok_or_else(|| {
        Refusal::new(
            "YS-11",
            format!("指标行 {name} 冻结 {frozen} 元, 不能解冻 {amount} 元"),
            format!("line {name} has {frozen} yuan frozen; {amount} cannot be released"),
        )
    })?;
    budget.lines.insert(name.to_owned(), line);
    Ok(())
}

/// Frees what an unpaid request holds and gives it its last state.
fn release(budget: &mut Budget, id: &str, mut request: Request, state: RequestState) -> Result<(), Refusal> {
    let after = holding(budget, &request, Fen::ZERO)?;
    request.state = state;
    let line = request.line.clone();
    write(budget, &line, after, id, request);
    Ok(())
}

/// The request's line as it would be if the request held `held` and no longer what it holds now.
fn holding(budget: &Budget, request: &Request, held: Fen) -> Result<Line, Refusal> {
    let mut line = budget.line(&request.line)?;
    line.encumbered = sum(less(line.encumbered, request.held())?, held)?;
    Ok(line)
}

fn less(a: Fen, b: Fen) -> Result<Fen, Refusal> {
    a.minus(b).ok_or_else(|| Refusal::new("YS-02", "金额不足以扣减", "an amount would fall below zero"))
}

fn write(budget: &mut Budget, line: &str, after: Line, id: &str, request: Request) {
    budget.lines.insert(line.to_owned(), after);
    budget.requests.insert(id.to_owned(), request);
}

fn in_state(budget: &Budget, id: &str, states: &[RequestState]) -> Result<Request, Refusal> {
    let request = budget.request(id)?;
    if states.contains(&request.state) {
        return Ok(request.clone());
    }
    let state = request.state;
    Err(Refusal::new(
        "YS-05",
        format!("申请 {id} {}, 此时不能办理", state.zh()),
        format!("request {id} is {state:?}; this cannot happen to it now"),
    ))
}

/// A request that may still be dropped: submitted or approved, and nothing paid.
fn unused(budget: &Budget, id: &str) -> Result<Request, Refusal> {
    let request = in_state(budget, id, &[RequestState::Submitted, RequestState::Approved])?;
    if request.paid == Fen::ZERO {
        return Ok(request);
    }
    Err(Refusal::new(
        "YS-05",
        format!("申请 {id} 已有付款, 请用结算释放余额"),
        format!("request {id} has payments; settle it to free the rest"),
    ))
}

fn check_open(budget: &Budget) -> Result<(), Refusal> {
    if !budget.closed {
        return Ok(());
    }
    let year = budget.year;
    Err(Refusal::new("YS-09", format!("{year} 年度已结账"), format!("the year {year} is closed")))
}

fn check_day(budget: &Budget, event: &Event) -> Result<(), Refusal> {
    let (day, year) = (event.day, budget.year);
    if day.year() == year {
        return Ok(());
    }
    if matches!(event.act, Act::Refund { .. }) {
        return Err(Refusal::new(
            "YS-10",
            format!("{day} 的退款不属 {year} 年度, 应作其他收入或结转"),
            format!("a refund on {day} does not return to the budget of {year}; book it as other income or carry-over"),
        ));
    }
    Err(Refusal::new("YS-03", format!("{day} 不在 {year} 年度内"), format!("{day} is not in the budget year {year}")))
}

fn positive(amount: Fen) -> Result<(), Refusal> {
    if amount > Fen::ZERO {
        return Ok(());
    }
    Err(Refusal::new("YS-02", "金额应大于 0", "the amount must be more than 0"))
}

/// NK-07: who filed a request neither approves nor rejects it.
fn check_other_person(id: &str, request: &Request, by: &str) -> Result<(), Refusal> {
    named(by, "审批人", "approver")?;
    if request.by != by {
        return Ok(());
    }
    Err(Refusal::new(
        "NK-07",
        format!("{by} 是申请 {id} 的申请人, 不得审批"),
        format!("{by} filed request {id} and must not decide on it"),
    ))
}

fn check_valid(id: &str, request: &Request, day: Date) -> Result<(), Refusal> {
    if day <= request.expires_on {
        return Ok(());
    }
    let last = request.expires_on;
    Err(Refusal::new(
        "YS-07",
        format!("申请 {id} 有效期至 {last}, 已过期"),
        format!("request {id} was valid until {last}; file a new one"),
    ))
}

/// NK-04: contract, acceptance and invoice as the settings ask for them.
fn check_papers(budget: &Budget, amount: Fen, has_contract: bool, papers: &Papers<'_>) -> Result<(), Refusal> {
    let settings = &budget.settings;
    if settings.contract_from.is_some_and(|from| amount >= from) && !has_contract {
        return Err(Refusal::new(
            "NK-04",
            format!("付款 {amount} 元须有合同"),
            format!("a payment of {amount} yuan needs a contract"),
        ));
    }
    let accepted = papers.acceptance.is_some_and(|paper| !paper.trim().is_empty());
    if settings.acceptance_from.is_some_and(|from| amount >= from) && !accepted {
        return Err(Refusal::new(
            "NK-04",
            format!("付款 {amount} 元须有验收合格单"),
            format!("a payment of {amount} yuan needs a passed acceptance"),
        ));
    }
    check_invoice(budget, papers.invoice)
}

fn check_invoice(budget: &Budget, invoice: Option<&Invoice>) -> Result<(), Refusal> {
    let Some(invoice) = invoice else {
        return if budget.settings.invoice_needed {
            Err(Refusal::new("NK-04", "付款须有有效票据", "the payment needs an invoice"))
        } else {
            Ok(())
        };
    };
    named(&invoice.number, "发票号码", "invoice number")?;
    let Some(used_on) = budget.invoices.get(invoice) else { return Ok(()) };
    let Invoice { code, number } = invoice;
    Err(Refusal::new(
        "NK-04",
        format!("票据 {code} {number} 已于 {used_on} 使用"),
        format!("invoice {code} {number} was used on {used_on}"),
    ))
}

fn use_invoice(budget: &mut Budget, invoice: Option<&Invoice>, day: Date) {
    if let Some(invoice) = invoice {
        budget.invoices.insert(invoice.clone(), day);
    }
}
