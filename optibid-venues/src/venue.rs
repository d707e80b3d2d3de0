//! A venue without a market: takes bids and awards them at the price that came.
//!
//! [`SimulatedVenue`] is a [`Venue`] for demonstrations, backtests by the whole platform and tests. It
//! is a price taker's market: the bid does not move the price. Each period of a bid is awarded what
//! its curve accepts at that period's price, [`OfferCurve::cleared_at`], once every price of the bid is
//! known; until then the bid is accepted and can be withdrawn.
//!
//! - Virtual bids clear as curves do. Block orders clear whole or not at all by their surplus at the
//!   prices, with their links, groups and loops. Three-part offers, spread bids and ancillary-service
//!   offers are refused: their awards are no energy at one price.
//! - The price of a period is the one the store knows at the clock's time for the bid's market,
//!   product and location: of the period itself, or, where a market takes bids by the hour and
//!   settles by the quarter (ERCOT real-time), the mean of the shorter periods that fill it, rounded
//!   half-even.
//! - Bids are told apart by id and version: submitting one again has no effect and gets the same
//!   reference; a later version of a bid takes the place of the earlier one, an earlier one is refused.
//! - The venue keeps its bids in memory. After a restart it takes a bid that carries one of its
//!   references as accepted, for only the venue can have given it; one without is not received.
//!
//! [`OfferCurve::cleared_at`]: optibid_core::bid::OfferCurve::cleared_at

use async_trait::async_trait;
use optibid_core::bid::{Bid, BidContent, BidOffer, BlockAward, BlockOrders, OfferKind};
use optibid_core::id::BidId;
use optibid_core::market::{DeliveryPeriod, MarketId, PriceObservation, PriceTable};
use optibid_core::ports::{
    Clock, PriceQuery, PriceStore, SeriesKey, Venue, VenueAward, VenueError, VenueStatus,
};
use optibid_core::unit::{Power, Ratio};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What every reference starts with.
const REFERENCE: &str = "SIM-";
/// More prices than the longest day has in all resolutions together (300 + 100 + 50 + 25).
const MAX_PRICES: u32 = 1_000;

/// How the venue answers a submission or withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Behaviour {
    /// As a venue should.
    #[default]
    Normal,
    /// Refuses, in these words.
    Refuse(String),
    /// Does as asked, but the answer never comes.
    LoseAnswer,
    /// The request never comes, nor does an answer.
    LoseRequest,
    /// Cannot be reached, for status queries neither.
    Unreachable,
}

/// Why a simulated venue failed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Failure {
    #[error("the simulated venue gives no answer")]
    NoAnswer,
    #[error("the simulated venue is switched off")]
    SwitchedOff,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Accepted { reference: String },
    Refused { reason: String },
    Withdrawn,
}

#[derive(Debug, Clone)]
struct Received {
    version: u64,
    standing: Standing,
}

#[derive(Default)]
struct Book {
    bids: HashMap<BidId, Received>,
    behaviour: Behaviour,
}

/// A venue that awards bids at the price that came; see the [module](self).
pub struct SimulatedVenue {
    markets: Vec<MarketId>,
    prices: Arc<dyn PriceStore>,
    clock: Arc<dyn Clock>,
    book: Mutex<Book>,
}

impl SimulatedVenue {
    /// A venue for these markets that clears at the prices of the store, as known at the clock's time.
    #[must_use]
    pub fn new(markets: Vec<MarketId>, prices: Arc<dyn PriceStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            markets,
            prices,
            clock,
            book: Mutex::default(),
        }
    }

    /// Changes how the venue answers from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.book().behaviour = behaviour;
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The awards of a bid; `None` while a price is not known.
    async fn awards(&self, bid: &Bid) -> Result<Option<Awarded>, VenueError> {
        let content = bid.content();
        let Some(query) = self.query(bid) else {
            return Ok(None);
        };
        let prices = self.prices.prices(&query).await;
        let prices = prices.map_err(|error| VenueError::Unavailable(error.into()))?;
        Ok(clear(content, &prices))
    }

    fn query(&self, bid: &Bid) -> Option<PriceQuery> {
        let content = bid.content();
        let periods = content.offer.delivery_periods();
        Some(PriceQuery {
            // A market clears at public prices, whatever the bidder imported for itself.
            org: None,
            series: SeriesKey {
                market: content.market.clone(),
                product: content.product.clone(),
                location: content.location.clone(),
            },
            resolution: None,
            from: periods.iter().map(DeliveryPeriod::start).min()?,
            until: periods.iter().map(DeliveryPeriod::end).max()?,
            as_of: Some(self.clock.now()),
            limit: MAX_PRICES,
        })
    }
}

impl Book {
    /// Takes or refuses a bid, once for each version.
    fn submit(&mut self, bid: &Bid, refusal: Option<String>) -> Result<String, VenueError> {
        let (id, version) = (bid.id(), bid.version());
        if let Some(known) = self.bids.get(&id) {
            if known.version == version {
                return answer(&known.standing);
            }
            if known.version > version {
                let newer = known.version;
                let reason = format!("version {newer} of the bid is here already");
                return Err(VenueError::Refused(reason));
            }
        }
        let standing = match refusal {
            Some(reason) => Standing::Refused { reason },
            None => Standing::Accepted {
                reference: format!("{REFERENCE}{id}-{version}"),
            },
        };
        let answer = answer(&standing);
        self.bids.insert(id, Received { version, standing });
        answer
    }

    /// What is known of the bid, its own reference counting as proof after a restart.
    fn standing(&mut self, bid: &Bid) -> Option<Standing> {
        if let Some(known) = self.bids.get(&bid.id()) {
            // A bid that moved on after a refusal (by more than losing track of it) was edited: what
            // came of the new version is not known here.
            let refused = matches!(known.standing, Standing::Refused { .. });
            let edited = bid.version() > known.version.saturating_add(1);
            return (!(refused && edited)).then(|| known.standing.clone());
        }
        let reference = bid.venue_reference()?;
        let ours = format!("{REFERENCE}{}-", bid.id());
        let version = reference.strip_prefix(&ours)?.parse().ok()?;
        let standing = Standing::Accepted {
            reference: reference.to_owned(),
        };
        self.bids.insert(
            bid.id(),
            Received {
                version,
                standing: standing.clone(),
            },
        );
        Some(standing)
    }

    fn withdraw(&mut self, bid: &Bid) {
        if let Some(known) = self.bids.get_mut(&bid.id()) {
            known.standing = Standing::Withdrawn;
        }
    }
}

/// The venue's word for a bid that was taken back.
const WITHDRAWN: &str = "withdrawn";

fn answer(standing: &Standing) -> Result<String, VenueError> {
    match standing {
        Standing::Accepted { reference } => Ok(reference.clone()),
        Standing::Refused { reason } => Err(VenueError::Refused(reason.clone())),
        Standing::Withdrawn => Err(VenueError::Refused(WITHDRAWN.to_owned())),
    }
}

fn no_answer() -> VenueError {
    VenueError::OutcomeUnknown(Failure::NoAnswer.into())
}

fn switched_off() -> VenueError {
    VenueError::Unavailable(Failure::SwitchedOff.into())
}

#[async_trait]
impl Venue for SimulatedVenue {
    fn serves(&self, market: &MarketId) -> bool {
        self.markets.contains(market)
    }

    async fn submit(&self, bid: &Bid) -> Result<String, VenueError> {
        let mut book = self.book();
        match book.behaviour.clone() {
            Behaviour::Normal => book.submit(bid, not_cleared(bid)),
            Behaviour::Refuse(reason) => book.submit(bid, Some(reason)),
            Behaviour::LoseAnswer => {
                // Whatever the answer is, it gets lost on the way back.
                let _lost = book.submit(bid, not_cleared(bid));
                Err(no_answer())
            }
            Behaviour::LoseRequest => Err(no_answer()),
            Behaviour::Unreachable => Err(switched_off()),
        }
    }

    async fn withdraw(&self, bid: &Bid) -> Result<(), VenueError> {
        let (behaviour, standing) = {
            let mut book = self.book();
            (book.behaviour.clone(), book.standing(bid))
        };
        let lost = match behaviour {
            Behaviour::Normal => false,
            Behaviour::LoseAnswer => true,
            Behaviour::Refuse(reason) => return Err(VenueError::Refused(reason)),
            Behaviour::LoseRequest => return Err(no_answer()),
            Behaviour::Unreachable => return Err(switched_off()),
        };
        let outcome = match standing {
            None => Err(VenueError::Refused("the bid is not here".to_owned())),
            Some(Standing::Withdrawn) => Ok(()),
            Some(Standing::Refused { reason }) => Err(VenueError::Refused(reason)),
            Some(Standing::Accepted { .. }) if self.awards(bid).await?.is_some() => {
                Err(VenueError::Refused("the auction is over".to_owned()))
            }
            Some(Standing::Accepted { .. }) => {
                self.book().withdraw(bid);
                Ok(())
            }
        };
        if lost { Err(no_answer()) } else { outcome }
    }

    async fn status(&self, bid: &Bid) -> Result<VenueStatus, VenueError> {
        let standing = {
            let mut book = self.book();
            if book.behaviour == Behaviour::Unreachable {
                return Err(switched_off());
            }
            book.standing(bid)
        };
        Ok(match standing {
            None => VenueStatus::NotReceived,
            Some(Standing::Refused { reason }) => VenueStatus::Refused { reason },
            Some(Standing::Withdrawn) => VenueStatus::Refused {
                reason: WITHDRAWN.to_owned(),
            },
            Some(Standing::Accepted { reference }) => match self.awards(bid).await? {
                Some(Awarded { awards, blocks }) => VenueStatus::Awarded {
                    reference,
                    awards,
                    blocks,
                },
                None => VenueStatus::Accepted { reference },
            },
        })
    }
}

/// What came of a bid.
struct Awarded {
    awards: Vec<VenueAward>,
    blocks: Vec<BlockAward>,
}

/// Why the venue does not take a bid of that kind; nothing when it does.
fn not_cleared(bid: &Bid) -> Option<String> {
    let kind = bid.content().offer.kind();
    match kind {
        OfferKind::Curve | OfferKind::Virtual | OfferKind::Block => None,
        OfferKind::ThreePart | OfferKind::Spread | OfferKind::AncillaryService => Some(format!(
            "offers of kind {kind} are not cleared by the simulated venue"
        )),
    }
}

/// Awards every period of the bid at its price; `None` when one is missing.
fn clear(content: &BidContent, observed: &[PriceObservation]) -> Option<Awarded> {
    let known: PriceTable = observed.iter().collect();
    if let BidOffer::Block(orders) = &content.offer {
        return clear_blocks(content, orders, &known);
    }
    let award = |item: &optibid_core::bid::BidPeriod| {
        let price = known.at(item.period)?;
        Some(VenueAward {
            period: item.period,
            quantity: item.curve.cleared_at(price),
            price,
        })
    };
    let awards = content.curves().iter().map(award).collect::<Option<_>>()?;
    Some(Awarded {
        awards,
        blocks: Vec::new(),
    })
}

/// Awards every period the sum of the accepted blocks' volumes.
fn clear_blocks(content: &BidContent, orders: &BlockOrders, known: &PriceTable) -> Option<Awarded> {
    let taken = orders.accepted_at(|period| known.at(period))?;
    let accepted = orders
        .blocks()
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| **taken);
    let mut volumes: HashMap<DeliveryPeriod, Power> = HashMap::new();
    for volume in accepted.flat_map(|(block, _)| &block.profile) {
        let sum = volumes.entry(volume.period).or_default();
        *sum = sum.checked_add(volume.quantity)?;
    }
    let award = |period: DeliveryPeriod| {
        Some(VenueAward {
            period,
            quantity: volumes.get(&period).copied().unwrap_or_default(),
            price: known.at(period)?,
        })
    };
    let periods = content.offer.delivery_periods().into_iter();
    let share = |taken| if taken { Ratio::ONE } else { Ratio::ZERO };
    let told = orders
        .blocks()
        .iter()
        .zip(taken)
        .map(|(block, taken)| BlockAward {
            block: block.name.clone(),
            acceptance: share(taken),
        });
    Some(Awarded {
        awards: periods.map(award).collect::<Option<_>>()?,
        blocks: told.collect(),
    })
}
