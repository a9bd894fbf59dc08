"use strict";
// Scraped text as text: control characters and marks that turn the direction of writing are shown, not obeyed.

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const CONTROL_RUNS = new RegExp(`(${CONTROLS.source})`, "gu");
const SHOWN_AT_ONCE = 4000;
const SHOWN_PER_PRESS = 50_000;

function visibleText(text) {
  if (!CONTROLS.test(text)) return [text];
  return text.split(CONTROL_RUNS).map((part, place) => (place % 2 ? controlMark(part) : part)).filter((part) => part !== "");
}

function controlMark(character) {
  const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return element("span", { class: "control", title: "a control character of the page" }, `U+${code}`);
}

/** Fill a node with a text; of a very long one with its beginning, and a button for more. */
function fillWithText(node, text) {
  const shown = cutAt(text, SHOWN_AT_ONCE);
  node.append(...visibleText(text.slice(0, shown)));
  if (shown < text.length) node.append(moreButton(text, shown));
}

function moreButton(text, shown) {
  const rest = (text.length - shown).toLocaleString("en");
  const button = element("button", { type: "button", class: "more" }, `… ${rest} more characters`);
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const next = cutAt(text, shown + SHOWN_PER_PRESS);
    button.before(...visibleText(text.slice(shown, next)));
    if (next < text.length) button.replaceWith(moreButton(text, next));
    else button.remove();
  });
  return button;
}

/** The length of a beginning that parts no pair of surrogates. */
function cutAt(text, length) {
  if (text.length <= length) return text.length;
  const last = text.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}
