// Small comforts; every page works without them. No dependency, nothing is stored.

// Leaving: hide the page at once (the network may be slow), and leave no way back to it.
function leave() {
  document.documentElement.hidden = true;
  location.replace("/exit");
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-exit]")) {
    event.preventDefault();
    leave();
  } else if (event.target.closest("[data-print]")) {
    window.print();
  }
  const menu = document.querySelector("details.languages[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// Shift three times within two seconds leaves, like the link; any other key starts the count anew.
let presses = [];
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.languages[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (event.key !== "Shift") presses = [];
  else if (!event.repeat && document.querySelector("[data-exit]")) {
    presses = presses.filter((time) => event.timeStamp - time < 2000).concat(event.timeStamp);
    if (presses.length === 3) leave();
  }
});

// A page with someone's answers must not come back from the browser's memory for the next person.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && "private" in document.body.dataset) {
    document.documentElement.hidden = true;
    location.reload();
  }
});

// After a load or a swap: show the buttons that need a script, and go to what must be mended.
function prepare() {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  document.getElementById("error-summary")?.focus();
}
prepare();
document.addEventListener("htmx:after:swap", prepare);

// In a list, j and k or the arrows go from row to row, and only while a row has the focus.
document.addEventListener("keydown", (event) => {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const here = step && event.target.closest("[data-rows] a");
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...document.querySelectorAll("[data-rows] a")];
  const next = links[links.indexOf(here) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// On a kiosk: whoever does nothing for a while is asked, and then the visit ends. The server counts
// from the last thing it heard, so a hand on the screen or the keys is told to it now and then.
const stillHere = document.querySelector("dialog[data-leave]");
if (stillHere) {
  const { ask, end, leave: address, alive } = stillHere.dataset;
  let heard = Date.now();
  let moved = false;
  const finish = () => {
    document.documentElement.hidden = true;
    location.replace(address);
  };
  const tell = async () => {
    heard = Date.now();
    moved = false;
    const answer = await fetch(alive, { method: "POST", cache: "no-store" }).catch(() => null);
    if (answer?.status === 410) finish();
  };
  for (const sign of ["pointerdown", "keydown", "input", "scroll", "wheel"]) {
    document.addEventListener(sign, () => { moved = !stillHere.open; }, { passive: true });
  }
  stillHere.addEventListener("close", tell); // by its button, or by Escape
  stillHere.querySelector("[data-still-here]").addEventListener("click", () => stillHere.close());
  setInterval(() => {
    const seconds = (Date.now() - heard) / 1000;
    if (seconds >= end) finish();
    else if (moved && seconds >= 15) tell();
    else if (seconds >= ask && !stillHere.open) stillHere.showModal();
  }, 1000);
}
