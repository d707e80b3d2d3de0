// What the parts of the alerts screen share: which dialog is open and for what, and how assets are called.
import type { AlertView, Asset, WatchedRule } from "$lib/api/types";
import { shortId } from "$lib/format";

class AlertsDesk {
  /** The alarms that are about to be answered. */
  acknowledging = $state.raw<readonly AlertView[]>();
  /** The rules that are about to be shelved. */
  shelving = $state.raw<readonly WatchedRule[]>();
  /** The rule that is edited; without an id it is a new one. */
  editing = $state.raw<{ id?: string | undefined }>();
  removing = $state.raw<WatchedRule>();
  assets = $state.raw<readonly Asset[]>([]);

  assetName = (id: string): string => this.assets.find((asset) => asset.id === id)?.name ?? `asset ${shortId(id)}`;

  close(): void {
    this.acknowledging = this.shelving = this.editing = this.removing = undefined;
  }
}

export const desk = new AlertsDesk();
