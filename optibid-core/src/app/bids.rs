//! Draft, check, edit, withdraw and read bids.

use super::App;
use super::keyed::RequestKey;
use crate::asset::{AssetKind, Battery};
use crate::audit::Actor;
use crate::auth::{Permission, Principal};
use crate::bid::{
    Bid, BidContent, BidEvent, BidOffer, LifecycleError, NewBid, Transition, Validation,
    ValidationContext, Verdict, validate,
};
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::id::{AssetId, BidId, OrgId};
use crate::market::LocationCode;
use crate::market::rules::ProductRules;
use crate::ports::{BidQuery, Page, StoreError, Trail};
use serde::{Deserialize, Serialize};

/// What to do with content that breaks the venue's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftMode {
    /// Refuse it, naming every rule it breaks.
    Strict,
    /// Keep it as a draft; it cannot be submitted as it is.
    KeepInvalid,
}

/// A stored bid with what the validator says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafted {
    /// The bid.
    pub bid: Bid,
    /// The findings.
    pub validation: Validation,
}

impl From<LifecycleError> for Error {
    fn from(error: LifecycleError) -> Self {
        match error {
            LifecycleError::BlankReason { .. } => {
                Self::field("reason_blank", "reason", "", error.to_string())
            }
            LifecycleError::NoSuchMove { .. } => Self::new(Code::Conflict, error.to_string()),
        }
        .with_source(error)
    }
}

impl App {
    /// Checks content against the venue's rules without storing it.
    ///
    /// # Errors
    /// When market or product are unknown, or the content is not well-formed.
    pub async fn check_bid(&self, who: &Principal, content: &BidContent) -> Result<Validation> {
        who.require(Permission::ReadBids)?;
        content.check_form()?;
        self.judge(who.org, content).await
    }

    /// Drafts a bid. The same key with the same content gives the same answer.
    ///
    /// # Errors
    /// [`Code::Invalid`] with every broken rule, unless the mode keeps invalid drafts.
    pub async fn draft_bid(
        &self,
        who: &Principal,
        content: BidContent,
        mode: DraftMode,
        key: &RequestKey,
    ) -> Result<Drafted> {
        const OPERATION: &str = "bid.draft";
        self.may_write(who, Permission::WriteBids).await?;
        if let Some(answer) = self.replay(who, OPERATION, Some(key)).await? {
            return Ok(answer);
        }
        content.check_form()?;
        let validation = self.judge(who.org, &content).await?;
        refuse(&validation, mode)?;
        let new = NewBid {
            id: BidId::from_uuid(self.environment.ids.uuid()),
            org: who.org,
            author: who.user,
            at: self.environment.clock.now(),
        };
        let (bid, event) = Bid::draft(new, content);
        let trail = self.bid_trail(who, OPERATION, &event);
        let drafted = Drafted { bid, validation };
        let trail = self.keep_answer(trail, who, OPERATION, (Some(key), &drafted))?;
        let written = self
            .stores
            .bids
            .insert_bid(&drafted.bid, &event, &trail)
            .await;
        self.settle_twin(who, OPERATION, Some(key), (written, drafted))
            .await
    }

    /// Replaces the content of a draft, validated or rejected bid.
    ///
    /// # Errors
    /// [`Code::Conflict`] when `expected` is not the bid's version or its state forbids it.
    pub async fn edit_bid(
        &self,
        who: &Principal,
        (id, expected): (BidId, u64),
        content: BidContent,
        mode: DraftMode,
    ) -> Result<Drafted> {
        self.may_write(who, Permission::WriteBids).await?;
        let bid = self.own_bid(who, id).await?;
        expect_version(&bid, Some(expected))?;
        content.check_form()?;
        let validation = self.judge(who.org, &content).await?;
        refuse(&validation, mode)?;
        let edit = Transition::Edit(Box::new(content));
        let bid = self
            .move_bid(who, bid, edit, ("bid.edit", "edited"))
            .await?;
        Ok(Drafted { bid, validation })
    }

    /// Checks a draft against the venue's rules and, when it passes, marks it as validated.
    ///
    /// # Errors
    /// [`Code::Invalid`] with every broken rule.
    pub async fn validate_bid(&self, who: &Principal, id: BidId) -> Result<Drafted> {
        self.may_write(who, Permission::WriteBids).await?;
        let bid = self.own_bid(who, id).await?;
        let validation = self.judge(who.org, bid.content()).await?;
        refuse(&validation, DraftMode::Strict)?;
        let bid = self
            .move_bid(
                who,
                bid,
                Transition::Validate,
                ("bid.validate", "passed the rules"),
            )
            .await?;
        Ok(Drafted { bid, validation })
    }

    /// The bid.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the organisation has no such bid.
    pub async fn bid(&self, who: &Principal, id: BidId) -> Result<Bid> {
        who.require(Permission::ReadBids)?;
        self.own_bid(who, id).await
    }

    /// The organisation's bids, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn bids(&self, who: &Principal, query: &BidQuery) -> Result<Page<Bid>> {
        who.require(Permission::ReadBids)?;
        Ok(self.stores.bids.bids(who.org, query).await?)
    }

    /// What happened to a bid, in order.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the organisation has no such bid.
    pub async fn bid_history(&self, who: &Principal, id: BidId) -> Result<Vec<BidEvent>> {
        who.require(Permission::ReadBids)?;
        let events = self.stores.bids.bid_events(who.org, id).await?;
        if events.is_empty() {
            Err(Error::not_found("bid", id))
        } else {
            Ok(events)
        }
    }

    pub(super) async fn own_bid(&self, who: &Principal, id: BidId) -> Result<Bid> {
        let bid = self.stores.bids.bid(who.org, id).await?;
        bid.ok_or_else(|| Error::not_found("bid", id))
    }

    /// Applies a move by a user and stores it with its trail.
    pub(super) async fn move_bid(
        &self,
        who: &Principal,
        bid: Bid,
        transition: Transition,
        (action, reason): (&str, &str),
    ) -> Result<Bid> {
        let now = self.environment.clock.now();
        let (bid, event) = bid.apply(transition, Actor::User(who.user), now, reason)?;
        let trail = self.bid_trail(who, action, &event);
        self.stores.bids.update_bid(&bid, &event, &trail).await?;
        Ok(bid)
    }

    pub(super) fn bid_trail(&self, who: &Principal, action: &str, event: &BidEvent) -> Trail {
        self.trail(who, action, format!("bid/{}", event.bid))
            .with_detail(&serde_json::json!({ "to": event.to, "version": event.version }))
            .with_event(self.event(Some(event.org), EventKind::Bid(event.clone())))
    }

    /// The rules a bid falls under. A market or product that is not known is a fault of the bid, not
    /// a page that does not exist.
    pub(super) fn rules_of(&self, content: &BidContent) -> Result<ProductRules> {
        let rules = self
            .rules
            .at(&content.market, &content.product, content.delivery_day);
        rules.map_err(|error| {
            let error = Error::from(error);
            match error.code() {
                Code::NotFound => Error::invalid(error.violations().to_vec()).with_source(error),
                _ => error,
            }
        })
    }

    /// Runs the validator with all that is known of location and asset.
    pub(super) async fn judge(&self, org: OrgId, content: &BidContent) -> Result<Validation> {
        let rules = self.rules_of(content)?;
        let asset = match content.asset {
            Some(asset) => Some(self.asset_behind(org, asset, content).await?),
            None => None,
        };
        let known = |code: &LocationCode| self.is_listed(&content.market, code);
        let context = ValidationContext {
            now: self.environment.clock.now(),
            location_known: known(&content.location),
            asset_range: asset.as_ref().map(|asset| asset.power_range()),
            asset_energy: asset.and_then(|asset| asset.battery().map(Battery::usable_energy)),
            sink_known: matches!(&content.offer, BidOffer::Spread(bid) if known(bid.sink())),
        };
        Ok(validate(content, &rules, &context))
    }

    /// What the asset behind a bid is; it must settle where the bid does.
    async fn asset_behind(
        &self,
        org: OrgId,
        id: AssetId,
        content: &BidContent,
    ) -> Result<AssetKind> {
        let asset = self.stores.assets.asset(org, id).await?;
        let asset = asset.ok_or_else(|| {
            Error::field(
                "unknown_asset",
                "asset",
                id,
                "must be an asset of the organisation",
            )
        })?;
        if (&asset.market, &asset.location) != (&content.market, &content.location) {
            let rule = format!(
                "must settle where the bid does: it settles at {} {}",
                asset.market, asset.location
            );
            return Err(Error::field("asset_elsewhere", "asset", id, rule));
        }
        Ok(asset.kind)
    }
}

/// Turns a rejection into an error that lists every finding.
pub(super) fn refuse(validation: &Validation, mode: DraftMode) -> Result<()> {
    if validation.verdict != Verdict::Reject || mode == DraftMode::KeepInvalid {
        return Ok(());
    }
    Err(Error::invalid(validation.errors().cloned().collect()))
}

pub(super) fn expect_version(bid: &Bid, expected: Option<u64>) -> Result<()> {
    match expected {
        Some(expected) if expected != bid.version() => Err(StoreError::Conflict {
            kind: "bid",
            id: bid.id().to_string(),
            expected,
            found: bid.version(),
        }
        .into()),
        _ => Ok(()),
    }
}
