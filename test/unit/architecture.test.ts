import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

type Import = { from: string; to: string; isType: boolean };

/** Import lines of every source file below a room, with `#…` and relative paths as paths from the root. */
function importsOf(room: string): Import[] {
  const found: Import[] = [];
  for (const entry of readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.endsWith('.d.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    for (const match of readFileSync(path, 'utf8').matchAll(
      /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
    )) {
      const specifier = (match[2] ?? match[3]) as string;
      const to = specifier.startsWith('#')
        ? `worker/${specifier.slice(1)}`
        : specifier.startsWith('.')
          ? relative(ROOT, resolve(entry.parentPath, specifier))
          : specifier;
      found.push({ from: relative(ROOT, path), to, isType: match[1] !== undefined });
    }
  }
  return found;
}

const outside = (imports: Import[], allowed: (one: Import) => boolean): string[] =>
  imports.filter((one) => !allowed(one)).map(({ from, to }) => `${from} → ${to}`);

describe('test/README.md', () => {
  const table = readFileSync(join(ROOT, 'test/README.md'), 'utf8');
  const named = [...table.matchAll(/`([\w/*-]+)`/g)].map(([, name]) => name as string);
  const layers = ['unit', 'integration', 'browser', 'fault'];
  const files = layers.flatMap((layer) =>
    (readdirSync(join(ROOT, 'test', layer), { recursive: true }) as string[])
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => path.slice(0, -'.test.ts'.length)),
  );

  it('says of every test file what it is for', () => {
    const isNamed = (file: string) =>
      named.some((name) => name === file || (/[*/]$/.test(name) && file.startsWith(name.replace(/[*]$/, ''))));
    expect(files.filter((file) => !isNamed(file))).toEqual([]);
  });
});

describe('arrows point down', () => {
  it('reads imports at all', () => {
    expect(importsOf('worker/domain').length).toBeGreaterThan(50);
    expect(importsOf('widget').length).toBeGreaterThan(100);
  });

  it('the kernel imports nothing but itself', () => {
    expect(outside(importsOf('worker/domain'), ({ to }) => to.startsWith('worker/domain/'))).toEqual([
      // Pure and without a host: worker/decisions/0004-zones-by-temporal.md.
      'worker/domain/sla/zone.ts → temporal-polyfill',
    ]);
  });

  it('no page loads the zones', () => {
    const code = [...importsOf('widget')].filter(({ isType }) => !isType).map(({ to }) => to);
    expect(code.filter((to) => to.startsWith('worker/domain/sla/') || to === 'temporal-polyfill')).toEqual([]);
  });

  it('the wire knows zod and the kernel', () => {
    const allowed = ({ to }: Import) => to === 'zod' || /^worker\/(?:protocol|domain)\//.test(to);
    expect(outside(importsOf('worker/protocol'), allowed)).toEqual([]);
  });

  it('storage knows no route and no object', () => {
    const allowed = ({ to }: Import) =>
      !/^(?:worker\/(?:routes|pages|middleware)|durable-objects|widget|test)\//.test(to);
    expect(outside(importsOf('worker/storage'), allowed)).toEqual([]);
  });

  it('objects know no route and nothing of the browser', () => {
    const allowed = ({ to }: Import) => !/^(?:worker\/(?:routes|pages|middleware|app)|widget|test)/.test(to);
    expect(outside(importsOf('durable-objects'), allowed)).toEqual([]);
  });

  it('the browser takes types of the wire, and code only of its version and the kernel', () => {
    const imports = importsOf('widget').filter(
      ({ from, to }) => !from.startsWith('widget/demo/') && !to.startsWith('widget/'),
    );
    const allowed = ({ to, isType }: Import) =>
      isType || to.startsWith('worker/domain/') || to === 'worker/protocol/version.ts' || !to.startsWith('worker/');
    expect(outside(imports, allowed)).toEqual([]);
    expect(imports.filter(({ to, isType }) => to === 'zod' && !isType)).toEqual([]);
  });

  it('nothing that ships knows the tests or the demo customer', () => {
    const imports = [
      ...importsOf('worker'),
      ...importsOf('durable-objects'),
      ...importsOf('widget').filter(({ from }) => !from.startsWith('widget/demo/')),
    ];
    expect(outside(imports, ({ to }) => !/^(?:test|tools|widget\/demo)\//.test(to))).toEqual([]);
  });
});
