import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { ChatTemplateError } from './chat-template-error.ts';

/** What a template sees beside the messages. */
export interface TemplateVariables {
  readonly [name: string]: unknown;
}

export type RenderTemplate = (variables: TemplateVariables) => string;

/** Names around what a tagged template marks as generated; see {@link compileTemplate}. */
const GENERATION = 'millrace_generation';

/**
 * Parses a chat template as transformers does: block tags leave no line of their own. `{% generation %}` becomes a macro
 * around its body, which puts the variables `generation_start` and `generation_end` before and behind it. There is no
 * clock: `strftime_now` is undefined, so the same messages give the same text for ever.
 * @throws ChatTemplateError when it does not parse
 */
export function compileTemplate(source: string): RenderTemplate {
  const program = parsed(withMacro(source));
  return (variables) => {
    const environment = new Environment();
    const all = { ...globals(source), generation_start: '', generation_end: '', ...variables };
    for (const [name, value] of Object.entries(all)) environment.set(name, value);
    try {
      return String(new Interpreter(environment).run(program).value);
    } catch (cause) {
      if (cause instanceof ChatTemplateError) throw cause;
      // the library's own text may quote a message
      throw new ChatTemplateError('template_failed', 'the template cannot render these messages');
    }
  };
}

/** Whether a template marks by itself what the model generates. */
export const isTagged = (source: string): boolean => tag('generation').test(source);

function withMacro(source: string): string {
  if (!isTagged(source)) return source;
  const macro = `{% macro ${GENERATION}() %}{{ generation_start }}{{ caller() }}{{ generation_end }}{% endmacro %}\n`;
  return (
    macro +
    source
      .replace(tag('generation'), `{%$1 call ${GENERATION}() $2%}`)
      .replace(tag('endgeneration'), '{%$1 endcall $2%}')
  );
}

const tag = (name: string): RegExp => new RegExp(`\\{%(-?)\\s{0,20}${name}\\s{0,20}(-?)%\\}`, 'g');

function parsed(source: string) {
  try {
    return parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  } catch {
    throw new ChatTemplateError('template_unreadable', 'the chat template does not parse');
  }
}

/** What every template may use. An exception's text is passed on where the template says it word by word. */
const globals = (source: string): TemplateVariables => ({
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range: (from: number, to?: number, step = 1): readonly number[] => {
    const [first, end] = to === undefined ? [0, from] : [from, to];
    const count = Math.max(0, Math.ceil((end - first) / step));
    return Array.from({ length: count }, (_, i) => first + i * step);
  },
  raise_exception: (text: string): never => {
    const said = source.includes(text) ? `: ${text}` : '';
    throw new ChatTemplateError('template_refuses', `the template refuses these messages${said}`);
  },
});
