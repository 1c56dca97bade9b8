/** How often a window is asked whether it still stands. Browsers tell an opener nothing. */
const LOOK = 1_000;

/** What opens a window: the host's own `window`. */
type Opener = Pick<Window, "open">;

export interface PageWindowOptions {
  /** As `window.open` takes them. */
  readonly features?: string;
  /** The agent, the page or `close` closed it. */
  readonly onClosed?: () => void;
}

/**
 * A page in a window of its own ("open in a window"): its SDK bridges to the opener by the rules
 * that hold in a frame (contract 6). Hand `window` to the bridge as its `frameWindow`, and
 * tell the bridge when it is gone:
 *
 * ```ts
 * frameWindow: () => shown?.window ?? element.contentWindow
 * shown = PageWindow.open(window, url, frame.id, { onClosed: () => bridge.frameLoaded() });
 * ```
 *
 * The bridge, the frame's identity and its cursors stay the same, so that what the page heard in
 * one place is not told again in the other. Whoever says hello last has the bridge.
 */
export class PageWindow {
  readonly #window: Window;
  readonly #onClosed: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(window: Window, onClosed: () => void) {
    this.#window = window;
    this.#onClosed = onClosed;
    this.#timer = setInterval(this.#look, LOOK);
  }

  /**
   * Opens the URL; to be called in the agent's own click. The same name gives the same window
   * again, with the URL loaded anew. Null: the browser did not allow it.
   *
   * The opener is given on purpose: without it the page has nobody to talk to. A page that sends
   * `Cross-Origin-Opener-Policy: same-origin` cuts it and stands alone.
   */
  static open(
    opener: Opener,
    url: string,
    name: string,
    { features = "popup,width=1100,height=800", onClosed = () => {} }: PageWindowOptions = {},
  ): PageWindow | null {
    // A frame of that name would be taken for the window.
    const window = opener.open(url, `window of ${name}`, features);
    return window && new PageWindow(window, onClosed);
  }

  /** Null once it was closed. */
  get window(): Window | null {
    return this.#window.closed ? null : this.#window;
  }

  /** Brings it to the front, as far as the browser lets it. */
  focus(): void {
    this.#window.focus();
  }

  /** Closes it; `onClosed` is called as when the agent does. */
  close(): void {
    this.#window.close();
    this.#look();
  }

  /** Stops looking after it and leaves it open. */
  forget(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look = (): void => {
    if (this.#timer === undefined || !this.#window.closed) return;
    this.forget();
    this.#onClosed();
  };
}
