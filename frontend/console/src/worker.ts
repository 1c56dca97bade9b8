/** The SharedWorker of one login: its name is the login's handle. */

import { Hub } from "./hub.ts";

interface SharedScope {
  readonly name: string;
  onconnect: ((event: MessageEvent) => void) | null;
}

const scope = globalThis as unknown as SharedScope;
const hub = new Hub(scope.name);

scope.onconnect = ({ ports }) => {
  for (const port of ports) {
    const stop = hub.listen((message) => port.postMessage(message));
    port.onmessage = () => {
      stop();
      port.close();
    };
    port.addEventListener("close", stop);
  }
};
