//! Bids from draft to venue.

use crate::methods::operations;
use optibid_core::api::{BidDraft, BidParams, BidView, DraftParams, ListView, WithdrawRequest};
use optibid_core::bid::{BidEvent, Validation};
use optibid_core::id::BidId;

operations! {
    /// The organisation's bids, the latest first.
    "listBids" GET "/api/bids"
    list_bids(params: &BidParams) -> ListView<BidView> = from_json, query(params);

    /// Drafts a bid: refused with every rule it breaks, unless the parameters keep it as it is.
    "createBid" POST "/api/bids"
    create_bid(draft: &BidDraft, params: &DraftParams) -> BidView = from_json,
    json(draft), query(params), keyed();

    /// What the venue's rules say of a bid that is not kept.
    "checkBid" POST "/api/bids/validate"
    check_bid(draft: &BidDraft) -> Validation = from_json, json(draft);

    /// One bid.
    "getBid" GET "/api/bids/{id}" get_bid(id: BidId) -> BidView = from_json, path("id", id);

    /// Changes a bid that still has that version.
    "editBid" PUT "/api/bids/{id}"
    edit_bid(id: BidId, version: u64, draft: &BidDraft, params: &DraftParams) -> BidView = from_json,
    path("id", id), json(draft), query(params), if_match(version);

    /// What became of a bid, from its draft on.
    "bidHistory" GET "/api/bids/{id}/history"
    bid_history(id: BidId) -> ListView<BidEvent> = from_json, path("id", id);

    /// Asks the venue again what became of a bid.
    "refreshBid" POST "/api/bids/{id}/refresh"
    refresh_bid(id: BidId) -> BidView = from_json, path("id", id);

    /// Sends a bid to its venue. The call may be made again without a second submission.
    "submitBid" POST "/api/bids/{id}/submit"
    submit_bid(id: BidId) -> BidView = from_json, path("id", id), keyed();

    /// Checks a draft against the venue's rules and keeps what they say.
    "validateBid" POST "/api/bids/{id}/validate"
    validate_bid(id: BidId) -> BidView = from_json, path("id", id);

    /// Takes a bid back.
    "withdrawBid" POST "/api/bids/{id}/withdraw"
    withdraw_bid(id: BidId, request: &WithdrawRequest) -> BidView = from_json,
    path("id", id), json(request);
}
