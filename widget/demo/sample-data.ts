import { type Account, isoDate } from './accounts.ts';

export type Customer = {
  id: string;
  name: string;
  email: string;
  plan: string;
  status: string;
  country: string;
  balance: number;
  since: string;
};
export type Invoice = { number: string; issuedAt: string; amount: number; status: 'paid' | 'open' | 'overdue' };

const CUSTOMER_COUNT = 2000;
const DAY_MS = 86_400_000;
/** An invoice is due 14 days after its issue, so the account at risk has an overdue one and the others an open one. */
const NEWEST_INVOICE_AGE_DAYS = { at_risk: 20, healthy: 6 };
/** Every month has this day. */
const LAST_COMMON_DAY = 28;
const FIRST =
  'Alder Birch Cobalt Delta Ember Fjord Garnet Harbor Indigo Juniper Kestrel Lumen Maple Nimbus Orchid Pioneer Quarry Ridge Sable Tidal Umber Vertex Willow Yarrow Zephyr'.split(
    ' ',
  );
const SECOND =
  'Analytics Bakery Clinics Design Energy Foods Games Health Interiors Labs Logistics Media Networks Outdoor Partners Robotics Software Textiles Travel Works'.split(
    ' ',
  );
const COUNTRIES = ['Germany', 'United Kingdom', 'United States', 'France', 'Netherlands', 'Austria', 'Spain'];
const STATUSES = ['Active', 'Active', 'Active', 'Active', 'Active', 'Active', 'Past due', 'Paused', 'Cancelled'];
const PLANS = [
  { name: 'Starter', price: 29 },
  { name: 'Growth', price: 119 },
  { name: 'Scale', price: 480 },
];

/** Same seed, same figures: screenshots and tests can be compared. (mulberry32) */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function listCustomers(): Customer[] {
  const random = seededRandom(20_26);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  return Array.from({ length: CUSTOMER_COUNT }, (_, index) => {
    const first = FIRST[index % FIRST.length] as string;
    const second = SECOND[Math.floor(index / FIRST.length) % SECOND.length] as string;
    const round = Math.floor(index / (FIRST.length * SECOND.length));
    const name = `${first} ${second}${round === 0 ? '' : ` ${['North', 'South', 'West'][round - 1]}`}`;
    const plan = pick(PLANS);
    const status = pick(STATUSES);
    const owes = status === 'Past due' ? 1 + Math.floor(random() * 3) : 0;
    return {
      id: `cus_${String(index + 1).padStart(5, '0')}`,
      name,
      email: `accounts@${name.toLowerCase().replaceAll(' ', '-')}.example`,
      plan: plan.name,
      status,
      country: pick(COUNTRIES),
      balance: owes * plan.price,
      since: isoDate(Date.UTC(2021, 0, 4) + Math.floor(random() * 1700) * DAY_MS),
    };
  });
}

/** The subscription's own invoices, newest first; the newest is the one that cannot be paid. */
export function listInvoices(account: Account, now: number): Invoice[] {
  const newest = new Date(now - NEWEST_INVOICE_AGE_DAYS[account.health] * DAY_MS);
  const day = Math.min(newest.getUTCDate(), LAST_COMMON_DAY);
  const amount = { enterprise: 7000, pro: 312, free: 19 }[account.tier];
  return Array.from({ length: account.tier === 'free' ? 3 : 8 }, (_, index) => {
    const issued = new Date(Date.UTC(newest.getUTCFullYear(), newest.getUTCMonth() - index, day));
    const month = String(issued.getUTCMonth() + 1).padStart(2, '0');
    return {
      number: `LL-${issued.getUTCFullYear()}${month}-${account.id.length}${account.seats.included}`,
      issuedAt: isoDate(issued.getTime()),
      amount,
      status: index === 0 ? (account.health === 'at_risk' ? 'overdue' : 'open') : 'paid',
    };
  });
}

export function summariseRevenue(account: Account, now: number) {
  const random = seededRandom(account.id.length * 977 + account.seats.included);
  const today = new Date(now);
  const base = { enterprise: 410_000, pro: 38_000, free: 2_100 }[account.tier];
  const months = Array.from({ length: 12 }, (_, index) => {
    const month = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 11 + index, 1));
    const dip = account.health === 'at_risk' && index > 8 ? 0.82 : 1;
    return {
      month: isoDate(month.getTime()).slice(0, 7),
      amount: Math.round(base * (0.78 + index * 0.022 + random() * 0.09) * dip),
    };
  });
  const current = months.at(-1)?.amount ?? 0;
  const previous = months.at(-2)?.amount ?? 1;
  return {
    months,
    recurring: current,
    recurringChange: (current - previous) / previous,
    collected: Math.round(current * 0.71),
    outstanding: Math.round(current * 0.18),
    overdueInvoices: account.tier === 'enterprise' ? 37 : account.tier === 'pro' ? 9 : 2,
  };
}
