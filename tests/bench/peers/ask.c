/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct questions {
    question *items;
    char **lines; /* what the items point into */
    size_t count;
} questions;

static bool operation_of_name(const char *name, ask_operation *ret_operation)
{
    static const char *const names[] = {"top", "run", "count", "year", "country"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *ret_operation = (ask_operation)i;
            return true;
        }
    return false;
}

static bool question_read(char *line, question *ret_question)
{
    question result = {.country = ""};
    line[strcspn(line, "\n")] = '\0';
    const char *name = strsep(&line, "\t");
    const char *years = strsep(&line, "\t");
    const char *country = strsep(&line, "\t");
    if (!line || !operation_of_name(name, &result.operation))
        return false;
    if (strcmp(years, "-") != 0 &&
        sscanf(years, "%d..%d", &result.first_year, &result.last_year) != 2)
        return false;
    if (strcmp(country, "-") != 0)
        result.country = country;
    result.text = line;
    *ret_question = result;
    return true;
}

static bool questions_append(questions *all, char *line)
{
    size_t room = all->count + 1;
    question *items = realloc(all->items, room * sizeof *items);
    if (items)
        all->items = items;
    char **lines = realloc(all->lines, room * sizeof *lines);
    if (lines)
        all->lines = lines;
    if (!items || !lines || !question_read(line, &items[all->count]))
        return false;
    lines[all->count++] = line;
    return true;
}

static bool questions_read(FILE *file, questions *all)
{
    for (;;) {
        char *line = NULL;
        size_t room = 0;
        if (getline(&line, &room, file) < 0) {
            free(line);
            return !ferror(file);
        }
        if (!questions_append(all, line)) {
            fprintf(stderr, "question %zu cannot be read\n", all->count + 1);
            free(line);
            return false;
        }
    }
}

static void questions_clear(questions *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->lines[i]);
    free(all->lines);
    free(all->items);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static bool ask_one(int round, size_t i, const question *asked, ask_answer answer, void *engine)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return false;
    long long start = now();
    bool done = answer(engine, asked, out);
    long long taken = now() - start;
    if (fclose(out) != 0)
        done = false;
    if (done)
        printf("%d\t%zu\t%lld\t%s\n", round, i, taken, text);
    else
        fprintf(stderr, "no answer to: %s\n", asked->text);
    free(text);
    return done;
}

bool ask_all(const char *path, int rounds, ask_answer answer, void *engine)
{
    questions all = {0};
    FILE *file = fopen(path, "r");
    bool done = file && questions_read(file, &all);
    if (!file)
        perror(path);
    else
        fclose(file);
    for (int round = 0; done && round < rounds; round++)
        for (size_t i = 0; done && i < all.count; i++)
            done = ask_one(round, i, &all.items[i], answer, engine);
    questions_clear(&all);
    return done && fflush(stdout) == 0;
}
