// The chat itself: what is shown, what was written and not yet sent, whose conversation it is.
import css from "./style.js";
import { Frame } from "./frame.js";
import { View, filled } from "./view.js";
import { Feed, Refusal, Wire } from "./wire.js";

const KEY = "help-chat";
const PATIENCE = 10; // Seconds that a line waits by itself when told to come again.
const DOTS = 8000; // Milliseconds after which nobody is typing any more.

function restored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Panel {
  static async make(host) {
    const style = new CSSStyleSheet();
    style.replaceSync(css);
    host.shadowRoot.adoptedStyleSheets.push(style);
    const panel = new Panel(host);
    await panel.#speak();
    return panel;
  }

  constructor(host) {
    this.host = host;
    this.phone = matchMedia("(max-width: 30rem), (max-height: 26rem)");
    this.wire = new Wire(host);
    this.view = new View(this);
    this.channel = new BroadcastChannel(KEY);
    // What outlives a page, for this tab only: {id, token, mine, read, open, draft, lines}.
    this.saved = { lines: [], ...restored() };
    this.saved.lines.forEach((line) => (line.state = "failed"));
    this.#clear();
    this.frame = new Frame(this);
    this.channel.addEventListener("message", () => this.#wipe());
    document.addEventListener("visibilitychange", () => document.hidden || this.#awake());
    addEventListener("online", () => this.#awake());
    addEventListener("offline", () => this.frame.behind(true));
    // Signing out of the help centre is signing out of its chat.
    document.addEventListener("submit", ({ target }) => {
      if (host.ours && /\/signout$/.test(target.action)) this.#signedOut();
    });
  }

  #clear() {
    this.items = [];
    this.owner = "bot";
    this.agent = "";
    this.unread = 0;
  }

  store() {
    const { id, open, draft, lines } = this.saved;
    try {
      if (id || open || draft || lines.length) sessionStorage.setItem(KEY, JSON.stringify(this.saved));
      else sessionStorage.removeItem(KEY);
    } catch {
      // Then it lives as long as the page.
    }
  }

  async #speak() {
    this.words = (await import(this.host.languages[this.host.tag].words)).default;
    this.frame.draw();
  }

  // The host page changed an attribute or the property.
  changed(name) {
    if (name === "locale") return this.#speak();
    if (this.wire.access) this.wire.access.until = 0;
    if (this.begun) this.#begin(true);
    return undefined;
  }

  async open(id) {
    if (id && id !== this.saved.id) {
      const { lines, draft, open } = this.saved;
      this.#end({ lines, draft, open, id, mine: true });
      this.begun = null;
    }
    if (!this.frame.isOpen) {
      this.frame.show(true);
      this.saved.open = true;
      this.store();
      this.host.tell("open");
      this.#seen();
    }
    await this.#begin();
  }

  close() {
    this.frame.hide();
  }

  closed() {
    this.saved.open = false;
    this.store();
    this.host.tell("close");
  }

  // A conversation goes on from page to page of this tab; on a phone it would cover the page.
  async resume() {
    if (this.saved.open && !this.phone.matches) this.frame.show(false);
    if (this.saved.id || this.saved.open) await this.#begin();
  }

  #begin(again = false) {
    if (again || !this.begun) this.begun = this.#join().catch((error) => this.#notJoined(error));
    return this.begun;
  }

  #notJoined(error) {
    this.begun = null;
    this.frame.busy(false);
    this.frame.behind(true);
    if (error instanceof Refusal) this.host.tell("error", { code: error.code, detail: error.message });
  }

  async #join() {
    this.frame.busy(true);
    const known = await this.wire.identify();
    const { saved } = this;
    if (saved.id && saved.mine && !known) this.#wipe();
    if (saved.id && saved.token && known) this.frame.ask(this.wire.me.name);
    if (!saved.id && known) await this.#find();
    if (saved.id) this.#listen();
    else this.frame.busy(false);
  }

  // Somebody who is signed in finds their conversation again on any device.
  async #find() {
    const { conversations } = await this.wire.json("GET", "conversations");
    const open = conversations.find(({ owner }) => owner !== "closed");
    if (open) this.#take({ id: open.id, mine: true });
  }

  #take(kept) {
    delete this.saved.token;
    Object.assign(this.saved, kept);
    this.store();
  }

  #listen(last = 0) {
    const { id, token } = this.saved;
    this.feed?.stop();
    this.feed = new Feed(this.wire, `conversations/${id}`, token, {
      item: (item) => this.#came(item),
      owner: (owner) => this.#turned(owner),
      hint: (event, data) => this.#hinted(event, data),
      behind: (failures) => this.#behind(failures),
      lost: () => this.#lost(),
    }, last);
    this.feed.run();
  }

  #hinted(event, data) {
    if (event === "state") this.#turned(data.owner);
    if (event === "typing" && data.role === "agent") this.frame.dots("agent", DOTS);
  }

  #behind(failures) {
    this.frame.behind(failures > 1 || !navigator.onLine);
    if (failures === 0) this.frame.busy(false);
  }

  #awake() {
    this.frame.behind(!navigator.onLine);
    if (!this.begun && (this.saved.id || this.frame.isOpen)) this.#begin();
    this.feed?.resync();
    this.retry();
    this.#seen();
  }

  retry() {
    if (this.begun) this.feed?.resync();
    else this.#begin();
    for (const line of this.saved.lines) if (!line.refused) line.state = "sending";
    this.frame.lines();
    this.#flush();
  }

  #came(item) {
    if (item.parts[0]?.name === "redacted" && item.seq > (this.redacted ?? 0)) return this.#reread(item.seq);
    const { saved } = this;
    saved.lines = saved.lines.filter((line) => line.client_id !== item.client_id);
    this.store();
    this.items.push(item);
    const [event = {}] = item.parts;
    this.agent = event.agent ?? this.agent;
    this.owner = event.name === "closed" ? "closed" : (event.owner ?? this.owner);
    if (item.author.role === "agent") this.agent = item.author.name ?? "";
    if (item.author.role !== "customer") this.frame.dots();
    this.frame.add(item);
    if (item.kind === "message" && item.author.role !== "customer") this.#arrived(item);
    return undefined;
  }

  #arrived(item) {
    if (this.frame.isOpen && !document.hidden) return this.#seen();
    if (item.seq <= (this.saved.read ?? 0)) return undefined;
    this.unread += 1;
    this.host.unread(this.unread, !this.frame.isOpen);
    this.host.tell("message", { unread: this.unread });
    return undefined;
  }

  #seen() {
    const last = this.items.at(-1)?.seq ?? 0;
    if (!this.frame.isOpen || document.hidden || last <= (this.saved.read ?? 0)) return;
    this.unread = 0;
    this.host.unread(0, false);
    this.saved.read = last;
    this.store();
    // People want to know; the bot does not.
    if (this.owner !== "bot") this.#post("read", { seq: last }).catch(() => {});
  }

  #turned(owner) {
    if (owner === this.owner) return;
    this.owner = owner;
    this.frame.turned();
  }

  // An earlier line was cut: read all of it again.
  #reread(seq) {
    this.redacted = seq;
    this.#clear();
    this.frame.draw();
    this.#listen();
  }

  write(text) {
    this.#line({ text });
  }

  choose(choice, label, seq) {
    this.#line({ choice, in_reply_to: seq, label });
  }

  fill(values, seq) {
    this.#line({ values, in_reply_to: seq, label: Object.values(values).join("\n") });
  }

  async rate(helpful) {
    try {
      this.feed.take(await this.#post("rating", { client_id: crypto.randomUUID(), helpful }));
    } catch (error) {
      this.#complain(error);
    }
  }

  // At most every few seconds, and only to a person.
  typing() {
    if (this.owner !== "agent" || Date.now() < this.typed) return;
    this.typed = Date.now() + DOTS / 2;
    this.#post("typing").catch(() => {});
  }

  #post(verb, body = {}) {
    const { id, token } = this.saved;
    return this.wire.json("POST", `conversations/${id}/${verb}`, body, token);
  }

  #complain(error) {
    this.frame.say(error instanceof Refusal && error.message ? error.message : this.words.failed);
  }

  #line(said) {
    this.saved.lines.push({ client_id: crypto.randomUUID(), state: "sending", ...said });
    this.store();
    this.frame.lines();
    this.#flush();
  }

  again(line) {
    Object.assign(line, { state: "sending", refused: false, why: "" });
    this.frame.lines();
    this.#flush();
  }

  drop(line) {
    this.saved.lines = this.saved.lines.filter((kept) => kept !== line);
    this.store();
    this.frame.lines();
  }

  // One after another, so that they arrive in the order they were written.
  #flush() {
    this.sending = (this.sending ?? Promise.resolve()).then(async () => {
      for (;;) {
        const line = this.saved.lines.find(({ state }) => state === "sending");
        if (!line || !(await this.#sent(line))) return;
      }
    });
  }

  async #sent(line) {
    try {
      await this.#begin();
      if (!this.saved.id) await this.#start();
      const { client_id, text, choice, values, in_reply_to } = line;
      const item = await this.#post("messages", { client_id, text, choice, values, in_reply_to });
      line.state = "sent";
      if (!this.feed.take(item)) this.feed.resync();
      // The answer may have been quicker than this one.
      if (this.owner === "bot" && this.items.at(-1)?.client_id === client_id) this.frame.dots("bot", 2 * DOTS);
      return true;
    } catch (error) {
      if (error.wait && error.wait <= PATIENCE) return sleep(error.wait * 1000).then(() => true);
      this.#failed(line, error);
      return false;
    }
  }

  #failed(line, error) {
    const refused = error instanceof Refusal && error.status < 500 && !error.isLost && !error.wait;
    if (error.code === "conversation_closed") this.#turned("closed");
    for (const other of this.saved.lines) if (other.state === "sending") other.state = "failed";
    Object.assign(line, { refused, why: refused ? error.message : "" });
    this.store();
    if (error.isLost) this.#lost();
    else this.frame.lines();
  }

  async #start() {
    const { host } = this;
    const article = host.getAttribute("article") ?? undefined;
    const made = await this.wire.json("POST", "conversations", { locale: host.tag, article });
    this.#take({ id: made.id, token: made.token, mine: !made.token, read: 0 });
    this.#listen();
    for (const item of made.items) this.feed.take(item);
  }

  async handOff() {
    try {
      // What was written before comes before.
      await this.sending;
      await this.#begin();
      if (!this.saved.id) await this.#start();
      await this.#post("handoff");
      this.feed.resync();
    } catch (error) {
      this.#complain(error);
    }
  }

  // The answer to "continue this conversation?": only a yes binds it to the customer.
  settle(yes) {
    if (yes) this.sending = (this.sending ?? Promise.resolve()).then(() => this.#claim());
    else this.fresh();
  }

  // Claiming kills the token, so that nothing may be under way with it meanwhile.
  async #claim() {
    const { id, token } = this.saved;
    const { last } = this.feed;
    this.feed.stop();
    try {
      await this.wire.json("POST", `conversations/${id}/claim`, { token });
      this.#take({ mine: true });
    } catch (error) {
      if (error.isLost) return this.#lost();
      this.frame.ask(this.wire.me?.name);
      this.frame.say(this.words.failed);
    }
    return this.#listen(last);
  }

  // Begin a new conversation; what was not sent goes along.
  fresh() {
    const { lines, draft, open } = this.saved;
    this.#end({ lines, draft, open });
    this.frame.focus();
  }

  // What a customer wrote is not for whoever comes after them.
  #lost() {
    const { lines, draft, open, mine } = this.saved;
    this.#end(mine ? { open } : { lines, draft, open });
    this.begun = null;
    this.frame.say(this.words.lost);
  }

  #end(kept) {
    this.feed?.stop();
    this.feed = null;
    this.saved = { lines: [], ...kept };
    this.store();
    this.#clear();
    this.host.unread(0, !this.frame.isOpen);
    this.frame.draw();
  }

  #wipe() {
    this.#end({ open: this.saved.open });
    this.wire.forget();
    this.begun = null;
  }

  #signedOut() {
    this.#wipe();
    this.channel.postMessage("signed out");
  }

  async signOut() {
    const token = this.wire.access?.token;
    this.#signedOut();
    if (token) await this.wire.json("POST", "signout", {}, token).catch(() => {});
  }

  // A form to `/sso`: the token is put in at the last moment, a fresh one if need be.
  async leave(event, form, field) {
    if (Date.now() > (this.wire.access?.until ?? 0)) {
      event.preventDefault();
      if (!(await this.wire.identify().catch(() => false))) return this.frame.say(this.words.lost);
    }
    field.value = this.wire.access.token;
    if (event.defaultPrevented) form.submit();
    setTimeout(() => (field.value = ""));
    return undefined;
  }

  // What an event says to people; most speak for themselves.
  eventText(item) {
    const { words } = this;
    const [{ name, owner, agent } = {}] = item.parts;
    const said = words[owner ? `event_${name}_${owner}` : `event_${name}`];
    return said && filled(said, { name: agent ?? words.team });
  }
}
