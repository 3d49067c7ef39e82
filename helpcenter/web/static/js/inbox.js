// Says that there is something new, and lets the agent decide when to look.
const hint = document.querySelector("[data-pulse]");
const SECONDS = 4;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(hint.dataset.pulse, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { stamp } = await answer.json();
  hint.hidden = stamp === hint.dataset.stamp;
}

function again() {
  // A lost connection is no news; the next look may find it again.
  look().catch(() => {}).finally(() => setTimeout(again, SECONDS * 1000));
}

if (hint) setTimeout(again, SECONDS * 1000);
