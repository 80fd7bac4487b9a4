// Files attached one by one, with their progress: chosen with a button, or dropped. Without this file the form's own
// field and button do the same; the address, what is sent and who has the last word are the same.
//
//   data-attach="address" data-largest="bytes"     the part of a form that takes files. Inside it:
//     [data-plain]          what is put away while script runs, the field among it
//     [name=classified]     the question that must be answered "nej" before anything is sent
//     template              the area to drop on, a file on its way, and what is said where the answer is "ja"
//     #uppladdning          where they stand; what is on its way stays when the part is drawn anew
// The answer holds #bilagor-lista, the list as it now stands, or says why not in a notice or on a page.
const NBSP = "\u00a0";
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const megabytes = (size) => `${(Math.ceil(size / 104857.6) / 10).toFixed(1).replace(".", ",")}${NBSP}MB`;
const percent = (loaded, size) => (size ? Math.min(100, Math.floor((100 * loaded) / size)) : 100);

const SAID_EVERY = 1500; // ms between two readings of the whole progress
const desks = new Map(); // #uppladdning → its files

class Desk {
  constructor(place) {
    this.place = place;
    this.files = [];
    this.now = null; // the file that is being sent
    this.batch = this.attached = 0; // files chosen while others are on their way belong together
    this.said = 0;
    place.append(this.part.querySelector("template").content.cloneNode(true));
    this.area = place.querySelector(".drop");
    this.row = place.querySelector(".uploads > li");
    this.row.remove();
    this.area.addEventListener("click", () => this.field.click());
  }

  get part() { return this.place.closest("[data-attach]"); }
  get field() { return this.part.querySelector("[type=file]"); }
  get answer() { return this.part.querySelector("[name=classified]:checked")?.value ?? ""; }
  get begun() { return this.attached + this.files.filter((each) => each.batch === this.batch).length; }
  get under() { return this.files.filter((each) => ["waiting", "sending", "checking"].includes(each.state)); }

  take(files) {
    const largest = Number(this.part.dataset.largest);
    if (!this.under.length) { this.batch += 1; this.attached = 0; }
    for (const file of files) {
      const each = { file, key: crypto.randomUUID(), batch: this.batch, loaded: 0, row: this.row.cloneNode(true) };
      this.files.push(each);
      this.place.querySelector(".uploads").append(each.row);
      each.row.querySelector(".name").textContent = file.name;
      each.row.querySelector("progress").setAttribute("aria-label", file.name);
      for (const word of all("[data-which]", each.row)) word.textContent = ` ${file.name}`;
      each.row.querySelector("[data-cancel]").addEventListener("click", () => this.drop(each));
      each.row.querySelector("[data-again]").addEventListener("click", () => { this.area.focus(); this.retry([each]); });
      if (file.size > largest) this.set(each, "refused", `Filen är ${megabytes(file.size)} och får vara högst ${largest / 1048576}${NBSP}MB. Den är inte skickad.`);
      else this.set(each, "waiting");
    }
    this.next(true);
  }

  retry(files) {
    for (const each of files) { each.batch = this.batch; this.set(each, "waiting"); }
    this.next();
  }

  // Asked once, before the first file; what has been chosen meanwhile waits for the answer.
  next(asked = false) {
    const yes = this.answer === "ja";
    this.area.disabled = yes;
    this.place.querySelector("[data-refused]").hidden = !yes;
    if (yes) for (const each of this.under) if (each.state !== "checking") this.drop(each, false);
    const waiting = this.files.find((each) => each.state === "waiting");
    if (this.now || !waiting) { if (!this.now) this.tell(); return; }
    if (this.answer === "nej") { this.send(waiting); return; }
    this.say("Svara på frågan ovanför, så skickas filerna.");
    if (asked) this.part.querySelector("[name=classified]").focus();
  }

  send(each) {
    const form = this.part.closest("form");
    const fields = new FormData();
    for (const [name, value] of [["csrf_token", form.elements.csrf_token.value], ["form_key", each.key], ["attach", "1"], ["classified", this.answer]]) fields.append(name, value);
    fields.append("files", each.file);
    const request = each.request = new XMLHttpRequest();
    this.now = each;
    request.open("POST", this.part.dataset.attach);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Request-Type", "partial");
    request.upload.addEventListener("progress", (event) => {
      each.loaded = event.lengthComputable ? (each.file.size * event.loaded) / event.total : event.loaded;
      this.set(each, "sending");
    });
    request.upload.addEventListener("load", () => { each.loaded = each.file.size; this.set(each, "checking"); });
    request.addEventListener("load", () => this.answered(each, request));
    request.addEventListener("error", () => this.ended(each, "broken", "Förbindelsen bröts."));
    request.addEventListener("abort", () => this.ended(each, "gone"));
    this.set(each, "sending");
    request.send(fields);
  }

  answered(each, request) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const list = page.getElementById("bilagor-lista");
    if (request.status === 200 && list) {
      const refused = page.querySelector(".notice p")?.textContent.trim();
      this.part?.querySelector("#bilagor-lista")?.replaceWith(list);
      window.htmx?.process(list);
      if (!refused) this.attached += 1;
      this.ended(each, refused ? "refused" : "gone", refused);
    } else if (request.status === 401) {
      this.ended(each, "broken", "Du är utloggad.");
      document.dispatchEvent(new CustomEvent("portal:signed-out", { detail: request.responseText }));
    } else {
      const words = all(".notice p, main .panel > p", page)[0]?.textContent.trim();
      this.ended(each, request.status >= 500 ? "broken" : "refused", words?.replace(`${each.file.name}: `, "") || "Filen kunde inte bifogas.");
    }
  }

  ended(each, state, sentence = "") {
    each.request = null;
    if (this.now === each) this.now = null;
    if (state === "gone") this.forget(each); else this.set(each, state, sentence);
    this.next();
  }

  drop(each, focus = true) {
    if (focus) this.area.focus();
    if (each.request) each.request.abort(); else this.forget(each);
    this.tell();
  }

  forget(each) {
    this.files = this.files.filter((other) => other !== each);
    each.row.remove();
  }

  set(each, state, sentence = "") {
    each.state = state;
    const { row } = each, done = percent(each.loaded, each.file.size), under = this.under.includes(each);
    row.dataset.state = state;
    row.querySelector("progress").hidden = !under;
    row.querySelector("progress").value = done;
    row.querySelector(".state").textContent = { waiting: "Väntar", sending: `${done}${NBSP}%`, checking: "Kontrolleras", broken: `${sentence} Filen är inte bifogad.` }[state] ?? sentence;
    row.querySelector("[data-cancel]").hidden = state === "checking";
    row.querySelector("[data-cancel] b").textContent = under ? "Avbryt" : "Stäng";
    row.querySelector("[data-again]").hidden = state !== "broken";
    this.tell();
  }

  // What is heard politely: not every step, but how far it has come and how it ended.
  tell() {
    const { begun, attached, under } = this;
    if (!begun) { if (!this.files.length) this.say(""); return; }
    if (!under.length) {
      const all = begun === 1 ? "1 fil är bifogad." : `${begun} filer är bifogade.`;
      const some = attached ? `${attached} av ${begun} filer är bifogade. De andra står nedanför, med orsaken.` : "Ingen fil är bifogad. Orsaken står nedanför.";
      this.say(attached < begun ? some : all);
      return;
    }
    if (!this.now || Date.now() - this.said < SAID_EVERY) return;
    this.said = Date.now();
    const size = under.reduce((sum, each) => sum + each.file.size, 0), loaded = under.reduce((sum, each) => sum + each.loaded, 0);
    const total = attached + under.length, done = attached + (under.length * percent(loaded, size)) / 100;
    this.say(`${attached} av ${total} ${total === 1 ? "fil" : "filer"}, ${Math.floor((100 * done) / total)}${NBSP}%`);
  }

  say(text) { this.place.querySelector("[role=status]").textContent = text; }
}

function arrive() {
  for (const place of desks.keys()) if (!place.isConnected && !desks.get(place).under.length) desks.delete(place);
  for (const part of all("[data-attach]")) {
    const place = part.querySelector("#uppladdning");
    for (const plain of all("[data-plain]", part)) plain.hidden = true;
    if (!desks.has(place)) { place.replaceChildren(); desks.set(place, new Desk(place)); }
  }
}

const deskOf = (element) => desks.get(element?.closest?.("[data-attach]")?.querySelector("#uppladdning"));

document.addEventListener("change", (event) => {
  const desk = deskOf(event.target);
  if (desk && event.target.type === "file" && event.target.files.length) {
    const chosen = [...event.target.files];
    event.target.value = "";
    desk.take(chosen);
  } else if (desk && event.target.name === "classified") desk.next();
});

// A file let go beside the area would take the place of the page, with all that is typed on it.
const carries = (event) => event.dataTransfer?.types.includes("Files") && document.querySelector("[data-attach]");
const over = (desk) => { for (const each of desks.values()) each.area.classList.toggle("over", each === desk); };
document.addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  const desk = deskOf(event.target), open = desk && !desk.area.disabled;
  event.preventDefault();
  event.dataTransfer.dropEffect = open ? "copy" : "none";
  over(open ? desk : null);
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(null); });
document.addEventListener("drop", (event) => {
  if (!carries(event)) return;
  const desk = deskOf(event.target);
  event.preventDefault();
  over(null);
  if (desk && !desk.area.disabled && event.dataTransfer.files.length) desk.take([...event.dataTransfer.files]);
});

// Nothing is sent in while a file that is to go with it is still on its way. On the window: before whoever else listens.
addEventListener("submit", (event) => {
  const busy = [...desks.values()].find((desk) => desk.under.length && event.target.contains(desk.place));
  if (!busy) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  busy.say("Vänta tills filerna är bifogade, eller avbryt dem.");
  busy.area.scrollIntoView({ block: "nearest" });
  busy.place.querySelector("[data-cancel]:not([hidden])")?.focus();
}, true);
addEventListener("beforeunload", (event) => { if ([...desks.values()].some((desk) => desk.under.length)) event.preventDefault(); });
addEventListener("online", () => {
  for (const desk of desks.values()) desk.retry(desk.files.filter((each) => each.state === "broken"));
});

document.addEventListener("htmx:after:swap", arrive);
arrive();
