// Says that there is something new, keeps what is being written, and sends it by keyboard.
const hint = document.querySelector("[data-pulse]");
const SECONDS = 4;
const title = document.title;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(hint.dataset.pulse, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { stamp } = await answer.json();
  hint.hidden = stamp === hint.dataset.stamp;
  document.title = hint.hidden ? title : `• ${title}`;
}

function again() {
  // A lost connection is no news; the next look may find it again.
  look().catch(() => {}).finally(() => setTimeout(again, SECONDS * 1000));
}

if (hint) setTimeout(again, SECONDS * 1000);
document.addEventListener("visibilitychange", () => hint && look().catch(() => {}));

// What is written here outlives a look at what is new, in this tab only, until it is sent.
for (const text of document.querySelectorAll("main form textarea")) {
  const key = `${location.pathname.replace(/(\/\d+)\/\w+$/, "$1")}#${text.id}`;
  text.value ||= sessionStorage.getItem(key) ?? "";
  const details = text.closest("details");
  if (details && text.value) details.open = true;
  text.addEventListener("input", () => sessionStorage.setItem(key, text.value));
  text.form.addEventListener("submit", () => sessionStorage.removeItem(key));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    text.form.requestSubmit();
  });
}

// Nothing of it waits for whoever sits here next.
const leaving = document.querySelector("form[action='/agent/logout']");
leaving?.addEventListener("submit", () => sessionStorage.clear());
