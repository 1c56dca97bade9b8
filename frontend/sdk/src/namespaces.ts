/** Names that a namespace does not answer: promises and JSON look for them (contract 6). */
const SILENT = new Set(["then", "catch", "finally", "toJSON", "constructor"]);

/**
 * An object that has a function under every text name, so that the host, which may be newer than
 * this SDK, decides which names exist.
 */
export function namespaceOf<T extends object>(
  known: object,
  call: (name: string, args: unknown[]) => Promise<unknown>,
): T {
  return new Proxy(known as T, {
    get(target, name, receiver) {
      if (typeof name !== "string" || SILENT.has(name) || name in target) {
        return SILENT.has(String(name)) ? undefined : Reflect.get(target, name, receiver);
      }
      const method = (...args: unknown[]) => call(name, args);
      // Kept, so that the same name gives the same function.
      Object.defineProperty(target, name, { value: method, configurable: true, writable: true });
      return method;
    },
  });
}
