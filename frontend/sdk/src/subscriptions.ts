import type { PageMessage, Subscribe, Subscribed, ToldEvent } from "../../protocol/src/messages.ts";
import { bridgeError } from "./omni-error.ts";
import type { Requests } from "./requests.ts";

type Callback = (data: never) => void;

/** One event that has callbacks. */
interface Topic {
  readonly namespace: string;
  readonly event: string;
  readonly callbacks: Set<Callback>;
  /** Settles with the host's answer to the first `subscribe`. */
  ready: Promise<unknown> | null;
  /** The `subscribe` whose events are taken. */
  id: number;
  /** The host has answered; until then the request is repeated as it is. */
  accepted: boolean;
  /** Null until the host has answered: the last `seq` taken, and where the past ended. */
  after: number | null;
  live: number | null;
}

/**
 * Who hears what. One subscription per event, however many callbacks (contract 6, delivery).
 *
 * An event is acknowledged before its callbacks run and is taken by the subscription it was sent
 * for only, so that a page which registers, unregisters and registers again (React's double
 * effects) neither loses an event nor hears it twice. Events that came together are acknowledged
 * together; a callback that takes the last one off in between gives the rest back.
 */
export class Subscriptions {
  readonly #topics = new Map<string, Topic>();
  readonly #requests: Requests;
  readonly #send: (message: PageMessage) => boolean;

  constructor(requests: Requests, send: (message: PageMessage) => boolean) {
    this.#requests = requests;
    this.#send = send;
  }

  /** Resolves when the host has accepted; rejects, and the callback is off, when it has not. */
  register(namespace: string, event: string, callback: Callback): Promise<{ event: string }> {
    if (typeof callback !== "function") return Promise.reject(bridgeError("InvalidInput"));
    const key = `${namespace}.${event}`;
    const topic = this.#topics.get(key) ?? this.#ask(key, namespace, event);
    topic.callbacks.add(callback);
    return Promise.resolve(topic.ready).then(() => ({ event }));
  }

  /** A callback that was not registered is as good as gone; an unknown event rejects. */
  unregister(namespace: string, event: string, callback: Callback): Promise<{ event: string }> {
    const key = `${namespace}.${event}`;
    const topic = this.#topics.get(key);
    topic?.callbacks.delete(callback);
    if (topic?.callbacks.size) return Promise.resolve({ event });
    this.#topics.delete(key);
    const id = this.#requests.nextId();
    const after = topic?.after ?? null;
    return this.#requests.ask({ t: "unsubscribe", id, namespace, event, after }, () => ({ event }));
  }

  /**
   * A new port: what this document hears, told again, from where on it is still to be heard. In
   * another agent session the numbers begin anew, and so does the hearing.
   */
  resume(sameStream: boolean): Subscribe[] {
    const known = [...this.#topics.values()].filter((topic) => topic.accepted);
    return known.map((topic) => {
      if (!sameStream) topic.after = topic.live = null;
      topic.id = this.#requests.nextId();
      return subscribe(topic);
    });
  }

  /** The host tells from where on it delivers; a resumed subscription knows better by itself. */
  begun({ id, after, live }: Subscribed): void {
    for (const topic of this.#topics.values()) {
      if (topic.id !== id) continue;
      topic.accepted = true;
      topic.after ??= after;
      topic.live ??= live;
    }
  }

  /** Takes events that came together, the first of which has the number `n`. */
  take(n: number, events: readonly ToldEvent[]): void {
    const takers = events.map((event) => this.#taker(event) !== undefined);
    let first = 0;
    for (const [index, taken] of takers.entries()) {
      if (takers[index + 1] === taken) continue;
      const last = n + index;
      // Each message costs more than its callbacks: a run of events is acknowledged at once.
      this.#send(
        first === index
          ? { t: "ack", n: last, taken }
          : { t: "acks", first: n + first, last, taken },
      );
      first = index + 1;
    }
    for (const event of events) this.#tell(event);
  }

  /** Whoever waits for it: nobody, when it was sent for a subscription that is no more. */
  #taker({ subscription, namespace, event }: ToldEvent): Topic | undefined {
    const topic = this.#topics.get(`${namespace}.${event}`);
    return topic?.id === subscription ? topic : undefined;
  }

  #tell(told: ToldEvent): void {
    const topic = this.#taker(told);
    if (!topic) return;
    const { namespace, event, data } = told;
    const seq = data["seq"];
    if (typeof seq === "number") topic.after = Math.max(topic.after ?? seq, seq);
    for (const callback of [...topic.callbacks]) {
      try {
        callback(data as never);
      } catch (error) {
        // biome-ignore lint/suspicious/noConsole: the page's own mistake belongs in its console.
        console.error(`A callback of ${namespace}.${event} threw.`, error);
      }
    }
  }

  #ask(key: string, namespace: string, event: string): Topic {
    const topic: Topic = {
      namespace,
      event,
      callbacks: new Set(),
      ready: null,
      id: this.#requests.nextId(),
      accepted: false,
      after: null,
      live: null,
    };
    this.#topics.set(key, topic);
    topic.ready = this.#requests
      .ask(subscribe(topic), () => null)
      .catch((error: unknown) => {
        if (this.#topics.get(key) === topic) {
          this.#topics.delete(key);
          // It may have been a time-out only: make sure that the host does not go on sending.
          const id = this.#requests.nextId();
          this.#send({ t: "unsubscribe", id, namespace, event });
        }
        throw error;
      });
    return topic;
  }
}

function subscribe({ id, namespace, event, after, live }: Topic): Subscribe {
  return { t: "subscribe", id, namespace, event, after, live, more: false };
}
