/**
 * Common words of English that other languages write hardly ever: where they stand close together, the text is English.
 * Left out: words that are also common elsewhere (`a`, `in`, `is`, `was`, `to`, `for`, `at`, `of`, `do`, `have`, `name`).
 */
export const englishWords: ReadonlySet<string> = new Set(
  (
    'the and you that it are this with not your what can be but my if would there they which ' +
    'how when where who why because just like know think need get got make time good great well also then than them ' +
    'their from out about into only other could should been being were does did doing done going go goes ' +
    'went came saw look looking find found give gave take took tell told say said says ask asked try tried use ' +
    'used using work works working help please thank thanks thx yes yeah yep sure okay hello hey hi sorry right now here ' +
    'new old first next more much many some any every each both few little bit lot really very too never always ' +
    'again still even back after before while until since between without through under down up off same different ' +
    'something anything nothing everything someone anyone everyone people thing things way day today tomorrow yesterday ' +
    'night morning week year years long big small best better bad nice cool interesting maybe probably actually ' +
    'lets us our his she him its these those i ll ve re don didn doesn isn wasn wouldn couldn shouldn won ' +
    'aren ain cannot yours myself yourself another else such own must might may shall ever yet though although ' +
    'however either neither whether around away enough able wait leave stay keep send book ' +
    'buy pay read write play watch hear heard love hate believe remember guess hope mean means feel put run set turn ' +
    'change open close number question answer house money order price high ' +
    'left head world life woman child friend guy guys wow lol haha tho cause gonna wanna gotta'
  ).split(' '),
);
