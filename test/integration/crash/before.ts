import type { World } from './world.ts';

/** What has happened before an operation begins. */
export const waiting = async (world: World) => {
  await world.comeAndGo('away');
  await world.ask();
  await world.until('a place in line', async () => (await world.kept('general')).length > 0);
};
export const offered = async (world: World) => {
  await world.ask();
  await world.until('an offer', () => world.offer !== undefined);
};
export const assigned = async (world: World) => {
  await offered(world);
  await world.accept();
  await world.until('the work', () => world.work !== undefined);
};
