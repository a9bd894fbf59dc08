"use strict";
// The strip beside a page: a lane for each label, from the page's first character to its last.

const STRIP_HEIGHT = 1000;

function buildStrip(shown) {
  const lanes = element("div", { class: "lanes" }, ...LABELS.map((label) => element("span", { class: label })));
  const picture = svgElement("svg", { viewBox: `0 0 ${LABELS.length} ${STRIP_HEIGHT}`, preserveAspectRatio: "none" });
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    goTo(sentenceAt(shown, (event.clientY - box.top) / box.height));
  });
  shown.strip = picture;
  drawStrip(shown);
  return element("div", { class: "strip", "aria-hidden": "true", title: "where the subjects change" }, lanes, picture);
}

function drawStrip(shown) {
  const { ends } = shown.page;
  const length = Math.max(1, ends[ends.length - 1]);
  const runs = labelRuns(shown.sentences);
  shown.here = svgElement("rect", { class: "here", width: LABELS.length, height: 5, y: -9 });
  shown.strip.replaceChildren(...runs.map((run) => svgElement("rect", {
    class: `run ${LABELS[run.label]}`,
    x: run.label + 0.08,
    width: 0.84,
    y: (run.start / length) * STRIP_HEIGHT,
    height: Math.max(2.5, ((run.end - run.start) / length) * STRIP_HEIGHT),
  })), shown.here);
}

/** Neighbouring sentences of one label, as one. */
function labelRuns(sentencesOfPage) {
  const runs = [];
  for (const sentence of sentencesOfPage) {
    const label = presentLabel(sentence);
    const end = sentence.page.ends[sentence.index];
    const last = runs[runs.length - 1];
    if (last && last.label === label) last.end = end;
    else runs.push({ label, start: sentence.page.starts[sentence.index], end });
  }
  return runs;
}

function sentenceAt(shown, share) {
  const { ends } = shown.page;
  const place = share * ends[ends.length - 1];
  const visible = shown.sentences.filter((sentence) => !sentence.node.hidden);
  return visible.find((sentence) => ends[sentence.index] >= place) ?? visible[visible.length - 1];
}

function markPlace(sentence) {
  const { page, index } = sentence;
  const y = (page.starts[index] / Math.max(1, page.ends[page.ends.length - 1])) * STRIP_HEIGHT;
  sentence.shown.here.setAttribute("y", y);
}
