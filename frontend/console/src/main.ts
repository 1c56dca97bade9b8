/** The console's page: puts the parts together and takes up the tab's login. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/switch/switch.js";
import { Desk } from "./desk.ts";
import { keepIconsAtHome } from "./icons.ts";
import { CallStrip } from "./parts/call-strip.ts";
import { Console } from "./parts/console.ts";
import { Cover } from "./parts/cover.ts";
import { Demo } from "./parts/demo.ts";
import { Inspector } from "./parts/inspector.ts";
import { Login } from "./parts/login.ts";
import { serve } from "./parts/part.ts";
import { Side } from "./parts/side.ts";
import { Stage } from "./parts/stage.ts";
import { TopBar } from "./parts/top-bar.ts";
import { TourCard } from "./parts/tour.ts";
import { Work } from "./parts/work.ts";
import { speak, spokenOf } from "./text.ts";
import { dress } from "./theme.ts";

keepIconsAtHome();
dress();
speak(localStorage.getItem("screenpop.language") ?? spokenOf(navigator.languages));

const deck = document.createElement("div");
deck.className = "deck";
document.querySelector("sp-console")?.append(deck);
const sideDeck = document.createElement("div");
sideDeck.className = "deck";
sideDeck.slot = "side";
document.querySelector("sp-console")?.append(sideDeck);
const desk = new Desk(deck, sideDeck);
serve(desk);
// Browsers let a page sound only after a gesture; after a reload any will do.
for (const gesture of ["pointerdown", "keydown"]) {
  addEventListener(gesture, () => desk.alerts.wake(), { once: true, capture: true });
}

const parts = {
  "sp-login": Login,
  "sp-work": Work,
  "sp-top-bar": TopBar,
  "sp-call-strip": CallStrip,
  "sp-cover": Cover,
  "sp-demo": Demo,
  "sp-tour": TourCard,
  "sp-stage": Stage,
  "sp-side": Side,
  "sp-inspector": Inspector,
  "sp-console": Console,
};
for (const [name, part] of Object.entries(parts)) customElements.define(name, part);
void desk.begin();
