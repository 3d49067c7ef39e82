// An article's two comforts: the table of contents follows the reader, a heading's # copies its link.

// How far down the window a heading may be for its section to count as the one that is read.
const EDGE = 0.3;

const entries = new Map();
for (const link of document.querySelectorAll(".contents-wide a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) entries.set(heading, link);
}

function follow() {
  let current;
  const edge = innerHeight * EDGE;
  for (const [heading, link] of entries) {
    if (heading.getBoundingClientRect().top <= edge) current = link;
    link.removeAttribute("aria-current");
  }
  current?.setAttribute("aria-current", "true");
}

let waiting = false;
function followSoon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    follow();
  });
}

if (entries.size) {
  addEventListener("scroll", followSoon, { passive: true });
  addEventListener("resize", followSoon, { passive: true });
  follow();
}

// An answer that the address points at is shown open.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();

const prose = document.querySelector(".prose");
const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
prose?.after(status);

async function copy(event) {
  const link = event.target.closest("a.anchor");
  if (!link || !navigator.clipboard) return;
  try {
    await navigator.clipboard.writeText(link.href);
    status.textContent = prose.dataset.copied;
  } catch {
    // The browser said no; the address bar shows the link all the same.
  }
}
prose?.addEventListener("click", copy);
