// A page may stand open longer than the token on it lives, so each one is made fresh when it is
// needed. Returns nothing for somebody who is signed out.
async function freshToken() {
  const answer = await fetch("/help-token", { cache: "no-store" });
  return answer.ok ? (await answer.json()).jwt : undefined;
}

// Without this script the token of the page itself is sent, which lives ten minutes.
for (const form of document.querySelectorAll("form[data-fresh-token]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const token = await freshToken();
      if (!token) return location.assign("/login");
      form.elements.jwt.value = token;
    } catch {
      // The token of the page may still do.
    }
    form.submit();
  });
}

// The chat knows its first token from the page, asks here for the next, and is told of the end.
const chat = document.querySelector("help-chat");
const leaving = document.querySelector('form[action$="/logout"]');
if (chat) chat.identity = freshToken;
if (chat && leaving) {
  leaving.addEventListener("submit", async (event) => {
    event.preventDefault();
    await chat.signOut?.().catch(() => {});
    leaving.submit();
  });
}
