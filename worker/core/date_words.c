#include "core/date_words.h"

#include "core/text.h"

struct word {
    const char *text; /* lower case */
    int month;
};

/* Names of the months, in the order of their bytes: English, German, Luxembourgish, Dutch,
 * Afrikaans, Swedish, Norwegian, Danish, Icelandic, French, Spanish, Catalan, Galician, Portuguese,
 * Italian, Maltese, Romanian, Irish, Welsh, Basque, Polish, Czech, Slovak, Croatian, Slovenian,
 * Serbian, Macedonian, Hungarian, Finnish, Estonian, Latvian, Lithuanian, Albanian, Turkish,
 * Azerbaijani, Uzbek, Kazakh, Indonesian, Malay, Filipino, Swahili, Russian, Ukrainian, Belarusian,
 * Bulgarian, Greek, Georgian, Armenian, Arabic, Persian, Urdu, Hebrew, Hindi, Marathi, Gujarati,
 * Bengali, Tamil, Telugu, Kannada, Malayalam, Thai. */
/* clang-format off */
static const struct word months[] = {
    {"abenduaren", 12}, {"abr", 4}, {"abril", 4}, {"abrëll", 4}, {"abuztuaren", 8}, {"ago", 8},
    {"agost", 8}, {"agosti", 8}, {"agosto", 8}, {"agustus", 8}, {"aibreán", 4}, {"aout", 8},
    {"août", 8}, {"apirilaren", 4}, {"apr", 4}, {"aprel", 4}, {"april", 4}, {"aprila", 4},
    {"aprile", 4}, {"aprili", 4}, {"aprilie", 4}, {"aprill", 4}, {"apríl", 4}, {"apríla", 4},
    {"aprīlis", 4}, {"aprīlī", 4}, {"ara", 12}, {"aralık", 12}, {"aug", 8}, {"august", 8},
    {"augusta", 8}, {"augusti", 8}, {"augusts", 8}, {"augustus", 8}, {"augustā", 8},
    {"augusztus", 8}, {"avgust", 8}, {"avgusta", 8}, {"avqust", 8}, {"avr", 4}, {"avril", 4},
    {"awst", 8}, {"awwissu", 8}, {"azaroaren", 11}, {"ağu", 8}, {"ağustos", 8}, {"balandis", 4},
    {"balandžio", 4}, {"bealtaine", 5}, {"birželio", 6}, {"birželis", 6}, {"březen", 3},
    {"března", 3}, {"chwefror", 2}, {"cze", 6}, {"czerwca", 6}, {"czerwiec", 6}, {"dec", 12},
    {"december", 12}, {"decembra", 12}, {"decembre", 12}, {"decembrie", 12}, {"decembris", 12},
    {"decembro", 12}, {"decembrī", 12}, {"dekabr", 12}, {"des", 12}, {"desemba", 12},
    {"desember", 12}, {"desembre", 12}, {"detsember", 12}, {"dez", 12}, {"dezember", 12},
    {"dezembro", 12}, {"dhjetor", 12}, {"dic", 12}, {"dicembre", 12}, {"diciembre", 12},
    {"disember", 12}, {"disyembre", 12}, {"diċembru", 12}, {"duben", 4}, {"dubna", 4}, {"déc", 12},
    {"décembre", 12}, {"eanáir", 1}, {"ebrill", 4}, {"ekainaren", 6}, {"eki", 10}, {"ekim", 10},
    {"elokuu", 8}, {"elokuuta", 8}, {"ene", 1}, {"enero", 1}, {"eyl", 9}, {"eylül", 9},
    {"feabhra", 2}, {"feb", 2}, {"febbraio", 2}, {"feber", 2}, {"febr", 2}, {"febreiro", 2},
    {"febrer", 2}, {"febrero", 2}, {"februar", 2}, {"februara", 2}, {"februari", 2},
    {"februarie", 2}, {"februarja", 2}, {"february", 2}, {"február", 2}, {"februára", 2},
    {"februāris", 2}, {"februārī", 2}, {"febrúar", 2}, {"fev", 2}, {"fevereiro", 2}, {"fevral", 2},
    {"fevrier", 2}, {"frar", 2}, {"fév", 2}, {"févr", 2}, {"février", 2}, {"gegužė", 5},
    {"gegužės", 5}, {"gen", 1}, {"gener", 1}, {"gennaio", 1}, {"giu", 6}, {"giugno", 6},
    {"gorffennaf", 7}, {"gru", 12}, {"grudnia", 12}, {"grudzień", 12}, {"gruodis", 12},
    {"gruodžio", 12}, {"gusht", 8}, {"haz", 6}, {"haziran", 6}, {"heinäkuu", 7}, {"heinäkuuta", 7},
    {"helmikuu", 2}, {"helmikuuta", 2}, {"huhtikuu", 4}, {"huhtikuuta", 4}, {"hulyo", 7},
    {"hunyo", 6}, {"hydref", 10}, {"ian", 1}, {"ianuarie", 1}, {"ionawr", 1}, {"irailaren", 9},
    {"iul", 7}, {"iulie", 7}, {"iun", 6}, {"iunie", 6}, {"iyul", 7}, {"iyun", 6}, {"iúil", 7},
    {"jaanuar", 1}, {"jan", 1}, {"janar", 1}, {"janeiro", 1}, {"jannar", 1}, {"januar", 1},
    {"januara", 1}, {"januari", 1}, {"januarie", 1}, {"januarja", 1}, {"january", 1},
    {"január", 1}, {"januára", 1}, {"janv", 1}, {"janvier", 1}, {"janvāris", 1}, {"janvārī", 1},
    {"janúar", 1}, {"joulukuu", 12}, {"joulukuuta", 12}, {"juil", 7}, {"juillet", 7}, {"juin", 6},
    {"jul", 7}, {"jula", 7}, {"julai", 7}, {"julho", 7}, {"juli", 7}, {"julie", 7}, {"julija", 7},
    {"julio", 7}, {"juliol", 7}, {"july", 7}, {"jun", 6}, {"juna", 6}, {"june", 6}, {"junho", 6},
    {"juni", 6}, {"junie", 6}, {"junija", 6}, {"junio", 6}, {"juny", 6}, {"juuli", 7},
    {"juuni", 6}, {"jän", 1}, {"jänner", 1}, {"júl", 7}, {"júla", 7}, {"július", 7}, {"júlí", 7},
    {"jún", 6}, {"júna", 6}, {"június", 6}, {"júní", 6}, {"jūlijs", 7}, {"jūlijā", 7},
    {"jūnijs", 6}, {"jūnijā", 6}, {"kas", 11}, {"kasım", 11}, {"kesäkuu", 6}, {"kesäkuuta", 6},
    {"kolovoz", 8}, {"kolovoza", 8}, {"korrik", 7}, {"kovas", 3}, {"kovo", 3}, {"květen", 5},
    {"května", 5}, {"kwi", 4}, {"kwiecień", 4}, {"kwietnia", 4}, {"lapkritis", 11},
    {"lapkričio", 11}, {"leden", 1}, {"ledna", 1}, {"liepa", 7}, {"liepos", 7}, {"lip", 7},
    {"lipanj", 6}, {"lipca", 7}, {"lipiec", 7}, {"lipnja", 6}, {"listopada", 11},
    {"listopadu", 11}, {"lokakuu", 10}, {"lokakuuta", 10}, {"lug", 7}, {"luglio", 7}, {"lulju", 7},
    {"lut", 2}, {"lutego", 2}, {"luty", 2}, {"lúnasa", 8}, {"maaliskuu", 3}, {"maaliskuuta", 3},
    {"maart", 3}, {"machi", 3}, {"mag", 5}, {"maggio", 5}, {"mai", 5}, {"maiatzaren", 5},
    {"maig", 5}, {"maijs", 5}, {"maijā", 5}, {"maio", 5}, {"maj", 5}, {"maja", 5}, {"mar", 3},
    {"marca", 3}, {"march", 3}, {"marco", 3}, {"marec", 3}, {"maret", 3}, {"marraskuu", 11},
    {"marraskuuta", 11}, {"mars", 3}, {"marso", 3}, {"mart", 3}, {"marta", 3}, {"martie", 3},
    {"marts", 3}, {"martxoaren", 3}, {"martā", 3}, {"marzec", 3}, {"marzo", 3}, {"marzu", 3},
    {"març", 3}, {"março", 3}, {"mawrth", 3}, {"may", 5}, {"mayo", 5}, {"mayıs", 5}, {"maí", 5},
    {"medi", 9}, {"mehefin", 6}, {"mei", 5}, {"meitheamh", 6}, {"mejju", 5}, {"mrt", 3},
    {"mrz", 3}, {"máj", 5}, {"mája", 5}, {"május", 5}, {"márc", 3}, {"március", 3}, {"márta", 3},
    {"mäerz", 3}, {"mär", 3}, {"märts", 3}, {"märz", 3}, {"nis", 4}, {"nisan", 4},
    {"nobyembre", 11}, {"noiembrie", 11}, {"nollag", 12}, {"nollaig", 12}, {"nopember", 11},
    {"nov", 11}, {"novemba", 11}, {"november", 11}, {"novembra", 11}, {"novembre", 11},
    {"novembris", 11}, {"novembro", 11}, {"novembru", 11}, {"novembrī", 11}, {"noviembre", 11},
    {"noyabr", 11}, {"nëntor", 11}, {"nóvember", 11}, {"oca", 1}, {"ocak", 1}, {"oct", 10},
    {"october", 10}, {"octobre", 10}, {"octombrie", 10}, {"octubre", 10}, {"ogos", 8}, {"okt", 10},
    {"oktabr", 10}, {"oktoba", 10}, {"oktober", 10}, {"oktobra", 10}, {"oktobris", 10},
    {"oktobrī", 10}, {"oktoober", 10}, {"oktubre", 10}, {"oktyabr", 10}, {"október", 10},
    {"októbra", 10}, {"otsailaren", 2}, {"ott", 10}, {"ottobre", 10}, {"ottubru", 10}, {"out", 10},
    {"outubro", 10}, {"ožujak", 3}, {"ožujka", 3}, {"paź", 10}, {"październik", 10},
    {"października", 10}, {"pebrero", 2}, {"pebruari", 2}, {"prill", 4}, {"prosinac", 12},
    {"prosinca", 12}, {"prosince", 12}, {"prosinec", 12}, {"qershor", 6}, {"rhagfyr", 12},
    {"rugpjūtis", 8}, {"rugpjūčio", 8}, {"rugsėjis", 9}, {"rugsėjo", 9}, {"rujan", 9},
    {"rujna", 9}, {"samhain", 11}, {"samhna", 11}, {"sausio", 1}, {"sausis", 1}, {"sentabr", 9},
    {"sentyabr", 9}, {"sep", 9}, {"sept", 9}, {"septemba", 9}, {"september", 9}, {"septembra", 9},
    {"septembre", 9}, {"septembrie", 9}, {"septembris", 9}, {"septembrī", 9}, {"septiembre", 9},
    {"set", 9}, {"setembre", 9}, {"setembro", 9}, {"setiembre", 9}, {"sett", 9}, {"settembre", 9},
    {"settembru", 9}, {"setyembre", 9}, {"shkurt", 2}, {"shtator", 9}, {"sie", 8}, {"sierpień", 8},
    {"sierpnia", 8}, {"siječanj", 1}, {"siječnja", 1}, {"spalio", 10}, {"spalis", 10},
    {"srpanj", 7}, {"srpen", 8}, {"srpna", 8}, {"srpnja", 7}, {"studeni", 11}, {"studenog", 11},
    {"studenoga", 11}, {"sty", 1}, {"styczeń", 1}, {"stycznia", 1}, {"svibanj", 5}, {"svibnja", 5},
    {"syyskuu", 9}, {"syyskuuta", 9}, {"szept", 9}, {"szeptember", 9}, {"tachwedd", 11},
    {"tammikuu", 1}, {"tammikuuta", 1}, {"tem", 7}, {"temmuz", 7}, {"tetor", 10}, {"toukokuu", 5},
    {"toukokuuta", 5}, {"travanj", 4}, {"travnja", 4}, {"urriaren", 10}, {"urtarrilaren", 1},
    {"uztailaren", 7}, {"vasario", 2}, {"vasaris", 2}, {"veebruar", 2}, {"veljača", 2},
    {"veljače", 2}, {"wrz", 9}, {"wrzesień", 9}, {"września", 9}, {"xaneiro", 1}, {"xullo", 7},
    {"xuño", 6}, {"yanvar", 1}, {"zář", 9}, {"září", 9}, {"ágúst", 8}, {"ápr", 4}, {"április", 4},
    {"únor", 2}, {"února", 2}, {"červen", 6}, {"července", 7}, {"červenec", 7}, {"června", 6},
    {"ġunju", 6}, {"říjen", 10}, {"října", 10}, {"şub", 2}, {"şubat", 2}, {"απρ", 4},
    {"απρίλιος", 4}, {"απριλίου", 4}, {"αυγ", 8}, {"αυγούστου", 8}, {"αύγουστος", 8}, {"δεκ", 12},
    {"δεκέμβριος", 12}, {"δεκεμβρίου", 12}, {"ιαν", 1}, {"ιανουάριος", 1}, {"ιανουαρίου", 1},
    {"ιουλ", 7}, {"ιουλίου", 7}, {"ιουν", 6}, {"ιουνίου", 6}, {"ιούλιος", 7}, {"ιούνιος", 6},
    {"μάιος", 5}, {"μάρτιος", 3}, {"μάϊος", 5}, {"μαΐ", 5}, {"μαΐου", 5}, {"μαίου", 5}, {"μαρ", 3},
    {"μαρτίου", 3}, {"νοέμβριος", 11}, {"νοε", 11}, {"νοεμβρίου", 11}, {"οκτ", 10},
    {"οκτωβρίου", 10}, {"οκτώβριος", 10}, {"σεπ", 9}, {"σεπτέμβριος", 9}, {"σεπτεμβρίου", 9},
    {"φεβ", 2}, {"φεβρουάριος", 2}, {"φεβρουαρίου", 2}, {"авг", 8}, {"август", 8}, {"августа", 8},
    {"апр", 4}, {"апрель", 4}, {"апреля", 4}, {"април", 4}, {"априла", 4}, {"ақпан", 2},
    {"бер", 3}, {"березень", 3}, {"березня", 3}, {"вер", 9}, {"верасень", 9}, {"верасня", 9},
    {"вересень", 9}, {"вересня", 9}, {"груд", 12}, {"грудень", 12}, {"грудня", 12}, {"дек", 12},
    {"декабрь", 12}, {"декабря", 12}, {"декември", 12}, {"децембар", 12}, {"децембра", 12},
    {"желтоқсан", 12}, {"жнівень", 8}, {"жніўня", 8}, {"жовт", 10}, {"жовтень", 10},
    {"жовтня", 10}, {"июл", 7}, {"июль", 7}, {"июля", 7}, {"июн", 6}, {"июнь", 6}, {"июня", 6},
    {"кастрычнік", 10}, {"кастрычніка", 10}, {"квіт", 4}, {"квітень", 4}, {"квітня", 4},
    {"красавік", 4}, {"красавіка", 4}, {"лип", 7}, {"липень", 7}, {"липня", 7}, {"лист", 11},
    {"листопад", 11}, {"листопада", 11}, {"лют", 2}, {"лютага", 2}, {"лютий", 2}, {"лютого", 2},
    {"люты", 2}, {"ліпень", 7}, {"ліпеня", 7}, {"лістапад", 11}, {"лістапада", 11}, {"май", 5},
    {"мамыр", 5}, {"мар", 3}, {"март", 3}, {"марта", 3}, {"маусым", 6}, {"мая", 5}, {"мај", 5},
    {"маја", 5}, {"наурыз", 3}, {"новембар", 11}, {"новембра", 11}, {"ноември", 11}, {"ноя", 11},
    {"нояб", 11}, {"ноябрь", 11}, {"ноября", 11}, {"окт", 10}, {"октобар", 10}, {"октобра", 10},
    {"октомври", 10}, {"октябрь", 10}, {"октября", 10}, {"сакавік", 3}, {"сакавіка", 3},
    {"сен", 9}, {"сент", 9}, {"сентябрь", 9}, {"сентября", 9}, {"септембар", 9}, {"септембра", 9},
    {"септември", 9}, {"серп", 8}, {"серпень", 8}, {"серпня", 8}, {"снежань", 12}, {"снежня", 12},
    {"студзень", 1}, {"студзеня", 1}, {"січ", 1}, {"січень", 1}, {"січня", 1}, {"сәуір", 4},
    {"тамыз", 8}, {"трав", 5}, {"травень", 5}, {"травня", 5}, {"фебруар", 2}, {"фебруара", 2},
    {"фев", 2}, {"февр", 2}, {"февраль", 2}, {"февраля", 2}, {"февруари", 2}, {"черв", 6},
    {"червень", 6}, {"червня", 6}, {"чэрвень", 6}, {"чэрвеня", 6}, {"шілде", 7}, {"юли", 7},
    {"юни", 6}, {"янв", 1}, {"январь", 1}, {"января", 1}, {"януари", 1}, {"јануар", 1},
    {"јануара", 1}, {"јануари", 1}, {"јул", 7}, {"јула", 7}, {"јули", 7}, {"јун", 6}, {"јуна", 6},
    {"јуни", 6}, {"қазан", 10}, {"қараша", 11}, {"қаңтар", 1}, {"қыркүйек", 9}, {"ապրիլի", 4},
    {"դեկտեմբերի", 12}, {"հոկտեմբերի", 10}, {"հուլիսի", 7}, {"հունիսի", 6}, {"հունվարի", 1},
    {"մայիսի", 5}, {"մարտի", 3}, {"նոյեմբերի", 11}, {"սեպտեմբերի", 9}, {"փետրվարի", 2},
    {"օգոստոսի", 8}, {"אוגוסט", 8}, {"אוקטובר", 10}, {"אפריל", 4}, {"באוגוסט", 8},
    {"באוקטובר", 10}, {"באפריל", 4}, {"בדצמבר", 12}, {"ביולי", 7}, {"ביוני", 6}, {"בינואר", 1},
    {"במאי", 5}, {"במרץ", 3}, {"בנובמבר", 11}, {"בספטמבר", 9}, {"בפברואר", 2}, {"דצמבר", 12},
    {"יולי", 7}, {"יוני", 6}, {"ינואר", 1}, {"מאי", 5}, {"מרץ", 3}, {"נובמבר", 11}, {"ספטמבר", 9},
    {"פברואר", 2}, {"آب", 8}, {"آذار", 3}, {"آوریل", 4}, {"أبريل", 4}, {"أغسطس", 8},
    {"أكتوبر", 10}, {"أيار", 5}, {"أيلول", 9}, {"ابريل", 4}, {"اغسطس", 8}, {"اكتوبر", 10},
    {"اوت", 8}, {"اپریل", 4}, {"اکتبر", 10}, {"اکتوبر", 10}, {"اگست", 8}, {"تموز", 7},
    {"جنوری", 1}, {"جولائی", 7}, {"جون", 6}, {"حزيران", 6}, {"دسامبر", 12}, {"دسمبر", 12},
    {"ديسمبر", 12}, {"سبتمبر", 9}, {"ستمبر", 9}, {"سپتامبر", 9}, {"شباط", 2}, {"فبراير", 2},
    {"فروری", 2}, {"فوریه", 2}, {"مئی", 5}, {"مارس", 3}, {"مارچ", 3}, {"مايو", 5}, {"مه", 5},
    {"نوامبر", 11}, {"نوفمبر", 11}, {"نومبر", 11}, {"نيسان", 4}, {"يناير", 1}, {"يوليه", 7},
    {"يوليو", 7}, {"يونيه", 6}, {"يونيو", 6}, {"ژانویه", 1}, {"ژوئن", 6}, {"ژوئیه", 7},
    {"अक्टूबर", 10}, {"अगस्त", 8}, {"अप्रैल", 4}, {"एप्रिल", 4}, {"ऑक्टोबर", 10}, {"ऑगस्ट", 8},
    {"जनवरी", 1}, {"जानेवारी", 1}, {"जुलाई", 7}, {"जुलै", 7}, {"जून", 6}, {"डिसेंबर", 12},
    {"दिसंबर", 12}, {"दिसम्बर", 12}, {"नवंबर", 11}, {"नवम्बर", 11}, {"नोव्हेंबर", 11},
    {"फरवरी", 2}, {"फेब्रुवारी", 2}, {"मई", 5}, {"मार्च", 3}, {"मे", 5}, {"सप्टेंबर", 9},
    {"सितंबर", 9}, {"सितम्बर", 9}, {"অক্টোবর", 10}, {"আগস্ট", 8}, {"এপ্রিল", 4}, {"জানুয়ারি", 1},
    {"জুন", 6}, {"জুলাই", 7}, {"ডিসেম্বর", 12}, {"নভেম্বর", 11}, {"ফেব্রুয়ারি", 2}, {"মার্চ", 3},
    {"মে", 5}, {"সেপ্টেম্বর", 9}, {"એપ્રિલ", 4}, {"ઓક્ટોબર", 10}, {"ઓગસ્ટ", 8}, {"જાન્યુઆરી", 1},
    {"જુલાઈ", 7}, {"જૂન", 6}, {"ડિસેમ્બર", 12}, {"નવેમ્બર", 11}, {"ફેબ્રુઆરી", 2}, {"માર્ચ", 3},
    {"મે", 5}, {"સપ્ટેમ્બર", 9}, {"அக்டோபர்", 10}, {"ஆகஸ்ட்", 8}, {"ஏப்ரல்", 4}, {"செப்டம்பர்", 9},
    {"ஜனவரி", 1}, {"ஜூன்", 6}, {"ஜூலை", 7}, {"டிசம்பர்", 12}, {"நவம்பர்", 11}, {"பிப்ரவரி", 2},
    {"மார்ச்", 3}, {"மே", 5}, {"అక్టోబర్", 10}, {"ఆగస్టు", 8}, {"ఏప్రిల్", 4}, {"జనవరి", 1},
    {"జులై", 7}, {"జూన్", 6}, {"డిసెంబర్", 12}, {"నవంబర్", 11}, {"ఫిబ్రవరి", 2}, {"మార్చి", 3},
    {"మే", 5}, {"సెప్టెంబర్", 9}, {"ಅಕ್ಟೋಬರ್", 10}, {"ಆಗಸ್ಟ್", 8}, {"ಏಪ್ರಿಲ್", 4}, {"ಜನವರಿ", 1},
    {"ಜುಲೈ", 7}, {"ಜೂನ್", 6}, {"ಡಿಸೆಂಬರ್", 12}, {"ನವೆಂಬರ್", 11}, {"ಫೆಬ್ರವರಿ", 2}, {"ಮಾರ್ಚ್", 3},
    {"ಮೇ", 5}, {"ಸೆಪ್ಟೆಂಬರ್", 9}, {"ഏപ്രിൽ", 4}, {"ഒക്ടോബർ", 10}, {"ഓഗസ്റ്റ്", 8}, {"ജനുവരി", 1},
    {"ജൂലൈ", 7}, {"ജൂൺ", 6}, {"ഡിസംബർ", 12}, {"നവംബർ", 11}, {"ഫെബ്രുവരി", 2}, {"മാർച്ച്", 3},
    {"മേയ്", 5}, {"സെപ്റ്റംബർ", 9}, {"กรกฎาคม", 7}, {"กันยายน", 9}, {"กุมภาพันธ์", 2},
    {"ตุลาคม", 10}, {"ธันวาคม", 12}, {"พฤศจิกายน", 11}, {"พฤษภาคม", 5}, {"มกราคม", 1},
    {"มิถุนายน", 6}, {"มีนาคม", 3}, {"สิงหาคม", 8}, {"เมษายน", 4}, {"აგვისტო", 8}, {"აპრილი", 4},
    {"დეკემბერი", 12}, {"თებერვალი", 2}, {"იანვარი", 1}, {"ივლისი", 7}, {"ივნისი", 6},
    {"მაისი", 5}, {"მარტი", 3}, {"ნოემბერი", 11}, {"ოქტომბერი", 10}, {"სექტემბერი", 9},
};

static const struct word fillers[] = {
    {"a", 0}, {"alle", 0}, {"am", 0}, {"as", 0}, {"at", 0}, {"año", 0}, {"d", 0}, {"d'", 0},
    {"de", 0}, {"del", 0}, {"den", 0}, {"dne", 0}, {"do", 0}, {"el", 0}, {"eme", 0}, {"er", 0},
    {"g", 0}, {"gada", 0}, {"kl", 0}, {"klo", 0}, {"ko", 0}, {"le", 0}, {"m", 0}, {"nd", 0},
    {"ngày", 0}, {"năm", 0}, {"o", 0}, {"of", 0}, {"on", 0}, {"ore", 0}, {"pm", 0}, {"rd", 0},
    {"re", 0}, {"st", 0}, {"th", 0}, {"the", 0}, {"uhr", 0}, {"um", 0}, {"um.", 0}, {"year", 0},
    {"à", 0}, {"às", 0}, {"ème", 0}, {"г", 0}, {"жылғы", 0}, {"р", 0}, {"року", 0}, {"т", 0},
};
/* clang-format on */

/* CST, IST and BST are not among them: each is said of two or three zones. */
static const struct {
    const char *name;
    int offset_min;
} zones[] = {
    {"z", 0},      {"utc", 0},    {"gmt", 0},    {"wet", 0},    {"est", -300}, {"edt", -240},
    {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"cet", 60},
    {"cest", 120}, {"mez", 60},   {"mesz", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180},
    {"jst", 540},  {"kst", 540},  {"aest", 600}, {"aedt", 660}, {"nzst", 720}, {"nzdt", 780},
};

enum { WORD_MAX_BYTES = 48 };

/* The lower-case form in buffer; empty where it does not fit. */
static struct span fold(struct span word, char buffer[WORD_MAX_BYTES + 4])
{
    size_t len = 0;
    if (word.len > WORD_MAX_BYTES - 4)
        return SPAN_NONE;
    while (word.len > 0 && len < WORD_MAX_BYTES)
        len += text_put(buffer + len, text_lower(text_next(&word)));
    return span_of(buffer, len);
}

/* The entry of that word, or NULL. */
static const struct word *find(const struct word *words, size_t count, struct span folded)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        const char *text = words[middle].text;
        int order = strncmp(folded.data, text, folded.len);
        if (order == 0 && strlen(text) == folded.len) /* folded may hold a NUL */
            return &words[middle];
        if (order > 0)
            low = middle + 1;
        else
            count = middle;
    }
    return NULL;
}

int date_word_month(struct span word)
{
    char buffer[WORD_MAX_BYTES + 4];
    struct span folded = fold(word, buffer);
    const struct word *month =
        folded.len < 2 ? NULL : find(months, sizeof months / sizeof *months, folded);
    return month ? month->month : 0;
}

bool date_word_zone(struct span word, int *ret_offset_min)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (span_equals_nocase(word, zones[i].name)) {
            *ret_offset_min = zones[i].offset_min;
            return true;
        }
    }
    return false;
}

bool date_word_filler(struct span word)
{
    char buffer[WORD_MAX_BYTES + 4];
    struct span folded = fold(word, buffer);
    return folded.len > 0 && find(fillers, sizeof fillers / sizeof *fillers, folded) != NULL;
}
