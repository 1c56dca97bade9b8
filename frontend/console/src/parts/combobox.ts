import { css, html, LitElement, nothing } from "lit";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";

export interface Choice {
  readonly value: number;
  readonly label: string;
  readonly group: string;
}

/** As high as the list may be, in pixels. */
const LIST_HEIGHT = 208;

/**
 * A filtered list of choices after the ARIA pattern (editable combobox with list): type to
 * search, arrows to walk, Enter to take, Escape to close. It says `chosen` with its `value`.
 */
export class Combobox extends LitElement {
  static override properties = {
    label: {},
    choices: { attribute: false },
    value: { attribute: false },
  };
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
      }
      label {
        display: block;
        margin-bottom: 4px;
      }
      ul {
        position: absolute;
        inset: auto 0 auto 0;
        z-index: 10;
        max-height: 204px;
        margin-top: 4px;
        padding: 4px;
        overflow: auto;
      }
      ul.up {
        inset: auto 0 calc(100% - 20px) 0;
      }
      .group {
        padding: 8px 8px 2px;
        font-size: 12px;
        font-weight: 600;
        color: var(--sp-quiet);
      }
      [role="option"] {
        padding: 6px 8px;
        border-radius: 6px;
        cursor: pointer;
      }
      [role="option"].near {
        background: var(--sp-accent-soft);
        color: var(--sp-accent-strong);
      }
      [aria-selected="true"] {
        font-weight: 650;
      }
      .none {
        padding: 8px;
      }
    `,
  ];
  declare label: string;
  declare choices: readonly Choice[];
  declare value: number | null;
  #typed: string | null = null;
  #open = false;
  #near = 0;

  constructor() {
    super();
    this.label = "";
    this.choices = [];
    this.value = null;
  }

  override focus(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  /** There is more room above the field than below it. */
  get #upwards(): boolean {
    const { top, bottom } = this.getBoundingClientRect();
    return innerHeight - bottom < LIST_HEIGHT && top > innerHeight - bottom;
  }

  get #found(): readonly Choice[] {
    const wanted = (this.#typed ?? "").trim().toLowerCase();
    return this.choices.filter(({ label, group }) =>
      `${label} ${group}`.toLowerCase().includes(wanted),
    );
  }

  #take(choice: Choice | undefined): void {
    this.#open = false;
    this.#typed = null;
    if (choice) {
      this.value = choice.value;
      this.dispatchEvent(new CustomEvent("chosen", { detail: choice.value }));
    }
    this.requestUpdate();
  }

  #key(event: KeyboardEvent): void {
    const { length } = this.#found;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#near = this.#open && length > 0 ? (this.#near + step + length) % length : 0;
      this.#open = true;
    } else if (event.key === "Enter" && this.#open) {
      event.preventDefault();
      this.#take(this.#found[this.#near]);
    } else if (event.key === "Escape" && this.#open) {
      event.stopPropagation();
      this.#take(undefined);
    }
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector(".near")?.scrollIntoView({ block: "nearest" });
    });
  }

  #type(event: Event): void {
    this.#typed = (event.target as HTMLInputElement).value;
    this.#open = true;
    const wanted = this.#typed.trim().toLowerCase();
    // A code before one that is only found by its class, which may have the same name.
    this.#near = Math.max(
      0,
      this.#found.findIndex(({ label }) => label.toLowerCase().includes(wanted)),
    );
    // A label typed out is as good as one that is picked.
    const exact = this.choices.find(({ label }) => label.toLowerCase() === wanted);
    if (exact && exact.value !== this.value) {
      this.value = exact.value;
      this.dispatchEvent(new CustomEvent("chosen", { detail: exact.value }));
    }
    this.requestUpdate();
  }

  override render() {
    const found = this.#found;
    const chosen = this.choices.find(({ value }) => value === this.value);
    return html`<label for="field">${this.label}</label>
      <input
        id="field"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        aria-autocomplete="list"
        aria-expanded=${this.#open}
        aria-controls="list"
        aria-activedescendant=${this.#open && found.length > 0 ? `option-${this.#near}` : nothing}
        placeholder=${text().dispositionHint}
        .value=${this.#typed ?? chosen?.label ?? ""}
        @input=${this.#type}
        @keydown=${this.#key}
        @click=${() => {
          this.#open = true;
          this.#near = 0;
          this.requestUpdate();
        }}
        @blur=${() => this.#take(undefined)}
      />
      <ul id="list" role="listbox" class="panel ${this.#upwards ? "up" : ""}" aria-label=${this.label} ?hidden=${!this.#open}>
        ${found.map(
          (choice, at) => html`${
            choice.group !== found[at - 1]?.group
              ? html`<li class="group" role="presentation">${choice.group}</li>`
              : nothing
          }
            <li
              id="option-${at}"
              role="option"
              class=${at === this.#near ? "near" : ""}
              aria-selected=${choice.value === this.value}
              @mousedown=${(event: Event) => {
                event.preventDefault();
                this.#take(choice);
              }}
            >
              ${choice.label}
            </li>`,
        )}
        ${found.length === 0 ? html`<li class="none quiet">${text().noDisposition}</li>` : nothing}
      </ul>`;
  }
}

customElements.define("sp-combobox", Combobox);
