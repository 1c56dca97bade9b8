/** The host of the bridge bench: our bridge, a raw echo, Penpal and Comlink side by side. */

import * as Comlink from "comlink";
import { connect, WindowMessenger } from "penpal";
import {
  EventFeed,
  FrameBridge,
  httpServer,
  type ServerPort,
} from "../../frontend/host/src/index.ts";

const TOKEN = "bench";
const feed = new EventFeed("bench", { seq: 0, session: {}, interactions: [] });
const server: ServerPort = httpServer("", fetch.bind(window));

function open(url: string): void {
  const { origin } = new URL(url);
  const element = document.createElement("iframe");
  element.name = "page";
  element.src = url;
  document.body.append(element);
  const frame = element.contentWindow as Window;
  new FrameBridge({
    frame: {
      id: "page",
      kind: "login",
      interactionId: null,
      associationId: null,
      campaignId: null,
      startSeq: 0,
    },
    app: () => ({
      appId: 1,
      origins: [origin],
      scopes: ["ui", "session:read", "interaction:read"],
      campaigns: null,
      queues: null,
      token: TOKEN,
      sessionId: null,
      seats: {},
    }),
    frameWindow: () => frame,
    hostWindow: window,
    server,
    feed,
    cursors: { load: () => null, save: () => undefined },
    methods: { "ui.setBadge": (_frame, n) => n },
    // The bench measures the road, not the limits.
    limits: { rate: 1e9, burst: 1e9, patience: 1e9, size: 65_536 },
  });
  addEventListener("message", ({ data, source, origin: from, ports: [port] }) => {
    if (data !== "raw echo" || source !== frame || from !== origin || !port) return;
    port.onmessage = (event) => port.postMessage(event.data);
  });
  const setBadge = (n: number) => n;
  connect({
    messenger: new WindowMessenger({ remoteWindow: frame, allowedOrigins: [origin] }),
    methods: { setBadge },
  });
  Comlink.expose({ setBadge }, Comlink.windowEndpoint(frame, self, origin));
}

/** Mean milliseconds of the request that the bridge makes for a call the server answers. */
async function timeFetch(calls: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < calls; i += 1) {
    const reply = await fetch("/api/v1/sdk/session/getState", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ requestId: `fetch-${start}-${i}`, args: [] }),
      credentials: "omit",
      cache: "no-store",
    });
    await reply.json();
  }
  return (performance.now() - start) / calls;
}

/** The fields of an event as the server sends it (contract 6). */
const payload = {
  interactionId: "d1-5f2c9a10-int-1042",
  associationId: "d1-5f2c9a10--assoc--2077",
  crtObjectId: "d1-5f2c9a10-vce-1042",
  userCrtObjectId: "d1-5f2c9a10-ses-agent1-31",
  userCrtObjectIds: ["d1-5f2c9a10-ses-agent1-31"],
  customerId: 43800317962753,
  phone: "8447380993",
  displayPhone: "8447380993",
  campaignId: 60,
  processId: 3,
  contactCenterId: 1,
  queueId: null,
  queueName: null,
  callType: "outbound.manual.dial",
  associationType: "manual.dial.association",
  channel: "voice",
  direction: "outbound",
  sessionId: "d1-5f2c9a10-ses-agent1-31",
  userId: "agent1",
  state: "held",
  muted: false,
  timestamp: 1_763_800_000_000,
};

/** So many events of one open call, which no page has asked for yet. */
function fillLog(count: number): void {
  for (let seq = 1; seq <= count + 1; seq += 1) {
    const name = seq === 1 ? "interactionInitiated" : "interactionHeld";
    feed.push({ seq, namespace: "interaction", name, payload: { ...payload, seq } });
  }
}

Object.assign(window, { bench: { open, timeFetch, fillLog } });
