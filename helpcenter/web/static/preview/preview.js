// Only `serve --reload` sends this: shows a saved file at once, or what is wrong with it.
const NAME = "helpcenter-preview";
const shown = document.querySelector(`meta[name="${NAME}"]`)?.content;
const STYLE = {
  position: "fixed",
  inset: "auto 0 0 0",
  zIndex: "2147483647",
  maxHeight: "50vh",
  overflow: "auto",
  padding: "1rem 1.25rem",
  background: "#3b0d0c",
  color: "#fff",
  font: "14px/1.5 ui-monospace, monospace",
  whiteSpace: "pre-wrap",
};

function panel() {
  const found = document.getElementById(NAME);
  if (found) return found;
  const made = document.createElement("div");
  made.id = NAME;
  made.lang = "en";
  made.setAttribute("role", "alert");
  Object.assign(made.style, STYLE);
  document.body.append(made);
  return made;
}

function tell(problems) {
  if (problems.length === 0) {
    document.getElementById(NAME)?.remove();
    return;
  }
  const head = "This is the last good version. What keeps the newest from being shown:";
  panel().textContent = [head, ...problems].join("\n");
}

async function watch() {
  let turn = -1;
  for (;;) {
    try {
      const answer = await fetch(`/_preview/state?after=${turn}`, { cache: "no-store" });
      const state = await answer.json();
      turn = state.turn;
      if (state.site !== shown) {
        location.reload();
        return;
      }
      tell(state.problems);
    } catch {
      // The server is being started again.
      turn = -1;
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}

watch();
