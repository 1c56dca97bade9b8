import { CommandRefused, FrameBridge, type HostMethods } from "../../host/src/index.ts";
import type { Desk } from "./desk.ts";

/** What the page that frames us may have shown and done here. */
export interface Shown {
  notify(text: string): void;
  focus(interactionId: string): void;
}

/**
 * The bridge to the page that frames us: context `crm` (contract 6). A session that follows
 * another one has another log, so it gets a bridge of its own; the page shakes hands again.
 */
export class FramingPage {
  readonly #desk: Desk;
  readonly #shown: Shown;
  #bridge: FrameBridge;
  /** Logins of the page that are not answered yet. */
  #loggingIn = 0;
  #outdated = false;

  constructor(desk: Desk, shown: Shown) {
    this.#desk = desk;
    this.#shown = shown;
    this.#bridge = this.#newBridge();
  }

  /** The desk has another session; a login of the page is answered over the old bridge first. */
  anotherSession(): void {
    this.#outdated = true;
    if (this.#loggingIn === 0) setTimeout(() => this.#renew());
  }

  #renew(): void {
    if (!this.#outdated) return;
    this.#outdated = false;
    this.#bridge.close();
    this.#bridge = this.#newBridge();
  }

  /** Logs in and tells the session; what waits for the answer to go out comes after it. */
  async #logIn(work: () => Promise<void>): Promise<unknown> {
    this.#loggingIn += 1;
    try {
      await work();
      return await this.#desk.context();
    } finally {
      this.#loggingIn -= 1;
      setTimeout(() => this.#renew());
    }
  }

  #newBridge(): FrameBridge {
    const desk = this.#desk;
    return new FrameBridge({
      frame: {
        id: "toolbar",
        kind: "toolbar",
        interactionId: null,
        associationId: null,
        campaignId: null,
        startSeq: desk.login ? desk.feed.snapshot.seq : 0,
      },
      app: () => desk.app(),
      frameWindow: () => window.parent,
      hostWindow: window,
      server: { command: (...call) => desk.asPage(...call) },
      feed: desk.feed,
      // A toolbar goes with its page: the page itself knows how far it came.
      cursors: { load: () => null, save: () => undefined },
      methods: this.#methods(),
    });
  }

  #methods(): HostMethods {
    const desk = this.#desk;
    return {
      "session.login": (_frame, credentials) => {
        const { username, password } = Object(credentials) as Record<string, unknown>;
        const user = text(username, "username");
        const word = text(password, "password");
        return this.#logIn(() => desk.logIn(user, word));
      },
      "session.forceLogin": () => this.#logIn(() => desk.forceLogin()),
      "session.logout": async () => {
        await desk.logOut();
        return { interactionId: null };
      },
      "session.selectExtension": async (_frame, extension) => {
        await desk.selectExtension(text(extension, "extension"));
        return { interactionId: null };
      },
      "session.selectCampaign": async (_frame, campaigns) => {
        await desk.selectCampaigns(numbers(campaigns));
        return { interactionId: null };
      },
      "ui.notify": (_frame, message) => {
        this.#shown.notify(String((message as { text: unknown }).text));
        return undefined;
      },
      "interaction.focus": (_frame, interactionId) => {
        const call = desk.interactions.find((one) => one["interactionId"] === interactionId);
        if (!call) throw CommandRefused.because("access.denied", "There is no such open call.");
        this.#shown.focus(String(interactionId));
        this.#bridge.emit("interaction", "interactionFocused", { ...call, timestamp: Date.now() });
        return { interactionId };
      },
    };
  }
}

function text(value: unknown, name: string): string {
  if ((typeof value === "string" || typeof value === "number") && String(value).trim() !== "") {
    return String(value);
  }
  throw CommandRefused.because("InvalidInput", `parameter expected in input: ${name}`);
}

function numbers(value: unknown): readonly number[] {
  const ids = (Array.isArray(value) ? value : [value]).map((id) => Number(text(id, "campaigns")));
  if (ids.every((id) => Number.isSafeInteger(id))) return ids;
  throw CommandRefused.because("InvalidInput", "campaigns are given by their numbers");
}
