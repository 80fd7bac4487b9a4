// Masking a document: what is selected with the mouse is masked, and what is masked everywhere is shown in the text while it
// is typed. Without this file one ticks the lines and types the words; what is sent is the same.
//
//   form[data-mask]                the form. Inside it:
//     [data-passage]               the text of a line, in the label of its box
//     #phrases                     the words, one on each line
//     .mask-selection > button     shown while something in the lines is selected
// Black on the words that will be hidden; here, since the checker of style sheets does not know this selector yet.
const black = new CSSStyleSheet();
black.replaceSync("::highlight(masked) { background: CanvasText; color: Canvas; }");
document.adoptedStyleSheets.push(black);

const form = () => document.querySelector("form[data-mask]");
const lines = () => [...(form()?.querySelectorAll("[data-passage]") ?? [])];
const squeezed = (text) => text.replace(/\s+/gu, " ").trim();

function selected() {
  const chosen = getSelection();
  if (!chosen || chosen.isCollapsed || !form()) return [];
  const range = chosen.getRangeAt(0);
  return lines().filter((line) => range.intersectsNode(line)).map((line) => {
    const inside = document.createRange();
    inside.selectNodeContents(line);
    if (range.compareBoundaryPoints(Range.START_TO_START, inside) > 0) inside.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, inside) < 0) inside.setEnd(range.endContainer, range.endOffset);
    return { line, text: squeezed(inside.toString()) };
  }).filter((each) => each.text);
}

function mask() {
  const field = form().querySelector("#phrases");
  const typed = new Set(field.value.split("\n").map(squeezed).filter(Boolean));
  for (const { line, text } of selected()) {
    if (text === squeezed(line.textContent)) line.closest("label").querySelector("input").checked = true;
    else typed.add(text);
  }
  field.value = [...typed].join("\n");
  getSelection().removeAllRanges();
  show();
}

const isWord = (letter) => /[\p{L}\p{N}\p{M}]/u.test(letter ?? "");

// Where the words stand in the lines, so that one sees at once what becomes black.
function show() {
  if (!window.CSS?.highlights || !form()) return;
  const phrases = form().querySelector("#phrases").value.split("\n").map((line) => squeezed(line).toLowerCase()).filter(Boolean).slice(0, 300);
  const ranges = [];
  for (const line of lines()) {
    const node = line.firstChild;
    const text = node?.textContent.toLowerCase().replace(/\s/gu, " ") ?? "";
    if (text.length !== node?.textContent.length) continue;
    for (const phrase of phrases) {
      for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
        const end = at + phrase.length;
        if ((isWord(text[at - 1]) && isWord(text[at])) || (isWord(text[end]) && isWord(text[end - 1]))) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, end);
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set("masked", new Highlight(...ranges));
}

document.addEventListener("selectionchange", () => {
  const place = form()?.querySelector(".mask-selection");
  if (place) place.hidden = selected().length === 0;
});
// The press that ends a selection must neither lose it nor tick the line that it ended in.
document.addEventListener("mousedown", (event) => { if (event.target.closest?.(".mask-selection")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".mask-selection button")) mask();
  else if (event.target.closest?.("[data-passage]") && selected().length) event.preventDefault();
});
document.addEventListener("input", (event) => { if (event.target.matches?.("form[data-mask] #phrases")) show(); });
for (const event of ["DOMContentLoaded", "htmx:after:settle"]) document.addEventListener(event, show);
show();
