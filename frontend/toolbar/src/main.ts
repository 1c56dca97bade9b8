/** The toolbar page: the desk, what is seen of it, and the page around it. */

import { Desk, type FramingApp } from "./desk.ts";
import { Memory } from "./memory.ts";
import { FramingPage } from "./page.ts";
import { Server } from "./server.ts";
import { View } from "./view.ts";

const told = document.getElementById("framing-app")?.textContent ?? "null";
const framing = JSON.parse(told) as FramingApp | null;
const fetchHere = fetch.bind(window);
let page: FramingPage | null = null;
const desk: Desk = new Desk(
  new Server(fetchHere),
  new Memory(() => sessionStorage),
  framing,
  fetchHere,
  Date.now,
  () => view.show(),
  () => page?.anotherSession(),
);
const view: View = new View(desk, document.body);

new Worker(new URL("ticks.js", import.meta.url)).onmessage = () => void desk.tick();
await desk.resume();
// Not before: a page that came back with us would be told that nobody is logged in.
if (window.parent !== window && framing) page = new FramingPage(desk, view);
view.show();
