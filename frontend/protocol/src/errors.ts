/**
 * What an error looks like on the wire, and the keys the bridge itself makes (contract 6).
 *
 * Keys of the server (contract 5) pass through unchanged, so a client must take any key.
 */

/** An error as it crosses the bridge; the page sees it as an `OmniError`. */
export interface ErrorBody {
  /** The machine key, for example `access.denied`. */
  readonly code: string;
  /** A plain sentence: what was wrong and what to do. */
  readonly info: string;
  /** What to do, where the server says more than `info`. */
  readonly hint?: string;
  /** The `requestId` of the refused command, with which a repeat is safe. */
  readonly requestId?: string;
  /** The HTTP status the server answered with, where a server answered. */
  readonly status?: number;
  /** Each offending field, where the server names them. */
  readonly details?: readonly string[];
}

/** The keys that SDK and host make by themselves, each with the sentence that goes with it. */
export const BRIDGE_ERRORS = {
  "access.denied": "This app has not been granted the scope for this. An administrator can add it.",
  "config.invalid": 'initialize() needs a context of "app" or "crm".',
  "frame.cut.off": "The host closed this bridge because the page sent too much. Reload the page.",
  "host.fault": "The console failed to do this. Its own log says why.",
  "host.not.found":
    "No trusted console answered. Check that the page is framed by the console and that the console's origin is the one the SDK was loaded from, or is listed in origin or hostOrigins.",
  InvalidInput: "An argument is missing, has the wrong type, or cannot be sent as JSON.",
  "invalid.session.id": "Nobody is logged in, or the session has ended.",
  "network.unavailable": "The host could not reach the server. Try again with the same requestId.",
  "not.in.this.context":
    "This method works in context crm only, where the page frames the toolbar.",
  "queue.full": "More than 100 calls are waiting for the bridge. Wait for some of them to settle.",
  "instance.replaced": "initialize() was called with another configuration; use its instance.",
  "server.unreadable": "The server's answer could not be read. Try again with the same requestId.",
  timeout: "No answer came in time. A repeat with the same requestId is safe.",
  "too.many.requests": "This page sends more than its share. Wait a moment, then repeat.",
  "unknown.event": "There is no event of this name. Check its spelling.",
  "unknown.method": "There is no method of this name. Check its spelling.",
  "version.unsupported": "SDK and host share no protocol version. Load the SDK from the console.",
} as const satisfies Record<string, string>;
export type BridgeErrorCode = keyof typeof BRIDGE_ERRORS;

/** The body of a bridge error; `info` replaces the standard sentence where it can say more. */
export function errorBody(code: BridgeErrorCode, info?: string): ErrorBody {
  return { code, info: info ?? BRIDGE_ERRORS[code] };
}
