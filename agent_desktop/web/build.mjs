// Builds the bundle into dist/: names carry a hash of the content, manifest.json says which is which.
import { build } from "esbuild";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";

const test = process.argv.includes("--test");
const outdir = test ? "dist-test" : "dist";
await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });

if (test) {
  const files = (await readdir("test")).filter((name) => name.endsWith(".test.ts"));
  await build({
    entryPoints: files.map((name) => `test/${name}`),
    bundle: true, platform: "node", format: "esm", outdir, outExtension: { ".js": ".mjs" },
  });
} else {
  const result = await build({
    entryPoints: ["src/desk.tsx", "src/board.tsx", "src/office.tsx", "src/quality.tsx", "src/tv.tsx", "src/signin.ts", "src/style.css", "src/desk.css", "src/board.css", "src/office.css", "src/quality.css", "src/tv.css", "src/photo.css", "src/icon.svg"],
    bundle: true, minify: true, format: "esm", target: "es2022", outdir, metafile: true, charset: "utf8",
    entryNames: "[name]-[hash]", assetNames: "[name]-[hash]", chunkNames: "part-[hash]", splitting: true,
    jsx: "automatic", jsxImportSource: "preact",
    loader: { ".woff2": "file", ".woff": "file", ".svg": "copy" },
    external: ["*.woff"],
  });
  const manifest = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) {
      const name = basename(output.entryPoint).replace(/\.tsx?$/, ".js");
      manifest[name] = basename(file);
    }
  }
  await writeFile(`${outdir}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
}
