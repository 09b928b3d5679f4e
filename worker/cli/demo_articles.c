#include "cli/demo_articles.h"

#include <stddef.h>

const struct demo_event demo_events[] = {
    /* An article as plain text: date and author, title, text, author and publication. */
    {"harbour", "14.03.2025 Author: Ines Falk\n"
                "\n"
                "The Harbour Bridge Opens Again After Two Winters\n"
                "\n"
                "On Friday morning the first buses crossed the harbour bridge, which had been "
                "closed for repairs since the floods.\n"
                "\n"
                "The engineers replaced all forty-two bearings and, for the first time, put "
                "sensors into the piers.\n"
                "\n"
                "Ines Falk, engineer and writer, especially for the magazine \"The Tideline\".\n"},
    /* A page that says it in JSON-LD, and a catalog that adds section and tags. */
    {"tideline", "{\"event_id\": \"glass\", \"url\": \"http://127.0.0.1:%d/glass\"}"},
    /* A page with OpenGraph only; the event's own title wins. */
    {"tideline", "{\"event_id\": \"orchard\", \"url\": \"http://127.0.0.1:%d/orchard\", "
                 "\"title\": \"An Orchard on the Roof (reader's copy)\"}"},
    /* Plain meta tags and a visible date. */
    {"gazette", "{\"event_id\": \"clock\", \"url\": \"http://127.0.0.1:%d/clock.html\"}"},
    /* Moved: the page is found behind the redirect. */
    {"gazette", "{\"event_id\": \"moved\", \"url\": \"http://127.0.0.1:%d/old/glass\"}"},
    /* Gone: the record goes out with what the event says. */
    {"gazette", "{\"event_id\": \"gone\", \"url\": \"http://127.0.0.1:%d/no-such-page\", "
                "\"title\": \"A Page That Is No More\", \"authors\": [\"Jonas Ode\"]}"},
    /* No URL at all: only the catalog is asked. */
    {"wire", "{\"event_id\": \"wire-7\", \"title\": \"Ferry Timetable Changes on Monday\", "
             "\"published\": \"2025-03-10T06:30:00+01:00\", \"language\": \"en\"}"},
    /* The page came with the event: nothing is fetched. */
    {"wire", "{\"event_id\": \"inline\", \"url\": \"https://press.example/lamp\", "
             "\"content_type\": \"text/html; charset=utf-8\", \"content\": "
             "\"PCFkb2N0eXBlIGh0bWw+PGh0bWwgbGFuZz0iZW4iPjxoZWFkPjx0aXRsZT5UaGUgTGFtcGxpZ2h0ZXIn"
             "cyBMYXN0IFJvdW5kPC90aXRsZT48bWV0YSBuYW1lPSJhdXRob3IiIGNvbnRlbnQ9Ik1pcmEgU29sIj48"
             "bWV0YSBwcm9wZXJ0eT0iYXJ0aWNsZTpwdWJsaXNoZWRfdGltZSIgY29udGVudD0iMjAyNS0wMi0wMVQw"
             "ODowMDowMFoiPjwvaGVhZD48Ym9keT48aDE+VGhlIExhbXBsaWdodGVyJ3MgTGFzdCBSb3VuZDwvaDE+"
             "PC9ib2R5PjwvaHRtbD4=\"}"},
    /* Poison: cut off by its producer. It ends as a dead letter, unchanged. */
    {"wire", "{\"event_id\": \"cut\", \"title\": \"This event ends in the middle of"},
    {NULL, NULL},
};

const struct origin_page demo_pages[] = {
    {"/glass", 200, "text/html; charset=utf-8", NULL,
     "<!doctype html><html lang=\"en-GB\"><head>"
     "<title>How Glass Learned to Bend | The Tideline</title>"
     "<link rel=\"canonical\" href=\"https://tideline.example/science/glass\">"
     "<meta property=\"og:site_name\" content=\"The Tideline\">"
     "<script type=\"application/ld+json\">{\"@context\": \"https://schema.org\", "
     "\"@type\": \"NewsArticle\", \"headline\": \"How Glass Learned to Bend\", "
     "\"datePublished\": \"2025-03-12T09:15:00+01:00\", "
     "\"dateModified\": \"2025-03-13T18:00:00+01:00\", "
     "\"author\": [{\"@type\": \"Person\", \"name\": \"Ada Brand\", "
     "\"url\": \"https://tideline.example/people/ada\"}, "
     "{\"@type\": \"Person\", \"name\": \"Noor Haddad\"}], "
     "\"publisher\": {\"@type\": \"Organization\", \"name\": \"The Tideline\"}, "
     "\"image\": \"https://tideline.example/img/glass.jpg\", "
     "\"description\": \"A thin sheet, a warm roller and thirty years of patience.\", "
     "\"isAccessibleForFree\": true}</script>"
     "</head><body><h1>How Glass Learned to Bend</h1></body></html>"},
    {"/orchard", 200, "text/html; charset=utf-8", NULL,
     "<!doctype html><html lang=\"en\"><head><title>An Orchard on the Roof - Tideline</title>"
     "<meta property=\"og:type\" content=\"article\">"
     "<meta property=\"og:title\" content=\"An Orchard on the Roof\">"
     "<meta property=\"og:url\" content=\"https://tideline.example/city/orchard\">"
     "<meta property=\"og:site_name\" content=\"The Tideline\">"
     "<meta property=\"og:image\" content=\"/img/orchard.jpg\">"
     "<meta property=\"og:description\" content=\"Forty apple trees, eleven floors up.\">"
     "<meta property=\"article:published_time\" content=\"2025-03-11T07:00:00Z\">"
     "<meta name=\"author\" content=\"By Tomas Reed\">"
     "</head><body><h1>An Orchard on the Roof</h1></body></html>"},
    {"/clock.html", 200, "text/html; charset=utf-8", NULL,
     "<!doctype html><html lang=\"de\"><head><title>Die Uhr, die rückwärts geht</title>"
     "<meta name=\"description\" content=\"Ein Turm, ein Uhrmacher und ein Versehen.\">"
     "<meta name=\"author\" content=\"Lena Vogt\">"
     "<meta name=\"date\" content=\"2025-03-09\">"
     "</head><body><h1>Die Uhr, die rückwärts geht</h1><p>9. März 2025</p></body></html>"},
    {"/old/glass", 301, NULL, "/glass", ""},
    {"/catalog/glass", 200, "application/json", NULL,
     "{\"section\": \"Science\", \"keywords\": [\"glass\", \"materials\"], \"rank\": 3}"},
    {"/catalog/orchard", 200, "application/json", NULL,
     "{\"section\": \"City\", \"keywords\": [\"gardens\", \"roofs\"], \"rank\": 1}"},
    {"/catalog/moved", 200, "application/json", NULL,
     "{\"section\": \"Science\", \"keywords\": [\"glass\"], \"rank\": 9}"},
    {"/catalog/wire-7", 200, "application/json", NULL,
     "{\"section\": \"Service\", \"keywords\": [\"ferry\", \"timetable\"], \"rank\": 12}"},
    {NULL, 0, NULL, NULL, NULL},
};
