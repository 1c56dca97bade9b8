/** The least toolbar: the host of a page that frames it (context crm). */

import {
  type App,
  EventFeed,
  followEvents,
  FrameBridge,
  httpServer,
} from "../../../../frontend/host/src/index.ts";

const origin = new URLSearchParams(location.search).get("origin") ?? "";
const feed = new EventFeed("stream-1", { seq: 0, session: {}, interactions: [] });
const calls: unknown[] = [];
const app: App = {
  appId: 7,
  // The real toolbar takes the app's configured origins; this one serves the tests' CRM only.
  origins: (document.body.dataset["crms"] ?? "").split(" ").filter((known) => known === origin),
  scopes: ["interaction:read", "interaction:control", "session:control", "session:read", "ui"],
  campaigns: null,
  queues: null,
  token: "toolbar-token",
  sessionId: null,
  seats: {},
};
void followEvents({
  url: "/api/v1/events",
  headers: {},
  lastSeq: () => feed.lastSeq,
  onEvent: (event) => feed.push(event),
  onSnapshot: (snapshot) => feed.reset(snapshot),
  signal: new AbortController().signal,
  fetch: fetch.bind(window),
  random: () => 0,
});
const bridge = new FrameBridge({
  frame: {
    id: "toolbar",
    kind: "toolbar",
    interactionId: null,
    associationId: null,
    campaignId: null,
    startSeq: 0,
  },
  app: () => app,
  frameWindow: () => window.parent,
  hostWindow: window,
  server: httpServer("", fetch.bind(window)),
  feed,
  // sessionStorage is denied to third-party frames; the page itself knows how far it came.
  cursors: { load: () => null, save: () => undefined },
  methods: {
    "session.login": (_frame, credentials) => {
      calls.push(credentials);
      return { userId: "maya" };
    },
    "session.forceLogin": () => ({ userId: "maya" }),
    "session.logout": () => undefined,
    "session.selectExtension": () => undefined,
    "session.selectCampaign": () => undefined,
  },
});
Object.assign(window, { bridge, calls });
