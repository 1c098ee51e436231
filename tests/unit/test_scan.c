/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "corpus/load.h"
#include "corpus/scan.h"
#include "tests/unit/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <fcntl.h>

#include <cmocka.h>

static void write_bytes(struct place *place, const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(at(place, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void write_text(struct place *place, const char *name, const char *text)
{
    write_bytes(place, name, text, strlen(text));
}

static void make_folder(struct place *place, const char *name)
{
    assert_int_equal(mkdir(at(place, name), 0755), 0);
}

/* Appends the bytes as one gzip member. */
static void add_member(tip_buf *out, const void *bytes, size_t size)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(tip_buf_reserve(out, deflateBound(&z, size) + 64), TIP_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (uInt)size;
    z.next_out = (unsigned char *)out->data + out->size;
    z.avail_out = (uInt)(out->room - out->size);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->size = out->room - z.avail_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
}

/* Lines of many lengths, "0\n", "1 x\n", ... that do not compress to nothing. */
static void add_lines(tip_buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[64];
        snprintf(text, sizeof text, "%zu %zx", i, i * 2654435761U);
        assert_int_equal(tip_buf_add_text(out, text), TIP_OK);
        for (size_t j = i % 37; j > 0; j--)
            assert_int_equal(tip_buf_add_byte(out, (char)('a' + (i * j) % 26)), TIP_OK);
        assert_int_equal(tip_buf_add_byte(out, '\n'), TIP_OK);
    }
}

static void expect_load(const char *path, size_t limit, tip_str expected)
{
    tip_buf bytes = {0};
    tip_error err = {0};
    assert_int_equal(tip_buf_add_text(&bytes, "before"), TIP_OK);
    assert_int_equal(tip_load(path, limit, &bytes, &err), TIP_OK);
    assert_int_equal(bytes.size, 6 + expected.size);
    assert_memory_equal(bytes.data, "before", 6);
    if (expected.size)
        assert_memory_equal(bytes.data + 6, expected.data, expected.size);
    tip_buf_free(&bytes);
}

static void expect_no_load(const char *path, size_t limit, tip_status expected)
{
    tip_buf bytes = {0};
    tip_error err = {0};
    assert_int_equal(tip_buf_add_text(&bytes, "before"), TIP_OK);
    assert_int_equal(tip_load(path, limit, &bytes, &err), expected);
    assert_non_null(strstr(err.message, path));
    assert_int_equal(bytes.size, 6);
    assert_memory_equal(bytes.data, "before", 6);
    assert_int_equal(tip_load(path, limit, &bytes, NULL), expected);
    tip_buf_free(&bytes);
}

/* ---- tip_load ---- */

static void load_plain(void **state)
{
    struct place *place = *state;
    tip_buf lines = {0};
    add_lines(&lines, 20000);
    write_bytes(place, "plain", lines.data, lines.size);
    expect_load(place->path, SIZE_MAX, tip_buf_str(&lines));
    expect_load(place->path, lines.size, tip_buf_str(&lines));
    expect_no_load(place->path, lines.size - 1, TIP_TOO_LARGE);
    expect_no_load(place->path, 0, TIP_TOO_LARGE);
    write_text(place, "empty", "");
    expect_load(place->path, 0, (tip_str){0});
    write_text(place, "one", "\x1F");
    expect_load(place->path, 10, tip_str_of("\x1F"));
    tip_buf_free(&lines);
}

static void load_gzip(void **state)
{
    struct place *place = *state;
    tip_buf lines = {0};
    tip_buf packed = {0};
    add_lines(&lines, 20000);
    add_member(&packed, lines.data, lines.size);
    write_bytes(place, "packed", packed.data, packed.size);
    expect_load(place->path, SIZE_MAX, tip_buf_str(&lines));
    expect_load(place->path, lines.size, tip_buf_str(&lines));
    expect_no_load(place->path, lines.size - 1, TIP_TOO_LARGE);
    tip_buf_clear(&packed);
    add_member(&packed, "", 0);
    write_bytes(place, "nothing.gz", packed.data, packed.size);
    expect_load(place->path, 0, (tip_str){0});
    tip_buf_free(&lines);
    tip_buf_free(&packed);
}

static void load_members(void **state)
{
    struct place *place = *state;
    tip_buf lines = {0};
    tip_buf packed = {0};
    add_lines(&lines, 9000);
    size_t cut = lines.size / 3;
    add_member(&packed, lines.data, cut);
    add_member(&packed, "", 0);
    add_member(&packed, lines.data + cut, lines.size - cut);
    write_bytes(place, "members.gz", packed.data, packed.size);
    expect_load(place->path, lines.size, tip_buf_str(&lines));
    /* Padding with zeros is harmless, anything else is not. */
    size_t end = packed.size;
    static const char zeros[70000];
    assert_int_equal(tip_buf_add(&packed, zeros, sizeof zeros), TIP_OK);
    write_bytes(place, "members.gz", packed.data, packed.size);
    expect_load(place->path, lines.size, tip_buf_str(&lines));
    packed.data[end] = 'x';
    write_bytes(place, "members.gz", packed.data, packed.size);
    expect_no_load(place->path, SIZE_MAX, TIP_BAD_INPUT);
    tip_buf_free(&lines);
    tip_buf_free(&packed);
}

static void load_damaged_gzip(void **state)
{
    struct place *place = *state;
    tip_buf packed = {0};
    add_member(&packed, "one two three", 13);
    size_t first = packed.size;
    add_member(&packed, "four", 4);
    for (size_t size = 2; size < packed.size; size++) {
        if (size == first)
            continue;
        write_bytes(place, "cut.gz", packed.data, size);
        expect_no_load(place->path, SIZE_MAX, TIP_BAD_INPUT);
    }
    packed.data[first - 6] ^= 1; /* in the checksum */
    write_bytes(place, "cut.gz", packed.data, packed.size);
    expect_no_load(place->path, SIZE_MAX, TIP_BAD_INPUT);
    tip_buf_free(&packed);
}

static void load_refused(void **state)
{
    struct place *place = *state;
    expect_no_load(at(place, "missing"), SIZE_MAX, TIP_NOT_FOUND);
    expect_no_load(place->root, SIZE_MAX, TIP_IO_ERROR);
}

static void load_unreadable(void **state)
{
    struct place *place = *state;
    if (geteuid() == 0)
        skip(); /* nothing is unreadable for root */
    write_text(place, "secret", "x");
    assert_int_equal(chmod(place->path, 0), 0);
    expect_no_load(place->path, SIZE_MAX, TIP_IO_ERROR);
}

static void load_start(void **state)
{
    struct place *place = *state;
    tip_buf lines = {0};
    tip_buf packed = {0};
    tip_buf start = {0};
    add_lines(&lines, 20000);
    add_member(&packed, lines.data, lines.size);
    write_bytes(place, "cut.gz", packed.data, packed.size / 2);
    assert_int_equal(tip_load_start(place->path, 1000, &start, NULL), TIP_OK);
    assert_int_equal(start.size, 1000);
    assert_memory_equal(start.data, lines.data, 1000);
    write_text(place, "short", "abc");
    assert_int_equal(tip_load_start(place->path, 1000, &start, NULL), TIP_OK);
    assert_int_equal(start.size, 1003);
    tip_buf_free(&lines);
    tip_buf_free(&packed);
    tip_buf_free(&start);
}

/* ---- tip_loader ---- */

/* Reads a whole file by runs and compares it and the line numbers with `expected`. */
static void expect_runs(const char *path, size_t target, tip_str expected, size_t longest)
{
    tip_loader *loader = NULL;
    tip_buf all = {0};
    size_t line = 1;
    bool more = true;
    assert_int_equal(tip_loader_open(path, &loader, NULL), TIP_OK);
    while (more) {
        size_t from = all.size;
        size_t first = 0;
        assert_int_equal(tip_loader_next(loader, target, &all, &first, &more, NULL), TIP_OK);
        assert_int_equal(first, line);
        assert_true(!more || all.size > from);
        assert_true(!more || all.data[all.size - 1] == '\n');
        assert_true(all.size - from <= target + 65536 + longest);
        for (size_t i = from; i < all.size; i++)
            line += all.data[i] == '\n';
    }
    assert_int_equal(all.size, expected.size);
    if (expected.size)
        assert_memory_equal(all.data, expected.data, expected.size);
    size_t first = 0;
    assert_int_equal(tip_loader_next(loader, target, &all, &first, &more, NULL), TIP_OK);
    assert_int_equal(all.size, expected.size);
    assert_false(more);
    assert_int_equal(first, line);
    assert_int_equal(tip_loader_close(loader, NULL), TIP_OK);
    tip_buf_free(&all);
}

static void runs_of_lines(void **state)
{
    struct place *place = *state;
    tip_buf lines = {0};
    tip_buf packed = {0};
    static const size_t targets[] = {0, 1, 40, 4096, 65536, 100000, SIZE_MAX};
    add_lines(&lines, 9000);
    add_member(&packed, lines.data, 1000);
    add_member(&packed, lines.data + 1000, lines.size - 1000);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        size_t target = targets[i] > lines.size ? lines.size : targets[i];
        write_bytes(place, "f", lines.data, lines.size);
        expect_runs(place->path, target, tip_buf_str(&lines), 128);
        write_bytes(place, "f", lines.data, lines.size - 1); /* no line feed at the end */
        expect_runs(place->path, target, (tip_str){lines.data, lines.size - 1}, 128);
        write_bytes(place, "f", packed.data, packed.size);
        expect_runs(place->path, targets[i], tip_buf_str(&lines), lines.size);
    }
    tip_buf_free(&lines);
    tip_buf_free(&packed);
}

static void runs_of_little(void **state)
{
    struct place *place = *state;
    static const char *const texts[] = {"", "\n", "\n\n\n", "x", "x\n", "x\ny", "\nx"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_text(place, "f", texts[i]);
        for (size_t target = 0; target < 5; target++)
            expect_runs(place->path, target, tip_str_of(texts[i]), 4);
    }
}

static void runs_of_long_lines(void **state)
{
    struct place *place = *state;
    tip_buf lines = {0};
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 300000 + i; j++)
            assert_int_equal(tip_buf_add_byte(&lines, 'x'), TIP_OK);
        assert_int_equal(tip_buf_add_text(&lines, "\nshort\n"), TIP_OK);
    }
    write_bytes(place, "f", lines.data, lines.size);
    expect_runs(place->path, 1000, tip_buf_str(&lines), 300000 + 65536);
    tip_buf_free(&lines);
}

/* A file of zeros of the given size but for a line feed at `feed`; it takes no room on disk. */
static void write_sparse(struct place *place, const char *name, size_t feed, size_t size)
{
    int fd = open(at(place, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "\n", 1, (off_t)feed), 1);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    assert_int_equal(close(fd), 0);
}

static tip_status first_run(const char *path, size_t *ret_size, tip_error *err)
{
    tip_loader *loader = NULL;
    tip_buf run = {0};
    size_t first = 0;
    bool more = false;
    assert_int_equal(tip_loader_open(path, &loader, NULL), TIP_OK);
    tip_status status = tip_loader_next(loader, 4096, &run, &first, &more, err);
    *ret_size = run.size;
    tip_buf_free(&run);
    assert_int_equal(tip_loader_close(loader, NULL), TIP_OK);
    return status;
}

static void longest_line(void **state)
{
    struct place *place = *state;
    tip_error err;
    size_t size = 0;
    write_sparse(place, "most", TIP_LINE_MAX, TIP_LINE_MAX + 10);
    assert_int_equal(first_run(place->path, &size, NULL), TIP_OK);
    assert_int_equal(size, TIP_LINE_MAX + 1);
    write_sparse(place, "more", TIP_LINE_MAX + 1, TIP_LINE_MAX + 10);
    assert_int_equal(first_run(place->path, &size, &err), TIP_TOO_LARGE);
    assert_int_equal(size, 0);
    assert_non_null(strstr(err.message, "more:1: "));
}

static void loader_refused(void **state)
{
    struct place *place = *state;
    tip_loader *loader = NULL;
    tip_error err;
    tip_buf packed = {0};
    size_t size = 0;
    assert_int_equal(tip_loader_open(at(place, "missing"), &loader, &err), TIP_NOT_FOUND);
    assert_null(loader);
    assert_non_null(strstr(err.message, "missing"));
    assert_int_equal(tip_loader_close(NULL, NULL), TIP_OK);
    add_member(&packed, "one\ntwo\n", 8);
    write_bytes(place, "cut.gz", packed.data, packed.size - 1);
    assert_int_equal(first_run(place->path, &size, &err), TIP_BAD_INPUT);
    assert_int_equal(size, 0);
    tip_buf_free(&packed);
}

/* ---- tip_scan ---- */

struct heard {
    size_t count;
    char last[1024];
};

static void hear(void *payload, const char *message)
{
    struct heard *heard = payload;
    heard->count++;
    snprintf(heard->last, sizeof heard->last, "%s", message);
}

/* Scans paths below the place and writes what was found as "NAME FORMAT" lines. */
static void scan(struct place *place, const char *const *names, tip_format format,
                 const char *expected, size_t ignored, size_t errors)
{
    char paths[8][256];
    const char *pointers[8];
    size_t count = 0;
    struct heard heard = {0};
    for (; names[count]; count++) {
        strcpy(paths[count], at(place, names[count]));
        pointers[count] = paths[count];
    }
    tip_source_list list = {0};
    tip_buf found = {0};
    assert_int_equal(tip_scan(pointers, count, format, hear, &heard, &list, NULL), TIP_OK);
    for (size_t i = 0; i < list.count; i++) {
        const char *path = list.items[i].path;
        assert_memory_equal(path, place->root, strlen(place->root));
        assert_int_equal(tip_buf_add_text(&found, path + strlen(place->root) + 1), TIP_OK);
        assert_int_equal(tip_buf_add_byte(&found, ' '), TIP_OK);
        assert_int_equal(tip_buf_add_text(&found, tip_format_name(list.items[i].format)), TIP_OK);
        assert_int_equal(tip_buf_add_byte(&found, '\n'), TIP_OK);
    }
    assert_int_equal(tip_buf_add_byte(&found, '\0'), TIP_OK);
    assert_string_equal(found.data, expected);
    assert_int_equal(list.ignored, ignored);
    assert_int_equal(list.errors, errors);
    assert_int_equal(heard.count, errors);
    tip_source_list_free(&list);
    assert_int_equal(list.count, 0);
    tip_buf_free(&found);
}

#define SCAN(place, expected, ignored, errors, ...)                                                \
    scan(place, (const char *const[]){__VA_ARGS__, NULL}, TIP_FORMAT_AUTO, expected, ignored,      \
         errors)

static void plant_tree(struct place *place)
{
    make_folder(place, "t");
    make_folder(place, "t/2020");
    make_folder(place, "t/2020-b");
    make_folder(place, "t/.git");
    write_text(place, "t/2020/b.html", "x");
    write_text(place, "t/2020/a.txt.gz", "x");
    write_text(place, "t/2020-b/c.jsonl", "x");
    write_text(place, "t/z.md", "x");
    write_text(place, "t/.git/d.txt", "x");
    write_text(place, "t/.hidden.txt", "x");
    write_text(place, "t/picture.png", "x");
    write_text(place, "t/Makefile", "x");
}

static void scan_tree(void **state)
{
    struct place *place = *state;
    plant_tree(place);
    static const char all[] =
        "t/2020-b/c.jsonl jsonl\nt/2020/a.txt.gz text\nt/2020/b.html html\nt/z.md text\n";
    SCAN(place, all, 2, 0, "t");
    SCAN(place, all, 2, 0, "t/2020", "t");
    SCAN(place, all, 2, 0, "t", "t/z.md", "t/2020/../z.md", "t/2020/b.html");
    SCAN(place, "t/.git/d.txt text\n", 0, 0, "t/.git");
    SCAN(place, "t/.hidden.txt text\n", 0, 0, "t/.hidden.txt");
    scan(place, (const char *const[]){"t", NULL}, TIP_FORMAT_TEXT,
         "t/2020/a.txt.gz text\nt/z.md text\n", 4, 0);
    scan(place, (const char *const[]){"t/picture.png", NULL}, TIP_FORMAT_TEXT,
         "t/picture.png text\n", 0, 0);
}

static void scan_slashes(void **state)
{
    struct place *place = *state;
    plant_tree(place);
    SCAN(place, "t/2020/a.txt.gz text\nt/2020/b.html html\n", 0, 0, "t/2020///", "t/2020",
         "t/2020/");
}

static void scan_facts(void **state)
{
    struct place *place = *state;
    tip_source_list list = {0};
    struct stat info;
    write_text(place, "f.txt", "12345");
    const char *path = place->path;
    struct timespec times[2] = {{1000000000, 5}, {1000000001, 123456789}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(tip_scan(&path, 1, TIP_FORMAT_AUTO, NULL, NULL, &list, NULL), TIP_OK);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].path, path);
    assert_int_equal(list.items[0].size, 5);
    assert_true(list.items[0].mtime_ns == 1000000001123456789);
    assert_true(list.items[0].inode == info.st_ino);
    tip_source_list_free(&list);
    assert_int_equal(tip_scan(NULL, 0, TIP_FORMAT_AUTO, NULL, NULL, &list, NULL), TIP_OK);
    assert_int_equal(list.count, 0);
    assert_null(list.items);
}

static void scan_links(void **state)
{
    struct place *place = *state;
    char target[256];
    plant_tree(place);
    strcpy(target, at(place, "t/2020/b.html"));
    write_text(place, "outside", "x");
    assert_int_equal(symlink("..", at(place, "t/2020/loop")), 0);
    assert_int_equal(symlink("../2020", at(place, "t/2020-b/folder")), 0);
    assert_int_equal(symlink("self.txt", at(place, "t/self.txt")), 0);
    assert_int_equal(symlink(target, at(place, "t/2020/again.html")), 0);
    assert_int_equal(symlink("../outside", at(place, "t/out.txt")), 0);
    assert_int_equal(symlink("nowhere", at(place, "t/broken.png")), 0);
    /* b.html is there twice, and its own name is the shorter. */
    SCAN(place,
         "t/2020-b/c.jsonl jsonl\nt/2020/a.txt.gz text\nt/2020/b.html html\nt/out.txt text\n"
         "t/z.md text\n",
         3, 1, "t");
    /* A link that is named is followed. */
    SCAN(place, "t/2020-b/folder/a.txt.gz text\nt/2020-b/folder/b.html html\n", 0, 0,
         "t/2020-b/folder");
    SCAN(place, "t/z.md text\n", 0, 0, "t/2020/loop/z.md", "t/z.md");
}

static void scan_by_content(void **state)
{
    struct place *place = *state;
    tip_buf packed = {0};
    static const char zeros[100];
    add_member(&packed, "{\"text\": \"x\"}\n", 14);
    write_bytes(place, "packed", packed.data, packed.size);
    write_text(place, "page", "<!DOCTYPE html><p>x");
    write_text(place, "words", "Words.");
    write_bytes(place, "data", zeros, sizeof zeros);
    write_text(place, "empty", "");
    write_bytes(place, "cut", packed.data, packed.size / 2);
    SCAN(place, "packed jsonl\npage html\nwords text\n", 0, 4, "page", "packed", "words", "data",
         "empty", "cut", "missing");
    tip_buf_free(&packed);
}

static void scan_odd_files(void **state)
{
    struct place *place = *state;
    make_folder(place, "t");
    assert_int_equal(mkfifo(at(place, "t/pipe.txt"), 0600), 0);
    SCAN(place, "", 1, 0, "t");
    SCAN(place, "", 0, 1, "t/pipe.txt");
    SCAN(place, "", 0, 1, "t/pipe.txt/x");
}

static void scan_unreadable_folder(void **state)
{
    struct place *place = *state;
    if (geteuid() == 0)
        skip(); /* nothing is unreadable for root */
    plant_tree(place);
    char locked[256];
    strcpy(locked, at(place, "t/2020"));
    assert_int_equal(chmod(locked, 0), 0);
    SCAN(place, "t/2020-b/c.jsonl jsonl\nt/z.md text\n", 2, 1, "t");
    assert_int_equal(chmod(locked, 0755), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(load_plain),
        TEST(load_gzip),
        TEST(load_members),
        TEST(load_refused),
        TEST(load_unreadable),
        TEST(load_damaged_gzip),
        TEST(load_start),
        TEST(runs_of_lines),
        TEST(runs_of_little),
        TEST(runs_of_long_lines),
        TEST(longest_line),
        TEST(loader_refused),
        TEST(scan_tree),
        TEST(scan_slashes),
        TEST(scan_facts),
        TEST(scan_links),
        TEST(scan_by_content),
        TEST(scan_odd_files),
        TEST(scan_unreadable_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
