// Measures the page in Chromium and prints a table beside the limits.
//   node bench/run.mjs [SECONDS]         the blotter and the chart; 20 seconds each where nothing is said
//   OPTIBID_BENCH_BASE=http://… OPTIBID_BENCH_PASSWORD=…   also the first paint and the what-if of a server with the demo
import { chromium } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";

const seconds = Number(process.argv[2] ?? 20);
const ui = new URL("..", import.meta.url).pathname;
const out = mkdtempSync(join(tmpdir(), "optibid-bench-"));
execFileSync("npx", ["vite", "build", "--config", "bench/vite.config.ts", "--logLevel", "error"], { cwd: ui, env: { ...process.env, BENCH_OUT: out }, stdio: "inherit" });

const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };
const files = createServer((request, response) => {
  const path = join(out, new URL(request.url, "http://x").pathname);
  if (!existsSync(path)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": KINDS[extname(path)] ?? "application/octet-stream" }).end(readFileSync(path));
});
await new Promise((done) => files.listen(0, "127.0.0.1", done));
const own = `http://127.0.0.1:${files.address().port}`;

const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox", "--js-flags=--expose-gc"] });
const rows = [];
const row = (what, measured, limit, good) => rows.push([what, measured, limit, good ? "ok" : "OVER"]);

/** Counts frames and long tasks from now on. */
const watch = (page) =>
  page.evaluate(() => {
    window.seen = { frames: 0, long: [], from: performance.now() };
    new PerformanceObserver((list) => window.seen.long.push(...list.getEntries().map((e) => e.duration))).observe({ entryTypes: ["longtask"] });
    const count = () => { window.seen.frames += 1; requestAnimationFrame(count); };
    requestAnimationFrame(count);
  });
const told = (page) => page.evaluate(() => ({ fps: (window.seen.frames * 1000) / (performance.now() - window.seen.from), long: window.seen.long }));
const heap = async (page) => {
  const line = await page.context().newCDPSession(page);
  await line.send("HeapProfiler.collectGarbage");
  const { usedSize } = await line.send("Runtime.getHeapUsage");
  await line.detach();
  return usedSize / 1e6;
};

{
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${own}/blotter.html`);
  await page.waitForSelector("[role=grid]");
  await page.waitForTimeout(3_000);
  const before = await heap(page);
  await watch(page);
  await page.waitForTimeout(seconds * 1000);
  const { fps, long } = await told(page);
  const grown = (await heap(page)) - before;
  row("blotter, 5,000 rows, 2,000 changes a second: frames a second", fps.toFixed(1), ">= 55", fps >= 55);
  row(`  tasks over 50 ms in ${seconds} s`, String(long.length), "0", long.length === 0);
  row(`  heap grown in ${seconds} s (MB, after collection)`, grown.toFixed(1), "< 20", grown < 20);
  await page.close();
}
{
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${own}/zoom.html`);
  const over = page.locator(".u-over");
  await over.waitFor();
  const box = await over.boundingBox();
  await watch(page);
  const until = Date.now() + seconds * 1000;
  for (let turn = 0; Date.now() < until; turn += 1) {
    // In by a third around a wandering point, three times, then out to the year.
    for (let depth = 0; depth < 3; depth += 1) {
      const at = box.x + box.width * (0.2 + 0.1 * ((turn + depth) % 5));
      await page.mouse.move(at, box.y + 200);
      await page.mouse.down();
      await page.mouse.move(at + box.width / 3, box.y + 200, { steps: 12 });
      await page.mouse.up();
    }
    await page.mouse.dblclick(box.x + box.width / 2, box.y + 200);
  }
  const { fps, long } = await told(page);
  row("a year of quarter-hour prices, zoomed by dragging: frames a second", fps.toFixed(1), ">= 55", fps >= 55);
  row(`  tasks over 50 ms in ${seconds} s`, String(long.length), "0", long.length === 0);
  await page.close();
}
const base = process.env.OPTIBID_BENCH_BASE;
if (base) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.request.post(`${base}/api/session`, { data: { email: "demo@optibid.example", password: process.env.OPTIBID_BENCH_PASSWORD }, headers: { origin: base } });
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    const page = await context.newPage();
    await page.goto(`${base}/`);
    await page.getByRole("main").getByRole("heading").first().waitFor();
    times.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
    const shown = await page.evaluate(() => performance.now());
    times[i] = Math.max(times[i], shown);
    await page.close();
  }
  times.sort((a, b) => a - b);
  row("overview with its figures from a local server, median of 5 (ms)", times[2].toFixed(0), "< 1000", times[2] < 1000);
}
await browser.close();
files.close();
rmSync(out, { recursive: true, force: true });
const widths = [0, 1, 2, 3].map((c) => Math.max(...rows.map((r) => r[c].length)));
for (const r of rows) console.log(r.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join("   "));
process.exit(rows.some((r) => r[3] !== "ok") ? 1 : 0);
