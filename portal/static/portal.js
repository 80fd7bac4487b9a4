// What the frame does beyond HTML. Every page works without this file; listeners sit on the document, so that they
// survive htmx putting a new body in.
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Theme

const storedTheme = () => { try { return localStorage.getItem("tema") ?? ""; } catch { return ""; } };

function showThemeChoice() {
  for (const choice of all(".theme")) choice.hidden = false;
  for (const radio of all("[data-theme-choice]")) radio.checked = radio.value === storedTheme();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-theme-choice]")) return;
  const theme = event.target.value;
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  try { localStorage.setItem("tema", theme); } catch { /* lasts for this page only */ }
});

// Keyboard: "/" to search, Escape folds the person menu and hands focus back

const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector(".person[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  }
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
    const search = all("[type=search]").find((field) => field.checkVisibility());
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
});

document.addEventListener("click", (event) => {
  for (const menu of all(".person[open]")) if (!menu.contains(event.target)) menu.open = false;

  const closer = event.target.closest("[data-close-notice]");
  if (closer) { closer.closest(".notice").remove(); document.querySelector("h1")?.focus({ preventScroll: true }); }

  // A link that opens its form in place; the address is where the same form stands on a page of its own.
  const opener = event.target.closest("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog && !event.ctrlKey && !event.metaKey) { event.preventDefault(); dialog.showModal(); }

  const shutter = event.target.closest("[data-close]");
  if (shutter) shutter.closest("dialog")?.close();
});

// Sending: a button waits for the answer, and a second press does nothing twice

const sending = new Set();
let pressed = null; // the last button that sent something: a disabled button loses focus

function hold(form, submitter) {
  form.setAttribute("aria-busy", "true");
  if (!form.closest("dialog[data-show]")) pressed = submitter;
  // A tick later, so that the pressed button's own name and value are sent.
  const held = all("button:not([type=button], [disabled])", form);
  setTimeout(() => {
    if (!sending.has(form)) return;
    for (const button of held) { button.disabled = true; button.dataset.held = ""; }
    submitter?.setAttribute("data-sending", "");
  });
}

function release(form) {
  sending.delete(form);
  form.removeAttribute("aria-busy");
  for (const button of all("[data-held]", form)) {
    button.disabled = false;
    delete button.dataset.held;
    button.removeAttribute("data-sending");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (sending.has(form)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  sending.add(form);
  hold(form, event.submitter);
}, true);
// Back from the browser's memory: the page must be usable again.
addEventListener("pageshow", () => [...sending].forEach(release));

// htmx: what is right to swap, and what the reader is told afterwards

const ofForm = (event) => event.detail?.ctx?.request?.form;

document.addEventListener("htmx:finally:request", (event) => {
  const form = ofForm(event);
  if (form && event.detail.ctx.sourceEvent?.type === "submit") release(form);
});

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const type = ctx.response.headers.get("Content-Type") ?? "";
  if (ctx.response.status === 200 && type && !type.startsWith("text/html")) {
    event.preventDefault();           // a document is opened by the browser, never poured into the page
    location.assign(ctx.response.raw.url);
  }
});

// An error page is a page: where only a part was asked for, its sentence is told and what stands there stays.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status < 400 || ctx.target === document.body || !/<html/i.test(ctx.text)) return;
  event.preventDefault();
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  const words = all("main h1, main .panel > p:first-of-type", page).map((element) => element.textContent.trim());
  say(words.join(". ") || "Det gick inte. Inget har ändrats.", "stop");
});

// A refused form keeps the address it stands on; reloading it must not ask for an address that only takes a POST.
document.addEventListener("htmx:before:history:update", (event) => {
  const { response, sourceElement } = event.detail;
  if (response?.status >= 400 && sourceElement.closest("form[method=post]")) event.preventDefault();
});

// Where htmx did not load, what stands for those without script is wanted too.
if (!window.htmx) for (const plain of all("noscript")) plain.outerHTML = plain.textContent;

function say(sentence, tone = "wait") {
  const place = document.getElementById("notiser");
  const pattern = document.createElement("div");
  pattern.className = `notice ${tone}`;
  const paragraph = document.createElement("p");
  paragraph.textContent = sentence;
  pattern.append(paragraph);
  place?.replaceChildren(pattern);
  pattern.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:error", (event) => {
  if (event.detail?.ctx?.request && !event.detail.ctx.response) {
    say("Servern svarar inte. Det du skrev finns kvar på sidan. Försök igen om en stund.");
  }
});

// What a page asks for by itself rests while nobody looks at it, and is asked for at once when somebody does again.

const rested = new Set();

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceEvent?.type !== "every" || document.visibilityState === "visible") return;
  event.preventDefault();
  rested.add(ctx.sourceElement);
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  for (const element of rested) if (element.isConnected) element.dispatchEvent(new CustomEvent("every"));
  rested.clear();
});

function announce(text) {
  const region = document.createElement("div");
  region.className = "hidden";
  region.setAttribute("role", "status");
  document.body.append(region);
  setTimeout(() => { region.textContent = text; }, 120);
}

function arrive(focusHeading) {
  showThemeChoice();
  for (const button of all("[data-close-notice]")) button.hidden = false;
  const errors = document.querySelector(".errors[role=alert]");
  if (errors) { errors.focus({ preventScroll: true }); errors.scrollIntoView({ block: "nearest" }); return; }
  if (!focusHeading || document.querySelector("[autofocus]")) return;
  document.querySelector("h1")?.focus({ preventScroll: true });
  announce([document.title, ...all("#notiser .notice p").map((notice) => notice.textContent)].join(". "));
}

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target === document.body) {
    setTimeout(() => arrive(true));   // after htmx has set the title
  } else {
    const errors = ctx.response?.status === 422 && document.querySelector(".errors[role=alert]");
    if (errors) errors.focus();
    showDialog(document.getElementById("notiser") ?? document.body);
  }
});

// The session ended while a page lay open: the server sends a dialog to sign in with, what was typed stays

let before = null; // where the reader was
const waiting = new Set(); // forms to save once signed in

function showDialog(within) {
  const dialog = within.querySelector("dialog[data-show]");
  if (dialog && !dialog.open) { before ??= document.activeElement === document.body ? pressed : document.activeElement; dialog.showModal(); }
  if (dialog || !before) return;
  if (before.isConnected) before.focus();
  before = null;
  for (const form of waiting) saveSoon(form);
  waiting.clear();
}

function signInAgain(markup) {
  const place = document.getElementById("notiser");
  if (!place) return;
  place.innerHTML = markup;
  window.htmx?.process(place);
  showDialog(place);
}

// A script that sends something itself was told so.
document.addEventListener("portal:signed-out", (event) => signInAgain(event.detail));

// Autosave: <form data-autosave="address"> is posted a moment after the last key and when the page is left. The answer
// says in X-Version which version is now on the screen; <… data-saved> is where "Sparat 14:32" stands;
// <… id data-fresh> in the answer takes the place of what has its id.

const PAUSE = 700; // ms without a key
const unsaved = new Map(); // form → timer
const saving = new Set();
const kept = new WeakMap(); // form → what the server has

function savedAt(instant) {
  const time = new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" });
  saved(`Sparat ${time.format(instant)}`);
}

function saved(text) { for (const status of all("[data-saved]")) status.textContent = text; }

function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "password") fields.append(name, value);
  return fields;
}

async function save(form, leaving = false) {
  clearTimeout(unsaved.get(form));
  unsaved.delete(form);
  const fields = fieldsOf(form);
  if (kept.get(form) === fields.toString() || document.querySelector("dialog[data-show][open]")) return;
  if (saving.has(form) && !leaving) { saveSoon(form); return; } // one at a time: each save moves the version on
  saving.add(form);
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields, keepalive: leaving, headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
    if (answer.status === 401) { saved("Inte sparat. Du är utloggad."); waiting.add(form); signInAgain(await answer.text()); return; }
    if (!answer.ok) { saved(answer.status === 409 ? "Inte sparat. Utkastet är ändrat på annat håll, ladda om sidan." : "Inte sparat"); return; }
    const version = answer.headers.get("X-Version");
    if (version && form.elements.version) { form.elements.version.value = version; fields.set("version", version); }
    kept.set(form, fields.toString());
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of all("[data-fresh]", fresh)) document.getElementById(part.id)?.replaceWith(part);
    savedAt(new Date(answer.headers.get("Date") ?? Date.now()));
  } catch {
    saved("Inte sparat. Servern svarar inte, det du skrev finns kvar på sidan.");
    if (form.isConnected) saveSoon(form, 10 * PAUSE);
  } finally {
    saving.delete(form);
  }
}

function saveSoon(form, pause = PAUSE) {
  clearTimeout(unsaved.get(form));
  unsaved.set(form, setTimeout(() => (sending.has(form) ? saveSoon(form) : save(form)), pause));
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form && event.target.type !== "file" && event.target.type !== "password") saveSoon(form);
  });
}
document.addEventListener("submit", (event) => { clearTimeout(unsaved.get(event.target)); unsaved.delete(event.target); });
const saveRest = () => { for (const form of [...unsaved.keys()]) save(form, true); };
addEventListener("pagehide", saveRest);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") saveRest(); });
document.addEventListener("htmx:before:swap", (event) => { if (event.detail.ctx.target === document.body) saveRest(); });

arrive(false);
