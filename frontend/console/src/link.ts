import { type FromHub, Hub } from "./hub.ts";

/** Hears the login's hub: the browser's SharedWorker, else one in this tab. */
export function listenToHub(handle: string, hear: (message: FromHub) => void): () => void {
  if (typeof SharedWorker === "undefined") return new Hub(handle).listen(hear);
  const { port } = new SharedWorker("/console/worker.js", { type: "module", name: handle });
  port.onmessage = ({ data }: MessageEvent<FromHub>) => hear(data);
  const leave = () => port.postMessage("leave");
  addEventListener("pagehide", leave);
  return () => {
    removeEventListener("pagehide", leave);
    leave();
    port.onmessage = null;
  };
}

/**
 * Leads, or waits to lead, the tabs of one login. The browser frees the lead of a tab that is
 * closed or crashes. `take` leads at once; the tab that led is told.
 */
export class Lead {
  readonly #name: string;
  readonly #tell: (leading: boolean) => void;
  #release: (() => void) | null = null;

  constructor(handle: string, tell: (leading: boolean) => void) {
    this.#name = `screenpop.lead.${handle}`;
    this.#tell = tell;
    this.#request({});
  }

  take(): void {
    this.#request({ steal: true });
  }

  release(): void {
    this.#release?.();
  }

  #request(options: LockOptions): void {
    const held = () =>
      new Promise<void>((resolve) => {
        this.#release = resolve;
        this.#tell(true);
      });
    navigator.locks.request(this.#name, options, held).catch(() => {
      // Another tab took the lead; this one is next when that is gone.
      this.#tell(false);
      this.#request({});
    });
  }
}
