import {
  type App,
  CommandRefused,
  EventFeed,
  followEvents,
  readSnapshot,
} from "../../host/src/index.ts";
import type { FeedEvent } from "../../protocol/src/index.ts";
import type { Memory } from "./memory.ts";
import type { Login, Server } from "./server.ts";

/** The app whose page frames us, as the server knows it before anybody is logged in. */
export type FramingApp = Pick<App, "appId" | "origins" | "scopes"> & { readonly name: string };

const EVENTS = "/api/v1/events";
/** For so long a refused login may be repeated by force (contract 6). Milliseconds. */
const FORCE_KEPT = 60_000;
/** A token is renewed when less than this is left. Milliseconds. */
const RENEWED_BEFORE = 900_000;

/** One interaction as the snapshot has it. */
export type Interaction = Readonly<Record<string, unknown>>;

/**
 * The agent's session as this toolbar has it. The token is kept in memory, and beyond a reload
 * where the browser allows it. It tells `changed` whenever there is something new to show.
 */
export class Desk {
  /** Replaced when another session begins, for its numbers begin anew. */
  feed = new EventFeed(newName(), { seq: 0, session: {}, interactions: [] });
  login: Login | null = null;
  /** Why the last session is over, if it did not end by the agent's own wish. */
  endedElsewhere = false;
  online = true;
  readonly #server: Server;
  readonly #memory: Memory;
  readonly #framing: FramingApp | null;
  readonly #fetch: typeof globalThis.fetch;
  readonly #now: () => number;
  readonly #changed: () => void;
  readonly #anotherSession: () => void;
  #apps: readonly App[] = [];
  #refused: { readonly userId: string; readonly password: string; readonly at: number } | null =
    null;
  #stream: AbortController | null = null;
  #usedFeed = false;

  constructor(
    server: Server,
    memory: Memory,
    framing: FramingApp | null,
    fetch: typeof globalThis.fetch,
    now: () => number,
    changed: () => void,
    anotherSession: () => void,
  ) {
    this.#server = server;
    this.#memory = memory;
    this.#framing = framing;
    this.#fetch = fetch;
    this.#now = now;
    this.#changed = changed;
    this.#anotherSession = anotherSession;
  }

  /** The grant of the page that frames us. */
  app(): App {
    const { appId = "", origins = [], scopes = [] } = this.#framing ?? {};
    const granted = this.login && this.#apps.find((app) => app.appId === appId);
    const nobody = { campaigns: null, queues: null, token: null, sessionId: null, seats: {} };
    return granted ? { ...granted, origins } : { appId, origins, scopes, ...nobody };
  }

  get interactions(): readonly Interaction[] {
    return this.feed.snapshot.interactions;
  }

  /** Whether a login was refused a moment ago because the agent is logged in elsewhere. */
  get mayForce(): boolean {
    return this.#refused !== null && this.#now() - this.#refused.at < FORCE_KEPT;
  }

  /** Goes on with the login that a reload left behind. */
  async resume(): Promise<void> {
    const kept = this.#memory.read("login") as Login | null;
    if (kept === null || kept.expires < this.#now()) return;
    try {
      await this.#begin(kept);
    } catch {
      this.#over();
    }
  }

  /** Rejects with `CommandRefused`; after `force.login.required` there is `forceLogin`. */
  async logIn(userId: string, password: string, force = false): Promise<void> {
    this.#refused = null;
    try {
      if (this.login) await this.logOut();
      await this.#begin(await this.#server.logIn(userId, password, force));
    } catch (error) {
      if (error instanceof CommandRefused && error.body.code === "force.login.required") {
        this.#refused = { userId, password, at: this.#now() };
        this.#changed();
      }
      throw error;
    }
  }

  async forceLogin(): Promise<void> {
    const refused = this.#refused;
    if (refused === null || !this.mayForce) {
      throw CommandRefused.because("InvalidInput", "No login was refused in the last 60 seconds.");
    }
    await this.logIn(refused.userId, refused.password, true);
  }

  async logOut(): Promise<void> {
    const login = this.#required();
    await this.#server.logOut(login);
    this.#over();
  }

  /** A command in the agent's own name. */
  command(namespace: string, method: string, ...args: readonly unknown[]): Promise<unknown> {
    const { token } = this.#required();
    return this.#server.commands.command(token, namespace, method, args, newName());
  }

  /** A command of the framing page, on its app's own token. */
  asPage(...call: Parameters<Server["commands"]["command"]>): Promise<unknown> {
    return this.#server.commands.command(...call);
  }

  /** What the page that logged somebody in is told: the session as its app sees it. */
  async context(): Promise<unknown> {
    const { token } = this.app();
    if (token === null) return { userId: this.#required().userId };
    const told = await this.#server.commands.command(token, "session", "getContext", [], newName());
    return { ...(told as object), frame: "toolbar", interactionId: null };
  }

  async selectExtension(extension: string): Promise<void> {
    const campaigns = this.#campaigns();
    await this.#server.selectWork(this.#required(), campaigns, null, extension);
    await this.#learnApps();
  }

  async selectCampaigns(campaigns: readonly number[]): Promise<void> {
    const login = this.#required();
    const extension = await this.#server.extension(login);
    await this.#server.selectWork(login, campaigns, campaigns[0] ?? null, extension);
    await this.#learnApps();
  }

  /** To be called every 20 s: the session lives, and so does its token. */
  async tick(): Promise<void> {
    const login = this.login;
    if (login === null) return;
    try {
      await this.#server.keepAlive(login);
      if (login.expires - this.#now() < RENEWED_BEFORE) {
        this.#keep(await this.#server.renewed(login, this.#now()));
      }
      this.#setOnline(true);
    } catch (error) {
      const status = error instanceof CommandRefused ? error.body.status : undefined;
      if (status === 401 || status === 403) this.#over(true);
      else this.#setOnline(false);
    }
  }

  async #begin(login: Login): Promise<void> {
    const apps = await this.#server.apps(login);
    const snapshot = await readSnapshot(EVENTS, headersOf(login), this.#fetch);
    this.#apps = apps;
    this.#refused = null;
    this.endedElsewhere = false;
    if (this.#usedFeed) {
      this.feed = new EventFeed(newName(), snapshot);
      this.#anotherSession();
    } else {
      this.feed.reset(snapshot);
    }
    this.#usedFeed = true;
    this.#keep(login);
    this.feed.subscribe((event) => this.#heard(event));
    void this.#follow(this.feed);
    this.#changed();
  }

  #heard({ name, namespace }: FeedEvent): void {
    if (name === "loggedOut") this.#over(true);
    else if (name === "campaignsChanged" || namespace === "configuration") void this.#learnApps();
    this.#setOnline(true);
    this.#changed();
  }

  async #learnApps(): Promise<void> {
    if (this.login) this.#apps = await this.#server.apps(this.login).catch(() => this.#apps);
  }

  async #follow(feed: EventFeed): Promise<void> {
    const stream = new AbortController();
    this.#stream = stream;
    const token = () => this.login?.token ?? "";
    const status = await followEvents({
      url: EVENTS,
      // Asked again for each connection, for tokens are renewed.
      headers: {
        get Authorization() {
          return `Bearer ${token()}`;
        },
      },
      lastSeq: () => feed.lastSeq,
      onEvent: (event) => feed.push(event),
      onSnapshot: (snapshot) => {
        feed.reset(snapshot);
        this.#changed();
      },
      signal: stream.signal,
      fetch: this.#fetch,
      random: Math.random,
    });
    if (status !== null && feed === this.feed) this.#over(true);
  }

  #keep(login: Login): void {
    this.login = login;
    this.#memory.write("login", login);
  }

  #over(elsewhere = false): void {
    if (this.login === null) return;
    this.login = null;
    this.endedElsewhere = elsewhere;
    this.#memory.write("login", null);
    this.#apps = [];
    this.#stream?.abort();
    this.#changed();
  }

  #setOnline(online: boolean): void {
    if (this.online === online) return;
    this.online = online;
    this.#changed();
  }

  #campaigns(): readonly number[] {
    return (this.feed.snapshot.session["campaigns"] ?? []) as readonly number[];
  }

  #required(): Login {
    if (this.login === null) throw CommandRefused.because("invalid.session.id");
    return this.login;
  }
}

function headersOf({ token }: Login): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${token}` };
}

function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `toolbar-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
