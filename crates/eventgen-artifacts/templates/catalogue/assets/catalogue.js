// The search, the colors and the buttons of the catalogue. Every page can be read without them.
"use strict";

const root = document.body.dataset.root;

// Colors: those of the system, until somebody asks for others.
const remembered = {
  get: () => { try { return localStorage.getItem("eventgen-theme"); } catch { return null; } },
  set: (theme) => { try { localStorage.setItem("eventgen-theme", theme); } catch { /* Pages from disk may keep nothing. */ } },
};
const theme = document.querySelector(".theme");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
const chosen = remembered.get();
if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
theme.addEventListener("click", () => {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  remembered.set(next);
  showTheme();
});
prefersDark.addEventListener("change", showTheme);
theme.hidden = false;
showTheme();

// JSON in colors, and buttons that copy.
const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
for (const block of document.querySelectorAll(".code")) {
  const text = block.textContent;
  if (block.classList.contains("json") && /^\s*[[{]/.test(text) && text.length < 50000) {
    const colored = text.replace(/[&<>]/g, (char) => escapes[char]).replace(
      /("(?:[^"\\]|\\.)*")(\s*:)?|\b(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\b/g,
      (all, string, colon, plain) => {
        if (plain) return `<span class="n">${plain}</span>`;
        return colon ? `<span class="k">${string}</span>${colon}` : `<span class="s">${string}</span>`;
      },
    );
    block.firstElementChild.innerHTML = colored;
  }
  if (!navigator.clipboard) continue;
  const frame = document.createElement("div");
  frame.className = "with-copy";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${block.getAttribute("aria-label")}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  block.replaceWith(frame);
  frame.append(button, block);
}

// On paper, everything is open.
addEventListener("beforeprint", () => {
  for (const closed of document.querySelectorAll("details:not([open])")) {
    closed.open = true;
    closed.dataset.opened = "";
  }
});
addEventListener("afterprint", () => {
  for (const opened of document.querySelectorAll("details[data-opened]")) {
    opened.open = false;
    delete opened.dataset.opened;
  }
});

// The search. A page from disk cannot fetch a file, but it can load a script: the index is one, loaded at the first use.
const SHOWN = 30;
const KINDS = { e: "event", t: "topic", s: "service" };
const form = document.querySelector(".search");
const input = form.querySelector("input");
const found = form.querySelector(".found");
const list = form.querySelector("ul");
const hint = form.querySelector(".hint");
let index = null;
let isLoading = false;
let results = [];
let selected = -1;

form.hidden = false;

const load = () => {
  if (index || isLoading) return;
  isLoading = true;
  window.eventgenSearch = (loaded) => {
    const entries = loaded.entries.map(([kind, name, path, about]) => {
      const short = kind === "e" ? name.slice(name.lastIndexOf(".") + 1) : name;
      return { kind, name, short, path, about, lower: name.toLowerCase(), lowerShort: short.toLowerCase(), lowerAbout: about.toLowerCase() };
    });
    const fields = Object.entries(loaded.fields).map(([name, at]) => ({ name, lower: name.toLowerCase(), at }));
    index = { entries, fields };
    search();
  };
  const script = document.createElement("script");
  script.src = `${root}assets/search.js`;
  script.onerror = () => { isLoading = false; hint.textContent = "The index of the search cannot be loaded."; };
  document.head.append(script);
};

// How well a word fits a name: 0 is not at all.
const fit = (word, lower, name) => {
  if (lower === word) return 100;
  if (lower.startsWith(word)) return 70;
  const at = lower.indexOf(word);
  if (at < 0) return 0;
  const before = lower[at - 1];
  const startsWord = /[^a-z0-9]/.test(before) || name[at] !== lower[at];
  return startsWord ? 50 : 25;
};

const search = () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  results = [];
  selected = -1;
  if (words.length > 0 && index) {
    const scores = new Map();
    words.forEach((word, number) => {
      const now = new Map();
      const better = (entry, score, field) => {
        if (score > (now.get(entry)?.score ?? 0)) now.set(entry, { score, field });
      };
      index.entries.forEach((entry, at) => {
        const ofName = Math.max(fit(word, entry.lowerShort, entry.short), fit(word, entry.lower, entry.name) * 0.8);
        better(at, ofName || (entry.lowerAbout.includes(word) ? 8 : 0));
      });
      for (const field of index.fields) {
        const score = fit(word, field.lower, field.name) * 0.45;
        if (score > 0) for (const at of field.at) better(at, score, field.name);
      }
      for (const [at, { score, field }] of now) {
        const before = number === 0 ? { score: 0 } : scores.get(at);
        if (before && before.number === (number === 0 ? undefined : number - 1)) {
          scores.set(at, { score: before.score + score, field: before.field ?? field, number });
        }
      }
    });
    for (const [at, { score, field, number }] of scores) {
      if (number === words.length - 1) results.push({ entry: index.entries[at], score, field });
    }
    results.sort((a, b) => b.score - a.score || a.entry.short.length - b.entry.short.length
      || (a.entry.name < b.entry.name ? -1 : 1));
  }
  show(words);
};

// A text with what was searched for marked, as nodes: nothing of a name is HTML.
const marked = (text, words) => {
  const nodes = [];
  const lower = text.toLowerCase();
  let at = 0;
  while (at < text.length) {
    let next = text.length;
    let length = 0;
    for (const word of words) {
      const hit = lower.indexOf(word, at);
      if (hit >= 0 && (hit < next || (hit === next && word.length > length))) [next, length] = [hit, word.length];
    }
    if (next > at) nodes.push(document.createTextNode(text.slice(at, next)));
    if (length > 0) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next, next + length);
      nodes.push(mark);
    }
    at = next + length;
  }
  return nodes;
};

const span = (name, ...content) => {
  const element = document.createElement("span");
  element.className = name;
  element.append(...content);
  return element;
};

const show = (words) => {
  list.replaceChildren(...results.slice(0, SHOWN).map(({ entry, field }, number) => {
    const item = document.createElement("li");
    item.id = `result-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(span("sort", KINDS[entry.kind]), span("title", ...marked(entry.short, words)));
    const detail = span("detail");
    if (field) detail.append("field ", ...marked(field, words), entry.kind === "e" ? ` · ${entry.name}` : "");
    else if (entry.about) detail.append(...marked(entry.about, words));
    else if (entry.short !== entry.name) detail.append(...marked(entry.name, words));
    item.append(detail);
    item.addEventListener("click", () => open(number));
    item.addEventListener("mousemove", () => select(number));
    return item;
  }));
  const isOpen = words.length > 0;
  found.hidden = !isOpen;
  input.setAttribute("aria-expanded", String(isOpen));
  input.removeAttribute("aria-activedescendant");
  if (!index) hint.textContent = isLoading ? "Loading the index." : "";
  else if (results.length === 0) hint.textContent = "Nothing has this name.";
  else if (results.length > SHOWN) hint.textContent = `${SHOWN} of ${results.length} results. Another word makes them fewer.`;
  else hint.textContent = results.length === 1 ? "1 result" : `${results.length} results`;
  if (results.length > 0) select(0);
};

const select = (number) => {
  list.children[selected]?.setAttribute("aria-selected", "false");
  selected = number;
  const item = list.children[number];
  item?.setAttribute("aria-selected", "true");
  if (item) input.setAttribute("aria-activedescendant", item.id);
};

const open = (number) => {
  const { entry, field } = results[number] ?? {};
  if (entry) location.href = root + entry.path + (field ? `?field=${encodeURIComponent(field)}` : "");
};

const close = () => {
  found.hidden = true;
  input.setAttribute("aria-expanded", "false");
};

input.addEventListener("focus", load);
input.addEventListener("input", () => { load(); search(); });
form.addEventListener("submit", (event) => { event.preventDefault(); open(Math.max(selected, 0)); });
form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
found.addEventListener("mousedown", (event) => event.preventDefault());
input.addEventListener("keydown", (event) => {
  const count = list.children.length;
  if (event.key === "Escape") {
    if (found.hidden) input.value = "";
    close();
  } else if (count > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    select((selected + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    list.children[selected].scrollIntoView({ block: "nearest" });
  }
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
  const isShortcut = event.key === "/" || (event.key === "k" && (event.ctrlKey || event.metaKey));
  if (!isShortcut || (event.key === "/" && isTyping)) return;
  event.preventDefault();
  input.focus();
  input.select();
});

// A result that is a field leads to the field.
const wanted = new URLSearchParams(location.search).get("field");
if (wanted) {
  const at = [...document.querySelectorAll(".fields > div, .symbols > li")]
    .find((row) => row.querySelector("code").textContent === wanted);
  if (at) {
    at.scrollIntoView({ block: "center" });
    at.classList.add("wanted");
  }
}
