// What a role may do, as the server's table says it: to explain beforehand what the server would refuse.
import type { Role } from "./api/types";

export type Permission =
  | "read assets" | "read bids" | "read jobs" | "read alerts"
  | "write assets" | "write bids" | "write alert rules" | "answer alerts"
  | "read audit" | "verify audit";

export function may(role: Role | undefined, permission: Permission): boolean {
  switch (permission) {
    case "read assets":
    case "read bids":
    case "read jobs":
    case "read alerts":
      return role !== undefined && role !== "billing_admin";
    case "write assets":
    case "write bids":
    case "write alert rules":
    case "answer alerts":
      return role === "super_admin" || role === "org_admin" || role === "analyst";
    case "read audit":
      return role === "super_admin" || role === "org_admin";
    case "verify audit":
      return role === "super_admin";
  }
}
