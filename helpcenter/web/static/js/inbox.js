// Keeps what is being written, and sends it by keyboard.

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
