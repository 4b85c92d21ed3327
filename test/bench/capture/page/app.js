/**
 * A busy page of a business application, the same for every recorder: `?rows=N` orders in blocks of a hundred, and `runActivity(ms)`, which
 * plays the same operations in the same order however slow the page is. No randomness but the seed's.
 */
const rows = Number(new URLSearchParams(location.search).get('rows') ?? 5000);
const BLOCK = 100;
const STEP_MS = 10;
const MAX_STEPS_AT_ONCE = 20;
const RULES = 1500;
const WORDS =
  'amber basin cedar delta ember fjord grove harbor island juniper kestrel lagoon meadow nectar orchid prairie'.split(
    ' ',
  );

let seed = 20_261;
/** Mulberry32: small, and the same everywhere. */
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(random() * n);
const word = () => WORDS[below(WORDS.length)];
const one = (selector) => document.querySelector(selector);
const amount = () => (random() * 9999).toFixed(2);

const orderRow = (n) =>
  `<tr class="k${n % 9}" data-order="${n}"><td>${n}</td><td class="buyer">${word()} ${word()}</td><td class="mail">${word()}.${n}@${word()}.example</td><td><span class="tag t${n % 4}">${word()}</span></td><td class="total">${amount()}</td><td><i class="state s${n % 3}"></i><span>${word()}</span></td><td><button class="look">show</button></td></tr>`;
const orders = (from) => Array.from({ length: BLOCK }, (_, i) => orderRow(from + i)).join('');

/** As large as a component library’s sheet. */
function addRules() {
  const style = document.createElement('style');
  style.textContent = Array.from(
    { length: RULES },
    (_, i) =>
      `.u${i} .${WORDS[i % 16]}-${i}{color:hsl(${i % 360} 40% 40%);padding:${i % 9}px ${i % 7}px;border-radius:${i % 5}px}`,
  ).join('\n');
  document.head.append(style);
}

function feedItem(n) {
  const item = document.createElement('div');
  item.className = `entry e${n % 5}`;
  item.dataset.n = String(n);
  item.innerHTML = `<b>#${n}</b><span>${word()} ${word()}</span><em>${below(1000)}</em><a href="#entry-${n}">open</a>`;
  return item;
}

addRules();
for (let i = 0; i < 12; i += 1) {
  one('nav').insertAdjacentHTML('beforeend', `<a href="#/${i}" class="place">${word()}</a>`);
  one('aside').insertAdjacentHTML(
    'beforeend',
    `<div class="place"><svg width="16" height="16" viewBox="0 0 16 16"><path d="M3 3h10v10H3z"/></svg><span>${word()} ${word()}</span><em>${below(99)}</em></div>`,
  );
}
for (let i = 0; i < 8; i += 1)
  one('.figures').insertAdjacentHTML(
    'beforeend',
    `<div class="figure"><h3>${word()}</h3><p>${below(1e6)}</p><small>${word()} ${word()}</small></div>`,
  );
const blocks = Array.from({ length: Math.ceil(rows / BLOCK) }, (_, b) => {
  const block = document.createElement('tbody');
  const count = Math.min(BLOCK, rows - b * BLOCK);
  block.innerHTML = Array.from({ length: count }, (_, i) => orderRow(b * BLOCK + i)).join('');
  one('table').append(block);
  return block;
});
const feed = one('.feed');
for (let i = 0; i < 30; i += 1) feed.append(feedItem(i));

const anyRow = () => {
  const block = blocks[below(blocks.length)];
  return block.rows[below(block.rows.length)];
};
const targets = [...document.querySelectorAll('.figure, .place, form label')];
let active = false;
let fed = 30;
let pointed = 0;
let typed = 0;
let scrolled = 0;
let views = 0;
let isLayerOpen = false;
const pointer = { x: 10, y: 10 };

/** Each with its period; what runs in the same step runs in this order. */
const DEEDS = [
  [
    100,
    () => {
      for (let i = 0; i < 20; i += 1) anyRow().cells[4].firstChild.data = amount();
      for (let i = 0; i < 10; i += 1) anyRow().classList.toggle('marked');
    },
  ],
  [
    50,
    () => {
      for (let i = 0; i < 5; i += 1) {
        feed.firstChild.remove();
        feed.append(feedItem(fed));
        fed += 1;
      }
      feed.scrollTop = (fed * 7) % 200;
    },
  ],
  [
    1000,
    () => {
      isLayerOpen = !isLayerOpen;
      const field = () => `<p><label>${word()}</label><input value="${word()}"><span>${word()}</span></p>`;
      one('.layer').innerHTML = isLayerOpen
        ? `<dialog open><h2>Change</h2>${Array.from({ length: 60 }, field).join('')}</dialog>`
        : '';
    },
  ],
  [
    5000,
    () => {
      blocks[below(blocks.length)].innerHTML = orders(below(1e4));
    },
  ],
  [
    15_000,
    () => {
      views += 1;
      history.pushState({}, '', `?rows=${rows}&view=${views}`);
      one('.view').innerHTML = Array.from(
        { length: 100 },
        (_, i) => `<article class="a${i % 7}"><h4>${word()}</h4><p>${word()} ${word()} ${word()}</p></article>`,
      ).join('');
    },
  ],
  [
    30,
    () => {
      pointer.x = (pointer.x + 7) % 1200;
      pointer.y = (pointer.y + 5) % 700;
      pointed += 1;
      point('mousemove');
    },
  ],
  [
    1000,
    () => {
      for (const name of ['mousedown', 'mouseup', 'click']) point(name);
    },
  ],
  [
    200,
    () => {
      const fields = one('form').querySelectorAll('input:not([type=checkbox]), textarea');
      const field = fields[Math.floor(typed / 8) % fields.length];
      field.focus({ preventScroll: true });
      field.value = (typed % 8 === 0 ? '' : field.value) + 'lavender'[typed % 8];
      field.dispatchEvent(new InputEvent('input', { bubbles: true, data: 'x' }));
      typed += 1;
    },
  ],
  [
    500,
    () => {
      scrolled += 1;
      one('main').scrollTop = (scrolled * 30) % 40;
      scrollTo(0, (scrolled * 10) % 200);
    },
  ],
  [10_000, () => void fetch(`/api/echo?x=${below(1000)}`).catch(() => {})],
];

function point(name) {
  const target = targets[Math.floor(pointed / 10) % targets.length];
  target.dispatchEvent(
    new MouseEvent(name, { bubbles: true, cancelable: true, clientX: pointer.x, clientY: pointer.y, view: window }),
  );
}

function animate(at) {
  if (active)
    [...one('.gauges').children].forEach((gauge, i) => {
      gauge.style.width = `${(50 + 50 * Math.sin(at / 300 + i)).toFixed(1)}%`;
    });
  requestAnimationFrame(animate);
}
requestAnimationFrame(animate);

window.runActivity = (ms) =>
  new Promise((resolve) => {
    active = true;
    const startedAt = performance.now();
    const total = ms / STEP_MS;
    let step = 0;
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor((performance.now() - startedAt) / STEP_MS));
      for (let n = 0; step < due && n < MAX_STEPS_AT_ONCE; n += 1) {
        step += 1;
        for (const [everyMs, run] of DEEDS) if ((step * STEP_MS) % everyMs === 0) run();
      }
      if (step < total) return;
      clearInterval(timer);
      active = false;
      resolve(undefined);
    }, STEP_MS);
  });
