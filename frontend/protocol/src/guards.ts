/**
 * Is this value one of our messages? Everything that arrives is taken for hostile until asked.
 *
 * Guards look at what the receiver reads and let further fields pass: newer peers add some.
 */

import type { HostMessage, PageMessage, WindowMessage } from "./messages.ts";

type Bag = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number" && Number.isSafeInteger(value);
const isCount: Check = (value) => isNumber(value) && (value as number) >= 0;
const isFlag: Check = (value) => typeof value === "boolean";
const isArray: Check = (value) => Array.isArray(value);
const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null;
const isAnything: Check = (value) => value !== undefined;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
/** What an older peer leaves out. */
const ifGiven =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const windowMessages: Record<string, Record<string, Check>> = {
  hello: {
    versions: listOf(isNumber),
    page: isText,
    attempt: isCount,
    sdk: isText,
  },
  welcome: {
    version: isNumber,
    page: isText,
    attempt: isCount,
    stream: isText,
    n: isCount,
    chords: listOf(isText),
  },
  refusal: { page: isText, attempt: isCount, code: isText, versions: listOf(isNumber) },
};

const subject = { id: isCount, namespace: isText };

const pageMessages: Record<string, Record<string, Check>> = {
  call: { ...subject, method: isText, args: isArray, requestId: isText },
  subscribe: {
    ...subject,
    event: isText,
    after: orNull(isNumber),
    live: orNull(isNumber),
    more: isFlag,
  },
  unsubscribe: { ...subject, event: isText, after: ifGiven(orNull(isNumber)) },
  ack: { n: isCount, taken: isFlag },
  acks: { first: isCount, last: isCount, taken: isFlag },
  chord: { code: isText },
  ping: { id: isCount },
  leave: {},
};

const isError: Check = (value) => isBag(value) && isText(value["code"]) && isText(value["info"]);

const told = { subscription: isCount, namespace: isText, event: isText, data: isBag };
const isTold: Check = (value) => isBag(value) && has(value, told);

const hostMessages: Record<string, Record<string, Check>> = {
  result: { id: isCount, value: isAnything },
  failure: { id: isCount, error: isError },
  subscribed: { id: isCount, after: isNumber, live: isNumber },
  event: { n: isCount, ...told },
  events: { n: isCount, events: listOf(isTold) },
  pong: { id: isCount },
  bye: { reason: isText },
};

function matches(value: unknown, tag: string, shapes: Record<string, Record<string, Check>>) {
  if (!isBag(value) || !Object.hasOwn(value, tag)) return false;
  const kind = value[tag];
  if (typeof kind !== "string" || !Object.hasOwn(shapes, kind)) return false;
  return has(value, shapes[kind] ?? {});
}

function has(value: Bag, shape: Record<string, Check>): boolean {
  return Object.keys(shape).every((name) =>
    shape[name]?.(Object.hasOwn(value, name) ? value[name] : undefined),
  );
}

/** Is it a handshake message (posted from window to window)? */
export const isWindowMessage = (value: unknown): value is WindowMessage =>
  matches(value, "screenpop", windowMessages);

/** Is it a message that a page sends over the port? */
export const isPageMessage = (value: unknown): value is PageMessage =>
  matches(value, "t", pageMessages);

/** Is it a message that a host sends over the port? */
export const isHostMessage = (value: unknown): value is HostMessage =>
  matches(value, "t", hostMessages);
