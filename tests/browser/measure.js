({
  // What the tests measure in a page as it is shown. Read by tests/browser/measure.py; what is called from there gives
  // an array of sentences, empty when all is well.

  // Is it there to be seen?
  seen(element) {
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && !element.closest(".hidden, .skip, svg *, dialog:not([open])")
      && getComputedStyle(element).clipPath === "none";
  },

  // Whether it stands in a box of its own that is meant to be scrolled.
  scrolls(element) {
    for (let box = element; box && box !== document.body; box = box.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth) return true;
    return false;
  },

  // The box that stands still while the page is scrolled.
  stuck(element) {
    for (let box = element; box; box = box.parentElement)
      if (["fixed", "sticky"].includes(getComputedStyle(box).position)) return box;
    return null;
  },

  words(element) {
    return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  },

  controls() {
    return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
      .filter((element) => this.seen(element));
  },

  // A link in a sentence, which WCAG 2.5.8 lets be as high as its line.
  inText(element) {
    return element.localName === "a" && getComputedStyle(element).display === "inline" && this.words(element.parentElement);
  },

  // Text and controls outside the window, or cut off by the box they stand in.
  cut() {
    const wrong = [], wide = document.documentElement.clientWidth, slack = 1;
    const say = (what, element) => wrong.push(`${what}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 140)}`);
    const page = document.scrollingElement.scrollWidth;
    if (page > wide) wrong.push(`${page} px wide in ${wide} px`);
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest("svg") || !this.seen(element)) continue;
      const text = this.words(element);
      if (!text && !element.matches("a[href], button, input, select, textarea, summary")) continue;
      const box = element.getBoundingClientRect();
      if (!box.width || !box.height) continue;
      if ((box.left < -slack || box.right > wide + slack) && !this.scrolls(element)) say("outside the window", element);
      const style = getComputedStyle(element);
      const said = element.firstChild?.data?.trim(); // shortened by dots where it stands in full elsewhere on the page
      if (style.textOverflow === "ellipsis" && said && document.body.textContent.split(said).length > 2) continue;
      const hides = (axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
      if (text && ((hides("X") && element.scrollWidth > element.clientWidth + slack)
        || (hides("Y") && element.scrollHeight > element.clientHeight + slack))) say("clipped", element);
    }
    return wrong;
  },

  // Controls smaller than 24 px (WCAG 2.5.8). A choice is as large as its label, a row's link as its row.
  small() {
    const target = (element) => (element.matches("[type=radio], [type=checkbox]") && element.closest("label")) || element;
    return this.controls().filter((element) => !this.inText(element)).flatMap((element) => {
      const { width, height } = target(element).getBoundingClientRect();
      const covers = getComputedStyle(element, "::after").position === "absolute";
      if ((width >= 24 && height >= 24) || covers) return [];
      return [`${width.toFixed()} × ${height.toFixed()} px: ${element.outerHTML.slice(0, 140)}`];
    });
  },

  // Controls that lie over each other; a link in running text is where its lines are, not the box around them all.
  overlapping() {
    const wrong = [], slack = 1;
    const controls = this.controls().filter((element) => !this.inText(element));
    const apart = (one, other) => {
      const field = one.closest(".unit, .find");
      return !one.contains(other) && !other.contains(one) && this.stuck(one) === this.stuck(other)
        && !(field && field === other.closest(".unit, .find"));
    };
    for (const [place, one] of controls.entries()) for (const other of controls.slice(place + 1)) {
      const [across, down] = [...one.getClientRects()].flatMap((a) => [...other.getClientRects()].map((b) => [
        Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
      ])).find(([wide, high]) => wide > slack && high > slack) ?? [0, 0];
      if (!across || !down || !apart(one, other)) continue;
      wrong.push(`${across.toFixed()} × ${down.toFixed()} px over each other: ${one.outerHTML.slice(0, 90)} ${other.outerHTML.slice(0, 90)}`);
    }
    return wrong;
  },

  // What stands still while one scrolls must leave room for what one scrolls to.
  inTheWay() {
    return [...document.querySelectorAll("body *")].flatMap((box) => {
      const style = getComputedStyle(box);
      if (!["fixed", "sticky"].includes(style.position) || !this.seen(box) || box.closest("[popover]")) return [];
      if (style.insetBlockStart === "auto" && style.insetBlockEnd === "auto") return [];
      const share = box.getBoundingClientRect().height / innerHeight;
      return share > .5 ? [`stands over ${(100 * share).toFixed()} % of the window: ${box.outerHTML.slice(0, 100)}`] : [];
    });
  },

  misplaced() {
    return [...this.cut(), ...this.small(), ...this.overlapping(), ...this.inTheWay()];
  },

  // The text spacing that WCAG 1.4.12 lets a reader set. A constructed style sheet: the policy lets no other in.
  space() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
    return [];
  },

  unspace() {
    document.adoptedStyleSheets = [];
    return [];
  },

  // Whatever moves for longer than so many seconds.
  moving(most) {
    const seconds = (value) => Math.max(...value.split(",").map((each) => parseFloat(each) * (/ms$/.test(each) ? .001 : 1)));
    return [...document.querySelectorAll("*")].flatMap((element) => [null, "::before", "::after"].flatMap((part) => {
      const style = getComputedStyle(element, part);
      const runs = style.animationName === "none" ? 0 : seconds(style.animationDuration);
      const moves = Math.max(seconds(style.transitionDuration), runs);
      if (moves <= most && style.scrollBehavior !== "smooth") return [];
      return [`${element.localName}.${element.className}${part ?? ""}: ${moves} s`];
    }));
  },

  // How every control looks while it has no focus, kept in the page for `focus` to compare with.
  remember() {
    const look = (element) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      return [outlineStyle, outlineWidth, outlineColor].join(" ");
    };
    window.unfocused ??= new WeakMap();
    for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]"))
      if (element !== document.activeElement && !window.unfocused.has(element)) window.unfocused.set(element, look(element));
    return [];
  },

  // What is wrong with how the place of the keyboard is shown (WCAG 2.4.7, 2.4.11): a ring that was not there before,
  // in the window, and not behind something that stands still.
  focus() {
    const element = document.activeElement;
    if (!element || element === document.body || element.matches("h1, main, [role=alert], dialog")) return [];
    const name = element.outerHTML.replace(/\s+/g, " ").slice(0, 140), wrong = [];
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const now = [outlineStyle, outlineWidth, outlineColor].join(" ");
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) wrong.push(`no ring: ${name}`);
    if (window.unfocused?.get(element) === now) wrong.push(`looks as without focus: ${name}`);
    const box = element.getBoundingClientRect();
    const shown = [.1, .5, .9].some((x) => [.1, .5, .9].some((y) => {
      const there = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return there && (element.contains(there) || there.contains(element) || there.closest("label")?.control === element);
    }));
    if (!shown) wrong.push(`out of sight: ${name}`);
    return wrong;
  },

  // What is told from its surroundings by a background of its own; `lost` asks for the same again in forced colours.
  marks() {
    const clear = "rgba(0, 0, 0, 0)";
    const ground = (element) => {
      const { backgroundColor } = getComputedStyle(element);
      return backgroundColor !== clear || !element.parentElement ? backgroundColor : ground(element.parentElement);
    };
    window.marked = [...document.querySelectorAll("body *")].filter((element) => {
      if (element.closest("svg") || !this.seen(element) || !element.parentElement) return false;
      const { backgroundColor } = getComputedStyle(element);
      const { width, height } = element.getBoundingClientRect();
      return width > 3 && height > 3 && backgroundColor !== clear && backgroundColor !== ground(element.parentElement);
    });
    return window.marked.map((element) => element.outerHTML.slice(0, 80));
  },

  // Marks that no border, ring, underline or weight tells from what they stand in once backgrounds are gone.
  lost() {
    const drawn = (style) => [style.borderBlockStartStyle, style.borderBlockEndStyle, style.borderInlineStartStyle, style.outlineStyle]
      .some((each, place) => each !== "none" && parseFloat([style.borderBlockStartWidth, style.borderBlockEndWidth,
        style.borderInlineStartWidth, style.outlineWidth][place]) > 0);
    return window.marked.filter((element) => {
      const style = getComputedStyle(element);
      return !drawn(style) && style.textDecorationLine === "none" && style.forcedColorAdjust !== "none" && style.position !== "sticky";
    }).map((element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120));
  },

  // Bars and charts: each kind of part in a colour of its own, none in the colour of the page.
  bars() {
    const page = getComputedStyle(document.body).backgroundColor;
    return [...document.querySelectorAll("svg.bar, svg.chart")].flatMap((chart) => {
      const kinds = new Map([...chart.querySelectorAll("rect")].map((part) => [part.getAttribute("class"), getComputedStyle(part)]));
      const looks = [...kinds].map(([kind, { fill, stroke }]) => [kind, `${fill} ${stroke}`]);
      const same = looks.filter(([kind, look]) => looks.some(([other, its]) => other !== kind && its === look));
      const gone = [...kinds].filter(([, { fill, stroke }]) => fill === page && stroke === "none");
      return [...same.map(([kind]) => `${kind} looks as another part`), ...gone.map(([kind]) => `${kind} cannot be seen`)];
    });
  },
})
