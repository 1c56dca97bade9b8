import { type CSSResultGroup, LitElement } from "lit";
import type { Desk } from "../desk.ts";
import { shared } from "../styles/shared.ts";

let theDesk: Desk | null = null;

/** Gives the parts their desk; called once, before the first of them is drawn. */
export function serve(desk: Desk): void {
  theDesk = desk;
}

/** A part of the console: it draws itself anew whenever the desk changes. */
export abstract class Part extends LitElement {
  static override styles: CSSResultGroup = shared;
  /** Set by parts that show a running time: they draw each second, too. */
  protected readonly ticks: boolean = false;

  protected get desk(): Desk {
    if (theDesk === null) throw new Error("serve() comes first");
    return theDesk;
  }

  readonly #draw = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.desk.addEventListener("change", this.#draw);
    if (this.ticks) this.desk.addEventListener("tick", this.#draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.desk.removeEventListener("change", this.#draw);
    this.desk.removeEventListener("tick", this.#draw);
  }

  protected find<T extends HTMLElement>(selector: string): T | null {
    return this.renderRoot.querySelector<T>(selector);
  }
}
