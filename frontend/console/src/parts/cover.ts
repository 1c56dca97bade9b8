import { css, html, nothing, type TemplateResult } from "lit";
import type { DeckFrame } from "../frames.ts";
import { cureOf, hasBadCertificate } from "../health.ts";
import { icon } from "../icons.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { Part } from "./part.ts";

/** What is said over a page that is not to be seen: loading, refused, slow or cut off. */
export class Cover extends Part {
  static override styles = [
    shared,
    css`
      .say {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 12px;
        padding: 32px;
        background: var(--sp-surface);
        text-align: center;
      }
      h2 {
        font-size: 20px;
        font-weight: 650;
      }
      p {
        max-width: 52ch;
        overflow-wrap: anywhere;
      }
      code {
        display: block;
        margin-top: 6px;
        padding: 8px 14px;
        border-radius: 8px;
        text-align: left;
        background: var(--sp-hover);
        font: 13px/1.6 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
      }
      .bar {
        position: absolute;
        inset: 0 0 auto;
        height: 3px;
        overflow: hidden;
      }
      .bar::after {
        content: "";
        display: block;
        width: 30%;
        height: 100%;
        background: var(--sp-accent);
        animation: pass 1.4s ease-in-out infinite;
      }
      @keyframes pass {
        from {
          transform: translateX(-100%);
        }
        to {
          transform: translateX(360%);
        }
      }
      .ring {
        display: grid;
        place-items: center;
        width: 72px;
        height: 72px;
        border-radius: 50%;
        background: var(--sp-wrap-soft);
        color: var(--sp-wrap);
      }
      .ring .icon {
        width: 30px;
        height: 30px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 8px;
      }
    `,
  ];
  static override properties = { frame: { attribute: false } };
  declare frame: DeckFrame;

  override render(): TemplateResult | typeof nothing {
    const t = text();
    const { frame } = this;
    const { pop, loading, bridgeState, waited } = frame;
    const health = this.desk.frames.healthOf(pop.appId);
    if (bridgeState === "cutOff") {
      const letIn = () => this.desk.frames.restore(frame);
      return this.#say(t.cutOff(pop.appName), nothing, t.letIn, letIn);
    }
    if (health["refusesFraming"] === true && bridgeState !== "connected" && !waited) {
      const cure = cureOf(health);
      const why = cure
        ? html`<p class="quiet">${cure.text}</p>
            ${cure.toSet ? html`<p class="quiet">${t.refusedCure} <code>${cure.toSet}</code></p>` : nothing}`
        : html`<p class="quiet">${t.refusedHint}</p>`;
      return this.#say(t.refused(pop.appName), why, "", () => null);
    }
    if (loading === "slow" && !waited) {
      const away = health["state"] === "not.visible.from.server";
      const why = hasBadCertificate(health) ? t.badCertificate : away ? t.notVisible : "";
      return this.#say(t.slow(pop.appName), html`<p class="quiet">${why}</p>`, t.hideHint, () => {
        frame.waited = true;
        this.desk.changed();
      });
    }
    if (loading !== "loading") return nothing;
    return html`<div class="bar" role="status"><span class="hidden">${t.loadingPage(pop.appName)}</span></div>`;
  }

  #say(
    title: string,
    why: TemplateResult | typeof nothing,
    other: string,
    act: () => void,
  ): TemplateResult {
    return html`<div class="say" role="status">
      <span class="ring">${icon("warning")}</span>
      <h2>${title}</h2>
      ${why}
      <div class="row">
        <button class="plain go" @click=${() => this.desk.frames.openInWindow(this.frame)}>
          ${icon("window")} ${text().openInWindow}
        </button>
        ${other ? html`<button class="plain" @click=${act}>${other}</button>` : nothing}
      </div>
    </div>`;
  }
}
