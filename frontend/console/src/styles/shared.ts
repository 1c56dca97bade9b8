import { css } from "lit";

/** What every part of the console has in common. */
export const shared = css`
  :host {
    box-sizing: border-box;
    font: 14px/1.45 var(--sp-font);
    color: var(--sp-ink);
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  .icon {
    width: 18px;
    height: 18px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  button:disabled {
    cursor: not-allowed;
    opacity: 0.55;
  }
  button:focus-visible,
  a:focus-visible,
  input:focus-visible,
  textarea:focus-visible,
  [tabindex]:focus-visible {
    outline: 2px solid var(--sp-focus);
    outline-offset: 2px;
  }
  .quiet {
    color: var(--sp-quiet);
  }
  .figures {
    font-variant-numeric: tabular-nums;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .plain,
  .tool {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 34px;
    padding: 0 12px;
    border: 1px solid var(--sp-line);
    border-radius: var(--sp-radius);
    background: var(--sp-surface);
    font-weight: 500;
    white-space: nowrap;
  }
  .tool {
    width: 36px;
    padding: 0;
    border-color: transparent;
    background: transparent;
  }
  .plain:hover:not(:disabled),
  .tool:hover:not(:disabled) {
    background: var(--sp-hover);
  }
  .tool[aria-expanded="true"],
  .tool[aria-pressed="true"] {
    background: var(--sp-accent-soft);
    color: var(--sp-accent-strong);
  }
  .go {
    background: var(--sp-accent);
    border-color: var(--sp-accent);
    color: var(--sp-on-accent);
  }
  .go:hover:not(:disabled) {
    background: color-mix(in oklab, var(--sp-accent) 88%, var(--sp-ink));
  }
  .go:disabled {
    border-color: var(--sp-line);
    background: var(--sp-hover);
    color: var(--sp-quiet);
    opacity: 1;
  }
  .stop {
    background: var(--sp-danger-soft);
    border-color: transparent;
    color: var(--sp-danger);
  }
  .stop:hover:not(:disabled) {
    background: color-mix(in oklab, var(--sp-danger-soft) 80%, var(--sp-danger));
  }
  label,
  .label {
    font-size: 12px;
    font-weight: 600;
    color: var(--sp-quiet);
  }
  input,
  textarea {
    width: 100%;
    min-height: 34px;
    padding: 6px 10px;
    border: 1px solid var(--sp-field-line);
    border-radius: var(--sp-radius);
    background: var(--sp-surface);
    color: inherit;
    font: inherit;
  }
  input[type="checkbox"] {
    width: 18px;
    min-height: 18px;
    height: 18px;
    margin: 0;
    accent-color: var(--sp-accent);
  }
  ::placeholder {
    color: var(--sp-quiet);
    opacity: 1;
  }
  .panel {
    background: var(--sp-raised);
    border: 1px solid var(--sp-line);
    border-radius: 12px;
    box-shadow: var(--sp-shadow);
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
