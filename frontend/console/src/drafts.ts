import type { Desk } from "./desk.ts";

/** After the last key. Milliseconds. */
const PAUSE = 600;

interface Kept {
  readonly crtObjectId: string;
  readonly notes: string;
}

/** Notes as they are typed, kept on the server; what a lost network held back is sent later. */
export class Drafts {
  readonly #desk: Desk;
  readonly #notes = new Map<string, string>();
  readonly #unsaved = new Set<string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async load(): Promise<void> {
    const { api } = this.#desk;
    const { drafts } = await api
      .get<{ drafts: readonly Kept[] }>("console/drafts")
      .catch(() => ({ drafts: [] }));
    for (const { crtObjectId, notes } of drafts) {
      if (!this.#unsaved.has(crtObjectId)) this.#notes.set(crtObjectId, notes);
    }
    this.#desk.changed();
  }

  of(crtObjectId: string): string {
    return this.#notes.get(crtObjectId) ?? "";
  }

  isSaved(crtObjectId: string): boolean {
    return !this.#unsaved.has(crtObjectId);
  }

  type(crtObjectId: string, notes: string): void {
    this.#notes.set(crtObjectId, notes);
    this.#unsaved.add(crtObjectId);
    clearTimeout(this.#timers.get(crtObjectId));
    this.#timers.set(
      crtObjectId,
      setTimeout(() => void this.#save(crtObjectId), PAUSE),
    );
    this.#desk.changed();
  }

  /** The notes went with a disposal: there is no draft any more. */
  done(crtObjectId: string): void {
    clearTimeout(this.#timers.get(crtObjectId));
    this.#unsaved.delete(crtObjectId);
    this.#notes.delete(crtObjectId);
  }

  async flush(): Promise<void> {
    for (const crtObjectId of [...this.#unsaved]) await this.#save(crtObjectId);
  }

  async #save(crtObjectId: string): Promise<void> {
    const notes = this.of(crtObjectId);
    try {
      await this.#desk.api.put(`console/calls/${crtObjectId}/draft`, { notes });
    } catch {
      return; // it stays unsaved, is shown so, and goes out when the server is back
    }
    if (this.of(crtObjectId) === notes) this.#unsaved.delete(crtObjectId);
    this.#desk.changed();
  }
}
