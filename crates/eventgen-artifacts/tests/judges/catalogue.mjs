// Reads the catalogues below a folder in Chromium, from disk: prints what is wrong, one fault in each line, after the name of
// the catalogue. Pictures of some pages go to the folder that is named after it. What is looked for in a catalogue, and on
// which of its pages, may be limited by its name: that is enough where a single mistake is expected.
import axe from "axe-core";
import { chromium } from "playwright-core";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [program, pictures, limits, folder] = process.argv.slice(2);
const limited = JSON.parse(limits);
const WIDTHS = [1280, 390];
const PARTS = ["links", "look", "search", "keyboard", "scripts"];
// Pages of each catalogue and kind that are looked at: a contract with many topics has many that are alike.
const MOST = 3;
// Catalogues that are read at once.
const AT_ONCE = 2;

const faults = new Set();
const fault = (page, text) => faults.add(`${page}: ${text}`);

const files = (at) => readdirSync(at).flatMap((name) => {
  const path = join(at, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
// Some pages of each folder, and all of the catalogue's own.
const some = (catalogue) => {
  const pages = files(catalogue).filter((path) => path.endsWith(".html"));
  const folders = new Map();
  return pages.filter((path) => {
    const of = relative(catalogue, path).split("/").slice(0, -1).join("/");
    folders.set(of, (folders.get(of) ?? 0) + 1);
    return folders.get(of) <= MOST;
  });
};

const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });

const named = (url) => url.startsWith("file:") ? relative(folder, fileURLToPath(url.split(/[?#]/)[0])) : url;

// A context that says what is wrong in its pages, and reaches nothing but files.
const open = async (options) => {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  context.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) fault(named(request.frame().url()), `asks for ${request.url()}`);
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) fault(named(page.url()), `says ${message.text()}`);
  });
  page.on("pageerror", (error) => fault(named(page.url()), `throws ${error.message}`));
  page.on("requestfailed", (request) => fault(named(page.url()), `cannot load ${request.url()}`));
  return page;
};

// Accessibility, and no page that is wider than the window. The two colors differ in their contrast alone.
const look = async (paths) => {
  const page = await open({});
  for (const path of paths) {
    const name = relative(folder, path);
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(pathToFileURL(path).href);
    await page.evaluate(() => {
      for (const summary of document.querySelectorAll("summary")) summary.click();
    });
    await page.evaluate(axe.source);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) fault(name, `is ${wide} pixels wider than a window of ${width}`);
      for (const [colorScheme, rules] of [["light", []], ["dark", ["color-contrast"]]]) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await page.evaluate((values) => window.axe.run({
          preload: false,
          resultTypes: ["violations"],
          ...(values.length ? { runOnly: { type: "rule", values } } : {}),
        }), rules);
        for (const { id, nodes } of violations) {
          fault(name, `axe, ${width} ${colorScheme}: ${id} at ${nodes[0].html.slice(0, 200)}`);
        }
      }
    }
  }
  await page.context().close();
};

// Links lead to files and to places in them.
const checkLinks = async (paths) => {
  const page = await open({});
  const ids = new Map();
  const links = [];
  for (const path of paths) {
    await page.goto(pathToFileURL(path).href);
    const found = await page.evaluate(() => ({
      ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
      links: [...document.querySelectorAll("a[href]")].map((link) => link.href.baseVal === undefined
        ? link.href : new URL(link.href.baseVal, location.href).href),
    }));
    ids.set(pathToFileURL(path).href, new Set(found.ids));
    links.push(...found.links.map((link) => [path, new URL(link)]));
  }
  for (const [path, link] of links) {
    const id = decodeURIComponent(link.hash.slice(1));
    const target = new URL(link);
    target.hash = "";
    if (!existsSync(target)) fault(relative(folder, path), `links to ${target}, which does not exist`);
    else if (id && ids.has(target.href) && !ids.get(target.href).has(id)) {
      fault(relative(folder, path), `links to #${id}, which does not exist`);
    }
  }
  await page.context().close();
};

// The search finds every kind by keyboard alone, also what is only a field.
const checkSearch = async (catalogue, width) => {
  const page = await open({ viewport: { width, height: 900 } });
  // A script that fails shows nothing however long it is waited for.
  const thrown = new Promise((resolve) => page.once("pageerror", () => resolve(null)));
  const appears = (selector) => Promise.race([page.waitForSelector(selector).catch(() => null), thrown]);
  const start = pathToFileURL(join(catalogue, "index.html")).href;
  const name = relative(folder, catalogue);
  await page.goto(start);
  const index = await page.evaluate(() => new Promise((resolve) => {
    window.eventgenSearch = resolve;
    const script = document.createElement("script");
    script.src = "assets/search.js";
    document.head.append(script);
  }));
  const wanted = ["e", "t", "s"].map((kind) => index.entries.find((entry) => entry[0] === kind)).filter(Boolean);
  const searches = wanted.map((entry) => ({ query: entry[1], paths: [entry[2]] }));
  // One that no event, topic or service is found by.
  const isOnlyField = ([field]) => !index.entries.some((entry) => entry[1].toLowerCase().includes(field.toLowerCase()));
  const fields = Object.entries(index.fields).filter(isOnlyField);
  const [field, at] = fields.sort((a, b) => b[0].length - a[0].length)[0] ?? [];
  if (field) searches.push({ query: field.toUpperCase(), paths: at.map((entry) => index.entries[entry][2]), field });
  for (const { query, paths, field } of searches) {
    await page.goto(start);
    await page.keyboard.press("/");
    await page.keyboard.insertText(query);
    if (!await appears("#results li")) {
      fault(name, `the search for ${query} shows nothing`);
      await page.context().close();
      return;
    }
    const titles = await page.locator("#results li").count();
    const active = await page.locator("#search").getAttribute("aria-activedescendant");
    if (active !== "result-0") fault(name, `the first of ${titles} results for ${query} is not selected`);
    if (titles > 1) {
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowUp");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.href !== start, { timeout: 5000 }).catch(() => {});
    const reached = new URL(page.url());
    const expected = paths.map((path) => new URL(path, start).pathname);
    if (!expected.includes(reached.pathname)) fault(name, `the search for ${query} leads to ${reached}`);
    if (field && await page.locator(".wanted").count() !== 1) fault(name, `the search for ${field} shows no field`);
  }
  await page.goto(start);
  await page.keyboard.press("/");
  await page.keyboard.insertText("no such name at all");
  await page.waitForFunction(() => /Nothing/.test(document.querySelector(".hint").textContent))
    .catch(() => fault(name, "a search without results does not say so"));
  await page.keyboard.press("Escape");
  if (await page.locator(".found").isVisible()) fault(name, "Escape does not close the results");
  await page.context().close();
};

// The keyboard reaches the content first, and the button changes the colors.
const checkKeyboard = async (path) => {
  const page = await open({ colorScheme: "light" });
  await page.goto(pathToFileURL(path).href);
  const name = relative(folder, path);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.hash === "#main", { timeout: 5000 }).catch(() => {});
  if (!page.url().endsWith("#main")) fault(name, "the first stop of the keyboard does not skip to the content");
  const color = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await color();
  await page.locator(".theme").focus();
  await page.keyboard.press("Space");
  if (await color() === before) fault(name, "the button does not change the colors");
  await page.context().close();
};

// Without scripts everything can be read.
const checkWithoutScripts = async (paths) => {
  const page = await open({ javaScriptEnabled: false });
  for (const path of paths) {
    const name = relative(folder, path);
    await page.goto(pathToFileURL(path).href);
    if (await page.locator(".search").isVisible()) fault(name, "shows a search that does nothing");
    if (!await page.locator("main h1").isVisible()) fault(name, "shows nothing without scripts");
  }
  await page.context().close();
};

const takePictures = async (catalogue, paths) => {
  for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [390, "light"]]) {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    for (const path of paths) {
      await page.goto(pathToFileURL(path).href);
      const name = relative(catalogue, path).replaceAll("/", "-").replace(/\.html$/, "");
      await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await page.goto(pathToFileURL(join(catalogue, "index.html")).href);
    await page.keyboard.press("/");
    await page.keyboard.insertText("id");
    await page.waitForSelector("#results li");
    await page.screenshot({ path: join(pictures, `search-${width}-${colorScheme}.png`) });
    await page.context().close();
  }
};

const read = async (name) => {
  const catalogue = join(folder, name);
  const limit = limited[name];
  const parts = limit?.parts ?? PARTS;
  const pages = limit ? limit.pages.map((page) => join(catalogue, page)) : some(catalogue);
  if (parts.includes("links")) {
    await checkLinks(limit ? pages : files(catalogue).filter((path) => path.endsWith(".html")));
  }
  if (parts.includes("look")) await look(pages);
  if (parts.includes("search")) for (const width of WIDTHS) await checkSearch(catalogue, width);
  if (parts.includes("keyboard")) await checkKeyboard(join(catalogue, "index.html"));
  if (parts.includes("scripts")) await checkWithoutScripts(pages.slice(0, 3));
  if (pictures !== "-" && name === "programs") await takePictures(catalogue, pages);
};

const catalogues = readdirSync(folder);
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (let name = catalogues.shift(); name; name = catalogues.shift()) await read(name);
}));
await browser.close();
for (const text of faults) console.log(text);
