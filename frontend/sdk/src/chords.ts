import type { PageMessage } from "../../protocol/src/messages.ts";

/**
 * Forwards the console's Ctrl+Alt+letter chords, which never reach it while the page has the
 * focus (design 5). Only letters the host named are looked at; all other keys stay the page's.
 */
export function forwardChords(
  page: Window,
  chords: () => readonly string[],
  send: (message: PageMessage) => boolean,
): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    // AltGr types letters as Ctrl+Alt on Windows.
    if (!event.ctrlKey || !event.altKey || event.metaKey || event.shiftKey || event.repeat) return;
    if (event.getModifierState("AltGraph") || !chords().includes(event.code)) return;
    if (send({ t: "chord", code: event.code })) event.preventDefault();
  };
  page.addEventListener("keydown", onKeyDown, true);
  return () => page.removeEventListener("keydown", onKeyDown, true);
}
