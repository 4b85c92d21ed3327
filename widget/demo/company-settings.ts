import type { CompanySettings } from './accounts.ts';

export type FieldErrors = Partial<Record<keyof CompanySettings, string>>;

/** What tax offices print after the country's letters. Greece writes EL; the United States has no VAT. */
const VAT_PATTERNS: Record<string, { pattern: RegExp; example: string }> = {
  AT: { pattern: /^ATU\d{8}$/, example: 'ATU12345678' },
  DE: { pattern: /^DE\d{9}$/, example: 'DE123456789' },
  ES: { pattern: /^ES[A-Z0-9]\d{7}[A-Z0-9]$/, example: 'ESB12345678' },
  FR: { pattern: /^FR[A-Z0-9]{2}\d{9}$/, example: 'FR12345678901' },
  GB: { pattern: /^GB\d{9}$/, example: 'GB123456789' },
  NL: { pattern: /^NL\d{9}B\d{2}$/, example: 'NL123456789B01' },
};
const COUNTRIES = new Set([...Object.keys(VAT_PATTERNS), 'US']);
const CURRENCIES = new Set(['USD', 'EUR', 'GBP']);
const MAX_NAME_CHARS = 120;
const MAX_EMAIL_CHARS = 254;

export function parseCompanySettings(
  body: unknown,
): { ok: true; settings: CompanySettings } | { ok: false; errors: FieldErrors } {
  const source = body && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  const text = (key: keyof CompanySettings) => (typeof source[key] === 'string' ? (source[key] as string).trim() : '');
  const settings: CompanySettings = {
    companyName: text('companyName'),
    billingEmail: text('billingEmail'),
    country: text('country'),
    vatNumber: text('vatNumber')
      .replace(/[\s.-]/g, '')
      .toUpperCase(),
    currency: text('currency'),
  };
  const errors: FieldErrors = {};
  if (!settings.companyName) errors.companyName = 'Enter the company name as it should appear on invoices.';
  else if (settings.companyName.length > MAX_NAME_CHARS) errors.companyName = 'Use 120 characters or fewer.';
  if (settings.billingEmail.length > MAX_EMAIL_CHARS || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(settings.billingEmail))
    errors.billingEmail = 'Enter an e-mail address such as accounts@company.com.';
  if (!COUNTRIES.has(settings.country)) errors.country = 'Choose a country from the list.';
  if (!CURRENCIES.has(settings.currency)) errors.currency = 'Choose a currency from the list.';
  const vat = VAT_PATTERNS[settings.country];
  if (settings.vatNumber && settings.country === 'US')
    errors.vatNumber = 'Companies in the United States have no VAT number. Leave this empty.';
  else if (settings.vatNumber && vat && !vat.pattern.test(settings.vatNumber))
    errors.vatNumber = `This is not a VAT number of the chosen country. It should look like ${vat.example}.`;
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, settings };
}
