// Budget lines: amounts read back while one types, sums, and the last line's Enter. The server reads the same
// amounts by the same table and has the last word; without this file its answers come with the next submit.
//
//   data-sums             the form. Inside it:
//     data-amount         a line's amount; data-total: the amount asked for; data-money: an amount outside any sum
//     data-sum data-asked-total data-diff>b     where the sums stand
//   data-lines            around a table of lines and its button data-add-line, which Enter in the last line presses
//     data-drag           a handle in a row
//   data-decide           the form, with data-left (kronor left in the fund, empty where none). Inside it:
//     data-grant data-asked="600000"            a line's granted amount
//     data-include        the radio "Ingår" of a line without an amount
//     data-granted-sum data-left-after          where the sums stand
//     data-grant-button   the button whose words follow the sum
import { read } from "./amount.js";

const NBSP = "\u00a0";
const all = (selector, within) => [...within.querySelectorAll(selector)];
const digits = (n) => String(Math.abs(n)).replace(/\B(?=(\d{3})+$)/g, NBSP);
const kronor = (n) => `${n < 0 ? `\u2212${NBSP}` : ""}${digits(n)}${NBSP}kr`;
const show = (form, selector, text) => { for (const place of all(selector, form)) place.textContent = text; };
const amountOf = (field) => read(field.value).kronor ?? 0;
const sumOf = (fields) => fields.reduce((sum, field) => sum + amountOf(field), 0);

// A line of a few hundred kronor among hundreds of thousands is more often tkr than meant.
const SMALL = 1000;

function readBack(field) {
  const place = document.getElementById(`${field.id}-las`);
  if (!place) return;
  const text = field.value.trim();
  const { kronor: n, problem } = text ? read(text) : { kronor: null, problem: null };
  const small = n !== null && n > 0 && n < SMALL && field.matches("[data-amount]");
  place.classList.toggle("unsure", small || Boolean(problem));
  if (!text) place.textContent = field.matches("[data-amount]") ? "ej beloppsatt" : "";
  else if (problem) place.textContent = problem.charAt(0).toUpperCase() + problem.slice(1);
  else if (small) place.textContent = `Läses som ${kronor(n)}. Menar du ${kronor(n * 1000)}?`;
  else place.textContent = /[^\d\s\u00a0\u2009\u202f]/.test(text) ? `${text} → ${kronor(n)}` : kronor(n);
}

function tally(form) {
  const total = form.querySelector("[data-total]");
  const sum = sumOf(all("[data-amount]", form));
  show(form, "[data-sum]", kronor(sum));
  if (!total) return;
  const asked = amountOf(total);
  show(form, "[data-asked-total]", kronor(asked));
  show(form, "[data-diff] b", kronor(sum - asked));
  for (const place of all("[data-diff]", form)) place.classList.toggle("off", sum !== asked);
}

function settle(form) {
  const sum = sumOf(all("[data-grant]", form));
  const included = form.querySelector("[data-include]:checked");
  show(form, "[data-granted-sum]", kronor(sum));
  if (form.dataset.left) show(form, "[data-left-after]", kronor(Number(form.dataset.left) - sum));
  show(form, "[data-grant-button]", sum ? `Bevilja ${kronor(sum)}` : included ? "Fatta beslutet" : "Avslå äskandet");
}

function changed(field) {
  const sums = field.closest("[data-sums]");
  const decide = field.closest("[data-decide]");
  if (field.matches("[data-amount], [data-total], [data-money]")) readBack(field);
  if (sums) tally(sums);
  if (decide) settle(decide);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-amount], [data-total], [data-money], [data-grant], [data-include]")) changed(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[type=radio]") && event.target.closest("[data-decide]")) settle(event.target.closest("[data-decide]"));
});

document.addEventListener("click", (event) => {
  const quick = event.target.closest("button[name=snabb]");
  const field = quick?.closest("td, .grant")?.querySelector("[data-grant]");
  if (!field) return;
  event.preventDefault();
  field.value = quick.value.startsWith("hela") ? digits(Number(field.dataset.asked)) : "0";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// Enter never sends the form half written: it goes to the next field of the lines, and in the last one adds a line.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const lines = event.target.closest("[data-lines]");
  const here = "tbody :is(input:not([type=radio], [type=checkbox], [type=hidden]), textarea[rows='1'])";
  if (!lines || !event.target.matches(here)) return;
  event.preventDefault();
  const fields = all(here, lines).filter((field) => field.checkVisibility());
  const next = fields[fields.indexOf(event.target) + 1];
  if (next) next.focus(); else lines.querySelector("[data-add-line]")?.click();
});

// Drag by the handle; the buttons do the same for the keyboard and for touch. The order of the fields is what is sent.
let dragged = null;

// The buttons name their line by its place ("lines:2:up"): after a move the places are counted anew.
function renumber(body) {
  const rows = all("tr", body);
  const numbered = all("button[value*=':']", body);
  const first = Math.min(...numbered.map((button) => Number(/:(\d+)/.exec(button.value)?.[1] ?? 0)));
  rows.forEach((row, place) => {
    for (const button of all("button[value*=':']", row)) {
      button.value = button.value.replace(/:\d+/, `:${first + place}`);
      if (button.value.endsWith(":up")) button.disabled = place === 0;
      if (button.value.endsWith(":down")) button.disabled = place === rows.length - 1;
    }
    for (const words of all(".hidden", row)) words.textContent = words.textContent.replace(/rad \d+/, `rad ${place + 1}`);
  });
}

document.addEventListener("dragstart", (event) => {
  const handle = event.target.closest?.("[data-drag]");
  if (!handle) return;
  dragged = handle.closest("tr");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 0, 0);
  dragged.classList.add("dragged");
});
document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("tr");
  if (!over || over.parentNode !== dragged.parentNode) return;
  event.preventDefault();
  if (over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  over.parentNode.insertBefore(dragged, event.clientY < top + height / 2 ? over : over.nextSibling);
});
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("dragged");
  renumber(dragged.parentNode);
  dragged.querySelector("input, textarea")?.dispatchEvent(new Event("change", { bubbles: true }));
  dragged = null;
});
