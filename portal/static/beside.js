// A document beside the fields it fills: choosing a field lights its passage and, where the two stand side by side, brings
// it into view. Without this file the link at the field does it, and each passage leads back to its field.
//
//   data-source           the document. Inside it:
//     data-marks          what belongs to the passages of these ids
//     data-onward         the link on to the fields; says which one the reader came from
//   .read .ask .offer .at what belongs to a field, with its link a.from
//   data-fills="total" data-value="…"    an answer that is put into the field with that id
const sideBySide = matchMedia("(min-width: 62rem)");
const PARTS = ".offer, .at, .read, .ask";
const toPassage = (link) => link?.hash?.startsWith("#kalla-") ? link.hash.slice(1) : "";

function linkOf(chosen) {
  const own = chosen.closest("a[href^='#kalla-']");
  if (own) return own;
  const part = chosen.closest(PARTS);
  return part?.querySelector("a.from") ?? part?.parentElement?.closest(PARTS)?.querySelector(":scope > .field a.from, :scope > a.from");
}

function light(id) {
  const source = document.querySelector("[data-source]");
  if (!source) return;
  source.dataset.live = "";
  for (const mark of source.querySelectorAll(".lit")) mark.classList.remove("lit");
  const marks = [...source.querySelectorAll(`[data-marks~="${CSS.escape(id)}"]`)];
  for (const mark of marks) mark.classList.add("lit");
  if (!marks.length || !sideBySide.matches) return;
  const seen = source.getBoundingClientRect(), mark = marks[0].getBoundingClientRect();
  if (mark.top < seen.top + 8 || mark.bottom > Math.min(seen.bottom, innerHeight) - 8) source.scrollTop += mark.top - seen.top - seen.height / 3;
}

function choose(target) {
  if (!(target instanceof Element) || target.closest("[data-source]") || !document.querySelector("[data-source]")) return null;
  const link = linkOf(target);
  const id = toPassage(link);
  if (id) light(id);
  return id ? link : null;
}

document.addEventListener("focusin", (event) => choose(event.target));

document.addEventListener("click", (event) => {
  const link = choose(event.target);
  if (!link || !event.target.closest("a[href^='#kalla-']")) return;
  if (sideBySide.matches) { event.preventDefault(); return; } // it is in view already, and the reader stays at the field
  const part = link.closest(".read, .ask, .at");
  const field = part?.querySelector("input:not([type=hidden]), select, textarea") ?? part;
  const onward = document.querySelector("[data-onward]");
  if (onward && field?.id) onward.href = `#${field.id}`;
});

// Typing in a field that an answer has filled is something else than that answer.
document.addEventListener("input", (event) => {
  if (!event.isTrusted || !event.target.id) return;
  const chosen = document.querySelector(`input[data-fills="${CSS.escape(event.target.id)}"]:checked`);
  const other = chosen && chosen.dataset.value !== event.target.value && document.querySelector(`input[name="${CSS.escape(chosen.name)}"][value="annat"]`);
  if (other) other.checked = true;
});

document.addEventListener("change", (event) => {
  const { fills, value } = event.target.dataset;
  const field = fills && document.getElementById(fills);
  if (!field || field.matches("select") || field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
