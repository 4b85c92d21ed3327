// @ts-check
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en-US', {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const monthOnly = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });

/** @param {number} amount */
export const formatMoney = (amount) => money.format(amount);
/** @param {number} share */
export const formatChange = (share) => percent.format(share);
/** @param {string} iso */
export const formatDay = (iso) => day.format(new Date(iso));
/** @param {string} iso */
export const formatMonth = (iso) => monthOnly.format(new Date(`${iso}-01`));
/** @param {number} count */
export const formatCount = (count) => count.toLocaleString('en-US');
