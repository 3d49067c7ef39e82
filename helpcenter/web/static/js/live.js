// Keeps an agent's page true while it is looked at: a stream says what changed, the page is read
// again, and only what differs is touched, so that focus, scroll and typed text stay.
const hint = document.querySelector("[data-pulse]");
const main = document.querySelector("main");
const gone = document.querySelector("[data-gone]");
const here = document.querySelector("[data-here]");
const dots = document.querySelector("[data-dots]");
const reply = () => document.querySelector("#reply");
const POLL = 4000; // Without a stream, one looks this often.
const AGAIN = 30000; // And tries this much later whether a stream can be held after all.
const DOTS = 8000; // Nobody types any longer than this without saying so again.
const TOLD = 4000; // How often one says so oneself.
const REST = 1000;
const MINUTE = 60000; // How long people have waited is counted in minutes.
const title = document.title;
let stream, poll, dotted, told = 0, reading = false, again = false;

// Makes `old` say what `fresh` says. What has an id is known by it; fields and what was unfolded
// stay as they are, and what carries `data-own` is this script's.
function morph(old, fresh) {
  if (old.isEqualNode(fresh) || old.dataset?.own !== undefined) return;
  if (old.nodeType !== 1 || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
    old.replaceWith(fresh);
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (/^(TEXTAREA|SELECT)$/.test(old.nodeName)) return;
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const known = wanted.id && [...old.children].find((one) => one.id === wanted.id);
    if (known && known !== at) old.insertBefore(known, at);
    const same = known || (at && !at.id && !wanted.id && at.nodeName === wanted.nodeName && at);
    if (!same) {
      old.insertBefore(wanted, at);
      continue;
    }
    const next = same === at ? at.nextSibling : at;
    morph(same, wanted);
    at = next;
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// Lets the browser read a page of ours: from a string it would need a policy for trusted types.
function load(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 && request.response);
    request.onerror = reject;
    request.send();
  });
}

const written = () => [...main.querySelectorAll("form textarea:not(#note)")].some((one) => one.value);

// A colleague's change waits until one asks for it while something is being written: the version
// that was seen is what keeps two agents from talking over each other.
async function refresh({ asked = false, stale = false } = {}) {
  const page = await load(hint.dataset.page || location.href);
  if (!page) return;
  if (!page.querySelector("[data-pulse]")) return over();
  const fresh = page.querySelector("[data-pulse]").dataset;
  const changed = fresh.stamp !== hint.dataset.stamp;
  if (!changed && !stale) return;
  if (fresh.hands !== hint.dataset.hands && !asked && written()) return say(false);
  Object.assign(hint.dataset, { stamp: fresh.stamp, hands: fresh.hands });
  const focused = document.activeElement;
  morph(main, page.querySelector("main"));
  if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  hush();
  if (changed) say(true);
  read();
}

// Either that the page has been renewed, or that there is something to ask for.
function say(renewed) {
  hint.hidden = renewed;
  document.querySelector("[data-told]").textContent = renewed ? hint.dataset.news : "";
  if (!renewed || document.hidden) document.title = `• ${title}`;
}

function over() {
  gone.hidden = false;
  hint.hidden = true;
  rest();
}

// Once a second at most; what comes meanwhile is read once more after it.
function news() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  again = false;
  refresh().catch(() => {}).finally(() => setTimeout(() => {
    reading = false;
    if (again) news();
  }, REST));
}

async function look() {
  const answer = await fetch(hint.dataset.pulse, { headers: { Accept: "application/json" } });
  if (answer.status === 401) return over();
  if (answer.ok && (await answer.json()).stamp !== hint.dataset.stamp) news();
}

function rest() {
  stream?.close();
  clearInterval(poll);
  stream = poll = undefined;
}

function watch() {
  rest();
  stream = new EventSource(hint.dataset.stream);
  // What came before it was open; a lost connection is no news.
  stream.addEventListener("open", () => look().catch(() => {}));
  stream.addEventListener("ticket", news);
  stream.addEventListener("typing", ({ data }) => types(JSON.parse(data)));
  stream.addEventListener("presence", ({ data }) => present(JSON.parse(data).agents));
  stream.addEventListener("error", () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    rest();
    const since = Date.now();
    poll = setInterval(() => {
      if (Date.now() - since > AGAIN) watch();
      else look().catch(() => {});
    }, POLL);
    look().catch(() => {});
  });
}

function types({ role, name }) {
  if (!dots) return;
  dots.textContent = role === "agent" ? dots.dataset.agent.replace("{name}", name) : dots.dataset.dots;
  clearTimeout(dotted);
  dotted = setTimeout(hush, DOTS);
}

function hush() {
  if (dots) dots.textContent = "";
}

function present(agents) {
  if (!here) return;
  const names = new Intl.ListFormat(document.documentElement.lang).format(agents.map((one) => one.name));
  here.textContent = agents.length ? here.dataset.here.replace("{name}", names) : "";
}

// The customer sees that an answer is being written, and how far one has read.
function post(sign, body) {
  const at = main.querySelector("[data-signs]")?.dataset.signs;
  if (at) fetch(`${at}/${sign}`, { method: "POST", body, headers: { "Content-Type": "application/json" } }).catch(() => {});
}

function read() {
  const seq = Number(main.querySelector("[data-seq]")?.dataset.seq ?? 0);
  if (document.hidden || seq <= read.last) return;
  read.last = seq;
  post("read", JSON.stringify({ seq }));
}
read.last = 0;

document.addEventListener("input", ({ target }) => {
  if (target !== reply() || Date.now() - told < TOLD) return;
  told = Date.now();
  post("typing");
});

function turn() {
  if (document.hidden) return rest();
  document.title = title;
  read();
  watch();
}

if (hint) {
  hint.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    refresh({ asked: true }).catch(() => location.reload());
  });
  document.addEventListener("visibilitychange", turn);
  setInterval(() => document.hidden || reply() || refresh({ stale: true }).catch(() => {}), MINUTE);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", ({ persisted }) => persisted && turn());
  turn();
}
