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

function hold(form, submitter) {
  form.setAttribute("aria-busy", "true");
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
  if (form) release(form);
});

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const type = ctx.response.headers.get("Content-Type") ?? "";
  if (ctx.response.status === 200 && type && !type.startsWith("text/html")) {
    event.preventDefault();           // a document is opened by the browser, never poured into the page
    location.assign(ctx.response.raw.url);
  }
});

// A refused form keeps the address it stands on; reloading it must not ask for an address that only takes a POST.
document.addEventListener("htmx:before:history:update", (event) => {
  const { response, sourceElement } = event.detail;
  if (response?.status >= 400 && sourceElement.closest("form[method=post]")) event.preventDefault();
});

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
    for (const status of all("[data-saved]")) status.textContent = "Inte sparat. Det du skrev finns kvar på sidan.";
    say("Servern svarar inte. Det du skrev finns kvar på sidan. Försök igen om en stund.");
  }
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
  announce([document.title, ...all("#notiser .notice").map((notice) => notice.innerText)].join(". "));
}

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target === document.body) {
    setTimeout(() => arrive(true));   // after htmx has set the title
  } else {
    const errors = ctx.response?.status === 422 && document.querySelector(".errors[role=alert]");
    if (errors) errors.focus();
    const first = ctx.target?.isConnected && ctx.target.querySelector("dialog[data-show]");
    if (first && !first.open) first.showModal();
  }
});

// Autosave: the server answers with the instant, this writes it where the page says "Sparat"

document.addEventListener("htmx:before:request", (event) => {
  const form = ofForm(event);
  if (event.detail.ctx.sourceElement.matches("[data-autosave]")) form && release(form);
});

function savedAt(instant) {
  const time = new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" });
  for (const status of all("[data-saved]")) status.textContent = `Sparat ${time.format(instant)}`;
}

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement.matches("[data-autosave]") || ctx.response.status >= 300) return;
  savedAt(new Date(ctx.response.headers.get("Date") ?? Date.now()));
});

arrive(false);
