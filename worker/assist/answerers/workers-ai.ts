import type { LanguageModel } from 'ai';
import type { AiBinding } from '../../settings.ts';

/** A model of Workers AI, through a gateway if one is named. */
export async function workersAiModel({
  binding,
  model,
  gateway,
}: {
  binding: AiBinding;
  model: string;
  gateway: string | null;
}): Promise<LanguageModel> {
  const { createWorkersAI } = await import('workers-ai-provider');
  return createWorkersAI({
    binding: { run: run.bind(null, binding) } as never,
    ...(gateway === null ? {} : { gateway: { id: gateway } }),
  })(model);
}

/** As the binding's own, but a stream with an event that cannot be read breaks off: the provider would leave that event out, and with it perhaps a “not”. */
async function run(binding: AiBinding, ...call: Parameters<AiBinding['run']>): Promise<unknown> {
  const output = await binding.run(...call);
  return output instanceof ReadableStream ? output.pipeThrough(readableEvents()) : output;
}

function readableEvents(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let rest = '';
  const check = (line: string): void => {
    const data = /^data:\s*(.*?)\s*$/.exec(line)?.[1];
    if (data === undefined || data === '' || data === '[DONE]') return;
    try {
      JSON.parse(data);
    } catch {
      throw new Error('an event of the stream is not JSON');
    }
  };
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(check);
      controller.enqueue(chunk);
    },
    flush: () => check(rest),
  });
}
