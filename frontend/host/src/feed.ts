import { type FeedEvent, reduce, type Snapshot } from "../../protocol/src/index.ts";

/** As many as the server keeps per stream (design 2.5). */
const KEPT = 10_000;

/**
 * The agent session's log as this host has it: what came over the event stream, in order, and
 * the state it leads to.
 *
 * The log may begin before the snapshot: a host that was reloaded asks the server from its
 * oldest cursor on, while the snapshot is of now.
 */
export class EventFeed {
  /** Names the stream to pages; another session has another name. Not the session id. */
  readonly stream: string;
  #snapshot: Snapshot;
  #log: FeedEvent[] = [];
  #lastSeq: number;
  readonly #listeners = new Set<(event: FeedEvent) => void>();

  /** `from`: the `Last-Event-ID` the stream was asked with, where it is not the snapshot's. */
  constructor(stream: string, snapshot: Snapshot, from = snapshot.seq) {
    this.stream = stream;
    this.#snapshot = snapshot;
    this.#lastSeq = from;
  }

  /** The newest number known. */
  get seq(): number {
    return Math.max(this.#lastSeq, this.#snapshot.seq);
  }

  /** With which `Last-Event-ID` the stream goes on. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Takes one event from the stream. One that was seen before is no news. */
  push(event: FeedEvent): void {
    if (event.seq <= this.#lastSeq) return;
    this.#lastSeq = event.seq;
    this.#log.push(event);
    if (this.#log.length > KEPT * 2) this.#log = this.#log.slice(-KEPT);
    this.#snapshot = reduce(this.#snapshot, event);
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** The stream began anew because what was missed is no longer kept. */
  reset(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#lastSeq = Math.max(this.#lastSeq, snapshot.seq);
  }

  /** What lies after `seq`, oldest first. */
  since(seq: number): readonly FeedEvent[] {
    const at = this.#log.findIndex((event) => event.seq > seq);
    return at < 0 ? [] : this.#log.slice(at);
  }

  /** Whether the interaction that this payload tells of is not yet disposed. */
  isOpen(payload: FeedEvent["payload"]): boolean {
    const { associationId } = payload;
    return this.#snapshot.interactions.some((known) => known["associationId"] === associationId);
  }

  /** Calls back for each new event until the returned function is called. */
  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
