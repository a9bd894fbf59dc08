"use strict";
// What the report is about: the embedded data, and one object for each sentence.

const report = JSON.parse(document.getElementById("report-data").textContent);
const LABELS = report.labels;
const TITLES = report.titles;
const KEPT = new Set(report.keep);

/**
 * @typedef {object} Sentence
 * @property {object} page the page's JSON object
 * @property {number} index place in the page, which is its sent_id
 * @property {number} number place in the report, from 1
 * @property {number} label index into LABELS, as the model decided
 * @property {number} score the label's probability
 * @property {string} outcome "kept", "removed" or "undecided"
 * @property {HTMLElement} node where it stands
 */

/** All sentences in the order of the run. @type {Sentence[]} */
const sentences = [];

function newSentence(page, index) {
  const label = page.labels[index];
  const decided = KEPT.has(LABELS[label]) ? "kept" : "removed";
  const sentence = {
    page,
    index,
    number: sentences.length + 1,
    label,
    score: page.probabilities[index][label] / 1000,
    outcome: page.uncertain[index] ? "undecided" : decided,
    node: null,
  };
  sentences.push(sentence);
  return sentence;
}

function textOf(sentence) {
  return sentence.page.texts[sentence.index];
}

/** What another model says instead, if it was compared and differs: an index into LABELS and its score. */
function otherLabel({ page, index }) {
  return page.others?.[index];
}

/** Make an element; strings among the children become text, never markup. */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function svgElement(tag, attributes = {}) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function say(message) {
  const line = document.getElementById("message");
  line.textContent = message;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { line.textContent = ""; }, 6000);
}

function counted(number, thing) {
  return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
}
