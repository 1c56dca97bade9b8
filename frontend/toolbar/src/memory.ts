/**
 * What outlives a reload of the toolbar, where the browser allows it.
 *
 * Browsers deny or partition storage in frames of other sites. Denied, the token lives as long as
 * this document, and the agent logs in again after a reload.
 */
export class Memory {
  readonly #storage: Storage | null;

  constructor(open: () => Storage) {
    let storage: Storage | null = null;
    try {
      storage = open();
      storage.getItem("screenpop");
    } catch {
      storage = null;
    }
    this.#storage = storage;
  }

  read(key: string): unknown {
    try {
      return JSON.parse(this.#storage?.getItem(`screenpop ${key}`) ?? "null");
    } catch {
      return null;
    }
  }

  /** Null forgets. */
  write(key: string, value: unknown): void {
    try {
      if (value === null) this.#storage?.removeItem(`screenpop ${key}`);
      else this.#storage?.setItem(`screenpop ${key}`, JSON.stringify(value));
    } catch {
      // Full or denied by now: what is not kept is asked for again.
    }
  }
}
