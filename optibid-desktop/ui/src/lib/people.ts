// Who did something, as far as it is known: oneself by name, others by the end of their id.
import type { Actor } from "./api/types";
import { shortId } from "./format";
import { session } from "./session.svelte";

export const person = (id: string): string => (session.me?.user.id === id ? session.me.user.name : `user ${shortId(id)}`);

export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return person(actor.id);
    case "system":
      return "OptiBid";
    case "venue":
      return "venue";
  }
}
