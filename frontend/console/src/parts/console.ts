import { css, html, nothing, type TemplateResult } from "lit";
import { CHORDS } from "../frames.ts";
import { icon } from "../icons.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import type { CallStrip } from "./call-strip.ts";
import type { Disposal } from "./disposal.ts";
import { Part } from "./part.ts";

/** The whole console. The frame deck is its child, and stands in the stage's slot. */
export class Console extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        height: 100%;
      }
      .desk {
        display: grid;
        grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr) 304px;
        height: 100%;
      }
      sp-top-bar,
      .banner,
      sp-inspector {
        grid-column: 1 / -1;
      }
      sp-stage {
        grid-row: 3;
      }
      sp-side {
        grid-row: 3;
      }
      sp-inspector {
        grid-row: 4;
        height: 42vh;
      }
      .banner {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 12px;
        padding: 8px 16px;
        background: var(--sp-wrap-soft);
        color: var(--sp-wrap);
        font-weight: 600;
      }
      .notice {
        position: fixed;
        inset: auto auto 20px 50%;
        z-index: 30;
        display: flex;
        align-items: center;
        gap: 12px;
        max-width: min(560px, 90vw);
        padding: 10px 10px 10px 16px;
        transform: translateX(-50%);
        border-left: 4px solid var(--sp-accent);
      }
      .notice.error {
        border-left-color: var(--sp-danger);
      }
      .notice.warning {
        border-left-color: var(--sp-wrap);
      }
      @media (min-width: 1300px) {
        .desk {
          grid-template-columns: minmax(0, 1fr) 340px;
        }
      }
    `,
  ];
  #inspecting = false;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", (event) => {
      if (event.key === "F6" && this.desk.view === "desk") {
        event.preventDefault();
        this.#moveOn(event.shiftKey);
      } else if (event.ctrlKey && event.altKey && Object.hasOwn(CHORDS, event.code)) {
        event.preventDefault();
        this.#chord(CHORDS[event.code] ?? "");
      }
    });
    this.addEventListener("chord", (event) => this.#chord((event as CustomEvent<string>).detail));
    this.desk.addEventListener("chord", (event) => {
      this.#chord((event as CustomEvent<string>).detail);
    });
    this.desk.addEventListener("inspect", () => {
      this.#inspecting = true;
      this.requestUpdate();
    });
    this.addEventListener("tour-over", () => this.#firstIn("sp-top-bar"));
    this.#takeMediaKeys();
  }

  /** A headset's keys: the browser names them by a session of media, or as keys of the page. */
  #takeMediaKeys(): void {
    const { desk } = this;
    const actions: Readonly<Record<string, () => Promise<unknown>>> = {
      hangup: () => desk.act("hang-up"),
      play: () => desk.playOrPause(),
      pause: () => desk.playOrPause(),
      stop: () => desk.act("hang-up"),
      togglemicrophone: () => desk.control(desk.call?.muted ? "unmute" : "mute"),
    };
    for (const [name, act] of Object.entries(actions)) {
      try {
        navigator.mediaSession?.setActionHandler(name as MediaSessionAction, () => void act());
      } catch {
        // This browser does not know the key.
      }
    }
    addEventListener("keydown", ({ key }) => {
      if (key === "MediaPlayPause") void desk.playOrPause();
      else if (key === "MediaStop") void desk.act("hang-up");
    });
  }

  get #strip(): CallStrip | null {
    return this.find("sp-call-strip");
  }

  #chord(name: string): void {
    const { desk } = this;
    const { call } = desk;
    if (name === "inspector") this.#inspecting = !this.#inspecting;
    else if (name === "answer") void desk.act("answer");
    else if (name === "hangUp") void desk.act("hang-up");
    else if (name === "hold") void desk.control(call?.state === "held" ? "resume" : "hold");
    else if (name === "mute") void desk.control(call?.muted ? "unmute" : "mute");
    else if (name === "keypad" || name === "transfer") {
      window.focus();
      this.#strip?.toggle(name);
    } else if (name === "disposition") {
      window.focus();
      const side = this.find("sp-side")?.shadowRoot;
      side?.querySelector<Disposal & HTMLElement>("sp-disposal")?.focusDisposition();
    } else if (name === "backToDesk") {
      this.#firstIn("sp-top-bar");
    }
    this.requestUpdate();
  }

  /** F6 walks between the top bar, the page and the side, as in a browser. */
  #moveOn(back: boolean): void {
    const tour = this.desk.toured ? ["sp-tour"] : [];
    const places = ["sp-top-bar", "sp-stage", "sp-side", ...tour];
    const here = places.findIndex((one) => this.find(one)?.matches(":focus-within"));
    const inPage = document.activeElement instanceof HTMLIFrameElement ? 1 : here;
    const next = (inPage + (back ? -1 : 1) + places.length) % places.length;
    const { shown } = this.desk.frames;
    if (next === 1 && shown) shown.element.focus();
    else this.#firstIn(places[next] ?? "sp-top-bar");
  }

  #firstIn(place: string): void {
    window.focus();
    const first = place === "sp-tour" ? ".next" : "button, input, [tabindex]";
    this.find(place)?.shadowRoot?.querySelector<HTMLElement>(first)?.focus();
  }

  override render() {
    const { view, announcement } = this.desk;
    const shown = {
      starting: () => html`${this.#lost()}`,
      login: () => html`<sp-login></sp-login>`,
      work: () => html`<sp-work></sp-work>`,
      desk: () => this.#desk(),
    }[view];
    return html`<div class="hidden" role="status" aria-live="assertive">${announcement}</div>
      ${shown()} ${view === "login" || view === "work" ? nothing : this.#notice()}`;
  }

  #lost(): TemplateResult | typeof nothing {
    if (this.desk.online) return nothing;
    return html`<div class="banner" role="alert">${text().lost}</div>`;
  }

  #desk(): TemplateResult {
    const t = text();
    const { desk } = this;
    const other =
      desk.leading || desk.feed === null
        ? nothing
        : html`<div class="banner" role="status">
            ${t.otherTab}
            <button class="plain" @click=${() => desk.takeLead()}>${t.useHere}</button>
          </div>`;
    const step = (desk.toured && desk.tour.step) || nothing;
    return html`<div class="desk">
      ${desk.toured ? html`<sp-tour></sp-tour>` : nothing}
      <sp-top-bar role="banner" tour=${step}
        ><sp-call-strip></sp-call-strip
        >${desk.facts?.simulator ? html`<sp-demo slot="demo" tour=${step}></sp-demo>` : nothing}</sp-top-bar
      >
      ${desk.online ? other : this.#lost()}
      <sp-stage role="main"><slot></slot></sp-stage>
      <sp-side role="complementary" aria-label=${t.customer} tour=${step}
        ><slot name="side" slot="side"></slot
      ></sp-side>
      ${this.#inspecting ? html`<sp-inspector role="region" aria-label=${t.inspector}></sp-inspector>` : nothing}
    </div>`;
  }

  #notice(): TemplateResult | typeof nothing {
    const { notice } = this.desk;
    if (notice === null) return nothing;
    return html`<div class="notice panel ${notice.level}" role="alert">
      ${notice.words}
      <button
        class="tool"
        aria-label=${text().close}
        @click=${() => {
          this.desk.notice = null;
          this.desk.changed();
        }}
      >
        ${icon("close")}
      </button>
    </div>`;
  }
}
