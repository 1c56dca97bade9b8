import { EventFeed } from "../../host/src/feed.ts";
import type { FeedEvent, Snapshot } from "../../protocol/src/index.ts";
import { Alerts } from "./alerts.ts";
import { Api, ApiError } from "./api.ts";
import { Drafts } from "./drafts.ts";
import { FrameDeck } from "./frames.ts";
import { type Health, problemsOf, unseenOf } from "./health.ts";
import type { FromHub } from "./hub.ts";
import { Lead, listenToHub } from "./link.ts";
import { forgetLogin, keepLogin, ownHandle } from "./logins.ts";
import type {
  Callback,
  Campaign,
  DeskFacts,
  Me,
  OpenCall,
  PastCall,
  Pop,
  TargetWish,
} from "./shapes.ts";
import { speak, text } from "./text.ts";
import { Tour } from "./tour.ts";

export type Level = "info" | "success" | "warning" | "error";
export type View = "starting" | "login" | "work" | "desk";

/** What happened longer ago is history: it neither rings nor speaks. Milliseconds. */
const NEWS = 10_000;
const NOTICE_SHOWN = 8_000;
const CALLBACKS_FRESH = 30_000;

/** When what happened to a call, epoch milliseconds. */
export interface CallTimes {
  readonly initiated?: number;
  readonly connected?: number;
}

/** The app of a demo that was given a programmer's own page. */
const OWN_CRM = "own-crm";

/**
 * The agent's desk: what the views show and what they can ask for.
 *
 * It says `change` whenever something is different; views draw themselves anew then.
 */
export class Desk extends EventTarget {
  view: View = "starting";
  api = new Api(null);
  me: Me | null = null;
  facts: DeskFacts | null = null;
  feed: EventFeed | null = null;
  recent: readonly PastCall[] = [];
  callbacks: readonly Callback[] = [];
  online = true;
  leading = true;
  /** Spoken by the live region. */
  announcement = "";
  notice: { readonly words: string; readonly level: Level } | null = null;
  farewell = "";
  numberToDial = "";
  readonly customers = new Map<string, Readonly<Record<string, unknown>>>();
  readonly times = new Map<string, CallTimes>();
  /** Associations whose call the agent took here, connected with the customer or not yet. */
  readonly answered = new Set<string>();
  readonly frames: FrameDeck;
  readonly drafts: Drafts;
  readonly alerts = new Alerts();
  readonly tour = new Tour(localStorage);
  #clockSkew = 0;
  #lead: Lead | null = null;
  #stopListening: (() => void) | null = null;
  #stateSince = 0;
  #callbacksLookedAt = 0;
  #selected: string | null = null;
  /** What the log tells anew; all frames to be open are asked for at once. */
  #replaying = false;
  #inspected = false;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(deck: HTMLElement, sideDeck: HTMLElement) {
    super();
    this.frames = new FrameDeck(this, deck, sideDeck);
    this.drafts = new Drafts(this);
    setInterval(() => this.feed && this.#tick(), 1000);
    addEventListener("beforeunload", (event) => {
      if (this.leading && this.calls.some(({ state }) => state !== "wrap")) event.preventDefault();
    });
  }

  // --- what is so ---------------------------------------------------------------------------

  /** The server's time, epoch milliseconds. */
  now(): number {
    return Date.now() + this.#clockSkew;
  }

  get session(): Readonly<Record<string, unknown>> {
    return this.feed?.snapshot.session ?? {};
  }

  get state(): string {
    return String(this.session["state"] ?? "offline");
  }

  get stateSince(): number {
    return this.#stateSince;
  }

  get calls(): readonly OpenCall[] {
    return (this.feed?.snapshot.interactions ?? []) as unknown as readonly OpenCall[];
  }

  /** The call that the strip and the side are about. */
  get call(): OpenCall | null {
    const chosen = this.calls.find(({ associationId }) => associationId === this.#selected);
    const talking = this.calls.findLast(({ state }) => state !== "wrap");
    return chosen ?? talking ?? this.calls.at(-1) ?? null;
  }

  campaignOf({ campaignId }: OpenCall): Campaign | null {
    return this.facts?.campaigns.find((one) => one.campaignId === campaignId) ?? null;
  }

  /** The demo's tour stands on the desk. */
  get toured(): boolean {
    return this.leading && this.facts?.demo === true && this.tour.step !== null;
  }

  #tick(): void {
    const now = this.now();
    // No event tells that a promised call's time has come, or is over: the server is asked.
    if (now > this.#callbacksLookedAt + CALLBACKS_FRESH) void this.refreshCallbacks();
    this.dispatchEvent(new Event("tick"));
  }

  /** How the agent speaks of a call's other end. */
  nameOf({ crtObjectId, displayPhone }: OpenCall): string {
    return String(this.customers.get(crtObjectId)?.["name"] ?? "") || displayPhone;
  }

  changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  say(words: string, level: Level = "info"): void {
    this.notice = { words, level };
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => {
      this.notice = null;
      this.changed();
    }, NOTICE_SHOWN);
    this.changed();
  }

  chooseLanguage(tag: string): void {
    speak(tag);
    localStorage.setItem("screenpop.language", tag);
    this.changed();
  }

  select(associationId: string): void {
    this.#selected = associationId;
    this.changed();
  }

  // --- a login's life -----------------------------------------------------------------------

  /** Takes up this tab's login, if it still holds. */
  async begin(): Promise<void> {
    const handle = ownHandle();
    if (handle === null || !(await this.join(handle))) this.#show("login");
  }

  /** Takes up a login of this browser; false: it is over. */
  async join(handle: string): Promise<boolean> {
    const api = new Api(handle);
    for (;;) {
      try {
        const me = await api.get<Me>("me");
        keepLogin(handle, me.userId);
        this.api = api;
        await this.#enter(me);
        return true;
      } catch (error) {
        if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) {
          forgetLogin(handle);
          return false;
        }
        this.online = false;
        this.changed();
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  async logIn(userId: string, password: string, force: boolean): Promise<void> {
    type Reply = { handle: string; userId: string };
    const reply = await this.api.post<Reply>("console/login", { userId, password, force });
    keepLogin(reply.handle, reply.userId);
    this.api = new Api(reply.handle);
    this.farewell = "";
    await this.#enter(await this.api.get<Me>("me"));
  }

  async startWork(campaignIds: readonly number[], extension: string): Promise<void> {
    this.alerts.allow();
    const body = { campaignIds, selectedCampaignId: campaignIds[0] ?? null, extension };
    await this.api.post("me/work", body);
    await this.#enter(await this.api.get<Me>("me"));
  }

  async logOut(): Promise<void> {
    await this.api.post("console/logout").catch(() => null);
    this.#leave("");
  }

  async #enter(me: Me): Promise<void> {
    this.me = me;
    this.facts = await this.api.get<DeskFacts>("console/desk");
    this.#clockSkew = this.facts.now - Date.now();
    this.online = true;
    if (me.campaigns.length === 0) {
      this.#show("work");
      return;
    }
    const handle = this.api.handle ?? "";
    this.leading = false;
    this.#show("desk");
    for (const { appName, reason } of me.signOnNotices ?? []) {
      this.say(`${appName}: ${reason}`, "warning");
    }
    await this.drafts.load();
    this.#stopListening?.();
    this.#stopListening = listenToHub(handle, (message) => this.#hear(message));
    this.#lead ??= new Lead(handle, (leading) => void this.#leadOrFollow(leading));
    void this.refreshRecent();
    void this.refreshCallbacks();
  }

  #show(view: View): void {
    this.view = view;
    this.changed();
  }

  #leave(farewell: string): void {
    if (this.api.handle !== null) forgetLogin(this.api.handle);
    this.#stopListening?.();
    this.#stopListening = null;
    this.#lead?.release();
    this.#lead = null;
    this.frames.clear();
    this.alerts.hush();
    this.feed = null;
    this.me = null;
    this.recent = [];
    this.callbacks = [];
    this.api = new Api(null);
    this.farewell = farewell;
    this.#show("login");
  }

  takeLead(): void {
    this.#lead?.take();
  }

  async #leadOrFollow(leading: boolean): Promise<void> {
    this.leading = leading;
    if (!leading) {
      this.frames.clear();
      this.alerts.hush();
    } else if (this.feed) {
      await this.#openFrames();
    }
    this.changed();
  }

  async #openFrames(): Promise<void> {
    try {
      const { pops } = await this.api.command<{ pops: readonly Pop[] }>("pops");
      await this.frames.refreshGrants();
      for (const pop of pops) this.frames.open(pop);
      this.#inspectOwn(pops);
    } catch (error) {
      this.fail(error);
    }
  }

  // --- what is heard ------------------------------------------------------------------------

  #hear(message: FromHub): void {
    if (message.t === "online") {
      this.online = message.online;
      if (message.online) void this.drafts.flush();
    } else if (message.t === "over") {
      this.#leave(text().sessionEnded);
      return;
    } else if (message.t === "known") {
      this.#takeUp(message.base, message.log);
    } else {
      this.feed?.push(message.event);
    }
    this.changed();
  }

  #takeUp(base: Snapshot, log: readonly FeedEvent[]): void {
    const feed = new EventFeed(this.api.handle ?? "", base, base.seq);
    const begun = this.feed === null;
    this.feed = feed;
    feed.subscribe((event) => this.#happened(event));
    this.#replaying = true;
    for (const event of log) feed.push(event);
    this.#replaying = false;
    if (begun && this.leading) void this.#openFrames();
    else if (!begun) this.frames.follow(feed);
  }

  #happened(event: FeedEvent): void {
    const { name, payload } = event;
    const at = Number(payload["timestamp"]);
    const isNews = this.now() - at < NEWS;
    if (name === "stateChanged") {
      this.#stateSince = at;
      if (isNews && this.facts?.demo) this.tour.follow(String(payload["state"]));
    } else if (name === "loggedOut") {
      const taken = payload["reason"] === "forced.login";
      this.#leave(taken ? text().sessionTaken : text().sessionEnded);
      return;
    } else if (name === "configurationChanged" && isNews) {
      void this.#refresh();
    } else if (event.namespace === "interaction") {
      this.#callChanged(name, payload as unknown as OpenCall, at, isNews);
    }
    const pops = payload["pops"];
    if (Array.isArray(pops) && this.leading && !this.#replaying) {
      this.#popped(pops as Pop[]);
    }
  }

  /** A programmer who brought a page of their own came to see what it is sent. */
  #inspectOwn(pops: readonly Pop[]): void {
    if (this.#inspected || !pops.some(({ appId }) => appId === OWN_CRM)) return;
    this.#inspected = true;
    this.dispatchEvent(new Event("inspect"));
  }

  /** In the administrator's order, for the first is shown. */
  #popped(pops: readonly Pop[]): void {
    this.#inspectOwn(pops);
    const open = () => {
      for (const pop of pops) this.frames.open(pop);
    };
    // An app that was never opened for this session has its token only from now on.
    if (pops.every(({ appId }) => this.frames.knows(appId))) open();
    else void this.frames.refreshGrants().then(open, open);
  }

  #callChanged(name: string, call: OpenCall, at: number, isNews: boolean): void {
    const who = this.nameOf(call);
    const { associationId } = call;
    if (name === "interactionInitiated") {
      this.times.set(associationId, { initiated: at });
      if (isNews) this.frames.makeRoom();
    }
    if (name === "showCrm") {
      const info = (call as unknown as Record<string, unknown>)["customerInfo"];
      this.customers.set(call.crtObjectId, (info ?? {}) as Readonly<Record<string, unknown>>);
    }
    if (name === "interactionConnected") {
      this.times.set(associationId, { ...this.times.get(associationId), connected: at });
    }
    if (name === "interactionDisposed") this.frames.end(associationId);
    if (!isNews) return;
    const words = text();
    if (name === "interactionRinging" && call.direction === "inbound") {
      this.announcement = words.sayRinging(this.nameOf(call));
      if (this.leading) this.alerts.ring(words.incoming, who);
    } else if (name === "interactionConnected") {
      this.announcement = words.sayConnected(who);
    } else if (name === "interactionWrapStarted") {
      this.announcement = words.sayWrap(who);
    } else if (name === "interactionDisposed") {
      this.announcement = words.sayDisposed;
      void this.refreshRecent();
      void this.refreshCallbacks();
    } else if (name === "interactionFailed" && call.direction === "inbound") {
      this.announcement = words.sayMissed(who);
      this.say(words.sayMissed(who), "warning");
    }
    if (
      !this.calls.some(({ state, direction }) => state === "ringing" && direction === "inbound")
    ) {
      this.alerts.hush();
    }
  }

  async refreshRecent(): Promise<void> {
    type Reply = { readonly calls: readonly PastCall[] };
    const found = await this.api.get<Reply>("console/recent").catch(() => null);
    if (found) this.recent = found.calls;
    this.changed();
  }

  async refreshCallbacks(): Promise<void> {
    this.#callbacksLookedAt = this.now();
    type Reply = { readonly callbacks: readonly Callback[] };
    const found = await this.api.get<Reply>("console/callbacks").catch(() => null);
    if (found) this.callbacks = found.callbacks;
    this.changed();
  }

  async #refresh(): Promise<void> {
    this.facts = await this.api.get<DeskFacts>("console/desk").catch(() => this.facts);
    if (this.leading) await this.#openFrames();
    this.changed();
  }

  // --- what the agent asks for --------------------------------------------------------------

  /** Shows a refusal to the agent. */
  fail(error: unknown): void {
    const known = error instanceof ApiError ? text().failed[error.key] : undefined;
    this.say(known ?? (error instanceof Error ? error.message : String(error)), "error");
  }

  /** Sends a command; a refusal is shown. True: it was accepted. */
  async ask(path: string, body: object = {}): Promise<boolean> {
    try {
      await this.api.command(path, body);
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  /** Does something to the present call. */
  async act(action: "answer" | "reject" | "hang-up"): Promise<boolean> {
    const association = this.call?.associationId;
    const done = await this.#onCall((id) => this.ask(`calls/${id}/${action}`));
    if (done && action === "answer" && association) {
      // Who is talked to first hears the customer only later, but their telephone rings no more.
      this.answered.add(association);
      this.alerts.hush();
      this.changed();
    }
    return done;
  }

  control(
    action: "hold" | "resume" | "mute" | "unmute" | "tones" | "transfer" | "confer",
    body: { readonly digits?: string; readonly target?: TargetWish } = {},
  ): Promise<boolean> {
    return this.#onCall((id) => this.ask(`console/calls/${id}/${action}`, body));
  }

  async #onCall(send: (id: string) => Promise<boolean>): Promise<boolean> {
    const call = this.call;
    return call === null ? false : send(call.crtObjectId);
  }

  async dial(phone: string): Promise<boolean> {
    const accepted = await this.ask("console/dial", { phone });
    if (accepted) this.numberToDial = "";
    this.changed();
    return accepted;
  }

  /** Calls a promised call now. */
  async callBack({ callbackId }: Callback): Promise<void> {
    await this.ask(`console/callbacks/${callbackId}/dial`);
    void this.refreshCallbacks();
  }

  /** What a play/pause key means now: a telephone has no other button. */
  async playOrPause(): Promise<void> {
    const { call } = this;
    if (call?.state === "initiated" || call?.state === "ringing") await this.act("answer");
    else if (call?.state === "connected") await this.control("hold");
    else if (call?.state === "held") await this.control("resume");
  }

  /**
   * Opens a programmer's own page for each call from now on (a demo only), tells what its check
   * found, lets a call come in, and opens the inspector. What was wrong with the URL, or nothing.
   */
  async bringOwnCrm(url: string): Promise<string> {
    let health: Health;
    try {
      health = await this.api.command<Health>("console/own-crm", { url });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    await this.frames.refreshGrants();
    const problems = problemsOf(health);
    const unseen = unseenOf(health);
    const words = text();
    if (problems.length > 0) this.say(words.ownCrmProblems(problems.length), "warning");
    else this.say(unseen ? `${words.ownCrmUnseen} (${unseen})` : words.ownCrmGood, "success");
    this.dispatchEvent(new Event("inspect"));
    await this.simulateCall();
    return "";
  }

  /** A call comes in on the simulated network (contract 8). */
  async simulateCall(): Promise<void> {
    const { callers = [], dids = [] } = this.facts?.simulator ?? {};
    const made = Number(sessionStorage.getItem("screenpop.simulated") ?? 0);
    sessionStorage.setItem("screenpop.simulated", String(made + 1));
    const body = { from: callers[made % callers.length] ?? "8447380993", to: dids[0] };
    await this.api.post("simulator/calls", body).catch((error: unknown) => this.fail(error));
  }
}
