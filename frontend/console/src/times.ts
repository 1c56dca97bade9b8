import { language } from "./text.ts";

/** Milliseconds as `0:05`, `12:40`, `1:02:03`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** An epoch time as the agent reads it: the hour today, else with the day. */
export function moment(at: number): string {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? {} : ({ day: "numeric", month: "short" } as const);
  return date.toLocaleString(language(), { hour: "2-digit", minute: "2-digit", ...day });
}

/** The exact time, for the inspector. */
export const exact = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** An epoch time as a `datetime-local` field has it. */
export function localField(at: number): string {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}
