// Where in a bid something is, in words.
import type { BidDraft } from "$lib/api/types";

/** `periods[3].curve.points[0].price` as `14:00, point 1, price`: where in the bid a rule is broken. */
export function fieldWords(field: string, content: BidDraft, clockOf: (start: number) => string): string {
  const parts = field.split(".").map((part) => {
    const [, name = part, index] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
    const i = index === undefined ? undefined : Number(index);
    if (i === undefined) return name === "curve" ? "" : name.replaceAll("_", " ");
    const period = name === "periods" ? content.periods?.[i]?.period : name === "spreads" ? content.spreads?.[i]?.period : undefined;
    if (period) return clockOf(Date.parse(period.start));
    if (name === "blocks") return `block ${content.blocks?.[i]?.name ?? i + 1}`;
    return `${{ points: "point", profile: "period", start_up: "start" }[name] ?? name} ${i + 1}`;
  });
  return parts.filter(Boolean).join(", ");
}
