/**
 * Every regular expression of the sources under some folders, as JSON: `[{ where, source, flags }]`. Literals are read from the syntax tree;
 * those built by `new RegExp` when a module loads are caught as they are built. One that is built later cannot be
 * proven ahead: its source is null.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const [root = '.', ...folders] = process.argv.slice(2);
const files = folders
  .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
  .filter((file) => !/\.test\.ts$|\/(?:testing|fixtures)\//.test(file))
  .sort();

const patterns = [];
/** Places of `new RegExp`, `file:line`; true once seen at work. */
const places = new Map();

for (const file of files) {
  const tree = ts.createSourceFile(
    file,
    readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  const where = (node) =>
    `${file}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      patterns.push({
        where: where(node),
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      /^(?:globalThis\.)?RegExp$/.test(node.expression.getText(tree))
    ) {
      places.set(where(node), false);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

const original = globalThis.RegExp;
const build = (target, args) => {
  const built = Reflect.construct(target, args);
  const frame = new Error().stack
    ?.split('\n')
    .find((line) => line.includes('file://') && !line.includes(import.meta.url));
  const [, url = '', line = ''] = /(file:\/\/[^\s)]+?):(\d+):\d+/.exec(frame ?? '') ?? [];
  const where = [...places.keys()].find(
    (place) =>
      `${pathToFileURL(path.resolve(root, place.replace(/:\d+$/, '')))}:${place.replace(/^.*:/, '')}` ===
      `${url}:${line}`,
  );
  if (where !== undefined) {
    places.set(where, true);
    patterns.push({ where, source: built.source, flags: built.flags });
  }
  return built;
};
globalThis.RegExp = new Proxy(original, {
  construct: build,
  apply: (target, _, args) => build(target, args),
});
for (const file of new Set([...places.keys()].map((place) => place.replace(/:\d+$/, ''))))
  await import(pathToFileURL(path.resolve(root, file)).href);
globalThis.RegExp = original;

for (const [where, seen] of places) if (!seen) patterns.push({ where, source: null, flags: '' });
process.stdout.write(JSON.stringify(patterns));
