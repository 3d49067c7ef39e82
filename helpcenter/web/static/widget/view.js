// What stands in the log: elements made of an item's parts. Text is only ever text.
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value || value === 0) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child || child === 0));
  return element;
}

export function icon(shape) {
  const named = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const svg = named("svg");
  const path = named("path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}

export function filled(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}

export function paragraphs(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return make("div", { class: "text" }, ...lines.map((line) => make("p", {}, line)));
}

export class View {
  constructor(panel) {
    this.panel = panel;
  }

  // A message of anybody's; `follows` when the one before is by the same hand.
  message(item, follows) {
    const { words, host } = this.panel;
    const { role, name } = item.author;
    const who = role === "customer" ? words.you : name || (role === "agent" ? words.team : words.assistant);
    const at = new Date(item.at);
    const time = at.toLocaleTimeString(host.tag, { hour: "numeric", minute: "2-digit" });
    const head = make("p", { class: follows ? "by unseen" : "by" }, make("b", {}, who), " ", make("time", { datetime: item.at }, time));
    const parts = item.parts.map((part) => this.#part(part, item)).filter(Boolean);
    return make("div", { class: `item ${role}`, "data-seq": item.seq, lang: item.locale }, head, ...parts);
  }

  // A line of ours that the help centre does not have yet.
  pending(line) {
    const { panel } = this;
    const { words } = panel;
    const failed = line.state === "failed";
    const again = failed && make("button", { type: "button", class: "again", onclick: () => panel.again(line) }, words.retry);
    const drop = line.refused && make("button", { type: "button", class: "again", onclick: () => panel.drop(line) }, words.remove);
    const why = failed && make("p", { class: "fate" }, line.why || words.unsent, " ", again, " ", drop);
    const body = make("div", { class: `item customer ${line.state}`, "data-client": line.client_id });
    body.append(make("p", { class: "by unseen" }, words.you), paragraphs(line.label ?? line.text), why || "");
    return body;
  }

  note(text) {
    return make("p", { class: "note" }, text);
  }

  #part(part, item) {
    if (part.type === "text") return paragraphs(part.text);
    if (part.type === "choices") return this.#choices(part, item);
    if (part.type === "article") return this.#article(part);
    if (part.type === "portal") return this.#portal(part);
    if (part.type === "form") return this.#form(part, item);
    return null;
  }

  #form({ fields }, { seq }) {
    const { panel } = this;
    const field = ({ name, kind, label, required }) =>
      make("label", {}, label, make("input", { name, type: kind, required, maxlength: 200, autocomplete: name }));
    const submit = (event) => {
      event.preventDefault();
      panel.fill(Object.fromEntries(new FormData(event.target)), seq);
    };
    return make("form", { class: "form", onsubmit: submit }, ...fields.map(field), make("button", { class: "choice" }, panel.words.send));
  }

  // Asked once a person has given the conversation back.
  rating() {
    const { panel } = this;
    const { words } = panel;
    const answer = (helpful, label) => make("button", { type: "button", class: "choice", onclick: () => panel.rate(helpful) }, label);
    return make("div", { class: "choices", role: "group", "aria-label": words.rate }, make("p", {}, words.rate), answer(true, words.yes), answer(false, words.no));
  }

  #choices(part, item) {
    const button = ({ id, label }) =>
      make("button", { type: "button", class: "choice", onclick: () => this.panel.choose(id, label, item.seq) }, label);
    return make("div", { class: "choices", role: "group", "aria-label": this.panel.words.choices }, ...part.choices.map(button));
  }

  #article(part) {
    const { host, words } = this.panel;
    const away = host.ours ? {} : { target: "_blank", rel: "noopener" };
    const small = make("small", {}, words.article);
    return make("a", { class: "card", href: new URL(part.url, host.origin).href, ...away }, small, part.title);
  }

  // On our own pages a link. Elsewhere a form in the customer's own gesture, since no cookie of ours
  // is worth anything there: it signs them in on the way.
  #portal(part) {
    const { host, words } = this.panel;
    if (!part.url) return make("p", { class: "fate" }, words.portal_signin);
    const url = new URL(part.url, host.origin);
    if (host.ours) return make("a", { class: "action", href: url.href }, part.label);
    const token = make("input", { type: "hidden", name: "access_token" });
    const to = make("input", { type: "hidden", name: "return_to", value: url.pathname });
    const form = make("form", { method: "post", action: `${host.origin}/sso`, target: "_blank" }, token, to);
    form.append(make("button", { class: "action" }, part.label, make("span", { class: "unseen" }, ` (${words.new_tab})`)));
    form.addEventListener("submit", (event) => this.panel.leave(event, form, token));
    return form;
  }
}
