"use strict";
// Everything put together.

function decide(sentence, label) {
  setCorrection(sentence, label);
  afterCorrection(sentence);
}

function takeBack(sentence) {
  removeCorrection(sentence);
  afterCorrection(sentence);
}

function afterCorrection(sentence) {
  tint(sentence);
  drawStrip(sentence.shown);
  markPlace(sentence);
  // The button that was pressed is about to go: its focus returns to the sentence.
  if (inspector.contains(document.activeElement)) sentence.node.focus({ preventScroll: true });
  inspect(sentence, true);
  countLabels();
  countCorrections();
  countQueue();
}

/** Show corrections that came from elsewhere: the browser's memory or a file. */
function showCorrections() {
  for (const sentence of sentences) tint(sentence);
  for (const shown of shownPages) drawStrip(shown);
  countLabels();
  countCorrections();
  countQueue();
  applyFilters();
  inspect(focused, true);
}

function countCorrections() {
  document.getElementById("correction-count").textContent = corrections.size ? counted(corrections.size, "correction") : "No corrections yet";
  document.getElementById("download").disabled = corrections.size === 0;
}

function leaveSentence() {
  document.activeElement?.blur();
  focused = null;
  inspect(null);
}

function sentenceUnder(event) {
  return event.target.closest?.(".sentence")?.sentence;
}

function listenToSentences() {
  const list = document.getElementById("page-list");
  list.addEventListener("focusin", (event) => {
    focused = sentenceUnder(event) ?? focused;
    if (!focused) return;
    moveTabStop(focused.node);
    markPlace(focused);
    inspect(focused);
    if (matchMedia("(max-width: 1000px)").matches) focused.node.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") inspect(sentenceUnder(event) ?? focused);
  });
  list.addEventListener("pointerleave", () => inspect(focused));
}

/** One sentence at a time can be reached with the tab key; the others with j and k. */
function moveTabStop(node) {
  document.querySelector(".sentence[tabindex='0']")?.setAttribute("tabindex", "-1");
  node.setAttribute("tabindex", "0");
}

function listenToToolbar() {
  let waiting;
  toolbar.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(applyFilters, 120);
  });
  toolbar.addEventListener("change", applyFilters);
  toolbar.addEventListener("submit", (event) => event.preventDefault());
  toolbar.addEventListener("reset", () => setTimeout(() => { orderPages(); chooseOutcome(""); }));
  document.getElementById("order").addEventListener("change", orderPages);
  for (const button of toolbar.querySelectorAll("[data-outcome]")) {
    button.addEventListener("click", () => toggleOutcome(button.dataset.outcome));
  }
  document.getElementById("help-button").addEventListener("click", () => help.showModal());
  document.getElementById("download").addEventListener("click", downloadCorrections);
  document.getElementById("load").addEventListener("change", async ({ target }) => {
    if (target.files.length) await loadCorrections(target.files[0]);
    target.value = "";
  });
}

function listenToPictures() {
  for (const bar of document.querySelectorAll(".score-bar")) {
    const { label, low, high } = bar.dataset;
    bar.addEventListener("click", () => showOnly({ label, lowest: low, highest: high }));
  }
  const hosts = new Set(report.pages.map((page) => page.host));
  for (const button of document.querySelectorAll("[data-site]")) {
    button.disabled = !hosts.has(button.dataset.site);
    button.addEventListener("click", () => showOnly({ host: button.dataset.site }));
  }
}

/** Go to the sentence that the address names, such as `report.html#sentence-12`. */
function followAddress() {
  const number = /^#sentence-(\d+)$/u.exec(location.hash)?.[1];
  if (number) goTo(sentences[number - 1]);
}

restoreCorrections();
buildPages();
restoreQueue();
fillHosts();
countLabels();
countCorrections();
applyFilters();
listenToSentences();
listenToToolbar();
listenToPictures();
document.addEventListener("keydown", onKey);
document.getElementById("filters").open = matchMedia("(min-width: 701px)").matches;
if (sentences.length) moveTabStop(sentences[0].node);
addEventListener("hashchange", followAddress);
followAddress();
document.documentElement.dataset.ready = "true";
