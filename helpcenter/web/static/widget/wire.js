// Talking to the help centre: who we are, single requests, and the feed of one conversation.
const HURRY = 30_000; // A request that takes longer is lost.
const SILENCE = 45_000; // The stream beats at least every 20 seconds.
const PROMPT = 8000; // It says at once how things stand.
const WAIT = 25; // Seconds a long poll may stay open.
const LONGEST_PAUSE = 30_000;
const ENDED = "the stream ended";

export class Refusal extends Error {
  constructor(status, problem, wait) {
    super(problem.detail ?? problem.title ?? "");
    this.status = status;
    this.code = problem.code;
    this.wait = wait;
  }

  // Whoever this token or cookie belonged to has no part in the conversation any more.
  get isLost() {
    return [401, 403, 404].includes(this.status);
  }
}

export class Wire {
  constructor(host) {
    this.host = host;
    this.me = null;
    this.access = null;
  }

  // Find out who is here: by cookie on our own pages, by the host app's JWT elsewhere.
  identify() {
    this.identifying ??= this.#identify().finally(() => (this.identifying = null));
    return this.identifying;
  }

  async #identify() {
    if (this.host.ours) {
      const me = await this.json("GET", "me");
      this.me = me.signed_in ? me : null;
    } else if (!this.access || Date.now() > this.access.until) {
      if (!(await this.#exchange())) this.access = this.me = null;
    }
    return this.me !== null;
  }

  async #exchange() {
    const { host } = this;
    const first = host.getAttribute("identity");
    for (const get of [first !== this.spent && (() => first), host.identity]) {
      const jwt = typeof get === "function" && (await get());
      if (!jwt) continue;
      try {
        const { access_token: token, expires_in: life } = await this.json("POST", "identify", { jwt }, "");
        this.spent = first;
        this.me = await this.json("GET", "me", undefined, token);
        this.access = { token, until: Date.now() + (life - 60) * 1000 };
        return true;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        host.tell("error", { code: error.code, detail: error.message });
      }
    }
    return false;
  }

  forget() {
    this.spent = this.host.getAttribute("identity");
    this.access = this.me = null;
  }

  // Raises Refusal for an answer that says no, TypeError or AbortError where none came.
  async send(method, path, options = {}) {
    const { access } = this;
    try {
      return await this.#ask(method, path, options);
    } catch (error) {
      if (error.status !== 401 || options.token !== undefined || !access) throw error;
      // An access token lives an hour; the host app may have another.
      access.until = 0;
      if (!(await this.identify())) throw error;
      return this.#ask(method, path, options);
    }
  }

  async #ask(method, path, { body, token = this.access?.token, signal, accept = "application/json" }) {
    const headers = { Accept: accept, "Accept-Language": this.host.tag };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${this.host.origin}/api/v1/${path}`, {
      method,
      headers,
      signal: signal ?? AbortSignal.timeout(HURRY),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: this.host.ours ? "same-origin" : "omit",
      cache: "no-store",
    });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    throw new Refusal(answer.status, problem, Number(answer.headers.get("Retry-After")) || 0);
  }

  async json(method, path, body, token) {
    const answer = await this.send(method, path, { body, token });
    return answer.status === 204 ? {} : answer.json();
  }
}

// Reads a conversation as it grows. `on` is told items in their order, the owner, typing, whether we
// keep up, and the end.
export class Feed {
  #stop = new AbortController();
  #now = new AbortController();
  #mute = 0;
  #wake = () => {};
  failures = 0;

  constructor(wire, path, token, on, last = 0) {
    Object.assign(this, { wire, path, token, on, last });
  }

  async run() {
    while (!this.#stop.signal.aborted) {
      this.#now = new AbortController();
      try {
        // A proxy that holds streams back lets polls through.
        await (this.#mute < 2 ? this.#stream() : this.#poll(WAIT));
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (error.isLost) return this.on.lost(error);
        if (error instanceof TypeError && error.message !== ENDED) this.#mute = 0; // No network is no proxy.
        if (!this.#now.signal.aborted) this.failures += 1;
        this.on.behind(this.failures);
        await this.#pause(error.wait);
      }
    }
  }

  stop() {
    this.#stop.abort();
    this.#now.abort();
    this.#wake();
  }

  // Something may have been missed: a sleeping phone, a hole in the numbers, a network that is back.
  async resync() {
    try {
      await this.#poll(0, AbortSignal.timeout(HURRY));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (error.isLost) this.on.lost(error);
      else this.on.behind((this.failures += 1));
    }
    this.#now.abort();
    this.#wake();
  }

  // Take an item at its place; false for one that lies beyond a hole.
  take(item) {
    if (item.seq <= this.last || this.#stop.signal.aborted) return true;
    if (item.seq > this.last + 1) return false;
    this.last = item.seq;
    this.on.item(item);
    return true;
  }

  async #poll(wait, signal) {
    const watch = signal ? 0 : this.#watch(HURRY + wait * 1000);
    const path = `${this.path}/feed?after=${this.last}&wait=${wait}`;
    try {
      const answer = await this.wire.send("GET", path, { token: this.token, signal: signal ?? this.#now.signal });
      const { items, owner } = await answer.json();
      for (const item of items) this.take(item);
      this.#caughtUp(owner);
    } finally {
      clearTimeout(watch);
    }
  }

  #watch(milliseconds) {
    const now = this.#now;
    return setTimeout(() => now.abort(), milliseconds);
  }

  #caughtUp(owner) {
    this.failures = 0;
    if (owner) this.on.owner(owner);
    this.on.behind(0);
  }

  async #stream() {
    const path = `${this.path}/feed?after=${this.last}`;
    const { signal } = this.#now;
    this.#mute += 1;
    let watch = this.#watch(PROMPT);
    try {
      const answer = await this.wire.send("GET", path, { token: this.token, signal, accept: "text/event-stream" });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = "", fresh = true; ; fresh = false) {
        const { value, done } = await reader.read();
        if (done) throw new TypeError(ENDED);
        clearTimeout(watch);
        watch = this.#watch(SILENCE);
        this.#mute = 0;
        const blocks = (rest + value).split(/\r?\n\r?\n/);
        rest = blocks.pop();
        for (const block of blocks) this.#heard(block);
        if (fresh) this.#caughtUp();
      }
    } finally {
      clearTimeout(watch);
    }
  }

  #heard(block) {
    const fields = { event: "message", data: "" };
    for (const line of block.split(/\r?\n/)) {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name === "data") fields.data += value;
      else if (name) fields[name] = value;
    }
    if (!fields.data) return;
    const data = JSON.parse(fields.data);
    if (data.seq === undefined) this.on.hint(fields.event, data);
    else if (!this.take(data)) this.resync();
  }

  #pause(seconds) {
    const longest = Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures);
    const pause = seconds ? seconds * 1000 : longest / 2 + (Math.random() * longest) / 2;
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, pause);
    });
  }
}
