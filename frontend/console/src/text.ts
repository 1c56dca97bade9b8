import { hindi } from "./text-hi.ts";
import type { Step } from "./tour.ts";

/** Every text of the console, in English. Another language has the same keys. */
export const english = {
  product: "screenpop",
  // Log-in
  logInTitle: "Log in to your desk",
  userId: "User ID",
  password: "Password",
  logIn: "Log in",
  loggingIn: "Logging in …",
  logInHere: "Log in here",
  sessionElsewhere: "You are logged in elsewhere. Logging in here ends that session and its calls.",
  continueAs: (user: string) => `Continue as ${user}`,
  demoHint: "Demo: log in as maya with the password maya, or as ravi with ravi.",
  startPage: "What is this?",
  sessionEnded: "Your session has ended. Log in again.",
  sessionTaken: "You were logged in somewhere else, so this session has ended.",
  // Work
  workTitle: (user: string) => `Hello ${user}`,
  workHint: "Choose where you work today.",
  campaigns: "Campaigns",
  extension: "Extension",
  start: "Start",
  noCampaigns: "No campaign is assigned to you. Ask an administrator for one.",
  // States
  agentState: "Agent state",
  state: {
    offline: "Offline",
    ready: "Ready",
    break: "On break",
    ringing: "Ringing",
    dialing: "Dialing",
    onCall: "On call",
    wrap: "Wrap-up",
  } as Readonly<Record<string, string>>,
  callState: {
    initiated: "Arriving",
    ringing: "Ringing",
    connected: "Connected",
    held: "On hold",
    ended: "Ended",
    wrap: "Wrap-up",
  } as Readonly<Record<string, string>>,
  afterCall: (state: string) => `After this call: ${state}`,
  ready: "Ready",
  breakFor: "Break",
  autoCall: "Auto-call",
  autoCallHint: "Answer calls by themselves",
  // Call strip
  answer: "Answer",
  reject: "Reject",
  hangUp: "Hang up",
  hold: "Hold",
  resume: "Resume",
  mute: "Mute",
  unmute: "Unmute",
  keypad: "Keypad",
  transfer: "Transfer",
  conference: "Conference",
  yourPhoneRings: "Your phone rings: answer it to dial",
  answered: "Answered",
  incoming: "Incoming call",
  outgoing: "Outgoing call",
  transferredFrom: (user: string) => `Transferred by ${user}`,
  // Targets
  transferTo: "Transfer to",
  conferWith: "Add to the call",
  searchTargets: "Name, queue or number",
  agents: "Agents",
  queues: "Queues",
  number: "Number",
  consultFirst: "Talk first",
  noTarget: "Nobody by this name is here. Type a number to call outside.",
  takeBack: "Take the call back",
  finishTransfer: (who: string) => `Complete the transfer to ${who}`,
  close: "Close",
  // Stage
  pages: "Pages",
  idleTitle: "Ready for the next call",
  idleBreak: "You are on break",
  idleHint: "The customer's record opens here when a call comes.",
  loadingPage: (app: string) => `${app} is loading …`,
  refused: (app: string) => `${app} does not allow to be shown here.`,
  refusedCure: "To be set on its server:",
  refusedHint: "Its server refuses to be framed. An administrator finds the cure under its health.",
  slow: (app: string) => `${app} is taking long to answer.`,
  notVisible: "It is not visible from the server either, so its network may be away.",
  badCertificate: "Its certificate is not valid.",
  openInWindow: "Open in a window",
  hideHint: "Wait for it",
  wantsYou: "wants your attention",
  cutOff: (app: string) => `${app} sent too much and was cut off.`,
  letIn: "Let it in again",
  // Side
  customer: "Customer",
  unknownCustomer: "Unknown customer",
  queue: "Queue",
  campaign: "Campaign",
  history: "Earlier calls",
  noHistory: "No earlier call of this customer.",
  notes: "Notes",
  notesSaved: "Saved",
  notesSaving: "Saving …",
  notesUnsaved: "Not saved yet",
  disposition: "Disposition",
  dispositionHint: "Type to search",
  noDisposition: "No disposition matches.",
  callbackTime: "Call back at",
  forMe: "By me",
  dispose: "Dispose",
  disposeAndDial: "Dispose and dial",
  wrapLeft: "Wrap-up ends in",
  chooseDisposition: "Choose a disposition first.",
  chooseCallbackTime: "Say when to call back.",
  disposedInCrm: "Calls of this campaign are disposed in the CRM.",
  disposeAfterCall: "You can dispose when the call is over.",
  numberToDial: "Number to dial",
  dial: "Dial",
  recentCalls: "Recent calls",
  callbacks: "Callbacks",
  callNow: "Call now",
  noDate: "No date",
  callbackState: { scheduled: "promised", due: "due", missed: "missed" } as Readonly<
    Record<string, string>
  >,
  sidePages: "At the side",
  desk: "Desk",
  noRecent: "Your calls of today appear here.",
  missed: "Missed",
  callAgain: (phone: string) => `Call ${phone} again`,
  useNumber: (phone: string) => `Take ${phone} as the number to dial`,
  // Demo
  incomingCall: "Incoming call",
  demo: "Demo",
  ownCrmTitle: "Try your own CRM",
  ownCrmHint: "Its page opens with each call. The server looks at it first, then a call comes in.",
  ownCrmUrl: "Address of the customer's page",
  ownCrmTry: "Add it and let a call come in",
  ownCrmBusy: "Looking at the page …",
  ownCrmGood: "Your page may be shown here: nothing against it was found.",
  ownCrmUnseen: "The server could not look at the page, so it cannot judge it.",
  ownCrmProblems: (n: number) =>
    n === 1
      ? "Your page has a problem; the inspector names it and what to set."
      : `Your page has ${n} problems; the inspector names them and what to set.`,
  tourShow: "Show the tour",
  tourStep: (at: number, of: number) => `Tour, step ${at} of ${of}`,
  tourNext: "Next",
  tourBack: "Back",
  tourDone: "Done",
  tourEnd: "End the tour",
  tourSteps: {
    state: [
      "This is your state",
      "It says in a word what you do, and for how long. Press its arrow for a break.",
    ],
    call: [
      "Let a call come in",
      "Press Incoming call. The network is simulated: nobody's telephone rings.",
    ],
    answer: [
      "The record is there already",
      "The CRM was opened with the caller's number while it rings. Press Answer.",
    ],
    dispose: [
      "Note, hang up, dispose",
      "Type a note, hang up, choose a disposition and press Dispose. Or do it in the CRM.",
    ],
    inspect: [
      "Look behind it, with your own CRM",
      "The inspector shows each parameter and event. The arrow beside Incoming call takes your page's address.",
    ],
  } as Readonly<Record<Step, readonly [string, string]>>,
  // Inspector
  inspector: "Inspector",
  inspectorHint: "What was sent to the selected page, and what it said.",
  url: "URL as sent",
  traffic: "Calls and events",
  filter: "Filter",
  copy: "Copy",
  copied: "Copied.",
  whyPop: "Why did it (not) pop?",
  popped: "Popped",
  notPopped: "Did not pop",
  checkGood: "It may be framed.",
  checkUnknown: "Its page was not looked at yet.",
  noFrame: "No page is open.",
  noTraffic: "Nothing was said yet. A page that loads the SDK talks here.",
  time: "Time",
  direction: "Direction",
  message: "Message",
  outcome: "Outcome",
  fromPage: "from page",
  toPage: "to page",
  callQuestion: "Call",
  // Menu
  menu: "Menu",
  theme: "Appearance",
  light: "Light",
  dark: "Dark",
  system: "As the system",
  language: "Language",
  logOut: "Log out",
  keys: "Keyboard",
  keysHint: "These work in every page that loads the SDK, too.",
  backToDesk: "Back to the desk",
  // Connection and tabs
  lost: "The server cannot be reached. Your call goes on; what you do is kept and sent again.",
  otherTab: "This desk is open in another tab, which has the pages and the sound.",
  useHere: "Use it here",
  busyElsewhere: "Another desk has taken over.",
  // Announcements
  sayRinging: (who: string) => `Incoming call from ${who}`,
  sayConnected: (who: string) => `Connected with ${who}`,
  sayWrap: (who: string) => `Call with ${who} is over. Choose a disposition.`,
  sayDisposed: "Disposed.",
  sayMissed: (who: string) => `Missed call from ${who}`,
  // Failures
  failed: {
    "network.unavailable": "The server cannot be reached. Try again.",
    "login.failed": "User ID or password is wrong.",
    "too.many.requests": "Too many attempts. Wait a minute and try again.",
  } as Readonly<Record<string, string>>,
};

export type Text = typeof english;

export const languages: Readonly<Record<string, { name: string; text: Text }>> = {
  en: { name: "English", text: english },
  hi: { name: "हिन्दी", text: hindi },
};

let chosen = "en";

/** The language in use, as a BCP 47 tag. */
export const language = (): string => chosen;

/** The first of a browser's languages that the console speaks, as a tag; else English. */
export function spokenOf(wanted: readonly string[]): string {
  const tags = wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return tags.find((tag) => Object.hasOwn(languages, tag)) ?? "en";
}

/** Chooses a language; an unknown one is English. */
export function speak(tag: string): void {
  chosen = Object.hasOwn(languages, tag) ? tag : "en";
  document.documentElement.lang = chosen;
}

/** The texts of the language in use. */
export const text = (): Text => languages[chosen]?.text ?? english;
