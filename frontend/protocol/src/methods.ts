/** What the methods take and give (contract 6, methods and results). */

import type { AgentState, InteractionPayload, Target } from "./events.ts";

/** Ids of campaigns, calls and codes may be given as number or text. */
export type Id = string | number;

export interface SessionContext {
  readonly scopes: readonly string[];
  readonly userId: string;
  readonly userName: string;
  readonly userType: string;
  readonly sessionId: string | null;
  readonly userCrtObjectIds: readonly string[] | null;
  readonly campaigns: readonly number[];
  readonly contactCenterId: number;
  readonly processId: number;
  readonly locale: string;
  readonly appId: Id;
  readonly frame: "login" | "call" | "preview" | "toolbar";
  readonly interactionId: string | null;
}

export interface SessionState {
  readonly state: AgentState;
  readonly ready: boolean;
  readonly breakReason: string | null;
  readonly autoCall: boolean;
}

/** A command was accepted; its fate follows as events. Null where it concerns no interaction. */
export interface Accepted {
  readonly interactionId: string | null;
}

/** The reply to a dial (contract 5, replies). */
export interface DialReply {
  readonly interactionId: string;
  readonly result: "success";
  readonly requestId: string;
  readonly crtObjectId: string;
  readonly userCrtObjectId: string;
  readonly campaignId: number;
  readonly phone: string;
  readonly customerId: number;
  /** The disposed call, after `disposeAndDial`. */
  readonly disposedCrtObjectId?: string;
}

export interface Dial {
  readonly phone: string;
  readonly campaignId?: Id;
  readonly customerId?: Id;
  readonly searchable?: string;
  readonly additionalParams?: Readonly<Record<string, unknown>> | null;
  readonly requestId?: Id;
}

interface DisposalDetails {
  /** Absent: the frame's own call, else the agent's only open one. */
  readonly interactionId?: string;
  readonly notes?: string;
  readonly callbackTime?: Id;
  readonly selfCallback?: boolean;
  readonly requestId?: Id;
}

/** A disposal names its code by label or by id. */
export type Disposal = DisposalDetails &
  (
    | { readonly dispositionCode: string; readonly dispositionCodeId?: Id }
    | { readonly dispositionCodeId: Id; readonly dispositionCode?: string }
  );

export interface Campaign {
  readonly campaignId: number;
  readonly campaignName: string;
  readonly campaignType: string;
  readonly description: string | null;
  readonly processId: number;
  readonly contactCenterId: number;
}

export interface DispositionCode {
  readonly dispositionCodeId: number;
  readonly dispositionCodeName: string;
  readonly dispositionClassId: number;
}

export interface DispositionClass {
  readonly dispositionClassId: number;
  readonly dispositionClassName: string;
  readonly dispositionCodes: readonly DispositionCode[];
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** An optional last argument of every command: the key under which a repeat is safe. */
export interface Repeat {
  readonly requestId: Id;
}

export interface SessionMethods {
  getContext(): Promise<SessionContext>;
  getState(): Promise<SessionState>;
  setReady(repeat?: Repeat): Promise<Accepted>;
  setBreak(reason: string, repeat?: Repeat): Promise<Accepted>;
  setAutoCall(on: boolean, repeat?: Repeat): Promise<Accepted>;
  /** Context `crm` only, like the four after it. */
  login(credentials: Credentials): Promise<SessionContext>;
  /** Repeats the login that answered `force.login.required`; kept for 60 s. */
  forceLogin(): Promise<SessionContext>;
  logout(): Promise<Accepted>;
  selectExtension(extension: Id): Promise<Accepted>;
  selectCampaign(campaigns: Id | readonly Id[]): Promise<Accepted>;
}

export interface InteractionMethods {
  getCurrent(): Promise<InteractionPayload | null>;
  getAll(): Promise<readonly InteractionPayload[]>;
  initiateInteraction(dial: Dial): Promise<DialReply>;
  acceptInteraction(interactionId: string, repeat?: Repeat): Promise<Accepted>;
  rejectInteraction(interactionId: string, repeat?: Repeat): Promise<Accepted>;
  endInteraction(interactionId: string, repeat?: Repeat): Promise<Accepted>;
  holdInteraction(interactionId: string, repeat?: Repeat): Promise<Accepted>;
  resumeInteraction(interactionId: string, repeat?: Repeat): Promise<Accepted>;
  muteInteraction(interactionId: string, repeat?: Repeat): Promise<Accepted>;
  unmuteInteraction(interactionId: string, repeat?: Repeat): Promise<Accepted>;
  sendDtmf(interactionId: string, digits: Id, repeat?: Repeat): Promise<Accepted>;
  transferInteraction(interactionId: string, target: Target, repeat?: Repeat): Promise<Accepted>;
  conferInteraction(interactionId: string, target: Target, repeat?: Repeat): Promise<Accepted>;
  disposeInteraction(disposal: Disposal): Promise<Accepted>;
  disposeAndDial(disposal: Disposal & Dial): Promise<DialReply>;
  /** Shows that call's frame in the console. */
  focus(interactionId: string): Promise<Accepted>;
}

export interface ConfigurationMethods {
  getCampaigns(): Promise<readonly Campaign[]>;
  getDispositionCodes(
    campaignId: Id,
  ): Promise<readonly (DispositionCode & { readonly needsCallbackTime: boolean })[]>;
  getDispositionCodesWithDispositionClass(campaignId: Id): Promise<readonly DispositionClass[]>;
  getBreakReasons(): Promise<readonly string[]>;
}

export interface UiMethods {
  notify(message: {
    readonly text: string;
    readonly level?: "info" | "success" | "warning" | "error";
  }): Promise<Accepted>;
  /** Brings this app's frame to the front. */
  focusApp(): Promise<Accepted>;
  setTitle(text: string): Promise<Accepted>;
  /** 0 takes the badge away. */
  setBadge(n: number): Promise<Accepted>;
  /** `https`, and one of the app's own origins. */
  openTab(url: string): Promise<Accepted>;
}

/** Every method by namespace. */
export interface MethodMap {
  readonly session: SessionMethods;
  readonly interaction: InteractionMethods;
  readonly configuration: ConfigurationMethods;
  readonly ui: UiMethods;
}
