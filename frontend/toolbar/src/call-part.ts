import type { Desk, Interaction } from "./desk.ts";
import { button, element, group, labelled, option, setOptions } from "./dom.ts";
import { stateInWords, TEXTS } from "./texts.ts";

type Run = (work: () => Promise<unknown>) => void;

interface Code {
  readonly dispositionCodeId: number;
  readonly dispositionCodeName: string;
  readonly dispositionClassId: number;
  readonly needsCallbackTime: boolean;
}

interface Class {
  readonly dispositionClassId: number;
  readonly dispositionClassName: string;
}

/** In which states of a call a button may be pressed. */
const OFFERED = ["initiated", "ringing"];
const TALKING = ["connected", "held"];

/** The call, what can be done with it, and how it is finished. */
export class CallPart {
  readonly groups: readonly HTMLElement[];
  readonly #desk: Desk;
  readonly #run: Run;
  readonly #numberToDial: () => string;
  readonly #calls = element("select");
  readonly #callsLabel = labelled(TEXTS.calls, this.#calls);
  readonly #about = element("span", { className: "call", role: "status", ariaLive: "polite" });
  readonly #buttons: readonly (readonly [HTMLButtonElement, (call: Interaction) => boolean])[];
  readonly #digits = element("input", { size: 6, inputMode: "tel", autocomplete: "off" });
  readonly #targetType = element(
    "select",
    {},
    option("user", TEXTS.user),
    option("phone", TEXTS.phone),
    option("queue", TEXTS.queue),
  );
  readonly #target = element("input", { size: 10, autocomplete: "off" });
  readonly #disposition = element("select");
  readonly #notes = element("textarea", { rows: 1 });
  readonly #callbackTime = element("input", { type: "datetime-local" });
  readonly #callbackLabel = labelled(TEXTS.callbackTime, this.#callbackTime);
  #codes: readonly Code[] = [];
  #codesOf: unknown = null;

  constructor(desk: Desk, run: Run, numberToDial: () => string) {
    this.#desk = desk;
    this.#run = run;
    this.#numberToDial = numberToDial;
    const simple = (text: string, method: string, when: (call: Interaction) => boolean) =>
      [button(text, () => this.#on(method)), when] as const;
    const offered = (call: Interaction) => isOffered(call) && isIn(OFFERED)(call);
    const talking = isIn(TALKING);
    const open = (call: Interaction) => call["state"] !== "wrap" && !offered(call);
    const keys = button(TEXTS.keypad, () => this.#on("sendDtmf", this.#digits.value));
    const transfer = button(TEXTS.transfer, () => this.#on("transferInteraction", this.#to()));
    const confer = button(TEXTS.conference, () => this.#on("conferInteraction", this.#to()));
    const dispose = button(TEXTS.dispose, () => this.#dispose(false));
    const both = button(TEXTS.disposeAndDial, () => this.#dispose(true));
    dispose.className = "first";
    const line = [
      simple(TEXTS.answer, "acceptInteraction", offered),
      simple(TEXTS.reject, "rejectInteraction", offered),
      simple(TEXTS.hangUp, "endInteraction", open),
      simple(TEXTS.hold, "holdInteraction", (call) => call["state"] === "connected"),
      simple(TEXTS.resume, "resumeInteraction", (call) => call["state"] === "held"),
      simple(TEXTS.mute, "muteInteraction", (call) => talking(call) && !call["muted"]),
      simple(TEXTS.unmute, "unmuteInteraction", (call) => talking(call) && !!call["muted"]),
    ];
    const further = [
      [keys, talking],
      [transfer, talking],
      [confer, talking],
    ] as const;
    const disposable = (call: Interaction) => !offered(call);
    this.#buttons = [...line, ...further, [dispose, disposable], [both, disposable]];
    this.#calls.onchange = () => this.show();
    this.#disposition.onchange = () => this.#showCallback();
    this.groups = [
      group(TEXTS.call, this.#callsLabel, this.#about, ...line.map(([one]) => one)),
      group(
        TEXTS.transfer,
        labelled(TEXTS.digits, this.#digits),
        keys,
        labelled(TEXTS.targetType, this.#targetType),
        labelled(TEXTS.target, this.#target),
        transfer,
        confer,
      ),
      group(
        TEXTS.dispose,
        labelled(TEXTS.disposition, this.#disposition),
        labelled(TEXTS.notes, this.#notes),
        this.#callbackLabel,
        dispose,
        both,
      ),
    ];
  }

  /** Shows that call, if it is open. */
  choose(interactionId: string): void {
    this.#calls.value = interactionId;
    this.show();
  }

  show(): void {
    const calls = this.#desk.interactions;
    setOptions(
      this.#calls,
      calls.map((one) => option(one["interactionId"], one["displayPhone"])),
    );
    this.#callsLabel.hidden = calls.length < 2;
    const call = this.#current();
    this.#about.textContent = call
      ? `${call["displayPhone"]} · ${stateInWords(call["state"])}`
      : TEXTS.noCall;
    for (const [one, may] of this.#buttons) {
      one.disabled = !call || !may(call);
    }
    for (const part of this.groups.slice(1)) part.hidden = !call;
    if (call && call["campaignId"] !== this.#codesOf) {
      this.#codesOf = call["campaignId"];
      this.#run(() => this.#loadCodes(call["campaignId"]));
    }
    if (!call) this.#notes.value = "";
    this.#showCallback();
  }

  #current(): Interaction | undefined {
    const calls = this.#desk.interactions;
    return calls.find((one) => one["interactionId"] === this.#calls.value) ?? calls[0];
  }

  #on(method: string, ...further: readonly unknown[]): void {
    const call = this.#current();
    const id = call?.["interactionId"];
    this.#run(() => this.#desk.command("interaction", method, id, ...further));
  }

  #to(): object {
    return { type: this.#targetType.value, id: this.#target.value.trim() };
  }

  #dispose(dial: boolean): void {
    const time = this.#callbackTime.value;
    const disposal = {
      interactionId: this.#current()?.["interactionId"],
      dispositionCodeId: this.#disposition.value,
      notes: this.#notes.value,
      ...(this.#needsTime() && time !== "" && { callbackTime: new Date(time).getTime() }),
      ...(dial && { phone: this.#numberToDial() }),
    };
    const method = dial ? "disposeAndDial" : "disposeInteraction";
    this.#run(async () => {
      await this.#desk.command("interaction", method, disposal);
      this.#notes.value = "";
      this.#disposition.value = "";
    });
  }

  async #loadCodes(campaignId: unknown): Promise<void> {
    const [codes, classes] = (await Promise.all([
      this.#desk.command("configuration", "getDispositionCodes", campaignId),
      this.#desk.command("configuration", "getDispositionCodesWithDispositionClass", campaignId),
    ])) as [readonly Code[], readonly Class[]];
    this.#codes = codes;
    const groups = classes.map((one) => {
      const mine = codes.filter((code) => code.dispositionClassId === one.dispositionClassId);
      const options = mine.map((code) => option(code.dispositionCodeId, code.dispositionCodeName));
      return element("optgroup", { label: one.dispositionClassName }, ...options);
    });
    setOptions(this.#disposition, [option("", TEXTS.choose), ...groups]);
    this.#showCallback();
  }

  #needsTime(): boolean {
    const chosen = Number(this.#disposition.value);
    return this.#codes.some((one) => one.dispositionCodeId === chosen && one.needsCallbackTime);
  }

  #showCallback(): void {
    this.#callbackLabel.hidden = !this.#needsTime();
  }
}

function isOffered(call: Interaction): boolean {
  return call["associationType"] !== "manualdial.association";
}

function isIn(states: readonly string[]): (call: Interaction) => boolean {
  return (call) => states.includes(String(call["state"]));
}
