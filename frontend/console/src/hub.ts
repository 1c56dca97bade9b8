import { followEvents } from "../../host/src/server.ts";
import type { FeedEvent, Snapshot } from "../../protocol/src/index.ts";
import { HANDLE_HEADER } from "./api.ts";

/** What a tab is told. The first message holds all that is known. */
export type FromHub =
  | { readonly t: "known"; readonly base: Snapshot; readonly log: readonly FeedEvent[] }
  | { readonly t: "event"; readonly event: FeedEvent }
  | { readonly t: "online"; readonly online: boolean }
  /** The session is over: the server refuses its login. */
  | { readonly t: "over" };

/** As many as the server keeps per stream (design 2.5). */
const KEPT = 10_000;
/** An open stream alone does not count as alive (design 5). Milliseconds. */
const KEEP_ALIVE = 20_000;
const KEEP_ALIVE_PATIENCE = 10_000;

/**
 * One login's reader of the event stream and its keep-alive, for all tabs of a browser.
 *
 * It runs in a SharedWorker, whose timers go on while tabs are hidden; where there is none, in
 * the tab itself. A browser gives an origin six connections, so there is one stream per login.
 */
export class Hub {
  readonly #handle: string;
  readonly #listeners = new Set<(message: FromHub) => void>();
  readonly #stopping = new AbortController();
  #base: Snapshot = { seq: 0, session: {}, interactions: [] };
  #log: FeedEvent[] = [];
  #lastSeq = 0;
  #known = false;
  #online = true;
  #over = false;
  #connection = new AbortController();

  constructor(handle: string) {
    this.#handle = handle;
    setInterval(() => void this.#keepAlive(), KEEP_ALIVE);
    void this.#follow();
  }

  /** Tells a tab everything from now on, beginning with all that is known. */
  listen(listener: (message: FromHub) => void): () => void {
    this.#listeners.add(listener);
    if (this.#over) listener({ t: "over" });
    else if (this.#known) listener({ t: "known", base: this.#base, log: this.#log });
    listener({ t: "online", online: this.#online });
    return () => this.#listeners.delete(listener);
  }

  async #follow(): Promise<void> {
    const status = await followEvents({
      url: "/api/v1/events",
      headers: { [HANDLE_HEADER]: this.#handle },
      lastSeq: () => this.#lastSeq,
      onEvent: (event) => this.#hear(event),
      onSnapshot: (snapshot) => {
        this.#base = snapshot;
        this.#log = [];
        this.#lastSeq = Math.max(this.#lastSeq, snapshot.seq);
        this.#tellAll();
      },
      signal: this.#stopping.signal,
      fetch: (input, init) => this.#fetch(input, init),
      random: Math.random,
    });
    if (status !== null) this.#end();
  }

  /** As `fetch`, noting whether the server is there. */
  async #fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.#connection = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, this.#connection.signal]);
    try {
      const reply = await fetch(input, { ...init, signal });
      this.#become(reply.status < 500);
      if (reply.ok && !this.#known) setTimeout(() => this.#tellAll(), 150);
      return reply;
    } catch (error) {
      this.#become(false);
      throw error;
    }
  }

  #hear(event: FeedEvent): void {
    if (event.seq <= this.#lastSeq) return;
    this.#lastSeq = event.seq;
    this.#log.push(event);
    if (this.#log.length > KEPT * 2) this.#log = this.#log.slice(-KEPT);
    if (this.#known) this.#tell({ t: "event", event });
  }

  /** The first page of the log has come, or the log began anew. */
  #tellAll(): void {
    this.#known = true;
    this.#tell({ t: "known", base: this.#base, log: this.#log });
  }

  async #keepAlive(): Promise<void> {
    if (this.#over) return;
    const reply = await fetch("/api/v1/console/keep-alive", {
      method: "POST",
      headers: { [HANDLE_HEADER]: this.#handle, "Content-Type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(KEEP_ALIVE_PATIENCE),
    }).catch(() => null);
    if (reply?.status === 401 || reply?.status === 403) this.#end();
    // A network that went silently leaves the old connection hanging: it is made anew.
    if (reply?.ok && !this.#online) this.#connection.abort();
    this.#become(reply !== null && reply.status < 500);
  }

  #become(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#tell({ t: "online", online });
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopping.abort();
    this.#tell({ t: "over" });
  }

  #tell(message: FromHub): void {
    for (const listener of [...this.#listeners]) listener(message);
  }
}
