// Starts the built server with the demo organisation on a free port, in a temporary folder, for the whole run, and stops it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PATIENCE = 120_000;

function program(): string {
  const target = process.env["CARGO_TARGET_DIR"] ?? resolve(import.meta.dirname, "../../../target");
  const found = process.env["OPTIBID_PROGRAM"] ?? join(target, "debug/optibid");
  if (!existsSync(found)) throw new Error(`no server at ${found}: cargo build -p optibid-server --bin optibid`);
  return found;
}

const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? found(address.port) : failed(new Error("no port"))));
    });
  });

export default async function start(): Promise<(() => Promise<void>) | undefined> {
  // One that runs already, such as `npm run dev` while the page is worked on; its demo password comes in OPTIBID_E2E_PASSWORD.
  if (process.env["OPTIBID_E2E_BASE"]) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "optibid-e2e-"));
  const port = await freePort();
  const server = spawn(program(), ["serve", "--demo"], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      PORT: String(port),
      DATA_DIR: folder,
      DATABASE_URL: `sqlite://${folder}/optibid.db`,
      ...(process.env["OPTIBID_E2E_LOCATIONS"] ? { LOCATIONS_FILE: process.env["OPTIBID_E2E_LOCATIONS"] } : {}),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ready = new Promise<string>((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`the server does not start:\n${said}`)), PATIENCE);
    const hear = (part: Buffer) => {
      said += part.toString();
      const password = /password\s+([0-9a-f-]{10,})/.exec(said)?.[1];
      if (!password) return;
      clearTimeout(timer);
      found(password);
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.once("exit", (code) => failed(new Error(`the server ended with ${code}:\n${said}`)));
  });
  process.env["OPTIBID_E2E_PASSWORD"] = await ready;
  process.env["OPTIBID_E2E_BASE"] = `http://localhost:${port}`;
  return async () => {
    const ended = new Promise((done) => server.once("exit", done));
    server.removeAllListeners("exit");
    server.once("exit", () => undefined);
    server.kill("SIGTERM");
    await Promise.race([ended, new Promise((done) => setTimeout(done, 15_000))]);
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
}
