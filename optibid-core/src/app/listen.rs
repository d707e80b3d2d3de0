//! Listen to what happens.

use super::App;
use crate::auth::{Permission, Principal};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Topic};
use crate::id::OrgId;
use crate::market::MarketId;
use crate::ports::{BusMessage, EventStream};
use futures::StreamExt;

/// What somebody listens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// The topics; at least one.
    pub topics: Vec<Topic>,
    /// Only events of this market.
    pub market: Option<MarketId>,
    /// The last sequence that was received; none listens from now on.
    pub after: Option<u64>,
}

impl Topic {
    /// What a caller must be allowed to read in order to listen.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::MarketPrices => Permission::ReadMarketData,
            Self::BidEvents => Permission::ReadBids,
            Self::JobEvents => Permission::ReadJobs,
            Self::MarketAlerts => Permission::ReadAlerts,
        }
    }
}

impl App {
    /// Events of the topics: public ones, and those of the caller's own organisation. Without a caller
    /// there are public prices alone.
    ///
    /// Sequences grow, but not by one: what belongs to others leaves holes. Only a
    /// [`BusMessage::Gap`] means that something was lost.
    ///
    /// # Errors
    /// When no topic is named, [`Code::Forbidden`] when the role does not allow one of them,
    /// [`Code::Unauthenticated`] when one of them needs a caller and there is none,
    /// [`Code::Unavailable`] when the bus is down.
    pub async fn listen(
        &self,
        who: Option<&Principal>,
        listening: Listening,
    ) -> Result<EventStream> {
        if listening.topics.is_empty() {
            return Err(Error::field("no_topic", "topics", "", "at least one topic"));
        }
        for topic in &listening.topics {
            match who {
                Some(who) => who.require(topic.permission())?,
                None if *topic == Topic::MarketPrices => {}
                None => {
                    let message = format!("sign in to listen to {topic}");
                    return Err(Error::new(Code::Unauthenticated, message));
                }
            }
        }
        let Listening {
            topics,
            market,
            after,
        } = listening;
        let org = who.map(|who| who.org);
        let stream = self.bus.subscribe(topics, after).await?;
        let visible = move |message: &BusMessage| match message {
            BusMessage::Event { event, .. } => is_visible(event, org, market.as_ref()),
            BusMessage::Gap { .. } => true,
        };
        Ok(stream
            .filter(move |message| std::future::ready(visible(message)))
            .boxed())
    }
}

fn is_visible(event: &Event, org: Option<OrgId>, market: Option<&MarketId>) -> bool {
    let ours = event.org.is_none() || event.org == org;
    ours && market.is_none_or(|market| event.market() == Some(market))
}
