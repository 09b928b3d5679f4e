#include "core/date_words.h"

#include "core/text.h"

/* Names of the months, parted by spaces: English, German, Dutch, Swedish, Norwegian, Danish,
 * French, Spanish, Catalan, Portuguese, Italian, Romanian, Polish, Czech, Slovak, Croatian,
 * Slovenian, Serbian, Hungarian, Finnish, Estonian, Latvian, Lithuanian, Turkish, Indonesian,
 * Albanian, Icelandic, Russian, Ukrainian, Bulgarian, Greek, Arabic, Hebrew, Hindi, Bengali. */
static const char *const months[12] = {
    "january jan januar jänner jän januari janvier janv enero ene gener gen janeiro gennaio "
    "ianuarie ian styczeń stycznia sty leden ledna január januára januara januarja tammikuu "
    "tammikuuta jaanuar janvāris janvārī sausis sausio ocak oca janar janúar января январь янв "
    "січня січень januarie януари ιανουαρίου ιανουάριος ιαν يناير ינואר जनवरी জানুয়ারি",
    "february feb febr februar feber februari février févr fév fevrier febrero febrer fevereiro "
    "fev febbraio februarie luty lutego lut února únor február februára februara februarja "
    "veljača veljače helmikuu helmikuuta veebruar februāris februārī vasaris vasario şubat şub "
    "shkurt febrúar февраля февраль фев лютого лютий февруари φεβρουαρίου φεβρουάριος φεβ فبراير "
    "شباط פברואר फरवरी ফেব্রুয়ারি pebruari",
    "march mar märz mär mrz maart mrt mars marzo març março marco martie marzec marca březen "
    "března marec mart marta ožujak ožujka március márc maaliskuu maaliskuuta märts marts martā "
    "kovas kovo maret марта март мар березня березень μαρτίου μάρτιος μαρ مارس آذار מרץ मार्च "
    "মার্চ",
    "april apr avril avr abril abr aprile aprilie kwiecień kwietnia kwi duben dubna apríl apríla "
    "aprila aprel travanj travnja április ápr huhtikuu huhtikuuta aprill aprīlis aprīlī balandis "
    "balandžio nisan nis prill апреля апрель апр квітня квітень април απριλίου απρίλιος απρ أبريل "
    "ابريل نيسان אפריל अप्रैल এপ্রিল",
    "may mai mei maj mayo maig maio maggio mag maja květen května máj mája svibanj svibnja május "
    "toukokuu toukokuuta maijs maijā gegužė gegužės mayıs maí мая май травня травень маја μαΐου "
    "μαίου μάιος μάϊος μαΐ مايو أيار מאי मई মে",
    "june jun juni juin junio juny junho giugno giu iunie czerwiec czerwca cze červen června jún "
    "júna junija juna lipanj lipnja június kesäkuu kesäkuuta juuni jūnijs jūnijā birželis "
    "birželio haziran haz qershor júní июня июнь июн червня червень юни јуна ιουνίου ιούνιος ιουν "
    "يونيو يونيه حزيران יוני जून জুন",
    "july jul juli juillet juil julio juliol julho luglio lug iulie lipiec lipca lip červenec "
    "července júl júla julija jula srpanj srpnja július heinäkuu heinäkuuta juuli jūlijs jūlijā "
    "liepa liepos temmuz tem korrik júlí июля июль июл липня липень юли јула ιουλίου ιούλιος ιουλ "
    "يوليو يوليه تموز יולי जुलाई জুলাই",
    "august aug augustus augusti août aout ago agosto agost sierpień sierpnia sie srpen srpna "
    "augusta avgust avgusta kolovoz kolovoza augusztus elokuu elokuuta augusts augustā rugpjūtis "
    "rugpjūčio ağustos ağu agustus gusht ágúst августа август авг серпня серпень αυγούστου "
    "αύγουστος αυγ أغسطس اغسطس آب אוגוסט अगस्त আগস্ট",
    "september sep sept septembre septiembre setiembre setembre setembro set settembre sett "
    "septembrie wrzesień września wrz září zář septembra rujan rujna szeptember szept syyskuu "
    "syyskuuta septembris septembrī rugsėjis rugsėjo eylül eyl shtator сентября сентябрь сен сент "
    "вересня вересень септември септембра σεπτεμβρίου σεπτέμβριος σεπ سبتمبر أيلول ספטמבר सितंबर "
    "सितम्बर সেপ্টেম্বর",
    "october oct oktober okt octobre octubre outubro out ottobre ott octombrie październik "
    "października paź říjen října október októbra oktobra lokakuu lokakuuta oktoober oktobris "
    "oktobrī spalis spalio ekim eki tetor октября октябрь окт жовтня жовтень октомври октобра "
    "οκτωβρίου οκτώβριος οκτ أكتوبر اكتوبر אוקטובר अक्टूबर অক্টোবর",
    "november nov novembre noviembre novembro noiembrie listopada listopadu novembra studeni "
    "studenog "
    "studenoga marraskuu marraskuuta novembris novembrī lapkritis lapkričio kasım kas nopember "
    "nëntor nóvember ноября ноябрь ноя листопада листопад ноември новембра νοεμβρίου νοέμβριος "
    "νοε نوفمبر נובמבר नवंबर नवम्बर নভেম্বর",
    "december dec dezember dez décembre déc decembre diciembre dic desembre dezembro dicembre "
    "decembrie grudzień grudnia gru prosinec prosince decembra prosinac prosinca joulukuu "
    "joulukuuta detsember decembris decembrī gruodis gruodžio aralık ara desember des dhjetor "
    "декабря декабрь дек грудня грудень декември децембра δεκεμβρίου δεκέμβριος δεκ ديسمبر דצמבר "
    "दिसंबर दिसम्बर ডিসেম্বর",
};

static const struct {
    const char *name;
    int offset_min;
} zones[] = {
    {"z", 0},      {"utc", 0},    {"gmt", 0},    {"wet", 0},    {"est", -300},
    {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360},
    {"pst", -480}, {"pdt", -420}, {"cet", 60},   {"cest", 120}, {"mez", 60},
    {"mesz", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180},  {"jst", 540},
    {"kst", 540},  {"aest", 600}, {"aedt", 660}, {"nzst", 720}, {"nzdt", 780},
};

static const char *const fillers =
    "st nd rd th of de del d' the at um à a as às alle ore kl klo o uhr den el le am pm on er re "
    "ème eme g г року р year año т um. do dne ngày năm";

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

/* Whether the folded word stands in words, which are parted by spaces. */
static bool among(const char *words, struct span folded)
{
    while (folded.len > 0 && *words) {
        const char *end = strchr(words, ' ');
        size_t len = end ? (size_t)(end - words) : strlen(words);
        if (len == folded.len && memcmp(words, folded.data, len) == 0)
            return true;
        words += len + (end ? 1 : 0);
    }
    return false;
}

int date_word_month(struct span word)
{
    char buffer[WORD_MAX_BYTES + 4];
    struct span folded = fold(word, buffer);
    if (folded.len < 2)
        return 0;
    for (int month = 0; month < 12; month++)
        if (among(months[month], folded))
            return month + 1;
    return 0;
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
    return among(fillers, fold(word, buffer));
}
