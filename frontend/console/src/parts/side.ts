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
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 0;
        background: var(--sp-surface);
        border-left: 1px solid var(--sp-line);
      }
      .body {
        position: relative;
        grid-row: 2;
        min-height: 0;
      }
      .view {
        position: absolute;
        inset: 0;
        display: flex;
        flex-direction: column;
        gap: 20px;
        padding: 16px;
        overflow-y: auto;
        background: var(--sp-surface);
      }
      .view.away {
        visibility: hidden;
      }
      [role="tablist"] {
        display: flex;
        gap: 2px;
        min-height: 40px;
        padding: 4px 8px 0;
        background: var(--sp-page);
      }
      [role="tab"] {
        flex: 0 1 auto;
        min-width: 64px;
        padding: 0 12px;
        overflow: hidden;
        border: 0;
        border-radius: 8px 8px 0 0;
        background: transparent;
        color: var(--sp-quiet);
        font-weight: 500;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      [role="tab"]:hover {
        background: var(--sp-hover);
      }
      [role="tab"][aria-selected="true"] {
        background: var(--sp-surface);
        color: var(--sp-ink);
        box-shadow: inset 0 2px var(--sp-accent);
      }
      [role="tab"]:focus-visible {
        outline-offset: -3px;
      }
      :host([tour="dispose"]) sp-disposal {
        outline: 3px solid var(--sp-accent);
        outline-offset: 6px;
        border-radius: 4px;
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
      dt::first-letter {
        text-transform: uppercase;
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
      .callback {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 2px 10px;
        padding: 8px 6px;
      }
      .callback .plain {
        grid-row: span 2;
      }
      .callback small {
        grid-column: 1;
        color: var(--sp-quiet);
      }
      .callback .note {
        grid-column: 1 / -1;
        font-size: 13px;
        overflow-wrap: anywhere;
      }
      .callback .due {
        color: var(--sp-wrap);
        font-weight: 600;
      }
      .callback .missed {
        color: var(--sp-danger);
        font-weight: 600;
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
    const { call, frames } = this.desk;
    const shown = frames.sideShown;
    return html`${this.#tabs()}
      <div class="body">
        <slot name="side"></slot>
        ${shown ? html`<sp-cover .frame=${shown}></sp-cover>` : nothing}
        <div class="view ${shown ? "away" : ""}">${call === null ? this.#idle() : this.#busy(call)}</div>
      </div>`;
  }

  /** The customer and the call, and the apps that stand at the side; without such, no tabs. */
  #tabs(): TemplateResult | typeof nothing {
    const { frames, call } = this.desk;
    if (frames.side.length === 0) return nothing;
    const t = text();
    const own: readonly (readonly [string | null, string])[] = [
      [null, call === null ? t.desk : t.customer],
      ...frames.side.map(({ pop, title }) => [pop.appId, title || pop.appName] as const),
    ];
    const shown = frames.sideShown?.pop.appId ?? null;
    return html`<div role="tablist" aria-label=${t.sidePages} @keydown=${this.#walk}>
      ${own.map(
        ([appId, name]) =>
          html`<button
            role="tab"
            aria-selected=${appId === shown}
            tabindex=${appId === shown ? 0 : -1}
            title=${name}
            @click=${() => frames.showAtSide(appId)}
          >
            ${name}
          </button>`,
      )}
    </div>`;
  }

  #walk(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const { frames } = this.desk;
    const all = [null, ...frames.side.map(({ pop }) => pop.appId)];
    const here = all.indexOf(frames.sideShown?.pop.appId ?? null);
    frames.showAtSide(all[(here + step + all.length) % all.length] ?? null);
    void this.updateComplete.then(() => this.find("[aria-selected=true]")?.focus());
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
        <h2 id="customer" class=${this.desk.frames.side.length > 0 ? "hidden" : ""}>${t.customer}</h2>
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
      ${this.#callbacks()}
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

  /** What was promised, the next first; nothing promised takes no room. */
  #callbacks(): TemplateResult | typeof nothing {
    const t = text();
    const { callbacks } = this.desk;
    if (callbacks.length === 0) return nothing;
    return html`<section aria-labelledby="callbacks">
      <h2 id="callbacks">${t.callbacks}</h2>
      <ul>
        ${callbacks.map(
          (one) =>
            html`<li class="callback">
              <span class="figures">${one.customerName || one.displayPhone}</span>
              <button
                class="plain"
                aria-label="${t.callNow}: ${one.customerName || one.displayPhone}"
                @click=${() => this.desk.callBack(one)}
              >
                ${t.callNow}
              </button>
              <small>
                ${one.dueAt === null ? t.noDate : html`<time class="figures">${moment(one.dueAt)}</time>`}
                · <span class=${one.state}>${t.callbackState[one.state]}</span>
                ${one.own ? nothing : html`· ${one.campaignName}`}
              </small>
              ${one.notes ? html`<span class="note">${one.notes}</span>` : nothing}
            </li>`,
        )}
      </ul>
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
      <small>
        ${missed ? html`<span class="missed">${t.missed}</span>` : outcome}
        ${past.userId ? html`${missed || outcome ? "·" : ""} ${past.userId}` : nothing}
      </small>
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
