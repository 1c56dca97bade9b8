/** What the server's check of an app's pages found (contract 3.6). */

export type Health = Readonly<Record<string, unknown>>;

export interface Problem {
  readonly text: string;
  /** What to set, as a line of a server's configuration; may be empty. */
  readonly toSet: string;
}

interface CheckedPoint {
  readonly reachability?: string;
  readonly detail?: string;
  readonly certificate?: string;
  readonly problems?: readonly Partial<Problem>[];
}

const pointsOf = (health: Health): readonly CheckedPoint[] =>
  (health["points"] ?? []) as readonly CheckedPoint[];

export const hasBadCertificate = (health: Health): boolean =>
  pointsOf(health).some(({ certificate }) => certificate === "rejected");

/** Every problem that the check names, each once. */
export function problemsOf(health: Health): readonly Problem[] {
  const found = new Map<string, Problem>();
  for (const { problems = [] } of pointsOf(health)) {
    for (const { text = "", toSet = "" } of problems) found.set(text + toSet, { text, toSet });
  }
  return [...found.values()];
}

/** The first of them. */
export const cureOf = (health: Health): Problem | null => problemsOf(health)[0] ?? null;

/** How the server saw a page that it could not judge, in the check's own words. */
export const unseenOf = (health: Health): string => {
  const [one] = pointsOf(health).filter(({ reachability }) => reachability !== "reachable");
  return one ? [one.reachability, one.detail].filter(Boolean).join(" ") : "";
};
