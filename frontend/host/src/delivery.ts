import {
  type EventMessage,
  type EventsMessage,
  type FeedEvent,
  keyOf,
  type Subscribe,
  type Subscribed,
  type ToldEvent,
} from "../../protocol/src/index.ts";
import type { EventFeed } from "./feed.ts";
import type { App, Frame } from "./frame.ts";
import { hears, presented } from "./hearing.ts";

/** Per event, as `namespace.name`, the last `seq` that was sent to the frame. */
export type Cursors = Readonly<Record<string, number>>;

/** Keeps cursors where a reload of the host does not lose them. Both calls are synchronous. */
export interface CursorStore {
  load(frameId: string): Cursors | null;
  save(frameId: string, cursors: Cursors): void;
}

/** So many events may be on their way to one frame; a page that is stuck holds up nobody else. */
const WINDOW = 256;
/** So many are told in one message; a page that dies over one of them has lost the others. */
const BATCH = 64;
/** Where the host's own events stand in a queue: behind what has a number. */
const HOSTS_OWN = Number.MAX_SAFE_INTEGER;

interface Subscription {
  readonly id: number;
  readonly after: number;
  /** Events up to here are the past: marked, and only of interactions not yet disposed. */
  readonly live: number;
}

interface Sending {
  readonly key: string;
  readonly subscription: number;
  readonly event: Omit<FeedEvent, "seq"> & { readonly seq: number | null };
  readonly replayed: boolean;
}

/**
 * Each event at most once per frame, none lost (contract 6, delivery; docs/sdk-protocol.md).
 *
 * Two cursors per event name: what the page has *taken*, which counts while this host lives, and
 * what was *sent*, which is kept in the store before it is sent, so that a host that dies in
 * between leaves nothing to be told twice. A document that outlives its port, or its host, says
 * by itself how far it came.
 */
export class Delivery {
  /** The number of the last event sent to this frame. */
  n = 0;
  /** Whether the page takes many events in one message (version 2). */
  batching = false;
  readonly #frame: Frame;
  readonly #app: () => App;
  readonly #feed: EventFeed;
  readonly #store: CursorStore;
  readonly #send: (message: EventMessage | EventsMessage) => void;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #onTheirWay = new Map<number, Sending>();
  readonly #taken: Map<string, number>;
  /** What the store holds: taken, or on its way. */
  #sent: Map<string, number>;
  #queue: Sending[] = [];
  #held = false;

  constructor(
    frame: Frame,
    app: () => App,
    feed: EventFeed,
    store: CursorStore,
    send: (message: EventMessage | EventsMessage) => void,
  ) {
    this.#frame = frame;
    this.#app = app;
    this.#feed = feed;
    this.#store = store;
    this.#send = send;
    this.#taken = new Map(Object.entries(store.load(frame.id) ?? {}));
    this.#sent = new Map(this.#taken);
  }

  /** Whether a page has yet to say that it took what was sent. */
  get pending(): boolean {
    return this.#onTheirWay.size > 0;
  }

  /**
   * Begins to deliver one event; `reply` is called before the first one goes out. When `more`
   * subscriptions follow, events are held back until the last of them, to keep one order.
   */
  subscribe(
    { id, namespace, event, after, live, more }: Subscribe,
    reply: (answer: Subscribed) => void,
  ): void {
    const key = keyOf(namespace, event);
    if (after !== null) this.#take(key, after);
    const from = after ?? this.#taken.get(key) ?? this.#frame.startSeq;
    const subscription = { id, after: from, live: live ?? this.#feed.seq };
    this.#queue = this.#queue.filter((sending) => sending.key !== key);
    this.#subscriptions.set(key, subscription);
    reply({ t: "subscribed", id, after: from, live: subscription.live });
    for (const past of this.#feed.since(from)) this.#offer(key, subscription, past);
    this.#queue.sort((a, b) => (a.event.seq ?? HOSTS_OWN) - (b.event.seq ?? HOSTS_OWN));
    this.#held = more;
    this.#flush();
  }

  /** Whatever else the page says ends a row of subscriptions. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#flush();
  }

  /** `after`: the last one heard, where the page acknowledged more than it could tell. */
  unsubscribe(namespace: string, event: string, after: number | null = null): void {
    const key = keyOf(namespace, event);
    this.#subscriptions.delete(key);
    this.#queue = this.#queue.filter((sending) => sending.key !== key);
    if (after === null || after >= (this.#taken.get(key) ?? after)) return;
    this.#taken.set(key, after);
    this.#recall();
  }

  /**
   * The page has the events from `first` to `last`. False: one of them was never sent, or was
   * acknowledged before.
   */
  acknowledge(last: number, taken: boolean, first = last): boolean {
    if (first > last || last - first >= WINDOW) return false;
    const sendings = new Map<number, Sending>();
    for (let n = first; n <= last; n += 1) {
      const sending = this.#onTheirWay.get(n);
      if (!sending) return false;
      sendings.set(n, sending);
    }
    for (const [n, { key, event }] of sendings) {
      this.#onTheirWay.delete(n);
      if (taken && event.seq !== null) this.#take(key, event.seq);
    }
    if (!taken) this.#recall();
    this.#flush();
    return true;
  }

  /** A new event of the feed. */
  hear(event: FeedEvent): void {
    const key = keyOf(event.namespace, event.name);
    const subscription = this.#subscriptions.get(key);
    if (subscription) this.#offer(key, subscription, event);
    this.#flush();
  }

  /** An event of the console's own: for whoever listens now. */
  emit(namespace: string, name: string, payload: FeedEvent["payload"]): void {
    const key = keyOf(namespace, name);
    const subscription = this.#subscriptions.get(key);
    const event = { seq: HOSTS_OWN, namespace, name, payload };
    if (!subscription || !hears(this.#frame, this.#app(), event)) return;
    const sending = { key, subscription: subscription.id, replayed: false };
    this.#queue.push({ ...sending, event: { ...event, seq: null } });
    this.#flush();
  }

  /** The port is gone; the next one begins with what was taken. */
  disconnect(): void {
    this.#subscriptions.clear();
    this.#onTheirWay.clear();
    this.#queue = [];
    this.#held = false;
  }

  #take(key: string, seq: number): void {
    raise(this.#taken, key, seq);
    raise(this.#sent, key, seq);
  }

  #offer(key: string, { id, after, live }: Subscription, event: FeedEvent): void {
    if (keyOf(event.namespace, event.name) !== key || event.seq <= after) return;
    if (!hears(this.#frame, this.#app(), event)) return;
    const replayed = event.seq <= live;
    const concernsCall = event.namespace === "interaction";
    if (replayed && concernsCall && !this.#feed.isOpen(event.payload)) return;
    this.#queue.push({ key, subscription: id, event, replayed });
  }

  #flush(): void {
    // In batches: half the window is kept full, and the store is written once for each.
    if (this.#held || this.#queue.length === 0 || this.#onTheirWay.size > WINDOW / 2) return;
    const batch = this.#queue.splice(0, WINDOW - this.#onTheirWay.size);
    for (const { key, event } of batch) if (event.seq !== null) raise(this.#sent, key, event.seq);
    this.#store.save(this.#frame.id, Object.fromEntries(this.#sent));
    const size = this.batching ? BATCH : 1;
    for (let at = 0; at < batch.length; at += size) this.#tell(batch.slice(at, at + size));
  }

  /** Sends these in one message. */
  #tell(batch: readonly Sending[]): void {
    const app = this.#app();
    const first = this.n + 1;
    const events = batch.map((sending): ToldEvent => {
      this.n += 1;
      this.#onTheirWay.set(this.n, sending);
      const { namespace, name, payload, seq } = sending.event;
      const data = { ...presented(app, payload), seq };
      return {
        subscription: sending.subscription,
        namespace,
        event: name,
        data: sending.replayed ? { ...data, replayed: true } : data,
      };
    });
    const [only] = events;
    if (only && events.length === 1) this.#send({ t: "event", n: first, ...only });
    else this.#send({ t: "events", n: first, events });
  }

  /** Something was sent for nothing: it is not to count as sent. */
  #recall(): void {
    this.#sent = new Map(this.#taken);
    for (const { key, event } of this.#onTheirWay.values()) {
      if (event.seq !== null) raise(this.#sent, key, event.seq);
    }
    this.#store.save(this.#frame.id, Object.fromEntries(this.#sent));
  }
}

function raise(cursors: Map<string, number>, key: string, seq: number): void {
  if (seq > (cursors.get(key) ?? -1)) cursors.set(key, seq);
}
