import type { BridgeErrorCode } from "../../protocol/src/errors.ts";
import { isHostMessage, isWindowMessage } from "../../protocol/src/guards.ts";
import {
  type Bye,
  type EventMessage,
  type EventsMessage,
  type Hello,
  type HostMessage,
  type PageMessage,
  PROTOCOL_VERSIONS,
  type ToldEvent,
  type Welcome,
} from "../../protocol/src/messages.ts";
import type { Settings } from "./config.ts";
import { bridgeError, type OmniError } from "./omni-error.ts";
import { findPlace, type Place } from "./place.ts";
import type { TrustedOrigins } from "./trusted-origins.ts";
import { SDK_VERSION } from "./version.ts";

/** First wait after an unanswered hello; it doubles. Milliseconds, as all below. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 5_000;
/** A port that was silent for this long is asked; silent once more, it is given up. */
const SILENCE = 5_000;

/** What the connection tells the rest of the SDK. */
export interface ConnectionListener {
  /** A port is there. `sameStream` is false when remembered cursors are void. */
  opened(sameStream: boolean): void;
  answered(message: Exclude<HostMessage, EventMessage | EventsMessage | Bye>): void;
  /** Events with the numbers `n` and following. */
  happened(n: number, events: readonly ToldEvent[]): void;
  /** Nothing can be expected any more, at least as the page stands. */
  refused(error: OmniError): void;
}

/**
 * Finds the host, shakes hands and keeps a port open (docs/sdk-protocol.md).
 *
 * The page speaks first and again until it is answered; it takes a welcome only from the window
 * and an origin it asked, for its own latest hello. Whatever ends the port but a final `bye`
 * begins the handshake anew.
 */
export class Connection {
  /** Whether there ever was a port: tells `timeout` from `host.not.found`. */
  everOpen = false;
  chords: readonly string[] = [];
  readonly #page: Window;
  readonly #settings: Settings;
  readonly #trusted: TrustedOrigins;
  readonly #listener: ConnectionListener;
  readonly #name: string;
  #attempt = 0;
  #wait = FIRST_WAIT;
  #place: Place | null = null;
  #port: MessagePort | null = null;
  #stream: string | null = null;
  #n = 0;
  #heard = true;
  #asked = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  #over = false;

  constructor(
    page: Window,
    settings: Settings,
    trusted: TrustedOrigins,
    name: string,
    listener: ConnectionListener,
  ) {
    this.#page = page;
    this.#settings = settings;
    this.#trusted = trusted;
    this.#name = name;
    this.#listener = listener;
    page.addEventListener("message", this.#onWindowMessage);
    page.addEventListener("pagehide", this.#hide);
    page.addEventListener("pageshow", this.#show);
    this.#seek();
  }

  /** Sends, or says that there is no port to send by. */
  send(message: PageMessage): boolean {
    this.#port?.postMessage(message);
    return this.#port !== null;
  }

  /** Lets go for good. */
  close(): void {
    this.#hide();
    this.#over = true;
    this.#page.removeEventListener("message", this.#onWindowMessage);
    this.#page.removeEventListener("pagehide", this.#hide);
    this.#page.removeEventListener("pageshow", this.#show);
  }

  /** The document goes: of a window of its own the host would not hear it from the browser. */
  #hide = (): void => {
    this.send({ t: "leave" });
    this.#drop();
    clearTimeout(this.#retry);
  };

  /** The browser kept the document and shows it again. */
  #show = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#seek();
  };

  /** Says hello now, and again later if nobody answers. */
  #seek = (): void => {
    clearTimeout(this.#retry);
    if (this.#over) return;
    this.#attempt += 1;
    const place = findPlace(this.#page, this.#settings, this.#trusted, this.#attempt);
    if (place?.frame && place.frame !== this.#place?.frame) {
      place.frame.addEventListener("load", this.#lose);
    }
    this.#place = place;
    const hello: Hello = {
      screenpop: "hello",
      versions: PROTOCOL_VERSIONS,
      page: this.#name,
      attempt: this.#attempt,
      sdk: SDK_VERSION,
    };
    const origins = place?.origins ?? [];
    for (const origin of origins) place?.target.postMessage(hello, origin);
    const found = origins.length > 0;
    if (!found && this.#trusted.published && this.#settings.context === "app") {
      this.#end("host.not.found");
      return;
    }
    // Not in vain: a page's policy may forbid it, and the browser would report that.
    if (!this.#trusted.published && !place?.sure && (!found || this.#attempt > 1)) {
      const ask = this.#page.fetch.bind(this.#page);
      void this.#trusted.addPublished(ask).then(() => this.#port ?? this.#seek());
    }
    this.#retry = setTimeout(this.#seek, this.#wait);
    if (found) this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  };

  #onWindowMessage = ({ data, source, origin, ports }: MessageEvent): void => {
    if (source !== this.#place?.target || !source || !this.#trusted.has(origin)) return;
    if (!isWindowMessage(data) || data.screenpop === "hello") return;
    if (data.page !== this.#name || data.attempt !== this.#attempt) return;
    if (data.screenpop === "refusal") this.#end("version.unsupported");
    else if (ports[0] && PROTOCOL_VERSIONS.includes(data.version)) this.#open(ports[0], data);
  };

  #open(port: MessagePort, welcome: Welcome): void {
    this.#drop();
    clearTimeout(this.#retry);
    this.#wait = FIRST_WAIT;
    this.#port = port;
    this.#n = welcome.n;
    this.everOpen = true;
    this.chords = welcome.chords;
    port.onmessage = ({ data }: MessageEvent) => this.#onPortMessage(port, data);
    // Newer browsers say when the other side is gone; the others are asked by the pulse.
    port.addEventListener("close", () => port === this.#port && this.#lose());
    this.#heard = true;
    this.#pulse = setInterval(this.#beat, SILENCE);
    const sameStream = this.#stream === welcome.stream;
    this.#stream = welcome.stream;
    this.#listener.opened(sameStream);
  }

  #onPortMessage(port: MessagePort, data: unknown): void {
    if (port !== this.#port || !isHostMessage(data)) return;
    this.#heard = true;
    if (data.t === "bye") {
      if (data.reason === "replaced") this.#end("instance.replaced");
      else if (data.reason === "flood") this.#end("frame.cut.off");
      else this.#lose();
    } else if (data.t === "event" || data.t === "events") {
      const events = data.t === "event" ? [data] : data.events;
      // A hole means that something was lost on the way: begin again from what was taken.
      if (data.n !== this.#n + 1) {
        this.#lose();
        return;
      }
      this.#n += events.length;
      this.#listener.happened(data.n, events);
    } else {
      this.#listener.answered(data);
    }
  }

  #beat = (): void => {
    if (!this.#heard && this.#asked) {
      this.#lose();
      return;
    }
    this.#asked = !this.#heard;
    this.#heard = false;
    if (this.#asked) this.send({ t: "ping", id: this.#attempt });
  };

  #drop(): void {
    clearInterval(this.#pulse);
    this.#asked = false;
    this.#port?.close();
    this.#port = null;
  }

  /** The port is of no more use: look for the host anew. */
  #lose = (): void => {
    this.#drop();
    this.#seek();
  };

  #end(code: BridgeErrorCode): void {
    this.#drop();
    this.#over = true;
    this.#listener.refused(bridgeError(code));
  }
}
