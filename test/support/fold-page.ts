// Runs in the browser: records a page with rrweb, changes it at random, folds what was recorded, and plays both.
import { record } from '@rrweb/record';
import { Replayer } from 'rrweb';
import { compactEvent, type PlainEvent } from '#domain/replay/compact.ts';
import { expandEvents } from '#domain/replay/expand.ts';
import { createFoldedPage } from '#domain/replay/fold.ts';

export type Proof = { live: string; whole: string; folded: string; refolded: string; events: number; deeds: number };

const WORDS = ['one', 'two', 'three', 'four'];

/** As many deeds on the page as are asked for, from this seed; every so often rrweb gets the time to notice. */
export async function change(root: HTMLElement, seed: number, deeds: number): Promise<void> {
  let state = seed;
  const below = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const word = () => WORDS[below(WORDS.length)] as string;
  const any = () => {
    const all = [root, ...root.querySelectorAll<HTMLElement>('*')].filter((one) => one.matches('div,section,ul,li,p'));
    return all[below(all.length)] as HTMLElement;
  };
  const grown = (depth: number): HTMLElement => {
    const element = document.createElement(['div', 'section', 'ul', 'li', 'p'][below(5)] as string);
    element.className = word();
    element.append(word());
    if (depth > 0) for (let i = below(3); i > 0; i -= 1) element.append(grown(depth - 1), word());
    return element;
  };
  const sheet = root.ownerDocument.querySelector<HTMLStyleElement>('#rules')?.sheet;
  const shadow = root.ownerDocument.querySelector('#host')?.shadowRoot;
  for (let i = 0; i < deeds; i += 1) {
    const one = any();
    switch (below(14)) {
      case 0:
      case 1:
        one.insertBefore(grown(2), one.childNodes[below(one.childNodes.length + 1)] ?? null);
        break;
      case 2:
        if (one !== root) one.remove();
        break;
      case 3: {
        const to = any();
        if (one !== root && !one.contains(to))
          to.insertBefore(one, to.childNodes[below(to.childNodes.length + 1)] ?? null);
        break;
      }
      case 4:
        one.setAttribute('title', word());
        break;
      case 5:
        one.removeAttribute('title');
        break;
      case 6:
        one.style.width = `${below(90)}px`;
        one.style.color = word() === 'one' ? '' : 'teal';
        break;
      case 7:
        one.style.cssText = 'top: 1px; left: 2px';
        break;
      case 8: {
        const text = [...one.childNodes].find((node) => node instanceof Text);
        if (text) text.nodeValue = word();
        break;
      }
      case 9:
        if (one !== root) one.innerHTML = `<b>${word()}</b> and <i class="${word()}">${word()}</i>`;
        break;
      case 10:
        sheet?.insertRule(`.${word()} { margin: ${below(9)}px }`, below((sheet.cssRules.length ?? 0) + 1));
        break;
      case 11:
        if (sheet && sheet.cssRules.length > 1) sheet.deleteRule(below(sheet.cssRules.length));
        break;
      case 12:
        shadow?.append(grown(1));
        break;
      default:
        shadow?.firstElementChild?.remove();
    }
    if (below(4) === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What there is to see of a document: tree, shadow trees, and the rules that count. */
export function seen(page: Document): string {
  const of = (node: Node): string => {
    if (node instanceof page.defaultView!.Text) return node.nodeValue ?? '';
    if (!(node instanceof page.defaultView!.Element)) return '';
    const attributes = [...node.attributes]
      .filter(({ name }) => !name.startsWith('rr_'))
      .map(
        ({ name }) => ` ${name}="${name === 'style' ? (node as HTMLElement).style.cssText : node.getAttribute(name)}"`,
      )
      .sort();
    const inner = [...(node.shadowRoot?.childNodes ?? [])].map(of).join('');
    return `<${node.localName}${attributes.join('')}>${node.shadowRoot ? `#(${inner})` : ''}${[...node.childNodes].map(of).join('')}</>`;
  };
  const rules = [...(page.querySelector<HTMLStyleElement>('#rules')?.sheet?.cssRules ?? [])].map(
    ({ cssText }) => cssText,
  );
  return [of(page.querySelector('#stage') as Element), of(page.querySelector('#host') as Element), ...rules].join('\n');
}

/** From the start to a time, else to the end. A replayer changes what it is given. */
export async function played(
  events: PlainEvent[],
  at = events.at(-1)?.timestamp ?? 0,
  useVirtualDom = false,
): Promise<string> {
  const root = document.createElement('div');
  document.body.append(root);
  const replayer = new Replayer(structuredClone(events) as ConstructorParameters<typeof Replayer>[0], {
    root,
    mouseTail: false,
    // Its fast way forward is not its exact one.
    useVirtualDom,
    showWarning: false,
  });
  replayer.pause(at - (events[0]?.timestamp ?? 0) + 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const page = seen(replayer.iframe.contentDocument as Document);
  replayer.destroy();
  root.remove();
  return page;
}

const fold = (events: PlainEvent[]): PlainEvent[] => {
  const page = createFoldedPage();
  // As they are stored.
  const stored = JSON.parse(JSON.stringify(events.map(compactEvent))) as unknown[];
  for (const event of expandEvents(stored)) page.apply(event as PlainEvent);
  return page.snapshotAt(events.at(-1)?.timestamp ?? 0) ?? [];
};

/** Everything played; a base of the first half and the rest played; and a base of that base, later. */
export async function prove(seed: number, deeds: number): Promise<Proof> {
  const events: PlainEvent[] = [];
  const stop = record({ emit: (event) => events.push(structuredClone(event) as PlainEvent), slimDOMOptions: 'all' });
  await change(document.querySelector('#stage') as HTMLElement, seed, deeds);
  stop?.();
  const live = seen(document);
  const [half, most] = [Math.max(2, Math.floor(events.length / 2)), Math.max(2, Math.floor(events.length * 0.8))];
  const base = fold(events.slice(0, half));
  const later = fold([...base, ...events.slice(half, most)]);
  return {
    live,
    whole: await played(events),
    folded: await played([...base, ...events.slice(half)]),
    refolded: await played([...later, ...events.slice(most)]),
    events: events.length,
    deeds,
  };
}

(window as unknown as { prove: typeof prove }).prove = prove;
