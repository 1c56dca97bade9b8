type Child = Node | string;

/** Makes an element; `on…` are listeners, the rest are properties. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> & { readonly role?: string } = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

let fields = 0;

/** A control with its label, whose text alone is its name. */
export function labelled(text: string, control: HTMLElement): HTMLDivElement {
  fields += 1;
  control.id = `field-${fields}`;
  const label = element("label", { htmlFor: control.id, textContent: text });
  return element("div", { className: "field" }, label, control);
}

export function button(text: string, press: () => void): HTMLButtonElement {
  return element("button", { type: "button", textContent: text, onclick: press });
}

/** A named group of controls. */
export function group(name: string, ...children: readonly Child[]): HTMLFieldSetElement {
  const legend = element("legend", { textContent: name });
  return element("fieldset", {}, legend, ...children);
}

/** Replaces the options and keeps what was chosen, if it is still there. */
export function setOptions(select: HTMLSelectElement, options: readonly HTMLElement[]): void {
  const chosen = select.value;
  select.replaceChildren(...options);
  if ([...select.options].some(({ value }) => value === chosen)) select.value = chosen;
}

export function option(value: unknown, text: unknown): HTMLOptionElement {
  return element("option", { value: String(value), textContent: String(text) });
}
