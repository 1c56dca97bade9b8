/** What our own API answers, as far as the console reads it (contract 8). */

export interface Me {
  readonly userId: string;
  readonly userName: string;
  readonly userType: string;
  readonly sessionId: string;
  readonly campaigns: readonly number[];
  readonly extension: string;
  readonly selectedCampaignId: number | null;
  readonly autoCall: boolean;
  readonly signOnNotices?: readonly { readonly appName: string; readonly reason: string }[];
}

export interface Code {
  readonly dispositionCodeId: number;
  readonly dispositionCodeName: string;
  readonly needsCallbackTime: boolean;
}

export interface Campaign {
  readonly campaignId: number;
  readonly campaignName: string;
  readonly campaignType: string;
  readonly manualDialAllowed: boolean;
  readonly dispositionPattern: "crm" | "console" | "both" | "forced";
  readonly disableDispositionOnActiveCall: boolean;
  readonly dispositionClasses: readonly {
    readonly dispositionClassId: number;
    readonly dispositionClassName: string;
    readonly dispositionCodes: readonly Code[];
  }[];
}

export interface DeskFacts {
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
  readonly breakReasons: readonly string[];
  readonly campaigns: readonly Campaign[];
  readonly extension: string;
  /** Null where no call can be made to come in. */
  readonly simulator: {
    readonly callers: readonly string[];
    readonly dids: readonly string[];
  } | null;
  readonly demo: boolean;
}

export interface Pop {
  readonly appId: string;
  readonly appName: string;
  readonly point: "login" | "call" | "preview";
  readonly url: string;
  readonly instanceId: string;
  readonly associationId: string | null;
  readonly crtObjectId: string | null;
  readonly interactionId: string | null;
  readonly position: number;
  readonly origins: readonly string[];
  readonly allow: readonly string[];
  readonly sandbox: boolean;
  readonly frameEnd: string;
  readonly placement: "tab" | "side";
}

/** One open call as this agent has it: the reducer's interaction. */
export interface OpenCall {
  readonly associationId: string;
  readonly interactionId: string;
  readonly crtObjectId: string;
  readonly customerId: number;
  readonly displayPhone: string;
  readonly campaignId: number;
  readonly queueName: string | null;
  readonly associationType: string;
  readonly direction: "inbound" | "outbound";
  readonly state: string;
  readonly muted: boolean;
  readonly wrapEndsAt?: number | null;
}

/** A call that the agent, or the campaign, promised. */
export interface Callback {
  readonly callbackId: string;
  readonly campaignName: string;
  readonly displayPhone: string;
  readonly customerName: string;
  /** Null: promised without a date. */
  readonly dueAt: number | null;
  readonly state: "scheduled" | "due" | "missed";
  readonly own: boolean;
  readonly notes: string;
}

/** A call of the lists. */
export interface PastCall {
  readonly crtObjectId: string;
  readonly displayPhone: string;
  readonly customerName?: string;
  readonly direction: "inbound" | "outbound";
  readonly state: string;
  readonly createdAt: number;
  readonly connectedAt: number | null;
  readonly systemDisposition: string | null;
  readonly dispositionCode?: string | null;
  readonly notes?: string;
  readonly userId?: string | null;
  readonly reason?: string | null;
}

export interface CallDetails extends PastCall {
  readonly customerInfo: Readonly<Record<string, unknown>>;
  readonly pops: readonly {
    readonly appId: string;
    readonly appName: string;
    readonly userId: string;
    readonly popped: boolean;
    readonly reason: string;
    readonly poppedAt?: number | null;
    readonly loadedAt?: number | null;
    readonly helloAt?: number | null;
  }[];
}

export interface Targets {
  readonly users: readonly {
    readonly userId: string;
    readonly userName: string;
    readonly state: string;
  }[];
  readonly queues: readonly { readonly queueId: number; readonly queueName: string }[];
}

export interface TargetWish {
  readonly type: "user" | "phone" | "queue";
  readonly id: string | number;
  readonly consult?: boolean;
}

/** How an app's pages are, as the server last saw them (contract 3.6). */
export interface ListedApp {
  readonly appId: string;
  readonly name: string;
  readonly health?: unknown;
}
