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
import { Inspector } from "./parts/inspector.ts";
import { Login } from "./parts/login.ts";
import { serve } from "./parts/part.ts";
import { Side } from "./parts/side.ts";
import { Stage } from "./parts/stage.ts";
import { TopBar } from "./parts/top-bar.ts";
import { Work } from "./parts/work.ts";
import { speak } from "./text.ts";
import { dress } from "./theme.ts";

keepIconsAtHome();
dress();
speak(localStorage.getItem("screenpop.language") ?? "en");

const deck = document.createElement("div");
deck.className = "deck";
document.querySelector("sp-console")?.append(deck);
const desk = new Desk(deck);
serve(desk);

const parts = {
  "sp-login": Login,
  "sp-work": Work,
  "sp-top-bar": TopBar,
  "sp-call-strip": CallStrip,
  "sp-stage": Stage,
  "sp-side": Side,
  "sp-inspector": Inspector,
  "sp-console": Console,
};
for (const [name, part] of Object.entries(parts)) customElements.define(name, part);
void desk.begin();
