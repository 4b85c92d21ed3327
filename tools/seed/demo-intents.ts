import type { SeedArticle } from './seed.ts';

/** What Ledgerline's users write about each part of the product, in their words. */
const EXAMPLES = {
  billing: [
    'you charged my card two times',
    'my payment was refused',
    'i want my money back for last month',
    'send me the invoice as a pdf',
    'our company address on the bill is wrong',
    'how much is the bigger plan',
    'we want to go back to the free plan',
    'please change the credit card you charge',
    'why is there tax on it',
    'we would like to end our subscription',
  ],
  'api-keys': [
    'i need a token for your api',
    'the api says unauthorized',
    'creating a key fails',
    'our secret key leaked',
    'too many requests error',
    'replace a key without downtime',
    'no webhook arrives on our server',
    'how do i verify the signature of an event',
    'which scopes does a read key have',
    'the sandbox key does not work in production',
  ],
  reports: [
    'the report stays empty',
    'nothing happens when i press run',
    'export the numbers to excel',
    'revenue for the last quarter',
    'mail me this report every week',
    'the forecast looks wrong',
    'which invoices are late and by how long',
    'how many customers left us this year',
  ],
  customers: [
    'import our clients from a file',
    'the same client is there twice',
    'find everybody who has not paid',
    'download the list of clients',
    'erase the data of one person',
    'give one of our clients a refund',
    'our client disputes the charge',
    'stop the reminders for one client',
  ],
  settings: [
    'connect our accounting software',
    'post alerts to our chat channel',
    'sync with the crm',
    'log in with our identity provider',
    'who changed this setting',
    'the form cannot be saved',
    'switch the currency of our invoices',
    'when do you pay out to our bank',
  ],
  account: [
    'i cannot log in',
    'the reset link never came',
    'turn on two factor',
    'add a new colleague to the team',
    'make somebody else the owner',
    'my account is locked',
    'delete everything we have with you',
    'which rights does a viewer have',
  ],
} as const;

/** As the settings keep them; an intent is called like the part of the product, which is what routes and metrics know it by. */
export const demoIntents = (articles: readonly SeedArticle[]) =>
  Object.entries(EXAMPLES).map(([name, examples]) => ({
    name,
    examples: [...examples],
    articles: articles.filter(({ area }) => area === name).map(({ slug }) => slug),
  }));
