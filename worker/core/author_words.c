#include "core/author_words.h"

#include "core/text.h"

/* Longest first where one starts another. A prefix that is also part of names ("von", "di") is
 * weak: it goes only before two words or more. */
static const struct {
    const char *words;
    bool weak;
} prefixes[] = {
    {"this article was written by", false},
    {"this post was written by", false},
    {"article written by", false},
    {"originally written by", false},
    {"medically written by", false},
    {"written and researched by", false},
    {"words and photos by", false},
    {"words and images by", false},
    {"text and photos by", false},
    {"story and photos by", false},
    {"photos and words by", false},
    {"guest post by", false},
    {"guest blog by", false},
    {"contributed by", false},
    {"submitted by", false},
    {"published by", false},
    {"created by", false},
    {"updated by", false},
    {"article by", false},
    {"written by", false},
    {"opinion by", false},
    {"analysis by", false},
    {"review by", false},
    {"posted by", false},
    {"shared by", false},
    {"recipe by", false},
    {"report by", false},
    {"edited by", false},
    {"authored by", false},
    {"words by", false},
    {"story by", false},
    {"text by", false},
    {"blog by", false},
    {"post by", false},
    {"from the desk of", false},
    {"about the author", false},
    {"about author", false},
    {"post author", false},
    {"article author", false},
    {"author(s)", false},
    {"authors", false},
    {"author", false},
    {"writer:", false},
    {"words:", false},
    {"by", false},
    {"geschrieben von", false},
    {"verfasst von", false},
    {"ein beitrag von", false},
    {"ein artikel von", false},
    {"eine analyse von", false},
    {"ein kommentar von", false},
    {"ein gastbeitrag von", false},
    {"kommentar von", false},
    {"gastbeitrag von", false},
    {"interview von", false},
    {"interview:", false},
    {"bericht von", false},
    {"text von", false},
    {"autoren", false},
    {"autorin", false},
    {"autor/a:", false},
    {"autores", false},
    {"autora", false},
    {"autor", false},
    {"auteurs", false},
    {"auteur", false},
    {"autore", false},
    {"text:", false},
    {"tekst:", false},
    {"texte:", false},
    {"texto:", false},
    {"testo:", false},
    {"foto:", false},
    {"von", true},
    {"publié par", false},
    {"rédigé par", false},
    {"écrit par", false},
    {"propos recueillis par", false},
    {"un article de", false},
    {"par", true},
    {"escrito por", false},
    {"publicado por", false},
    {"redactado por", false},
    {"por", true},
    {"scritto da", false},
    {"pubblicato da", false},
    {"a cura di", false},
    {"di", true},
    {"da", true},
    {"de", true},
    {"door", true},
    {"geschreven door", false},
    {"skrevet av", false},
    {"skriven av", false},
    {"skrevet af", false},
    {"av", true},
    {"af", true},
    {"per", true},
    {"napisał", false},
    {"napisała", false},
    {"opracował", false},
    {"opracowała", false},
    {"yazan:", false},
    {"yazar:", false},
    {"автор:", false},
    {"автор", false},
    {"текст:", false},
    {"авторы:", false},
    {"από", false},
    {"του", true},
    {"بقلم", false},
    {"كتب", true},
    {"מאת", false},
    {"作者", false},
    {"記者", false},
    {"记者", false},
    {"文:", false},
    {"文/", false},
    {"撰文", false},
    {"執筆者", false},
    {"著者", false},
    {"글", true},
    {"oleh", false},
    {"penulis:", false},
    {"tác giả:", false},
};

static const struct {
    const char *words; /* with the space behind it */
    bool weak;
} joiners[] = {
    {"and ", false},   {"& ", false},  {"und ", false}, {"et ", true}, {"with ", false},
    {"sowie ", false}, {"mit ", true}, {"y ", true},    {"e ", true},  {"i ", true},
    {"en ", true},     {"og ", true},  {"och ", true},  {"ja ", true}, {"și ", true},
    {"a ", true},      {"ve ", true},  {"и ", true},    {"та ", true}, {"και ", true},
    {"for ", true},    {"via ", true},
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
    "admin",      "administrator", "guest",     "anonymous", "unknown", "author",      "user",
    "default",    "root",          "webmaster", "wp-admin",  "null",    "none",        "undefined",
    "n/a",        "editor",        "adminuser", "-",         "test",    "sitemanager", "wordpress",
    "site admin", "super user",    "about",     "share",     "follow",  "read more",   "linkedin",
    "twitter",    "facebook",      "instagram", "x",         "email",   "website",     "comments",
};

enum { PREFIX_COUNT = sizeof prefixes / sizeof *prefixes };
enum { JOINER_COUNT = sizeof joiners / sizeof *joiners };

/* A prefix ends at a space, a colon or a slash; scripts without spaces need none. */
static bool ends_word(struct span prefix, struct span rest)
{
    unsigned char last = (unsigned char)prefix.data[prefix.len - 1];
    if (last == ':' || last == '/')
        return true;
    if (prefix.len >= 3 && (unsigned char)prefix.data[0] >= 0xE0)
        return true;
    if (rest.len == 0)
        return true;
    uint32_t next = text_next(&rest);
    return text_is_space(next) || next == ':' || next == '-' || next == 0xFF1A || next == '/';
}

static struct span skip_marks(struct span text)
{
    while (text.len > 0) {
        struct span rest = text;
        uint32_t c = text_next(&rest);
        if (!text_is_space(c) && c != ':' && c != '-' && c != '/' && c != 0xFF1A && c != 0x2013 &&
            c != 0x2014 && c != '|' && c != ',')
            break;
        text = rest;
    }
    return text;
}

static bool starts_upper_or_caseless(struct span text)
{
    if (text.len == 0)
        return false;
    uint32_t c = text_next(&text);
    return text_is_upper(c) || (text_is_letter(c) && c >= 0x590);
}

static bool skip_one(struct span *text)
{
    for (size_t i = 0; i < PREFIX_COUNT; i++) {
        if (!text_starts_folded(*text, prefixes[i].words))
            continue;
        /* Folding keeps the number of bytes for every prefix in the table. */
        struct span prefix = span_from(prefixes[i].words);
        if (text->len < prefix.len)
            continue;
        struct span rest = span_of(text->data + prefix.len, text->len - prefix.len);
        if (!ends_word(prefix, rest))
            continue;
        rest = skip_marks(rest);
        if (prefixes[i].weak && (text->len == prefix.len || text->data[prefix.len] != ' '))
            continue;
        if (prefixes[i].weak && (text_count_words(rest) < 2 || !starts_upper_or_caseless(rest)))
            continue;
        *text = rest;
        return true;
    }
    return false;
}

struct span author_words_skip_prefix(struct span text)
{
    text = skip_marks(text);
    for (int rounds = 3; rounds > 0 && skip_one(&text); rounds--)
        ;
    return text;
}

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
    "read",       "more",      "view",       "updated",   "last",         "published", "posted",
    "min",        "minutes",   "share",      "follow",    "about",        "see",       "all",
    "posts",      "by",        "on",         "in",        "the",          "how",       "why",
    "what",       "your",      "our",        "my",        "this",         "these",     "with",
    "and",        "for",       "to",         "from",      "home",         "blog",      "news",
    "articles",   "article",   "written",    "photo",     "image",        "credit",    "courtesy",
    "is",         "are",       "was",        "profile",   "bio",          "website",   "email",
    "twitter",    "facebook",  "linkedin",   "instagram", "author",       "authors",   "comments",
    "comment",    "reviewed",  "medically",  "fact",      "checked",      "hardware",  "privacy",
    "finance",    "business",  "technology", "sports",    "politics",     "opinion",   "monday",
    "tuesday",    "wednesday", "thursday",   "friday",    "saturday",     "sunday",    "sat",
    "sun",        "mon",       "tue",        "wed",       "thu",          "fri",       "copyright",
    "newsletter", "subscribe", "uhr",        "stand",     "aktualisiert", "publicado", "publié",
    "mis",        "lesezeit",  "lesedauer",
};

bool author_words_look_like_person(struct span name, bool one_word)
{
    size_t words = 0;
    if (name.len == 0 || author_words_is_role(name))
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

bool author_words_is_placeholder(struct span text)
{
    return in_list(placeholders, sizeof placeholders / sizeof *placeholders, text_trim(text));
}
