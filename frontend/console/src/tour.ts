/** The demo's guided tour: five steps, of which the agent's own doing completes three. */

export const STEPS = ["state", "call", "answer", "dispose", "inspect"] as const;
export type Step = (typeof STEPS)[number];

const KEY = "screenpop.tour";
const OVER = "over";
const OFFERED: ReadonlySet<string> = new Set(["ringing", "dialing"]);
const FREE: ReadonlySet<string> = new Set(["ready", "break"]);

/** Where the tour is after the agent's state became `state`. A call that was missed comes anew. */
export function stepAfter(step: Step, state: string): Step {
  if (step === "call" && OFFERED.has(state)) return "answer";
  if ((step === "call" || step === "answer") && state === "onCall") return "dispose";
  if (step === "answer" && FREE.has(state)) return "call";
  if (step === "dispose" && FREE.has(state)) return "inspect";
  return step;
}

/** The tour as this browser remembers it: not begun, at a step, or over for good. */
export class Tour {
  readonly #storage: Pick<Storage, "getItem" | "setItem">;

  constructor(storage: Pick<Storage, "getItem" | "setItem">) {
    this.#storage = storage;
  }

  /** Null: it is over, or was dismissed. */
  get step(): Step | null {
    const kept = this.#storage.getItem(KEY);
    if (kept === OVER) return null;
    return STEPS.find((step) => step === kept) ?? STEPS[0];
  }

  /** One step on, or back; past the last it is over. */
  go(by: 1 | -1): void {
    const { step } = this;
    if (step !== null) this.#keep(STEPS[Math.max(0, STEPS.indexOf(step) + by)] ?? null);
  }

  /** The agent's state became another. */
  follow(state: string): void {
    const { step } = this;
    if (step !== null) this.#keep(stepAfter(step, state));
  }

  dismiss(): void {
    this.#keep(null);
  }

  begin(): void {
    this.#keep(STEPS[0]);
  }

  #keep(step: Step | null): void {
    this.#storage.setItem(KEY, step ?? OVER);
  }
}
