import type { BridgeContext } from "../../protocol/src/catalogue.ts";

/** What `initialize` takes. Unknown keys are ignored. */
export interface OmniConfig {
  /** `app` (also `iframe`): framed by the console; `crm` (also `toolbar`): frames the toolbar. */
  readonly context: "app" | "crm" | "iframe" | "toolbar" | (string & {});
  /** An origin of the console, trusted besides the one the SDK was loaded from. */
  readonly origin?: string;
  /** More trusted origins; needed with the npm package. */
  readonly hostOrigins?: readonly string[];
  /** In context `crm` the DOM id of the toolbar's iframe. */
  readonly instanceId?: string;
  /** How long a call may take, in milliseconds; 10,000 where absent. */
  readonly timeout?: number;
}

export interface Settings {
  /** Null: the config is not usable and every call rejects with `config.invalid`. */
  readonly context: BridgeContext | null;
  /** Trusted by configuration: `hostOrigins` in their order, then `origin`. */
  readonly origins: readonly string[];
  readonly instanceId: string;
  /** Milliseconds. */
  readonly timeout: number;
}

const CONTEXTS = new Map<string, BridgeContext>([
  ["app", "app"],
  ["iframe", "app"],
  ["crm", "crm"],
  ["toolbar", "crm"],
]);
const DEFAULT_TIMEOUT = 10_000;
/** Browsers run a timer of more than this at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The origin of a URL text as browsers write it, or null when it is no web URL. */
export function originOf(text: unknown): string | null {
  try {
    const { origin, protocol } = new URL(String(text).trim());
    return /^https?:$/.test(protocol) ? origin : null;
  } catch {
    return null;
  }
}

/** Reads a config generously and without ever throwing (contract 6). */
export function readConfig(config: unknown): Settings {
  try {
    const { context, origin, hostOrigins, instanceId, timeout } = (config ?? {}) as OmniConfig;
    const texts: unknown[] = [...(Array.isArray(hostOrigins) ? hostOrigins : []), origin];
    const limit = Number(timeout);
    return {
      context: CONTEXTS.get(String(context).trim().toLowerCase()) ?? null,
      origins: texts.map(originOf).filter((found) => found !== null),
      instanceId: String(instanceId ?? ""),
      timeout: limit > 0 ? Math.min(limit, LONGEST_TIMEOUT) : DEFAULT_TIMEOUT,
    };
  } catch {
    return { context: null, origins: [], instanceId: "", timeout: DEFAULT_TIMEOUT };
  }
}
