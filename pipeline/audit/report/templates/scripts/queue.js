"use strict";
// Sentences that a review or an audit asks about (`--review`, `--audit`): lines of a file that have no new label yet.

const QUEUE_KEY = `${STORAGE_KEY}:queue`;

/** Lines by sentence, as in the file. @type {Map<string, object>} */
const queue = new Map();

function isQueued(sentence) {
  return queue.size > 0 && queue.has(keyOf(sentence));
}

function addToQueue(lines) {
  for (const line of lines) queue.set(correctionKey(line), line);
  try {
    localStorage.setItem(QUEUE_KEY, JSON.stringify([...queue.values()]));
  } catch {
    say("This browser cannot keep the list: load it again when you come back.");
  }
  showQueue();
}

function restoreQueue() {
  try {
    for (const line of JSON.parse(localStorage.getItem(QUEUE_KEY) ?? "[]")) queue.set(correctionKey(line), line);
  } catch {
    say("The list kept in this browser could not be read.");
  }
  showQueue();
}

/** Make pages of the sentences that the report does not show anyway, each with what stands around it. */
function showQueue() {
  const known = new Set(sentences.map(keyOf));
  const strange = [...queue].filter(([key]) => !known.has(key)).map(([, line]) => buildPage(pageOf(line)));
  shownPages.push(...strange);
  document.getElementById("page-list").append(...strange.map((shown) => shown.article));
  countQueue();
}

function pageOf(line) {
  const share = (label) => Math.round(1000 * (line[`p_${label}`] ?? (label === line.old_label ? line.score ?? 1 : 0)));
  return {
    id: line.doc_id,
    url: line.url ?? "",
    host: "",
    sentences: 1,
    blocks: [["paragraph", 1]],
    starts: [line.start],
    ends: [line.end],
    texts: [line.text],
    labels: [LABELS.indexOf(line.old_label)],
    uncertain: [0],
    probabilities: [LABELS.map(share)],
    why: [],
    alone: line,
  };
}

function countQueue() {
  const done = [...queue.keys()].filter((key) => corrections.has(key)).length;
  const button = toolbar.querySelector("[data-outcome=listed]");
  button.hidden = queue.size === 0;
  button.textContent = `listed (${done.toLocaleString("en")} of ${queue.size.toLocaleString("en")} done)`;
}
