import { css, html, type TemplateResult } from "lit";
import { icon } from "../icons.ts";
import type { Targets, TargetWish } from "../shapes.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { Part } from "./part.ts";

/** Whom the call is given to, or who joins it: agents, queues, and any number. */
export class TargetPicker extends Part {
  static override styles = [
    shared,
    css`
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-bottom: 8px;
        font-weight: 650;
      }
      h2 {
        margin: 14px 0 4px;
        font-size: 12px;
        color: var(--sp-quiet);
      }
      li {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      li .plain {
        flex: 1;
        justify-content: flex-start;
        border-color: transparent;
        overflow: hidden;
      }
      li small {
        margin-left: auto;
        color: var(--sp-quiet);
      }
      .list {
        max-height: 300px;
        overflow: auto;
      }
      .both {
        display: grid;
        gap: 8px;
      }
      .consult {
        min-height: 30px;
        padding: 0 8px;
        font-size: 12px;
      }
    `,
  ];
  static override properties = { purpose: { attribute: false } };
  declare purpose: "transfer" | "confer";
  #targets: Targets = { users: [], queues: [] };
  #wanted = "";
  /** With whom the agent talks first, and who is therefore the only one to go on with. */
  #consulted: { readonly target: TargetWish; readonly name: string } | null = null;

  override async connectedCallback(): Promise<void> {
    super.connectedCallback();
    try {
      this.#targets = await this.desk.api.get<Targets>("console/targets");
    } catch (error) {
      this.desk.fail(error);
    }
    this.requestUpdate();
    await this.updateComplete;
    this.find("input")?.focus();
  }

  async #choose(target: TargetWish, name: string): Promise<void> {
    const accepted = await this.desk.control(this.purpose, { target });
    if (!accepted) return;
    if (!target.consult) {
      this.#done();
      return;
    }
    this.#consulted = { target: { type: target.type, id: target.id }, name };
    this.requestUpdate();
    await this.updateComplete;
    this.find<HTMLElement>(".finish")?.focus();
  }

  /** They talk: the transfer is completed, or the call is taken back. */
  #consulting(target: TargetWish, name: string): TemplateResult {
    const t = text();
    const takeBack = async () => {
      if (await this.desk.control("resume")) this.#done();
    };
    return html`<div class="both">
      <button class="plain go finish" @click=${() => this.#choose(target, name)}>
        ${t.finishTransfer(name)}
      </button>
      <button class="plain" @click=${takeBack}>${t.takeBack}</button>
    </div>`;
  }

  #done(): void {
    this.dispatchEvent(new CustomEvent("done", { bubbles: true, composed: true }));
  }

  override render() {
    const t = text();
    const title = this.purpose === "transfer" ? t.transferTo : t.conferWith;
    const wanted = this.#wanted.trim().toLowerCase();
    const users = this.#targets.users.filter(({ userId, userName }) =>
      `${userId} ${userName}`.toLowerCase().includes(wanted),
    );
    const queues = this.#targets.queues.filter(({ queueName }) =>
      queueName.toLowerCase().includes(wanted),
    );
    const number = this.#wanted.replace(/[\s()-]/g, "");
    const isNumber = /^\+?\d{3,}$/.test(number);
    const consulted = this.#consulted;
    if (consulted) {
      return html`<header>
          ${t.consultFirst}: ${consulted.name}
          <button class="tool" aria-label=${t.close} @click=${() => this.#done()}>${icon("close")}</button>
        </header>
        ${this.#consulting(consulted.target, consulted.name)}`;
    }
    const showQueues = this.purpose === "transfer" && queues.length > 0;
    return html`<header>
        ${title}
        <button class="tool" aria-label=${t.close} @click=${() => this.#done()}>${icon("close")}</button>
      </header>
      <input
        type="search"
        aria-label=${t.searchTargets}
        placeholder=${t.searchTargets}
        .value=${this.#wanted}
        @input=${(event: Event) => {
          this.#wanted = (event.target as HTMLInputElement).value;
          this.requestUpdate();
        }}
      />
      <div class="list">
        ${isNumber ? this.#group(t.number, [this.#row({ type: "phone", id: number }, number, "")]) : ""}
        ${
          users.length > 0
            ? this.#group(
                t.agents,
                users.map(({ userId, userName, state }) =>
                  this.#row({ type: "user", id: userId }, userName, t.state[state] ?? state),
                ),
              )
            : ""
        }
        ${
          showQueues
            ? this.#group(
                t.queues,
                queues.map(({ queueId, queueName }) =>
                  this.#row({ type: "queue", id: queueId }, queueName, ""),
                ),
              )
            : ""
        }
        ${!isNumber && users.length === 0 && !showQueues ? html`<p class="quiet">${t.noTarget}</p>` : ""}
      </div>`;
  }

  #group(title: string, rows: readonly TemplateResult[]): TemplateResult {
    return html`<h2>${title}</h2>
      <ul>
        ${rows}
      </ul>`;
  }

  #row(target: TargetWish, name: string, state: string): TemplateResult {
    const t = text();
    const consultable = this.purpose === "transfer" && target.type !== "queue";
    return html`<li>
      <button class="plain" @click=${() => this.#choose(target, name)}>${name}<small>${state}</small></button>
      ${
        consultable
          ? html`<button
              class="plain consult"
              aria-label="${t.consultFirst}: ${name}"
              @click=${() => this.#choose({ ...target, consult: true }, name)}
            >
              ${t.consultFirst}
            </button>`
          : ""
      }
    </li>`;
  }
}

customElements.define("sp-target-picker", TargetPicker);
