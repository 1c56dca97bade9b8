/** The protocol of the Omni SDK bridge: names, messages, guards, payload types and the reducer. */

export * from "./catalogue.ts";
export * from "./errors.ts";
export type * from "./events.ts";
export * from "./guards.ts";
export type * from "./messages.ts";
export { PROTOCOL_VERSIONS } from "./messages.ts";
export type * from "./methods.ts";
export * from "./reduce.ts";
