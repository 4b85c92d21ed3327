import type { LanguageModel } from 'ai';

/** Any server that speaks the chat completions of OpenAI's API, as vLLM, Ollama, llama.cpp and AI Gateway do. */
export async function openaiCompatibleModel({
  baseUrl,
  apiKey,
  model,
}: {
  baseUrl: string;
  apiKey: string | null;
  model: string;
}): Promise<LanguageModel> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: baseUrl,
    ...(apiKey === null ? {} : { apiKey }),
    includeUsage: true,
    supportsStructuredOutputs: true,
    // The key and the question are for this server; where it would have them taken is not where they go.
    fetch: (input, init) => fetch(input, { ...init, redirect: 'manual' }),
  })(model);
}
