"""From signing in to a validated bid, in Python, with a client generated from the API's own description.

    openapi-python-client generate --url http://localhost:8000/api/openapi.json --config generator.yaml --meta none --output-path optibid
    python journey.py http://localhost:8000

Every answer is either the type that the operation promises or a Problem (RFC 9457), which says what was wrong, field by field.
"""

import datetime
import sys
import uuid

from optibid import AuthenticatedClient, Client
from optibid.api.assets import create_asset
from optibid.api.auth import login, register
from optibid.api.bids import check_bid, create_bid, get_bid, list_bids, validate_bid
from optibid.api.markets import delivery_day, list_markets
from optibid.models import (
    Asset,
    AssetContent,
    BatteryKind,
    BatteryKindType,
    BidDraft,
    BidState,
    BidView,
    Currency,
    CurveDraft,
    CurveShape,
    CurveSide,
    DayView,
    DeliveryPeriod,
    ListViewBidView,
    ListViewMarketView,
    LoginRequest,
    PeriodDraft,
    PointDraft,
    Problem,
    RegisterRequest,
    TokenView,
    UserView,
    Validation,
    Verdict,
)

EMAIL = "py@example.com"
PASSWORD = "merit order of a windy day"


def sign_in(url: str) -> AuthenticatedClient:
    """Founds an organisation, and signs its administrator in."""
    anybody = Client(base_url=url)
    founded = register.sync(
        client=anybody,
        body=RegisterRequest(organisation="Hill Country Storage", email=EMAIL, name="Ann", password=PASSWORD),
    )
    assert isinstance(founded, TokenView | UserView), founded
    session = login.sync(client=anybody, body=LoginRequest(email=EMAIL, password=PASSWORD))
    assert isinstance(session, TokenView), session
    return AuthenticatedClient(base_url=url, token=session.access_token)


def battery() -> AssetContent:
    """Ten megawatts for two hours at ERCOT's south hub. Decimals are strings, so that no digit is lost on the way."""
    return AssetContent(
        name="Slate Creek",
        market="ERCOT",
        location="HB_SOUTH",
        kind=BatteryKind(
            type_=BatteryKindType.BATTERY,
            charge_limit="10",
            discharge_limit="10",
            energy_capacity="20",
            min_soc="0",
            max_soc="20",
            charge_efficiency="0.95",
            discharge_efficiency="0.95",
            initial_soc="10",
        ),
    )


def draft(asset: Asset, day: DayView, price: str) -> BidDraft:
    """An offer to sell in the hour that begins at 17:00 at the market. The server knows the day's hours, 23 to 25 of them."""
    evening = next(period for period in day.periods if "T17:00" in period.market_time)
    curve = CurveDraft(
        side=CurveSide.SELL,
        shape=CurveShape.LINEAR,
        points=[PointDraft(quantity="5", price=price), PointDraft(quantity="10", price="250.00")],
    )
    return BidDraft(
        market=day.market,
        product=day.product,
        location="HB_SOUTH",
        currency=Currency.USD,
        delivery_day=datetime.date.fromisoformat(evening.market_time[:10]),
        asset=asset.id,
        periods=[PeriodDraft(period=DeliveryPeriod(start=evening.start, resolution=day.resolution), curve=curve)],
    )


def main(url: str) -> None:
    client = sign_in(url)

    markets = list_markets.sync(client=client)
    assert isinstance(markets, ListViewMarketView), markets
    print("markets:", ", ".join(market.market for market in markets.items))

    asset = create_asset.sync(client=client, body=battery(), idempotency_key=str(uuid.uuid4()))
    assert isinstance(asset, Asset) and isinstance(asset.kind, BatteryKind), asset
    print("asset:", asset.name, asset.kind.energy_capacity, "MWh")

    after_tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)
    day = delivery_day.sync("ERCOT", "DAM", after_tomorrow, client=client)
    assert isinstance(day, DayView), day

    # The same key with the same request is done once, however often it is sent.
    key = str(uuid.uuid4())
    bid = create_bid.sync(client=client, body=draft(asset, day, "45.50"), idempotency_key=key)
    again = create_bid.sync(client=client, body=draft(asset, day, "45.50"), idempotency_key=key)
    assert isinstance(bid, BidView) and isinstance(again, BidView), (bid, again)
    assert again.id == bid.id
    checked = validate_bid.sync(bid.id, client=client)
    assert isinstance(checked, BidView) and checked.state == BidState.VALIDATED, checked
    stored = get_bid.sync(bid.id, client=client)
    assert isinstance(stored, BidView) and stored.content == checked.content, stored
    listed = list_bids.sync(client=client)
    assert isinstance(listed, ListViewBidView) and [bid.id for bid in listed.items] == [stored.id], listed
    assert isinstance(listed.items[0], BidView)
    print("bid:", stored.state.value, "of", len(stored.content.periods), "hour")

    # A tenth of a cent is off ERCOT's price tick: checked, it is a finding; drafted, a problem.
    verdict = check_bid.sync(client=client, body=draft(asset, day, "45.501"))
    assert isinstance(verdict, Validation) and verdict.verdict == Verdict.REJECT, verdict
    refused = create_bid.sync_detailed(
        client=client, body=draft(asset, day, "45.501"), idempotency_key=str(uuid.uuid4())
    )
    assert refused.status_code == 422, refused
    problem = refused.parsed
    assert isinstance(problem, Problem) and problem.certainly_not_applied, problem
    for violation in problem.violations:
        print("problem:", problem.code.value, violation.field, violation.value, violation.code)

    # Who is not signed in is told so in the same form.
    stranger = AuthenticatedClient(base_url=url, token="no.token.at-all")
    problem = list_bids.sync(client=stranger)
    assert isinstance(problem, Problem) and problem.status == 401, problem
    print("stranger:", problem.code.value)


if __name__ == "__main__":
    main(sys.argv[1])
