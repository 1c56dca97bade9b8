import { css, html, nothing, type TemplateResult } from "lit";
import type { Code, OpenCall } from "../shapes.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { clock, localField } from "../times.ts";
import type { Choice } from "./combobox.ts";
import { Part } from "./part.ts";
import "./combobox.ts";

interface Chosen {
  readonly code: number | null;
  readonly callback: string;
  readonly mine: boolean;
}

const NOTHING: Chosen = { code: null, callback: "", mine: true };

/** Notes, disposition and what follows: dispose, or dispose and dial the next number. */
export class Disposal extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 12px;
      }
      .head {
        display: flex;
        justify-content: space-between;
        margin-bottom: 4px;
      }
      .saved {
        font-size: 12px;
        color: var(--sp-quiet);
      }
      textarea {
        display: block;
        min-height: 96px;
        resize: vertical;
      }
      .wrap {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        padding: 8px 12px;
        border-radius: var(--sp-radius);
        background: var(--sp-wrap-soft);
        color: var(--sp-wrap);
        font-weight: 600;
      }
      .wrap .figures {
        font-size: 20px;
      }
      .mine {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 28px;
        margin-top: 4px;
      }
      .field label {
        display: block;
        margin-bottom: 4px;
      }
      .row {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 8px;
      }
      .whole {
        width: 100%;
      }
    `,
  ];
  protected override readonly ticks = true;
  /** What is chosen, by association: another call in between loses nothing. */
  readonly #chosen = new Map<string, Chosen>();
  #busy = false;

  focusDisposition(): void {
    this.find("sp-combobox")?.focus();
  }

  #of({ associationId }: OpenCall): Chosen {
    return this.#chosen.get(associationId) ?? NOTHING;
  }

  #choose(call: OpenCall, changes: Partial<Chosen>): void {
    this.#chosen.set(call.associationId, { ...this.#of(call), ...changes });
    this.requestUpdate();
  }

  #codes(call: OpenCall): readonly (Code & { readonly group: string })[] {
    const classes = this.desk.campaignOf(call)?.dispositionClasses ?? [];
    return classes.flatMap(({ dispositionClassName: group, dispositionCodes }) =>
      dispositionCodes.map((code) => ({ ...code, group })),
    );
  }

  async #dispose(call: OpenCall, phone: string | null): Promise<void> {
    const t = text();
    const { code, callback, mine } = this.#of(call);
    const picked = this.#codes(call).find((one) => one.dispositionCodeId === code);
    if (!picked) {
      this.desk.say(t.chooseDisposition, "warning");
      this.focusDisposition();
      return;
    }
    if (picked.needsCallbackTime && !callback) {
      this.desk.say(t.chooseCallbackTime, "warning");
      this.find("#callback")?.focus();
      return;
    }
    const { crtObjectId, associationId } = call;
    const body = {
      crtObjectId,
      dispositionCodeId: code,
      notes: this.desk.drafts.of(crtObjectId),
      ...(picked.needsCallbackTime && {
        callbackTime: new Date(callback).getTime(),
        selfCallback: mine,
      }),
    };
    this.#busy = true;
    this.requestUpdate();
    const done =
      phone === null
        ? await this.desk.ask("console/dispose", body)
        : await this.desk.ask("console/dispose-and-dial", { ...body, phone });
    this.#busy = false;
    if (done) {
      this.desk.drafts.done(crtObjectId);
      this.#chosen.delete(associationId);
      if (phone !== null) this.desk.numberToDial = "";
    }
    this.desk.changed();
  }

  override render() {
    const { call } = this.desk;
    if (call === null) return nothing;
    return html`${this.#countdown(call)} ${this.#notes(call)} ${this.#disposition(call)}`;
  }

  #countdown({ state, wrapEndsAt }: OpenCall): TemplateResult | typeof nothing {
    if (state !== "wrap" || !wrapEndsAt) return nothing;
    return html`<p class="wrap">
      ${text().wrapLeft}
      <span class="figures" role="timer">${clock(wrapEndsAt - this.desk.now() + 500)}</span>
    </p>`;
  }

  #notes({ crtObjectId }: OpenCall): TemplateResult {
    const t = text();
    const { drafts, online } = this.desk;
    const notes = drafts.of(crtObjectId);
    const saved = drafts.isSaved(crtObjectId);
    const word = saved ? t.notesSaved : online ? t.notesSaving : t.notesUnsaved;
    return html`<div>
      <div class="head">
        <label for="notes">${t.notes}</label>
        <span class="saved">${notes ? word : ""}</span>
      </div>
      <textarea
        id="notes"
        .value=${notes}
        @input=${(event: Event) => {
          drafts.type(crtObjectId, (event.target as HTMLTextAreaElement).value);
        }}
      ></textarea>
    </div>`;
  }

  #disposition(call: OpenCall): TemplateResult {
    const t = text();
    const campaign = this.desk.campaignOf(call);
    if (campaign?.dispositionPattern === "crm")
      return html`<p class="quiet">${t.disposedInCrm}</p>`;
    const offered = call.associationType !== "manualdial.association";
    const early = offered && ["initiated", "ringing"].includes(call.state);
    const active = call.state === "connected" || call.state === "held";
    if (early) return html``;
    if (active && campaign?.disableDispositionOnActiveCall) {
      return html`<p class="quiet">${t.disposeAfterCall}</p>`;
    }
    const { code, callback, mine } = this.#of(call);
    const codes = this.#codes(call);
    const picked = codes.find((one) => one.dispositionCodeId === code);
    const choices: readonly Choice[] = codes.map(
      ({ dispositionCodeId, dispositionCodeName, group }) => ({
        value: dispositionCodeId,
        label: dispositionCodeName,
        group,
      }),
    );
    return html`<sp-combobox
        .label=${t.disposition}
        .choices=${choices}
        .value=${code}
        @chosen=${({ detail }: CustomEvent<number>) => this.#choose(call, { code: detail })}
      ></sp-combobox>
      ${
        picked?.needsCallbackTime
          ? html`<div class="field">
              <label for="callback">${t.callbackTime}</label>
              <input
                id="callback"
                type="datetime-local"
                min=${localField(this.desk.now())}
                .value=${callback}
                @change=${(event: Event) =>
                  this.#choose(call, { callback: (event.target as HTMLInputElement).value })}
              />
              <label class="mine">
                <input
                  type="checkbox"
                  .checked=${mine}
                  @change=${(event: Event) =>
                    this.#choose(call, { mine: (event.target as HTMLInputElement).checked })}
                />
                ${t.forMe}
              </label>
            </div>`
          : nothing
      }
      <button class="plain go whole" ?disabled=${this.#busy} @click=${() => this.#dispose(call, null)}>
        ${t.dispose}
      </button>
      ${campaign?.manualDialAllowed ? this.#next(call) : nothing}`;
  }

  #next(call: OpenCall): TemplateResult {
    const t = text();
    const phone = this.desk.numberToDial.trim();
    return html`<div class="field">
      <label for="next">${t.numberToDial}</label>
      <div class="row">
        <input
          id="next"
          type="tel"
          autocomplete="off"
          .value=${this.desk.numberToDial}
          @input=${(event: Event) => {
            this.desk.numberToDial = (event.target as HTMLInputElement).value;
            this.requestUpdate();
          }}
        />
        <button
          class="plain"
          ?disabled=${this.#busy || phone === ""}
          @click=${() => this.#dispose(call, phone)}
        >
          ${t.disposeAndDial}
        </button>
      </div>
    </div>`;
  }
}

customElements.define("sp-disposal", Disposal);
