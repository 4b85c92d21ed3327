// @ts-check
// The page's policy refuses every string that would become markup, so all of it is built node by node.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] `on…` are listeners; `true` is an empty attribute; false, null and undefined are left out
 * @param {...any} children
 * @returns {any}
 */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...any} children
 * @returns {any}
 */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Record<string, any>} props
 * @param {any[]} children
 * @returns {T}
 */
function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(2))
    if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/**
 * @param {{ caption: string, columns: { label: string, number?: boolean }[], rows: any[][] }} table
 * @returns {any}
 */
export function table({ caption, columns, rows }) {
  return el(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el(
      'table',
      {},
      el('caption', { class: 'visually-hidden' }, caption),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          columns.map(({ label, number }) => el('th', { scope: 'col', class: number && 'number' }, label)),
        ),
      ),
      el(
        'tbody',
        {},
        rows.map((cells) =>
          el(
            'tr',
            {},
            cells.map((cell, at) => el('td', { class: columns[at]?.number && 'number' }, cell)),
          ),
        ),
      ),
    ),
  );
}

/** @param {string} word @param {'good' | 'warn' | 'bad' | 'quiet'} tone */
export function badge(word, tone) {
  const mark = { good: '●', warn: '▲', bad: '■', quiet: '○' }[tone];
  return el('span', { class: `badge ${tone}` }, el('span', { 'aria-hidden': 'true' }, mark), ` ${word}`);
}

/**
 * @param {{ id: string, label: string, hint?: string, control: any }} field
 */
export function field({ id, label, hint, control }) {
  control.id = id;
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(' ');
  control.setAttribute('aria-describedby', described);
  return el(
    'div',
    { class: 'field' },
    el('label', { for: id }, label),
    control,
    hint && el('p', { class: 'hint', id: `${id}-hint` }, hint),
    el('p', { class: 'field-error', id: `${id}-error` }),
  );
}

/** Shows one message under each refused control and puts the cursor into the first. @param {Record<string, string>} messages by id */
export function showFieldErrors(form, messages) {
  let first = null;
  for (const control of form.querySelectorAll('input, select')) {
    const slot = document.getElementById(`${control.id}-error`);
    const message = messages[control.id] ?? '';
    if (slot) slot.textContent = message;
    if (message) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
    if (message) first ??= control;
  }
  first?.focus();
}

/** An empty live region; text put into it is read out. @param {'alert' | 'status'} role */
export function notice(role) {
  return el('p', { class: `notice ${role}`, role });
}

/** @param {string} title @param {any} [id] */
export function card(title, ...children) {
  const id = `card-${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  return el('section', { class: 'card', 'aria-labelledby': id }, el('h2', { id }, title), children);
}

/** @param {number} lines */
export function skeleton(lines) {
  return el(
    'div',
    { class: 'skeleton', 'aria-busy': 'true' },
    Array.from({ length: lines }, () => el('div', { class: 'skeleton-line' })),
  );
}
