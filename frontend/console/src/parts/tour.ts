import { css, html, type TemplateResult } from "lit";
import { icon } from "../icons.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { STEPS, type Step } from "../tour.ts";
import { Part } from "./part.ts";

/** The demo's guided tour: a card beside the work, never over a button it speaks of. */
export class TourCard extends Part {
  static override styles = [
    shared,
    css`
      section {
        position: fixed;
        left: 16px;
        bottom: 16px;
        z-index: 25;
        display: grid;
        gap: 10px;
        width: 348px;
        padding: 14px 16px 14px;
        border-top: 3px solid var(--sp-accent);
      }
      header,
      footer {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      header .quiet {
        font-size: 12px;
        font-weight: 600;
      }
      header .tool {
        margin: -6px -8px -6px auto;
      }
      h2 {
        font-size: 16px;
        font-weight: 650;
      }
      .dots {
        display: flex;
        gap: 6px;
        margin-right: auto;
      }
      .dots i {
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--sp-line);
      }
      .dots .here {
        background: var(--sp-accent);
      }
    `,
  ];
  #told: Step | null = null;

  override firstUpdated(): void {
    // Who just came in has no focus yet; whoever works keeps theirs.
    if (document.activeElement === document.body) this.find<HTMLElement>(".next")?.focus();
  }

  #end(): void {
    this.desk.tour.dismiss();
    this.desk.changed();
    this.dispatchEvent(new CustomEvent("tour-over", { bubbles: true, composed: true }));
  }

  #go(by: 1 | -1): void {
    this.desk.tour.go(by);
    if (this.desk.tour.step === null) this.#end();
    else this.desk.changed();
  }

  override render(): TemplateResult | string {
    const { step } = this.desk.tour;
    if (step === null) return "";
    const t = text();
    const at = STEPS.indexOf(step);
    const [title, words] = t.tourSteps[step];
    if (this.#told !== step) {
      // The card is no dialog that takes the focus: a step that came by itself is spoken.
      if (this.#told !== null) this.desk.announcement = `${title}. ${words}`;
      this.#told = step;
    }
    return html`<section
      class="panel"
      role="dialog"
      aria-labelledby="title"
      aria-describedby="words"
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#end()}
    >
      <header>
        <span class="quiet">${t.tourStep(at + 1, STEPS.length)}</span>
        <button class="tool" aria-label=${t.tourEnd} title=${t.tourEnd} @click=${() => this.#end()}>
          ${icon("close")}
        </button>
      </header>
      <h2 id="title">${title}</h2>
      <p id="words">${words}</p>
      <footer>
        <span class="dots" aria-hidden="true"
          >${STEPS.map((one) => html`<i class=${one === step ? "here" : ""}></i>`)}</span
        >
        <button class="plain" ?disabled=${at === 0} @click=${() => this.#go(-1)}>${t.tourBack}</button>
        <button class="plain go next" @click=${() => this.#go(1)}>
          ${at === STEPS.length - 1 ? t.tourDone : t.tourNext}
        </button>
      </footer>
    </section>`;
  }
}
