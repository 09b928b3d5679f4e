#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/gunzip.h"

enum { ROOM = 4096 };

/* One gzip of text, behind what is there. */
static size_t pack(unsigned char *out, size_t at, const char *text)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (unsigned)strlen(text);
    stream.next_out = out + at;
    stream.avail_out = (unsigned)(ROOM - at);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    at += stream.total_out;
    (void)deflateEnd(&stream);
    return at;
}

/* Gives it in pieces and takes it in pieces; returns the last result and all that came. */
static enum gunzip_result unpack(struct gunzip *gunzip, const unsigned char *in, size_t len,
                                 size_t piece, size_t room, char *out, size_t *ret_len)
{
    enum gunzip_result result = GUNZIP_WANTS_INPUT;
    *ret_len = 0;
    for (size_t at = 0; at < len; at += piece) {
        gunzip_give(gunzip, span_of((const char *)in + at, len - at < piece ? len - at : piece));
        do {
            size_t more;
            result = gunzip_into(gunzip, out + *ret_len, room, &more);
            assert_true(more <= room);
            *ret_len += more;
        } while (result == GUNZIP_WANTS_ROOM);
        if (result != GUNZIP_WANTS_INPUT)
            break;
    }
    return result;
}

static void a_body_is_the_same_however_it_comes(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 7, 4096};
    unsigned char in[ROOM];
    char out[ROOM];
    size_t len = pack(in, 0, "the tide rises, the tide falls, the tide rises");
    size_t two = pack(in, len, ", twice");
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 4; k++) {
            struct gunzip gunzip = {0};
            size_t got;
            assert_true(gunzip_is_whole(&gunzip));
            assert_int_equal(unpack(&gunzip, in, two, sizes[i], sizes[k], out, &got),
                             GUNZIP_WANTS_INPUT);
            assert_int_equal(got, 53);
            assert_memory_equal(out, "the tide rises, the tide falls, the tide rises, twice", got);
            assert_true(gunzip_is_whole(&gunzip));
            gunzip_finish(&gunzip);
        }
    }
}

static void a_body_that_is_cut_is_not_whole(void **state)
{
    (void)state;
    unsigned char in[ROOM];
    char out[ROOM];
    size_t len = pack(in, 0, "the tide rises");
    for (size_t cut = 1; cut < len; cut++) {
        struct gunzip gunzip = {0};
        size_t got;
        assert_int_equal(unpack(&gunzip, in, cut, cut, sizeof out, out, &got), GUNZIP_WANTS_INPUT);
        assert_false(gunzip_is_whole(&gunzip));
        gunzip_finish(&gunzip);
        assert_true(gunzip_is_whole(&gunzip));
    }
}

static void what_is_no_gzip_is_said(void **state)
{
    (void)state;
    unsigned char in[ROOM];
    char out[ROOM];
    size_t got, len = pack(in, 0, "the tide rises");
    struct gunzip gunzip = {0};
    assert_int_equal(unpack(&gunzip, (const unsigned char *)"plain text", 10, 10, 64, out, &got),
                     GUNZIP_BROKEN);
    gunzip_finish(&gunzip);
    in[len - 6] ^= 1; /* of the checksum */
    assert_int_equal(unpack(&gunzip, in, len, len, sizeof out, out, &got), GUNZIP_BROKEN);
    gunzip_finish(&gunzip);
}

static void what_stands_behind_the_end_is_ignored(void **state)
{
    (void)state;
    unsigned char in[ROOM];
    char out[ROOM];
    size_t got, len = pack(in, 0, "the tide rises");
    memcpy(in + len, "\0\0pad\x1F\x1F\x1F\x1F", 9); /* in pieces that begin as gzip does */
    struct gunzip gunzip = {0};
    assert_int_equal(unpack(&gunzip, in, len + 9, 5, sizeof out, out, &got), GUNZIP_WANTS_INPUT);
    assert_int_equal(got, 14);
    assert_true(gunzip_is_whole(&gunzip));
    gunzip_finish(&gunzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_the_same_however_it_comes),
        cmocka_unit_test(a_body_that_is_cut_is_not_whole),
        cmocka_unit_test(what_is_no_gzip_is_said),
        cmocka_unit_test(what_stands_behind_the_end_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
