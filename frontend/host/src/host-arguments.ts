import { CommandRefused } from "./refusal.ts";

const LEVELS = ["info", "success", "warning", "error"];
const LONGEST_TEXT = 1_000;

function text(value: unknown, name: string): string {
  if (typeof value !== "string" && typeof value !== "number") {
    throw CommandRefused.because("InvalidInput", `parameter expected in input: ${name}`);
  }
  return String(value).slice(0, LONGEST_TEXT);
}

/** What may stand in the arguments of the methods that the host answers by itself. */
const READERS: Readonly<
  Record<string, (args: readonly unknown[], origins: readonly string[]) => unknown[]>
> = {
  "ui.notify": ([message]) => {
    const { text: words, level = "info" } = Object(message) as Record<string, unknown>;
    if (!LEVELS.includes(String(level))) {
      throw CommandRefused.because("InvalidInput", `level is one of ${LEVELS.join(", ")}`);
    }
    return [{ text: text(words, "text"), level }];
  },
  "ui.focusApp": () => [],
  "ui.setTitle": ([title]) => [text(title, "text")],
  "ui.setBadge": ([count]) => {
    const n = Number(count);
    if (!Number.isSafeInteger(n) || n < 0 || count === null || count === "") {
      throw CommandRefused.because("InvalidInput", "n is an integer from 0 on");
    }
    return [n];
  },
  "ui.openTab": ([target], origins) => {
    const url = URL.parse(text(target, "url"));
    if (!url || !isOwnPage(url, origins)) {
      throw CommandRefused.because(
        "InvalidInput",
        "url is an https address of one of this app's origins",
      );
    }
    return [url.href];
  },
  "interaction.focus": ([interactionId]) => [text(interactionId, "interactionId")],
};

/** https, or http on loopback; and one of the app's origins (contract 6). */
function isOwnPage({ protocol, hostname, origin }: URL, origins: readonly string[]): boolean {
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return origins.includes(origin) && (protocol === "https:" || (protocol === "http:" && loopback));
}

/** The arguments as the handler may trust them. Raises `CommandRefused` (`InvalidInput`). */
export function readArguments(
  key: string,
  args: readonly unknown[],
  origins: readonly string[],
): readonly unknown[] {
  return READERS[key]?.(args, origins) ?? args;
}
