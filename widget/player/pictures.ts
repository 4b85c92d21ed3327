import { pixelsOf } from '#domain/redaction/picture-size.ts';

/** Of all different pictures and canvases that a page shows, together: each is four bytes, and twenty of the largest would end a tab. */
const MAX_PIXELS = 64_000_000;
const PICTURES = 'img[src^="data:" i],input[src^="data:" i],canvas';

export type PictureGuard = {
  /** A node stands in the page now, with all that is in it. `attributes`: those that were recorded of it. */
  built(node: Node, attributesOf: (node: Node) => Record<string, unknown>): void;
  /** An attribute of it is another one. */
  changed(element: Element, name: string): void;
};

/** [X8] Counts what the pictures of a page take when they are decoded; those that are too many are not shown. The same picture is decoded once. */
export function createPictureGuard(): PictureGuard {
  /** What each element shows, and how many pixels that is. */
  const shown = new Map<Element, { what: string; pixels: number }>();
  const pixelsOfWhat = new Map<string, number>();
  const canvases = new Map<Element, { what: string; pixels: number }>();
  let sum = 0;
  let isFresh = false;

  function put(what: string, pixels: number): void {
    sum += pixels - (pixelsOfWhat.get(what) ?? 0);
    pixelsOfWhat.set(what, pixels);
  }

  /** Much of what was counted may have gone. Once in a task: looking takes as long as there is much. */
  function countAgain(): void {
    if (isFresh) return;
    isFresh = true;
    queueMicrotask(() => {
      isFresh = false;
    });
    sum = 0;
    pixelsOfWhat.clear();
    for (const [element, { what, pixels }] of shown) {
      if (element.isConnected) put(what, pixels);
      else shown.delete(element);
    }
  }

  function hasRoom(element: Element, what: string, pixels: number): boolean {
    shown.set(element, { what, pixels });
    put(what, pixels);
    if (sum > MAX_PIXELS) countAgain();
    if (sum <= MAX_PIXELS) return true;
    shown.delete(element);
    put(what, 0);
    pixelsOfWhat.delete(what);
    return false;
  }

  function look(element: Element): void {
    const src = element.getAttribute('src') ?? '';
    if (!/^\s*data:/i.test(src) || /^\s*data:image\/svg/i.test(src)) return;
    if (!hasRoom(element, src, pixelsOf(src) ?? MAX_PIXELS)) element.removeAttribute('src');
  }

  function lookAtCanvas(canvas: HTMLCanvasElement): void {
    const drawn = canvases.get(canvas);
    if (drawn === undefined) return;
    if (hasRoom(canvas, drawn.what, canvas.width * canvas.height + drawn.pixels)) return;
    // rrweb draws into it when the picture has come: nothing takes nothing.
    [canvas.width, canvas.height] = [0, 0];
  }

  return {
    built(node, attributesOf) {
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      const one = node as Element;
      if (!one.matches(PICTURES)) return;
      if (one.localName !== 'canvas') {
        look(one);
        return;
      }
      const { rr_dataURL: url } = attributesOf(one);
      // Each is its own, and a picture is drawn into it.
      if (typeof url === 'string')
        canvases.set(one, { what: `canvas ${canvases.size}`, pixels: pixelsOf(url) ?? MAX_PIXELS });
      lookAtCanvas(one as HTMLCanvasElement);
    },
    changed(element, name) {
      if (element.localName === 'canvas') {
        if (/^(?:width|height)$/.test(name)) lookAtCanvas(element as HTMLCanvasElement);
      } else if (name === 'src' && element.matches(PICTURES)) look(element);
    },
  };
}
