// The names of the API's types, as the server describes them (openapi.json).
import type { components } from "./schema";

type Schemas = components["schemas"];

export type AlertRule = Schemas["WatchedRule"];
export type AlertView = Schemas["AlertView"];
export type Asset = Schemas["Asset"];
export type AuditView = Schemas["AuditView"];
export type BidEvent = Schemas["BidEvent"];
export type BidState = Schemas["BidState"];
export type BidView = Schemas["BidView"];
export type BidDraft = Schemas["BidDraft"];
export type ClientMessage = Schemas["ClientMessage"];
export type DayView = Schemas["DayView"];
export type Event = Schemas["Event"];
export type Job = Schemas["Job"];
export type Location = Schemas["Location"];
export type MarketView = Schemas["MarketView"];
export type MeView = Schemas["MeView"];
export type Money = Schemas["Money"];
export type PeriodView = Schemas["PeriodView"];
export type Position = Schemas["Position"];
export type PriceView = Schemas["PriceView"];
export type Problem = Schemas["Problem"];
export type ProductView = Schemas["ProductView"];
export type ProfitAndLoss = Schemas["ProfitAndLoss"];
export type Resolution = Schemas["Resolution"];
export type Role = Schemas["Role"];
export type ServerMessage = Schemas["ServerMessage"];
export type SettlementStatement = Schemas["SettlementStatement"];
export type Topic = Schemas["Topic"];
export type Validation = Schemas["Validation"];
export type Violation = Schemas["Violation"];
export type WatchedRule = Schemas["WatchedRule"];
