/** The host page of the browser tests: `frontend/host` with the least around it. */

import {
  type App,
  type BridgeState,
  type Cursors,
  DEFAULT_LIMITS,
  EventFeed,
  followEvents,
  type Frame,
  FrameBridge,
  httpServer,
  type Limits,
  PageWindow,
  type Tapped,
} from "../../../../frontend/host/src/index.ts";

const cursors = {
  load: (id: string) => JSON.parse(sessionStorage.getItem(`cursors ${id}`) ?? "null") as Cursors,
  save: (id: string, kept: Cursors) => sessionStorage.setItem(`cursors ${id}`, JSON.stringify(kept)),
};

const empty = { seq: 0, session: {}, interactions: [] };

interface Opening {
  readonly frame: Frame;
  readonly app: App;
  readonly url: string;
  readonly limits?: Partial<Limits>;
}

class Desk {
  readonly feed = new EventFeed("stream-1", empty);
  readonly bridges: Record<string, FrameBridge> = {};
  readonly states: Record<string, BridgeState[]> = {};
  readonly apps: Record<string, App> = {};
  readonly taps: Tapped[] = [];
  readonly chords: string[] = [];
  readonly foreign: string[] = [];
  readonly shown: unknown[] = [];
  /** By frame id, while the page stands in a window of its own. */
  readonly windows: Record<string, PageWindow | null> = {};
  loads = 0;

  constructor() {
    void followEvents({
      url: "/api/v1/events",
      headers: {},
      lastSeq: () => this.feed.lastSeq,
      onEvent: (event) => this.feed.push(event),
      onSnapshot: (snapshot) => this.feed.reset(snapshot),
      signal: new AbortController().signal,
      fetch: fetch.bind(window),
      random: () => 0,
    });
  }

  bridge({ frame, app, limits }: Opening, frameWindow: () => Window | null): FrameBridge {
    this.apps[frame.id] = app;
    this.states[frame.id] = [];
    const show = (name: string) => (_frame: Frame, value?: unknown) => {
      this.shown.push([name, value ?? null]);
    };
    const bridge = new FrameBridge({
      frame,
      app: () => this.apps[frame.id] ?? app,
      frameWindow,
      hostWindow: window,
      server: httpServer("", fetch.bind(window)),
      feed: this.feed,
      cursors,
      methods: {
        "ui.notify": show("notify"),
        "ui.focusApp": show("focusApp"),
        "ui.setTitle": show("setTitle"),
        "ui.setBadge": show("setBadge"),
        "ui.openTab": show("openTab"),
        "interaction.focus": show("focus"),
        ...(frame.kind === "toolbar" && {
          "session.login": show("login"),
          "session.logout": show("logout"),
        }),
      },
      chords: ["KeyR"],
      limits: { ...DEFAULT_LIMITS, ...limits },
      onState: (state) => this.states[frame.id]?.push(state),
      onChord: (code) => this.chords.push(code),
      onForeignOrigin: (origin) => this.foreign.push(origin),
      tap: (tapped) => {
        this.taps.push(tapped);
        if (this.taps.length > 5_000) this.taps.splice(0, 2_500);
      },
    });
    this.bridges[frame.id] = bridge;
    return bridge;
  }

  open(opening: Opening): void {
    const element = document.createElement("iframe");
    element.name = opening.frame.id;
    element.style.cssText = "width:600px;height:200px";
    const { id } = opening.frame;
    const bridge = this.bridge(opening, () => this.windows[id]?.window ?? element.contentWindow);
    element.addEventListener("load", () => {
      this.loads += 1;
      bridge.frameLoaded();
    });
    element.src = opening.url;
    document.body.append(element);
  }

  /** "Open in a window": the page's host is its opener. */
  popUp(opening: Opening): void {
    const { id } = opening.frame;
    if (!this.bridges[id]) this.bridge(opening, () => this.windows[id]?.window ?? null);
    this.windows[id] = PageWindow.open(window, opening.url, id, {
      onClosed: () => {
        this.windows[id] = null;
        this.bridges[id]?.frameLoaded();
      },
    });
  }
}

Object.assign(window, { desk: new Desk() });
