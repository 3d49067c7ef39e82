// The search field as a combobox: what the reader may be typing, chosen by keyboard or pointer.
// Without this script it is a plain form.
const PAUSE = 120; // Milliseconds without a key until we ask.
const KEPT = 50;

function made(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

class Finder {
  known = new Map();
  options = [];
  active = -1;

  constructor(form) {
    this.form = form;
    this.input = form.elements.q;
    this.words = form.dataset;
    const id = `${this.input.id}-suggestions`;
    this.list = made("div", { id, class: "suggestions", role: "listbox", "aria-label": this.words.suggestions, hidden: "" });
    this.status = made("span", { class: "unseen", role: "status" });
    form.append(this.list, this.status);
    const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
    for (const [name, value] of Object.entries(combobox)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", (event) => event.isComposing || this.typed());
    this.input.addEventListener("compositionend", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    form.addEventListener("submit", () => this.close());
    addEventListener("pageshow", ({ persisted }) => persisted && this.close());
    // The field keeps the focus; the click comes all the same.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  typed() {
    this.cancel();
    this.mark(-1);
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  cancel() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  close() {
    this.cancel();
    this.mark(-1);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
  }

  // Whoever asks last is answered, however long the answers before take.
  async look() {
    this.cancel();
    const typed = this.input.value.trim();
    if (!typed) return this.close();
    const { signal } = (this.asking = new AbortController());
    const found = this.known.get(typed) ?? (await this.ask(typed, signal).catch(() => []));
    return signal.aborted ? undefined : this.show(found);
  }

  async ask(typed, signal) {
    const address = new URL(this.words.suggest, location.href);
    address.searchParams.set("q", typed);
    const answer = await fetch(address, { signal });
    if (!answer.ok) return [];
    const { suggestions } = await answer.json();
    if (this.known.size === KEPT) this.known.delete(this.known.keys().next().value);
    this.known.set(typed, suggestions);
    return suggestions;
  }

  show(found) {
    if (!found.length) this.close();
    const { none, one, many } = this.words;
    this.status.textContent = [none, one][found.length] ?? many.replace("{count}", found.length);
    if (!found.length) return;
    this.options = found.map((suggestion, index) => this.option(suggestion, index));
    this.list.replaceChildren(...this.options);
    this.list.scrollTop = 0;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  option({ text, title, url, locale }, index) {
    const place = title === text ? [] : [made("span", { class: "suggestion-place" }, title)];
    const id = `${this.list.id}-${index}`;
    return made(
      "a",
      { id, href: url, role: "option", "aria-selected": "false", tabindex: "-1", lang: locale },
      made("span", {}, text),
      ...place,
    );
  }

  mark(index) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.options[index];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    // While characters are composed, the keys are the input method's.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event);
    else if (event.key === "Enter") this.enter(event);
    else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab") this.close();
    // The cursor moves, so the reader is back in the text.
    else if (/^(Home|End|ArrowLeft|ArrowRight)$/.test(event.key)) this.mark(-1);
  }

  async move(event) {
    event.preventDefault();
    const down = event.key === "ArrowDown";
    if (event.altKey && !down) return this.close();
    if (!this.isOpen) {
      await this.look();
      if (!this.isOpen || event.altKey) return undefined;
    }
    const count = this.options.length;
    if (down) return this.mark((this.active + 1) % count);
    return this.mark(this.active > 0 ? this.active - 1 : count - 1);
  }

  enter(event) {
    const option = this.isOpen && this.options[this.active];
    if (!option) return;
    event.preventDefault();
    option.click();
  }
}

for (const form of document.querySelectorAll("form[data-suggest]")) new Finder(form);
