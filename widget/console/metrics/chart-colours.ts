export type ChartColours = {
  ink: string;
  paper: string;
  quiet: string;
  line: string;
  accent: string;
  band: string;
  font: string;
};

/**
 * The page's custom properties as colours that a canvas understands. A probe, because the value of a custom property is text: a
 * canvas cannot read `light-dark(…)`, the style engine can.
 */
export function readColours(inside: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  inside.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ink: colour('--m-ink'),
    paper: colour('--m-paper'),
    quiet: colour('--m-quiet'),
    line: colour('--m-line'),
    accent: colour('--m-accent'),
    band: colour('--m-band'),
    font: getComputedStyle(probe).fontFamily,
  };
  probe.remove();
  return colours;
}

/** Calls back when the colours may have changed: the system's setting, or the console's own switch on the root element. */
export function watchTheme(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(changed);
  dark.addEventListener('change', changed);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
  return () => {
    dark.removeEventListener('change', changed);
    observer.disconnect();
  };
}
