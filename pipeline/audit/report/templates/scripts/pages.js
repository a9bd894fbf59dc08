"use strict";
// Pages as running text: an article for each, a paragraph for each block, a span for each sentence.

/** Every page with its article, blocks and sentences, in the order of the run. */
const shownPages = [];

function buildPages() {
  const list = document.getElementById("page-list");
  for (const page of report.pages) shownPages.push(buildPage(page));
  list.append(...shownPages.map((shown) => shown.article));
}

function buildPage(page) {
  const shown = { page, sentences: page.texts.map((_, index) => newSentence(page, index)), blocks: [] };
  const text = element("div", { class: "running-text", lang: "en" }, ...buildBlocks(shown));
  const body = element("div", { class: "page-body" }, buildStrip(shown), text);
  if (page.texts.length < page.sentences) text.append(pageEnd(page));
  if (page.alone) showAround(text, page.alone);
  shown.matches = element("p");
  shown.article = element("article", { class: "page" }, pageHead(shown), body);
  return shown;
}

function pageEnd(page) {
  const left = counted(page.sentences - page.texts.length, "sentence");
  return element("p", { class: "page-end" }, `The page goes on for ${left}, which this sample leaves out.`);
}

function showAround(text, { before, after }) {
  text.prepend(element("p", { class: "around" }, ...visibleText(before)));
  text.append(element("p", { class: "around" }, ...visibleText(after)));
}

function pageHead({ page, matches }) {
  const head = element("header", { class: "page-head" }, element("h3", {}, element("bdi", {}, ...visibleText(page.id))));
  if (page.url && page.url !== page.id) head.append(element("p", {}, addressOf(page.url)));
  head.append(matches);
  return head;
}

/** A link for addresses of the web; anything else, such as `javascript:`, stays text. */
function addressOf(address) {
  const text = element("bdi", {}, ...visibleText(address));
  if (!/^https?:\/\//iu.test(address) || !URL.canParse(address)) return text;
  return element("a", { href: address, rel: "noopener noreferrer nofollow", target: "_blank" }, text);
}

function buildBlocks(shown) {
  let next = 0;
  return shown.page.blocks.map(([kind, size]) => {
    const members = shown.sentences.slice(next, next + size);
    next += size;
    const node = element("p", { class: `block ${kind}` });
    for (const sentence of members) node.append(buildSentence(sentence, shown), " ");
    if (/^\s*([-*•–]|\d+[.)])\s/u.test(textOf(members[0]).slice(0, 12))) node.classList.add("marked");
    shown.blocks.push({ node, sentences: members });
    return node;
  });
}

function buildSentence(sentence, shown) {
  const node = element("span", { tabindex: "-1" });
  fillWithText(node, textOf(sentence));
  node.sentence = sentence;
  sentence.node = node;
  sentence.shown = shown;
  tint(sentence);
  return node;
}

/** Colour a sentence by its present label, the stronger the surer the model was; people are sure. */
function tint(sentence) {
  const line = correctionOf(sentence);
  const label = line ? line.new_label : LABELS[sentence.label];
  const classes = ["sentence", label];
  if (line) classes.push(line.new_label === line.old_label ? "confirmed" : "corrected");
  else if (sentence.outcome === "undecided") classes.push("uncertain");
  sentence.node.className = classes.join(" ");
  sentence.node.dataset.strength = line ? 5 : strength(sentence.score);
}

/** Five steps from a guess among four labels to certainty. */
function strength(score) {
  return Math.max(1, Math.min(5, Math.ceil(((score - 0.25) / 0.75) * 5)));
}
