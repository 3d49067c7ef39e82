// The dialog around the log: header, banner, composer; where the focus is and how large it all is.
import { filled, icon, make, paragraphs } from "./view.js";

const CROSS = "M6 6l12 12M18 6L6 18";
const ARROW = "M12 19V5M5.5 11.5L12 5l6.5 6.5";
const NEAR = 80; // Pixels from the end within which the log follows what comes.

export class Frame {
  constructor(panel) {
    this.panel = panel;
    this.host = panel.host;
    this.dialog = make("dialog", { class: "panel", "aria-labelledby": "title", onkeydown: (event) => this.#key(event) });
    this.dialog.addEventListener("close", () => this.#wentAway());
    this.host.shadowRoot.append(this.dialog);
    this.panel.phone.addEventListener("change", () => this.isOpen && this.#place());
    globalThis.visualViewport?.addEventListener("resize", () => this.#fit());
  }

  get isOpen() {
    return this.dialog.open;
  }

  // Build everything in the panel's language; what was typed stays.
  draw() {
    const { words, host } = this.panel;
    const focused = host.shadowRoot.activeElement?.tagName;
    this.dialog.lang = host.tag;
    this.status = make("p", { class: "status", role: "status" });
    this.banner = make("div", { class: "banner", role: "status" });
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: 0 });
    this.wait = make("p", { class: "dots", hidden: true }, make("i"), make("i"), make("i"), make("span", { class: "unseen" }));
    this.question = make("div", { class: "question", hidden: true });
    this.foot = make("div", { class: "foot" });
    this.dialog.replaceChildren(this.#head(), this.banner, this.log, this.question, this.foot);
    this.behind(this.isBehind);
    this.turned();
    this.#greet();
    for (const item of this.panel.items) this.#append(item);
    this.log.append(this.wait);
    this.lines();
    if (this.asked) this.ask(this.asked.name);
    this.#toEnd();
    if (this.isOpen && focused && focused !== "BUTTON") this.focus();
  }

  #head() {
    const { panel, host } = this;
    const { words } = panel;
    const title = make("h2", { id: "title", tabindex: -1 }, words.title);
    const other = Object.entries(host.languages).filter(([tag]) => tag !== host.tag);
    const language = ([tag, { name }]) =>
      make("button", { type: "button", class: "language", lang: tag, onclick: () => host.setAttribute("locale", tag) }, name);
    const close = make("button", { type: "button", class: "round", "aria-label": words.close, onclick: () => this.hide() }, icon(CROSS));
    return make("div", { class: "head" }, make("div", {}, title, this.status), ...other.map(language), close);
  }

  // The first words are ours alone: a conversation begins with the customer's.
  #greet() {
    const { panel } = this;
    const { words } = panel;
    const hello = make("div", { class: "item bot greeting", lang: this.host.tag }, paragraphs(words.hello));
    this.log.append(hello);
    if (panel.items.length || panel.saved.id) return;
    const starter = (text) => make("button", { type: "button", class: "choice", onclick: () => panel.write(text) }, text);
    const starters = words.starters.split("\n").map(starter);
    hello.append(make("div", { class: "choices", role: "group", "aria-label": words.choices }, ...starters));
  }

  // The composer, or what stands in its place once the conversation is closed.
  turned() {
    const { panel } = this;
    const { words, owner } = panel;
    const who = panel.agent || words.team;
    this.status.textContent = filled(words[`owner_${owner}`], { name: who });
    this.status.dataset.owner = owner;
    if (owner === "closed") {
      const fresh = make("button", { type: "button", class: "action", onclick: () => panel.fresh() }, words.fresh);
      this.foot.replaceChildren(make("p", {}, words.closed), fresh);
    } else if (this.foot.querySelector("textarea")) {
      this.person.hidden = owner !== "bot";
    } else this.#compose();
  }

  #compose() {
    const { panel } = this;
    const { words, saved } = panel;
    this.person = make("button", { type: "button", class: "person", hidden: panel.owner !== "bot", onclick: () => this.#handOff() }, words.person);
    this.text = make("textarea", {
      rows: 1,
      "aria-label": words.write,
      placeholder: words.write,
      enterkeyhint: "send",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#enter(event),
    });
    this.text.value = saved.draft ?? "";
    const send = make("button", { class: "round send", "aria-label": words.send }, icon(ARROW));
    const form = make("form", { class: "write", onsubmit: (event) => this.#send(event) }, this.text, send);
    this.foot.replaceChildren(form, make("p", { class: "hint" }, make("span", {}, words.no_cards), this.person));
    this.#grow();
  }

  async #handOff() {
    this.person.disabled = true;
    await this.panel.handOff();
    this.person.disabled = false;
    this.focus();
  }

  #typed() {
    this.panel.saved.draft = this.text.value;
    this.panel.store();
    this.panel.typing();
    this.#grow();
  }

  #grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
  }

  // While an input method composes, Enter takes its candidate.
  #enter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.text.form.requestSubmit();
  }

  #send(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.#typed();
    this.panel.write(text);
    this.focus();
  }

  #key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.hide();
  }

  add(item) {
    const mine = item.author.role === "customer";
    const follow = this.#isNearEnd() || mine;
    const element = this.#append(item);
    this.turned();
    this.lines(follow);
    // A long answer is read from its beginning.
    if (follow && element && !mine) this.#scroll(Math.min(this.log.scrollTop, element.offsetTop - 8));
  }

  #append(item) {
    const { view } = this.panel;
    const element = item.kind === "event" ? this.#event(item) : view.message(item, this.#follows(item));
    if (!element) return null;
    // A choice is made once: what was said since answers it. A form stays until it is filled in.
    const [{ name, owner }] = item.parts;
    if (item.kind === "message" || name === "rating" || name === "closed") this.#answered();
    this.log.querySelector(`[data-seq="${item.in_reply_to}"] .form`)?.remove();
    const anchor = this.log.querySelector("[data-client]") ?? this.wait;
    this.log.insertBefore(element, anchor.parentNode === this.log ? anchor : null);
    // Whoever had the help of a person is asked about it.
    if (owner === "bot") element.after(view.rating());
    return element;
  }

  #answered() {
    const had = this.host.shadowRoot.activeElement?.matches(".choice");
    for (const old of this.log.querySelectorAll(".choices")) old.remove();
    if (had) this.focus();
  }

  #event(item) {
    const text = this.panel.eventText(item);
    return text && this.panel.view.note(text);
  }

  #follows(item) {
    const before = this.panel.items[this.panel.items.indexOf(item) - 1];
    const same = before?.kind === "message" && before.author.role === item.author.role;
    return same && before.author.name === item.author.name;
  }

  // Lines that are not in the conversation yet stand at its end.
  lines(follow = true) {
    this.log.querySelectorAll("[data-client]").forEach((old) => old.remove());
    const { lines } = this.panel.saved;
    if (lines.length) this.#answered();
    this.wait.before(...lines.map((line) => this.panel.view.pending(line)));
    if (follow) this.#toEnd();
  }

  dots(role, milliseconds) {
    clearTimeout(this.dotting);
    this.wait.hidden = !role;
    if (!role) return;
    this.dotting = setTimeout(() => this.dots(), milliseconds);
    if (this.#isNearEnd()) this.#toEnd();
  }

  busy(is) {
    this.log.setAttribute("aria-busy", is);
  }

  behind(is) {
    const { words } = this.panel;
    if (Boolean(is) === Boolean(this.isBehind) && this.banner.childElementCount === Number(Boolean(is)) * 2) return;
    this.isBehind = is;
    const again = make("button", { type: "button", onclick: () => this.panel.retry() }, words.try_now);
    this.banner.replaceChildren(...(is ? [make("span", {}, words.behind), again] : []));
  }

  say(text) {
    this.wait.before(this.panel.view.note(text));
    this.#toEnd();
  }

  ask(name) {
    const { words } = this.panel;
    this.asked = { name };
    const answer = (yes) => () => {
      this.asked = null;
      this.question.hidden = true;
      this.panel.settle(yes);
      this.focus();
    };
    const yes = make("button", { type: "button", class: "action", onclick: answer(true) }, words.go_on);
    const no = make("button", { type: "button", class: "choice", onclick: answer(false) }, words.fresh);
    this.question.replaceChildren(make("p", {}, filled(name ? words.claim_as : words.claim, { name })), yes, no);
    this.question.hidden = false;
  }

  show(focus) {
    this.opener = focus ? document.activeElement : this.host;
    this.#place();
    this.host.unread(0, false);
    if (this.text) this.#grow();
    this.#toEnd();
    if (focus) this.focus();
  }

  // On a phone it is all there is, elsewhere the page stays in use beside it.
  #place() {
    this.moving = this.isOpen;
    if (this.isOpen) this.dialog.close();
    if (this.panel.phone.matches) this.dialog.showModal();
    else this.dialog.open = true;
    this.#fit();
  }

  #fit() {
    const { height } = globalThis.visualViewport ?? {};
    if (height) this.dialog.style.setProperty("--seen", `${Math.round(height)}px`);
  }

  hide() {
    if (this.isOpen) this.dialog.close();
  }

  #wentAway() {
    if (this.moving) {
      this.moving = false;
      return;
    }
    this.host.unread(0, true);
    this.panel.closed();
    if (this.opener && this.opener !== this.host && this.opener !== document.body) this.opener.focus();
    else this.host.button.focus();
  }

  // A finger does not want the keyboard before it has read.
  focus() {
    const touch = matchMedia("(pointer: coarse)").matches;
    const place = touch || this.panel.owner === "closed" ? "#title" : "textarea";
    this.dialog.querySelector(place)?.focus();
  }

  // The reader is at the end, or where we left them.
  #isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollTop === this.left || scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #toEnd() {
    this.#scroll(this.log.scrollHeight);
  }

  #scroll(top) {
    this.log.scrollTop = top;
    this.left = this.log.scrollTop;
  }
}
