// Remembers the language that somebody chose, and keeps their place when they change it.
const YEAR_SECONDS = 31536000;

function remember(tag) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `locale=${tag}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}

for (const link of document.querySelectorAll("a[data-locale]")) {
  link.addEventListener("click", () => {
    remember(link.dataset.locale);
    // Section ids are the same in every language.
    if (location.hash) link.hash = location.hash;
  });
}
