// Runs before the page is drawn, so that a page that scripts will change never jumps. If a script
// can't be fetched or breaks, the page goes back to what it is without one: whole, and working.
const page = document.documentElement;
page.classList.add("scripted");
addEventListener("error", () => page.classList.remove("scripted"), true);
