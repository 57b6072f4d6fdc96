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
