/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/file.h"
#include "store/generation.h"
#include "tests/unit/scratch.h"
#include "tip/index.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>

#include <cmocka.h>

/* An index folder of its own for each test. */
struct place {
    char root[64];
    char path[160]; /* the last one that `at` made */
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    strcpy(place->root, "/tmp/tip-generation-XXXXXX");
    *state = place;
    return mkdtemp(place->root) ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

__attribute__((format(printf, 2, 3))) static const char *at(struct place *place, const char *format,
                                                            ...)
{
    char name[80];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    snprintf(place->path, sizeof place->path, "%s/%s", place->root, name);
    return place->path;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static char *read_text(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(getdelim(&text, &room, '\0', file) > 0);
    fclose(file);
    return text;
}

/* A store of `documents` paragraphs that all say `text`. */
static void write_store(const char *path, size_t documents, const char *text)
{
    tip_store_builder *builder;
    assert_int_equal(tip_store_builder_new(&builder, NULL), TIP_OK);
    tip_record record = {.text = tip_str_of(text)};
    for (size_t i = 0; i < documents; i++)
        assert_int_equal(tip_store_builder_add(builder, &record, NULL, 0, NULL), TIP_OK);
    assert_int_equal(tip_store_builder_write(builder, (tip_str){NULL, 0}, path, NULL), TIP_OK);
    tip_store_builder_free(builder);
}

static tip_index_file file_of(const char *folder, const char *name, size_t documents)
{
    tip_index_file file = {tip_path_join(folder, name), 0xFFFFFFFFFFFFFF00u + documents, documents};
    assert_non_null(file.path);
    return file;
}

/* The store's own. */
static uint64_t checksum_of_store(const char *path)
{
    tip_store *store;
    assert_int_equal(tip_store_open(path, &store, NULL), TIP_OK);
    uint64_t checksum = tip_store_checksum(store);
    tip_store_free(store);
    return checksum;
}

/* A base, a delta of one document at the end, and one document that is gone from the base. */
static void fill_manifest(struct place *place, tip_manifest *manifest, const char *folder,
                          uint32_t documents)
{
    const xc_run runs[] = {{TIP_BASE, 2, documents - 1}, {TIP_DELTA, 1, 1}};
    if (documents == 0)
        return;
    manifest->store = file_of(folder, TIP_STORE_NAME, documents);
    manifest->store.checksum =
        checksum_of_store(at(place, "gen-%u/" TIP_STORE_NAME, manifest->number));
    manifest->layer_count = 2;
    manifest->layers[TIP_BASE] = file_of(folder, TIP_BASE_NAME, documents);
    manifest->layers[TIP_DELTA] = file_of(folder, TIP_DELTA_NAME, 1);
    manifest->gone = file_of(folder, TIP_GONE_NAME, 1);
    manifest->run_count = 2;
    manifest->runs = calloc(2, sizeof *manifest->runs);
    assert_non_null(manifest->runs);
    memcpy(manifest->runs, runs, sizeof runs);
}

/* Makes gen-NUMBER with so many paragraphs, none or more than one, that say the number. Not
 * published. */
static uint64_t make_generation(struct place *place, unsigned number, uint32_t documents)
{
    tip_manifest manifest = {.number = number, .created = "2026-01-02T03:04:05Z", .sources = 9};
    uint64_t checksum;
    char text[16];
    char *folder = strdup(at(place, "gen-%u", number));
    assert_non_null(folder);
    assert_int_equal(mkdir(folder, 0755), 0);
    snprintf(text, sizeof text, "%u", number);
    if (documents > 0)
        write_store(at(place, "gen-%u/" TIP_STORE_NAME, number), documents, text);
    fill_manifest(place, &manifest, folder, documents);
    manifest.sources_checksum = 0x8000000000000001u;
    assert_int_equal(tip_manifest_write(&manifest, folder, &checksum, NULL), TIP_OK);
    tip_manifest_free(&manifest);
    free(folder);
    return checksum;
}

static void publish(struct place *place, unsigned number, uint32_t documents)
{
    uint64_t checksum = make_generation(place, number, documents);
    assert_int_equal(tip_generation_publish(place->root, number, checksum, NULL), TIP_OK);
}

static tip_generation *open_index(struct place *place)
{
    tip_error err;
    tip_generation *g = NULL;
    if (tip_generation_open(place->root, &g, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return g;
}

/* That opening fails as it should; with the remedy in the message when there is one. */
static void assert_refused(struct place *place, tip_status wanted, const char *named)
{
    tip_error err = {.message = ""};
    tip_generation *g = NULL;
    tip_status status = tip_generation_open(place->root, &g, &err);
    if (status != wanted)
        fail_msg("%s: %s", tip_status_text(status), err.message);
    assert_null(g);
    assert_non_null(strstr(err.message, place->root));
    assert_non_null(strstr(err.message, named));
    assert_non_null(strstr(err.message, wanted == TIP_NOT_FOUND ? "tipindex --db" : "--rebuild"));
}

static void assert_says(const tip_generation *g, const char *text)
{
    tip_text_block block = {0};
    tip_record record;
    assert_int_equal(tip_store_record(g->store, 1, &block, &record, NULL), TIP_OK);
    assert_true(tip_str_equal(record.text, tip_str_of(text)));
    tip_text_block_free(&block);
}

/* ---- Opening and publishing ---- */

static void what_was_published_is_opened(void **state)
{
    struct place *place = *state;
    publish(place, 7, 3);
    tip_generation *g = open_index(place);
    const tip_manifest *m = &g->manifest;
    assert_string_equal(g->path, at(place, "gen-7"));
    assert_int_equal(m->number, 7);
    assert_int_equal(m->sources, 9);
    assert_string_equal(m->created, "2026-01-02T03:04:05Z");
    assert_true(m->sources_checksum == 0x8000000000000001u);
    assert_string_equal(m->store.path, at(place, "gen-7/" TIP_STORE_NAME));
    assert_int_equal(m->store.documents, 3);
    assert_int_equal(tip_store_documents(g->store), 3);
    assert_says(g, "7");
    assert_string_equal(m->layers[TIP_BASE].path, at(place, "gen-7/" TIP_BASE_NAME));
    assert_true(m->layers[TIP_BASE].checksum == 0xFFFFFFFFFFFFFF03u);
    assert_int_equal(m->layers[TIP_DELTA].documents, 1);
    assert_string_equal(m->gone.path, at(place, "gen-7/" TIP_GONE_NAME));
    assert_int_equal(g->postings.layer_count, 2);
    assert_string_equal(g->postings.layers[TIP_DELTA], at(place, "gen-7/" TIP_DELTA_NAME));
    assert_string_equal(g->postings.gone, m->gone.path);
    assert_int_equal(g->postings.run_count, 2);
    assert_int_equal(g->postings.runs[0].first, 2);
    assert_int_equal(g->postings.runs[1].layer, TIP_DELTA);
    tip_generation_free(g);
}

static void an_empty_index_is_an_index(void **state)
{
    struct place *place = *state;
    publish(place, 1, 0);
    tip_generation *g = open_index(place);
    assert_null(g->store);
    assert_int_equal(g->postings.layer_count, 0);
    tip_generation_free(g);
    tip_generation_free(NULL);
}

static void no_index_is_not_found(void **state)
{
    struct place *place = *state;
    assert_refused(place, TIP_NOT_FOUND, "no index here");
    strcat(place->root, "/missing");
    assert_refused(place, TIP_NOT_FOUND, "no index here");
    *strrchr(place->root, '/') = '\0';
    /* A file where the folder should be */
    write_text(at(place, "file"), "x");
    strcat(place->root, "/file");
    assert_refused(place, TIP_NOT_FOUND, "no index here");
    *strrchr(place->root, '/') = '\0';
}

/* Folders of generations that were never published are no index either. */
static void what_was_not_published_is_not_found(void **state)
{
    struct place *place = *state;
    (void)make_generation(place, 1, 2);
    assert_refused(place, TIP_NOT_FOUND, "no index here");
    publish(place, 2, 2);
    (void)make_generation(place, 3, 2);
    tip_generation *g = open_index(place);
    assert_int_equal(g->manifest.number, 2);
    tip_generation_free(g);
}

static void publishing_leaves_nothing_behind(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    publish(place, 2, 2);
    assert_int_equal(access(at(place, "current.new"), F_OK), -1);
    char *text = read_text(at(place, "current"));
    assert_true(strncmp(text, "gen-2 ", 6) == 0);
    assert_int_equal(strlen(text), 6 + 16 + 1);
    free(text);
    /* What a killed writer left is no obstacle. */
    write_text(at(place, "current.new"), "gen-");
    publish(place, 3, 2);
    assert_int_equal(access(at(place, "current.new"), F_OK), -1);
}

static void publishing_nowhere_fails(void **state)
{
    struct place *place = *state;
    tip_error err;
    const char *folder = at(place, "missing");
    assert_int_equal(tip_generation_publish(folder, 1, 0, &err), TIP_IO_ERROR);
    assert_non_null(strstr(err.message, folder));
}

static void a_damaged_current_is_found(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    char *good = read_text(at(place, "current"));
    static const char *const lines[] = {"",
                                        "\n",
                                        "gen-",
                                        "gen-1",
                                        "gen-1\n",
                                        "gen-1 \n",
                                        "gen-x 0123456789abcdef\n",
                                        "gen-1 0123456789abcdefg\n",
                                        "gen-1 0123456789abcdef0\n",
                                        "1 0123456789abcdef\n",
                                        "gen-1 0123456789abcdef",
                                        "gen-1 0123456789abcdef\n\n",
                                        "gen-1 0123456789abcdef\ngen-2"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        write_text(at(place, "current"), lines[i]);
        assert_refused(place, TIP_CORRUPT, "current");
    }
    write_text(at(place, "current"), good);
    tip_generation_free(open_index(place));
    for (size_t size = strlen(good); size-- > 0;) {
        assert_int_equal(truncate(at(place, "current"), (off_t)size), 0);
        assert_refused(place, TIP_CORRUPT, "current");
    }
    free(good);
}

static void every_byte_of_current_counts(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    char *text = read_text(at(place, "current"));
    for (size_t i = 0; i < strlen(text); i++) {
        char kept = text[i];
        text[i] = kept == '7' ? '8' : '7';
        write_text(at(place, "current"), text);
        assert_refused(place, TIP_CORRUPT, "");
        text[i] = kept;
    }
    free(text);
}

static void every_byte_of_the_manifest_counts(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    char *text = read_text(at(place, "gen-1/manifest.json"));
    for (size_t i = 0; i < strlen(text); i++) {
        text[i] ^= 1;
        write_text(at(place, "gen-1/manifest.json"), text);
        assert_refused(place, TIP_CORRUPT, "manifest.json: damaged (checksum)");
        text[i] ^= 1;
    }
    write_text(at(place, "gen-1/manifest.json"), "");
    assert_refused(place, TIP_CORRUPT, "manifest.json: damaged (checksum)");
    write_text(at(place, "gen-1/manifest.json"), text);
    tip_generation_free(open_index(place));
    free(text);
}

static void missing_files_are_damage(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    char *moved = strdup(at(place, "moved"));
    static const char *const names[] = {("gen-1/" TIP_STORE_NAME), "gen-1/manifest.json", "gen-1"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(rename(at(place, "%s", names[i]), moved), 0);
        assert_refused(place, TIP_CORRUPT, "missing");
        assert_int_equal(rename(moved, at(place, "%s", names[i])), 0);
    }
    tip_generation_free(open_index(place));
    free(moved);
}

static void a_store_of_another_index_is_damage(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    char *path = strdup(at(place, "gen-1/" TIP_STORE_NAME));
    assert_int_equal(unlink(path), 0);
    write_store(path, 3, "1");
    assert_refused(place, TIP_CORRUPT, path);
    /* One with as many documents, which say something else. */
    assert_int_equal(unlink(path), 0);
    write_store(path, 2, "x");
    assert_refused(place, TIP_CORRUPT, path);
    assert_int_equal(unlink(path), 0);
    write_store(path, 2, "1");
    tip_generation_free(open_index(place));
    free(path);
}

static void a_damaged_store_is_named(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    assert_int_equal(truncate(at(place, "gen-1/" TIP_STORE_NAME), 300), 0);
    assert_refused(place, TIP_CORRUPT, "gen-1/" TIP_STORE_NAME);
}

/* ---- Readers and writers ---- */

static bool is_held(const char *manifest)
{
    int fd = open(manifest, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    bool held = flock(fd, LOCK_EX | LOCK_NB) != 0;
    close(fd);
    return held;
}

static void a_reader_holds_its_generation(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    assert_false(is_held(at(place, "gen-1/manifest.json")));
    tip_generation *one = open_index(place);
    tip_generation *two = open_index(place);
    assert_true(is_held(at(place, "gen-1/manifest.json")));
    tip_generation_free(one);
    assert_true(is_held(at(place, "gen-1/manifest.json")));
    tip_generation_free(two);
    assert_false(is_held(at(place, "gen-1/manifest.json")));
    /* A generation that cannot be opened is not held. */
    assert_int_equal(unlink(at(place, "gen-1/" TIP_STORE_NAME)), 0);
    assert_refused(place, TIP_CORRUPT, "missing");
    assert_false(is_held(at(place, "gen-1/manifest.json")));
}

static void remove_generation(struct place *place, unsigned number)
{
    static const char *const names[] = {"manifest.json", TIP_STORE_NAME};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(unlink(at(place, "gen-%u/%s", number, names[i])), 0);
    assert_int_equal(rmdir(at(place, "gen-%u", number)), 0);
}

static void a_reader_keeps_its_generation(void **state)
{
    struct place *place = *state;
    publish(place, 1, 2);
    tip_generation *before = open_index(place);
    publish(place, 2, 2);
    tip_generation *after = open_index(place);
    remove_generation(place, 1);
    assert_int_equal(before->manifest.number, 1);
    assert_says(before, "1");
    assert_int_equal(tip_store_check(before->store, NULL), TIP_OK);
    assert_int_equal(after->manifest.number, 2);
    assert_says(after, "2");
    tip_generation_free(before);
    tip_generation_free(after);
}

/* Who comes between would otherwise hold a generation that is half gone: the lock is kept. */
static void remove_unless_held(struct place *place, unsigned number)
{
    int fd = open(at(place, "gen-%u/manifest.json", number), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        remove_generation(place, number);
    close(fd);
}

/* Opens the index again and again while the main thread replaces and removes generations. */
struct reader {
    const char *root;
    atomic_bool stop;
    size_t opened;
    tip_status status;
    tip_error err;
};

static void *read_again_and_again(void *argument)
{
    struct reader *reader = argument;
    while (!atomic_load(&reader->stop) && reader->status == TIP_OK) {
        tip_generation *g = NULL;
        reader->status = tip_generation_open(reader->root, &g, &reader->err);
        if (reader->status == TIP_OK)
            reader->status = tip_store_check(g->store, &reader->err);
        reader->opened++;
        tip_generation_free(g);
    }
    return NULL;
}

static void readers_never_find_a_gap(void **state)
{
    enum { GENERATIONS = 30 };
    struct place *place = *state;
    struct reader reader = {.root = place->root};
    pthread_t thread;
    publish(place, 1, 2);
    assert_int_equal(pthread_create(&thread, NULL, read_again_and_again, &reader), 0);
    for (unsigned i = 2; i <= GENERATIONS; i++) {
        publish(place, i, 2);
        remove_unless_held(place, i - 1);
    }
    atomic_store(&reader.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    if (reader.status != TIP_OK)
        fail_msg("after %zu: %s", reader.opened, reader.err.message);
    assert_true(reader.opened > 0);
}

/* ---- Manifests: more in test_manifest.c ---- */

static void another_version_in_a_folder_is_refused(void **state)
{
    struct place *place = *state;
    static const char text[] = "{\"format\":\"tipsearch index\",\"schema\":4,\"analysis\":1}";
    assert_int_equal(mkdir(at(place, "gen-1"), 0755), 0);
    write_text(at(place, "gen-1/manifest.json"), text);
    uint64_t checksum = store_checksum(text, strlen(text));
    assert_int_equal(tip_generation_publish(place->root, 1, checksum, NULL), TIP_OK);
    assert_refused(place, TIP_BAD_VERSION, "format 4.1,");
}

static void a_manifest_is_written_once(void **state)
{
    struct place *place = *state;
    tip_manifest manifest = {.number = 1, .created = "now"};
    tip_error err;
    uint64_t checksum = 0;
    uint64_t of_file = 1;
    assert_int_equal(tip_manifest_write(&manifest, place->root, &checksum, &err), TIP_OK);
    assert_int_equal(tip_file_checksum(at(place, "manifest.json"), &of_file, &err), TIP_OK);
    assert_true(checksum == of_file);
    assert_int_equal(tip_manifest_write(&manifest, place->root, &checksum, &err), TIP_IO_ERROR);
    assert_non_null(strstr(err.message, place->root));
    assert_int_equal(tip_manifest_write(&manifest, at(place, "missing"), &checksum, &err),
                     TIP_IO_ERROR);
}

/* ---- Files ---- */

static void a_file_gets_a_second_name(void **state)
{
    struct place *place = *state;
    tip_error err;
    struct stat st;
    char *from = strdup(at(place, "from"));
    write_text(from, "text");
    assert_int_equal(tip_link_file(from, at(place, "to"), &err), TIP_OK);
    assert_int_equal(stat(at(place, "to"), &st), 0);
    assert_int_equal(st.st_nlink, 2);
    /* What is there is not written over. */
    write_text(at(place, "other"), "other");
    assert_int_equal(tip_link_file(from, at(place, "other"), &err), TIP_IO_ERROR);
    char *text = read_text(at(place, "other"));
    assert_string_equal(text, "other");
    assert_int_equal(tip_link_file(at(place, "missing"), from, &err), TIP_IO_ERROR);
    free(text);
    free(from);
}

/* Another file system has no second names for files of this one. */
static void what_cannot_be_linked_is_copied(void **state)
{
    struct place *place = *state;
    char path[] = "/dev/shm/tip-link-XXXXXX";
    tip_error err;
    struct stat st;
    int fd = mkstemp(path);
    if (fd < 0)
        skip();
    close(fd);
    write_text(path, "text of another file system");
    assert_int_equal(tip_link_file(path, at(place, "copy"), &err), TIP_OK);
    char *text = read_text(at(place, "copy"));
    assert_string_equal(text, "text of another file system");
    assert_int_equal(stat(at(place, "copy"), &st), 0);
    free(text);
    assert_int_equal(unlink(path), 0);
}

static void checksums_of_files_are_those_of_their_bytes(void **state)
{
    struct place *place = *state;
    static char bytes[700 * 1024]; /* more than is read at once */
    tip_error err;
    uint64_t checksum;
    memset(bytes, 'x', sizeof bytes - 1);
    static const size_t sizes[] = {0, 1, 1000, 256 * 1024, sizeof bytes - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_text(at(place, "file"), bytes + sizeof bytes - 1 - sizes[i]);
        assert_int_equal(tip_file_checksum(place->path, &checksum, &err), TIP_OK);
        assert_true(checksum == store_checksum(bytes, sizes[i]));
    }
    /* The published value for no bytes: the algorithm is part of the format. */
    assert_true(store_checksum("", 0) == 0x2d06800538d394c2u);
    assert_int_equal(tip_file_checksum(at(place, "missing"), &checksum, &err), TIP_NOT_FOUND);
    assert_int_equal(tip_file_checksum(place->root, &checksum, &err), TIP_IO_ERROR);
    assert_non_null(strstr(err.message, place->root));
}

static void files_and_folders_are_synced(void **state)
{
    struct place *place = *state;
    tip_error err;
    write_text(at(place, "file"), "x");
    assert_int_equal(tip_sync_path(place->path, &err), TIP_OK);
    assert_int_equal(tip_sync_path(place->root, &err), TIP_OK);
    assert_int_equal(tip_sync_path(at(place, "missing"), &err), TIP_IO_ERROR);
    assert_non_null(strstr(err.message, place->path));
}

static void assert_default(const char *wanted)
{
    char *directory = tip_index_default_directory();
    if (wanted)
        assert_string_equal(directory, wanted);
    else
        assert_null(directory);
    free(directory);
}

static void the_default_folder_is_of_the_environment(void **state)
{
    (void)state;
    static const char *const names[] = {"TIPSEARCH_DB", "XDG_DATA_HOME", "HOME"};
    char *kept[3];
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        kept[i] = value ? strdup(value) : NULL;
    }
    setenv("TIPSEARCH_DB", "/db", 1);
    setenv("XDG_DATA_HOME", "/data", 1);
    setenv("HOME", "/home/me", 1);
    assert_default("/db");
    setenv("TIPSEARCH_DB", "", 1);
    assert_default("/data/tipsearch");
    unsetenv("XDG_DATA_HOME");
    assert_default("/home/me/.local/share/tipsearch");
    unsetenv("HOME");
    assert_default(NULL);
    for (size_t i = 0; i < 3; i++) {
        if (kept[i])
            setenv(names[i], kept[i], 1);
        else
            unsetenv(names[i]);
        free(kept[i]);
    }
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(what_was_published_is_opened),
        in_place(an_empty_index_is_an_index),
        in_place(no_index_is_not_found),
        in_place(what_was_not_published_is_not_found),
        in_place(publishing_leaves_nothing_behind),
        in_place(publishing_nowhere_fails),
        in_place(a_damaged_current_is_found),
        in_place(every_byte_of_current_counts),
        in_place(every_byte_of_the_manifest_counts),
        in_place(missing_files_are_damage),
        in_place(a_store_of_another_index_is_damage),
        in_place(a_damaged_store_is_named),
        in_place(a_reader_holds_its_generation),
        in_place(a_reader_keeps_its_generation),
        in_place(readers_never_find_a_gap),
        in_place(another_version_in_a_folder_is_refused),
        in_place(a_manifest_is_written_once),
        in_place(a_file_gets_a_second_name),
        in_place(what_cannot_be_linked_is_copied),
        in_place(checksums_of_files_are_those_of_their_bytes),
        in_place(files_and_folders_are_synced),
        cmocka_unit_test(the_default_folder_is_of_the_environment),
    };
    return cmocka_run_group_tests_name("generation", tests, NULL, NULL);
}
