// Fills the header with who is signed in. Public pages are the same for everybody, so each asks.
const place = document.querySelector("[data-me]");

async function ask() {
  try {
    const answer = await fetch("/api/v1/me", { credentials: "same-origin", cache: "no-store" });
    return answer.ok ? await answer.json() : { signed_in: false };
  } catch {
    // Offline, or gone before the answer came: the link to sign in is there already.
    return { signed_in: false };
  }
}

function show(me) {
  if (me.name) place.querySelector(".me-name").textContent = me.name;
  place.dataset.me = me.signed_in ? "known" : "stranger";
}

async function refresh() {
  show(await ask());
}

if (place) {
  const link = place.querySelector(".me-stranger");
  if (!/\/sign(in|out)$/.test(location.pathname) && location.pathname !== "/sso") {
    link.search = `?${new URLSearchParams({ return_to: location.pathname + location.search })}`;
  }
  refresh();
  // A page from the browser's memory may be older than the session.
  addEventListener("pageshow", (event) => {
    if (event.persisted) refresh();
  });
}
