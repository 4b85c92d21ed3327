import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AiBinding } from '../../worker/settings.ts';

/** A call as a server of models sees it, whichever API it came by. */
export type ModelCall = {
  /** The judge asks for JSON of a shape. */
  kind: 'draft' | 'judge';
  instructions: string;
  prompt: string;
  /** What tools have answered so far, oldest first. */
  results: string[];
  body: Record<string, unknown>;
  headers: Record<string, string | string[] | undefined>;
  /** Whoever asked hung up before there was an answer. */
  isAborted: boolean;
};

/** How a server answers one call. */
export type Behaviour =
  /** Says this, in pieces or as JSON, with `everyMs` between the pieces. */
  | { kind: 'says'; text: string; everyMs?: number; usage?: boolean }
  | { kind: 'refuses'; status: number; headers?: Record<string, string> }
  /** Begins to say this, and hangs up. */
  | { kind: 'hangs_up'; text: string }
  /** Says this and ends, without a word that it is the end. */
  | { kind: 'trails_off'; text: string }
  /** An event, or a body, that is no JSON. */
  | { kind: 'babbles' }
  | { kind: 'is_silent' }
  /** Calls tools, each with its input whole or in pieces; input that is a text is sent as it is, whether or not it is JSON. */
  | {
      kind: 'calls';
      calls: readonly { name: string; input: unknown }[];
      /** Said before the calls. */
      text?: string;
      /** What it says that it ends for; servers differ. */
      ends?: 'tool_calls' | 'stop';
    };

export type ModelServer = {
  origin: string;
  calls: ModelCall[];
  behave(draft: Behaviour | ((call: ModelCall) => Behaviour), judge?: Behaviour): void;
  close(): Promise<void>;
};

export const JUDGED_WELL: Behaviour = { kind: 'says', text: '{"grounded":true,"answered":"all"}' };
const TOKENS = { prompt_tokens: 400, completion_tokens: 30, total_tokens: 430 };

/**
 * A server that speaks two real protocols: OpenAI's chat completions under `/v1`, and what the binding of Workers AI gives, under `/ai/run/MODEL`. Where both are
 * the same thing (a stream of events, JSON of a shape) only the envelopes differ.
 */
export async function startModelServer(): Promise<ModelServer> {
  const calls: ModelCall[] = [];
  let draft: Behaviour | ((call: ModelCall) => Behaviour) = { kind: 'is_silent' };
  let judge: Behaviour = JUDGED_WELL;
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    const messages = body.messages as { role: string; content: unknown }[];
    const said = (role: string) => messages.filter((one) => one.role === role).map((one) => textOf(one.content));
    const call: ModelCall = {
      kind: body.response_format === undefined ? 'draft' : 'judge',
      instructions: said('system').join('\n'),
      prompt: said('user').join('\n'),
      results: said('tool'),
      body,
      headers: request.headers,
      isAborted: false,
    };
    response.once('close', () => {
      call.isAborted = !response.writableEnded;
    });
    calls.push(call);
    const behaviour = call.kind === 'judge' ? judge : typeof draft === 'function' ? draft(call) : draft;
    await answer(response, behaviour, request.url?.startsWith('/ai/') ? workersAi : openAi, body.stream === true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    behave(newDraft, newJudge = JUDGED_WELL) {
      calls.length = 0;
      draft = newDraft;
      judge = newJudge;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The binding `env.AI`, with the network where the platform has it. Errors are the platform's own words. */
export const aiBinding = (origin: string, options: unknown[] = []): AiBinding => ({
  async run(model, inputs: { stream?: boolean }, { signal, ...more }: { signal?: AbortSignal } = {}) {
    options.push(more);
    const response = await fetch(`${origin}/ai/run/${model}`, {
      method: 'POST',
      body: JSON.stringify(inputs),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status === 429) throw new Error('3040: Capacity temporarily exceeded, please try again.');
    if (!response.ok) throw new Error('InferenceUpstreamError: AiError: 8004: Internal server error');
    return inputs.stream ? response.body : response.json();
  },
});

type Protocol = {
  piece(text: string): object;
  last(usage: boolean, ends?: 'tool_calls' | 'stop'): object[];
  /** A call, in as many events as it has pieces. */
  tool(index: number, name: string, input: string): object[];
  whole(text: string): object;
};

const openAi: Protocol = {
  piece: (content) => ({ ...COMPLETION, choices: [{ index: 0, delta: { role: 'assistant', content } }] }),
  last: (usage, ends = 'stop') => [
    { ...COMPLETION, choices: [{ index: 0, delta: {}, finish_reason: ends }] },
    ...(usage ? [{ ...COMPLETION, choices: [], usage: TOKENS }] : []),
  ],
  tool: (index, name, input) =>
    callInPieces(index, name, input).map((call) => ({
      ...COMPLETION,
      choices: [{ index: 0, delta: { tool_calls: [call] } }],
    })),
  whole: (content) => ({
    ...COMPLETION,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: TOKENS,
  }),
};
const COMPLETION = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'local' };

/** As both APIs do it: the name first, then its input in pieces that end anywhere. */
const callInPieces = (index: number, name: string, input: string): object[] => [
  { index, id: `call_${name}_${index}`, type: 'function', function: { name, arguments: '' } },
  ...(input.match(/[\s\S]{1,9}/g) ?? []).map((piece) => ({ index, function: { arguments: piece } })),
];

const workersAi: Protocol = {
  piece: (response) => ({ response, p: 'abcdef' }),
  last: (usage) => [{ response: '', ...(usage ? { usage: TOKENS } : {}) }],
  tool: (index, name, input) => [
    ...callInPieces(index, name, input).map((call) => ({ response: '', tool_calls: [call] })),
    // The end of a call is an empty one.
    { response: '', tool_calls: [{ id: null, type: null, index, function: { name: null, arguments: '' } }] },
  ],
  // JSON of a shape comes as an object, other text as text.
  whole: (text) => ({ response: asJson(text) ?? text, usage: TOKENS }),
};

async function answer(
  response: ServerResponse,
  behaviour: Behaviour,
  protocol: Protocol,
  isStream: boolean,
): Promise<void> {
  const event = (data: object | string) =>
    response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  const begin = () => response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
  switch (behaviour.kind) {
    case 'is_silent':
      return;
    case 'refuses':
      response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
      response.end('{"error":{"message":"refused","type":"server_error"}}');
      return;
    case 'babbles':
      begin();
      if (isStream) {
        event(protocol.piece('You can '));
        event('{"choices":[{"delta":{"con');
        for (const data of protocol.last(true)) event(data);
        event('[DONE]');
        response.end();
      } else response.end('{"choices": [');
      return;
    case 'hangs_up':
      begin();
      for (const piece of piecesOf(behaviour.text)) event(protocol.piece(piece));
      await sleep(20);
      response.destroy();
      return;
    case 'trails_off':
      begin();
      for (const piece of piecesOf(behaviour.text)) event(protocol.piece(piece));
      response.end();
      return;
    case 'calls':
      begin();
      for (const piece of piecesOf(behaviour.text ?? '')) event(protocol.piece(piece));
      behaviour.calls.forEach(({ name, input }, i) => {
        const text = typeof input === 'string' ? input : JSON.stringify(input);
        for (const data of protocol.tool(i, name, text)) event(data);
      });
      for (const data of protocol.last(true, behaviour.ends ?? 'tool_calls')) event(data);
      event('[DONE]');
      response.end();
      return;
    case 'says':
      begin();
      if (!isStream) {
        if (behaviour.everyMs !== undefined) await sleep(behaviour.everyMs);
        response.end(JSON.stringify(protocol.whole(behaviour.text)));
        return;
      }
      for (const piece of piecesOf(behaviour.text)) {
        event(protocol.piece(piece));
        if (behaviour.everyMs !== undefined) await sleep(behaviour.everyMs);
      }
      for (const data of protocol.last(behaviour.usage ?? true)) event(data);
      event('[DONE]');
      response.end();
      return;
    default:
      return behaviour satisfies never;
  }
}

const piecesOf = (text: string): string[] => text.match(/\s*\S+\s*/g) ?? [];
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : (content as { text?: string }[]).map(({ text }) => text ?? '').join('');

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
