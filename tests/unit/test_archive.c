/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Archives, also hostile ones, as parts. They are written by libarchive too, or by hand where no
 * program would write such a thing. */
#include "base/buf.h"
#include "corpus/archive.h"
#include "corpus/parts.h"
#include "tests/unit/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <zlib.h>

/* ---- Writing ---- */

static struct archive *writer_open(const char *path, const char *format, const char *filter)
{
    struct archive *out = archive_write_new();
    assert_non_null(out);
    assert_int_equal(archive_write_set_format_by_name(out, format), ARCHIVE_OK);
    if (filter)
        assert_int_equal(archive_write_add_filter_by_name(out, filter), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(out, path), ARCHIVE_OK);
    return out;
}

static void add_entry(struct archive *out, const char *name, unsigned type, const char *link,
                      size_t size)
{
    struct archive_entry *entry = archive_entry_new();
    assert_non_null(entry);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    if (link)
        archive_entry_set_symlink(entry, link);
    assert_int_equal(archive_write_header(out, entry), ARCHIVE_OK);
    archive_entry_free(entry);
}

static void add_hard_link(struct archive *out, const char *name, const char *link)
{
    struct archive_entry *entry = archive_entry_new();
    assert_non_null(entry);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_hardlink(entry, link);
    assert_int_equal(archive_write_header(out, entry), ARCHIVE_OK);
    archive_entry_free(entry);
}

static void add_bytes(struct archive *out, const char *name, const void *bytes, size_t size)
{
    add_entry(out, name, AE_IFREG, NULL, size);
    assert_int_equal(archive_write_data(out, bytes, size), (la_ssize_t)size);
}

static void add_text(struct archive *out, const char *name, const char *text)
{
    add_bytes(out, name, text, strlen(text));
}

/* Zeros without end, as bombs have them. */
static void add_zeros(struct archive *out, const char *name, size_t megabytes)
{
    enum { MB = 1024 * 1024 };
    char *zeros = calloc(1, MB);
    assert_non_null(zeros);
    add_entry(out, name, AE_IFREG, NULL, megabytes * MB);
    for (size_t i = 0; i < megabytes; i++)
        assert_int_equal(archive_write_data(out, zeros, MB), MB);
    free(zeros);
}

static void writer_close(struct archive *out)
{
    assert_int_equal(archive_write_close(out), ARCHIVE_OK);
    assert_int_equal(archive_write_free(out), ARCHIVE_OK);
}

/* ---- Reading ---- */

/* What was found: a line for each part, its name within the archive and its text or problem. */
struct found {
    char parts[4096];
    size_t count;
    size_t ignored;
    tip_status status;
    tip_error err;
};

static void note_part(struct found *found, const char *path, const tip_part *part)
{
    size_t used = strlen(found->parts);
    const tip_buf *what = part->problem.size ? &part->problem : &part->bytes;
    tip_str name = tip_buf_str(&part->path);
    assert_true(name.size > strlen(path) + 1);
    assert_memory_equal(name.data, path, strlen(path));
    snprintf(found->parts + used, sizeof found->parts - used, "%.*s=%s%.*s\n",
             (int)(name.size - strlen(path) - 1), name.data + strlen(path) + 1,
             part->problem.size ? "!" : "", what->size > 200 ? 200 : (int)what->size,
             what->data ? what->data : "");
    found->count++;
}

static void read_archive(const char *path, struct found *found)
{
    tip_parts *parts = NULL;
    bool more = true;
    memset(found, 0, sizeof *found);
    found->status = tip_parts_open(path, TIP_FORMAT_ARCHIVE, &parts, &found->err);
    while (found->status == TIP_OK && more) {
        tip_part part = {0};
        found->status = tip_parts_next(parts, 1, &part, &more, &found->err);
        if (found->status == TIP_OK && more)
            note_part(found, path, &part);
        tip_part_free(&part);
    }
    if (parts)
        found->ignored = tip_parts_ignored(parts);
    tip_parts_close(parts);
}

/* ---- Tests ---- */

static void test_kinds(void **state)
{
    static const char *const kinds[][3] = {
        {"a.tar", "ustar", NULL},     {"a.tar.gz", "pax", "gzip"}, {"a.tar.xz", "gnutar", "xz"},
        {"a.tar.zst", "pax", "zstd"}, {"a.zip", "zip", NULL},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *path = at(*state, kinds[i][0]);
        struct archive *out = writer_open(path, kinds[i][1], kinds[i][2]);
        struct found found;
        add_entry(out, "2020/", AE_IFDIR, NULL, 0);
        add_text(out, "./2020/kenya.txt", "Kenya");
        add_text(out, "picture.png", "x");
        add_text(out, "nothing.txt", "");
        add_text(out, "lines.jsonl", "{}");
        writer_close(out);
        read_archive(path, &found);
        assert_int_equal(found.status, TIP_OK);
        assert_string_equal(found.parts, "2020/kenya.txt=Kenya\nnothing.txt=\nlines.jsonl={}\n");
        assert_int_equal(found.ignored, 1);
    }
}

/* Names are UTF-8 whatever the locale of the process; others are kept byte by byte. */
static void test_names(void **state)
{
    static const char *const formats[] = {"ustar", "gnutar", "zip"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const char *path = at(*state, formats[i]);
        struct archive *out = writer_open(path, formats[i], NULL);
        struct found found;
        add_text(out, "2021/c\xC3\xB4te-d'ivoire.txt", "A");
        add_text(out, "latin-\xE9.txt", "B");
        writer_close(out);
        read_archive(path, &found);
        assert_int_equal(found.status, TIP_OK);
        assert_string_equal(found.parts, "2021/c\xC3\xB4te-d'ivoire.txt=A\nlatin-\xE9.txt=B\n");
    }
}

static void test_refused(void **state)
{
    const char *path = at(*state, "refused.tar");
    struct archive *out = writer_open(path, "gnutar", NULL);
    struct found found;
    add_text(out, ".hidden.txt", "x");
    add_text(out, "a/.git/b.txt", "x");
    add_text(out, "__MACOSX/._kenya.txt", "x");
    add_text(out, "__MACOSX/kenya.txt", "x");
    add_entry(out, "link.txt", AE_IFLNK, "/etc/passwd", 0);
    add_entry(out, "link.png", AE_IFLNK, "/etc/passwd", 0);
    add_hard_link(out, "hard.txt", "/etc/passwd");
    add_entry(out, "pipe.txt", AE_IFIFO, NULL, 0);
    add_text(out, "/etc/absolute.txt", "x");
    add_text(out, "a/../../up.txt", "x");
    add_text(out, "inner.zip", "x");
    add_text(out, "good..txt", "Good");
    writer_close(out);
    read_archive(path, &found);
    assert_int_equal(found.status, TIP_OK);
    assert_int_equal(found.ignored, 1);
    assert_int_equal(found.count, 7);
    assert_non_null(strstr(found.parts, "/hard.txt: a link in an archive; it was skipped\n"));
    assert_non_null(strstr(found.parts, "/link.txt: a link in an archive; it was skipped\n"));
    assert_non_null(strstr(found.parts, "/pipe.txt: not a regular file; "));
    assert_non_null(strstr(found.parts, "/etc/absolute.txt: an absolute path in an archive; "));
    assert_non_null(strstr(found.parts, "/a/../../up.txt: a path with \"..\" in an archive; "));
    assert_non_null(strstr(found.parts, "/inner.zip: an archive in an archive; "));
    assert_non_null(strstr(found.parts, "good..txt=Good\n"));
}

static void test_gzip_members(void **state)
{
    const char *path = at(*state, "members.tar");
    struct archive *out = writer_open(path, "ustar", NULL);
    struct found found;
    char packed[256];
    uLongf size = sizeof packed;
    z_stream z = {.next_in = (unsigned char *)(uintptr_t) "Packed",
                  .avail_in = 6,
                  .next_out = (unsigned char *)packed,
                  .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size = z.total_out;
    deflateEnd(&z);
    add_bytes(out, "a.txt.gz", packed, size);
    add_bytes(out, "cut.txt.gz", packed, size - 9);
    add_text(out, "b.txt.gz", "Plain");
    writer_close(out);
    read_archive(path, &found);
    assert_int_equal(found.status, TIP_OK);
    assert_non_null(strstr(found.parts, "a.txt.gz=Packed\n"));
    assert_non_null(strstr(found.parts, "cut.txt.gz=!"));
    assert_non_null(strstr(found.parts, "cut.txt.gz: the gzip data is cut off"));
    assert_non_null(strstr(found.parts, "b.txt.gz=Plain\n"));
}

static void test_encrypted(void **state)
{
    const char *path = at(*state, "secret.zip");
    struct archive *out = archive_write_new();
    struct found found;
    assert_non_null(out);
    assert_int_equal(archive_write_set_format_zip(out), ARCHIVE_OK);
    assert_int_equal(archive_write_set_options(out, "zip:encryption=traditional"), ARCHIVE_OK);
    assert_int_equal(archive_write_set_passphrase(out, "word"), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(out, path), ARCHIVE_OK);
    add_text(out, "a.txt", "Secret");
    writer_close(out);
    read_archive(path, &found);
    assert_int_equal(found.status, TIP_OK);
    assert_int_equal(found.count, 1);
    assert_non_null(strstr(found.parts, "secret.zip/a.txt: encrypted; "));
}

static void test_empty_and_no_archive(void **state)
{
    const char *path = at(*state, "a.zip");
    struct found found;
    writer_close(writer_open(path, "zip", NULL));
    read_archive(path, &found);
    assert_int_equal(found.status, TIP_BAD_INPUT);
    assert_non_null(strstr(found.err.message, "no file of a kind that is read"));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("This is no archive at all, though its name says so.", file);
    assert_int_equal(fclose(file), 0);
    read_archive(path, &found);
    assert_int_equal(found.status, TIP_BAD_INPUT);
    assert_non_null(strstr(found.err.message, "a.zip: not a tar or zip archive"));
    read_archive(at(*state, "none.zip"), &found);
    assert_int_equal(found.status, TIP_NOT_FOUND);
}

static size_t slurp(const char *path, char *bytes, size_t room)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, room, file);
    assert_int_equal(fclose(file), 0);
    assert_true(size < room);
    return size;
}

static void spill(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Wherever it is cut off: what is whole comes first, then a failure, or nothing is missing. One
 * that is not packed may also seem to end behind any of its members. */
static void check_cuts(const char *path, size_t step, bool packed)
{
    static char bytes[64 * 1024];
    struct found whole;
    struct found found;
    size_t size = slurp(path, bytes, sizeof bytes);
    read_archive(path, &whole);
    assert_int_equal(whole.status, TIP_OK);
    for (size_t cut = 0; cut < size; cut += step) {
        spill(path, bytes, cut);
        read_archive(path, &found);
        assert_true(found.status == TIP_OK || found.status == TIP_BAD_INPUT);
        assert_true(found.count < 10 || found.status == TIP_OK || cut > size / 2);
        assert_true(!packed || found.count == whole.count || found.status == TIP_BAD_INPUT);
        if (strncmp(found.parts, whole.parts, strlen(found.parts)) != 0)
            assert_non_null(strstr(found.parts, "=!")); /* a member that is damaged is no text */
    }
}

static void test_cut_off(void **state)
{
    static const char *const kinds[][2] = {{"pax", NULL}, {"pax", "gzip"}, {"zip", NULL}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *path = at(*state, "cut");
        struct archive *out = writer_open(path, kinds[i][0], kinds[i][1]);
        for (int n = 0; n < 10; n++) {
            char name[16];
            snprintf(name, sizeof name, "%d.txt", n);
            add_text(out, name, "Some text.");
        }
        writer_close(out);
        bool packed = kinds[i][1] || i == 2;
        check_cuts(path, packed ? 7 : 97, packed);
    }
}

static void test_large_member(void **state)
{
    const char *path = at(*state, "large.tar");
    struct archive *out = writer_open(path, "ustar", NULL);
    struct found found;
    add_zeros(out, "large.txt", 65);
    add_text(out, "small.txt", "Small");
    writer_close(out);
    read_archive(path, &found);
    assert_int_equal(found.status, TIP_OK);
    assert_int_equal(found.count, 2);
    assert_non_null(strstr(found.parts, "large.txt: larger than 64 MB; "));
    assert_non_null(strstr(found.parts, "small.txt=Small\n"));
}

/* Packed far beyond what text is, whether it would be read or only passed over. */
static void test_bomb(void **state)
{
    static const char *const names[] = {"bomb.txt", "bomb.bin"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = at(*state, "bomb.tar.zst");
        struct archive *out = writer_open(path, "ustar", "zstd");
        struct found found;
        add_text(out, "first.txt", "First");
        add_zeros(out, names[i], 600);
        writer_close(out);
        read_archive(path, &found);
        assert_int_equal(found.status, TIP_TOO_LARGE);
        assert_non_null(strstr(found.err.message, "bomb.tar.zst: unpacks to more than 1000 times"));
        assert_string_equal(found.parts, "first.txt=First\n");
    }
}

static void test_many_entries(void **state)
{
    const char *path = at(*state, "many.tar.gz");
    struct archive *out = writer_open(path, "ustar", "gzip");
    struct found found;
    for (size_t i = 0; i < TIP_ENTRIES_MAX + 1; i++)
        add_entry(out, "folder/", AE_IFDIR, NULL, 0);
    writer_close(out);
    read_archive(path, &found);
    assert_int_equal(found.status, TIP_TOO_LARGE);
    assert_non_null(strstr(found.err.message, "more than 200000 files"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kinds, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_names, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_refused, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_gzip_members, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_encrypted, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_empty_and_no_archive, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_cut_off, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_large_member, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_bomb, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_many_entries, make_place, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
