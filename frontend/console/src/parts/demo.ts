import { css, html, nothing, type TemplateResult } from "lit";
import { icon } from "../icons.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { Part } from "./part.ts";

/** The demo's own panel: let a call come in, bring one's own CRM, see the tour again. */
export class Demo extends Part {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        display: flex;
      }
      .incoming {
        border-radius: var(--sp-radius) 0 0 var(--sp-radius);
      }
      .more {
        width: 34px;
        padding: 0;
        border-left: 0;
        border-radius: 0 var(--sp-radius) var(--sp-radius) 0;
      }
      :host([tour="call"]) .incoming,
      :host([tour="inspect"]) .more {
        outline: 3px solid var(--sp-accent);
        outline-offset: 2px;
      }
      .over {
        position: absolute;
        top: calc(100% + 12px);
        right: 0;
        z-index: 20;
        display: grid;
        gap: 12px;
        width: 360px;
        padding: 16px;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        font-weight: 650;
      }
      form {
        display: grid;
        gap: 8px;
      }
      .problem {
        color: var(--sp-danger);
      }
    `,
  ];
  #open = false;
  #busy = false;
  #problem = "";

  #toggle(open: boolean): void {
    this.#open = open;
    this.#problem = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.find<HTMLElement>(open ? "#url" : ".more")?.focus());
  }

  async #bring(event: Event): Promise<void> {
    event.preventDefault();
    const url = this.find<HTMLInputElement>("#url")?.value.trim() ?? "";
    if (!url || this.#busy) return;
    this.#busy = true;
    this.requestUpdate();
    this.#problem = await this.desk.bringOwnCrm(url);
    this.#busy = false;
    if (!this.#problem) this.#toggle(false);
    this.requestUpdate();
  }

  override render() {
    const t = text();
    return html`<button class="plain incoming" @click=${() => this.desk.simulateCall()}>
        ${icon("phone")} ${t.incomingCall}
      </button>
      <button
        class="plain more"
        aria-label=${t.demo}
        title=${t.demo}
        aria-expanded=${this.#open}
        @click=${() => this.#toggle(!this.#open)}
      >
        ${icon("down")}
      </button>
      ${this.#open ? this.#panel() : nothing}`;
  }

  #panel(): TemplateResult {
    const t = text();
    return html`<section
      class="over panel"
      aria-label=${t.demo}
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#toggle(false)}
    >
      <header>
        ${t.ownCrmTitle}
        <button class="tool" aria-label=${t.close} @click=${() => this.#toggle(false)}>
          ${icon("close")}
        </button>
      </header>
      <form @submit=${this.#bring}>
        <p class="quiet">${t.ownCrmHint}</p>
        <label for="url">${t.ownCrmUrl}</label>
        <input
          id="url"
          type="url"
          autocomplete="url"
          placeholder="https://localhost:3000/customer"
          aria-invalid=${this.#problem ? "true" : "false"}
          aria-describedby="problem"
        />
        <p id="problem" class="problem" role="alert">${this.#problem}</p>
        <button class="plain go" ?disabled=${this.#busy}>
          ${this.#busy ? t.ownCrmBusy : t.ownCrmTry}
        </button>
      </form>
      <button
        class="plain"
        @click=${() => {
          this.#toggle(false);
          this.desk.tour.begin();
          this.desk.changed();
        }}
      >
        ${t.tourShow}
      </button>
    </section>`;
  }
}
