import { css, html, nothing, type TemplateResult } from "lit";
import { icon } from "../icons.ts";
import type { OpenCall, PastCall } from "../shapes.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { moment } from "../times.ts";
import { Part } from "./part.ts";
import "./disposal.ts";

/** Beside the stage: the customer and the call, or what is next when there is none. */
export class Side extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 20px;
        padding: 16px;
        overflow-y: auto;
        background: var(--sp-surface);
        border-left: 1px solid var(--sp-line);
      }
      h2 {
        margin-bottom: 6px;
        font-size: 12px;
        font-weight: 600;
        color: var(--sp-quiet);
      }
      .name {
        font-size: 18px;
        font-weight: 650;
        color: var(--sp-ink);
        line-height: 1.25;
        overflow-wrap: anywhere;
      }
      .phone {
        font-size: 15px;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 12px;
        margin-top: 10px;
        font-size: 13px;
      }
      dt {
        color: var(--sp-quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .calls {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      .dial {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 8px;
      }
      .dial label {
        grid-column: 1 / -1;
        margin-bottom: -4px;
      }
      li + li {
        border-top: 1px solid var(--sp-line);
      }
      .entry {
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 2px 10px;
        width: 100%;
        padding: 8px 6px;
        border: 0;
        border-radius: 6px;
        background: transparent;
        text-align: left;
      }
      button.entry:hover {
        background: var(--sp-hover);
      }
      .entry .icon {
        width: 16px;
        height: 16px;
        margin-top: 2px;
        color: var(--sp-quiet);
      }
      .entry .missed {
        color: var(--sp-danger);
      }
      .entry small {
        grid-column: 2 / -1;
        color: var(--sp-quiet);
      }
      .entry time {
        font-size: 12px;
        color: var(--sp-quiet);
      }
      .entry .note {
        grid-column: 2 / -1;
        font-size: 13px;
        overflow-wrap: anywhere;
      }
    `,
  ];
  #history: readonly PastCall[] = [];
  #historyOf: string | null = null;

  override render() {
    const { call } = this.desk;
    return call === null ? this.#idle() : this.#busy(call);
  }

  #busy(call: OpenCall): TemplateResult {
    this.#loadHistory(call);
    const t = text();
    const info = this.desk.customers.get(call.crtObjectId) ?? {};
    const shown = Object.entries(info).filter(
      ([column, value]) => column !== "name" && value && value !== call.displayPhone,
    );
    const campaign = this.desk.campaignOf(call);
    return html`${this.#choice()}
      <section aria-labelledby="customer">
        <h2 id="customer">${t.customer}</h2>
        <p class="name">${info["name"] || t.unknownCustomer}</p>
        <p class="phone figures">${call.displayPhone}</p>
        <dl>
          ${call.queueName ? html`<dt>${t.queue}</dt><dd>${call.queueName}</dd>` : nothing}
          <dt>${t.campaign}</dt><dd>${campaign?.campaignName ?? call.campaignId}</dd>
          ${shown.map(([column, value]) => html`<dt>${column}</dt><dd>${value}</dd>`)}
        </dl>
      </section>
      <sp-disposal></sp-disposal>
      <section aria-labelledby="history">
        <h2 id="history">${t.history}</h2>
        ${
          this.#history.length > 0
            ? html`<ul>
                ${this.#history.map((past) => html`<li><div class="entry">${this.#entry(past)}</div></li>`)}
              </ul>`
            : html`<p class="quiet">${t.noHistory}</p>`
        }
      </section>`;
  }

  /** Several calls are open: which one is meant. */
  #choice(): TemplateResult | typeof nothing {
    const { calls, call } = this.desk;
    if (calls.length < 2) return nothing;
    return html`<div class="calls">
      ${calls.map(
        (one) =>
          html`<button
            class="plain"
            aria-pressed=${one === call}
            @click=${() => this.desk.select(one.associationId)}
          >
            ${this.desk.nameOf(one)}
          </button>`,
      )}
    </div>`;
  }

  #idle(): TemplateResult {
    const t = text();
    const { desk } = this;
    const phone = desk.numberToDial.trim();
    const mayDial = desk.facts?.campaigns.some((one) => one.manualDialAllowed);
    return html`${
      mayDial
        ? html`<form
            class="dial"
            @submit=${(event: Event) => {
              event.preventDefault();
              if (phone) void desk.dial(phone);
            }}
          >
            <label for="number">${t.numberToDial}</label>
            <input
              id="number"
              type="tel"
              autocomplete="off"
              .value=${desk.numberToDial}
              @input=${(event: Event) => {
                desk.numberToDial = (event.target as HTMLInputElement).value;
                this.requestUpdate();
              }}
            />
            <button class="plain go" ?disabled=${phone === ""}>${t.dial}</button>
          </form>`
        : nothing
    }
      <section aria-labelledby="recent">
        <h2 id="recent">${t.recentCalls}</h2>
        ${
          desk.recent.length > 0
            ? html`<ul>
                ${desk.recent.map(
                  (past) =>
                    html`<li>
                      <button
                        class="entry"
                        title=${t.useNumber(past.displayPhone)}
                        @click=${() => {
                          desk.numberToDial = past.displayPhone;
                          desk.changed();
                        }}
                      >
                        ${this.#entry(past)}
                      </button>
                    </li>`,
                )}
              </ul>`
            : html`<p class="quiet">${t.noRecent}</p>`
        }
      </section>`;
  }

  #entry(past: PastCall): TemplateResult {
    const t = text();
    const missed = past.direction === "inbound" && !past.connectedAt;
    const shape = past.direction === "inbound" ? icon("answer") : icon("outgoing");
    const outcome = past.dispositionCode ?? "";
    return html`<span class=${missed ? "missed" : ""}>${shape}</span>
      <span class="figures">${past.customerName || past.displayPhone}</span>
      <time class="figures">${moment(past.createdAt)}</time>
      <small>${missed ? html`<span class="missed">${t.missed}</span>` : outcome} ${past.userId ?? ""}</small>
      ${past.notes ? html`<span class="note">${past.notes}</span>` : nothing}`;
  }

  #loadHistory({ crtObjectId }: OpenCall): void {
    if (this.#historyOf === crtObjectId) return;
    this.#historyOf = crtObjectId;
    this.#history = [];
    this.desk.api.get<{ calls: readonly PastCall[] }>(`console/calls/${crtObjectId}/history`).then(
      ({ calls }) => {
        if (this.#historyOf === crtObjectId) this.#history = calls;
        this.requestUpdate();
      },
      () => {
        this.#historyOf = null; // asked again when the call changes
      },
    );
  }
}
