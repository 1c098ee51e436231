/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

enum { MESSAGE_MAX = sizeof((tip_error *)0)->message - 1 };

/* ---- Buffers ---- */

static void a_buffer_grows_and_keeps_its_bytes(void **state)
{
    (void)state;
    tip_buf buf = {0};
    for (unsigned i = 0; i < 5000; i++)
        assert_int_equal(tip_buf_add_byte(&buf, (char)(i * 7)), TIP_OK);
    assert_int_equal(buf.size, 5000);
    assert_true(buf.room >= buf.size);
    for (unsigned i = 0; i < 5000; i++)
        assert_int_equal(buf.data[i], (char)(i * 7));
    tip_buf_free(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.size + buf.room, 0);
}

static void zero_bytes_are_bytes(void **state)
{
    (void)state;
    tip_buf buf = {0};
    assert_int_equal(tip_buf_add(&buf, "a\0b", 3), TIP_OK);
    assert_int_equal(tip_buf_add_text(&buf, "c\0d"), TIP_OK);
    assert_int_equal(buf.size, 4);
    assert_memory_equal(buf.data, "a\0bc", 4);
    tip_buf_free(&buf);
}

static void adding_nothing_needs_no_memory(void **state)
{
    (void)state;
    tip_buf buf = {0};
    assert_int_equal(tip_buf_add(&buf, NULL, 0), TIP_OK);
    assert_int_equal(tip_buf_add_text(&buf, ""), TIP_OK);
    assert_int_equal(tip_buf_reserve(&buf, 0), TIP_OK);
    assert_null(buf.data);
    tip_str nothing = tip_buf_str(&buf);
    assert_int_equal(nothing.size, 0);
    tip_buf_free(&buf);
}

static void clearing_keeps_the_memory(void **state)
{
    (void)state;
    tip_buf buf = {0};
    assert_int_equal(tip_buf_add_text(&buf, "some text"), TIP_OK);
    const char *data = buf.data;
    tip_buf_clear(&buf);
    assert_int_equal(buf.size, 0);
    assert_int_equal(tip_buf_add_text(&buf, "other"), TIP_OK);
    assert_ptr_equal(buf.data, data);
    assert_true(tip_str_equal(tip_buf_str(&buf), tip_str_of("other")));
    tip_buf_free(&buf);
}

static void reserved_room_is_not_moved(void **state)
{
    (void)state;
    tip_buf buf = {0};
    assert_int_equal(tip_buf_reserve(&buf, 1000), TIP_OK);
    const char *data = buf.data;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(tip_buf_add_byte(&buf, 'x'), TIP_OK);
    assert_ptr_equal(buf.data, data);
    tip_buf_free(&buf);
}

/* Sizes whose sum would not fit must fail before anything is computed from them. */
static void too_large_a_request_changes_nothing(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 - 2};
    tip_buf buf = {0};
    assert_int_equal(tip_buf_add_text(&buf, "kept"), TIP_OK);
    tip_buf before = buf;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(tip_buf_reserve(&buf, sizes[i]), TIP_NO_MEMORY);
    assert_ptr_equal(buf.data, before.data);
    assert_int_equal(buf.size, before.size);
    assert_int_equal(buf.room, before.room);
    tip_buf_free(&buf);
}

/* ---- Strings ---- */

static void strings_compare_by_bytes_then_length(void **state)
{
    (void)state;
    static const tip_str sorted[] = {{NULL, 0},   {"\0", 1}, {"a", 1},    {"a\0", 2},
                                     {"a\0b", 3}, {"ab", 2}, {"\xC3", 1}, {"\xC3\xA9", 2}};
    enum { COUNT = sizeof sorted / sizeof *sorted };
    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < COUNT; j++) {
            int order = tip_str_compare(sorted[i], sorted[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(tip_str_equal(sorted[i], sorted[j]), i == j);
        }
    assert_true(tip_str_equal((tip_str){NULL, 0}, (tip_str){"", 0}));
    assert_int_equal(tip_str_compare((tip_str){NULL, 0}, (tip_str){"", 0}), 0);
}

static void strings_are_made_of_c_strings(void **state)
{
    (void)state;
    assert_int_equal(tip_str_of(NULL).size, 0);
    assert_null(tip_str_of(NULL).data);
    assert_int_equal(tip_str_of("").size, 0);
    assert_int_equal(tip_str_of("four").size, 4);
}

static void copies_end_with_a_zero(void **state)
{
    (void)state;
    char *copy = tip_str_dup((tip_str){"a\0bcd", 4});
    assert_non_null(copy);
    assert_memory_equal(copy, "a\0bc\0", 5);
    free(copy);
    copy = tip_str_dup((tip_str){NULL, 0});
    assert_string_equal(copy, "");
    free(copy);
}

/* ---- Errors ---- */

static void each_status_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int i = TIP_OK; i <= TIP_UNREACHABLE; i++) {
        const char *text = tip_status_text((tip_status)i);
        assert_non_null(text);
        assert_true(*text);
        assert_string_not_equal(text, "unknown status");
        for (int j = TIP_OK; j < i; j++)
            assert_string_not_equal(text, tip_status_text((tip_status)j));
    }
    assert_string_equal(tip_status_text((tip_status)(TIP_UNREACHABLE + 1)), "unknown status");
    assert_string_equal(tip_status_text((tip_status)-1), "unknown status");
}

static void a_failure_gives_its_status_back(void **state)
{
    (void)state;
    tip_error err = {.position = 7, .message = "old"};
    assert_int_equal(tip_fail(&err, TIP_CORRUPT, "%s: block %d", "x.store", 3), TIP_CORRUPT);
    assert_string_equal(err.message, "x.store: block 3");
    assert_true(err.position == TIP_NO_POSITION);
    assert_int_equal(tip_fail_memory(&err), TIP_NO_MEMORY);
    assert_string_equal(err.message, "out of memory");
}

static void an_error_may_be_null(void **state)
{
    (void)state;
    assert_int_equal(tip_fail(NULL, TIP_LOCKED, "%d", 1), TIP_LOCKED);
    assert_int_equal(tip_fail_errno(NULL, TIP_IO_ERROR, EIO, "%d", 1), TIP_IO_ERROR);
    assert_int_equal(tip_fail_memory(NULL), TIP_NO_MEMORY);
}

static void the_reason_of_the_system_follows(void **state)
{
    (void)state;
    tip_error err;
    errno = EPERM; /* which of the two is used must not matter */
    assert_int_equal(tip_fail_errno(&err, TIP_IO_ERROR, ENOSPC, "%s: cannot write", "a/b"),
                     TIP_IO_ERROR);
    assert_string_equal(err.message, "a/b: cannot write: No space left on device");
    assert_int_equal(tip_fail_errno(&err, TIP_IO_ERROR, 123456, "x"), TIP_IO_ERROR);
    assert_non_null(strstr(err.message, "123456"));
}

/* Whether text is UTF-8, looking at the structure only. */
static bool is_utf8(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    while (*p) {
        int more = *p < 0x80 ? 0 : *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : *p >= 0xC2 ? 1 : -1;
        if (more < 0)
            return false;
        for (p++; more > 0; more--, p++)
            if ((*p & 0xC0) != 0x80)
                return false;
    }
    return true;
}

static void long_messages_end_at_a_character(void **state)
{
    (void)state;
    static const char *const characters[] = {"x", "\xC3\xA9", "\xE2\x80\x99", "\xF0\x9F\x98\x80"};
    for (size_t c = 0; c < sizeof characters / sizeof *characters; c++)
        for (size_t shift = 0; shift < 4; shift++) {
            tip_buf text = {0};
            for (size_t i = 0; i < shift; i++)
                assert_int_equal(tip_buf_add_byte(&text, '-'), TIP_OK);
            while (text.size < 2000)
                assert_int_equal(tip_buf_add_text(&text, characters[c]), TIP_OK);
            tip_error err;
            tip_fail(&err, TIP_BAD_INPUT, "%.*s", (int)text.size, text.data);
            assert_true(is_utf8(err.message));
            assert_in_range(strlen(err.message), MESSAGE_MAX - 4, MESSAGE_MAX);
            assert_memory_equal(err.message, text.data, strlen(err.message));
            tip_buf_free(&text);
        }
}

static void the_reason_is_cut_as_the_message_is(void **state)
{
    (void)state;
    for (int length = MESSAGE_MAX - 60; length < MESSAGE_MAX + 20; length++) {
        tip_error err;
        tip_fail_errno(&err, TIP_IO_ERROR, ENOENT, "%0*d", length, 0);
        size_t size = strlen(err.message);
        assert_true(size <= MESSAGE_MAX);
        assert_true(size >= (size_t)(length < MESSAGE_MAX ? length : MESSAGE_MAX));
    }
}

/* File names come from anywhere; a message is one line of UTF-8 all the same. */
static void a_message_is_one_line_of_utf8(void **state)
{
    (void)state;
    static const char *const names[] = {"two\nlines", "carriage\rreturn", "escape\x1b[31m",
                                        "latin-1 \xE9 name", "cut \xE2\x80"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        tip_error err;
        tip_fail(&err, TIP_NOT_FOUND, "%s: no such file", names[i]);
        for (const char *c = err.message; *c; c++)
            assert_false((unsigned char)*c < 0x20);
        assert_true(is_utf8(err.message));
        assert_non_null(strstr(err.message, "no such file"));
    }
}

/* Controls of ASCII and those behind it, and characters that turn the text around. */
static void a_message_commands_no_terminal(void **state)
{
    (void)state;
    static const char *const characters[] = {
        "\x01",     "\x1b",         "\x7F",         "\xC2\x80",     "\xC2\x9B",
        "\xC2\x9F", "\xE2\x80\xAA", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"};
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        tip_error err;
        tip_fail(&err, TIP_NOT_FOUND, "a%sb", characters[i]);
        assert_string_equal(err.message, "a?b");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_grows_and_keeps_its_bytes),
        cmocka_unit_test(zero_bytes_are_bytes),
        cmocka_unit_test(adding_nothing_needs_no_memory),
        cmocka_unit_test(clearing_keeps_the_memory),
        cmocka_unit_test(reserved_room_is_not_moved),
        cmocka_unit_test(too_large_a_request_changes_nothing),
        cmocka_unit_test(strings_compare_by_bytes_then_length),
        cmocka_unit_test(strings_are_made_of_c_strings),
        cmocka_unit_test(copies_end_with_a_zero),
        cmocka_unit_test(each_status_has_a_text_of_its_own),
        cmocka_unit_test(a_failure_gives_its_status_back),
        cmocka_unit_test(an_error_may_be_null),
        cmocka_unit_test(the_reason_of_the_system_follows),
        cmocka_unit_test(long_messages_end_at_a_character),
        cmocka_unit_test(the_reason_is_cut_as_the_message_is),
        cmocka_unit_test(a_message_is_one_line_of_utf8),
        cmocka_unit_test(a_message_commands_no_terminal),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
