// "Was this helpful?" without leaving the page. A browser votes once and may change its vote.
const box = document.querySelector("[data-feedback]");
const status = box?.querySelector("[data-feedback-status]");
const key = box && `helpful ${box.querySelector("form").action} ${box.dataset.feedback}`;

function recall() {
  try {
    return localStorage[key];
  } catch {
    // Storage is closed to us; the page then forgets the vote when it is left.
    return undefined;
  }
}

function remember(vote) {
  try {
    localStorage[key] = vote;
  } catch {
    // As above.
  }
}

let vote = box && recall();
let last = Promise.resolve();

async function post(fields) {
  const answer = await fetch(box.querySelector("form").action, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ locale: box.dataset.feedback, ...fields, ...(vote && { vote }) }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  vote = (await answer.json()).vote;
  remember(vote);
}

// One after the other, so that the second knows the first one's vote.
function send(fields) {
  last = last.catch(() => {}).then(() => post(fields));
  return last;
}

function say(id, done) {
  for (const words of box.querySelectorAll(".feedback-said")) {
    words.classList.toggle("shown", words.id === id);
    if (words.id === id) status.textContent = words.textContent;
  }
  box.classList.toggle("done", done);
}

async function submitted(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const why = { reason: fields.get("reason") || undefined, text: fields.get("text") || "" };
  const helpful = event.target.dataset.helpful === "yes";
  try {
    await send(helpful ? { helpful } : { helpful, ...why });
    say("feedback-thanks", true);
    box.querySelector("#feedback-thanks").focus({ preventScroll: true });
  } catch {
    say("feedback-refused", false);
  }
}

async function opened(event) {
  if (!event.target.open) return;
  // The vote counts even if nobody says why; what cannot be sent now is sent with the reason.
  await send({ helpful: false }).catch(() => {});
}

for (const form of box?.querySelectorAll("form") ?? []) form.addEventListener("submit", submitted);
box?.querySelector("details").addEventListener("toggle", opened);
