//! `optibid bid`: bids of the local database.

use super::args::Bid;
use super::document;
use super::failure::{Exit, Found};
use super::output::{Output, Sheet, number, text};
use super::settings::config;
use crate::platform::Local;
use optibid_core::api::BidDraft;
use optibid_core::app::App;
use optibid_core::bid::{Bid as CoreBid, BidContent, Validation, Verdict};
use optibid_core::id::BidId;
use optibid_core::ports::{BidQuery, PageRequest};
use std::path::Path;

pub(super) async fn run(command: Bid, output: Output) -> anyhow::Result<()> {
    let local = Local::open(&config()?).await?;
    let outcome = match command {
        Bid::Validate { file, user } => validate(local.app(), (&file, &user), output).await,
        Bid::List { user, limit } => list(local.app(), &user, limit, output).await,
        Bid::Submit { ids, user } => submit(local.app(), &user, &ids, output).await,
    };
    local.close().await;
    outcome
}

async fn validate(app: &App, (file, user): (&Path, &str), output: Output) -> anyhow::Result<()> {
    let draft: BidDraft = document::read(file)?;
    let content = BidContent::try_from(draft)?;
    let who = app.act_as(user).await?;
    let validation = app.check_bid(&who, &content).await?;
    output.sheet(&findings(&validation))?;
    match validation.verdict {
        Verdict::Reject => {
            let message = format!(
                "the bid would be rejected: {} findings",
                validation.findings.len()
            );
            Err(Found {
                exit: Exit::Invalid,
                message,
            }
            .into())
        }
        Verdict::SubjectToVerification => {
            output.note("the venue verifies the bid before it accepts");
            Ok(())
        }
        Verdict::Accept => {
            output.note("the bid fits the rules");
            Ok(())
        }
    }
}

fn findings(validation: &Validation) -> Sheet {
    let mut sheet = Sheet::new([
        text("severity", "Severity"),
        text("code", "Code"),
        text("field", "Field"),
        text("value", "Value"),
        text("rule", "Rule"),
        text("source", "Source"),
    ]);
    for finding in &validation.findings {
        let v = &finding.violation;
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let source = v.source.clone().unwrap_or_default();
        sheet.row([&severity, &v.code, &v.field, &v.value, &v.rule, &source]);
    }
    sheet
}

async fn list(app: &App, user: &str, limit: u32, output: Output) -> anyhow::Result<()> {
    let who = app.act_as(user).await?;
    let query = BidQuery {
        market: None,
        product: None,
        delivery_day: None,
        states: Vec::new(),
        page: PageRequest { limit, after: None },
    };
    let page = app.bids(&who, &query).await?;
    output.sheet(&bids(&page.items))?;
    if page.next.is_some() {
        output.note(format!("there are more than these {limit}: see --limit"));
    }
    Ok(())
}

async fn submit(app: &App, user: &str, ids: &[BidId], output: Output) -> anyhow::Result<()> {
    let who = app.act_as(user).await?;
    let mut submitted = Vec::with_capacity(ids.len());
    let mut failure = None;
    for id in ids {
        match app.submit_bid(&who, (*id, None), None).await {
            Ok(bid) => submitted.push(bid),
            Err(error) => {
                failure = Some(anyhow::Error::from(error).context(format!("submitting {id}")));
                break;
            }
        }
    }
    output.sheet(&bids(&submitted))?;
    failure.map_or(Ok(()), Err)
}

fn bids(bids: &[CoreBid]) -> Sheet {
    let mut sheet = Sheet::new([
        text("id", "Bid"),
        text("state", "State"),
        number("version", "Version"),
        text("market", "Market"),
        text("product", "Product"),
        text("location", "Location"),
        text("delivery_day", "Delivery day"),
        text("kind", "Kind"),
        number("periods", "Periods"),
        text("venue_reference", "Venue reference"),
    ]);
    for bid in bids {
        let content = bid.content();
        sheet.row([
            bid.id().to_string(),
            bid.state().to_string(),
            bid.version().to_string(),
            content.market.to_string(),
            content.product.to_string(),
            content.location.to_string(),
            content.delivery_day.to_string(),
            content.offer.kind().to_string(),
            content.offer.delivery_periods().len().to_string(),
            bid.venue_reference().unwrap_or_default().to_owned(),
        ]);
    }
    sheet
}
