import { beforeAll, describe, expect, it } from 'vitest';
import type { ArticleId } from '#domain/ids.ts';
import type { ArticleAnswer, ArticlesAnswer, AskAnswer, ImportAnswer } from '#protocol/articles.ts';
import type { Problem } from '#protocol/problem.ts';
import { newId } from '../../worker/storage/ids.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

let jonas: Agent;
let ines: Agent;
beforeAll(async () => {
  [jonas, ines] = (await Promise.all(
    ['jonas', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)),
  )) as [Agent, Agent];
});

const put = (by: Agent, path: string, body: object) =>
  inWorker.fetch(path, { method: 'PUT', headers: by.headers, body: JSON.stringify(body) });
const ask = async (text: string): Promise<AskAnswer> => (await ines.post('/v1/articles/ask', { text })).json();
const all = async (): Promise<ArticlesAnswer> => (await ines.get('/v1/articles')).json();
const ZEBRAS = {
  title: 'Paint a zebra',
  area: 'reports',
  keywords: ['zebra', 'stripes'],
  aliases: [],
  body: 'Zebras are painted with stripes.\n\n1. Open the zebra page.\n2. Press Paint.',
};
const importing = async (...documents: object[]): Promise<ImportAnswer> => {
  const response = await ines.post('/v1/articles/import', { documents });
  expect(response.status).toBe(200);
  return response.json();
};
const outcomes = ({ documents }: ImportAnswer) => documents.map(({ outcome }) => outcome);

describe('[G28] an article', () => {
  const id = newId('article');

  it('is written by supervisors only, answered from at once, and written once however often it is sent', async () => {
    expect(await ask('how do i paint a zebra')).toMatchObject({ send: false });
    expect((await put(jonas, `/v1/articles/${id}`, { ...ZEBRAS, revision: null })).status).toBe(403);
    for (const _ of [1, 2]) {
      const saved = await put(ines, `/v1/articles/${id}`, { ...ZEBRAS, revision: null });
      expect(saved.status).toBe(200);
      expect(await saved.json()).toMatchObject({ id, slug: 'paint-a-zebra', revision: 1, ...ZEBRAS });
    }
    expect(await ask('how do i paint a zebra')).toMatchObject({
      send: true,
      answer: expect.stringContaining('Open the zebra page.'),
      passages: [{ title: ZEBRAS.title }],
    });
    const log = (await (await ines.get('/v1/audit')).json()) as { entries: { deed: string; about: string }[] };
    expect(log.entries.filter(({ about }) => about === ZEBRAS.title)).toMatchObject([{ deed: 'article.changed' }]);
  });

  it('is changed from the newest only; what is wrong is said with its place', async () => {
    const changed = { ...ZEBRAS, body: 'Zebras are not painted any more.' };
    expect((await put(ines, `/v1/articles/${id}`, { ...changed, revision: 1 })).status).toBe(200);
    expect((await put(ines, `/v1/articles/${id}`, { ...ZEBRAS, revision: 1 })).status).toBe(409);
    const wrong = await put(ines, `/v1/articles/${id}`, { ...ZEBRAS, area: 'Not An Area', title: ' ', revision: 2 });
    expect(wrong.status).toBe(400);
    expect(((await wrong.json()) as Problem).issues?.map(({ path }) => path).sort()).toEqual(['area', 'title']);
    const { body } = (await (await ines.get(`/v1/articles/${id}`)).json()) as ArticleAnswer;
    expect(body).toBe(changed.body);
  });

  it('may be long', async () => {
    const long = { ...ZEBRAS, title: 'Long', body: 'ü'.repeat(49_000), revision: null };
    expect((await put(ines, `/v1/articles/${newId('article')}`, long)).status).toBe(200);
    const longer = { ...long, body: 'a'.repeat(50_001) };
    expect((await put(ines, `/v1/articles/${newId('article')}`, longer)).status).toBe(400);
    expect((await put(ines, `/v1/articles/${newId('article')}`, { ...long, body: 'a'.repeat(300_000) })).status).toBe(
      413,
    );
  });

  it('is removed from the newest only, and once', async () => {
    const remove = (revision: number) => ines.post(`/v1/articles/${id}/remove`, { revision });
    expect((await remove(1)).status).toBe(409);
    expect((await jonas.post(`/v1/articles/${id}/remove`, { revision: 2 })).status).toBe(403);
    expect((await remove(2)).status).toBe(200);
    expect((await remove(2)).status).toBe(200);
    expect((await ines.get(`/v1/articles/${id}`)).status).toBe(404);
  });

  it('has another name from whom it helped, without secrets, once', async () => {
    const { id: of } = (await all()).articles.find(({ slug }) => slug === 'rate-limits')!;
    const question = 'why does the gizmo say slow down, key sk_live_4eC39HqLyjWDarjtT1zdp7dc';
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: question });
    socket.close();
    const say = (articleId: ArticleId) =>
      put(jonas, `/v1/conversations/${visitor.conversationId}/article`, { articleId });
    expect((await say(newId('article'))).status).toBe(400);
    expect((await say(of)).status).toBe(200);
    expect((await say(of)).status).toBe(200);
    const { aliases, updatedAt, revision } = (await (await ines.get(`/v1/articles/${of}`)).json()) as ArticleAnswer;
    expect(aliases).toHaveLength(1);
    expect(aliases[0]).toContain('gizmo');
    expect(aliases[0]).not.toContain('4eC39');
    expect(revision).toBe(1);
    expect(updatedAt).toBeLessThan(Date.now() - 60_000);
    expect((await ask('the gizmo says slow down')).passages[0]).toMatchObject({ title: 'API rate limits' });
  });
});

describe('[G29] an import', () => {
  it('takes files of both kinds, says what became of each, and changes only what is different', async () => {
    const documents = [
      {
        name: 'guide/Yak shaving.md',
        type: 'markdown',
        text: '---\nkeywords: yak\n---\n# Shave a yak\n\nBring a razor.',
      },
      { name: 'penguin.html', type: 'html', text: '<main><h1>Feed a penguin</h1><p>Fish at noon.</p></main>' },
      { name: 'empty.md', type: 'markdown', text: '' },
    ];
    expect(await importing(...documents)).toMatchObject({
      documents: [
        { outcome: 'added', title: 'Shave a yak' },
        { outcome: 'added', title: 'Feed a penguin' },
        { outcome: 'refused', because: 'There is no text in it.' },
      ],
    });
    expect(outcomes(await importing(...documents))).toEqual(['same', 'same', 'refused']);
    const newer = { ...documents[0], text: '# Shave a yak\n\nBring two razors.' };
    expect(outcomes(await importing(newer, newer))).toEqual(['changed', 'same']);
    expect((await ask('shave a yak')).answer).toContain('two razors');
    expect((await jonas.post('/v1/articles/import', { documents })).status).toBe(403);
    expect((await all()).articles.filter(({ slug }) => slug === 'yak-shaving')).toHaveLength(1);
  });

  it('fetches pages of the workspace’s own sites only', async () => {
    const refused = async (...addresses: string[]) => {
      const response = await ines.post('/v1/articles/fetch', { addresses });
      expect(response.status).toBe(200);
      return ((await response.json()) as ImportAnswer).documents.map(({ because }) => because);
    };
    const elsewhere = [
      'https://evil.test/',
      'http://169.254.169.254/latest/meta-data/',
      'http://localhost:8787/health',
      'http://[::1]:8788/',
      `http://user:secret@${new URL(String(testEnv.DEMO_ORIGIN)).host}/`,
      'file:///etc/passwd',
    ];
    for (const because of await refused(...elsewhere)) expect(because).toMatch(/none of the workspace’s own sites/);
    expect((await ines.post('/v1/articles/fetch', { addresses: ['not an address'] })).status).toBe(400);
  });
});
