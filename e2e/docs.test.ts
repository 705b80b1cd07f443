import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What the docs tell people to type is known to the command; what they point at is there. */
const root = fileURLToPath(new URL('..', import.meta.url));
const docs = globSync(
  [
    '*.md',
    'docs/*.md',
    'docs/runbooks/*.md',
    'services/*/README.md',
    'packages/*/README.md',
    'samples/README.md',
  ],
  {
    cwd: root,
  },
);
const text = new Map(docs.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));

/** `./millrace VERB ...` of code blocks and inline code. */
const commands = [...text].flatMap(([file, content]) =>
  [...content.matchAll(/(?:`|^)(?:\.\/)?millrace ([a-z][a-z\d]*(?:-[a-z\d]+)*)([^`\n#]*)/gm)].map(
    ([, verb = '', rest = '']) => ({
      file,
      verb,
      own: /^\s+([a-z]+)\b/.exec(rest)?.[1],
      options: rest.match(/--[a-z-]+/g) ?? [],
    }),
  ),
);
const helps = new Map<string, string>();
/** Of a verb, or of a verb's own command: `rejected accept`. Empty when there is none. */
const help = (verb: string, own?: string): string => {
  const name = own === undefined ? verb : `${verb} ${own}`;
  const known = helps.get(name);
  if (known !== undefined) return known;
  const asked = own === undefined ? ['help', verb] : [verb, 'help', own];
  const run = spawnSync('node', ['packages/cli/src/main.ts', ...asked], {
    cwd: root,
    encoding: 'utf8',
  });
  const said = run.status === 0 ? run.stdout : '';
  helps.set(name, said);
  return said;
};

test('docs: every command is one that exists, with options that it has', {
  timeout: 60_000,
}, () => {
  expect(commands.length).toBeGreaterThan(10);
  for (const { file, verb, own, options } of commands) {
    expect(help(verb), `${file}: millrace ${verb}`).toContain(`millrace ${verb}`);
    const hasOwn = own !== undefined && new RegExp(`^  ${own} `, 'm').test(help(verb));
    if (own !== undefined && /^Commands:/m.test(help(verb)))
      expect(hasOwn, `${file}: millrace ${verb} ${own}`).toBe(true);
    const said = hasOwn ? help(verb, own) : help(verb);
    for (const option of options) expect(said, `${file}: millrace ${verb}`).toContain(option);
  }
});

test('docs: every file of ours that they name is there', () => {
  for (const [file, content] of text) {
    const named = content.matchAll(
      /`((?:services|packages|infra|e2e|bench|samples|tools)\/[\w./*-]+\.(?:ts|md|yml|json|mjs))`/g,
    );
    for (const [, name = ''] of named) {
      const there = name.includes('*')
        ? globSync(name, { cwd: root }).length > 0
        : existsSync(path.join(root, name));
      expect(there, `${file}: ${name}`).toBe(true);
    }
  }
});
