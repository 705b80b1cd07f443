/**
 * Short words that sentences of other languages in Latin script are held together by, and that English lacks: evidence that a
 * stretch is no list of names or terms. Spanish, Portuguese, French, Italian, German, Dutch, Scandinavian, Polish, Czech,
 * Romanian, Hungarian, Turkish, Indonesian, Tagalog and others.
 */
export const foreignWords: ReadonlySet<string> = new Set(
  (
    'de la el los las un una que por para con su mi es y ya se lo le les muy del al como pero donde quiero o os um uma do da ' +
    'dos das em na nas com meu minha ao mais je tu il elle nous vous ne pas et est du des mon ma mes votre notre pour dans ' +
    'avec qui sur ce cette sont suis ai une il lo gli di che per sono ho mio mia della dei nel non si ci da ich du er sie wir ' +
    'ist sind nicht und der die das den dem ein eine einen mein meine meinen habe mit mir auf von zu zum haben kann es bitte wie was het ' +
    'een van ik je niet mijn dat met op te zijn voor naar wat heb kan u jeg er ikke og det en et vil min mitt du har til som ' +
    'jag att inte och ska till om vi nie jest na to sie w z czy mam moje jak prosze je se jsem ze mi pro sa nu este cu pe din ' +
    'va rog imi nem egy az hogy meg ez kell bir ve bu ne mi icin ben var yok ile saya ini itu yang tidak ada untuk ang ng mga ' +
    'ako po hindi ba ko mo sa on ei ja olen mutta minun ola eta ma mina ka pas nuk dhe une te ' +
    'su sus tengo puedo puede está gracias cuando quando onde muito obrigado você merci oui moi mais quand tout grazie quanto ' +
    'dove sono wann wo warum kommt geht sehr nur noch schon heute danke gut dank goed wel waar wanneer graag nog tack var hur ' +
    'när inte takk hvor gdzie kiedy jestem dziekuje kde kdy jsou unde cand sunt nerede nasil cok terima kasih tolong kapan'
  ).split(' '),
);
