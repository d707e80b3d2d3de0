//! Acts: which are possible, and what is asked before them.

use crate::action::Action;
use crate::format::{ago, duration, short, stamp};
use crate::request::{Act, Effect};
use crate::screens::{selected_alert, selected_bid, selected_job, selected_rule, summary_lines};
use crate::state::State;
use crate::theme::Tone;
use crate::view::{Mode, Question};
use jiff::SignedDuration;
use optibid_core::api::BidView;
use optibid_core::bid::BidState;

/// Asks before an act, or does it at once where it changes nothing that matters.
pub(super) fn ask(state: &mut State, action: Action, argument: Option<&str>) -> Vec<Effect> {
    match possible(state, action, argument) {
        Ok(act) => match question(state, &act) {
            Some(question) => {
                state.view.mode = Mode::Confirm(Box::new(question));
                Vec::new()
            }
            None => vec![Effect::Act(act)],
        },
        Err(reason) => {
            state.tell(Tone::Warn, format!("{}: {reason}", action.entry().name));
            Vec::new()
        }
    }
}

/// Whether an act makes sense on what is selected: the bottom line shows only those.
pub(crate) fn worth_asking(state: &State, action: Action) -> bool {
    !state.settings.readonly && !state.settings.offline && possible(state, action, None).is_ok()
}

fn possible(state: &State, action: Action, argument: Option<&str>) -> Result<Act, String> {
    if let Action::Acknowledge | Action::Shelve | Action::Unshelve = action {
        return on_alarm(state, action, argument);
    }
    if action == Action::CancelJob {
        let job = selected_job(state).ok_or("no job is selected")?;
        return if job.state.is_final() {
            Err(format!("the job is {} already", job.state.code()))
        } else {
            Ok(Act::CancelJob(job.id))
        };
    }
    let bid = selected_bid(state).ok_or("no bid is selected")?;
    let (to, act) = match action {
        Action::Submit => (BidState::Submitted, Act::Submit(bid.id, bid.version)),
        Action::Withdraw => (BidState::Withdrawn, Act::Withdraw(bid.id, bid.version)),
        Action::Validate => (BidState::Validated, Act::Validate(bid.id)),
        _ => return asked(bid),
    };
    let from_draft = action != Action::Validate || bid.state == BidState::Draft;
    // A draft is validated on its way out.
    let submits_draft = action == Action::Submit && bid.state == BidState::Draft;
    if (bid.state.may_become(to) && from_draft) || submits_draft {
        Ok(act)
    } else {
        Err(format!("a bid that is {} cannot become {to}", bid.state))
    }
}

/// Minutes of a silence when nobody says how long.
const SILENCE: u32 = 60;

fn on_alarm(state: &State, action: Action, argument: Option<&str>) -> Result<Act, String> {
    if action == Action::Acknowledge {
        let alert = selected_alert(state).ok_or("no alarm of the server is selected")?;
        return match &alert.acknowledged {
            Some(answer) => Err(format!("it was acknowledged {}", ago(state.now, answer.at))),
            None => Ok(Act::Acknowledge(alert.id)),
        };
    }
    let watched = selected_rule(state).ok_or("no rule and no alarm of the server is selected")?;
    let shelved = watched.standing.is_shelved(state.now);
    if action == Action::Unshelve {
        return if shelved {
            Ok(Act::Unshelve(watched.rule.id))
        } else {
            Err("it is not shelved".to_owned())
        };
    }
    let minutes = argument.map_or(Ok(SILENCE), str::parse);
    let minutes = minutes
        .ok()
        .filter(|minutes| (1..=43_200).contains(minutes));
    let minutes =
        minutes.ok_or("minutes are written as a number from 1 to 43200, which is 30 days")?;
    Ok(Act::Shelve(watched.rule.id, minutes))
}

/// The question before a rule is silenced.
fn silence(state: &State, act: &Act, minutes: u32) -> Option<Question> {
    let content = &selected_rule(state)?.rule.content;
    let until = state
        .now
        .saturating_add(SignedDuration::from_mins(i64::from(minutes)))
        .ok()?;
    let zone = state.time_zone();
    let line = |label: &str, text: String| (label.to_owned(), text);
    Some(Question {
        act: act.clone(),
        title: format!("Shelve {}?", content.name),
        lines: vec![
            line("watches", content.condition.limit_in_words()),
            line("severity", content.severity.to_string()),
            line(
                "until",
                format!(
                    "{}, for {}: nobody is told of it before",
                    stamp(&zone, until),
                    duration(SignedDuration::from_mins(i64::from(minutes)))
                ),
            ),
            line(
                "server",
                format!("{} {}", state.server.name, state.server.url),
            ),
        ],
        yes: "shelve",
        seen: false,
    })
}

fn asked(bid: &BidView) -> Result<Act, String> {
    match bid.state {
        BidState::Submitted | BidState::Acknowledged | BidState::Unknown => {
            Ok(Act::AskVenue(bid.id))
        }
        other => Err(format!(
            "the venue has nothing more to say of a bid that is {other}"
        )),
    }
}

/// The question before an act: in numbers, what will happen.
fn question(state: &State, act: &Act) -> Option<Question> {
    let (title, yes) = match act {
        Act::Submit(id, _) => (format!("Submit bid {} to", short(id)), "submit"),
        Act::Withdraw(id, _) => (format!("Withdraw bid {} from", short(id)), "withdraw"),
        Act::CancelJob(id) => return Some(cancel(state, act, &short(id))),
        Act::Shelve(_, minutes) => return silence(state, act, *minutes),
        Act::Validate(_) | Act::AskVenue(_) | Act::Acknowledge(_) | Act::Unshelve(_) => {
            return None;
        }
    };
    let bid = state.data.bid(act.bid()?)?;
    let content = &bid.content;
    let mut lines = summary_lines(state, bid);
    let after = match (act, bid.state) {
        (Act::Submit(..), _) => format!(
            "the bid goes to {} and stays {} until it answers",
            content.market,
            BidState::Submitted
        ),
        (_, BidState::Acknowledged) => format!(
            "the venue is told; nothing of it is bought or sold for {}",
            content.delivery_day
        ),
        _ => "the venue does not have it; it is only taken back here".to_owned(),
    };
    lines.push(("then".to_owned(), after));
    lines.push((
        "server".to_owned(),
        format!("{} {}", state.server.name, state.server.url),
    ));
    Some(Question {
        act: act.clone(),
        title: format!("{title} {} {}?", content.market, content.product),
        lines,
        yes,
        seen: false,
    })
}

fn cancel(state: &State, act: &Act, id: &str) -> Question {
    let job = selected_job(state);
    let mut lines = Vec::new();
    if let Some(job) = job {
        let total = if job.total == 0 {
            "an unknown number of".to_owned()
        } else {
            job.total.to_string()
        };
        lines.push(("kind".to_owned(), job.spec.kind().to_owned()));
        lines.push((
            "done".to_owned(),
            format!("{} of {total} steps, which are lost", job.done),
        ));
    }
    Question {
        act: act.clone(),
        title: format!("Cancel job {id}?"),
        lines,
        yes: "cancel it",
        seen: false,
    }
}
