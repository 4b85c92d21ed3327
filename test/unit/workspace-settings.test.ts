import { describe, expect, it } from 'vitest';
import { originProblem, originProblems } from '#domain/workspace/origin-problem.ts';
import { workspaceSettings } from '#protocol/workspace.ts';

describe('[S10] an allowed origin', () => {
  it.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'https://xn--mnchen-3ya.example',
    'https://10.1.2.3',
    'http://localhost:8788',
    'http://acme.localhost:3000',
    'http://127.0.0.1',
    'http://[::1]:8080',
  ])('%s is one', (text) => {
    expect(originProblem(text)).toBeNull();
    // What a browser would send.
    expect(new URL(text).origin).toBe(text);
  });

  it.each([
    ['', 'must not be empty'],
    ['null', 'must be an origin such as'],
    ['app.example.com', 'must be an origin such as'],
    ['*', 'without a wildcard'],
    ['https://*.example.com', 'without a wildcard'],
    ['http://app.example.com', 'must begin with https://'],
    ['http://localhost.example.com', 'must begin with https://'],
    ['http://127.0.0.1.evil.test', 'must begin with https://'],
    ['http://notlocalhost', 'must begin with https://'],
    ['ftp://app.example.com', 'must begin with https://'],
    ['javascript:alert(1)', 'must begin with https://'],
    ['data:text/html,x', 'must begin with https://'],
    ['https://app.example.com/', 'no slash at the end'],
    ['https://app.example.com/shop', 'no path'],
    ['https://app.example.com?a=1', 'no path'],
    ['https://app.example.com#', 'no path'],
    ['https://app.example.com?', 'no path'],
    ['https://me:secret@app.example.com', 'user name'],
    ['HTTPS://app.example.com', 'is written https://app.example.com'],
    ['https://App.Example.com', 'is written https://app.example.com'],
    ['https://app.example.com:443', 'is written https://app.example.com'],
    ['http://localhost:80', 'is written http://localhost'],
    ['https://münchen.example', 'is written https://xn--mnchen-3ya.example'],
    [' https://app.example.com', 'is written https://app.example.com'],
    ['https://app.\texample.com', 'is written https://app.example.com'],
  ])('“%s” is none, and is told why', (text, why) => {
    expect(originProblem(text)).toContain(why);
  });

  it('is told by its place, and stands there once', () => {
    const origins = ['https://a.test', 'https://b.test/', 'https://a.test'];
    expect(originProblems(origins)).toEqual([
      { index: 1, message: 'must end after the host and port: no path, and no slash at the end' },
      { index: 2, message: 'stands here twice' },
    ]);
    const read = workspaceSettings.safeParse({ name: 'Acme', allowedOrigins: origins });
    expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual(['allowedOrigins.1', 'allowedOrigins.2']);
  });

  it('is at least one', () => {
    expect(workspaceSettings.safeParse({ name: 'Acme', allowedOrigins: [] }).success).toBe(false);
  });
});
