import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import { playwrightScript } from '#domain/timeline/playwright-script.ts';
import { openingAt } from '../../widget/console/replay/timeline.ts';
import { textTable } from '../bench/table.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { browserAt, launchBrowser } from '../support/browser.ts';
import { type Played, play, SESSIONS } from './sessions/play.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The onset must be in the first so many ms of what is played. */
const WITHIN_MS = 10_000;
const LOOK_BACK_MS = 30_000;
const AT_ONCE = 2;

type Judged = {
  name: string;
  /** How long the agent watches before the trouble begins; null where no moment was found. */
  leadMs: number | null;
  isFound: boolean;
  isFoundByLookBack: boolean;
  /** Whether the generated script ran green; null where there is nothing to reproduce. */
  isReproduced: boolean | null;
  note: string;
};

/**
 * `npm run eval -- sessions`: scripted visitors on the demo customer's site, in a real browser with the real widget. Is the onset of the trouble
 * in the first ten seconds of what the replay plays, beside a look-back of half a minute? And does the generated Playwright test fail
 * the same way, at first try, on a fresh copy of the site?
 */
export async function evaluateSessions({ only = '', scripts }: Record<string, string | undefined>) {
  const baton = await startBaton();
  const browser = await launchBrowser();
  const chosen = SESSIONS.filter(({ name }) => name.includes(only));
  const played: Played[] = [];
  try {
    const left = chosen.map((session, n) => ({ session, n }));
    const work = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift())
        played.push(await play(browser, baton.demoOrigin, next.session, next.n));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await browser.close();
    const reproduced = await reproduce(baton, played, scripts);
    const rows = played.map((one) => judge(one, reproduced.get(one.session.name) ?? null));
    return { shown: shownOf(rows), json: jsonOf(rows) };
  } finally {
    await browser.close();
    await baton.stop();
    baton.remove();
  }
}

function judge({ session, trail, onset, asksAt }: Played, ran: { ok: boolean; note: string } | null): Judged {
  const moment = momentOfTrouble(trail, asksAt);
  const span = { fromAt: trail[0]?.at ?? 0, toAt: asksAt };
  const opens = moment === null ? null : openingAt(moment.at, null, span);
  const isWithin = (from: number) => onset !== null && onset >= from && onset - from <= WITHIN_MS;
  return {
    name: session.name,
    leadMs: onset === null || opens === null ? null : onset - opens,
    isFound: onset === null ? opens === null : opens !== null && isWithin(opens),
    isFoundByLookBack: onset !== null && isWithin(asksAt - LOOK_BACK_MS),
    isReproduced: ran?.ok ?? null,
    note: ran?.note ?? '',
  };
}

/** Writes a test per session that went wrong by the product's own doing, and lets Playwright run them. */
async function reproduce(baton: Baton, played: readonly Played[], keep: string | undefined) {
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'baton-scripts-'));
  mkdirSync(folder, { recursive: true });
  const results = new Map<string, { ok: boolean; note: string }>();
  for (const [n, { session, trail, asksAt }] of played.entries()) {
    const { failure, isStaged } = session.flow;
    if (failure === null || isStaged) continue;
    const moment = momentOfTrouble(trail, asksAt);
    const script = playwrightScript(trail, moment?.at ?? null, { title: session.name });
    const last = script?.match(/\n {2}\/\/ ([^\n]*)\n(?!.*\n {2}\/\/ )/s)?.[1] ?? '';
    if (script === null || !failure.test(script.slice(script.lastIndexOf('\n\n')))) {
      results.set(session.name, { ok: false, note: script === null ? 'no script' : `asserts “${last}”` });
      if (script === null) continue;
    }
    writeFileSync(join(folder, `session-${n}.spec.ts`), script);
  }
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  } catch {
    // There from an earlier run.
  }
  const config = {
    testDir: '.',
    timeout: 40_000,
    workers: AT_ONCE,
    retries: 0,
    expect: { timeout: 10_000 },
    use: { launchOptions: await browserAt() },
    reporter: [['json', { outputFile: 'results.json' }]],
  };
  writeFileSync(join(folder, 'playwright.config.ts'), `export default ${JSON.stringify(config)};\n`);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  spawnSync(process.execPath, [join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test'], {
    cwd: folder,
    env: { ...process.env, BASE_URL: baton.demoOrigin },
    stdio: 'ignore',
  });
  const report = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as {
    suites: { specs: { title: string; ok: boolean; tests: { results: { error?: { message?: string } }[] }[] }[] }[];
  };
  for (const { title, ok, tests } of report.suites.flatMap(({ specs }) => specs)) {
    if (results.has(title)) continue;
    const message = tests[0]?.results[0]?.error?.message ?? '';
    results.set(title, { ok, note: ok ? '' : (message.split('\n')[0] ?? '').slice(0, 100) });
  }
  if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  return results;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function jsonOf(rows: readonly Judged[]) {
  const wrong = rows.filter(
    ({ leadMs, isFoundByLookBack, isFound }) => leadMs !== null || isFoundByLookBack || !isFound,
  );
  const reproduced = rows.filter(({ isReproduced }) => isReproduced !== null);
  return {
    sessions: rows.length,
    found: rows.filter(({ isFound }) => isFound).length,
    foundShare: share(rows.filter(({ isFound }) => isFound).length, rows.length),
    withTrouble: wrong.length,
    lookBackShare: share(rows.filter(({ isFoundByLookBack }) => isFoundByLookBack).length, wrong.length),
    scripts: reproduced.length,
    reproduced: reproduced.filter(({ isReproduced }) => isReproduced).length,
    reproducedShare: share(reproduced.filter(({ isReproduced }) => isReproduced).length, reproduced.length),
    rows,
  };
}

function shownOf(rows: readonly Judged[]): string {
  const { foundShare, lookBackShare, reproducedShare, sessions, withTrouble, scripts } = jsonOf(rows);
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  return [
    textTable(
      ['session', 'opens before the onset by', 'found', 'by look-back', 'script'],
      rows.map(({ name, leadMs, isFound, isFoundByLookBack, isReproduced, note }) => [
        name,
        leadMs === null ? '–' : `${(leadMs / 1000).toFixed(1)} s`,
        isFound ? 'yes' : 'NO',
        isFoundByLookBack ? 'yes' : 'no',
        isReproduced === null ? '–' : isReproduced ? 'same failure' : `NO ${note}`,
      ]),
    ),
    `Onset in the first 10 s of the replay: ${percent(foundShare)} of ${sessions} sessions. By a look-back of 30 s: ${percent(lookBackShare)} of ${withTrouble} with trouble.`,
    `Generated scripts that fail the same way at first try: ${percent(reproducedShare)} of ${scripts}.`,
  ].join('\n\n');
}
