/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target without a fuzzer: replay-TARGET FOLDER ROUNDS
 *
 * Every file of the folder is handed to the target, then ROUNDS changed copies of each. The changes
 * are drawn from a generator whose seed is the name of the file and the round, so that every run
 * does the same. When the target ends the process, the seed and the round are named. */
#include "fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INPUT_MAX = 64 * 1024, CHANGES_MAX = 6, COPY_MAX = 64 };

/* The input at hand. */
typedef struct input {
    uint8_t bytes[INPUT_MAX];
    size_t size;
} input;

/* What is being run, for the message when it ends the process. */
static const char *current_name = "";
static unsigned current_round;

static void say_where(int signal_number)
{
    char text[512];
    int length = snprintf(text, sizeof text, "replay: signal %d in %s, round %u\n", signal_number,
                          current_name, current_round);
    ssize_t written = write(STDERR_FILENO, text, (size_t)length);
    (void)written;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* ---- Drawing numbers: splitmix64, by Sebastiano Vigna (public domain) ---- */

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static size_t draw_below(uint64_t *state, size_t limit)
{
    return limit ? (size_t)(draw(state) % limit) : 0;
}

static uint64_t seed_of(const char *name, unsigned round)
{
    uint64_t seed = round;
    for (; *name; name++)
        seed = seed * 31 + (unsigned char)*name;
    return seed;
}

/* ---- Changing an input ---- */

static void insert(input *in, size_t place, const uint8_t *bytes, size_t size)
{
    if (size > INPUT_MAX - in->size)
        return;
    memmove(in->bytes + place + size, in->bytes + place, in->size - place);
    memcpy(in->bytes + place, bytes, size);
    in->size += size;
}

static void drop(input *in, size_t place, size_t size)
{
    if (size > in->size - place)
        size = in->size - place;
    memmove(in->bytes + place, in->bytes + place + size, in->size - place - size);
    in->size -= size;
}

/* Bytes that readers treat in a way of their own. */
static uint8_t draw_byte(uint64_t *state)
{
    static const uint8_t telling[] = "\0\n\r\f\t \"'\\<>/&;:,.-+*()[]{}0129Aaz~\x7f\x80\xbf\xc3\xe2"
                                     "\xf0\xfe\xff";
    if (draw_below(state, 2) == 0)
        return (uint8_t)draw(state);
    return telling[draw_below(state, sizeof telling - 1)];
}

/* Copies a part of the input to another place of it. */
static void repeat(input *in, uint64_t *state)
{
    uint8_t part[COPY_MAX];
    size_t from = draw_below(state, in->size);
    size_t size = draw_below(state, COPY_MAX);
    if (size > in->size - from)
        size = in->size - from;
    memcpy(part, in->bytes + from, size);
    insert(in, draw_below(state, in->size + 1), part, size);
}

static void change(input *in, uint64_t *state)
{
    size_t place = draw_below(state, in->size);
    uint8_t byte = draw_byte(state);
    switch (draw_below(state, 6)) {
    case 0:
        insert(in, place, &byte, 1);
        break;
    case 1:
        drop(in, place, 1);
        break;
    case 2:
        drop(in, place, draw_below(state, COPY_MAX));
        break;
    case 3:
        repeat(in, state);
        break;
    case 4:
        if (in->size > 0)
            in->bytes[place] ^= (uint8_t)(1u << draw_below(state, 8));
        break;
    default:
        if (in->size > 0)
            in->bytes[place] = byte;
    }
}

/* ---- Running ---- */

/* A copy of its own size, so that reading past its end is noticed. */
static void run(const input *in)
{
    uint8_t *bytes = malloc(in->size ? in->size : 1);
    REQUIRE(bytes);
    memcpy(bytes, in->bytes, in->size);
    LLVMFuzzerTestOneInput(bytes, in->size);
    free(bytes);
}

static void load(const char *folder, const char *name, input *in)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    REQUIRE(file);
    in->size = fread(in->bytes, 1, sizeof in->bytes, file);
    REQUIRE(!ferror(file) && fgetc(file) == EOF);
    fclose(file);
}

static void replay(const char *folder, const char *name, unsigned rounds)
{
    static input seed;
    static input changed;
    load(folder, name, &seed);
    current_name = name;
    current_round = 0;
    run(&seed);
    for (unsigned round = 1; round <= rounds; round++) {
        uint64_t state = seed_of(name, round);
        size_t changes = 1 + draw_below(&state, CHANGES_MAX);
        current_round = round;
        changed = seed;
        for (size_t i = 0; i < changes; i++)
            change(&changed, &state);
        run(&changed);
    }
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **names;
    if (argc != 3) {
        fprintf(stderr, "usage: %s FOLDER ROUNDS\n", argv[0]);
        return 2;
    }
    signal(SIGABRT, say_where);
    signal(SIGSEGV, say_where);
    unsigned rounds = (unsigned)strtoul(argv[2], NULL, 10);
    LLVMFuzzerInitialize(&argc, &argv);
    int count = scandir(argv[1], &names, is_visible, alphasort);
    REQUIRE(count > 0);
    for (int i = 0; i < count; i++) {
        replay(argv[1], names[i]->d_name, rounds);
        free(names[i]);
    }
    free(names);
    printf("%d seeds, %u changed copies of each\n", count, rounds);
    return 0;
}
