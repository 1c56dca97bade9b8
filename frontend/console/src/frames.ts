import {
  type App,
  type BridgeState,
  type Cursors,
  type EventFeed,
  type Frame,
  FrameBridge,
  type HostMethods,
  httpServer,
  PageWindow,
  type Tapped,
} from "../../host/src/index.ts";
import type { Desk, Level } from "./desk.ts";
import { cursorKey } from "./logins.ts";
import type { ListedApp, Pop } from "./shapes.ts";

/** `slow`: neither load nor hello in ten seconds; `refused` only on the server's evidence. */
export type Loading = "loading" | "loaded" | "slow";

/** One frame of the deck. */
export interface DeckFrame {
  readonly pop: Pop;
  readonly element: HTMLIFrameElement;
  /** How the agent speaks of the call's other end; empty for a login frame. */
  readonly caller: string;
  title: string;
  badge: number;
  calls: boolean;
  loading: Loading;
  bridgeState: BridgeState;
  /** The agent waits although the page is slow. */
  waited: boolean;
}

interface Open extends DeckFrame {
  bridge: FrameBridge | null;
  /** The page's own window, while the agent has it there. */
  window: PageWindow | null;
}

/** The page gets `interactionDisposed`, and its frame goes so much later. Milliseconds. */
const FRAME_STAYS = 5_000;
const SLOW_AFTER = 10_000;
const MOST_TAPPED = 2_000;
export const CHORDS: Readonly<Record<string, string>> = {
  KeyA: "answer",
  KeyH: "hangUp",
  KeyO: "hold",
  KeyM: "mute",
  KeyK: "keypad",
  KeyT: "transfer",
  KeyD: "disposition",
  KeyI: "inspector",
  KeyB: "backToDesk",
};

/**
 * The pages of the apps, in an element that no template draws: frames are appended and removed,
 * never moved, and shown by CSS, because a frame that is moved is loaded again.
 */
export class FrameDeck {
  readonly tapped: Tapped[] = [];
  readonly #desk: Desk;
  readonly #deck: HTMLElement;
  readonly #sideDeck: HTMLElement;
  readonly #frames = new Map<string, Open>();
  #grants = new Map<string, App>();
  #health = new Map<string, unknown>();
  #shown: string | null = null;
  #sideApp: string | null = null;

  constructor(desk: Desk, deck: HTMLElement, sideDeck: HTMLElement) {
    this.#desk = desk;
    this.#deck = deck;
    this.#sideDeck = sideDeck;
    // Which page of an app stands at the side depends on the call that is meant.
    desk.addEventListener("change", () => this.#dress());
  }

  /** The stage's: login frames first, then by call, each in the administrator's order. */
  get all(): readonly DeckFrame[] {
    return this.#placed("tab");
  }

  /** The apps that stand at the side, each with its page of the call that is meant. */
  get side(): readonly DeckFrame[] {
    const association = this.#desk.call?.associationId ?? null;
    const apps = new Map<string, Open[]>();
    for (const frame of this.#placed("side")) {
      apps.set(frame.pop.appId, [...(apps.get(frame.pop.appId) ?? []), frame]);
    }
    return [...apps.values()].flatMap((pages) => {
      const meant = pages.find(({ pop }) => pop.associationId === association);
      return meant ?? pages.find(({ pop }) => pop.associationId === null) ?? pages.slice(-1);
    });
  }

  /** The page at the side; null: the customer and the call stand there. */
  get sideShown(): DeckFrame | null {
    return this.side.find(({ pop }) => pop.appId === this.#sideApp) ?? null;
  }

  /** Null: back to the customer and the call. */
  showAtSide(appId: string | null): void {
    this.#sideApp = appId;
    this.#draw();
  }

  /** A call came: the customer is shown, unless the agent writes at the side. */
  makeRoom(): void {
    const { activeElement } = document;
    if (this.#placed("side").every(({ element }) => element !== activeElement)) {
      this.showAtSide(null);
    }
  }

  #placed(placement: Pop["placement"]): readonly Open[] {
    return [...this.#frames.values()].filter(({ pop }) => pop.placement === placement);
  }

  get shown(): DeckFrame | null {
    return (this.#shown !== null && this.#frames.get(this.#shown)) || null;
  }

  knows(appId: string): boolean {
    return this.#grants.get(appId)?.token != null;
  }

  /** What the server last saw of the app's page. */
  healthOf(appId: string): Readonly<Record<string, unknown>> {
    return Object(this.#health.get(appId)) as Record<string, unknown>;
  }

  async refreshGrants(): Promise<void> {
    const { api } = this.#desk;
    const [granted, listed] = await Promise.all([
      api.get<{ apps: readonly App[] }>("sdk/apps"),
      api.get<{ apps: readonly ListedApp[] }>("apps").catch(() => ({ apps: [] })),
    ]);
    this.#grants = new Map(granted.apps.map((app) => [String(app.appId), app]));
    this.#health = new Map(listed.apps.map((app) => [app.appId, app.health]));
    this.#desk.changed();
  }

  /** Opens a frame once; the same pop again changes nothing. */
  open(pop: Pop): void {
    if (this.#frames.has(pop.instanceId) || this.#isOver(pop)) return;
    const element = document.createElement("iframe");
    element.title = pop.appName;
    element.allow = ["clipboard-write", ...pop.allow.filter((one) => one !== "clipboard-write")]
      .map((feature) => `${feature} ${pop.origins.join(" ")}`)
      .join("; ");
    element.referrerPolicy = "strict-origin";
    if (pop.sandbox) {
      element.setAttribute(
        "sandbox",
        "allow-downloads allow-forms allow-modals allow-pointer-lock allow-popups " +
          "allow-popups-to-escape-sandbox allow-presentation allow-same-origin allow-scripts",
      );
    }
    const call = this.#desk.calls.find((one) => one.associationId === pop.associationId);
    const frame: Open = {
      pop,
      element,
      caller: call ? this.#desk.nameOf(call) : "",
      title: "",
      badge: 0,
      calls: false,
      loading: "loading",
      bridgeState: "waiting",
      waited: false,
      bridge: null,
      window: null,
    };
    this.#frames.set(pop.instanceId, frame);
    this.#bridge(frame);
    element.addEventListener("load", () => {
      frame.bridge?.frameLoaded();
      this.#becomes(frame, "loaded");
      this.#mark(pop, "loaded");
    });
    setTimeout(() => frame.loading === "loading" && this.#becomes(frame, "slow"), SLOW_AFTER);
    this.#mark(pop, "asked");
    element.src = pop.url;
    if (pop.placement === "side") {
      this.#sideDeck.append(element);
      this.#draw();
      return;
    }
    this.#deck.append(element);
    const ofCall = this.all.filter((one) => one.pop.associationId === pop.associationId);
    const first = pop.point !== "login" && ofCall[0] === frame;
    const isWanted = call?.associationType === "manualdial.association";
    const quietly = first && !isWanted && this.#agentTypes();
    if (first || this.shown === null) this.show(pop.instanceId, quietly);
    else this.#draw();
  }

  /** Shows a frame; `quietly` only marks it, so that nobody loses the field they type in. */
  show(instanceId: string, quietly = false): void {
    const frame = this.#frames.get(instanceId);
    if (!frame) return;
    if (frame.pop.placement === "side") {
      this.#sideApp = frame.pop.appId;
    } else if (quietly) {
      frame.calls = true;
    } else {
      frame.calls = false;
      this.#shown = instanceId;
      if (frame.pop.associationId) this.#desk.select(frame.pop.associationId);
    }
    this.#draw();
  }

  /**
   * The agent writes in a page, so nothing else takes its place. A page whose call is over, or that
   * has had no key and no click for some seconds, only kept the focus from the work before.
   */
  #agentTypes(): boolean {
    const { activeElement } = document;
    const frame = this.all.find(({ element }) => element === activeElement);
    return frame !== undefined && !this.#isOver(frame.pop) && navigator.userActivation.isActive;
  }

  /** The call was disposed: its frames go, unless the agent still works in one. */
  end(associationId: string): void {
    for (const frame of this.#ofCall(associationId)) {
      if (frame.pop.frameEnd === "by-agent") continue;
      const wait = frame.pop.frameEnd === "at-once" ? 0 : FRAME_STAYS;
      const close = () => {
        if (document.activeElement === frame.element) setTimeout(close, FRAME_STAYS);
        else this.close(frame.pop.instanceId);
      };
      setTimeout(close, wait);
    }
  }

  close(instanceId: string): void {
    const frame = this.#frames.get(instanceId);
    if (!frame) return;
    frame.bridge?.close();
    frame.window?.forget();
    frame.element.remove();
    this.#frames.delete(instanceId);
    localStorage.removeItem(cursorKey(this.#desk.api.handle ?? "", instanceId));
    if (this.#shown === instanceId) {
      this.#shown = this.all.at(-1)?.pop.instanceId ?? null;
    }
    this.#draw();
  }

  /** Another tab has the frames now, or nobody is logged in: cursors stay. */
  clear(): void {
    for (const { bridge, element, window: own } of this.#frames.values()) {
      bridge?.close();
      own?.forget();
      element.remove();
    }
    this.#frames.clear();
    this.#shown = null;
    this.#sideApp = null;
    this.#draw();
  }

  /** The log began anew: bridges go on from it. */
  follow(_feed: EventFeed): void {
    for (const frame of this.#frames.values()) {
      frame.bridge?.close();
      this.#bridge(frame);
    }
  }

  restore(frame: DeckFrame): void {
    (frame as Open).bridge?.restore();
  }

  /** Opens the page in a window of its own; it bridges to its opener. */
  openInWindow(shown: DeckFrame): void {
    const frame = shown as Open;
    frame.window?.forget();
    frame.window = PageWindow.open(window, frame.pop.url, frame.pop.instanceId, {
      onClosed: () => {
        frame.window = null;
        frame.bridge?.frameLoaded();
      },
    });
  }

  #isOver({ associationId }: Pop): boolean {
    const { feed } = this.#desk;
    return associationId !== null && feed !== null && !feed.isOpen({ associationId });
  }

  #ofCall(associationId: string | null): readonly Open[] {
    return [...this.#frames.values()].filter(({ pop }) => pop.associationId === associationId);
  }

  #bridge(frame: Open): void {
    const { pop, element } = frame;
    const { feed } = this.#desk;
    if (feed === null) return;
    frame.bridge = new FrameBridge({
      frame: this.#identity(pop, feed),
      app: () => this.#grants.get(pop.appId) ?? nothing(pop),
      frameWindow: () => frame.window?.window ?? element.contentWindow,
      hostWindow: window,
      server: httpServer("", (...given) => fetch(...given)),
      feed,
      cursors: {
        load: (id) => this.#cursors(id),
        save: (id, cursors) => localStorage.setItem(this.#key(id), JSON.stringify(cursors)),
      },
      methods: this.#methods,
      chords: Object.keys(CHORDS),
      onState: (state) => {
        if (state === "connected" && frame.bridgeState !== "connected") this.#mark(pop, "hello");
        frame.bridgeState = state;
        if (state === "connected") this.#becomes(frame, "loaded");
        this.#desk.changed();
      },
      onChord: (code) =>
        this.#desk.dispatchEvent(new CustomEvent("chord", { detail: CHORDS[code] ?? "" })),
      tap: (tapped) => {
        this.tapped.push(tapped);
        if (this.tapped.length > MOST_TAPPED) this.tapped.splice(0, MOST_TAPPED / 4);
        this.#desk.dispatchEvent(new Event("tap"));
      },
    });
  }

  #key(frameId: string): string {
    return cursorKey(this.#desk.api.handle ?? "", frameId);
  }

  #cursors(frameId: string): Cursors | null {
    const kept = localStorage.getItem(this.#key(frameId));
    return kept === null ? null : (JSON.parse(kept) as Cursors);
  }

  /** A call frame hears from just before the event that opened it (contract 6, delivery). */
  #identity(pop: Pop, feed: EventFeed): Frame {
    const opened = feed.since(0).find(({ name, payload }) => {
      const same = payload["associationId"] === pop.associationId;
      return name === "interactionInitiated" && same;
    });
    const call = opened?.payload;
    return {
      id: pop.instanceId,
      kind: pop.point,
      interactionId: pop.interactionId,
      associationId: pop.associationId,
      campaignId: call ? Number(call["campaignId"]) : null,
      startSeq: opened ? opened.seq - 1 : feed.seq,
    };
  }

  readonly #methods: HostMethods = {
    "ui.notify": ({ id }, message) => {
      const { text, level } = message as { text: string; level: Level };
      const frame = this.#frames.get(id);
      this.#desk.say(frame ? `${frame.pop.appName}: ${text}` : text, level);
    },
    "ui.focusApp": ({ id }) => this.show(id),
    "ui.setTitle": ({ id }, title) => this.#set(id, { title: String(title) }),
    "ui.setBadge": ({ id }, badge) => this.#set(id, { badge: Number(badge) }),
    "ui.openTab": (_frame, url) => {
      window.open(String(url), "_blank", "noopener");
    },
    "interaction.focus": (_frame, interactionId) => {
      const wanted = String(interactionId);
      const call = this.#desk.calls.find(
        (one) => one.interactionId === wanted || one.crtObjectId === wanted,
      );
      const frame = call && this.#ofCall(call.associationId)[0];
      if (frame) this.show(frame.pop.instanceId);
      return { interactionId: call?.interactionId ?? wanted };
    },
  };

  #set(id: string, changes: Partial<Pick<Open, "title" | "badge">>): void {
    const frame = this.#frames.get(id);
    if (frame) Object.assign(frame, changes);
    this.#desk.changed();
  }

  #becomes(frame: Open, loading: Loading): void {
    frame.loading = loading;
    this.#draw();
  }

  /** What the inspector of pops tells later; a mark that is lost is no harm. */
  #mark({ instanceId }: Pop, mark: string): void {
    void this.#desk.api.command(`pops/${instanceId}/marks`, { mark }).catch(() => null);
  }

  #draw(): void {
    this.#desk.changed();
  }

  #dress(): void {
    const { sideShown } = this;
    for (const frame of this.#frames.values()) {
      const { element, pop } = frame;
      element.classList.toggle("shown", pop.instanceId === this.#shown || frame === sideShown);
    }
  }
}

/** An app whose grant has not come yet may nothing. */
const nothing = ({ appId, origins }: Pop): App => ({
  appId,
  origins,
  scopes: [],
  campaigns: null,
  queues: null,
  token: null,
  sessionId: null,
  seats: {},
});
