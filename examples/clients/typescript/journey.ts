/*
 * From signing in to a validated bid, in TypeScript, with types generated from the API's own description.
 *
 *     npm ci && npm run generate        # writes optibid.d.ts from the description that a running server serves
 *     npm run check                     # the compiler: every path, field and answer below is one of the API
 *     npm start http://localhost:8000   # Node 22.18 or newer runs TypeScript as it is
 *
 * An answer holds either `data`, the type that the operation promises, or `error`, a Problem (RFC 9457).
 */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./optibid.d.ts";

type Schemas = components["schemas"];
type Problem = Schemas["Problem"];

/** The answer, or the problem as an exception. */
function good<T>(answer: { data?: T; error?: Problem }): T {
  if (answer.error) throw new Error(`${answer.error.title}: ${answer.error.detail}`);
  assert(answer.data !== undefined);
  return answer.data;
}

const baseUrl = process.argv[2];
assert(baseUrl, "usage: node journey.ts http://localhost:8000");
const client = createClient<paths>({ baseUrl });

// Founds an organisation, and signs its administrator in.
const password = "merit order of a windy day";
const email = "ts@example.com";
good(await client.POST("/api/auth/register", { body: { organisation: "Coastal Storage", email, name: "Tess", password } }));
const session = good(await client.POST("/api/auth/login", { body: { email, password } }));
client.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${session.access_token}`);
    return request;
  },
});

const markets = good(await client.GET("/api/markets"));
console.log("markets:", markets.items.map((market) => market.market).join(", "));

// Ten megawatts for two hours at ERCOT's south hub. Decimals are strings, so that no digit is lost on the way.
const content: Schemas["AssetContent"] = {
  name: "Slate Creek",
  market: "ERCOT",
  location: "HB_SOUTH",
  kind: {
    type: "battery",
    charge_limit: "10",
    discharge_limit: "10",
    energy_capacity: "20",
    min_soc: "0",
    max_soc: "20",
    charge_efficiency: "0.95",
    discharge_efficiency: "0.95",
    initial_soc: "10",
  },
};
const asset = good(await client.POST("/api/assets", { body: content, params: { header: { "Idempotency-Key": randomUUID() } } }));
assert(asset.kind.type === "battery");
console.log("asset:", asset.name, asset.kind.energy_capacity, "MWh");

// The hour that begins at 17:00 at the market. The server knows the day's hours, 23 to 25 of them.
const afterTomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
const path = { market: "ERCOT", product: "DAM", day: afterTomorrow };
const day = good(await client.GET("/api/markets/{market}/products/{product}/days/{day}", { params: { path } }));
const evening = day.periods.find((period) => period.market_time.includes("T17:00"));
assert(evening);

/** An offer to sell in that hour, from that price on. */
function draft(price: string): Schemas["BidDraft"] {
  const points = [
    { quantity: "5", price },
    { quantity: "10", price: "250.00" },
  ];
  return {
    market: day.market,
    product: day.product,
    location: "HB_SOUTH",
    currency: "USD",
    delivery_day: afterTomorrow,
    asset: asset.id,
    periods: [
      { period: { start: evening!.start, resolution: day.resolution }, curve: { side: "sell", shape: "linear", points } },
    ],
  };
}

// The same key with the same request is done once, however often it is sent.
const header = { "Idempotency-Key": randomUUID() };
const bid = good(await client.POST("/api/bids", { body: draft("45.50"), params: { header } }));
const again = good(await client.POST("/api/bids", { body: draft("45.50"), params: { header } }));
assert.equal(again.id, bid.id);
const checked = good(await client.POST("/api/bids/{id}/validate", { params: { path: { id: bid.id } } }));
assert.equal(checked.state, "validated");
const stored = good(await client.GET("/api/bids/{id}", { params: { path: { id: bid.id } } }));
assert.deepEqual(stored.content, checked.content);
const listed = good(await client.GET("/api/bids", { params: { query: { state: ["validated"] } } }));
assert.deepEqual(listed.items.map((item) => item.id), [bid.id]);
console.log("bid:", stored.state, "of", stored.content.periods?.length, "hour");

// A tenth of a cent is off ERCOT's price tick: checked, it is a finding; drafted, a problem.
const verdict = good(await client.POST("/api/bids/validate", { body: draft("45.501") }));
assert.equal(verdict.verdict, "reject");
const refused = await client.POST("/api/bids", {
  body: draft("45.501"),
  params: { header: { "Idempotency-Key": randomUUID() } },
});
assert(refused.error && refused.response.status === 422);
const problem: Problem = refused.error;
assert(problem.certainly_not_applied);
for (const broken of problem.violations ?? []) {
  console.log("problem:", problem.code, broken.field, broken.value, broken.code);
}

// Who is not signed in is told so in the same form.
const stranger = await createClient<paths>({ baseUrl }).GET("/api/bids");
assert(stranger.error && stranger.error.status === 401);
console.log("stranger:", stranger.error.code);
