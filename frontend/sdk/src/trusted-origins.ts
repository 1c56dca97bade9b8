import { originOf, type Settings } from "./config.ts";

/**
 * Whom the page talks to (contract 6): the origin the module was loaded from, the public origins
 * which that origin publishes, and those of the config. Never an origin taken from a message or
 * from the page's URL.
 */
export class TrustedOrigins {
  /** Where the module came from, or null when it was bundled or read from a file. */
  readonly moduleOrigin: string | null;
  /** Whether the console itself served the module, so that it publishes its origins. */
  readonly #served: boolean;
  readonly #origins: Set<string>;
  /** The origin whose toolbar the page may frame. */
  readonly toolbarOrigin: string | null;
  /** Whether the module's origin has said, or failed to say, which further origins are its own. */
  published = false;
  #publishing: Promise<void> | null = null;

  constructor(moduleUrl: string | undefined, settings: Settings) {
    this.moduleOrigin = originOf(moduleUrl);
    this.#served = this.moduleOrigin !== null && String(moduleUrl).includes("/omniapp/sdk/");
    const known = this.moduleOrigin === null ? [] : [this.moduleOrigin];
    this.#origins = new Set([...known, ...settings.origins]);
    this.toolbarOrigin = this.#served ? this.moduleOrigin : (settings.origins[0] ?? null);
  }

  has(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** All of them, with `first` in front if it is among them. */
  list(first: string | null): string[] {
    const all = [...this.#origins];
    return first !== null && this.has(first) ? [...new Set([first, ...all])] : all;
  }

  /** Adds what the module's origin publishes; asks once, and takes no answer for an answer. */
  addPublished(fetch: typeof globalThis.fetch): Promise<void> {
    this.#publishing ??= this.#read(fetch);
    return this.#publishing;
  }

  async #read(fetch: typeof globalThis.fetch): Promise<void> {
    try {
      if (!this.#served) return;
      const url = `${this.moduleOrigin}/omniapp/sdk/hosts.json`;
      const { origins } = (await (await fetch(url, { credentials: "omit" })).json()) as {
        origins: unknown[];
      };
      for (const origin of origins.map(originOf)) if (origin !== null) this.#origins.add(origin);
    } catch {
      // A page may forbid the request by its CSP; the other origins are trusted all the same.
    } finally {
      this.published = true;
    }
  }
}
