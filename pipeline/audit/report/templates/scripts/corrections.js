"use strict";
// What people decided: one line of corrections.jsonl for each sentence, kept in this browser under the run's id.

const STORAGE_KEY = `winnow-report:${report.run}`;
const LINE_KEYS = ["doc_id", "sent_id", "start", "end", "text", "before", "after", "old_label", "new_label", "model"];
const NUMBER_KEYS = new Set(["sent_id", "start", "end"]);
const NEIGHBOURS = 3;

/** Lines by sentence: that of a loaded sentence which this report does not show is kept as well. @type {Map<string, object>} */
const corrections = new Map();

function correctionKey(line) {
  return JSON.stringify([line.doc_id, line.start, line.end, line.text]);
}

function keyOf(sentence) {
  const { page, index } = sentence;
  sentence.key ??= correctionKey({
    doc_id: page.id, start: page.starts[index], end: page.ends[index], text: textOf(sentence),
  });
  return sentence.key;
}

function correctionOf(sentence) {
  return corrections.size ? corrections.get(keyOf(sentence)) : undefined;
}

/** The label a sentence has now: the corrected one, or else the model's. */
function presentLabel(sentence) {
  const line = correctionOf(sentence);
  return line ? LABELS.indexOf(line.new_label) : sentence.label;
}

function correctionLine(sentence, label) {
  const { page, index } = sentence;
  // A sentence of a loaded list may stand alone: then the list says what is around it, and who labelled it.
  if (page.alone) return { ...page.alone, new_label: LABELS[label] };
  return {
    doc_id: page.id,
    sent_id: index,
    start: page.starts[index],
    end: page.ends[index],
    text: textOf(sentence),
    before: page.texts.slice(Math.max(0, index - NEIGHBOURS), index).join(" "),
    after: page.texts.slice(index + 1, index + 1 + NEIGHBOURS).join(" "),
    old_label: LABELS[sentence.label],
    new_label: LABELS[label],
    model: report.model,
  };
}

function setCorrection(sentence, label) {
  corrections.set(keyOf(sentence), correctionLine(sentence, label));
  storeCorrections();
}

function removeCorrection(sentence) {
  corrections.delete(keyOf(sentence));
  storeCorrections();
}

function storeCorrections() {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify([...corrections.values()]));
  } catch {
    say("This browser cannot keep the corrections: download them before you close the page.");
  }
}

function restoreCorrections() {
  try {
    for (const line of JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "[]")) corrections.set(correctionKey(line), line);
  } catch {
    say("The corrections kept in this browser could not be read.");
  }
}
