import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTANTS, type Mutant, SUITES, type Suite } from './mutants.ts';

/**
 * `npm run mutants [-- WORD]`: plants each bug (whose name holds WORD, or whose suite it is) in a copy of the tree and runs the suite that should notice. Prints
 * who was caught; ends with 1 when a suite is red without a bug, when a bug can no longer be planted, or when fewer than 95 % are caught.
 */
const ROOT = join(import.meta.dirname, '../..');
const LEFT_OUT = /^(?:node_modules|\.git|\.wrangler|docs|dist)$/;
const WANTED_SHARE = 0.95;

const copy = mkdtempSync(join(tmpdir(), 'baton-mutants-'));
cpSync(ROOT, copy, {
  recursive: true,
  filter: (path) =>
    !path
      .slice(ROOT.length + 1)
      .split('/')
      .some((part) => LEFT_OUT.test(part)),
});
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

/** Suites that see the bug only in what is built of it. */
const BUILT: ReadonlySet<Suite> = new Set(['hosts', 'guide_page', 'retention_page']);
const PATIENCE_MS = 180_000;

/** The tree's own `dist/`, or one built of the copy. A bug that cannot be built is caught by that. */
function hasDist(suite: Suite): boolean {
  const dist = join(copy, 'dist');
  // A link that leads nowhere is not seen by `rmSync`.
  if (lstatSync(dist, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(dist);
  rmSync(dist, { recursive: true, force: true });
  if (!BUILT.has(suite)) {
    symlinkSync(join(ROOT, 'dist'), dist);
    return true;
  }
  return spawnSync(process.execPath, [join(copy, 'tools/build.ts')], { cwd: copy, timeout: PATIENCE_MS }).status === 0;
}

const passes = (suite: Suite): boolean => {
  if (!hasDist(suite)) return false;
  const [config, ...files] = SUITES[suite];
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, QUEUE_HISTORIES: '300', CI: 'true' };
  // A bug may hang what waits for it.
  return (
    spawnSync(process.execPath, [vitest, 'run', '--bail', '1', '--config', config, ...files], {
      cwd: copy,
      env,
      timeout: BUILT.has(suite) ? 2 * PATIENCE_MS : PATIENCE_MS,
    }).status === 0
  );
};

function plant({ file, from, to }: Mutant): (() => void) | null {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) return null;
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return () => writeFileSync(path, text);
}

const word = process.argv[2] ?? '';
const chosen = MUTANTS.filter(({ name, suite }) => name.includes(word) || suite === word);
let isBroken = false;
for (const suite of new Set(chosen.map(({ suite }) => suite))) {
  if (passes(suite)) continue;
  console.error(`✗ ${suite} is red without any bug`);
  isBroken = true;
}
const survivors: string[] = [];
let caught = 0;
for (const mutant of isBroken ? [] : chosen) {
  const restore = plant(mutant);
  if (restore === null) {
    console.error(`✗ cannot be planted any more: ${mutant.name} (${mutant.file})`);
    isBroken = true;
    continue;
  }
  const survived = passes(mutant.suite);
  restore();
  if (survived) survivors.push(mutant.name);
  else caught += 1;
  console.log(`${survived ? 'SURVIVED' : 'caught  '}  ${mutant.name}`);
}
rmSync(copy, { recursive: true });
console.log(
  `\n${caught} of ${chosen.length} caught${survivors.length > 0 ? `; survived: ${survivors.join('; ')}` : ''}`,
);
if (isBroken || caught < WANTED_SHARE * chosen.length) process.exitCode = 1;
