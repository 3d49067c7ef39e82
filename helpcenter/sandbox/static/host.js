// A page may stand open longer than the token in its forms lives, so each one is made fresh when it
// is used. Without this script the token of the page itself is sent, which lives ten minutes.
for (const form of document.querySelectorAll("form[data-fresh-token]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch("/help-token", { cache: "no-store" });
      if (answer.status === 401) return location.assign("/login");
      if (answer.ok) form.elements.jwt.value = (await answer.json()).jwt;
    } catch {
      // The token of the page may still do.
    }
    form.submit();
  });
}
