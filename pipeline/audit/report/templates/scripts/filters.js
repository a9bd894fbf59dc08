"use strict";
// Which sentences are shown.

const toolbar = document.getElementById("toolbar");

function chosenFilters() {
  const fields = toolbar.elements;
  const labels = [...toolbar.querySelectorAll("[name=label]:checked")].map((box) => LABELS.indexOf(box.value));
  return {
    labels: new Set(labels),
    outcome: chosenOutcome(),
    host: fields.host.value,
    lowest: Number(fields.lowest.value || 0),
    highest: Number(fields.highest.value || 1),
    search: fields.search.value.trim().toLowerCase(),
  };
}

function matchesFilters(sentence, filters) {
  if (!filters.labels.has(presentLabel(sentence))) return false;
  if (sentence.score < filters.lowest - 1e-9 || sentence.score > filters.highest + 1e-9) return false;
  if (filters.outcome === "changed") return otherLabel(sentence) !== undefined;
  if (filters.outcome === "listed") return isQueued(sentence);
  if (filters.outcome === "corrected") return correctionOf(sentence) !== undefined;
  return filters.outcome === "" || sentence.outcome === filters.outcome;
}

function chosenOutcome() {
  return toolbar.querySelector("[data-outcome][aria-pressed=true]")?.dataset.outcome ?? "";
}

/** Show only what had this outcome; the empty one is everything. */
function chooseOutcome(outcome) {
  for (const button of toolbar.querySelectorAll("[data-outcome]")) {
    button.setAttribute("aria-pressed", String(button.dataset.outcome === outcome));
  }
  applyFilters();
}

function toggleOutcome(outcome) {
  chooseOutcome(chosenOutcome() === outcome ? "" : outcome);
}

function pageMatches(page, filters) {
  return filters.host === "*" || page.host === filters.host;
}

function isFound(sentence, search) {
  if (!search) return true;
  sentence.lowered ??= textOf(sentence).toLowerCase();
  return sentence.lowered.includes(search);
}

function applyFilters() {
  const filters = chosenFilters();
  let found = 0;
  for (const shown of shownPages) found += filterPage(shown, filters);
  document.getElementById("matches").textContent = found === sentences.length
    ? `${counted(found, "sentence")}`
    : `${found.toLocaleString("en")} of ${counted(sentences.length, "sentence")}`;
  markSearch(filters.search);
}

function filterPage(shown, filters) {
  const isChosen = pageMatches(shown.page, filters);
  let found = 0;
  for (const block of shown.blocks) found += filterBlock(block, filters, isChosen);
  shown.article.hidden = found === 0;
  shown.matches.textContent = found === shown.sentences.length
    ? counted(found, "sentence")
    : `${found.toLocaleString("en")} of ${counted(shown.sentences.length, "sentence")}`;
  return found;
}

function filterBlock(block, filters, pageIsChosen) {
  let found = 0;
  for (const sentence of block.sentences) {
    const isShown = pageIsChosen && matchesFilters(sentence, filters) && isFound(sentence, filters.search);
    sentence.node.hidden = !isShown;
    found += isShown ? 1 : 0;
  }
  block.node.hidden = found === 0;
  return found;
}

function fillHosts() {
  const counts = new Map();
  for (const { host } of report.pages) counts.set(host, (counts.get(host) ?? 0) + 1);
  const hosts = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const list = document.getElementById("host");
  for (const [host, pages] of hosts) {
    const name = host.length > 60 ? `${host.slice(0, 59)}…` : host || "no address";
    list.append(element("option", { value: host }, `${name} (${pages.toLocaleString("en")})`));
  }
}

function countLabels() {
  const counts = LABELS.map(() => 0);
  for (const sentence of sentences) counts[presentLabel(sentence)] += 1;
  LABELS.forEach((label, index) => {
    toolbar.querySelector(`[data-count="${label}"]`).textContent = counts[index].toLocaleString("en");
  });
}

/** Put the pages into another order: as read, by the share of text removed, or by the mean score. */
function orderPages() {
  const weigh = { run: () => 0, removed: removedShare, unsure: (shown) => -meanScore(shown) }[toolbar.elements.order.value];
  const ordered = shownPages.map((shown, place) => ({ shown, place, weight: weigh(shown) }));
  ordered.sort((a, b) => b.weight - a.weight || a.place - b.place);
  document.getElementById("page-list").append(...ordered.map(({ shown }) => shown.article));
}

function removedShare({ page, sentences: members }) {
  const length = (sentence) => page.ends[sentence.index] - page.starts[sentence.index];
  const removed = members.filter((sentence) => sentence.outcome === "removed");
  return removed.reduce((sum, sentence) => sum + length(sentence), 0) / Math.max(1, page.ends[page.ends.length - 1]);
}

function meanScore({ sentences: members }) {
  return members.reduce((sum, sentence) => sum + sentence.score, 0) / members.length;
}

function clearFilters() {
  toolbar.reset();
  chooseOutcome("");
}

/** Show the sentences of a label and a range of scores, whatever was chosen before. */
function showOnly({ label, lowest, highest, host }) {
  clearFilters();
  if (label) for (const box of toolbar.querySelectorAll("[name=label]")) box.checked = box.value === label;
  if (lowest !== undefined) [toolbar.elements.lowest.value, toolbar.elements.highest.value] = [lowest, highest];
  if (host !== undefined) toolbar.elements.host.value = host;
  applyFilters();
  document.getElementById("pages").scrollIntoView();
}
