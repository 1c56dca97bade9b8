import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EVENTS,
  type EventMap,
  findEvent,
  findMethod,
  keyOf,
  METHODS,
  type MethodMap,
  NAMESPACES,
  SCOPES,
} from "../src/index.ts";

/** Every name of the types; the compiler refuses a missing or a misspelt one. */
const METHOD_NAMES: { readonly [N in keyof MethodMap]: Record<keyof MethodMap[N], 1> } = {
  session: {
    getContext: 1,
    getState: 1,
    setReady: 1,
    setBreak: 1,
    setAutoCall: 1,
    login: 1,
    forceLogin: 1,
    logout: 1,
    selectExtension: 1,
    selectCampaign: 1,
  },
  interaction: {
    getCurrent: 1,
    getAll: 1,
    initiateInteraction: 1,
    acceptInteraction: 1,
    rejectInteraction: 1,
    endInteraction: 1,
    holdInteraction: 1,
    resumeInteraction: 1,
    muteInteraction: 1,
    unmuteInteraction: 1,
    sendDtmf: 1,
    transferInteraction: 1,
    conferInteraction: 1,
    disposeInteraction: 1,
    disposeAndDial: 1,
    focus: 1,
  },
  configuration: {
    getCampaigns: 1,
    getDispositionCodes: 1,
    getDispositionCodesWithDispositionClass: 1,
    getBreakReasons: 1,
  },
  ui: { notify: 1, focusApp: 1, setTitle: 1, setBadge: 1, openTab: 1 },
};
const EVENT_NAMES: { readonly [N in keyof EventMap]: Record<keyof EventMap[N], 1> } = {
  session: { loggedIn: 1, loggedOut: 1, stateChanged: 1, campaignsChanged: 1 },
  interaction: {
    interactionInitiated: 1,
    interactionRinging: 1,
    interactionConnected: 1,
    interactionHeld: 1,
    interactionResumed: 1,
    interactionMuted: 1,
    interactionUnmuted: 1,
    interactionTransferred: 1,
    interactionConferred: 1,
    interactionFailed: 1,
    interactionEnded: 1,
    interactionWrapStarted: 1,
    interactionDisposed: 1,
    interactionFocused: 1,
    showCrm: 1,
  },
  configuration: { configurationChanged: 1 },
  ui: {},
};

function keysOf(names: Record<string, Record<string, 1>>): string[] {
  return Object.entries(names).flatMap(([namespace, entries]) =>
    Object.keys(entries).map((name) => keyOf(namespace, name)),
  );
}

test("the catalogue lists exactly the typed methods", () => {
  const listed = METHODS.map((entry) => keyOf(entry.namespace, entry.name));
  assert.deepEqual(listed.toSorted(), keysOf(METHOD_NAMES).toSorted());
});

test("the catalogue lists exactly the typed events", () => {
  const listed = EVENTS.map((entry) => keyOf(entry.namespace, entry.name));
  assert.deepEqual(listed.toSorted(), keysOf(EVENT_NAMES).toSorted());
});

test("every entry has a known namespace and scope, and every scope is used", () => {
  const entries = [...METHODS, ...EVENTS];
  for (const { namespace } of entries) assert.ok(NAMESPACES.includes(namespace));
  assert.deepEqual([...new Set(entries.map(({ scope }) => scope))].toSorted(), SCOPES.toSorted());
});

test("names of Object.prototype are found neither as method nor as event", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    assert.equal(findMethod("session", name), undefined);
    assert.equal(findEvent("session", name), undefined);
  }
});
