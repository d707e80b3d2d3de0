// Alarms that go on or wait for an answer: read once, kept up by events, told by the operating system where it is allowed.
import { api, read } from "./api/client";
import { faultOf, type Fault } from "./api/fault";
import type { AlertView, WatchedRule } from "./api/types";
import { clock } from "./clock.svelte";
import { line } from "./live/line.svelte";
import { platform } from "./platform";
import { allOf } from "./resource.svelte";
import { settings } from "./settings.svelte";

class Alarms {
  /** All that go on, and those that ended without an answer in the last week. */
  list = $state.raw<AlertView[]>([]);
  rules = $state.raw<WatchedRule[]>([]);
  /** When they were read; without that nobody may be told that there are none. */
  at = $state<number>();
  /** Why they could not be read the last time. */
  fault = $state.raw<Fault>();
  #reading = 0;

  get open(): AlertView[] {
    return this.list.filter((alert) => !alert.ended_at);
  }
  get unanswered(): AlertView[] {
    return this.open.filter((alert) => alert.status === "unacknowledged" && !this.silent(alert));
  }

  rule(id: string): WatchedRule | undefined {
    return this.rules.find((watched) => watched.rule.id === id);
  }

  /** Whether its rule is shelved now. What the alarm itself says tells how it began. */
  silent(alert: AlertView): boolean {
    const until = this.rule(alert.rule)?.standing.shelved?.until;
    return until !== undefined && Date.parse(until) > clock.now;
  }

  read = async (): Promise<void> => {
    const reading = ++this.#reading;
    try {
      const [list, rules] = await Promise.all([
        allOf((after) => read(api.GET("/api/alerts", { params: { query: { outstanding: true, limit: 200, after } } }))),
        allOf((after) => read(api.GET("/api/alert-rules", { params: { query: { limit: 200, after } } }))),
      ]);
      // A later reading has begun: what it finds is newer.
      if (reading !== this.#reading) return;
      this.list = list;
      this.rules = rules;
      this.at = Date.now();
      this.fault = undefined;
    } catch (error) {
      if (reading === this.#reading) this.fault = faultOf(error);
      throw error;
    }
  };

  listen(): () => void {
    void this.read().catch(() => undefined);
    return line.on("alert", (told) => {
      void this.read().catch(() => undefined);
      if (told.change !== "raised") return;
      platform.notify(`${told.severity}: ${told.name}`, told.message);
      if (settings.sound) beep(told.severity === "critical" ? 880 : 620);
    });
  }
}

/** A short tone, made here: no file has to be loaded for it. */
function beep(hertz: number): void {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.12, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
  tone.onended = () => void audio.close();
}

export const alarms = new Alarms();
