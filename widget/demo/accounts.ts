/** The people and companies who use Ledgerline in the demo. Everything here is invented. */

export type Tier = 'free' | 'pro' | 'enterprise';
export type Health = 'healthy' | 'at_risk';

export type Account = {
  id: string;
  name: string;
  tier: Tier;
  planLabel: string;
  /** USD per year. */
  contractValue: number;
  health: Health;
  renewsInDays: number;
  seats: { used: number; included: number };
  cardOnFile: { brand: string; last4: string; expires: string };
  customerSuccess: string | null;
  features: string[];
  integrations: { name: string; state: 'connected' | 'error' | 'not connected'; note: string }[];
  settings: CompanySettings;
};

export type CompanySettings = {
  companyName: string;
  billingEmail: string;
  country: string;
  vatNumber: string;
  currency: string;
};

export type DemoUser = { id: string; name: string; email: string; role: string; accountId: string };

const DAY_MS = 86_400_000;

export const ACCOUNTS: Record<string, Account> = {
  acc_northwind: {
    id: 'acc_northwind',
    name: 'Northwind Enterprise',
    tier: 'enterprise',
    planLabel: 'Enterprise, yearly',
    contractValue: 84_000,
    health: 'at_risk',
    renewsInDays: 24,
    seats: { used: 61, included: 75 },
    cardOnFile: { brand: 'Visa', last4: '0341', expires: '03/28' },
    customerSuccess: 'Dana Whitfield',
    features: ['Single sign-on', 'Audit log', 'Custom roles', 'Priority support'],
    integrations: [
      { name: 'Stripe', state: 'error', note: 'Payouts are arriving; the last card charge was refused.' },
      { name: 'Salesforce', state: 'connected', note: 'Accounts are synchronised every 15 minutes.' },
      { name: 'Xero', state: 'connected', note: 'Invoices are sent once an hour.' },
      { name: 'Slack', state: 'connected', note: 'Posts to #finance-alerts.' },
    ],
    settings: {
      companyName: 'Northwind Enterprise GmbH',
      billingEmail: 'accounts@northwind.example',
      country: 'DE',
      vatNumber: 'DE100000001',
      currency: 'USD',
    },
  },
  acc_bluebird: {
    id: 'acc_bluebird',
    name: 'Bluebird',
    tier: 'pro',
    planLabel: 'Pro, yearly',
    contractValue: 3_744,
    health: 'healthy',
    renewsInDays: 137,
    seats: { used: 6, included: 8 },
    cardOnFile: { brand: 'Mastercard', last4: '7719', expires: '11/27' },
    customerSuccess: null,
    features: ['Webhooks', 'Scheduled reports'],
    integrations: [
      { name: 'Stripe', state: 'connected', note: 'Charges and payouts are up to date.' },
      { name: 'Xero', state: 'connected', note: 'Invoices are sent once an hour.' },
      { name: 'Slack', state: 'not connected', note: 'Sends payment alerts to a channel.' },
      { name: 'Salesforce', state: 'not connected', note: 'Part of the Enterprise plan.' },
    ],
    settings: {
      companyName: 'Bluebird Studio Ltd',
      billingEmail: 'tom@bluebird.example',
      country: 'GB',
      vatNumber: 'GB100000001',
      currency: 'GBP',
    },
  },
  acc_solo: {
    id: 'acc_solo',
    name: 'Solo',
    tier: 'free',
    planLabel: 'Free',
    contractValue: 0,
    health: 'healthy',
    renewsInDays: 30,
    seats: { used: 1, included: 2 },
    cardOnFile: { brand: 'Visa', last4: '5526', expires: '08/27' },
    customerSuccess: null,
    features: ['Test keys'],
    integrations: [
      { name: 'Stripe', state: 'connected', note: 'Charges and payouts are up to date.' },
      { name: 'Xero', state: 'not connected', note: 'Part of the Pro plan.' },
      { name: 'Slack', state: 'not connected', note: 'Part of the Pro plan.' },
      { name: 'Salesforce', state: 'not connected', note: 'Part of the Enterprise plan.' },
    ],
    settings: {
      companyName: 'Solo, Lena Fischer',
      billingEmail: 'lena@solo.example',
      country: 'AT',
      vatNumber: '',
      currency: 'EUR',
    },
  },
};

/** What somebody who is not signed in looks at: figures without an owner. */
export const SAMPLE_ACCOUNT: Account = {
  ...(ACCOUNTS.acc_bluebird as Account),
  id: 'acc_sample',
  name: 'Sample workspace',
  settings: {
    companyName: 'Sample Company Ltd',
    billingEmail: 'billing@sample.example',
    country: 'GB',
    vatNumber: 'GB100000002',
    currency: 'USD',
  },
};

export const USERS: readonly DemoUser[] = [
  { id: 'usr_priya', name: 'Priya Raman', email: 'priya@northwind.example', role: 'Owner', accountId: 'acc_northwind' },
  { id: 'usr_tom', name: 'Tom Okafor', email: 'tom@bluebird.example', role: 'Admin', accountId: 'acc_bluebird' },
  { id: 'usr_lena', name: 'Lena Fischer', email: 'lena@solo.example', role: 'Owner', accountId: 'acc_solo' },
];

export const SIGNED_OUT = 'signed-out';

export function findUser(id: string | undefined): DemoUser | null {
  return USERS.find((user) => user.id === id) ?? null;
}

export function accountOf(user: DemoUser | null): Account {
  return (user && ACCOUNTS[user.accountId]) || SAMPLE_ACCOUNT;
}

export function renewalDate(account: Account, now: number): string {
  return isoDate(now + account.renewsInDays * DAY_MS);
}

export function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
