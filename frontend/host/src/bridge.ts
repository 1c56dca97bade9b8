import {
  type Bye,
  type Call,
  type ErrorBody,
  errorBody,
  findEvent,
  type Hello,
  type HostMessage,
  isPageMessage,
  isWindowMessage,
  type PageMessage,
  PROTOCOL_VERSIONS,
  type Refusal,
  type Welcome,
} from "../../protocol/src/index.ts";
import { type HostMethods, perform } from "./commands.ts";
import { type CursorStore, Delivery } from "./delivery.ts";
import type { EventFeed } from "./feed.ts";
import type { App, Frame } from "./frame.ts";
import { DEFAULT_LIMITS, fits, type Limits, Meter } from "./limits.ts";
import { CommandRefused } from "./refusal.ts";
import type { ServerPort } from "./server.ts";

/**
 * `waiting`: no page has shaken hands yet, or it is reloading; `connected`; `cutOff`: the page
 * flooded and hears nothing until `restore`; `closed`.
 */
export type BridgeState = "waiting" | "connected" | "cutOff" | "closed";

/** One message as the inspector shows it. */
export interface Tapped {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly frameId: string;
  readonly direction: "fromPage" | "toPage";
  readonly via: "window" | "port";
  readonly message: unknown;
  /** `ok`, or why the message was not obeyed. */
  readonly outcome: string;
}

export interface BridgeOptions {
  readonly frame: Frame;
  /** The grant as it stands now; asked each time, so a change counts at once. */
  readonly app: () => App;
  /**
   * The frame's window, or null while it has none: the iframe's `contentWindow`, or that of a
   * `PageWindow` while the page stands there.
   */
  readonly frameWindow: () => Window | null;
  /** The window that messages arrive at: the host's own. */
  readonly hostWindow: Window;
  readonly server: ServerPort;
  readonly feed: EventFeed;
  readonly cursors: CursorStore;
  readonly methods: HostMethods;
  /** `KeyboardEvent.code` of the letters whose Ctrl+Alt chord is the host's. */
  readonly chords?: readonly string[];
  readonly limits?: Limits;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly onState?: (state: BridgeState) => void;
  readonly onChord?: (code: string) => void;
  /** The frame's window asked from an origin that the app does not list. */
  readonly onForeignOrigin?: (origin: string) => void;
  readonly tap?: (tapped: Tapped) => void;
}

/** What one document of the frame has. */
interface Connection {
  readonly page: string;
  readonly port: MessagePort;
  /** The calls of this document by id, with the answer once there is one. */
  readonly calls: Map<number, HostMessage | null>;
}

/** So many answers are kept for a document that asks again after a reset. */
const ANSWERS_KEPT = 256;
/** A message too large to read counts as this many. */
const COST_OF_EXCESS = 50;

/**
 * The host's end of the bridge to one frame (contract 6, docs/sdk-protocol.md).
 *
 * It never speaks first. It hears hellos from the frame's own window and the app's configured
 * origins only, answers to that exact origin, and then talks over a private port. It has no UI:
 * what there is to show comes out of the callbacks.
 */
export class FrameBridge {
  readonly #options: BridgeOptions;
  readonly #delivery: Delivery;
  readonly #now: () => number;
  readonly #stopFeed: () => void;
  #meter: Meter;
  #state: BridgeState = "waiting";
  #connection: Connection | null = null;
  #latest: Hello | null = null;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#meter = this.#newMeter();
    const { frame, app, feed, cursors } = options;
    this.#delivery = new Delivery(frame, app, feed, cursors, (event) => this.#post(event));
    this.#stopFeed = feed.subscribe((event) => this.#delivery.hear(event));
    options.hostWindow.addEventListener("message", this.#onWindowMessage);
  }

  get state(): BridgeState {
    return this.#state;
  }

  /**
   * To be called on each `load` of the frame, and when its window was closed. Whoever held the port may be another page now; the
   * same page, if it was quick, shakes hands again and loses nothing.
   */
  frameLoaded(): void {
    this.#disconnect("load");
    if (this.#state === "connected") this.#become("waiting");
  }

  /** Gives a frame that was cut off another chance; it is heard again from its next hello on. */
  restore(): void {
    if (this.#state !== "cutOff") return;
    this.#meter = this.#newMeter();
    this.#become("waiting");
  }

  /** Tells an event of the host's own, such as `interactionFocused`, to whoever listens now. */
  emit(namespace: string, name: string, payload: Readonly<Record<string, unknown>>): void {
    this.#delivery.emit(namespace, name, payload);
  }

  /** Ends the bridge; cursors stay in the store. */
  close(): void {
    this.#stopFeed();
    this.#options.hostWindow.removeEventListener("message", this.#onWindowMessage);
    this.#disconnect("closed");
    this.#become("closed");
  }

  #newMeter(): Meter {
    return new Meter(this.#options.limits ?? DEFAULT_LIMITS, this.#now);
  }

  #onWindowMessage = ({ data, source, origin }: MessageEvent): void => {
    const page = this.#options.frameWindow();
    // Everything else on this window is somebody else's conversation.
    if (page === null || source !== page || !isWindowMessage(data)) return;
    if (data.screenpop !== "hello" || this.#state === "cutOff") return;
    if (!this.#options.app().origins.includes(origin)) {
      this.#tap("fromPage", "window", data, `not one of the app's origins: ${origin}`);
      this.#options.onForeignOrigin?.(origin);
      return;
    }
    if (this.#meter.count() === "cutOff") {
      this.#cutOff();
      return;
    }
    this.#tap("fromPage", "window", data, "ok");
    this.#latest = data;
    if (this.#delivery.pending && data.page !== this.#connection?.page) {
      // The last document's acknowledgements may still stand behind this hello: let them in.
      setTimeout(() => this.#latest === data && this.#answer(data, page, origin));
    } else {
      this.#answer(data, page, origin);
    }
  };

  #answer({ versions, page, attempt }: Hello, target: Window, origin: string): void {
    if (this.#state === "cutOff" || this.#state === "closed") return;
    const version = PROTOCOL_VERSIONS.find((known) => versions.includes(known));
    if (version === undefined) {
      const code = "version.unsupported";
      const refusal: Refusal = {
        screenpop: "refusal",
        page,
        attempt,
        code,
        versions: PROTOCOL_VERSIONS,
      };
      this.#tap("toPage", "window", refusal, "ok");
      target.postMessage(refusal, origin);
      return;
    }
    const same = this.#connection?.page === page;
    const calls = (same && this.#connection?.calls) || new Map<number, HostMessage | null>();
    this.#disconnect(same ? "load" : "replaced");
    const { port1, port2 } = new MessageChannel();
    const connection = { page, port: port1, calls };
    this.#connection = connection;
    this.#delivery.batching = version >= 2;
    port1.onmessage = (event: MessageEvent) => this.#onPortMessage(connection, event.data);
    const welcome: Welcome = {
      screenpop: "welcome",
      version,
      page,
      attempt,
      stream: this.#options.feed.stream,
      n: this.#delivery.n,
      chords: this.#options.chords ?? [],
    };
    this.#tap("toPage", "window", welcome, "ok");
    target.postMessage(welcome, origin, [port2]);
    this.#become("connected");
  }

  #onPortMessage(connection: Connection, data: unknown): void {
    if (connection !== this.#connection) return;
    const readable = fits(data, (this.#options.limits ?? DEFAULT_LIMITS).size);
    const known = readable && isPageMessage(data);
    if (known && this.#acknowledges(data)) {
      this.#tap("fromPage", "port", data, "ok");
      return;
    }
    if (!known || data.t !== "subscribe") this.#delivery.release();
    const verdict = this.#meter.count(readable ? 1 : COST_OF_EXCESS);
    if (verdict === "cutOff") {
      this.#cutOff();
      return;
    }
    if (!known) {
      this.#tap("fromPage", "port", readable ? data : null, "not a message, or too large");
      if (!readable && isPageMessage(data))
        this.#refuse(data, errorBody("InvalidInput", TOO_LARGE));
    } else if (verdict === "refuse") {
      this.#tap("fromPage", "port", data, "too.many.requests");
      this.#delivery.release();
      this.#refuse(data, errorBody("too.many.requests"));
    } else {
      this.#tap("fromPage", "port", data, "ok");
      this.#obey(connection, data);
    }
  }

  #acknowledges(message: PageMessage): boolean {
    if (message.t === "ack") return this.#delivery.acknowledge(message.n, message.taken);
    if (message.t !== "acks") return false;
    return this.#delivery.acknowledge(message.last, message.taken, message.first);
  }

  #obey(connection: Connection, message: PageMessage): void {
    switch (message.t) {
      case "call":
        this.#onCall(connection, message);
        break;
      case "subscribe": {
        const entry = findEvent(message.namespace, message.event);
        const { scopes } = this.#options.app();
        if (entry && scopes.includes(entry.scope)) {
          this.#delivery.subscribe(message, (answer) => this.#post(answer));
        } else {
          this.#refuse(message, errorBody(entry ? "access.denied" : "unknown.event"));
          if (!message.more) this.#delivery.release();
        }
        break;
      }
      case "unsubscribe":
        if (!findEvent(message.namespace, message.event)) {
          this.#refuse(message, errorBody("unknown.event"));
        } else {
          this.#delivery.unsubscribe(message.namespace, message.event, message.after);
          this.#post({ t: "result", id: message.id, value: null });
        }
        break;
      case "chord":
        if (this.#options.chords?.includes(message.code)) this.#options.onChord?.(message.code);
        break;
      case "ping":
        this.#post({ t: "pong", id: message.id });
        break;
      case "leave":
        this.#disconnect("closed");
        this.#become("waiting");
        break;
      case "ack":
      case "acks":
        break;
    }
  }

  /** A call that is sent again after a reset is answered again, not performed again. */
  #onCall(connection: Connection, call: Call): void {
    const { page, calls } = connection;
    const answered = calls.get(call.id);
    if (answered) this.#post(answered);
    if (calls.has(call.id)) return;
    calls.set(call.id, null);
    const { frame, app, server, methods } = this.#options;
    const answer = (message: HostMessage) => {
      calls.set(call.id, message);
      this.#forget(calls);
      if (this.#connection?.page === page) this.#post(message);
    };
    const succeed = (value: unknown) => answer({ t: "result", id: call.id, value: value ?? null });
    const fail = (error: unknown) => answer({ t: "failure", id: call.id, error: bodyOf(error) });
    try {
      const outcome = perform(call, frame, app(), server, methods);
      // Synchronous answers go out at once: a promise would cost each of them a turn.
      if (outcome instanceof Promise) outcome.then(succeed, fail);
      else succeed(outcome);
    } catch (error) {
      fail(error);
    }
  }

  #forget(calls: Map<number, HostMessage | null>): void {
    for (const [id, answered] of calls) {
      if (calls.size <= ANSWERS_KEPT) return;
      if (answered) calls.delete(id);
    }
  }

  #refuse(message: PageMessage, error: ErrorBody): void {
    if ("id" in message && message.t !== "ping") {
      this.#post({ t: "failure", id: message.id, error });
    }
  }

  #post(message: HostMessage): void {
    if (!this.#connection) return;
    this.#tap("toPage", "port", message, "ok");
    this.#connection.port.postMessage(message);
  }

  #disconnect(reason: Bye["reason"]): void {
    this.#post({ t: "bye", reason });
    this.#connection?.port.close();
    this.#connection = null;
    this.#delivery.disconnect();
  }

  #cutOff(): void {
    this.#disconnect("flood");
    this.#become("cutOff");
  }

  #become(state: BridgeState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  #tap(
    direction: Tapped["direction"],
    via: Tapped["via"],
    message: unknown,
    outcome: string,
  ): void {
    const { tap, frame } = this.#options;
    tap?.({ time: this.#now(), frameId: frame.id, direction, via, message, outcome });
  }
}

const TOO_LARGE = "The arguments are too large for the bridge.";

/** What the page is told; a fault of the host's own is not described to it. */
function bodyOf(error: unknown): ErrorBody {
  return error instanceof CommandRefused ? error.body : errorBody("host.fault");
}
