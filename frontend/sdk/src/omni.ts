import type { PageMessage } from "../../protocol/src/messages.ts";
import type { MethodMap } from "../../protocol/src/methods.ts";
import { forwardChords } from "./chords.ts";
import type { Settings } from "./config.ts";
import { Connection } from "./connection.ts";
import { namespaceOf } from "./namespaces.ts";
import { bridgeError, type OmniError } from "./omni-error.ts";
import { Requests } from "./requests.ts";
import { Subscriptions } from "./subscriptions.ts";
import { TrustedOrigins } from "./trusted-origins.ts";
import type { OmniSdk } from "./types.ts";

/** One instance and the way to end it. */
export interface Omni {
  readonly sdk: OmniSdk;
  /** Ends the instance: what is open rejects with this error, and so does every later call. */
  end(error: OmniError): void;
  /** Whether the host has ended it for good. */
  readonly ended: () => boolean;
}

type Callback = (data: never) => void;

/** Text that nobody guesses; works in insecure contexts, where `randomUUID` is missing. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Puts the parts together. `moduleUrl` is where the SDK itself came from, if that is known;
 * without a `page` (a framework that renders on a server) every call rejects.
 */
export function createOmni(
  page: Window | undefined,
  settings: Settings,
  moduleUrl: string | undefined,
): Omni {
  let connection: Connection | undefined;
  let over = false;
  const name = randomName();
  const send = (message: PageMessage) => connection?.send(message) ?? false;
  const requests = new Requests(send, () => connection?.everOpen ?? false, settings.timeout);
  const subscriptions = new Subscriptions(requests, send);
  const refuse = (error: OmniError) => {
    over = true;
    requests.refuse(error);
  };

  const call = (namespace: string, method: string, given: unknown[]) => {
    let args: unknown[];
    try {
      // A copy as JSON, taken now: proxies of page frameworks cannot be cloned by the browser.
      args = JSON.parse(JSON.stringify(given.slice(0, given.findLastIndex(isGiven) + 1)));
    } catch {
      return Promise.reject(bridgeError("InvalidInput"));
    }
    const id = requests.nextId();
    const requestId = requestIdOf(args.at(-1)) ?? `sdk-${name}-${id}`;
    const message = {
      t: "call",
      id,
      namespace,
      method,
      args,
      requestId,
    } as const;
    return requests.ask(message, (value) => value, requestId);
  };
  const namespace = <N extends keyof MethodMap>(its: N): OmniSdk[N] => {
    const listening = {
      register: (event: unknown, callback: Callback) =>
        subscriptions.register(its, String(event), callback),
      unregister: (event: unknown, callback: Callback) =>
        subscriptions.unregister(its, String(event), callback),
    };
    return namespaceOf<OmniSdk[N]>(listening, (method, args) => call(its, method, args));
  };

  if (settings.context === null) {
    refuse(bridgeError("config.invalid"));
  } else if (page === undefined) {
    refuse(bridgeError("host.not.found"));
  } else {
    connection = new Connection(page, settings, new TrustedOrigins(moduleUrl, settings), name, {
      opened(sameStream) {
        requests.flush(subscriptions.resume(sameStream));
      },
      answered(answer) {
        if (answer.t === "result") requests.settle(answer.id, answer.value);
        else if (answer.t === "failure") requests.fail(answer.id, answer.error);
        else if (answer.t === "subscribed") {
          subscriptions.begun(answer);
          requests.settle(answer.id, null);
        }
      },
      happened: (n, events) => subscriptions.take(n, events),
      refused: refuse,
    });
  }
  const stopForwarding = page && forwardChords(page, () => connection?.chords ?? [], send);

  return {
    sdk: {
      session: namespace("session"),
      interaction: namespace("interaction"),
      configuration: namespace("configuration"),
      ui: namespace("ui"),
    },
    end(error) {
      connection?.close();
      stopForwarding?.();
      refuse(error);
    },
    ended: () => over,
  };
}

const isGiven = (arg: unknown) => arg !== undefined;

/** A command's last argument may carry the page's own key; `0` and blank mean none (contract 5). */
function requestIdOf(last: unknown): string | null {
  if (typeof last !== "object" || last === null || !("requestId" in last)) return null;
  const text = String(last.requestId ?? "").trim();
  return text === "" || text === "0" ? null : text;
}
