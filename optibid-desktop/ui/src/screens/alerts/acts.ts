// What can be done with alarms and rules. Each tells what it did, and reads the alarms anew.
import { alarms } from "$lib/alarms.svelte";
import { api, read, versioned } from "$lib/api/client";
import type { AlertView, WatchedRule } from "$lib/api/types";
import { notices } from "$lib/notices.svelte";

const again = () => void alarms.read().catch(() => undefined);
const several = (count: number, one: string): string => (count === 1 ? one : `${count} ${one}s`);

/** Answers alarms; what was answered stays so when a later one fails. */
export async function acknowledge(list: readonly AlertView[], note: string): Promise<boolean> {
  let done = 0;
  try {
    for (const alarm of list) {
      await read(api.POST("/api/alerts/{id}/acknowledge", { params: { path: { id: alarm.id } }, body: { note } }));
      done += 1;
    }
    notices.tell(list.length === 1 ? `“${list[0]!.name}” is acknowledged` : `${done} alarms are acknowledged`);
    return true;
  } catch (error) {
    notices.fault(done ? `${done} of ${several(list.length, "alarm")} are acknowledged; the next was not` : `The ${list.length === 1 ? "alarm was" : "alarms were"} not acknowledged`, error);
    return false;
  } finally {
    again();
  }
}

/** Silences rules until an instant. */
export async function shelve(rules: readonly WatchedRule[], until: number, reason: string): Promise<boolean> {
  let done = 0;
  try {
    for (const { rule } of rules) {
      await read(api.POST("/api/alert-rules/{id}/shelve", { params: { path: { id: rule.id } }, body: { until: new Date(until).toISOString(), reason } }));
      done += 1;
    }
    const ids = rules.map((watched) => watched.rule.id);
    notices.tell(`${rules.length === 1 ? `“${rules[0]!.rule.content.name}” is` : `${done} rules are`} shelved`, {
      detail: "Its alarms are kept and not told.",
      act: { label: "Undo", run: () => void unshelve(ids) },
    });
    return true;
  } catch (error) {
    notices.fault(done ? `${done} of ${several(rules.length, "rule")} are shelved; the next was not` : "The rule was not shelved", error);
    return false;
  } finally {
    again();
  }
}

export async function unshelve(ids: readonly string[]): Promise<void> {
  try {
    for (const id of ids) await read(api.POST("/api/alert-rules/{id}/unshelve", { params: { path: { id } } }));
    notices.tell(ids.length === 1 ? "The silence is over; an alarm that goes on is told again" : `The silence of ${ids.length} rules is over`);
  } catch (error) {
    notices.fault("The silence was not ended", error);
  } finally {
    again();
  }
}

/** Switches a rule on or off, in the version that stands. */
export async function setEnabled(id: string, enabled: boolean): Promise<void> {
  try {
    const { value, version } = await versioned(api.GET("/api/alert-rules/{id}", { params: { path: { id } } }));
    await read(api.PUT("/api/alert-rules/{id}", { params: { path: { id }, header: { "If-Match": version ?? "" } }, body: { ...value.rule.content, enabled } }));
    notices.tell(`“${value.rule.content.name}” is ${enabled ? "watched again" : "off"}`, enabled ? {} : { act: { label: "Undo", run: () => void setEnabled(id, true) } });
  } catch (error) {
    notices.fault(`The rule was not switched ${enabled ? "on" : "off"}`, error);
  } finally {
    again();
  }
}

export async function remove(id: string, name: string): Promise<boolean> {
  try {
    await read(api.DELETE("/api/alert-rules/{id}", { params: { path: { id } } }));
    notices.tell(`“${name}” is removed`, { detail: "Its past alarms stay in the history." });
    return true;
  } catch (error) {
    notices.fault("The rule was not removed", error);
    return false;
  } finally {
    again();
  }
}
