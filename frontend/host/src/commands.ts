import { type Call, findMethod, keyOf } from "../../protocol/src/index.ts";
import type { App, Frame } from "./frame.ts";
import { readArguments } from "./host-arguments.ts";
import { CommandRefused } from "./refusal.ts";
import type { ServerPort } from "./server.ts";

/** Answers a method by itself; may raise or reject with `CommandRefused`. */
export type HostMethod = (frame: Frame, ...args: readonly unknown[]) => unknown;

/** The methods answered by the host, as `namespace.name` (contracts/sdk-catalogue.json). */
export type HostMethods = Readonly<Record<string, HostMethod>>;

/** Nothing to say but that it was accepted (contract 6, results). */
const ACCEPTED = { interactionId: null };

/**
 * Answers one call: by the host's own method, at once where that is synchronous, else by the
 * server on the app's token. Raises or rejects with `CommandRefused`.
 */
export function perform(
  { namespace, method, args, requestId }: Call,
  frame: Frame,
  app: App,
  server: ServerPort,
  methods: HostMethods,
): unknown {
  const entry = findMethod(namespace, method);
  if (!entry) throw CommandRefused.because("unknown.method");
  if (entry.context === "crm" && frame.kind !== "toolbar") {
    throw CommandRefused.because("not.in.this.context");
  }
  if (entry.answeredBy === "host") {
    if (!app.scopes.includes(entry.scope)) throw CommandRefused.because("access.denied");
    return performHere(keyOf(namespace, method), args, frame, app, methods);
  }
  // What the server answers for, it also refuses: scopes are its business (contract 6).
  if (app.token === null) throw CommandRefused.because("invalid.session.id");
  const given = withFrame(method, args, frame);
  const answer = server.command(app.token, namespace, method, given, requestId);
  return method === "getContext" ? answer.then((value) => ofFrame(value, frame)) : answer;
}

function performHere(
  key: string,
  args: readonly unknown[],
  frame: Frame,
  app: App,
  methods: HostMethods,
): unknown {
  const own = Object.hasOwn(methods, key) ? methods[key] : undefined;
  if (!own) throw CommandRefused.because("not.in.this.context");
  return own(frame, ...readArguments(key, args, app.origins)) ?? ACCEPTED;
}

/** Fills in what the frame stands for where the page left it out (contract 6). */
function withFrame(method: string, args: readonly unknown[], frame: Frame): readonly unknown[] {
  const { interactionId, campaignId } = frame;
  if (interactionId === null) return args;
  if (method === "getCurrent") return [interactionId];
  const [first, ...rest] = args;
  if (typeof first !== "object" || first === null) return args;
  if (method === "initiateInteraction" && campaignId !== null) {
    return [{ campaignId, ...given(first) }, ...rest];
  }
  return method === "disposeInteraction" || method === "disposeAndDial"
    ? [{ interactionId, ...given(first) }, ...rest]
    : args;
}

/** Without the keys that hold nothing, so that they do not hide a default. */
function given(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** `getContext` tells which frame asks; only the host knows. */
function ofFrame(value: unknown, { kind, interactionId }: Frame): unknown {
  return { ...(value as object), frame: kind, interactionId };
}
