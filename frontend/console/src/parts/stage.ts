import { css, html, nothing, type TemplateResult } from "lit";
import type { DeckFrame } from "../frames.ts";
import { icon } from "../icons.ts";
import { shared } from "../styles/shared.ts";
import { text } from "../text.ts";
import { Part } from "./part.ts";

/** The tabs above the frame deck, and what is said where a page is not to be seen. */
export class Stage extends Part {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto 1fr;
        min-width: 0;
        min-height: 0;
      }
      [role="tablist"] {
        display: flex;
        gap: 2px;
        min-height: 40px;
        padding: 4px 8px 0;
        overflow-x: auto;
        scrollbar-width: none;
      }
      [role="tab"] {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 8px;
        flex: 0 2 auto;
        max-width: 240px;
        min-width: 88px;
        padding: 0 14px;
        border: 0;
        border-radius: 8px 8px 0 0;
        background: transparent;
        color: var(--sp-quiet);
        font-weight: 500;
      }
      [role="tab"]:hover {
        background: var(--sp-hover);
      }
      [role="tab"][aria-selected="true"] {
        background: var(--sp-surface);
        color: var(--sp-ink);
        flex-shrink: 1;
        box-shadow: inset 0 2px var(--sp-accent);
      }
      [role="tab"]:focus-visible {
        outline-offset: -3px;
      }
      .words {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .badge {
        min-width: 20px;
        padding: 0 6px;
        border-radius: 10px;
        background: var(--sp-accent);
        color: var(--sp-on-accent);
        font-size: 12px;
        font-weight: 650;
      }
      .calls {
        width: 9px;
        height: 9px;
        border-radius: 50%;
        background: var(--sp-accent);
      }
      .stage {
        position: relative;
        min-height: 0;
        background: var(--sp-surface);
      }
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
      .say h2 {
        font-size: 20px;
        font-weight: 650;
      }
      .say p {
        max-width: 44ch;
      }
      .ring {
        display: grid;
        place-items: center;
        width: 72px;
        height: 72px;
        border-radius: 50%;
        background: var(--sp-accent-soft);
        color: var(--sp-accent);
      }
      .ring .icon {
        width: 30px;
        height: 30px;
      }
    `,
  ];

  #name({ pop, title, caller }: DeckFrame): string {
    return title || (caller ? `${pop.appName} · ${caller}` : pop.appName);
  }

  #walk(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const { all, shown } = this.desk.frames;
    if (!step || shown === null) return;
    const next = all[(all.indexOf(shown) + step + all.length) % all.length];
    if (next) this.desk.frames.show(next.pop.instanceId);
    void this.updateComplete.then(() => this.find("[aria-selected=true]")?.focus());
  }

  override render() {
    const t = text();
    const { all, shown } = this.desk.frames;
    return html`
      <div role="tablist" aria-label=${t.pages} @keydown=${this.#walk}>
        ${all.map(
          (frame) =>
            html`<button
              role="tab"
              aria-selected=${frame === shown}
              tabindex=${frame === shown ? 0 : -1}
              title=${this.#name(frame)}
              @click=${() => this.desk.frames.show(frame.pop.instanceId)}
            >
              ${frame.calls ? html`<span class="calls"></span><span class="hidden">${t.wantsYou}:</span>` : nothing}
              <span class="words">${this.#name(frame)}</span>
              ${frame.badge > 0 ? html`<span class="badge">${frame.badge}</span>` : nothing}
            </button>`,
        )}
      </div>
      <div class="stage" role=${shown ? "tabpanel" : "presentation"} aria-label=${shown ? this.#name(shown) : nothing}>
        <slot></slot>
        ${shown ? html`<sp-cover .frame=${shown}></sp-cover>` : this.#idle()}
      </div>
    `;
  }

  #idle(): TemplateResult {
    const t = text();
    const rests = this.desk.state === "break";
    return html`<div class="say">
      <span class="ring">${icon(rests ? "pause" : "phone")}</span>
      <h2>${rests ? t.idleBreak : t.idleTitle}</h2>
      <p class="quiet">${t.idleHint}</p>
    </div>`;
  }
}
