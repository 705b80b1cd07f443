import { expect, it } from 'vitest';
import { whichModel } from './which-model.ts';

const model = (model_id: string, line: string, ...aliases: string[]) => {
  const [model_name = '', model_type = ''] = line.split('/');
  return { model_id, model_name, model_type, aliases };
};
const models = [
  model('m1', 'default/embedding'),
  model('m2', 'default/embedding', 'champion'),
  model('m3', 'default/llm', 'champion'),
  model('m4', 'shop/llm', 'champion', 'canary'),
];
const found = (wanted: string): string => whichModel(models, wanted).model_id;

it('whichModel() finds a model by id, by line, by alias', () => {
  expect(
    ['m1', 'default/embedding', 'shop', 'shop/llm@canary', 'default/llm@champion'].map(found),
  ).toEqual(['m1', 'm2', 'm4', 'm4', 'm3']);
});

it.each([
  ['default', /may be default\/embedding@champion or default\/llm@champion: say which/],
  ['default/embedding@canary', /there is no model .*canary of default\/embedding/],
  ['nobody', /there is no model nobody \(champion of nobody\)/],
  ['a/b/c', /is no model/],
  ['default/other', /is no model/],
  ['default@a@b', /is no model/],
])('whichModel() refuses %s', (wanted, says) => {
  expect(() => found(wanted)).toThrow(says);
});
