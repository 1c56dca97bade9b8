/**
 * Every name an app may use: namespaces, methods, events and scopes (contract 6).
 *
 * This is the one list. The host answers from it, the reference in docs/ and
 * contracts/sdk-catalogue.json are generated from it, and the server reads that file. The SDK
 * does not carry it: an SDK of any age must reach the names of a newer host.
 */

/** What an app may be allowed to do (contract 6, scopes). */
export const SCOPES = [
  "interaction:read",
  "interaction:control",
  "interaction:dial",
  "interaction:dispose",
  "session:read",
  "session:control",
  "configuration:read",
  "ui",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Scopes of an app that is never sent session or seat ids unless it has one of them. */
export const ACTING_SCOPES: readonly Scope[] = [
  "interaction:control",
  "interaction:dial",
  "interaction:dispose",
];

export const NAMESPACES = ["session", "interaction", "configuration", "ui"] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** Where the bridge stands: `app`, a page framed by the console; `crm`, the toolbar in a page. */
export type BridgeContext = "app" | "crm";

export interface MethodEntry {
  readonly namespace: Namespace;
  readonly name: string;
  readonly scope: Scope;
  /** Who answers: the host page by itself, or the server on the app's own token. */
  readonly answeredBy: "host" | "server";
  /** `crm`: in `app` the method rejects with `not.in.this.context`. */
  readonly context: "any" | "crm";
}

export interface EventEntry {
  readonly namespace: Namespace;
  readonly name: string;
  readonly scope: Scope;
  /** `host` events are the console's own; they carry no `seq` and are not replayed. */
  readonly emittedBy: "host" | "server";
}

function server(namespace: Namespace, scope: Scope, ...names: string[]): MethodEntry[] {
  return names.map((name) => ({ namespace, name, scope, answeredBy: "server", context: "any" }));
}

function host(
  namespace: Namespace,
  scope: Scope,
  context: "any" | "crm",
  ...names: string[]
): MethodEntry[] {
  return names.map((name) => ({ namespace, name, scope, answeredBy: "host", context }));
}

function events(namespace: Namespace, scope: Scope, ...names: string[]): EventEntry[] {
  return names.map((name) => ({ namespace, name, scope, emittedBy: "server" }));
}

export const METHODS: readonly MethodEntry[] = [
  ...server("session", "session:read", "getContext", "getState"),
  ...server("session", "session:control", "setReady", "setBreak", "setAutoCall"),
  ...host("session", "session:control", "crm", "login", "forceLogin", "logout"),
  ...host("session", "session:control", "crm", "selectExtension", "selectCampaign"),
  ...server("interaction", "interaction:read", "getCurrent", "getAll"),
  ...server("interaction", "interaction:dial", "initiateInteraction"),
  ...server("interaction", "interaction:control", "acceptInteraction", "rejectInteraction"),
  ...server("interaction", "interaction:control", "endInteraction", "holdInteraction"),
  ...server("interaction", "interaction:control", "resumeInteraction", "muteInteraction"),
  ...server("interaction", "interaction:control", "unmuteInteraction", "sendDtmf"),
  ...server("interaction", "interaction:control", "transferInteraction", "conferInteraction"),
  ...server("interaction", "interaction:dispose", "disposeInteraction", "disposeAndDial"),
  ...host("interaction", "interaction:control", "any", "focus"),
  ...server("configuration", "configuration:read", "getCampaigns", "getDispositionCodes"),
  ...server("configuration", "configuration:read", "getDispositionCodesWithDispositionClass"),
  ...server("configuration", "configuration:read", "getBreakReasons"),
  ...host("ui", "ui", "any", "notify", "focusApp", "setTitle", "setBadge", "openTab"),
];

export const EVENTS: readonly EventEntry[] = [
  ...events("interaction", "interaction:read", "interactionInitiated", "interactionRinging"),
  ...events("interaction", "interaction:read", "interactionConnected", "interactionHeld"),
  ...events("interaction", "interaction:read", "interactionResumed", "interactionMuted"),
  ...events("interaction", "interaction:read", "interactionUnmuted", "interactionTransferred"),
  ...events("interaction", "interaction:read", "interactionConferred", "interactionFailed"),
  ...events("interaction", "interaction:read", "interactionEnded", "interactionWrapStarted"),
  ...events("interaction", "interaction:read", "interactionDisposed"),
  {
    namespace: "interaction",
    name: "interactionFocused",
    scope: "interaction:read",
    emittedBy: "host",
  },
  ...events("interaction", "interaction:read", "showCrm"),
  ...events("session", "session:read", "loggedIn", "loggedOut", "stateChanged"),
  ...events("session", "session:read", "campaignsChanged"),
  ...events("configuration", "configuration:read", "configurationChanged"),
];

/** `namespace.name`: how methods and events are keyed everywhere. */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}.${name}`;
}

const methodsByKey = new Map(METHODS.map((entry) => [keyOf(entry.namespace, entry.name), entry]));
const eventsByKey = new Map(EVENTS.map((entry) => [keyOf(entry.namespace, entry.name), entry]));

/** The method of that name, or undefined: `unknown.method`. */
export function findMethod(namespace: string, name: string): MethodEntry | undefined {
  return methodsByKey.get(keyOf(namespace, name));
}

/** The event of that name, or undefined: `unknown.event`. */
export function findEvent(namespace: string, name: string): EventEntry | undefined {
  return eventsByKey.get(keyOf(namespace, name));
}
