import { openStore } from '../kit/storage.ts';

/** [S37] Each tab is of one workspace and says so with every call, whatever other tabs do; a new one begins with the last that was chosen anywhere. */
const KEY = 'baton.workspace';
const tab = openStore('sessionStorage');
const browser = openStore('localStorage');

export const whichWorkspace = (): string | null => tab.get(KEY) ?? browser.get(KEY);

/** For who is in several: this tab's from now on. */
export const stayIn = (id: string): void => tab.set(KEY, id);

/** Somebody chose it: also what the next tab begins with. */
export function choose(id: string): void {
  tab.set(KEY, id);
  browser.set(KEY, id);
}

/** It is not theirs, or no more. Whether there was one to forget. */
export function forgetWorkspace(): boolean {
  const was = whichWorkspace() !== null;
  tab.remove(KEY);
  browser.remove(KEY);
  return was;
}

/** What a call says of it. */
export const workspaceHeader = (): Record<string, string> => {
  const id = whichWorkspace();
  return id === null ? {} : { 'x-baton-workspace': id };
};

/** The same for an address that the browser asks by itself. */
export const inWorkspace = (address: string): string => {
  const id = whichWorkspace();
  return id === null ? address : `${address}${address.includes('?') ? '&' : '?'}workspace=${encodeURIComponent(id)}`;
};
