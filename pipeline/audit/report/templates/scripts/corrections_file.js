"use strict";
// Corrections as a file: one JSON object a line.

// Line ends of Unicode that JSON leaves as they are, though some readers of lines would break a line there.
const OTHER_LINE_ENDS = /[\u0085\u2028\u2029]/gu;

function fileLine(line) {
  const json = JSON.stringify(line, LINE_KEYS);
  return `${json.replace(OTHER_LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

function downloadCorrections() {
  const lines = [...corrections.values()].map(fileLine);
  const address = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  element("a", { href: address, download: "corrections.jsonl" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  say(`${counted(lines.length, "correction")} written to corrections.jsonl`);
}

async function loadCorrections(file) {
  let lines;
  try {
    lines = readLines(await file.text());
  } catch (error) {
    return say(`${file.name}, ${error.message}; nothing was loaded`);
  }
  const decided = lines.filter((line) => line.new_label !== "");
  const open = lines.filter((line) => line.new_label === "");
  for (const line of decided) corrections.set(correctionKey(line), line);
  storeCorrections();
  if (open.length) addToQueue(open);
  showCorrections();
  if (open.length) chooseOutcome("listed");
  return say(loaded(decided, open));
}

function loaded(decided, open) {
  const parts = [];
  if (decided.length || !open.length) parts.push(`${counted(decided.length, "correction")} loaded`);
  if (open.length) parts.push(`${counted(open.length, "sentence")} to label`);
  const known = new Set(sentences.map(keyOf));
  const strange = decided.filter((line) => !known.has(correctionKey(line))).length;
  if (strange) parts.push(`${strange.toLocaleString("en")} not shown here, but kept for the next download`);
  return parts.join("; ");
}

function readLines(text) {
  const lines = [];
  text.split("\n").forEach((row, index) => {
    if (row.trim()) lines.push(readLine(row, index + 1));
  });
  return lines;
}

function readLine(row, number) {
  let line;
  try {
    line = JSON.parse(row);
  } catch {
    throw new Error(`line ${number}: not JSON`);
  }
  const missing = LINE_KEYS.find((key) => line?.[key] === undefined);
  if (missing) throw new Error(`line ${number}: no "${missing}"`);
  const mistaken = LINE_KEYS.find((key) => typeof line[key] !== (NUMBER_KEYS.has(key) ? "number" : "string"));
  if (mistaken) throw new Error(`line ${number}: "${mistaken}" must be a ${NUMBER_KEYS.has(mistaken) ? "number" : "string"}`);
  const strange = [line.old_label, line.new_label || line.old_label].find((label) => !LABELS.includes(label));
  if (strange !== undefined) throw new Error(`line ${number}: "${strange}" is no label`);
  return line;
}
