import type { ErrorBody } from "../../protocol/src/errors.ts";
import type { PageMessage } from "../../protocol/src/messages.ts";
import { bridgeError, OmniError } from "./omni-error.ts";

/** How many may wait for the bridge (contract 6). */
const QUEUE = 100;

type Reply<T> = (value: T) => void;

interface Request {
  readonly message: PageMessage & { readonly id: number };
  readonly requestId: string | undefined;
  readonly answer: Reply<never>;
  readonly reject: Reply<OmniError>;
  /** `performance.now()` at which it expires. */
  readonly deadline: number;
  sent: boolean;
}

/**
 * Everything that waits for an answer: in order, each with its own time-out from the call.
 *
 * What was sent and not answered is sent again after a reset, with the same ids. Late and second
 * answers find nobody and are dropped.
 */
export class Requests {
  readonly #send: (message: PageMessage) => boolean;
  readonly #everOpen: () => boolean;
  readonly #timeout: number;
  readonly #open = new Map<number, Request>();
  #waiting = 0;
  #lastId = 0;
  /** One for all: time-outs are equal, so the oldest request expires first. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refusal: OmniError | null = null;

  /** `timeout` in milliseconds; `everOpen` tells `timeout` from `host.not.found`. */
  constructor(send: (message: PageMessage) => boolean, everOpen: () => boolean, timeout: number) {
    this.#send = send;
    this.#everOpen = everOpen;
    this.#timeout = timeout;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Sends now or when the bridge is up; resolves with what `read` makes of the answer. */
  ask<A, T>(
    message: PageMessage & { readonly id: number },
    read: (answer: A) => T,
    requestId?: string,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#refusal) return reject(copy(this.#refusal, requestId));
      const sent = this.#send(message);
      if (!sent && this.#waiting >= QUEUE) return reject(bridgeError("queue.full", requestId));
      if (!sent) this.#waiting += 1;
      const answer = (value: A) => resolve(read(value));
      const deadline = performance.now() + this.#timeout;
      this.#open.set(message.id, { message, requestId, answer, reject, deadline, sent });
      this.#timer ??= setTimeout(this.#expire, this.#timeout);
    });
  }

  /**
   * The bridge is up: `first`, then what waits and what was not answered goes out, in order. All
   * but the last `subscribe` say that more follow, so that the past is told in one order.
   */
  flush(first: readonly PageMessage[]): void {
    const messages = [...first, ...[...this.#open.values()].map(({ message }) => message)];
    const last = messages.findLastIndex(({ t }) => t === "subscribe");
    for (const [index, message] of messages.entries()) {
      const more = index < last;
      if (!this.#send(message.t === "subscribe" ? { ...message, more } : message)) return;
      const request = "id" in message && this.#open.get(message.id);
      if (!request) continue;
      if (!request.sent) this.#waiting -= 1;
      request.sent = true;
    }
  }

  settle(id: number, value: unknown): void {
    this.#take(id)?.answer(value as never);
  }

  fail(id: number, error: ErrorBody): void {
    const request = this.#take(id);
    const { requestId } = request ?? {};
    request?.reject(new OmniError(requestId === undefined ? error : { requestId, ...error }));
  }

  /** Refuses all that is open and all that comes. */
  refuse(error: OmniError): void {
    this.#refusal = error;
    for (const id of [...this.#open.keys()]) {
      const request = this.#take(id);
      request?.reject(copy(error, request.requestId));
    }
  }

  /** The timer outlives settled requests: it looks who is due, and sleeps until the next one. */
  #expire = (): void => {
    this.#timer = undefined;
    for (const [id, { deadline, sent, reject, requestId }] of this.#open) {
      const left = deadline - performance.now();
      if (left > 0) {
        this.#timer = setTimeout(this.#expire, left);
        return;
      }
      this.#take(id);
      reject(bridgeError(sent || this.#everOpen() ? "timeout" : "host.not.found", requestId));
    }
  };

  #take(id: number): Request | undefined {
    const request = this.#open.get(id);
    if (!request) return undefined;
    this.#open.delete(id);
    if (!request.sent) this.#waiting -= 1;
    return request;
  }
}

/** Each rejection has an error of its own, with the stack of its own call. */
function copy({ code, info }: OmniError, requestId: string | undefined): OmniError {
  return new OmniError(requestId === undefined ? { code, info } : { code, info, requestId });
}
