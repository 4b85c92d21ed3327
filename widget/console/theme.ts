import { signal } from '@preact/signals';
import { openStore } from '../kit/storage.ts';

const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const KEY = 'baton.console.theme';

const store = openStore('localStorage');
const saved = store.get(KEY);
export const theme = signal<Theme>(THEMES.find((one) => one === saved) ?? 'system');

export function applyTheme(): void {
  document.documentElement.dataset.theme = theme.value;
}

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
  store.set(KEY, theme.value);
  applyTheme();
}
