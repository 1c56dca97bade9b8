import type { EventMap } from "../../protocol/src/events.ts";
import type { MethodMap } from "../../protocol/src/methods.ts";

/** Listening, in every namespace; event names and payloads are checked by the compiler. */
export interface Listening<Events> {
  /**
   * Calls back for each event, first for what this frame missed (`replayed: true`), then live.
   * Resolves when the host has accepted.
   */
  register<E extends keyof Events & string>(
    event: E,
    callback: (data: Events[E]) => void,
  ): Promise<{ event: E }>;
  /** Takes off the same callback. */
  unregister<E extends keyof Events & string>(
    event: E,
    callback: (data: Events[E]) => void,
  ): Promise<{ event: E }>;
}

/** What `initialize` gives: the agent's desk, by namespace (contract 6). */
export type OmniSdk = {
  readonly [N in keyof MethodMap]: MethodMap[N] & Listening<EventMap[N]>;
};
