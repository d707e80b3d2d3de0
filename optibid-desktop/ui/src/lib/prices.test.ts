import { expect, test, vi } from "vitest";

// The client and the session ask the page for its address.
vi.mock("./api/client", () => ({ api: {}, read: vi.fn() }));
vi.mock("./live/line.svelte", () => ({ line: { generation: 1, on: () => () => undefined } }));
vi.mock("./market.svelte", () => ({ seriesKey: (s: { market: string }) => s.market }));
vi.mock("./session.svelte", () => ({ session: {} }));
const { finest, grid, withPoint } = await import("./prices");

const H = 3_600_000;
const at = (start: number, end: number, price: string, known = "2024-01-01T00:00:00Z") => ({ start, end, price, value: Number(price), known_at: known, components: undefined });

test("an hour over its quarters gives way to them", () => {
  const points = finest([at(0, H, "9"), at(0, H / 4, "1"), at(H / 4, H / 2, "2"), at(H, 2 * H, "3")]);
  expect(points.map((p) => p.price)).toEqual(["1", "2", "3"]);
});

test("a new price is put in its place, a restated one over the old, an older one left out", () => {
  const points = [at(0, H, "1", "b"), at(2 * H, 3 * H, "3", "b")];
  expect(withPoint(points, at(H, 2 * H, "2")).map((p) => p.price)).toEqual(["1", "2", "3"]);
  expect(withPoint(points, at(2 * H, 3 * H, "4", "c")).map((p) => p.price)).toEqual(["1", "4"]);
  expect(withPoint(points, at(2 * H, 3 * H, "4", "a")).map((p) => p.price)).toEqual(["1", "3"]);
  expect(points).toHaveLength(2);
});

test("a price of an hour holds for its quarters, and gaps stay gaps", () => {
  const { x, step, columns } = grid([[at(0, H, "7"), at(2 * H, 3 * H, "8")], [at(H / 4, H / 2, "1")]]);
  expect(step).toBe(H / 4);
  expect(x).toHaveLength(12);
  expect(columns[0]).toEqual([7, 7, 7, 7, null, null, null, null, 8, 8, 8, 8]);
  expect(columns[1]!.slice(0, 3)).toEqual([null, 1, null]);
});
