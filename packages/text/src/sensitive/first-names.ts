/**
 * Common first names of many countries, in lower case, without those of places, peoples and firms (Austin, Chase, Christian): `I'm Will` names
 * somebody, `I'm Austin based` does not.
 */
export const firstNames: ReadonlySet<string> = new Set(
  (
    'amber art bill daisy dawn faith grace han hazel hope iris ivy jade jordan joy lily mark marky pearl rey rose ruby violet will ' +
    'aaron abby abdul abdullah abigail adam adrian adriana agnes ahmad ahmed aisha akira alan alana albert alberto aldo alejandra alejandro aleksandr ' +
    'alessandro alessia alex alexa alexander alexandra alexandre alexis alfred alfredo ali alice alicia alina alison allison alma alvaro alyssa amal amanda amelia ' +
    'amina amir amit amy ana anastasia andre andrea andreas andres andrew andrey andy angel angela angelica angelina angie anil anita anja anna anne annette annie ' +
    'anthony antoine anton antonio anya arjun armando arthur arturo ashley astrid audrey barbara beatrice beatriz ben benjamin bernard beth betty bianca bob bobby ' +
    'boris brad bradley brandon brenda brendan brent brett brian bridget bruce bruno bryan caitlin camila camille carl carla carlos carmen carol caroline carolyn carrie ' +
    'catherine cecilia cesar charles charlie charlotte chen chiara chloe chris christina christine christoph christopher cindy claire clara claudia cody colin connor ' +
    'cristina curtis cynthia dan dana daniel daniela danielle danny darren dave david deborah debra deepak deepika denis dennis derek diana diane diego dieter dimitri ' +
    'dmitri dominic dominik donald donna doris dorothy doug douglas dylan eddie edgar edith eduardo edward edwin eileen elaine elena eleanor eli elias elijah elisa ' +
    'elisabeth elizabeth ella ellen elliot emil emilia emilie emily emma emmanuel enrique eric erica erik erika ernesto esther ethan eugene eva evan evelyn fabian ' +
    'farah fatima felipe felix fernanda fernando fiona florian frances francesca francesco francisco francois frank franz fred freddie frederic frederick frida gabriel ' +
    'gabriela gabriele gary gavin gemma geoff geoffrey george gerald gerard gertrude gianluca gilbert giorgio giovanni gisela giulia giuseppe glenn gloria gonzalo gordon ' +
    'graham greg gregory greta guillaume guillermo gunther gustav gustavo hanna hannah hans harold harriet harry hasan hassan heather hector heidi heinrich helen helena ' +
    'helga henrik henry herbert hiroshi howard hugo ian ibrahim ida ignacio igor ines ingrid irene irina isaac isabel isabella isabelle ivan jack jackie jackson jacob ' +
    'jacqueline jacques jaime jake jakub james jamie jan jane janet janice jared jasmine jason javier jayden jean jeff jeffrey jennifer jenny jens jeremy jerome jerry ' +
    'jesse jessica jesus jill jim jimmy joan joanna joao jochen joe joel johan johanna johannes john johnny jon jonas jonathan jorge jose josef joseph josephine josh ' +
    'joshua juan juanita juergen julia julian juliana julie julien juliet jun jürgen justin kaitlyn karen karin karina karl karla kate katarina katherine kathleen kathryn ' +
    'kathy katie katja katrina kayla keith kelly ken kenji kenneth kenny kerry kevin khaled kimberly klaus kofi kristen kristin kristina krzysztof kumar kurt kyle lara ' +
    'larry lars laura lauren laurent lea leah lena leo leon leonard leonardo leslie leticia liam liliana linda lisa logan lois lorenzo lori louis louise luca lucas lucia ' +
    'luciana lucy luis luisa luka lukas luke lydia lynn magdalena malcolm manuel manuela marc marcel marcelo marco marcos marcus margaret margarita maria mariana marie ' +
    'marina mario marion marisa marko markus marlene marta martha martin martina mary mateo mathieu matt matteo matthew matthias maureen maurice max maximilian maya mei ' +
    'megan mehmet melanie melissa mia michael michaela michel michele michelle miguel mikael mike mikhail mila milan milena ming miriam mohamed mohammad mohammed molly ' +
    'monica monika muhammad mustafa nadia nadine nancy naomi natalia natalie natasha nathan nathaniel neha neil nelson nicholas nick nicola nicolas nicole niels nikhil ' +
    'nikita nikola nikolai nina noah noel noor nora norbert norma norman oksana ola oleg olga oliver olivia omar oscar otto owen pablo pamela paola paolo patricia patrick ' +
    'paul paula pauline pavel pedro peggy penny pete peter petra phil philip philipp philippe phillip phyllis pierre pilar piotr pooja priya rachel rafael rahul raj rajesh ' +
    'ralf ralph ramon randy raquel raul ravi raymond rebecca regina renata rene ricardo riccardo richard rick ricky rita robert roberta roberto robin rodrigo roger roland ' +
    'roman ron ronald rosa rosemary ross roxana roy ruben rudolf russell ruth ryan sabine sabrina sally salman sam samantha samir samuel sandra sandy sanjay sara sarah ' +
    'satoshi scott sean sebastian sergei sergey sergio seth shannon sharon shawn sheila shirley silvia simon simone sofia solomon sonia sonja sophia sophie stacey stacy stefan ' +
    'stefano stella stephan stephanie stephen steve steven stuart sue sunil susan susanna susanne suzanne svetlana sven sylvia takashi tamara tanya tara tatiana ted teresa ' +
    'terry theo theodore theresa thomas tim timothy tina todd tom tomas tommy toni tony tracy travis trevor tyler ulrich ursula valentina valerie vanessa vera veronica ' +
    'vicky victor victoria vijay vikram viktor vincent vincenzo viola virginie vivian vladimir walter wanda wendy wilhelm william wolfgang xavier yan yasmin yolanda yosef ' +
    'youssef yuki yusuf yvonne zachary zainab zara zoe zoey zoë'
  ).split(' '),
);

/** What follows `my name is` without being a name, or begins the next thought. */
export const noNames: ReadonlySet<string> = new Set(
  (
    'a about above after again all almost already also always am an and any are as at be because been before being btw but by bye can cannot could did different do does down ' +
    'dont either even ever every for from get give going gone good great had haha has have having he hello help her here hers hey hi him his how however i id if ill im in incorrect into is ' +
    'it its ive just kind lmao last let like listed lol looking lost made may me might misspelled mr mrs ms my need needs never next nice no none not nothing now of off ok okay on one only or ' +
    'our out over please pls plz pretty private probably really required same secret she should since so some something spelled spelt still such sure tell thank thanks thx that the their them then ' +
    'there these they this those though to too under unique user unknown up us very want was we well were what when where which while who whom why will with without would wrong yes ' +
    'yet you your yours'
  ).split(' '),
);
