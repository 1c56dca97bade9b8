/** A console of the least: the frames of one session, bridged by `frontend/host`. */

import {
  type App,
  type Cursors,
  EventFeed,
  type Frame,
  FrameBridge,
  followEvents,
  httpServer,
  readSnapshot,
} from "../../../../frontend/host/src/index.ts";

interface Pop {
  readonly appId: string;
  readonly point: Frame["kind"];
  readonly url: string;
  readonly instanceId: string;
  readonly associationId: string | null;
  readonly interactionId: string | null;
}

const EVENTS = "/api/v1/events";
const headers = { Authorization: `Bearer ${location.hash.slice(1)}` };
const fetchHere = fetch.bind(window);
const read = (key: string) => JSON.parse(sessionStorage.getItem(key) ?? "null");
const keep = (key: string, value: unknown) => sessionStorage.setItem(key, JSON.stringify(value));

async function ask(method: "GET" | "POST", path: string): Promise<Record<string, unknown>> {
  const sent = { ...headers, "Content-Type": "application/json" };
  const body = method === "POST" ? { body: "{}" } : {};
  return (await fetch(`/api/v1/${path}`, { method, headers: sent, ...body })).json();
}

const { pops } = (await ask("POST", "pops")) as { pops: readonly Pop[] };
const { apps } = (await ask("GET", "sdk/apps")) as { apps: readonly App[] };
const snapshot = await readSnapshot(EVENTS, headers, fetchHere);
const feed = new EventFeed(location.hash, snapshot, 0);
const opened = new Set<string>();
/** Where each association began. */
const begun = new Map<unknown, number>();
let pushed = 0;

function open(pop: Pop): void {
  const app = apps.find(({ appId }) => appId === pop.appId);
  if (!app || opened.has(pop.instanceId)) return;
  opened.add(pop.instanceId);
  const start = begun.get(pop.associationId);
  const startSeq =
    read(`start ${pop.instanceId}`) ?? (start !== undefined ? start - 1 : snapshot.seq);
  keep(`start ${pop.instanceId}`, startSeq);
  const element = document.createElement("iframe");
  element.name = `${pop.appId}-${pop.point}`;
  const bridge = new FrameBridge({
    frame: {
      id: pop.instanceId,
      kind: pop.point,
      interactionId: pop.interactionId,
      associationId: pop.associationId,
      campaignId: null,
      startSeq,
    },
    app: () => app,
    frameWindow: () => element.contentWindow,
    hostWindow: window,
    server: httpServer("", fetchHere),
    feed,
    cursors: {
      load: (id) => read(`cursors ${id}`) as Cursors,
      save: (id, kept) => keep(`cursors ${id}`, kept),
    },
    methods: {},
  });
  element.addEventListener("load", () => bridge.frameLoaded());
  element.src = pop.url;
  document.body.append(element);
}

feed.subscribe(({ seq, name, payload }) => {
  pushed = performance.timeOrigin + performance.now();
  if (name === "interactionInitiated") begun.set(payload["associationId"], seq);
  for (const pop of (payload["pops"] ?? []) as readonly Pop[]) open(pop);
});
for (const pop of pops) open(pop);
void followEvents({
  url: EVENTS,
  headers,
  lastSeq: () => feed.lastSeq,
  onEvent: (event) => feed.push(event),
  onSnapshot: (later) => feed.reset(later),
  signal: new AbortController().signal,
  fetch: fetchHere,
  random: () => 0,
});
Object.assign(window, { desk: { feed, pushed: () => pushed } });
