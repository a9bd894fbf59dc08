"use strict";
// Keys, wherever the focus is but in a field.

const help = document.getElementById("help");

function visibleSentences() {
  // In the order of the document, which may not be that of the run.
  return [...document.querySelectorAll(".page:not([hidden]) .sentence:not([hidden])")];
}

function goTo(sentence) {
  if (!sentence) return;
  sentence.node.focus({ preventScroll: true });
  sentence.node.scrollIntoView({ block: "nearest" });
}

/** Go to the sentence so many places on; from nowhere to the first one on the screen. */
function step(places) {
  const nodes = visibleSentences();
  const here = focused ? nodes.indexOf(focused.node) : -1;
  const next = here < 0 ? nodes.find((node) => node.getBoundingClientRect().bottom > 120) : nodes[here + places];
  goTo((next ?? (here < 0 ? nodes[0] : undefined))?.sentence);
}

function stepPage(places) {
  const articles = [...document.querySelectorAll(".page:not([hidden])")];
  const here = articles.findIndex((article) => focused && article.contains(focused.node));
  const article = articles[Math.max(0, here + places)];
  if (!article) return;
  article.scrollIntoView({ block: "start" });
  article.querySelector(".sentence:not([hidden])").focus({ preventScroll: true });
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => stepPage(1),
  p: () => stepPage(-1),
  x: () => toggleOutcome("removed"),
  0: () => focused && takeBack(focused),
  "/": () => document.getElementById("search").focus(),
  "?": () => help.showModal(),
};
LABELS.forEach((_, index) => { KEYS[index + 1] = () => focused && decide(focused, index); });

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const isField = event.target.matches?.("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape") return isField ? event.target.blur() : leaveSentence();
  if (isField || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
}
