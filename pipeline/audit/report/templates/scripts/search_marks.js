"use strict";
// What was searched for is marked in the text, without touching the document (CSS Custom Highlight API).

const MOST_MARKS = 2000;

function markSearch(search) {
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete("search");
  if (search) CSS.highlights.set("search", new Highlight(...searchRanges(search)));
}

function searchRanges(search) {
  const ranges = [];
  for (const sentence of sentences) {
    if (sentence.node.hidden || !sentence.lowered?.includes(search)) continue;
    for (const node of sentence.node.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) ranges.push(...rangesIn(node, search));
    }
    if (ranges.length > MOST_MARKS) break;
  }
  return ranges;
}

function rangesIn(node, search) {
  const ranges = [];
  const text = node.data.toLowerCase();
  // A few letters change their length in lower case: their places would be wrong, so nothing is marked.
  if (text.length !== node.data.length) return ranges;
  for (let place = text.indexOf(search); place >= 0; place = text.indexOf(search, place + search.length)) {
    const range = new Range();
    range.setStart(node, place);
    range.setEnd(node, place + search.length);
    ranges.push(range);
  }
  return ranges;
}
