import { describe, expect, it } from 'vitest';
import { sensitiveIn } from './testing/sensitive-in.ts';

describe('names', () => {
  it.each([
    ['Hi, my name is Ana Lind and I need a room', ['name:Ana Lind']],
    ['my name is ana lind.', ['name:ana lind']],
    ['My name is Ana lind', ['name:Ana lind']],
    ["my name's tyler jones account number 3", ['name:tyler']],
    ['MY NAME IS JOHN SMITH', ['name:JOHN SMITH']],
    ['my name is José María de la Cruz.', ['name:José María de la Cruz']],
    ['Name: Zora O’Brien-Kühn', ['name:Zora O’Brien-Kühn']],
    ['my full name is 王小明', ['name:王小明']],
    ['I am Mr Lind, and this is Dr. Okafor', ['name:Lind', 'name:Okafor']],
    ["I'm Mark! im Angela", ['name:Mark', 'name:Angela']],
    ['my name is Ana btw', ['name:Ana']],
    ['Hey there Alina here', ['name:Alina']],
    ['this is Zora Lind speaking', ['name:Zora Lind']],
    ['Tyler Jones here, I want a table', ['name:Tyler Jones']],
  ])('are found behind a cue: %s', (text, spans) => expect(sensitiveIn(text)).toEqual(spans));

  it.each([
    'I am fine, I am happy. I am Happy to help.',
    'I AM HAPPY',
    "I'm California dreaming, I'm VEGAN, I'm Here thanks, I am 93 years old",
    'My name is not on the list. my name is misspelled',
    'The name is deceiving, and the file name is Report',
    "It's Tom Brady's best seller; his name was Walt Disney",
    'thank Ana Lind for me, Dr. Alexis is here to help',
    'I have Angela here with me, so you can ask for Ben here too',
    'the man named Nemo is speaking here',
  ])('are not taken without one: %s', (text) => expect(sensitiveIn(text)).toEqual([]));
});
