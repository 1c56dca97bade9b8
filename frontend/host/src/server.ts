import {
  type ErrorBody,
  errorBody,
  type FeedEvent,
  type Snapshot,
} from "../../protocol/src/index.ts";
import { CommandRefused } from "./refusal.ts";

/** The server as the bridge needs it. */
export interface ServerPort {
  /**
   * Performs one command with the app's own token. The same `requestId` is the same command.
   * Rejects with `CommandRefused`.
   */
  command(
    appToken: string,
    namespace: string,
    method: string,
    args: readonly unknown[],
    requestId: string,
  ): Promise<unknown>;
}

/** As long as the SDK waits by default. Milliseconds, as all below. */
const COMMAND_DEADLINE = 10_000;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 15_000;
/** What a proxy in front of a restarting server answers. */
const PASSING = new Set([502, 503, 504]);

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * The server over HTTP. A command that found no server is tried again with its `requestId` until
 * the page has stopped waiting, so a restart in mid-call is only a delay.
 */
export function httpServer(base: string, fetch: typeof globalThis.fetch): ServerPort {
  return {
    async command(appToken, namespace, method, args, requestId) {
      const path = `${encodeURIComponent(namespace)}/${encodeURIComponent(method)}`;
      const request = {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${appToken}` },
        body: JSON.stringify({ requestId, args }),
        credentials: "omit",
        cache: "no-store",
      } as const;
      const deadline = Date.now() + COMMAND_DEADLINE;
      for (let wait = FIRST_WAIT; ; wait *= 2) {
        const reply = await fetch(`${base}/api/v1/sdk/${path}`, request).catch(() => null);
        if (reply && !PASSING.has(reply.status)) return read(reply, requestId);
        if (Date.now() + wait > deadline) {
          throw new CommandRefused({ ...errorBody("network.unavailable"), requestId });
        }
        await pause(wait);
      }
    },
  };
}

async function read(reply: Response, requestId: string): Promise<unknown> {
  const body: unknown = await reply.json().catch(() => null);
  if (reply.ok && typeof body === "object" && body !== null && "result" in body) return body.result;
  throw new CommandRefused({ requestId, ...errorOf(body), status: reply.status });
}

/** The envelope of contract 5 as the page sees it. */
function errorOf(body: unknown): ErrorBody {
  const { message, info, hint, details } = Object(body) as Record<string, unknown>;
  if (typeof message !== "string") return errorBody("server.unreadable");
  return {
    code: message,
    info: String(info ?? hint ?? message),
    ...(typeof hint === "string" && { hint }),
    ...(Array.isArray(details) && { details: details.map(String) }),
  };
}

/** What `followEvents` is told and asked. */
export interface EventStream {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Asked before each connection: where to go on. */
  readonly lastSeq: () => number;
  readonly onEvent: (event: FeedEvent) => void;
  /** The id was too old: this is the state now, events follow from it. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  /** 0 to 1, for the jitter of the back-off. */
  readonly random: () => number;
}

/**
 * Reads the session's event stream until `signal` aborts, over drops and restarts. By `fetch`:
 * an EventSource gives up for good on a 502 (design 5). Resolves on abort, and with the status
 * when the server refuses the stream for good (401, 403).
 */
export async function followEvents(stream: EventStream): Promise<number | null> {
  for (let wait = FIRST_WAIT; !stream.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      const headers = {
        ...stream.headers,
        Accept: "text/event-stream",
        "Last-Event-ID": String(stream.lastSeq()),
      };
      const { signal, url } = stream;
      const reply = await stream.fetch(url, { headers, signal, cache: "no-store" });
      if (reply.status === 401 || reply.status === 403) return reply.status;
      if (reply.ok && reply.body) {
        wait = FIRST_WAIT;
        await readStream(reply.body, stream);
      }
    } catch {
      // The network went; the loop goes on after a pause.
    }
    await pause(wait * (0.5 + stream.random()), stream.signal);
  }
  return null;
}

/**
 * Reads the present state from the head of the event stream, and closes it: what a host that was
 * reloaded needs before it goes on from its oldest cursor. Rejects where there is no such stream.
 */
export async function readSnapshot(
  url: string,
  headers: Readonly<Record<string, string>>,
  fetch: typeof globalThis.fetch,
): Promise<Snapshot> {
  const over = new AbortController();
  const { signal } = over;
  const reply = await fetch(url, { headers, signal, cache: "no-store" });
  if (!reply.ok || !reply.body) throw new CommandRefused(await refusalOf(reply));
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const data = /^data: (.*)\r?\n\r?\n/m.exec(text)?.[1];
      if (data !== undefined) return JSON.parse(data) as Snapshot;
    }
  } finally {
    over.abort();
  }
  throw CommandRefused.because("server.unreadable");
}

async function refusalOf(reply: Response): Promise<ErrorBody> {
  return { ...errorOf(await reply.json().catch(() => null)), status: reply.status };
}

async function readStream(body: ReadableStream<Uint8Array>, stream: EventStream): Promise<void> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    text = blocks.pop() ?? "";
    for (const block of blocks) readBlock(block, stream);
  }
}

function readBlock(block: string, { onEvent, onSnapshot }: EventStream): void {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  const data = fields.get("data");
  if (data === undefined) return;
  if (fields.get("event") === "snapshot") onSnapshot(JSON.parse(data) as Snapshot);
  else onEvent(JSON.parse(data) as FeedEvent);
}
