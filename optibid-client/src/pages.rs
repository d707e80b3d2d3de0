//! Lists as streams: each part is fetched when the one before has been read.

use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Result};
use futures::stream::{self, Stream, TryStreamExt as _};
use optibid_core::alert::WatchedRule;
use optibid_core::api::{
    AlertParams, AlertView, AuditParams, AuditView, AwardParams, AwardsView, BidParams, BidView,
    HistoryParams, HistoryView, JobParams, JobView, ListParams, ListView, Moment, PriceView,
    SettlementParams,
};
use optibid_core::asset::Asset;
use optibid_core::portfolio::{Award, SettlementStatement};
use std::future::IntoFuture;

/// What comes next: the part at a cursor (the first without one), or nothing.
enum Next<C> {
    Part(Option<C>),
    End,
}

/// The items of all parts. `fetch` gets a part from its cursor, `open` takes it apart into items and the next cursor.
fn parts<V, T, C, F>(
    fetch: F,
    open: fn(V) -> (Vec<T>, Option<C>),
) -> impl Stream<Item = Result<T>> + Send
where
    V: Send + 'static,
    T: Send + 'static,
    C: Send + 'static,
    F: Fn(Option<C>) -> Call<V> + Send,
{
    let first = (Next::Part(None), fetch);
    let parts = stream::try_unfold(first, move |(next, fetch)| async move {
        let Next::Part(cursor) = next else {
            return Ok::<_, Error>(None);
        };
        let (items, next) = open(fetch(cursor).into_future().await?);
        let next = next.map_or(Next::End, |cursor| Next::Part(Some(cursor)));
        let items = stream::iter(items.into_iter().map(Ok));
        Ok(Some((items, (next, fetch))))
    });
    parts.try_flatten()
}

fn list<T>(view: ListView<T>) -> (Vec<T>, Option<String>) {
    (view.items, view.next)
}

/// Lists whose parts are asked for by the cursor of the part before.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident($params:ty) -> $item:ty = $call:ident;)*) => {
        impl Client {
            $(
                $(#[$doc])*
                pub fn $name(&self, params: $params) -> impl Stream<Item = Result<$item>> + Send + use<> {
                    let client = self.clone();
                    let fetch = move |after: Option<String>| {
                        let after = after.or_else(|| params.after.clone());
                        client.$call(&params.with_after(after))
                    };
                    parts(fetch, list)
                }
            )*
        }
    };
}

/// Parameters with another cursor.
trait After: Clone {
    fn set_after(&mut self, after: Option<String>);

    fn with_after(&self, after: Option<String>) -> Self {
        let mut params = self.clone();
        params.set_after(after);
        params
    }
}

macro_rules! after {
    ($($params:ty),*) => {
        $(impl After for $params {
            fn set_after(&mut self, after: Option<String>) {
                self.after = after;
            }
        })*
    };
}

after!(
    ListParams,
    AlertParams,
    AuditParams,
    BidParams,
    JobParams,
    SettlementParams
);

lists! {
    /// All of the organisation's assets.
    all_assets(ListParams) -> Asset = list_assets;
    /// All alert rules with where each stands.
    all_alert_rules(ListParams) -> WatchedRule = list_alert_rules;
    /// All alarms that are asked for, the latest first.
    all_alerts(AlertParams) -> AlertView = list_alerts;
    /// All audit entries that are asked for, the latest first.
    all_audit(AuditParams) -> AuditView = list_audit;
    /// All bids that are asked for, the latest first.
    ///
    /// ```no_run
    /// # async fn run(client: optibid_client::Client) -> optibid_client::Result<()> {
    /// use futures::TryStreamExt as _;
    /// use optibid_core::api::BidParams;
    /// let mut bids = std::pin::pin!(client.all_bids(BidParams::default()));
    /// while let Some(bid) = bids.try_next().await? {
    ///     println!("{}", bid.id);
    /// }
    /// # Ok(()) }
    /// ```
    all_bids(BidParams) -> BidView = list_bids;
    /// All jobs that are asked for, the latest first.
    all_jobs(JobParams) -> JobView = list_jobs;
    /// All backtests, the latest first.
    all_backtests(ListParams) -> JobView = list_backtests;
    /// All settlement statements that are asked for, the latest first.
    all_settlements(SettlementParams) -> SettlementStatement = list_settlements;
}

impl Client {
    /// All prices of a span, in order of start.
    pub fn all_prices(
        &self,
        params: HistoryParams,
    ) -> impl Stream<Item = Result<PriceView>> + Send + use<> {
        let client = self.clone();
        let fetch = move |from: Option<Moment>| {
            client.price_history(&HistoryParams {
                from: from.unwrap_or(params.from),
                ..params.clone()
            })
        };
        parts(fetch, |view: HistoryView| {
            (view.items, view.next_from.map(Moment::At))
        })
    }

    /// All awards of a span, in order of start.
    pub fn all_awards(
        &self,
        params: AwardParams,
    ) -> impl Stream<Item = Result<Award>> + Send + use<> {
        let client = self.clone();
        let fetch = move |from: Option<Moment>| {
            client.list_awards(&AwardParams {
                from: from.or(params.from),
                ..params.clone()
            })
        };
        parts(fetch, |view: AwardsView| {
            (view.items, view.next_from.map(Moment::At))
        })
    }
}
