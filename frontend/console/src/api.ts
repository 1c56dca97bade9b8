/** A refusal by the server, or its absence (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly key: string;

  constructor(status: number, key: string, sentence: string) {
    super(sentence);
    this.name = "ApiError";
    this.status = status;
    this.key = key;
  }
}

export const HANDLE_HEADER = "X-Screenpop-Login";

/** A command that found no server is sent again for so long, with its `requestId`. Milliseconds. */
const COMMAND_DEADLINE = 15_000;
const FIRST_WAIT = 250;
const PASSING = new Set([429, 502, 503, 504]);

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Our own API, spoken by one login; without a handle by nobody yet. */
export class Api {
  readonly handle: string | null;

  constructor(handle: string | null) {
    this.handle = handle;
  }

  /** What every request of this login carries. */
  get headers(): Record<string, string> {
    return this.handle === null ? {} : { [HANDLE_HEADER]: this.handle };
  }

  get<T>(path: string): Promise<T> {
    return this.#once<T>("GET", path, undefined);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.#once<T>("POST", path, body);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#once<T>("PUT", path, body);
  }

  /** A command that is done once however often it is sent; a server that is away is waited for. */
  async command<T>(path: string, body: object = {}): Promise<T> {
    const given = { requestId: crypto.randomUUID(), ...body };
    const deadline = Date.now() + COMMAND_DEADLINE;
    for (let wait = FIRST_WAIT; ; wait *= 2) {
      try {
        return await this.#once<T>("POST", path, given);
      } catch (error) {
        const passing = error instanceof ApiError && (!error.status || PASSING.has(error.status));
        if (!passing || Date.now() + wait > deadline) throw error;
        await pause(wait);
      }
    }
  }

  async #once<T>(method: string, path: string, body: object | undefined): Promise<T> {
    const headers = { ...this.headers, "Content-Type": "application/json" };
    const request: RequestInit = { method, headers, cache: "no-store", credentials: "same-origin" };
    if (body !== undefined) request.body = JSON.stringify(body);
    const reply = await fetch(`/api/v1/${path}`, request).catch(() => null);
    if (reply === null) throw new ApiError(0, "network.unavailable", "The server is away.");
    const value: unknown = await reply.json().catch(() => ({}));
    if (reply.ok) return value as T;
    const { message, detail } = value as { message?: string; detail?: string };
    throw new ApiError(reply.status, message ?? "refused", detail ?? reply.statusText);
  }
}
