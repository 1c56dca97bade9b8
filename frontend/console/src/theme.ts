export type Appearance = "system" | "light" | "dark";

const KEY = "screenpop.appearance";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** The agent's choice. */
export function appearance(): Appearance {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function setAppearance(chosen: Appearance): void {
  localStorage.setItem(KEY, chosen);
  wear();
}

function wear(): void {
  const chosen = appearance();
  const isDark = chosen === "dark" || (chosen === "system" && dark.matches);
  document.documentElement.classList.toggle("wa-dark", isDark);
  document.documentElement.classList.toggle("wa-light", !isDark);
}

/** Follows the agent's choice, and the system where that is the choice. */
export function dress(): void {
  wear();
  dark.addEventListener("change", wear);
}
