import { registerIconLibrary } from "@awesome.me/webawesome/dist/components/icon/library.js";
import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit";

/** Every picture of the console: strokes on a field of 24. No request is made for any. */
const SHAPES = {
  phone:
    "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
  answer:
    "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3zM15 4v5h5M20 4l-5 5",
  outgoing:
    "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3zM16 4h5v5M21 4l-6 6",
  pause: "M8 5v14M16 5v14",
  play: "M7 4l13 8-13 8z",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  micOff:
    "M9 9v2a3 3 0 0 0 4.500 2.600M15 10V6a3 3 0 0 0-5.700-1.300M5 11a7 7 0 0 0 10.500 6M19 11a7 7 0 0 1-.700 3M12 18v3M3 3l18 18",
  keypad: "M5 5h.01M12 5h.01M19 5h.01M5 12h.01M12 12h.01M19 12h.01M5 19h.01M12 19h.01M19 19h.01",
  transfer: "M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4",
  people:
    "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 4a4 4 0 0 1 0 7M18 14a7 7 0 0 1 4 7",
  inspect: "M8 6l-5 6 5 6M16 6l5 6-5 6",
  menu: "M4 7h16M4 12h16M4 17h16",
  check: "M5 13l4 4L19 7",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  window: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
} as const;

export type IconName = keyof typeof SHAPES;

const path = (name: IconName): SVGTemplateResult => svg`<path d=${SHAPES[name]}></path>`;

/** A picture beside words, or in a button that has a name; never alone. */
export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${path(name)}</svg>`;

/** What Web Awesome's own parts ask for, in our shapes. */
const THEIRS: Readonly<Record<string, IconName>> = {
  "chevron-down": "down",
  "chevron-right": "right",
  "angle-down": "down",
  "angle-right": "right",
  xmark: "close",
  "circle-xmark": "close",
  check: "check",
  eye: "eye",
  "eye-slash": "eye",
};

/** Puts our shapes in the place of Web Awesome's icon libraries, one of which is remote. */
export function keepIconsAtHome(): void {
  for (const library of ["default", "system"]) {
    registerIconLibrary(library, {
      resolver: (name) => `#${name}`,
      spriteSheet: true,
      mutator: (element, host) => {
        const shape = SHAPES[THEIRS[host?.name ?? ""] ?? "right"];
        const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
        drawn.setAttribute("d", shape);
        element.setAttribute("viewBox", "0 0 24 24");
        element.setAttribute("fill", "none");
        element.setAttribute("stroke", "currentColor");
        element.setAttribute("stroke-width", "2");
        element.replaceChildren(drawn);
      },
    });
  }
}
