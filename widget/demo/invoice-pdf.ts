import type { Account } from './accounts.ts';
import type { Invoice } from './sample-data.ts';

/** One page of Helvetica, written by hand: a PDF library would outweigh the rest of this site. */
export function renderInvoicePdf(invoice: Invoice, account: Account): Buffer {
  const lines = [
    [24, 'Ledgerline'],
    [11, `Invoice ${invoice.number}`],
    [11, `Issued ${invoice.issuedAt}`],
    [11, `Billed to ${account.settings.companyName}`],
    [11, `Plan: ${account.planLabel}`],
    [16, `Total USD ${invoice.amount.toFixed(2)} (${invoice.status})`],
  ] as const;
  let top = 780;
  const text = lines
    .map(([size, line]) => {
      top -= size + 14;
      return `BT /F1 ${size} Tf 56 ${top} Td (${escapePdfText(line)}) Tj ET`;
    })
    .join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  const start = body.lastIndexOf('xref\n');
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}

/** Latin-1 only, so that lengths in characters are lengths in bytes. */
function escapePdfText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
  return text.replace(/[\u0000-\u001f]|[^\u0000-\u00ff]/g, '?').replace(/[\\()]/g, '\\$&');
}
