import { css, html, nothing, type TemplateResult } from "lit";
import type { Tapped } from "../../../host/src/index.ts";
import { type Health, problemsOf, unseenOf } from "../health.ts";
import { icon } from "../icons.ts";
import type { CallDetails } from "../shapes.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { exact } from "../times.ts";
import { Part } from "./part.ts";

const SHOWN = 200;

/** What a CRM programmer lives in: URL, SDK traffic, and why a call did or did not pop. */
export class Inspector extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto 1fr;
        height: 100%;
        min-height: 0;
        background: var(--sp-surface);
        border-top: 1px solid var(--sp-line);
        font-size: 13px;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 6px 8px 6px 16px;
        border-bottom: 1px solid var(--sp-line);
      }
      .head h2 {
        font-size: 14px;
      }
      .head input {
        width: 220px;
        min-height: 30px;
        margin-left: auto;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(240px, 4fr) minmax(400px, 7fr) minmax(200px, 3fr);
        min-height: 0;
      }
      section {
        min-width: 0;
        overflow: auto;
        padding: 12px 16px;
      }
      section + section {
        border-left: 1px solid var(--sp-line);
      }
      h3 {
        display: flex;
        align-items: center;
        justify-content: space-between;
        min-height: 30px;
        font-size: 12px;
        color: var(--sp-quiet);
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 4px 8px 4px 0;
        border-bottom: 1px solid var(--sp-line);
        text-align: left;
        vertical-align: top;
        font-weight: 400;
        overflow-wrap: anywhere;
      }
      thead th {
        font-size: 12px;
        color: var(--sp-quiet);
      }
      thead th,
      td.figures,
      td.way {
        white-space: nowrap;
      }
      dt {
        margin-top: 6px;
        padding-top: 6px;
        border-top: 1px solid var(--sp-line);
        font-weight: 600;
      }
      dd {
        overflow-wrap: anywhere;
      }
      dd .quiet {
        display: block;
      }
      code {
        font: 12px/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
      }
      details summary {
        min-height: 24px;
        cursor: pointer;
      }
      pre {
        margin: 4px 0 0;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace;
      }
      .bad {
        color: var(--sp-danger);
      }
      .good {
        color: var(--sp-ready);
      }
      .why li {
        padding: 8px 0;
        border-bottom: 1px solid var(--sp-line);
      }
      .why strong {
        display: flex;
        justify-content: space-between;
        gap: 8px;
      }
    `,
  ];
  #filter = "";
  #details: CallDetails | null = null;
  #detailsOf = "";

  readonly #drawTap = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.desk.addEventListener("tap", this.#drawTap);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.desk.removeEventListener("tap", this.#drawTap);
  }

  async #copy(words: string): Promise<void> {
    await navigator.clipboard.writeText(words);
    this.desk.say(text().copied, "success");
  }

  #matches(words: string): boolean {
    return words.toLowerCase().includes(this.#filter.toLowerCase());
  }

  override render() {
    const t = text();
    const close = () =>
      this.dispatchEvent(
        new CustomEvent("chord", { detail: "inspector", bubbles: true, composed: true }),
      );
    return html`<div class="head">
        <h2>${t.inspector}</h2>
        <span class="quiet">${this.desk.frames.shown?.pop.appName ?? t.inspectorHint}</span>
        <input
          type="search"
          aria-label=${t.filter}
          placeholder=${t.filter}
          .value=${this.#filter}
          @input=${(event: Event) => {
            this.#filter = (event.target as HTMLInputElement).value;
            this.requestUpdate();
          }}
        />
        <button class="tool" aria-label=${t.close} @click=${close}>${icon("close")}</button>
      </div>
      <div class="columns">${this.#url()} ${this.#traffic()} ${this.#why()}</div>`;
  }

  #title(words: string, copy: string): TemplateResult {
    const t = text();
    return html`<h3>
      ${words}
      ${
        copy
          ? html`<button
              class="tool"
              aria-label="${t.copy}: ${words}"
              title=${t.copy}
              @click=${() => this.#copy(copy)}
            >
              ${icon("copy")}
            </button>`
          : nothing
      }
    </h3>`;
  }

  #url(): TemplateResult {
    const t = text();
    const url = this.desk.frames.shown?.pop.url;
    if (!url)
      return html`<section tabindex="0" aria-label=${t.url}><p class="quiet">${t.noFrame}</p></section>`;
    const [place = "", query = ""] = (url.split("#")[0] ?? "").split(/\?(.*)/s);
    const pairs = query.split("&").filter((pair) => pair !== "" && this.#matches(pair));
    return html`<section tabindex="0" aria-label=${t.url}>
      ${this.#title(t.url, url)}
      <p><code>${place}</code></p>
      <dl>
        ${pairs.map((pair) => {
          const [name = "", raw = ""] = pair.split(/=(.*)/s);
          const value = decoded(raw);
          return html`<dt>${name}</dt>
            <dd>
              <code>${raw || "–"}</code>
              ${value !== raw ? html`<span class="quiet">${value}</span>` : nothing}
            </dd>`;
        })}
      </dl>
    </section>`;
  }

  #traffic(): TemplateResult {
    const t = text();
    const id = this.desk.frames.shown?.pop.instanceId;
    const ofFrame = this.desk.frames.tapped.filter(({ frameId }) => frameId === id);
    const asked = new Map<unknown, string>();
    for (const { message } of ofFrame) {
      if (about(message)) asked.set(Object(message).id, about(message));
    }
    const said = ofFrame
      .filter(({ message }) => !isReceipt(message))
      .filter(({ message }) => this.#matches(JSON.stringify(message)))
      .slice(-SHOWN)
      .reverse();
    return html`<section tabindex="0" aria-label=${t.traffic}>
      ${this.#title(t.traffic, said.length > 0 ? JSON.stringify(said, null, 2) : "")}
      ${
        said.length === 0
          ? html`<p class="quiet">${t.noTraffic}</p>`
          : html`<table>
              <thead>
                <tr><th>${t.time}</th><th>${t.direction}</th><th>${t.message}</th><th>${t.outcome}</th></tr>
              </thead>
              <tbody>
                ${said.map((one) => this.#row(one, asked.get(Object(one.message).id) ?? ""))}
              </tbody>
            </table>`
      }
    </section>`;
  }

  /** `answered`: what a result or a failure is the answer to. */
  #row({ time, direction, message, outcome }: Tapped, answered: string): TemplateResult {
    const t = text();
    return html`<tr>
      <td class="figures"><code>${exact(time)}</code></td>
      <td class="way">${direction === "fromPage" ? t.fromPage : t.toPage}</td>
      <td>
        <details>
          <summary><code>${gist(message, answered)}</code></summary>
          <pre>${JSON.stringify(message, null, 2)}</pre>
        </details>
      </td>
      <td class=${outcome === "ok" ? "" : "bad"}>${outcome}</td>
    </tr>`;
  }

  #why(): TemplateResult {
    const t = text();
    const id = this.desk.call?.crtObjectId ?? this.desk.recent[0]?.crtObjectId ?? "";
    const state = this.desk.call?.state ?? "";
    if (id && this.#detailsOf !== `${id} ${state}`) void this.#ask(id, state);
    const decisions = (this.#details?.pops ?? []).filter((one) => this.#matches(one.appName));
    return html`<section tabindex="0" aria-label=${t.whyPop}>
      ${this.#title(t.whyPop, decisions.length > 0 ? JSON.stringify(decisions, null, 2) : "")}
      <ul class="why">
        ${decisions.map(
          (one) =>
            html`<li>
              <strong
                >${one.appName}
                <span class=${one.popped ? "good" : "bad"}>${one.popped ? t.popped : t.notPopped}</span></strong
              >
              <p>${one.reason}</p>
              <p class="quiet figures">
                ${one.userId} ${one.poppedAt ? html`· ${exact(one.poppedAt)}` : nothing}
              </p>
              ${one.popped ? this.#check(this.desk.frames.healthOf(one.appId)) : nothing}
            </li>`,
        )}
      </ul>
    </section>`;
  }

  /** What the server's check of the page found: whether a browser may frame it at all. */
  #check(health: Health): TemplateResult {
    const t = text();
    const problems = problemsOf(health);
    if (problems.length === 0) {
      const unseen = unseenOf(health);
      return unseen
        ? html`<p class="quiet">${t.ownCrmUnseen} (${unseen})</p>`
        : html`<p class="good">${health["state"] === "good" ? t.checkGood : t.checkUnknown}</p>`;
    }
    return html`${problems.map(
      (one) =>
        html`<p class="bad">${one.text}</p>
          ${one.toSet ? html`<p><code>${one.toSet}</code></p>` : nothing}`,
    )}`;
  }

  async #ask(id: string, state: string): Promise<void> {
    this.#detailsOf = `${id} ${state}`;
    this.#details = await this.desk.api.get<CallDetails>(`calls/${id}`).catch(() => null);
    this.requestUpdate();
  }
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

/** Receipts are the bridge's own affair; neither a call nor an event. */
const isReceipt = (message: unknown): boolean =>
  ["ack", "acks", "ping", "pong"].includes(String(Object(message).t));

/** What a message is about, where it says so itself. */
function about(message: unknown): string {
  const { namespace, method, event, events } = Object(message) as Record<string, unknown>;
  if (Array.isArray(events)) return events.map(about).join(" ");
  return [namespace, method ?? event].filter(Boolean).join(".");
}

/** A message in one line. */
function gist(message: unknown, answered: string): string {
  const { screenpop, t, error } = Object(message) as Record<string, unknown>;
  const code = Object(error).code as string | undefined;
  return [screenpop ?? t, about(message) || answered, code].filter(Boolean).join(" ");
}
