/** A text as it is given: the text, or what is wrong with it. */
export const stringText = (text: unknown, path: string): string | readonly string[] =>
  typeof text === 'string' ? text : [notString(path, text)];

/**
 * The text of an example for an LLM: its messages' contents, or prompt and completion, joined by line ends; or what is wrong
 * with it. An example that has both shapes is read by its messages.
 */
export function exampleText(example: unknown, path: string): string | readonly string[] {
  const messages = fieldOf(example, 'messages');
  const prompt = fieldOf(example, 'prompt');
  if (messages === undefined && prompt !== undefined)
    return joined(example, ['prompt', 'completion'], path);
  if (!Array.isArray(messages) || messages.length === 0)
    return [`${path}.messages must be a list with a message, not ${typeName(messages)}`];
  const read = messages.map((message: unknown, i) =>
    messageText(message, `${path}.messages[${i}]`),
  );
  const problems = read.flatMap((text) => (typeof text === 'string' ? [] : text));
  return problems.length > 0 ? problems : read.join('\n');
}

/** A message that only calls a tool has the empty text. */
function messageText(message: unknown, path: string): string | readonly string[] {
  const callsTool = fieldOf(message, 'content') === null && fieldOf(message, 'tool_calls');
  return callsTool ? '' : joined(message, ['content'], path, ['role']);
}

/** The fields' texts joined; `others` must be strings as well. */
function joined(
  value: unknown,
  names: readonly string[],
  path: string,
  others: readonly string[] = [],
): string | readonly string[] {
  const problems = [...others, ...names].flatMap((name) => {
    const field = fieldOf(value, name);
    return typeof field === 'string' ? [] : [notString(`${path}.${name}`, field)];
  });
  return problems.length > 0 ? problems : names.map((name) => fieldOf(value, name)).join('\n');
}

const notString = (path: string, value: unknown): string =>
  `${path} must be a string, not ${typeName(value)}`;

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

/** As a person would call it who thinks in JSON. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'absent';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'list';
  return typeof value;
}
