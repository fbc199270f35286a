// Builds portal/static/build: styles, scripts and fonts under names that carry a hash of their
// content, so that browsers may keep them for ever, and manifest.json to find them by plain name.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";

import { build as bundle } from "esbuild";
import { compile } from "sass";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const PACKAGES = join(ROOT, "node_modules");
const STATIC = join(ROOT, "portal", "static");
const BUILD = join(STATIC, "build");

// The languages of the European Union need these and no more.
const SUBSETS = ["latin", "latin-ext", "greek", "cyrillic"];
const STYLES = ["normal", "italic"];
const BRIEF_FONTS = {
  "source-serif": ["SourceSerif4-Regular", "SourceSerif4-It", "SourceSerif4-Semibold", "SourceSerif4-Bold"],
  "source-sans": ["SourceSans3-Regular", "SourceSans3-It", "SourceSans3-Semibold", "SourceSans3-Bold"],
};
const SCRIPTS = {
  "govuk-frontend.min.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
};

const manifest = {};

function emit(name, content) {
  const { dir, name: stem, ext } = parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  manifest[name] = join(dir, `${stem}.${hash}${ext}`);
  write(manifest[name], content);
}

function write(name, content) {
  const target = join(BUILD, name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

// Each subset loads only on pages that use its characters.
function typeface() {
  const font = join(PACKAGES, "@fontsource-variable", "source-sans-3");
  const ranges = JSON.parse(readFileSync(join(font, "unicode.json"), "utf8"));
  const faces = STYLES.flatMap((style) => SUBSETS.map((subset) => {
    const name = `source-sans-3-${subset}-wght-${style}.woff2`;
    emit(`fonts/${name}`, readFileSync(join(font, "files", name)));
    return `@font-face {
  font-family: "Source Sans 3";
  font-style: ${style};
  font-weight: 200 900;
  font-display: swap;
  src: url("${manifest[`fonts/${name}`]}") format("woff2");
  unicode-range: ${ranges[subset]};
}`;
  }));
  write("scss/_typeface.scss", `${faces.join("\n\n")}\n`);
}

// The PDF writer reads these from disk by their plain names.
function briefFonts() {
  for (const [family, names] of Object.entries(BRIEF_FONTS)) {
    for (const name of names) {
      write(`fonts/${name}.ttf`, readFileSync(join(PACKAGES, family, "TTF", `${name}.ttf`)));
    }
  }
}

// Source maps are not published, so nothing may point at them.
function vendorScripts() {
  for (const [name, path] of Object.entries(SCRIPTS)) {
    const code = readFileSync(join(PACKAGES, path), "utf8");
    emit(name, code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
  }
}

async function ownScripts() {
  for (const name of filesIn("js").filter((file) => file.endsWith(".js"))) {
    const built = await bundle({
      entryPoints: [join(STATIC, "js", name)],
      bundle: true,
      format: "esm",
      legalComments: "none",
      minify: true,
      target: "es2022",
      write: false,
    });
    emit(name, built.outputFiles[0].contents);
  }
}

function images() {
  for (const name of filesIn("images")) {
    emit(`images/${name}`, readFileSync(join(STATIC, "images", name)));
  }
}

function filesIn(folder) {
  const path = join(STATIC, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name);
}

function styles() {
  const loadPaths = [join(BUILD, "scss"), PACKAGES];
  const options = { style: "compressed", loadPaths, quietDeps: true };
  for (const name of filesIn("scss").filter((file) => /^[^_].*\.scss$/.test(file))) {
    emit(`${parse(name).name}.css`, compile(join(STATIC, "scss", name), options).css);
  }
}

rmSync(BUILD, { recursive: true, force: true });
typeface();
briefFonts();
vendorScripts();
await ownScripts();
images();
styles();
write("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
