// Weighs what a browser loads, gzipped, and fails where a budget is exceeded.
//   shell   index.html and all that it imports at once
//   routes  what a screen loads on top of the shell when it is opened
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const dist = new URL("../dist", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const BUDGETS = { shell: 150_000, route: 250_000 };
// The map of locations draws with WebGL; it is loaded by who opens it.
const LAZY = [/maplibre/];

const weigh = (file) => {
  try {
    return statSync(join(dist, `${file}.gz`)).size;
  } catch {
    return statSync(join(dist, file)).size;
  }
};

/** All files that come with an entry: itself, its static imports and their styles. */
function files(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) files(next, seen);
  return seen;
}
const sum = (keys) => {
  const all = new Set();
  for (const key of keys) {
    all.add(manifest[key].file);
    for (const css of manifest[key].css ?? []) all.add(css);
  }
  return [...all].reduce((total, file) => total + weigh(file), 0);
};

const shell = files("index.html");
const rows = [["shell", sum(shell) + weigh("index.html"), BUDGETS.shell]];
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue;
  const own = [...files(key)].filter((part) => !shell.has(part));
  const lazy = LAZY.some((pattern) => pattern.test(key));
  rows.push([chunk.src ?? key, sum(own), lazy ? Infinity : BUDGETS.route]);
}
let failed = false;
for (const [name, bytes, budget] of rows) {
  const over = bytes > budget;
  failed ||= over;
  const limit = budget === Infinity ? "lazy" : `of ${(budget / 1000).toFixed(0)} kB`;
  console.log(`${over ? "OVER" : "ok  "} ${(bytes / 1000).toFixed(1).padStart(7)} kB gzip ${limit.padEnd(10)} ${name}`);
}
if (failed) process.exit(1);
