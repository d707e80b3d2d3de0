// Where assets stand: what was measured last and what is there of them now.
import { api, read } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { Asset, Availability, Telemetry } from "$lib/api/types";
import { shareAt } from "./windows";

export interface Standing {
  sample: Telemetry | undefined;
  windows: Availability[];
  fault?: Fault;
}

/** Requests at a time: a fleet must not crowd out the rest of the page. */
const AT_ONCE = 6;

async function one(asset: Asset, signal: AbortSignal): Promise<Standing> {
  const path = { params: { path: { id: asset.id } }, signal };
  try {
    const [latest, availability] = await Promise.all([
      read(api.GET("/api/assets/{id}/telemetry/latest", path)),
      read(api.GET("/api/assets/{id}/availability", path)),
    ]);
    return { sample: latest.sample ?? undefined, windows: availability.windows };
  } catch (error) {
    if (signal.aborted) throw error;
    return { sample: undefined, windows: [], fault: faultOf(error) };
  }
}

/** Reads where every asset stands. */
export async function standings(assets: readonly Asset[], signal: AbortSignal): Promise<Map<string, Standing>> {
  const found = new Map<string, Standing>();
  const waiting = [...assets];
  const work = async () => {
    for (let asset = waiting.shift(); asset; asset = waiting.shift()) found.set(asset.id, await one(asset, signal));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

/** What is there of an asset now, 0 to 1, and why not all of it. */
export function thereNow(standing: Standing, now: number): { share: number; reason: string | undefined; until: number | undefined } {
  const windows = standing.windows.map((one) => ({ ...one, from: Date.parse(one.from), until: Date.parse(one.until) }));
  const share = shareAt(windows, now);
  const cause = windows.find((one) => one.from <= now && now < one.until && Number(one.limit) === share);
  return { share, reason: cause?.reason, until: cause?.until };
}

/** The next outage or derating that begins within so long. */
export function comingUp(standing: Standing, now: number, within: number): Availability | undefined {
  return standing.windows.find((one) => Date.parse(one.from) > now && Date.parse(one.from) <= now + within && Number(one.limit) < 1);
}
