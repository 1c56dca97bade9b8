/** The embedded page of the bridge bench: the same call over each of the roads. */

import * as Comlink from "comlink";
import { connect, WindowMessenger } from "penpal";
import sdk from "../../frontend/sdk/src/index.ts";

type Ask = (n: number) => Promise<unknown>;

const host = new URLSearchParams(location.search).get("host") ?? "";

function rawEcho(): Ask {
  const { port1, port2 } = new MessageChannel();
  const waiting = new Map<number, (value: unknown) => void>();
  port1.onmessage = ({ data }) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  window.parent.postMessage("raw echo", host, [port2]);
  return (id) =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      port1.postMessage({ id });
    });
}

const omni = sdk.initialize({ context: "app", origin: host });
const penpal = connect<{ setBadge(n: number): Promise<number> }>({
  messenger: new WindowMessenger({ remoteWindow: window.parent, allowedOrigins: [host] }),
});
const comlink = Comlink.wrap<{ setBadge(n: number): number }>(
  Comlink.windowEndpoint(window.parent, self, host),
);

const roads: Record<string, Ask> = {
  echo: rawEcho(),
  sdk: (n) => omni.ui.setBadge(n),
  sdkServer: () => omni.session.getState(),
  penpal: async (n) => (await penpal.promise).setBadge(n),
  comlink: (n) => comlink.setBadge(n),
};

/** Mean milliseconds of a call, one after the other. */
async function time(road: string, calls: number): Promise<number> {
  const ask = roads[road];
  if (!ask) throw new Error(`no road ${road}`);
  const start = performance.now();
  for (let i = 0; i < calls; i += 1) await ask(i);
  return (performance.now() - start) / calls;
}

/** Milliseconds from `register` until the last of so many missed events was heard. */
function timeReplay(count: number): Promise<number> {
  const start = performance.now();
  let heard = 0;
  return new Promise((resolve) => {
    void omni.interaction.register("interactionHeld", () => {
      heard += 1;
      if (heard === count) resolve(performance.now() - start);
    });
  });
}

Object.assign(window, { time, timeReplay });
