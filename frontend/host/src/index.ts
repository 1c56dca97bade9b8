/** The host side of the Omni SDK bridge: one `FrameBridge` per embedded frame (contract 6). */

export * from "./bridge.ts";
export type { HostMethod, HostMethods } from "./commands.ts";
export type { CursorStore, Cursors } from "./delivery.ts";
export * from "./feed.ts";
export type * from "./frame.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { PageWindow, type PageWindowOptions } from "./page-window.ts";
export * from "./refusal.ts";
export * from "./server.ts";
