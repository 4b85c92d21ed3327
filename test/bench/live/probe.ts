import type { Frame, Page } from 'playwright-core';

/** What a visitor does to the page, each seen in another way. */
export const CHANGES = ['text', 'class', 'added', 'removed', 'typed', 'ticked', 'scrolled'] as const;
export type Change = (typeof CHANGES)[number];

/** How long one change is waited for; longer is no co-view. */
const PATIENCE_MS = 15_000;

/** In the visitor's page: the things that are changed, at the top of it. `now` is of the clock that all pages of this machine share. */
function furnish(): void {
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, className: string, parent: Element) => {
    const made = document.createElement(name);
    made.className = className;
    parent.append(made);
    return made;
  };
  const place = document.createElement('section');
  place.className = 'probe';
  document.body.prepend(place);
  const text = make('p', 'probe-text', place);
  const list = make('ul', 'probe-list', place);
  const field = make('input', 'probe-field', place);
  const box = make('input', 'probe-box', place);
  box.type = 'checkbox';
  const pane = make('div', 'probe-pane', place);
  Object.assign(pane.style, { height: '80px', overflow: 'auto' });
  Object.assign(make('div', 'probe-long', pane).style, { height: '2000px' });
  for (let i = 0; i < 20; i += 1) make('p', `probe-busy busy-${i}`, place);

  /** Does it, and says when and what must be seen now. */
  const change = (kind: string, i: number): { at: number; wanted: string } => {
    const at = performance.timeOrigin + performance.now();
    switch (kind) {
      case 'text':
        text.textContent = `at ${i}`;
        return { at, wanted: `at ${i}` };
      case 'class':
        text.className = `probe-text mark-${i}`;
        return { at, wanted: text.className };
      case 'added':
        make('li', 'probe-row', list).textContent = `row ${i}`;
        return { at, wanted: `${list.children.length}` };
      case 'removed':
        list.firstElementChild?.remove();
        return { at, wanted: `${list.children.length}` };
      case 'typed':
        // What is typed is masked, so only whether there is something can be seen.
        field.focus();
        document.execCommand('selectAll');
        document.execCommand(field.value === '' ? 'insertText' : 'delete', false, 'words');
        field.blur();
        return { at, wanted: field.value === '' ? 'empty' : 'something' };
      case 'ticked':
        box.click();
        return { at, wanted: `${box.checked}` };
      default:
        pane.scrollTop = pane.scrollTop > 0 ? 0 : 400;
        return { at, wanted: `${Math.round(pane.scrollTop)}` };
    }
  };
  let busy: ReturnType<typeof setInterval> | undefined;
  const setBusy = (on: boolean) => {
    clearInterval(busy);
    let n = 0;
    if (on)
      busy = setInterval(() => {
        n += 1;
        (place.querySelector(`.busy-${n % 20}`) as Element).textContent = `step ${n}`;
      }, 50);
  };
  Object.assign(window, { probe: { change, setBusy } });
}

/** In the player's page: when what must be seen is in the document that it shows. */
function lookOut(): void {
  const shownDocument = () => {
    const frames = document.querySelectorAll<HTMLIFrameElement>('.replayer-wrapper iframe');
    return frames[frames.length - 1]?.contentDocument;
  };
  const read = (kind: string): string | undefined => {
    const shown = shownDocument();
    const one = <T extends Element>(selector: string) => shown?.querySelector<T>(selector) ?? undefined;
    switch (kind) {
      case 'text':
        return one('.probe-text')?.textContent ?? undefined;
      case 'class':
        return one('.probe-text')?.className;
      case 'added':
      case 'removed':
        return one('.probe-list') && `${one('.probe-list')?.children.length}`;
      case 'typed':
        return one('.probe-field') && (one<HTMLInputElement>('.probe-field')?.value === '' ? 'empty' : 'something');
      case 'ticked':
        return one('.probe-box') && `${one<HTMLInputElement>('.probe-box')?.checked}`;
      default:
        return one('.probe-pane') && `${Math.round(one('.probe-pane')?.scrollTop ?? -1)}`;
    }
  };
  const seen = (kind: string, wanted: string, patienceMs: number): Promise<number | null> =>
    new Promise((resolve) => {
      const until = performance.now() + patienceMs;
      const look = () => {
        if (read(kind) === wanted) return resolve(performance.timeOrigin + performance.now());
        if (performance.now() > until) return resolve(null);
        requestAnimationFrame(look);
      };
      look();
    });
  const picture = (): Promise<number> =>
    new Promise((resolve) => {
      const look = () => {
        if (read('text') !== undefined) return resolve(performance.timeOrigin + performance.now());
        requestAnimationFrame(look);
      };
      look();
    });
  Object.assign(window, { probe: { seen, picture } });
}

type Visited = {
  probe: { change(kind: string, i: number): { at: number; wanted: string }; setBusy(on: boolean): void };
};
type Shown = {
  probe: { seen(kind: string, wanted: string, patienceMs: number): Promise<number | null>; picture(): Promise<number> };
};

export const furnishPage = (page: Page): Promise<void> => page.evaluate(furnish);
export const setBusy = (page: Page, on: boolean): Promise<void> =>
  page.evaluate((wanted) => (window as unknown as Visited).probe.setBusy(wanted), on);

/** The player's page inside the console. */
export async function playerOf(page: Page, replayOrigin: string): Promise<Frame> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await page.waitForTimeout(20)) {
    const found = page.frames().find((frame) => frame.url().startsWith(`${replayOrigin}/replay`));
    if (found !== undefined) {
      await found.evaluate(lookOut);
      return found;
    }
  }
  throw new Error('the console shows no player');
}

/** When what `change` made is in the player's document. */
export async function seenAt(player: Frame, kind: Change, wanted: string): Promise<number> {
  const at = await player.evaluate(
    ([name, text, patienceMs]) => (window as unknown as Shown).probe.seen(name, text, patienceMs),
    [kind, wanted, PATIENCE_MS] as const,
  );
  if (at === null) throw new Error(`${kind}: “${wanted}” was not seen within ${PATIENCE_MS} ms`);
  return at;
}

/** Does one thing to the visitor's page; the answer says when, and what must be seen. */
export const change = (page: Page, kind: Change, i: number): Promise<{ at: number; wanted: string }> =>
  page.evaluate(([name, n]) => (window as unknown as Visited).probe.change(name, n), [kind, i] as const);

/** When the player first shows the page. */
export const pictureAt = (player: Frame): Promise<number> =>
  player.evaluate(() => (window as unknown as Shown).probe.picture());
