import type { ScriptedVisitor } from './visitor.ts';

/** One way to run into something, or not. */
export type Flow = {
  name: string;
  /** The page it happens on, by its name in the navigation. */
  page: string;
  /** What went wrong last, as a bug report's last line has it; null is nothing. */
  failure: RegExp | null;
  /** Made by the session around the page, not by the product: a script cannot make it happen again. */
  isStaged?: true;
  /** Before the page is opened. */
  stage?(me: ScriptedVisitor): Promise<void>;
  play(me: ScriptedVisitor): Promise<void>;
};

const CARD = {
  'Card number': '4000 0000 0000 0002',
  'Expiry date': '11/31',
  CVC: '737',
  'Name on card': 'Priya Raman',
};
const fillAll = async (me: ScriptedVisitor, fields: Record<string, string>) => {
  for (const [label, value] of Object.entries(fields)) await me.fill(label, value);
};
const answerWith = (path: string, status: number) => async (me: ScriptedVisitor) => {
  await me.page.route(`**${path}`, (route) => route.fulfill({ status, json: { error: 'internal' } }));
};

export const FLOWS: readonly Flow[] = [
  {
    name: 'pays with the card on file',
    page: 'Billing',
    failure: /POST \/api\/pay → 402/,
    async play(me) {
      await me.wait(8);
      await me.trouble();
      await me.press('Pay');
    },
  },
  {
    name: 'pays three times, at leisure',
    page: 'Billing',
    failure: /POST \/api\/pay → 402/,
    async play(me) {
      await me.wait(5);
      await me.trouble();
      for (let i = 0; i < 3; i += 1) {
        await me.press('Pay');
        await me.wait(15);
      }
    },
  },
  {
    name: 'presses Pay again and again',
    page: 'Billing',
    failure: /POST \/api\/pay → 402/,
    async play(me) {
      await me.wait(4);
      await me.trouble();
      await me.press('Pay', { times: 5 });
    },
  },
  {
    name: 'pays with another card',
    page: 'Billing',
    failure: /POST \/api\/pay → 402/,
    async play(me) {
      await fillAll(me, CARD);
      await me.trouble();
      await me.press('Pay');
    },
  },
  {
    name: 'sends the card by the keyboard',
    page: 'Billing',
    failure: /POST \/api\/pay → 402/,
    async play(me) {
      await fillAll(me, CARD);
      await me.trouble();
      await me.page.getByLabel('Name on card').press('Enter');
      await me.settle();
      await me.wait(2);
    },
  },
  {
    name: 'a card that the page refuses',
    page: 'Billing',
    failure: /Card number/,
    async play(me) {
      await me.fill('Card number', '4000');
      await me.fill('CVC', '73');
      await me.trouble();
      for (let i = 0; i < 2; i += 1) {
        await me.press('Pay');
        await me.wait(10);
      }
    },
  },
  {
    name: 'makes a key',
    page: 'API keys',
    failure: /POST \/api\/keys → 500/,
    async play(me) {
      await me.wait(3);
      await me.trouble();
      await me.press('Create key');
    },
  },
  {
    name: 'makes a key with a name, twice',
    page: 'API keys',
    failure: /POST \/api\/keys → 500/,
    async play(me) {
      await me.fill('Key name', 'invoice export');
      await me.choose('Mode', 'Test');
      await me.trouble();
      await me.press('Create key');
      await me.wait(20);
      await me.press('Create key');
    },
  },
  {
    name: 'empties the company’s name',
    page: 'Settings',
    failure: /Company name/,
    async play(me) {
      await me.fill('Company name', '');
      await me.trouble();
      await me.press('Save changes');
      await me.wait(6);
    },
  },
  {
    name: 'a VAT number of another country, three times',
    page: 'Settings',
    failure: /POST \/api\/settings → 422/,
    async play(me) {
      await me.fill('VAT number', 'XX1');
      await me.trouble();
      for (let i = 0; i < 3; i += 1) {
        await me.press('Save changes');
        await me.wait(9);
        if (i < 2) await me.fill('VAT number', `XX${i}2`);
      }
    },
  },
  {
    name: 'an address without @',
    page: 'Settings',
    failure: /Billing e-mail/,
    async play(me) {
      await me.fill('Billing e-mail', 'accounts.example.com');
      await me.trouble();
      await me.press('Save changes');
      await me.wait(4);
      await me.press('Save changes');
    },
  },
  {
    name: 'runs a report',
    page: 'Reports',
    failure: /TypeError|undefined/,
    async play(me) {
      await me.wait(4);
      await me.trouble();
      await me.press('Run report');
    },
  },
  {
    name: 'runs another report of another time',
    page: 'Reports',
    failure: /TypeError|undefined/,
    async play(me) {
      await me.choose('Report', 'Customer churn');
      await me.choose('Period', 'Last month');
      await me.trouble();
      await me.press('Run report');
      await me.wait(12);
      await me.press('Run report');
    },
  },
  {
    name: 'exports, and nothing happens',
    page: 'Reports',
    failure: /Export/,
    async play(me) {
      await me.wait(6);
      await me.trouble();
      await me.press('Export');
      await me.wait(7);
      await me.press('Export');
      await me.wait(7);
    },
  },
  {
    name: 'exports with growing impatience',
    page: 'Reports',
    failure: /Export/,
    async play(me) {
      await me.wait(6);
      await me.trouble();
      await me.press('Export', { times: 6 });
      await me.wait(3);
    },
  },
  {
    name: 'the forecast takes long',
    page: 'Reports',
    failure: /GET \/api\/reports\/slow took/,
    async stage(me) {
      await me.trouble();
    },
    async play(me) {
      // The server’s clock is its own.
      await me.page.waitForTimeout(3500);
      await me.wait(2);
    },
  },
  {
    name: 'goes back, and pays',
    page: 'Billing',
    failure: /POST \/api\/pay → 402/,
    async play(me) {
      await me.go('Customers');
      await me.page.goBack();
      await me.page.getByRole('heading', { level: 1, name: 'Billing' }).waitFor();
      await me.settle();
      await me.wait(3);
      await me.trouble();
      await me.press('Pay');
    },
  },
  {
    name: 'pays on a train',
    page: 'Billing',
    failure: /POST \/api\/pay → no answer/,
    async play(me) {
      await me.wait(5);
      await me.context.setOffline(true);
      await me.wait(1);
      await me.trouble();
      await me.press('Pay');
      await me.wait(3);
      await me.context.setOffline(false);
    },
  },
  {
    name: 'the page cannot load its data',
    page: 'Customers',
    failure: /GET \/api\/customers → 503/,
    isStaged: true,
    async stage(me) {
      await answerWith('/api/customers', 503)(me);
      await me.trouble();
    },
    async play(me) {
      await me.wait(9);
    },
  },
  {
    name: 'an error soon after the page has opened',
    page: 'Account',
    failure: /Widget is not ready/,
    isStaged: true,
    async stage(me) {
      await me.trouble();
    },
    async play(me) {
      await me.page.evaluate(() => {
        setTimeout(() => {
          // What a timer throws would stop the clock that we hold.
          void Promise.reject(new Error('Widget is not ready'));
        }, 1500);
      });
      await me.wait(4);
    },
  },
  {
    name: 'a request that a page makes by itself fails all the time, and a payment',
    page: 'Billing',
    failure: /POST \/api\/pay → 402/,
    async play(me) {
      await me.page.evaluate(() => {
        setInterval(() => void fetch('/api/presence').catch(() => {}), 5000);
      });
      await me.wait(40);
      await me.trouble();
      await me.press('Pay');
      await me.wait(12);
      await me.press('Pay');
    },
  },
  {
    name: 'a blocked tracker, and a report',
    page: 'Reports',
    failure: /TypeError|undefined/,
    async stage(me) {
      await me.page.route('**/collect*', (route) => route.abort('blockedbyclient'));
    },
    async play(me) {
      await me.page.evaluate(() => {
        setInterval(() => void fetch('/collect?e=1').catch(() => {}), 3000);
      });
      await me.wait(30);
      await me.trouble();
      await me.press('Run report');
      await me.wait(5);
    },
  },
  {
    name: 'a page that complains to its console, and a key',
    page: 'API keys',
    failure: /POST \/api\/keys → 500/,
    async play(me) {
      await me.page.evaluate(() => {
        setInterval(() => console.error('deprecated: keyTable()'), 4000);
      });
      await me.wait(35);
      await me.trouble();
      await me.press('Create key');
    },
  },
  {
    name: 'looks at customers',
    page: 'Customers',
    failure: null,
    async play(me) {
      await me.page.getByLabel('Filter customers').fill('past due');
      await me.wait(10);
    },
  },
  {
    name: 'saves the settings',
    page: 'Settings',
    failure: null,
    async play(me) {
      await me.fill('Company name', 'Northwind Ltd');
      await me.press('Save changes');
      await me.wait(10);
    },
  },
  {
    name: 'reads the account',
    page: 'Account',
    failure: null,
    async play(me) {
      await me.press('Invite member');
      await me.wait(20);
    },
  },
];

/** What somebody does before: other pages, or earlier trouble that is not what they write about. */
export const PRELUDES: readonly { name: string; play(me: ScriptedVisitor): Promise<void> }[] = [
  { name: 'at once', play: async () => {} },
  {
    name: 'after a look around',
    async play(me) {
      await me.wait(5);
      await me.go('Customers');
      await me.wait(20);
      await me.go('Account');
      await me.wait(10);
    },
  },
  {
    name: 'after other trouble, minutes ago',
    async play(me) {
      await me.go('Reports');
      await me.press('Export');
      await me.wait(8);
      await me.go('Dashboard');
      await me.wait(200);
    },
  },
];

/** How long they think before they write, in seconds. */
export const THINKS = [8, 25, 70] as const;
