// The reading of portal/money.py for the live sum: a typed amount to whole kronor, or a problem.
// Only a reading aid: the server reads every amount again. Cases shared with the server: tests/documents/amounts.json.

const UNITS = [
  [1, "kronor|krona|kr|sek|[:,][-–−]"],
  [1e3, "[tk](?:kr|sek)|tusen(?: ?(?:kronor|kr))?"],
  [1e6, "mn?(?:kr|sek)|(?:miljoner|miljon|milj|mn)\\.?(?: ?(?:kronor|kr|sek))?"],
  [1e9, "md(?:kr|sek)|(?:miljarder|miljard|mdr|md)\\.?(?: ?(?:kronor|kr|sek))?"],
];
const QUALIFIER = /^(?:cirka|circa|ca|c:a|drygt|knappt|närmare|omkring|ungefär|runt|minst|lägst|högst|som mest|maximalt|max|upp till|totalt|sammanlagt)\.? /i;
const WORDS = ["", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];
const SHAPES = [
  ["plain", /^(\d+)(?:[,.](\d+))?$/],
  ["grouped", /^(\d{1,3}(?:[ ']\d{3})+)(?:[,.:](\d{1,2}))?$/],
  ["grouped", /^(\d{1,3}(?:\.\d{3}){2,})(?:,(\d{1,2}))?$/],
  ["grouped", /^(\d{1,3}(?:\.\d{3})+),(\d{1,2})$/],
  ["grouped", /^(\d{1,3}(?:,\d{3}){2,})(?:\.(\d{1,2}))?$/],
  ["grouped", /^(\d{4,}(?:[ ']\d{3})+)(?:[,.](\d{1,2}))?$/],
];
const LARGEST = 10n ** 15n;

const no = (problem) => ({ kronor: null, problem });

function inWords(text) {
  const words = text.toLowerCase().replace(/ ?(?:kronor|kr)$/, "");
  if (/^(?:ett)?hundra ?tusen$/.test(words)) return { kronor: 100000, problem: null };
  const match = /^(?:(en halv|halv|[a-zåäö]+) )miljon(?:er)?$/.exec(words);
  if (!match) return null;
  if (match[1].endsWith("halv")) return { kronor: 500000, problem: null };
  const count = WORDS.indexOf(match[1]);
  return count > 0 ? { kronor: count * 1e6, problem: null } : null;
}

function number(digits, unit, written) {
  if (/^(?:19|20)\d\d(?: \d{3})+$|^\d{1,3}(?: \d{3})* (?:19|20)\d\d$/.test(digits)) return no("årtal intill beloppet");
  const found = SHAPES.map(([shape, pattern]) => [shape, pattern.exec(digits)]).find(([, match]) => match);
  if (!found) return no("siffrorna är inte grupperade tre och tre");
  let whole = found[1][1].replace(/\D/g, ""), decimals = found[1][2] || "";
  if (whole.length > 1 && whole[0] === "0") return no("siffrorna är inte grupperade tre och tre");
  if (found[0] === "plain" && decimals.length === 3) {
    const point = digits.includes(".");
    if (point && written && unit === 1) [whole, decimals] = [whole + decimals, ""];
    else if (point || unit < 1e6) return no("kan läsas på två sätt");
  }
  if (!written && decimals.replace(/0/g, "") && Number(whole) < 1000) return no("enhet saknas");
  const scale = 10n ** BigInt(decimals.length);
  const scaled = BigInt(whole + decimals) * BigInt(unit);
  if (scaled > LARGEST * scale) return no("beloppet är för stort");
  if (scaled % scale) return no("ange hela kronor");
  return { kronor: Number(scaled / scale), problem: null };
}

/** Read one typed amount: `{kronor, problem}`, one of them null. */
export function read(text) {
  if (text.length > 200) return no("för lång text");
  let clean = text.replace(/[’ʼ]/g, "'").replace(/\s+/g, " ").trim();
  if (!clean) return no("inget belopp");
  if (/årligen|månadsvis|om året|i månaden|\/ ?(?:år|mån|elev|person|plats|st)|\bper /i.test(clean)) return no("belopp för en period");
  if (/bas ?belopp|\bm?pbb\b/i.test(clean)) return no("basbelopp");
  if (/^\(/.test(clean)) return no("parentes");
  if (/\d[^-‐‑−–—]{0,25}? ?(?:[-‐‑−–—] ?| (?:till|och|eller|à) )\d/i.test(clean)) return no("intervall");
  clean = clean.replace(QUALIFIER, "").replace(/\.$/, "").replace(/^\+ ?/, "");
  if (/^[-‐‑−–—]/.test(clean)) return no("negativt");
  const prefix = /^(?:kronor|kr|sek) ?(?=\d)/i.exec(clean);
  if (prefix) clean = clean.slice(prefix[0].length);
  const match = /^(\d(?:[\d '.,]*\d)?) ?(\D*)$/.exec(clean);
  if (!match) return inWords(clean) || no("kan inte läsas");
  const unit = match[2] ? UNITS.find(([, pattern]) => new RegExp(`^(?:${pattern})$`, "i").test(match[2])) : [1];
  return unit ? number(match[1], unit[0], Boolean(match[2] || prefix)) : no("okänd enhet");
}
