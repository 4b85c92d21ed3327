import { rmSync } from 'node:fs';
import { localSettings, migrate, originsOf, seed } from './local.ts';

/** `npm run reset`: everything that was stored goes, the demo comes back. With `--empty` without its month of history. */
const settings = localSettings();
const isUp = await fetch(`${originsOf(settings).PUBLIC_ORIGIN}/health`).then(
  () => true,
  () => false,
);
if (isUp) {
  console.error(`Baton is running on port ${settings.port}. Stop it first: its data would be half old, half new.`);
  process.exit(1);
}
const isEmpty = process.argv.includes('--empty');
rmSync(settings.stateDir, { recursive: true, force: true });
migrate(settings);
await seed(settings, { isEmpty });
console.log(`Cleared. The demo workspace is seeded${isEmpty ? ', without a history' : ''}.`);
