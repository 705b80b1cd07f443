import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignPart, letterCount } from './language.ts';
import { proseWords } from './prose-words.ts';

const foreign = (text: string, wanted = ['en']) => foreignPart(proseWords(text), wanted)?.language;

describe('foreignPart()', () => {
  it.each([
    ['es', '¿Cuánto tarda en llegar el paquete a mi casa?'],
    ['fr', 'Je voudrais changer la date de ma visite.'],
    ['de', 'Ich habe meinen Schlüssel im Zimmer vergessen.'],
    ['it', 'Vorrei spostare la visita alla prossima settimana.'],
    ['pt', 'Não consigo entrar na minha conta desde ontem.'],
    ['nl', 'Ik kan sinds gisteren niet meer inloggen op mijn account.'],
    ['pl', 'Nie mogę się zalogować od wczoraj.'],
    ['tr', 'Dünden beri hesabıma giremiyorum.'],
    ['sv', 'Jag kan inte logga in sedan igår.'],
    ['vi', 'Tôi không thể đăng nhập từ hôm qua.'],
    ['de', 'Nein, das ist mir zu teuer'],
    ['es', 'Dónde está mi pedido'],
    ['th', 'ฉันเข้าสู่ระบบไม่ได้'],
    ['bn', 'আমি লগ ইন করতে পারছি না'],
    ['ta', 'என்னால் உள்நுழைய முடியவில்லை'],
    ['ru', 'Спасибо'],
    ['zh', '谢谢'],
    ['ja', 'ログインできません。'],
    ['ko', '로그인할 수 없습니다'],
    ['ar', 'شكرا جزيلا'],
    ['el', 'Δεν μπορώ να συνδεθώ'],
    ['hi', 'मैं लॉग इन नहीं कर सकता'],
  ])('sees %s in %j', (language, text) => {
    expect(foreign(text)).toBe(language);
  });

  it.each([
    'Yes, that is right. لا أستطيع تسجيل الدخول منذ أمس.',
    'Okay, great, thanks! Ich habe meinen Schlüssel im Zimmer vergessen.',
  ])('sees the other half of %j', (text) => {
    expect(foreign(text)).toBeDefined();
  });

  it.each([
    'lol ok thx',
    'na na na na batman',
    'Rue de la Paix',
    'spätzle und schnitzel',
    'crème brûlée and tiramisu',
    'no',
    'si',
    'Katarina Miller, Shadyside Apartments, Pittsburgh, Los Angeles to San Francisco',
    'Could you say "c’est la vie" please, and what does 谢谢 mean in English?',
    'sudo apt-get install mozilla-mplayer libdvdcss ndiswrapper',
    'I wanna go 2 the café w/ Zoë, she is coming from São Paulo',
    '`foo = bar(baz)` https://exemple.example/une/page/que/je/ne/connais/pas',
    '(ノಠ益ಠ)ノ ¯\\_(ツ)_/¯ α and β particles',
    'Tom Brady, Eli Manning, Joe Montana, Alex Smith',
    '',
    '12 345 !!',
  ])('sees nothing but English in %j', (text) => {
    expect(foreign(text)).toBeUndefined();
  });

  it('asks for the wanted languages, whichever they are', () => {
    const german = 'Ich habe meinen Schlüssel im Zimmer vergessen.';
    expect(foreign(german, ['en', 'de'])).toBeUndefined();
    expect(foreign('I have left my key in the room, what now?', ['de'])).toBe('en');
    expect(foreign('Спасибо', ['ru'])).toBeUndefined();
  });

  it('gives a share between 0 and 1 for any text', () => {
    const unit = fc.constantFrom(...'aeinrstЖж谢한αא ._-`#12!?éß👍\u0000\ud83d'.split(''));
    const texts = fc.string({ unit, maxLength: 60 });
    fc.assert(
      fc.property(texts, (text) => {
        const words = proseWords(text);
        const part = foreignPart(words, ['en']);
        expect(Number.isFinite(letterCount(words))).toBe(true);
        if (part !== null) expect(part.share).toBeGreaterThan(0);
        expect(part?.share ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });
});
