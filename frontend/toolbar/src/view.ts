import { CommandRefused } from "../../host/src/index.ts";
import { CallPart } from "./call-part.ts";
import type { Desk } from "./desk.ts";
import { button, element, group, labelled, option, setOptions } from "./dom.ts";
import { stateInWords, TEXTS } from "./texts.ts";

interface Campaign {
  readonly campaignId: number;
  readonly campaignName: string;
}

/** What the agent sees and presses. Everything is made once and then only changed. */
export class View {
  readonly #desk: Desk;
  readonly #told = element("p", { className: "told", role: "status", ariaLive: "polite" });

  readonly #loginForm: HTMLFormElement;
  readonly #userId = element("input", { autocomplete: "username", required: true });
  readonly #password = element("input", {
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  readonly #force: HTMLButtonElement;

  readonly #work: HTMLElement;
  readonly #state = element("select");
  readonly #stateInWords = element("span", { className: "call" });
  readonly #autoCall = element("input", { type: "checkbox" });
  readonly #number = element("input", { type: "tel", autocomplete: "off", size: 14 });
  readonly #campaign = element("select");
  readonly #call: CallPart;
  #shownFor: string | null = null;

  constructor(desk: Desk, body: HTMLElement) {
    this.#desk = desk;
    const run = (work: () => Promise<unknown>) => void this.#run(work);
    this.#force = button(TEXTS.logInHere, () => run(() => desk.forceLogin()));
    this.#loginForm = element(
      "form",
      { ariaLabel: TEXTS.logIn },
      labelled(TEXTS.userId, this.#userId),
      labelled(TEXTS.password, this.#password),
      element("button", { type: "submit", textContent: TEXTS.logIn }),
      this.#force,
    );
    this.#loginForm.onsubmit = (event) => {
      event.preventDefault();
      run(() => desk.logIn(this.#userId.value.trim(), this.#password.value));
    };
    this.#state.onchange = () => run(() => this.#setState(this.#state.value));
    this.#autoCall.onchange = () =>
      run(() => desk.command("session", "setAutoCall", this.#autoCall.checked));
    this.#call = new CallPart(desk, run, () => this.#number.value.trim());
    this.#work = element(
      "div",
      { className: "work" },
      group(
        TEXTS.agentState,
        labelled(TEXTS.agentState, this.#state),
        labelled(TEXTS.autoCall, this.#autoCall),
        this.#stateInWords,
        button(TEXTS.logOut, () => run(() => desk.logOut())),
      ),
      group(
        TEXTS.dial,
        labelled(TEXTS.numberToDial, this.#number),
        labelled(TEXTS.campaign, this.#campaign),
        button(TEXTS.dial, () => run(() => this.#dial())),
      ),
      ...this.#call.groups,
    );
    const heading = element("h1", { className: "spoken", textContent: TEXTS.toolbar });
    body.append(element("main", {}, heading, this.#loginForm, this.#work, this.#told));
    this.show();
  }

  /** Brings everything up to what the desk knows. */
  show(): void {
    this.#showAll();
    const at = document.activeElement;
    if (at === null || at === document.body || at.checkVisibility()) return;
    // What had the focus is gone: an agent without a mouse goes on where work goes on.
    if (this.#desk.login === null) this.#userId.focus();
    else if (this.#loginForm.contains(at)) this.#state.focus();
    else this.#number.focus();
  }

  #showAll(): void {
    const { login, online, endedElsewhere, mayForce } = this.#desk;
    this.#loginForm.hidden = login !== null;
    this.#work.hidden = login === null;
    this.#force.hidden = !mayForce;
    if (login === null) {
      if (this.#shownFor !== null) this.#password.value = "";
      this.#shownFor = null;
      if (endedElsewhere) this.notify(TEXTS.ended);
      return;
    }
    if (this.#shownFor !== login.sessionId) {
      this.#shownFor = login.sessionId;
      this.#password.value = "";
      this.notify("");
      void this.#run(() => this.#loadLists());
    }
    if (!online) this.notify(TEXTS.notConnected);
    else if (this.#told.textContent === TEXTS.notConnected) this.notify("");
    const { state, ready, breakReason, autoCall } = this.#desk.feed.snapshot.session;
    this.#state.value = ready ? "" : String(breakReason ?? "");
    this.#stateInWords.textContent = stateInWords(state);
    this.#autoCall.checked = autoCall === true;
    this.#call.show();
  }

  notify(text: string): void {
    this.#told.textContent = text;
  }

  focus(interactionId: string): void {
    this.#call.choose(interactionId);
  }

  /** Does what was asked for and tells what went wrong. */
  async #run(work: () => Promise<unknown>): Promise<void> {
    try {
      this.notify("");
      await work();
      this.show();
    } catch (error) {
      this.show();
      const body = error instanceof CommandRefused ? error.body : null;
      const elsewhere = body?.code === "force.login.required";
      this.notify(elsewhere ? TEXTS.livesElsewhere : (body?.info ?? TEXTS.failed));
    }
  }

  #setState(reason: string): Promise<unknown> {
    return reason === ""
      ? this.#desk.command("session", "setReady")
      : this.#desk.command("session", "setBreak", reason);
  }

  #dial(): Promise<unknown> {
    const dial = { phone: this.#number.value.trim(), campaignId: this.#campaign.value };
    return this.#desk.command("interaction", "initiateInteraction", dial);
  }

  async #loadLists(): Promise<void> {
    const [reasons, campaigns] = (await Promise.all([
      this.#desk.command("configuration", "getBreakReasons"),
      this.#desk.command("configuration", "getCampaigns"),
    ])) as [readonly string[], readonly Campaign[]];
    const breaks = reasons.map((reason) => option(reason, reason));
    setOptions(this.#state, [option("", TEXTS.ready), ...breaks]);
    const listed = campaigns.map((one) => option(one.campaignId, one.campaignName));
    setOptions(this.#campaign, listed);
    this.show();
  }
}
