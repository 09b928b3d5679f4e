#include "core/author_words.h"

#include "core/date_words.h"
#include "core/text.h"

static const struct {
    const char *words; /* with the space behind it */
    bool weak;
} joiners[] = {
    {"and ", false},   {"& ", false},  {"und ", false}, {"et ", true}, {"with ", false},
    {"sowie ", false}, {"mit ", true}, {"y ", true},    {"e ", true},  {"i ", true},
    {"en ", true},     {"og ", true},  {"och ", true},  {"ja ", true}, {"și ", true},
    {"a ", true},      {"ve ", true},  {"и ", true},    {"та ", true}, {"και ", true},
};

/* Any of these words in a piece makes it a role, not a name. */
static const char *const roles[] = {
    "reporter",
    "writer",
    "editor",
    "correspondent",
    "contributor",
    "columnist",
    "journalist",
    "producer",
    "photographer",
    "blogger",
    "intern",
    "freelance",
    "freelancer",
    "analyst",
    "president",
    "chair",
    "chairman",
    "chairwoman",
    "director",
    "manager",
    "officer",
    "founder",
    "co-founder",
    "cofounder",
    "ceo",
    "cto",
    "cmo",
    "coo",
    "specialist",
    "expert",
    "consultant",
    "strategist",
    "coordinator",
    "professor",
    "lecturer",
    "researcher",
    "author",
    "authors",
    "reviewer",
    "attorney",
    "lawyer",
    "dietitian",
    "nutritionist",
    "advisor",
    "head",
    "senior",
    "chief",
    "assistant",
    "associate",
    "redakteur",
    "redakteurin",
    "redaktør",
    "redaktör",
    "korrespondent",
    "korrespondentin",
    "journalistin",
    "journaliste",
    "periodista",
    "giornalista",
    "redactor",
    "redactora",
    "reporterin",
    "volontär",
    "volontärin",
    "chefredakteur",
    "chefredakteurin",
    "autor",
    "autorin",
    "corresponsal",
    "correspondant",
    "correspondante",
    "envoyé",
    "envoyée",
    "journalister",
    "toimittaja",
    "dziennikarz",
    "dziennikarka",
    "корреспондент",
    "журналист",
    "редактор",
    "обозреватель",
    "engineer",
    "developer",
    "designer",
    "marketer",
    "copywriter",
    "chef",
    "therapist",
    "psychologist",
    "physician",
    "instructor",
    "coach",
    "trainer",
    "teacher",
    "student",
    "writers",
    "editors",
    "reporters",
    "fotograf",
    "photo",
    "photos",
    "foto",
};

static const char *const credentials[] = {
    "phd",     "ph.d",     "ph.d.", "md",   "m.d.",  "m.d",   "rd",     "rdn",  "ms",   "m.s.",
    "mph",     "mba",      "ma",    "m.a.", "ba",    "bs",    "rn",     "bsn",  "msn",  "np",
    "fnp",     "do",       "dds",   "dmd",  "jd",    "j.d.",  "esq",    "esq.", "cpa",  "cfp",
    "cfp®",    "cfa",      "ld",    "ldn",  "cdn",   "cdces", "cscs",   "cpt",  "dpt",  "pt",
    "lcsw",    "lmft",     "lpc",   "psyd", "edd",   "ed.d.", "mscp",   "fand", "facs", "faap",
    "facc",    "cissp",    "pmp",   "ace",  "nasm",  "cns",   "pharmd", "dvm",  "dr",   "dr.",
    "prof",    "prof.",    "msc",   "bsc",  "m.sc.", "b.sc.", "acnp",   "pa-c", "mhs",  "med",
    "m.ed.",   "mfa",      "llm",   "cpc",  "ifs",   "dnp",   "rcp",    "crnp", "mpas", "csp",
    "shrm-cp", "shrm-scp", "sphr",  "phr",  "ryt",   "e-ryt", "cssd",
};

static const char *const organizations[] = {
    "team",         "staff",     "editors",  "editorial",  "redaktion", "redaktionen",
    "redacción",    "redacao",   "redação",  "rédaction",  "redazione", "redactie",
    "redakcja",     "redakce",   "redakcia", "redacția",   "newsroom",  "desk",
    "news",         "agency",    "agencies", "agentur",    "agencia",   "agencias",
    "agence",       "agências",  "press",    "media",      "inc",       "inc.",
    "llc",          "ltd",       "ltd.",     "gmbh",       "ag",        "corp",
    "corporation",  "company",   "group",    "university", "institute", "foundation",
    "association",  "society",   "council",  "committee",  "center",    "centre",
    "department",   "ministry",  "magazine", "times",      "journal",   "zeitung",
    "contributors", "reuters",   "afp",      "dpa",        "ap",        "apa",
    "ansa",         "efe",       "ntb",      "tt",         "tass",      "bloomberg",
    "xinhua",       "pap",       "lusa",     "belga",      "anp",       "ritzau",
    "stt",          "čtk",       "mti",      "sid",        "kna",       "epd",
    "afx",          "agerpres",  "тасс",     "редакция",   "network",   "studio",
    "studios",      "labs",      "blog",     "solutions",  "services",  "software",
    "club",         "community", "admin",    "support",    "marketing", "insurance",
    "bank",         "clinic",    "hospital", "health",
};

static const char *const placeholders[] = {
    "admin",      "administrator", "guest",     "anonymous", "unknown", "author",       "user",
    "default",    "root",          "webmaster", "wp-admin",  "null",    "none",         "undefined",
    "n/a",        "editor",        "adminuser", "-",         "test",    "sitemanager",  "wordpress",
    "site admin", "super user",    "about",     "share",     "follow",  "read more",    "linkedin",
    "twitter",    "facebook",      "instagram", "x",         "email",   "website",      "comments",
    "posted",     "published",     "updated",   "written",   "created", "last updated",
};

enum { JOINER_COUNT = sizeof joiners / sizeof *joiners };

size_t author_words_joiner(struct span text, bool *ret_weak)
{
    for (size_t i = 0; i < JOINER_COUNT; i++) {
        if (text_starts_folded(text, joiners[i].words)) {
            *ret_weak = joiners[i].weak;
            return strlen(joiners[i].words);
        }
    }
    return 0;
}

static bool in_list(const char *const *words, size_t count, struct span word)
{
    for (size_t i = 0; i < count; i++)
        if (text_equals_folded(word, words[i]))
            return true;
    return false;
}

/* The next word of text, without commas and brackets around it. */
static struct span next_word(struct span *text)
{
    *text = text_trim(*text);
    size_t len = 0;
    while (len < text->len && text->data[len] != ' ')
        len++;
    struct span word = span_of(text->data, len);
    *text = span_of(text->data + len, text->len - len);
    while (word.len > 0 && strchr(",;()[]", word.data[word.len - 1]))
        word.len--;
    while (word.len > 0 && strchr("([", word.data[0]))
        word.data++, word.len--;
    return word;
}

static bool any_word_in(const char *const *words, size_t count, struct span text)
{
    while (text.len > 0) {
        struct span word = next_word(&text);
        if (word.len > 0 && in_list(words, count, word))
            return true;
    }
    return false;
}

bool author_words_is_role(struct span text)
{
    return any_word_in(roles, sizeof roles / sizeof *roles, text);
}

bool author_words_is_credential(struct span text)
{
    struct span word = next_word(&text);
    return word.len > 0 && text_trim(text).len == 0 &&
           in_list(credentials, sizeof credentials / sizeof *credentials, word);
}

bool author_words_is_organization(struct span text)
{
    return any_word_in(organizations, sizeof organizations / sizeof *organizations, text);
}

/* Small words inside names: "Ludwig van Beethoven", "Osama bin Saleh". */
static const char *const particles[] = {
    "de",  "del",  "della", "di",  "da",  "do",  "dos", "das", "du",  "des",   "la",
    "le",  "van",  "von",   "der", "den", "ter", "ten", "zu",  "zum", "zur",   "vom",
    "bin", "bint", "ibn",   "al",  "el",  "y",   "e",   "af",  "av",  "dello", "dal",
    "lo",  "las",  "los",   "of",  "the", "st",  "san", "und", "'t",
};

/* Capitalized words of pages that are no names. */
static const char *const furniture[] = {
    "read",       "more",      "view",     "updated",     "last",         "published",
    "posted",     "min",       "minutes",  "share",       "follow",       "about",
    "see",        "all",       "posts",    "by",          "on",           "in",
    "the",        "how",       "why",      "what",        "your",         "our",
    "my",         "this",      "these",    "with",        "and",          "for",
    "to",         "from",      "home",     "blog",        "news",         "articles",
    "article",    "written",   "photo",    "image",       "credit",       "courtesy",
    "is",         "are",       "was",      "profile",     "bio",          "website",
    "email",      "twitter",   "facebook", "linkedin",    "instagram",    "author",
    "authors",    "comments",  "comment",  "reviewed",    "medically",    "fact",
    "checked",    "hardware",  "privacy",  "finance",     "business",     "technology",
    "sports",     "politics",  "opinion",  "monday",      "tuesday",      "wednesday",
    "thursday",   "friday",    "saturday", "sunday",      "sat",          "sun",
    "mon",        "tue",       "wed",      "thu",         "fri",          "copyright",
    "newsletter", "subscribe", "uhr",      "stand",       "aktualisiert", "publicado",
    "publié",     "mis",       "lesezeit", "lesedauer",   "type",         "topic",
    "category",   "industry",  "shipping", "development", "alle",         "inhalte",
};

/* What menus and forms sort by or ask for, and times of sentences: "By Date", "By Christmas". As a
 * part of a name most of them are one. */
static const char *const sortings[] = {
    "date",     "dates",     "region",     "country",   "state",      "city",    "location",
    "phone",    "telephone", "mail",       "post",      "fax",        "name",    "names",
    "title",    "subject",   "theme",      "keyword",   "tag",        "tags",    "category",
    "year",     "month",     "week",       "day",       "price",      "size",    "brand",
    "color",    "colour",    "popularity", "relevance", "rating",     "default", "use",
    "product",  "products",  "service",    "section",   "department", "sector",  "role",
    "audience", "language",  "format",     "issue",     "level",      "age",     "material",
    "style",    "genre",     "station",    "team",      "season",     "number",  "numbers",
    "design",   "law",       "car",        "train",     "bus",        "air",     "sea",
    "noon",     "midnight",  "christmas",  "easter",    "contrast",   "then",    "now",
};

/* Short forms of months are names: "Jan". */
bool author_words_is_no_name(struct span name)
{
    enum { MONTH_MIN_BYTES = 4 };
    bool month = name.len >= MONTH_MIN_BYTES && date_word_month(name) > 0;
    return month || in_list(sortings, sizeof sortings / sizeof *sortings, name);
}

bool author_words_look_like_person(struct span name, bool one_word)
{
    size_t words = 0;
    if (name.len == 0 || author_words_is_role(name) || author_words_is_no_name(name))
        return false;
    while (name.len > 0) {
        struct span word = next_word(&name);
        if (word.len == 0)
            continue;
        if (in_list(particles, sizeof particles / sizeof *particles, word) && words > 0)
            continue;
        struct span rest = word;
        uint32_t first = text_next(&rest);
        bool caseless = first >= 0x590 && text_is_letter(first);
        if (first == '\'' || first == 0x2019)
            first = rest.len > 0 ? text_next(&rest) : 0;
        if (!caseless && !text_is_upper(first))
            return false;
        if (in_list(furniture, sizeof furniture / sizeof *furniture, word))
            return false;
        words += caseless && word.len >= 6 ? 2 : 1;
    }
    return words <= 6 && (words >= 2 || (one_word && words == 1));
}

bool author_words_may_sign(struct span name, bool any_case)
{
    size_t words = 0;
    struct span rest = name;
    uint32_t first = rest.len > 0 ? text_next(&rest) : 0;
    bool starts = text_is_upper(first) || (first >= '0' && first <= '9') || first >= 0x590;
    if (first == 0 || (!starts && !any_case) || author_words_is_no_name(name))
        return false;
    while (name.len > 0) {
        struct span word = next_word(&name);
        bool article = words == 0 && text_equals_folded(word, "the");
        if (in_list(furniture, sizeof furniture / sizeof *furniture, word) && !article)
            return false;
        words += word.len > 0;
    }
    return words >= 1 && words <= 4;
}

bool author_words_is_placeholder(struct span text)
{
    return in_list(placeholders, sizeof placeholders / sizeof *placeholders, text_trim(text));
}
