import { css, html } from "lit";
import { icon } from "../icons.ts";
import { shared } from "../styles/shared.ts";
import { language, languages, text } from "../text.ts";
import { type Appearance, appearance, setAppearance } from "../theme.ts";
import { clock } from "../times.ts";
import { Part } from "./part.ts";

interface Chosen extends Event {
  readonly detail: { readonly item: { readonly value: string } };
}

/** The agent's state and the desk's own switches; the call strip stands in its middle. */
export class TopBar extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 10px;
        height: 56px;
        padding: 0 12px;
        background: var(--sp-surface);
        border-bottom: 1px solid var(--sp-line);
      }
      slot {
        display: block;
        flex: 1;
        min-width: 0;
      }
      .demo {
        flex: none;
      }
      :host([tour="state"]) .state,
      :host([tour="inspect"]) .inspector {
        outline: 3px solid var(--sp-accent);
        outline-offset: 2px;
      }
      .state {
        position: relative;
        display: inline-flex;
        align-items: center;
        gap: 9px;
        height: 38px;
        padding: 0 10px 0 12px;
        border-radius: 10px;
        font-size: 14px;
        background: var(--soft);
        color: var(--tone);
        font-weight: 650;
        white-space: nowrap;
      }
      .state button {
        display: grid;
        place-items: center;
        width: 28px;
        height: 28px;
        margin: 0 -7px;
        padding: 0;
        border: 0;
        background: none;
      }
      .state button::after {
        content: "";
        position: absolute;
        inset: 0;
        border-radius: inherit;
      }
      .state button:focus-visible {
        outline: none;
      }
      .state button:focus-visible::after {
        outline: 2px solid var(--sp-focus);
        outline-offset: 2px;
      }
      .state .icon {
        width: 14px;
        height: 14px;
      }
      .dot {
        width: 9px;
        height: 9px;
        border-radius: 50%;
        background: currentColor;
      }
      .timer {
        min-width: 3.2em;
        color: var(--sp-ink);
        font-size: 16px;
        text-align: right;
      }
      .ready {
        --tone: var(--sp-ready);
        --soft: var(--sp-ready-soft);
      }
      .onCall,
      .ringing,
      .dialing {
        --tone: var(--sp-call);
        --soft: var(--sp-call-soft);
      }
      .wrap {
        --tone: var(--sp-wrap);
        --soft: var(--sp-wrap-soft);
      }
      .break,
      .offline {
        --tone: var(--sp-break);
        --soft: var(--sp-break-soft);
      }
      .who {
        max-width: 9em;
        overflow: hidden;
        text-overflow: ellipsis;
        font-weight: 600;
      }
      wa-dropdown .heading {
        padding: 8px 12px 4px;
        font-size: 12px;
        font-weight: 600;
        color: var(--sp-quiet);
      }
      wa-switch {
        font-size: 13px;
        white-space: nowrap;
      }
      wa-switch::part(base) {
        align-items: center;
        min-height: 28px;
      }
      kbd {
        margin-left: 24px;
        color: var(--sp-quiet);
        font: 12px var(--sp-font);
      }
    `,
  ];
  protected override readonly ticks = true;

  async #choosePresence({ detail }: Chosen): Promise<void> {
    const { value } = detail.item;
    if (value === "ready") await this.desk.ask("me/ready");
    else await this.desk.ask("me/break", { reason: value.slice("break:".length) });
  }

  #chooseFromMenu({ detail }: Chosen): void {
    const [what, value = ""] = detail.item.value.split(":");
    if (what === "logout") void this.desk.logOut();
    else if (what === "theme") setAppearance(value as Appearance);
    else if (what === "language") this.desk.chooseLanguage(value);
    this.desk.changed();
  }

  override render() {
    const t = text();
    const { state, session, facts } = this.desk;
    const reason = session["breakReason"];
    const word = state === "break" && reason ? String(reason) : (t.state[state] ?? state);
    const since = this.desk.stateSince;
    const after = session["ready"] ? t.ready : String(reason ?? t.breakFor);
    const busy = !["ready", "break", "offline"].includes(state);
    return html`
      <h1 class="hidden">${t.product}</h1>
      <div class="state ${state}">
        <span class="dot"></span><span id="word">${word}</span>
        <span class="timer figures">${since ? clock(this.desk.now() - since) : ""}</span>
      <wa-dropdown placement="bottom-end" @wa-select=${(event: Chosen) => this.#choosePresence(event)}>
          <button
            slot="trigger"
            aria-label=${t.agentState}
            aria-describedby="word"
            title=${busy ? t.afterCall(after) : t.agentState}
          >
            ${icon("down")}
          </button>
        <wa-dropdown-item type="checkbox" value="ready" ?checked=${session["ready"] === true}
          >${t.ready}</wa-dropdown-item
        >
        <div role="presentation" class="heading">${t.breakFor}</div>
        ${facts?.breakReasons.map(
          (one) =>
            html`<wa-dropdown-item
              type="checkbox"
              value="break:${one}"
              ?checked=${!session["ready"] && reason === one}
              >${one}</wa-dropdown-item
            >`,
        )}
      </wa-dropdown>
      </div>
      <wa-switch
        size="s"
        title=${t.autoCallHint}
        ?checked=${session["autoCall"] === true}
        @change=${(event: Event) => {
          const on = (event.target as unknown as { checked: boolean }).checked;
          void this.desk.ask("me/auto-call", { on });
        }}
        >${t.autoCall}</wa-switch
      >
      <slot></slot>
      <slot name="demo" class="demo"></slot>
      <button
        class="tool inspector"
        aria-label=${t.inspector}
        title=${`${t.inspector} (Ctrl+Alt+I)`}
        @click=${() => this.dispatchEvent(new CustomEvent("chord", { detail: "inspector", bubbles: true, composed: true }))}
      >
        ${icon("inspect")}
      </button>
      <wa-dropdown placement="bottom-end" @wa-select=${(event: Chosen) => this.#chooseFromMenu(event)}>
        <button slot="trigger" class="tool" aria-label=${t.menu} title=${t.menu}>${icon("menu")}</button>
        <div role="presentation" class="heading">${this.desk.me?.userName ?? ""}</div>
        ${(["system", "light", "dark"] as const).map(
          (one) =>
            html`<wa-dropdown-item type="checkbox" value="theme:${one}" ?checked=${appearance() === one}
              >${t.theme}: ${t[one]}</wa-dropdown-item
            >`,
        )}
        ${Object.entries(languages).map(
          ([tag, { name }]) =>
            html`<wa-dropdown-item
              type="checkbox"
              value="language:${tag}"
              lang=${tag}
              ?checked=${language() === tag}
              >${name}</wa-dropdown-item
            >`,
        )}
        <wa-dropdown-item value="logout">${t.logOut}</wa-dropdown-item>
      </wa-dropdown>
    `;
  }
}
