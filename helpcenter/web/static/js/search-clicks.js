// Says which hit was opened, under the search's random id; nothing else is told.
for (const list of document.querySelectorAll("[data-search]")) {
  const opened = (event) => {
    const rank = Number(event.target.closest("a")?.closest("[data-rank]")?.dataset.rank);
    if (!rank || event.button > 1) return;
    const body = new Blob([JSON.stringify({ rank })], { type: "application/json" });
    navigator.sendBeacon(`/api/v1/search/${list.dataset.search}/click`, body);
  };
  list.addEventListener("click", opened);
  list.addEventListener("auxclick", opened);
}
