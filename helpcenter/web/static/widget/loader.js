// <help-chat>: a button until somebody presses it. The panel and its language are fetched then.
const ORIGIN = new URL(import.meta.url).origin;
const LANGUAGES = {}; // The server fills this in: {tag: {name, chat, words: address}}.

const style = new CSSStyleSheet();
style.replaceSync(`
.launcher {
  all: initial; position: fixed; right: 1.25em; bottom: max(1.25em, env(safe-area-inset-bottom));
  z-index: 2147483000; display: flex; align-items: center; gap: .6em; min-height: 3em; padding: 0 1.25em;
  border: 1px solid #fff; border-radius: 1.5em; cursor: pointer; background: #00634d; color: #fff;
  box-shadow: 0 2px 10px #0003; font: 600 max(16px, 1rem) system-ui;
}
.launcher::before {
  content: ""; width: 1.2em; height: 1.2em; background: #fff;
  clip-path: polygon(0 5%, 100% 5%, 100% 78%, 52% 78%, 24% 100%, 24% 78%, 0 78%);
}
.launcher:hover { background: #00392c; }
.launcher:focus-visible { outline: 3px solid #00634d; outline-offset: 2px; }
.launcher b { padding: 0 .5em; border-radius: 1em; background: #fff; color: #00634d; }
.launcher[hidden], b:empty { display: none; }
@media print { .launcher { display: none; } }
`);

function spoken(wish) {
  const tags = Object.keys(LANGUAGES);
  const low = wish.toLowerCase().replace("_", "-").replace(/^yue/, "zh");
  const akin = (tag) => tag.slice(0, 2) === low.slice(0, 2);
  return tags.find((tag) => tag.toLowerCase() === low) ?? tags.find(akin) ?? tags[0];
}

let saved;
try {
  saved = sessionStorage["help-chat"];
} catch {
  // Storage is closed to us: every page begins anew.
}

class HelpChat extends HTMLElement {
  static observedAttributes = ["identity", "locale"];
  origin = ORIGIN;
  ours = ORIGIN === location.origin;
  languages = LANGUAGES;
  button = document.createElement("button");
  #panel;
  #renew;

  connectedCallback() {
    if (this.shadowRoot) return;
    // Set before the script was here, the property would hide the accessor.
    if (Object.hasOwn(this, "identity")) {
      this.#renew = this.identity;
      delete this.identity;
    }
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    this.button.className = "launcher";
    this.button.type = "button";
    this.button.append(document.createElement("span"), document.createElement("b"));
    this.button.addEventListener("click", () => this.open());
    root.append(this.button);
    this.unread(0);
    document.addEventListener("click", (event) => this.#asked(event));
    if (saved) (globalThis.requestIdleCallback ?? setTimeout)(() => this.#load().then((panel) => panel.resume(), () => {}));
  }

  attributeChangedCallback(name) {
    if (!this.shadowRoot) return;
    if (name === "locale") this.unread(0);
    this.#changed(name);
  }

  get identity() {
    return this.#renew;
  }

  set identity(renew) {
    this.#renew = renew;
    this.#changed("identity");
  }

  get tag() {
    return spoken(this.getAttribute("locale") || document.documentElement.lang || navigator.language);
  }

  // `id` is one of the customer's own conversations; without it the chat goes on with its own.
  // `line` is said there at once.
  async open(id, line) {
    try {
      const panel = await this.#load();
      await panel.open(id);
      if (line) panel.write(line);
    } catch (error) {
      this.tell("error", { code: "not_loaded", detail: String(error) });
      // The contact page needs none of this.
      window.open(`${ORIGIN}/${this.tag}/contact`, this.ours ? "_self" : "_blank");
    }
  }

  async close() {
    (await this.#panel)?.close();
  }

  async signOut() {
    return (await this.#load()).signOut();
  }

  unread(count, shown = true) {
    const [label, badge] = this.button.children;
    label.textContent = LANGUAGES[this.tag].chat;
    label.lang = this.tag;
    badge.textContent = count || "";
    this.button.hidden = !shown;
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`help-chat:${name}`, { detail, bubbles: true }));
  }

  #changed(name) {
    this.#panel?.then((panel) => panel.changed(name), () => {});
  }

  #load() {
    this.#panel ??= import("./panel.js").then(({ Panel }) => Panel.make(this));
    this.#panel.catch(() => (this.#panel = undefined));
    return this.#panel;
  }

  // A link marked data-help-chat leads somewhere by itself, and here where this script runs.
  #asked(event) {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest?.("[data-help-chat]");
    if (!link) return;
    event.preventDefault();
    this.open(link.dataset.helpChat, link.dataset.helpChatLine);
    // Once is enough.
    delete link.dataset.helpChatLine;
  }
}

customElements.define("help-chat", HelpChat);
if (!document.querySelector("help-chat")) document.body.append(document.createElement("help-chat"));
