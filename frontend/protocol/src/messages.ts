/**
 * What crosses the bridge (docs/sdk-protocol.md tells the story, this file the shapes).
 *
 * Window messages shake hands; everything else goes over the private MessagePort. A field that
 * must not be forgotten is typed `| null`, never optional.
 */

import type { ErrorBody } from "./errors.ts";

/** The versions this build speaks, newest first. Version 2 tells many events in one message. */
export const PROTOCOL_VERSIONS: readonly number[] = [2, 1];

/** Page to host, by `window.postMessage` to one exact origin: asks for a port. */
export interface Hello {
  readonly screenpop: "hello";
  /** Every version the SDK speaks; the host picks the highest it knows. */
  readonly versions: readonly number[];
  /** Drawn once per SDK instance: tells a new document from the same one asking again. */
  readonly page: string;
  /** Counts this instance's hellos; only the answer to the latest one is taken. */
  readonly attempt: number;
  /** The SDK's release, for the inspector. */
  readonly sdk: string;
}

/** Host to page, by `window.postMessage`, with the port transferred. */
export interface Welcome {
  readonly screenpop: "welcome";
  readonly version: number;
  readonly page: string;
  readonly attempt: number;
  /** Names the event stream: when it differs from the last one, remembered cursors are void. */
  readonly stream: string;
  /** The number of the last event sent to this frame; the next one has `n + 1`. */
  readonly n: number;
  /** `KeyboardEvent.code` of the letters whose Ctrl+Alt chord is the console's. */
  readonly chords: readonly string[];
}

/** Host to page: no common version. */
export interface Refusal {
  readonly screenpop: "refusal";
  readonly page: string;
  readonly attempt: number;
  readonly code: "version.unsupported";
  readonly versions: readonly number[];
}

export type WindowMessage = Hello | Welcome | Refusal;

/** A command. After a reset it is sent again with the same `id` and `requestId`. */
export interface Call {
  readonly t: "call";
  readonly id: number;
  readonly namespace: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly requestId: string;
}

/** Asks for an event. `after` and `live` are null, or what `subscribed` and the events told. */
export interface Subscribe {
  readonly t: "subscribe";
  readonly id: number;
  readonly namespace: string;
  readonly event: string;
  /** The last `seq` of this event that this document took. */
  readonly after: number | null;
  /** Where the past ended when this document first asked. */
  readonly live: number | null;
  /** Another `subscribe` follows at once: hold the events back, so that all come in order. */
  readonly more: boolean;
}

export interface Unsubscribe {
  readonly t: "unsubscribe";
  readonly id: number;
  readonly namespace: string;
  readonly event: string;
  /**
   * The last `seq` of this event that a callback heard: what was acknowledged beyond it, as part
   * of `events`, was not told to anybody. Pages of version 1 do not say.
   */
  readonly after?: number | null;
}

/** Sent before the callbacks run. `taken` is false when no callback was left to hear it. */
export interface Ack {
  readonly t: "ack";
  readonly n: number;
  readonly taken: boolean;
}

/** Version 2: the same for a run of the events of one `events`, from `first` to `last`. */
export interface Acks {
  readonly t: "acks";
  readonly first: number;
  readonly last: number;
  readonly taken: boolean;
}

/** A key chord of the console that was typed in the page. */
export interface Chord {
  readonly t: "chord";
  readonly code: string;
}

export interface Ping {
  readonly t: "ping";
  readonly id: number;
}

/** The page lets go of the bridge. */
export interface Leave {
  readonly t: "leave";
}

export type PageMessage = Call | Subscribe | Unsubscribe | Ack | Acks | Chord | Ping | Leave;

export interface Result {
  readonly t: "result";
  readonly id: number;
  readonly value: unknown;
}

export interface Failure {
  readonly t: "failure";
  readonly id: number;
  readonly error: ErrorBody;
}

/** The answer to `subscribe`: nothing up to `after` will come; up to `live` it is the past. */
export interface Subscribed {
  readonly t: "subscribed";
  readonly id: number;
  readonly after: number;
  readonly live: number;
}

/** One event as it is told to one subscription. */
export interface ToldEvent {
  /** The `id` of the `subscribe` that asked for it; an older one's events are not taken. */
  readonly subscription: number;
  readonly namespace: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventMessage extends ToldEvent {
  readonly t: "event";
  /** The frame's own counter, without gaps. */
  readonly n: number;
}

/** Version 2: events that came together, such as those a page missed. */
export interface EventsMessage {
  readonly t: "events";
  /** The counter of the first; each further one has the next number. */
  readonly n: number;
  readonly events: readonly ToldEvent[];
}

export interface Pong {
  readonly t: "pong";
  readonly id: number;
}

/** The host closes the port: `load` asks for a new hello, the others tell why not to. */
export interface Bye {
  readonly t: "bye";
  readonly reason: "load" | "replaced" | "flood" | "closed";
}

export type HostMessage = Result | Failure | Subscribed | EventMessage | EventsMessage | Pong | Bye;
