/** What one frame may send. The defaults leave a busy CRM room and stop a loop within a second. */
export interface Limits {
  /** Messages a second, sustained. */
  readonly rate: number;
  /** Messages at once. */
  readonly burst: number;
  /** Messages beyond both that are refused one by one before the frame is cut off. */
  readonly patience: number;
  /** Rough size of one message in bytes. */
  readonly size: number;
}

export const DEFAULT_LIMITS: Limits = { rate: 100, burst: 500, patience: 1_500, size: 65_536 };

export type Verdict = "go" | "refuse" | "cutOff";

/** A token bucket that may go into debt: in debt messages are refused, deep in debt cut off. */
export class Meter {
  readonly #limits: Limits;
  readonly #now: () => number;
  #tokens: number;
  #at: number;

  /** `now` in milliseconds. */
  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#tokens = limits.burst;
    this.#at = now();
  }

  /** Takes the cost of one message and says what becomes of it. */
  count(cost = 1): Verdict {
    const { rate, burst, patience } = this.#limits;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * rate) / 1_000) - cost;
    this.#at = now;
    if (this.#tokens >= 0) return "go";
    return this.#tokens < -patience ? "cutOff" : "refuse";
  }
}

const DEEPEST = 64;

/**
 * Whether the value is JSON-like and, roughly, within `limit` bytes. Stops as soon as it is not,
 * so that a huge or a cyclic value costs no more than a fitting one.
 */
export function fits(value: unknown, limit: number): boolean {
  let left = limit;
  const walk = (part: unknown, depth: number): boolean => {
    left -= typeof part === "string" ? part.length + 2 : 8;
    if (left < 0 || depth > DEEPEST) return false;
    if (typeof part !== "object" || part === null) return typeof part !== "bigint";
    if (Array.isArray(part)) return part.every((item) => walk(item, depth + 1));
    if (Object.getPrototypeOf(part) !== Object.prototype) return false;
    return Object.entries(part).every(([key, item]) => walk(key, depth) && walk(item, depth + 1));
  };
  return walk(value, 0);
}
