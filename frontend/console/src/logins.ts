/** Which login this tab has, and which others this browser knows of. No secrets: handles only. */

const TAB = "screenpop.login";
const BROWSER = "screenpop.logins";

/** The handle of this tab's login. */
export const ownHandle = (): string | null => sessionStorage.getItem(TAB);

/** Handles of this browser's logins, each with its userId. */
export function knownLogins(): Readonly<Record<string, string>> {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(BROWSER) ?? "{}");
    return typeof known === "object" && known !== null ? (known as Record<string, string>) : {};
  } catch {
    return {};
  }
}

export function keepLogin(handle: string, userId: string): void {
  sessionStorage.setItem(TAB, handle);
  localStorage.setItem(BROWSER, JSON.stringify({ ...knownLogins(), [handle]: userId }));
}

export function forgetLogin(handle: string): void {
  if (ownHandle() === handle) sessionStorage.removeItem(TAB);
  const { [handle]: _gone, ...rest } = knownLogins();
  localStorage.setItem(BROWSER, JSON.stringify(rest));
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(cursorKey(handle, ""))) localStorage.removeItem(key);
  }
}

/** Where a frame's cursors are kept, over reloads and for the tab that takes over. */
export const cursorKey = (handle: string, frameId: string): string =>
  `screenpop.cursors.${handle}.${frameId}`;
