import type { Settings } from "./config.ts";
import type { TrustedOrigins } from "./trusted-origins.ts";

/** Where the host is: a window, and the exact origins to which a hello may be posted. */
export interface Place {
  readonly target: Window;
  readonly origins: readonly string[];
  /** The toolbar's iframe in context `crm`; its `load` means a new host. */
  readonly frame: HTMLIFrameElement | null;
  /** Whose window it is, is known and trusted, or soon will be: no further origin can be it. */
  readonly sure: boolean;
}

/** After this many unanswered hellos a parent of unknown origin counts as no console. */
const PATIENCE = 4;

/**
 * Finds the host; the config's context is a wish, the page's place decides (contract 6).
 *
 * Null: there is none now. A place without origins: there is a window, but not a trusted one.
 */
export function findPlace(
  page: Window,
  settings: Settings,
  trusted: TrustedOrigins,
  attempt: number,
): Place | null {
  const wantsToolbar = settings.context === "crm";
  if (wantsToolbar) {
    const frame = toolbarFrame(page.document, settings.instanceId);
    if (frame) return toolbarPlace(frame, trusted);
  }
  const framed = page.parent === page ? null : framedPlace(page, trusted);
  if (framed) {
    const named = page.location.ancestorOrigins !== undefined;
    const mayBeConsole = named
      ? framed.origins.length > 0 || !trusted.published
      : attempt <= PATIENCE;
    if (!wantsToolbar || mayBeConsole) return framed;
  }
  if (wantsToolbar) {
    const frame = placeToolbar(page, settings.instanceId, trusted.toolbarOrigin);
    if (frame) return toolbarPlace(frame, trusted);
    if (framed) return framed;
  }
  const opener = page.opener as Window | null;
  const origins = trusted.list(hint(page));
  return opener && { target: opener, origins, frame: null, sure: false };
}

/** The URL's `origin`: says whom to ask first, never whom to trust. */
function hint(page: Window): string | null {
  return new URLSearchParams(page.location.search).get("origin");
}

function framedPlace(page: Window, trusted: TrustedOrigins): Place {
  // Where the browser names the parent's origin, hellos to others would only fill the console.
  const parent = page.location.ancestorOrigins?.[0];
  const all = trusted.list(hint(page));
  const origins = parent === undefined ? all : all.filter((origin) => origin === parent);
  const sure = parent !== undefined && origins.length > 0;
  return { target: page.parent, origins, frame: null, sure };
}

function toolbarFrame(document: Document, instanceId: string): HTMLIFrameElement | null {
  const found = document.getElementById(instanceId);
  return found?.tagName === "IFRAME" ? (found as HTMLIFrameElement) : null;
}

function toolbarPlace(frame: HTMLIFrameElement, trusted: TrustedOrigins): Place | null {
  const target = frame.contentWindow;
  if (!target) return null;
  // Until the toolbar's document is there, a readable empty one stands in the frame.
  if (frame.contentDocument?.URL === "about:blank") {
    return { target, origins: [], frame, sure: true };
  }
  let source: string | null = null;
  try {
    source = new URL(frame.src).origin;
  } catch {
    // No src yet; the next attempt looks again.
  }
  const origins = trusted.list(source);
  const sure = source === origins[0];
  return { target, origins: sure ? origins.slice(0, 1) : origins, frame, sure };
}

/** Puts our toolbar into `<div id="ameyoIframeDiv">`, if the page has one. */
function placeToolbar(
  page: Window,
  instanceId: string,
  host: string | null,
): HTMLIFrameElement | null {
  const div = page.document.getElementById("ameyoIframeDiv");
  if (!div || !host) return null;
  const frame = page.document.createElement("iframe");
  frame.id = instanceId;
  frame.title = "Agent toolbar";
  frame.allow = "microphone; autoplay; clipboard-write";
  frame.style.cssText = "border:0;width:100%;height:100%";
  frame.src = `${host}/omniapp/toolbar/index.html?origin=${encodeURIComponent(page.location.origin)}`;
  div.append(frame);
  return frame;
}
