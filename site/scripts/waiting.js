// Shows how far a run is without anybody pressing “Look again”.
const EVERY_MS = 1500;

async function look() {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const waiting = fresh.querySelector("[data-waiting]");
  if (!waiting) {
    location.reload();
    return;
  }
  const progress = document.querySelector("progress");
  const now = fresh.querySelector("progress");
  if (now.hasAttribute("value")) progress.value = now.value;
  const words = fresh.querySelector("[data-waiting] label").textContent;
  const label = document.querySelector("[data-waiting] label");
  if (label.textContent !== words) label.textContent = words;
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
