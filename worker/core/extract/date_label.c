#include "core/extract/date_label.h"

#include "core/text.h"

/* Beginnings of words; what stands last in the table is weakest. */
static const struct {
    const char *word;
    enum date_label label;
} words[] = {
    {"updat", DATE_LABEL_UPDATED},
    {"modif", DATE_LABEL_UPDATED},
    {"review", DATE_LABEL_UPDATED},
    {"revis", DATE_LABEL_UPDATED},
    {"edited", DATE_LABEL_UPDATED},
    {"aktualisiert", DATE_LABEL_UPDATED},
    {"geändert", DATE_LABEL_UPDATED},
    {"letzte änderung", DATE_LABEL_UPDATED},
    {"mis à jour", DATE_LABEL_UPDATED},
    {"mise à jour", DATE_LABEL_UPDATED},
    {"actualiz", DATE_LABEL_UPDATED},
    {"atualiz", DATE_LABEL_UPDATED},
    {"aggiorn", DATE_LABEL_UPDATED},
    {"bijgewerkt", DATE_LABEL_UPDATED},
    {"uppdater", DATE_LABEL_UPDATED},
    {"oppdater", DATE_LABEL_UPDATED},
    {"opdater", DATE_LABEL_UPDATED},
    {"päivit", DATE_LABEL_UPDATED},
    {"aktualiz", DATE_LABEL_UPDATED},
    {"güncel", DATE_LABEL_UPDATED},
    {"обновлен", DATE_LABEL_UPDATED},
    {"оновлен", DATE_LABEL_UPDATED},
    {"更新", DATE_LABEL_UPDATED},
    {"수정", DATE_LABEL_UPDATED},
    {"©", DATE_LABEL_OTHER},
    {"copyright", DATE_LABEL_OTHER},
    {"joined", DATE_LABEL_OTHER},
    {"since", DATE_LABEL_OTHER},
    {"event", DATE_LABEL_OTHER},
    {"expires", DATE_LABEL_OTHER},
    {"valid", DATE_LABEL_OTHER},
    {"accessed", DATE_LABEL_OTHER},
    {"retrieved", DATE_LABEL_OTHER},
    {"born", DATE_LABEL_OTHER},
    {"publish", DATE_LABEL_PUBLISHED},
    {"posted", DATE_LABEL_PUBLISHED},
    {"released", DATE_LABEL_OTHER},
    {"veröffentlicht", DATE_LABEL_PUBLISHED},
    {"erschienen", DATE_LABEL_PUBLISHED},
    {"publié", DATE_LABEL_PUBLISHED},
    {"publicad", DATE_LABEL_PUBLISHED},
    {"pubblicato", DATE_LABEL_PUBLISHED},
    {"gepubliceerd", DATE_LABEL_PUBLISHED},
    {"publicer", DATE_LABEL_PUBLISHED},
    {"publisert", DATE_LABEL_PUBLISHED},
    {"udgivet", DATE_LABEL_PUBLISHED},
    {"julkaistu", DATE_LABEL_PUBLISHED},
    {"opublikowan", DATE_LABEL_PUBLISHED},
    {"опубликован", DATE_LABEL_PUBLISHED},
    {"опубліковано", DATE_LABEL_PUBLISHED},
    {"yayın", DATE_LABEL_PUBLISHED},
    {"发布", DATE_LABEL_PUBLISHED},
    {"發布", DATE_LABEL_PUBLISHED},
    {"公開", DATE_LABEL_PUBLISHED},
    {"입력", DATE_LABEL_PUBLISHED},
    {"release date", DATE_LABEL_OTHER},
    {"when:", DATE_LABEL_OTHER},
    {"deadline", DATE_LABEL_OTHER},
    {"due:", DATE_LABEL_OTHER},
    {"due date", DATE_LABEL_OTHER},
    {"due by", DATE_LABEL_OTHER},
    {"closing date", DATE_LABEL_OTHER},
    {"apply by", DATE_LABEL_OTHER},
    {"starts", DATE_LABEL_OTHER},
    {"effective", DATE_LABEL_OTHER},
    {"einsendeschluss", DATE_LABEL_OTHER},
    {"bewerbungsschluss", DATE_LABEL_OTHER},
    {"date limite", DATE_LABEL_OTHER},
    {"fecha límite", DATE_LABEL_OTHER},
};

enum { WORD_COUNT = sizeof words / sizeof *words };

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

enum date_label date_label_read(struct span text)
{
    size_t first = WORD_COUNT; /* in the table, of those that stand in text */
    for (size_t i = 0; i < text.len; i++) {
        struct span rest = span_of(text.data + i, text.len - i);
        for (size_t k = 0; starts_character(rest.data[0]) && k < first; k++)
            if (text_starts_folded(rest, words[k].word))
                first = k;
    }
    return first < WORD_COUNT ? words[first].label : DATE_LABEL_NONE;
}
