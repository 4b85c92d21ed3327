import { TOOL_NAMES } from './tool-names.ts';

/** What models write around a call that they were to make and wrote instead. */
const MARKS =
  /<\/?(?:tool_calls?|function_calls?|tool_use|invoke)\b|<function[=\s]|<\|(?:python_tag|tool_call|channel|call)|\[TOOL_CALLS?\]|^\s*```(?:tool|function)_?call/im;
/** JSON that names something to call and what to call it with. */
const JSON_CALL =
  /"(?:name|tool|tool_name|function)"\s*:[^{}]{0,200}"(?:arguments|args|parameters|input|tool_input)"\s*:/i;

/** [G36] Is a call of a tool written out in this text? Nobody calls what it says, and nobody reads it. */
export function isLeakedCall(text: string): boolean {
  const lower = text.toLowerCase();
  return MARKS.test(text) || JSON_CALL.test(text) || TOOL_NAMES.some((name) => lower.includes(name));
}
