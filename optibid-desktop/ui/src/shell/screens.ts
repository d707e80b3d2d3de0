// The screens with their addresses, in the order of the rail. Each is loaded when it is opened.
import type { Component } from "svelte";
import Activity from "@lucide/svelte/icons/activity";
import BatteryCharging from "@lucide/svelte/icons/battery-charging";
import ChartSpline from "@lucide/svelte/icons/chart-spline";
import FlaskConical from "@lucide/svelte/icons/flask-conical";
import LayoutDashboard from "@lucide/svelte/icons/layout-dashboard";
import Landmark from "@lucide/svelte/icons/landmark";
import ListOrdered from "@lucide/svelte/icons/list-ordered";

type Loaded = Promise<{ default: Component }>;
export interface Screen {
  /** `/bids` also holds `/bids/…`. */
  path: string;
  name: string;
  keys: string;
  icon?: Component<{ size?: number }>;
  load: () => Loaded;
  /** Whether it stands in the rail. */
  rail: boolean;
}

const of = (path: string, name: string, keys: string, load: () => Loaded, icon?: unknown): Screen => ({
  path, name, keys, load, rail: icon !== undefined,
  ...(icon ? { icon: icon as Component<{ size?: number }> } : {}),
});

export const SCREENS: Screen[] = [
  of("/", "Overview", "g o", () => import("../screens/overview/Overview.svelte"), LayoutDashboard),
  of("/market", "Market", "g m", () => import("../screens/market/Market.svelte"), Activity),
  of("/bids", "Bids", "g b", () => import("../screens/bids/Bids.svelte"), ListOrdered),
  of("/assets", "Assets", "g a", () => import("../screens/assets/Assets.svelte"), BatteryCharging),
  of("/forecasts", "Forecasts", "g f", () => import("../screens/forecasts/Forecasts.svelte"), ChartSpline),
  of("/runs", "Runs", "g r", () => import("../screens/runs/Runs.svelte"), FlaskConical),
  of("/settlement", "Settlement", "g s", () => import("../screens/settlement/Settlement.svelte"), Landmark),
  of("/alerts", "Alerts", "g l", () => import("../screens/alerts/Alerts.svelte")),
  of("/audit", "Audit", "g u", () => import("../screens/audit/Audit.svelte")),
  of("/settings", "Settings", "g t", () => import("../screens/settings/Settings.svelte")),
  of("/admin", "Admin", "g n", () => import("../screens/admin/Admin.svelte")),
];

/** The screen of an address. */
export const screenAt = (path: string): Screen | undefined =>
  SCREENS.find((screen) => path === screen.path || (screen.path !== "/" && path.startsWith(`${screen.path}/`)));
