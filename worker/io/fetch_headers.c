/* The headers of a flight's requests. Those of the engine are lines like the others: what curl's
 * own options give it writes twice. */
#include "io/fetch_headers.h"

static const char encodings_line[] = "Accept-Encoding: gzip";

bool headers_open(struct fetch *fetch)
{
    struct buf agent;
    buf_init(&agent, FETCH_MAX_HEADER_BYTES);
    (void)buf_format(&agent, "User-Agent: %s", fetch->user_agent);
    fetch->agent_line = agent.data;
    return !buf_failed(&agent);
}

static bool add_line(struct curl_slist **lines, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*lines, line);
    if (!longer)
        return false;
    *lines = longer;
    return true;
}

static bool has_line_break(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.data[i] == '\r' || s.data[i] == '\n' || s.data[i] == '\0')
            return true;
    return false;
}

/* An empty value is sent as an empty header, which curl writes with a semicolon. */
static bool add_header(struct curl_slist **lines, struct span name, struct span value)
{
    struct buf line;
    buf_init(&line, FETCH_MAX_KEPT_BYTES);
    bool added = !has_line_break(name) && !has_line_break(value) && buf_add(&line, name) &&
                 buf_add_text(&line, value.len > 0 ? ": " : ";") && buf_add(&line, value) &&
                 add_line(lines, line.data);
    buf_finish(&line);
    return added;
}

static bool has_header(const struct fetch_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->header_count; i++)
        if (span_equals_nocase(spec->headers[i].name, name))
            return true;
    return false;
}

bool flight_set_headers(struct flight *flight, const struct fetch_spec *spec)
{
    struct curl_slist **lines = &flight->headers;
    for (size_t i = 0; i < spec->header_count; i++)
        if (!add_header(lines, spec->headers[i].name, spec->headers[i].value))
            return false;
    if (flight->accept && !has_header(spec, "Accept") && !add_line(lines, flight->accept))
        return false;
    if (!has_header(spec, "User-Agent") && !add_line(lines, flight->fetch->agent_line))
        return false;
    if (!has_header(spec, "Accept-Encoding") && !add_line(lines, encodings_line))
        return false;
    if (!spec->post)
        return true;
    return add_line(lines, "Expect:") &&
           (has_header(spec, "Content-Type") || add_line(lines, "Content-Type: application/json"));
}

bool flight_drop_headers(struct flight *flight)
{
    curl_slist_free_all(flight->headers);
    flight->headers = NULL;
    return (!flight->accept || add_line(&flight->headers, flight->accept)) &&
           add_line(&flight->headers, flight->fetch->agent_line) &&
           add_line(&flight->headers, encodings_line);
}
