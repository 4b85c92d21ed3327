import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultText } from '#domain/redaction/fault.ts';

const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (cause) {
    return cause;
  }
  throw new Error('nothing was thrown');
};

describe('[S43] what the log says of a fault', () => {
  test.each([
    ['what was read and is no JSON', thrownBy(() => JSON.parse('my dog is called Rex')), /Rex|dog/],
    ['a key', new Error('401 from https://api.example/v1: bad key sk_live_51HxTestTestTestTestTest'), /51Hx/],
    [
      'what stands behind a path',
      new TypeError('fetch failed: https://host.example/hook?token=abcdef#me'),
      /abcdef|#me/,
    ],
    ['an address of somebody', new Error('no mailbox for ann.smith@customer.example'), /smith/],
    ['a card', new Error('declined 4111 1111 1111 1111'), /4111/],
    ['what a server quotes', new Error('400 {"error":"no such user","name":"Ann Smith"}'), /Ann/],
    ['a quote that does not end', new Error('near "select * from people'), /people/],
    ['a long word between single quotes', new Error(`no column '${'x'.repeat(50)}'`), /xxx/],
    ['half of a secret', new Error(`${'.'.repeat(290)} sk_live_51HxTestTestTestTestTest`), /sk_live|51H/],
  ])('has no part of %s', (_, cause, not) => expect(faultText(cause)).not.toMatch(not));

  test('says what it is', () => {
    const fault = thrownBy(() => (undefined as unknown as { id: string }).id);
    expect(faultText(fault)).toBe("TypeError: Cannot read properties of undefined (reading 'id')");
    expect(
      faultText(new Error('D1_ERROR: UNIQUE constraint failed: queues.workspace_id, queues.id: SQLITE_CONSTRAINT')),
    ).toBe('Error: D1_ERROR: UNIQUE constraint failed: queues.workspace_id, queues.id: SQLITE_CONSTRAINT');
    expect(faultText('two\nlines')).toBe('two lines');
    expect(faultText(new Error('no answer from https://host.example/hook?x=1 in time'))).toBe(
      'Error: no answer from https://host.example/hook in time',
    );
  });

  test('is short, and there whatever was thrown', () => {
    expect(faultText(new Error('word '.repeat(9999)))).toHaveLength(300);
    expect(faultText(Object.create(null))).toBe('a fault without words');
    expect(faultText(null)).toBe('null');
  });

  test('is all that any place writes of one', () => {
    const files = ['worker', 'durable-objects'].flatMap((folder) => globSync(`${folder}/**/*.ts`));
    const raw = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/console\.\w+\(\s*JSON\.stringify\(\{[\s\S]*?\}\),?\s*\)/g)]
        .filter(([call]) =>
          /String\(|\.message\b|\.toString\(|: (?:cause|error|reason)(?:,|\s|\})|\bcause[,}]/.test(
            call.replace(/faultText\([\w.]+\)/g, ''),
          ),
        )
        .map(([call]) => `${file}: ${call}`),
    );
    expect(raw).toEqual([]);
  });
});
