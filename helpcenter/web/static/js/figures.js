// Shows an article's figures large. Without this script a figure leads to its file.
const prose = document.querySelector(".prose");
const links = [...(prose?.querySelectorAll("a.zoom") ?? [])];
let stage;
let shown = 0;

function button(kind, words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `stage-${kind}`;
  made.setAttribute("aria-label", words);
  made.addEventListener("click", act);
  return made;
}

function show(index) {
  shown = (index + links.length) % links.length;
  const small = links[shown].querySelector("img");
  const large = new Image(small.width, small.height);
  large.src = links[shown].href;
  large.alt = small.alt;
  // A drawing may be as large as the screen, a photograph only as large as it is.
  large.className = links[shown].pathname.endsWith(".svg") ? "stage-drawing" : "";
  const words = document.createElement("figcaption");
  words.textContent = links[shown].closest("figure").querySelector("figcaption")?.textContent ?? "";
  stage.querySelector("figure").replaceChildren(large, words);
}

function build() {
  stage = document.createElement("dialog");
  stage.className = "stage";
  stage.lang = prose.lang || document.documentElement.lang;
  const figure = document.createElement("figure");
  figure.setAttribute("aria-live", "polite");
  // What is larger than the screen is moved with the arrow keys up and down.
  figure.tabIndex = 0;
  stage.append(figure);
  if (links.length > 1) {
    stage.append(button("previous", prose.dataset.previous, () => show(shown - 1)));
    stage.append(button("next", prose.dataset.next, () => show(shown + 1)));
  }
  const close = button("close", prose.dataset.close, () => stage.close());
  close.autofocus = true;
  stage.append(close);
  stage.addEventListener("click", (event) => {
    if (event.target === stage || event.target === figure) stage.close();
  });
  stage.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(shown - 1);
    if (event.key === "ArrowRight") show(shown + 1);
  });
  document.body.append(stage);
}

prose?.addEventListener("click", (event) => {
  const link = event.target.closest("a.zoom");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!stage) build();
  show(links.indexOf(link));
  stage.setAttribute("aria-label", link.querySelector("img").alt);
  stage.showModal();
});
