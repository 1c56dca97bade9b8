import { css, html } from "lit";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { Part } from "./part.ts";

/** After the log-in: which campaigns, on which extension. Both are chosen already. */
export class Work extends Part {
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
        width: min(420px, 100%);
        padding: 32px;
      }
      h1 {
        font-size: 22px;
      }
      form {
        display: grid;
        gap: 20px;
        margin-top: 20px;
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0 0 8px;
        font-size: 12px;
        font-weight: 600;
        color: var(--sp-quiet);
      }
      .choice {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 10px 12px;
        border: 1px solid var(--sp-line);
        font-size: 14px;
        font-weight: 500;
        color: var(--sp-ink);
        cursor: pointer;
      }
      .choice:first-of-type {
        border-radius: var(--sp-radius) var(--sp-radius) 0 0;
      }
      .choice:last-of-type {
        border-radius: 0 0 var(--sp-radius) var(--sp-radius);
      }
      .choice + .choice {
        border-top: 0;
      }
      .choice small {
        margin-left: auto;
        font-weight: 400;
        color: var(--sp-quiet);
      }
      footer {
        display: flex;
        justify-content: space-between;
        gap: 12px;
      }
    `,
  ];
  #busy = false;

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const chosen = [...form.querySelectorAll<HTMLInputElement>("[name=campaign]:checked")];
    const extension = (form.querySelector("wa-input") as unknown as { value: string }).value.trim();
    this.#busy = true;
    this.requestUpdate();
    try {
      const ids = chosen.map(({ value }) => Number(value));
      await this.desk.startWork(ids, extension);
    } catch (error) {
      this.desk.fail(error);
    }
    this.#busy = false;
    this.requestUpdate();
  }

  override render() {
    const t = text();
    const { me, facts, notice } = this.desk;
    const campaigns = facts?.campaigns ?? [];
    return html`<main class="panel">
      <h1>${t.workTitle(me?.userName ?? "")}</h1>
      <p class="quiet">${campaigns.length > 0 ? t.workHint : t.noCampaigns}</p>
      <form @submit=${this.#submit}>
        <fieldset>
          <legend>${t.campaigns}</legend>
          ${campaigns.map(
            ({ campaignId, campaignName, campaignType }) =>
              html`<label class="choice">
                <input type="checkbox" name="campaign" value=${campaignId} checked />
                ${campaignName}<small>${campaignType}</small>
              </label>`,
          )}
        </fieldset>
        <wa-input label=${t.extension} value=${facts?.extension ?? ""}></wa-input>
        ${notice ? html`<p role="alert">${notice.words}</p>` : ""}
        <footer>
          <button class="plain" type="button" @click=${() => this.desk.logOut()}>${t.logOut}</button>
          <wa-button
            type="submit"
            variant="brand"
            ?loading=${this.#busy}
            ?disabled=${campaigns.length === 0}
            >${t.start}</wa-button
          >
        </footer>
      </form>
    </main>`;
  }
}
