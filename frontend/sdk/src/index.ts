/**
 * The Omni SDK: `ameyo-sdk.js` (contract 6).
 *
 * ```js
 * const omni = sdk.initialize({ context: "app" });
 * omni.interaction.register("interactionInitiated", (data) => show(data.phone));
 * ```
 */

import { type OmniConfig, readConfig } from "./config.ts";
import { createOmni, type Omni } from "./omni.ts";
import { bridgeError } from "./omni-error.ts";
import type { OmniSdk } from "./types.ts";

export type * from "../../protocol/src/events.ts";
export type * from "../../protocol/src/methods.ts";
export type { OmniConfig } from "./config.ts";
export { OmniError } from "./omni-error.ts";
export type { Listening, OmniSdk } from "./types.ts";

/** Shared by all copies of the SDK in a document: one frame has one bridge. */
const REGISTRY = Symbol.for("screenpop.omni-sdk");

interface Registered extends Omni {
  readonly config: string;
}

/**
 * Connects the page with the agent's desk. Synchronous, never throws: what is wrong is told by
 * the calls. The same configuration gives the same instance, another one replaces it.
 */
export function initialize(config: OmniConfig): OmniSdk {
  const page = globalThis as typeof globalThis & { [REGISTRY]?: Registered };
  const settings = readConfig(config);
  const text = JSON.stringify(settings);
  const current = page[REGISTRY];
  if (current?.config === text && !current.ended()) return current.sdk;
  current?.end(bridgeError("instance.replaced"));
  const omni = { ...createOmni(page.window, settings, import.meta.url), config: text };
  page[REGISTRY] = omni;
  return omni.sdk;
}

export default { initialize };
