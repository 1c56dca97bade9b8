import { css, html, type LitElement, nothing } from "lit";
import { ApiError } from "../api.ts";
import { knownLogins } from "../logins.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { Part } from "./part.ts";

/** The log-in page: password, and the question when a session lives elsewhere. */
export class Login extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        place-items: center;
        height: 100%;
        padding: 24px;
      }
      .panel {
        width: min(380px, 100%);
        padding: 32px;
      }
      h1 {
        margin-top: 20px;
        font-size: 22px;
        line-height: 1.25;
      }
      form {
        display: grid;
        gap: 16px;
        margin-top: 24px;
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 10px;
        font-weight: 650;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 32px;
        height: 32px;
        border-radius: 9px;
        background: var(--sp-accent);
        color: var(--sp-on-accent);
      }
      .problem,
      .note {
        padding: 10px 12px;
        border-radius: var(--sp-radius);
        background: var(--sp-danger-soft);
        color: var(--sp-danger);
      }
      .note {
        background: var(--sp-wrap-soft);
        color: var(--sp-wrap);
      }
      .hint {
        margin-top: 24px;
        padding-top: 16px;
        border-top: 1px solid var(--sp-line);
        font-size: 13px;
      }
      .others {
        display: grid;
        gap: 8px;
        margin-top: 16px;
      }
      a {
        color: var(--sp-accent);
      }
      wa-button {
        width: 100%;
        font-size: 14px;
      }
      wa-button::part(label) {
        font-size: 14px;
        font-weight: 600;
      }
    `,
  ];
  #problem = "";
  #elsewhere = false;
  #busy = false;
  #demo = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.desk.api.get<{ demo: boolean }>("console/welcome").then(
      ({ demo }) => {
        this.#demo = demo;
        this.requestUpdate();
      },
      () => null,
    );
  }

  override async firstUpdated(): Promise<void> {
    const field = this.find<LitElement>("wa-input");
    await field?.updateComplete;
    field?.focus();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.#busy) return;
    const form = event.target as HTMLFormElement;
    const [user, password] = [...form.querySelectorAll("wa-input")].map(
      (field) => (field as unknown as { value: string | null }).value ?? "",
    );
    this.#busy = true;
    this.requestUpdate();
    try {
      await this.desk.logIn((user ?? "").trim(), password ?? "", this.#elsewhere);
    } catch (error) {
      this.#elsewhere = error instanceof ApiError && error.key === "force.login.required";
      const key = error instanceof ApiError ? error.key : "";
      this.#problem = this.#elsewhere
        ? ""
        : (text().failed[key] ?? String((error as Error).message));
    }
    this.#busy = false;
    this.requestUpdate();
    await this.updateComplete;
    if (this.#elsewhere) this.find("wa-button")?.focus();
  }

  async #continue(handle: string): Promise<void> {
    if (!(await this.desk.join(handle))) {
      this.#problem = text().sessionEnded;
      this.requestUpdate();
    }
  }

  override render() {
    const t = text();
    const others = Object.entries(knownLogins());
    return html`<main class="panel">
      <div class="brand">
        <span class="mark"
          ><svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 5h16v11H4zM9 20h6"></path></svg
        ></span>
        ${t.product}
      </div>
      <h1>${t.logInTitle}</h1>
      <form @submit=${this.#submit}>
        ${this.desk.farewell ? html`<p class="note" role="status">${this.desk.farewell}</p>` : nothing}
        <wa-input
          label=${t.userId}
          autocomplete="username"
          autocapitalize="off"
          spellcheck="false"
          @input=${() => this.#edited()}
        ></wa-input>
        <wa-input
          label=${t.password}
          type="password"
          autocomplete="current-password"
        ></wa-input>
        ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
        ${this.#elsewhere ? html`<p class="note" role="alert">${t.sessionElsewhere}</p>` : nothing}
        <wa-button type="submit" variant="brand" ?loading=${this.#busy}>
          ${this.#elsewhere ? t.logInHere : t.logIn}
        </wa-button>
      </form>
      ${
        others.length > 0
          ? html`<div class="others">
              ${others.map(
                ([handle, user]) =>
                  html`<button class="plain" type="button" @click=${() => this.#continue(handle)}>
                    ${t.continueAs(user)}
                  </button>`,
              )}
            </div>`
          : nothing
      }
      ${
        this.#demo
          ? html`<p class="hint quiet">${t.demoHint} <a href="/start">${t.startPage}</a></p>`
          : nothing
      }
    </main>`;
  }

  /** Another user is another question. */
  #edited(): void {
    if (!this.#elsewhere) return;
    this.#elsewhere = false;
    this.requestUpdate();
  }
}
