/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A generation of which something has changed on disk: the check finds it, a search survives it and
 * shows nothing that was not in the corpus, and --rebuild repairs it. */
#include "failure.h"

#include "tip/index.h"
#include "tip/search.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALL = 480, SAMPLES = 150, COMMANDS = 3 };

/* What a process that looks at an index exits with: any of these together. */
enum { CHECK_MISSED = 1, CHECK_ODD = 2, SEARCH_ODD = 4, SEARCH_ALIEN = 8 };

static const char *const queries[] = {"police", "police country:belarus \"sex trafficking\""};
enum { QUERIES = sizeof queries / sizeof *queries };

/* What became of the searches, counted in all processes. */
typedef struct tally {
    unsigned answered;
    unsigned refused;
    unsigned ended; /* by a signal, the process with them */
} tally;

/* An index, its good copy, and every string that its records have. */
typedef struct place {
    char *corpus;
    char *good;
    char *index;
    char **strings;
    size_t count;
    unsigned met;   /* kinds of damage to a whole file */
    unsigned tried; /* of all kinds */
    tally *seen;
} place;

static void add_string(place *p, tip_str string)
{
    p->strings = realloc(p->strings, (p->count + 1) * sizeof *p->strings);
    assert_non_null(p->strings);
    p->strings[p->count++] = text_of("%.*s", (int)string.size, string.size ? string.data : "");
}

static tip_status add_record(void *payload, const tip_record *r)
{
    const tip_str strings[] = {r->country, r->iso3,    r->region, r->tier,
                               r->text,    r->section, r->title,  r->source};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        add_string(payload, strings[i]);
    return TIP_OK;
}

static void add_small_file(const place *p, const char *text)
{
    char *path = text_of("%s/small.txt", p->corpus);
    write_file(path, text, strlen(text));
    free(path);
}

/* Its postings come into layers when the small file changes. */
static void copy_sample(const place *p)
{
    char *sample = text_of("%s/corpus/sample/2020", getenv("TIP_ROOT"));
    copy_tree(sample, p->corpus);
    add_small_file(p, "It is one paragraph.");
    free(sample);
}

static void *share(size_t size)
{
    void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(room != MAP_FAILED);
    return room;
}

static void place_make(place *p, const char *scratch)
{
    tip_error err = {.message = ""};
    *p = (place){.corpus = text_of("%s/corpus", scratch),
                 .good = text_of("%s/good", scratch),
                 .index = text_of("%s/index", scratch),
                 .seen = share(sizeof *p->seen)};
    copy_sample(p);
    update_index(p->good, p->corpus, 0);
    add_small_file(p, "It is another.");
    update_index(p->good, p->corpus, 0);
    check_layers(p->good);
    copy_tree(p->good, p->index);
    assert_int_equal(tip_index_dump(p->good, add_record, p, &err), TIP_OK);
}

static void place_free(place *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->strings[i]);
    free(p->strings);
    free(p->corpus);
    free(p->good);
    free(p->index);
    assert_int_equal(munmap(p->seen, sizeof *p->seen), 0);
}

/* ---- Looking, in a process of its own: it may crash ---- */

static bool is_known(const place *p, tip_str string)
{
    for (size_t i = 0; i < p->count; i++)
        if (strlen(p->strings[i]) == string.size &&
            (string.size == 0 || memcmp(p->strings[i], string.data, string.size) == 0))
            return true;
    return false;
}

/* Not the id: it is made of numbers, which only the check verifies. */
static int look_at_hit(const place *p, const tip_hit *hit)
{
    const tip_record *r = &hit->record;
    const tip_str strings[] = {r->country, r->iso3,    r->region, r->tier,
                               r->text,    r->section, r->title,  r->source};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        if (!is_known(p, strings[i]))
            return SEARCH_ALIEN;
    return 0;
}

static bool may_be(tip_status status)
{
    return status == TIP_OK || status == TIP_CORRUPT || status == TIP_BAD_VERSION ||
           status == TIP_NOT_FOUND || status == TIP_ENGINE_ERROR || status == TIP_IO_ERROR;
}

static int look_for(const place *p, tip_searcher *searcher, const char *text)
{
    tip_query *query;
    tip_results *results;
    tip_search_options options = {.limit = 20, .snippet_bytes = 100};
    tip_status status =
        tip_query_parse(searcher, (tip_str){text, strlen(text)}, NULL, &query, NULL);
    if (status != TIP_OK)
        return may_be(status) ? 0 : SEARCH_ODD;
    status = tip_search(searcher, query, &options, &results, NULL);
    int found = may_be(status) ? 0 : SEARCH_ODD;
    *(status == TIP_OK ? &p->seen->answered : &p->seen->refused) += 1;
    if (status == TIP_OK) {
        for (size_t i = 0; i < tip_results_count(results); i++)
            found |= look_at_hit(p, tip_results_hit(results, i));
        tip_results_free(results);
    }
    tip_query_free(query);
    return found;
}

static int look_by_search(const place *p)
{
    const char *index = p->index;
    tip_searcher *searcher;
    tip_status status = tip_searcher_open(&index, 1, &searcher, NULL);
    int found = 0;
    if (status != TIP_OK) {
        p->seen->refused += QUERIES;
        return may_be(status) ? 0 : SEARCH_ODD;
    }
    for (size_t i = 0; i < QUERIES; i++)
        found |= look_for(p, searcher, queries[i]);
    tip_searcher_free(searcher);
    return found;
}

static int look(const place *p)
{
    tip_error err = {.message = ""};
    limit_time();
    tip_status status = tip_index_check(p->index, &err);
    int found = status == TIP_OK ? CHECK_MISSED : 0;
    if (!may_be(status) || (status != TIP_OK && !*err.message))
        found |= CHECK_ODD;
    return found | look_by_search(p);
}

/* ---- The commands ---- */

static void run_check(const place *p, const char *what)
{
    const char *const check[] = {tipindex(), "--check", "--db", p->index, NULL};
    run_result result = run_program(check, NULL);
    if (result.status != 3 || strncmp(result.err, "tipindex: ", 10) != 0)
        fail_msg("%s: tipindex --check: exit %d: %s", what, result.status, result.err);
    run_free(&result);
}

/* The queries take turns. */
static void run_search(const place *p, const char *what)
{
    const char *const search[] = {tipsearch(), "--db", p->index, queries[p->met % QUERIES], NULL};
    run_result result = run_program(search, NULL);
    if (result.status != 0 && result.status != 1 && result.status != 3)
        fail_msg("%s: tipsearch: exit %d: %s", what, result.status, result.err);
    run_free(&result);
}

static void run_commands(const place *p, const char *what)
{
    run_check(p, what);
    run_search(p, what);
}

/* The remedy that the messages name. */
static void check_remedy(const place *p)
{
    const char *const argv[] = {tipindex(), "--quiet", "--rebuild", "--db",
                                p->index,   p->corpus, NULL};
    run_result result = run_program(argv, NULL);
    if (result.status != 0)
        fail_msg("tipindex --rebuild: exit %d: %s", result.status, result.err);
    run_free(&result);
    check_clean(p->index);
    copy_tree(p->good, p->index);
}

static const char *meaning_of(int found)
{
    if (found < 0)
        return "the process was ended by a signal";
    if (found & CHECK_MISSED)
        return "the check finds nothing";
    if (found & SEARCH_ALIEN)
        return "a search shows what is not in the corpus";
    return "an unexpected kind of failure";
}

/* Slow programs are shown every third kind. */
static bool is_left_out(unsigned number)
{
    return is_slow() && !is_thorough() && number % 3 != 1;
}

static void examine(place *p, const char *what)
{
    if (is_left_out(++p->met))
        return;
    p->tried++;
    pid_t pid = fork_bare();
    if (pid == 0)
        _exit(look(p));
    int found = wait_program(pid);
    if (found != 0)
        fail_msg("%s: %s", what, meaning_of(found));
    run_commands(p, what);
}

/* ---- The kinds of damage ---- */

/* The files of the index, from its folder. */
static const char *const file_names[] = {"current",
                                         "gen-2/manifest.json",
                                         "gen-2/sources.json",
                                         "gen-2/paragraphs.store",
                                         "gen-2/base.postings",
                                         "gen-2/delta.postings",
                                         "gen-2/gone.postings"};
enum { FILES = sizeof file_names / sizeof *file_names };

static void for_each_file(void **state, void (*damage)(place *p, const char *path, const char *name,
                                                       char *bytes, size_t size))
{
    place p;
    place_make(&p, *state);
    for (size_t i = 0; i < FILES; i++) {
        size_t size;
        char *path = text_of("%s/%s", p.index, file_names[i]);
        char *bytes = read_file(path, &size);
        damage(&p, path, file_names[i], bytes, size);
        check_remedy(&p);
        free(bytes);
        free(path);
        print_message(
            "%s: with it, %u kinds of damage, all found; %u searches answered, %u refused, "
            "%u processes ended.\n",
            file_names[i], p.tried, p.seen->answered, p.seen->refused, p.seen->ended);
    }
    place_free(&p);
}

/* Where a byte is changed, and how. */
typedef struct change {
    size_t offset;
    unsigned char mask;
    unsigned tried;
} change;

static bool put_byte(const char *path, size_t offset, char byte)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && pwrite(fd, &byte, 1, (off_t)offset) == 1;
    return close(fd) == 0 && done;
}

/* Where a block of a database begins, it says how long things are. */
static bool is_block_start(size_t offset, size_t size)
{
    enum { BLOCK = 8192, BLOCK_START = 100 };
    return size >= BLOCK && size % BLOCK == 0 && offset % BLOCK < BLOCK_START;
}

/* The next place to change: all of a small file, some of a large one. */
static size_t next_place(size_t offset, size_t size)
{
    if (is_thorough() || (size <= SMALL && !is_slow()))
        return offset + 1;
    if (is_block_start(offset, size) && !is_slow())
        return offset + 1;
    return offset + size / (is_slow() ? SAMPLES / 5 : SAMPLES) + 1;
}

/* Some files are read by what a bit says, others by what a byte says. */
static unsigned char mask_for(size_t offset, size_t size, unsigned number)
{
    static const unsigned char masks[] = {0x01, 0x20, 0x80, 0xFF, 0x04, 0x10};
    return is_block_start(offset, size) ? 0xFF : masks[number % sizeof masks];
}

/* In a process of its own, all changes from at->offset on, one after the other: it stops at the
 * first that is not found or does harm. */
static int change_and_look(const place *p, const char *path, const char *bytes, size_t size,
                           change *at)
{
    for (; at->offset < size; at->offset = next_place(at->offset, size)) {
        at->mask = mask_for(at->offset, size, at->tried++);
        if (!put_byte(path, at->offset, (char)((unsigned char)bytes[at->offset] ^ at->mask)))
            return CHECK_ODD;
        int found = look(p);
        if (found != 0 || !put_byte(path, at->offset, bytes[at->offset]))
            return found;
    }
    return 0;
}

/* Damaged postings can crash libxapian or lead it round and round, against which a library can do
 * nothing, but a command can. */
static void survive(place *p, const char *name, const change *at, int found)
{
    char *what = text_of("%s: byte %zu with %02x", name, at->offset, at->mask);
    if (found > 0 || !strstr(name, ".postings"))
        fail_msg("%s: %s", what, meaning_of(found));
    p->seen->ended++;
    run_commands(p, what);
    free(what);
}

static void change_everywhere(place *p, const char *path, const char *name, const char *bytes,
                              size_t size)
{
    change *at = share(sizeof *at);
    while (at->offset < size) {
        pid_t pid = fork_bare();
        if (pid == 0)
            _exit(change_and_look(p, path, bytes, size, at));
        int found = wait_program(pid);
        if (found == 0)
            break;
        survive(p, name, at, found);
        assert_true(put_byte(path, at->offset, bytes[at->offset]));
        at->offset = next_place(at->offset, size);
    }
    p->tried += at->tried;
    assert_int_equal(munmap(at, sizeof *at), 0);
}

static void change_bytes(place *p, const char *path, const char *name, char *bytes, size_t size)
{
    change_everywhere(p, path, name, bytes, size);
    for (size_t i = 0; i < COMMANDS; i++) {
        size_t offset = size * (2 * i + 1) / (2 * COMMANDS);
        assert_true(put_byte(path, offset, (char)~bytes[offset]));
        run_commands(p, name);
        assert_true(put_byte(path, offset, bytes[offset]));
    }
    assert_true(put_byte(path, size / 2, (char)~bytes[size / 2]));
}

/* Some, and all but the last byte. */
static size_t next_cut(size_t cut, size_t size)
{
    size_t next = cut + size / (is_thorough() ? 100 : 4) + 1;
    if (next < size)
        return next;
    return cut < size - 1 ? size - 1 : size;
}

static void cut_short(place *p, const char *path, const char *name, char *bytes, size_t size)
{
    for (size_t cut = 0; cut < size; cut = next_cut(cut, size)) {
        char *what = text_of("%s: cut to %zu bytes", name, cut);
        write_file(path, bytes, cut);
        examine(p, what);
        free(what);
    }
}

static void make_longer(place *p, const char *path, const char *name, char *bytes, size_t size)
{
    char *longer = calloc(size + 1, 1);
    assert_non_null(longer);
    memcpy(longer, bytes, size);
    write_file(path, longer, size + 1);
    examine(p, name);
    free(longer);
}

static void take_away(place *p, const char *path, const char *name, char *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    assert_int_equal(unlink(path), 0);
    examine(p, name);
}

/* As after a repair of the file system: a folder where a file was. */
static void put_folder(place *p, const char *path, const char *name, char *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    examine(p, name);
    assert_int_equal(rmdir(path), 0);
}

static void test_changed_bytes(void **state)
{
    for_each_file(state, change_bytes);
}

static void test_cut_short(void **state)
{
    for_each_file(state, cut_short);
}

static void test_longer(void **state)
{
    for_each_file(state, make_longer);
}

static void test_missing(void **state)
{
    for_each_file(state, take_away);
}

static void test_folder(void **state)
{
    for_each_file(state, put_folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_changed_bytes, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_cut_short, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_longer, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_missing, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_folder, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
