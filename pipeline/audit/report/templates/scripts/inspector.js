"use strict";
// The sentence that is pointed at or focused: its probabilities, why, and the choice of another label.

const inspector = document.getElementById("inspector");
const WAITING = [...inspector.childNodes];
const PARTS_SHOWN = 9;

/** The focused sentence, which stays when the pointer leaves another one. @type {Sentence | null} */
let focused = null;

/** The sentence whose details are shown. @type {Sentence | null} */
let inspected = null;

/** Show a sentence's details, unless they are there already; after a change they are made anew. */
function inspect(sentence, hasChanged = false) {
  inspector.classList.toggle("pinned", focused !== null);
  if (sentence === inspected && !hasChanged) return undefined;
  inspected = sentence;
  if (!sentence) return inspector.replaceChildren(...WAITING);
  return inspector.replaceChildren(
    closeButton(), verdict(sentence), ...otherVerdict(sentence), place(sentence), element("h3", {}, "What is it?"), choices(sentence), ...undo(sentence),
    element("h3", {}, `Why ${TITLES[sentence.label]}?`), ...why(sentence),
  );
}

function verdict(sentence) {
  const label = LABELS[sentence.label];
  const doubt = sentence.outcome === "undecided" ? ", undecided" : "";
  return element("p", { class: `verdict ${label}`, role: "status" },
    element("span", { class: "letter", "aria-hidden": "true" }), `${TITLES[sentence.label]}${doubt}`,
    element("span", { class: "score" }, sentence.score.toFixed(2)));
}

function otherVerdict(sentence) {
  const other = otherLabel(sentence);
  if (!other) return [];
  const [label, score] = other;
  return [element("p", { class: "other" }, element("bdi", {}, ...visibleText(report.other)), ` says ${TITLES[label]}, ${score.toFixed(2)}`)];
}

function place(sentence) {
  const { page, index } = sentence;
  const number = page.alone?.sent_id ?? index;
  const link = element("a", { href: `#sentence-${sentence.number}` }, `sentence ${(number + 1).toLocaleString("en")}`);
  return element("p", { class: "place" },
    link, page.alone ? "" : ` of ${page.sentences.toLocaleString("en")}`, `, characters ${page.starts[index]}–${page.ends[index]} of `,
    element("bdi", {}, ...visibleText(page.id)));
}

function choices(sentence) {
  const present = presentLabel(sentence);
  const group = element("div", { role: "group", "aria-label": "Label" });
  LABELS.forEach((label, index) => group.append(choice(sentence, index, present === index)));
  return group;
}

function choice(sentence, index, isPresent) {
  const probability = sentence.page.probabilities[sentence.index][index] / 1000;
  const bar = element("span");
  bar.style.width = `${probability * 100}%`;
  const button = element("button", { type: "button", class: `choice ${LABELS[index]}`, "aria-pressed": String(isPresent) },
    element("kbd", {}, String(index + 1)), element("span", { class: "letter", "aria-hidden": "true" }),
    element("span", {}, TITLES[index]), element("span", { class: "track", "aria-hidden": "true" }, bar),
    element("span", { class: "number" }, probability.toFixed(2)));
  button.addEventListener("click", () => decide(sentence, index));
  return button;
}

function undo(sentence) {
  if (!correctionOf(sentence)) return [];
  const button = element("button", { type: "button", class: "quiet-button", id: "undo" }, "Take back ", element("kbd", {}, "0"));
  button.addEventListener("click", () => takeBack(sentence));
  return [button];
}

function closeButton() {
  const button = element("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  button.addEventListener("click", leaveSentence);
  return button;
}

function why(sentence) {
  if (sentence.page.alone) return [element("p", { class: "quiet" }, "A loaded list does not say.")];
  if (!report.explained) {
    return [element("p", { class: "quiet" }, "This run was not asked to say. Add ", element("code", {}, "--explain"),
      " (and ", element("code", {}, "--no-resume"), ") to see the words and neighbours that decided.")];
  }
  const parts = sentence.page.why[sentence.index];
  const largest = Math.max(...parts.map((part) => Math.abs(part[2])), 0.001);
  const list = element("div", { class: "why" });
  for (const part of parts.slice(0, PARTS_SHOWN)) list.append(...partRow(part, largest));
  return [list, ...collisions(parts)];
}

function partRow([kind, name, weight], largest) {
  const bar = element("span", { class: weight >= 0 ? "towards" : "against" });
  bar.style.width = `${(Math.abs(weight) / largest) * 50}%`;
  const words = partInWords(kind, name);
  return [
    element("span", { class: "part", title: words.join(" ") }, `${words[0]} `, element("b", {}, ...visibleText(words[1] ?? ""))),
    element("span", { class: "balance", "aria-hidden": "true" }, bar),
    element("span", { class: "weight" }, `${weight >= 0 ? "+" : "−"}${Math.abs(weight).toFixed(2)}`),
  ];
}

function partInWords(kind, name) {
  const ngrams = {
    word: ["word", name], word_bigram: ["words", name], prefix: ["begins", `${name}-`], suffix: ["ends", `-${name}`],
    shape: ["shape", name], shape_bigram: ["shapes", name], first_word: ["first word", name], last_word: ["last word", name],
    meaning: ["meaning of", name],
  };
  const others = { page: ["the whole page"], look: ["how it looks"], rest: ["what all sentences share"], other: ["all smaller parts"] };
  if (kind === "neighbour") return [Math.abs(name) === 1 ? `the sentence ${name < 0 ? "before" : "after"}` : `${Math.abs(name)} sentences ${name < 0 ? "before" : "after"}`];
  return ngrams[kind] ?? others[kind] ?? [kind, String(name)];
}

function collisions(parts) {
  const shared = parts.slice(0, PARTS_SHOWN).filter((part) => part.length > 3);
  return shared.map(([, name, , { collides_with: other }]) => element("p", { class: "place" },
    `The weight of “${name}” is rather that of `, element("bdi", {}, ...visibleText([other].flat().join(" "))), "."));
}
