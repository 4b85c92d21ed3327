import { type Batch, replayBatch } from './replay.ts';

/** The same batches in workerd. */
export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response('ready');
    return Response.json(await replayBatch((await request.json()) as Batch));
  },
} satisfies ExportedHandler;
