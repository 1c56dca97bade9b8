import { css, html, nothing, type TemplateResult } from "lit";
import { type IconName, icon } from "../icons.ts";
import type { OpenCall } from "../shapes.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { clock } from "../times.ts";
import { Part } from "./part.ts";
import "./target-picker.ts";

type Popover = "keypad" | "transfer" | "confer";

/** The call and everything the agent can do to it. */
export class CallStrip extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 6px;
        position: relative;
        min-width: 0;
      }
      .call {
        display: grid;
        min-width: 0;
        margin-right: 8px;
        line-height: 1.25;
        text-align: right;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-weight: 650;
      }
      .fact {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-size: 12px;
        color: var(--sp-quiet);
      }
      .facts {
        display: flex;
        justify-content: flex-end;
        gap: 4px;
        min-width: 0;
        font-size: 12px;
        color: var(--sp-quiet);
      }
      .facts > * {
        flex: none;
      }
      .facts > .fact {
        flex: 0 1 auto;
      }
      .time {
        color: var(--sp-ink);
        font-weight: 600;
      }
      .stop .icon {
        rotate: 135deg;
      }
      .tool.stop .icon {
        rotate: 0deg;
      }
      #keypad .icon {
        stroke-width: 3;
      }
      .held {
        color: var(--sp-wrap);
      }
      .answering {
        animation: call 1.6s ease-in-out infinite;
      }
      @keyframes call {
        50% {
          box-shadow: 0 0 0 5px color-mix(in oklab, var(--sp-accent) 22%, transparent);
        }
      }
      .over {
        position: absolute;
        top: calc(100% + 16px);
        right: 0;
        z-index: 20;
        width: 300px;
        padding: 16px;
      }
      .keys {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 8px;
      }
      .keys button {
        min-height: 44px;
        font-size: 18px;
      }
      .over header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-bottom: 12px;
        font-weight: 650;
      }
      output {
        display: block;
        min-height: 1.6em;
        margin-bottom: 8px;
        font-size: 18px;
        letter-spacing: 0.08em;
        text-align: center;
      }
    `,
  ];
  protected override readonly ticks = true;
  #open: Popover | null = null;
  #digits = "";

  /** Opens or closes a panel under the strip; also by a chord. */
  toggle(which: Popover): void {
    const talking = ["connected", "held"].includes(this.desk.call?.state ?? "");
    this.#open = this.#open === which || !talking ? null : which;
    this.#digits = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.find<HTMLElement>(".over button")?.focus());
  }

  #close(): void {
    const which = this.#open;
    this.#open = null;
    this.requestUpdate();
    if (which) this.find<HTMLElement>(`#${which}`)?.focus();
  }

  #press(digit: string): void {
    this.#digits = (this.#digits + digit).slice(-16);
    void this.desk.control("tones", { digits: digit });
    this.requestUpdate();
  }

  override render() {
    const { call } = this.desk;
    if (call === null || call.state === "wrap") {
      this.#open = null;
      return nothing;
    }
    return html`${this.#about(call)} ${this.#controls(call)} ${this.#panel()}`;
  }

  #about(call: OpenCall): TemplateResult {
    const t = text();
    const offered = call.associationType !== "manualdial.association";
    const times = this.desk.times.get(call.associationId);
    const since = times?.connected ?? times?.initiated;
    const taken = this.desk.answered.has(call.associationId);
    const mine = !offered && !taken && call.state === "initiated" && !this.desk.session["autoCall"];
    const waits = offered && taken && ["initiated", "ringing"].includes(call.state);
    const word = waits ? t.answered : mine ? t.yourPhoneRings : t.callState[call.state];
    return html`<div class="call">
      <span class="name">${this.desk.nameOf(call)}</span>
      <span class="facts">
        <span class="fact"
          ><span class=${call.state}>${word}</span>${call.queueName ? html` · ${call.queueName}` : nothing}</span
        >
        ${since ? html`<span class="figures time">${clock(this.desk.now() - since)}</span>` : nothing}
      </span>
    </div>`;
  }

  #controls(call: OpenCall): TemplateResult {
    const t = text();
    const { desk } = this;
    const offered = call.associationType !== "manualdial.association";
    if (call.state === "initiated" || call.state === "ringing") {
      const taken = desk.answered.has(call.associationId);
      const answerable = !taken && (offered || call.state === "initiated");
      return html`${
        answerable
          ? html`<button class="plain go answering" title="Ctrl+Alt+A" @click=${() => desk.act("answer")}>
              ${icon("answer")} ${t.answer}
            </button>`
          : nothing
      }
      ${
        offered && !taken
          ? html`<button class="plain stop" @click=${() => desk.act("reject")}>${t.reject}</button>`
          : this.#hangUp()
      }`;
    }
    const held = call.state === "held";
    return html`
      ${
        held
          ? this.#tool("play", t.resume, "O", () => desk.control("resume"))
          : this.#tool("pause", t.hold, "O", () => desk.control("hold"))
      }
      ${
        call.muted
          ? this.#tool("micOff", t.unmute, "M", () => desk.control("unmute"), true)
          : this.#tool("mic", t.mute, "M", () => desk.control("mute"))
      }
      ${this.#opener("keypad", "keypad", t.keypad, "K")}
      ${this.#opener("transfer", "transfer", t.transfer, "T")}
      ${this.#opener("confer", "people", t.conference, "")}
      ${this.#hangUp()}
    `;
  }

  #hangUp(): TemplateResult {
    return html`<button
      class="plain stop"
      title="Ctrl+Alt+H"
      aria-label=${text().hangUp}
      @click=${() => this.desk.act("hang-up")}
    >
      ${icon("phone")}
    </button>`;
  }

  #tool(shape: IconName, name: string, key: string, act: () => void, on = false): TemplateResult {
    const title = key ? `${name} (Ctrl+Alt+${key})` : name;
    return html`<button class="tool ${on ? "stop" : ""}" aria-label=${name} title=${title} @click=${act}>
      ${icon(shape)}
    </button>`;
  }

  #opener(which: Popover, shape: IconName, name: string, key: string): TemplateResult {
    const title = key ? `${name} (Ctrl+Alt+${key})` : name;
    return html`<button
      id=${which}
      class="tool"
      aria-label=${name}
      aria-expanded=${this.#open === which}
      title=${title}
      @click=${() => this.toggle(which)}
    >
      ${icon(shape)}
    </button>`;
  }

  #panel(): TemplateResult | typeof nothing {
    const t = text();
    if (this.#open === null) return nothing;
    const onEscape = (event: KeyboardEvent) => event.key === "Escape" && this.#close();
    if (this.#open !== "keypad") {
      return html`<section class="over panel" @keydown=${onEscape} @done=${() => this.#close()}>
        <sp-target-picker .purpose=${this.#open}></sp-target-picker>
      </section>`;
    }
    return html`<section class="over panel" aria-label=${t.keypad} @keydown=${onEscape}>
      <header>
        ${t.keypad}
        <button class="tool" aria-label=${t.close} @click=${() => this.#close()}>${icon("close")}</button>
      </header>
      <output class="figures" aria-live="polite">${this.#digits}</output>
      <div class="keys">
        ${[..."123456789*0#"].map(
          (digit) =>
            html`<button class="plain" @click=${() => this.#press(digit)}>${digit}</button>`,
        )}
      </div>
    </section>`;
  }
}
