// Alarms that go on or wait for an answer: read once, kept up by events, told by the operating system where it is allowed.
import { api, read } from "./api/client";
import type { AlertView } from "./api/types";
import { line } from "./live/line.svelte";
import { platform } from "./platform";
import { settings } from "./settings.svelte";

class Alarms {
  list = $state.raw<AlertView[]>([]);
  /** When they were read; without that nobody may be told that there are none. */
  at = $state<number>();

  get open(): AlertView[] {
    return this.list.filter((alert) => !alert.ended_at);
  }
  get unanswered(): AlertView[] {
    return this.open.filter((alert) => alert.status === "unacknowledged" && !alert.shelved);
  }

  read = async (): Promise<void> => {
    const list = await read(api.GET("/api/alerts", { params: { query: { limit: 200 } } }));
    this.list = list.items;
    this.at = Date.now();
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
