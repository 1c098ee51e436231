/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "failure.h"

#include "tip/index.h"
#include "tip/search.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* None of the programs takes so many seconds, unless it never ends. */
enum { ARGUMENTS_MAX = 64, PATH_ROOM = 4096, PROCESSOR_SECONDS = 20 };

/* ---- Files ---- */

char *text_of(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    assert_true(size >= 0);
    return text;
}

/* In memory where that can be had: these tests write much and keep nothing. */
int scratch_make(void **state)
{
    const char *parent = getenv("TMPDIR");
    if (!parent || !*parent)
        parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    char *path = text_of("%s/tip-failure.XXXXXX", parent);
    *state = path;
    return mkdtemp(path) ? 0 : -1;
}

int scratch_remove(void **state)
{
    remove_tree(*state);
    free(*state);
    return 0;
}

void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static char *read_all(int fd, size_t *ret_size)
{
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    size_t size = (size_t)st.st_size;
    char *bytes = calloc(size + 1, 1);
    assert_non_null(bytes);
    assert_int_equal(pread(fd, bytes, size, 0), size);
    if (ret_size)
        *ret_size = size;
    return bytes;
}

char *read_file(const char *path, size_t *ret_size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    char *bytes = read_all(fd, ret_size);
    close(fd);
    return bytes;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(path);
}

void remove_tree(const char *path)
{
    (void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static bool is_folder(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return S_ISDIR(st.st_mode);
}

static void copy_file(const char *from, const char *to)
{
    size_t size;
    char *bytes = read_file(from, &size);
    write_file(to, bytes, size);
    free(bytes);
}

static void copy_folder(const char *from, const char *to)
{
    struct dirent **entries;
    int count = scandir(from, &entries, is_entry, alphasort);
    assert_true(count >= 0);
    assert_int_equal(mkdir(to, 0777), 0);
    for (int i = 0; i < count; i++) {
        char *source = text_of("%s/%s", from, entries[i]->d_name);
        char *target = text_of("%s/%s", to, entries[i]->d_name);
        if (is_folder(source))
            copy_folder(source, target);
        else
            copy_file(source, target);
        free(source);
        free(target);
        free(entries[i]);
    }
    free(entries);
}

void copy_tree(const char *from, const char *to)
{
    remove_tree(to);
    copy_folder(from, to);
}

static void list_folder(const char *path, const char *prefix, FILE *list)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_entry, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        char *entry = text_of("%s/%s", path, entries[i]->d_name);
        char *name = text_of("%s%s", prefix, entries[i]->d_name);
        fprintf(list, "%s\n", name);
        if (is_folder(entry)) {
            char *below = text_of("%s/", name);
            list_folder(entry, below, list);
            free(below);
        }
        free(entry);
        free(name);
        free(entries[i]);
    }
    free(entries);
}

char *list_tree(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *list = open_memstream(&text, &size);
    assert_non_null(list);
    list_folder(path, "", list);
    assert_int_equal(fclose(list), 0);
    return text;
}

/* ---- Running ---- */

/* The command with the wrapper's words before it; they are borrowed from a static copy. */
static void wrap(const char *const *argv, bool bare, const char *ret_argv[ARGUMENTS_MAX])
{
    static char words[PATH_ROOM];
    size_t count = 0;
    const char *wrapper = getenv("TIP_WRAPPER");
    snprintf(words, sizeof words, "%s", wrapper && !bare ? wrapper : "");
    for (char *word = strtok(words, " "); word && count < ARGUMENTS_MAX / 2;
         word = strtok(NULL, " "))
        ret_argv[count++] = word;
    while (*argv && count < ARGUMENTS_MAX - 1)
        ret_argv[count++] = *argv++;
    ret_argv[count] = NULL;
}

/* In the child: from here to exec, nothing of cmocka. */
static _Noreturn void become(const char *const *argv, const run_options *options, int out, int err)
{
    if (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
        _exit(126);
    for (size_t i = 0; options->environment && options->environment[i]; i++)
        putenv((char *)(uintptr_t)options->environment[i]);
    /* A soft limit: a signal, on which the program may say something. */
    const struct rlimit time = {PROCESSOR_SECONDS * slowness(), RLIM_INFINITY};
    const struct rlimit memory = {options->memory, options->memory};
    if (setrlimit(RLIMIT_CPU, &time) != 0 ||
        (options->memory > 0 && setrlimit(RLIMIT_AS, &memory) != 0))
        _exit(126);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(126);
}

static pid_t start(const char *const *argv, const run_options *options, int out, int err)
{
    const char *wrapped[ARGUMENTS_MAX];
    wrap(argv, options->bare, wrapped);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(wrapped, options, out, err);
    return pid;
}

pid_t fork_bare(void)
{
    static const int signals[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGSYS};
    pid_t pid = fork();
    assert_true(pid >= 0);
    for (size_t i = 0; pid == 0 && i < sizeof signals / sizeof *signals; i++)
        (void)signal(signals[i], SIG_DFL);
    return pid;
}

void limit_time(void)
{
    const struct itimerval timer = {.it_value = {.tv_sec = PROCESSOR_SECONDS * slowness()}};
    assert_int_equal(setitimer(ITIMER_PROF, &timer, NULL), 0);
}

int wait_program(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

run_result run_program(const char *const *argv, const run_options *options)
{
    static const run_options defaults = {0};
    int out = memfd_create("out", MFD_CLOEXEC);
    int err = memfd_create("err", MFD_CLOEXEC);
    assert_true(out >= 0 && err >= 0);
    pid_t pid = start(argv, options ? options : &defaults, out, err);
    run_result result = {.status = wait_program(pid)};
    result.out = read_all(out, NULL);
    result.err = read_all(err, NULL);
    close(out);
    close(err);
    return result;
}

pid_t start_program(const char *const *argv)
{
    static const run_options defaults = {0};
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(nowhere >= 0);
    pid_t pid = start(argv, &defaults, nowhere, nowhere);
    close(nowhere);
    return pid;
}

void run_free(run_result *result)
{
    free(result->out);
    free(result->err);
    *result = (run_result){0};
}

static const char *required(const char *name)
{
    const char *value = getenv(name);
    if (!value)
        fail_msg("%s is not set: run this test by ctest", name);
    return value;
}

const char *tipindex(void)
{
    return required("TIPINDEX");
}

const char *tipsearch(void)
{
    return required("TIPSEARCH");
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

unsigned slowness(void)
{
    enum { SANITIZED = 6, WRAPPED = 20 };
    if (is_set("TIP_WRAPPER"))
        return WRAPPED;
    return is_set("TIP_SANITIZE") ? SANITIZED : 1;
}

bool is_slow(void)
{
    return slowness() > 1;
}

bool is_thorough(void)
{
    return is_set("TIP_FAILURE_ALL");
}

/* ---- An index ---- */

void make_corpus(const char *folder, const char *variant)
{
    static const char *const countries[] = {"Kenya", "Kuwait", "Ukraine"};
    (void)mkdir(folder, 0777);
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        /* One file stays as it is in all variants. */
        const char *told = i == 0 ? "first" : variant;
        char *path = text_of("%s/%s.txt", folder, countries[i]);
        char *text =
            text_of("Country: %s\nYear: 2021\nTitle: A %s report\n\n%s (Tier 2)\n\nPROSECUTION\n\n"
                    "The police of the %s report arrested several officers.\n\nPROTECTION\n\n"
                    "A shelter of the %s report helped victims; the police did not.\n",
                    countries[i], told, countries[i], told, told);
        write_file(path, text, strlen(text));
        free(path);
        free(text);
    }
}

/* What changes is little beside it, so that an update leaves it where it is. */
static void add_long_file(const char *folder)
{
    static const char sentence[] = "The report of a made-up country speaks of nothing here.\n\n";
    enum { TIMES = 300 };
    char *path = text_of("%s/A long one.txt", folder);
    char *text = malloc(TIMES * (sizeof sentence - 1) + 1);
    assert_non_null(text);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(text + i * (sizeof sentence - 1), sentence, sizeof sentence);
    write_file(path, text, strlen(text));
    free(path);
    free(text);
}

void make_layers(const char *index, const char *corpus)
{
    static const char text[] = "Country: Nauru\nYear: 2021\n\nPROTECTION\n\nIt is the same.\n";
    char *path = text_of("%s/Nauru.txt", corpus);
    make_corpus(corpus, "first");
    add_long_file(corpus);
    update_index(index, corpus, 0);
    make_corpus(corpus, "old");
    write_file(path, text, sizeof text - 1);
    update_index(index, corpus, 0);
    check_layers(index);
    free(path);
}

void make_portable(const char *index, const char *corpus)
{
    const char *const argv[] = {tipindex(), "--quiet", "--layout", "portable",
                                "--db",     index,     corpus,     NULL};
    make_corpus(corpus, "old");
    run_result result = run_program(argv, NULL);
    assert_int_equal(result.status, 0);
    run_free(&result);
}

void check_layers(const char *index)
{
    tip_index_stats stats;
    tip_error err = {.message = ""};
    if (tip_index_stats_read(index, &stats, &err) != TIP_OK)
        fail_msg("stats: %s", err.message);
    assert_true(stats.delta_documents > 0 && stats.gone_documents > 0);
}

void update_index(const char *index, const char *corpus, int status)
{
    const char *const argv[] = {tipindex(), "--quiet", "--db", index, corpus, NULL};
    run_result result = run_program(argv, NULL);
    if (result.status != status)
        fail_msg("tipindex: exit %d, not %d: %s", result.status, status, result.err);
    run_free(&result);
}

char *answer_of(const char *index, int status)
{
    const char *const argv[] = {tipsearch(), "--db", index, "--format", "json", "police", NULL};
    run_result result = run_program(argv, NULL);
    if (result.status != status)
        fail_msg("tipsearch: exit %d, not %d: %s", result.status, status, result.err);
    if (status == 0)
        assert_string_equal(result.err, "");
    else
        assert_string_equal(result.out, "");
    char *answer = result.out;
    result.out = NULL;
    run_free(&result);
    return answer;
}

void update_here(const char *index, const char *corpus)
{
    tip_update_summary summary;
    tip_error err = {.message = ""};
    const tip_update_options options = {.jobs = 1};
    if (tip_index_update(index, &corpus, 1, &options, &summary, &err) != TIP_OK)
        fail_msg("update: %s", err.message);
    assert_int_equal(summary.failed, 0);
}

/* The layouts add weights in another order: the last digits differ. */
static tip_status write_hits(const tip_results *results, char **ret_hits)
{
    size_t size;
    FILE *list = open_memstream(ret_hits, &size);
    if (!list)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < tip_results_count(results); i++) {
        const tip_hit *hit = tip_results_hit(results, i);
        fprintf(list, "%.*s %.8g %.*s\n", (int)hit->record.id.size, hit->record.id.data, hit->score,
                (int)hit->record.text.size, hit->record.text.data);
    }
    return fclose(list) == 0 ? TIP_OK : TIP_NO_MEMORY;
}

static tip_status find_hits(tip_searcher *searcher, char **ret_hits, tip_error *err)
{
    static const char text[] = "police";
    tip_query *query;
    tip_results *results;
    const tip_search_options options = {.limit = 100};
    tip_status status =
        tip_query_parse(searcher, (tip_str){text, sizeof text - 1}, NULL, &query, err);
    if (status != TIP_OK)
        return status;
    status = tip_search(searcher, query, &options, &results, err);
    if (status == TIP_OK) {
        status = write_hits(results, ret_hits);
        tip_results_free(results);
    }
    tip_query_free(query);
    return status;
}

tip_status hits_of(const char *index, char **ret_hits, tip_error *err)
{
    tip_searcher *searcher;
    *ret_hits = NULL;
    tip_status status = tip_searcher_open(&index, 1, &searcher, err);
    if (status != TIP_OK)
        return status;
    status = find_hits(searcher, ret_hits, err);
    tip_searcher_free(searcher);
    return status;
}

unsigned generation_of(const char *index)
{
    unsigned number;
    char *path = text_of("%s/current", index);
    char *current = read_file(path, NULL);
    assert_int_equal(sscanf(current, "gen-%u ", &number), 1);
    free(path);
    free(current);
    return number;
}

void check_clean_portable(const char *index)
{
    unsigned number = generation_of(index);
    tip_error err = {.message = ""};
    if (tip_index_check(index, &err) != TIP_OK)
        fail_msg("check: %s", err.message);
    char *database = text_of("gen-%u/portable", number);
    char *expected =
        text_of("XAPIANDB\ncurrent\ngen-%u\ngen-%u/manifest.json\n%s\n"
                "%s/docdata.glass\n%s/iamglass\n%s/position.glass\n"
                "%s/postlist.glass\n%s/termlist.glass\ngen-%u/sources.json\nlock\n",
                number, number, database, database, database, database, database, database, number);
    char *named = text_of("auto %s\n", database);
    char *path = text_of("%s/XAPIANDB", index);
    char *stub = read_file(path, NULL);
    char *found = list_tree(index);
    assert_string_equal(found, expected);
    assert_string_equal(stub, named);
    free(database);
    free(expected);
    free(named);
    free(path);
    free(stub);
    free(found);
}

void check_clean(const char *index)
{
    unsigned number = generation_of(index);
    tip_error err = {.message = ""};
    if (tip_index_check(index, &err) != TIP_OK)
        fail_msg("check: %s", err.message);
    tip_index_stats stats;
    assert_int_equal(tip_index_stats_read(index, &stats, &err), TIP_OK);
    char *delta =
        stats.delta_documents ? text_of("gen-%u/delta.postings\n", number) : text_of("%s", "");
    char *gone =
        stats.gone_documents ? text_of("gen-%u/gone.postings\n", number) : text_of("%s", "");
    char *expected = text_of("current\ngen-%u\ngen-%u/base.postings\n%s%sgen-%u/manifest.json\n"
                             "gen-%u/paragraphs.store\ngen-%u/sources.json\nlock\n",
                             number, number, delta, gone, number, number, number);
    char *found = list_tree(index);
    assert_string_equal(found, expected);
    free(delta);
    free(gone);
    free(expected);
    free(found);
}
