/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns: numbers of every width come back as they were written, and no wrong size is a column. */
#include "store/column.h"

#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Writes one column into a file of its own and reads the bytes of its section back. */
static unsigned char *written(const uint64_t *numbers, size_t count, size_t *ret_size)
{
    char root[] = "/tmp/tip-column-XXXXXX";
    char path[64];
    file_writer file;
    assert_non_null(mkdtemp(root));
    snprintf(path, sizeof path, "%s/file", root);
    assert_int_equal(file_writer_open(&file, path, NULL), TIP_OK);
    assert_int_equal(column_write(&file, SECTION_REPORT_OF, numbers, count, NULL), TIP_OK);
    section_entry entry = file.header.sections[SECTION_REPORT_OF];
    assert_int_equal(file_writer_finish(&file, NULL), TIP_OK);
    unsigned char *bytes = malloc((size_t)entry.size + (entry.size == 0));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_non_null(bytes);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, bytes, (size_t)entry.size, (off_t)entry.offset), entry.size);
    close(fd);
    assert_int_equal(scratch_remove(root), 0);
    *ret_size = (size_t)entry.size;
    return bytes;
}

static void test_widths(void **state)
{
    (void)state;
    static const struct {
        uint64_t most;
        unsigned width;
    } cases[] = {{0, 0},          {1, 1},          {0xFF, 1},      {0x100, 2},
                 {0xFFFF, 2},     {0x10000, 3},    {0xFFFFFF, 3},  {0x1000000, 4},
                 {UINT32_MAX, 4}, {1ull << 32, 8}, {UINT64_MAX, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t numbers[] = {cases[i].most, 0, cases[i].most / 3, cases[i].most};
        size_t size;
        column c;
        unsigned char *bytes = written(numbers, 4, &size);
        assert_int_equal(size, 4 * cases[i].width);
        assert_true(column_view(bytes, size, 4, 8, &c));
        for (size_t j = 0; j < 4; j++)
            assert_true(column_at(&c, j) == numbers[j]);
        assert_true(column_most(&c, 0, c.count) == cases[i].most);
        free(bytes);
    }
}

static void test_no_numbers(void **state)
{
    (void)state;
    size_t size;
    column c;
    unsigned char *bytes = written(NULL, 0, &size);
    assert_int_equal(size, 0);
    assert_true(column_view(bytes, 0, 0, 4, &c));
    assert_int_equal(column_most(&c, 0, c.count), 0);
    free(bytes);
}

/* Sizes that no column has, and numbers wider than the reader takes. */
static void test_wrong_sizes(void **state)
{
    (void)state;
    static const unsigned char bytes[64];
    column c;
    assert_false(column_view(bytes, 1, 0, 4, &c));
    assert_false(column_view(bytes, 3, 2, 4, &c));
    assert_false(column_view(bytes, 9, 2, 8, &c));
    assert_false(column_view(bytes, 10, 2, 8, &c));
    assert_false(column_view(bytes, 14, 2, 8, &c));
    assert_false(column_view(bytes, 18, 2, 8, &c));
    assert_false(column_view(bytes, 16, 2, 4, &c));
    assert_true(column_view(bytes, 16, 2, 8, &c));
    assert_true(column_view(bytes, 8, 2, 4, &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_no_numbers),
        cmocka_unit_test(test_wrong_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
